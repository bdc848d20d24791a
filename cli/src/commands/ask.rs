//! `rowcall ask`.

use super::stop_on_signal;
use crate::{exit, lines, services::Services};
use anyhow::{Context, Result, bail};
use rowcall_bot::IntakeError;
use rowcall_core::{Actor, ArtifactRef, Inbound, Place, Platform, Reply, RunId};
use rowcall_format::{
    table::{self, TableOptions},
    values::visible_lines,
};
use rowcall_shared::{ProgressEvent, Store, progress::What};
use serde_json::json;
use std::{
    io::{IsTerminal, Write, stdout},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};
use tokio::sync::broadcast::Receiver;

/// Asks a question and prints the answer, or asks for a change and prints what it would do.
///
/// It goes the whole way: store, queue, worker. Uses the configured services, or the running demo.
///
/// A change waits for its decision: the command ends with exit code 3, and JSON has the state "waiting_approval" and the
/// id of its ticket under "ticket". Whoever may decide does so in a chat, in the console, or with `rowcall tickets`.
///
/// Exit code: 0 answered, 1 error, 2 refused, 3 waiting for a person.
///
/// Example: rowcall ask "revenue by month in 2025"
///
/// Example: rowcall ask "set the status of order 17 to shipped"
#[derive(clap::Args)]
pub struct Ask {
    /// The question, in plain English.
    question: String,
    /// Print the answer as one line of JSON.
    #[arg(long)]
    json: bool,
    /// The source to ask; the default source when not given.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Who asks; the local user's name when not given.
    #[arg(long = "as", value_name = "USER")]
    user: Option<String>,
    /// Goes on with a conversation: any word, the same one each time.
    #[arg(long, value_name = "ID")]
    conversation: Option<String>,
    /// Save the chart and the CSV file, if there are any, in this folder.
    #[arg(long, value_name = "DIR")]
    save: Option<PathBuf>,
    /// Give up waiting after so many seconds (the question goes on).
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    timeout: u64,
    /// Data folder of the demo to ask, when no store is configured.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// How often the store is looked at when nothing is told.
const LOOK: Duration = Duration::from_millis(250);

impl Ask {
    pub async fn run(self) -> Result<ExitCode> {
        let services = Services::configured_or_demo(self.data.as_deref())?;
        let stop = stop_on_signal();
        let events = services.progress.listen(stop.clone()).subscribe();
        let user = user(self.user.as_deref());
        let actor = Actor::local(Platform::Cli, user.clone(), chrono::Utc::now());
        let place = Place {
            platform: Platform::Cli,
            key: format!(
                "{user}:{}",
                self.conversation.clone().unwrap_or_else(|| uuid::Uuid::new_v4().to_string())
            ),
        };
        let inbound = Inbound {
            source: self.source.clone(),
            ..Inbound::question(place, uuid::Uuid::new_v4().to_string(), actor, self.question.clone())
        };
        let intake = services.bot().intake();
        let accepted = match intake.accept(inbound).await {
            Ok(accepted) => accepted,
            Err(error) => return self.not_accepted(&error),
        };
        let run_id = accepted.run_id;
        let show = !self.json && std::io::stderr().is_terminal();
        let wait = deliver(&services.store, run_id, events, show);
        let reply = tokio::select! {
            reply = wait => reply?,
            () = tokio::time::sleep(Duration::from_secs(self.timeout)) => {
                bail!("there is no answer after {} s; the question goes on as run {run_id}", self.timeout)
            }
            () = stop.cancelled() => {
                let _ = intake.cancel(run_id).await;
                bail!("stopped; run {run_id} was told to end");
            }
        };
        if let Some(folder) = &self.save {
            for artifact in reply.chart.iter().chain(&reply.files) {
                save(&services.store, artifact, folder).await?;
            }
        }
        if self.json {
            lines::print(&as_json(&reply))?
        } else {
            print(&reply)?
        }
        Ok(exit::of(reply.state))
    }

