//! Connections to one source: a lazy pool whose connections come back clean or not at all, and a way to really
//! stop what a backend is doing.

use crate::{
    capabilities::Capabilities,
    error::{Limits, SourceError},
    session,
    settings::SourceSettings,
};
use rowcall_core::Catalogue;
use sha2::{Digest, Sha256};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, Postgres,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPool, PgPoolOptions},
};
use std::{
    str::FromStr,
    sync::{Arc, OnceLock, RwLock},
    time::Duration,
};

/// How long a cancel request itself may take before the connection is simply cut.
const CANCEL_PATIENCE: Duration = Duration::from_secs(2);

/// One target database, as one login sees it. Cheap to share behind an `Arc`.
pub struct Source {
    pub(crate) settings: SourceSettings,
    pub(crate) pool: PgPool,
    pub(crate) identity: String,
    options: PgConnectOptions,
    capabilities: OnceLock<Capabilities>,
    known: RwLock<Option<Arc<Catalogue>>>,
}

impl Source {
    /// A source at that address. Nothing is connected before the first read.
    ///
    /// # Errors
    /// [`SourceError::Settings`] when the address or a setting cannot be used; the address is not repeated.
    pub fn new(settings: SourceSettings, url: &str) -> Result<Self, SourceError> {
        check(&settings)?;
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            let detail = "the address does not start with postgres://".to_owned();
            return Err(SourceError::Settings { detail });
        }
        let options = PgConnectOptions::from_str(url)
            .map_err(|_| SourceError::Settings {
                detail:
                    "the address cannot be read; write postgres://user:password@host:port/database, with \
                         special characters of the password as %XX"
                        .to_owned(),
            })?
            .application_name("rowcall")
            .statement_cache_capacity(16)
            .disable_statement_logging();
        let pool = PgPoolOptions::new()
            .max_connections(settings.max_connections)
            .min_connections(0)
            .acquire_timeout(settings.connect_timeout)
            .idle_timeout(Duration::from_secs(300))
            .max_lifetime(Duration::from_secs(3600))
            // A dead connection is noticed by its first use and replaced, which saves every read a round trip.
            .test_before_acquire(false)
            .acquire_slow_level(tracing::log::LevelFilter::Off)
            .after_release(|connection, _| {
                Box::pin(async move {
                    // A hygiene step that hangs must not hold a slot of the pool.
                    let reset = tokio::time::timeout(Duration::from_secs(5), session::reset(connection));
                    Ok(matches!(reset.await, Ok(Ok(()))))
                })
            })
            .connect_lazy_with(options.clone());
        let identity = identity(&settings, &options);
        Ok(Self {
            settings,
            pool,
            identity,
            options,
            capabilities: OnceLock::new(),
            known: RwLock::new(None),
        })
    }

    /// Its settings.
    pub fn settings(&self) -> &SourceSettings {
        &self.settings
    }

    /// Closes every connection; reads that run are finished first.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// The catalogue handed out last: what statements have been checked against.
    pub(crate) fn known(&self) -> Option<Arc<Catalogue>> {
        self.known.read().map(|known| known.clone()).unwrap_or_default()
    }

    pub(crate) fn remember(&self, catalogue: &Arc<Catalogue>) {
        if let Ok(mut known) = self.known.write() {
            *known = Some(Arc::clone(catalogue));
        }
    }

    pub(crate) fn limits(&self) -> Limits {
        Limits {
            statement: self.settings.statement_timeout,
            lock: self.settings.lock_timeout,
            connect: self.settings.connect_timeout,
        }
    }

    pub(crate) fn fail(&self, error: sqlx::Error) -> SourceError {
        SourceError::from_driver(error, self.limits())
    }

    pub(crate) async fn capabilities(
        &self,
        connection: &mut PgConnection,
    ) -> Result<Capabilities, SourceError> {
        if let Some(known) = self.capabilities.get() {
            return Ok(*known);
        }
        let can = Capabilities::probe(connection).await.map_err(|error| self.fail(error))?;
        Ok(*self.capabilities.get_or_init(|| can))
    }

    /// A connection from the pool. With `tested`, one that just answered: for the second attempt, after a first
    /// one met a connection that had died in the pool.
    pub(crate) async fn lease(&self, tested: bool) -> Result<Lease, SourceError> {
        if self.pool.size() == 0 {
            // The pool keeps trying to reach a server that refuses connections until its time is up, and then
            // only says that time is up. One attempt of our own tells at once, and why.
            self.connect().await?.close().await.ok();
        }
        for _ in 0..=self.settings.max_connections {
            let mut connection = match self.pool.acquire().await {
                Ok(connection) => connection,
                Err(sqlx::Error::PoolTimedOut) if self.pool.size() < self.settings.max_connections => {
                    self.connect().await?.close().await.ok();
                    return Err(SourceError::Busy { after: self.settings.connect_timeout });
                }
                Err(error) => return Err(self.fail(error)),
            };
            if tested && connection.ping().await.is_err() {
                drop(connection.detach());
                continue;
            }
            return Ok(Lease { connection: Some(connection), backend: None, options: self.options.clone() });
        }
        Err(SourceError::Unreachable { detail: "every connection broke".to_owned() })
    }

    /// A connection of its own, outside the pool.
    pub(crate) async fn connect(&self) -> Result<PgConnection, SourceError> {
        match tokio::time::timeout(self.settings.connect_timeout, self.options.connect()).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(error)) => Err(self.fail(error)),
            Err(_) => Err(SourceError::Unreachable {
                detail: format!("no answer within {:?}", self.settings.connect_timeout),
            }),
        }
    }
}

