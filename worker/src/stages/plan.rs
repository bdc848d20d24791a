//! Plan: a question becomes one statement, or a reason why it cannot.

use super::{
    choices::{self, CHOSEN},
    planning::{Planning, cannot_answer},
    recall::CONFIRMED,
};
use crate::engine::{Finished, Flow, Step, StepContext, StepError};
use rowcall_core::{Ask, Button, Catalogue, Intent, Reply, RunState};
use rowcall_plan::{ChartHint, ColumnMeta, QueryPlan};
use rowcall_planner::{Outcome, Planned, Wish};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Who plans a person's own statement.
pub(super) const OWN: &str = "sql";

/// A statement that nobody has judged yet, and what is known about its result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Who planned it: "offline", a model's name, "sql" for a person's own statement, "confirmed" or "chosen".
    pub planner: String,
    /// The plan, where there is one; a follow-up changes it.
    pub plan: Option<QueryPlan>,
    /// The statement.
    pub sql: String,
    /// The answer's title, a few words.
    pub title: Option<String>,
    /// The plan in plain English.
    pub explanation: Option<String>,
    /// What was taken for granted, one sentence each.
    pub assumptions: Vec<String>,
    /// What the asker should know about how it was planned, one sentence each.
    #[serde(default)]
    pub notes: Vec<String>,
    /// What the result's columns are.
    pub columns: Vec<ColumnMeta>,
    /// How it should be drawn.
    pub chart: ChartHint,
    /// How sure the planner is, from 0 to 1.
    pub confidence: f32,
    /// The question can be understood without the conversation around it.
    #[serde(default)]
    pub alone: bool,
    /// The fingerprint of the catalogue by which the statement was checked.
    #[serde(default)]
    pub schema: String,
    /// What the planner took the message for: kind, operation, tables. Kept with the run; the check goes by the statement.
    #[serde(default)]
    pub wish: Option<Wish>,
}

impl Draft {
    /// A person's own statement, as they wrote it.
    fn own(sql: String) -> Self {
        Self {
            planner: OWN.to_owned(),
            plan: None,
            sql,
            title: None,
            explanation: None,
            assumptions: Vec::new(),
            notes: Vec::new(),
            columns: Vec::new(),
            chart: ChartHint::Auto,
            confidence: 1.0,
            alone: false,
            schema: String::new(),
            wish: None,
        }
    }

    /// A draft from what a planner said; or the run's end, when it said that it cannot or must ask.
    pub(super) fn from_outcome(
        context: &StepContext,
        outcome: Outcome,
        catalogue: &Catalogue,
    ) -> Result<Flow<Self>, StepError> {
        let Outcome { planner, planned, notes, .. } = outcome;
        let with_notes =
            |text: String| std::iter::once(text).chain(notes.clone()).collect::<Vec<_>>().join(" ");
        match planned {
            Planned::Plan { plan, mut assumptions, confidence } => {
                match rowcall_plan::compile(&plan, catalogue) {
                    Ok(compiled) => {
                        assumptions.extend(compiled.assumptions);
                        Ok(Flow::Next(Self {
                            planner,
                            notes,
                            title: Some(rowcall_plan::title(&plan)),
                            explanation: Some(rowcall_plan::explain(&plan)),
                            plan: Some(plan),
                            sql: compiled.sql,
                            assumptions,
                            columns: compiled.columns,
                            chart: compiled.chart,
                            confidence,
                            alone: false,
                            schema: String::new(),
                            wish: None,
                        }))
                    }
                    Err(error) => {
                        tracing::warn!(%error, "a plan did not compile");
                        let suggestions = rowcall_planner::suggestions(catalogue);
                        Ok(Flow::End(cannot_answer(context, &planner, format!("{error}."), suggestions)))
                    }
                }
            }
            Planned::Change { plan, mut assumptions, confidence } => {
                match rowcall_plan::compile_change(&plan, catalogue) {
                    Ok(compiled) => {
                        assumptions.extend(compiled.assumptions);
                        Ok(Flow::Next(Self {
                            planner,
                            notes,
                            title: None,
                            explanation: Some(rowcall_plan::explain_change(&plan)),
                            plan: None,
                            sql: compiled.sql,
                            assumptions,
                            columns: Vec::new(),
                            chart: ChartHint::None,
                            confidence,
                            alone: false,
                            schema: String::new(),
                            wish: None,
                        }))
                    }
                    Err(error) => {
                        tracing::warn!(%error, "a planned change did not compile");
                        Ok(Flow::End(cannot_answer(context, &planner, format!("{error}."), Vec::new())))
                    }
                }
            }
            Planned::Sql { sql, assumptions, confidence } => Ok(Flow::Next(Self {
                planner,
                notes,
                plan: None,
                sql,
                title: None,
                explanation: None,
                assumptions,
                columns: Vec::new(),
                chart: ChartHint::Auto,
                confidence,
                alone: false,
                schema: String::new(),
                wish: None,
            })),
            Planned::Clarify { question, choices } => {
                let text = with_notes(question);
                let mut reply = Reply::words(context.question.run_id, RunState::WaitingClarification, text);
                reply.planner = Some(planner);
                let plan = choices::kept(&choices);
                reply.buttons =
                    choices.into_iter().map(|c| Button { label: c.label, text: c.text }).collect();
                Ok(Flow::End(Box::new(Finished { reply, plan })))
            }
            Planned::CannotAnswer { reason, suggestions } => {
                Ok(Flow::End(cannot_answer(context, &planner, with_notes(reason), suggestions)))
            }
        }
    }
}

impl Draft {
    /// How sure the planner was; nothing where a person wrote, chose or confirmed it.
    pub(super) fn sureness(&self) -> Option<f32> {
        (![OWN, CONFIRMED, CHOSEN].contains(&self.planner.as_str())).then_some(self.confidence)
    }

    /// What a follow-up changes: the plan, or the statement (`{"sql": …}`) where there is no plan.
    pub(super) fn behind(&self, sql: &str) -> Option<serde_json::Value> {
        match &self.plan {
            Some(plan) => serde_json::to_value(plan).ok(),
            None => Some(serde_json::json!({ "sql": sql })),
        }
    }
}

/// The step.
pub struct Plan {
    planning: Arc<Planning>,
}

impl Plan {
    /// The step.
    pub fn new(planning: Arc<Planning>) -> Self {
        Self { planning }
    }
}

#[async_trait::async_trait]
impl Step for Plan {
    type Input = Intent;
    type Output = Draft;

    fn name(&self) -> &'static str {
        "plan"
    }

    async fn run(&self, context: &StepContext, intent: Intent) -> Result<Flow<Draft>, StepError> {
        if context.question.ask == Ask::Sql {
            return Ok(Flow::Next(Draft::own(intent.text)));
        }
        if context.question.ask == Ask::Define {
            return self.planning.define(context, &intent.text).await;
        }
        let source = self.planning.source(context).await?;
        let catalogue = self.planning.catalogue(&source, false).await?;
        self.planning.draft(context, &intent, &source, &catalogue, None).await
    }
}
