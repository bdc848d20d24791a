//! The outbox: what was decided must be delivered, by one process at a time, and again after a crash.

use super::{Store, StoreError};
use chrono::{DateTime, Utc};
use rowcall_core::{Actor, ConversationId, OutboxId, Place, Platform, Reply, RunId};
use std::time::Duration;

/// A reply to be delivered.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// The outbox row.
    pub id: OutboxId,
    /// Its run.
    pub run_id: RunId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// Where to.
    pub place: Place,
    /// What was asked.
    pub question: String,
    /// Who asked; absent for runs of versions that did not keep it.
    pub actor: Option<Actor>,
    /// It is for the asker alone.
    pub private: bool,
    /// What.
    pub reply: Reply,
    /// Which attempt this is, from 1.
    pub attempt: i32,
}

/// A reply that could not be delivered and is not tried any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// The outbox row, by which it is sent again.
    pub id: OutboxId,
    /// Its run.
    pub run_id: RunId,
    /// Where it should have gone.
    pub place: Place,
    /// Who asked.
    pub asker: String,
    /// What was asked; at most 200 characters of it.
    pub question: String,
    /// Why it did not arrive.
    pub error: String,
    /// How often it was tried.
    pub attempts: i32,
    /// When the reply was ready.
    pub created_at: DateTime<Utc>,
}

