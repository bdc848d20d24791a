//! The caps on a plan: PostgreSQL's own estimate, asked for before a statement runs, so that a forgotten join
//! condition is refused in a millisecond and not after half a minute of somebody's database.

use crate::error::SourceError;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};

/// What PostgreSQL estimates for a statement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Estimate {
    /// The total cost, in the planner's units.
    pub cost: f64,
    /// The rows of that step of the plan which gives most.
    pub rows: f64,
}

/// Asks for the estimate.
///
/// # Errors
/// What the server reports when it cannot plan the statement; it has not run then.
pub(crate) async fn estimate(connection: &mut PgConnection, sql: &str) -> Result<Estimate, sqlx::Error> {
    // The extended protocol takes one statement only, and EXPLAIN without ANALYZE runs nothing.
    let explain = format!("EXPLAIN (FORMAT JSON)\n{sql}");
    let row = connection.fetch_one(sqlx::query(AssertSqlSafe(explain)).persistent(false)).await?;
    let plan: Value = row.try_get(0)?;
    let plan = &plan[0]["Plan"];
    Ok(Estimate { cost: plan["Total Cost"].as_f64().unwrap_or(0.0), rows: most_rows(plan) })
}

fn most_rows(plan: &Value) -> f64 {
    let below = plan["Plans"].as_array().into_iter().flatten().map(most_rows);
    below.fold(plan["Plan Rows"].as_f64().unwrap_or(0.0), f64::max)
}

/// Refuses what is estimated above a cap.
///
/// # Errors
/// [`SourceError::TooLarge`] with both numbers.
pub(crate) fn check(plan: Estimate, cost: Option<f64>, rows: Option<f64>) -> Result<(), SourceError> {
    let detail = match (cost, rows) {
        (Some(cap), _) if plan.cost > cap => {
            format!("PostgreSQL estimates its cost at {:.0}, and the limit here is {cap:.0}", plan.cost)
        }
        (_, Some(cap)) if plan.rows > cap => {
            format!("PostgreSQL estimates {:.0} rows on the way, and the limit here is {cap:.0}", plan.rows)
        }
        _ => return Ok(()),
    };
    Err(SourceError::TooLarge { detail })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_step_counts_and_either_cap_refuses() {
        let plan = serde_json::json!({"Plan Rows": 1, "Plans": [{"Plan Rows": 5}, {"Plan Rows": 2, "Plans": [{"Plan Rows": 9}]}]});
        assert_eq!(most_rows(&plan), 9.0);
        let plan = Estimate { cost: 10.0, rows: 9.0 };
        assert!(check(plan, Some(10.0), Some(9.0)).is_ok() && check(plan, None, None).is_ok());
        assert!(check(plan, Some(9.9), None).is_err() && check(plan, None, Some(8.0)).is_err());
    }
}
