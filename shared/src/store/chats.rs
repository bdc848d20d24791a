//! A chat that gets another id: Telegram gives a group a new one when it becomes a supergroup.

use super::{
    Store, StoreError,
    audit::{Deed, ITSELF},
    tickets,
};
use rowcall_core::Platform;
use serde_json::json;

impl Store {
    /// Makes everything that was said, granted and chosen in the chat `old` the chat `new`'s: conversations, grants,
    /// bindings, settings, quotas, and where answers that are still to come are posted. Messages do not move with a
    /// chat, so those answers are posted anew. Safe to repeat; the first call that finds nothing gives false.
    ///
    /// # Errors
    /// When the store is away; nothing has moved then.
    pub async fn move_chat(&self, platform: Platform, old: &str, new: &str) -> Result<bool, StoreError> {
        if old == new {
            return Ok(false);
        }
        let (platform, mut moved) = (platform.as_str(), 0);
        let (old_place, new_place) = (format!("{platform}:{old}"), format!("{platform}:{new}"));
        let mut audited = self.begin_audited().await?;
        // Several processes may hear of it at once.
        sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended('move_chat', 0))")
            .execute(audited.connection())
            .await?;
        let conversations = sqlx::query!(
            r#"SELECT c.id, n.key AS "key!", other.id AS "other?"
               FROM conversations c
                    CROSS JOIN LATERAL (SELECT 'chat:' || $3 || substr(c.key, length('chat:' || $2) + 1) AS key) n
                    LEFT JOIN conversations other ON other.platform = c.platform AND other.key = n.key
               WHERE c.platform = $1 AND (c.key = 'chat:' || $2 OR starts_with(c.key, 'chat:' || $2 || ':'))"#,
            platform,
            old,
            new,
        )
        .fetch_all(audited.connection())
        .await?;
        for conversation in conversations {
            moved += 1;
            match conversation.other {
                None => {
                    sqlx::query!(
                        "UPDATE conversations SET key = $2 WHERE id = $1",
                        conversation.id,
                        conversation.key
                    )
                    .execute(audited.connection())
                    .await?;
                }
                // Somebody wrote in the new chat before this was heard of: the two become one.
                Some(other) => {
                    for table in [
                        sqlx::query!(
                            "UPDATE messages SET conversation_id = $2 WHERE conversation_id = $1",
                            conversation.id,
                            other
                        ),
                        sqlx::query!(
                            "UPDATE runs SET conversation_id = $2 WHERE conversation_id = $1",
                            conversation.id,
                            other
                        ),
                        sqlx::query!(
                            "UPDATE outbox SET conversation_id = $2 WHERE conversation_id = $1",
                            conversation.id,
                            other
                        ),
                        sqlx::query!(
                            "DELETE FROM conversations WHERE id = $1 AND $2::uuid IS NOT NULL",
                            conversation.id,
                            other
                        ),
                    ] {
                        table.execute(audited.connection()).await?;
                    }
                }
            }
        }
        // What the new chat has already is not there twice afterwards.
        for statement in [
            sqlx::query!(
                "DELETE FROM grants g WHERE (g.place = $1 OR (g.kind = 'place' AND g.subject = $1)) AND EXISTS (
                     SELECT FROM grants k WHERE k.kind = g.kind AND k.role = g.role
                       AND k.subject = CASE WHEN g.kind = 'place' AND g.subject = $1 THEN $2 ELSE g.subject END
                       AND k.source IS NOT DISTINCT FROM g.source
                       AND k.place IS NOT DISTINCT FROM CASE WHEN g.place = $1 THEN $2 ELSE g.place END)",
                old_place,
                new_place
            ),
            sqlx::query!(
                "UPDATE grants SET place = CASE WHEN place = $1 THEN $2 ELSE place END,
                        subject = CASE WHEN kind = 'place' AND subject = $1 THEN $2 ELSE subject END
                 WHERE place = $1 OR (kind = 'place' AND subject = $1)",
                old_place,
                new_place
            ),
            sqlx::query!(
                "WITH gone AS (DELETE FROM source_places WHERE place = $1 RETURNING source)
                 INSERT INTO source_places (source, place) SELECT source, $2 FROM gone ON CONFLICT DO NOTHING",
                old_place,
                new_place
            ),
            sqlx::query!(
                "WITH gone AS (DELETE FROM place_settings WHERE place = $1 RETURNING source, threads)
                 INSERT INTO place_settings (place, source, threads) SELECT $2, source, threads FROM gone
                 ON CONFLICT DO NOTHING",
                old_place,
                new_place
            ),
        ] {
            moved += statement.execute(audited.connection()).await?.rows_affected();
        }
        // Whoever asked in the old chat is asked for their right in the new one.
        moved += sqlx::query!(
            "UPDATE runs SET place = $2, actor = jsonb_set(actor, '{room,channel}', to_jsonb($3::text))
             WHERE place = $1",
            old_place,
            new_place,
            new,
        )
        .execute(audited.connection())
        .await?
        .rows_affected();
        moved += sqlx::query!(
            "UPDATE posts SET claimed_until = CASE WHEN open.answer THEN '-infinity' ELSE claimed_until END,
                    message_id = CASE WHEN open.answer THEN NULL ELSE message_id END,
                    -- A number stays a number.
                    address = jsonb_set(address, '{chat}', CASE jsonb_typeof(address -> 'chat')
                                        WHEN 'number' THEN $3::text::jsonb ELSE to_jsonb($3::text) END)
             FROM (SELECT p.run_id, NOT EXISTS (SELECT FROM outbox o
                                                WHERE o.run_id = p.run_id AND o.kind = 'reply' AND o.state = 'delivered') AS answer
                   FROM posts p WHERE p.platform = $1 AND p.address ->> 'chat' = $2) open
             WHERE posts.run_id = open.run_id",
            platform,
            old,
            new,
        )
        .execute(audited.connection())
        .await?
        .rows_affected();
        moved += tickets::move_cards(audited.connection(), platform, old, new).await?;
        if moved > 0 {
            let details = json!({ "to": new_place });
            let deed =
                Deed { actor: ITSELF, action: "chat.moved", subject: format!("place:{old_place}"), details };
            audited.record(deed).await?;
        }
        audited.commit().await?;
        Ok(moved > 0)
    }
}
