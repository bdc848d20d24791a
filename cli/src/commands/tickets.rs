//! `rowcall tickets`: changes that were asked for, and one's word on them.

use super::ask;
use crate::{exit, lines, services::Services};
use anyhow::{Result, anyhow, bail};
use rowcall_bot::{
    Decision, Desk, Refusal,
    ticket::{SampleRow, TicketSheet, standing},
};
use rowcall_core::{
    Actor, Ask, FingerprintMark, Inbound, Place, Platform, TicketId, TicketState, VoteKind,
    texts::{changes, tickets as words},
};
use rowcall_format::values::visible_lines;
use rowcall_shared::store::{Ticket, TicketFilter};
use serde_json::json;
use std::{path::PathBuf, process::ExitCode, time::Duration};
use uuid::Uuid;

/// Most that are listed.
const LIMIT: i64 = 200;
/// How often a change that runs is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// Lists the changes that were asked for, shows one, and says yes or no to it.
///
/// Rights are asked for as in a chat: what the rule of a change demands of an approver holds here too.
///
/// Example: rowcall tickets approve 01a1feb8-867a-76d5-b6f0-417aac099950
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Tickets {
    #[command(subcommand)]
    command: Option<TicketsCommand>,
    /// All of them, not only those that wait for approval.
    #[arg(long)]
    all: bool,
    /// Print JSON lines.
    #[arg(long)]
    json: bool,
    /// Data folder of the demo, when no store is configured.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(clap::Subcommand)]
enum TicketsCommand {
    /// Show what a change would do, or did.
    Show(One),
    /// Let a change run, or confirm one's own.
    ///
    /// Waits until it ran. Exit code: 0 it ran (or more approvals are needed: it says so), 1 it failed, 2 refused.
    Approve(Approve),
    /// Say no to a change.
    Reject(Reasoned),
    /// Take one's own change back before it runs.
    Cancel(One),
    /// Ask that a change that ran be undone: a change of its own, with its own approval.
    Undo(One),
}

#[derive(clap::Args)]
struct One {
    /// The ticket's id, as `rowcall ask` and the list print it.
    id: Uuid,
    /// Who says so; the local user's name when not given.
    #[arg(long = "as", value_name = "USER")]
    user: Option<String>,
    /// Data folder of the demo, when no store is configured.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(clap::Args)]
struct Approve {
    #[command(flatten)]
    one: One,
    /// What is to be kept with it.
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
    /// The most rows it may touch: needed where nobody knows how many it would.
    #[arg(long, value_name = "ROWS")]
    row_cap: Option<u64>,
}

#[derive(clap::Args)]
struct Reasoned {
    #[command(flatten)]
    one: One,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
}

impl Tickets {
    pub async fn run(self) -> Result<ExitCode> {
        match self.command {
            None => {}
            Some(TicketsCommand::Show(one)) => return one.show().await,
            Some(TicketsCommand::Approve(Approve { one, comment, row_cap })) => {
                return one.vote(VoteKind::Approve, comment.as_deref(), row_cap).await;
            }
            Some(TicketsCommand::Reject(Reasoned { one, comment })) => {
                return one.vote(VoteKind::Reject, comment.as_deref(), None).await;
            }
            Some(TicketsCommand::Cancel(one)) => return one.cancel().await,
            Some(TicketsCommand::Undo(one)) => return one.undo().await,
        }
        let services = Services::configured_or_demo(self.data.as_deref())?;
        let states = if self.all { Vec::new() } else { vec![TicketState::Pending] };
        let filter = TicketFilter { states, ..TicketFilter::default() };
        let found = services.store.tickets(&filter, LIMIT).await?;
        if found.is_empty() && !self.json {
            println!(
                "No change waits for approval.{}",
                if self.all { "" } else { " --all lists the others." }
            );
        }
        for line in &found {
            if self.json {
                lines::print(&json!({
                    "id": line.id, "source": line.source, "question": line.question, "requester": line.requester,
                    "table": line.table, "operation": line.operation, "rows": line.rows, "risk": line.risk,
                    "rule": line.rule_words, "state": line.state, "created_at": line.created_at,
                    "expires_at": line.expires_at,
                }))?;
                continue;
            }
            let rows = line.rows.map_or("unknown".to_owned(), |rows| rows.to_string());
            println!(
                "{}  {}  {}  {} {} in {}, rows: {rows}",
                line.id,
                line.created_at.format("%Y-%m-%d %H:%M"),
                words::state(line.state),
                line.operation,
                lines::one_line(&line.table),
                lines::one_line(&line.source),
            );
            println!("    {}: {}", lines::one_line(&line.requester), lines::one_line(&line.question));
        }
        Ok(exit::DONE)
    }
}

impl One {
    fn services(&self) -> Result<Services> {
        Services::configured_or_demo(self.data.as_deref())
    }

    fn id(&self) -> TicketId {
        TicketId(self.id)
    }

    fn actor(&self) -> Actor {
        Actor::local(Platform::Cli, ask::user(self.user.as_deref()), chrono::Utc::now())
    }

    async fn ticket(&self, services: &Services) -> Result<Ticket> {
        let found = services.store.ticket(self.id()).await?;
        found.ok_or_else(|| anyhow!("there is no ticket {}; see `rowcall tickets --all`", self.id))
    }

    async fn show(&self) -> Result<ExitCode> {
        let services = self.services()?;
        let ticket = self.ticket(&services).await?;
        let sheet = Desk::new(services.bot()).ticket_sheet(&ticket, false).await;
        print!("{}", visible_lines(&told(&ticket, &sheet)));
        Ok(exit::DONE)
    }

    async fn vote(&self, kind: VoteKind, comment: Option<&str>, row_cap: Option<u64>) -> Result<ExitCode> {
        let services = self.services()?;
        let desk = Desk::new(services.bot());
        let ticket = self.ticket(&services).await?;
        // A ticket's statement and rows never change: another ticket takes the place of one that does not fit any more.
        let mark: FingerprintMark = ticket.fingerprint.mark();
        let decision = Decision { kind, mark, comment, row_cap };
        let told = match desk.decide(&self.actor(), ticket.id, decision).await {
            Ok(told) => told,
            Err(refusal) => return Ok(refused(&refusal)),
        };
        if !told.counted {
            return Ok(did_not_count(&told.note));
        }
        println!("{}", told.note);
        if !matches!(told.ticket.state, TicketState::Approved | TicketState::Executing | TicketState::InDoubt)
        {
            return Ok(exit::DONE);
        }
        let ticket = settled(&services, ticket.id).await?;
        println!("{}", visible_lines(&standing(&ticket)));
        if let Some(outcome) = &ticket.outcome {
            println!("{}", lines::one_line(outcome));
        }
        Ok(if ticket.state == TicketState::Executed { exit::DONE } else { exit::ERROR })
    }

    async fn cancel(&self) -> Result<ExitCode> {
        let services = self.services()?;
        match Desk::new(services.bot()).cancel_change(&self.actor(), self.id()).await {
            Ok(told) if told.counted => {
                println!("{}", told.note);
                Ok(exit::DONE)
            }
            Ok(told) => Ok(did_not_count(&told.note)),
            Err(refusal) => Ok(refused(&refusal)),
        }
    }

    async fn undo(&self) -> Result<ExitCode> {
        let services = self.services()?;
        let stop = super::stop_on_signal();
        let events = services.progress.listen(stop.clone()).subscribe();
        let ticket = self.ticket(&services).await?;
        let actor = self.actor();
        let place = Place { platform: Platform::Cli, key: format!("{}:{}", actor.name, Uuid::new_v4()) };
        let asked = changes::undo_of(&ticket.question);
        let inbound = Inbound {
            ask: Ask::Question,
            source: Some(ticket.source.clone()),
            ..Inbound::question(place, Uuid::new_v4().to_string(), actor, asked)
        };
        let accepted = match Desk::new(services.bot()).ask_again(inbound, Some(ticket.id)).await {
            Ok(accepted) => accepted,
            Err(refusal) => return Ok(refused(&refusal)),
        };
        let reply = tokio::select! {
            reply = ask::deliver(&services.store, accepted.run_id, events, false) => reply?,
            () = stop.cancelled() => bail!("stopped; run {} goes on", accepted.run_id),
        };
        ask::print(&reply)?;
        Ok(exit::of(reply.state))
    }
}

/// The ticket, once nothing more happens to it by itself.
async fn settled(services: &Services, id: TicketId) -> Result<Ticket> {
    let stop = super::stop_on_signal();
    loop {
        let ticket = services.store.ticket(id).await?.ok_or_else(|| anyhow!("the ticket is gone"))?;
        if ticket.state.is_settled() {
            return Ok(ticket);
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = stop.cancelled() => bail!("stopped; the change goes on, see `rowcall tickets show {id}`"),
        }
    }
}

fn refused(refusal: &Refusal) -> ExitCode {
    eprintln!("{}", refusal.failure);
    exit::refused()
}

/// It came too late, or is the same once more.
fn did_not_count(note: &str) -> ExitCode {
    eprintln!("{note}");
    exit::refused()
}

/// A change in plain text.
fn told(ticket: &Ticket, sheet: &TicketSheet) -> String {
    let mut out = format!("{} ({})\n\n", sheet.headline, words::state(sheet.state));
    for fact in &sheet.facts {
        out.push_str(&format!("{:<12} {}\n", format!("{}:", fact.label), fact.text));
    }
    for row in &sheet.sample {
        out.push_str(&format!("  {} {}\n", row.kind.mark(), cells(row)));
    }
    if let Some(rest) = &sheet.sample_rest {
        out.push_str(&format!("  {rest}\n"));
    }
    out.push_str(&format!("\nSQL: {}\n", sheet.statement));
    for note in &sheet.notes {
        out.push_str(&format!("Not shown: {note}\n"));
    }
    out.push_str(&format!("\nTicket {} · run {}\n", ticket.id, ticket.run_id));
    out
}

/// A row's key and what changes of it.
fn cells(row: &SampleRow) -> String {
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "NULL".into());
    let cells = row.cells.iter().filter(|cell| cell.changed).map(|cell| match (&cell.before, &cell.after) {
        (before @ Some(_), after @ Some(_)) => {
            format!("{} {} → {}", cell.column, shown(before), shown(after))
        }
        (one, other) => format!("{} {}", cell.column, shown(if one.is_some() { one } else { other })),
    });
    format!("{}: {}", row.key, cells.collect::<Vec<_>>().join(", "))
}
