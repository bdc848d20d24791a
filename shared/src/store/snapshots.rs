//! What platforms last said of people's roles. A decision can rest on roles that were seen hours before it is carried
//! out; every newer word, whichever event brought it, corrects it.

use super::{Store, StoreError};
use rowcall_core::Actor;
use sqlx::{PgConnection, PgExecutor};
use std::time::Duration;

impl Store {
    /// Notes which roles a platform says somebody holds in the guild they are in. An older word than the one that is
    /// known changes nothing.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn note_roles(&self, actor: &Actor) -> Result<(), StoreError> {
        self.standing(actor, None).await?; // known from here on
        note_roles(&self.pool, actor).await
    }

    /// People on whom an approved change waits, as asker or approver, and of whose platform roles nothing was heard
    /// for `older_than`: whoever has the platform asks it, and tells [`Store::note_roles`].
    ///
    /// # Errors
    /// When the store is away.
    pub async fn roles_to_refresh(&self, older_than: Duration, limit: i64) -> Result<Vec<Actor>, StoreError> {
        let rows = sqlx::query_scalar!(
            r#"SELECT DISTINCT ON (who.actor ->> 'platform', who.actor ->> 'id', who.actor #>> '{room,space}')
                      who.actor AS "actor!"
               FROM (SELECT r.actor FROM tickets t JOIN runs r ON r.id = t.run_id WHERE t.state = 'approved'
                     UNION ALL
                     SELECT v.actor FROM tickets t JOIN ticket_votes v ON v.ticket_id = t.id
                     WHERE t.state = 'approved' AND v.decision IN ('approve', 'break_glass')) who
               WHERE who.actor #>> '{room,space}' IS NOT NULL
                 AND greatest((who.actor ->> 'seen_at')::timestamptz,
                              (SELECT s.seen_at FROM role_snapshots s
                               WHERE s.subject = (who.actor ->> 'platform') || ':' || (who.actor ->> 'id')
                                 AND s.space = who.actor #>> '{room,space}'))
                     < now() - make_interval(secs => $1)
               LIMIT $2"#,
            older_than.as_secs_f64(),
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(|actor| Ok(serde_json::from_value(actor)?)).collect()
    }
}

pub(super) async fn note_roles(executor: impl PgExecutor<'_>, actor: &Actor) -> Result<(), StoreError> {
    let Some(space) = &actor.room.space else { return Ok(()) };
    sqlx::query!(
        "INSERT INTO role_snapshots (subject, space, roles, seen_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (subject, space) DO UPDATE SET roles = excluded.roles, seen_at = excluded.seen_at
         WHERE role_snapshots.seen_at < excluded.seen_at",
        actor.subject(),
        space,
        &actor.roles,
        actor.seen_at,
    )
    .execute(executor)
    .await?;
    Ok(())
}

/// The actor with the roles that were last heard of.
pub(super) async fn freshest(connection: &mut PgConnection, actor: &Actor) -> Result<Actor, StoreError> {
    let mut actor = actor.clone();
    let Some(space) = &actor.room.space else { return Ok(actor) };
    let row = sqlx::query!(
        "SELECT roles, seen_at FROM role_snapshots WHERE subject = $1 AND space = $2 AND seen_at > $3",
        actor.subject(),
        space,
        actor.seen_at,
    )
    .fetch_optional(connection)
    .await?;
    if let Some(row) = row {
        actor.roles = row.roles;
        actor.seen_at = row.seen_at;
    }
    Ok(actor)
}
