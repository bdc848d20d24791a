//! `rowcall plan`.

use super::planning::{Conversation, PlannerChoice, Planning};
use crate::{exit, lines};
use anyhow::Result;
use rowcall_plan::QueryPlan;
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, process::ExitCode};

/// Reads {id, question} lines and prints the SQL that each would run, or why there is none.
///
/// Nothing is run.
///
/// Example: rowcall plan --source-url postgres://localhost/shop --jsonl questions.jsonl
#[derive(clap::Args)]
pub struct Plan {
    /// The database that the questions are about.
    #[arg(long, value_name = "URL")]
    source_url: String,
    /// Role to take on there (`SET ROLE`), for logins that may do nothing by themselves.
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// File with one {id, question} a line ("-" for standard input); other fields are ignored, but `evidence`, a
    /// hint that is given with the question.
    #[arg(long, value_name = "FILE")]
    jsonl: PathBuf,
    /// Who plans.
    #[arg(long, value_enum, default_value_t = PlannerChoice::Offline)]
    planner: PlannerChoice,
}

#[derive(Deserialize)]
struct Line {
    id: serde_json::Value,
    question: String,
    evidence: Option<String>,
}

#[derive(Serialize)]
struct Answer {
    id: serde_json::Value,
    sql: Option<String>,
    refused: bool,
    reason: Option<String>,
    plan: Option<QueryPlan>,
}

impl Plan {
    pub async fn run(self) -> Result<ExitCode> {
        let planning = Planning::of(self.planner, &self.source_url, self.role).await?;
        for line in lines::read::<Line>(Some(&self.jsonl))? {
            let alone = &mut Conversation::default();
            let planned = planning.plan(&line.question, line.evidence.as_deref(), alone).await?;
            let (sql, reason) = match planned.sql {
                Ok(sql) => (Some(sql), None),
                Err(reason) => (None, Some(reason)),
            };
            lines::print(&Answer { id: line.id, refused: sql.is_none(), sql, reason, plan: planned.plan })?;
        }
        Ok(exit::DONE)
    }
}
