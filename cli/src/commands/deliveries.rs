//! `rowcall deliveries`: answers that could not be delivered, and another try.

use crate::{exit, lines, services::Services};
use anyhow::{Result, bail};
use rowcall_core::OutboxId;
use rowcall_shared::store::DeadLetter;
use std::{path::PathBuf, process::ExitCode};
use uuid::Uuid;

/// Most that are listed, or sent again at once.
const LIMIT: i64 = 1000;

/// Lists the answers that could not be delivered and are not tried any more.
///
/// Example: rowcall deliveries --json
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Deliveries {
    #[command(subcommand)]
    command: Option<DeliveriesCommand>,
    /// Print JSON lines.
    #[arg(long)]
    json: bool,
    /// Data folder of the demo, when no store is configured.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(clap::Subcommand)]
enum DeliveriesCommand {
    /// Try again to deliver one, or all.
    ///
    /// Example: rowcall deliveries resend --all
    Resend(Resend),
}

#[derive(clap::Args)]
struct Resend {
    /// The delivery's id, as the list shows it.
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    id: Option<Uuid>,
    /// Every one that is listed.
    #[arg(long)]
    all: bool,
    /// Data folder of the demo, when no store is configured.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Deliveries {
    pub async fn run(self) -> Result<ExitCode> {
        if let Some(DeliveriesCommand::Resend(resend)) = self.command {
            return resend.run().await;
        }
        let services = Services::configured_or_demo(self.data.as_deref())?;
        let letters = services.store.dead_letters(LIMIT).await?;
        if letters.is_empty() && !self.json {
            println!("Every answer was delivered, or is still on its way.");
        }
        for letter in &letters {
            self.print(letter)?;
        }
        Ok(exit::DONE)
    }

    fn print(&self, letter: &DeadLetter) -> Result<()> {
        let DeadLetter { id, run_id, place, asker, question, error, attempts, created_at } = letter;
        if self.json {
            return lines::print(&serde_json::json!({
                "id": id, "run_id": run_id, "platform": place.platform.as_str(), "place": place.key, "asker": asker,
                "question": question, "error": error, "attempts": attempts, "created_at": created_at,
            }));
        }
        println!(
            "{}  {}  {} {}  {attempts} attempts: {}",
            id.0,
            created_at.format("%Y-%m-%d %H:%M"),
            place.platform,
            lines::one_line(&place.key),
            lines::one_line(error)
        );
        println!("    {}: {}", lines::one_line(asker), lines::one_line(question));
        Ok(())
    }
}

impl Resend {
    async fn run(self) -> Result<ExitCode> {
        let services = Services::configured_or_demo(self.data.as_deref())?;
        let wanted = match self.id {
            Some(id) => vec![OutboxId(id)],
            None => services.store.dead_letters(LIMIT).await?.into_iter().map(|letter| letter.id).collect(),
        };
        let mut sent = 0;
        for id in &wanted {
            sent += usize::from(services.store.resend(*id).await?);
        }
        if let (Some(id), 0) = (self.id, sent) {
            bail!("{id} is no delivery that failed for good; see `rowcall deliveries`");
        }
        println!("{sent} will be delivered again.");
        Ok(exit::DONE)
    }
}
