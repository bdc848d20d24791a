//! The words Rowcall is written in: plain values that every other crate speaks and that touch nothing outside.
//!
//! Nothing here opens a socket, reads a clock or knows a platform. A type that crosses a boundary between
//! two stages of a run is defined here (or, for the query language, in `rowcall-plan`), so that a stage
//! depends on what it is handed and never on the stage before it.

pub mod access;
pub mod catalogue;
pub mod change;
pub mod failure;
pub mod id;
pub mod memory;
pub mod message;
pub mod objects;
pub mod reply;
pub mod restrictions;
pub mod result;
pub mod state;
pub mod texts;

pub use access::{Action, Actor, Decision, Denial, Resource, Role, Roles, Room};
pub use catalogue::{
    Catalogue, Column, ColumnRef, EnumType, ForeignKey, Function, Index, Table, TableKind, TypeKind,
};
pub use change::{Fingerprint, FingerprintMark, Impact, Operation, Risk, TicketState, VoteKind};
pub use failure::{Failure, FailureCode};
pub use id::{ArtifactId, ConversationId, MessageId, OutboxId, RunId, SourceId, TicketId};
pub use message::{Ask, Author, HistoryMessage, Inbound, Intent, IntentKind, Place, Platform, Question};
pub use objects::{
    Aggregate, Cast, Giver, Named, Objects, Operator, Tainted, TaintedKind, UserType, ViewOver,
};
pub use reply::{ArtifactKind, ArtifactRef, Button, Reply, ReplyTable};
pub use restrictions::{Hours, Mask, MaskedColumn, Restrictions, TableRestriction};
pub use result::{ResultColumn, ResultSet, Value};
pub use state::{RunState, StepState};
