//! The connection that events come in by: serenity's, with what it does not do itself: it dials the real gateway when
//! it cannot learn where the gateway is, and gives up when an intent is not allowed.

use crate::{
    api::ApiError,
    bot::Bot,
    events::Events,
    settings::{MessageContent, is_loopback},
};
use anyhow::{Context, bail};
use serenity::{
    all::{GatewayIntents, ShardManager},
    gateway::GatewayError,
    http::HttpBuilder,
    model::gateway::BotGateway,
};
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// Wait after the first failure; doubled for each further one.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// Longest wait between tries.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// How long shards may take to say goodbye: serenity waits five seconds for one that is dead.
const GOODBYE: Duration = Duration::from_secs(12);

/// What is lost without the intent, and what is not.
const WITHOUT_CONTENT: &str = "the intent Message Content is not allowed: follow-ups in threads have to mention the bot; slash \
     commands, mentions, replies, buttons and direct messages work. It can be switched on for the application under \
     Bot, Privileged Gateway Intents";

/// Stays connected until `stop`.
///
/// # Errors
/// When Discord will not have the bot: its token or its intents are not accepted.
pub async fn stay_connected(bot: Arc<Bot>, stop: CancellationToken) -> anyhow::Result<()> {
    let mut content = bot.settings.message_content != MessageContent::Off;
    let mut wait = FIRST_WAIT;
    while !stop.is_cancelled() {
        match connect(&bot, content, &stop).await {
            Ok(()) => return Ok(()),
            Err(Ended::Content) if bot.settings.message_content == MessageContent::Auto => {
                tracing::warn!("{WITHOUT_CONTENT}");
                content = false;
                continue;
            }
            Err(Ended::Content) => bail!("Discord refused to connect: {WITHOUT_CONTENT}"),
            Err(Ended::Token) => {
                bail!(
                    "Discord does not accept DISCORD_TOKEN: copy it again from the Bot page of the application"
                )
            }
            Err(Ended::Elsewhere) => {
                bail!("DISCORD_API_BASE names a gateway that is not on this machine; nothing was sent to it")
            }
            Err(Ended::Failed(error)) => {
                tracing::warn!(error = %format!("{error:#}"), wait_ms = %wait.as_millis(), "no connection to Discord");
            }
        }
        tokio::select! { () = tokio::time::sleep(wait) => {}, () = stop.cancelled() => {} }
        wait = (wait * 2).min(LONGEST_WAIT);
    }
    Ok(())
}

enum Ended {
    /// MESSAGE_CONTENT is not allowed.
    Content,
    /// The token is not accepted.
    Token,
    /// A stand-in's gateway is not on this machine.
    Elsewhere,
    /// Something that may work later.
    Failed(anyhow::Error),
}

impl From<anyhow::Error> for Ended {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

async fn connect(bot: &Arc<Bot>, content: bool, stop: &CancellationToken) -> Result<(), Ended> {
    let gateway = tokio::select! {
        found = find(bot) => found?,
        () = stop.cancelled() => return Ok(()),
    };
    let mut intents =
        GatewayIntents::GUILDS | GatewayIntents::GUILD_MESSAGES | GatewayIntents::DIRECT_MESSAGES;
    if content {
        intents |= GatewayIntents::MESSAGE_CONTENT;
    }
    bot.set_reads_all(content);
    let settings = &bot.settings;
    let mut http = HttpBuilder::new(settings.token.reveal());
    if let Some(base) = &settings.api_base {
        // Serenity's own limiter would not go through the stand-in; it sends next to nothing.
        http = http.proxy(base).ratelimiter_disabled(true);
    }
    let mut client = serenity::client::ClientBuilder::new_with_http(http.build(), intents)
        .event_handler(Events::new(bot.clone()))
        .await
        .context("serenity did not start")?;
    // Its own question may have failed, and then it would dial the real gateway.
    *client.ws_url.lock().await = gateway.url.clone();
    let shards = gateway.shards.max(1);
    let manager = client.shard_manager.clone();
    let ended = tokio::select! {
        ended = client.start_shards(shards) => Some(ended),
        () = stop.cancelled() => None,
    };
    // A shard that is just being tried again could not be told to stop; without an address it connects nowhere.
    client.ws_url.lock().await.clear();
    goodbye(&manager).await;
    let Some(ended) = ended else { return Ok(()) };
    match ended {
        Err(serenity::Error::Gateway(GatewayError::DisallowedGatewayIntents)) if content => {
            Err(Ended::Content)
        }
        Err(serenity::Error::Gateway(GatewayError::InvalidAuthentication)) => Err(Ended::Token),
        Err(error) => Err(anyhow::Error::new(error).context("the gateway closed the connection").into()),
        Ok(()) => Err(anyhow::anyhow!("the gateway's shards ended").into()),
    }
}

/// Where the gateway is. Waits while Discord allows no more connections.
async fn find(bot: &Bot) -> Result<BotGateway, Ended> {
    let gateway = match bot.api.gateway().await {
        Ok(gateway) => gateway,
        Err(ApiError::TokenRefused) => return Err(Ended::Token),
        Err(error) => {
            return Err(anyhow::Error::new(error).context("the gateway could not be asked for").into());
        }
    };
    if bot.settings.api_base.is_some() && !is_loopback(&gateway.url, &["ws"]) {
        return Err(Ended::Elsewhere);
    }
    let limit = &gateway.session_start_limit;
    if limit.remaining < u64::from(gateway.shards) {
        let wait = Duration::from_millis(limit.reset_after);
        tracing::warn!(wait_ms = %wait.as_millis(), "Discord allows no more connections today; waiting");
        tokio::time::sleep(wait).await;
    }
    Ok(gateway)
}

async fn goodbye(manager: &ShardManager) {
    if tokio::time::timeout(GOODBYE, manager.shutdown_all()).await.is_err() {
        tracing::debug!("some shards did not say goodbye in time");
    }
}
