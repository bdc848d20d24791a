//! The front end against the stand-in server, on a real store and queue, and a worker that answers what it is told to.
#![allow(dead_code, clippy::unwrap_used, missing_docs)]

use rowcall_core::{
    Button, Reply, ReplyTable, ResultColumn, ResultSet, Role, RunId, RunState, TypeKind, Value,
};
use rowcall_embedded::testing;
use rowcall_frontend::{BotContext, Desk};
use rowcall_shared::{
    Config, Progress, ProgressEvent, Queue, RedisLink, Secret, Store,
    progress::What,
    store::{Ending, Grant, Grantee, RunFilter},
};
use rowcall_standins::telegram::{Chat, Message, Telegram};
use rowcall_telegram::{Mode, TelegramSettings, run};
use serde_json::json;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub const SOON: Duration = Duration::from_secs(15);
pub const LEASE: Duration = Duration::from_secs(20);

pub struct Bench {
    pub telegram: Telegram,
    pub store: Store,
    pub context: BotContext,
    pub settings: TelegramSettings,
    pub stop: CancellationToken,
    pub task: JoinHandle<anyhow::Result<()>>,
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Bench {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut TelegramSettings)) -> Self {
        let telegram = Telegram::start().await;
        let servers = testing::shared().await;
        let store = Store::open(&servers.database(None).await.unwrap(), 8).unwrap();
        store.migrate().await.unwrap();
        store.put_source("shop", "env:SHOP", &json!({})).await.unwrap();
        let anyone = Grant { grantee: Grantee::Anyone, role: Role::Analyst, source: None, place: None };
        store.grant(&anyone, "test").await.unwrap();
        let redis = servers.redis().await.unwrap();
        let link = RedisLink::open(&redis, servers.prefix().unwrap().trim_end_matches(':')).unwrap();
        let context = BotContext {
            store: store.clone(),
            queue: Queue::new(link.clone()),
            progress: Progress::new(link),
            limits: Config::embedded("postgres://unused", &redis).limits,
            lease: std::time::Duration::from_secs(20),
        };
        let mut settings = TelegramSettings {
            token: Secret::new(telegram.token()),
            api_base: Some(telegram.url().parse().unwrap()),
            mode: Mode::Polling,
            chats: vec![],
        };
        change(&mut settings);
        let stop = CancellationToken::new();
        let task = tokio::spawn(run(Desk::new(context.clone()), settings.clone(), stop.clone()));
        Self { telegram, store, context, settings, stop, task }
    }

    /// Runs in the store, newest first.
    pub async fn runs(&self) -> Vec<RunId> {
        let filter = RunFilter { before: None, state: None, asker: None };
        self.store.runs(&filter, 50).await.unwrap().into_iter().map(|run| run.id).collect()
    }

    /// Waits until there are so many runs, and gives the newest.
    pub async fn run(&self, count: usize) -> RunId {
        for _ in 0..600 {
            let runs = self.runs().await;
            assert!(runs.len() <= count, "{} runs instead of {count}", runs.len());
            if runs.len() == count {
                return runs[0];
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("no run number {count}");
    }

    /// Ends a run with a reply, as a worker would.
    pub async fn answer(&self, run: RunId, make: impl FnOnce(RunId) -> Reply) {
        let taken = self.store.take(run, LEASE).await.unwrap().expect("the run is due");
        let event = |what| ProgressEvent {
            run_id: run,
            conversation_id: taken.question.conversation_id,
            platform: taken.platform,
            what,
        };
        self.context.progress.tell(event(What::Started { step: "execute".into() }));
        let ending = Ending { reply: make(run), plan: None, steps: vec![] };
        let state = ending.reply.state;
        assert!(self.store.finish(&taken.lease, &ending).await.unwrap());
        self.context.progress.tell(event(What::Ended { state }));
    }

    pub async fn wait_for_delivery(&self, run: RunId, state: &str) {
        for _ in 0..1600 {
            let capsule = self.store.capsule(run).await.unwrap().unwrap();
            if capsule.delivery.as_deref() == Some(state) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the delivery of {run} did not become {state}");
    }

    /// The delivery's last error.
    pub async fn asked_and_answered(&self, chat: &Chat, count: usize, text: &str) -> Message {
        let run = self.run(count).await;
        self.answer(run, |run| words(run, text)).await;
        self.wait_for_delivery(run, "delivered").await;
        chat.wait_for_text(SOON, text).await
    }
}

pub fn words(run: RunId, text: &str) -> Reply {
    Reply { planner: Some("offline".into()), ..Reply::words(run, RunState::Succeeded, text) }
}

/// Forty rows, a statement, one suggestion.
pub fn table(run: RunId) -> Reply {
    let columns = [("city", TypeKind::Text), ("orders", TypeKind::Integer)]
        .map(|(name, kind)| ResultColumn { name: name.into(), kind })
        .to_vec();
    let rows: Vec<_> =
        (0..40).map(|n| vec![Value::Text(format!("City <{n}> & @all")), Value::Int(n * 3)]).collect();
    let row_count = rows.len() as u64;
    Reply {
        table: Some(ReplyTable { rows: ResultSet { columns, rows, row_count, truncated: false } }),
        sql: Some("SELECT city, count(*) FROM orders WHERE total < 5 GROUP BY 1".into()),
        buttons: vec![Button { label: "And by month?".into(), text: "orders by month".into() }],
        ..words(run, "Orders by city.")
    }
}

/// How many messages of the bot contain a text.
pub fn count(chat: &Chat, text: &str) -> usize {
    chat.from_bot().iter().filter(|message| message.text().contains(text)).count()
}
