//! Faults that a test asks for, and rate limits.

use std::time::Duration;

use rowcall_standins::faults::{Fault, Rule};
use rowcall_standins::telegram::RateLimits;
use teloxide::RequestError;
use teloxide::prelude::*;

use super::common::{raw, rules, start};

#[tokio::test]
async fn a_cut_after_the_work_leaves_the_message_and_no_answer() {
    let (telegram, bot) = start().await;
    let ann = telegram.person("Ann");
    ann.starts_bot();
    let before = telegram.faults().add(Rule::on("sendMessage", Fault::CutBefore).once());
    let lost = bot.send_message(ChatId(ann.id()), "one").await;
    assert!(matches!(lost, Err(RequestError::Network(_))), "{lost:?}");
    assert!(ann.private_chat().from_bot().is_empty());

    let after = telegram.faults().add(Rule::on("sendMessage", Fault::CutAfter).once());
    let unknown = bot.send_message(ChatId(ann.id()), "two").await;
    assert!(matches!(unknown, Err(RequestError::Network(_))), "{unknown:?}");
    assert_eq!(ann.private_chat().from_bot()[0].text(), "two");
    bot.send_message(ChatId(ann.id()), "three").await.unwrap();
    assert_eq!((telegram.faults().hits(before), telegram.faults().hits(after)), (1, 1));
    telegram.assert_clean();
}

#[tokio::test]
async fn server_errors_and_delays() {
    let (telegram, _) = start().await;
    telegram.faults().add(Rule::on("getMe", Fault::Status(502)).once());
    telegram.faults().add(Rule::on("getMe", Fault::Delay(Duration::from_millis(30))));
    let (status, body) = raw(&telegram, "getMe", serde_json::json!({})).await;
    assert_eq!((status, body["error_code"].as_u64()), (502, Some(502)));
    let started = std::time::Instant::now();
    assert_eq!(raw(&telegram, "getMe", serde_json::json!({})).await.0, 200);
    assert!(started.elapsed() >= Duration::from_millis(30));
}

#[tokio::test]
async fn a_late_answer_to_work_that_is_done() {
    let (telegram, bot) = start().await;
    let ann = telegram.person("Ann");
    ann.starts_bot();
    telegram.faults().add(Rule::on("sendMessage", Fault::Late(Duration::from_secs(1))).once());
    let sending = tokio::spawn(async move { bot.send_message(ChatId(ann.id()), "one").await.map(drop) });
    let done = || telegram.requests().iter().any(|request| request.method == "sendMessage").then_some(());
    telegram.wait(Duration::from_secs(30), done).await.unwrap();
    assert!(!sending.is_finished(), "the answer is on its way");
    sending.await.unwrap().unwrap();
    telegram.assert_clean();
}

#[tokio::test]
async fn who_does_not_wait_is_told_of() {
    let (telegram, bot) = start().await;
    let (ann, ben) = (telegram.person("Ann"), telegram.person("Ben"));
    ann.starts_bot();
    ben.starts_bot();
    telegram.faults().add(
        Rule::on("sendMessage", Fault::TooMany { retry_after: Duration::from_millis(2500), global: false })
            .once(),
    );
    let send = |person: &rowcall_standins::telegram::Person| {
        bot.send_message(ChatId(person.id()), "a").into_future()
    };
    assert!(matches!(send(&ann).await, Err(RequestError::RetryAfter(wait)) if wait.seconds() == 3));
    // Another chat is not meant.
    send(&ben).await.unwrap();
    // This one was on its way before the bot could know.
    assert!(matches!(send(&ann).await, Err(RequestError::RetryAfter(_))));
    telegram.assert_clean();
    telegram.advance(Duration::from_millis(250));
    assert!(matches!(send(&ann).await, Err(RequestError::RetryAfter(_))));
    assert_eq!(rules(&telegram), ["impatient"]);
    telegram.advance(Duration::from_secs(3));
    send(&ann).await.unwrap();
    assert_eq!(rules(&telegram), ["impatient"]);
}

#[tokio::test]
async fn a_chat_takes_three_at_once_then_one_a_second() {
    let (telegram, bot) = start().await;
    let ann = telegram.person("Ann");
    ann.starts_bot();
    let send = || bot.send_message(ChatId(ann.id()), "a").into_future();
    let mut sent = 0;
    while send().await.is_ok() {
        sent += 1;
    }
    assert_eq!(sent, 3);
    telegram.advance(Duration::from_secs(1));
    send().await.unwrap();
    telegram.set_rate_limits(RateLimits::off());
    for _ in 0..40 {
        send().await.unwrap();
    }
    telegram.assert_clean();
}
