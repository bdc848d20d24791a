//! Changes of a source: what one would do, running it exactly once, and taking it back.
//!
//! [`measure`] tries a checked change in a transaction that is rolled back and says what it does to which rows. An
//! approval of that is bound to a fingerprint. [`execute`] runs the change by the marker protocol: a row in
//! `rowcall.applied_change`, written in the same transaction, is the only proof that it happened; whoever is in doubt
//! runs the very same call again. [`undo`] turns the images of rows that were kept into a change of its own, with an
//! impact, a fingerprint and conflicts.
//!
//! Nothing here knows the store or a platform: what must be durable goes through [`UndoStore`].

mod body;
mod capture;
mod carry;
mod definition;
mod estimate;
mod execute;
mod facts;
mod fingerprint;
mod image;
mod impact;
mod kept_back;
mod marker;
mod problem;
mod record;
mod rows;
mod safety;
mod statement;
#[cfg(test)]
mod tests;
mod undo;
mod watch;
mod words;

pub use execute::{Applied, Approved, Bound, Mark, Outcome, execute};
pub use fingerprint::{Defined, Evidence};
pub use image::{Images, RowImage, Shape, ShapeColumn, TableImages, Unreadable};
pub use impact::{Mask, Measured, NoMask, Unmeasured, measure};
pub use marker::{Settled, settle_without};
pub use problem::Problem;
pub use record::{NoRecord, Record};
pub use statement::NotUnderstood;
pub use undo::{OnConflict, UndoPlan};

pub use rowcall_source::ChangeLimits as Limits;

use rowcall_policy::CheckedChange;

/// A change that may be measured, approved and run.
#[derive(Clone, Copy, Debug)]
pub enum Change<'a> {
    /// A statement that the policy passed.
    Statement(&'a CheckedChange),
    /// Taking back what an earlier change did.
    Undo(&'a UndoPlan),
}

/// Where the images for undo are kept: durable when it returns.
#[async_trait::async_trait]
pub trait UndoStore: Send + Sync {
    /// Keeps the images of a ticket, in the place of any kept before for it: an earlier attempt did not commit.
    /// `None`: the change cannot be taken back.
    ///
    /// # Errors
    /// When they could not be kept, or the caller has lost the right to execute this ticket (its lease): the change
    /// is rolled back then.
    async fn keep(&self, ticket: rowcall_core::TicketId, images: Option<&Images>) -> Result<(), NotKept>;
}

/// Why images were not kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotKept(pub String);
