//! `make bench`: measures the product on this machine and prints one JSON object. Times are milliseconds unless
//! a name says otherwise. Compare two runs of one machine by their ratios: machines are noisy.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot set up its world must stop")]

mod measure;
mod parts;
mod process;
mod questions;

use clap::Parser;
use rowcall_embedded::{Postgres, PostgresOptions, Redis, RedisOptions};
use rowcall_source::InitOptions;
use rowcall_tests::World;
use serde_json::{Value as Json, json};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

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

    put(
        "overhead_per_question",
        questions::overhead(&world, &postgres, questions::PLAIN, arguments.questions).await,
    );
    put(
        "overhead_with_chart",
        questions::overhead(&world, &postgres, questions::CHARTED, arguments.questions).await,
    );
    put("push_to_start", questions::push_to_start(&world, arguments.questions).await);
    for workers in [1, 2] {
        put(
            &format!("runs_per_second_{workers}_workers"),
            questions::throughput(&world, workers, arguments.runs).await,
        );
    }
    put("catalogue_1000_tables", parts::catalogue(&postgres).await);
    put("rendering", parts::rendering());
    put("csv_1000000_rows_by_6", parts::csv(&postgres).await);
    put("policy_check_micros", parts::policy());
    put("processes", process::processes(&world).await);
    if arguments.stored > 0 {
        questions::store_runs(&world, arguments.stored).await;
        let mut with_many =
            questions::overhead(&world, &postgres, questions::PLAIN, arguments.questions).await;
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
