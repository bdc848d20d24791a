//! The plan-cost cap: PostgreSQL's own estimate, asked for before a statement runs, so that a forgotten join
//! condition is refused in a millisecond and not after half a minute of somebody's database.

use crate::error::SourceError;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};

/// The total cost PostgreSQL estimates for a statement.
///
/// # Errors
/// What the server reports when it cannot plan the statement; it has not run then.
pub(crate) async fn estimate(connection: &mut PgConnection, sql: &str) -> Result<f64, sqlx::Error> {
    // The extended protocol takes one statement only, and EXPLAIN without ANALYZE runs nothing.
    let explain = format!("EXPLAIN (FORMAT JSON)\n{sql}");
    let row = connection.fetch_one(sqlx::query(AssertSqlSafe(explain)).persistent(false)).await?;
    let plan: Value = row.try_get(0)?;
    Ok(plan[0]["Plan"]["Total Cost"].as_f64().unwrap_or(0.0))
}

/// Refuses what is estimated above `cap`.
///
/// # Errors
/// [`SourceError::TooLarge`] with both numbers.
pub(crate) fn check(cost: f64, cap: f64) -> Result<(), SourceError> {
    if cost <= cap {
        return Ok(());
    }
    let detail = format!("PostgreSQL estimates its cost at {cost:.0}, and the limit here is {cap:.0}");
    Err(SourceError::TooLarge { detail })
}
