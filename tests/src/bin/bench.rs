//! `make bench`: measures the product on this machine and prints one JSON object. Times are milliseconds unless
//! a name says otherwise. Compare two runs of one machine by their ratios: machines are noisy.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot set up its world must stop")]

use clap::Parser;
use rowcall_core::{Platform, ResultColumn, ResultSet, TypeKind, Value};
use rowcall_embedded::{Postgres, PostgresOptions, Redis, RedisOptions};
use rowcall_format::table::{self, TableOptions};
use rowcall_policy::{Facts, Verdict};
use rowcall_render::{
    chart::{self, ChartRequest, ChartSize},
    csv::CsvWriter,
};
use rowcall_source::{
    CatalogueCache, InitOptions, NoSink, RowSink, SinkError, SinkFlow, Source, SourceSettings,
};
use rowcall_tests::World;
use rowcall_worker::{
    Worker,
    engine::{Engine, EngineSettings, Probe},
    sources::Sources,
    stages,
};
use serde_json::{Value as Json, json};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::{
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

#[derive(Parser)]
struct Arguments {
    /// Questions for each measurement of latency.
    #[arg(long, default_value_t = 400)]
    questions: usize,
    /// Runs for the measurement of throughput.
    #[arg(long, default_value_t = 3000)]
    runs: usize,
    /// Stored runs for the last measurement of latency; 0 leaves it out.
    #[arg(long, default_value_t = 1_000_000)]
    stored: i64,
}

/// Answered with a number.
const PLAIN: &str = "how many orders are there?";
/// Answered with a table and a chart.
const CHARTED: &str = "how many orders are there per status?";

#[tokio::main]
async fn main() {
    let arguments = Arguments::parse();
    let postgres = Postgres::start(PostgresOptions { max_connections: 200, ..PostgresOptions::default() })
        .await
        .unwrap();
    let redis = Redis::start(RedisOptions { durable: true, ..RedisOptions::default() }).await.unwrap();
    let world = prepare(&postgres, &redis).await;
    let mut report = serde_json::Map::new();
    let mut put = |name: &str, value: Json| {
        eprintln!("{name}: {value}");
        report.insert(name.to_owned(), value);
    };

    put("overhead_per_question", overhead(&world, &postgres, PLAIN, arguments.questions).await);
    put("overhead_with_chart", overhead(&world, &postgres, CHARTED, arguments.questions).await);
    put("push_to_start", push_to_start(&world, arguments.questions).await);
    for workers in [1, 2] {
        put(&format!("runs_per_second_{workers}_workers"), throughput(&world, workers, arguments.runs).await);
    }
    put("catalogue_1000_tables", catalogue(&postgres).await);
    put("rendering", rendering());
    put("csv_1000000_rows_by_6", csv(&postgres).await);
    put("policy_check_micros", policy());
    put("processes", processes(&world).await);
    if arguments.stored > 0 {
        store_runs(&world, arguments.stored).await;
        let mut with_many = overhead(&world, &postgres, PLAIN, arguments.questions).await;
        with_many["stored_runs"] = json!(arguments.stored);
        put("overhead_with_many_stored_runs", with_many);
    }
    println!("{}", serde_json::to_string_pretty(&Json::Object(report)).unwrap());
    postgres.stop().await.unwrap();
    redis.stop().await.unwrap();
}

/// A store and the demo data on private servers that sync to disk, as in production.
async fn prepare(postgres: &Postgres, redis: &Redis) -> World {
    for name in ["store", "demo", "wide"] {
        postgres.create_database(name, None).await.unwrap();
    }
    let world = World::at(&postgres.url("store"), &redis.url(), "bench");
    world.store.migrate().await.unwrap();
    let names: Vec<&str> = rowcall_datasets::datasets().iter().map(|d| d.name).collect();
    rowcall_datasets::seed(&postgres.url("demo"), &names, rowcall_datasets::DEFAULT_SEED).await.unwrap();
    let options =
        InitOptions { schemas: names.iter().map(|n| (*n).to_owned()).collect(), ..InitOptions::default() };
    let mut connection = PgConnection::connect(&postgres.url("demo")).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(rowcall_source::init_sql(&options))).execute(&mut connection).await.unwrap();
    sqlx::raw_sql("ALTER ROLE rowcall PASSWORD 'bench'").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let file = std::env::temp_dir().join(format!("rowcall-bench-{}", std::process::id()));
    std::fs::write(&file, format!("postgres://rowcall:bench@127.0.0.1:{}/demo", postgres.port())).unwrap();
    let settings = json!({ "role": options.reader });
    world.store.put_source("demo", &format!("file:{}", file.display()), &settings).await.unwrap();
    world
}

