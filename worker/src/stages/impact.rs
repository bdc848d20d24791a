//! Impact: what a change would do, tried out and rolled back; then the run waits for the decision on it.

use super::{
    check::Checked,
    plan::Draft,
    planning::{Judged, Planning, judge, refuse, source_error},
};
use crate::{
    changes::hidden::Hidden,
    engine::{Finished, Flow, StepContext, StepError, Waiting},
};
use rowcall_change::{Change, Images, Measured, OnConflict, UndoPlan, Unmeasured, measure};
use rowcall_core::{
    Catalogue, Failure, Reply, RunState, TicketId,
    change::{Impact as Extent, Rows},
    texts,
};
use rowcall_shared::{
    Store,
    store::{NewTicket, Ticket, UndoRefusal},
};
use rowcall_source::{Source, SourceError};
use serde_json::json;
use std::sync::Arc;

/// What the run capsule calls it.
const STAGE: &str = "impact";

/// Measures changes, and has runs wait with them.
pub struct Impact {
    store: Store,
    planning: Arc<Planning>,
}

impl Impact {
    /// Tickets are looked up in `store`.
    pub fn new(store: Store, planning: Arc<Planning>) -> Self {
        Self { store, planning }
    }

    /// What a checked statement would do.
    ///
    /// # Errors
    /// What the source said of it, where another statement, or the same a moment later, may fare better.
    pub(super) async fn of<T>(
        &self,
        context: &StepContext,
        source: &Source,
        catalogue: &Catalogue,
        checked: &Checked,
    ) -> Result<Flow<T>, SourceError> {
        let change = match judge(&checked.sql, catalogue) {
            Ok(Judged::Change(change)) => change,
            // It was a change a moment ago, so that the tables are not what they were.
            Ok(Judged::Read(_)) => return Ok(refuse(context, texts::internal(), None)),
            Err(failure) => return Ok(refuse(context, failure, Some(checked.sql.clone()))),
        };
        let measured = match self.measure(context, source, catalogue, Change::Statement(&change)).await {
            Ok(measured) => measured,
            Err(Unmeasured::Source(error)) => return Err(error),
            Err(Unmeasured::Moved(moved)) => {
                return Err(SourceError::SchemaChanged { detail: moved.join(" ") });
            }
            // A model that wrote of what is not there may write something else.
            Err(Unmeasured::WouldFail(problem))
                if problem.sqlstate.starts_with("42") && self.planning.can_repair(&checked.draft) =>
            {
                return Err(SourceError::Query { detail: problem.sentence, sqlstate: problem.sqlstate });
            }
            Err(Unmeasured::WouldFail(problem)) => {
                let failure = texts::changes::would_fail(&problem.sentence);
                return Ok(refuse(context, failure, Some(checked.sql.clone())));
            }
            Err(Unmeasured::NotUnderstood(why)) => {
                let failure = texts::changes::not_measurable(&why.to_string());
                return Ok(refuse(context, failure, Some(checked.sql.clone())));
            }
        };
        let ticket = NewTicket {
            statement: change.sql().to_owned(),
            params: json!([]),
            evidence: serde_json::to_value(&measured.evidence).ok(),
            impact: measured.impact,
            undoes: None,
            advice: None,
        };
        let mut reply = waiting_reply(context, &ticket.statement, checked.draft.notes.join("\n"));
        reply.planner = Some(checked.draft.planner.clone());
        reply.explanation = checked.draft.explanation.clone();
        reply.assumptions = checked.draft.assumptions.clone();
        if touches_nothing(&ticket.impact) {
            return Ok(nothing_happens(reply, &ticket.impact, &checked.draft));
        }
        let facts = texts::changes::facts(&ticket.statement, &ticket.impact);
        let advice = self.planning.advise(context, &facts).await;
        Ok(wait(NewTicket { advice, ..ticket }, reply))
    }

