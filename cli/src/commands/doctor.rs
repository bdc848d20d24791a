//! `rowcall doctor`.

use crate::{exit, services::Services};
use anyhow::Result;
use rowcall_shared::store::{GrantFilter, StoreError};
use std::{net::Ipv4Addr, path::PathBuf, process::ExitCode, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Says whether the store and Redis can be used, line by line, and which chats are configured. Exit code 0 when all can,
/// else 1: for health checks.
///
/// Example: rowcall doctor --quiet
#[derive(clap::Args)]
pub struct Doctor {
    /// Print nothing when all is well.
    #[arg(long)]
    quiet: bool,
    /// Also ask the console on this machine, at the port that ROWCALL_LISTEN names.
    #[arg(long)]
    console: bool,
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
        let mut checks = vec![
            ("store", tokio::time::timeout(PATIENCE, store).await.unwrap_or_else(|_| late())),
            ("redis", tokio::time::timeout(PATIENCE, redis).await.unwrap_or_else(|_| late())),
        ];
        if self.console {
            let console = console_answers(services.config.console.listen.port());
            checks
                .push(("console", tokio::time::timeout(PATIENCE, console).await.unwrap_or_else(|_| late())));
        }
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
        if !self.quiet {
            model(&services).await;
            if code == exit::DONE {
                self.audit(&services).await;
            }
            self.chats(&services, code == exit::DONE).await;
        }
        Ok(code)
    }

    /// Whether changes could be taken.
    async fn audit(&self, services: &Services) {
        match services.store.audit_ready().await {
            Ok(()) => println!("ok      audit log"),
            Err(StoreError::NoAuditKey) => println!("not set audit log: its key; no change to data is taken"),
            Err(error) => println!("warning audit log: {error}"),
        }
    }

    /// What is configured here; what a bot elsewhere has is its own business.
    async fn chats(&self, services: &Services, store_answers: bool) {
        let config = &services.config;
        let configured = [("discord", config.discord.is_some()), ("telegram", config.telegram.is_some())];
        for (name, there) in configured {
            println!("{} {name}", if there { "ok     " } else { "not set" });
        }
        if !configured.iter().any(|(_, there)| *there) || !store_answers {
            return;
        }
        match services.store.grants(&GrantFilter::default()).await {
            Ok(grants) if grants.is_empty() => println!(
                "warning access: nothing is granted, so nobody may ask in chats. Example: rowcall access grant viewer \
                 --everyone-in discord:SERVER"
            ),
            Ok(grants) => println!("ok      access: {} granted", grants.len()),
            Err(error) => println!("warning access: {error}"),
        }
    }
}

/// The language model, where one is configured. Questions are answered without it, so that it is no error.
async fn model(services: &Services) {
    let Some(model) = &services.config.model else { return };
    for (server, models) in model.by_server() {
        let names = models.join(", ");
        match tokio::time::timeout(PATIENCE, rowcall_model::ping(model, server)).await {
            Ok(Ok(())) => println!("ok      model: {names}"),
            Ok(Err(error)) => println!("warning model: {names}: {error}"),
            Err(_) => println!("warning model: {names}: there was no answer within 5 s"),
        }
    }
}

/// Whether the console says that it lives. One fixed request, and only its status is looked at.
async fn console_answers(port: u16) -> Result<(), String> {
    let asked = async {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
        stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
        let mut status = [0; 12];
        stream.read_exact(&mut status).await?;
        Ok::<_, std::io::Error>(status)
    };
    match asked.await {
        Ok(status) if status.ends_with(b" 200") => Ok(()),
        Ok(status) => Err(format!("it answers {}", String::from_utf8_lossy(&status))),
        Err(error) => Err(format!("nothing answers on port {port}: {error}")),
    }
}
