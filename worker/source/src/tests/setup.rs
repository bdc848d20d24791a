//! `init` and `doctor`.

use super::{Fixture, connect, postgres, read, run};
use crate::{Finding, InitOptions, Severity, Source, SourceError, SourceSettings, init_sql};

fn codes(report: &[Finding], at_least: Severity) -> Vec<&str> {
    report.iter().filter(|f| f.severity >= at_least).map(|f| f.code.as_str()).collect()
}

#[tokio::test]
async fn init_makes_a_source_the_doctor_likes() {
    let mut fixture = Fixture::new(
        "CREATE TABLE goods (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY); CREATE SCHEMA \"odd 'schema\"; \
        CREATE TABLE \"odd 'schema\".x (id int); ANALYZE",
    )
    .await;
    let database = fixture.database.clone();
    let options = InitOptions {
        schemas: vec!["public".into(), "odd 'schema".into()],
        reader: format!("{database} $do$ reader"),
        login: format!("{database}_login"),
        writer: Some(format!("{database}_writer")),
        writable: vec![("public".into(), "goods".into())],
        ..InitOptions::default()
    };
    let sql = init_sql(&options);
    fixture.run(&sql).await;
    fixture.run(&sql).await;
    fixture.run(&format!("ALTER ROLE {database}_login PASSWORD '{}'", postgres::PASSWORD)).await;
    fixture.run("CREATE TABLE later (id int); ANALYZE later").await;
    let source = fixture.source_of(&options.login, |s| {
        s.role = Some(options.reader.clone());
        s.writer.clone_from(&options.writer);
        // Version 13 takes tables never analysed for large ones.
        s.max_plan_cost = None;
        s.max_plan_rows = None;
    });
    read(&source, "SELECT * FROM goods, later, \"odd 'schema\".x").await.unwrap();
    let report = source.doctor().await;
    assert_eq!(codes(&report, Severity::Warning), Vec::<&str>::new(), "{report:?}");
    assert!(codes(&report, Severity::Ok).contains(&"marker"), "{report:?}");
    let reading = fixture.source_of(&options.login, |s| s.role = Some(options.reader.clone()));
    assert!(codes(&reading.doctor().await, Severity::Ok).contains(&"read_only"));

    let error = read(&source, "SELECT * FROM rowcall.applied_change").await.unwrap_err();
    assert!(matches!(error, SourceError::PermissionDenied { .. }), "{error:?}");
    let mut login = connect(&fixture.server.url(&options.login, &database)).await;
    run(
        &mut login,
        &format!(
            "SET ROLE {database}_writer; INSERT INTO rowcall.applied_change (installation_id, ticket_id) \
        VALUES ('{0}', '{0}'); INSERT INTO goods DEFAULT VALUES; UPDATE goods SET id = DEFAULT; DELETE FROM goods",
            "00000000-0000-0000-0000-000000000001"
        ),
    )
    .await;
    for refused in [
        "DELETE FROM rowcall.applied_change",
        "UPDATE rowcall.applied_change SET tombstone = true",
        "TRUNCATE rowcall.applied_change",
        "SELECT * FROM later",
    ] {
        let outcome = sqlx::query(sqlx::AssertSqlSafe(refused)).execute(&mut login).await;
        assert!(outcome.is_err(), "{refused}");
    }
}

