//! `rowcall doctor`.

use crate::{exit, services::Services};
use anyhow::Result;
use std::{path::PathBuf, process::ExitCode, time::Duration};

/// Says whether the store and Redis can be used, line by line. Exit code 0 when both can, else 1: for health checks.
///
/// Example: rowcall doctor --quiet
#[derive(clap::Args)]
pub struct Doctor {
    /// Print nothing when all is well.
    #[arg(long)]
    quiet: bool,
    /// Data folder of the demo to look at, when no store is configured.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Longer than this is not "ready" for anybody who waits.
const PATIENCE: Duration = Duration::from_secs(5);

impl Doctor {
    pub async fn run(self) -> Result<ExitCode> {
        let services = Services::configured_or_demo(self.data.as_deref())?;
        let late = || Err("there was no answer within 5 s".to_owned());
        let store = async { services.store.ready().await.map_err(|e| e.to_string()) };
        let redis = async { services.queue.link().ping().await.map_err(|e| e.to_string()) };
        let checks = [
            ("store", tokio::time::timeout(PATIENCE, store).await.unwrap_or_else(|_| late())),
            ("redis", tokio::time::timeout(PATIENCE, redis).await.unwrap_or_else(|_| late())),
        ];
        let mut code = exit::DONE;
        for (name, outcome) in checks {
            match outcome {
                Ok(()) if self.quiet => {}
                Ok(()) => println!("ok      {name}"),
                Err(error) => {
                    eprintln!("error   {name}: {error}");
                    code = exit::ERROR;
                }
            }
        }
        Ok(code)
    }
}
