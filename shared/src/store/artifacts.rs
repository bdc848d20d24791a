//! Charts and files, written and read in chunks so that a large one never lies in memory whole.

use super::{Lease, Store, StoreError};
use rowcall_core::{ArtifactId, ArtifactKind, ArtifactRef, RunId};
use sqlx::{Postgres, Transaction};

/// Bytes in one chunk: large enough that a chart is one row, small enough to hold a few in memory.
const CHUNK: usize = 256 * 1024;

/// A stored artifact without its bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Artifact {
    /// What a reply says of it.
    pub reference: ArtifactRef,
    /// Its run.
    pub run_id: RunId,
    /// How many chunks hold its bytes.
    pub chunks: i32,
}

/// An artifact being written. Nothing of it is seen before [`ArtifactUpload::finish`]; dropping it leaves
/// nothing behind.
pub struct ArtifactUpload {
    transaction: Transaction<'static, Postgres>,
    id: ArtifactId,
    buffer: Vec<u8>,
    chunks: i32,
    bytes: u64,
}

impl Store {
    /// Begins an artifact of a run, in place of an earlier one of the same kind and name. `None` when the lease
    /// was lost.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn upload(
        &self,
        lease: &Lease,
        kind: ArtifactKind,
        name: &str,
        mime: &str,
        alt: &str,
    ) -> Result<Option<ArtifactUpload>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let held = sqlx::query_scalar!(
            "SELECT id FROM runs WHERE id = $1 AND lease_owner = $2 AND state = 'running' FOR KEY SHARE",
            lease.run_id.0,
            lease.owner(),
        )
        .fetch_optional(&mut *transaction)
        .await?;
        if held.is_none() {
            return Ok(None);
        }
        let id = ArtifactId::new();
        sqlx::query!(
            "WITH earlier AS (DELETE FROM artifacts WHERE run_id = $2 AND kind = $3 AND name = $4)
             INSERT INTO artifacts (id, run_id, kind, name, mime, alt, bytes) VALUES ($1, $2, $3, $4, $5, $6, 0)",
            id.0,
            lease.run_id.0,
            kind.as_str(),
            name,
            mime,
            alt,
        )
        .execute(&mut *transaction)
        .await?;
        Ok(Some(ArtifactUpload { transaction, id, buffer: Vec::new(), chunks: 0, bytes: 0 }))
    }

    /// An artifact's description.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn artifact(&self, id: ArtifactId) -> Result<Option<Artifact>, StoreError> {
        let row = sqlx::query!(
            r#"SELECT run_id, kind, name, mime, alt, bytes,
                      (SELECT count(*)::int FROM artifact_chunks WHERE artifact_id = $1) AS "chunks!"
               FROM artifacts WHERE id = $1"#,
            id.0
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            Ok(Artifact {
                reference: ArtifactRef {
                    id,
                    kind: ArtifactKind::parse(&row.kind).ok_or(StoreError::Unreadable(row.kind))?,
                    name: row.name,
                    mime: row.mime,
                    bytes: u64::try_from(row.bytes).unwrap_or(0),
                    alt: row.alt,
                },
                run_id: row.run_id.into(),
                chunks: row.chunks,
            })
        })
        .transpose()
    }

    /// One chunk of an artifact, from 0; `None` past the end.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn artifact_chunk(&self, id: ArtifactId, position: i32) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(sqlx::query_scalar!(
            "SELECT data FROM artifact_chunks WHERE artifact_id = $1 AND position = $2",
            id.0,
            position
        )
        .fetch_optional(&self.pool)
        .await?)
    }

    /// The first `bytes` of an artifact, as far as its first chunk goes: enough to read a picture's size.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn artifact_start(&self, id: ArtifactId, bytes: i32) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(sqlx::query_scalar!(
            r#"SELECT substring(data FROM 1 FOR $2) AS "start!" FROM artifact_chunks
               WHERE artifact_id = $1 AND position = 0"#,
            id.0,
            bytes
        )
        .fetch_optional(&self.pool)
        .await?)
    }
}

impl ArtifactUpload {
    /// Adds bytes.
    ///
    /// # Errors
    /// When the store is away, or full.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.buffer.extend_from_slice(bytes);
        while self.buffer.len() >= CHUNK {
            let rest = self.buffer.split_off(CHUNK);
            let chunk = std::mem::replace(&mut self.buffer, rest);
            self.put(&chunk).await?;
        }
        Ok(())
    }

    /// Writes the rest and makes the artifact visible. Gives its id and size in bytes.
    ///
    /// # Errors
    /// When the store is away, or full.
    pub async fn finish(mut self) -> Result<(ArtifactId, u64), StoreError> {
        let rest = std::mem::take(&mut self.buffer);
        if !rest.is_empty() {
            self.put(&rest).await?;
        }
        sqlx::query!(
            "UPDATE artifacts SET bytes = $2 WHERE id = $1",
            self.id.0,
            i64::try_from(self.bytes).unwrap_or(i64::MAX)
        )
        .execute(&mut *self.transaction)
        .await?;
        self.transaction.commit().await?;
        Ok((self.id, self.bytes))
    }

    async fn put(&mut self, chunk: &[u8]) -> Result<(), StoreError> {
        sqlx::query!(
            "INSERT INTO artifact_chunks (artifact_id, position, data) VALUES ($1, $2, $3)",
            self.id.0,
            self.chunks,
            chunk
        )
        .execute(&mut *self.transaction)
        .await?;
        self.chunks += 1;
        self.bytes += chunk.len() as u64;
        Ok(())
    }
}