#[tokio::test]
async fn init_for_definitions_makes_the_writing_role_an_owner_and_takes_nothing_from_others() {
    let mut fixture = Fixture::new("CREATE TABLE goods (id int); CREATE TABLE plain (id int); ANALYZE").await;
    let database = fixture.database.clone();
    let writer = format!("{database}_writer");
    fixture
        .run(&format!(
            "CREATE ROLE {database}_owner; GRANT USAGE ON SCHEMA public TO {database}_owner; \
        ALTER TABLE goods OWNER TO {database}_owner"
        ))
        .await;
    let plain = InitOptions {
        reader: format!("{database}_reader"),
        login: format!("{database}_login"),
        writer: Some(writer.clone()),
        writable: ["goods", "plain"].map(|name| ("public".to_owned(), name.to_owned())).to_vec(),
        ..InitOptions::default()
    };
    fixture.run(&init_sql(&plain)).await;
    fixture.run(&format!("ALTER ROLE {database}_login PASSWORD '{}'", postgres::PASSWORD)).await;
    let source = fixture.source_of(&plain.login, |s| {
        s.role = Some(plain.reader.clone());
        s.writer = Some(writer.clone());
        s.definitions = true;
        s.max_plan_cost = None;
    });
    let report = source.doctor().await;
    let warned = codes(&report, Severity::Warning);
    assert!(warned.contains(&"definable_owner") && warned.contains(&"definable_create"), "{report:?}");
    let named = report.iter().find(|f| f.code == "definable_owner").unwrap();
    assert!(named.what.contains("public.goods, public.plain"), "{named:?}");

    let options = InitOptions { definitions: true, ..plain };
    let sql = init_sql(&options);
    fixture.run(&sql).await;
    fixture.run(&sql).await;
    let report = source.doctor().await;
    let warned = codes(&report, Severity::Warning);
    assert!(!warned.iter().any(|code| code.starts_with("definable") || *code == "owner"), "{report:?}");
    assert!(codes(&report, Severity::Ok).contains(&"definable_tables"), "{report:?}");
    let mut admin = connect(&fixture.server.url("postgres", &database)).await;
    fixture
        .run(&format!(
            "CREATE TABLE secret (id int); ALTER TABLE secret ENABLE ROW LEVEL SECURITY; {}",
            init_sql(&InitOptions { writable: vec![("public".into(), "secret".into())], ..options.clone() })
        ))
        .await;
    let owners = "SELECT count(*) FROM pg_class WHERE relname = 'secret' AND relowner = 'postgres'::regrole";
    assert_eq!(fixture.scalar(owners).await, 1, "its row-level security would not hold for the writing role");
    fixture.run(&format!("ALTER TABLE secret OWNER TO {writer}")).await;
    let report = source.doctor().await;
    assert!(codes(&report, Severity::Error).contains(&"definable_row_security"), "{report:?}");
    // Whoever owned it still may all that they might; what is created is read by those who ask.
    run(
        &mut admin,
        &format!(
            "SET ROLE {database}_owner; ALTER TABLE goods ADD COLUMN n int; SELECT * FROM goods; RESET ROLE; \
            SET ROLE {writer}; CREATE TABLE made (id int); ALTER TABLE plain ADD COLUMN n int"
        ),
    )
    .await;
    read(&source, "SELECT * FROM made").await.unwrap();
}

#[tokio::test]
async fn the_doctor_names_what_is_wrong() {
    let mut fixture = Fixture::new(
        "CREATE TABLE closed (id int); REVOKE ALL ON closed FROM reader; \
        GRANT CREATE ON SCHEMA public TO PUBLIC",
    )
    .await;
    let report = fixture.source_of("postgres", |_| {}).doctor().await;
    assert!(codes(&report, Severity::Error).contains(&"superuser"), "{report:?}");
    let found = fixture.source(|s| s.schemas = vec!["public".into(), "nowhere".into()]).doctor().await;
    let warned = codes(&found, Severity::Warning);
    for code in ["create_on_public", "temp_file_limit", "select", "schema", "nothing_readable"] {
        assert!(warned.contains(&code), "{code}: {found:?}");
    }
    let name = format!("{}_strong", fixture.database);
    fixture
        .run(&format!(
            "CREATE ROLE {name} LOGIN BYPASSRLS CREATEROLE PASSWORD '{}'; \
        GRANT pg_execute_server_program, pg_read_server_files TO {name}; CREATE TABLE owned (id int); \
        ALTER TABLE owned OWNER TO {name}",
            postgres::PASSWORD
        ))
        .await;
    let report = fixture.source_of(&name, |_| {}).doctor().await;
    let errors = codes(&report, Severity::Error);
    for code in ["bypass_rls", "create_role", "owner", "pg_execute_server_program", "pg_read_server_files"] {
        assert!(errors.contains(&code), "{code}: {report:?}");
    }
    let ascii = format!("{}_ascii", fixture.database);
    fixture.run(&format!("CREATE DATABASE {ascii} ENCODING SQL_ASCII TEMPLATE template0")).await;
    let source = Source::new(SourceSettings::default(), &fixture.server.url("reader", &ascii)).unwrap();
    assert!(codes(&source.doctor().await, Severity::Error).contains(&"encoding"));
    let wrong = format!("postgres://reader:wrong@127.0.0.1:{}/{}", fixture.server.port, fixture.database);
    let report = Source::new(SourceSettings::default(), &wrong).unwrap().doctor().await;
    assert_eq!(codes(&report, Severity::Error), ["connection"], "{report:?}");
}

