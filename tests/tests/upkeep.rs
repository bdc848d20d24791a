//! What is looked after while nobody looks: questions back that nobody answers, answers that nobody fetches, jobs that
//! are done, jobs that come due by the thousand.

use chrono::Utc;
use rowcall_core::{Platform, RunId, RunState};
use rowcall_tests::{World, synthetic};
use rowcall_worker::{
    Worker,
    engine::{Engine, EngineSettings, NoProbe},
};
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

const DAY: Duration = Duration::from_secs(24 * 3600);

async fn state(world: &World, run: RunId) -> RunState {
    world.store.capsule(run).await.unwrap().unwrap().run.state
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_back_expires_and_another_is_left_alone() {
    let world = World::new().await;
    let (old, young) =
        (world.accept("old", "which one?").await.run_id, world.accept("young", "which one?").await.run_id);
    for (run, hours) in [(old, 25), (young, 23)] {
        sqlx::query(
            "UPDATE runs SET state = 'waiting_clarification', finished_at = now() - make_interval(hours => $2) WHERE id = $1",
        )
        .bind(run.0)
        .bind(hours)
        .execute(world.store.pool())
        .await
        .unwrap();
    }
    assert_eq!(world.store.expire_clarifications(DAY).await.unwrap(), 1);
    assert_eq!(state(&world, old).await, RunState::Expired);
    assert_eq!(state(&world, young).await, RunState::WaitingClarification);
    assert_eq!(world.store.expire_clarifications(DAY).await.unwrap(), 0, "once is enough");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_of_a_closed_command_line_becomes_a_dead_letter() {
    let world = World::new().await;
    for (event, platform, minutes) in [("gone", "cli", 61), ("fresh", "cli", 59), ("page", "console", 61)] {
        let run = world.accept(event, "how many?").await;
        sqlx::query(
            "WITH m AS (INSERT INTO messages (id, conversation_id, run_id, author, author_name, body, reply)
                        SELECT gen_random_uuid(), conversation_id, id, 'rowcall', 'Rowcall', $2, '{}' FROM runs WHERE id = $1
                        RETURNING id, conversation_id, run_id)
             INSERT INTO outbox (id, run_id, conversation_id, message_id, platform, created_at)
             SELECT gen_random_uuid(), run_id, conversation_id, id, $3, now() - make_interval(mins => $4) FROM m",
        )
        .bind(run.run_id.0)
        .bind(event)
        .bind(platform)
        .bind(minutes)
        .execute(world.store.pool())
        .await
        .unwrap();
    }
    let hour = Duration::from_secs(3600);
    assert_eq!(world.store.abandon_deliveries(Platform::Cli, hour).await.unwrap(), 1);
    let dead: Vec<(String, String)> = sqlx::query_as(
        "SELECT m.body, o.last_error FROM outbox o JOIN messages m ON m.id = o.message_id WHERE o.state = 'dead'",
    )
    .fetch_all(world.store.pool())
    .await
    .unwrap();
    assert_eq!(dead, [("gone".to_owned(), "nobody waited for it".to_owned())]);
}

async fn length(world: &World, command: &str, key: &str) -> usize {
    redis::cmd(command).arg(key).query_async(&mut world.queue.link().connection()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn done_jobs_are_forgotten_and_waiting_ones_are_not() {
    let world = World::new().await;
    synthetic::prepare(world.store.pool()).await;
    let settings = EngineSettings::from(&world.config.worker);
    let pipeline = synthetic::pipeline(world.store.pool().clone());
    let engine =
        Engine::new(world.store.clone(), world.progress.clone(), pipeline, settings, Arc::new(NoProbe));
    let changes = rowcall_tests::questions::changes(&world, Duration::from_secs(3), Arc::new(NoProbe));
    let worker =
        Worker { store: world.store.clone(), queue: world.queue.clone(), engine, changes, concurrency: 4 };
    let stop = CancellationToken::new();
    let config = world.queue.config().clone();
    let asking = async {
        for i in 0..20 {
            let run = world.ask(&format!("done-{i}"), "go").await;
            assert!(world.ended(run.run_id, Duration::from_secs(30)).await.is_some());
        }
        // The marks of the last jobs are set a moment after their runs have ended.
        let until = tokio::time::Instant::now() + Duration::from_secs(10);
        while length(&world, "SCARD", &config.done_jobs_set()).await < 20 {
            assert!(tokio::time::Instant::now() < until, "the jobs are never marked as done");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        stop.cancel();
    };
    tokio::join!(asking, worker.run(stop.clone()));
    let waiting = world.ask("waits", "go").await;
    assert_eq!(length(&world, "HLEN", &config.job_data_hash()).await, 21);
    assert_eq!(world.queue.vacuum().await.unwrap(), 20);
    assert_eq!(length(&world, "SCARD", &config.done_jobs_set()).await, 0);
    assert_eq!(length(&world, "HLEN", &config.job_data_hash()).await, 1, "{waiting:?} still waits");
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_due_jobs_are_promoted_and_later_ones_stay() {
    let world = World::new().await;
    let config = world.queue.config().clone();
    let now = Utc::now().timestamp();
    let mut due = redis::pipe();
    for i in 0..10_000 {
        due.zadd(config.scheduled_jobs_set(), format!("due-{i}"), now - 5).ignore();
    }
    for i in 0..50 {
        due.zadd(config.scheduled_jobs_set(), format!("later-{i}"), now + 3600).ignore();
    }
    due.query_async::<()>(&mut world.queue.link().connection()).await.unwrap();
    assert_eq!(world.queue.promote().await.unwrap(), 10_000);
    assert_eq!(length(&world, "LLEN", &config.active_jobs_list()).await, 10_000);
    assert_eq!(length(&world, "ZCARD", &config.scheduled_jobs_set()).await, 50);
    assert_eq!(world.queue.promote().await.unwrap(), 0, "so few are apalis's own business");
}
