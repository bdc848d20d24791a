//! Limits, errors and cancellation.

use super::{Fixture, read, read_of};
use crate::{CatalogueCache, NoSink, RowSink, SinkError, SinkFlow, Source, SourceError, SourceSettings};
use rowcall_core::{ResultColumn, Value};
use rowcall_embedded::{Postgres, testing};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn connections_that_fail_say_how() {
    let fixture = Fixture::new("").await;
    let settings = || SourceSettings { connect_timeout: Duration::from_secs(3), ..Default::default() };
    let at = |url: String| Source::new(settings(), &url).unwrap();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let began = Instant::now();
    let error = read(&at(format!("postgres://u:hush@127.0.0.1:{closed}/d")), "SELECT 1").await.unwrap_err();
    assert!(matches!(error, SourceError::Unreachable { .. }) && error.retryable(), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(2), "a refused connection is told at once");

    let url = format!("postgres://reader:hush@127.0.0.1:{}/{}", fixture.server.port, fixture.database);
    let error = read(&at(url), "SELECT 1").await.unwrap_err();
    assert!(matches!(error, SourceError::LoginRefused { .. }) && !error.retryable(), "{error:?}");
    assert!(!format!("{error:?} {error} {}", error.failure("shop")).contains("hush"));

    let error = read(&at(fixture.server.url("reader", "nowhere")), "SELECT 1").await.unwrap_err();
    assert!(matches!(error, SourceError::LoginRefused { .. }), "{error:?}");

    for bad in ["", "mysql://u:hush@h/d", "postgres://u:hu%sh@h:port/d", "postgres://[::hush/d"] {
        let Err(error) = Source::new(settings(), bad) else { panic!("{bad}") };
        assert!(
            matches!(error, SourceError::Settings { .. }) && !error.to_string().contains("hush"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn statements_that_fail_are_sorted() {
    let mut fixture = Fixture::new(
        "CREATE TABLE big AS SELECT g AS id, repeat('x', 100) AS t FROM generate_series(1, 5000) g; ANALYZE big; \
         CREATE TABLE closed (id int); REVOKE ALL ON closed FROM reader;",
    )
    .await;
    let source = fixture.source(|s| {
        s.statement_timeout = Duration::from_millis(400);
        s.lock_timeout = Duration::from_millis(100);
        s.max_plan_cost = Some(50_000.0);
    });
    let began = Instant::now();
    let error = read(&source, "SELECT pg_sleep(20)").await.unwrap_err();
    assert_eq!(error, SourceError::Timeout { after: Duration::from_millis(400) });
    assert!(began.elapsed() < Duration::from_secs(2));

    let error = read(&source, "SELECT * FROM closed").await.unwrap_err();
    assert!(matches!(error, SourceError::PermissionDenied { .. }), "{error:?}");
    let error = read(&source, "SELECT 1/0").await.unwrap_err();
    assert!(matches!(&error, SourceError::Query { sqlstate, .. } if sqlstate == "22012"), "{error:?}");
    let error = read(&source, "SELECT 1; SELECT 2").await.unwrap_err();
    assert!(matches!(&error, SourceError::Query { sqlstate, .. } if sqlstate == "42601"), "{error:?}");
    let error = read(&source, "SELECT count(*) FROM big a, big b").await.unwrap_err();
    assert!(matches!(&error, SourceError::TooLarge { detail } if detail.contains("50000")), "{error:?}");
    read(&source, "SELECT count(*) FROM big").await.unwrap();

    fixture.run("BEGIN; LOCK TABLE big IN ACCESS EXCLUSIVE MODE").await;
    let error = read(&source, "SELECT count(*) FROM big").await.unwrap_err();
    assert!(matches!(error, SourceError::Locked { .. }) && error.retryable(), "{error:?}");
    fixture.run("ROLLBACK").await;
    read(&source, "SELECT count(*) FROM big").await.unwrap();
}

#[tokio::test]
async fn results_end_at_their_caps() {
    let fixture = Fixture::new("").await;
    let rows = |n: u32| format!("SELECT g, repeat('x', 1000) AS t FROM generate_series(1, {n}) g");
    let source = fixture.source(|s| {
        s.row_cap = 10;
        s.csv_row_cap = 50;
        s.max_plan_cost = None;
    });
    let result = read(&source, &rows(10)).await.unwrap();
    assert_eq!((result.rows.len(), result.row_count, result.truncated), (10, 10, false));
    let result = read(&source, &rows(11)).await.unwrap();
    assert_eq!((result.rows.len(), result.row_count, result.truncated), (10, 10, true));

    let cancel = CancellationToken::new();
    for (asked, passed, truncated) in [(50, 50, false), (51, 50, true), (100_000, 50, true)] {
        let mut counted = Counting::default();
        let result = source.read_text(&rows(asked), &[], &[], &mut counted, &cancel).await.unwrap();
        assert_eq!((result.rows.len(), result.row_count, result.truncated), (10, passed, truncated));
        assert_eq!((counted.rows, counted.started), (passed, 1));
        assert!(counted.flushed >= passed / 7, "the buffer is flushed when it asks, and at the end");
    }

    let source = fixture.source(|s| s.byte_cap = 5_000);
    let result = read(&source, &rows(100)).await.unwrap();
    assert_eq!((result.row_count, result.truncated), (4, true));
    let error = read(&source, "SELECT repeat('x', 6000)").await.unwrap_err();
    assert!(matches!(&error, SourceError::TooLarge { detail } if detail.contains("5000")), "{error:?}");

    let source = fixture.source(|s| s.kept_byte_cap = 3_500);
    let mut counted = Counting::default();
    let result = source.read_text(&rows(100), &[], &[], &mut counted, &cancel).await.unwrap();
    assert_eq!((result.rows.len(), result.row_count, counted.rows), (3, 100, 100));

    let mut full = Counting { fail_at: 5, ..Counting::default() };
    let error = source.read_text(&rows(100), &[], &[], &mut full, &cancel).await.unwrap_err();
    assert_eq!(error, SourceError::Sink { detail: "disk full".into() });
}

#[derive(Default)]
struct Counting {
    started: u32,
    rows: u64,
    flushed: u64,
    fail_at: u64,
}

impl RowSink for Counting {
    fn start(&mut self, _: &[ResultColumn]) -> Result<(), SinkError> {
        self.started += 1;
        Ok(())
    }

    fn row(&mut self, row: &[Value]) -> Result<SinkFlow, SinkError> {
        self.rows += 1;
        assert_eq!(row[0], Value::Int(self.rows.cast_signed()));
        if self.rows == self.fail_at {
            return Err(SinkError("disk full".into()));
        }
        Ok(if self.rows.is_multiple_of(7) { SinkFlow::Flush } else { SinkFlow::Continue })
    }

    fn flush(&mut self) -> futures::future::BoxFuture<'_, Result<(), SinkError>> {
        self.flushed += 1;
        Box::pin(async {
            tokio::task::yield_now().await;
            Ok(())
        })
    }
}

/// Waits until so many backends run something of that mark, for which the condition holds.
async fn wait_until(fixture: &mut Fixture, mark: &str, condition: &str, count: i64) {
    let sql = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%{mark}%' AND pid <> pg_backend_pid() AND {condition}"
    );
    for _ in 0..200 {
        if fixture.scalar(&sql).await == count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{mark}: never {count} with {condition}");
}

/// Waits until one backend sleeps. A statement is active while it is only being parsed, and a cancel that arrives
/// between that and its execution is lost.
async fn asleep(fixture: &mut Fixture, mark: &str) {
    wait_until(fixture, mark, "wait_event = 'PgSleep'", 1).await;
}

/// Waits until no backend runs anything of that mark.
async fn gone(fixture: &mut Fixture, mark: &str) {
    wait_until(fixture, mark, "state = 'active'", 0).await;
}

#[tokio::test]
async fn cancelling_really_stops_the_backend() {
    let mut fixture = Fixture::new("").await;
    let source = std::sync::Arc::new(fixture.source(|_| {}));
    let cancel = CancellationToken::new();
    let task = tokio::spawn({
        let (source, cancel) = (source.clone(), cancel.clone());
        async move { source.read_text("SELECT pg_sleep(9) AS stop_me", &[], &[], &mut NoSink, &cancel).await }
    });
    asleep(&mut fixture, "stop_me").await;
    let began = Instant::now();
    cancel.cancel();
    assert_eq!(task.await.unwrap().unwrap_err(), SourceError::Cancelled);
    assert!(began.elapsed() < Duration::from_secs(1));
    gone(&mut fixture, "stop_me").await;
    assert!(began.elapsed() < Duration::from_secs(2));
    // Cancelled before it began: nothing is sent.
    let error = source.read_text("SELECT 1", &[], &[], &mut NoSink, &cancel).await.unwrap_err();
    assert_eq!(error, SourceError::Cancelled);
    read(&source, "SELECT 1").await.unwrap();
}

#[tokio::test]
async fn dropping_the_future_really_stops_the_backend() {
    let mut fixture = Fixture::new("").await;
    let source = std::sync::Arc::new(fixture.source(|s| s.max_connections = 1));
    let task = tokio::spawn({
        let source = source.clone();
        async move { read(&source, "SELECT pg_sleep(9) AS drop_me").await }
    });
    asleep(&mut fixture, "drop_me").await;
    task.abort();
    gone(&mut fixture, "drop_me").await;
    // The only slot of the pool is free again.
    read(&source, "SELECT 1").await.unwrap();
}

/// A way to the server that can be cut without a word, as when the worker's machine is gone.
async fn cuttable(to: u16) -> (u16, CancellationToken) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let cut = CancellationToken::new();
    let stop = cut.clone();
    tokio::spawn(stop.run_until_cancelled_owned(async move {
        let mut ways = tokio::task::JoinSet::new();
        while let Ok((mut near, _)) = listener.accept().await {
            let mut far = tokio::net::TcpStream::connect(("127.0.0.1", to)).await.unwrap();
            ways.spawn(async move { tokio::io::copy_bidirectional(&mut near, &mut far).await });
        }
    }));
    (port, cut)
}

#[tokio::test]
async fn a_backend_ends_when_the_worker_is_gone() {
    let mut fixture = Fixture::new("").await;
    if fixture.version().await < 14 {
        // Without client_connection_check_interval the statement's own timeout ends it.
        return;
    }
    let (port, cut) = cuttable(fixture.server.port).await;
    let url = fixture.server.url("reader", &fixture.database);
    let url = url.replace(&format!(":{}/", fixture.server.port), &format!(":{port}/"));
    let settings = SourceSettings { statement_timeout: Duration::from_secs(600), ..Default::default() };
    let source = Source::new(settings, &url).unwrap();
    let task = tokio::spawn(async move { read(&source, "SELECT pg_sleep(500) AS orphan").await });
    asleep(&mut fixture, "orphan").await;
    // No cancel gets through either: nobody is there to send one.
    cut.cancel();
    gone(&mut fixture, "orphan").await;
    assert!(task.await.unwrap().is_err());
}

/// Statements that look small and run away: patterns, recursions, texts. Each ends soon, and no backend is left busy.
#[tokio::test]
async fn what_runs_away_is_caught() {
    let mut fixture = Fixture::new("").await;
    let limit = Duration::from_millis(400);
    let source = fixture.source(|s| {
        s.statement_timeout = limit;
        s.max_plan_cost = None;
        s.max_plan_rows = None;
    });
    // PostgreSQL's own engine is clever with many patterns: whether it needs the limit is its business, if it ends.
    for (bomb, must_be_stopped) in [
        (r"SELECT repeat('a', 30000) ~ '^(a*)*\1b' AS bomb", false),
        (r"SELECT repeat('ab', 20000) ~ '((a|b)*)\1\1c' AS bomb", false),
        ("SELECT repeat('x', 200000) SIMILAR TO '%(x|xx)*y' AS bomb", false),
        ("SELECT repeat('a', 50000) LIKE repeat('%a', 20000) || 'b' AS bomb", false),
        (
            "WITH RECURSIVE bomb AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM bomb) SELECT count(*) FROM bomb",
            true,
        ),
        (
            "WITH RECURSIVE bomb AS (SELECT 1 AS n UNION SELECT n + m FROM bomb, generate_series(1, 9) m) SELECT max(n) FROM bomb",
            true,
        ),
        ("SELECT count(*) AS bomb FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b", true),
        ("SELECT length(string_agg(repeat('x', 1000), '')) AS bomb FROM generate_series(1, 10000000)", true),
        (
            "SELECT sum(length(jsonb_build_array(a, b)::text)) AS bomb FROM generate_series(1, 100000) a, generate_series(1, 100000) b",
            true,
        ),
    ] {
        let began = Instant::now();
        let done = read(&source, bomb).await;
        assert!(began.elapsed() < Duration::from_secs(10), "{bomb} took {:?}", began.elapsed());
        let stopped = matches!(done, Err(SourceError::Timeout { .. } | SourceError::TooLarge { .. }));
        assert!(stopped || !must_be_stopped, "{bomb}: {done:?}");
        gone(&mut fixture, "bomb").await;
    }
}

#[tokio::test]
async fn a_cancel_by_somebody_else_is_no_timeout() {
    let mut fixture = Fixture::new("").await;
    let source = std::sync::Arc::new(fixture.source(|_| {}));
    let spawn = |sql: &'static str| {
        let source = source.clone();
        tokio::spawn(async move { read(&source, sql).await })
    };
    let task = spawn("SELECT pg_sleep(9) AS other_cancels");
    asleep(&mut fixture, "other_cancels").await;
    fixture
        .run(
            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE '%other_cancels%' \
        AND pid <> pg_backend_pid()",
        )
        .await;
    let error = task.await.unwrap().unwrap_err();
    assert!(matches!(&error, SourceError::Query { sqlstate, .. } if sqlstate == "57014"), "{error:?}");
    let task = spawn("SELECT pg_sleep(9) AS other_kills");
    asleep(&mut fixture, "other_kills").await;
    fixture
        .run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%other_kills%' \
        AND pid <> pg_backend_pid()",
        )
        .await;
    let error = task.await.unwrap().unwrap_err();
    assert!(matches!(error, SourceError::Unreachable { .. }), "{error:?}");
}

