//! `rowcall check`.

use crate::{exit, lines};
use anyhow::Result;
use rowcall_policy::{Facts, Verdict};
use rowcall_source::{CatalogueCache, Source, SourceSettings};
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, process::ExitCode};

/// Reads {id, sql} lines and says of each whether it may run as a read, needs approval, or is refused, and why.
///
/// Nothing is run. Without a source, relations are taken as known tables and only PostgreSQL's own functions are
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
    /// What would be allowed instead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allowed: Vec<String>,
}

impl Check {
    pub async fn run(self) -> Result<ExitCode> {
        let catalogue = match &self.source_url {
            Some(url) => {
                let settings = SourceSettings {
                    sample_values: false,
                    role: self.role.clone(),
                    ..SourceSettings::default()
                };
                let source = Source::new(settings, url)?;
                Some(source.catalogue(&CatalogueCache::new(None, std::time::Duration::ZERO)).await?)
            }
            None => None,
        };
        let facts = Facts { catalogue: catalogue.as_deref() };
        for line in lines::read::<Line>(self.jsonl.as_deref())? {
            let (verdict, refusals) = match rowcall_policy::check(&line.sql, &facts) {
                Verdict::AllowRead(_) => ("allow_read", Vec::new()),
                Verdict::NeedsApproval(_) => ("needs_approval", Vec::new()),
                Verdict::Refuse(refusals) => ("refuse", refusals),
            };
            lines::print(&Judged {
                id: line.id,
                verdict,
                codes: refusals.iter().map(|r| r.code.as_str()).collect(),
                at: refusals.iter().map(|r| r.at).collect(),
                allowed: refusals.iter().map(|r| r.allowed.clone()).collect(),
                reasons: refusals.into_iter().map(|r| r.reason).collect(),
            })?;
        }
        Ok(exit::DONE)
    }
}
