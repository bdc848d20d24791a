//! The executor of checked reads: one transaction, read only, that cannot outlast its limits and leaves nothing.
//!
//! Round trips: our opening batch (transaction, limits, role, second look at the schema), the statement's
//! description, its plan cost if capped and not provably small, the statement. Cleaning up happens after the answer is handed over.

use crate::{
    connect::{Lease, Source},
    cost,
    error::SourceError,
    multirange,
    recheck::{self, Facts, Name},
    session,
    shape::Shape,
    sink::{RowSink, SinkFlow},
    small,
};
use futures::TryStreamExt;
use rowcall_core::{ResultSet, Value};
use sqlx::{
    AssertSqlSafe, Executor, PgConnection, Row, SqlSafeStr, Statement, ValueRef, postgres::PgStatement,
};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// What the client waits beyond the server's own statement timeout before it cuts the connection.
const GRACE: Duration = Duration::from_secs(2);

impl Source {
    /// Runs a checked read. Every row passes by `rows` until the cap for files; the first ones are also returned.
    ///
    /// The result's `truncated` says that reading stopped at a cap. Dropping the future stops the statement.
    ///
    /// # Errors
    /// Any [`SourceError`]; after one that is not about the connection, the source goes on working.
    pub async fn read(
        &self,
        checked: &rowcall_policy::CheckedRead,
        rows: &mut dyn RowSink,
        cancel: &CancellationToken,
    ) -> Result<ResultSet, SourceError> {
        let relations: Vec<Name> =
            checked.relations().iter().map(|r| (r.schema.clone(), r.name.clone())).collect();
        let functions: Vec<Name> =
            checked.functions().iter().map(|f| (f.schema.clone(), f.name.clone())).collect();
        self.read_text(checked.sql(), &relations, &functions, rows, cancel).await
    }

    /// [`Source::read`] with the text and its names taken apart.
    pub(crate) async fn read_text(
        &self,
        sql: &str,
        relations: &[Name],
        functions: &[Name],
        rows: &mut dyn RowSink,
        cancel: &CancellationToken,
    ) -> Result<ResultSet, SourceError> {
        let mut job = Job { sql, relations, functions, rows, started: false };
        match self.attempt(&mut job, false, cancel).await {
            // The connection had died in the pool. Nothing was handed on yet, and a read may run twice.
            Err(error) if error.is_dead_connection() && !job.started => {
                tracing::debug!(source = %self.settings.name, "a pooled connection was dead; trying another");
                self.attempt(&mut job, true, cancel).await
            }
            done => done,
        }
    }

