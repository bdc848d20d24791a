//! The CSV file of a long result, written to the store while the rows pass by, in bounded memory.

use futures::future::BoxFuture;
use rowcall_core::{ArtifactKind, ArtifactRef, ResultColumn, RunId, Value, texts};
use rowcall_render::csv::CsvWriter;
use rowcall_shared::{
    Store,
    store::{ArtifactUpload, Lease, StoreError},
};
use rowcall_source::{RowSink, SinkError, SinkFlow};

/// A result with more rows than this is worth a file.
const LONG: u64 = 25;
/// Bytes held before they are written.
const BUFFER: usize = 256 * 1024;

/// A [`RowSink`] that writes a file if it turns out to be worth it. A store that cannot keep the file does not
/// cost the answer.
pub(super) struct CsvFile {
    store: Store,
    lease: Lease,
    name: String,
    csv: CsvWriter,
    rows: u64,
    upload: Option<ArtifactUpload>,
    lost: bool,
}

impl CsvFile {
    pub(super) fn new(store: Store, lease: Lease, run_id: &RunId) -> Self {
        Self {
            store,
            lease,
            name: format!("rowcall-{}.csv", run_id.short()),
            csv: CsvWriter::new(),
            rows: 0,
            upload: None,
            lost: false,
        }
    }

    /// The file, if there is one; and what to say if there should be one.
    pub(super) async fn finish(mut self) -> (Option<ArtifactRef>, Option<String>) {
        if self.rows <= LONG {
            return (None, None);
        }
        self.write().await;
        let kept = match self.upload.take() {
            Some(upload) if !self.lost => upload.finish().await.map_err(|error| self.give_up(&error)).ok(),
            _ => None,
        };
        match kept {
            Some((id, bytes)) => {
                let reference = ArtifactRef {
                    id,
                    kind: ArtifactKind::Csv,
                    name: self.name,
                    mime: "text/csv; charset=utf-8".into(),
                    bytes,
                    alt: format!("{} rows as CSV", self.rows),
                };
                (Some(reference), None)
            }
            None => (None, Some(texts::artifact_not_kept("CSV file"))),
        }
    }

    async fn write(&mut self) {
        let bytes = self.csv.take();
        if self.lost {
            return;
        }
        if let Err(error) = self.try_write(&bytes).await {
            self.give_up(&error);
        }
    }

    async fn try_write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        if self.upload.is_none() {
            let kind = ArtifactKind::Csv;
            self.upload = self
                .store
                .upload(&self.lease, kind, &self.name, "text/csv; charset=utf-8", "rows as CSV")
                .await?;
            // Without a lease there is no upload, and soon no run.
            self.lost = self.upload.is_none();
        }
        match &mut self.upload {
            Some(upload) => upload.write(bytes).await,
            None => Ok(()),
        }
    }

    fn give_up(&mut self, error: &StoreError) {
        tracing::warn!(%error, "the CSV file could not be kept");
        self.lost = true;
        self.upload = None;
    }
}

impl RowSink for CsvFile {
    fn start(&mut self, columns: &[ResultColumn]) -> Result<(), SinkError> {
        self.csv.header(columns);
        Ok(())
    }

    fn row(&mut self, row: &[Value]) -> Result<SinkFlow, SinkError> {
        self.rows += 1;
        if self.lost {
            return Ok(SinkFlow::Continue);
        }
        self.csv.row(row);
        Ok(if self.csv.len() >= BUFFER { SinkFlow::Flush } else { SinkFlow::Continue })
    }

    fn flush(&mut self) -> BoxFuture<'_, Result<(), SinkError>> {
        Box::pin(async {
            if self.rows > LONG {
                self.write().await;
            }
            Ok(())
        })
    }

    fn wants_all(&self) -> bool {
        !self.lost
    }
}
