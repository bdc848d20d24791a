//! Updates that are brought.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::{Bench, SOON};
use rowcall_shared::Secret;
use rowcall_telegram::Mode;
use std::net::TcpListener;

#[tokio::test(flavor = "multi_thread")]
async fn updates_are_taken_from_whoever_knows_the_secret() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}/telegram/updates");
    let bench = Bench::start_with(|settings| {
        settings.mode = Mode::Webhook {
            url: url.parse().unwrap(),
            listen: format!("127.0.0.1:{port}").parse().unwrap(),
            secret: Secret::new("quiet-please"),
        };
    })
    .await;
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    ann.says(&chat, "How many orders?");
    bench.asked_and_answered(&chat, 1, "Twelve.").await;
    assert_eq!(chat.from_bot().len(), 1);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let forged = serde_json::json!({ "update_id": 1, "message": { "message_id": 5, "date": 0, "text": "hi",
        "chat": { "id": 4, "type": "private", "first_name": "M" },
        "from": { "id": 4, "is_bot": false, "first_name": "M" } } });
    for (secret, path, expected) in [
        (None, "/telegram/updates", 401),
        (Some("quiet-pleasf"), "/telegram/updates", 401),
        (Some("quiet-please"), "/elsewhere", 404),
        (Some("quiet-please"), "/telegram/updates", 200),
    ] {
        let mut request = client.post(format!("http://127.0.0.1:{port}{path}")).json(&forged);
        if let Some(secret) = secret {
            request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
        }
        assert_eq!(request.send().await.unwrap().status().as_u16(), expected, "{secret:?} {path}");
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
