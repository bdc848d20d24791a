//! The SQL that prepares a database to be a source: roles that can do no more than they must, and the marker table
//! by which a change proves that it happened. Printed for its owner to read, or applied by an administrator.

use crate::{Source, SourceError, SourceSettings, session::quote_ident};
use sqlx::{AssertSqlSafe, Connection, Executor};
use std::fmt::Write;

/// What to prepare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InitOptions {
    /// Schemas whose tables may be read.
    pub schemas: Vec<String>,
    /// The role that reads; other names derive from it.
    pub reader: String,
    /// The login that becomes the reader.
    pub login: String,
    /// Also prepare changes: the writing role and the marker schema.
    pub writer: Option<String>,
    /// Tables (`schema.name`) that the writing role may change; empty leaves that to the owner.
    pub writable: Vec<(String, String)>,
    /// Definitions are to be allowed: the writing role owns those tables, and may create others in the schemas.
    pub definitions: bool,
    /// Temporary file space of one statement of the login, in bytes.
    pub temp_file_limit: u64,
    /// Statement timeout of the login, in milliseconds: a second fence behind the one set for every read.
    pub statement_timeout_ms: u64,
}

impl Default for InitOptions {
    fn default() -> Self {
        Self {
            schemas: vec!["public".to_owned()],
            reader: "rowcall_reader".to_owned(),
            login: "rowcall".to_owned(),
            writer: Some("rowcall_writer".to_owned()),
            writable: Vec::new(),
            definitions: false,
            temp_file_limit: 1 << 30,
            statement_timeout_ms: 60_000,
        }
    }
}

/// The statements for `rowcall source init`. They may be applied again: what exists is kept. No password is in it.
pub fn init_sql(options: &InitOptions) -> String {
    let (reader, login) = (quote_ident(&options.reader), quote_ident(&options.login));
    let mut sql = String::from(
        "-- Prepares this database as a source for Rowcall. Run as a superuser or the owner of the tables:\n\
         --   psql -v ON_ERROR_STOP=1 -f this-file.sql\n\
         -- Afterwards give the login a password:  \\password ",
    );
    let _ = writeln!(sql, "{}", options.login.replace(['\n', '\r'], " "));
    let _ = writeln!(
        sql,
        "-- and set in the source's settings:  role = \"{}\"   (the login itself may do nothing)",
        options.reader.replace(['\n', '\r'], " ")
    );
    if let Some(writer) = &options.writer {
        let writer = writer.replace(['\n', '\r'], " ");
        let _ = writeln!(sql, "--   writer = \"{writer}\"   (without it the source is read-only)");
        if options.definitions {
            sql.push_str(
                "--   definitions = true   (tables may be created, altered and dropped, with approvals)\n",
            );
        }
    }
    sql.push_str("BEGIN;\n\n-- Roles: one that may read, and a login that becomes it.\n");
    create_role(&mut sql, &options.reader, "NOLOGIN");
    create_role(&mut sql, &options.login, "LOGIN NOINHERIT CONNECTION LIMIT 32");
    let _ = write!(
        sql,
        "ALTER ROLE {login} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;\n\
         ALTER ROLE {reader} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;\n\
         GRANT {reader} TO {login};\n\
         ALTER ROLE {login} SET statement_timeout = {};\n\
         ALTER ROLE {login} SET idle_in_transaction_session_timeout = 120000;\n",
        options.statement_timeout_ms.clamp(1, 2_000_000_000)
    );
    let _ = write!(
        sql,
        "-- Only a superuser may limit temporary files; without it, a read could fill the disk.\n\
         DO $do$ BEGIN\n  ALTER ROLE {} SET temp_file_limit = {};\n\
         EXCEPTION WHEN insufficient_privilege THEN\n  \
         RAISE WARNING 'temp_file_limit was not set: ask a superuser';\nEND $do$;\n",
        login,
        options.temp_file_limit.div_ceil(1024).clamp(1, 2_000_000_000),
    );
    for schema in &options.schemas {
        let name = quote_ident(schema);
        let _ = write!(
            sql,
            "\n-- Reading in {}, tables made later included.\n\
             GRANT USAGE ON SCHEMA {name} TO {reader};\n\
             GRANT SELECT ON ALL TABLES IN SCHEMA {name} TO {reader};\n\
             ALTER DEFAULT PRIVILEGES IN SCHEMA {name} GRANT SELECT ON TABLES TO {reader};\n",
            schema.replace(['\n', '\r'], " "),
        );
        default_privileges(&mut sql, schema, &options.reader);
    }
    sql.push_str(
        "\n-- Up to PostgreSQL 14 anybody may create objects in public, and by them mislead others' statements.\n\
         DO $do$ BEGIN\n  REVOKE CREATE ON SCHEMA public FROM PUBLIC;\n\
         EXCEPTION WHEN insufficient_privilege OR invalid_schema_name THEN NULL;\nEND $do$;\n",
    );
    if let Some(writer) = &options.writer {
        marker(&mut sql, writer, &login);
        for (schema, table) in &options.writable {
            writable(&mut sql, schema, table, &quote_ident(writer));
        }
        if options.definitions {
            definable(&mut sql, options, writer);
        }
    }
    sql.push_str("\nCOMMIT;\n");
    sql
}