#[tokio::test]
async fn the_doctor_says_why_a_source_cannot_be_changed() {
    let mut fixture = Fixture::new("CREATE TABLE bare (id int)").await;
    let name = format!("{}_writer", fixture.database);
    let found = async |fixture: &Fixture| {
        let report = fixture.source(|s| s.writer = Some(name.clone())).doctor().await;
        codes(&report, Severity::Warning).join(" ")
    };
    let has = |found: String, wanted: &[&str]| {
        for code in wanted {
            assert!(found.split(' ').any(|f| f == *code), "{code}: {found}");
        }
    };
    has(found(&fixture).await, &["writer"]);
    fixture.run(&format!("CREATE ROLE {name} BYPASSRLS; GRANT {name} TO reader")).await;
    has(found(&fixture).await, &["bypass_rls", "marker", "nothing_writable"]);
    fixture
        .run(&format!(
            "CREATE SCHEMA rowcall; CREATE UNLOGGED TABLE rowcall.applied_change (installation_id uuid, ticket_id uuid, tombstone boolean); \
             GRANT USAGE ON SCHEMA rowcall TO {name}; GRANT DELETE ON rowcall.applied_change TO {name}; \
             CREATE RULE lost AS ON INSERT TO rowcall.applied_change DO INSTEAD NOTHING; GRANT INSERT ON bare TO {name}; GRANT USAGE ON SCHEMA public TO {name}"
        ))
        .await;
    has(
        found(&fixture).await,
        &[
            "marker_durable",
            "marker_unique",
            "marker_grant",
            "marker_closed",
            "marker_plain",
            "writable_unread",
            "writable_keyless",
        ],
    );
}

#[tokio::test]
async fn the_doctor_names_each_way_around_the_tables() {
    let mut fixture = Fixture::new("").await;
    let name = format!("{}_narrow", fixture.database);
    fixture
        .run(&format!(
            "CREATE ROLE {name}; GRANT {name} TO reader; REVOKE CREATE ON SCHEMA public FROM PUBLIC; \
             CREATE TABLE read_me (id int, note text); GRANT SELECT ON read_me TO {name}; ANALYZE"
        ))
        .await;
    let doctor = async |fixture: &Fixture| fixture.source(|s| s.role = Some(name.clone())).doctor().await;
    let reach = [
        "security_definer",
        "untrusted_language",
        "dblink",
        "foreign_server",
        "create_on_schema",
        "server_function",
        "writable",
    ];
    let before = doctor(&fixture).await;
    let there: Vec<_> = codes(&before, Severity::Warning).into_iter().filter(|c| reach.contains(c)).collect();
    assert_eq!(there, Vec::<&str>::new(), "{before:?}");
    for (code, opens, named) in [
        (
            "security_definer",
            "CREATE FUNCTION as_owner() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
            "as_owner()",
        ),
        (
            "untrusted_language",
            "CREATE LANGUAGE anything HANDLER plpgsql_call_handler; \
             CREATE FUNCTION does_anything() RETURNS int LANGUAGE anything AS 'BEGIN RETURN 1; END'",
            "does_anything()",
        ),
        ("dblink", "CREATE EXTENSION dblink", "dblink(text)"),
        (
            "foreign_server",
            "CREATE EXTENSION postgres_fdw; CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw; \
             CREATE USER MAPPING FOR PUBLIC SERVER elsewhere",
            "elsewhere (postgres_fdw)",
        ),
        ("create_on_schema", "CREATE SCHEMA workshop; GRANT CREATE ON SCHEMA workshop TO PUBLIC", "workshop"),
        (
            "server_function",
            &format!("GRANT EXECUTE ON FUNCTION pg_ls_dir(text) TO {name}"),
            "pg_ls_dir(text)",
        ),
        ("writable", &format!("GRANT UPDATE (note) ON read_me TO {name}"), "1 tables"),
    ] {
        fixture.run(opens).await;
        let found = doctor(&fixture).await;
        let mut lines = found.iter().filter(|f| f.code == code && f.severity > Severity::Ok);
        let line = lines.next().unwrap_or_else(|| panic!("{code}: {found:?}"));
        assert!(line.what.contains(named) && !line.fix.is_empty(), "{line:?}");
        // What holds for the login and for its role is said once; the tables are each role's own.
        assert!(code == "writable" || lines.next().is_none(), "{code}: {found:?}");
    }
}
