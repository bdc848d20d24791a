//! What a source asks of changes.

use super::{Store, StoreError, audit::Deed};
use rowcall_core::change::ChangeRules;
use serde_json::json;
use sqlx::PgExecutor;

impl Store {
    /// What a source asks of changes; for a source that is not known, what is asked where nothing was set.
    ///
    /// # Errors
    /// When the store is away, or holds rules that this version cannot read: nothing is taken for allowed then.
    pub async fn change_rules(&self, source: &str) -> Result<ChangeRules, StoreError> {
        change_rules(&self.pool, source).await
    }

    /// Sets it. Tickets that are open keep what they were opened under: their cards say it. False when there is no
    /// such source.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn set_change_rules(&self, source: &str, rules: &ChangeRules) -> Result<bool, StoreError> {
        let rules = serde_json::to_value(rules)?;
        let mut audited = self.begin_audited().await?;
        let before =
            sqlx::query_scalar!("SELECT change_rules FROM sources WHERE name = $1 FOR UPDATE", source)
                .fetch_optional(audited.connection())
                .await?;
        let Some(before) = before else { return Ok(false) };
        if before == rules {
            return Ok(true);
        }
        sqlx::query!("UPDATE sources SET change_rules = $2 WHERE name = $1", source, rules)
            .execute(audited.connection())
            .await?;
        audited
            .record(Deed {
                actor: &self.by,
                action: "source.change_rules",
                subject: format!("source:{source}"),
                details: json!({ "before": before, "after": rules }),
            })
            .await?;
        audited.commit().await?;
        Ok(true)
    }
}

pub(super) async fn change_rules(
    executor: impl PgExecutor<'_>,
    source: &str,
) -> Result<ChangeRules, StoreError> {
    let rules = sqlx::query_scalar!("SELECT change_rules FROM sources WHERE name = $1", source)
        .fetch_optional(executor)
        .await?;
    Ok(rules.map(serde_json::from_value).transpose()?.unwrap_or_default())
}
