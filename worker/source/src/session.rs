//! How a session is made safe for one read, and clean for the next.
//!
//! Everything before a read is one batch of ours, sent by the simple protocol in one round trip. Names enter it
//! only as quoted identifiers or as hexadecimal digits, so that no server setting (such as
//! `standard_conforming_strings = off`) can change what it means.

use crate::{capabilities::Capabilities, settings::SourceSettings, write::WriteLimits};
use sqlx::{Connection, Executor, PgConnection};
use std::{fmt::Write, time::Duration};

/// What a transaction is opened for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose<'a> {
    /// A checked read.
    Read,
    /// Our own statements about the structure: a limit that suits questions may be too short for a large database.
    Catalogue,
    /// A change, as the writing role.
    Change(&'a WriteLimits, &'a str),
    /// A definition, as the writing role. Its statements see what others committed meanwhile: a definition itself acts on
    /// things as they are, and what it did is read off afterwards.
    Define(&'a WriteLimits, &'a str),
    /// To see, beside a change, what was before it: its exported snapshot, as the writing role.
    Before(&'a WriteLimits, &'a str, &'a str),
}

/// How long a statement that reads the structure may take, where questions may take less.
const CATALOGUE_PATIENCE: Duration = Duration::from_secs(60);

/// The limit of a statement that reads the structure.
pub(crate) fn catalogue_timeout(settings: &SourceSettings) -> Duration {
    settings.statement_timeout.max(CATALOGUE_PATIENCE)
}

/// Opens the transaction with its limits and takes on the role. Its last statement gives the backend's process id.
pub(crate) fn open(settings: &SourceSettings, can: Capabilities, purpose: Purpose<'_>) -> String {
    let (statement, lock, idle) = match purpose {
        Purpose::Read => (settings.statement_timeout, settings.lock_timeout, settings.idle_timeout),
        Purpose::Catalogue => (catalogue_timeout(settings), settings.lock_timeout, settings.idle_timeout),
        Purpose::Change(limits, _) | Purpose::Define(limits, _) | Purpose::Before(limits, ..) => {
            (limits.statement_timeout, limits.lock_timeout, limits.idle_timeout)
        }
    };
    let mut limits: Vec<(&str, String)> = vec![
        ("statement_timeout", millis(statement)),
        ("lock_timeout", millis(lock)),
        ("idle_in_transaction_session_timeout", millis(idle)),
        ("standard_conforming_strings", "on".into()),
        ("row_security", "on".into()),
        // How values without a binary decoder of ours are printed.
        ("datestyle", "ISO, MDY".into()),
        ("intervalstyle", "postgres".into()),
        ("bytea_output", "hex".into()),
        ("extra_float_digits", "1".into()),
        ("timezone", settings.time_zone.clone()),
    ];
    if let Some(limit) = settings.temp_file_limit.filter(|_| can.temp_file_limit) {
        limits.push(("temp_file_limit", limit.div_ceil(1024).min(i32::MAX as u64).to_string()));
    }
    if can.connection_check {
        limits.push(("client_connection_check_interval", "1000".into()));
    }
    let mut sql = String::with_capacity(2048);
    match purpose {
        Purpose::Read | Purpose::Catalogue => {
            sql.push_str("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;SELECT ")
        }
        Purpose::Before(_, _, snapshot) => {
            // It must come before any query. A snapshot's name is made of digits and dashes.
            let name: String = snapshot.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
            let _ = write!(
                sql,
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;SET TRANSACTION SNAPSHOT '{name}';SELECT "
            );
        }
        Purpose::Change(..) | Purpose::Define(..) => {
            sql.push_str(match purpose {
                Purpose::Define(..) => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;SELECT ",
                _ => "BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE;SELECT ",
            });
            // A commit that was acknowledged must be there after a crash, whatever the server's habit.
            limits.push(("synchronous_commit", "on".into()));
        }
    }
    if !matches!(purpose, Purpose::Read | Purpose::Catalogue) {
        // Money is printed and read by the same rules on both sides of an undo.
        limits.push(("lc_monetary", "C".into()));
        limits.push(("xmloption", "content".into()));
    }
    // One statement sets them all: a dozen would cost the server more than the question does.
    for (n, (name, value)) in limits.iter().enumerate() {
        let comma = if n == 0 { "" } else { ", " };
        let _ = write!(sql, "{comma}pg_catalog.set_config('{name}', {}, true)", text(value));
    }
    sql.push(';');
    let role = match purpose {
        Purpose::Read | Purpose::Catalogue => settings.role.as_deref(),
        Purpose::Change(_, role) | Purpose::Define(_, role) | Purpose::Before(_, role, _) => Some(role),
    };
    if let Some(role) = role {
        let _ = write!(sql, "SET LOCAL ROLE {};", quote_ident(role));
    }
    // Temporary tables must never hide real ones: PostgreSQL searches them first unless told otherwise.
    let _ = write!(
        sql,
        "SELECT pg_catalog.set_config('search_path', pg_catalog.concat_ws(', ', \
         NULLIF(pg_catalog.current_setting('search_path'), ''), 'pg_temp'), true), \
         pg_catalog.pg_backend_pid()::pg_catalog.text AS {PID};"
    );
    sql
}

/// The column that holds the backend's process id, as text.
pub(crate) const PID: &str = "rowcall_pid";

/// A value as an SQL expression: as it is where that cannot mean anything else, in hexadecimal digits otherwise.
fn text(value: &str) -> String {
    if value
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b',' | b'_' | b'/' | b'-' | b'+'))
    {
        format!("'{value}'")
    } else {
        hex_text(value)
    }
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
