//! Accepting a question: its message and its run are committed together, once per platform event.

use super::{Store, StoreError};
use chrono::{DateTime, Utc};
use rowcall_core::{ConversationId, Inbound, MessageId, RunId, TicketId};
use std::time::Duration;

/// How long the process that accepted a question has to post its placeholder before another may. Longer than any request to
/// a platform is waited for.
pub const POST_CLAIM: Duration = Duration::from_secs(10);

/// A question that is in the store and will be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The run that answers it.
    pub run_id: RunId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// The event had been accepted before; nothing was added.
    pub duplicate: bool,
}

impl Store {
    /// Accepts an inbound event: conversation, message and run in one statement. The same event again gives
    /// the same run. `source` is the source's name, resolved by the caller.
    ///
    /// # Errors
    /// When the store is away; nothing is accepted then.
    pub async fn accept(&self, inbound: &Inbound, source: &str) -> Result<Accepted, StoreError> {
        self.accept_for(inbound, source, None).await
    }

    /// The same for a run that takes a ticket's change back.
    pub(super) async fn accept_for(
        &self,
        inbound: &Inbound,
        source: &str,
        undoes: Option<TicketId>,
    ) -> Result<Accepted, StoreError> {
        let run_id = RunId::new();
        let row = sqlx::query!(
            r#"WITH conversation AS (
                   INSERT INTO conversations (id, platform, key) VALUES ($1, $2, $3)
                   ON CONFLICT (platform, key) DO UPDATE SET key = excluded.key
                   RETURNING id
               ), message AS (
                   INSERT INTO messages (id, conversation_id, run_id, author, author_name, dedup_key, body)
                   SELECT $4, conversation.id, $5, 'person', $6, $7, $8 FROM conversation
                   ON CONFLICT (dedup_key) DO NOTHING
                   RETURNING id
               ), answered AS (
                   -- Whatever is said next in a conversation answers what was asked back in it.
                   UPDATE runs SET state = 'succeeded' FROM conversation, message
                   WHERE runs.conversation_id = conversation.id AND runs.state = 'waiting_clarification'
               ), run AS (
                   INSERT INTO runs (id, conversation_id, message_id, platform, source, ask, actor, subject, place,
                                     private, undoes)
                   SELECT $5, conversation.id, message.id, $2, $9, $10, $11, $12, $13, $14, $17
                   FROM conversation, message
                   RETURNING id
               ), post AS (
                   -- Whoever accepts posts the placeholder; if it dies first, somebody else does.
                   INSERT INTO posts (run_id, platform, address, claimed_until)
                   SELECT run.id, $2, $15::jsonb, now() + make_interval(secs => $16) FROM run
                   WHERE $15::jsonb IS NOT NULL
               )
               SELECT conversation.id AS "conversation_id!", run.id AS "run_id?"
               FROM conversation LEFT JOIN run ON true"#,
            ConversationId::new().0,
            inbound.place.platform.as_str(),
            inbound.place.key,
            MessageId::new().0,
            run_id.0,
            inbound.actor.name,
            format!("{}:{}", inbound.place.platform, inbound.dedup_key),
            inbound.text,
            source,
            inbound.ask.as_str(),
            serde_json::to_value(&inbound.actor)?,
            inbound.actor.subject(),
            inbound.actor.place(),
            inbound.private,
            inbound.address,
            POST_CLAIM.as_secs_f64(),
            undoes.map(|ticket| ticket.0),
        )
        .fetch_one(&self.pool)
        .await?;
        if row.run_id.is_some() {
            return Ok(Accepted { run_id, conversation_id: row.conversation_id.into(), duplicate: false });
        }
        let first = sqlx::query!(
            "SELECT run_id, conversation_id FROM messages WHERE dedup_key = $1",
            format!("{}:{}", inbound.place.platform, inbound.dedup_key),
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(Accepted {
            run_id: first.run_id.into(),
            conversation_id: first.conversation_id.into(),
            duplicate: true,
        })
    }

    /// Asks that a run be stopped. A run that no worker has yet ends when one takes it. False when the run is
    /// unknown or has ended.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn request_cancel(&self, run_id: RunId) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            "UPDATE runs SET cancel_requested = true
             WHERE id = $1 AND state IN ('queued', 'running', 'waiting_clarification', 'waiting_approval')",
            run_id.0
        )
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// When the run was accepted.
    ///
    /// # Errors
    /// When the store is away or has no such run.
    pub async fn accepted_at(&self, run_id: RunId) -> Result<DateTime<Utc>, StoreError> {
        Ok(sqlx::query_scalar!("SELECT created_at FROM runs WHERE id = $1", run_id.0)
            .fetch_one(&self.pool)
            .await?)
    }
}
