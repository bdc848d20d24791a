//! The bot with real servers, serenity and a stand-in for Discord; a worker that answers what it is told to.
#![allow(dead_code, clippy::unwrap_used, missing_docs)]

use rowcall_core::{ConversationId, Reply, RunId, RunState};
use rowcall_discord::{DiscordSettings, MessageContent, run};
use rowcall_embedded::testing;
use rowcall_frontend::{BotContext, Desk};
use rowcall_shared::{
    Config, Progress, ProgressEvent, Queue, RedisLink, Secret, Store, progress::What, store::Ending,
};
use rowcall_standins::discord::{Channel, Discord, Guild, Person, SeenMessage, Settings};
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
        let store = Store::open(&url, 8).unwrap();
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
            lease: std::time::Duration::from_secs(20),
        };
        let discord = Discord::start_with(settings).await;
        let guild = discord.guild("Shop");
        let channel = guild.channel("questions");
        let ana = discord.person("Ana");
        guild.join(&ana);
        let bench =
            Self { discord, guild, channel, ana, store, progress, url, stop: CancellationToken::new() };
        bench.grant("analyst").await;
        bench.connect(context, message_content).await;
        bench
    }

    async fn connect(&self, context: BotContext, message_content: MessageContent) {
        let settings = DiscordSettings {
            token: Secret::new(self.discord.token()),
            api_base: Some(self.discord.url()),
            message_content,
            guilds: Vec::new(),
        };
        tokio::spawn(run(Desk::new(context), settings, self.stop.clone()));
        self.discord.connected(1, Duration::from_secs(30)).await;
        let registered = |d: &Discord| (!d.commands().is_empty()).then_some(());
        self.discord.wait_for(Duration::from_secs(30), registered).await;
    }

    /// Anyone gets a role.
    pub async fn grant(&self, role: &str) {
        self.sql("DELETE FROM grants WHERE kind = 'anyone'").await;
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        sqlx::query(
            "INSERT INTO grants (id, kind, subject, role, granted_by)
             VALUES (gen_random_uuid(), 'anyone', '*', $1, 'test')",
        )
        .bind(role)
        .execute(&mut connection)
        .await
        .unwrap();
    }

    pub async fn sql(&self, statement: &'static str) {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        sqlx::query(statement).execute(&mut connection).await.unwrap();
    }

    /// The run that waits for a worker.
    pub async fn queued(&self) -> RunId {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        for _ in 0..400 {
            let found: Option<sqlx::types::Uuid> =
                sqlx::query_scalar("SELECT id FROM runs WHERE state = 'queued' ORDER BY created_at LIMIT 1")
                    .fetch_optional(&mut connection)
                    .await
                    .unwrap();
            if let Some(id) = found {
                return RunId(id);
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("no question was taken");
    }

    pub async fn runs(&self) -> i64 {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        sqlx::query_scalar("SELECT count(*) FROM runs").fetch_one(&mut connection).await.unwrap()
    }

    /// Ends the run that waits, as a worker would.
    pub async fn answer(&self, make: impl FnOnce(RunId) -> Reply) -> RunId {
        let run = self.queued().await;
        let taken = self.store.take(run, LEASE).await.unwrap().expect("the run is due");
        self.tell(run, taken.question.conversation_id, What::Started { step: "plan".into() });
        let ending = Ending { reply: make(run), plan: None, steps: Vec::new() };
        let state = ending.reply.state;
        assert!(self.store.finish(&taken.lease, &ending).await.unwrap());
        self.tell(run, taken.question.conversation_id, What::Ended { state });
        run
    }

    pub async fn say(&self, text: &str) -> RunId {
        self.answer(|run| Reply::words(run, RunState::Succeeded, text)).await
    }

    fn tell(&self, run_id: RunId, conversation_id: ConversationId, what: What) {
        let platform = rowcall_core::Platform::Discord;
        self.progress.tell(ProgressEvent { run_id, conversation_id, platform, what });
    }

    /// Waits for a message in which `text` stands.
    pub async fn sees(&self, channel: &Channel, text: &str) -> SeenMessage {
        self.discord
            .wait_seen(channel, &self.ana, SOON, |seen| {
                seen.iter().find(|m| m.from_bot && words(m).contains(text)).cloned()
            })
            .await
    }

    /// The bot's messages that Ana sees in a channel.
    pub fn bot_messages(&self, channel: &Channel) -> Vec<SeenMessage> {
        self.ana.sees(channel).into_iter().filter(|m| m.from_bot).collect()
    }

    pub fn bot_mention(&self) -> String {
        format!("<@{}>", self.discord.application_id())
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
