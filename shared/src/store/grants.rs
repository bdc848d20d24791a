//! Who was given which role, from where a source may be asked, and whose eyes its answers are for.

use super::{Store, StoreError, audit::Deed, registered::register};
use rowcall_core::Role;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

/// To whom a role is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grantee {
    /// One account of a platform, and with it everyone linked to it: `discord:123`.
    Person(String),
    /// A role of a platform: `discord:guild:role`.
    PlatformRole(String),
    /// Everyone in a place: `telegram:-100123`.
    Place(String),
    /// Anyone who can reach the bot.
    Anyone,
}

/// A role granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// To whom.
    pub grantee: Grantee,
    /// Which.
    pub role: Role,
    /// For one source alone.
    pub source: Option<String>,
    /// In one place alone.
    pub place: Option<String>,
}

/// A grant as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredGrant {
    /// Its id, by which it is revoked.
    pub id: Uuid,
    /// The grant.
    pub grant: Grant,
    /// For a person: their accounts, as "discord:123 (Ada)".
    pub accounts: Vec<String>,
    /// Who granted it.
    pub granted_by: String,
}

/// Which grants are wanted; each that is set narrows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GrantFilter {
    /// Those that hold for this source: its own, and those for every source.
    pub source: Option<String>,
    /// Those of this person, by one of their accounts: `discord:123`.
    pub person: Option<String>,
}

impl Store {
    /// Grants a role, and gives the grant's id. The same grant again changes nothing and gives the same id. An account
    /// that never wrote to the bot can be granted to: it is known from then on. Who is made an approver by name is
    /// registered as a person of their own by that.
    ///
    /// # Errors
    /// When the store is away, or has no such source.
    pub async fn grant(&self, grant: &Grant, by: &str) -> Result<Uuid, StoreError> {
        let mut audited = self.begin_audited().await?;
        let (kind, subject) = match &grant.grantee {
            Grantee::Person(account) => {
                let person = principal_of(audited.connection(), account).await?;
                if grant.role == Role::Approver {
                    register(audited.connection(), person, by).await?;
                }
                ("person", person.to_string())
            }
            Grantee::PlatformRole(role) => ("platform_role", role.clone()),
            Grantee::Place(place) => ("place", place.clone()),
            Grantee::Anyone => ("anyone", String::new()),
        };
        let row = sqlx::query!(
            r#"INSERT INTO grants (id, kind, subject, role, source, place, granted_by)
               VALUES ($1, $2, $3, $4, $5, $6, $7)
               ON CONFLICT (kind, subject, role, source, place) DO UPDATE SET kind = excluded.kind
               RETURNING id, xmax = 0 AS "new!""#,
            Uuid::now_v7(),
            kind,
            subject,
            grant.role.as_str(),
            grant.source,
            grant.place,
            by,
        )
        .fetch_one(audited.connection())
        .await?;
        if row.new {
            let Grant { grantee, role, source, place } = grant;
            let account = if let Grantee::Person(account) = grantee { Some(account) } else { None };
            let details = json!({ "kind": kind, "to": subject, "account": account, "role": role, "source": source,
                                  "place": place });
            audited
                .record(Deed { actor: by, action: "grant.given", subject: grant_subject(row.id), details })
                .await?;
        }
        audited.commit().await?;
        Ok(row.id)
    }

