//! `rowcall bot`.

use super::stop_on_signal;
use crate::{exit, services::Services};
use anyhow::Result;
use rowcall_bot::ConsoleOptions;
use std::process::ExitCode;

/// Runs the bot until SIGTERM: the web console and the delivery of answers.
///
/// Example: ROWCALL_LISTEN=0.0.0.0:8080 ROWCALL_CONSOLE_TOKEN=... rowcall bot
#[derive(clap::Args)]
pub struct Bot {}

impl Bot {
    pub async fn run(self) -> Result<ExitCode> {
        let services = Services::configured()?;
        let stop = stop_on_signal();
        let mut options = ConsoleOptions::new(services.config.console.listen);
        options.token = services.config.console.token.clone();
        options.allowed_hosts = services.config.console.allowed_hosts.clone();
        let listener = rowcall_bot::bind(options.listen).await?;
        tracing::info!(address = %listener.local_addr()?, "console started");
        rowcall_bot::run_bot(services.bot(), listener, options, stop).await?;
        Ok(exit::DONE)
    }
}
