//! Questions to statements, for the commands that run nothing or run it elsewhere.

use crate::services::env;
use anyhow::{Context, Result};
use rowcall_core::{Author, Catalogue, HistoryMessage, IntentKind};
use rowcall_model::ModelPlanner;
use rowcall_plan::QueryPlan;
use rowcall_planner::{Aids, OfflinePlanner, PlanRequest, Planned, Planner};
use rowcall_policy::{Facts, Verdict};
use rowcall_shared::config::ModelConfig;
use rowcall_source::{CatalogueCache, Source, SourceSettings};
use std::{sync::Arc, time::Duration};

/// What becomes of a wish that is not for data.
const NO_DATA: &str = "It was not taken for a question about the data.";
/// Only reads are planned here.
const CHANGES: &str = "It would change data.";

/// Who plans.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum PlannerChoice {
    /// The planner that needs no model.
    Offline,
    /// The language model that ROWCALL_MODEL names, then the planner that needs none. No values of the data are shown to it.
    Model,
}

/// A planner, and what one source contains.
pub struct Planning {
    planner: Box<dyn Planner>,
    catalogue: Arc<Catalogue>,
}

/// What was asked and answered before, oldest first.
#[derive(Default)]
pub struct Conversation {
    messages: Vec<HistoryMessage>,
}

/// What a question became.
pub struct Answered {
    /// The statement that would run, or why there is none.
    pub sql: Result<String, String>,
    /// The plan, where there is one.
    pub plan: Option<QueryPlan>,
}

impl Planning {
    /// Reads the catalogue of a source; `role` is taken on there.
    pub async fn of(choice: PlannerChoice, url: &str, role: Option<String>) -> Result<Self> {
        let planner: Box<dyn Planner> = match choice {
            PlannerChoice::Offline => Box::new(OfflinePlanner::default()),
            PlannerChoice::Model => {
                let config = ModelConfig::load(&env)?.context("ROWCALL_MODEL is not set: name a model")?;
                Box::new(ModelPlanner::new(config)?)
            }
        };
        let source = Source::new(SourceSettings { role, ..SourceSettings::default() }, url)?;
        let catalogue = source.catalogue(&CatalogueCache::new(None, Duration::ZERO)).await?;
        Ok(Self { planner, catalogue })
    }

    /// Plans a question with what somebody knew of it beforehand, and adds it and what it became to the conversation that it
    /// is asked in.
    pub async fn plan(
        &self,
        question: &str,
        hint: Option<&str>,
        conversation: &mut Conversation,
    ) -> Result<Answered> {
        let answered = self.answer(question, hint, &conversation.messages).await?;
        let said = |author, text: &str, plan| HistoryMessage { author, text: text.to_owned(), plan };
        let text = answered.sql.as_ref().err().map_or("", String::as_str);
        let plan = answered.plan.as_ref().map(serde_json::to_value).transpose()?;
        conversation.messages.push(said(Author::Person, question, None));
        conversation.messages.push(said(Author::Rowcall, text, plan));
        Ok(answered)
    }

    async fn answer(
        &self,
        question: &str,
        hint: Option<&str>,
        history: &[HistoryMessage],
    ) -> Result<Answered> {
        let intent = rowcall_planner::understand_over(question, &self.catalogue);
        if matches!(intent.kind, IntentKind::Task | IntentKind::Workflow | IntentKind::Help) {
            return Ok(Answered { sql: Err(NO_DATA.into()), plan: None });
        }
        let request = PlanRequest {
            question: &intent.text,
            history,
            catalogue: &self.catalogue,
            today: chrono::Utc::now().date_naive(),
            time_zone: chrono_tz::UTC,
        };
        Ok(match self.planner.plan(request, Aids { hint, ..Aids::default() }).await?.planned {
            Planned::Plan { plan, .. } => {
                let sql = rowcall_plan::compile(&plan, &self.catalogue)
                    .map_err(|error| error.to_string())
                    .and_then(|compiled| self.judge(&compiled.sql));
                Answered { sql, plan: Some(plan) }
            }
            Planned::Change { .. } => Answered { sql: Err(CHANGES.into()), plan: None },
            Planned::Sql { sql, .. } => Answered { sql: self.judge(&sql), plan: None },
            Planned::Clarify { question, .. } => Answered { sql: Err(question), plan: None },
            Planned::CannotAnswer { reason, .. } => Answered { sql: Err(reason), plan: None },
        })
    }

    /// Only what the policy lets through would run.
    fn judge(&self, sql: &str) -> Result<String, String> {
        match rowcall_policy::check(sql, &Facts { catalogue: Some(&self.catalogue) }) {
            Verdict::AllowRead(read) => Ok(read.sql().to_owned()),
            Verdict::NeedsApproval(_) => Err(CHANGES.into()),
            Verdict::Refuse(refusals) => {
                Err(refusals.into_iter().next().map_or_else(String::new, |refusal| refusal.reason))
            }
        }
    }
}
