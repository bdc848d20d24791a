//! Reads a source's catalogue: the structure in a handful of set-based statements (never one per table), then
//! statistics, then sampled values where the settings allow, within a time budget.

mod objects;
mod samples;
mod statistics;
mod structure;
mod types;

use crate::{
    cache::CatalogueCache,
    capabilities::Capabilities,
    connect::Source,
    error::{Limits, SourceError},
    session::{self, Purpose},
};
use futures::TryStreamExt;
use rowcall_core::{Catalogue, Restrictions, Table};
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};
use std::{sync::Arc, time::Instant};

impl Source {
    /// The catalogue, from the cache if it is fresh enough.
    ///
    /// # Errors
    /// Any [`SourceError`] of connecting or reading.
    pub async fn catalogue(&self, cache: &CatalogueCache) -> Result<Arc<Catalogue>, SourceError> {
        let catalogue = cache.get_or_read(&self.identity, || self.read_catalogue()).await?;
        self.remember(&catalogue);
        Ok(catalogue)
    }

    /// The catalogue read anew, and the cache with it: after a schema error, or when asked to.
    ///
    /// # Errors
    /// Any [`SourceError`] of connecting or reading.
    pub async fn refresh(&self, cache: &CatalogueCache) -> Result<Arc<Catalogue>, SourceError> {
        let catalogue = cache.read_anew(&self.identity, || self.read_catalogue()).await?;
        self.remember(&catalogue);
        Ok(catalogue)
    }

    /// Reads the catalogue from the database itself.
    pub(crate) async fn read_catalogue(&self) -> Result<Catalogue, SourceError> {
        match self.attempt_catalogue(false).await {
            Err(error) if error.is_dead_connection() => self.attempt_catalogue(true).await,
            done => done,
        }
    }

    async fn attempt_catalogue(&self, tested: bool) -> Result<Catalogue, SourceError> {
        let mut lease = self.lease(tested).await?;
        let can = self.capabilities(lease.connection()?).await?;
        let began = Instant::now();
        let read = self.read_on(lease.connection()?, can).await;
        match read {
            Ok(catalogue) => {
                lease.give_back();
                tracing::debug!(source = %self.settings.name, tables = catalogue.tables.len(),
                    duration_ms = began.elapsed().as_secs_f64() * 1e3, "read the catalogue");
                Ok(catalogue)
            }
            Err(error) => {
                let limits =
                    Limits { statement: session::catalogue_timeout(&self.settings), ..self.limits() };
                let error = SourceError::from_driver(error, limits);
                // The session may be in any state: better a new connection than a guess.
                lease.kill().await;
                Err(error)
            }
        }
    }

    async fn read_on(&self, db: &mut PgConnection, can: Capabilities) -> Result<Catalogue, sqlx::Error> {
        let began = Instant::now();
        let mut batch = session::open(&self.settings, can, Purpose::Catalogue);
        batch.push_str(HEAD);
        let (server_version, search_path) = head(db, batch).await?;
        let mut read = structure::read(db, server_version, &self.settings).await?;
        let objects = objects::read(db, &self.settings.restrictions).await?;
        let definitions = objects::definitions(db, server_version).await?;
        statistics::read(db, &mut read, server_version).await?;
        keep_back(&mut read.tables, &self.settings.restrictions);
        if self.settings.sample_values {
            samples::read(db, &mut read, &self.settings, began).await?;
        }
        let mut catalogue = Catalogue {
            server_version,
            search_path,
            tables: read.tables,
            enums: read.enums,
            functions: read.functions,
            objects,
            restrictions: self.settings.restrictions.clone(),
            schemas: self.settings.schemas.clone(),
            definitions: self.settings.definitions,
            fingerprint: String::new(),
        };
        rowcall_policy::inside::taint(&mut catalogue, &definitions);
        catalogue.fingerprint = catalogue.compute_fingerprint();
        Ok(catalogue)
    }
}

/// Statistics count what is kept back too: how many values a masked column has, how many rows are left out.
fn keep_back(tables: &mut [Table], restrictions: &Restrictions) {
    for table in tables {
        if restrictions.of(&table.schema, &table.name).is_some_and(|kept| kept.rows.is_some()) {
            table.row_estimate = None;
        }
        for column in &mut table.columns {
            if !restrictions.shows(&table.schema, &table.name, &column.name) {
                column.distinct_estimate = None;
            }
        }
    }
}

const HEAD: &str = "SELECT pg_catalog.current_setting('server_version_num'), \
    pg_catalog.to_json(pg_catalog.current_schemas(false))::text";

async fn head(db: &mut PgConnection, batch: String) -> Result<(i32, Vec<String>), sqlx::Error> {
    let mut answers = db.fetch_many(sqlx::raw_sql(AssertSqlSafe(batch)));
    let mut last = None;
    while let Some(answer) = answers.try_next().await? {
        last = answer.right().or(last);
    }
    let row = last.ok_or(sqlx::Error::RowNotFound)?;
    let version: String = row.try_get(0)?;
    let path: String = row.try_get(1)?;
    let mut path: Vec<String> =
        serde_json::from_str(&path).map_err(|error| sqlx::Error::Protocol(error.to_string()))?;
    path.retain(|schema| schema != "pg_catalog" && !schema.starts_with("pg_temp"));
    Ok((version.parse().unwrap_or(0), path))
}
