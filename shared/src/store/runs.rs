//! Ending a run, putting it back, and finding those that nobody looks after.

use super::{
    Lease, Store, StoreError,
    lease::{StepColumns, StepRecord},
};
use rowcall_core::{MessageId, OutboxId, Reply, RunId};
use sqlx::PgExecutor;
use std::time::Duration;

/// What is written when a run ends.
#[derive(Clone, Debug)]
pub struct Ending {
    /// The reply; its state is the run's.
    pub reply: Reply,
    /// The query plan behind it, for follow-ups.
    pub plan: Option<serde_json::Value>,
    /// Steps that are not written yet.
    pub steps: Vec<StepRecord>,
}

/// Runs that need a push.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stuck {
    /// Queued and due for longer than they should, or leased to a worker that fell silent.
    pub runs: Vec<RunId>,
}

impl Store {
    /// Ends a run: the last steps, the state, the reply in the conversation and the outbox row, in one statement.
    /// False when the lease was lost, and nothing was written.
    ///
    /// # Errors
    /// When the store is away; it can be tried again as long as the lease holds.
    pub async fn finish(&self, lease: &Lease, ending: &Ending) -> Result<bool, StoreError> {
        finish(&self.pool, lease, ending).await
    }

    /// Puts a run back into the queue after an attempt that failed, to be taken again after `wait`. False when
    /// the lease was lost.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn put_back(
        &self,
        lease: &Lease,
        steps: &[StepRecord],
        error: &str,
        wait: Duration,
    ) -> Result<bool, StoreError> {
        if !self.record_steps(lease, steps).await? {
            return Ok(false);
        }
        let done = sqlx::query!(
            "UPDATE runs SET state = 'queued', lease_owner = NULL, lease_until = NULL, last_error = $3,
                    due_at = now() + make_interval(secs => $4)
             WHERE id = $1 AND lease_owner = $2 AND state = 'running'",
            lease.run_id.0,
            lease.owner(),
            error,
            wait.as_secs_f64(),
        )
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Ends runs that asked back and got no answer for `patience`. Gives how many.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn expire_clarifications(&self, patience: Duration) -> Result<u64, StoreError> {
        let done = sqlx::query!(
            "UPDATE runs SET state = 'expired'
             WHERE state = 'waiting_clarification' AND finished_at < now() - make_interval(secs => $1)",
            patience.as_secs_f64(),
        )
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected())
    }

    /// Runs that have been due for `grace` without a worker taking them, and runs whose worker fell silent; at
    /// most `limit`, longest waiting first. Those that wait for other runs of their person or source are not stuck.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn stuck(&self, grace: Duration, limit: i64) -> Result<Stuck, StoreError> {
        let runs = sqlx::query_scalar!(
            r#"WITH full_people AS (
                   SELECT subject, source FROM runs WHERE state = 'running' AND turn <= $3
                   GROUP BY subject, source HAVING count(*) >= $3
               ), full_sources AS (
                   SELECT sources.name FROM sources
                   WHERE (SELECT count(*) FROM runs busy
                          WHERE busy.source = sources.name AND busy.state = 'running'
                            AND busy.source_turn <= sources.at_once) >= sources.at_once
               )
               (SELECT id AS "id!" FROM runs
                WHERE state = 'queued' AND due_at < now() - make_interval(secs => $1)
                  AND (cancel_requested
                       OR (source NOT IN (SELECT name FROM full_sources)
                           AND (platform IN ('console', 'cli')
                                OR NOT EXISTS (SELECT FROM full_people
                                               WHERE full_people.subject = runs.subject AND full_people.source = runs.source))))
                ORDER BY due_at LIMIT $2)
               UNION ALL
               (SELECT id FROM runs WHERE state = 'running' AND lease_until < now() ORDER BY lease_until LIMIT $2)"#,
            grace.as_secs_f64(),
            limit,
            self.person_at_once,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(Stuck { runs: runs.into_iter().map(RunId).collect() })
    }
}

/// The one statement that ends a run; within a ticket's transaction it also makes it wait.
pub(super) async fn finish(
    executor: impl PgExecutor<'_>,
    lease: &Lease,
    ending: &Ending,
) -> Result<bool, StoreError> {
    let columns = StepColumns::of(&ending.steps);
    let reply = &ending.reply;
    let row = sqlx::query!(
        r#"WITH run AS (
               UPDATE runs
               SET state = $3, lease_owner = NULL, lease_until = NULL, finished_at = now(),
                   planner = $4, sql = $5, row_count = $6, failure_code = $7
               WHERE id = $1 AND lease_owner = $2 AND state = 'running'
               RETURNING id, conversation_id, platform
           ), written AS (
               INSERT INTO steps (run_id, position, attempt, name, state, idempotency_key, input, output, error,
                                  started_at, finished_at)
               SELECT run.id, s.position, s.attempt, s.name, s.state, run.id::text || ':' || s.position,
                      s.input, s.output, s.error, s.started_at, s.finished_at
               FROM run, unnest($8::int[], $9::int[], $10::text[], $11::text[], $12::jsonb[], $13::jsonb[],
                                $14::text[], $15::timestamptz[], $16::timestamptz[])
                    AS s (position, attempt, name, state, input, output, error, started_at, finished_at)
               ON CONFLICT DO NOTHING
           ), message AS (
               INSERT INTO messages (id, conversation_id, run_id, author, author_name, body, reply, plan)
               SELECT $17, run.conversation_id, run.id, 'rowcall', 'Rowcall', $18, $19, $20 FROM run
               RETURNING id
           ), delivery AS (
               INSERT INTO outbox (id, run_id, conversation_id, message_id, platform)
               SELECT $21, run.id, run.conversation_id, message.id, run.platform FROM run, message
           )
           SELECT count(*) AS "runs!" FROM run"#,
        lease.run_id.0,
        lease.owner(),
        reply.state.as_str(),
        reply.planner,
        reply.sql,
        reply.table.as_ref().map(|t| i64::try_from(t.rows.row_count).unwrap_or(i64::MAX)),
        reply.failure.as_ref().map(|f| f.code.as_str()),
        &columns.positions,
        &columns.attempts,
        &columns.names,
        &columns.states,
        &columns.inputs as &[Option<serde_json::Value>],
        &columns.outputs as &[Option<serde_json::Value>],
        &columns.errors as &[Option<String>],
        &columns.started,
        &columns.finished,
        MessageId::new().0,
        reply.text,
        serde_json::to_value(reply)?,
        ending.plan,
        OutboxId::new().0,
    )
    .fetch_one(executor)
    .await?;
    Ok(row.runs > 0)
}
