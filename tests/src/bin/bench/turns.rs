//! Turns: what it costs to take a run where many are queued, most of them by one person, on a source that works on eight.

use crate::{measure::quantiles, servers::Servers};
use rowcall_core::RunId;
use rowcall_tests::World;
use serde_json::{Value as Json, json};
use std::time::{Duration, Instant};

/// Runs at once on the source.
const AT_ONCE: usize = 8;
const LEASE: Duration = Duration::from_secs(600);

/// With each of these numbers of queued runs: taking one that gets a place, taking one that gets none since the source is
/// full, finding the runs whose turn is next, and the reconciler's look for runs that nobody looks after.
pub async fn queued(servers: &Servers, numbers: &[i64], times: usize) -> Json {
    let world = servers.world("turns").await;
    world.store.put_source("narrow", "env:NOWHERE", &json!({ "at_once": AT_ONCE })).await.unwrap();
    let mut report = serde_json::Map::new();
    for number in numbers {
        let runs = queue(&world, *number).await;
        report.insert(number.to_string(), measure(&world, &runs, times).await);
    }
    report.into()
}

async fn measure(world: &World, runs: &[RunId], times: usize) -> Json {
    let (mut taking, mut next) = (Vec::new(), Vec::new());
    for run in runs.iter().cycle().take(times) {
        let began = Instant::now();
        assert!(world.store.take(*run, LEASE).await.unwrap().is_some());
        taking.push(began.elapsed());
        let began = Instant::now();
        world.store.next_in_turn(*run).await.unwrap();
        next.push(began.elapsed());
        put_back(world).await;
    }
    let (mut refused, mut stuck) = (Vec::new(), Vec::new());
    let mut taken = 0;
    for run in runs.iter().rev() {
        taken += usize::from(world.store.take(*run, LEASE).await.unwrap().is_some());
        if taken == AT_ONCE {
            break;
        }
    }
    for run in runs.iter().cycle().take(times) {
        let began = Instant::now();
        let got = world.store.take(*run, LEASE).await.unwrap();
        refused.push(began.elapsed());
        assert!(got.is_none() || taken < AT_ONCE);
        let began = Instant::now();
        world.store.stuck(Duration::ZERO, 200).await.unwrap();
        stuck.push(began.elapsed());
    }
    put_back(world).await;
    json!({
        "take": quantiles(taking), "take_when_full": quantiles(refused), "next_in_turn": quantiles(next),
        "look_for_stuck_when_full": quantiles(stuck),
    })
}

async fn put_back(world: &World) {
    sqlx::raw_sql(
        "UPDATE runs SET state = 'queued', lease_owner = NULL, lease_until = NULL WHERE state = 'running'",
    )
    .execute(world.store.pool())
    .await
    .unwrap();
}

/// That many queued runs and no others: nine of ten by one person, the rest by a thousand. Some of the oldest and newest.
async fn queue(world: &World, number: i64) -> Vec<RunId> {
    sqlx::raw_sql("TRUNCATE conversations CASCADE").execute(world.store.pool()).await.unwrap();
    sqlx::query(
        "WITH c AS (INSERT INTO conversations (id, platform, key)
                    SELECT gen_random_uuid(), 'discord', 'queued-' || i FROM generate_series(1, $1) i RETURNING id, key),
              r AS (SELECT gen_random_uuid() AS run, gen_random_uuid() AS message, id AS conversation, key,
                           split_part(key, '-', 2)::bigint AS i FROM c),
              m AS (INSERT INTO messages (id, conversation_id, run_id, author, author_name, dedup_key, body)
                    SELECT message, conversation, run, 'person', 'queued', key, 'how many orders?' FROM r)
         INSERT INTO runs (id, conversation_id, message_id, platform, source, subject, due_at)
         SELECT run, conversation, message, 'discord', 'narrow',
                CASE WHEN i % 10 < 9 THEN 'discord:eager' ELSE 'discord:person-' || i % 9973 % 1000 END,
                now() - make_interval(secs => $1 - i + 5)
         FROM r",
    )
    .bind(number)
    .execute(world.store.pool())
    .await
    .unwrap();
    sqlx::raw_sql("VACUUM ANALYZE runs, messages, conversations").execute(world.store.pool()).await.unwrap();
    let ids: Vec<uuid::Uuid> = sqlx::query_scalar(
        "(SELECT id FROM runs ORDER BY due_at LIMIT 100) UNION (SELECT id FROM runs ORDER BY due_at DESC LIMIT 100)",
    )
    .fetch_all(world.store.pool())
    .await
    .unwrap();
    ids.into_iter().map(RunId).collect()
}
