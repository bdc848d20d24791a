//! What a source lacks, or has too much of: looked at as the role that reads, reported line by line.

use crate::{connect::Source, doctor_reach, doctor_writer, error::SourceError};
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// As it should be.
    Ok,
    /// It works, but could be safer or better.
    Warning,
    /// Must be put right before the source is used.
    Error,
}

/// One line of the doctor's report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// A stable word, for programs.
    pub code: String,
    /// What was found, one sentence.
    pub what: String,
    /// What to do about it; empty when all is well.
    pub fix: String,
}

impl Source {
    /// Everything that can be said about this source; never an error, since an error is a finding.
    pub async fn doctor(&self) -> Vec<Finding> {
        let mut report = Report(Vec::new());
        match self.examine(&mut report).await {
            Ok(()) => {}
            Err(error) => report.problem(&error),
        }
        report.0.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        report.0
    }

    async fn examine(&self, report: &mut Report) -> Result<(), SourceError> {
        let mut db = self.connect().await?;
        report.ok("connection", "The server answers and accepts the login.".to_owned());
        let can = self.capabilities(&mut db).await?;
        let examined = self.examine_on(&mut db, report, can.temp_file_limit).await;
        let _ = db.close().await;
        examined.map_err(|error| self.fail(error))?;
        crate::doctor_restrictions::examine(self, report).await
    }

    async fn examine_on(
        &self,
        db: &mut PgConnection,
        report: &mut Report,
        may_limit_files: bool,
    ) -> Result<(), sqlx::Error> {
        server(db, report, may_limit_files, self.settings.temp_file_limit).await?;
        // The login matters as much as the role: a statement could find its way back to it.
        role(db, report, "login").await?;
        doctor_reach::examine(db, report).await?;
        if let Some(role_name) = &self.settings.role {
            let set = format!("SET ROLE {}", crate::session::quote_ident(role_name));
            if let Err(sqlx::Error::Database(error)) = db.execute(sqlx::raw_sql(AssertSqlSafe(set))).await {
                let fix = "Apply `rowcall source init`, which creates the role and grants it.".to_owned();
                report.error(
                    "role",
                    format!("The reading role cannot be taken on: {}.", error.message()),
                    fix,
                );
                return Ok(());
            }
            role(db, report, "role").await?;
            doctor_reach::examine(db, report).await?;
        }
        tables(db, report, &self.settings.schemas).await?;
        db.execute(sqlx::raw_sql("RESET ROLE")).await?;
        doctor_writer::examine(db, report, &self.settings).await
    }
}

const SERVER: &str = "
SELECT current_setting('server_version_num')::int4, current_setting('server_version'),
       pg_encoding_to_char(encoding)::text, current_setting('temp_file_limit'), current_setting('ssl'),
       has_schema_privilege('public', 'CREATE'), pg_is_in_recovery(),
       COALESCE((SELECT true FROM pg_catalog.pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl), false)
FROM pg_catalog.pg_database WHERE datname = current_database()";

async fn server(
    db: &mut PgConnection,
    report: &mut Report,
    may_limit_files: bool,
    wanted_limit: Option<u64>,
) -> Result<(), sqlx::Error> {
    let sql = if schema_exists(db, "public").await? {
        SERVER.to_owned()
    } else {
        SERVER.replace("has_schema_privilege('public', 'CREATE')", "false")
    };
    let row = sqlx::query(AssertSqlSafe(sql)).persistent(false).fetch_one(db).await?;
    let (number, version): (i32, String) = (row.try_get(0)?, row.try_get(1)?);
    let major = number / 10_000;
    match major {
        13..=18 => report.ok("version", format!("PostgreSQL {version}.")),
        ..13 => report.error(
            "version",
            format!("PostgreSQL {version} is too old."),
            "Use a server of version 13 to 18.".to_owned(),
        ),
        _ => report.warn(
            "version",
            format!("PostgreSQL {version} is newer than what has been tried."),
            "It may work; versions 13 to 18 are known to.".to_owned(),
        ),
    }
    let encoding: String = row.try_get(2)?;
    match encoding.as_str() {
        "UTF8" => report.ok("encoding", "The database's encoding is UTF8.".to_owned()),
        "SQL_ASCII" => report.error(
            "encoding",
            "The database has no encoding (SQL_ASCII): text may come as bytes that mean nothing.".to_owned(),
            "Move the data to a database created with ENCODING 'UTF8'.".to_owned(),
        ),
        other => report.warn(
            "encoding",
            format!("The database's encoding is {other}: words outside it cannot be searched for."),
            "A database created with ENCODING 'UTF8' has no such limit.".to_owned(),
        ),
    }
    let limit: String = row.try_get(3)?;
    if wanted_limit.is_some() && !may_limit_files {
        if limit == "-1" {
            report.warn(
                "temp_file_limit",
                "A statement may fill the server's disk with temporary files.".to_owned(),
                "As a superuser: ALTER ROLE … SET temp_file_limit = '1GB'; `rowcall source init` has it."
                    .to_owned(),
            );
        } else {
            report.ok("temp_file_limit", format!("Temporary files are limited to {limit}."));
        }
    }
    if row.try_get(5)? {
        report.warn(
            "create_on_public",
            "The login may create objects in the schema public.".to_owned(),
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC;".to_owned(),
        );
    }
    if row.try_get(6)? {
        report.ok("replica", "The server is a read-only replica.".to_owned());
    }
    Ok(())
}

