//! Requests that Telegram would refuse.

use serde_json::{Value, json};

use super::common::{button, raw, rules, start};

#[tokio::test]
async fn every_invalid_request_is_refused_and_told() {
    let (telegram, _) = start().await;
    telegram.set_rate_limits(rowcall_standins::telegram::RateLimits::off());
    let ann = telegram.person("Ann");
    let theirs = ann.starts_bot();
    let chat = ann.id();
    let text = |text: &str| json!({ "chat_id": chat, "text": text });
    let html = |text: &str| json!({ "chat_id": chat, "text": text, "parse_mode": "HTML" });
    let keys =
        |rows: Value| json!({ "chat_id": chat, "text": "a", "reply_markup": { "inline_keyboard": rows } });
    let key = |label: &str, data: &str| json!({ "text": label, "callback_data": data });
    let command =
        |name: &str, about: &str| json!({ "commands": [{ "command": name, "description": about }] });
    let cases = [
        ("sendMessage", json!({ "chat_id": chat }), "schema"),
        ("sendMessage", json!({ "chat_id": chat, "text": 5 }), "schema"),
        ("sendMessage", json!({ "chat_id": chat, "text": "a", "colour": "red" }), "schema"),
        (
            "sendMessage",
            json!({ "chat_id": chat, "text": "a", "link_preview_options": { "disabled": true } }),
            "schema",
        ),
        ("sendMessage", json!({ "chat_id": 99, "text": "a" }), "chat"),
        ("sendMessage", json!({ "chat_id": chat, "text": "a", "message_thread_id": 4 }), "thread"),
        (
            "sendMessage",
            json!({ "chat_id": chat, "text": "a", "reply_parameters": { "message_id": 77 } }),
            "reply",
        ),
        ("sendMessage", text("   "), "text"),
        ("sendMessage", text(&"a".repeat(4097)), "text"),
        ("sendMessage", text(&"😀".repeat(2049)), "text"),
        ("sendMessage", html("<b>a"), "entities"),
        ("sendMessage", html("<h1>a</h1>"), "entities"),
        ("sendMessage", html("<b><i>a</b></i>"), "entities"),
        ("sendMessage", html("1 < 2"), "entities"),
        ("sendMessage", html("a & b"), "entities"),
        ("sendMessage", json!({ "chat_id": chat, "text": "a", "parse_mode": "rtf" }), "parse_mode"),
        ("sendMessage", keys(json!([[key("a", &"b".repeat(65))]])), "keyboard"),
        ("sendMessage", keys(json!([[key("a", &"é".repeat(33))]])), "keyboard"),
        ("sendMessage", keys(json!([[key("", "b")]])), "keyboard"),
        ("sendMessage", keys(json!([[{ "text": "a" }]])), "keyboard"),
        ("sendMessage", keys(json!([vec![key("a", "b"); 9]])), "keyboard"),
        ("sendMessage", keys(json!(vec![vec![key("a", "b"); 8]; 13])), "keyboard"),
        ("sendPhoto", json!({ "chat_id": chat, "photo": "no-such-file" }), "file"),
        ("sendDocument", json!({ "chat_id": chat, "document": "attach://x" }), "schema"),
        ("sendDocument", json!({ "chat_id": chat, "document": "x", "caption": "a".repeat(1025) }), "caption"),
        ("sendChatAction", json!({ "chat_id": chat, "action": "dancing" }), "action"),
        ("editMessageText", json!({ "chat_id": chat, "message_id": theirs.id, "text": "a" }), "edit"),
        ("editMessageText", json!({ "chat_id": chat, "message_id": 88, "text": "a" }), "message"),
        (
            "setMessageReaction",
            json!({ "chat_id": chat, "message_id": theirs.id, "reaction": [{ "type": "emoji", "emoji": "x" }] }),
            "reaction",
        ),
        ("setMyCommands", command("Ask", "asks"), "commands"),
        ("setMyCommands", command("ask", ""), "commands"),
        (
            "setMyCommands",
            json!({ "commands": vec![json!({ "command": "a", "description": "b" }); 101] }),
            "commands",
        ),
        ("setWebhook", json!({ "url": "http://bot.example/hook" }), "webhook"),
        ("setWebhook", json!({ "url": "https://bot.example/hook", "secret_token": "a b" }), "webhook"),
        ("answerCallbackQuery", json!({ "callback_query_id": "1" }), "callback"),
    ];
    for (method, params, rule) in cases {
        let before = rules(&telegram).len();
        let (status, body) = raw(&telegram, method, params.clone()).await;
        assert_eq!(
            (status, &body["ok"], &body["error_code"]),
            (400, &json!(false), &json!(400)),
            "{method} {params}: {body}"
        );
        assert_eq!(rules(&telegram)[before..], [rule], "{method} {params}: {body}");
    }
    assert_eq!(ann.private_chat().from_bot(), []);
    assert!(std::panic::catch_unwind(|| telegram.assert_clean()).is_err());
}

#[tokio::test]
async fn what_just_fits_is_taken() {
    let (telegram, _) = start().await;
    telegram.set_rate_limits(rowcall_standins::telegram::RateLimits::off());
    let ann = telegram.person("Ann");
    ann.starts_bot();
    let markup = button("a", &"b".repeat(64));
    // Marks do not count, an emoji counts twice.
    let longest = format!("<b>{}</b>", "😀".repeat(2048));
    for text in ["a &lt; b", &longest] {
        let params =
            json!({ "chat_id": ann.id(), "text": text, "parse_mode": "HTML", "reply_markup": markup });
        let (status, body) = raw(&telegram, "SENDMESSAGE", params).await;
        assert_eq!(status, 200, "{body}");
    }
    telegram.assert_clean();
}

#[tokio::test]
async fn a_wrong_token_method_or_body_is_refused() {
    let (telegram, _) = start().await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let post =
        |path: String, body: &'static str| client.post(format!("{}{path}", telegram.url())).body(body).send();
    let token = telegram.token();
    assert_eq!(post("/bot1:wrong/getMe".to_owned(), "").await.unwrap().status(), 401);
    assert_eq!(post(format!("/bot{token}/makeTea"), "").await.unwrap().status(), 404);
    assert_eq!(post(format!("/bot{token}/sendMessage"), "{").await.unwrap().status(), 400);
    assert_eq!(post(format!("/bot{token}/sendDice"), "{\"chat_id\":1}").await.unwrap().status(), 501);
    assert_eq!(post(format!("/bot{token}/getMe"), "").await.unwrap().status(), 200);
    assert_eq!(rules(&telegram), ["token", "method", "body", "unsupported"]);
}

#[tokio::test]
async fn values_in_a_form_are_read_by_their_type() {
    let (telegram, _) = start().await;
    let ann = telegram.person("Ann");
    ann.starts_bot();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let address = format!("{}/bot{}/sendMessage", telegram.url(), telegram.token());
    let keyboard = r#"{"inline_keyboard":[[{"text":"a","callback_data":"b"}]]}"#;
    let id = ann.id().to_string();
    let good =
        [("chat_id", id.as_str()), ("text", "7"), ("reply_markup", keyboard), ("protect_content", "true")];
    assert_eq!(client.post(&address).form(&good).send().await.unwrap().status(), 200);
    telegram.assert_clean();
    assert_eq!(ann.private_chat().from_bot()[0].labels(), ["a"]);
    let bad = [("chat_id", id.as_str()), ("text", "7"), ("protect_content", "maybe")];
    assert_eq!(client.post(&address).form(&bad).send().await.unwrap().status(), 400);
    assert!(rules(&telegram).iter().all(|rule| *rule == "schema"));
}
