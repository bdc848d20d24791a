//! What the platform refuses, and what goes wrong on demand.

use std::time::Duration;

use reqwest::{Client, Method};
use rowcall_standins::discord::{Discord, Rate, RateLimits, Settings, ViolationKind};
use rowcall_standins::faults::{Fault, Rule};
use serde_json::{Value, json};

struct Raw {
    discord: Discord,
    client: Client,
}

impl Raw {
    async fn start(settings: Settings) -> Raw {
        Raw { discord: Discord::start_with(settings).await, client: Client::new() }
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Option<(u16, Value, reqwest::header::HeaderMap)> {
        let url = format!("{}/api/v10{path}", self.discord.url());
        let request =
            self.client.request(method, url).header("authorization", format!("Bot {}", self.discord.token()));
        let response = request.json(body).send().await.ok()?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Some((status, response.json().await.unwrap_or_default(), headers))
    }
}

fn unlimited() -> Settings {
    Settings { limits: RateLimits { on: false, ..RateLimits::default() }, ..Settings::default() }
}

fn button(id: &str) -> Value {
    json!({"type": 2, "style": 1, "label": "x", "custom_id": id})
}

fn row(items: Vec<Value>) -> Value {
    json!({"type": 1, "components": items})
}

#[tokio::test]
async fn messages_that_the_platform_does_not_take() {
    let raw = Raw::start(unlimited()).await;
    let channel = raw.discord.guild("Shop").channel("questions");
    let path = format!("/channels/{}/messages", channel.id);
    let long = |count| "x".repeat(count);
    let field = || json!({"name": "n", "value": "v"});
    let embed = |size| json!({"description": long(size)});
    let option = |n: usize| json!({"label": n.to_string(), "value": n.to_string()});
    let select = |options: Vec<Value>| row(vec![json!({"type": 3, "custom_id": "s", "options": options})]);
    let rows = |count: usize| (0..count).map(|n| row(vec![button(&n.to_string())])).collect::<Vec<_>>();
    let cases = [
        ("too long", json!({"content": long(2001)})),
        ("empty", json!({})),
        ("only blanks", json!({"content": "  \n "})),
        ("number for text", json!({"content": 7})),
        ("embeds in all", json!({"embeds": [embed(4000), embed(2001)]})),
        ("title", json!({"embeds": [{"title": long(257)}]})),
        ("description", json!({"embeds": [embed(4097)]})),
        ("field name", json!({"embeds": [{"fields": [{"name": long(257), "value": "v"}]}]})),
        ("field value", json!({"embeds": [{"fields": [{"name": "n", "value": long(1025)}]}]})),
        ("empty field", json!({"embeds": [{"fields": [{"name": "n", "value": ""}]}]})),
        ("fields", json!({"embeds": [{"fields": vec![field(); 26]}]})),
        ("embeds", json!({"embeds": vec![embed(1); 11]})),
        ("empty embed", json!({"embeds": [{"color": 5}]})),
        ("rows", json!({"content": "x", "components": rows(6)})),
        (
            "buttons",
            json!({"content": "x", "components": [row((0..6).map(|n| button(&n.to_string())).collect())]}),
        ),
        ("no button", json!({"content": "x", "components": [row(vec![])]})),
        (
            "mixed row",
            json!({"content": "x", "components": [row(vec![button("a"), json!({"type": 3, "custom_id": "s", "options": [option(1)]})])]}),
        ),
        ("same ids", json!({"content": "x", "components": [row(vec![button("a"), button("a")])]})),
        ("long id", json!({"content": "x", "components": [row(vec![button(&long(101))])]})),
        (
            "no id",
            json!({"content": "x", "components": [row(vec![json!({"type": 2, "style": 1, "label": "x"})])]}),
        ),
        (
            "label",
            json!({"content": "x", "components": [row(vec![json!({"type": 2, "style": 1, "label": long(81), "custom_id": "a"})])]}),
        ),
        (
            "no label",
            json!({"content": "x", "components": [row(vec![json!({"type": 2, "style": 1, "custom_id": "a"})])]}),
        ),
        ("options", json!({"content": "x", "components": [select((0..26).map(option).collect())]})),
        ("no options", json!({"content": "x", "components": [select(vec![])]})),
        ("same values", json!({"content": "x", "components": [select(vec![option(1), option(1)])]})),
        ("nonce", json!({"content": "x", "nonce": long(26)})),
        ("mentions", json!({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["5"]}})),
        ("no such file", json!({"content": "x", "attachments": [{"id": "0", "filename": "a.png"}]})),
        ("picture without file", json!({"embeds": [{"image": {"url": "attachment://a.png"}}]})),
    ];
    for (name, body) in &cases {
        let (status, answer, _) = raw.send(Method::POST, &path, body).await.unwrap();
        assert_eq!(status, 400, "{name}: {answer}");
        assert!(answer["code"] == 50035 || answer["code"] == 50006, "{name}: {answer}");
    }
    assert_eq!(raw.discord.take_violations().len(), cases.len());

    let most = json!({"content": "é".repeat(1999) + "😀", "embeds": [embed(4096), embed(1904)], "components": rows(5)});
    let (status, answer, _) = raw.send(Method::POST, &path, &most).await.unwrap();
    assert_eq!(status, 200, "{answer}");
    raw.discord.assert_clean();
}

