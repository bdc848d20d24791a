//! `rowcall plan`.

use crate::{exit, lines};
use anyhow::Result;
use rowcall_plan::QueryPlan;
use rowcall_planner::{OfflinePlanner, PlanRequest, Planned, Planner};
use rowcall_policy::{Facts, Verdict};
use rowcall_source::{CatalogueCache, Source, SourceSettings};
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

#[derive(Clone, Copy, clap::ValueEnum)]
enum PlannerChoice {
    /// The planner that needs no model.
    Offline,
}

#[derive(Deserialize)]
struct Line {
    id: serde_json::Value,
    question: String,
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
        let planner: Box<dyn Planner> = match self.planner {
            PlannerChoice::Offline => Box::new(OfflinePlanner::default()),
        };
        let source = Source::new(
            SourceSettings { role: self.role.clone(), ..SourceSettings::default() },
            &self.source_url,
        )?;
        let catalogue = source.catalogue(&CatalogueCache::new(None, std::time::Duration::ZERO)).await?;
        for line in lines::read::<Line>(Some(&self.jsonl))? {
            let request = PlanRequest {
                question: &line.question,
                history: &[],
                catalogue: &catalogue,
                today: chrono::Utc::now().date_naive(),
                time_zone: chrono_tz::UTC,
            };
            let mut answer = Answer { id: line.id, sql: None, refused: true, reason: None, plan: None };
            match planner.plan(request).await? {
                Planned::Plan { plan, .. } => {
                    match rowcall_plan::compile(&plan, &catalogue) {
                        Ok(compiled) => judge(&compiled.sql, &catalogue, &mut answer),
                        Err(error) => answer.reason = Some(error.to_string()),
                    }
                    answer.plan = Some(plan);
                }
                Planned::Sql { sql, .. } => judge(&sql, &catalogue, &mut answer),
                Planned::Clarify { question, .. } => answer.reason = Some(question),
                Planned::CannotAnswer { reason, .. } => answer.reason = Some(reason),
            }
            lines::print(&answer)?;
        }
        Ok(exit::DONE)
    }
}

/// Only what the policy lets through would run.
fn judge(sql: &str, catalogue: &rowcall_core::Catalogue, answer: &mut Answer) {
    match rowcall_policy::check(sql, &Facts { catalogue: Some(catalogue) }) {
        Verdict::AllowRead(read) => {
            answer.sql = Some(read.sql().to_owned());
            answer.refused = false;
        }
        Verdict::NeedsApproval(_) => answer.reason = Some("It would change data.".into()),
        Verdict::Refuse(refusals) => answer.reason = refusals.first().map(|r| r.reason.clone()),
    }
}