async fn schema_exists(db: &mut PgConnection, name: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1)")
        .persistent(false)
        .bind(name)
        .fetch_one(db)
        .await
}

const ROLE: &str = "
SELECT current_user::text, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
  (SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r','p','v','m','f')
     AND pg_catalog.pg_has_role(current_user, c.relowner, 'USAGE')),
  (SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'rowcall') AND c.relkind IN ('r','p','v','f')
     AND (pg_catalog.has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
          OR pg_catalog.has_any_column_privilege(c.oid, 'INSERT, UPDATE'))),
  has_database_privilege(current_database(), 'CREATE'),
  ARRAY(SELECT r.rolname::text FROM pg_catalog.pg_roles r
        WHERE r.rolname = ANY (ARRAY['pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program',
          'pg_signal_backend', 'pg_signal_autovacuum_worker', 'pg_read_all_data', 'pg_write_all_data', 'pg_maintain', 'pg_create_subscription',
          'pg_checkpoint', 'pg_read_all_settings', 'pg_read_all_stats', 'pg_monitor',
          'pg_stat_scan_tables']::name[])
          AND pg_catalog.pg_has_role(current_user, r.oid, 'MEMBER') ORDER BY 1)
FROM pg_catalog.pg_roles WHERE rolname = current_user";

pub(crate) async fn role(db: &mut PgConnection, report: &mut Report, which: &str) -> Result<(), sqlx::Error> {
    let row = sqlx::query(ROLE).persistent(false).fetch_one(db).await?;
    let name: String = row.try_get(0)?;
    let superuser: bool = row.try_get(1)?;
    if superuser {
        report.error(
            "superuser",
            format!("The {which} {name} is a superuser: nothing on the server is closed to it."),
            "Use the login that `rowcall source init` creates.".to_owned(),
        );
        // A superuser passes every check below; repeating it for each says nothing more.
        return Ok(());
    }
    report.ok("superuser", format!("The {which} {name} is no superuser."));
    for (column, word, what) in [
        (2, "bypass_rls", "ignores row-level security"),
        (3, "create_role", "may create roles"),
        (4, "create_database", "may create databases"),
        (5, "replication", "may copy the whole server by replication"),
    ] {
        if row.try_get(column)? {
            let fix = format!(
                "ALTER ROLE \"{name}\" NO{};",
                word.replace('_', "").to_uppercase().replace("CREATEDATABASE", "CREATEDB")
            );
            report.error(word, format!("The {which} {name} {what}."), fix);
        }
    }
    let (owned, writable): (i64, i64) = (row.try_get(6)?, row.try_get(7)?);
    if owned > 0 {
        report.error(
            "owner",
            format!("The {which} {name} owns {owned} tables or views: owners may change and drop them."),
            "Use a login that owns nothing and has SELECT only.".to_owned(),
        );
    } else if writable > 0 {
        report.warn(
            "writable",
            format!(
                "The {which} {name} may write to {writable} tables; only the read-only transaction stops it."
            ),
            format!("REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA … FROM \"{name}\";"),
        );
    }
    if row.try_get(8)? {
        report.warn(
            "create_on_database",
            format!("The {which} {name} may create schemas in this database."),
            format!("REVOKE CREATE ON DATABASE … FROM \"{name}\";"),
        );
    }
    let granted: Vec<String> = row.try_get(9)?;
    for grant in granted {
        let what = format!("The {which} {name} has {grant}.");
        let fix = format!("REVOKE {grant} FROM \"{name}\";");
        match grant.as_str() {
            "pg_read_all_data"
            | "pg_stat_scan_tables"
            | "pg_read_all_stats"
            | "pg_read_all_settings"
            | "pg_monitor" => {
                report.warn(&grant, what, fix);
            }
            _ => report.error(&grant, what, fix),
        }
    }
    Ok(())
}

