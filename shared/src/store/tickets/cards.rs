//! Where a ticket's card stands, and keeping it true there: a card that changed is an item of the outbox, delivered
//! like a reply.

use super::{Ticket, load::load};
use crate::store::{Store, StoreError};
use rowcall_core::{OutboxId, Platform, TicketId};
use serde_json::Value;
use sqlx::PgConnection;
use std::time::Duration;
use uuid::Uuid;

/// What is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardKind {
    /// The card as it is now: posted where it does not stand yet, edited where it does.
    Card,
    /// Words below the card: it still waits.
    Reminder,
}

impl CardKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Reminder => "reminder",
        }
    }
}

/// A place where a card stands, or will.
#[derive(Clone, Debug, PartialEq)]
pub struct CardPost {
    /// Its id.
    pub id: Uuid,
    /// `discord:998877`.
    pub place: String,
    /// It stands where the answer of the ticket's run stands.
    pub own: bool,
    /// The place in the front end's words; none where nobody has said them yet.
    pub address: Option<Value>,
    /// The platform's id of the message; none where nothing is known to be posted.
    pub message_id: Option<String>,
}

/// A card or reminder to be delivered. It is settled as a reply's delivery is, by `keep_delivery`, `delivered` and
/// `delivery_failed`.
#[derive(Clone, Debug, PartialEq)]
pub struct CardDelivery {
    /// The outbox row.
    pub id: OutboxId,
    /// What.
    pub kind: CardKind,
    /// Of which ticket, as it is now.
    pub ticket: Ticket,
    /// Where.
    pub post: CardPost,
    /// Which attempt this is, from 1.
    pub attempt: i32,
}

/// A card that somebody posted by themselves: in answer to a command, or in an inbox.
#[derive(Clone, Debug, PartialEq)]
pub struct NewPost<'a> {
    /// The platform.
    pub platform: Platform,
    /// `discord:998877`.
    pub place: &'a str,
    /// The place in the front end's words.
    pub address: &'a Value,
    /// The platform's id of the message.
    pub message_id: &'a str,
    /// The ticket's revision that it shows.
    pub revision: i32,
}

impl Store {
    /// Takes up to `limit` due cards and reminders of a platform for `lease`, at most one of a kind per post, and none
    /// for the run's own place before its reply stands there. Only the process that took one may settle it.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn take_cards(
        &self,
        platform: Platform,
        owner: &str,
        lease: Duration,
        limit: i64,
    ) -> Result<Vec<CardDelivery>, StoreError> {
        let rows = sqlx::query!(
            r#"WITH due AS (
                   SELECT o.id FROM outbox o JOIN ticket_posts p ON p.id = o.post_id
                   WHERE o.platform = $1 AND o.kind <> 'reply'
                     AND ((o.state = 'pending' AND o.due_at <= now())
                          OR (o.state = 'delivering' AND o.lease_until < now()))
                     AND NOT (p.own AND EXISTS (
                          SELECT FROM outbox reply WHERE reply.run_id = o.run_id AND reply.kind = 'reply'
                            AND reply.state IN ('pending', 'delivering')))
                     -- The card first, then what is said below it.
                     AND NOT (o.kind = 'reminder' AND EXISTS (
                          SELECT FROM outbox card WHERE card.post_id = o.post_id AND card.kind = 'card'
                            AND card.state IN ('pending', 'delivering')))
                   ORDER BY o.due_at LIMIT $4 FOR UPDATE OF o SKIP LOCKED
               ), taken AS (
                   UPDATE outbox SET state = 'delivering', attempts = attempts + 1, again = false, lease_owner = $2,
                          lease_until = now() + make_interval(secs => $3)
                   FROM due WHERE outbox.id = due.id
                   RETURNING outbox.*
               )
               SELECT taken.id AS "id!", taken.kind AS "kind!", taken.attempts AS "attempts!", p.id AS post_id,
                      p.ticket_id, p.place, p.own,
                      CASE WHEN p.own THEN a.address ELSE p.address END AS "address?",
                      CASE WHEN p.own THEN a.message_id ELSE p.message_id END AS "message_id?"
               FROM taken JOIN ticket_posts p ON p.id = taken.post_id LEFT JOIN posts a ON a.run_id = taken.run_id"#,
            platform.as_str(),
            owner,
            lease.as_secs_f64(),
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        let mut connection = self.pool.acquire().await?;
        let mut cards = Vec::with_capacity(rows.len());
        for row in rows {
            let id = OutboxId(row.id);
            let ticket = match load(&mut connection, TicketId(row.ticket_id)).await {
                Ok(Some(loaded)) => loaded.ticket,
                Ok(None) => continue,
                Err(StoreError::Unreadable(what)) => {
                    let reason = format!("the ticket cannot be read by this version: {what}");
                    self.delivery_failed(id, owner, &reason, None).await?;
                    continue;
                }
                Err(error) => return Err(error),
            };
            cards.push(CardDelivery {
                id,
                kind: if row.kind == "card" { CardKind::Card } else { CardKind::Reminder },
                ticket,
                post: CardPost {
                    id: row.post_id,
                    place: row.place,
                    own: row.own,
                    address: row.address,
                    message_id: row.message_id,
                },
                attempt: row.attempts,
            });
        }
        Ok(cards)
    }

    /// Writes down where a card stands now; with no message, that it has to be posted anew. The one in the run's own
    /// place moves with the run's answer.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn card_stands(
        &self,
        post: Uuid,
        message_id: Option<&str>,
        address: Option<&Value>,
    ) -> Result<(), StoreError> {
        sqlx::query!(
            "WITH own AS (
                 UPDATE posts a SET message_id = $2, address = coalesce($3, a.address)
                 FROM ticket_posts p JOIN tickets t ON t.id = p.ticket_id
                 WHERE p.id = $1 AND p.own AND a.run_id = t.run_id
             )
             UPDATE ticket_posts SET message_id = $2, address = coalesce($3, address) WHERE id = $1 AND NOT own",
            post,
            message_id,
            address,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Notes a card that somebody posted, so that it is kept true from now on; one that is out of date already is
    /// brought up to date. False when there is no such ticket.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn note_card(&self, id: TicketId, post: &NewPost<'_>) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        // A ticket that changes at this moment waits for the row, or the row for it: either way it is seen.
        let revision = sqlx::query_scalar!("SELECT revision FROM tickets WHERE id = $1 FOR SHARE", id.0)
            .fetch_optional(&mut *tx)
            .await?;
        let Some(revision) = revision else { return Ok(false) };
        sqlx::query!(
            "INSERT INTO ticket_posts (id, ticket_id, platform, place, address, message_id)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
            Uuid::now_v7(),
            id.0,
            post.platform.as_str(),
            post.place,
            post.address,
            post.message_id,
        )
        .execute(&mut *tx)
        .await?;
        if revision != post.revision {
            queue_cards(&mut tx, id, CardKind::Card).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// The places where a ticket's card stands, or will.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn card_posts(&self, id: TicketId) -> Result<Vec<CardPost>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT p.id, p.place, p.own, CASE WHEN p.own THEN a.address ELSE p.address END AS "address?",
                      CASE WHEN p.own THEN a.message_id ELSE p.message_id END AS "message_id?"
               FROM ticket_posts p JOIN tickets t ON t.id = p.ticket_id LEFT JOIN posts a ON a.run_id = t.run_id
               WHERE p.ticket_id = $1 ORDER BY p.own DESC, p.created_at, p.id"#,
            id.0
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|r| CardPost {
                id: r.id,
                place: r.place,
                own: r.own,
                address: r.address,
                message_id: r.message_id,
            })
            .collect())
    }
}

