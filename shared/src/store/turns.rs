//! Turns: at most so many runs of one person work on one source at a time, however many workers there are, so that
//! somebody with fifty questions keeps nobody else waiting; and where a source's settings say so (`at_once`), at most so
//! many of all people together. The rest stay queued, in the order they came, and keep no worker from other sources.
//!
//! A run's places, its person's (`turn`) and its source's (`source_turn`), are taken with the run itself (`lease.rs`), and unique
//! indexes let no two have the same. Nothing is counted up or down, so nothing can drift: a run that ends, is put back or
//! waits for a person has left its places. Whoever ends one rings for the next; what that misses the reconciler finds.

use super::{Store, StoreError};
use rowcall_core::RunId;

/// Runs of one person of a chat at once on one source, unless the configuration says otherwise: enough to ask on while
/// a long question works, too few to keep a worker from others.
pub const PERSON_AT_ONCE: i32 = 3;

/// The indexes that let no two runs have the same place.
const INDEXES: [&str; 2] = ["runs_one_a_turn", "runs_one_a_source_turn"];

impl Store {
    /// The runs that may work now that this one works no more: of those that wait for places on its source, the one of
    /// the same person that has waited longest, and, where the source itself was full, the one of anybody whose own turn it is.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn next_in_turn(&self, run_id: RunId) -> Result<Vec<RunId>, StoreError> {
        let next = sqlx::query_scalar!(
            r#"WITH ended AS (
                   SELECT runs.id, runs.subject, runs.source, runs.source_turn FROM runs WHERE runs.id = $1
               ), full_people AS (
                   SELECT busy.subject FROM runs busy JOIN ended ON busy.source = ended.source
                   WHERE busy.state = 'running' AND busy.turn <= $2
                   GROUP BY busy.subject HAVING count(*) >= $2
               )
               SELECT person.id AS "id!" FROM ended CROSS JOIN LATERAL (
                   SELECT id FROM runs
                   WHERE subject = ended.subject AND source = ended.source AND id <> ended.id AND state = 'queued'
                     AND platform NOT IN ('console', 'cli') AND due_at <= now()
                   ORDER BY due_at LIMIT 1) person
               UNION
               SELECT anybody.id FROM ended CROSS JOIN LATERAL (
                   SELECT id FROM runs
                   WHERE ended.source_turn IS NOT NULL AND source = ended.source AND id <> ended.id AND state = 'queued'
                     AND due_at <= now()
                     AND (platform IN ('console', 'cli') OR subject IS NULL
                          OR subject NOT IN (SELECT full_people.subject FROM full_people WHERE full_people.subject IS NOT NULL))
                   ORDER BY due_at LIMIT 1) anybody"#,
            run_id.0,
            self.person_at_once,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(next.into_iter().map(RunId).collect())
    }
}

/// Whether another run got the place a moment earlier; another may be free.
pub(super) fn place_was_taken(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|e| {
        e.is_unique_violation() && e.constraint().is_some_and(|name| INDEXES.contains(&name))
    })
}