    async fn attempt(
        &self,
        job: &mut Job<'_>,
        tested: bool,
        cancel: &CancellationToken,
    ) -> Result<ResultSet, SourceError> {
        let mut lease = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(SourceError::Cancelled),
            lease = self.lease(tested) => lease?,
        };
        let patience = self.settings.statement_timeout.saturating_mul(2) + GRACE;
        let outcome = tokio::select! {
            biased;
            () = cancel.cancelled() => Err(Stop::Kill(SourceError::Cancelled)),
            outcome = self.run(&mut lease, job) => outcome,
            () = tokio::time::sleep(patience) => Err(Stop::Kill(
                SourceError::Timeout { after: self.settings.statement_timeout },
            )),
        };
        match outcome {
            Ok((result, Rest::None)) => {
                lease.give_back();
                Ok(result)
            }
            Ok((result, Rest::Unread)) => {
                lease.kill().await;
                Ok(result)
            }
            Err(Stop::Kill(error)) => {
                lease.kill().await;
                Err(error)
            }
            Err(Stop::Clean(error)) => {
                lease.give_back();
                Err(error)
            }
        }
    }

    async fn run(&self, lease: &mut Lease, job: &mut Job<'_>) -> Result<(ResultSet, Rest), Stop> {
        let can = self.capabilities(lease.connection()?).await?;
        let mut batch = session::open(&self.settings, can, session::Purpose::Read);
        batch.push_str(&recheck::facts_sql(job.relations, job.functions));
        if self.settings.restrictions.hours.is_some() {
            batch.push_str(recheck::CLOCK_SQL);
        }
        let facts = self.opening(lease.connection()?, batch, job.functions).await?;
        lease.backend = facts.pid;
        self.keep_hours(&facts)?;
        recheck::compare(&facts, job.relations, self.known().as_deref(), recheck::Columns::All)?;

        let connection = lease.connection()?;
        let (described, printed) = self.described(connection, job.sql).await?;
        let asked = printed.as_deref().unwrap_or(job.sql);
        let shape = Shape::of(described.columns());
        let wrapped = shape.wrapped(asked);
        let sql = wrapped.as_deref().unwrap_or(asked);
        let only_table =
            facts.only_table_bytes().filter(|_| job.relations.len() == 1 && !facts.more_functions);
        let (cost_cap, rows_cap) = (self.settings.max_plan_cost, self.settings.max_plan_rows);
        let small = cost_cap.is_some_and(|cap| small::is_small(job.sql, job.functions, only_table, cap))
            && rows_cap.is_none_or(|cap| cap >= small::ROWS);
        if (cost_cap.is_some() || rows_cap.is_some()) && !runs_nothing(job.sql) && !small {
            let plan = cost::estimate(connection, sql).await.map_err(|error| self.fail(error))?;
            cost::check(plan, cost_cap, rows_cap)?;
        }
        job.rows.start(&shape.columns)?;
        job.started = true;
        let began = tokio::time::Instant::now();
        self.stream(connection, sql, shape, job).await.map_err(|stop| match stop {
            // Somebody else's cancel has the same code as the timeout.
            Stop::Clean(SourceError::Timeout { after }) if began.elapsed() < after.mul_f64(0.9) => {
                Stop::Clean(SourceError::Query {
                    detail: "it was cancelled on the server".to_owned(),
                    sqlstate: "57014".to_owned(),
                })
            }
            other => other,
        })
    }

    /// The columns of a result, and the statement in whose stead another one gives them that can be read.
    async fn described(
        &self,
        connection: &mut PgConnection,
        sql: &str,
    ) -> Result<(PgStatement, Option<String>), Stop> {
        let text = |sql: &str| AssertSqlSafe(sql.to_owned()).into_sql_str();
        // The driver asks the server what a type is, and does not know what it is told of some.
        let unknown = match connection.prepare(text(sql)).await {
            Ok(described) => return Ok((described, None)),
            Err(error @ sqlx::Error::ColumnDecode { .. }) => error,
            Err(error) => return Err(self.fail(error).into()),
        };
        tracing::debug!(error = %unknown, "the driver does not know a type of the result");
        let printed = multirange::printed(connection, sql).await.map_err(|error| self.fail(error))?;
        let again = match &printed {
            Some(printed) => connection.prepare(text(printed)).await,
            None => Err(unknown),
        };
        let described = again.map_err(|error| match error {
            sqlx::Error::ColumnDecode { .. } => SourceError::Query {
                detail: "a column of the result has a type that is not read here; cast it to text".to_owned(),
                sqlstate: "0A000".to_owned(),
            },
            other => self.fail(other),
        })?;
        Ok((described, printed))
    }

    /// The source answers only in its hours, by its own server's clock.
    pub(crate) fn keep_hours(&self, facts: &Facts) -> Result<(), SourceError> {
        let Some(hours) = self.settings.restrictions.hours else { return Ok(()) };
        let (hour, day) = facts.clock.ok_or_else(|| protocol("the server does not tell the hour"))?;
        if hours.include(hour, day) {
            return Ok(());
        }
        let days = if hours.weekdays_only { ", Monday to Friday" } else { "" };
        let detail = format!(
            "it answers from {}:00 to {}:00 ({}){days}",
            hours.from, hours.to, self.settings.time_zone
        );
        Err(SourceError::PermissionDenied { detail })
    }

    async fn opening(
        &self,
        connection: &mut PgConnection,
        batch: String,
        functions: &[Name],
    ) -> Result<Facts, Stop> {
        let mut facts = Facts::default();
        {
            let mut answers = connection.fetch(sqlx::raw_sql(AssertSqlSafe(batch)));
            while let Some(row) = answers.try_next().await.map_err(|error| self.fail(error))? {
                facts.take(&row).map_err(|error| self.fail(error))?;
            }
        }
        if facts.pid.is_none() {
            return Err(protocol("the opening batch gave no process id").into());
        }
        if facts.more_functions {
            let sql = AssertSqlSafe(recheck::functions_sql(functions));
            let row = connection.fetch_one(sqlx::raw_sql(sql)).await.map_err(|error| self.fail(error))?;
            let json: Option<String> = row.try_get(0).map_err(|error| self.fail(error))?;
            facts
                .take_functions(json.as_deref())
                .map_err(|_| protocol("what is known of functions cannot be read"))?;
        }
        Ok(facts)
    }

    async fn stream(
        &self,
        connection: &mut PgConnection,
        sql: &str,
        shape: Shape,
        job: &mut Job<'_>,
    ) -> Result<(ResultSet, Rest), Stop> {
        let caps = &self.settings;
        let last_row = if job.rows.wants_all() { caps.csv_row_cap.max(caps.row_cap) } else { caps.row_cap };
        let width = shape.decoders.len();
        let mut result = ResultSet { columns: shape.columns, ..ResultSet::default() };
        let (mut bytes, mut keeping) = (0_u64, true);
        let mut rest = Rest::None;
        let mut values: Vec<Value> = Vec::with_capacity(width);
        {
            let query = sqlx::query(AssertSqlSafe(sql.to_owned()));
            let mut stream = connection.fetch(query);
            while let Some(row) = stream.try_next().await.map_err(|error| self.fail(error))? {
                if row.len() != width {
                    return Err(protocol("a row does not match its description").into());
                }
                if result.row_count >= last_row {
                    rest = Rest::Unread;
                    break;
                }
                values.clear();
                let before = bytes;
                for (n, decoder) in shape.decoders.iter().enumerate() {
                    let raw = row.try_get_raw(n).map_err(|error| self.fail(error))?;
                    if raw.is_null() {
                        values.push(Value::Null);
                        continue;
                    }
                    let raw = raw.as_bytes().map_err(|_| protocol("a value has no bytes"))?;
                    bytes += raw.len() as u64;
                    values.push(decoder.decode(raw).map_err(|error| protocol(error.0))?);
                }
                // What a value costs us besides its bytes.
                bytes += 8 * width as u64;
                if bytes > caps.byte_cap {
                    if result.row_count == 0 {
                        let detail = format!(
                            "one row alone is {} bytes, and the limit is {}",
                            bytes - before,
                            caps.byte_cap
                        );
                        return Err(Stop::Kill(SourceError::TooLarge { detail }));
                    }
                    rest = Rest::Unread;
                    break;
                }
                result.row_count += 1;
                if job.rows.row(&values)? == SinkFlow::Flush {
                    job.rows.flush().await?;
                }
                // Once a row was left out, none after it is kept: the kept rows are the first ones.
                keeping &= result.row_count <= caps.row_cap && bytes <= caps.kept_byte_cap;
                if keeping {
                    result.rows.push(std::mem::replace(&mut values, Vec::with_capacity(width)));
                } else if !job.rows.wants_all() {
                    // Nobody has any use for the rest: not the result, not the sink.
                    result.row_count -= 1;
                    rest = Rest::Unread;
                    break;
                }
            }
        }
        job.rows.flush().await?;
        result.truncated = rest == Rest::Unread;
        Ok((result, rest))
    }
}

