//! Bodies: plain JSON, or a form with `payload_json` and files.

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use serde_json::Value;

/// A file of a form.
#[derive(Clone)]
pub(crate) struct Upload {
    /// What the form calls it.
    pub field: String,
    /// The n of `files[n]`.
    pub number: Option<u64>,
    pub name: String,
    pub content_type: String,
    pub bytes: Bytes,
}

/// A body, read.
#[derive(Default)]
pub(crate) struct Form {
    pub sent: bool,
    pub json: Value,
    pub files: Vec<Upload>,
    /// Why it could not be read.
    pub broken: Option<String>,
}

/// Reads the body of a request.
pub(crate) async fn read(request: Request) -> Form {
    let kind = request.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("multipart/form-data") {
        return match read_parts(request).await {
            Ok(form) => form,
            Err(why) => Form { sent: true, broken: Some(why), ..Form::default() },
        };
    }
    let json_kind = kind.starts_with("application/json");
    let bytes = match Bytes::from_request(request, &()).await {
        Ok(bytes) => bytes,
        Err(why) => return Form { sent: true, broken: Some(why.to_string()), ..Form::default() },
    };
    if bytes.is_empty() {
        return Form::default();
    }
    match serde_json::from_slice(&bytes) {
        Ok(json) if json_kind => Form { sent: true, json, ..Form::default() },
        Ok(_) => Form {
            sent: true,
            broken: Some("the content type is not application/json".to_owned()),
            ..Form::default()
        },
        Err(why) => Form { sent: true, broken: Some(why.to_string()), ..Form::default() },
    }
}

async fn read_parts(request: Request) -> Result<Form, String> {
    let mut parts = Multipart::from_request(request, &()).await.map_err(|why| why.to_string())?;
    let mut form = Form { sent: true, json: Value::Object(serde_json::Map::new()), ..Form::default() };
    while let Some(part) = parts.next_field().await.map_err(|why| why.to_string())? {
        let field = part.name().unwrap_or_default().to_owned();
        let name = part.file_name().unwrap_or_default().to_owned();
        let content_type = part.content_type().unwrap_or("application/octet-stream").to_owned();
        let bytes = part.bytes().await.map_err(|why| why.to_string())?;
        if field == "payload_json" {
            form.json = serde_json::from_slice(&bytes).map_err(|why| why.to_string())?;
        } else {
            let number = field
                .strip_prefix("files[")
                .and_then(|rest| rest.strip_suffix(']'))
                .and_then(|n| n.parse().ok());
            form.files.push(Upload { field, number, name, content_type, bytes });
        }
    }
    Ok(form)
}
