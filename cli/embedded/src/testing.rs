//! Real servers for tests: one PostgreSQL and one Redis for all tests of a process, or of a whole run.
//!
//! A cluster takes one to two seconds to make, a database a tenth of that: tests share the servers and get a
//! database of their own each. The servers start on first use and end with the process. `with_servers COMMAND`
//! (a program of this crate) starts them once for a whole command and names them in the environment, so that many
//! test processes share them:
//!
//! ```no_run
//! # async fn example() -> Result<(), rowcall_embedded::EmbeddedError> {
//! use rowcall_embedded::testing;
//! let servers = testing::shared().await;
//! let store = servers.database(None).await?; // postgres://…/test_…: empty, this test's own
//! let redis = servers.redis().await?; // redis://…/17: empty, this test's own
//! let source = testing::source().await.database(None).await?; // on the PostgreSQL that tests ask about
//! # Ok(()) }
//! ```
//! The PostgreSQL that tests ask about is the same one, unless [`SOURCE_PROGRAMS_VARIABLE`] names another version's
//! programs: the store needs PostgreSQL 15, a source may be older.
//!
//! Tests that kill, restart or flush a server start their own ([`Postgres::start`], [`Redis::start`]).

use std::env;
use std::future::Future;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::sync::OnceCell;

use crate::folder::random_secret;
use crate::postgres::create_database;
use crate::redis::{DATABASES, connect};
use crate::{EmbeddedError, Postgres, PostgresOptions, Redis, RedisOptions};

/// The variable that names a running PostgreSQL for tests: a superuser's URL, its database does not matter.
pub const POSTGRES_VARIABLE: &str = "ROWCALL_TEST_PG_URL";
/// The variable that names a running Redis for tests, with many databases, all of which tests may empty.
pub const REDIS_VARIABLE: &str = "ROWCALL_TEST_REDIS_URL";
/// The variable that names the running PostgreSQL that tests ask about, where that is another one.
pub const SOURCE_VARIABLE: &str = "ROWCALL_TEST_SOURCE_PG_URL";
/// The variable that names the folder of the programs, of whatever version, that such servers are started from.
pub const SOURCE_PROGRAMS_VARIABLE: &str = "ROWCALL_TEST_SOURCE_PG_BIN";

/// A PostgreSQL that tests share.
#[derive(Debug)]
pub struct TestPostgres {
    /// Up to and with the slash before the database.
    address: String,
    /// Held only so that it runs; `None` where the environment named a running one.
    _own: Option<Postgres>,
}

/// The servers that tests share.
#[derive(Debug)]
pub struct TestServers {
    postgres: TestPostgres,
    redis: String,
    /// Held only so that it runs.
    _redis: Option<Redis>,
}

fn named(variable: &str) -> Option<String> {
    env::var(variable).ok().filter(|value| !value.is_empty())
}

/// A throwaway server of the version that tests ask about, for a test that needs one of its own.
pub fn throwaway_source() -> PostgresOptions {
    PostgresOptions {
        programs: named(SOURCE_PROGRAMS_VARIABLE).map(PathBuf::from),
        ..PostgresOptions::throwaway()
    }
}

/// The server that tests ask about, started on first use.
///
/// # Panics
/// If it cannot be started: no test that needs it could pass.
pub async fn source() -> &'static TestPostgres {
    static SOURCE: OnceCell<TestPostgres> = OnceCell::const_new();
    if named(SOURCE_PROGRAMS_VARIABLE).is_none() && named(SOURCE_VARIABLE).is_none() {
        return &shared().await.postgres;
    }
    let start = || async {
        match TestPostgres::start(SOURCE_VARIABLE, throwaway_source()).await {
            Ok(server) => server,
            Err(error) => panic!("the source for tests: {error}"),
        }
    };
    SOURCE.get_or_init(start).await
}

/// The shared servers, started on first use.
///
/// # Panics
/// If they cannot be started: no test that needs them could pass.
pub async fn shared() -> &'static TestServers {
    static SERVERS: OnceCell<TestServers> = OnceCell::const_new();
    SERVERS
        .get_or_init(|| async {
            match TestServers::start().await {
                Ok(servers) => servers,
                Err(error) => panic!("the servers for tests: {error}"),
            }
        })
        .await
}

