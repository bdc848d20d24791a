//! A bot that dies between an event of Discord and its commit, its acknowledgement, or both. Discord tells an event once:
//! what was not committed is not asked, and the person has to see that.

use super::{ANSWER, PATIENCE, QUESTION, all_answered, answers, idle};
use rowcall_standins::{
    discord::Interaction,
    faults::{Fault, Rule},
};
use rowcall_tests::{
    World,
    chat::{Rooms, Way, unanswered, within},
    questions::{Asking, DemoData},
};
use sqlx::{Postgres, Transaction};
use std::time::Duration;

const WAITING: &str = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

/// Lets nobody commit a question, until it ends.
struct Held {
    world: World,
    lock: Transaction<'static, Postgres>,
}

impl Held {
    async fn over(world: &World) -> Self {
        let mut lock = world.store.pool().begin().await.unwrap();
        sqlx::raw_sql("LOCK TABLE conversations IN EXCLUSIVE MODE").execute(&mut *lock).await.unwrap();
        Self { world: world.clone(), lock }
    }

    /// Waits until a bot is about to commit.
    async fn waited_for(&self) {
        let count = format!("SELECT count(*) {WAITING}");
        let waits = async || {
            let waiting: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count.clone()))
                .fetch_one(self.world.store.pool())
                .await
                .unwrap();
            waiting > 0
        };
        assert!(within(PATIENCE, waits).await, "nothing was to be committed");
    }

    /// Ends it. What the dead had begun to commit is gone: their servers would not notice before it is done.
    async fn end(self) {
        let end = format!("SELECT pg_terminate_backend(pid) {WAITING}");
        sqlx::query(sqlx::AssertSqlSafe(end)).execute(self.world.store.pool()).await.unwrap();
        self.lock.rollback().await.unwrap();
    }
}

/// A question by this way, and a bot that is killed when it was `acknowledged` or `committed`, as far as wanted; then
/// another bot, and a worker.
async fn killed(way: Way, acknowledged: bool, committed: bool) -> (Asking, Rooms, Option<Interaction>) {
    let mut asking = idle(&DemoData::new().await).await;
    let rooms = Rooms::open(&[way]).await;
    let mut first = rooms.bot(&asking.world);
    rooms.listening().await;
    let callback = (!acknowledged).then(|| rooms.faults().add(Rule::on("/callback", Fault::CutBefore)));
    let held = if committed { None } else { Some(Held::over(&asking.world).await) };
    let asked = rooms.asks(0, QUESTION);
    match &held {
        Some(held) => held.waited_for().await,
        None => assert!(within(PATIENCE, async || unanswered(&asking.world).await.0 == 1).await),
    }
    if let Some(asked) = &asked {
        match callback {
            Some(rule) => assert!(within(PATIENCE, async || rooms.faults().hits(rule) > 0).await),
            None => asked.acknowledged(PATIENCE).await,
        }
    }
    first.kill();
    if let Some(held) = held {
        held.end().await;
    }
    rooms.faults().clear();
    rooms.deserted().await;
    assert_eq!(unanswered(&asking.world).await.0, i64::from(committed));
    asking.work();
    (asking, rooms, asked)
}

/// Another bot answers what is asked of it, once.
async fn asks_again(asking: &Asking, rooms: &Rooms) {
    let _second = rooms.bot(&asking.world);
    rooms.listening().await;
    assert_eq!(answers(rooms, 0, ANSWER), 0, "{}", rooms.transcript(0));
    rooms.asks(0, QUESTION);
    assert!(all_answered(&asking.world, 1).await, "{}", rooms.transcript(0));
    assert_eq!(answers(rooms, 0, ANSWER), 1, "{}", rooms.transcript(0));
    rooms.assert_clean();
}

/// Puts Discord's clock behind the time that a first answer may take.
fn three_seconds_later(rooms: &Rooms) {
    if let Rooms::Discord(discord, _) = rooms {
        discord.clock().advance(Duration::from_millis(3_100));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_neither_acknowledged_nor_committed_is_seen_to_have_failed() {
    let (asking, rooms, asked) = killed(Way::Slash, false, false).await;
    three_seconds_later(&rooms);
    assert!(asked.unwrap().failed(), "Discord says that the application did not respond");
    assert!(rooms.seen(0).is_empty(), "{}", rooms.transcript(0));
    asks_again(&asking, &rooms).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_committed_but_not_acknowledged_is_answered_by_a_message() {
    let (asking, rooms, asked) = killed(Way::Slash, false, true).await;
    three_seconds_later(&rooms);
    assert!(asked.unwrap().failed());
    let _second = rooms.bot(&asking.world);
    assert!(all_answered(&asking.world, 1).await, "{}", rooms.transcript(0));
    let seen = rooms.seen(0);
    assert!(seen.len() == 1 && seen[0].text.contains(ANSWER), "{}", rooms.transcript(0));
    rooms.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_acknowledged_but_not_committed_thinks_on_and_can_be_asked_again() {
    let (asking, rooms, asked) = killed(Way::Slash, true, false).await;
    three_seconds_later(&rooms);
    assert!(!asked.unwrap().failed());
    let seen = rooms.seen(0);
    assert!(seen.len() == 1 && seen[0].text.contains("thinking"), "{}", rooms.transcript(0));
    asks_again(&asking, &rooms).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mention_that_was_not_committed_is_met_with_silence() {
    let (asking, rooms, _) = killed(Way::Mention, true, false).await;
    assert!(rooms.seen(0).is_empty(), "{}", rooms.transcript(0));
    asks_again(&asking, &rooms).await;
}
