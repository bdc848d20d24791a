//! How large a change of a source may be, and how long it may take.

use crate::write::WriteLimits;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The limits of changes, among a source's settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChangeLimits {
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

impl Default for ChangeLimits {
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

impl ChangeLimits {
    /// For the transaction that makes the change.
    pub fn write(&self) -> WriteLimits {
        WriteLimits {
            statement_timeout: Duration::from_millis(self.statement_ms),
            lock_timeout: Duration::from_millis(self.lock_ms),
            idle_timeout: Duration::from_secs(60),
        }
    }

    /// For one that is rolled back.
    pub fn trial(&self) -> WriteLimits {
        WriteLimits {
            statement_timeout: Duration::from_millis(self.dry_run_ms),
            lock_timeout: Duration::from_millis(self.lock_ms.min(1_000)),
            idle_timeout: Duration::from_secs(20),
        }
    }
}
