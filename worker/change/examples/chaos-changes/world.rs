//! The server that is killed and comes back, and what was done to it.

use crate::attempt;
use rowcall_embedded::{Postgres, PostgresOptions};
use rowcall_source::{InitOptions, Source, init_sql};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use uuid::Uuid;

pub struct World {
    server: tokio::sync::Mutex<Postgres>,
    pub port: u16,
    admin: String,
    /// The login, without host: `postgres://user:password@`.
    login: String,
    pub writer: String,
    /// A worker's view of the source, without a proxy.
    pub source: Source,
    pub installation: Uuid,
    pub folder: PathBuf,
    tally: Mutex<BTreeMap<String, usize>>,
}

/// What the harness itself writes must last.
const OWN: &str = "SET synchronous_commit = on";

const TABLES: &str = "CREATE TABLE entry (run bigint); \
    CREATE TABLE account (id bigint PRIMARY KEY, n bigint NOT NULL, u text UNIQUE); \
    CREATE TABLE parent (id bigint PRIMARY KEY); \
    CREATE TABLE child (id bigint PRIMARY KEY, parent_id bigint REFERENCES parent ON DELETE CASCADE); \
    CREATE INDEX ON child (parent_id)";

impl World {
    pub async fn start() -> Self {
        // Its settings lose what was committed asynchronously when it is killed: it must not be.
        let options = PostgresOptions {
            settings: vec![("synchronous_commit".into(), "off".into())],
            ..PostgresOptions::throwaway()
        };
        let server = Postgres::start(options).await.unwrap();
        server.create_database("source", None).await.unwrap();
        let (admin, port) = (server.url("source"), server.port());
        let options = InitOptions::default();
        let (writer, login) = (options.writer.clone().unwrap(), options.login.clone());
        let mut db = PgConnection::connect(&admin).await.unwrap();
        let setup = format!(
            "{OWN}; {}; {TABLES}; ALTER ROLE {login} PASSWORD 'writes' CONNECTION LIMIT -1; GRANT USAGE, CREATE ON SCHEMA public TO {writer}; \
             GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {writer}",
            init_sql(&options)
        );
        db.execute(sqlx::raw_sql(AssertSqlSafe(setup))).await.unwrap();
        let login = format!("postgres://{login}:writes@");
        let source =
            Source::new(attempt::settings(&writer), &format!("{login}127.0.0.1:{port}/source")).unwrap();
        let folder = std::env::temp_dir().join(format!("rowcall-chaos-{}", Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        Self {
            server: tokio::sync::Mutex::new(server),
            port,
            admin,
            login,
            writer,
            source,
            installation: Uuid::new_v4(),
            folder,
            tally: Mutex::default(),
        }
    }

    /// The source's address through a proxy.
    pub fn url(&self, port: u16) -> String {
        format!("{}127.0.0.1:{port}/source", self.login)
    }

    /// kill -9, and up again, whether or not anybody still waits for it.
    pub async fn kill_server(self: &Arc<Self>) {
        let world = Arc::clone(self);
        let killing = tokio::spawn(async move {
            let mut server = world.server.lock().await;
            server.kill();
            server.restart().await.unwrap();
        });
        killing.await.unwrap();
    }

    /// Counts what happened, for the summary.
    pub fn note(&self, what: String) {
        *self.tally.lock().unwrap().entry(what).or_default() += 1;
    }

    pub fn tally(&self) -> String {
        let tally = self.tally.lock().unwrap();
        tally.iter().map(|(what, n)| format!("{what}: {n}")).collect::<Vec<_>>().join(", ")
    }

    /// Runs SQL as the administrator, however often the server dies meanwhile. Only for what may run twice.
    pub async fn sql(&self, sql: &str) {
        self.ask(&format!("{sql}; SELECT 0::bigint")).await;
    }

    /// The number that the last statement gives.
    pub async fn ask(&self, sql: &str) -> i64 {
        let began = Instant::now();
        loop {
            match self.try_ask(sql).await {
                Ok(number) => return number,
                Err(error) => assert!(began.elapsed() < Duration::from_secs(60), "{error}: {sql}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn try_ask(&self, sql: &str) -> Result<i64, sqlx::Error> {
        let mut db = PgConnection::connect(&self.admin).await?;
        db.execute(OWN).await?;
        let rows = db.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await?;
        sqlx::Row::try_get(rows.last().ok_or(sqlx::Error::RowNotFound)?, 0)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).ok();
    }
}
