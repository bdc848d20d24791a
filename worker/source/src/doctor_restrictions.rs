//! Whether what the settings keep back is really kept back: a misspelt table or column protects nothing, and a mask that
//! PostgreSQL cannot read makes its table unreadable.

use crate::{connect::Source, doctor::Report, error::SourceError};
use rowcall_core::{Catalogue, TableRestriction};
use rowcall_policy::{Facts, Verdict};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqlSafeStr};

const COLUMNS: &str = "
SELECT a.attname::text FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1::name AND c.relname = $2::name AND a.attnum > 0 AND NOT a.attisdropped";

const SETTING: &str = "Correct the source's setting `restrictions`.";

/// Adds a line for each restricted table.
///
/// # Errors
/// Any [`SourceError`] of connecting or reading the catalogue.
pub(crate) async fn examine(source: &Source, report: &mut Report) -> Result<(), SourceError> {
    let restrictions = &source.settings.restrictions;
    if restrictions.is_open() {
        return Ok(());
    }
    let catalogue = source.read_catalogue().await?;
    let mut db = source.connect().await?;
    for restriction in restrictions.tables.iter().filter(|t| !t.is_open()) {
        table(&mut db, report, restriction, &catalogue, source).await?;
    }
    let _ = db.close().await;
    Ok(())
}

async fn table(
    db: &mut PgConnection,
    report: &mut Report,
    restriction: &TableRestriction,
    catalogue: &Catalogue,
    source: &Source,
) -> Result<(), SourceError> {
    let named = format!("{}.{}", restriction.schema, restriction.table);
    let query = sqlx::query_scalar(COLUMNS).persistent(false);
    let columns: Vec<String> = query
        .bind(&restriction.schema)
        .bind(&restriction.table)
        .fetch_all(&mut *db)
        .await
        .map_err(|error| source.fail(error))?;
    if columns.is_empty() {
        report.error("restriction", format!("There is no table {named} to restrict."), SETTING.to_owned());
        return Ok(());
    }
    let masked = restriction.masked.iter().map(|m| &m.column);
    let missing: Vec<&String> =
        restriction.hidden.iter().chain(masked).filter(|c| !columns.contains(c)).collect();
    for column in &missing {
        let what = format!("{named} has no column {column}: what was meant is not kept back.");
        report.error("restriction", what, SETTING.to_owned());
    }
    if !missing.is_empty() {
        return Ok(());
    }
    let quote = crate::session::quote_ident;
    let all = format!("SELECT * FROM {}.{}", quote(&restriction.schema), quote(&restriction.table));
    let refused = match rowcall_policy::check(&all, &Facts { catalogue: Some(catalogue) }) {
        Verdict::AllowRead(read) => {
            let text = AssertSqlSafe(read.sql().to_owned()).into_sql_str();
            match db.prepare(text).await {
                Ok(_) => None,
                Err(error) => Some(source.fail(error).to_string()),
            }
        }
        other => Some(other.refusals().iter().map(|r| r.reason.as_str()).collect::<Vec<_>>().join(" ")),
    };
    match refused {
        Some(why) => report.error(
            "restriction",
            format!("The restrictions of {named} make it unreadable: {}.", why.trim_end_matches('.')),
            SETTING.to_owned(),
        ),
        None => report.ok(
            "restriction",
            format!(
                "{named} is restricted: {} columns hidden, {} masked{}.",
                restriction.hidden.len(),
                restriction.masked.len(),
                if restriction.rows.is_some() { ", some rows left out" } else { "" }
            ),
        ),
    }
    Ok(())
}
