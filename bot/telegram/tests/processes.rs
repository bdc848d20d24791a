//! Several processes over one store.

use crate::common::{Bench, SOON, webhook, words};
use rowcall_standins::telegram::RateLimits;

#[tokio::test(flavor = "multi_thread")]
async fn of_two_that_ask_for_updates_one_answers_and_the_other_takes_over() {
    let mut bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    ann.says(&chat, "How many orders?");
    bench.asked_and_answered(&chat, 1, "Twelve.").await;
    let second = bench.another(bench.settings.clone());
    ann.says(&chat, "And last year?");
    bench.asked_and_answered(&chat, 2, "Eleven.").await;
    bench.stop.cancel();
    (&mut bench.task).await.unwrap().unwrap();
    ann.says(&chat, "And this year?");
    bench.asked_and_answered(&chat, 3, "Ten.").await;
    assert!(!second.is_finished());
    assert_eq!(chat.from_bot().len(), 3, "{}", chat.transcript());
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_takes_in_another_delivers() {
    let (mode, first_url) = webhook("quiet-please");
    let bench = Bench::start_with(|setup| setup.settings.mode = mode).await;
    // Each process keeps to the limits by itself; together they may be told to wait, which is not what this is about.
    bench.telegram.set_rate_limits(RateLimits::off());
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    ann.says(&chat, "How many orders?");
    bench.asked_and_answered(&chat, 1, "Twelve.").await;
    // From now on updates are brought to the second, while the first has the duty of delivering.
    let (mode, second_url) = webhook("quiet-please");
    let second = bench.another(rowcall_telegram::TelegramSettings { mode, ..bench.settings.clone() });
    let told = || {
        let request = bench.telegram.requests_of("setWebhook").pop()?;
        (request.params["url"] == second_url.as_str() && request.refused.is_none()).then_some(())
    };
    assert!(bench.telegram.wait(SOON, told).await.is_some());
    // The same update at both doors is one question.
    let update = serde_json::json!({ "update_id": 7, "message": { "message_id": 1_000, "date": 0, "text": "And last year?",
        "chat": { "id": chat.id(), "type": "private", "first_name": "Ann" },
        "from": { "id": ann.id(), "is_bot": false, "first_name": "Ann" } } });
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let brought = [&second_url, &first_url].map(|url| {
        let secret = ("X-Telegram-Bot-Api-Secret-Token", "quiet-please");
        client.post(url).header(secret.0, secret.1).json(&update).send()
    });
    for response in futures::future::join_all(brought).await {
        assert_eq!(response.unwrap().status().as_u16(), 200);
    }
    bench.asked_and_answered(&chat, 2, "Eleven.").await;
    ann.says(&chat, "And this year?");
    let run = bench.run(3).await;
    bench.answer(run, |run| words(run, "Ten.")).await;
    chat.wait_for_text(SOON, "Ten.").await;
    assert_eq!(chat.from_bot().len(), 3, "{}", chat.transcript());
    assert!(!second.is_finished());
    bench.telegram.assert_clean();
}
