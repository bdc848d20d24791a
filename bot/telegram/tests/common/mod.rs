//! The front end against the stand-in server, on a real store and queue, and a worker that answers what it is told to.

#[path = "../../../frontend/tests/common/changes.rs"]
pub mod changes;
pub mod gate;
pub mod replies;

pub use replies::*;

use rowcall_core::{Actor, ArtifactKind, ArtifactRef, Platform, Reply, Role, Room, RunId, RunState};
use rowcall_embedded::testing;
use rowcall_frontend::{BotContext, Desk};
use rowcall_shared::{
    Config, Progress, ProgressEvent, Queue, RedisLink, Secret, Store,
    progress::What,
    store::{Ending, Grant, Grantee, NewTicket, RunFilter, Taken, Ticket, retrying},
};
use rowcall_standins::telegram::{CallbackAnswer, Chat, Message, Person, Telegram};
use rowcall_telegram::{Mode, TelegramSettings, run};
use serde_json::json;
use std::{net::TcpListener, time::Duration};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub const SOON: Duration = Duration::from_secs(15);
pub const LEASE: Duration = Duration::from_secs(20);

/// What a bench may differ in.
pub struct Setup {
    pub settings: TelegramSettings,
    /// What everybody may do.
    pub everybody: Option<Role>,
    /// The front end's own way to the store, where a test closes it.
    pub store: Option<String>,
}

pub struct Bench {
    pub telegram: Telegram,
    pub store: Store,
    pub context: BotContext,
    pub settings: TelegramSettings,
    /// Everything's end.
    all: CancellationToken,
    /// The first process's.
    pub stop: CancellationToken,
    pub task: JoinHandle<anyhow::Result<()>>,
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.all.cancel();
    }
}

