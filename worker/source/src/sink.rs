//! Where the rows of a read go besides the result: a file, a stream. Every row passes by once, so that a million
//! rows need no more memory than one; a sink that is slower than the database slows the database down.

use futures::future::BoxFuture;
use rowcall_core::{ResultColumn, Value};

/// What a sink wants next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SinkFlow {
    /// Send the next row.
    Continue,
    /// Call [`RowSink::flush`] before the next row: the buffer is full.
    Flush,
}

/// A sink that could not take more: disk full, reader gone.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct SinkError(pub String);

impl From<std::io::Error> for SinkError {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

/// Receives every row of a read, in order, up to the row cap for files.
///
/// `row` is plain and fast, called once per row; a sink that does I/O fills a buffer there and asks for `flush`.
pub trait RowSink: Send {
    /// The columns, before the first row; called exactly once, also when there are no rows.
    ///
    /// # Errors
    /// When the sink cannot begin; the read is stopped.
    fn start(&mut self, columns: &[ResultColumn]) -> Result<(), SinkError>;

    /// One row.
    ///
    /// # Errors
    /// When the sink cannot take it; the read is stopped.
    fn row(&mut self, row: &[Value]) -> Result<SinkFlow, SinkError>;

    /// Writes out what was buffered; also called once after the last row.
    ///
    /// # Errors
    /// When the buffer cannot be written; the read is stopped.
    fn flush(&mut self) -> BoxFuture<'_, Result<(), SinkError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Whether rows beyond those kept in the result are of use. If not, reading stops there.
    fn wants_all(&self) -> bool {
        true
    }
}

/// For reads whose kept rows are enough: reading stops at the row cap.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoSink;

impl RowSink for NoSink {
    fn start(&mut self, _: &[ResultColumn]) -> Result<(), SinkError> {
        Ok(())
    }

    fn row(&mut self, _: &[Value]) -> Result<SinkFlow, SinkError> {
        Ok(SinkFlow::Continue)
    }

    fn wants_all(&self) -> bool {
        false
    }
}
