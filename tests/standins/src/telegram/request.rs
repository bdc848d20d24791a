//! A request's body, in any of the forms that Telegram takes, as one map of parameters and some files.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use serde_json::{Map, Value};

/// Telegram's largest upload, with room for the other fields.
const LARGEST: usize = 51 * 1024 * 1024;

#[derive(Default)]
pub(crate) struct Call {
    pub params: Map<String, Value>,
    /// By form field.
    pub files: BTreeMap<String, Upload>,
    /// Whether values came as text and have to be read by their type.
    pub textual: bool,
}

pub(crate) struct Upload {
    pub name: Option<String>,
    pub bytes: Bytes,
}

/// Reads the address's query and the body. The error says what could not be read.
pub(crate) async fn read(request: Request) -> Result<Call, String> {
    let content_type = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_lowercase();
    let mut call = Call::default();
    if let Some(query) = request.uri().query() {
        form(query.as_bytes(), &mut call)?;
    }
    if content_type.starts_with("multipart/form-data") {
        call.textual = true;
        let mut parts =
            Multipart::from_request(unlimited(request), &()).await.map_err(|error| error.to_string())?;
        while let Some(part) = parts.next_field().await.map_err(|error| error.to_string())? {
            let name = part.name().unwrap_or_default().to_owned();
            let file_name = part.file_name().map(str::to_owned);
            // Clients may leave the name of a file out; then it has no type of a text either.
            let bytes = part.bytes().await.map_err(|error| error.to_string())?;
            match (&file_name, std::str::from_utf8(&bytes)) {
                (None, Ok(text)) => {
                    call.params.insert(name, Value::String(text.to_owned()));
                }
                _ => {
                    call.files
                        .insert(name, Upload { name: file_name.filter(|name| !name.is_empty()), bytes });
                }
            }
        }
        return Ok(call);
    }
    let body = axum::body::to_bytes(request.into_body(), LARGEST).await.map_err(|error| error.to_string())?;
    if body.is_empty() {
        return Ok(call);
    }
    if content_type.starts_with("application/x-www-form-urlencoded") {
        form(&body, &mut call)?;
    } else {
        let Value::Object(params) = serde_json::from_slice(&body).map_err(|error| error.to_string())? else {
            return Err("the body is no object".to_owned());
        };
        call.params.extend(params);
    }
    Ok(call)
}

fn unlimited(mut request: Request) -> Request {
    axum::extract::DefaultBodyLimit::apply(axum::extract::DefaultBodyLimit::max(LARGEST), &mut request);
    request
}

fn form(text: &[u8], call: &mut Call) -> Result<(), String> {
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_bytes(text).map_err(|error| error.to_string())?;
    call.textual = true;
    call.params.extend(pairs.into_iter().map(|(name, value)| (name, Value::String(value))));
    Ok(())
}
