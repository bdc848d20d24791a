//! `rowcall worker`.

use super::stop_on_signal;
use crate::{exit, services::Services};
use anyhow::Result;
use std::process::ExitCode;

/// Runs a worker until SIGTERM, which lets it finish what it has begun.
///
/// Any number of them may run, anywhere that reaches the store, Redis and the sources.
///
/// Example: rowcall worker --concurrency 16
#[derive(clap::Args)]
pub struct Worker {
    /// Runs at once in this process; the configuration's `worker.concurrency` when not given.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1000))]
    concurrency: Option<u16>,
}

impl Worker {
    pub async fn run(self) -> Result<ExitCode> {
        let mut services = Services::configured()?;
        if let Some(concurrency) = self.concurrency {
            services.config.worker.concurrency = concurrency.into();
        }
        services.store.ready().await?;
        let stop = stop_on_signal();
        let worker = rowcall_worker::Worker::for_questions(
            &services.config,
            services.store.clone(),
            services.queue.clone(),
            services.progress.clone(),
        );
        tracing::info!(concurrency = services.config.worker.concurrency, "worker started");
        worker.run(stop).await;
        tracing::info!("worker stopped, nothing left undone");
        Ok(exit::DONE)
    }
}
