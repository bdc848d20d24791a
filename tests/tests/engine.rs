//! The run engine's promises, for a list of steps that knows nothing of questions: whatever process dies wherever,
//! however often a job comes, a run ends once, with one reply.

use rowcall_core::{RunId, RunState, StepState};
use rowcall_tests::{
    World,
    chaos::{PipelineKind, WorkerOrders, WorkerProcess, kill_points},
    synthetic,
};
use rowcall_worker::engine::{Advanced, Engine, EngineSettings, NoProbe};
use std::{sync::Arc, time::Duration};

const WORKER: &str = env!("CARGO_BIN_EXE_chaos-worker");
const PATIENCE: Duration = Duration::from_secs(30);

async fn world() -> World {
    let world = World::new().await;
    synthetic::prepare(world.store.pool()).await;
    world
}

fn engine(world: &World) -> Engine {
    let settings = EngineSettings {
        lease: Duration::from_millis(600),
        max_attempts: 3,
        retry_base: Duration::from_millis(5),
        step_timeout: Duration::from_secs(2),
        // Every step is worth a write here, so that a worker can be killed after it.
        slow: Duration::ZERO,
        store_patience: Duration::from_secs(5),
    };
    let pipeline = synthetic::pipeline(world.store.pool().clone());
    Engine::new(world.store.clone(), world.progress.clone(), pipeline, settings, Arc::new(NoProbe))
}

/// Advances a run as often as it takes, and gives the state it ends in.
async fn advance_to_end(engine: &Engine, run_id: RunId) -> RunState {
    for _ in 0..20 {
        match engine.advance(run_id).await.unwrap() {
            Advanced::Ended(state) => return state,
            Advanced::PutBack(wait) => tokio::time::sleep(wait + Duration::from_millis(5)).await,
            other => panic!("unexpected {other:?}"),
        }
    }
    panic!("the run never ended")
}

