//! People of whom an administrator has said that they are one of their own. Only they count as approvers: two accounts
//! that were never linked could be one person, who would approve what they asked for.

use super::{Store, StoreError, audit::Deed, grants::principal_of};
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// A registered person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// Their accounts: `discord:123`.
    pub accounts: Vec<String>,
    /// Who registered them.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl Store {
    /// Registers the person behind an account, or takes that back. To grant somebody the role of an approver by name
    /// registers them too. False when nothing changed.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn set_registered(&self, account: &str, on: bool) -> Result<bool, StoreError> {
        let mut audited = self.begin_audited().await?;
        let principal = principal_of(audited.connection(), account).await?;
        let changed = match on {
            true => register(audited.connection(), principal, &self.by).await?,
            false => {
                let done = sqlx::query!(
                    "UPDATE principals SET registered_at = NULL, registered_by = NULL
                     WHERE id = $1 AND registered_at IS NOT NULL",
                    principal
                )
                .execute(audited.connection())
                .await?;
                done.rows_affected() > 0
            }
        };
        if changed {
            audited
                .record(Deed {
                    actor: &self.by,
                    action: if on { "person.registered" } else { "person.unregistered" },
                    subject: format!("person:{principal}"),
                    details: json!({ "account": account }),
                })
                .await?;
        }
        audited.commit().await?;
        Ok(changed)
    }

    /// Everybody who is registered.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn registered(&self) -> Result<Vec<Registered>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT ARRAY(SELECT i.subject FROM identities i WHERE i.principal_id = p.id
                            ORDER BY i.created_at, i.subject) AS "accounts!",
                      p.registered_at AS "at!", coalesce(p.registered_by, '') AS "by!"
               FROM principals p WHERE p.registered_at IS NOT NULL AND p.merged_into IS NULL
               ORDER BY p.registered_at, p.id"#
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|r| Registered { accounts: r.accounts, by: r.by, at: r.at }).collect())
    }
}

/// False when they are registered already.
pub(super) async fn register(
    connection: &mut PgConnection,
    principal: Uuid,
    by: &str,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE principals SET registered_at = now(), registered_by = $2 WHERE id = $1 AND registered_at IS NULL",
        principal,
        by
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

pub(super) async fn is_registered(
    executor: impl PgExecutor<'_>,
    principal: Uuid,
) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"SELECT registered_at IS NOT NULL AS "registered!" FROM principals WHERE id = $1"#,
        principal
    )
    .fetch_one(executor)
    .await?)
}
