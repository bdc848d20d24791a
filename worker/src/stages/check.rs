//! Check: may this statement run, and as what?

use super::{plan::Draft, planning::Planning};
use crate::engine::{Finished, Flow, Step, StepContext, StepError};
use rowcall_core::{Ask, Button, Reply, RunState, texts};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A statement that the policy let through, in the words that will run. A record, not a proof: execution asks the
/// policy again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checked {
    /// What was drafted.
    pub draft: Draft,
    /// The statement as PostgreSQL's own grammar prints it: exactly what runs.
    pub sql: String,
    /// What it does to the data.
    #[serde(default)]
    pub effect: Effect,
}

/// What a statement does to the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It only looks.
    #[default]
    Read,
    /// It changes rows, once somebody has decided so.
    Change,
}

/// The step.
pub struct Check {
    planning: Arc<Planning>,
}

impl Check {
    /// The step.
    pub fn new(planning: Arc<Planning>) -> Self {
        Self { planning }
    }
}

#[async_trait::async_trait]
impl Step for Check {
    type Input = Draft;
    type Output = Checked;

    fn name(&self) -> &'static str {
        "check"
    }

    async fn run(&self, context: &StepContext, draft: Draft) -> Result<Flow<Checked>, StepError> {
        let source = self.planning.source(context).await?;
        let catalogue = self.planning.catalogue(&source, false).await?;
        Ok(match self.planning.check(context, draft, &source, &catalogue).await? {
            Flow::Next(checked) if context.question.ask == Ask::ShowSql => {
                Flow::End(Box::new(shown(context, checked)))
            }
            flow => flow,
        })
    }
}

/// The statement instead of its rows.
fn shown(context: &StepContext, Checked { draft, sql, effect }: Checked) -> Finished {
    let text = match effect {
        Effect::Read => "This is the statement that would answer it; it was not run.".to_owned(),
        Effect::Change => texts::changes::shown(),
    };
    let text = std::iter::once(text).chain(draft.notes.iter().cloned()).collect::<Vec<_>>().join("\n");
    let mut reply = Reply::words(context.question.run_id, RunState::Succeeded, text);
    let plan = draft.behind(&sql);
    reply.sql = Some(sql);
    reply.confidence = draft.sureness();
    reply.planner = Some(draft.planner);
    reply.explanation = draft.explanation;
    reply.assumptions = draft.assumptions;
    reply.buttons = vec![Button { label: "Run it".to_owned(), text: context.question.text.clone() }];
    Finished { reply, plan }
}