impl TestServers {
    async fn start() -> Result<Self, EmbeddedError> {
        let redis_url = named(REDIS_VARIABLE);
        let redis = match redis_url {
            Some(_) => None,
            None => Some(Redis::start(RedisOptions::default()).await?),
        };
        let redis_url = redis_url.or_else(|| redis.as_ref().map(Redis::url)).unwrap_or_default();
        Ok(Self {
            postgres: TestPostgres::start(POSTGRES_VARIABLE, PostgresOptions::throwaway()).await?,
            redis: without_database(&redis_url),
            _redis: redis,
        })
    }

    /// The URL of an empty Redis database of this test's own. Publish and subscribe are not bound to a database:
    /// tests that use them put [`TestServers::prefix`] before their channels.
    pub async fn redis(&self) -> Result<String, EmbeddedError> {
        let mut connection = connect(&format!("{}0", self.redis)).await?;
        // Database 0 counts, the others are given out in turn; the number comes round only after thousands.
        let turn: u32 =
            ::redis::cmd("INCR").arg("rowcall:test:databases").query_async(&mut connection).await?;
        let number = turn % (DATABASES - 1) + 1;
        let url = format!("{}{number}", self.redis);
        let mut connection = connect(&url).await?;
        ::redis::cmd("FLUSHDB").exec_async(&mut connection).await?;
        Ok(url)
    }

    /// A prefix for keys and channels that no other test has.
    pub fn prefix(&self) -> Result<String, EmbeddedError> {
        Ok(format!("{}:", unique_name()?))
    }
}

impl Deref for TestServers {
    type Target = TestPostgres;

    fn deref(&self) -> &TestPostgres {
        &self.postgres
    }
}

impl TestPostgres {
    /// The server that the variable names, else one of this process's own.
    async fn start(variable: &str, options: PostgresOptions) -> Result<Self, EmbeddedError> {
        let (own, url) = match named(variable) {
            Some(url) => (None, url),
            None => {
                let own = Postgres::start(options).await?;
                let url = own.url("");
                (Some(own), url)
            }
        };
        Ok(Self { address: without_database(&url), _own: own })
    }

    /// The URL of a database by name.
    pub fn url(&self, database: &str) -> String {
        format!("{}{database}", self.address)
    }

    /// A new database of this test's own, empty or a copy of `template`. The URL is a superuser's.
    pub async fn database(&self, template: Option<&str>) -> Result<String, EmbeddedError> {
        let name = unique_name()?;
        let mut connection = PgConnection::connect(&self.url("postgres")).await?;
        create_database(&mut connection, &name, template).await?;
        connection.close().await?;
        Ok(self.url(&name))
    }

    /// Makes the template `name` once for all test processes: `fill` gets the URL of a new database. Its
    /// connections must be closed when it returns. Put a version or a hash of what it does into the name. Returns
    /// the name, for [`TestPostgres::database`].
    pub async fn template<F, Fut, E>(&self, name: &str, fill: F) -> Result<String, E>
    where
        F: FnOnce(String) -> Fut,
        Fut: Future<Output = Result<(), E>>,
        E: From<EmbeddedError>,
    {
        let own = |error: sqlx::Error| E::from(EmbeddedError::from(error));
        let mut connection = PgConnection::connect(&self.url("postgres")).await.map_err(own)?;
        // One process fills it, the others wait; the lock goes with the connection.
        sqlx::query("SELECT pg_advisory_lock(hashtext($1))")
            .bind(name)
            .execute(&mut connection)
            .await
            .map_err(own)?;
        let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
            .bind(name)
            .fetch_one(&mut connection)
            .await
            .map_err(own)?;
        if !exists {
            // It gets its name only when it is whole.
            let unfinished = unique_name()?;
            create_database(&mut connection, &unfinished, None).await.map_err(own)?;
            fill(self.url(&unfinished)).await?;
            let rename =
                format!("ALTER DATABASE \"{unfinished}\" RENAME TO \"{}\"", name.replace('"', "\"\""));
            sqlx::raw_sql(AssertSqlSafe(rename)).execute(&mut connection).await.map_err(own)?;
        }
        connection.close().await.map_err(own)?;
        Ok(name.to_string())
    }
}

/// `scheme://user:password@host:port/`.
fn without_database(url: &str) -> String {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find(['/', '?']).map_or(url.len(), |at| start + at);
    format!("{}/", &url[..end])
}

fn unique_name() -> Result<String, EmbeddedError> {
    static PROCESS: OnceLock<String> = OnceLock::new();
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let process = match PROCESS.get() {
        Some(process) => process,
        None => {
            let secret = random_secret()?;
            PROCESS.get_or_init(|| secret[..12].to_string())
        }
    };
    Ok(format!("test_{process}_{}", COUNT.fetch_add(1, Ordering::Relaxed)))
}
