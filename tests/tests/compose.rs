//! `docker-compose.yml`, walked through: each service's command with its environment, in the order of its conditions,
//! against private servers that stand in for its images; then a question over HTTP. What only an engine can show (the
//! image, the networks at work) is read from the file instead.

use rowcall_embedded::{Postgres, PostgresOptions, Redis, RedisOptions};
use rowcall_tests::program;
use serde_norway::{Mapping, Value as Yaml};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::{Child, Output, Stdio},
    time::Duration,
};

const PATIENCE: Duration = Duration::from_secs(60);
const PASSWORD: &str = "0123456789abcdef0123456789abcdef";
const MODEL: [&str; 3] = ["OPENAI_BASE_URL", "OPENAI_API_KEY", "ROWCALL_MODEL"];
const TOKENS: [&str; 2] = ["DISCORD_TOKEN", "TELEGRAM_TOKEN"];
/// What opens a source.
const SOURCE_KEYS: [&str; 3] = ["DEMO_DATABASE_URL", "SOURCE_ADMIN_URL", "SOURCE_LOGIN_PASSWORD"];

fn file(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)).unwrap()
}

/// The variables of `.env.example`, with their values.
fn example() -> BTreeMap<String, String> {
    let lines = file(".env.example");
    let variables =
        lines.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('='));
    variables.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Puts variables in as compose does: `${NAME:?why}`, `${NAME:-default}` and `$$`. Gives the names that were used too.
fn interpolated(text: &str, variables: &BTreeMap<String, String>) -> (String, BTreeSet<String>) {
    let (mut out, mut used, mut rest) = (String::new(), BTreeSet::new(), text);
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
            continue;
        }
        let (inside, after) = after.strip_prefix('{').unwrap().split_once('}').unwrap();
        let (name, otherwise) = inside.split_once(':').unwrap_or_else(|| panic!("{inside} has no default"));
        let value = variables.get(name).filter(|value| !value.is_empty());
        match (value, otherwise.strip_prefix('-')) {
            (Some(value), _) => out.push_str(value),
            (None, Some(default)) => out.push_str(default),
            (None, None) => panic!("{name} must be set: {otherwise}"),
        }
        used.insert(name.to_owned());
        rest = after;
    }
    out.push_str(rest);
    (out, used)
}

fn compose(variables: &BTreeMap<String, String>) -> (Yaml, BTreeSet<String>) {
    let text = file("docker-compose.yml");
    let without_comments: Vec<&str> =
        text.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    let (text, used) = interpolated(&without_comments.join("\n"), variables);
    (serde_norway::from_str(&text).unwrap(), used)
}

/// What a person would put into `.env`.
fn filled() -> BTreeMap<String, String> {
    let mut variables = example();
    for (name, value) in &mut variables {
        if name.ends_with("PASSWORD")
            || ["ROWCALL_CONSOLE_TOKEN", "ROWCALL_AUDIT_KEY"].contains(&name.as_str())
        {
            PASSWORD.clone_into(value);
        }
    }
    variables
}

fn words(value: &Yaml) -> Vec<String> {
    value.as_sequence().into_iter().flatten().map(|word| word.as_str().unwrap().to_owned()).collect()
}

