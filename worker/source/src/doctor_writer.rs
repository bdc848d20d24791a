//! What a source lacks before it may be changed. Without a writing role it is read-only, and says so; with one, whatever
//! would let a change happen twice, or be lost after it was acknowledged, is an error.

use crate::doctor::{Report, role};
use crate::{SourceSettings, session::quote_ident};
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};

const APPLY: &str = "Apply `rowcall source init`, which creates the writing role and the marker table.";

/// Looks as the login first, then as the writing role.
pub(crate) async fn examine(
    db: &mut PgConnection,
    report: &mut Report,
    settings: &SourceSettings,
) -> Result<(), sqlx::Error> {
    let Some(writer) = settings.writer.as_deref() else {
        report.ok("read_only", "The settings name no writer: this source is read-only.".to_owned());
        return Ok(());
    };
    let set = AssertSqlSafe(format!("SET ROLE {}", quote_ident(writer)));
    if let Err(sqlx::Error::Database(error)) = db.execute(sqlx::raw_sql(set)).await {
        let what = format!("The writing role cannot be taken on: {}.", error.message());
        report.error("writer", what, APPLY.to_owned());
        return Ok(());
    }
    role_only(db, report, settings.definitions).await?;
    marker(db, report).await?;
    writable(db, report, writer).await?;
    if settings.definitions {
        definable(db, report).await?;
    }
    Ok(())
}

/// What is said of every role, but for its right to write, which this one has for a reason.
///
/// Where definitions are allowed it has to own tables.
async fn role_only(db: &mut PgConnection, report: &mut Report, owns: bool) -> Result<(), sqlx::Error> {
    let mut own = Report::default();
    role(db, &mut own, "writing role").await?;
    report.take(own, |finding| finding.code != "writable" && !(owns && finding.code == "owner"));
    Ok(())
}

const DEFINABLE: &str = "
SELECT count(*) FILTER (WHERE pg_catalog.pg_has_role(c.relowner, 'USAGE')),
  array_agg(concat(n.nspname, '.', c.relname) ORDER BY n.nspname, c.relname) FILTER (WHERE NOT pg_catalog.pg_has_role(c.relowner, 'USAGE')
    AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE')),
  EXISTS (SELECT FROM pg_catalog.pg_namespace s WHERE s.nspname !~ '^pg_'
    AND s.nspname <> ALL (ARRAY['information_schema', 'rowcall']::name[]) AND has_schema_privilege(s.oid, 'CREATE')),
  count(*) FILTER (WHERE pg_catalog.pg_has_role(c.relowner, 'USAGE') AND c.relrowsecurity AND NOT c.relforcerowsecurity)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^pg_'
  AND n.nspname <> ALL (ARRAY['information_schema', 'rowcall']::name[]) AND has_schema_privilege(n.oid, 'USAGE')";

/// Whoever alters a table must own it.
async fn definable(db: &mut PgConnection, report: &mut Report) -> Result<(), sqlx::Error> {
    const GIVE: &str =
        "Apply `rowcall source init --definitions`, with --writable for each table that may be altered.";
    const NAMED: usize = 5;
    let row = sqlx::query(DEFINABLE).persistent(false).fetch_one(db).await?;
    let (owned, others, creates, unsecured): (i64, Option<Vec<String>>, bool, i64) =
        (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?);
    let others = others.unwrap_or_default();
    report.ok(
        "definable_tables",
        format!("Definitions are allowed; {owned} tables can be altered and dropped."),
    );
    if !others.is_empty() {
        let named = others.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        let more =
            if others.len() > NAMED { format!(" and {} more", others.len() - NAMED) } else { String::new() };
        report.warn(
            "definable_owner",
            format!(
                "The writing role does not own {named}{more}: it can change their rows, and not alter them."
            ),
            GIVE.to_owned(),
        );
    }
    if unsecured > 0 {
        report.error(
            "definable_row_security",
            format!("The writing role owns {unsecured} tables whose row-level security does not hold for their owner."),
            "ALTER TABLE … FORCE ROW LEVEL SECURITY, or give the table to another owner.".to_owned(),
        );
    }
    if !creates {
        report.warn(
            "definable_create",
            "The writing role may create a table in no schema.".to_owned(),
            GIVE.to_owned(),
        );
    }
    Ok(())
}

const MARKER: &str = "
SELECT c.relpersistence::text, c.relkind::text,
  has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT') AND has_schema_privilege(n.oid, 'USAGE'),
  has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER') OR pg_catalog.pg_has_role(current_user, c.relowner, 'USAGE'),
  EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate
    AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indnkeyatts = 2
    AND NOT EXISTS (SELECT FROM pg_catalog.unnest(i.indkey::int2[]) k(n) JOIN pg_catalog.pg_attribute a
      ON a.attrelid = c.oid AND a.attnum = k.n WHERE a.attname NOT IN ('installation_id', 'ticket_id') OR NOT a.attnotnull)),
  EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid)
    OR EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid) OR c.relrowsecurity,
  pg_is_in_recovery()
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'rowcall' AND c.relname = 'applied_change'";