/// Has a ticket's card delivered wherever it stands. One that waits already stands for this change too; one that is on
/// its way is delivered again after.
pub(super) async fn queue_cards(
    connection: &mut PgConnection,
    id: TicketId,
    kind: CardKind,
) -> Result<u64, StoreError> {
    let done = sqlx::query!(
        "INSERT INTO outbox (id, run_id, conversation_id, platform, kind, post_id)
         SELECT gen_random_uuid(), t.run_id, r.conversation_id, p.platform, $2, p.id
         FROM ticket_posts p JOIN tickets t ON t.id = p.ticket_id JOIN runs r ON r.id = t.run_id
         WHERE p.ticket_id = $1
         -- Also one that waits is written to: it is taken after this, or before it and once more.
         ON CONFLICT (run_id, kind, post_id) DO UPDATE
         SET again = outbox.state = 'delivering',
             state = CASE WHEN outbox.state = 'delivering' THEN 'delivering' ELSE 'pending' END,
             attempts = CASE WHEN outbox.state IN ('delivered', 'dead') THEN 0 ELSE outbox.attempts END,
             due_at = CASE WHEN outbox.state IN ('delivered', 'dead') THEN now() ELSE outbox.due_at END",
        id.0,
        kind.as_str(),
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Makes the cards of a chat that got another id that chat's. Messages do not move with a chat, so what is still open is
/// posted anew. Gives how many there were.
pub(in crate::store) async fn move_cards(
    connection: &mut PgConnection,
    platform: &str,
    old: &str,
    new: &str,
) -> Result<u64, StoreError> {
    // Whoever voted there is asked for their right in the new one.
    sqlx::query!(
        "UPDATE ticket_votes SET actor = jsonb_set(actor, '{room,channel}', to_jsonb($3::text))
         WHERE actor ->> 'platform' = $1 AND actor #>> '{room,channel}' = $2",
        platform,
        old,
        new,
    )
    .execute(&mut *connection)
    .await?;
    let moved = sqlx::query!(
        r#"UPDATE ticket_posts p SET place = $1 || ':' || $3, message_id = NULL,
                  address = CASE WHEN p.address ? 'chat' THEN
                      jsonb_set(p.address, '{chat}', CASE jsonb_typeof(p.address -> 'chat')
                                WHEN 'number' THEN $3::text::jsonb ELSE to_jsonb($3::text) END)
                      ELSE p.address END
           FROM tickets t
           WHERE t.id = p.ticket_id AND p.platform = $1 AND p.place = $1 || ':' || $2
             -- One of several cards in one chat is enough.
             AND p.id = (SELECT min(q.id::text)::uuid FROM ticket_posts q
                         WHERE q.ticket_id = p.ticket_id AND q.platform = p.platform AND q.place = p.place)
           RETURNING p.ticket_id, t.state AS "state!""#,
        platform,
        old,
        new,
    )
    .fetch_all(&mut *connection)
    .await?;
    for row in &moved {
        if matches!(row.state.as_str(), "pending" | "approved" | "executing" | "in_doubt") {
            queue_cards(connection, TicketId(row.ticket_id), CardKind::Card).await?;
        }
    }
    Ok(moved.len() as u64)
}