async fn traces(world: &World, run_id: RunId, step: &str) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM traces WHERE run_id = $1 AND step = $2")
        .bind(run_id.0)
        .bind(step)
        .fetch_one(world.store.pool())
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_goes_through_its_steps_and_is_told_once() {
    let world = world().await;
    let run = world.accept("one", "ok").await;
    assert!(!run.duplicate);
    assert_eq!(world.accept("one", "ok").await.run_id, run.run_id, "the same event is the same run");
    assert_eq!(advance_to_end(&engine(&world), run.run_id).await, RunState::Succeeded);
    assert_eq!(engine(&world).advance(run.run_id).await.unwrap(), Advanced::Nothing);
    assert_eq!(world.replies(run.run_id).await, (1, 1));
    let capsule = world.store.capsule(run.run_id).await.unwrap().unwrap();
    let names: Vec<&str> = capsule.steps.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["first", "heavy", "third", "last"]);
    assert_eq!(capsule.reply.unwrap().text, "done: ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_way_a_step_can_go_ends_the_run_as_it_must() {
    let world = world().await;
    let engine = engine(&world);
    let check = async |text: &str, state: RunState, attempts: i32, heavy: i64| {
        let run = world.accept(text, text).await;
        assert_eq!(advance_to_end(&engine, run.run_id).await, state, "{text}");
        assert_eq!(world.replies(run.run_id).await, (1, 1), "{text}");
        let capsule = world.store.capsule(run.run_id).await.unwrap().unwrap();
        assert_eq!(capsule.run.attempt, attempts, "{text}");
        assert_eq!(traces(&world, run.run_id, "heavy").await, heavy, "{text}");
        // The first step was written with the failing one, and is not done again.
        assert_eq!(traces(&world, run.run_id, "first").await, 1, "{text}");
        let failed = capsule.steps.iter().filter(|s| s.state == StepState::Failed).count();
        assert_eq!(
            failed,
            usize::try_from(heavy).unwrap() - usize::from(state == RunState::Succeeded && heavy > 0),
            "{text}"
        );
    };
    check("ok", RunState::Succeeded, 1, 1).await;
    check("refuse", RunState::Refused, 1, 0).await;
    check("fail", RunState::Failed, 1, 1).await;
    check("flaky 2", RunState::Succeeded, 3, 3).await;
    check("flaky 9", RunState::Failed, 3, 3).await;
    check("panic", RunState::Failed, 3, 3).await;
    check("slow 5000", RunState::Failed, 1, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_comes_twice_is_done_once() {
    let world = world().await;
    let engine = engine(&world);
    let run = world.accept("twice", "slow 200").await;
    let both = tokio::join!(engine.advance(run.run_id), engine.advance(run.run_id));
    let mut outcomes = [both.0.unwrap(), both.1.unwrap()];
    outcomes.sort_by_key(|o| *o == Advanced::Nothing);
    assert_eq!(outcomes, [Advanced::Ended(RunState::Succeeded), Advanced::Nothing]);
    assert_eq!(traces(&world, run.run_id, "heavy").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_thought_dead_cannot_write() {
    let world = world().await;
    let run = world.accept("slow", "ok").await;
    let first = world.store.take(run.run_id, Duration::from_millis(1)).await.unwrap().unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    let second = world.store.take(run.run_id, Duration::from_secs(5)).await.unwrap().unwrap();
    assert_eq!(second.lease.epoch, first.lease.epoch + 1);
    let ending = rowcall_shared::store::Ending {
        reply: rowcall_core::Reply::words(run.run_id, RunState::Succeeded, "from beyond"),
        plan: None,
        steps: Vec::new(),
    };
    assert!(!world.store.finish(&first.lease, &ending).await.unwrap());
    assert!(!world.store.record_steps(&first.lease, &[]).await.unwrap());
    assert_eq!(world.store.renew(&first.lease, Duration::from_secs(5)).await.unwrap(), None);
    let kind = rowcall_core::ArtifactKind::Csv;
    assert!(world.store.upload(&first.lease, kind, "a.csv", "text/csv", "").await.unwrap().is_none());
    assert!(world.store.finish(&second.lease, &ending).await.unwrap());
    assert_eq!(world.replies(run.run_id).await, (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_run_ends_soon_whether_it_waits_or_works() {
    let world = world().await;
    let engine = engine(&world);
    let waiting = world.accept("waiting", "ok").await;
    assert!(world.store.request_cancel(waiting.run_id).await.unwrap());
    assert_eq!(advance_to_end(&engine, waiting.run_id).await, RunState::Cancelled);
    assert_eq!(traces(&world, waiting.run_id, "first").await, 0);

    let working = world.accept("working", "slow 1900").await;
    let (ended, ()) = tokio::join!(advance_to_end(&engine, working.run_id), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(world.store.request_cancel(working.run_id).await.unwrap());
    });
    assert_eq!(ended, RunState::Cancelled);
    assert_eq!(traces(&world, working.run_id, "third").await, 0);
    assert!(!world.store.request_cancel(working.run_id).await.unwrap(), "it has ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_kills_every_worker_ends_as_failed() {
    let world = world().await;
    let engine = engine(&world);
    let run = world.accept("poison", "ok").await;
    for _ in 0..3 {
        // Taken, and never heard of again.
        assert!(world.store.take(run.run_id, Duration::from_millis(1)).await.unwrap().is_some());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(advance_to_end(&engine, run.run_id).await, RunState::Failed);
    let capsule = world.store.capsule(run.run_id).await.unwrap().unwrap();
    assert_eq!(capsule.run.failure_code.as_deref(), Some("gave_up"));
    assert_eq!(traces(&world, run.run_id, "first").await, 0, "nothing was tried once more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_at_any_point_costs_nothing() {
    let steps = ["first", "heavy", "third", "last"];
    let cases = kill_points(&steps).into_iter().map(|at| async move {
        let world = world().await;
        let run = world.ask("victim", "ok").await;
        // Rung twice: a second job changes nothing.
        world.queue.push(run.run_id).await.unwrap();
        let orders = WorkerOrders::new(&world, PipelineKind::Synthetic);
        let mut victim = WorkerProcess::start(WORKER, &orders.clone().dying(at.clone()));
        assert!(victim.died(PATIENCE).await, "{at:?} was never reached");
        let _heir = WorkerProcess::start(WORKER, &orders);
        assert_eq!(world.ended(run.run_id, PATIENCE).await, Some(RunState::Succeeded), "{at:?}");
        assert_eq!(world.replies(run.run_id).await, (1, 1), "{at:?}");
        let capsule = world.store.capsule(run.run_id).await.unwrap().unwrap();
        let mut names: Vec<&str> = capsule.steps.iter().map(|s| s.name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["first", "heavy", "last", "third"], "{at:?}: each step is kept once");
        assert!(traces(&world, run.run_id, "heavy").await <= 2, "{at:?}");
    });
    futures::future::join_all(cases).await;
}
