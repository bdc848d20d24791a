//! What the server says of a statement without running it, and of the locks that running it took.

use crate::{facts::Table, problem::Trouble};
use sqlx::{AssertSqlSafe, PgConnection, Row};
use std::collections::BTreeMap;

/// The planner's estimate of the rows that a statement changes: of what feeds its ModifyTable nodes.
pub(crate) async fn estimate(db: &mut PgConnection, sql: &str) -> Result<Option<u64>, Trouble> {
    let explain = AssertSqlSafe(format!("EXPLAIN (FORMAT JSON)\n{sql}"));
    let row = sqlx::query(explain).persistent(false).fetch_one(db).await?;
    let plan: serde_json::Value = row.try_get(0)?;
    let mut rows = BTreeMap::new();
    fed(&plan[0]["Plan"], &mut rows);
    let most = rows.values().sum::<f64>();
    Ok((!rows.is_empty()).then_some(most.max(0.0) as u64))
}

fn fed(node: &serde_json::Value, rows: &mut BTreeMap<usize, f64>) {
    let children = node["Plans"].as_array().map(Vec::as_slice).unwrap_or_default();
    if node["Node Type"] == "ModifyTable" {
        let own = children
            .iter()
            .filter(|c| c["Parent Relationship"] != "InitPlan" && c["Parent Relationship"] != "SubPlan");
        let sum: f64 = own.filter_map(|c| c["Plan Rows"].as_f64()).sum();
        rows.insert(rows.len(), sum);
    }
    children.iter().for_each(|child| fed(child, rows));
}

/// The strongest lock that this transaction holds on the table.
pub(crate) async fn lock_of(db: &mut PgConnection, own: Option<&Table>) -> Result<Option<String>, Trouble> {
    let Some(own) = own else { return Ok(None) };
    let modes: Vec<String> = sqlx::query_scalar(
        "SELECT l.mode FROM pg_catalog.pg_locks l WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' \
         AND l.granted AND l.relation::pg_catalog.int8 = $1",
    )
    .bind(own.oid)
    .fetch_all(db)
    .await?;
    Ok(modes.into_iter().max_by_key(|mode| strength(mode)))
}

/// How strong a mode of locks is; none for one that is not known.
pub(crate) fn strength(mode: &str) -> Option<usize> {
    const STRENGTH: [&str; 8] = [
        "AccessShareLock",
        "RowShareLock",
        "RowExclusiveLock",
        "ShareUpdateExclusiveLock",
        "ShareLock",
        "ShareRowExclusiveLock",
        "ExclusiveLock",
        "AccessExclusiveLock",
    ];
    STRENGTH.iter().position(|known| *known == mode)
}
