//! Where a test can look on, or kill the process.

use std::future;

/// Is told where a run stands. The engine's promises are tested by a probe that kills the process at any of these
/// points, for any list of steps.
#[async_trait::async_trait]
pub trait Probe: Send + Sync + 'static {
    /// The run was taken; nothing was done yet.
    fn taken(&self) {}
    /// A step is about to begin.
    fn before(&self, _step: &'static str) {}
    /// Runs beside a step, and is dropped when the step ends.
    async fn during(&self, _step: &'static str) {
        future::pending().await
    }
    /// A step ended; its output may not be written yet.
    fn after(&self, _step: &'static str) {}
    /// Steps were written.
    fn recorded(&self) {}
    /// The run's end was written; nobody was told yet.
    fn finished(&self) {}
    /// An approved change was taken; nothing was done yet.
    fn permitted(&self) {}
    /// What undoes it is kept; its source is about to be told to commit.
    fn images_kept(&self) {}
    /// It was made, or found out not to be; the store does not know yet.
    fn carried_out(&self) {}
}

/// Looks away.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProbe;

impl Probe for NoProbe {}
