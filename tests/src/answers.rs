//! Whether the rows of a reply are those of a statement written by hand: by value, whatever the columns are called.

use rowcall_core::Reply;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, TypeInfo, ValueRef};

/// How rows are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// As a set with repetitions.
    AnyOrder,
    /// In the order of the statement.
    InOrder,
}

/// A table of cells as text, written one way.
pub type Cells = Vec<Vec<String>>;

/// The rows of a statement.
pub async fn rows_of(url: &str, sql: &str) -> Cells {
    let mut connection = PgConnection::connect(url).await.unwrap();
    // The simple protocol gives every value as PostgreSQL prints it.
    let sql_text = format!("SET TIME ZONE 'UTC'; {sql}");
    let rows = sqlx::raw_sql(AssertSqlSafe(sql_text)).fetch_all(&mut connection).await;
    let rows = rows.unwrap_or_else(|error| panic!("{sql}: {error}"));
    connection.close().await.unwrap();
    rows.iter()
        .map(|row| {
            (0..row.len())
                .map(|i| {
                    let value = row.try_get_raw(i).unwrap();
                    let boolean = value.type_info().name() == "BOOL";
                    let text = if value.is_null() { "" } else { value.as_str().unwrap() };
                    match (boolean, text) {
                        (true, "t") => "true".to_owned(),
                        (true, "f") => "false".to_owned(),
                        _ => one_way(text),
                    }
                })
                .collect()
        })
        .collect()
}

/// The rows of a reply.
pub fn rows_in(reply: &Reply) -> Cells {
    let rows = reply.table.as_ref().map(|t| t.rows.rows.as_slice()).unwrap_or_default();
    rows.iter().map(|row| row.iter().map(|value| one_way(&value.to_string())).collect()).collect()
}

/// Numbers to six places, midnight as a date: what `date_trunc` gives as a date to one and an instant to another is
/// the same answer.
fn one_way(text: &str) -> String {
    let day = text.strip_suffix(" 00:00:00+00").or_else(|| text.strip_suffix(" 00:00:00")).unwrap_or(text);
    match day.parse::<f64>() {
        Ok(number) if number.is_finite() && !day.starts_with('+') => format!("{:.6}", number + 0.0),
        _ => day.to_owned(),
    }
}

/// Why the reply's rows are not the expected ones, if they are not. The reply may have further columns beside the
/// expected ones when `more_columns`: a list shows what else is known of a thing.
pub fn difference(found: &Cells, expected: &Cells, rows: Rows, more_columns: bool) -> Option<String> {
    if found.len() != expected.len() {
        return Some(format!("{} rows instead of {}", found.len(), expected.len()));
    }
    let (Some(first), Some(wanted)) = (found.first(), expected.first()) else { return None };
    if first.len() < wanted.len() || (first.len() > wanted.len() && !more_columns) {
        return Some(format!("{} columns instead of {}", first.len(), wanted.len()));
    }
    let mut chosen = Vec::new();
    if choose(found, expected, rows, &mut chosen) {
        return None;
    }
    Some("other rows".to_owned())
}

/// Looks for columns of `found` that hold what the columns of `expected` hold.
fn choose(found: &Cells, expected: &Cells, rows: Rows, chosen: &mut Vec<usize>) -> bool {
    if chosen.len() == expected[0].len() {
        return true;
    }
    for column in 0..found[0].len() {
        if chosen.contains(&column) {
            continue;
        }
        chosen.push(column);
        if alike(found, expected, rows, chosen) && choose(found, expected, rows, chosen) {
            return true;
        }
        chosen.pop();
    }
    false
}

fn alike(found: &Cells, expected: &Cells, rows: Rows, chosen: &[usize]) -> bool {
    let mut found: Vec<Vec<&str>> =
        found.iter().map(|row| chosen.iter().map(|i| row[*i].as_str()).collect()).collect();
    let mut expected: Vec<Vec<&str>> =
        expected.iter().map(|row| row[..chosen.len()].iter().map(String::as_str).collect()).collect();
    if rows == Rows::AnyOrder {
        found.sort_unstable();
        expected.sort_unstable();
    }
    found == expected
}
