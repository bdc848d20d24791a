//! The same promises as in `engine.rs`, for the product's own steps: whatever dies wherever, a question ends with
//! exactly one reply, and its rows are right.

use chrono::Utc;
use rowcall_core::{Actor, Ask, Inbound, Place, Platform, RunId, RunState};
use rowcall_embedded::{Postgres, PostgresOptions, Redis, RedisOptions};
use rowcall_tests::{
    World,
    answers::{rows_in, rows_of},
    chaos::{KillAt, PipelineKind, Point, WorkerOrders, WorkerProcess, kill_points},
    chat::within,
    questions::{Asking, DemoData, READER, WRITER, pipeline},
    slow,
};
use serde_json::json;
use std::time::Duration;

const WORKER: &str = env!("CARGO_BIN_EXE_chaos-worker");
const PATIENCE: Duration = Duration::from_secs(60);

const QUESTION: &str = "orders by status";
const RIGHT: &str = "SELECT status, count(*) FROM shop.orders GROUP BY 1 ORDER BY 2 DESC";

/// One reply, with the right rows.
async fn assert_answered(asking: &Asking, data: &DemoData, run_id: RunId, told: &str) {
    assert_eq!(asking.world.ended(run_id, PATIENCE).await, Some(RunState::Succeeded), "{told}");
    let reply = asking.reply(run_id).await;
    assert_eq!(rows_in(&reply), rows_of(&data.admin_url, RIGHT).await, "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_at_any_point_of_a_question_costs_nothing() {
    let data = DemoData::new().await;
    let steps = pipeline(&World::new().await).names();
    assert_eq!(steps, ["understand", "plan", "check", "execute", "render"]);
    // These two wait for nothing: they have a beginning and an end, but no middle to die in.
    let instant =
        |at: &KillAt| at.point == Point::During && matches!(at.step.as_deref(), Some("understand" | "check"));
    let cases: Vec<_> = kill_points(&steps)
        .into_iter()
        .filter(|at| !instant(at))
        .map(|at| {
            let data = &data;
            async move {
                let asking = Asking::idle(World::new().await, data, json!({"sample_values": false})).await;
                let world = &asking.world;
                let run_id = asking.hand_in("victim", None, QUESTION).await.unwrap();
                // Rung twice: a second job changes nothing.
                world.queue.push(run_id).await.unwrap();
                let orders = WorkerOrders::new(world, PipelineKind::Questions);
                let mut victim = WorkerProcess::start(WORKER, &orders.clone().dying(at.clone()));
                assert!(victim.died(PATIENCE).await, "{at:?} was never reached");
                let _heir = WorkerProcess::start(WORKER, &orders);
                assert_answered(&asking, data, run_id, &format!("{at:?}")).await;
                let capsule = world.store.capsule(run_id).await.unwrap().unwrap();
                let mut names: Vec<&str> = capsule.steps.iter().map(|s| s.name.as_str()).collect();
                names.sort_unstable();
                assert_eq!(
                    names,
                    ["check", "execute", "plan", "render", "understand"],
                    "{at:?}: each is kept once"
                );
                let charts: i64 =
                    sqlx::query_scalar("SELECT count(*) FROM artifacts WHERE run_id = $1 AND kind = 'chart'")
                        .bind(run_id.0)
                        .fetch_one(world.store.pool())
                        .await
                        .unwrap();
                assert_eq!(charts, 1, "{at:?}: one picture is kept");
            }
        })
        .collect();
    // A few at a time: each has two processes of its own.
    futures::StreamExt::for_each_concurrent(futures::stream::iter(cases), 6, |case| case).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_flushed_and_restarted_while_questions_wait() {
    let data = DemoData::new().await;
    let mut redis = Redis::start(RedisOptions::default()).await.unwrap();
    let shared = World::new().await;
    let world = World::at(shared.config.database_url.reveal(), &redis.url(), "chaos");
    let asking = Asking::idle(world, &data, json!({})).await;
    let mut runs = Vec::new();
    for i in 0..6 {
        runs.push(asking.hand_in(&format!("flushed-{i}"), None, QUESTION).await.unwrap());
    }
    redis.flush().await.unwrap();
    let orders = WorkerOrders::new(&asking.world, PipelineKind::Questions);
    let _workers = [WorkerProcess::start(WORKER, &orders), WorkerProcess::start(WORKER, &orders)];
    for i in 0..6 {
        runs.push(asking.hand_in(&format!("restarted-{i}"), None, QUESTION).await.unwrap());
    }
    redis.kill();
    redis.restart().await.unwrap();
    for run_id in runs {
        assert_answered(&asking, &data, run_id, "Redis").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_store_restarted_while_questions_are_answered() {
    let data = DemoData::new().await;
    let mut postgres = Postgres::start(PostgresOptions::throwaway()).await.unwrap();
    postgres.create_database("store", None).await.unwrap();
    let shared = World::new().await;
    let world = World::at(&postgres.url("store"), shared.config.redis_url.reveal(), &shared.config.namespace);
    world.store.migrate().await.unwrap();
    let asking = Asking::idle(world, &data, json!({})).await;
    let orders = WorkerOrders::new(&asking.world, PipelineKind::Questions);
    let _workers = [WorkerProcess::start(WORKER, &orders), WorkerProcess::start(WORKER, &orders)];
    let mut runs = Vec::new();
    for round in 0..2 {
        for i in 0..6 {
            runs.push(asking.hand_in(&format!("{round}-{i}"), None, QUESTION).await.unwrap());
        }
        postgres.kill();
        postgres.restart().await.unwrap();
    }
    for run_id in runs {
        assert_answered(&asking, &data, run_id, "the store").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_source_restarted_while_a_query_runs() {
    let mut postgres = Postgres::start(PostgresOptions::throwaway()).await.unwrap();
    postgres.create_database("source", None).await.unwrap();
    let data = DemoData::load(postgres.url("source")).await;
    data.run(&slow::view(5, 3000, READER)).await;
    let asking = Asking::idle(World::new().await, &data, json!({"sample_values": false})).await;
    let orders = WorkerOrders::new(&asking.world, PipelineKind::Questions);
    let _worker = WorkerProcess::start(WORKER, &orders);
    let run_id = asking.hand_in("cut", None, slow::QUESTION).await.unwrap();
    slow::running(&data).await;
    postgres.kill();
    postgres.restart().await.unwrap();
    let reply = asking.reply(run_id).await;
    assert_eq!(reply.state, RunState::Succeeded, "tried again: {}", reply.text);
    assert_eq!(rows_in(&reply).len(), 5);
    let capsule = asking.world.store.capsule(run_id).await.unwrap().unwrap();
    assert!(capsule.run.attempt >= 2, "the first attempt was cut off");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_question_ends_its_query_in_the_source() {
    let data = DemoData::new().await;
    data.run(&slow::view(500, 3000, READER)).await;
    let asking = Asking::idle(World::new().await, &data, json!({"sample_values": false})).await;
    let orders = WorkerOrders::new(&asking.world, PipelineKind::Questions);
    let _worker = WorkerProcess::start(WORKER, &orders);
    let run_id = asking.hand_in("stopped", None, slow::QUESTION).await.unwrap();
    slow::running(&data).await;
    assert!(asking.intake().cancel(run_id).await.unwrap());
    assert_eq!(asking.reply(run_id).await.state, RunState::Cancelled);
    let until = tokio::time::Instant::now() + PATIENCE;
    while rows_of(&data.admin_url, slow::RUNNING).await != [["0.000000"]] {
        assert!(tokio::time::Instant::now() < until, "the query goes on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_worker_leaves_no_query_behind() {
    let data = DemoData::new().await;
    let version = "SELECT current_setting('server_version_num')::int >= 140000";
    if rows_of(&data.admin_url, version).await != [["true"]] {
        // Without client_connection_check_interval the statement's own timeout ends it.
        return;
    }
    data.run(&(slow::view(500, 3000, READER) + "; GRANT SELECT ON shop.slow_things TO " + WRITER)).await;
    let settings = json!({"sample_values": false, "writer": WRITER});
    let asking = Asking::idle(World::new().await, &data, settings).await;
    let orders = WorkerOrders::new(&asking.world, PipelineKind::Questions);
    // A read, and a change that is being measured.
    for sql in [
        "SELECT * FROM shop.slow_things",
        "UPDATE shop.orders SET status = status WHERE status IN (SELECT name FROM shop.slow_things)",
    ] {
        let actor = Actor::local(Platform::Cli, "tester", Utc::now());
        let place = Place { platform: Platform::Cli, key: sql.to_owned() };
        let inbound = Inbound { ask: Ask::Sql, ..Inbound::question(place, sql, actor, sql) };
        let run_id = asking.intake().accept(inbound).await.unwrap().run_id;
        let mut victim = WorkerProcess::start(WORKER, &orders);
        slow::running(&data).await;
        victim.kill();
        let gone = async || rows_of(&data.admin_url, slow::RUNNING).await == [["0.000000"]];
        assert!(within(Duration::from_secs(15), gone).await, "it goes on without a worker: {sql}");
        assert!(asking.intake().cancel(run_id).await.unwrap());
        let _heir = WorkerProcess::start(WORKER, &orders);
        assert_eq!(asking.world.ended(run_id, PATIENCE).await, Some(RunState::Cancelled), "{sql}");
        assert!(gone().await, "{sql}");
    }
}
