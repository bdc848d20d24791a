//! Many questions at once on a platform that misbehaves: each is answered once, in its order, within the platform's rules.

use rowcall_standins::faults::{Fault, Rule};
use rowcall_tests::{
    World,
    chat::{Rooms, Way, asking, unanswered, within},
};
use std::time::Duration;

const ROOMS: usize = 50;
const QUESTIONS: usize = 10;
const PATIENCE: Duration = Duration::from_secs(300);

/// Asks all questions at once in as many rooms, while every request to a path with `point` in it may fail.
async fn answered_once_and_in_order(ways: &[Way], point: &str) {
    let (asking, rooms) = (asking().await, Rooms::open(ways).await);
    let mut bot = rooms.bot(&asking.world);
    rooms.listening().await;
    let faults = rooms.faults();
    faults.reseed(7);
    let wait = Fault::TooMany { retry_after: Duration::from_secs(1), global: false };
    faults.add(Rule::on(point, wait).chance(0.05));
    faults.add(Rule::on(point, Fault::Status(502)).chance(0.02));
    for n in 1..=QUESTIONS {
        for room in 0..ways.len() {
            // The answer repeats the question.
            rooms.asks(room, &format!("top {n} products by price"));
        }
        if n == 1 {
            // What follows in a thread belongs to the conversation that is there by then.
            let all = within(PATIENCE, async || unanswered(&asking.world).await.0 == count(ways.len())).await;
            assert!(all, "(runs, unanswered) = {:?}", unanswered(&asking.world).await);
        }
    }
    let expected = count(ways.len() * QUESTIONS);
    let all = within(PATIENCE, async || unanswered(&asking.world).await == (expected, 0)).await;
    assert!(all, "(runs, unanswered) = {:?} of {expected}", unanswered(&asking.world).await);
    let asked: Vec<Vec<usize>> = in_each_conversation(&asking.world, "m.seq").await;
    assert_eq!(
        asked,
        vec![(1..=QUESTIONS).collect::<Vec<_>>(); ways.len()],
        "accepted in the order of asking"
    );
    // Of two runs the second may end first; each is shown when it ends. (A placeholder whose posting failed stands further
    // down, so it is the time of the answer that counts.)
    let shown = (0..ways.len()).map(|room| {
        let mut seen = rooms.seen(room);
        seen.sort_by_key(|seen| seen.changed);
        seen.iter().filter_map(|seen| number(&seen.text)).collect::<Vec<_>>()
    });
    let mut shown: Vec<_> = shown.collect();
    shown.sort();
    assert_eq!(shown, in_each_conversation(&asking.world, "o.created_at, o.id").await);
    rooms.assert_clean();
    assert!(bot.is_alive());
}

/// Which of the questions a text is about.
fn number(text: &str) -> Option<usize> {
    (1..=QUESTIONS).find(|n| text.contains(&format!("op {n} products by price")))
}

/// The numbers of each conversation's questions in an order that the store knows; all of them sorted.
async fn in_each_conversation(world: &World, order: &str) -> Vec<Vec<usize>> {
    let query = format!(
        "SELECT array_agg(m.body ORDER BY {order}) FROM messages m JOIN outbox o ON o.run_id = m.run_id
         WHERE m.author = 'person' GROUP BY m.conversation_id"
    );
    let found: Vec<Vec<String>> =
        sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_all(world.store.pool()).await.unwrap();
    let mut all: Vec<Vec<usize>> =
        found.iter().map(|bodies| bodies.iter().filter_map(|body| number(body)).collect()).collect();
    all.sort();
    all
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_questions_from_fifty_telegram_chats() {
    answered_once_and_in_order(&[Way::Telegram; ROOMS], "Message").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_questions_from_fifty_channels_and_threads_of_discord() {
    let ways: Vec<Way> = [Way::Mention, Way::Thread, Way::Mention, Way::Thread, Way::Slash]
        .into_iter()
        .cycle()
        .take(ROOMS)
        .collect();
    answered_once_and_in_order(&ways, "").await;
}