/// The time from acceptance to the reply in the hands of a front end, beside the time of the same statement alone;
/// and the CPU time of this process (front end and worker) for one question.
async fn overhead(world: &World, postgres: &Postgres, question: &str, questions: usize) -> Json {
    let stop = CancellationToken::new();
    let worker = Worker::for_questions(
        &world.config,
        world.store.clone(),
        world.queue.clone(),
        world.progress.clone(),
    );
    let asking = async {
        let mut events = world.progress.listen(stop.clone()).subscribe();
        tokio::time::sleep(Duration::from_millis(700)).await;
        let mut times = Vec::new();
        let mut cpu = Duration::ZERO;
        for i in 0..questions + 20 {
            let (began, cpu_before) = (Instant::now(), cpu_time());
            let accepted = world.ask(&format!("overhead-{}-{i}", uuid::Uuid::new_v4()), question).await;
            loop {
                let event = tokio::time::timeout(Duration::from_secs(10), events.recv()).await.unwrap();
                if let Ok(Some(event)) = event
                    && event.run_id == accepted.run_id
                    && matches!(event.what, rowcall_shared::progress::What::Ended { .. })
                {
                    break;
                }
            }
            let (platform, run) = (Platform::Console, Some(accepted.run_id));
            let taken = world
                .store
                .take_deliveries(platform, run, "bench", Duration::from_secs(30), 1)
                .await
                .unwrap();
            world.store.delivered(taken[0].id, "bench", None).await.unwrap();
            if i >= 20 {
                times.push(began.elapsed());
                cpu += cpu_time() - cpu_before;
            }
        }
        stop.cancel();
        (times, cpu)
    };
    let ((times, cpu), ()) = tokio::join!(asking, worker.run(stop.clone()));
    let mut connection = PgConnection::connect(&postgres.url("demo")).await.unwrap();
    let sql = match question {
        PLAIN => "SELECT count(*) FROM shop.orders",
        _ => "SELECT status, count(*) FROM shop.orders GROUP BY status ORDER BY 2 DESC, 1",
    };
    let mut alone = Vec::new();
    for _ in 0..questions {
        let began = Instant::now();
        sqlx::query(sql).fetch_all(&mut connection).await.unwrap();
        alone.push(began.elapsed());
    }
    let (whole, query) = (quantiles(times), quantiles(alone));
    json!({
        "whole": whole, "query_alone": query,
        "p50_without_query": round(whole["p50"].as_f64().unwrap() - query["p50"].as_f64().unwrap()),
        "cpu_of_front_end_and_worker": round(cpu.as_secs_f64() * 1e3 / questions as f64),
    })
}

/// The time from a push until a worker has taken the run.
async fn push_to_start(world: &World, times: usize) -> Json {
    struct Clock(tokio::sync::mpsc::UnboundedSender<Instant>);
    impl Probe for Clock {
        fn taken(&self) {
            let _ = self.0.send(Instant::now());
        }
    }
    let (sender, mut taken) = tokio::sync::mpsc::unbounded_channel();
    let cache = CatalogueCache::new(None, Duration::from_secs(3600));
    let sources = Arc::new(Sources::new(world.store.clone(), cache));
    let planner = Arc::new(rowcall_planner::OfflinePlanner::default());
    let pipeline =
        stages::pipeline(world.store.clone(), sources, planner, chrono_tz::UTC, world.config.access.snapshot);
    let settings = EngineSettings::from(&world.config.worker);
    let engine =
        Engine::new(world.store.clone(), world.progress.clone(), pipeline, settings, Arc::new(Clock(sender)));
    let worker = Worker { store: world.store.clone(), queue: world.queue.clone(), engine, concurrency: 8 };
    let stop = CancellationToken::new();
    let asking = async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        let mut waits = Vec::new();
        for i in 0..times {
            let accepted = world.accept(&format!("start-{i}"), "help").await;
            let pushed = Instant::now();
            world.queue.push(accepted.run_id).await.unwrap();
            waits.push(taken.recv().await.unwrap().saturating_duration_since(pushed));
            world.ended(accepted.run_id, Duration::from_secs(10)).await.unwrap();
        }
        stop.cancel();
        waits
    };
    let (waits, ()) = tokio::join!(asking, worker.run(stop.clone()));
    quantiles(waits)
}

