//! A question becomes a plan.
//!
//! [`Planner`] is the one door: the offline planner behind it needs no model and no network, gives the same
//! plan for the same question and catalogue, and says what it did not understand instead of guessing. Nothing
//! here runs a statement or knows a number of the data.

mod aids;
mod intent;
mod offline;
mod suggest;

pub use aids::{Aids, Asker, Failed, GlossaryEntry, SourceTools, VerifiedAnswer, Watch, Wish};
pub(crate) use intent::understand_data;
pub use intent::{understand, understand_over};
pub use offline::OfflinePlanner;
pub use suggest::suggestions;

use async_trait::async_trait;
use rowcall_core::{Catalogue, HistoryMessage};
use rowcall_plan::{ChangePlan, QueryPlan};
use serde::{Deserialize, Serialize};

/// What a planner is given.
#[derive(Clone, Copy, Debug)]
pub struct PlanRequest<'a> {
    /// What was asked.
    pub question: &'a str,
    /// The messages before it, oldest first; our answers carry their plan.
    pub history: &'a [HistoryMessage],
    /// What the source contains.
    pub catalogue: &'a Catalogue,
    /// The day it is for the asker.
    pub today: chrono::NaiveDate,
    /// The zone in which the asker's days begin.
    pub time_zone: chrono_tz::Tz,
}

/// What a planner makes of a question.
// One value per question: a box would cost every reader more than the size costs anyone.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Planned {
    /// It is understood.
    Plan {
        /// As this plan.
        plan: QueryPlan,
        /// What was taken for granted, one sentence each.
        assumptions: Vec<String>,
        /// From 0 to 1.
        confidence: f32,
    },
    /// It is understood as a wish to change rows. It only proposes: the policy, the impact and people decide.
    Change {
        /// As this change.
        plan: ChangePlan,
        /// What was taken for granted, one sentence each.
        assumptions: Vec<String>,
        /// From 0 to 1.
        confidence: f32,
    },
    /// A statement that no plan can say (model planners); the policy judges it like any other.
    Sql {
        /// One statement.
        sql: String,
        /// What was taken for granted, one sentence each.
        assumptions: Vec<String>,
        /// From 0 to 1.
        confidence: f32,
    },
    /// It can be read in several ways.
    Clarify {
        /// What to ask back.
        question: String,
        /// The readings.
        choices: Vec<Choice>,
    },
    /// It is not understood, or the data cannot tell.
    CannotAnswer {
        /// Why, for the asker.
        reason: String,
        /// Questions that can be answered.
        suggestions: Vec<String>,
    },
}

/// One reading to choose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// What stands on the button.
    pub label: String,
    /// The question that choosing it asks.
    pub text: String,
    /// What it is answered by; none where the question is to be planned like any other.
    pub plan: Option<QueryPlan>,
}

impl Choice {
    /// One that asks another question.
    pub fn asking(label: String, text: String) -> Self {
        Self { label, text, plan: None }
    }

    /// One that is a reading already; it says what the plan does.
    pub fn of(plan: QueryPlan) -> Self {
        let said = rowcall_plan::explain(&plan).trim_end_matches('.').to_owned();
        Self { label: said.clone(), text: said, plan: Some(plan) }
    }
}

/// The planner itself failed, as opposed to "cannot be answered".
#[derive(Debug, thiserror::Error)]
pub enum PlannerError {
    /// A model server did not answer in time or gave an error that may pass.
    #[error("the planner is not available: {0}")]
    Unavailable(String),
    /// A model's answer could not be used.
    #[error("the planner's answer could not be used: {0}")]
    BadAnswer(String),
}

/// What came of planning one question.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Who spoke: "offline", or a model's name.
    pub planner: String,
    /// What it said.
    pub planned: Planned,
    /// What the asker should know about how it was planned, one sentence each.
    pub notes: Vec<String>,
    /// What it took the wish for, where it can tell better than [`understand`]. It routes; it never permits.
    pub wish: Option<Wish>,
}

impl Outcome {
    /// What a planner said that has nothing to add.
    pub fn of(planner: impl Into<String>, planned: Planned) -> Self {
        Self { planner: planner.into(), planned, notes: Vec::new(), wish: None }
    }
}

/// A word on a change that waits for a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The model that gave it.
    pub by: String,
    /// One or two sentences, on one line.
    pub text: String,
}

/// Turns questions into plans.
#[async_trait]
pub trait Planner: Send + Sync {
    /// Plans one question.
    async fn plan(&self, request: PlanRequest<'_>, aids: Aids<'_>) -> Result<Outcome, PlannerError>;

    /// Whether it says itself what kind of wish a message is, so that static rules need not refuse beforehand.
    fn reads_wishes(&self) -> bool {
        false
    }

    /// What it would have people look at before they decide on a change, from what was measured of it. It decides nothing.
    async fn advise(&self, _facts: &str, _aids: Aids<'_>) -> Option<Advice> {
        None
    }
}
