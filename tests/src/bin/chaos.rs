//! `make chaos RUNS=n`: asks n questions while workers are killed, jobs come twice, Redis is flushed and restarted
//! and PostgreSQL is killed and restarted, all at random; ends with one JSON line {runs, lost, doubled, stuck}.

#![allow(clippy::unwrap_used, reason = "a test's helper must stop when it cannot do what it is for")]

use clap::Parser;
use rand::{Rng, RngExt, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use rowcall_core::{Platform, RunId, RunState};
use rowcall_embedded::{Postgres, PostgresOptions, Redis, RedisOptions};
use rowcall_tests::{
    World,
    chaos::{PipelineKind, WorkerOrders, WorkerProcess},
    synthetic,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::Instant;

#[derive(Parser)]
struct Arguments {
    /// Questions to ask.
    #[arg(long, default_value_t = 200)]
    runs: usize,
    /// Where the randomness starts; the same seed makes the same choices (not the same timing).
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

const WORKERS: usize = 3;
const PATIENCE: Duration = Duration::from_secs(180);

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let arguments = Arguments::parse();
    let mut random = ChaCha8Rng::seed_from_u64(arguments.seed);
    let mut postgres = Postgres::start(PostgresOptions::throwaway()).await.unwrap();
    let mut redis = Redis::start(RedisOptions::default()).await.unwrap();
    postgres.create_database("store", None).await.unwrap();
    let world = World::at(&postgres.url("store"), &redis.url(), "chaos");
    world.store.migrate().await.unwrap();
    synthetic::prepare(world.store.pool()).await;

    let program = std::env::current_exe().unwrap().with_file_name("chaos-worker");
    let orders = WorkerOrders::new(&world, PipelineKind::Synthetic);
    let start = || WorkerProcess::start(program.to_str().unwrap(), &orders);
    let mut workers: Vec<WorkerProcess> = (0..WORKERS).map(|_| start()).collect();
    let delivered = Arc::new(Mutex::new(HashMap::new()));
    let delivering = tokio::spawn(deliver(world.clone(), delivered.clone()));

    let mut asked: Vec<RunId> = Vec::new();
    while asked.len() < arguments.runs {
        let text = ["ok", "ok", "ok", "refuse", "fail", "flaky 1", "slow 120"].choose(&mut random).unwrap();
        asked.push(world.ask(&format!("event-{}", asked.len()), text).await.run_id);
        match random.random_range(0..100) {
            0..=14 => {
                let victim = random.random_range(0..workers.len());
                workers[victim].kill();
                workers[victim] = start();
            }
            15..=24 => {
                let twice = asked[random.random_range(0..asked.len())];
                let _ = world.queue.push(twice).await;
            }
            25..=27 => {
                let _ = redis.flush().await;
            }
            28..=29 => {
                redis.kill();
                redis.restart().await.unwrap();
            }
            30..=31 => {
                postgres.kill();
                postgres.restart().await.unwrap();
            }
            _ => {}
        }
        tokio::time::sleep(Duration::from_millis(random.next_u64() % 40)).await;
    }

    let until = Instant::now() + PATIENCE;
    let (mut lost, mut doubled, mut stuck) = (0, 0, 0);
    for run_id in &asked {
        let left = until.saturating_duration_since(Instant::now()).max(Duration::from_millis(50));
        match world.ended(*run_id, left).await {
            None => {
                stuck += 1;
                eprintln!("stuck: {run_id}");
            }
            Some(state) => match world.replies(*run_id).await {
                (1, 1) if expected(state) => {}
                (0, _) | (_, 0) => {
                    lost += 1;
                    eprintln!("lost: {run_id} ended as {state} without a reply");
                }
                (replies, rows) => {
                    doubled += 1;
                    eprintln!(
                        "doubled: {run_id} ended as {state} with {replies} replies, {rows} outbox rows"
                    );
                }
            },
        }
    }
    // Every reply is delivered, each once.
    while delivered.lock().unwrap().len() + lost + stuck < asked.len() && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    delivering.abort();
    for run_id in &asked {
        match delivered.lock().unwrap().get(run_id) {
            Some(1) => {}
            Some(_) => doubled += 1,
            None => lost += usize::from(stuck == 0),
        }
    }
    println!(
        "{}",
        serde_json::json!({"runs": asked.len(), "lost": lost, "doubled": doubled, "stuck": stuck})
    );
    std::process::ExitCode::from(u8::from(lost + doubled + stuck > 0))
}

fn expected(state: RunState) -> bool {
    // A run whose worker was killed in every attempt may end as failed; that is an end, with a reply.
    matches!(state, RunState::Succeeded | RunState::Refused | RunState::Failed)
}

/// Takes deliveries as a front end does, and counts them.
async fn deliver(world: World, delivered: Arc<Mutex<HashMap<RunId, usize>>>) {
    loop {
        let taken = world
            .store
            .take_deliveries(Platform::Console, None, "chaos", Duration::from_secs(30), 50)
            .await
            .unwrap_or_default();
        for delivery in &taken {
            *delivered.lock().unwrap().entry(delivery.run_id).or_insert(0) += 1;
            while world.store.delivered(delivery.id, "chaos", None).await.is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        if taken.is_empty() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
