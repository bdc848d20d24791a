//! Which chat platforms the bot works for, and what happens when one will not have it.

use anyhow::Context;
use rowcall_discord::{DiscordSettings, MessageContent};
use rowcall_frontend::Desk;
use rowcall_shared::{
    Config,
    config::{DiscordConfig, TelegramConfig, TelegramMode},
};
use rowcall_telegram::{Mode, TelegramSettings};
use tokio_util::sync::CancellationToken;

/// The chat platforms that are configured.
#[derive(Clone, Debug, Default)]
pub struct Platforms {
    /// Discord.
    pub discord: Option<DiscordConfig>,
    /// Telegram.
    pub telegram: Option<TelegramConfig>,
    /// When a platform will not have the bot, for example because of its token, say so and go on without it. Otherwise
    /// the bot ends: a service that looks alive and answers nobody is noticed by nobody.
    pub go_on_without: bool,
}

impl Platforms {
    /// Those that a configuration names; one that fails ends the bot.
    pub fn of(config: &Config) -> Self {
        Self { discord: config.discord.clone(), telegram: config.telegram.clone(), go_on_without: false }
    }

    /// Works for all of them until `stop`. What can pass by itself they wait for themselves; what ends one is for a person
    /// to put right.
    ///
    /// # Errors
    /// Which platform will not have the bot, and why.
    pub(crate) async fn run(self, desk: Desk, stop: CancellationToken) -> anyhow::Result<()> {
        let Self { discord, telegram, go_on_without } = self;
        let discord = async {
            let Some(config) = discord else { return Ok(()) };
            Box::pin(rowcall_discord::run(desk.clone(), discord_settings(config), stop.clone())).await
        };
        let telegram = async {
            let Some(config) = telegram else { return Ok(()) };
            Box::pin(rowcall_telegram::run(desk.clone(), telegram_settings(config)?, stop.clone())).await
        };
        let settle = |name: &'static str, outcome: anyhow::Result<()>| match outcome {
            Err(error) if go_on_without => {
                tracing::error!("{name} is left out: {error:#}");
                Ok(())
            }
            other => other.context(name),
        };
        let (discord, telegram) = tokio::join!(
            async {
                let settled = settle("Discord", discord.await);
                end_with(&settled, &stop);
                settled
            },
            async {
                let settled = settle("Telegram", telegram.await);
                end_with(&settled, &stop);
                settled
            }
        );
        discord.and(telegram)
    }
}

/// A platform that failed takes the others along.
fn end_with(settled: &anyhow::Result<()>, stop: &CancellationToken) {
    if settled.is_err() {
        stop.cancel();
    }
}

fn discord_settings(config: DiscordConfig) -> DiscordSettings {
    let DiscordConfig { token, api_base, message_content, guilds } = config;
    let message_content = match message_content {
        None => MessageContent::Auto,
        Some(true) => MessageContent::On,
        Some(false) => MessageContent::Off,
    };
    DiscordSettings { token, api_base, message_content, guilds }
}

fn telegram_settings(config: TelegramConfig) -> anyhow::Result<TelegramSettings> {
    let TelegramConfig { token, api_base, mode, chats } = config;
    let api_base =
        api_base.map(|base| base.parse()).transpose().context("TELEGRAM_API_BASE is no address")?;
    let mode = match mode {
        TelegramMode::Polling => Mode::Polling,
        TelegramMode::Webhook(webhook) => Mode::Webhook {
            url: webhook.url.parse().context("telegram.webhook_url is no address")?,
            listen: webhook.listen,
            secret: webhook.secret,
        },
    };
    Ok(TelegramSettings { token, api_base, mode, chats })
}
