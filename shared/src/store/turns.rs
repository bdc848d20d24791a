//! Turns: at most so many runs of one person work on one source at a time, however many workers there are, so that
//! somebody with fifty questions keeps nobody else waiting. The rest stay queued, in the order they came.
//!
//! A run's place is taken with the run itself (`lease.rs`), and a unique index lets no two have the same. Nothing is
//! counted up or down, so nothing can drift: a run that ends, is put back or waits for a person has left its place.
//! Whoever ends one rings for the next; what that misses the reconciler finds.

use super::{Store, StoreError};
use rowcall_core::RunId;

/// Runs of one person of a chat at once on one source, unless the configuration says otherwise: enough to ask on while
/// a long question works, too few to keep a worker from others.
pub const PERSON_AT_ONCE: i32 = 3;

/// The index that lets no two runs have the same place.
const INDEX: &str = "runs_one_a_turn";

impl Store {
    /// The run of the same person on the same source that has waited longest, now that this one works no more.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn next_in_turn(&self, run_id: RunId) -> Result<Option<RunId>, StoreError> {
        let next = sqlx::query_scalar!(
            "SELECT next.id FROM runs ended
             JOIN runs next ON next.subject = ended.subject AND next.source = ended.source
             WHERE ended.id = $1 AND next.id <> ended.id AND next.state = 'queued'
               AND next.platform NOT IN ('console', 'cli') AND next.due_at <= now()
             ORDER BY next.due_at LIMIT 1",
            run_id.0,
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(next.map(RunId))
    }
}

/// Whether another run got the place a moment earlier; another may be free.
pub(super) fn place_was_taken(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|e| e.is_unique_violation() && e.constraint() == Some(INDEX))
}
