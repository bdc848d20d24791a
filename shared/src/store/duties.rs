//! Duties: work that one process does at a time, such as polling a platform. A process that dies loses them when
//! their time is up.

use super::{Store, StoreError};
use std::time::Duration;

impl Store {
    /// Takes a duty for `lease`, or keeps it. False when another process has it.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn hold_duty(&self, name: &str, owner: &str, lease: Duration) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            "INSERT INTO duties (name, owner, until) VALUES ($1, $2, now() + make_interval(secs => $3))
             ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
             WHERE duties.owner = excluded.owner OR duties.until < now()",
            name,
            owner,
            lease.as_secs_f64(),
        )
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Gives a duty up, so that another process need not wait.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn leave_duty(&self, name: &str, owner: &str) -> Result<(), StoreError> {
        sqlx::query!("DELETE FROM duties WHERE name = $1 AND owner = $2", name, owner)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