/// Runs that wait in the store and the queue, worked off by worker processes.
async fn throughput(world: &World, workers: usize, runs: usize) -> Json {
    let mut last = None;
    for i in 0..runs {
        last = Some(world.ask(&format!("many-{workers}-{i}"), PLAIN).await);
    }
    let began = Instant::now();
    let processes: Vec<Running> =
        (0..workers).map(|_| rowcall(world, &["worker", "--concurrency", "16"])).collect();
    loop {
        let open: i64 = sqlx::query_scalar("SELECT count(*) FROM runs WHERE state IN ('queued', 'running')")
            .fetch_one(world.store.pool())
            .await
            .unwrap();
        if open == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop((processes, last));
    let seconds = began.elapsed().as_secs_f64();
    json!({ "runs": runs, "seconds": round(seconds), "runs_per_second": round(runs as f64 / seconds) })
}

async fn catalogue(postgres: &Postgres) -> Json {
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

fn rendering() -> Json {
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
        let spec = chart::choose(&result, request, "Revenue by month", &[]).unwrap();
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
async fn csv(postgres: &Postgres) -> Json {
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
    let before = memory("self", "VmHWM");
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
        "rows": result.row_count, "seconds": round(seconds), "bytes": sink.1, "peak_memory_growth_kib": memory("self", "VmHWM") - before,
        "server_copy_of_the_same_seconds": round(began.elapsed().as_secs_f64()), "server_copy_bytes": copied,
    })
}

fn policy() -> Json {
    let sql = "SELECT status, count(*) AS n FROM orders WHERE ordered_at >= '2025-01-01' GROUP BY status ORDER BY n DESC";
    let mut took = time(2000, || rowcall_policy::check(sql, &Facts { catalogue: None }));
    took["p50"] = json!(round(took["p50"].as_f64().unwrap() * 1000.0));
    took["p50"].clone()
}

/// Memory and start of the long-running processes.
async fn processes(world: &World) -> Json {
    let mut out = serde_json::Map::new();
    for (name, arguments) in [("worker", &["worker"][..]), ("bot", &["bot"][..])] {
        let began = Instant::now();
        let running = rowcall(world, arguments);
        let started = running.wait_for("started").await;
        let start = if started { round(began.elapsed().as_secs_f64() * 1e3) } else { -1.0 };
        tokio::time::sleep(Duration::from_secs(3)).await;
        let resident = memory(&running.child.id().to_string(), "VmRSS");
        out.insert(
            name.into(),
            json!({ "start": start, "idle_resident_mib": round(resident as f64 / 1024.0) }),
        );
    }
    Json::Object(out)
}

/// Fills the store with runs that ended, as they would be after years.
async fn store_runs(world: &World, count: i64) {
    eprintln!("storing {count} runs …");
    let mut transaction = world.store.pool().begin().await.unwrap();
    // The rows fit together; checking millions of references would take minutes.
    sqlx::raw_sql("SET LOCAL session_replication_role = replica").execute(&mut *transaction).await.unwrap();
    sqlx::query(
        "WITH c AS (INSERT INTO conversations (id, platform, key)
                    SELECT gen_random_uuid(), 'console', 'old-' || i FROM generate_series(1, greatest($1 / 20, 1)) i RETURNING id),
              n AS (SELECT id, row_number() OVER () - 1 AS place FROM c),
              r AS (SELECT i, gen_random_uuid() AS run, gen_random_uuid() AS message, n.id AS conversation
                    FROM generate_series(1, $1) i JOIN n ON n.place = i % greatest($1 / 20, 1)),
              m AS (INSERT INTO messages (id, conversation_id, run_id, author, author_name, dedup_key, body)
                    SELECT message, conversation, run, 'person', 'old', 'old-' || i, 'how many orders?' FROM r)
         INSERT INTO runs (id, conversation_id, message_id, platform, source, state, attempt, created_at, finished_at)
         SELECT run, conversation, message, 'console', 'demo', 'succeeded', 1, now() - i * interval '1 minute', now() FROM r",
    )
    .bind(count)
    .execute(&mut *transaction)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO outbox (id, run_id, conversation_id, message_id, platform, state, delivered_at)
         SELECT gen_random_uuid(), id, conversation_id, message_id, 'console', 'delivered', now() FROM runs
         ON CONFLICT DO NOTHING",
    )
    .execute(&mut *transaction)
    .await
    .unwrap();
    transaction.commit().await.unwrap();
    sqlx::raw_sql("VACUUM ANALYZE").execute(world.store.pool()).await.unwrap();
}

