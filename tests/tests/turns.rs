//! Turns: one person's questions do not keep another's waiting, and of one person at most three work on a source at
//! once, of all people together as many as the source's settings say, however many workers there are and whatever dies.
//! None is lost.

use chrono::Utc;
use rowcall_core::{Actor, Inbound, Place, Platform, Reply, Room, RunId, RunState};
use rowcall_shared::store::{Ending, PERSON_AT_ONCE};
use rowcall_tests::{
    World,
    chaos::{PipelineKind, WorkerOrders, WorkerProcess},
    synthetic,
};
use std::time::Duration;

const WORKER: &str = env!("CARGO_BIN_EXE_chaos-worker");
const PATIENCE: Duration = Duration::from_secs(60);
const LEASE: Duration = Duration::from_secs(20);

async fn world() -> World {
    let world = World::new().await;
    synthetic::prepare(world.store.pool()).await;
    world
}

/// Accepts a question of somebody in a chat, on a source; nobody rings.
async fn accept(world: &World, person: &str, source: &str, text: &str) -> RunId {
    let event = uuid::Uuid::new_v4().to_string();
    let room = Room { space: Some("guild".into()), channel: "channel".into(), direct: false };
    let (platform, name) = (Platform::Discord, format!("person {person}"));
    let actor = Actor { platform, id: person.into(), name, roles: Vec::new(), room, seen_at: Utc::now() };
    let place = Place { platform, key: format!("place-of-{event}") };
    world.store.accept(&Inbound::question(place, event, actor, text), source).await.unwrap().run_id
}

async fn take(world: &World, run: RunId) -> Option<rowcall_shared::store::Lease> {
    world.store.take(run, LEASE).await.unwrap().map(|taken| taken.lease)
}

/// How many of the person's runs worked on their heavy step at the same time, at most.
async fn most_at_once(world: &World, person: &str) -> i64 {
    most_of(world, "discord:", person).await
}

/// The same of a person, or of everybody on a source.
async fn most_of(world: &World, platform: &str, whose: &str) -> i64 {
    sqlx::query_scalar(
        "WITH heavy AS (SELECT s.* FROM steps s JOIN runs ON runs.id = s.run_id
                        WHERE s.name = 'heavy' AND s.state = 'completed' AND (runs.subject = $1 OR runs.source = $1))
         SELECT max((SELECT count(*) FROM heavy o WHERE o.started_at <= h.started_at AND o.finished_at > h.started_at))
         FROM heavy h",
    )
    .bind(format!("{platform}{whose}"))
    .fetch_one(world.store.pool())
    .await
    .unwrap()
}

async fn assert_ended(world: &World, runs: &[RunId]) {
    for run in runs {
        assert_eq!(world.ended(*run, PATIENCE).await, Some(RunState::Succeeded), "{run}");
        assert_eq!(world.replies(*run).await, (1, 1), "{run}");
    }
}

