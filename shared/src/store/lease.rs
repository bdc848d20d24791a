//! The lease on a run: one worker at a time, and a worker thought dead cannot write.
//!
//! A claim makes a new owner token. Every write of a step, a state or an outbox row names it, and changes nothing
//! when the run has another owner by then.

use super::{Store, StoreError, turns};
use chrono::{DateTime, Utc};
use rowcall_core::{
    Actor, Ask, Author, ConversationId, HistoryMessage, Platform, Question, RunId, StepState, TicketId,
};
use serde::Deserialize;
use std::time::Duration;
use uuid::Uuid;

/// Proof that this process took a run: needed for every write. It may have been lost since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The run.
    pub run_id: RunId,
    /// New at every claim.
    owner: String,
    /// Counts the claims.
    pub epoch: i64,
}

impl Lease {
    /// The owner token, for the statements of this module's siblings.
    pub(super) fn owner(&self) -> &str {
        &self.owner
    }
}

/// A run that was taken, with all its next step needs.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The right to write.
    pub lease: Lease,
    /// What was asked, with its history.
    pub question: Question,
    /// Who asked, as the platform showed them then.
    pub actor: Option<Actor>,
    /// Where it was asked.
    pub platform: Platform,
    /// Which attempt this is, from 1.
    pub attempt: i32,
    /// It holds a place that others may wait for: see [`Store::next_in_turn`].
    pub has_place: bool,
    /// The asker wants it stopped.
    pub cancel_requested: bool,
    /// Why the attempt before failed.
    pub last_error: Option<String>,
    /// When the question was accepted.
    pub accepted_at: DateTime<Utc>,
    /// Completed steps, by position.
    pub completed: Vec<CompletedStep>,
}

/// A step that needs not be done again.
#[derive(Clone, Debug, Deserialize)]
pub struct CompletedStep {
    /// Place in the pipeline, from 0.
    pub position: i32,
    /// Name of the step.
    pub name: String,
    /// Completed, or ended the run.
    pub state: StepState,
    /// What it gave.
    pub output: serde_json::Value,
}

/// One attempt at a step, to be written.
#[derive(Clone, Debug)]
pub struct StepRecord {
    /// Place in the pipeline, from 0.
    pub position: i32,
    /// Attempt of the run in which it was done.
    pub attempt: i32,
    /// Name of the step.
    pub name: &'static str,
    /// How it ended.
    pub state: StepState,
    /// Its input, for the first step only.
    pub input: Option<serde_json::Value>,
    /// What it gave.
    pub output: Option<serde_json::Value>,
    /// Why it failed.
    pub error: Option<String>,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: DateTime<Utc>,
}

/// The columns of [`StepRecord`]s, as `unnest` takes them.
#[derive(Default)]
pub(super) struct StepColumns {
    pub positions: Vec<i32>,
    pub attempts: Vec<i32>,
    pub names: Vec<String>,
    pub states: Vec<String>,
    pub inputs: Vec<Option<serde_json::Value>>,
    pub outputs: Vec<Option<serde_json::Value>>,
    pub errors: Vec<Option<String>>,
    pub started: Vec<DateTime<Utc>>,
    pub finished: Vec<DateTime<Utc>>,
}

impl StepColumns {
    pub fn of(steps: &[StepRecord]) -> Self {
        let mut columns = Self::default();
        for step in steps {
            columns.positions.push(step.position);
            columns.attempts.push(step.attempt);
            columns.names.push(step.name.to_owned());
            columns.states.push(step.state.as_str().to_owned());
            columns.inputs.push(step.input.clone());
            columns.outputs.push(step.output.clone());
            columns.errors.push(step.error.clone());
            columns.started.push(step.started_at);
            columns.finished.push(step.finished_at);
        }
        columns
    }
}

/// Rounds in which a run may lose a place of its source to others, beyond those of its person.
const MORE_ROUNDS: i32 = 20;

