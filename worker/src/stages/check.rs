//! Check: may this statement run as a read?

use super::{plan::Draft, planning::Planning};
use crate::engine::{Finished, Flow, Step, StepContext, StepError};
use rowcall_core::{Ask, Button, Reply, RunState};
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
        Ok(match self.planning.check(context, draft, &catalogue) {
            Flow::Next(checked) if context.question.ask == Ask::ShowSql => {
                Flow::End(Box::new(shown(context, checked)))
            }
            flow => flow,
        })
    }
}

/// The statement instead of its rows.
fn shown(context: &StepContext, Checked { draft, sql }: Checked) -> Finished {
    let text = "This is the statement that would answer it; it was not run.";
    let text =
        std::iter::once(text).chain(draft.notes.iter().map(String::as_str)).collect::<Vec<_>>().join("\n");
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
