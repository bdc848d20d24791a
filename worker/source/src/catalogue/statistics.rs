//! Estimates from PostgreSQL's own statistics: rows of partitioned tables, distinct values of columns.

use super::structure::{Structure, known_estimate};
use rowcall_core::TableKind;
use sqlx::{PgConnection, Row, postgres::types::Oid};
use std::collections::HashMap;

/// Adds what the statistics say.
pub(super) async fn read(
    db: &mut PgConnection,
    read: &mut Structure,
    version: i32,
) -> Result<(), sqlx::Error> {
    partitions(db, read, version).await?;
    distinct(db, read).await
}

const PARTITIONS: &str = "
WITH RECURSIVE tree AS (
  SELECT inhparent AS root, inhrelid AS oid FROM pg_catalog.pg_inherits WHERE inhparent = ANY ($1)
  UNION ALL
  SELECT t.root, i.inhrelid FROM tree t JOIN pg_catalog.pg_inherits i ON i.inhparent = t.oid
)
SELECT t.root, c.reltuples::float8, c.relpages FROM tree t JOIN pg_catalog.pg_class c ON c.oid = t.oid
WHERE c.relkind IN ('r', 'f')";

async fn partitions(db: &mut PgConnection, read: &mut Structure, version: i32) -> Result<(), sqlx::Error> {
    let parents: Vec<Oid> = (read.tables.iter().zip(&read.oids))
        .filter(|(table, _)| table.kind == TableKind::Partitioned)
        .map(|(_, oid)| *oid)
        .collect();
    if parents.is_empty() {
        return Ok(());
    }
    for row in sqlx::query(PARTITIONS).persistent(false).bind(&parents).fetch_all(db).await? {
        let root: Oid = row.try_get(0)?;
        let rows = known_estimate(row.try_get(1)?, row.try_get(2)?, version);
        if let (Some(at), Some(rows)) = (read.position.get(&root), rows) {
            let estimate = &mut read.tables[*at].row_estimate;
            *estimate = Some(estimate.unwrap_or(0.0) + rows);
        }
    }
    Ok(())
}

// `inherited` rows speak of the whole tree and come last, so that they win for partitioned tables.
const DISTINCT: &str = "
SELECT schemaname::text, tablename::text, attname::text, n_distinct::float8
FROM pg_catalog.pg_stats WHERE schemaname = ANY ($1::name[]) ORDER BY inherited";

async fn distinct(db: &mut PgConnection, read: &mut Structure) -> Result<(), sqlx::Error> {
    let mut schemas: Vec<&str> = read.tables.iter().map(|table| table.schema.as_str()).collect();
    schemas.dedup();
    let rows = sqlx::query(DISTINCT).persistent(false).bind(schemas).fetch_all(db).await?;
    let by_name: HashMap<(String, String), usize> = (read.tables.iter().enumerate())
        .map(|(at, table)| ((table.schema.clone(), table.name.clone()), at))
        .collect();
    for row in rows {
        let name: (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let Some(table) = by_name.get(&name).map(|at| &mut read.tables[*at]) else { continue };
        let (column, count): (&str, f64) = (row.try_get(2)?, row.try_get(3)?);
        let rows = table.row_estimate;
        if let Some(column) = table.columns.iter_mut().find(|c| c.name == column) {
            // Negative means a share of the rows.
            column.distinct_estimate = match count {
                0.0 => None,
                count if count > 0.0 => Some(count),
                share => rows.map(|rows| (-share * rows).round()),
            };
        }
    }
    Ok(())
}
