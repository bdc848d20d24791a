//! Many questions at once on a platform that misbehaves: each is answered once, in its order, within the platform's rules.

#![allow(clippy::unwrap_used)]

use rowcall_standins::{
    faults::{Fault, Rule},
    telegram::Telegram,
};
use rowcall_tests::chat::{BotProcess, asking, unanswered, within};
use std::time::Duration;

const CHATS: usize = 50;
const QUESTIONS: usize = 10;
const PATIENCE: Duration = Duration::from_secs(300);

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_questions_from_fifty_telegram_chats() {
    let asking = asking().await;
    let telegram = Telegram::start().await;
    let wait = Duration::from_secs(1);
    telegram.faults().reseed(7);
    telegram
        .faults()
        .add(Rule::on("Message", Fault::TooMany { retry_after: wait, global: false }).chance(0.05));
    telegram.faults().add(Rule::on("Message", Fault::Status(502)).chance(0.02));
    let environment = [("TELEGRAM_TOKEN", telegram.token()), ("TELEGRAM_API_BASE", &telegram.url())];
    let _bot = BotProcess::start(&asking.world, &environment);
    let people: Vec<_> = (0..CHATS).map(|n| telegram.person(&format!("Person {n}"))).collect();
    for person in &people {
        person.starts_bot();
    }
    for n in 1..=QUESTIONS {
        for person in &people {
            // The answer names the question: the top n have n rows.
            person.says(&person.private_chat(), &format!("top {n} products by price"));
        }
    }
    let expected = i64::try_from(CHATS * QUESTIONS).unwrap();
    let all = within(PATIENCE, async || unanswered(&asking.world).await == (expected, 0)).await;
    assert!(all, "(runs, unanswered) = {:?} of {expected}", unanswered(&asking.world).await);
    for person in &people {
        let chat = person.private_chat();
        // In the order in which they were answered. (A placeholder whose posting failed stands further down.)
        let mut seen = chat.from_bot();
        seen.sort_by_key(|m| m.history.last().unwrap().at);
        let answers: Vec<usize> = seen
            .iter()
            .filter_map(|m| {
                (1..=QUESTIONS).rev().find(|n| m.text().contains(&format!("op {n} products by price")))
            })
            .collect();
        assert_eq!(answers, (1..=QUESTIONS).collect::<Vec<_>>(), "{}", chat.transcript());
    }
    telegram.assert_clean();
}