#[tokio::test]
async fn connections_that_died_in_the_pool_are_replaced() {
    let mut server = Postgres::start(testing::throwaway_source()).await.unwrap();
    let source = Source::new(SourceSettings::default(), &server.url("postgres")).unwrap();
    let cache = CatalogueCache::new(None, Duration::ZERO);
    let both = futures::join!(read(&source, "SELECT pg_sleep(0.2)"), read(&source, "SELECT pg_sleep(0.2)"));
    assert!(both.0.is_ok() && both.1.is_ok());
    server.kill();
    let error = read(&source, "SELECT 1").await.unwrap_err();
    assert!(matches!(error, SourceError::Unreachable { .. }), "{error:?}");
    server.restart().await.unwrap();
    read(&source, "SELECT 1").await.unwrap();
    let both = futures::join!(read(&source, "SELECT pg_sleep(0.2)"), read(&source, "SELECT pg_sleep(0.2)"));
    assert!(both.0.is_ok() && both.1.is_ok());
    server.kill();
    server.restart().await.unwrap();
    source.catalogue(&cache).await.unwrap();
    server.kill();
    server.restart().await.unwrap();
    read(&source, "SELECT 1").await.unwrap();
}

#[tokio::test]
async fn what_moved_since_the_check_is_noticed() {
    let mut fixture = Fixture::new(
        "CREATE TABLE a (id int, name text); CREATE TABLE b (id int); CREATE TABLE c (id int); CREATE TABLE d (id int); \
         CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1'",
    )
    .await;
    let source = fixture.source(|_| {});
    let cache = CatalogueCache::new(None, CatalogueCache::DEFAULT_TTL);
    source.catalogue(&cache).await.unwrap();
    for table in ["a", "b", "c", "d"] {
        read_of(&source, &format!("SELECT * FROM {table}"), &[table]).await.unwrap();
    }
    let function = [(None, "f".to_owned())];
    let cancel = CancellationToken::new();
    source.read_text("SELECT f(1)", &[], &function, &mut NoSink, &cancel).await.unwrap();

    fixture.run(
        "DROP TABLE a; ALTER TABLE b ADD COLUMN extra int; ALTER TABLE c ALTER id TYPE bigint; DROP TABLE d; \
         CREATE VIEW d AS SELECT 1 AS id; CREATE TABLE e (id int); \
         CREATE FUNCTION f(text) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1'",
    )
    .await;
    for (table, said) in [
        ("a", "does not exist"),
        ("b", "new column extra"),
        ("c", "column id as bigint"),
        ("d", "another kind"),
        ("e", "not known"),
    ] {
        let error = read_of(&source, &format!("SELECT * FROM {table}"), &[table]).await.unwrap_err();
        assert!(
            matches!(&error, SourceError::SchemaChanged { detail } if detail.contains(said)),
            "{table}: {error:?}"
        );
    }
    let error = source.read_text("SELECT f(1)", &[], &function, &mut NoSink, &cancel).await.unwrap_err();
    assert!(
        matches!(&error, SourceError::SchemaChanged { detail } if detail.contains("public.f")),
        "{error:?}"
    );
    source.refresh(&cache).await.unwrap();
    for table in ["b", "c", "d", "e"] {
        read_of(&source, &format!("SELECT * FROM {table}"), &[table]).await.unwrap();
    }
    source.read_text("SELECT f(1)", &[], &function, &mut NoSink, &cancel).await.unwrap();
    // The search path leads elsewhere now, to a table that is known too.
    fixture
        .run("CREATE SCHEMA elsewhere; CREATE TABLE elsewhere.e (id int); GRANT USAGE ON SCHEMA elsewhere TO reader; GRANT SELECT ON elsewhere.e TO reader")
        .await;
    source.refresh(&cache).await.unwrap();
    read_of(&source, "SELECT * FROM e", &["e"]).await.unwrap();
    fixture
        .run(&format!(
            "ALTER ROLE reader IN DATABASE {} SET search_path = elsewhere, public",
            fixture.database.clone()
        ))
        .await;
    let moved = fixture.source(|_| {});
    moved.remember(&source.known().unwrap());
    let error = read_of(&moved, "SELECT * FROM e", &["e"]).await.unwrap_err();
    assert!(
        matches!(&error, SourceError::SchemaChanged { detail } if detail.contains("schema elsewhere now")),
        "{error:?}"
    );
    let hostile = "x'); DROP TABLE e; --";
    let error = read_of(&source, "SELECT 1", &[hostile]).await.unwrap_err();
    assert!(matches!(error, SourceError::SchemaChanged { .. }), "{error:?}");
}
