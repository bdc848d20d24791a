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
mod estimate;
mod execute;
mod facts;
mod fingerprint;
mod image;
mod impact;
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
pub use fingerprint::Evidence;
pub use image::{Images, RowImage, Shape, ShapeColumn, TableImages, Unreadable};
pub use impact::{Mask, Measured, NoMask, Unmeasured, measure};
pub use marker::{Settled, settle_without};
pub use problem::Problem;
pub use record::{NoRecord, Record};
pub use statement::NotUnderstood;
pub use undo::{OnConflict, UndoPlan};

use rowcall_policy::CheckedChange;
use rowcall_source::WriteLimits;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A change that may be measured, approved and run.
#[derive(Clone, Copy, Debug)]
pub enum Change<'a> {
    /// A statement that the policy passed.
    Statement(&'a CheckedChange),
    /// Taking back what an earlier change did.
    Undo(&'a UndoPlan),
}

/// How large a change may be, and how long it may take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// A dry run is made only if the planner expects at most so many rows, and ends where there are more.
    pub dry_run_rows: u64,
    /// How many milliseconds a dry run's statement may take.
    pub dry_run_ms: u64,
    /// How many milliseconds the change itself may take.
    pub statement_ms: u64,
    /// How many milliseconds it may wait for a lock.
    pub lock_ms: u64,
    /// How often it is tried when others are in the way.
    pub attempts: u32,
    /// Rows shown before and after.
    pub sample_rows: usize,
    /// Rows whose images are kept for undo; above that a change cannot be taken back.
    pub image_rows: u64,
    /// Bytes of images, before they are compressed.
    pub image_bytes: u64,
    /// Tables up to this size are compared row by row where a statement does not tell what it does (MERGE).
    pub compare_rows: u64,
    /// Trigger functions (`schema.name`) that the source's owner vouches for: they may run in a dry run.
    pub trusted_functions: Vec<String>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            dry_run_rows: 10_000,
            dry_run_ms: 5_000,
            statement_ms: 60_000,
            lock_ms: 3_000,
            attempts: 4,
            sample_rows: 5,
            image_rows: 10_000,
            image_bytes: 32 << 20,
            compare_rows: 20_000,
            trusted_functions: Vec::new(),
        }
    }
}

impl Limits {
    pub(crate) fn write(&self) -> WriteLimits {
        WriteLimits {
            statement_timeout: Duration::from_millis(self.statement_ms),
            lock_timeout: Duration::from_millis(self.lock_ms),
            idle_timeout: Duration::from_secs(60),
        }
    }

    pub(crate) fn trial(&self) -> WriteLimits {
        WriteLimits {
            statement_timeout: Duration::from_millis(self.dry_run_ms),
            lock_timeout: Duration::from_millis(self.lock_ms.min(1_000)),
            idle_timeout: Duration::from_secs(20),
        }
    }
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
