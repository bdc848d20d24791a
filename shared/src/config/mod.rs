//! The configuration: a TOML file (`ROWCALL_CONFIG`), and environment variables that win over it. A wrong
//! value is refused at start with the name of its setting; an unknown one too, since it is a typing error
//! that would otherwise be found in production.

mod chat;
mod model;

pub use chat::{DiscordConfig, TelegramConfig, TelegramMode, Webhook};
pub use model::{ModelConfig, ModelLimits, ModelServer, Price};

use crate::{audit::AuditKey, secret::Secret, store::PERSON_AT_ONCE};
use chat::{FileDiscord, FileTelegram};
use model::FileModel;
use serde::Deserialize;
use std::{net::SocketAddr, path::PathBuf, time::Duration};

/// Everything that can be set.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// `DATABASE_URL` / `store.url`: the store.
    pub database_url: Secret,
    /// `REDIS_URL` / `redis.url`: queue, progress, catalogue cache.
    pub redis_url: Secret,
    /// `redis.namespace`: prefix of every key and channel, so that installations can share a server.
    pub namespace: String,
    /// `store.connections`: most connections one process opens to the store.
    pub store_connections: u32,
    /// Limits and times of the run engine.
    pub worker: WorkerConfig,
    /// The web console.
    pub console: ConsoleConfig,
    /// The bot's own times.
    pub bot: BotConfig,
    /// What a front end accepts.
    pub limits: LimitsConfig,
    /// Permission.
    pub access: AccessConfig,
    /// `ROWCALL_AUDIT_KEY`, or in the file that `ROWCALL_AUDIT_KEY_FILE` / `audit.key_file` names: the key of the audit log.
    /// The same for every process; without one no change to data is taken.
    pub audit_key: Option<AuditKey>,
    /// Discord, when it is configured.
    pub discord: Option<DiscordConfig>,
    /// Telegram, when it is configured.
    pub telegram: Option<TelegramConfig>,
    /// The language model, when one is configured.
    pub model: Option<ModelConfig>,
}

/// `[worker]`.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkerConfig {
    /// `concurrency`: runs at once in one process.
    pub concurrency: usize,
    /// `person_at_once`: runs of one person of a chat at once on one source, in all processes together; the others
    /// wait their turn.
    pub person_at_once: i32,
    /// `lease_seconds`: how long a worker may be silent before another takes its run.
    pub lease: Duration,
    /// `max_attempts`: times a run is taken before it ends as failed.
    pub max_attempts: i32,
    /// `retry_base_milliseconds`: wait before the second attempt; doubled for each further one.
    pub retry_base: Duration,
    /// `step_timeout_seconds`: the longest a single step may take.
    pub step_timeout: Duration,
    /// `catalogue_ttl_seconds`: how old a cached list of tables may be.
    pub catalogue_ttl: Duration,
    /// `time_zone`: what "today" and "last month" mean, as an IANA name.
    pub time_zone: chrono_tz::Tz,
}

/// `[bot]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BotConfig {
    /// `lease_seconds`: how long a bot may be silent before another takes over what it delivers and the platforms it serves.
    pub lease: Duration,
}

/// `[console]`.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsoleConfig {
    /// `listen`: address and port.
    pub listen: SocketAddr,
    /// `ROWCALL_CONSOLE_TOKEN` / `console.token`: the token a visitor must present. Without one the console
    /// only starts on a loopback address.
    pub token: Option<Secret>,
    /// `console.allowed_hosts`: host names, besides loopback ones, under which a console on a loopback address may be
    /// reached, for example through a proxy on the same machine.
    pub allowed_hosts: Vec<String>,
}

/// `[limits]`.
#[derive(Clone, Debug, PartialEq)]
pub struct LimitsConfig {
    /// `question_characters`: longest question that is read.
    pub question_chars: usize,
    /// `person_per_minute`: questions one person may ask in a minute.
    pub person_per_minute: i64,
    /// `person_per_day`: and in 24 hours.
    pub person_per_day: i64,
    /// `place_per_minute`: questions all people of a guild or chat may ask in a minute.
    pub place_per_minute: i64,
    /// `place_per_day`: and in 24 hours.
    pub place_per_day: i64,
    /// `queue`: questions that may wait for a worker before chats are told to come back later.
    pub queue: i64,
}

