//! Against a real PostgreSQL.
#![allow(clippy::unwrap_used)]

mod catalogue;
mod executor;
mod gate;
mod hygiene;
#[path = "../../../../shared/policy/tests/mutants/mod.rs"]
mod mutants;
mod postgres;
mod setup;
mod team;
mod traps;
mod values;

use crate::{NoSink, Source, SourceError, SourceSettings};
use postgres::Server;
use rowcall_core::ResultSet;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, postgres::PgConnectOptions};
use std::{str::FromStr, time::Duration};
use tokio_util::sync::CancellationToken;

/// A database of its own, with an administrator's connection and a reader that may read `public`.
pub(crate) struct Fixture {
    pub admin: PgConnection,
    pub server: Server,
    pub database: String,
}

pub(crate) async fn connect(url: &str) -> PgConnection {
    PgConnectOptions::from_str(url).unwrap().disable_statement_logging().connect().await.unwrap()
}

impl Fixture {
    pub async fn new(setup: &str) -> Self {
        let server = postgres::shared().await;
        let (url, database) = postgres::database().await;
        // Roles belong to the cluster, and advisory locks to a database: all tests meet in this one.
        let mut root = connect(&server.url("postgres", "postgres")).await;
        run(
            &mut root,
            &format!(
                "SELECT pg_advisory_xact_lock(7); DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'reader') THEN \
                 CREATE ROLE reader LOGIN PASSWORD '{}'; END IF; END $$",
                postgres::PASSWORD
            ),
        )
        .await;
        root.close().await.unwrap();
        let mut admin = connect(&url).await;
        run(&mut admin, "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO reader").await;
        run(&mut admin, setup).await;
        Self { admin, server, database }
    }

    pub fn source(&self, change: impl FnOnce(&mut SourceSettings)) -> Source {
        self.source_of("reader", change)
    }

    pub fn source_of(&self, user: &str, change: impl FnOnce(&mut SourceSettings)) -> Source {
        let mut settings =
            SourceSettings { statement_timeout: Duration::from_secs(10), ..Default::default() };
        change(&mut settings);
        Source::new(settings, &self.server.url(user, &self.database)).unwrap()
    }

    pub async fn run(&mut self, sql: &str) {
        run(&mut self.admin, sql).await;
    }

    /// The server's major version.
    pub async fn version(&mut self) -> i64 {
        self.scalar("SELECT current_setting('server_version_num')::int8 / 10000").await
    }

    pub async fn scalar(&mut self, sql: &str) -> i64 {
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut self.admin).await.unwrap()
    }
}

pub(crate) async fn run(db: &mut PgConnection, sql: &str) {
    if let Err(error) = db.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await {
        panic!("{error}: {sql}");
    }
}

pub(crate) async fn read(source: &Source, sql: &str) -> Result<ResultSet, SourceError> {
    read_of(source, sql, &[]).await
}

pub(crate) async fn read_of(
    source: &Source,
    sql: &str,
    relations: &[&str],
) -> Result<ResultSet, SourceError> {
    let relations: Vec<_> = relations.iter().map(|name| (None, (*name).to_owned())).collect();
    source.read_text(sql, &relations, &[], &mut NoSink, &CancellationToken::new()).await
}
