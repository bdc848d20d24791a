//! The words of a team: what they mean, for each source.

use super::{Store, StoreError};
use chrono::{DateTime, Utc};
use rowcall_core::memory::term_key;
use serde::Deserialize;

/// The most terms of one source.
pub const MAX_TERMS: i64 = 500;

/// A term of a source's glossary.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Term {
    /// The term, as it was written.
    pub term: String,
    /// What it means.
    pub meaning: String,
    /// The statement that it came to when it was defined.
    pub sql: String,
    /// Whose definition it is: `discord:123`.
    pub defined_by: String,
    /// When they gave it.
    pub defined_at: DateTime<Utc>,
}

impl Store {
    /// What people defined for a source, by term.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn glossary(&self, source: &str) -> Result<Vec<Term>, StoreError> {
        let terms = sqlx::query_as!(
            Term,
            "SELECT term, meaning, sql, defined_by, defined_at FROM glossary WHERE source = $1 ORDER BY term_key",
            source,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(terms)
    }

    /// Keeps what a term means, in place of what it meant before. False when the source has as many terms as it may.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn define(
        &self,
        source: &str,
        term: &str,
        meaning: &str,
        sql: &str,
        by: &str,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            "INSERT INTO glossary (source, term_key, term, meaning, sql, defined_by)
             SELECT $1, $2, $3, $4, $5, $6
             WHERE (SELECT count(*) FROM glossary WHERE source = $1 AND term_key <> $2) < $7
             ON CONFLICT (source, term_key) DO UPDATE SET term = excluded.term, meaning = excluded.meaning,
                sql = excluded.sql, defined_by = excluded.defined_by, defined_at = now()",
            source,
            term_key(term),
            term,
            meaning,
            sql,
            by,
            MAX_TERMS,
        )
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Forgets a term. False when there was none.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn forget_term(&self, source: &str, term: &str) -> Result<bool, StoreError> {
        let done =
            sqlx::query!("DELETE FROM glossary WHERE source = $1 AND term_key = $2", source, term_key(term))
                .execute(&self.pool)
                .await?;
        Ok(done.rows_affected() > 0)
    }
}
