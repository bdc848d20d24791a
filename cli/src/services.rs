//! The services a command works with: those that the configuration names, or those of the running demo.

use anyhow::{Context, Result, bail};
use rowcall_bot::BotContext;
use rowcall_shared::{Config, ConfigError, Progress, Queue, RedisLink, Secret, Store, audit::AuditKey};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The store and Redis, opened.
pub struct Services {
    /// The configuration they were opened with.
    pub config: Config,
    /// The store.
    pub store: Store,
    /// The queue.
    pub queue: Queue,
    /// Live progress.
    pub progress: Progress,
}

impl Services {
    /// Opens what `config` names. Nothing is connected yet.
    ///
    /// # Errors
    /// When an address cannot be read.
    pub fn open(config: Config) -> Result<Self> {
        let store = Store::open(config.database_url.reveal(), config.store_connections)?
            .with_audit_key(config.audit_key.clone())
            .with_person_at_once(config.worker.person_at_once);
        let link = RedisLink::open(config.redis_url.reveal(), &config.namespace)?;
        Ok(Self { store, queue: Queue::new(link.clone()), progress: Progress::new(link), config })
    }

    /// What the environment configures; where it configures no store, the running demo in `data`. In the hands of
    /// whoever runs the command: what is set is theirs in the audit log.
    ///
    /// # Errors
    /// When a setting is wrong, or there is neither.
    pub fn configured_or_demo(data: Option<&Path>) -> Result<Self> {
        let services = match Config::load(&env) {
            Ok(config) => Self::open(config)?,
            Err(ConfigError::Missing { .. }) if env("DATABASE_URL").is_none() => {
                let folder = data.map_or_else(default_data, |d| Ok(d.to_owned()))?;
                Self::open(RunningDemo::read(&folder)?.config()?)?
            }
            Err(error) => return Err(error.into()),
        };
        Ok(Self { store: services.store.acting_as(&operator()), ..services })
    }

    /// What the environment configures.
    ///
    /// # Errors
    /// When a setting is missing or wrong.
    pub fn configured() -> Result<Self> {
        Self::open(Config::load(&env)?)
    }

    /// What front ends are built on.
    pub fn bot(&self) -> BotContext {
        BotContext {
            store: self.store.clone(),
            queue: self.queue.clone(),
            progress: self.progress.clone(),
            limits: self.config.limits.clone(),
            lease: self.config.bot.lease,
        }
    }
}

/// Whoever runs the command, as an account.
pub fn operator() -> String {
    format!("cli:{}", env("USER").unwrap_or_else(|| "unknown".into()))
}

/// A private file: written anew, readable by its user alone.
///
/// # Errors
/// When it cannot be written.
pub fn write_private(path: &Path, contents: &[u8]) -> Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let _ = std::fs::remove_file(path);
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("{} cannot be written", path.display()))?;
    file.write_all(contents)?;
    Ok(())
}

/// A variable of the environment.
pub fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Where the demo keeps its data when it is not told: `ROWCALL_DATA`; for root `/var/lib/rowcall/demo`, since the
/// server's own user must reach it; else the user's data folder.
///
/// # Errors
/// When there is no home folder either.
pub fn default_data() -> Result<PathBuf> {
    if let Some(folder) = env("ROWCALL_DATA").filter(|f| !f.is_empty()) {
        return Ok(folder.into());
    }
    if is_root() {
        return Ok("/var/lib/rowcall/demo".into());
    }
    let home =
        env("HOME").filter(|h| !h.is_empty()).context("there is no HOME: name a folder with --data")?;
    let base = env("XDG_DATA_HOME")
        .filter(|d| !d.is_empty())
        .map_or_else(|| PathBuf::from(home).join(".local/share"), PathBuf::from);
    Ok(base.join("rowcall/demo"))
}

fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

/// How to reach a running demo: a file in its data folder that only its user can read.
#[derive(Serialize, Deserialize)]
pub struct RunningDemo {
    /// Its process.
    pub pid: u32,
    /// Its console.
    pub console: String,
    /// Its store.
    pub database_url: String,
    /// Its Redis.
    pub redis_url: String,
    /// Where the key of its audit log is.
    pub audit_key_file: PathBuf,
}

impl RunningDemo {
    const FILE: &'static str = "running.json";

    /// The demo that runs on a data folder.
    ///
    /// # Errors
    /// When none does.
    pub fn read(folder: &Path) -> Result<Self> {
        let file = folder.join(Self::FILE);
        let Ok(text) = std::fs::read(&file) else {
            bail!(
                "no demo is running on {} and DATABASE_URL is not set. Start one with `rowcall demo`, name \
                 the folder of a running one with --data, or set DATABASE_URL and REDIS_URL",
                folder.display()
            );
        };
        let demo: Self =
            serde_json::from_slice(&text).with_context(|| format!("{} cannot be read", file.display()))?;
        if !is_alive(demo.pid) {
            bail!("the demo on {} is not running any more. Start it with `rowcall demo`", folder.display());
        }
        Ok(demo)
    }

    /// Writes the file, for its user alone.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        write_private(&folder.join(Self::FILE), &serde_json::to_vec_pretty(self)?)
    }

    /// Removes the file.
    pub fn remove(folder: &Path) {
        let _ = std::fs::remove_file(folder.join(Self::FILE));
    }

    /// The configuration that names its servers.
    ///
    /// # Errors
    /// When the key of its audit log cannot be read.
    pub fn config(&self) -> Result<Config> {
        let mut config = Config::embedded(&self.database_url, &self.redis_url);
        config.database_url = Secret::new(&self.database_url);
        let file = &self.audit_key_file;
        let key =
            std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
        config.audit_key = Some(AuditKey::new(&key).with_context(|| format!("{}", file.display()))?);
        Ok(config)
    }
}

fn is_alive(pid: u32) -> bool {
    i32::try_from(pid).is_ok_and(|pid| {
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), None) != Err(nix::errno::Errno::ESRCH)
    })
}