async fn marker(db: &mut PgConnection, report: &mut Report) -> Result<(), sqlx::Error> {
    let Some(row) = sqlx::query(MARKER).persistent(false).fetch_optional(&mut *db).await? else {
        report.error(
            "marker",
            "There is no marker table rowcall.applied_change: this source is read-only.".to_owned(),
            APPLY.to_owned(),
        );
        return Ok(());
    };
    let (persistence, kind): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    let (may, may_more, unique): (bool, bool, bool) = (row.try_get(2)?, row.try_get(3)?, row.try_get(4)?);
    let (disturbed, replica): (bool, bool) = (row.try_get(5)?, row.try_get(6)?);
    let mut faults = 0;
    let mut fault = |code: &str, what: &str, fix: &str| {
        faults += 1;
        report.error(code, what.to_owned(), fix.to_owned());
    };
    if persistence != "p" || kind != "r" {
        fault(
            "marker_durable",
            "The marker table does not survive a crash: a change could happen twice.",
            "ALTER TABLE rowcall.applied_change SET LOGGED;",
        );
    }
    if !unique {
        fault(
            "marker_unique",
            "The marker table has no unique key on installation and ticket: a change could happen twice.",
            "ALTER TABLE rowcall.applied_change ADD PRIMARY KEY (installation_id, ticket_id);",
        );
    }
    if !may {
        fault("marker_grant", "The writing role may not read and insert into the marker table.", APPLY);
    }
    if may_more {
        fault(
            "marker_closed",
            "The writing role may change or delete markers: they prove nothing then.",
            "Let another role own rowcall.applied_change, and grant SELECT and INSERT only.",
        );
    }
    if disturbed {
        fault(
            "marker_plain",
            "Triggers, rules or row-level security stand on the marker table.",
            "Remove them: a marker must be written as it is.",
        );
    }
    if faults == 0 {
        report
            .ok("marker", "The marker table for changes is there, and closed to all but INSERT.".to_owned());
    }
    if replica {
        report.error(
            "replica_writer",
            "The settings name a writer, and the server is a read-only replica.".to_owned(),
            "Give the address of the primary, or take `writer` out of the source's settings.".to_owned(),
        );
    }
    Ok(())
}

const WRITABLE: &str = "
SELECT count(*), count(*) FILTER (WHERE NOT has_table_privilege(c.oid, 'SELECT')),
  count(*) FILTER (WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indisunique
    AND i.indpred IS NULL AND i.indexprs IS NULL))
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^pg_'
  AND n.nspname <> ALL (ARRAY['information_schema', 'rowcall']::name[]) AND has_schema_privilege(n.oid, 'USAGE')
  AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE')";

async fn writable(db: &mut PgConnection, report: &mut Report, writer: &str) -> Result<(), sqlx::Error> {
    let row = sqlx::query(WRITABLE).persistent(false).fetch_one(db).await?;
    let (all, unread, keyless): (i64, i64, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    if all == 0 {
        report.warn(
            "nothing_writable",
            "The writing role may change no table.".to_owned(),
            format!("GRANT SELECT, INSERT, UPDATE, DELETE ON … TO {};", quote_ident(writer)),
        );
        return Ok(());
    }
    report.ok("writable_tables", format!("{all} tables can be changed."));
    if unread > 0 {
        report.warn(
            "writable_unread",
            format!("{unread} of them cannot be read whole by the writing role: their changes cannot be taken back."),
            format!("GRANT SELECT ON … TO {};", quote_ident(writer)),
        );
    }
    if keyless > 0 {
        report.warn(
            "writable_keyless",
            format!("{keyless} of them have no primary key: their changes cannot be taken back."),
            "Add a primary key where there can be one.".to_owned(),
        );
    }
    Ok(())
}
