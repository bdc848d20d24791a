//! Files of a reply: what the store keeps of it, or its rows written anew.

use crate::{FileOut, Look};
use bytes::{Bytes, BytesMut};
use rowcall_core::{ArtifactKind, ArtifactRef, Reply, texts::chat as texts};
use rowcall_render::csv::CsvWriter;
use rowcall_shared::{Store, store::StoreError};

/// An artifact's bytes; `None` when they are gone.
pub(super) async fn artifact(store: &Store, reference: &ArtifactRef) -> Result<Option<Bytes>, StoreError> {
    let mut bytes = BytesMut::new();
    let mut position = 0;
    while let Some(chunk) = store.artifact_chunk(reference.id, position).await? {
        bytes.extend_from_slice(&chunk);
        position += 1;
    }
    Ok((bytes.len() as u64 == reference.bytes && position > 0).then(|| bytes.freeze()))
}

/// The rows as CSV: the kept file if the platform takes it, else as many of the reply's rows as fit. `None` when there
/// are none.
pub(super) async fn csv(
    store: &Store,
    reply: &Reply,
    look: &Look,
    private: bool,
) -> Result<Option<FileOut>, StoreError> {
    let Some(table) = &reply.table else { return Ok(None) };
    let rows = &table.rows;
    if rows.rows.is_empty() {
        return Ok(None);
    }
    let mime = "text/csv".to_owned();
    let kept = reply.files.iter().find(|f| f.kind == ArtifactKind::Csv && f.bytes <= look.file);
    if let Some(reference) = kept
        && let Some(bytes) = artifact(store, reference).await?
    {
        let text = texts::file_of_rows(rows.row_count, !rows.truncated);
        return Ok(Some(FileOut { name: reference.name.clone(), mime, bytes, text, private }));
    }
    let mut writer = CsvWriter::new();
    writer.header(&rows.columns);
    let mut bytes = writer.take();
    let mut written = 0;
    for row in &rows.rows {
        writer.row(row);
        if (bytes.len() + writer.len()) as u64 > look.file {
            break;
        }
        bytes.extend_from_slice(&writer.take());
        written += 1;
    }
    let all = written == rows.row_count && !rows.truncated;
    Ok(Some(FileOut {
        name: format!("rowcall-{}.csv", reply.run_id.short()),
        mime,
        bytes: bytes.into(),
        text: texts::file_of_rows(written, all),
        private,
    }))
}