/// A borrowed connection. It returns to the pool only by [`Lease::give_back`]; dropped otherwise (the task was
/// aborted, a statement still runs) its backend is cancelled and the connection is cut.
pub(crate) struct Lease {
    connection: Option<PoolConnection<Postgres>>,
    /// The backend's process id, once known.
    pub backend: Option<i32>,
    options: PgConnectOptions,
}

impl Lease {
    pub fn connection(&mut self) -> Result<&mut PgConnection, SourceError> {
        match &mut self.connection {
            Some(connection) => Ok(connection),
            None => Err(SourceError::Protocol { detail: "the connection was given back".to_owned() }),
        }
    }

    /// Back to the pool, which resets the session before anyone else gets it.
    pub fn give_back(mut self) {
        drop(self.connection.take());
    }

    /// Stops whatever the backend does and closes the connection; returns when the server has heard of it.
    pub async fn kill(mut self) {
        let Some(connection) = self.connection.take() else { return };
        stop(self.backend, &self.options).await;
        let _ = connection.detach().close_hard().await;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        let (backend, options) = (self.backend, self.options.clone());
        // Outside a runtime (at the very end of the process) the socket is closed without a word, which the
        // server notices too.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            std::mem::forget(connection);
            return;
        };
        let connection = connection.detach();
        runtime.spawn(async move {
            stop(backend, &options).await;
            let _ = connection.close_hard().await;
        });
    }
}

/// Cancels the statement of a backend. The connection to that backend is still held by the caller, so that the
/// process id cannot have passed on to somebody else.
async fn stop(backend: Option<i32>, options: &PgConnectOptions) {
    let Some(backend) = backend else { return };
    let work = async {
        let mut other = options.connect().await?;
        let sql = format!("SELECT pg_catalog.pg_cancel_backend({backend})");
        other.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
        other.close().await
    };
    if !matches!(tokio::time::timeout(CANCEL_PATIENCE, work).await, Ok(Ok(()))) {
        tracing::warn!("a statement could not be cancelled; its connection is cut instead");
    }
}

fn check(settings: &SourceSettings) -> Result<(), SourceError> {
    let wrong = |detail: &str| Err(SourceError::Settings { detail: detail.to_owned() });
    let names =
        settings.role.iter().chain(&settings.writer).chain(&settings.schemas).chain([&settings.time_zone]);
    if names.clone().any(|name| name.is_empty() || name.contains('\0') || name.len() > 63) {
        return wrong("a role, schema or time zone is empty, too long or holds a NUL");
    }
    if settings.max_connections == 0 {
        return wrong("max_connections is 0");
    }
    if settings.definitions && settings.writer.is_none() {
        return wrong("definitions are allowed, and there is no writer to make them");
    }
    if settings.max_plan_cost.is_some_and(|cost| cost.is_nan() || cost <= 0.0) {
        return wrong("max_plan_cost is not above 0");
    }
    Ok(())
}

/// What makes two catalogues of "the same source" comparable: server, database, login, role and what is listed.
/// Hashed, since it becomes part of a key in Redis.
fn identity(settings: &SourceSettings, options: &PgConnectOptions) -> String {
    let facts = serde_json::json!([
        "catalogue-key-v3",
        options.get_host(),
        options.get_port(),
        options.get_socket(),
        options.get_username(),
        options.get_database(),
        settings.role,
        settings.schemas,
        settings.sample_values,
        settings.unsampled_columns,
        settings.restrictions,
        settings.definitions,
    ]);
    hex::encode(&Sha256::digest(facts.to_string().as_bytes())[..12])
}