impl Store {
    /// Takes a run that is due, or whose worker fell silent, for `lease`. `None` when there is nothing to do:
    /// it has ended, waits for a person, is not due, another worker has it, or its person or its source
    /// has enough runs at work there. That makes a job that is delivered twice harmless.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn take(&self, run_id: RunId, lease: Duration) -> Result<Option<Taken>, StoreError> {
        // Whoever loses a place to somebody else looks for another; in each round somebody gets theirs. Whoever lost them
        // all is found by the reconciler.
        for _ in 0..=self.person_at_once + MORE_ROUNDS {
            match self.try_take(run_id, lease).await {
                Err(StoreError::Refused(error)) if turns::place_was_taken(&error) => {}
                done => return done,
            }
        }
        Ok(None)
    }

    async fn try_take(&self, run_id: RunId, lease: Duration) -> Result<Option<Taken>, StoreError> {
        let owner = Uuid::new_v4().to_string();
        let row = sqlx::query!(
            r#"WITH needed AS (
                   SELECT mine.subject, mine.source, mine.state, mine.turn, mine.source_turn, sources.at_once,
                          mine.platform NOT IN ('console', 'cli') AS takes_turns
                   FROM runs mine LEFT JOIN sources ON sources.name = mine.source WHERE mine.id = $1
               ), places AS (
                   SELECT needed.takes_turns, needed.at_once,
                          CASE WHEN NOT needed.takes_turns THEN NULL
                               -- Taken before, by a worker that fell silent: it never left its places.
                               WHEN needed.state = 'running' THEN needed.turn
                               ELSE (SELECT min(n) FROM generate_series(1, $4) n
                                     WHERE NOT EXISTS (SELECT FROM runs busy
                                                       WHERE busy.subject = needed.subject AND busy.source = needed.source
                                                         AND busy.state = 'running' AND busy.turn = n))
                          END AS turn,
                          CASE WHEN needed.state = 'running' THEN needed.source_turn
                               ELSE (SELECT min(n) FROM generate_series(1, needed.at_once) n
                                     WHERE NOT EXISTS (SELECT FROM runs busy
                                                       WHERE busy.source = needed.source AND busy.state = 'running'
                                                         AND busy.source_turn = n))
                          END AS source_turn
                   FROM needed
               ), taken AS (
                   UPDATE runs
                   SET state = 'running', lease_owner = $2, lease_epoch = lease_epoch + 1,
                       lease_until = now() + make_interval(secs => $3), attempt = attempt + 1,
                       started_at = coalesce(started_at, now()), turn = places.turn, source_turn = places.source_turn
                   FROM places
                   WHERE id = $1 AND ((state = 'queued' AND due_at <= now()
                                       -- What is only to be ended needs no place.
                                       AND (cancel_requested
                                            OR ((places.turn IS NOT NULL OR NOT places.takes_turns)
                                                AND (places.source_turn IS NOT NULL OR places.at_once IS NULL))))
                                      OR (state = 'running' AND lease_until < now()))
                   RETURNING runs.*
               )
               SELECT taken.conversation_id AS "conversation_id!", taken.platform AS "platform!",
                      taken.source AS "source!", taken.attempt AS "attempt!", taken.lease_epoch AS "epoch!",
                      taken.cancel_requested AS "cancel_requested!", taken.last_error AS "last_error?",
                      taken.created_at AS "created_at!", taken.ask AS "ask!", taken.actor, taken.undoes,
                      taken.turn IS NOT NULL OR taken.source_turn IS NOT NULL AS "has_place!", asked.body AS "body!",
                      -- A claim that a crash of the server undoes is made again; its owner token is new.
                      set_config('synchronous_commit', 'off', true),
                      (SELECT coalesce(jsonb_agg(jsonb_build_object('author', h.author, 'text', h.body, 'plan', h.plan)
                                                 ORDER BY h.seq), '[]')
                       FROM (SELECT m.seq, m.author, left(m.body, 2000) AS body, m.plan FROM messages m
                             JOIN runs said ON said.id = m.run_id
                             WHERE m.conversation_id = taken.conversation_id AND m.seq < asked.seq
                               -- What was kept to one person is not part of another's context.
                               AND (NOT said.private OR said.subject IS NOT DISTINCT FROM taken.subject)
                             ORDER BY m.seq DESC LIMIT 10) h) AS "history!",
                      (SELECT coalesce(jsonb_agg(jsonb_build_object('position', s.position, 'name', s.name,
                                                                    'state', s.state, 'output', s.output)
                                                 ORDER BY s.position), '[]')
                       FROM steps s WHERE s.run_id = $1 AND s.state <> 'failed') AS "completed!"
               FROM taken JOIN messages asked ON asked.id = taken.message_id"#,
            run_id.0,
            owner,
            lease.as_secs_f64(),
            self.person_at_once,
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let history: Vec<StoredMessage> = serde_json::from_value(row.history)?;
        Ok(Some(Taken {
            lease: Lease { run_id, owner, epoch: row.epoch },
            question: Question {
                run_id,
                conversation_id: ConversationId(row.conversation_id),
                source: row.source,
                ask: Ask::parse(&row.ask).unwrap_or_default(),
                text: row.body,
                history: history
                    .into_iter()
                    .map(|m| HistoryMessage { author: m.author, text: m.text, plan: m.plan })
                    .collect(),
                undoes: row.undoes.map(TicketId),
            },
            actor: row.actor.map(serde_json::from_value).transpose()?,
            platform: row.platform.parse().map_err(|e| StoreError::Unreadable(format!("{e}")))?,
            attempt: row.attempt,
            has_place: row.has_place,
            cancel_requested: row.cancel_requested,
            last_error: row.last_error,
            accepted_at: row.created_at,
            completed: serde_json::from_value(row.completed)?,
        }))
    }

    /// Keeps the lease for another `lease`. `None` when it was lost: stop at once, nothing may be written any
    /// more. Otherwise whether the asker wants the run stopped.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn renew(&self, lease: &Lease, for_: Duration) -> Result<Option<bool>, StoreError> {
        Ok(sqlx::query_scalar!(
            "UPDATE runs SET lease_until = now() + make_interval(secs => $3)
             WHERE id = $1 AND lease_owner = $2 AND state = 'running' RETURNING cancel_requested",
            lease.run_id.0,
            lease.owner,
            for_.as_secs_f64(),
        )
        .fetch_optional(&self.pool)
        .await?)
    }

    /// Writes steps. False when the lease was lost, and nothing was written. Writing the same step again
    /// changes nothing.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn record_steps(&self, lease: &Lease, steps: &[StepRecord]) -> Result<bool, StoreError> {
        let columns = StepColumns::of(steps);
        let row = sqlx::query!(
            r#"WITH lease AS (
                   SELECT id FROM runs WHERE id = $1 AND lease_owner = $2 AND state = 'running' FOR NO KEY UPDATE
               ), written AS (
                   INSERT INTO steps (run_id, position, attempt, name, state, idempotency_key, input, output, error,
                                      started_at, finished_at)
                   SELECT lease.id, s.position, s.attempt, s.name, s.state, lease.id::text || ':' || s.position,
                          s.input, s.output, s.error, s.started_at, s.finished_at
                   FROM lease, unnest($3::int[], $4::int[], $5::text[], $6::text[], $7::jsonb[], $8::jsonb[],
                                      $9::text[], $10::timestamptz[], $11::timestamptz[])
                        AS s (position, attempt, name, state, input, output, error, started_at, finished_at)
                   ON CONFLICT DO NOTHING
               )
               -- A step that a crash of the server undoes is done again.
               SELECT count(*) AS "leases!", set_config('synchronous_commit', 'off', true) FROM lease"#,
            lease.run_id.0,
            lease.owner,
            &columns.positions,
            &columns.attempts,
            &columns.names,
            &columns.states,
            &columns.inputs as &[Option<serde_json::Value>],
            &columns.outputs as &[Option<serde_json::Value>],
            &columns.errors as &[Option<String>],
            &columns.started,
            &columns.finished,
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(row.leases > 0)
    }
}

#[derive(Deserialize)]
struct StoredMessage {
    author: Author,
    text: String,
    plan: Option<serde_json::Value>,
}
