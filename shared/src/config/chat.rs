//! The chat platforms. One is configured when it has a token; its other settings are read all the same, so that a wrong
//! one is found before the token is there.

use super::{ConfigError, pick, wrong};
use crate::secret::Secret;
use serde::Deserialize;
use std::{
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

/// `[discord]`.
#[derive(Clone, Debug, PartialEq)]
pub struct DiscordConfig {
    /// `DISCORD_TOKEN`: the bot's token.
    pub token: Secret,
    /// `DISCORD_API_BASE`: a stand-in on this machine, for tests; Discord itself when absent.
    pub api_base: Option<String>,
    /// `message_content`: whether the bot may read messages that do not mention it. `None` ("auto"): if Discord lets it.
    pub message_content: Option<bool>,
    /// `guilds`: the only guilds that are served; all when empty.
    pub guilds: Vec<u64>,
}

/// `[telegram]`.
#[derive(Clone, Debug, PartialEq)]
pub struct TelegramConfig {
    /// `TELEGRAM_TOKEN`: the bot's token.
    pub token: Secret,
    /// `TELEGRAM_API_BASE`: a stand-in on this machine, for tests; Telegram itself when absent.
    pub api_base: Option<String>,
    /// `mode`: how events come in.
    pub mode: TelegramMode,
    /// `chats`: the only chats that are served; all when empty.
    pub chats: Vec<i64>,
}

/// `telegram.mode`.
#[derive(Clone, Debug, PartialEq)]
pub enum TelegramMode {
    /// "polling": Telegram is asked.
    Polling,
    /// "webhook": Telegram calls.
    Webhook(Webhook),
}

/// Where Telegram calls.
#[derive(Clone, Debug, PartialEq)]
pub struct Webhook {
    /// `webhook_url`: the address that Telegram is told.
    pub url: String,
    /// `webhook_listen`: address and port that are listened on.
    pub listen: SocketAddr,
    /// `TELEGRAM_WEBHOOK_SECRET` / `telegram.webhook_secret`: what proves that it is Telegram who calls.
    pub secret: Secret,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FileDiscord {
    token: Option<String>,
    message_content: Option<MessageContent>,
    guilds: Vec<Id>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FileTelegram {
    token: Option<String>,
    mode: Option<String>,
    webhook_url: Option<String>,
    webhook_listen: Option<String>,
    webhook_secret: Option<String>,
    chats: Vec<Id>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum MessageContent {
    Fixed(bool),
    Word(String),
}

/// An id of a platform, with quotation marks or without.
#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Number(i64),
    Text(String),
}

impl FileDiscord {
    pub(super) fn read(
        self,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Option<DiscordConfig>, ConfigError> {
        let api_base = api_base(env, "DISCORD_API_BASE")?;
        let guilds = ids("discord.guilds", self.guilds)?;
        let message_content = match self.message_content {
            None => None,
            Some(MessageContent::Fixed(fixed)) => Some(fixed),
            Some(MessageContent::Word(word)) if word == "auto" => None,
            Some(MessageContent::Word(_)) => {
                return Err(wrong("discord.message_content", "use \"auto\", true or false"));
            }
        };
        let Some(token) = token(env, "DISCORD_TOKEN", self.token)? else { return Ok(None) };
        Ok(Some(DiscordConfig { token: Secret::new(token), api_base, message_content, guilds }))
    }
}

impl FileTelegram {
    pub(super) fn read(
        self,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Option<TelegramConfig>, ConfigError> {
        let api_base = api_base(env, "TELEGRAM_API_BASE")?;
        let chats = ids("telegram.chats", self.chats)?;
        let mode = self.mode.unwrap_or_else(|| "polling".into());
        let mode = match mode.as_str() {
            "polling" => TelegramMode::Polling,
            "webhook" => TelegramMode::Webhook(webhook(
                env,
                self.webhook_url,
                self.webhook_listen,
                self.webhook_secret,
            )?),
            _ => return Err(wrong("telegram.mode", "use \"polling\" or \"webhook\"")),
        };
        let Some(token) = token(env, "TELEGRAM_TOKEN", self.token)? else { return Ok(None) };
        if !token.split_once(':').is_some_and(|(id, rest)| {
            !rest.is_empty() && !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit())
        }) {
            return Err(wrong("TELEGRAM_TOKEN", "it looks like 123456789:ABC…, as @BotFather gave it"));
        }
        Ok(Some(TelegramConfig { token: Secret::new(token), api_base, mode, chats }))
    }
}

fn webhook(
    env: &dyn Fn(&str) -> Option<String>,
    url: Option<String>,
    listen: Option<String>,
    secret: Option<String>,
) -> Result<Webhook, ConfigError> {
    let url = url.filter(|u| u.starts_with("https://") || is_loopback(u)).ok_or_else(|| {
        wrong("telegram.webhook_url", "webhook mode needs the https:// address that Telegram calls")
    })?;
    let listen =
        listen.as_deref().unwrap_or("127.0.0.1:8081").parse().map_err(|_| {
            wrong("telegram.webhook_listen", "use an address and port such as 127.0.0.1:8081")
        })?;
    let secret = pick(env, "TELEGRAM_WEBHOOK_SECRET", secret)
        .filter(|s| {
            (16..=256).contains(&s.len())
                && s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        })
        .ok_or_else(|| {
            wrong(
                "TELEGRAM_WEBHOOK_SECRET",
                "webhook mode needs 16 to 256 letters, digits, '-' and '_'; `openssl rand -hex 32` makes a good one",
            )
        })?;
    Ok(Webhook { url, listen, secret: Secret::new(secret) })
}

fn token(
    env: &dyn Fn(&str) -> Option<String>,
    name: &str,
    file: Option<String>,
) -> Result<Option<String>, ConfigError> {
    let token = pick(env, name, file).map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
    if token.as_ref().is_some_and(|t| !t.bytes().all(|b| b.is_ascii_graphic())) {
        return Err(wrong(name, "it holds something that no token holds, such as a space"));
    }
    Ok(token)
}

/// A stand-in for a platform. Only on this machine: the bot's token goes there.
fn api_base(env: &dyn Fn(&str) -> Option<String>, name: &str) -> Result<Option<String>, ConfigError> {
    match pick(env, name, None) {
        Some(base) if !is_loopback(&base) => {
            Err(wrong(name, "it is for tests and must be http://127.0.0.1:PORT; leave it out otherwise"))
        }
        base => Ok(base.map(|b| b.trim_end_matches('/').to_owned())),
    }
}

/// `http://127.0.0.1:PORT`, and nothing that only begins like it.
fn is_loopback(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else { return false };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    match authority.parse::<SocketAddr>() {
        Ok(address) => address.ip().is_loopback(),
        Err(_) => authority.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()),
    }
}

fn ids<T: FromStr>(setting: &str, ids: Vec<Id>) -> Result<Vec<T>, ConfigError> {
    ids.into_iter()
        .map(|id| match id {
            Id::Number(number) => number.to_string(),
            Id::Text(text) => text,
        })
        .map(|id| id.parse().map_err(|_| wrong(setting, "use the platform's ids, such as 1234567890")))
        .collect()
}
