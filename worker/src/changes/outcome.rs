//! From what happened on the source to what the ticket says of it.

use super::{
    Changes,
    hidden::Hidden,
    images::Kept,
    wish::{NoWish, Wish, wish},
};
use crate::{
    sources::SourcesError,
    stages::{touches_nothing, undo_ticket},
};
use rowcall_change::{
    Approved, Bound, Mark, Measured, Outcome, Settled, Unmeasured, execute, measure, settle_without,
};
use rowcall_core::{change::Rows, texts::changes as texts};
use rowcall_shared::store::{NewTicket, Permit, Settlement, StoreError, Ticket};
use rowcall_source::Source;
use serde_json::json;
use tokio_util::sync::CancellationToken;

/// What is to be said of a ticket.
pub(super) enum Verdict {
    /// How it went.
    Settle(Settlement),
    /// It is not known yet.
    Doubt(String),
    /// It is not what was approved any more; this takes its place.
    Replace { why: String, new: Box<NewTicket> },
}

use Verdict::{Doubt, Settle};

impl Changes {
    /// Makes the change that is permitted, or finds out what became of it.
    pub(super) async fn decide(&self, permit: &Permit) -> Result<Verdict, StoreError> {
        let ticket = permit.ticket();
        let source = match self.sources.get(&ticket.source).await {
            Ok(source) => source,
            // Nothing was begun on the source by anybody: it can be said that nothing happened.
            Err(SourcesError::Unusable(failure)) if !permit.is_recovery() => {
                return Ok(Settle(Settlement::Failed(texts::source_unusable(&failure))));
            }
            Err(SourcesError::Unusable(failure)) => return Ok(Doubt(failure.why)),
            Err(SourcesError::Store(error)) => return Err(error),
        };
        if source.writer().is_none() && !permit.is_recovery() {
            let failure = texts::read_only(&ticket.source);
            return Ok(Settle(Settlement::Failed(texts::source_unusable(&failure))));
        }
        let mark = Mark { installation: self.installation().await?, ticket: ticket.id };
        let limits = &source.settings().changes;
        if let Some(why) = permit.withdrawn() {
            return Ok(without(&source, mark, ticket, Settlement::Withdrawn(why)).await);
        }
        let (wish, _) = match wish(&self.store, &self.sources, &source, ticket, false).await {
            Ok(found) => found,
            Err(NoWish::Gone(why)) => {
                return Ok(without(&source, mark, ticket, Settlement::Stale(why)).await);
            }
            Err(NoWish::Source(error)) => return Ok(Doubt(error.failure(&ticket.source).what)),
            Err(NoWish::Store(error)) => return Err(error),
        };
        let images = Kept { store: &self.store, permit, probe: self.probe.as_ref() };
        let outcome = execute(&source, mark, wish.change(), &approved(ticket), limits, &images).await;
        if matches!(outcome, Outcome::Applied(_) | Outcome::AlreadyApplied)
            && ticket.impact.definition.is_some()
        {
            self.forget_catalogue(&source).await;
        }
        Ok(match outcome {
            Outcome::Applied(applied) => {
                let cascades = applied.cascades.iter().map(|c| c.rows);
                let rows = cascades.fold(applied.rows, u64::saturating_add);
                let note = Some(applied.not_restored.join(" ")).filter(|note| !note.is_empty());
                Settle(Settlement::Executed { rows: Some(rows), note })
            }
            Outcome::AlreadyApplied => Settle(had_run(ticket)),
            // Whoever withdrew it had a reason, and ended before it could be said.
            Outcome::Withdrawn => self.again(&source, ticket, vec![texts::given_up()]).await?,
            Outcome::Stale { moved } => self.again(&source, ticket, moved).await?,
            Outcome::Failed(problem) => Settle(Settlement::Failed(problem.sentence)),
            Outcome::InDoubt { why } => Doubt(why),
        })
    }

