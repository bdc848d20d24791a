//! Parts of the product, each by itself.

use crate::measure::{memory, quantiles, round, time};
use rowcall_core::{ResultColumn, ResultSet, TypeKind, Value};
use rowcall_embedded::Postgres;
use rowcall_format::table::{self, TableOptions};
use rowcall_policy::{Facts, Verdict};
use rowcall_render::{
    chart::{self, ChartRequest, ChartSize},
    csv::CsvWriter,
};
use rowcall_source::{CatalogueCache, NoSink, RowSink, SinkError, SinkFlow, Source, SourceSettings};
use serde_json::{Value as Json, json};
use sqlx::{Connection, PgConnection};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Reading the whole catalogue of a database of 1,000 tables.
pub async fn catalogue(postgres: &Postgres) -> Json {
    let url = postgres.url("wide");
    let mut connection = PgConnection::connect(&url).await.unwrap();
    sqlx::raw_sql(
        "DO $$ BEGIN FOR i IN 1..1000 LOOP
             EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, parent_id int REFERENCES t%s, name text, amount numeric(10,2),
                             created_at timestamptz, kind text, note text)', i, greatest(i - 1, 1));
         END LOOP; END $$; ANALYZE",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
    let settings = SourceSettings { name: "wide".into(), sample_values: false, ..SourceSettings::default() };
    let source = Source::new(settings, &url).unwrap();
    let cache = CatalogueCache::new(None, Duration::from_secs(3600));
    let mut times = Vec::new();
    for _ in 0..12 {
        let began = Instant::now();
        assert_eq!(source.refresh(&cache).await.unwrap().tables.len(), 1000);
        times.push(began.elapsed());
    }
    quantiles(times)
}

/// A text table and charts.
pub fn rendering() -> Json {
    let rows = |n: usize| ResultSet {
        columns: ["month", "region", "orders", "revenue", "share", "note"]
            .iter()
            .zip([
                TypeKind::Date,
                TypeKind::Text,
                TypeKind::Integer,
                TypeKind::Decimal,
                TypeKind::Float,
                TypeKind::Text,
            ])
            .map(|(name, kind)| ResultColumn { name: (*name).into(), kind })
            .collect(),
        rows: (0..n)
            .map(|i| {
                vec![
                    Value::Date(chrono::NaiveDate::from_num_days_from_ce_opt(738_000 + i as i32).unwrap()),
                    Value::Text(["Europe", "Asia Pacific", "Łódź"][i % 3].into()),
                    Value::Int((i * 7919 % 10_007) as i64),
                    Value::Decimal(format!("{}.{:02}", i * 7919 % 100_003, i % 100)),
                    Value::Float(i as f64 / 3.0),
                    if i % 5 == 0 { Value::Null } else { Value::Text("as asked".into()) },
                ]
            })
            .collect(),
        row_count: n as u64,
        truncated: false,
    };
    let only = |result: ResultSet, keep: &[usize]| ResultSet {
        columns: keep.iter().map(|i| result.columns[*i].clone()).collect(),
        rows: result.rows.iter().map(|r| keep.iter().map(|i| r[*i].clone()).collect()).collect(),
        ..result
    };
    let draw = |result: ResultSet, request: ChartRequest| {
        let spec = chart::choose(&result, request, "Revenue by month", &chart::Told::default()).unwrap();
        time(20, || chart::png(&spec, &result, ChartSize::CHAT).unwrap())
    };
    json!({
        "table_1000_by_6": time(20, || table::text(&rows(1000), &TableOptions { max_rows: 1000, ..TableOptions::default() })),
        "bar_chart_12": draw(only(rows(12), &[0, 3]), ChartRequest::Bar),
        "line_chart_365": draw(only(rows(365), &[0, 3]), ChartRequest::Line),
        "line_chart_10000": draw(only(rows(10_000), &[0, 3]), ChartRequest::Line),
    })
}

/// Reads a million rows and writes them as CSV, as the execute stage does; the bytes go nowhere.
pub async fn csv(postgres: &Postgres) -> Json {
    struct Counting(CsvWriter, u64);
    impl RowSink for Counting {
        fn start(&mut self, columns: &[ResultColumn]) -> Result<(), SinkError> {
            self.0.header(columns);
            Ok(())
        }
        fn row(&mut self, row: &[Value]) -> Result<SinkFlow, SinkError> {
            self.0.row(row);
            if self.0.len() > 256 * 1024 {
                self.1 += self.0.drain(|bytes| bytes.len() as u64);
            }
            Ok(SinkFlow::Continue)
        }
    }
    let source = Source::new(SourceSettings::default(), &postgres.url("demo")).unwrap();
    let sql = "SELECT i AS id, i % 97 AS bucket, (i * 7.25)::numeric(12,2) AS amount, 'name ' || i AS name,
                      date '2020-01-01' + i % 2000 AS day, i % 3 = 0 AS flag FROM generate_series(1, 1000000) AS i";
    let Verdict::AllowRead(read) = rowcall_policy::check(sql, &Facts { catalogue: None }) else {
        unreachable!()
    };
    source.read(&read, &mut NoSink, &CancellationToken::new()).await.unwrap();
    let before = memory(std::process::id(), "VmHWM");
    let began = Instant::now();
    let mut sink = Counting(CsvWriter::new(), 0);
    let result = source.read(&read, &mut sink, &CancellationToken::new()).await.unwrap();
    let seconds = began.elapsed().as_secs_f64();
    let mut connection = PgConnection::connect(&postgres.url("demo")).await.unwrap();
    let began = Instant::now();
    let copied = connection.copy_out_raw(&format!("COPY ({sql}) TO STDOUT (FORMAT csv)")).await.unwrap();
    let copied: u64 =
        futures::TryStreamExt::try_fold(copied, 0, |n, b| async move { Ok(n + b.len() as u64) })
            .await
            .unwrap();
    json!({
        "rows": result.row_count, "seconds": round(seconds), "bytes": sink.1, "peak_memory_growth_kib": memory(std::process::id(), "VmHWM") - before,
        "server_copy_of_the_same_seconds": round(began.elapsed().as_secs_f64()), "server_copy_bytes": copied,
    })
}

/// One short statement through the policy, in microseconds.
pub fn policy() -> Json {
    let sql = "SELECT status, count(*) AS n FROM orders WHERE ordered_at >= '2025-01-01' GROUP BY status ORDER BY n DESC";
    let mut took = time(2000, || rowcall_policy::check(sql, &Facts { catalogue: None }));
    took["p50"] = json!(round(took["p50"].as_f64().unwrap() * 1000.0));
    took["p50"].clone()
}
