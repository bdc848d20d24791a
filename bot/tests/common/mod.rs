//! A bot on real servers, a browser without a face, and a worker that answers what it is told to.

#[path = "../../frontend/tests/common/changes.rs"]
pub mod changes;
pub mod replies;

use chrono::{TimeDelta, Utc};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, redirect::Policy};
use rowcall_bot::{BotContext, ConsoleOptions, Platforms, bind, run_bot};
use rowcall_core::{ArtifactKind, ArtifactRef, Reply, RunId, StepState};
use rowcall_embedded::testing;
use rowcall_shared::{
    Config, Progress, ProgressEvent, Queue, RedisLink, Secret, Store,
    progress::What,
    store::{Ending, Lease, StepRecord, Taken},
};
use serde_json::{Value, json};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

pub const LEASE: Duration = Duration::from_secs(20);

pub struct Bench {
    pub store: Store,
    pub progress: Progress,
    pub base: String,
    pub browser: Client,
    pub stop: CancellationToken,
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// A migrated store of its own with the source "shop".
pub async fn store() -> Store {
    let url = testing::shared().await.database(None).await.unwrap();
    let store = Store::open(&url, 8).unwrap().with_audit_key(changes::key());
    store.migrate().await.unwrap();
    store.put_source("shop", "env:SHOP", &json!({})).await.unwrap();
    store
}

pub async fn context(store: &Store) -> BotContext {
    let servers = testing::shared().await;
    let redis = servers.redis().await.unwrap();
    let namespace = servers.prefix().unwrap().trim_end_matches(':').to_owned();
    context_on(store, &redis, &namespace)
}

pub fn context_on(store: &Store, redis: &str, namespace: &str) -> BotContext {
    let link = RedisLink::open(redis, namespace).unwrap();
    BotContext {
        store: store.clone(),
        queue: Queue::new(link.clone()),
        progress: Progress::new(link),
        limits: Config::embedded("postgres://unused", redis).limits,
        lease: std::time::Duration::from_secs(20),
    }
}

pub fn options() -> ConsoleOptions {
    let mut options = ConsoleOptions::new("127.0.0.1:0".parse().unwrap());
    options.suggestions = ["How many orders?", "Sales by month", "Best products"].map(str::to_owned).to_vec();
    options
}

impl Bench {
    pub async fn start() -> Self {
        let store = store().await;
        let context = context(&store).await;
        Self::start_with(context, options()).await
    }

    pub async fn start_with_token(token: &str) -> Self {
        let store = store().await;
        let context = context(&store).await;
        Self::start_with(context, ConsoleOptions { token: Some(Secret::new(token)), ..options() }).await
    }

    pub async fn start_with(context: BotContext, options: ConsoleOptions) -> Self {
        let listener = bind(options.listen).await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        let (store, progress) = (context.store.clone(), context.progress.clone());
        tokio::spawn(run_bot(context, listener, options, Platforms::default(), stop.clone()));
        Self {
            store,
            progress,
            base,
            browser: Client::builder().redirect(Policy::none()).build().unwrap(),
            stop,
        }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.browser.request(method, format!("{}{path}", self.base))
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// The text of a page that is there.
    pub async fn page(&self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.text().await.unwrap()
    }

    pub async fn post_json(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let response = self.request(Method::POST, path).json(body).send().await.unwrap();
        (response.status(), response.json().await.unwrap())
    }

    /// Asks, and gives the run and the conversation's key.
    pub async fn ask(&self, question: &str, conversation: Option<&str>) -> (RunId, String) {
        let body = json!({ "question": question, "conversation": conversation });
        let (status, told) = self.post_json("/api/ask", &body).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        let run = told["run_id"].as_str().unwrap().parse().unwrap();
        (run, told["conversation"].as_str().unwrap().to_owned())
    }

    pub async fn run(&self, run: RunId) -> Value {
        self.get(&format!("/api/runs/{run}")).await.json().await.unwrap()
    }

    /// Ends a run with a reply, as a worker would, telling progress on the way.
    pub async fn answer(&self, run: RunId, make: impl FnOnce(RunId) -> Reply) {
        let taken = self.take(run).await;
        let event = |what| ProgressEvent {
            run_id: run,
            conversation_id: taken.question.conversation_id,
            platform: taken.platform,
            what,
        };
        let steps = steps(&taken);
        for step in &steps {
            self.progress.tell(event(What::Started { step: step.name.into() }));
            self.progress.tell(event(What::Completed { step: step.name.into(), micros: 1500 }));
        }
        let ending = Ending { reply: make(run), plan: None, steps };
        let state = ending.reply.state;
        assert!(self.store.finish(&taken.lease, &ending).await.unwrap());
        self.progress.tell(event(What::Ended { state }));
    }

    pub async fn take(&self, run: RunId) -> Taken {
        self.store.take(run, LEASE).await.unwrap().expect("the run is due")
    }

    /// Keeps an artifact of a run that is being answered.
    pub async fn keep(
        &self,
        lease: &Lease,
        kind: ArtifactKind,
        name: &str,
        mime: &str,
        bytes: &[u8],
    ) -> ArtifactRef {
        let alt = "A bar chart";
        let mut upload = self.store.upload(lease, kind, name, mime, alt).await.unwrap().unwrap();
        upload.write(bytes).await.unwrap();
        let (id, size) = upload.finish().await.unwrap();
        ArtifactRef { id, kind, name: name.into(), mime: mime.into(), bytes: size, alt: alt.into() }
    }

    /// Waits until the run's delivery is in that state.
    pub async fn wait_for_delivery(&self, run: RunId, state: &str) {
        for _ in 0..400 {
            let capsule = self.store.capsule(run).await.unwrap().unwrap();
            if capsule.delivery.as_deref() == Some(state) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the delivery of {run} did not become {state}");
    }
}

/// Steps as the pipeline writes them.
pub fn steps(taken: &Taken) -> Vec<StepRecord> {
    let names: [&'static str; 5] = ["understand", "plan", "check", "execute", "render"];
    let lengths = [300, 2_100, 900, 38_000, 6_400];
    let mut at = Utc::now() - TimeDelta::microseconds(lengths.iter().sum());
    names
        .into_iter()
        .zip(lengths)
        .enumerate()
        .map(|(position, (name, micros))| {
            let started_at = at;
            at += TimeDelta::microseconds(micros);
            StepRecord {
                position: i32::try_from(position).unwrap(),
                attempt: taken.attempt,
                name,
                state: StepState::Completed,
                input: (position == 0).then(|| json!({ "text": taken.question.text })),
                output: Some(json!({ "step": name, "kept": true })),
                error: None,
                started_at,
                finished_at: at,
            }
        })
        .collect()
}

/// A hidden field's value in a page.
pub fn field(page: &str, name: &str) -> String {
    let start = page.find(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no field {name}"));
    let value = &page[start..];
    value.split('"').nth(3).unwrap().to_owned()
}
