//! What nobody asks for: tickets that expire, reminders, and those that wait for a worker.

use super::{
    cards::{CardKind, queue_cards},
    load::{Loaded, lock},
    vote::expire,
};
use crate::store::{Store, StoreError, rules::change_rules};
use rowcall_core::{TicketId, TicketState};
use std::time::Duration;

impl Store {
    /// Settles up to `limit` tickets that nobody decided, or ran, in time. Gives them.
    ///
    /// # Errors
    /// When the store is away, or the audit log has no key.
    pub async fn expire_tickets(&self, limit: i64) -> Result<Vec<TicketId>, StoreError> {
        let late = sqlx::query_scalar!(
            "SELECT id FROM tickets WHERE state IN ('pending', 'approved') AND expires_at <= now()
             ORDER BY expires_at LIMIT $1",
            limit
        )
        .fetch_all(&self.pool)
        .await?;
        let mut expired = Vec::new();
        for id in late.into_iter().map(TicketId) {
            let mut audited = self.begin_change().await?;
            if let Some(Loaded { ticket, overdue: true }) = lock(audited.connection(), id).await?
                && matches!(ticket.state, TicketState::Pending | TicketState::Approved)
                && expire(&mut audited, &ticket).await?
            {
                audited.commit().await?;
                expired.push(id);
            }
        }
        Ok(expired)
    }

    /// Has people reminded of up to `limit` tickets that have waited for long, wherever their cards stand, and again
    /// after as long. Gives them.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn remind_of_tickets(&self, limit: i64) -> Result<Vec<TicketId>, StoreError> {
        let waiting = sqlx::query!(
            "SELECT id, source FROM tickets WHERE state = 'pending' AND remind_at <= now() AND expires_at > now()
             ORDER BY remind_at LIMIT $1",
            limit
        )
        .fetch_all(&self.pool)
        .await?;
        let mut reminded = Vec::new();
        for row in waiting {
            let id = TicketId(row.id);
            let mut tx = self.pool.begin().await?;
            let every = change_rules(&mut *tx, &row.source).await?.remind_minutes;
            let done = sqlx::query!(
                "UPDATE tickets SET remind_at = CASE WHEN $2::int > 0 THEN now() + make_interval(mins => $2::int) END
                 WHERE id = $1 AND state = 'pending' AND remind_at <= now()",
                id.0,
                i32::try_from(every).unwrap_or(i32::MAX),
            )
            .execute(&mut *tx)
            .await?;
            if done.rows_affected() == 0 {
                continue;
            }
            queue_cards(&mut tx, id, CardKind::Reminder).await?;
            tx.commit().await?;
            reminded.push(id);
        }
        Ok(reminded)
    }

    /// Tickets that wait for a worker: approved or in doubt and due for `grace`, or taken by a worker that fell silent;
    /// at most `limit`, longest waiting first.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn tickets_due(&self, grace: Duration, limit: i64) -> Result<Vec<TicketId>, StoreError> {
        let due = sqlx::query_scalar!(
            "SELECT id FROM tickets
             WHERE (state IN ('approved', 'in_doubt') AND due_at < now() - make_interval(secs => $1))
                OR (state = 'executing' AND lease_until < now())
             ORDER BY coalesce(lease_until, due_at) LIMIT $2",
            grace.as_secs_f64(),
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(due.into_iter().map(TicketId).collect())
    }

    /// Forgets the rows of changes whose time to be undone is over. Gives how many changes.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn forget_undo_images(&self) -> Result<u64, StoreError> {
        let done =
            sqlx::query!("DELETE FROM undo_images WHERE expires_at <= now()").execute(&self.pool).await?;
        Ok(done.rows_affected())
    }
}
