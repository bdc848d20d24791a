//! What a place does by default, and what a person wants.

use super::{Store, StoreError};
use rowcall_core::Actor;
use serde_json::json;
use uuid::Uuid;

/// Settings that hold for somebody in a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChatSettings {
    /// The source asked when a question names none; else the installation's default.
    pub source: Option<String>,
    /// A question in a channel gets a thread of its own, where the platform has threads.
    pub threads: bool,
    /// The person wants their answers for themselves.
    pub private: bool,
}

impl Store {
    /// The settings that hold for `actor` where they are: the channel's before the space's.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn chat_settings(&self, actor: &Actor) -> Result<ChatSettings, StoreError> {
        let mut places = actor.places();
        places.push(actor.place());
        let row = sqlx::query!(
            r#"SELECT (SELECT s.source FROM place_settings s WHERE s.place = ANY ($1) AND s.source IS NOT NULL
                       ORDER BY array_position($1, s.place) DESC LIMIT 1) AS source,
                      coalesce((SELECT s.threads FROM place_settings s WHERE s.place = ANY ($1)
                                ORDER BY array_position($1, s.place) DESC LIMIT 1), false) AS "threads!",
                      coalesce((SELECT p.private FROM person_settings p JOIN identities i USING (principal_id)
                                WHERE i.subject = $2), false) AS "private!""#,
            &places,
            actor.subject(),
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(ChatSettings { source: row.source, threads: row.threads, private: row.private })
    }

    /// Chooses a place's source (`None`: the installation's default).
    ///
    /// # Errors
    /// When the store is away or has no such source.
    pub async fn set_place_source(&self, place: &str, source: Option<&str>) -> Result<(), StoreError> {
        let set = sqlx::query!(
            "INSERT INTO place_settings (place, source) VALUES ($1, $2)
             ON CONFLICT (place) DO UPDATE SET source = excluded.source
             WHERE place_settings.source IS DISTINCT FROM excluded.source",
            place,
            source
        );
        self.audited(set, "place.source", &format!("place:{place}"), json!({ "source": source })).await?;
        Ok(())
    }

    /// Chooses whether questions in a place get threads of their own.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn set_place_threads(&self, place: &str, threads: bool) -> Result<(), StoreError> {
        let set = sqlx::query!(
            "INSERT INTO place_settings (place, threads) VALUES ($1, $2)
             ON CONFLICT (place) DO UPDATE SET threads = excluded.threads
             WHERE place_settings.threads <> excluded.threads",
            place,
            threads
        );
        self.audited(set, "place.threads", &format!("place:{place}"), json!({ "threads": threads })).await?;
        Ok(())
    }

    /// Chooses whether a person's answers are for themselves alone.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn set_person_private(&self, principal: Uuid, private: bool) -> Result<(), StoreError> {
        let set = sqlx::query!(
            "INSERT INTO person_settings (principal_id, private) VALUES ($1, $2)
             ON CONFLICT (principal_id) DO UPDATE SET private = excluded.private
             WHERE person_settings.private <> excluded.private",
            principal,
            private
        );
        let details = json!({ "private": private });
        self.audited(set, "person.private", &format!("person:{principal}"), details).await?;
        Ok(())
    }
}