/// `[access]`.
#[derive(Clone, Debug, PartialEq)]
pub struct AccessConfig {
    /// `snapshot_minutes`: how long a platform's word on somebody's roles counts. A question that waited longer for its
    /// turn is not run on the strength of such a role.
    pub snapshot: Duration,
}

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The value is missing and has no default.
    #[error("{setting} is not set: {hint}")]
    Missing {
        /// Name of the setting.
        setting: &'static str,
        /// How to set it.
        hint: &'static str,
    },
    /// The value cannot be used.
    #[error("{setting} is wrong: {reason}")]
    Wrong {
        /// Name of the setting.
        setting: String,
        /// Why.
        reason: String,
    },
    /// The file cannot be read.
    #[error("ROWCALL_CONFIG: {} cannot be read: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    store: FileStore,
    redis: FileRedis,
    worker: FileWorker,
    bot: FileBot,
    console: FileConsole,
    limits: FileLimits,
    access: FileAccess,
    audit: FileAudit,
    discord: FileDiscord,
    telegram: FileTelegram,
    model: FileModel,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct FileStore {
    url: Option<String>,
    connections: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct FileRedis {
    url: Option<String>,
    namespace: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct FileBot {
    lease_seconds: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct FileWorker {
    concurrency: Option<usize>,
    person_at_once: Option<i32>,
    lease_seconds: Option<u64>,
    max_attempts: Option<i32>,
    retry_base_milliseconds: Option<u64>,
    step_timeout_seconds: Option<u64>,
    catalogue_ttl_seconds: Option<u64>,
    time_zone: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct FileConsole {
    listen: Option<String>,
    token: Option<String>,
    allowed_hosts: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct FileLimits {
    question_characters: Option<usize>,
    person_per_minute: Option<i64>,
    person_per_day: Option<i64>,
    place_per_minute: Option<i64>,
    place_per_day: Option<i64>,
    queue: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct FileAccess {
    snapshot_minutes: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct FileAudit {
    key_file: Option<String>,
}

impl FileAudit {
    fn read(self, env: &dyn Fn(&str) -> Option<String>) -> Result<Option<AuditKey>, ConfigError> {
        let (setting, text) = match pick(env, "ROWCALL_AUDIT_KEY", None) {
            Some(text) => ("ROWCALL_AUDIT_KEY", text),
            None => {
                let Some(path) = pick(env, "ROWCALL_AUDIT_KEY_FILE", self.key_file) else { return Ok(None) };
                let text = std::fs::read_to_string(&path)
                    .map_err(|e| wrong("ROWCALL_AUDIT_KEY_FILE", &format!("{path} cannot be read: {e}")))?;
                ("ROWCALL_AUDIT_KEY_FILE", text)
            }
        };
        AuditKey::new(&text).map(Some).map_err(|error| wrong(setting, &error.to_string()))
    }
}

impl Config {
    /// Reads the file that `ROWCALL_CONFIG` names, if any, and the environment.
    ///
    /// # Errors
    /// The first setting that is missing or wrong, by name.
    pub fn load(env: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let file = match env("ROWCALL_CONFIG").filter(|path| !path.is_empty()) {
            Some(path) => {
                let path = PathBuf::from(path);
                std::fs::read_to_string(&path)
                    .map_err(|e| ConfigError::File { path, reason: e.to_string() })?
            }
            None => String::new(),
        };
        Self::parse(&file, env)
    }

    /// The same from the text of a file.
    ///
    /// # Errors
    /// The first setting that is missing or wrong, by name.
    pub fn parse(file: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let file: File = toml::from_str(file).map_err(|e| ConfigError::Wrong {
            setting: "ROWCALL_CONFIG".into(),
            // The message alone: the default rendering quotes the line, which may hold a password.
            reason: e.message().to_owned(),
        })?;
        let database_url = pick(env, "DATABASE_URL", file.store.url).ok_or(ConfigError::Missing {
            setting: "DATABASE_URL",
            hint: "set it to the store's PostgreSQL URL, or use `rowcall demo`, which brings its own",
        })?;
        require_scheme("DATABASE_URL", &database_url, &["postgres://", "postgresql://"])?;
        let redis_url = pick(env, "REDIS_URL", file.redis.url).ok_or(ConfigError::Missing {
            setting: "REDIS_URL",
            hint: "set it to the Redis URL, or use `rowcall demo`, which brings its own",
        })?;
        require_scheme("REDIS_URL", &redis_url, &["redis://", "rediss://", "unix://", "redis+unix://"])?;
        let namespace =
            pick(env, "ROWCALL_NAMESPACE", file.redis.namespace).unwrap_or_else(|| "rowcall".into());
        if namespace.is_empty()
            || !namespace.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        {
            return Err(wrong("redis.namespace", "use letters, digits, '-' and '_'"));
        }
        let zone = file.worker.time_zone.as_deref().unwrap_or("UTC");
        let listen =
            pick(env, "ROWCALL_LISTEN", file.console.listen).unwrap_or_else(|| "127.0.0.1:8080".into());
        let step_timeout = seconds(
            "worker.step_timeout_seconds",
            file.worker.step_timeout_seconds.unwrap_or(120),
            1,
            86_400,
        )?;
        Ok(Self {
            database_url: Secret::new(database_url),
            redis_url: Secret::new(redis_url),
            namespace,
            store_connections: between("store.connections", file.store.connections.unwrap_or(16), 2, 1000)?,
            worker: WorkerConfig {
                concurrency: between("worker.concurrency", file.worker.concurrency.unwrap_or(8), 1, 1000)?,
                person_at_once: between(
                    "worker.person_at_once",
                    file.worker.person_at_once.unwrap_or(PERSON_AT_ONCE),
                    1,
                    1000,
                )?,
                lease: seconds("worker.lease_seconds", file.worker.lease_seconds.unwrap_or(15), 2, 3600)?,
                max_attempts: between("worker.max_attempts", file.worker.max_attempts.unwrap_or(5), 1, 100)?,
                retry_base: Duration::from_millis(between(
                    "worker.retry_base_milliseconds",
                    file.worker.retry_base_milliseconds.unwrap_or(500),
                    1,
                    600_000,
                )?),
                step_timeout,
                catalogue_ttl: seconds(
                    "worker.catalogue_ttl_seconds",
                    file.worker.catalogue_ttl_seconds.unwrap_or(3600),
                    1,
                    604_800,
                )?,
                time_zone: zone
                    .parse()
                    .map_err(|_| wrong("worker.time_zone", "use an IANA name such as Europe/Berlin"))?,
            },
            console: ConsoleConfig {
                listen: listen
                    .parse()
                    .map_err(|_| wrong("console.listen", "use an address and port such as 127.0.0.1:8080"))?,
                token: pick(env, "ROWCALL_CONSOLE_TOKEN", file.console.token).map(Secret::new),
                allowed_hosts: file.console.allowed_hosts,
            },
            bot: BotConfig {
                lease: seconds("bot.lease_seconds", file.bot.lease_seconds.unwrap_or(20), 2, 3600)?,
            },
            limits: LimitsConfig {
                question_chars: between(
                    "limits.question_characters",
                    file.limits.question_characters.unwrap_or(2000),
                    1,
                    100_000,
                )?,
                person_per_minute: count("limits.person_per_minute", file.limits.person_per_minute, 10)?,
                person_per_day: count("limits.person_per_day", file.limits.person_per_day, 500)?,
                place_per_minute: count("limits.place_per_minute", file.limits.place_per_minute, 60)?,
                place_per_day: count("limits.place_per_day", file.limits.place_per_day, 5000)?,
                queue: count("limits.queue", file.limits.queue, 10_000)?,
            },
            access: AccessConfig {
                snapshot: seconds(
                    "access.snapshot_minutes",
                    file.access.snapshot_minutes.unwrap_or(60),
                    1,
                    10_080,
                )? * 60,
            },
            audit_key: file.audit.read(env)?,
            discord: file.discord.read(env)?,
            telegram: file.telegram.read(env)?,
            model: file.model.read(env, step_timeout)?,
        })
    }

    /// Takes the chat platforms from the environment alone, for a configuration that was made without it.
    ///
    /// # Errors
    /// The first setting that is wrong, by name.
    pub fn add_chats(&mut self, env: &dyn Fn(&str) -> Option<String>) -> Result<(), ConfigError> {
        self.discord = FileDiscord::default().read(env)?;
        self.telegram = FileTelegram::default().read(env)?;
        Ok(())
    }

    /// Takes the language model from the environment alone, for a configuration that was made without it.
    ///
    /// # Errors
    /// The first setting that is wrong, by name.
    pub fn add_model(&mut self, env: &dyn Fn(&str) -> Option<String>) -> Result<(), ConfigError> {
        self.model = FileModel::default().read(env, self.worker.step_timeout)?;
        Ok(())
    }

    /// The defaults around a store and a Redis that are known already: the demo's and the tests' own.
    pub fn embedded(database_url: impl Into<String>, redis_url: impl Into<String>) -> Self {
        let (database_url, redis_url) = (database_url.into(), redis_url.into());
        let env = |name: &str| match name {
            "DATABASE_URL" => Some(database_url.clone()),
            "REDIS_URL" => Some(redis_url.clone()),
            _ => None,
        };
        match Self::parse("", &env) {
            Ok(config) => config,
            Err(error) => unreachable!("the defaults are valid: {error}"),
        }
    }
}

/// The environment wins; an empty variable counts as unset, since that is what compose files produce.
fn pick(env: &dyn Fn(&str) -> Option<String>, name: &str, file: Option<String>) -> Option<String> {
    env(name).filter(|v| !v.trim().is_empty()).or(file)
}

fn wrong(setting: &str, reason: &str) -> ConfigError {
    ConfigError::Wrong { setting: setting.into(), reason: reason.into() }
}

fn require_scheme(setting: &str, url: &str, schemes: &[&str]) -> Result<(), ConfigError> {
    if schemes.iter().any(|s| url.starts_with(s)) {
        return Ok(());
    }
    Err(wrong(setting, &format!("it must start with {}", schemes.join(" or "))))
}

fn between<T: PartialOrd + std::fmt::Display>(
    setting: &str,
    value: T,
    low: T,
    high: T,
) -> Result<T, ConfigError> {
    // NaN is between nothing.
    if !(&low..=&high).contains(&&value) {
        return Err(wrong(setting, &format!("{value} is not between {low} and {high}")));
    }
    Ok(value)
}

fn seconds(setting: &str, value: u64, low: u64, high: u64) -> Result<Duration, ConfigError> {
    between(setting, value, low, high).map(Duration::from_secs)
}

fn count(setting: &str, value: Option<i64>, default: i64) -> Result<i64, ConfigError> {
    between(setting, value.unwrap_or(default), 1, 1_000_000)
}

#[cfg(test)]
mod tests;
