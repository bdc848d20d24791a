//! Who somebody is to us, and which roles they hold.

use super::{Store, StoreError};
use rowcall_core::{Actor, Role, Roles};
use sqlx::PgExecutor;
use uuid::Uuid;

/// What the store knows about somebody who wants something of a source, here and now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The person behind the account.
    pub principal: Uuid,
    /// Their roles for the source in this place.
    pub roles: Roles,
    /// Those of them that rest on no role of the platform, and so hold however old the platform's word is.
    pub own_roles: Roles,
    /// The source may be asked from here.
    pub bound_here: bool,
    /// The source's answers are for their asker alone.
    pub private_source: bool,
}

impl Store {
    /// Who `actor` is for `source` (or, without one, wherever no source matters). Somebody seen for the first time
    /// becomes a principal of their own; a new name is taken over.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn standing(&self, actor: &Actor, source: Option<&str>) -> Result<Standing, StoreError> {
        standing(&self.pool, actor, source).await
    }
}

/// The same wherever it must be known within a transaction.
pub(super) async fn standing(
    executor: impl PgExecutor<'_>,
    actor: &Actor,
    source: Option<&str>,
) -> Result<Standing, StoreError> {
    let row = sqlx::query!(
        r#"WITH known AS (
               SELECT principal_id FROM identities WHERE subject = $1
           ), renamed AS (
               UPDATE identities SET name = $3 WHERE subject = $1 AND name <> $3
           ), principal AS (
               INSERT INTO principals (id) SELECT $2 WHERE NOT EXISTS (SELECT FROM known) RETURNING id
           ), identity AS (
               INSERT INTO identities (subject, principal_id, name) SELECT $1, id, $3 FROM principal
               ON CONFLICT (subject) DO UPDATE SET subject = excluded.subject
               RETURNING principal_id
           ), person AS (
               SELECT principal_id FROM known UNION ALL SELECT principal_id FROM identity
           ), held AS (
               SELECT g.role, g.kind FROM grants g, person
               WHERE (g.source IS NULL OR g.source = $4)
                 AND (g.place IS NULL OR g.place = ANY ($5))
                 AND (g.kind = 'anyone'
                      OR (g.kind = 'person' AND g.subject = person.principal_id::text)
                      OR (g.kind = 'place' AND g.subject = ANY ($5))
                      OR (g.kind = 'platform_role' AND g.subject = ANY ($6)))
           )
           SELECT person.principal_id AS "principal!",
                  ARRAY(SELECT DISTINCT role FROM held) AS "roles!",
                  ARRAY(SELECT DISTINCT role FROM held WHERE kind <> 'platform_role') AS "own_roles!",
                  (NOT EXISTS (SELECT FROM source_places p WHERE p.source = $4)
                   OR EXISTS (SELECT FROM source_places p WHERE p.source = $4 AND p.place = ANY ($5)))
                      AS "bound_here!",
                  coalesce((SELECT s.private_results FROM sources s WHERE s.name = $4), false)
                      AS "private_source!"
           FROM person"#,
        actor.subject(),
        Uuid::now_v7(),
        actor.name,
        source,
        &actor.places(),
        &actor.platform_roles(),
    )
    .fetch_one(executor)
    .await?;
    // A role that a newer version knows gives nothing here.
    let roles = |words: &[String]| -> Roles {
        if actor.is_local() {
            return Roles::all();
        }
        words.iter().filter_map(|r| r.parse::<Role>().ok()).collect()
    };
    Ok(Standing {
        principal: row.principal,
        roles: roles(&row.roles),
        own_roles: roles(&row.own_roles),
        bound_here: row.bound_here || actor.is_local(),
        private_source: row.private_source,
    })
}
