//! Changes to data that wait for a person: what a statement would do, how much of a risk that is, and where its ticket
//! stands.

mod impact;
mod risk;
mod rule;
mod ticket;

pub use impact::{
    Cascade, CellChange, Definition, Fingerprint, FingerprintMark, Impact, LockHeld, Loss, Operation,
    RowChange, Rows, Trigger, Undo,
};
pub use risk::{Risk, Thresholds};
pub use rule::{ChangeRules, Decider, Requirement, Rule, Tally, Vote, VoteKind, VoteRefusal, Voter};
pub use ticket::TicketState;