const TABLES: &str = "
SELECT n.nspname::text, has_schema_privilege(n.oid, 'USAGE'), count(c.oid),
       count(c.oid) FILTER (WHERE has_schema_privilege(n.oid, 'USAGE') AND (has_table_privilege(c.oid, 'SELECT')
                                  OR has_any_column_privilege(c.oid, 'SELECT'))),
       count(c.oid) FILTER (WHERE c.relkind IN ('r', 'm') AND c.reltuples < 0)
FROM pg_catalog.pg_namespace n
LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
WHERE n.nspname !~ '^pg_' AND n.nspname <> ALL (ARRAY['information_schema', 'rowcall']::name[])
  AND (cardinality($1::text[]) = 0 OR n.nspname = ANY ($1::name[]))
GROUP BY n.oid, n.nspname ORDER BY 1";

async fn tables(db: &mut PgConnection, report: &mut Report, wanted: &[String]) -> Result<(), sqlx::Error> {
    let mut readable = 0;
    let mut seen = Vec::new();
    for row in sqlx::query(TABLES).persistent(false).bind(wanted).fetch_all(&mut *db).await? {
        let (schema, usage): (String, bool) = (row.try_get(0)?, row.try_get(1)?);
        let (all, may, stale): (i64, i64, i64) = (row.try_get(2)?, row.try_get(3)?, row.try_get(4)?);
        readable += may;
        if all > may {
            let what = if usage {
                format!("{} of {all} tables in schema {schema} cannot be read.", all - may)
            } else {
                format!("The schema {schema} may not be used: its {all} tables are invisible.")
            };
            let fix = format!(
                "If they should be: GRANT USAGE ON SCHEMA \"{schema}\" TO …; GRANT SELECT ON ALL TABLES IN SCHEMA \"{schema}\" TO …;"
            );
            report.warn("select", what, fix);
        }
        if stale > 0 {
            report.warn(
                "analyze",
                format!("{stale} tables in schema {schema} were never analysed: their sizes are unknown."),
                "ANALYZE;".to_owned(),
            );
        }
        seen.push(schema);
    }
    for schema in wanted.iter().filter(|schema| !seen.contains(schema)) {
        let fix = "Correct the source's setting `schemas`.".to_owned();
        report.error("schema", format!("There is no schema {schema}."), fix);
    }
    if readable == 0 {
        let fix = "Apply `rowcall source init` for the schemas that hold the data.".to_owned();
        report.error("nothing_readable", "No table can be read.".to_owned(), fix);
    } else {
        report.ok("readable", format!("{readable} tables and views can be read."));
    }
    Ok(())
}

/// Findings, as they are made.
#[derive(Default)]
pub(crate) struct Report(Vec<Finding>);

impl Report {
    pub(crate) fn ok(&mut self, code: &str, what: String) {
        self.add(Severity::Ok, code, what, String::new());
    }

    pub(crate) fn warn(&mut self, code: &str, what: String, fix: String) {
        self.add(Severity::Warning, code, what, fix);
    }

    pub(crate) fn error(&mut self, code: &str, what: String, fix: String) {
        self.add(Severity::Error, code, what, fix);
    }

    /// Takes over those of another report that are wanted.
    pub(crate) fn take(&mut self, other: Self, wanted: impl Fn(&Finding) -> bool) {
        self.0.extend(other.0.into_iter().filter(wanted));
    }

    fn problem(&mut self, error: &SourceError) {
        let fix = match error {
            SourceError::LoginRefused { .. } => {
                "Correct name, password and database in the source's address."
            }
            SourceError::Unreachable { .. } => {
                "Check that the server runs, and host and port in the address."
            }
            _ => "Look into the server's log.",
        };
        let mut what = error.to_string();
        if let Some(first) = what.get(..1).map(str::to_uppercase) {
            what.replace_range(..1, &first);
        }
        self.error("connection", format!("{what}."), fix.to_owned());
    }

    /// Whether this was found already.
    pub(crate) fn says(&self, what: &str) -> bool {
        self.0.iter().any(|finding| finding.what == what)
    }

    pub(crate) fn add(&mut self, severity: Severity, code: &str, what: String, fix: String) {
        self.0.push(Finding { severity, code: code.to_owned(), what, fix });
    }
}
