//! Values of text columns, so that "orders from Germany" finds its column. Small tables are read (bounded); of large
//! ones PostgreSQL's own most common values are taken. Many tables go in one statement, and the whole stays within
//! a budget: a slow table costs its samples, never the catalogue.

use super::structure::Structure;
use crate::{session::quote_ident, settings::SourceSettings};
use rowcall_core::{Table, TableKind, TypeKind};
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};
use std::{collections::HashMap, fmt::Write, time::Instant};

/// Tables up to this many rows are read; of others, statistics are used.
const SMALL_TABLE: f64 = 10_000.0;
/// A column with more distinct values than this has no list of values, only examples.
const MAX_VALUES: usize = 500;
/// How many examples it has then.
const EXAMPLES: usize = 20;
/// Longer texts are prose, not values.
const MAX_CHARS: usize = 100;
/// Tables in one statement.
const BATCH: usize = 20;
/// A table that takes longer than this is left out.
const TABLE_PATIENCE_MS: u128 = 250;

/// Adds samples until the budget, counted from `began`, is used up.
pub(super) async fn read(
    db: &mut PgConnection,
    read: &mut Structure,
    settings: &SourceSettings,
    began: Instant,
) -> Result<(), sqlx::Error> {
    let deadline = began + settings.sample_budget;
    let (mut small, mut large) = (Vec::new(), Vec::new());
    for (at, table) in read.tables.iter().enumerate() {
        let columns = wanted(table, settings);
        if columns.is_empty() {
            continue;
        }
        // Views may be arbitrarily expensive, and foreign tables are somebody else's.
        match table.kind {
            TableKind::View | TableKind::Foreign => {}
            _ if table.row_estimate.is_none_or(|rows| rows <= SMALL_TABLE) => small.push((at, columns)),
            _ => large.push((at, columns)),
        }
    }
    if !large.is_empty() {
        common_values(db, read, &large).await?;
    }
    for batch in small.chunks(BATCH) {
        if !sample(db, read, batch, deadline).await? && batch.len() > 1 {
            // One of them is slow or broken: each alone, so that only that one is left out.
            for one in batch {
                sample(db, read, std::slice::from_ref(one), deadline).await?;
            }
        }
    }
    Ok(())
}

/// A table's position and the positions of the columns to sample.
type Wanted = (usize, Vec<usize>);

fn wanted(table: &Table, settings: &SourceSettings) -> Vec<usize> {
    let allowed = |column: &str| settings.may_sample(&table.schema, &table.name, column);
    (table.columns.iter().enumerate())
        .filter(|(_, column)| column.kind == TypeKind::Text && allowed(&column.name))
        .map(|(n, _)| n)
        .collect()
}

const COMMON: &str = "
SELECT schemaname::text, tablename::text, attname::text, most_common_vals::text::text[]
FROM pg_catalog.pg_stats
WHERE (schemaname, tablename, attname) IN (SELECT * FROM unnest($1::name[], $2::name[], $3::name[]))
  AND most_common_vals IS NOT NULL ORDER BY inherited";

async fn common_values(
    db: &mut PgConnection,
    read: &mut Structure,
    large: &[Wanted],
) -> Result<(), sqlx::Error> {
    let (mut schemas, mut tables, mut columns) = (Vec::new(), Vec::new(), Vec::new());
    let mut positions = HashMap::new();
    for (at, wanted) in large {
        let table = &read.tables[*at];
        for n in wanted {
            let name = (table.schema.clone(), table.name.clone(), table.columns[*n].name.clone());
            schemas.push(name.0.clone());
            tables.push(name.1.clone());
            columns.push(name.2.clone());
            positions.insert(name, (*at, *n));
        }
    }
    let query = sqlx::query(COMMON).persistent(false).bind(schemas).bind(tables).bind(columns);
    for row in query.fetch_all(db).await? {
        let name: (String, String, String) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let values: Vec<Option<String>> = row.try_get(3)?;
        if let Some((at, n)) = positions.get(&name) {
            let column = &mut read.tables[*at].columns[*n];
            column.samples = values.into_iter().flatten().filter(|v| is_value(v)).take(MAX_VALUES).collect();
            if column.distinct_estimate.is_some_and(|count| count > MAX_VALUES as f64) {
                column.samples.truncate(EXAMPLES);
            }
        }
    }
    Ok(())
}