    /// Reads the catalogue anew, here and for every process, so that the next question sees what was defined.
    async fn forget_catalogue(&self, source: &Source) {
        if let Err(error) = self.sources.refresh(source).await {
            tracing::warn!(%error, source = %source.settings().name, "the catalogue could not be read after a definition");
        }
    }

    /// A ticket that will never run as it was approved: what it would do now may take its place.
    async fn again(
        &self,
        source: &Source,
        ticket: &Ticket,
        moved: Vec<String>,
    ) -> Result<Verdict, StoreError> {
        let stale = |then: &str| Settle(Settlement::Stale(texts::moved_for_good(&moved, then)));
        let (wish, catalogue) = match wish(&self.store, &self.sources, source, ticket, true).await {
            Ok(found) => found,
            Err(NoWish::Gone(why)) => return Ok(Settle(Settlement::Stale(why))),
            Err(NoWish::Source(_)) => return Ok(stale("The source does not answer just now.")),
            Err(NoWish::Store(error)) => return Err(error),
        };
        let limits = &source.settings().changes;
        let cancel = CancellationToken::new();
        let measured = match measure(source, wish.change(), limits, &Hidden(&catalogue), &cancel).await {
            Ok(measured) => measured,
            Err(Unmeasured::WouldFail(problem)) => return Ok(stale(&problem.sentence)),
            Err(Unmeasured::Source(_)) => return Ok(stale("The source does not answer just now.")),
            Err(Unmeasured::Moved(more)) => return Ok(stale(&more.join(" "))),
            Err(Unmeasured::NotUnderstood(_)) => return Ok(stale("")),
        };
        if touches_nothing(&measured.impact) {
            return Ok(stale(&texts::would_change_nothing_now()));
        }
        match self.replacement(ticket, &wish, &measured).await? {
            Some(new) => Ok(Verdict::Replace { why: moved.join(" "), new: Box::new(new) }),
            None => Ok(Settle(Settlement::Stale(texts::images_gone()))),
        }
    }

    async fn replacement(
        &self,
        ticket: &Ticket,
        wish: &Wish,
        measured: &Measured,
    ) -> Result<Option<NewTicket>, StoreError> {
        match (wish, ticket.undoes) {
            (Wish::Statement(checked), _) => Ok(Some(NewTicket {
                statement: checked.sql().to_owned(),
                params: json!([]),
                evidence: serde_json::to_value(&measured.evidence).ok(),
                impact: measured.impact.clone(),
                undoes: None,
                // What was said of it was said of other rows.
                advice: None,
            })),
            (Wish::Undo(_), Some(undone)) => {
                Ok(self.store.ticket(undone).await?.map(|undone| undo_ticket(&undone, measured)))
            }
            (Wish::Undo(_), None) => Ok(None),
        }
    }
}

/// Settles a ticket without making its change, unless it was made before.
async fn without(source: &Source, mark: Mark, ticket: &Ticket, settlement: Settlement) -> Verdict {
    match settle_without(source, mark, &source.settings().changes).await {
        Settled::Withdrawn => Settle(settlement),
        Settled::Applied => Settle(had_run(ticket)),
        Settled::InDoubt(why) => Doubt(why),
    }
}

/// It had run, and it can only have run as it was approved.
fn had_run(ticket: &Ticket) -> Settlement {
    Settlement::Executed { rows: ticket.impact.total_rows(), note: Some(texts::had_run()) }
}

fn approved(ticket: &Ticket) -> Approved {
    let untried = ticket.impact.definition.as_ref().is_some_and(|definition| definition.untried.is_some());
    let bound = match ticket.impact.rows {
        // Nothing was shown of what it does to other things, and it touches no row.
        Rows::Exact(_) if untried => Bound::AtMost(0),
        Rows::Exact(_) => Bound::Rows,
        // Nobody approves an unknown number of rows without saying how many at most.
        Rows::Unknown(_) => Bound::AtMost(ticket.row_cap.unwrap_or(0)),
    };
    let evidence = ticket.evidence.clone().and_then(|evidence| serde_json::from_value(evidence).ok());
    Approved { fingerprint: ticket.fingerprint, evidence, bound }
}