    /// Takes a grant back. False when there is none of that id.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn revoke(&self, id: Uuid) -> Result<bool, StoreError> {
        let mut audited = self.begin_audited().await?;
        let row =
            sqlx::query!("DELETE FROM grants WHERE id = $1 RETURNING kind, subject, role, source, place", id)
                .fetch_optional(audited.connection())
                .await?;
        let Some(row) = row else { return Ok(false) };
        let details = json!({ "kind": row.kind, "to": row.subject, "role": row.role, "source": row.source,
                              "place": row.place });
        audited
            .record(Deed { actor: &self.by, action: "grant.revoked", subject: grant_subject(id), details })
            .await?;
        audited.commit().await?;
        Ok(true)
    }

    /// The grants, oldest first.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn grants(&self, filter: &GrantFilter) -> Result<Vec<StoredGrant>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT g.id, g.kind, g.subject, g.role, g.source, g.place, g.granted_by,
                      ARRAY(SELECT i.subject FROM identities i
                            WHERE g.kind = 'person' AND i.principal_id::text = g.subject
                            ORDER BY i.created_at, i.subject) AS "subjects!",
                      ARRAY(SELECT i.name FROM identities i
                            WHERE g.kind = 'person' AND i.principal_id::text = g.subject
                            ORDER BY i.created_at, i.subject) AS "names!"
               FROM grants g
               WHERE ($1::text IS NULL OR g.source IS NULL OR g.source = $1)
                 AND ($2::text IS NULL OR (g.kind = 'person' AND g.subject IN
                      (SELECT principal_id::text FROM identities WHERE subject = $2)))
               ORDER BY g.created_at, g.id"#,
            filter.source,
            filter.person,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|row| {
                let accounts = row.subjects.iter().zip(&row.names);
                let grantee = match row.kind.as_str() {
                    "person" => Grantee::Person(row.subjects.first().cloned().unwrap_or(row.subject)),
                    "platform_role" => Grantee::PlatformRole(row.subject),
                    "place" => Grantee::Place(row.subject),
                    "anyone" => Grantee::Anyone,
                    other => return Err(StoreError::Unreadable(format!("a grant to '{other}'"))),
                };
                let accounts = accounts
                    .map(|(subject, name)| match subject == name {
                        true => subject.clone(),
                        false => format!("{subject} ({name})"),
                    })
                    .collect();
                let role: Role =
                    row.role.parse().map_err(|e| StoreError::Unreadable(format!("a grant: {e}")))?;
                Ok(StoredGrant {
                    id: row.id,
                    grant: Grant { grantee, role, source: row.source, place: row.place },
                    accounts,
                    granted_by: row.granted_by,
                })
            })
            .collect()
    }

    /// Binds a source to a place: from then on it is asked only from the places it is bound to. False when it was
    /// bound there already.
    ///
    /// # Errors
    /// When the store is away, or has no such source.
    pub async fn bind_source(&self, source: &str, place: &str) -> Result<bool, StoreError> {
        let bind = sqlx::query!(
            "INSERT INTO source_places (source, place) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            source,
            place
        );
        self.audited(bind, "source.bound", &format!("source:{source}"), json!({ "place": place })).await
    }

    /// Takes a binding back; a source without any can be asked from everywhere. False when there was none.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn unbind_source(&self, source: &str, place: &str) -> Result<bool, StoreError> {
        let unbind =
            sqlx::query!("DELETE FROM source_places WHERE source = $1 AND place = $2", source, place);
        self.audited(unbind, "source.unbound", &format!("source:{source}"), json!({ "place": place })).await
    }

    /// Every binding: source and place.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn source_bindings(&self) -> Result<Vec<(String, String)>, StoreError> {
        let rows = sqlx::query!("SELECT source, place FROM source_places ORDER BY source, place")
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.into_iter().map(|r| (r.source, r.place)).collect())
    }

    /// Chooses whether a source's answers are for their asker alone. False when there is no such source.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn set_private_results(&self, source: &str, private: bool) -> Result<bool, StoreError> {
        let set = sqlx::query!(
            "UPDATE sources SET private_results = $2 WHERE name = $1 AND private_results <> $2",
            source,
            private
        );
        let details = json!({ "private": private });
        Ok(self.audited(set, "source.private_results", &format!("source:{source}"), details).await?
            || sqlx::query_scalar!(
                r#"SELECT EXISTS (SELECT FROM sources WHERE name = $1) AS "there!""#,
                source
            )
            .fetch_one(&self.pool)
            .await?)
    }
}

fn grant_subject(id: Uuid) -> String {
    format!("grant:{id}")
}

/// The person behind an account, who is made known if they were not.
pub(super) async fn principal_of(connection: &mut PgConnection, account: &str) -> Result<Uuid, StoreError> {
    let id = sqlx::query_scalar!(
        r#"WITH known AS (
               SELECT principal_id FROM identities WHERE subject = $1
           ), principal AS (
               INSERT INTO principals (id) SELECT $2 WHERE NOT EXISTS (SELECT FROM known) RETURNING id
           ), identity AS (
               INSERT INTO identities (subject, principal_id, name) SELECT $1, id, $1 FROM principal
               ON CONFLICT (subject) DO UPDATE SET subject = excluded.subject
               RETURNING principal_id
           )
           SELECT principal_id AS "principal!" FROM known UNION ALL SELECT principal_id FROM identity"#,
        account,
        Uuid::now_v7(),
    )
    .fetch_one(connection)
    .await?;
    Ok(id)
}
