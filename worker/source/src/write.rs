//! Transactions that change a source: opened as the writing role, with limits of their own, and a second look at
//! the schema. What runs in them, and how it is made certain, stands in the crate `rowcall-change`.

use crate::{
    connect::{Lease, Source},
    error::{Limits, SourceError},
    recheck::{self, Facts, Name},
    session::{self, Purpose},
};
use futures::TryStreamExt;
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};
use std::time::Duration;

/// The time limits of one changing transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriteLimits {
    /// How long one statement may run.
    pub statement_timeout: Duration,
    /// How long it may wait for a lock.
    pub lock_timeout: Duration,
    /// How long the transaction may sit idle.
    pub idle_timeout: Duration,
}

/// A connection inside a transaction that may write, as the writing role. Dropped without [`WriteSession::rest`], its
/// backend is cancelled and the connection is cut: nothing of it is committed.
pub struct WriteSession {
    lease: Lease,
    limits: Limits,
}

impl Source {
    /// The role that changes are made as; `None`: the source is read-only.
    pub fn writer(&self) -> Option<&str> {
        self.settings.writer.as_deref()
    }

    /// Opens a transaction that may change rows.
    ///
    /// # Errors
    /// [`SourceError::Settings`] when the source has no writing role; else any error of connecting.
    pub async fn begin_change(&self, limits: &WriteLimits) -> Result<WriteSession, SourceError> {
        let role = self.writer_or_refuse()?;
        self.open_write(limits, Purpose::Change(limits, role)).await
    }

    /// Opens a transaction for a definition: READ COMMITTED, since a definition acts on things as they are.
    ///
    /// # Errors
    /// As [`Source::begin_change`], and [`SourceError::Settings`] when the source allows no definitions.
    pub async fn begin_definition(&self, limits: &WriteLimits) -> Result<WriteSession, SourceError> {
        let role = self.writer_or_refuse()?;
        if !self.settings.definitions {
            let detail = "the source's settings do not allow definitions".to_owned();
            return Err(SourceError::Settings { detail });
        }
        self.open_write(limits, Purpose::Define(limits, role)).await
    }

    /// Opens a read-only transaction that sees what `snapshot`, exported by another session, saw.
    ///
    /// # Errors
    /// As [`Source::begin_change`], and when the snapshot is gone.
    pub async fn begin_before(
        &self,
        limits: &WriteLimits,
        snapshot: &str,
    ) -> Result<WriteSession, SourceError> {
        let role = self.writer_or_refuse()?;
        self.open_write(limits, Purpose::Before(limits, role, snapshot)).await
    }

    /// Sorts an error that a [`WriteSession`]'s connection gave.
    pub fn sort_error(&self, error: sqlx::Error) -> SourceError {
        self.fail(error)
    }

    fn writer_or_refuse(&self) -> Result<&str, SourceError> {
        self.writer().ok_or_else(|| SourceError::Settings {
            detail: "the source is read-only: its settings name no `writer`".to_owned(),
        })
    }

    async fn open_write(
        &self,
        limits: &WriteLimits,
        purpose: Purpose<'_>,
    ) -> Result<WriteSession, SourceError> {
        // A change is not run twice because its connection had died in the pool: it is tried before.
        let mut lease = self.lease(true).await?;
        let can = self.capabilities(lease.connection()?).await?;
        let batch = session::open(&self.settings, can, purpose);
        let limits = Limits {
            statement: limits.statement_timeout,
            lock: limits.lock_timeout,
            connect: self.settings.connect_timeout,
        };
        let opened = opening(lease.connection()?, batch).await;
        match opened {
            Ok(facts) => {
                lease.backend = facts.pid;
                Ok(WriteSession { lease, limits })
            }
            Err(error) => {
                lease.give_back();
                Err(SourceError::from_driver(error, limits))
            }
        }
    }

    /// Refuses outside the hours in which the source answers, by its own server's clock.
    ///
    /// # Errors
    /// [`SourceError::PermissionDenied`] with the hours.
    pub async fn within_hours(&self, session: &mut WriteSession) -> Result<(), SourceError> {
        if self.settings.restrictions.hours.is_none() {
            return Ok(());
        }
        let asked = opening(session.lease.connection()?, recheck::CLOCK_SQL.to_owned()).await;
        self.keep_hours(&asked.map_err(|error| self.fail(error))?)
    }

    /// Looks again, inside the transaction, at relations and functions that a statement was checked with.
    ///
    /// # Errors
    /// [`SourceError::SchemaChanged`] naming the first thing that moved.
    pub async fn look_again(
        &self,
        session: &mut WriteSession,
        relations: &[Name],
        functions: &[Name],
    ) -> Result<(), SourceError> {
        let failed = |error| self.fail(error);
        let connection = session.lease.connection()?;
        let mut facts =
            opening(connection, recheck::facts_sql(relations, functions)).await.map_err(failed)?;
        if facts.more_functions {
            let sql = AssertSqlSafe(recheck::functions_sql(functions));
            let row = connection.fetch_one(sqlx::raw_sql(sql)).await.map_err(failed)?;
            let json: Option<String> = row.try_get(0).map_err(failed)?;
            facts.take_functions(json.as_deref()).map_err(|_| SourceError::Protocol {
                detail: "what is known of functions cannot be read".to_owned(),
            })?;
        }
        recheck::compare(&facts, relations, self.known().as_deref(), recheck::Columns::Known)
    }
}

impl WriteSession {
    /// The connection.
    ///
    /// # Errors
    /// When it was given back.
    pub fn connection(&mut self) -> Result<&mut PgConnection, SourceError> {
        self.lease.connection()
    }

    /// Sorts an error of this connection by the limits that were in force.
    pub fn sort(&self, error: sqlx::Error) -> SourceError {
        SourceError::from_driver(error, self.limits)
    }

    /// The transaction is over, or has only to be rolled back: the connection may serve others. What is still open is
    /// rolled back.
    pub fn rest(self) {
        self.lease.give_back();
    }

    /// Stops whatever still runs and cuts the connection.
    pub async fn cut(self) {
        self.lease.kill().await;
    }
}

async fn opening(connection: &mut PgConnection, batch: String) -> Result<Facts, sqlx::Error> {
    let mut facts = Facts::default();
    let mut answers = connection.fetch(sqlx::raw_sql(AssertSqlSafe(batch)));
    while let Some(row) = answers.try_next().await? {
        facts.take(&row)?;
    }
    Ok(facts)
}