impl Store {
    /// Takes up to `limit` due deliveries of a platform for `lease`, at most one per conversation and never one
    /// before an earlier one of its conversation has been settled: answers arrive in their order, whatever number
    /// of processes deliver. `run` asks for one run's delivery instead, whatever its turn. Only the process that
    /// took a delivery may settle it, by the `owner` token it chose. A reply that this version cannot read becomes
    /// a dead letter, so that it holds up nothing.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn take_deliveries(
        &self,
        platform: Platform,
        run: Option<RunId>,
        owner: &str,
        lease: Duration,
        limit: i64,
    ) -> Result<Vec<Delivery>, StoreError> {
        let rows = sqlx::query!(
            r#"WITH due AS (
                   SELECT o.id FROM outbox o
                   WHERE o.platform = $1 AND o.kind = 'reply' AND ($2::uuid IS NULL OR o.run_id = $2)
                     AND ((o.state = 'pending' AND o.due_at <= now())
                          OR (o.state = 'delivering' AND o.lease_until < now()))
                     AND ($2::uuid IS NOT NULL OR NOT EXISTS (
                          SELECT FROM outbox earlier
                          WHERE earlier.conversation_id = o.conversation_id AND earlier.kind = 'reply'
                            AND earlier.state IN ('pending', 'delivering')
                            AND (earlier.created_at, earlier.id) < (o.created_at, o.id)))
                   ORDER BY o.due_at LIMIT $5 FOR UPDATE OF o SKIP LOCKED
               ), taken AS (
                   UPDATE outbox SET state = 'delivering', attempts = attempts + 1, lease_owner = $3,
                          lease_until = now() + make_interval(secs => $4)
                   FROM due WHERE outbox.id = due.id
                   RETURNING outbox.*
               )
               SELECT taken.id AS "id!", taken.run_id AS "run_id!", taken.conversation_id AS "conversation_id!",
                      taken.attempts AS "attempts!", c.key AS "key!", m.reply AS "reply!",
                      asked.body AS "question!", r.actor, r.private AS "private!",
                      set_config('synchronous_commit', 'off', true)
               FROM taken JOIN conversations c ON c.id = taken.conversation_id
                          JOIN messages m ON m.id = taken.message_id
                          JOIN runs r ON r.id = taken.run_id JOIN messages asked ON asked.id = r.message_id
               ORDER BY m.seq"#,
            platform.as_str(),
            run.map(|r| r.0),
            owner,
            lease.as_secs_f64(),
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        let mut deliveries = Vec::with_capacity(rows.len());
        for row in rows {
            let id = OutboxId(row.id);
            match serde_json::from_value(row.reply) {
                Ok(reply) => deliveries.push(Delivery {
                    id,
                    run_id: row.run_id.into(),
                    conversation_id: row.conversation_id.into(),
                    place: Place { platform, key: row.key },
                    question: row.question,
                    actor: row.actor.and_then(|actor| serde_json::from_value(actor).ok()),
                    private: row.private,
                    reply,
                    attempt: row.attempts,
                }),
                Err(error) => {
                    let reason = format!("the reply cannot be read by this version: {error}");
                    self.delivery_failed(id, owner, &reason, None).await?;
                }
            }
        }
        Ok(deliveries)
    }

    /// Keeps a delivery for another `lease`. False when another process has taken it over: nothing may be sent for it any
    /// more.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn keep_delivery(
        &self,
        id: OutboxId,
        owner: &str,
        lease: Duration,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            "UPDATE outbox SET lease_until = now() + make_interval(secs => $3)
             WHERE id = $1 AND lease_owner = $2 AND state = 'delivering'",
            id.0,
            owner,
            lease.as_secs_f64(),
        )
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Notes that a delivery arrived, with the platform's id of the message if it has one. A card that changed on its
    /// way is delivered once more. False when another process had taken it over.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn delivered(
        &self,
        id: OutboxId,
        owner: &str,
        platform_message_id: Option<&str>,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            "UPDATE outbox SET state = CASE WHEN again THEN 'pending' ELSE 'delivered' END, again = false,
                    attempts = CASE WHEN again THEN 0 ELSE attempts END, due_at = now(),
                    delivered_at = now(), lease_owner = NULL, lease_until = NULL, platform_message_id = $3
             WHERE id = $1 AND lease_owner = $2 AND state = 'delivering'",
            id.0,
            owner,
            platform_message_id,
        )
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Notes that a delivery failed: it is tried again after `retry`, or is dead when there is none.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn delivery_failed(
        &self,
        id: OutboxId,
        owner: &str,
        error: &str,
        retry: Option<Duration>,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            "UPDATE outbox SET state = CASE WHEN $4::float8 IS NULL THEN 'dead' ELSE 'pending' END,
                    due_at = now() + make_interval(secs => coalesce($4::float8, 0)),
                    lease_owner = NULL, lease_until = NULL, last_error = $3
             WHERE id = $1 AND lease_owner = $2 AND state = 'delivering'",
            id.0,
            owner,
            error,
            retry.map(|r| r.as_secs_f64()),
        )
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Gives up deliveries that nobody came for within `patience`: those of a command line that was closed. They stay
    /// visible as dead letters. Gives how many.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn abandon_deliveries(
        &self,
        platform: Platform,
        patience: Duration,
    ) -> Result<u64, StoreError> {
        let done = sqlx::query!(
            "UPDATE outbox SET state = 'dead', last_error = 'nobody waited for it'
             WHERE platform = $1 AND state = 'pending' AND created_at < now() - make_interval(secs => $2)",
            platform.as_str(),
            patience.as_secs_f64(),
        )
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected())
    }

    /// The deliveries that failed for good, newest first.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn dead_letters(&self, limit: i64) -> Result<Vec<DeadLetter>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT o.id, o.run_id, o.platform, c.key, o.attempts, coalesce(o.last_error, '') AS "error!",
                      o.created_at, asked.author_name, left(asked.body, 200) AS "question!"
               FROM outbox o JOIN conversations c ON c.id = o.conversation_id
                    JOIN runs r ON r.id = o.run_id JOIN messages asked ON asked.id = r.message_id
               WHERE o.state = 'dead' ORDER BY o.created_at DESC, o.id DESC LIMIT $1"#,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|row| {
                let platform =
                    row.platform.parse().map_err(|e| StoreError::Unreadable(format!("a delivery: {e}")))?;
                Ok(DeadLetter {
                    id: OutboxId(row.id),
                    run_id: row.run_id.into(),
                    place: Place { platform, key: row.key },
                    asker: row.author_name,
                    question: row.question,
                    error: row.error,
                    attempts: row.attempts,
                    created_at: row.created_at,
                })
            })
            .collect()
    }

    /// Has a dead letter delivered again, from its first attempt on. False when it is not one (any more).
    ///
    /// # Errors
    /// When the store is away.
    pub async fn resend(&self, id: OutboxId) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            "UPDATE outbox SET state = 'pending', attempts = 0, due_at = now()
             WHERE id = $1 AND state = 'dead'",
            id.0,
        )
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() > 0)
    }
}