/// Runs [`init_sql`] in the database at `url`, as the administrator it names, and gives the login `password`.
///
/// # Errors
/// When the database cannot be reached, or refuses; neither the address nor the password is repeated.
pub async fn apply_init(options: &InitOptions, url: &str, password: &str) -> Result<(), SourceError> {
    let database = Source::new(SourceSettings::default(), url)?;
    let mut connection = database.connect().await?;
    let failed = |error| database.fail(error);
    connection.execute(sqlx::raw_sql(AssertSqlSafe(init_sql(options)))).await.map_err(failed)?;
    // ALTER ROLE takes no parameters: the server puts the password into the statement, quoted by its own rules. It
    // comes from a setting of the session, so that it stands in no statement of ours that a log could show.
    let mut transaction = connection.begin().await.map_err(failed)?;
    sqlx::query("SELECT pg_catalog.set_config('rowcall.login', $1, true), pg_catalog.set_config('rowcall.password', $2, true)")
        .bind(&options.login)
        .bind(password)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    transaction
        .execute(
            "DO $do$ BEGIN EXECUTE pg_catalog.format('ALTER ROLE %I PASSWORD %L', \
             pg_catalog.current_setting('rowcall.login'), pg_catalog.current_setting('rowcall.password')); END $do$",
        )
        .await
        .map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    connection.close().await.ok();
    Ok(())
}

fn marker(sql: &mut String, writer: &str, login: &str) {
    sql.push_str(
        "\n-- Changes. A row here, written in the same transaction as a change, is the proof that it happened: by its\n\
         -- key the same change can never happen twice. Without this part the source is read-only.\n",
    );
    create_role(sql, writer, "NOLOGIN");
    let writer = quote_ident(writer);
    let _ = write!(
        sql,
        "ALTER ROLE {writer} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;\n\
         GRANT {writer} TO {login};\n\
         CREATE SCHEMA IF NOT EXISTS rowcall;\n\
         REVOKE ALL ON SCHEMA rowcall FROM PUBLIC;\n\
         CREATE TABLE IF NOT EXISTS rowcall.applied_change (\n  \
           installation_id uuid NOT NULL,\n  \
           ticket_id uuid NOT NULL,\n  \
           tombstone boolean NOT NULL DEFAULT false,\n  \
           applied_at timestamptz NOT NULL DEFAULT pg_catalog.now(),\n  \
           PRIMARY KEY (installation_id, ticket_id)\n);\n\
         COMMENT ON TABLE rowcall.applied_change IS 'One row for each change Rowcall applied; a tombstone says \
         that one never will be.';\n\
         -- What was committed must be there after a crash.\n\
         ALTER TABLE rowcall.applied_change SET LOGGED;\n\
         REVOKE ALL ON rowcall.applied_change FROM PUBLIC;\n\
         GRANT USAGE ON SCHEMA rowcall TO {writer};\n\
         REVOKE ALL ON rowcall.applied_change FROM {writer};\n\
         GRANT SELECT, INSERT ON rowcall.applied_change TO {writer};\n\
         -- Which tables may be changed is yours to say, for example:\n\
         --   GRANT USAGE ON SCHEMA public TO {writer}; GRANT SELECT, INSERT, UPDATE, DELETE ON public.orders TO {writer};\n",
    );
}

