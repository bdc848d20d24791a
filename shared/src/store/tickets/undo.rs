//! Asking that a change be taken back: a run of its own, whose wish is a ticket instead of words.

use super::{
    UndoRefusal,
    count::{is_here, voter},
    load::{Loaded, load},
    open::undo_refusal,
};
use crate::store::{Accepted, Store, StoreError};
use rowcall_core::{Action, Ask, Decision, Denial, Inbound, TicketId, access::decide, texts};

/// What came of asking that a change be taken back.
#[derive(Clone, Debug, PartialEq)]
pub enum UndoRequest {
    /// A run was started that measures what taking it back would do, and asks for the decision.
    Accepted(Accepted),
    /// It cannot be taken back.
    NotUndoable(UndoRefusal),
    /// They may not, and why.
    Denied(Denial),
    /// There is no such ticket.
    Unknown,
}

impl Store {
    /// Starts a run that takes a ticket's change back. Who asks, where, and where the answer goes is `inbound`'s to
    /// say; the source is the ticket's, and the words are ours. The same event again gives the same run.
    ///
    /// # Errors
    /// When the store is away, or the audit log has no key.
    pub async fn request_undo(&self, id: TicketId, inbound: &Inbound) -> Result<UndoRequest, StoreError> {
        if !self.takes_changes() {
            return Err(StoreError::NoAuditKey);
        }
        // An event that came before got its run, whatever has become of the ticket since.
        let platform = inbound.place.platform;
        if let Some(before) = self.accepted_before(platform, &inbound.dedup_key).await? {
            return Ok(UndoRequest::Accepted(before));
        }
        let mut tx = self.pool.begin().await?;
        let Some(Loaded { ticket, .. }) = load(&mut tx, id).await? else { return Ok(UndoRequest::Unknown) };
        let here = is_here(&mut tx, &ticket, &inbound.actor).await?;
        let (_, voter) = voter(&mut tx, &ticket, &inbound.actor, here).await?;
        if let Decision::Deny(denial) = decide(Action::UndoChange, voter.roles, voter.resource()) {
            return Ok(UndoRequest::Denied(denial));
        }
        if let Some(refusal) = undo_refusal(&mut tx, id).await? {
            return Ok(UndoRequest::NotUndoable(refusal));
        }
        // Whoever was first seen here is known from now on.
        tx.commit().await?;
        let text = texts::changes::undo_of(&ticket.question);
        let inbound = Inbound { ask: Ask::Question, text, ..inbound.clone() };
        Ok(UndoRequest::Accepted(self.accept_for(&inbound, &ticket.source, Some(id)).await?))
    }

    /// Whether changes are taken by this process: its audit log has a key.
    pub fn takes_changes(&self) -> bool {
        self.audit_key.is_some()
    }
}
