//! Values of text columns, so that "orders from Germany" finds its column. Small tables are read (bounded); of large
//! ones PostgreSQL's own most common values are taken. Many tables go in one statement, and the whole stays within
//! a budget: a slow table costs its samples, never the catalogue. Tables without statistics (as after a restore) and
//! without a key are counted within the same budget: nothing else tells which columns are as good as a key.

use super::structure::Structure;
use crate::{session::quote_ident, settings::SourceSettings};
use rowcall_core::{Table, TableKind, TypeKind};
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row, postgres::PgRow};
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
    let (mut unknown, mut small, mut large) = (Vec::new(), Vec::new(), Vec::new());
    for (at, table) in read.tables.iter().enumerate() {
        let countable = countable(table, settings);
        if !countable.is_empty() {
            unknown.push((at, countable));
        }
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
    in_batches(db, read, &unknown, Look::Counts, deadline).await?;
    in_batches(db, read, &small, Look::Values, deadline).await
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

/// What is read of tables.
#[derive(Clone, Copy)]
enum Look {
    /// How many rows they have, and distinct values their columns.
    Counts,
    /// Values of their columns.
    Values,
}

/// Looks at many tables in one statement each batch.
async fn in_batches(
    db: &mut PgConnection,
    read: &mut Structure,
    tables: &[Wanted],
    what: Look,
    deadline: Instant,
) -> Result<(), sqlx::Error> {
    for batch in tables.chunks(BATCH) {
        if !look(db, read, batch, what, deadline).await? && batch.len() > 1 {
            // One of them is slow or broken: each alone, so that only that one is left out.
            for one in batch {
                look(db, read, std::slice::from_ref(one), what, deadline).await?;
            }
        }
    }
    Ok(())
}

/// Looks at some tables in one statement; `false` when it failed or took too long.
async fn look(
    db: &mut PgConnection,
    read: &mut Structure,
    tables: &[Wanted],
    what: Look,
    deadline: Instant,
) -> Result<bool, sqlx::Error> {
    let left = deadline.saturating_duration_since(Instant::now()).as_millis();
    if left < 5 {
        return Ok(true);
    }
    let patience = left.min(TABLE_PATIENCE_MS * if tables.len() > 1 { 2 } else { 1 });
    let guard = format!("SAVEPOINT sampling; SET LOCAL statement_timeout = {patience}");
    db.execute(sqlx::raw_sql(AssertSqlSafe(guard))).await?;
    let sql = match what {
        Look::Counts => counts(read, tables),
        Look::Values => statement(read, tables),
    };
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
    match what {
        Look::Counts => keep_counts(read, tables, rows)?,
        Look::Values => keep_values(read, rows)?,
    }
    Ok(true)
}

/// The columns of a table that could tell its rows apart, where neither a key nor statistics say which do.
fn countable(table: &Table, settings: &SourceSettings) -> Vec<usize> {
    let stored = matches!(table.kind, TableKind::Table | TableKind::MaterializedView);
    if !stored || table.row_estimate.is_some() || !table.primary_key.is_empty() {
        return Vec::new();
    }
    let allowed = |column: &str| settings.may_sample(&table.schema, &table.name, column);
    let kept = |kind| matches!(kind, TypeKind::Integer | TypeKind::Uuid | TypeKind::Text | TypeKind::Decimal);
    (table.columns.iter().enumerate())
        .filter(|(_, column)| kept(column.kind) && allowed(&column.name))
        .map(|(n, _)| n)
        .collect()
}

fn keep_counts(read: &mut Structure, tables: &[Wanted], rows: Vec<PgRow>) -> Result<(), sqlx::Error> {
    for row in rows {
        let (at, total): (i32, i64) = (row.try_get(0)?, row.try_get(1)?);
        let distinct: Vec<i64> = row.try_get(2)?;
        let Some((at, columns)) = tables.iter().find(|(table, _)| i32::try_from(*table) == Ok(at)) else {
            continue;
        };
        let total = total as f64;
        // Of a larger one it is only known that it is larger.
        if total > SMALL_TABLE {
            continue;
        }
        let table = &mut read.tables[*at];
        table.row_estimate = Some(total);
        for (n, count) in columns.iter().zip(distinct) {
            table.columns[*n].distinct_estimate.get_or_insert(count as f64);
        }
    }
    Ok(())
}

/// Holds quoted names and numbers, no literals from outside.
fn counts(read: &Structure, tables: &[Wanted]) -> String {
    let mut sql = String::new();
    for (at, columns) in tables {
        let table = &read.tables[*at];
        let names: Vec<String> = columns.iter().map(|n| quote_ident(&table.columns[*n].name)).collect();
        let counted: Vec<String> =
            names.iter().map(|name| format!("pg_catalog.count(DISTINCT x.{name})")).collect();
        if !sql.is_empty() {
            sql.push_str("\nUNION ALL\n");
        }
        let _ = write!(
            sql,
            "SELECT {at}::int4, pg_catalog.count(*), ARRAY[{}]::int8[] FROM (SELECT {} FROM {}.{} LIMIT {}) x",
            counted.join(", "),
            names.join(", "),
            quote_ident(&table.schema),
            quote_ident(&table.name),
            SMALL_TABLE as i64 + 1,
        );
    }
    sql
}

fn keep_values(read: &mut Structure, rows: Vec<PgRow>) -> Result<(), sqlx::Error> {
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
    Ok(())
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
