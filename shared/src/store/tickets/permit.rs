//! The permit: the right to run one approved change, and what goes with having it.

use super::{Ticket, execute::Withdrawal, to_stored};
use crate::store::{Store, StoreError, rules::change_rules};
use chrono::{DateTime, Utc};
use rowcall_core::TicketId;
use std::time::Duration;

/// The right to run a change once. Only [`Store::take_ticket`] makes one, by moving an approved ticket on, and every
/// later word on the ticket asks for it. It is neither copied nor stored: a worker that comes after takes one of its
/// own, and from then on this one counts for nothing.
#[derive(Debug)]
pub struct Permit {
    ticket: Ticket,
    owner: String,
    epoch: i64,
    withdrawn: Option<Withdrawal>,
}

impl Permit {
    /// For `take_ticket` alone.
    pub(super) fn new(ticket: Ticket, owner: String, epoch: i64, withdrawn: Option<Withdrawal>) -> Self {
        Self { ticket, owner, epoch, withdrawn }
    }

    /// What may be run, exactly, and bound to what.
    pub fn ticket(&self) -> &Ticket {
        &self.ticket
    }

    /// Counts the times that the ticket was taken.
    pub fn epoch(&self) -> i64 {
        self.epoch
    }

    /// It was taken before, and nobody knows whether it ran: the same transaction is run again to find out.
    pub fn is_recovery(&self) -> bool {
        self.epoch > 1
    }

    /// Why it must not run if it has not: find out, and settle it without.
    pub fn withdrawn(&self) -> Option<Withdrawal> {
        self.withdrawn
    }

    pub(super) fn owner(&self) -> &str {
        &self.owner
    }
}

/// The rows of a change as they were, and as it left them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndoImage {
    /// Compressed, in the words of whoever captured them.
    pub data: Vec<u8>,
    /// How many.
    pub rows: u64,
    /// Until when they are kept.
    pub expires_at: DateTime<Utc>,
}

impl Store {
    /// Keeps a permit for another `lease`. False when it counts for nothing any more: nothing may be committed then.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn renew_permit(&self, permit: &Permit, lease: Duration) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            "UPDATE tickets SET lease_until = now() + make_interval(secs => $3)
             WHERE id = $1 AND lease_owner = $2 AND state = 'executing'",
            permit.ticket.id.0,
            permit.owner,
            lease.as_secs_f64(),
        )
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Keeps what undoes a change (data and how many rows), before its source is told to commit; it is durable when
    /// this returns. That of an earlier attempt, which did not commit, is replaced; with none, it is forgotten. False when
    /// the permit counts for nothing any more: the change must be rolled back then, whether there is an image or not.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn keep_undo_image(
        &self,
        permit: &Permit,
        image: Option<(&[u8], u64)>,
    ) -> Result<bool, StoreError> {
        let days = change_rules(&self.pool, &permit.ticket.source).await?.undo_days;
        let mut tx = self.pool.begin().await?;
        let held = sqlx::query_scalar!(
            "SELECT id FROM tickets WHERE id = $1 AND lease_owner = $2 AND state = 'executing' FOR NO KEY UPDATE",
            permit.ticket.id.0,
            permit.owner,
        )
        .fetch_optional(&mut *tx)
        .await?;
        if held.is_none() {
            return Ok(false);
        }
        sqlx::query!("DELETE FROM undo_images WHERE ticket_id = $1", permit.ticket.id.0)
            .execute(&mut *tx)
            .await?;
        if let Some((data, rows)) = image {
            sqlx::query!(
                "INSERT INTO undo_images (ticket_id, data, rows, expires_at)
                 VALUES ($1, $2, $3, now() + make_interval(days => $4))",
                permit.ticket.id.0,
                data,
                to_stored(rows),
                i32::try_from(days).unwrap_or(i32::MAX),
            )
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// What undoes a change that ran, as long as it is kept.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn undo_image(&self, id: TicketId) -> Result<Option<UndoImage>, StoreError> {
        let row = sqlx::query!(
            "SELECT u.data, u.rows, u.expires_at FROM undo_images u JOIN tickets t ON t.id = u.ticket_id
             WHERE u.ticket_id = $1 AND t.state = 'executed' AND u.expires_at > now()",
            id.0
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|row| UndoImage {
            data: row.data,
            rows: u64::try_from(row.rows).unwrap_or(0),
            expires_at: row.expires_at,
        }))
    }
}