/// Samples some tables in one statement; `false` when it failed or took too long.
async fn sample(
    db: &mut PgConnection,
    read: &mut Structure,
    tables: &[Wanted],
    deadline: Instant,
) -> Result<bool, sqlx::Error> {
    let left = deadline.saturating_duration_since(Instant::now()).as_millis();
    if left < 5 {
        return Ok(true);
    }
    let patience = left.min(TABLE_PATIENCE_MS * if tables.len() > 1 { 2 } else { 1 });
    let guard = format!("SAVEPOINT sampling; SET LOCAL statement_timeout = {patience}");
    db.execute(sqlx::raw_sql(AssertSqlSafe(guard))).await?;
    let sql = statement(read, tables);
    let rows = match sqlx::query(AssertSqlSafe(sql)).persistent(false).fetch_all(&mut *db).await {
        Ok(rows) => rows,
        Err(sqlx::Error::Database(error)) => {
            tracing::debug!(tables = tables.len(), sqlstate = ?error.code(), "sampling was given up");
            db.execute(sqlx::raw_sql("ROLLBACK TO SAVEPOINT sampling")).await?;
            return Ok(false);
        }
        Err(other) => return Err(other),
    };
    db.execute(sqlx::raw_sql("RELEASE SAVEPOINT sampling")).await?;
    let mut totals: HashMap<(usize, usize), (i64, bool)> = HashMap::new();
    for row in rows {
        let (at, n): (i32, i32) = (row.try_get(0)?, row.try_get(1)?);
        let (Ok(at), Ok(n)) = (usize::try_from(at), usize::try_from(n)) else { continue };
        let total: i64 = row.try_get(3)?;
        let known = totals.entry((at, n)).or_insert((total, true));
        match row.try_get::<Option<String>, _>(2)? {
            None => {}
            Some(value) if is_value(&value) => read.tables[at].columns[n].samples.push(value),
            Some(_) => known.1 = false,
        }
    }
    for ((at, n), (total, all_are_values)) in totals {
        let column = &mut read.tables[at].columns[n];
        let listed = column.samples.len() <= MAX_VALUES;
        column.samples_complete = listed && all_are_values && total as f64 <= SMALL_TABLE;
        if !listed {
            column.samples.truncate(EXAMPLES);
        } else if column.samples_complete && column.distinct_estimate.is_none() {
            column.distinct_estimate = Some(column.samples.len() as f64);
        }
    }
    Ok(true)
}

/// Every table is read once, however many of its columns are wanted. Holds quoted names and numbers, no literals
/// from outside.
fn statement(read: &Structure, tables: &[Wanted]) -> String {
    let mut sql = String::new();
    for (at, columns) in tables {
        let table = &read.tables[*at];
        let (mut picked, mut values) = (Vec::new(), Vec::new());
        for n in columns {
            picked.push(format!("{}::text AS c{n}", quote_ident(&table.columns[*n].name)));
            values.push(format!("({n}, pg_catalog.left(x.c{n}, {}))", MAX_CHARS + 1));
        }
        if !sql.is_empty() {
            sql.push_str("\nUNION ALL\n");
        }
        let _ = write!(
            sql,
            "SELECT {at}::int4, h.n::int4, h.v, h.total::int8, h.r FROM (\
             SELECT g.n, g.v, pg_catalog.sum(g.c) OVER (PARTITION BY g.n) AS total, \
             pg_catalog.row_number() OVER (PARTITION BY g.n ORDER BY g.c DESC, g.v COLLATE \"C\") AS r FROM (\
             SELECT u.n, u.v, pg_catalog.count(*) AS c FROM (SELECT {} FROM {}.{} LIMIT {}) x \
             CROSS JOIN LATERAL (VALUES {}) u(n, v) GROUP BY u.n, u.v) g) h WHERE h.r <= {}",
            picked.join(", "),
            quote_ident(&table.schema),
            quote_ident(&table.name),
            SMALL_TABLE as i64 + 1,
            values.join(", "),
            MAX_VALUES + 2,
        );
    }
    sql.push_str("\nORDER BY 1, 2, 5");
    sql
}

fn is_value(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= MAX_CHARS
}
