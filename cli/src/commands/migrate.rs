//! `rowcall migrate`.

use crate::{exit, services::Services};
use anyhow::Result;
use std::process::ExitCode;

/// Brings the schema of the store (DATABASE_URL) up to this version.
///
/// Safe to run from several machines at once.
///
/// Example: DATABASE_URL=postgres://rowcall@db/rowcall rowcall migrate
#[derive(clap::Args)]
pub struct Migrate {}

impl Migrate {
    pub async fn run(self) -> Result<ExitCode> {
        let services = Services::configured()?;
        services.store.migrate().await?;
        println!("The store is up to date.");
        Ok(exit::DONE)
    }
}
