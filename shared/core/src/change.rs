//! Changes to data that wait for a person: what a statement would do, how much of a risk that is, and where its ticket
//! stands.

mod impact;
mod risk;
mod ticket;

pub use impact::{
    Cascade, CellChange, Fingerprint, Impact, LockHeld, Operation, RowChange, Rows, Trigger, Undo,
};
pub use risk::{Risk, Thresholds};
pub use ticket::TicketState;