    fn not_accepted(&self, error: &IntakeError) -> Result<ExitCode> {
        let failure = error.failure();
        if self.json {
            lines::print(&json!({
                "run_id": null, "state": "refused", "planner": null, "sql": null, "columns": [], "rows": [],
                "row_count": 0, "truncated": false, "chart": null, "assumptions": [], "text": failure.to_string(), "ms": 0,
            }))?;
        } else {
            eprintln!("{}", visible_lines(&failure.to_string()));
        }
        Ok(match error {
            IntakeError::Rejected(_) => exit::refused(),
            IntakeError::Away(_) | IntakeError::Unavailable(_) => exit::ERROR,
        })
    }
}

/// Who sits at the terminal.
pub(super) fn user(named: Option<&str>) -> String {
    named.map(str::to_owned).or_else(|| crate::services::env("USER")).unwrap_or_else(|| "local".into())
}

/// Waits for the reply and takes its delivery: the command line is the front end here.
pub(super) async fn deliver(
    store: &Store,
    run_id: RunId,
    mut events: Receiver<Option<ProgressEvent>>,
    show: bool,
) -> Result<Reply> {
    let owner = uuid::Uuid::new_v4().to_string();
    loop {
        // Looks at the store whenever something was told, and now and then all the same.
        let told = tokio::time::timeout(LOOK, events.recv()).await;
        let look = match &told {
            Ok(Ok(Some(event))) if event.run_id != run_id => continue,
            Ok(Ok(Some(event))) => {
                if show {
                    show_progress(&event.what);
                }
                matches!(event.what, What::Ended { .. })
            }
            Ok(Ok(None) | Err(_)) | Err(_) => true,
        };
        if matches!(told, Ok(Err(tokio::sync::broadcast::error::RecvError::Closed))) {
            tokio::time::sleep(LOOK).await;
        }
        if !look {
            continue;
        }
        let taken =
            store.take_deliveries(Platform::Cli, Some(run_id), &owner, Duration::from_secs(30), 1).await;
        match taken {
            Ok(mut deliveries) => {
                if let Some(delivery) = deliveries.pop() {
                    store.delivered(delivery.id, &owner, None).await?;
                    if show {
                        eprint!("\r\x1b[K");
                    }
                    return Ok(delivery.reply);
                }
            }
            Err(error) if error.is_transient() => tokio::time::sleep(LOOK).await,
            Err(error) => return Err(error.into()),
        }
    }
}

fn show_progress(what: &What) {
    match what {
        What::Started { step } => eprint!("\r\x1b[K{step} …"),
        What::Doing { what, .. } => eprint!("\r\x1b[K{what} …"),
        What::Retrying { after_ms } => eprint!("\r\x1b[Ktrying again in {} s …", after_ms.div_ceil(1000)),
        What::Completed { .. } | What::Ended { .. } => {}
    }
    let _ = std::io::stderr().flush();
}

async fn save(store: &Store, artifact: &ArtifactRef, folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let path = folder.join(&artifact.name);
    let mut file =
        std::fs::File::create(&path).with_context(|| format!("{} cannot be written", path.display()))?;
    let mut position = 0;
    while let Some(chunk) = store.artifact_chunk(artifact.id, position).await? {
        file.write_all(&chunk)?;
        position += 1;
    }
    eprintln!("saved {}", path.display());
    Ok(())
}

/// The contract of `--json`.
fn as_json(reply: &Reply) -> serde_json::Value {
    let rows = reply.table.as_ref().map(|t| &t.rows);
    json!({
        "run_id": reply.run_id,
        "state": reply.state,
        "planner": reply.planner, "confidence": reply.confidence.map(|c| (f64::from(c) * 100.0).round() / 100.0),
        "sql": reply.sql,
        "columns": rows.map(|r| r.columns.iter().map(|c| c.name.as_str()).collect::<Vec<_>>()).unwrap_or_default(),
        "rows": rows
            .map(|r| r.rows.iter().map(|row| row.iter().map(rowcall_core::Value::to_json).collect::<Vec<_>>()).collect::<Vec<_>>())
            .unwrap_or_default(),
        "row_count": rows.map_or(0, |r| r.row_count),
        "truncated": rows.is_some_and(|r| r.truncated),
        "chart": reply.chart.as_ref().map(|c| c.name.as_str()),
        "assumptions": reply.assumptions,
        "text": reply.text,
        "ms": reply.ms,
        "ticket": reply.ticket,
        "suggestions": reply.buttons.iter().map(|b| b.text.as_str()).collect::<Vec<_>>(),
        "failure": reply.failure,
    })
}

/// An answer in plain text.
pub(super) fn print(reply: &Reply) -> Result<()> {
    let mut out = String::new();
    out.push_str(&reply.text);
    out.push('\n');
    if let Some(table) = &reply.table
        && !table.rows.rows.is_empty()
    {
        let options = TableOptions { max_width: terminal_width(), max_rows: 50, ..TableOptions::default() };
        out.push('\n');
        out.push_str(&table::text(&table.rows, &options).text);
    }
    if let Some(sql) = &reply.sql {
        out.push_str(&format!("\nSQL: {sql}\n"));
    }
    for assumption in &reply.assumptions {
        out.push_str(&format!("Assumed: {assumption}\n"));
    }
    for button in &reply.buttons {
        out.push_str(&format!("  · {}\n", button.text));
    }
    if let Some(ticket) = &reply.ticket {
        out.push_str(&format!(
            "Ticket: {ticket} (rowcall tickets show, approve or reject it; the console has it too)\n"
        ));
    }
    if let Some(chart) = &reply.chart {
        out.push_str(&format!("Chart: {} ({}; --save DIR keeps it)\n", chart.name, chart.alt));
    }
    for file in &reply.files {
        out.push_str(&format!("File: {} ({}; --save DIR keeps it)\n", file.name, file.alt));
    }
    let planner = reply.planner.as_deref().map(|p| format!(" · planner {p}")).unwrap_or_default();
    out.push_str(&format!("\n{} ms{planner} · run {}\n", reply.ms, reply.run_id));
    // A terminal obeys what it is sent: an answer may hold what a stranger wrote into the data.
    stdout().write_all(visible_lines(&out).as_bytes()).context("standard output is closed")
}

fn terminal_width() -> usize {
    crate::services::env("COLUMNS").and_then(|c| c.parse().ok()).filter(|w| *w >= 40).unwrap_or(110)
}
