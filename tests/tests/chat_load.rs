//! Many questions at once on a platform that misbehaves: each is answered once, in its order, within the platform's rules.

#![allow(clippy::unwrap_used)]

use rowcall_standins::faults::{Fault, Rule};
use rowcall_tests::chat::{Rooms, Way, asking, unanswered, within};
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
    for (room, way) in ways.iter().enumerate() {
        // In the order in which they were answered. (A placeholder whose posting failed stands further down.)
        let mut seen = rooms.seen(room);
        seen.sort_by_key(|seen| seen.changed);
        let answered = |text: &str| (1..=QUESTIONS).find(|n| text.contains(&format!("op {n} products by price")));
        let answers: Vec<usize> = seen.iter().filter_map(|seen| answered(&seen.text)).collect();
        assert_eq!(answers, (1..=QUESTIONS).collect::<Vec<_>>(), "{way:?}: {}", rooms.transcript(room));
    }
    rooms.assert_clean();
    assert!(bot.is_alive());
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