async fn ended_at(world: &World, runs: &[RunId]) -> Vec<chrono::DateTime<Utc>> {
    let ids: Vec<uuid::Uuid> = runs.iter().map(|run| run.0).collect();
    sqlx::query_scalar("SELECT finished_at FROM runs WHERE id = ANY ($1) ORDER BY finished_at")
        .bind(ids)
        .fetch_all(world.store.pool())
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_with_many_questions_keeps_nobody_waiting() {
    let world = world().await;
    let mut many = Vec::new();
    for _ in 0..24 {
        many.push(accept(&world, "eager", "demo", "slow 250").await);
    }
    let other = accept(&world, "patient", "demo", "ok").await;
    for run in many.iter().chain([&other]) {
        world.queue.push(*run).await.unwrap();
    }
    let orders = WorkerOrders::new(&world, PipelineKind::Synthetic);
    let _workers = [WorkerProcess::start(WORKER, &orders), WorkerProcess::start(WORKER, &orders)];
    assert_ended(&world, &[other]).await;
    assert_ended(&world, &many).await;
    assert_eq!(most_at_once(&world, "eager").await, i64::from(PERSON_AT_ONCE));
    let (others, many) = (ended_at(&world, &[other]).await, ended_at(&world, &many).await);
    let before = many.iter().filter(|at| **at < others[0]).count();
    assert!(before <= 2 * PERSON_AT_ONCE as usize, "{before} of the eager person's questions came first");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_turn_is_lost_with_a_worker_or_a_ring() {
    let world = world().await;
    let mut runs = Vec::new();
    for _ in 0..9 {
        // Nobody rings: as if Redis had been away.
        runs.push(accept(&world, "eager", "demo", "slow 400").await);
    }
    let orders = WorkerOrders::new(&world, PipelineKind::Synthetic);
    let mut victim = WorkerProcess::start(WORKER, &orders);
    let working = "SELECT count(*) FROM runs WHERE state = 'running'";
    let full = async || {
        let running: i64 = sqlx::query_scalar(working).fetch_one(world.store.pool()).await.unwrap();
        running == i64::from(PERSON_AT_ONCE)
    };
    assert!(rowcall_tests::chat::within(PATIENCE, full).await, "the turns were never all taken");
    victim.kill();
    let _heirs = [WorkerProcess::start(WORKER, &orders), WorkerProcess::start(WORKER, &orders)];
    assert_ended(&world, &runs).await;
    assert!(most_at_once(&world, "eager").await <= i64::from(PERSON_AT_ONCE));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_is_one_runs_alone_however_many_reach_for_it() {
    let world = world().await;
    let mut runs = Vec::new();
    for _ in 0..20 {
        runs.push(accept(&world, "eager", "demo", "ok").await);
    }
    let taken = futures::future::join_all(runs.iter().map(|run| take(&world, *run))).await;
    let leases: Vec<_> = taken.into_iter().flatten().collect();
    assert_eq!(leases.len(), PERSON_AT_ONCE as usize);

    // Other people, other sources, and whoever is let in without a name are not touched by it.
    let elsewhere = accept(&world, "eager", "other", "ok").await;
    let patient = accept(&world, "patient", "demo", "ok").await;
    assert!(take(&world, elsewhere).await.is_some() && take(&world, patient).await.is_some());
    for n in 0..=PERSON_AT_ONCE {
        let local = world.accept(&format!("local {n}"), "ok").await;
        assert!(take(&world, local.run_id).await.is_some());
    }

    // Whoever waits is not stuck, and is next in the order they came.
    let waits = |run: &&RunId| leases.iter().all(|lease| lease.run_id != **run);
    let waiting: Vec<RunId> = runs.iter().filter(waits).copied().collect();
    assert!(world.store.stuck(Duration::ZERO, 100).await.unwrap().runs.is_empty());
    let (ended, next) = (&leases[0], waiting[0]);
    let reply = Reply::words(ended.run_id, RunState::Succeeded, "done");
    assert!(world.store.finish(ended, &Ending { reply, plan: None, steps: Vec::new() }).await.unwrap());
    assert_eq!(world.store.next_in_turn(ended.run_id).await.unwrap(), [next]);
    assert_eq!(world.store.stuck(Duration::ZERO, 100).await.unwrap().runs, waiting);
    assert!(take(&world, next).await.is_some());
    assert!(take(&world, waiting[1]).await.is_none());

    // One that is to be stopped needs no turn for that.
    assert!(world.store.request_cancel(waiting[5]).await.unwrap());
    assert_eq!(world.store.stuck(Duration::ZERO, 100).await.unwrap().runs, [waiting[5]]);
    assert!(take(&world, waiting[5]).await.is_some());

    // A worker that fell silent keeps its place until somebody takes the run over, who has it then.
    let silent = accept(&world, "silent", "demo", "ok").await;
    assert!(world.store.take(silent, Duration::from_millis(1)).await.unwrap().is_some());
    let lapsed = "SELECT count(*) = 1 FROM runs WHERE id = $1 AND lease_until < now()";
    let lapsed =
        async || sqlx::query_scalar(lapsed).bind(silent.0).fetch_one(world.store.pool()).await.unwrap();
    assert!(rowcall_tests::chat::within(PATIENCE, lapsed).await);
    assert!(take(&world, silent).await.is_some());
    let turn: Option<i32> = sqlx::query_scalar("SELECT turn FROM runs WHERE id = $1")
        .bind(silent.0)
        .fetch_one(world.store.pool())
        .await
        .unwrap();
    assert_eq!(turn, Some(1));
}

/// A source on which so many questions work at once.
async fn narrow(world: &World, at_once: u16) {
    let settings = serde_json::json!({ "at_once": at_once });
    world.store.put_source("narrow", "env:NOWHERE", &settings).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_source_keeps_nobody_from_another_and_loses_none() {
    let world = world().await;
    narrow(&world, 2).await;
    let mut many = Vec::new();
    for n in 0..16 {
        many.push(accept(&world, &format!("person {}", n % 5), "narrow", "slow 250").await);
    }
    let elsewhere = accept(&world, "person 0", "demo", "ok").await;
    for run in many.iter().chain([&elsewhere]) {
        world.queue.push(*run).await.unwrap();
    }
    let orders = WorkerOrders::new(&world, PipelineKind::Synthetic);
    let mut victim = WorkerProcess::start(WORKER, &orders);
    let _other = WorkerProcess::start(WORKER, &orders);
    assert_ended(&world, &[elsewhere]).await;
    // With a worker dies what it had taken; the places are its runs' until others take them over.
    victim.kill();
    let _heir = WorkerProcess::start(WORKER, &orders);
    assert_ended(&world, &many).await;
    assert!(most_of(&world, "", "narrow").await <= 2);
    let (others, many) = (ended_at(&world, &[elsewhere]).await, ended_at(&world, &many).await);
    let before = many.iter().filter(|at| **at < others[0]).count();
    assert!(before <= 4, "{before} questions of the full source came first");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sources_place_is_one_runs_alone_and_goes_to_who_waited_longest() {
    let world = world().await;
    narrow(&world, 4).await;
    let mut runs = Vec::new();
    for n in 0..PERSON_AT_ONCE * 2 {
        runs.push(accept(&world, "eager", "narrow", &format!("ok {n}")).await);
    }
    for n in 0..14 {
        runs.push(accept(&world, &format!("person {n}"), "narrow", "ok").await);
    }
    let taken = futures::future::join_all(runs.iter().map(|run| take(&world, *run))).await;
    let leases: Vec<_> = taken.into_iter().flatten().collect();
    assert_eq!(leases.len(), 4);
    assert!(world.store.stuck(Duration::ZERO, 100).await.unwrap().runs.is_empty());
    // Neither who is let in without a name nor a run that was put back gets in beside them.
    let place = Place { platform: Platform::Console, key: "local".into() };
    let actor = Actor::local(Platform::Console, "tester", Utc::now());
    let local = Inbound::question(place, "local", actor, "ok");
    let local = world.store.accept(&local, "narrow").await.unwrap().run_id;
    assert!(take(&world, local).await.is_none());

    // Its settings may change at any time.
    narrow(&world, 5).await;
    assert!(take(&world, local).await.is_some());
    narrow(&world, 4).await;

    let waits = |run: &&RunId| leases.iter().all(|lease| lease.run_id != **run);
    let of_eager = |run: &RunId| runs[..2 * PERSON_AT_ONCE as usize].contains(run);
    let waiting: Vec<RunId> = runs.iter().filter(waits).copied().collect();
    let reply = |run| Reply::words(run, RunState::Succeeded, "done");
    let end = async |lease: &rowcall_shared::store::Lease| {
        let ending = Ending { reply: reply(lease.run_id), plan: None, steps: Vec::new() };
        assert!(world.store.finish(lease, &ending).await.unwrap());
    };
    // The longest waiting of those whose person has a turn left; and the same person's next, should the source not be full.
    let full = leases.iter().filter(|lease| of_eager(&lease.run_id)).count() == PERSON_AT_ONCE as usize;
    let ended = leases.iter().find(|lease| !of_eager(&lease.run_id)).unwrap();
    end(ended).await;
    let first = waiting.iter().find(|run| !full || !of_eager(run)).copied().unwrap();
    assert!(world.store.next_in_turn(ended.run_id).await.unwrap().contains(&first));
    assert!(take(&world, first).await.is_some());
    assert!(take(&world, *waiting.last().unwrap()).await.is_none());
    let nowhere: Option<i32> =
        sqlx::query_scalar("SELECT max(source_turn) FROM runs WHERE source <> 'narrow'")
            .fetch_one(world.store.pool())
            .await
            .unwrap();
    assert_eq!(nowhere, None);
}
