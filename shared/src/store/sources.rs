//! Sources: which databases can be asked, and where their credentials are found.

use super::{Store, StoreError};
use rowcall_core::SourceId;
use serde_json::json;

/// A source as the store knows it. Its URL is not among it: only the worker looks it up.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredSource {
    /// The source.
    pub id: SourceId,
    /// Its name.
    pub name: String,
    /// `env:NAME` or `file:/path`.
    pub url_ref: String,
    /// Limits and permissions, as the worker's `SourceSettings` reads them.
    pub settings: serde_json::Value,
    /// Asked when a question names none.
    pub is_default: bool,
}

impl Store {
    /// Adds a source, or changes the one of that name. The first one becomes the default.
    ///
    /// # Errors
    /// When the store is away or the name or reference is not allowed.
    pub async fn put_source(
        &self,
        name: &str,
        url_ref: &str,
        settings: &serde_json::Value,
    ) -> Result<(), StoreError> {
        let put = sqlx::query!(
            "INSERT INTO sources (id, name, url_ref, settings, is_default)
             VALUES ($1, $2, $3, $4, NOT EXISTS (SELECT FROM sources WHERE is_default))
             ON CONFLICT (name) DO UPDATE SET url_ref = excluded.url_ref, settings = excluded.settings
             WHERE (sources.url_ref, sources.settings) IS DISTINCT FROM (excluded.url_ref, excluded.settings)",
            SourceId::new().0,
            name,
            url_ref,
            settings,
        );
        let details = json!({ "url_ref": url_ref, "settings": settings });
        self.audited(put, "source.put", &format!("source:{name}"), details).await?;
        Ok(())
    }

    /// All sources by name.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn sources(&self) -> Result<Vec<StoredSource>, StoreError> {
        let rows = sqlx::query!("SELECT id, name, url_ref, settings, is_default FROM sources ORDER BY name")
            .fetch_all(&self.pool)
            .await?;
        Ok(rows
            .into_iter()
            .map(|r| StoredSource {
                id: r.id.into(),
                name: r.name,
                url_ref: r.url_ref,
                settings: r.settings,
                is_default: r.is_default,
            })
            .collect())
    }

    /// The source of that name, or the default one.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn source(&self, name: Option<&str>) -> Result<Option<StoredSource>, StoreError> {
        Ok(self.sources().await?.into_iter().find(|s| match name {
            Some(name) => s.name == name,
            None => s.is_default,
        }))
    }
}