fn keys(value: &Yaml) -> BTreeSet<String> {
    value
        .as_mapping()
        .into_iter()
        .flat_map(Mapping::keys)
        .map(|key| key.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_variable_is_explained_and_every_explained_one_is_used() {
    let (_, used) = compose(&filled());
    assert_eq!(used, example().into_keys().collect());
}

#[test]
fn the_bot_cannot_reach_a_source_and_the_worker_holds_no_token() {
    let (compose, _) = compose(&filled());
    let service = |name: &str| &compose["services"][name];
    let networks = |name: &str| words(&service(name)["networks"]).into_iter().collect::<BTreeSet<_>>();
    assert!(networks("bot").is_disjoint(&networks("source")));
    assert!(networks("bot").contains("core") && networks("worker").is_superset(&networks("source")));
    for inner in ["core", "sources"] {
        assert_eq!(compose["networks"][inner]["internal"].as_bool(), Some(true), "{inner}");
    }
    for name in keys(&compose["services"]) {
        let environment = keys(&service(&name)["environment"]);
        let has = |names: &[&str]| names.iter().any(|n| environment.contains(*n));
        assert!(name == "bot" || !has(&TOKENS), "{name} holds a platform's token");
        let opens = ["worker", "seed", "roles"].contains(&name.as_str());
        assert!(opens || !has(&SOURCE_KEYS), "{name} holds the key of a source");
        // Nothing is published beyond this machine.
        assert!(words(&service(&name)["ports"]).iter().all(|port| port.starts_with("127.0.0.1:")), "{name}");
    }
}

/// The walk.
struct Walk {
    compose: Yaml,
    /// Where the addresses of the file lead to here.
    places: Vec<(String, String)>,
    running: Vec<Child>,
}

impl Walk {
    fn command(&self, service: &str, arguments: &[String]) -> std::process::Command {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut command = program::command(&arguments);
        let environment = self.compose["services"][service]["environment"].as_mapping().unwrap();
        for (name, value) in environment {
            let mut value = match value {
                Yaml::String(text) => text.clone(),
                other => serde_json::to_string(other).unwrap(),
            };
            for (there, here) in &self.places {
                value = value.replace(there, here);
            }
            command.env(name.as_str().unwrap(), value);
        }
        // Nothing here speaks to a platform or a model: a made-up key would be shown to the real one.
        for name in TOKENS.iter().chain(&MODEL) {
            command.env_remove(name);
        }
        command.stdin(Stdio::null());
        command
    }

    fn output(&self, service: &str, arguments: &[String]) -> Output {
        self.command(service, arguments).output().unwrap()
    }

    /// Runs a service to its end, or starts it and waits until its health check says that it is well.
    fn start(&mut self, service: &str) {
        let described = &self.compose["services"][service];
        let arguments = words(&described["command"]);
        let check = words(&described["healthcheck"]["test"]);
        if check.is_empty() {
            let output = self.output(service, &arguments);
            assert!(output.status.success(), "{service}: {}", String::from_utf8_lossy(&output.stderr));
            return;
        }
        assert_eq!(check[..2], ["CMD", "rowcall"], "{service}");
        let child =
            self.command(service, &arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        self.running.push(child);
        let well = program::within(PATIENCE, || self.output(service, &check[2..]).status.success());
        let last = self.output(service, &check[2..]);
        assert!(well, "{service} is not well: {}", String::from_utf8_lossy(&last.stderr));
    }
}

impl Drop for Walk {
    fn drop(&mut self) {
        for child in &mut self.running {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Services whose conditions are met come first; those of a profile are left out.
fn order(compose: &Yaml) -> Vec<String> {
    let services = &compose["services"];
    let mut waiting: Vec<String> =
        keys(services).into_iter().filter(|name| services[name.as_str()]["profiles"].is_null()).collect();
    let mut order: Vec<String> = Vec::new();
    while !waiting.is_empty() {
        let ready = |name: &String| {
            let depends = services[name.as_str()]["depends_on"].as_mapping();
            depends.into_iter().flatten().all(|(on, how)| {
                let described = &services[on];
                let has_check = !described["healthcheck"]["test"].is_null();
                // A condition that can never be met would wait for ever.
                match how["condition"].as_str() {
                    Some("service_healthy") => assert!(has_check, "{on:?} has no health check"),
                    Some("service_completed_successfully") => assert!(!has_check, "{on:?} never ends"),
                    other => panic!("{name}: {other:?}"),
                }
                order.iter().any(|done| Some(done.as_str()) == on.as_str())
            })
        };
        let at = waiting.iter().position(ready).unwrap_or_else(|| panic!("{waiting:?} wait for each other"));
        order.push(waiting.remove(at));
    }
    order
}

/// A server with the user and database that its service describes.
async fn server(compose: &Yaml, service: &str) -> Postgres {
    let server = Postgres::start(PostgresOptions::throwaway()).await.unwrap();
    let told = &compose["services"][service]["environment"];
    let [user, password, database] =
        ["POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"].map(|name| told[name].as_str().unwrap());
    let mut connection = PgConnection::connect(&server.url("postgres")).await.unwrap();
    let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)")
        .bind(user)
        .fetch_one(&mut connection)
        .await
        .unwrap();
    let verb = if exists { "ALTER" } else { "CREATE" };
    // As the image does: the user it is told of is a superuser.
    for statement in [
        format!("{verb} ROLE {user} LOGIN SUPERUSER PASSWORD '{password}'"),
        format!("CREATE DATABASE {database} OWNER {user}"),
    ] {
        connection.execute(AssertSqlSafe(statement)).await.unwrap();
    }
    connection.close().await.unwrap();
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn the_services_start_in_their_order_and_answer_a_question() {
    let (compose, _) = compose(&filled());
    let (store, source) = tokio::join!(server(&compose, "store"), server(&compose, "source"));
    let redis = Redis::start(RedisOptions::default()).await.unwrap();
    let mut connection =
        redis::Client::open(redis.url()).unwrap().get_multiplexed_async_connection().await.unwrap();
    let set =
        redis::cmd("CONFIG").arg("SET").arg("requirepass").arg(PASSWORD).exec_async(&mut connection).await;
    set.unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let places = vec![
        ("@store:5432".to_owned(), format!("@127.0.0.1:{}", store.port())),
        ("@source:5432".to_owned(), format!("@127.0.0.1:{}", source.port())),
        ("@redis:6379".to_owned(), format!("@127.0.0.1:{}", redis.port())),
        ("0.0.0.0:8080".to_owned(), format!("0.0.0.0:{port}")),
    ];
    let walk = Walk { compose, places, running: Vec::new() };
    let walk = tokio::task::spawn_blocking(move || {
        let mut walk = walk;
        for service in order(&walk.compose) {
            if !["store", "source", "redis"].contains(&service.as_str()) {
                walk.start(&service);
            }
        }
        walk
    })
    .await
    .unwrap();

    let client = reqwest::Client::new();
    let url = |path: &str| format!("http://127.0.0.1:{port}{path}");
    let question = serde_json::json!({ "question": "how many orders are there?", "source": "demo" });
    let stranger = client.post(url("/api/ask")).json(&question).send().await.unwrap();
    assert_eq!(stranger.status(), 401);
    let asked = client.post(url("/api/ask")).bearer_auth(PASSWORD).json(&question).send().await.unwrap();
    let asked: serde_json::Value = asked.error_for_status().unwrap().json().await.unwrap();
    let run = asked["run_id"].as_str().unwrap();
    let until = tokio::time::Instant::now() + PATIENCE;
    let answer = loop {
        let run: serde_json::Value = client
            .get(url(&format!("/api/runs/{run}")))
            .bearer_auth(PASSWORD)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        if run["state"] == "succeeded" {
            break run;
        }
        assert!(
            ["queued", "running"].contains(&run["state"].as_str().unwrap_or_default())
                && tokio::time::Instant::now() < until,
            "{run}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let mut reader =
        PgConnection::connect(&format!("postgres://postgres:{PASSWORD}@127.0.0.1:{}/demo", source.port()))
            .await
            .unwrap();
    let orders: i64 =
        sqlx::query_scalar("SELECT count(*) FROM shop.orders").fetch_one(&mut reader).await.unwrap();
    assert_eq!(answer["reply"]["rows"][0][0], orders, "{answer}");
    drop(walk);
}
