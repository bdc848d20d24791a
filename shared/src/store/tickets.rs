//! Tickets: changes that wait for a decision, from their opening to their outcome. Every move is one transaction that
//! locks the ticket, changes it only from the state and fingerprint it is thought to have, says what becomes of its
//! run and of its cards, and is written down in the audit log.

mod cards;
mod count;
mod execute;
mod inbox;
mod load;
mod moves;
mod open;
mod permit;
mod undo;
mod upkeep;
mod vote;

pub(super) use cards::move_cards;
pub use cards::{CardDelivery, CardKind, CardPost, NewPost};
pub use execute::{Settlement, TakeOutcome, Withdrawal};
pub use inbox::{HistoryEntry, TicketFilter, TicketLine};
pub use open::{NewTicket, OpenOutcome, UndoRefusal};
pub use permit::{Permit, UndoImage};
pub use undo::UndoRequest;
pub use vote::{Ballot, CancelOutcome, CommentOutcome, VoteOutcome};

use chrono::{DateTime, Utc};
use rowcall_core::{
    Actor, Fingerprint, Impact, Risk, RunId, TicketId, TicketState, VoteKind, change::Requirement,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A ticket with all that its card shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// The run that asked for it.
    pub run_id: RunId,
    /// The source it changes, by name.
    pub source: String,
    /// Who asked for it.
    pub requester: Requester,
    /// What they asked, in their words.
    pub question: String,
    /// The answer to their question is for them alone; whoever decides still sees the change.
    pub private: bool,
    /// The statement, as it will run.
    pub statement: String,
    /// Its parameters, in the words of whoever runs it.
    pub params: serde_json::Value,
    /// What it would do.
    pub impact: Impact,
    /// How much of a risk that is.
    pub risk: Risk,
    /// What it takes.
    pub requirement: Requirement,
    /// The same in words, as it was first shown.
    pub rule_words: String,
    /// What approvals are bound to.
    pub fingerprint: Fingerprint,
    /// What that was made of, in the words of whoever measured.
    pub evidence: Option<serde_json::Value>,
    /// A model's word on it, which decides nothing.
    pub advice: Option<TicketAdvice>,
    /// Where it stands.
    pub state: TicketState,
    /// Counts what a card shows anew.
    pub revision: i32,
    /// The most rows it may touch, where its impact is unknown.
    pub row_cap: Option<u64>,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When it is too late to decide; once approved, to run it.
    pub expires_at: DateTime<Utc>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Whose word decided it.
    pub decided: Option<Decided>,
    /// When it ran.
    pub executed_at: Option<DateTime<Utc>>,
    /// How it went, or why it did not.
    pub outcome: Option<String>,
    /// Rows it changed.
    pub result_rows: Option<u64>,
    /// The ticket whose place it took.
    pub replaces: Option<TicketId>,
    /// The ticket that took its place.
    pub replaced_by: Option<TicketId>,
    /// The ticket whose change it takes back.
    pub undoes: Option<TicketId>,
    /// The ticket that takes its change back, or waits to.
    pub undone_by: Option<TicketId>,
    /// Until when it can be taken back.
    pub undo_until: Option<DateTime<Utc>>,
    /// Times that a worker took it.
    pub attempt: i32,
    /// What people say of it, in the order in which they said it.
    pub votes: Vec<TicketVote>,
}

/// A model's word on a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketAdvice {
    /// The model's name.
    pub by: String,
    /// What it said.
    pub text: String,
}

/// Who asked for a change.
#[derive(Clone, Debug, PartialEq)]
pub struct Requester {
    /// The person, whichever of their accounts it was.
    pub principal: Uuid,
    /// The account, as its platform showed it then, and where.
    pub actor: Actor,
}

/// Whose word it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The account: `discord:123`; `rowcall` for what happened by itself.
    pub account: String,
    /// The name it had.
    pub name: String,
}

/// What somebody says of a ticket.
#[derive(Clone, Debug, PartialEq)]
pub struct TicketVote {
    /// The person, whichever of their accounts it was.
    pub principal: Uuid,
    /// The account, as its platform showed it then, and where.
    pub actor: Actor,
    /// What they say.
    pub kind: VoteKind,
    /// And what about it.
    pub comment: Option<String>,
    /// The most rows they let it touch.
    pub row_cap: Option<u64>,
    /// When they said so.
    pub at: DateTime<Utc>,
}

/// The words by which the audit log names a ticket.
fn subject(id: TicketId) -> String {
    format!("ticket:{id}")
}

fn to_stored(rows: u64) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
