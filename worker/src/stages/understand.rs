//! Understand: what kind of wish is it? Routes, and never permits.

use super::{
    impact::Impact,
    planning::{Planning, refuse, suggest, unserved},
};
use crate::engine::{Finished, Flow, Step, StepContext, StepError};
use rowcall_core::{Ask, Intent, IntentKind, Question, Reply, RunState, texts};
use std::sync::Arc;

/// The step.
pub struct Understand {
    planning: Arc<Planning>,
    impact: Arc<Impact>,
}

impl Understand {
    /// The step, with what it needs to say what can be asked, and for what need not be understood.
    pub fn new(planning: Arc<Planning>, impact: Arc<Impact>) -> Self {
        Self { planning, impact }
    }
}

#[async_trait::async_trait]
impl Step for Understand {
    type Input = Question;
    type Output = Intent;

    fn name(&self) -> &'static str {
        "understand"
    }

    async fn run(&self, context: &StepContext, question: Question) -> Result<Flow<Intent>, StepError> {
        if let Some(ticket) = question.undoes {
            return self.impact.of_undo(context, ticket).await;
        }
        if matches!(question.ask, Ask::Sql | Ask::Define) {
            // A statement is what it is, and so is a definition; the check says what may run.
            let intent = Intent { kind: IntentKind::Read, confidence: 1.0, text: question.text };
            return Ok(Flow::Next(intent));
        }
        let intent = rowcall_planner::understand(&question.text);
        if let Some(failure) = unserved(intent.kind) {
            // "Show me all tasks" asks for data where tasks are kept; else a model may know better what is wished.
            let source = self.planning.source(context).await?;
            let catalogue = self.planning.catalogue(&source, false).await?;
            let intent = rowcall_planner::understand_over(&question.text, &catalogue);
            let served = unserved(intent.kind).is_none() || self.planning.reads_wishes();
            return Ok(if served { Flow::Next(intent) } else { refuse(context, failure, None) });
        }
        Ok(match intent.kind {
            IntentKind::Help => {
                let source = self.planning.source(context).await?;
                let catalogue = self.planning.catalogue(&source, false).await?;
                let suggestions = self.planning.suggestions(&catalogue);
                let text = texts::help(
                    &question.source,
                    &catalogue.tables.iter().map(|t| t.name.clone()).collect::<Vec<_>>(),
                );
                let mut reply = Reply::words(context.question.run_id, RunState::Succeeded, text);
                reply.buttons = suggest(suggestions);
                Flow::End(Box::new(Finished { reply, plan: None }))
            }
            _ => Flow::Next(intent),
        })
    }
}
