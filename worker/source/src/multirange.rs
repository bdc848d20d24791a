//! Columns of multirange types. The driver asks the server what each type of a result is and does not understand what it is
//! told of these, so that the whole result could not be read. PostgreSQL is asked for the columns in another way, without
//! running the statement, and prints the multiranges itself.

use crate::session::quote_ident;
use sqlx::{AssertSqlSafe, PgConnection, query_scalar};

/// The statement with its multiranges as text; `None` where it has none.
///
/// # Errors
/// When the server refuses the statement.
pub(crate) async fn printed(db: &mut PgConnection, sql: &str) -> Result<Option<String>, sqlx::Error> {
    let names: Vec<String> =
        query_scalar(AssertSqlSafe(names_sql(sql))).persistent(false).fetch_all(&mut *db).await?;
    let multiranges: Vec<i32> =
        query_scalar(AssertSqlSafe(types_sql(sql, names.len()))).persistent(false).fetch_all(db).await?;
    if multiranges.is_empty() {
        return Ok(None);
    }
    let columns: Vec<String> = (1..)
        .zip(&names)
        .map(|(n, name)| {
            let cast = if multiranges.contains(&n) { "::pg_catalog.text" } else { "" };
            format!("q.c{n}{cast} AS {}", quote_ident(name))
        })
        .collect();
    Ok(Some(format!("SELECT {} FROM (\n{sql}\n) AS q({})", columns.join(", "), numbered(names.len()))))
}

/// One row of nothing but NULLs, with the statement's columns. It is planned, and none of its rows is fetched.
fn empty_row(sql: &str) -> String {
    format!("(SELECT 1) AS one LEFT JOIN (SELECT * FROM (\n{sql}\n) AS s LIMIT 0)")
}

/// The columns' names in their order; JSON as it is written keeps two of one name.
fn names_sql(sql: &str) -> String {
    format!(
        "SELECT pg_catalog.json_object_keys(pg_catalog.row_to_json(x)) FROM (SELECT q.* FROM {} AS q ON true) AS x",
        empty_row(sql)
    )
}

/// The numbers of the columns that are multiranges, arrays of them, or domains over them.
fn types_sql(sql: &str, columns: usize) -> String {
    let types: Vec<String> =
        (1..=columns).map(|n| format!("pg_catalog.pg_typeof(q.c{n})::pg_catalog.oid")).collect();
    format!(
        "SELECT u.n::pg_catalog.int4 FROM {} AS q({}) ON true, \
         LATERAL pg_catalog.unnest(ARRAY[{}]::pg_catalog.oid[]) WITH ORDINALITY AS u(type, n) \
         JOIN pg_catalog.pg_type t ON t.oid = u.type \
         LEFT JOIN pg_catalog.pg_type of ON of.oid IN (t.typelem, t.typbasetype) \
         WHERE t.typtype = 'm' OR of.typtype = 'm' ORDER BY 1",
        empty_row(sql),
        numbered(columns),
        types.join(", ")
    )
}

fn numbered(columns: usize) -> String {
    (1..=columns).map(|n| format!("c{n}")).collect::<Vec<_>>().join(", ")
}
