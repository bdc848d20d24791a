//! `rowcall audit`: is the log whole, and what is in it.

use crate::{exit, services::Services};
use anyhow::{Context, Result};
use rowcall_render::csv::CsvWriter;
use rowcall_shared::audit::{AuditEntry, AuditHead};
use std::{
    io::{BufRead, BufReader, Write, stdout},
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Entries read in one go.
const BATCH: i64 = 1000;
/// What stands before a head in a log.
const ANCHOR: &str = "audit head ";

/// Who did what.
#[derive(clap::Subcommand)]
pub enum AuditCommand {
    /// Go through the whole log: is every entry the one that was written, and is none missing? Exit code 1 when not. That
    /// its end was cut off is only seen with a head that was kept elsewhere.
    ///
    /// Example: rowcall audit verify --log /var/log/rowcall-worker.log
    Verify(Verify),
    /// Print the log, oldest entry first.
    ///
    /// Example: rowcall audit export --csv > audit.csv
    Export(Export),
}

#[derive(clap::Args)]
pub struct Verify {
    /// A head that an earlier `verify` printed.
    #[arg(long, value_name = "NUMBER:HMAC", conflicts_with = "log")]
    head: Option<AuditHead>,
    /// The log of a bot or worker, which writes each head down: the last one in it is looked for.
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Data folder of the demo, when no store is configured.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("format").required(true)))]
pub struct Export {
    /// As CSV.
    #[arg(long, group = "format")]
    csv: bool,
    /// As JSON lines.
    #[arg(long, group = "format")]
    json: bool,
    /// Only what was done to this: ticket:…, source:shop, ….
    #[arg(long, value_name = "SUBJECT")]
    subject: Option<String>,
    /// Data folder of the demo, when no store is configured.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl AuditCommand {
    pub async fn run(self) -> Result<ExitCode> {
        match self {
            Self::Verify(c) => c.run().await,
            Self::Export(c) => c.run().await,
        }
    }
}

impl Verify {
    async fn run(self) -> Result<ExitCode> {
        let services = Services::configured_or_demo(self.data.as_deref())?;
        let kept = match &self.log {
            Some(file) => Some(last_head(file)?),
            None => self.head,
        };
        let report = services.store.verify_audit(kept).await?;
        let code = if report.fault.is_none() { exit::DONE } else { exit::ERROR };
        let head = report.head.map(|head| head.to_string());
        if self.json {
            crate::lines::print(&serde_json::json!({
                "whole": report.fault.is_none(), "entries": report.entries, "without_key": report.without_key,
                "head": head, "compared_with": kept.map(|kept| kept.to_string()),
                "fault": report.fault.map(|fault| fault.to_string()),
            }))?;
            return Ok(code);
        }
        match (&report.fault, head) {
            (Some(fault), _) => eprintln!("rowcall: the audit log is not whole: {fault}"),
            (None, None) => println!("The audit log is empty."),
            (None, Some(head)) => {
                println!(
                    "The audit log is whole: {} entries. Its head, to be kept elsewhere:",
                    report.entries
                );
                println!("{head}");
            }
        }
        if report.without_key > 0 {
            println!("The first {} were written before there was a key.", report.without_key);
        }
        if kept.is_none() {
            println!("Whether its end was cut off was not looked at: that needs --head or --log.");
        }
        Ok(code)
    }
}

/// The head of the highest number that a log tells of.
fn last_head(file: &Path) -> Result<AuditHead> {
    let log = std::fs::File::open(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let mut last: Option<AuditHead> = None;
    for line in BufReader::new(log).split(b'\n') {
        let line = line.with_context(|| format!("{} cannot be read", file.display()))?;
        let line = String::from_utf8_lossy(&line);
        let head = line.split_once(ANCHOR).and_then(|(_, rest)| {
            // Whatever a log's format puts behind it.
            let end = rest.find(|c: char| c != ':' && !c.is_ascii_hexdigit()).unwrap_or(rest.len());
            rest[..end].parse::<AuditHead>().ok()
        });
        last = match (last, head) {
            (Some(last), Some(head)) if head.seq < last.seq => Some(last),
            (last, head) => head.or(last),
        };
    }
    last.with_context(|| format!("{} holds no head of the audit log", file.display()))
}

impl Export {
    async fn run(self) -> Result<ExitCode> {
        let services = Services::configured_or_demo(self.data.as_deref())?;
        let mut csv = CsvWriter::new();
        if self.csv {
            csv.header(&AuditEntry::columns());
        }
        let mut after = 0;
        loop {
            let entries = services.store.audit_entries(self.subject.as_deref(), after, BATCH).await?;
            for entry in &entries {
                match self.csv {
                    true => csv.row(&entry.row()),
                    false => print_json(entry)?,
                }
            }
            stdout().write_all(&csv.take()).context("standard output is closed")?;
            match entries.last() {
                Some(last) => after = last.seq,
                None => return Ok(exit::DONE),
            }
        }
    }
}

fn print_json(entry: &AuditEntry) -> Result<()> {
    let details: serde_json::Value = serde_json::from_str(&entry.details)?;
    crate::lines::print(&serde_json::json!({
        "seq": entry.seq, "at": entry.at, "actor": entry.actor, "action": entry.action, "subject": entry.subject,
        "details": details, "key": entry.key_id, "mac": entry.mac.to_string(),
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_last_head_of_a_log_is_found_in_whatever_stands_around_it() {
        let file = std::env::temp_dir().join(format!("rowcall-heads-{}", std::process::id()));
        let (old, new) = ("a".repeat(64), "b".repeat(64));
        let log = format!(
            "2026-01-01 INFO rowcall_audit: audit head 9:{old}\n{{\"message\":\"audit head 12:{new}\"}}\n\
             audit head 11:{old} of another process\naudit head of nothing\n"
        );
        std::fs::write(&file, log).unwrap();
        assert_eq!(last_head(&file).unwrap().to_string(), format!("12:{new}"));
        std::fs::write(&file, "nothing\n").unwrap();
        assert!(last_head(&file).is_err());
        std::fs::remove_file(&file).unwrap();
    }
}