impl Bench {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Setup)) -> Self {
        let url = testing::shared().await.database(None).await.unwrap();
        Self::start_on(&url, change).await
    }

    /// The same on a database that the test made.
    pub async fn start_on(url: &str, change: impl FnOnce(&mut Setup)) -> Self {
        let telegram = Telegram::start().await;
        let mut setup = Setup {
            settings: TelegramSettings {
                token: Secret::new(telegram.token()),
                api_base: Some(telegram.url().parse().unwrap()),
                mode: Mode::Polling,
                chats: vec![],
            },
            everybody: Some(Role::Analyst),
            store: None,
        };
        change(&mut setup);
        let store = Store::open(url, 8).unwrap().with_audit_key(changes::key());
        store.migrate().await.unwrap();
        store.put_source("shop", "env:SHOP", &json!({})).await.unwrap();
        if let Some(role) = setup.everybody {
            let anyone = Grant { grantee: Grantee::Anyone, role, source: None, place: None };
            store.grant(&anyone, "test").await.unwrap();
        }
        let servers = testing::shared().await;
        let redis = servers.redis().await.unwrap();
        let link = RedisLink::open(&redis, servers.prefix().unwrap().trim_end_matches(':')).unwrap();
        let context = BotContext {
            store: setup.store.map_or_else(
                || store.clone(),
                |url| Store::open(&url, 8).unwrap().with_audit_key(changes::key()),
            ),
            queue: Queue::new(link.clone()),
            progress: Progress::new(link),
            limits: Config::embedded("postgres://unused", &redis).limits,
            lease: LEASE,
        };
        let (settings, all) = (setup.settings, CancellationToken::new());
        let stop = all.child_token();
        let task = tokio::spawn(run(Desk::new(context.clone()), settings.clone(), stop.clone()));
        Self { telegram, store, context, settings, all, stop, task }
    }

    /// Another process over the same store; it ends with the bench.
    pub fn another(&self, settings: TelegramSettings) -> JoinHandle<anyhow::Result<()>> {
        tokio::spawn(run(Desk::new(self.context.clone()), settings, self.all.child_token()))
    }

    pub async fn grant(&self, person: &Person, role: Role) {
        let grantee = Grantee::Person(format!("telegram:{}", person.id()));
        self.store.grant(&Grant { grantee, role, source: None, place: None }, "test").await.unwrap();
    }

    /// Somebody's answers are for them alone.
    pub async fn keep_private(&self, person: &Person) {
        let known = self.store.standing(&actor(person), None).await.unwrap();
        self.store.set_person_private(known.principal, true).await.unwrap();
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
        let taken = self.take(run).await;
        self.tell(&taken, "execute");
        self.end(&taken, make(run)).await;
    }

    pub async fn take(&self, run: RunId) -> Taken {
        self.store.take(run, LEASE).await.unwrap().expect("the run is due")
    }

    /// Tells that a step has begun.
    pub fn tell(&self, taken: &Taken, step: &str) {
        self.context.progress.tell(event(taken, What::Started { step: step.into() }));
    }

    pub async fn end(&self, taken: &Taken, reply: Reply) {
        let ending = Ending { reply, plan: None, steps: vec![] };
        let state = ending.reply.state;
        // As the engine does: a statement that met another one in the way is sent again.
        let finished = retrying(SOON, || self.store.finish(&taken.lease, &ending)).await.unwrap();
        assert!(finished);
        self.context.progress.tell(event(taken, What::Ended { state }));
    }

    /// Opens a change for a run, as a worker would.
    pub async fn open(&self, run: RunId, new: &NewTicket) -> Ticket {
        let taken = self.take(run).await;
        let ticket = changes::open(&self.store, &taken.lease, new).await;
        self.context.progress.tell(event(&taken, What::Ended { state: RunState::WaitingApproval }));
        ticket
    }

    /// Keeps a picture of a run that is being answered.
    pub async fn keep_chart(&self, taken: &Taken, png: &[u8]) -> ArtifactRef {
        let (kind, name, mime, alt) = (ArtifactKind::Chart, "chart.png", "image/png", "A bar chart");
        let mut upload = self.store.upload(&taken.lease, kind, name, mime, alt).await.unwrap().unwrap();
        upload.write(png).await.unwrap();
        let (id, bytes) = upload.finish().await.unwrap();
        ArtifactRef { id, kind, name: name.into(), mime: mime.into(), bytes, alt: alt.into() }
    }

    /// Somebody's question, answered with that reply.
    pub async fn shown(
        &self,
        person: &Person,
        chat: &Chat,
        question: &str,
        make: impl FnOnce(RunId) -> Reply,
    ) -> (RunId, Message) {
        let count = self.runs().await.len() + 1;
        person.says(chat, question);
        let run = self.run(count).await;
        let reply = make(run);
        let words = reply.failure.as_ref().map_or(reply.text.clone(), |failure| failure.what.clone());
        self.answer(run, |_| reply).await;
        self.wait_for_delivery(run, "delivered").await;
        // The same words may stand above, too.
        let shown = chat.from_bot().into_iter().rfind(|message| message.text().contains(&words));
        (run, shown.unwrap_or_else(|| panic!("no answer in:\n{}", chat.transcript())))
    }

    /// What was asked.
    pub async fn question(&self, run: RunId) -> String {
        self.store.capsule(run).await.unwrap().unwrap().run.question
    }

    /// Presses a button and gives what the person is told.
    pub async fn press(&self, person: &Person, message: &Message, label: &str) -> CallbackAnswer {
        let query = person.presses(message.key, label);
        self.telegram.wait_for_answer(&query, SOON).await
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

    /// Answers the newest of so many runs in words.
    pub async fn asked_and_answered(&self, chat: &Chat, count: usize, text: &str) -> Message {
        let run = self.run(count).await;
        self.answer(run, |run| words(run, text)).await;
        self.wait_for_delivery(run, "delivered").await;
        chat.wait_for_text(SOON, text).await
    }
}

/// How many messages of the bot contain a text.
pub fn count(chat: &Chat, text: &str) -> usize {
    chat.from_bot().iter().filter(|message| message.text().contains(text)).count()
}

/// A person in their chat with the bot.
pub fn actor(person: &Person) -> Actor {
    Actor {
        platform: Platform::Telegram,
        id: person.id().to_string(),
        name: "somebody".into(),
        roles: vec![],
        room: Room { space: None, channel: person.id().to_string(), direct: true },
        seen_at: chrono::Utc::now(),
    }
}

fn event(taken: &Taken, what: What) -> ProgressEvent {
    let (run_id, conversation_id) = (taken.question.run_id, taken.question.conversation_id);
    ProgressEvent { run_id, conversation_id, platform: taken.platform, what }
}

/// Webhook settings on a free port, with the address that updates are brought to.
pub fn webhook(secret: &str) -> (Mode, String) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}/telegram/updates");
    let listen = format!("127.0.0.1:{port}").parse().unwrap();
    (Mode::Webhook { url: url.parse().unwrap(), listen, secret: Secret::new(secret) }, url)
}
