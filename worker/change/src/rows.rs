//! Reading rows by what identifies them: keys go to the server as texts, and are cast to the columns' types there.

use crate::{
    facts::{Table, quoted},
    image::{Shape, ShapeColumn},
    problem::Trouble,
    record::Record,
    statement::row_of,
};
use futures::TryStreamExt;
use sqlx::{AssertSqlSafe, PgConnection, Row, postgres::PgArguments, query::Query};

/// The shape of a table's images: the columns that the writing role may read.
pub(crate) fn shape_of(table: &Table) -> Shape {
    let columns: Vec<ShapeColumn> = table
        .columns
        .iter()
        .filter(|column| column.readable)
        .map(|column| ShapeColumn {
            name: column.name.clone(),
            type_name: column.type_name.clone(),
            generated: !column.generated.is_empty(),
            unique: table.unique_columns.contains(&column.name),
        })
        .collect();
    let key: Option<Vec<usize>> =
        table.key.iter().map(|name| columns.iter().position(|c| c.name == *name)).collect();
    Shape {
        schema: table.schema.clone(),
        name: table.name.clone(),
        whole: columns.len() == table.columns.len(),
        columns,
        key: key.unwrap_or_default(),
    }
}

/// A join with values given as one array of texts per column.
pub(crate) struct Join {
    /// `ROWS FROM (unnest($1::text[]), …) WITH ORDINALITY q(k0, …, n)`
    pub from: String,
    /// `alias."a" = CAST(q.k0 AS type) AND …`
    pub on: String,
}

/// The join of a table under `alias` with texts for some of its columns; each pair is the column's name, and the type
/// that the text is of.
pub(crate) fn join(alias: &str, columns: &[(&str, &str)]) -> Join {
    let parameters: Vec<String> =
        (1..=columns.len()).map(|n| format!("pg_catalog.unnest(${n}::text[])")).collect();
    let names: Vec<String> = (0..columns.len()).map(|n| format!("k{n}")).collect();
    let same: Vec<String> = columns
        .iter()
        .enumerate()
        .map(|(n, (name, type_name))| format!("{alias}.{} = CAST(q.k{n} AS {type_name})", quoted(None, name)))
        .collect();
    Join {
        from: format!("ROWS FROM ({}) WITH ORDINALITY q({}, n)", parameters.join(", "), names.join(", ")),
        on: same.join(" AND "),
    }
}

/// Binds one array per column.
pub(crate) fn bind<'q>(
    mut query: Query<'q, sqlx::Postgres, PgArguments>,
    keys: &[Vec<Option<String>>],
    width: usize,
) -> Query<'q, sqlx::Postgres, PgArguments> {
    for n in 0..width {
        let column: Vec<Option<String>> = keys.iter().map(|key| key.get(n).cloned().flatten()).collect();
        query = query.bind(column);
    }
    query
}

/// The name and type of each key column.
pub(crate) fn key_columns(shape: &Shape) -> Vec<(&str, &str)> {
    shape
        .key
        .iter()
        .filter_map(|n| shape.columns.get(*n))
        .map(|c| (c.name.as_str(), c.type_name.as_str()))
        .collect()
}

/// The rows with those keys as they are now, in the order of the keys.
pub(crate) async fn by_key(
    db: &mut PgConnection,
    shape: &Shape,
    keys: &[Vec<Option<String>>],
) -> Result<Vec<Option<Record>>, Trouble> {
    let mut found = vec![None; keys.len()];
    if keys.is_empty() || shape.key.is_empty() {
        return Ok(found);
    }
    let join = join("t", &key_columns(shape));
    let sql = format!(
        "SELECT q.n, {} FROM {} JOIN {} AS t ON {}",
        row_of("t", shape),
        join.from,
        quoted(Some(&shape.schema), &shape.name),
        join.on
    );
    let query = bind(sqlx::query(AssertSqlSafe(sql)), keys, shape.key.len());
    let mut rows = query.fetch(db);
    while let Some(row) = rows.try_next().await? {
        let n: i64 = row.try_get(0)?;
        let text: String = row.try_get(1)?;
        if let Some(slot) = usize::try_from(n - 1).ok().and_then(|n| found.get_mut(n)) {
            *slot = Some(Record::parse(&text)?);
        }
    }
    Ok(found)
}

/// All rows of a table, if they are not more than `most`.
pub(crate) async fn all(
    db: &mut PgConnection,
    shape: &Shape,
    most: u64,
) -> Result<Option<Vec<Record>>, Trouble> {
    let sql = format!(
        "SELECT {} FROM {} AS t LIMIT {}",
        row_of("t", shape),
        quoted(Some(&shape.schema), &shape.name),
        most + 1
    );
    let query = sqlx::query(AssertSqlSafe(sql));
    let mut found = Vec::new();
    let mut rows = query.fetch(db);
    while let Some(row) = rows.try_next().await? {
        let text: String = row.try_get(0)?;
        found.push(Record::parse(&text)?);
    }
    Ok((found.len() as u64 <= most).then_some(found))
}
