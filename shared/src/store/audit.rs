//! The audit log: what is done that matters is written down in the transaction that does it.

mod verify;

pub use verify::{AuditFault, AuditReport};

use super::{Store, StoreError};
use crate::audit::{AuditEntry, AuditHead, AuditKey, Link};
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, Postgres, Transaction, postgres::PgArguments, query::Query};

/// Who acts where no person does.
pub(super) const ITSELF: &str = "rowcall";

/// Something that was done.
pub(super) struct Deed<'a> {
    /// Who did it.
    pub actor: &'a str,
    /// What: two words with a dot.
    pub action: &'static str,
    /// To what.
    pub subject: String,
    /// More. No fractions: they are written in more than one way.
    pub details: Value,
}

/// A transaction whose deeds are written down in it. [`Audited::record`] comes after everything that takes a lock: it
/// waits for every other audited transaction, and they for this one.
pub(super) struct Audited {
    tx: Transaction<'static, Postgres>,
    key: Option<AuditKey>,
    head: Option<AuditHead>,
}

impl Store {
    /// Begins a transaction whose deeds are written down.
    pub(super) async fn begin_audited(&self) -> Result<Audited, StoreError> {
        Ok(Audited { tx: self.pool.begin().await?, key: self.audit_key.clone(), head: None })
    }

    /// Whether this process could add to the log of changes.
    ///
    /// # Errors
    /// When it has no key, or another than the log is kept with, or the store is away.
    pub async fn audit_ready(&self) -> Result<(), StoreError> {
        let Some(key) = &self.audit_key else { return Err(StoreError::NoAuditKey) };
        let last = sqlx::query_scalar!("SELECT key_id FROM audit_log ORDER BY seq DESC LIMIT 1")
            .fetch_optional(&self.pool)
            .await?;
        match last.is_none_or(|id| id.is_empty() || id == key.id()) {
            true => Ok(()),
            false => Err(StoreError::WrongAuditKey),
        }
    }

    /// Runs one statement; where it changed something, that is written down as the deed of whoever holds this handle.
    /// Gives whether it did.
    pub(super) async fn audited<'q>(
        &self,
        statement: Query<'q, Postgres, PgArguments>,
        action: &'static str,
        subject: &str,
        details: Value,
    ) -> Result<bool, StoreError> {
        let mut audited = self.begin_audited().await?;
        let changed = statement.execute(audited.connection()).await?.rows_affected() > 0;
        if changed {
            audited.record(Deed { actor: &self.by, action, subject: subject.to_owned(), details }).await?;
        }
        audited.commit().await?;
        Ok(changed)
    }

    /// Entries after the number `after`, oldest first; with a subject (`ticket:…`), its own alone.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn audit_entries(
        &self,
        subject: Option<&str>,
        after: i64,
        limit: i64,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let rows = sqlx::query_as!(
            EntryRow,
            r#"SELECT seq, at, actor, action, subject, details::text AS "details!", key_id, previous, mac
               FROM audit_log WHERE seq > $2 AND ($1::text IS NULL OR subject = $1) ORDER BY seq LIMIT $3"#,
            subject,
            after,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(EntryRow::read).collect()
    }

    /// Entries before the number `before`, newest first: a page of the console.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn audit_page(&self, before: i64, limit: i64) -> Result<Vec<AuditEntry>, StoreError> {
        let rows = sqlx::query_as!(
            EntryRow,
            r#"SELECT seq, at, actor, action, subject, details::text AS "details!", key_id, previous, mac
               FROM audit_log WHERE seq < $1 ORDER BY seq DESC LIMIT $2"#,
            before,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(EntryRow::read).collect()
    }
}

impl Audited {
    /// The transaction's connection.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// Writes a deed down.
    pub async fn record(&mut self, deed: Deed<'_>) -> Result<(), StoreError> {
        let last = match self.head {
            Some(head) => Some((head, self.key.as_ref().map_or("", AuditKey::id).to_owned())),
            None => last_entry(&mut self.tx).await?,
        };
        let key_id = self.key.as_ref().map_or("", AuditKey::id).to_owned();
        // A chain that was begun with a key goes on with that key, or an entry without one could be slipped in.
        if let Some((_, kept)) = &last
            && !kept.is_empty()
            && *kept != key_id
        {
            return Err(StoreError::WrongAuditKey);
        }
        let at = sqlx::query_scalar!(r#"SELECT clock_timestamp() AS "at!""#).fetch_one(&mut *self.tx).await?;
        let mut entry = AuditEntry {
            seq: last.as_ref().map_or(1, |(head, _)| head.seq + 1),
            at,
            actor: deed.actor.to_owned(),
            action: deed.action.to_owned(),
            subject: deed.subject,
            details: deed.details.to_string(),
            key_id,
            previous: last.map_or(Link::START, |(head, _)| head.mac),
            mac: Link::START,
        };
        entry.mac = entry.expected(self.key.as_ref());
        sqlx::query!(
            "INSERT INTO audit_log (seq, at, actor, action, subject, details, key_id, previous, mac)
             VALUES ($1, $2, $3, $4, $5, $6::text::json, $7, $8, $9)",
            entry.seq,
            entry.at,
            entry.actor,
            entry.action,
            entry.subject,
            entry.details,
            entry.key_id,
            &entry.previous.0,
            &entry.mac.0,
        )
        .execute(&mut *self.tx)
        .await?;
        self.head = Some(AuditHead { seq: entry.seq, mac: entry.mac });
        Ok(())
    }

    /// Commits. The chain's new end goes to the log of this process: that is where it lies outside the store.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.tx.commit().await?;
        if let Some(head) = self.head {
            tracing::info!(target: "rowcall_audit", "audit head {head}");
        }
        Ok(())
    }
}

/// The last entry and its key, with everybody else's next one kept out until this transaction ends.
async fn last_entry(connection: &mut PgConnection) -> Result<Option<(AuditHead, String)>, StoreError> {
    // In a statement of its own: the next one's view of the table begins when the lock is held.
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended('rowcall audit', 0))")
        .execute(&mut *connection)
        .await?;
    let row = sqlx::query!("SELECT seq, mac, key_id FROM audit_log ORDER BY seq DESC LIMIT 1")
        .fetch_optional(connection)
        .await?;
    row.map(|row| Ok((AuditHead { seq: row.seq, mac: link(&row.mac)? }, row.key_id))).transpose()
}

struct EntryRow {
    seq: i64,
    at: DateTime<Utc>,
    actor: String,
    action: String,
    subject: String,
    details: String,
    key_id: String,
    previous: Vec<u8>,
    mac: Vec<u8>,
}

impl EntryRow {
    fn read(self) -> Result<AuditEntry, StoreError> {
        let Self { seq, at, actor, action, subject, details, key_id, previous, mac } = self;
        let (previous, mac) = (link(&previous)?, link(&mac)?);
        Ok(AuditEntry { seq, at, actor, action, subject, details, key_id, previous, mac })
    }
}

fn link(bytes: &[u8]) -> Result<Link, StoreError> {
    Link::from_stored(bytes).ok_or_else(|| StoreError::Unreadable("an entry of the audit log".into()))
}
