//! A read changes nothing, and leaves nothing behind for the next one.

use super::{Fixture, read};
use crate::SourceError;
use rowcall_core::Value;

#[tokio::test]
async fn a_read_cannot_write() {
    let mut fixture = Fixture::new(
        "CREATE TABLE t (id int); INSERT INTO t VALUES (1); GRANT ALL ON t TO reader; GRANT ALL ON SCHEMA public TO reader; \
         CREATE SEQUENCE s; GRANT ALL ON s TO reader; \
         CREATE FUNCTION w() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS \
           $$ BEGIN INSERT INTO t VALUES (2); RETURN 1; END $$; \
         CREATE FUNCTION unlock() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS \
           $$ BEGIN PERFORM set_config('transaction_read_only', 'off', false); INSERT INTO t VALUES (3); RETURN 1; END $$;",
    )
    .await;
    let source = fixture.source(|_| {});
    for attempt in [
        "INSERT INTO t VALUES (9) RETURNING id",
        "WITH gone AS (DELETE FROM t RETURNING id) SELECT * FROM gone",
        "UPDATE t SET id = 5",
        "SELECT nextval('s')",
        "SELECT w()",
        "SELECT unlock()",
        "CREATE TABLE other (id int)",
        "SELECT 1 INTO other",
        "TRUNCATE t",
        "COMMIT",
        "SELECT 1; COMMIT; DELETE FROM t",
        "SELECT set_config('transaction_read_only', 'off', false), (SELECT w())",
        "SELECT id FROM t FOR UPDATE",
    ] {
        let outcome = read(&source, attempt).await;
        // COMMIT ends the transaction, and then there is nothing in it; everything else is refused.
        assert!(outcome.is_err() || attempt == "COMMIT", "{attempt}: {outcome:?}");
        assert_eq!(fixture.scalar("SELECT count(*) FROM t WHERE id = 1").await, 1, "{attempt}");
        assert_eq!(fixture.scalar("SELECT count(*) FROM t").await, 1, "{attempt}");
    }
    assert_eq!(fixture.scalar("SELECT last_value FROM s WHERE NOT is_called").await, 1);
}

#[tokio::test]
async fn a_read_leaves_nothing_behind() {
    let mut fixture = Fixture::new(
        "CREATE FUNCTION mess() RETURNS int LANGUAGE plpgsql AS $$ BEGIN \
           PERFORM set_config('statement_timeout', '0', false); PERFORM set_config('search_path', 'evil', false); \
           PERFORM set_config('my.note', 'secret', false); PERFORM pg_advisory_lock(42); \
           EXECUTE 'PREPARE leftover AS SELECT 1'; EXECUTE 'CREATE TEMP TABLE pg_temp.t (id int)'; \
           EXECUTE 'DECLARE c CURSOR WITH HOLD FOR SELECT 1'; EXECUTE 'LISTEN noise'; RETURN 1; END $$",
    )
    .await;
    let source = fixture.source(|s| s.max_connections = 1);
    let pid = read(&source, "SELECT pg_backend_pid()").await.unwrap().rows;
    read(&source, "SELECT mess()").await.ok();
    let sql = "SELECT set_config('statement_timeout', '0', false), set_config('search_path', 'evil', false), \
        set_config('my.note', 'secret', false), set_config('timezone', 'Asia/Tokyo', false)";
    read(&source, sql).await.unwrap();
    read(&source, "SELECT pg_advisory_lock(42), pg_advisory_lock_shared(43)").await.unwrap();
    let after = read(
        &source,
        "SELECT current_setting('statement_timeout'), current_setting('search_path'), \
         COALESCE(NULLIF(current_setting('my.note', true), ''), 'none'), current_setting('TimeZone'), \
         (SELECT count(*) FROM pg_prepared_statements WHERE statement NOT LIKE '%pg_prepared%'), \
         (SELECT count(*) FROM pg_cursors WHERE is_holdable), (SELECT count(*) FROM pg_listening_channels()), \
         (SELECT count(*) FROM pg_class WHERE relpersistence = 't')",
    )
    .await
    .unwrap();
    let texts: Vec<String> = after.rows[0].iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["10s", "\"$user\", public, pg_temp", "none", "UTC", "0", "0", "0", "0"]);
    assert_eq!(
        fixture
            .scalar(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = \
        (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            .await,
        0
    );
    assert_eq!(
        read(&source, "SELECT pg_backend_pid()").await.unwrap().rows,
        pid,
        "it was one session all along"
    );
}

#[tokio::test]
async fn the_role_and_limits_hold_inside() {
    let mut fixture = Fixture::new("CREATE TABLE mine (id int)").await;
    fixture.run("CREATE ROLE narrow; GRANT narrow TO reader; REVOKE ALL ON mine FROM reader; GRANT SELECT ON mine TO narrow").await;
    let source = fixture.source(|s| s.role = Some("narrow".into()));
    let result = read(
        &source,
        "SELECT current_user::text, current_setting('transaction_read_only'), \
        current_setting('transaction_isolation'), current_setting('lock_timeout'), \
        COALESCE(current_setting('client_connection_check_interval', true), '1s'), (SELECT count(*) FROM mine)",
    )
    .await
    .unwrap();
    let texts: Vec<String> = result.rows[0].iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["narrow", "on", "repeatable read", "3s", "1s", "0"]);
    let missing = fixture.source(|s| s.role = Some("nobody \" here".into()));
    let error = read(&missing, "SELECT 1").await.unwrap_err();
    assert!(matches!(error, SourceError::Query { .. } | SourceError::PermissionDenied { .. }), "{error:?}");
    let super_source = fixture.source_of("postgres", |_| {});
    let rows = read(&super_source, "SELECT current_setting('temp_file_limit')").await.unwrap().rows;
    assert_eq!(rows, [[Value::Text("1GB".into())]]);
    let tiny = fixture.source_of("postgres", |s| s.temp_file_limit = Some(64 << 10));
    let error = read(
        &tiny,
        "SELECT count(*) FROM (SELECT g, repeat('x', 100) FROM generate_series(1, 300000) g ORDER BY 2, 1) s",
    )
    .await
    .unwrap_err();
    assert!(matches!(error, SourceError::TooLarge { .. }), "{error:?}");
}
