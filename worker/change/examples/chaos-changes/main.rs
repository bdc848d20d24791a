//! `make chaos-changes RUNS=n`: runs n changes of a real PostgreSQL, each by worker processes that are killed, stopped and
//! set going again, whose connections are cut before, during and after every statement of the execution, and whose server
//! is killed; every job comes twice, some at once, some are withdrawn meanwhile. Ends with one JSON line
//! `{runs, lost, doubled, wrongly_settled}`.

#![allow(clippy::unwrap_used, reason = "a test's helper must stop when it cannot do what it is for")]

mod attempt;
mod proxy;
mod ticket;
mod world;

use futures::{StreamExt, stream};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::{process::ExitCode, sync::Arc};
use ticket::{Kind, Verdict};
use world::World;

/// Changes that are on their way at once.
const AT_ONCE: usize = 4;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, orders] = arguments.as_slice()
        && word == "attempt"
    {
        attempt::run(orders).await;
        return ExitCode::SUCCESS;
    }
    let number = |name: &str, default: u64| -> u64 {
        let at = arguments.iter().position(|a| a == name);
        at.and_then(|at| arguments.get(at + 1)).map_or(default, |value| value.parse().unwrap())
    };
    let (runs, seed) = (number("--runs", 200), number("--seed", 1));
    let world = Arc::new(World::start().await);
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let plans: Vec<(u64, u64)> = (0..runs).map(|n| (n, random.random())).collect();
    let verdicts: Vec<Verdict> = stream::iter(plans)
        .map(|(n, seed)| {
            let world = Arc::clone(&world);
            async move {
                let kind = Kind::ALL[usize::try_from(n).unwrap() % Kind::ALL.len()];
                ticket::run(&world, n, kind, ChaCha8Rng::seed_from_u64(seed)).await
            }
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let count = |wanted: Verdict| verdicts.iter().filter(|v| **v == wanted).count();
    eprintln!("{}", world.tally());
    let (lost, doubled, wrong) =
        (count(Verdict::Lost), count(Verdict::Doubled), count(Verdict::WronglySettled));
    println!(
        "{}",
        serde_json::json!({"runs": verdicts.len(), "lost": lost, "doubled": doubled, "wrongly_settled": wrong})
    );
    ExitCode::from(u8::from(lost + doubled + wrong > 0))
}
