//! What people think of an answer.

use super::{Store, StoreError};
use rowcall_core::RunId;

impl Store {
    /// Keeps a thumb up or down, in place of what the same account said of the run before.
    ///
    /// # Errors
    /// When the store is away or has no such run.
    pub async fn rate(&self, run_id: RunId, subject: &str, up: bool) -> Result<(), StoreError> {
        sqlx::query!(
            "INSERT INTO feedback (run_id, subject, rating) VALUES ($1, $2, $3)
             ON CONFLICT (run_id, subject) DO UPDATE SET rating = excluded.rating, created_at = now()",
            run_id.0,
            subject,
            if up { 1_i16 } else { -1 },
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
