//! Where answers stand on a platform: claimed before anything is posted, so that one process posts.

use super::{Store, StoreError};
use rowcall_core::RunId;
use std::time::Duration;

/// Where a run's answer is, or will be.
#[derive(Clone, Debug, PartialEq)]
pub struct Post {
    /// The front end's own words for the place.
    pub address: serde_json::Value,
    /// The platform's id of the message; `None` as long as nothing is known to be posted.
    pub message_id: Option<String>,
}

/// What came of wanting to post.
#[derive(Clone, Debug, PartialEq)]
pub enum PostClaim {
    /// It is posted: edit it.
    Posted(Post),
    /// Post it now, and write down its id: nobody else does within the time asked for.
    Yours(Post),
    /// Somebody else is posting it.
    Busy,
    /// The run was asked where answers are not posted.
    Nowhere,
}

impl Store {
    /// Claims the posting of a run's placeholder for `lease`, unless it is posted or somebody else has claimed it. A claim that
    /// ran out is anyone's: its process died, perhaps after it had posted.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn claim_post(&self, run_id: RunId, lease: Duration) -> Result<PostClaim, StoreError> {
        let row = sqlx::query!(
            r#"WITH claimed AS (
                   UPDATE posts SET claimed_until = now() + make_interval(secs => $2)
                   WHERE run_id = $1 AND message_id IS NULL AND claimed_until < now()
                   RETURNING run_id
               )
               SELECT p.address, p.message_id, EXISTS (SELECT FROM claimed) AS "yours!"
               FROM posts p WHERE p.run_id = $1"#,
            run_id.0,
            lease.as_secs_f64(),
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(match row {
            None => PostClaim::Nowhere,
            Some(row) => {
                let post = Post { address: row.address, message_id: row.message_id };
                match (&post.message_id, row.yours) {
                    (Some(_), _) => PostClaim::Posted(post),
                    (None, true) => PostClaim::Yours(post),
                    (None, false) => PostClaim::Busy,
                }
            }
        })
    }

    /// Gives a claim back: nothing was posted, and somebody may try at once.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn release_post(&self, run_id: RunId) -> Result<(), StoreError> {
        sqlx::query!(
            "UPDATE posts SET claimed_until = '-infinity' WHERE run_id = $1 AND message_id IS NULL",
            run_id.0
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Writes down where the placeholder stands. False when another one was written down before: then this one is
    /// an orphan, and the other is edited. `address` is where it stands, which is not always what the row says by now:
    /// posting chose another place, or the chat moved ([`Store::move_chat`]) while it was on its way, and an id means
    /// something only in the chat that gave it.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn posted(
        &self,
        run_id: RunId,
        message_id: &str,
        address: &serde_json::Value,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            "UPDATE posts SET message_id = $2, address = $3
             WHERE run_id = $1 AND (message_id IS NULL OR (message_id = $2 AND address = $3))",
            run_id.0,
            message_id,
            address,
        )
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Points a run's answer at another message: the first one cannot be edited any more (deleted, or its token
    /// ran out) and a new one was posted.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn move_post(
        &self,
        run_id: RunId,
        message_id: Option<&str>,
        address: &serde_json::Value,
    ) -> Result<(), StoreError> {
        sqlx::query!(
            "UPDATE posts SET message_id = $2, address = $3, claimed_until = '-infinity' WHERE run_id = $1",
            run_id.0,
            message_id,
            address,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Where a run's answer stands.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn post(&self, run_id: RunId) -> Result<Option<Post>, StoreError> {
        let row = sqlx::query!("SELECT address, message_id FROM posts WHERE run_id = $1", run_id.0)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|r| Post { address: r.address, message_id: r.message_id }))
    }
}