/// Changing one table: its rows, read as a whole so that they can be brought back, and the numbers of its sequences.
fn writable(sql: &mut String, schema: &str, table: &str, writer: &str) {
    let (schema, name) = (quote_ident(schema), format!("{}.{}", quote_ident(schema), quote_ident(table)));
    let _ = write!(
        sql,
        "GRANT USAGE ON SCHEMA {schema} TO {writer};\n\
         GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {writer};\n\
         DO $do$ DECLARE numbers regclass; BEGIN\n  \
         FOR numbers IN SELECT d.objid FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c ON c.oid = d.objid\n    \
         WHERE d.refobjid = pg_catalog.to_regclass({}) AND c.relkind = 'S' AND d.deptype IN ('a', 'i')\n  LOOP\n    \
         EXECUTE pg_catalog.format('GRANT USAGE ON SEQUENCE %s TO %I', numbers, {});\n  END LOOP;\nEND $do$;\n",
        literal(&name),
        literal(&unquoted(writer)),
    );
}

/// Definitions: whoever alters a table must own it. The owner so far becomes a member of the writing role, and so keeps all
/// that an owner may; the reading role sees what is created later.
fn definable(sql: &mut String, options: &InitOptions, writer: &str) {
    sql.push_str(
        "\n-- Definitions. Only its owner may alter a table: the writing role becomes the owner, and the owner so far a member\n\
         -- of that role, which keeps their rights as they are. Leave this part out where only rows are to be changed.\n",
    );
    let role = quote_ident(writer);
    for schema in &options.schemas {
        let _ = write!(
            sql,
            "GRANT USAGE, CREATE ON SCHEMA {} TO {role};\n\
             DO $do$ BEGIN\n  \
             EXECUTE pg_catalog.format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT SELECT ON TABLES TO %I', {}, {}, {});\n\
             EXCEPTION WHEN insufficient_privilege THEN\n  \
             RAISE WARNING 'tables that are created through Rowcall will not be readable: run this as a superuser';\n\
             END $do$;\n",
            quote_ident(schema),
            literal(writer),
            literal(schema),
            literal(&options.reader),
        );
    }
    for (schema, table) in &options.writable {
        let name = format!("{}.{}", quote_ident(schema), quote_ident(table));
        let _ = write!(
            sql,
            "DO $do$ DECLARE owner name; super boolean; secured boolean; BEGIN\n  \
             SELECT r.rolname, r.rolsuper, c.relrowsecurity AND NOT c.relforcerowsecurity INTO owner, super, secured \
             FROM pg_catalog.pg_class c JOIN pg_catalog.pg_roles r ON r.oid = c.relowner \
             WHERE c.oid = pg_catalog.to_regclass({0});\n  \
             IF secured THEN\n    \
             RAISE WARNING 'row-level security of % does not hold for its owner: its owner stays as it is', {0};\n  \
             ELSIF owner <> {1} THEN\n    \
             IF NOT super THEN EXECUTE pg_catalog.format('GRANT %I TO %I', {1}, owner); END IF;\n    \
             EXECUTE pg_catalog.format('ALTER TABLE %s OWNER TO %I', {0}, {1});\n  \
             END IF;\nEND $do$;\n",
            literal(&name),
            literal(writer),
        );
    }
}

/// The name that [`quote_ident`] quoted.
fn unquoted(name: &str) -> String {
    name.trim_matches('"').replace("\"\"", "\"")
}

fn create_role(sql: &mut String, name: &str, attributes: &str) {
    let _ = write!(
        sql,
        "DO $do$ BEGIN\n  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {}) THEN\n    \
         EXECUTE pg_catalog.format('CREATE ROLE %I {attributes}', {});\n  END IF;\nEND $do$;\n",
        literal(name),
        literal(name),
    );
}

/// Default privileges hold per owner: every role that owns a table here is asked for.
fn default_privileges(sql: &mut String, schema: &str, reader: &str) {
    let _ = write!(
        sql,
        "DO $do$ DECLARE owner name; BEGIN\n  \
         FOR owner IN SELECT DISTINCT pg_catalog.pg_get_userbyid(c.relowner) FROM pg_catalog.pg_class c\n    \
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = {}\n  LOOP\n    BEGIN\n      \
         EXECUTE pg_catalog.format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT SELECT ON TABLES TO %I', \
         owner, {}, {});\n    \
         EXCEPTION WHEN insufficient_privilege THEN\n      \
         RAISE WARNING 'tables that % creates later will not be readable: run this as %', owner, owner;\n    \
         END;\n  END LOOP;\nEND $do$;\n",
        literal(schema),
        literal(schema),
        literal(reader),
    );
}

/// A name as an SQL expression whose text cannot end the literal or the `$do$` around it.
fn literal(text: &str) -> String {
    if text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        format!("'{text}'")
    } else {
        crate::session::hex_text(text)
    }
}