/// One read, over its attempts.
struct Job<'a> {
    sql: &'a str,
    relations: &'a [Name],
    functions: &'a [Name],
    rows: &'a mut dyn RowSink,
    /// The statement may have begun: it is not tried again.
    started: bool,
}

/// Whether the server still has rows to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rest {
    None,
    Unread,
}

/// An error, and what becomes of the connection.
enum Stop {
    /// The server has finished with the statement: the session can be reset.
    Clean(SourceError),
    /// The server may still be at it, or the connection is in an unknown state.
    Kill(SourceError),
}

impl From<SourceError> for Stop {
    fn from(error: SourceError) -> Self {
        match error {
            SourceError::Unreachable { .. }
            | SourceError::Protocol { .. }
            | SourceError::Sink { .. }
            | SourceError::Cancelled => Self::Kill(error),
            other => Self::Clean(other),
        }
    }
}

impl From<crate::sink::SinkError> for Stop {
    fn from(error: crate::sink::SinkError) -> Self {
        Self::Kill(SourceError::Sink { detail: error.0 })
    }
}

/// An EXPLAIN (the policy lets none through that runs what it explains) and a SHOW have no cost, and none can be asked for
/// them.
fn runs_nothing(sql: &str) -> bool {
    ["EXPLAIN ", "SHOW "]
        .iter()
        .any(|word| sql.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word)))
}

fn protocol(detail: impl Into<String>) -> SourceError {
    SourceError::Protocol { detail: detail.into() }
}
