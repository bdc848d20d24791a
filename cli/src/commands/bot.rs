//! `rowcall bot`.

use super::stop_on_signal;
use crate::{exit, services::Services};
use anyhow::Result;
use rowcall_bot::{ConsoleOptions, Platforms};
use std::process::ExitCode;

/// Runs the bot until SIGTERM: the web console, the delivery of answers, and Discord and Telegram where DISCORD_TOKEN and
/// TELEGRAM_TOKEN are set.
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
        let platforms = Platforms::of(&services.config);
        Box::pin(rowcall_bot::run_bot(services.bot(), listener, options, platforms, stop)).await?;
        Ok(exit::DONE)
    }
}
