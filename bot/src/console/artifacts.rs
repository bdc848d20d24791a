//! Charts and files, sent chunk by chunk: a file of any size needs the memory of one chunk.

use super::{App, problem::Problem, session::Visitor};
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::stream;
use rowcall_core::ArtifactId;
use rowcall_shared::store::{Artifact, StoreError};

/// An artifact's bytes.
pub async fn download(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let id: ArtifactId = id.parse().map_err(|_| Problem::not_found("file"))?;
    let artifact = app.store().artifact(id).await?.ok_or_else(|| Problem::not_found("file"))?;
    if !app.may_see_run(&visitor, artifact.run_id).await? {
        return Err(Problem::not_found("file"));
    }
    let tag = format!("\"{id}\"");
    if request.get(header::IF_NONE_MATCH).is_some_and(|known| known == tag.as_str()) {
        return Ok((StatusCode::NOT_MODIFIED, headers(&artifact, &tag)).into_response());
    }
    let mut headers = headers(&artifact, &tag);
    headers.insert(header::CONTENT_LENGTH, artifact.reference.bytes.into());
    Ok((headers, Body::from_stream(chunks(app, &artifact))).into_response())
}

fn chunks(app: App, artifact: &Artifact) -> impl futures::Stream<Item = Result<Bytes, StoreError>> + use<> {
    let (id, count) = (artifact.reference.id, artifact.chunks);
    stream::try_unfold(0, move |position| {
        let app = app.clone();
        async move {
            if position >= count {
                return Ok(None);
            }
            let chunk = app.store().artifact_chunk(id, position).await?;
            Ok(chunk.map(|bytes| (Bytes::from(bytes), position + 1)))
        }
    })
}

/// An id names the same bytes for good, so a browser may keep them.
fn headers(artifact: &Artifact, tag: &str) -> HeaderMap {
    // Nothing that a browser would run or lay out is sent as such.
    let (mime, inline) = match artifact.reference.mime.split(';').next().unwrap_or("").trim() {
        "image/png" => ("image/png", true),
        "text/csv" => ("text/csv; charset=utf-8", false),
        _ => ("application/octet-stream", false),
    };
    let name = &artifact.reference.name;
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_. ".contains(c) { c } else { '_' }).collect();
    let encoded: String = name
        .bytes()
        .map(|b| match b {
            b if b.is_ascii_alphanumeric() || b"-_.".contains(&b) => char::from(b).to_string(),
            b => format!("%{b:02X}"),
        })
        .collect();
    let place = if inline { "inline" } else { "attachment" };
    let disposition = format!("{place}; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    let mut headers = HeaderMap::new();
    let mut put = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    put(header::CONTENT_TYPE, mime);
    put(header::CONTENT_DISPOSITION, &disposition);
    put(header::CACHE_CONTROL, "private, max-age=31536000, immutable");
    put(header::ETAG, tag);
    put(header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox");
    headers
}
