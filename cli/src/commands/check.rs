//! `rowcall check`.

use crate::{exit, lines};
use anyhow::{Context, Result};
use rowcall_policy::{Facts, FunctionName, Relation, Verdict};
use rowcall_source::{CatalogueCache, Source, SourceSettings};
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, process::ExitCode};

/// Reads {id, sql} lines and says of each whether it may run as a read, needs approval, or is refused, and why.
///
/// A refusal names the rule, the reason, the place in the text and what would be allowed; the other verdicts say what would
/// run and what it reads, changes and calls. Nothing is run. Without a source, relations are taken as known tables and only PostgreSQL's own functions are
/// known.
///
/// Example: echo '{"id": 1, "sql": "select 1"}' | rowcall check
#[derive(clap::Args)]
pub struct Check {
    /// A database whose tables and functions the statements are judged by.
    #[arg(long, value_name = "URL")]
    source_url: Option<String>,
    /// Role to take on there (`SET ROLE`), for logins that may do nothing by themselves.
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// The source's settings as JSON, as for `rowcall source add`: what they keep back is built in.
    #[arg(long, value_name = "JSON", default_value = "{}", requires = "source_url")]
    settings: String,
    /// File with one {id, sql} a line; standard input when not given.
    #[arg(long, value_name = "FILE")]
    jsonl: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Line {
    id: serde_json::Value,
    sql: String,
}

#[derive(Serialize)]
struct Judged {
    id: serde_json::Value,
    verdict: &'static str,
    codes: Vec<&'static str>,
    reasons: Vec<String>,
    /// Where in the statement, in bytes from its start; one for each reason.
    at: Vec<Option<usize>>,
    /// The text at those places.
    near: Vec<Option<String>>,
    /// What would be allowed instead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allowed: Vec<String>,
    /// What would run, for a statement that is not refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    runs: Option<Runs>,
}

#[derive(Serialize)]
struct Runs {
    /// `read`, or what kind of change it is.
    kind: &'static str,
    /// The text, printed from the checked tree and with what the source keeps back built in.
    sql: String,
    relations: Vec<String>,
    functions: Vec<String>,
}

impl Runs {
    fn new(kind: &'static str, sql: &str, relations: &[Relation], functions: &[FunctionName]) -> Self {
        Self {
            kind,
            sql: sql.to_owned(),
            relations: relations.iter().map(ToString::to_string).collect(),
            functions: functions.iter().map(ToString::to_string).collect(),
        }
    }
}

/// The few characters that stand at a place.
fn near(sql: &str, at: Option<usize>) -> Option<String> {
    const SHOWN: usize = 40;
    let rest = sql.get(at?..)?;
    let mut text: String = rest.chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if rest.chars().count() > SHOWN {
        text.push('…');
    }
    Some(text)
}

impl Check {
    pub async fn run(self) -> Result<ExitCode> {
        let catalogue = match &self.source_url {
            Some(url) => {
                let settings: SourceSettings =
                    serde_json::from_str(&self.settings).context("--settings cannot be read")?;
                let role = self.role.clone().or_else(|| settings.role.clone());
                let settings = SourceSettings { sample_values: false, role, ..settings };
                let source = Source::new(settings, url)?;
                Some(source.catalogue(&CatalogueCache::new(None, std::time::Duration::ZERO)).await?)
            }
            None => None,
        };
        let facts = Facts { catalogue: catalogue.as_deref() };
        for line in lines::read::<Line>(self.jsonl.as_deref())? {
            let verdict = rowcall_policy::check(&line.sql, &facts);
            let runs = match &verdict {
                Verdict::AllowRead(read) => {
                    Some(Runs::new("read", read.sql(), read.relations(), read.functions()))
                }
                Verdict::NeedsApproval(change) => {
                    let kind = change.kind().as_str();
                    Some(Runs::new(kind, change.sql(), change.relations(), change.functions()))
                }
                Verdict::Refuse(_) => None,
            };
            let refusals = verdict.refusals();
            lines::print(&Judged {
                id: line.id,
                verdict: verdict.as_str(),
                codes: refusals.iter().map(|r| r.code.as_str()).collect(),
                at: refusals.iter().map(|r| r.at).collect(),
                near: refusals.iter().map(|r| near(&line.sql, r.at)).collect(),
                allowed: refusals.iter().map(|r| r.allowed.clone()).collect(),
                reasons: refusals.iter().map(|r| r.reason.clone()).collect(),
                runs,
            })?;
        }
        Ok(exit::DONE)
    }
}
