//! Questions: how long one takes, how many a second, and the same with years of runs in the store.

use crate::{
    measure::{cpu_time, quantiles, round},
    process::rowcall,
};
use rowcall_core::Platform;
use rowcall_embedded::Postgres;
use rowcall_shared::{ProgressEvent, progress::What};
use rowcall_source::CatalogueCache;
use rowcall_tests::World;
use rowcall_worker::{
    Worker,
    engine::{Engine, EngineSettings, Probe},
    sources::Sources,
    stages,
};
use serde_json::{Value as Json, json};
use sqlx::{Connection, PgConnection};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

/// Answered with a number.
pub const PLAIN: &str = "how many orders are there?";
/// Answered with a table and a chart.
pub const CHARTED: &str = "how many orders are there per status?";

/// The time from acceptance to the reply in the hands of a front end, beside the time of the same statement alone;
/// and the CPU time of this process (front end and worker) for one question.
pub async fn overhead(world: &World, postgres: &Postgres, question: &str, questions: usize) -> Json {
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
            by_console(world, &mut events, question).await;
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

/// What hears of the ends of runs.
pub type Events = broadcast::Receiver<Option<ProgressEvent>>;

/// One question of the console, from its acceptance to its reply in the hands of a front end.
pub async fn by_console(world: &World, events: &mut Events, question: &str) {
    let accepted = world.ask(&format!("console-{}", uuid::Uuid::new_v4()), question).await;
    loop {
        let event = tokio::time::timeout(Duration::from_secs(10), events.recv()).await.unwrap();
        if let Ok(Some(event)) = event
            && event.run_id == accepted.run_id
            && matches!(event.what, What::Ended { .. })
        {
            break;
        }
    }
    let (platform, run) = (Platform::Console, Some(accepted.run_id));
    let taken =
        world.store.take_deliveries(platform, run, "bench", Duration::from_secs(30), 1).await.unwrap();
    world.store.delivered(taken[0].id, "bench", None).await.unwrap();
}

/// The time from a push until a worker has taken the run.
pub async fn push_to_start(world: &World, times: usize) -> Json {
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
    let changes = rowcall_tests::questions::changes(
        world,
        world.config.worker.lease,
        Arc::new(rowcall_worker::engine::NoProbe),
    );
    let worker =
        Worker { store: world.store.clone(), queue: world.queue.clone(), engine, changes, concurrency: 8 };
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
pub async fn throughput(world: &World, workers: usize, runs: usize) -> Json {
    let mut last = None;
    for i in 0..runs {
        last = Some(world.ask(&format!("many-{workers}-{i}"), PLAIN).await);
    }
    let began = Instant::now();
    let processes: Vec<_> =
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

/// Fills the store with runs that ended, as they would be after years.
pub async fn store_runs(world: &World, count: i64) {
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
