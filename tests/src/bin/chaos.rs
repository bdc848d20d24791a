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
    answers::{Cells, rows_in},
    chaos::{PipelineKind, WorkerOrders, WorkerProcess},
    questions::{Asking, DemoData},
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
    /// Which list of steps the questions go through.
    #[arg(long, value_enum, default_value_t = Steps::Both)]
    pipeline: Steps,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Steps {
    /// Steps that know nothing of questions.
    Synthetic,
    /// The product's own, over the demo data.
    Questions,
    /// Both: workers of one kind beside workers of the other, each with a store and a queue of its own.
    Both,
}

/// What is asked of the product's own steps: answers, refusals, a chart, a file, a join.
const QUESTIONS: [&str; 6] = [
    "how many products are there?",
    "orders by status",
    "orders per month in 2025",
    "list the products in the Garden category",
    "orders by customer region",
    "how is the weather on mars?",
];
/// What is asked of the synthetic ones.
const WORDS: [&str; 7] = ["ok", "ok", "ok", "refuse", "fail", "flaky 1", "slow 120"];

const WORKERS: usize = 2;
const PATIENCE: Duration = Duration::from_secs(180);

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let arguments = Arguments::parse();
    let mut random = ChaCha8Rng::seed_from_u64(arguments.seed);
    let mut servers = Servers {
        postgres: Postgres::start(PostgresOptions::throwaway()).await.unwrap(),
        redis: Redis::start(RedisOptions::default()).await.unwrap(),
    };
    let mut sides = Vec::new();
    if arguments.pipeline != Steps::Questions {
        sides.push(Side::synthetic(&servers).await);
    }
    if arguments.pipeline != Steps::Synthetic {
        sides.push(Side::questions(&servers).await);
    }
    let mut asked: Vec<(usize, RunId)> = Vec::new();
    let mut asked_text: HashMap<RunId, &str> = HashMap::new();
    while asked.len() < arguments.runs {
        let number = random.random_range(0..sides.len());
        let side = &mut sides[number];
        let text = side.texts.choose(&mut random).unwrap();
        let event = format!("event-{}", asked.len());
        let run_id = side.asking.ask(&event, text).await;
        asked.push((number, run_id));
        asked_text.insert(run_id, text);
        match random.random_range(0..100) {
            0..=14 => {
                let victim = random.random_range(0..side.workers.len());
                side.workers[victim].kill();
                side.workers[victim] = side.worker();
            }
            15..=24 => {
                let (number, twice) = asked[random.random_range(0..asked.len())];
                let _ = sides[number].world().queue.push(twice).await;
            }
            disaster => servers.strike(disaster).await,
        }
        tokio::time::sleep(Duration::from_millis(random.next_u64() % 40)).await;
    }

    let until = Instant::now() + PATIENCE;
    let mut answers: HashMap<&str, Cells> = HashMap::new();
    let (mut lost, mut doubled, mut stuck) = (0, 0, 0);
    for (number, run_id) in &asked {
        let world = sides[*number].world();
        let left = until.saturating_duration_since(Instant::now()).max(Duration::from_millis(50));
        match world.ended(*run_id, left).await {
            None => {
                stuck += 1;
                eprintln!("stuck: {run_id}");
            }
            Some(state) => match world.replies(*run_id).await {
                (1, 1) if expected(state) => {
                    let capsule = world.store.capsule(*run_id).await.unwrap().unwrap();
                    let Some(reply) = capsule.reply.filter(|_| state == RunState::Succeeded) else {
                        continue;
                    };
                    let (text, rows) = (asked_text[run_id], rows_in(&reply));
                    // The data does not change: the same question has the same rows, whatever happened meanwhile.
                    if *answers.entry(text).or_insert_with(|| rows.clone()) != rows {
                        lost += 1;
                        eprintln!("lost: {run_id} gave other rows for {text:?}");
                    }
                }
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
    let delivered =
        |run_id: &RunId| sides.iter().find_map(|s| s.delivered.lock().unwrap().get(run_id).copied());
    let count = || asked.iter().filter(|(_, run_id)| delivered(run_id).is_some()).count();
    while count() + lost + stuck < asked.len() && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for (_, run_id) in &asked {
        match delivered(run_id) {
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

struct Servers {
    postgres: Postgres,
    redis: Redis,
}

impl Servers {
    /// What happens to the servers for a number from 0 to 99: mostly nothing. The source is a database of the same
    /// PostgreSQL, so that it goes away together with the store.
    async fn strike(&mut self, disaster: u32) {
        match disaster {
            25..=27 => {
                let _ = self.redis.flush().await;
            }
            28..=29 => {
                self.redis.kill();
                self.redis.restart().await.unwrap();
            }
            30..=31 => {
                self.postgres.kill();
                self.postgres.restart().await.unwrap();
            }
            _ => {}
        }
    }
}

/// One list of steps with all it needs.
struct Side {
    asking: Asker,
    texts: &'static [&'static str],
    orders: WorkerOrders,
    workers: Vec<WorkerProcess>,
    delivered: Arc<Mutex<HashMap<RunId, usize>>>,
}

/// How questions come in.
enum Asker {
    Synthetic(Box<World>),
    Questions(Box<Asking>),
}

impl Asker {
    async fn ask(&self, event: &str, text: &str) -> RunId {
        match self {
            Self::Synthetic(world) => world.ask(event, text).await.run_id,
            // What was not accepted is not lost: it is asked until it is accepted.
            Self::Questions(asking) => loop {
                if let Ok(run_id) = asking.hand_in_event(event, event, None, text).await {
                    break run_id;
                }
            },
        }
    }
}

impl Side {
    async fn synthetic(servers: &Servers) -> Self {
        let world = Self::store(servers, "synthetic").await;
        synthetic::prepare(world.store.pool()).await;
        Self::new(Asker::Synthetic(Box::new(world)), PipelineKind::Synthetic, Platform::Console, &WORDS)
    }

    async fn questions(servers: &Servers) -> Self {
        let world = Self::store(servers, "questions").await;
        servers.postgres.create_database("source", None).await.unwrap();
        let data = DemoData::load(servers.postgres.url("source")).await;
        let asking = Asking::idle(world, &data, serde_json::json!({"sample_values": false})).await;
        Self::new(Asker::Questions(Box::new(asking)), PipelineKind::Questions, Platform::Cli, &QUESTIONS)
    }

    async fn store(servers: &Servers, name: &str) -> World {
        servers.postgres.create_database(name, None).await.unwrap();
        let world = World::at(&servers.postgres.url(name), &servers.redis.url(), name);
        world.store.migrate().await.unwrap();
        world
    }

    fn new(asking: Asker, kind: PipelineKind, platform: Platform, texts: &'static [&'static str]) -> Self {
        let world = match &asking {
            Asker::Synthetic(world) => (**world).clone(),
            Asker::Questions(asking) => asking.world.clone(),
        };
        let delivered = Arc::new(Mutex::new(HashMap::new()));
        let orders = WorkerOrders::new(&world, kind);
        tokio::spawn(deliver(world, platform, delivered.clone()));
        let mut side = Self { asking, texts, orders, workers: Vec::new(), delivered };
        side.workers = (0..WORKERS).map(|_| side.worker()).collect();
        side
    }

    fn worker(&self) -> WorkerProcess {
        let program = std::env::current_exe().unwrap().with_file_name("chaos-worker");
        WorkerProcess::start(program.to_str().unwrap(), &self.orders)
    }

    fn world(&self) -> &World {
        match &self.asking {
            Asker::Synthetic(world) => world,
            Asker::Questions(asking) => &asking.world,
        }
    }
}

fn expected(state: RunState) -> bool {
    // A run whose worker was killed in every attempt may end as failed; that is an end, with a reply.
    matches!(state, RunState::Succeeded | RunState::Refused | RunState::Failed)
}

/// Takes deliveries as a front end does, and counts them.
async fn deliver(world: World, platform: Platform, delivered: Arc<Mutex<HashMap<RunId, usize>>>) {
    loop {
        let taken = world
            .store
            .take_deliveries(platform, None, "chaos", Duration::from_secs(30), 50)
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
