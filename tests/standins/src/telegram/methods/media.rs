//! Files: uploads, files sent again by their id, and downloads.

use serde_json::{Value, json};

use super::super::model::{Media, MediaKind};
use super::super::pictures;
use super::super::refusal::Refusal;
use super::super::state::StoredFile;
use super::{Context, Outcome};

const MEGABYTE: usize = 1024 * 1024;

/// The file that a value of the request stands for.
pub(crate) fn load(context: &mut Context<'_>, kind: MediaKind, reference: &str) -> Result<Media, Refusal> {
    let Some(field) = reference.strip_prefix("attach://") else {
        return again(context, kind, reference);
    };
    let upload = context
        .call
        .files
        .get(field)
        .ok_or_else(|| Refusal::bad("file", "there is no such file in the request"))?;
    let (bytes, name) = (upload.bytes.clone(), upload.name.clone());
    if bytes.is_empty() {
        return Err(Refusal::bad("file", "file must be non-empty"));
    }
    let limit = if kind == MediaKind::Photo { 10 * MEGABYTE } else { 50 * MEGABYTE };
    if bytes.len() > limit {
        return Err(Refusal { code: 413, ..Refusal::bad("file", "Request Entity Too Large") });
    }
    let size = if kind == MediaKind::Photo { Some(photo(&bytes)?) } else { None };
    let file_id = format!("{}-{}", kind.field(), context.state.fresh());
    let media = Media { kind, file_id: file_id.clone(), name: name.clone(), size, length: bytes.len() };
    context.state.files.insert(file_id, StoredFile { field: kind.field(), bytes, name, size });
    Ok(media)
}

fn again(context: &Context<'_>, kind: MediaKind, reference: &str) -> Result<Media, Refusal> {
    if reference.starts_with("http://") || reference.starts_with("https://") {
        return Err(Refusal::bad("unsupported", "the stand-in does not fetch files"));
    }
    let wrong = || Refusal::bad("file", "wrong file identifier/HTTP URL specified");
    let file =
        context.state.files.get(reference).filter(|file| file.field == kind.field()).ok_or_else(wrong)?;
    Ok(Media {
        kind,
        file_id: reference.to_owned(),
        name: file.name.clone(),
        size: file.size,
        length: file.bytes.len(),
    })
}

fn photo(bytes: &[u8]) -> Result<(u32, u32), Refusal> {
    let (width, height) =
        pictures::dimensions(bytes).ok_or_else(|| Refusal::bad("photo", "IMAGE_PROCESS_FAILED"))?;
    let (short, long) = (width.min(height), width.max(height));
    if short == 0 || u64::from(width) + u64::from(height) > 10_000 || u64::from(long) > 20 * u64::from(short)
    {
        return Err(Refusal::bad("photo", "PHOTO_INVALID_DIMENSIONS"));
    }
    Ok((width, height))
}

pub(crate) fn get_file(context: &mut Context<'_>) -> Outcome {
    let id = context.text("file_id").unwrap_or_default();
    let file = context
        .state
        .files
        .get(id)
        .ok_or_else(|| Refusal::bad("file", "wrong file_id or the file is temporarily unavailable"))?;
    if file.bytes.len() > 20 * MEGABYTE {
        return Err(Refusal::world("file is too big"));
    }
    Ok(
        json!({ "file_id": id, "file_unique_id": format!("u-{id}"), "file_size": file.bytes.len(), "file_path": Value::String(format!("files/{id}")) }),
    )
}
