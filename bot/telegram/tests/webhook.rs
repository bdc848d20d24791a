//! Updates that are brought.

use crate::common::{self, Bench, SOON, asks_back, gate::Gate, webhook};
use rowcall_embedded::testing;

#[tokio::test(flavor = "multi_thread")]
async fn updates_are_taken_from_whoever_knows_the_secret() {
    let (mode, url) = webhook("quiet-please");
    let bench = Bench::start_with(|setup| setup.settings.mode = mode).await;
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    ann.says(&chat, "How many orders?");
    bench.asked_and_answered(&chat, 1, "Twelve.").await;
    assert_eq!(chat.from_bot().len(), 1);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let forged = serde_json::json!({ "update_id": 1, "message": { "message_id": 5, "date": 0, "text": "hi",
        "chat": { "id": 4, "type": "private", "first_name": "M" },
        "from": { "id": 4, "is_bot": false, "first_name": "M" } } });
    let elsewhere = url.replace("/telegram/updates", "/elsewhere");
    for (secret, url, expected) in [
        (None, &url, 401),
        (Some("quiet-pleasf"), &url, 401),
        (Some("quiet-please"), &elsewhere, 404),
        (Some("quiet-please"), &url, 200),
    ] {
        let mut request = client.post(url).json(&forged);
        if let Some(secret) = secret {
            request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
        }
        assert_eq!(request.send().await.unwrap().status().as_u16(), expected, "{secret:?} {url}");
        let taken = bench.runs().await.len();
        assert_eq!(taken, if expected == 200 { 2 } else { 1 });
    }
    // A kind of update that nobody here knows is taken and forgotten; what is no update does not come again.
    for body in [r#"{"update_id":9,"something_new":{"a":1}}"#, "no json"] {
        let request =
            client.post(&url).header("X-Telegram-Bot-Api-Secret-Token", "quiet-please").body(body.to_owned());
        assert_eq!(request.send().await.unwrap().status().as_u16(), 200, "{body}");
    }
    let long = client
        .post(&url)
        .header("X-Telegram-Bot-Api-Secret-Token", "quiet-please")
        .body("x".repeat(2_000_000));
    assert_eq!(long.send().await.unwrap().status().as_u16(), 413);
    drop(chat.wait_for_text(SOON, "Twelve.").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_store_could_not_keep_is_brought_again() {
    let (bench, gate, url) = behind_a_gate().await;
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    bench.shown(&ann, &chat, "How many orders?", asks_back).await;
    gate.close();
    // The same update, brought by hand, to see what it is answered with.
    let message = serde_json::json!({ "message_id": 900, "date": 0, "text": "And by hand?",
        "chat": { "id": chat.id(), "type": "private", "first_name": "Ann" },
        "from": { "id": ann.id(), "is_bot": false, "first_name": "Ann" } });
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let bring = || {
        let update = serde_json::json!({ "update_id": 900, "message": message });
        client.post(&url).header("X-Telegram-Bot-Api-Secret-Token", "quiet-please").json(&update).send()
    };
    assert_eq!(bring().await.unwrap().status().as_u16(), 503);
    ann.says(&chat, "And last year?");
    assert_eq!(bring().await.unwrap().status().as_u16(), 503);
    assert!(bench.telegram.pending_updates() > 0, "what was not taken waits");
    assert_eq!(bench.runs().await.len(), 1);
    gate.open();
    assert_eq!(bring().await.unwrap().status().as_u16(), 200);
    assert_eq!(bring().await.unwrap().status().as_u16(), 200);
    let kept = async || {
        let mut kept = Vec::new();
        for run in bench.runs().await {
            kept.push(bench.question(run).await);
        }
        kept.sort();
        kept
    };
    let run = bench.run(3).await;
    assert_eq!(kept().await, ["And by hand?", "And last year?", "How many orders?"], "{run}");
    for run in &bench.runs().await[..2] {
        bench.answer(*run, |run| common::words(run, "Eleven.")).await;
        bench.wait_for_delivery(*run, "delivered").await;
    }
    assert_eq!(common::count(&chat, "Eleven."), 2, "{}", chat.transcript());
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_without_the_store_is_told_so_and_can_be_made_again() {
    let (bench, gate, _) = behind_a_gate().await;
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    let (_, asked) = bench.shown(&ann, &chat, "How many orders?", asks_back).await;
    gate.close();
    bench.press(&ann, &asked, "order date").await;
    chat.wait_for_text(SOON, "Nothing was kept: ask again in a moment.").await;
    assert_eq!(bench.runs().await.len(), 1);
    gate.open();
    bench.press(&ann, &asked, "order date").await;
    bench.asked_and_answered(&chat, 2, "By order date.").await;
    bench.telegram.assert_clean();
}

/// A bench whose front end's store can be taken away, with the address that updates are brought to.
async fn behind_a_gate() -> (Bench, Gate, String) {
    let database = testing::shared().await.database(None).await.unwrap();
    let gate = Gate::to(&database).await;
    let (mode, url) = webhook("quiet-please");
    let bench = Bench::start_on(&database, |setup| {
        setup.settings.mode = mode;
        setup.store = Some(gate.url(&database));
    });
    (bench.await, gate, url)
}