#[tokio::test]
async fn commands_and_paths_that_the_platform_does_not_take() {
    let raw = Raw::start(unlimited()).await;
    let app = raw.discord.application_id();
    let commands = format!("/applications/{app}/commands");
    let command = |name: &str| json!({"name": name, "description": "d"});
    let cases = [
        ("capital", json!([command("Ask")])),
        ("space", json!([command("ask me")])),
        ("long name", json!([command(&"x".repeat(33))])),
        ("no description", json!([{"name": "ask"}])),
        ("long description", json!([{"name": "ask", "description": "x".repeat(101)}])),
        ("locale", json!([{"name": "ask", "description": "d", "name_localizations": {"xx": "ask"}}])),
        ("same name", json!([command("ask"), command("ask")])),
        (
            "order",
            json!([{"name": "ask", "description": "d", "options": [
            {"type": 3, "name": "a", "description": "d"}, {"type": 3, "name": "b", "description": "d", "required": true}]}]),
        ),
    ];
    for (name, body) in &cases {
        let (status, answer, _) = raw.send(Method::PUT, &commands, body).await.unwrap();
        assert_eq!((status, &answer["code"]), (400, &json!(50035)), "{name}: {answer}");
    }
    assert_eq!(raw.discord.take_violations().len(), cases.len());

    let status = |method, path: &'static str| {
        let raw = &raw;
        async move { raw.send(method, path, &json!({})).await.unwrap().0 }
    };
    assert_eq!(status(Method::GET, "/no/such/route").await, 404);
    assert_eq!(status(Method::GET, "/channels/abc").await, 400);
    assert_eq!(status(Method::GET, "/channels/5/messages?limit=101").await, 400);
    assert_eq!(status(Method::GET, "/channels/5/messages?colour=red").await, 400);
    assert_eq!(status(Method::GET, "/voice/regions").await, 501);
    let kinds: Vec<ViolationKind> =
        raw.discord.take_violations().iter().map(|violation| violation.kind).collect();
    let schema = ViolationKind::Schema;
    assert_eq!(kinds, [ViolationKind::UnknownRoute, schema, schema, schema, ViolationKind::NotServed]);

    let url = format!("{}/api/v10/users/@me", raw.discord.url());
    assert_eq!(raw.client.get(url).send().await.unwrap().status(), 401);
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| raw.discord.assert_clean()));
    assert!(caught.is_err(), "a violation fails the test");
}

#[tokio::test]
async fn too_many_requests_are_told_to_wait() {
    let limits = RateLimits {
        send: Rate::new(2, Duration::from_secs(5)),
        in_flight: Duration::ZERO,
        ..RateLimits::default()
    };
    let raw = Raw::start(Settings { limits, ..Settings::default() }).await;
    let channel = raw.discord.guild("Shop").channel("questions");
    let path = format!("/channels/{}/messages", channel.id);
    let send = || async { raw.send(Method::POST, &path, &json!({"content": "x"})).await.unwrap() };

    let (status, _, headers) = send().await;
    assert_eq!(
        (status, &headers["x-ratelimit-limit"], &headers["x-ratelimit-remaining"]),
        (200, &"2".parse().unwrap(), &"1".parse().unwrap())
    );
    send().await;
    let (status, body, headers) = send().await;
    assert_eq!((status, &body["global"]), (429, &json!(false)));
    assert!((4.0..=5.0).contains(&body["retry_after"].as_f64().unwrap()), "{body}");
    assert_eq!(headers["retry-after"], "5");
    assert_eq!(headers["x-ratelimit-scope"], "user");
    raw.discord.assert_clean();

    raw.discord.clock().advance(Duration::from_secs(1));
    assert_eq!(send().await.0, 429);
    assert_eq!(raw.discord.take_violations()[0].kind, ViolationKind::Impatient);
    raw.discord.clock().advance(Duration::from_secs(5));
    assert_eq!(send().await.0, 200);

    let everything = Fault::TooMany { retry_after: Duration::from_millis(1500), global: true };
    raw.discord.faults().add(Rule::on("/users/@me", everything).once());
    let (status, body, headers) = raw.send(Method::GET, "/users/@me", &Value::Null).await.unwrap();
    assert_eq!((status, &body["global"], &body["retry_after"]), (429, &json!(true), &json!(1.5)));
    assert_eq!(headers["x-ratelimit-scope"], "global");
    raw.discord.clock().advance(Duration::from_millis(1500));
    assert_eq!(send().await.0, 200);
    raw.discord.assert_clean();
}

#[tokio::test]
async fn requests_break_before_and_after_they_were_done() {
    let raw = Raw::start(unlimited()).await;
    let channel = raw.discord.guild("Shop").channel("questions");
    let path = format!("/channels/{}/messages", channel.id);
    let faults = raw.discord.faults();
    let owner = raw.discord.person("Ana");
    let count = || raw.discord.requests().iter().filter(|request| request.status == 200).count();
    let body = json!({"content": "x", "nonce": "n", "enforce_nonce": true});

    faults.add(Rule::on("/channels/{channel_id}/messages", Fault::CutBefore).once());
    assert!(raw.send(Method::POST, &path, &body).await.is_none());
    faults.add(Rule::on("/channels/{channel_id}/messages", Fault::CutAfter).once());
    assert!(raw.send(Method::POST, &path, &body).await.is_none());
    faults.add(Rule::on("/channels/{channel_id}/messages", Fault::Status(502)).once());
    assert_eq!(raw.send(Method::POST, &path, &body).await.unwrap().0, 502);
    assert_eq!(count(), 0);
    let (status, first, _) = raw.send(Method::POST, &path, &body).await.unwrap();
    assert_eq!(status, 200);
    let (_, again, _) = raw.send(Method::POST, &path, &body).await.unwrap();
    assert_eq!(first["id"], again["id"]);
    assert!(owner.sees(&channel).is_empty());
    let list = raw.send(Method::GET, &path, &Value::Null).await.unwrap().1;
    assert_eq!(list.as_array().map(Vec::len), Some(1), "what was done before the cut stands once");
    raw.discord.assert_clean();
}