/// A process of the product; ended when dropped.
struct Running {
    child: Child,
    log: Arc<Mutex<String>>,
}

impl Running {
    async fn wait_for(&self, word: &str) -> bool {
        let until = Instant::now() + Duration::from_secs(10);
        while Instant::now() < until {
            if self.log.lock().unwrap().contains(word) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        false
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn rowcall(world: &World, arguments: &[&str]) -> Running {
    let program = std::env::current_exe().unwrap().with_file_name("rowcall");
    assert!(Path::new(&program).exists(), "build the program first: {}", program.display());
    let mut child = Command::new(program)
        .args(arguments)
        .env("DATABASE_URL", world.config.database_url.reveal())
        .env("REDIS_URL", world.config.redis_url.reveal())
        .env("ROWCALL_NAMESPACE", &world.config.namespace)
        .env("ROWCALL_LISTEN", "127.0.0.1:0")
        .env("RUST_LOG", "info")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let log = Arc::new(Mutex::new(String::new()));
    let (stderr, kept) = (child.stderr.take().unwrap(), log.clone());
    std::thread::spawn(move || {
        use std::io::BufRead;
        for line in std::io::BufReader::new(stderr).lines().map_while(Result::ok) {
            let mut kept = kept.lock().unwrap();
            // The beginning is all that is looked at.
            if kept.len() < 64 * 1024 {
                kept.push_str(&line);
            }
        }
    });
    Running { child, log }
}

fn time<T>(times: usize, mut f: impl FnMut() -> T) -> Json {
    f();
    quantiles(
        (0..times)
            .map(|_| {
                let began = Instant::now();
                std::hint::black_box(f());
                began.elapsed()
            })
            .collect(),
    )
}

fn quantiles(mut times: Vec<Duration>) -> Json {
    times.sort();
    let at = |q: f64| round(times[((times.len() - 1) as f64 * q) as usize].as_secs_f64() * 1e3);
    json!({ "p50": at(0.5), "p99": at(0.99) })
}

fn round(n: f64) -> f64 {
    (n * 1000.0).round() / 1000.0
}

/// CPU time of this process, user and system.
fn cpu_time() -> Duration {
    // SAFETY: the struct is plain data that the call fills.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    let of = |t: libc::timeval| Duration::new(t.tv_sec as u64, t.tv_usec as u32 * 1000);
    of(usage.ru_utime) + of(usage.ru_stime)
}

/// A line of /proc/PID/status in KiB; 0 where there is no such file.
fn memory(pid: &str, line: &str) -> u64 {
    std::fs::read_to_string(format!("/proc/{pid}/status"))
        .unwrap_or_default()
        .lines()
        .find_map(|l| l.strip_prefix(line)?.strip_prefix(':')?.trim().strip_suffix(" kB")?.parse().ok())
        .unwrap_or(0)
}
