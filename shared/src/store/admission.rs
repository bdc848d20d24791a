//! What decides whether one more question is taken: whether it was taken before, and how many there were.

use super::{Accepted, Store, StoreError};
use rowcall_core::{Actor, Platform};

/// How much somebody, and their place, asked lately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// The person's questions of the last minute.
    pub person_minute: i64,
    /// The person's questions of the last 24 hours.
    pub person_day: i64,
    /// The place's questions of the last minute.
    pub place_minute: i64,
    /// The place's questions of the last 24 hours.
    pub place_day: i64,
    /// Runs that no worker has taken yet; counted up to `queue_limit`.
    pub queued: i64,
}

impl Store {
    /// The run an event started when it came before.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn accepted_before(
        &self,
        platform: Platform,
        dedup_key: &str,
    ) -> Result<Option<Accepted>, StoreError> {
        let row = sqlx::query!(
            "SELECT run_id, conversation_id FROM messages WHERE dedup_key = $1",
            format!("{platform}:{dedup_key}"),
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|r| Accepted {
            run_id: r.run_id.into(),
            conversation_id: r.conversation_id.into(),
            duplicate: true,
        }))
    }

    /// How much was asked lately. A count over the runs themselves, so that nothing has to be reset or can drift;
    /// two questions at the very same moment may both be counted as the last one allowed.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn usage(&self, actor: &Actor, queue_limit: i64) -> Result<Usage, StoreError> {
        let row = sqlx::query!(
            r#"SELECT p.minute AS "person_minute!", p.day AS "person_day!",
                      h.minute AS "place_minute!", h.day AS "place_day!",
                      (SELECT count(*) FROM (SELECT FROM runs WHERE state = 'queued' LIMIT $3) q) AS "queued!"
               FROM (SELECT count(*) FILTER (WHERE created_at > now() - interval '1 minute') AS minute,
                            count(*) AS day
                     FROM runs WHERE subject = $1 AND created_at > now() - interval '1 day') p,
                    (SELECT count(*) FILTER (WHERE created_at > now() - interval '1 minute') AS minute,
                            count(*) AS day
                     FROM runs WHERE place = $2 AND created_at > now() - interval '1 day') h"#,
            actor.subject(),
            actor.place(),
            queue_limit,
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(Usage {
            person_minute: row.person_minute,
            person_day: row.person_day,
            place_minute: row.place_minute,
            place_day: row.place_day,
            queued: row.queued,
        })
    }
}
