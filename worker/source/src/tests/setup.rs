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
