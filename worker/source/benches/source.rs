//! Measures against a real server: `DATABASE_URL=postgres://… cargo bench -p rowcall-source`. The login must be allowed
//! to create a database (`rowcall_bench`, dropped at the end). Prints one line of JSON.

use futures::future::BoxFuture;
use rowcall_core::{Catalogue, ResultColumn, Value};
use rowcall_policy::{CheckedRead, Facts, Verdict};
use rowcall_source::{CatalogueCache, NoSink, RowSink, SinkError, SinkFlow, Source, SourceSettings};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

const TABLES: usize = 1_000;
const ROWS: u64 = 1_000_000;

fn main() {
    // `cargo test` also runs bench targets, without a server.
    let Ok(url) = std::env::var("DATABASE_URL") else {
        eprintln!("set DATABASE_URL to measure");
        return;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime starts");
    println!("{}", runtime.block_on(measure(&url)));
}

async fn measure(url: &str) -> serde_json::Value {
    let mut root = PgConnection::connect(url).await.expect("the server of DATABASE_URL answers");
    // A database of its own: dropping a schema of so many tables needs more locks than a server has.
    root.execute(sqlx::raw_sql("DROP DATABASE IF EXISTS rowcall_bench WITH (FORCE)"))
        .await
        .expect("it may drop");
    root.execute(sqlx::raw_sql("CREATE DATABASE rowcall_bench")).await.expect("it may create databases");
    let server = url.rsplit_once('/').map_or(url, |(server, _)| server);
    let url = &format!("{server}/rowcall_bench");
    let mut admin = PgConnection::connect(url).await.expect("the new database answers");
    prepare(&mut admin).await;
    eprintln!("the tables are there");
    let settings = |sample_values| SourceSettings {
        name: "bench".to_owned(),
        schemas: vec!["rowcall_bench".to_owned()],
        sample_values,
        statement_timeout: Duration::from_secs(60),
        ..SourceSettings::default()
    };
    let source = Source::new(settings(false), url).expect("DATABASE_URL can be read");
    let sampling = Source::new(settings(true), url).expect("DATABASE_URL can be read");
    let cache = CatalogueCache::new(None, CatalogueCache::DEFAULT_TTL);
    let catalogue = source.catalogue(&cache).await.expect("the catalogue is read");
    let structure = milliseconds(9, async || {
        source.refresh(&cache).await.expect("the catalogue is read");
    })
    .await;
    let sampled = milliseconds(3, async || {
        sampling.refresh(&cache).await.expect("the catalogue is read");
    })
    .await;
    let one = checked("SELECT 1 AS one", &catalogue);
    let table = checked("SELECT id, name FROM rowcall_bench.t1 WHERE id = 7", &catalogue);
    let overhead = milliseconds(500, async || read(&source, &one).await).await;
    let overhead_table = milliseconds(500, async || read(&source, &table).await).await;
    let uncapped = Source::new(SourceSettings { max_plan_cost: None, ..settings(false) }, url)
        .expect("it was read before");
    let overhead_uncapped = milliseconds(500, async || read(&uncapped, &one).await).await;

    let wide =
        checked("SELECT id, customer, amount, placed, state, note FROM rowcall_bench.wide", &catalogue);
    let before = resident_kib();
    let mut sink = Counting::default();
    let mut streams = Vec::new();
    for _ in 0..3 {
        sink = Counting::default();
        let began = Instant::now();
        let result = source.read(&wide, &mut sink, &CancellationToken::new()).await.expect("a million rows");
        streams.push(began.elapsed().as_secs_f64());
        assert_eq!((result.row_count, sink.rows), (ROWS, ROWS));
    }
    streams.sort_by(f64::total_cmp);
    let after = resident_kib();
    root.execute(sqlx::raw_sql("DROP DATABASE rowcall_bench WITH (FORCE)")).await.expect("it is dropped");
    serde_json::json!({
        "catalogue_tables": catalogue.tables.len(),
        "catalogue_ms": structure,
        "catalogue_sampled_ms": sampled,
        "read_select_1_ms": overhead,
        "read_select_1_without_cost_cap_ms": overhead_uncapped,
        "read_one_table_ms": overhead_table,
        "stream_rows": sink.rows,
        "stream_s": {"best": streams[0], "median": streams[1]},
        "resident_growth_kib": after.saturating_sub(before),
        "resident_kib": after,
    })
}

async fn read(source: &Source, checked: &CheckedRead) {
    source.read(checked, &mut NoSink, &CancellationToken::new()).await.expect("the read works");
}

fn checked(sql: &str, catalogue: &Catalogue) -> CheckedRead {
    match rowcall_policy::check(sql, &Facts { catalogue: Some(catalogue) }) {
        Verdict::AllowRead(read) => read,
        other => panic!("{sql}: {other:?}"),
    }
}

async fn prepare(admin: &mut PgConnection) {
    let mut sql = String::from("CREATE SCHEMA rowcall_bench;");
    for n in 1..=TABLES {
        sql.push_str(&format!(
            "CREATE TABLE rowcall_bench.t{n} (id int PRIMARY KEY, parent int REFERENCES rowcall_bench.t{}, \
             name text NOT NULL, kind varchar(20), amount numeric(10,2), at timestamptz DEFAULT now(), flag bool, \
             note text, ratio float8, UNIQUE (name, at)); COMMENT ON COLUMN rowcall_bench.t{n}.name IS 'a name';",
            if n == 1 { 1 } else { n - 1 },
        ));
        if n % 100 == 0 {
            admin
                .execute(sqlx::raw_sql(AssertSqlSafe(std::mem::take(&mut sql))))
                .await
                .expect("tables are made");
        }
    }
    sql.push_str(&format!(
        "CREATE TABLE rowcall_bench.wide AS SELECT g AS id, 'customer ' || g % 5000 AS customer, \
         (g % 100000)::numeric / 100 AS amount, timestamptz '2024-01-01' + g * interval '1 s' AS placed, \
         (ARRAY['new','paid','sent'])[g % 3 + 1] AS state, CASE WHEN g % 4 = 0 THEN NULL ELSE 'note' END AS note \
         FROM generate_series(1, {ROWS}) g; \
         INSERT INTO rowcall_bench.t1 SELECT g, NULL, 'n' || g, 'k' || g % 5 FROM generate_series(1, 100) g;"
    ));
    admin.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.expect("rows are made");
    admin.execute(sqlx::raw_sql("ANALYZE")).await.expect("statistics are made");
}

async fn milliseconds(times: usize, mut work: impl AsyncFnMut()) -> serde_json::Value {
    let mut all = Vec::with_capacity(times);
    for _ in 0..times {
        let began = Instant::now();
        work().await;
        all.push(began.elapsed().as_secs_f64() * 1e3);
    }
    all.sort_by(f64::total_cmp);
    eprintln!("p50 {:.3} ms of {times}", all[times / 2]);
    serde_json::json!({"p50": all[times / 2], "p99": all[(times * 99 / 100).min(times - 1)]})
}

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

#[derive(Default)]
struct Counting {
    rows: u64,
}

impl RowSink for Counting {
    fn start(&mut self, _: &[ResultColumn]) -> Result<(), SinkError> {
        Ok(())
    }

    fn row(&mut self, row: &[Value]) -> Result<SinkFlow, SinkError> {
        self.rows += 1;
        std::hint::black_box(row);
        Ok(if self.rows.is_multiple_of(1_000) { SinkFlow::Flush } else { SinkFlow::Continue })
    }

    fn flush(&mut self) -> BoxFuture<'_, Result<(), SinkError>> {
        Box::pin(std::future::ready(Ok(())))
    }
}
