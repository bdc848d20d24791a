//! How a session is made safe for one read, and clean for the next.
//!
//! Everything before a read is one batch of ours, sent by the simple protocol in one round trip. Names enter it
//! only as quoted identifiers or as hexadecimal digits, so that no server setting (such as
//! `standard_conforming_strings = off`) can change what it means.

use crate::{capabilities::Capabilities, settings::SourceSettings};
use sqlx::{Connection, Executor, PgConnection};
use std::{fmt::Write, time::Duration};

/// Opens the read-only transaction with its limits and takes on the role.
pub(crate) fn begin(settings: &SourceSettings, can: Capabilities) -> String {
    let mut sql = String::with_capacity(1024);
    sql.push_str("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;");
    let mut set = |name: &str, value: &str| {
        let _ = write!(sql, "SET LOCAL {name} = {value};");
    };
    set("statement_timeout", &millis(settings.statement_timeout));
    set("lock_timeout", &millis(settings.lock_timeout));
    set("idle_in_transaction_session_timeout", &millis(settings.idle_timeout));
    set("standard_conforming_strings", "on");
    set("row_security", "on");
    // How values without a binary decoder of ours are printed.
    set("datestyle", "'ISO, MDY'");
    set("intervalstyle", "postgres");
    set("bytea_output", "hex");
    set("extra_float_digits", "1");
    set("timezone", &quote_ident(&settings.time_zone));
    if let Some(limit) = settings.temp_file_limit.filter(|_| can.temp_file_limit) {
        set("temp_file_limit", &limit.div_ceil(1024).min(i32::MAX as u64).to_string());
    }
    if can.connection_check {
        set("client_connection_check_interval", "1000");
    }
    if let Some(role) = &settings.role {
        let _ = write!(sql, "SET LOCAL ROLE {};", quote_ident(role));
    }
    // Temporary tables must never hide real ones: PostgreSQL searches them first unless told otherwise.
    sql.push_str(
        "SELECT pg_catalog.set_config('search_path', pg_catalog.concat_ws(', ', \
         NULLIF(pg_catalog.current_setting('search_path'), ''), 'pg_temp'), true);",
    );
    sql
}

/// Ends the transaction and takes away everything a statement could leave in the session: settings, role,
/// temporary tables, advisory locks, listeners, cursors, prepared statements.
///
/// `DISCARD ALL` and no cheaper subset: it is PostgreSQL's own list of what a session can hold, it grows with the
/// server's version, and it runs after the answer was handed over, so that it costs the asker nothing.
///
/// # Errors
/// When any part fails: such a connection must be closed.
pub(crate) async fn reset(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    // The driver forgets the statements that DISCARD ALL is about to drop.
    connection.execute(sqlx::raw_sql("ROLLBACK")).await?;
    connection.clear_cached_statements().await?;
    connection.execute(sqlx::raw_sql("DISCARD ALL")).await?;
    // These are set when connecting, and DISCARD ALL brings the connection's own values back; a server whose
    // parameter report was changed by the statement is caught by the next batch, which sets them all again.
    Ok(())
}

/// An identifier in double quotes.
pub(crate) fn quote_ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Text from outside as an SQL expression that holds nothing but hexadecimal digits.
pub(crate) fn hex_text(text: &str) -> String {
    format!("pg_catalog.convert_from(pg_catalog.decode('{}', 'hex'), 'UTF8')", hex::encode(text))
}

fn millis(duration: Duration) -> String {
    duration.as_millis().clamp(1, i32::MAX as u128).to_string()
}
