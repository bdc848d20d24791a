//! Runs statements of question sets, where nothing that they do stays.

use crate::compare::{Cell, Row};
use anyhow::{Context, Result};
use futures::TryStreamExt;
use sqlx::{
    AssertSqlSafe, Column, Connection, PgConnection, Row as _, TypeInfo, ValueRef,
    postgres::{PgRow, PgValueFormat},
};
use std::time::Duration;

/// No statement of a question takes so long.
const PATIENCE: Duration = Duration::from_secs(20);
/// No question asks for so many.
const MOST_ROWS: usize = 200_000;

/// A connection for reading.
pub struct Database {
    connection: PgConnection,
}

impl Database {
    /// Connects.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn connect(url: &str) -> Result<Self> {
        let mut connection = PgConnection::connect(url).await.context("the database cannot be reached")?;
        let settings = format!(
            "SET default_transaction_read_only = on; SET statement_timeout = {}; SET datestyle = 'ISO, MDY'; SET timezone = 'UTC'; SET intervalstyle = 'postgres'",
            PATIENCE.as_millis()
        );
        sqlx::raw_sql(AssertSqlSafe(settings)).execute(&mut connection).await?;
        Ok(Self { connection })
    }

    /// The rows of one statement, or what the database said against it.
    ///
    /// # Errors
    /// When the connection is lost.
    pub async fn rows(&mut self, sql: &str) -> Result<Result<Vec<Row>, String>> {
        let sql = sql.trim().trim_end_matches(';').to_owned();
        let mut transaction = self.connection.begin().await?;
        sqlx::raw_sql("SET TRANSACTION READ ONLY").execute(&mut *transaction).await?;
        let outcome = {
            let mut stream = sqlx::raw_sql(AssertSqlSafe(sql)).fetch(&mut *transaction);
            let mut rows = Vec::new();
            loop {
                match stream.try_next().await {
                    Ok(Some(_)) if rows.len() == MOST_ROWS => break Err("too many rows".to_owned()),
                    Ok(Some(row)) => rows.push(cells(&row)),
                    Ok(None) => break Ok(rows),
                    Err(sqlx::Error::Database(error)) => break Err(error.message().to_owned()),
                    Err(error) => return Err(error.into()),
                }
            }
        };
        transaction.rollback().await?;
        Ok(outcome)
    }
}

/// The simple protocol gives every value as text.
fn cells(row: &PgRow) -> Row {
    (0..row.len())
        .map(|i| {
            let Ok(value) = row.try_get_raw(i) else { return Cell::Null };
            if value.is_null() {
                return Cell::Null;
            }
            debug_assert_eq!(value.format(), PgValueFormat::Text);
            let text = value.as_str().unwrap_or_default();
            match row.column(i).type_info().name() {
                "INT2" | "INT4" | "INT8" | "FLOAT4" | "FLOAT8" | "NUMERIC" => {
                    text.parse().map_or_else(|_| Cell::Text(text.to_owned()), Cell::Number)
                }
                // A day and its midnight are the same point in time.
                "TIMESTAMP" => Cell::Text(text.strip_suffix(" 00:00:00").unwrap_or(text).to_owned()),
                "TIMESTAMPTZ" => Cell::Text(text.strip_suffix(" 00:00:00+00").unwrap_or(text).to_owned()),
                _ => Cell::Text(text.to_owned()),
            }
        })
        .collect()
}