    /// What taking a ticket's change back would do.
    ///
    /// # Errors
    /// When the source or the store does not answer.
    pub(super) async fn of_undo<T>(
        &self,
        context: &StepContext,
        undoes: TicketId,
    ) -> Result<Flow<T>, StepError> {
        let source = self.planning.source(context).await?;
        if let Some(failure) = self.planning.no_change(context, &source).await? {
            return Ok(refuse(context, failure, None));
        }
        let unreadable = |error| {
            tracing::warn!(%error, "what undoes a change could not be loaded");
            StepError::Retry(texts::internal())
        };
        let ticket = self.store.ticket(undoes).await.map_err(unreadable)?;
        let image = self.store.undo_image(undoes).await.map_err(unreadable)?;
        let (Some(ticket), Some(image)) = (ticket, image) else {
            return Ok(refuse(context, UndoRefusal::NoImage.failure(), None));
        };
        let images = Images::unpack(&image.data).map_err(|error| {
            tracing::error!(%error, ticket.id = %undoes, "the images of a change are damaged");
            StepError::Fail(texts::internal())
        })?;
        let plan = UndoPlan::new(images, ON_CONFLICT);
        let catalogue = self.planning.catalogue(&source, false).await?;
        let measured = match self.measure(context, &source, &catalogue, Change::Undo(&plan)).await {
            Ok(measured) => measured,
            Err(Unmeasured::Source(error)) => return Err(source_error(&error, &source)),
            Err(Unmeasured::WouldFail(problem)) => {
                return Ok(refuse(context, texts::changes::would_fail(&problem.sentence), None));
            }
            Err(Unmeasured::Moved(moved)) => {
                return Ok(refuse(context, texts::changes::would_fail(&moved.join(" ")), None));
            }
            Err(Unmeasured::NotUnderstood(why)) => {
                return Ok(refuse(context, texts::changes::not_measurable(&why.to_string()), None));
            }
        };
        if touches_nothing(&measured.impact) {
            let failure: Failure = texts::changes::nothing_to_undo(&measured.not_restored);
            return Ok(refuse(context, failure, None));
        }
        let ticket = undo_ticket(&ticket, &measured);
        let reply = waiting_reply(context, &ticket.statement, String::new());
        Ok(wait(ticket, reply))
    }

    async fn measure(
        &self,
        context: &StepContext,
        source: &Source,
        catalogue: &Catalogue,
        change: Change<'_>,
    ) -> Result<Measured, Unmeasured> {
        context.teller.doing(STAGE, "trying out what it would change");
        measure(source, change, &source.settings().changes, &Hidden(catalogue), &context.cancel).await
    }
}

/// Rows that somebody changed since keep what they were given; the card says so.
pub(crate) const ON_CONFLICT: OnConflict = OnConflict::LeaveAlone;

/// The ticket that takes `undone` back.
pub(crate) fn undo_ticket(undone: &Ticket, measured: &Measured) -> NewTicket {
    NewTicket {
        statement: format!("UNDO ({})", undone.statement),
        params: json!({ "undoes": undone.id, "on_conflict": ON_CONFLICT }),
        evidence: serde_json::to_value(&measured.evidence).ok(),
        impact: measured.impact.clone(),
        undoes: Some(undone.id),
        advice: None,
    }
}

/// Whether it is known that no row, or no definition, changes.
pub(crate) fn touches_nothing(impact: &Extent) -> bool {
    match &impact.definition {
        Some(definition) => definition.changes_nothing,
        None => matches!(impact.rows, Rows::Exact(0)) && impact.total_rows() == Some(0),
    }
}

fn waiting_reply(context: &StepContext, statement: &str, more: String) -> Reply {
    let mut reply = Reply::words(context.question.run_id, RunState::WaitingApproval, more);
    reply.sql = Some(statement.to_owned());
    reply
}

fn wait<T>(ticket: NewTicket, reply: Reply) -> Flow<T> {
    let say = |ticket: &Ticket| texts::changes::waits(&ticket.impact, &ticket.rule_words);
    Flow::Wait(Box::new(Waiting { stage: STAGE, ticket, reply, say }))
}

fn nothing_happens<T>(reply: Reply, impact: &Extent, draft: &Draft) -> Flow<T> {
    let said = match &impact.definition {
        Some(definition) => texts::definitions::nothing_to_define(definition),
        None => texts::changes::nothing_to_change(&impact.table),
    };
    let text = std::iter::once(said).chain(draft.notes.iter().cloned()).collect::<Vec<_>>().join("\n");
    let reply = Reply { state: RunState::Succeeded, text, ..reply };
    Flow::End(Box::new(Finished { reply, plan: None }))
}
