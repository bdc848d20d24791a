//! The bot with real servers, serenity and a stand-in for Discord; a worker that answers what it is told to.

#[path = "../../../frontend/tests/common/changes.rs"]
pub mod changes;
pub mod replies;

use rowcall_core::{ArtifactKind, ArtifactRef, ConversationId, Reply, Role, RunId, RunState};
use rowcall_discord::{DiscordSettings, MessageContent, run};
use rowcall_embedded::testing;
use rowcall_frontend::{BotContext, Desk};
use rowcall_shared::{
    Config, Progress, ProgressEvent, Queue, RedisLink, Secret, Store,
    progress::What,
    store::{Ending, Grant, Grantee, NewTicket, Taken, Ticket},
};
use rowcall_standins::discord::{Channel, Discord, Guild, Interaction, Person, SeenMessage, Settings};
use serde_json::json;
use sqlx::{Connection, PgConnection};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

pub const SOON: Duration = Duration::from_secs(10);
const LEASE: Duration = Duration::from_secs(20);

pub struct Bench {
    pub discord: Discord,
    pub guild: Guild,
    pub channel: Channel,
    pub ana: Person,
    pub context: BotContext,
    pub store: Store,
    pub progress: Progress,
    pub url: String,
    pub stop: CancellationToken,
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Bench {
    pub async fn start() -> Self {
        Self::start_with(Settings::default(), MessageContent::Auto).await
    }

    pub async fn start_with(settings: Settings, message_content: MessageContent) -> Self {
        let servers = testing::shared().await;
        let url = servers.database(None).await.unwrap();
        let store = Store::open(&url, 8).unwrap().with_audit_key(changes::key());
        store.migrate().await.unwrap();
        store.put_source("shop", "env:SHOP", &json!({})).await.unwrap();
        let redis = servers.redis().await.unwrap();
        let namespace = servers.prefix().unwrap().trim_end_matches(':').to_owned();
        let link = RedisLink::open(&redis, &namespace).unwrap();
        let progress = Progress::new(link.clone());
        let context = BotContext {
            store: store.clone(),
            queue: Queue::new(link),
            progress: progress.clone(),
            limits: Config::embedded("postgres://unused", &redis).limits,
            lease: LEASE,
        };
        let shards = usize::try_from(settings.shards).unwrap();
        let discord = Discord::start_with(settings).await;
        let guild = discord.guild("Shop");
        let channel = guild.channel("questions");
        let ana = discord.person("Ana");
        guild.join(&ana);
        let stop = CancellationToken::new();
        let bench = Self { discord, guild, channel, ana, context, store, progress, url, stop };
        bench.grant("analyst").await;
        bench.connect(shards, message_content).await;
        bench
    }

    async fn connect(&self, shards: usize, message_content: MessageContent) {
        let settings = DiscordSettings {
            token: Secret::new(self.discord.token()),
            api_base: Some(self.discord.url()),
            message_content,
            guilds: Vec::new(),
        };
        tokio::spawn(run(Desk::new(self.context.clone()), settings, self.stop.clone()));
        self.discord.connected(shards, Duration::from_secs(30)).await;
        let registered = |d: &Discord| (!d.commands().is_empty()).then_some(());
        self.discord.wait_for(Duration::from_secs(30), registered).await;
    }

    /// Anyone gets a role.
    pub async fn grant(&self, role: &str) {
        self.sql("DELETE FROM grants WHERE kind = 'anyone'").await;
        self.grant_to(Grantee::Anyone, role.parse().unwrap()).await;
    }

    /// One person has a role, and nobody else has any.
    pub async fn grant_only(&self, person: &Person, role: Role) {
        self.sql("DELETE FROM grants").await;
        self.grant_to(Grantee::Person(format!("discord:{}", person.id)), role).await;
    }

    pub async fn grant_to(&self, grantee: Grantee, role: Role) {
        self.store.grant(&Grant { grantee, role, source: None, place: None }, "test").await.unwrap();
    }

    pub async fn sql(&self, statement: &'static str) {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        sqlx::query(statement).execute(&mut connection).await.unwrap();
    }

    /// One value of one row.
    pub async fn scalar<T>(&self, query: &'static str) -> T
    where
        T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
    {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        sqlx::query_scalar(query).fetch_one(&mut connection).await.unwrap()
    }

    /// Waits until the store says so.
    pub async fn until(&self, condition: &'static str) {
        for _ in 0..400 {
            if self.scalar::<bool>(condition).await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("never so: {condition}");
    }

    /// The run that waits for a worker.
    pub async fn queued(&self) -> RunId {
        self.until("SELECT EXISTS (SELECT FROM runs WHERE state = 'queued')").await;
        RunId(self.scalar("SELECT id FROM runs WHERE state = 'queued' ORDER BY created_at LIMIT 1").await)
    }

    pub async fn runs(&self) -> i64 {
        self.scalar("SELECT count(*) FROM runs").await
    }

    /// Takes the run that waits, as a worker does.
    pub async fn take(&self) -> Taken {
        let run = self.queued().await;
        let taken = self.store.take(run, LEASE).await.unwrap().expect("the run is due");
        self.tell(run, taken.question.conversation_id, What::Started { step: "plan".into() });
        taken
    }

    /// Ends a run that was taken.
    pub async fn end(&self, taken: &Taken, reply: Reply) {
        let (run, state) = (reply.run_id, reply.state);
        let ending = Ending { reply, plan: None, steps: Vec::new() };
        assert!(self.store.finish(&taken.lease, &ending).await.unwrap());
        self.tell(run, taken.question.conversation_id, What::Ended { state });
    }

    /// Ends the run that waits, as a worker would.
    pub async fn answer(&self, make: impl FnOnce(RunId) -> Reply) -> RunId {
        let taken = self.take().await;
        let run = taken.lease.run_id;
        self.end(&taken, make(run)).await;
        run
    }

    /// Opens a change for the run that waits, as a worker would.
    pub async fn open(&self, new: &NewTicket) -> Ticket {
        let taken = self.take().await;
        let ticket = changes::open(&self.store, &taken.lease, new).await;
        let state = RunState::WaitingApproval;
        self.tell(ticket.run_id, taken.question.conversation_id, What::Ended { state });
        ticket
    }

    pub async fn say(&self, text: &str) -> RunId {
        self.answer(|run| Reply::words(run, RunState::Succeeded, text)).await
    }

    /// Ends the run that waits with rows and a chart of them.
    pub async fn answer_with_chart(&self, rows: usize) {
        let taken = self.take().await;
        let run = taken.lease.run_id;
        let (kind, name, mime, alt) = (ArtifactKind::Chart, "bars.png", "image/png", "Bars");
        let mut upload = self.store.upload(&taken.lease, kind, name, mime, alt).await.unwrap().unwrap();
        upload.write(b"a picture").await.unwrap();
        let (id, bytes) = upload.finish().await.unwrap();
        let chart = ArtifactRef { id, kind, name: name.into(), mime: mime.into(), bytes, alt: alt.into() };
        self.end(&taken, Reply { chart: Some(chart), ..replies::table(run, rows) }).await;
    }

    fn tell(&self, run_id: RunId, conversation_id: ConversationId, what: What) {
        let platform = rowcall_core::Platform::Discord;
        self.progress.tell(ProgressEvent { run_id, conversation_id, platform, what });
    }

    /// Ana asks by `/ask`.
    pub fn ask(&self, question: &str) -> Interaction {
        self.ana.slash(&self.channel, "ask", json!({ "question": question }))
    }

    /// Ana mentions the bot.
    pub fn mention(&self, text: &str) -> SeenMessage {
        self.ana.says(&self.channel, &format!("{} {text}", self.discord.mention()))
    }

    /// Waits for a message in which `text` stands.
    pub async fn sees(&self, channel: &Channel, text: &str) -> SeenMessage {
        self.discord
            .wait_seen(channel, &self.ana, SOON, |seen| {
                seen.iter().find(|m| m.from_bot && words(m).contains(text)).cloned()
            })
            .await
    }

    /// Waits for the first message of the bot, whatever it says.
    pub async fn placeholder(&self, channel: &Channel) -> SeenMessage {
        self.sees(channel, "").await
    }

    /// Waits until somebody was told `text` alone, after what they did.
    pub async fn told(&self, done: &Interaction, text: &str) -> SeenMessage {
        let look = |_: &Discord| done.messages().into_iter().find(|m| m.ephemeral && words(m).contains(text));
        self.discord.wait_for(SOON, look).await
    }

    /// The bot's messages that Ana sees in a channel.
    pub fn bot_messages(&self, channel: &Channel) -> Vec<SeenMessage> {
        self.ana.sees(channel).into_iter().filter(|m| m.from_bot).collect()
    }
}

/// All words of a message.
pub fn words(message: &SeenMessage) -> String {
    let embeds = message.embeds.iter().map(|e| {
        format!(
            "{} {}",
            e["title"].as_str().unwrap_or_default(),
            e["description"].as_str().unwrap_or_default()
        )
    });
    std::iter::once(message.content.clone()).chain(embeds).collect::<Vec<_>>().join("\n")
}

/// What stands on the buttons of a message.
pub fn labels(message: &SeenMessage) -> Vec<&str> {
    message.buttons().map(|button| button.label.as_str()).collect()
}
