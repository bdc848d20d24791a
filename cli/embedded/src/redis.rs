//! A private Redis server.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ::redis::aio::MultiplexedConnection;
use nix::sys::signal::Signal;

use crate::EmbeddedError;
use crate::account::Account;
use crate::binaries;
use crate::folder::{Folder, Settings};
use crate::guarded::{Guarded, Launch};

/// Databases of one server: one per test, see `testing`.
pub(crate) const DATABASES: u32 = 4096;
/// Reading a large append-only file takes a while.
const READY_LIMIT: Duration = Duration::from_secs(60);
const STOP_LIMIT: Duration = Duration::from_secs(10);

/// How to start a private Redis.
#[derive(Debug, Clone, Default)]
pub struct RedisOptions {
    /// Where its data lies; `None`: a temporary folder that is removed at the end.
    pub data_dir: Option<PathBuf>,
    /// Whether data outlives the server: an append-only file, synced every second.
    pub durable: bool,
}

/// A running private Redis. Dropping it ends the server.
#[derive(Debug)]
pub struct Redis {
    // Fields drop in this order: the server ends before its folder is released or removed.
    server: Guarded,
    folder: Folder,
    settings: Settings,
    program: PathBuf,
    account: Account,
    durable: bool,
}

impl Redis {
    /// Starts a server and waits until it answers.
    pub async fn start(options: RedisOptions) -> Result<Self, EmbeddedError> {
        let program = binaries::redis()?;
        let account = Account::for_redis();
        let folder = Folder::open(options.data_dir.as_deref(), account).await?;
        let mut settings = folder.settings()?;
        folder.turn_log();
        let data = folder.data();
        fs::create_dir_all(&data).map_err(EmbeddedError::io("make", &data))?;
        account.give(&data)?;
        let durable = options.durable;
        let server = run(&folder, &program, account, durable, &mut settings).await?;
        Ok(Self { server, folder, settings, program, account, durable })
    }

    /// A connection URL, password included, for database 0.
    pub fn url(&self) -> String {
        url(&self.settings)
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.settings.port
    }

    /// The password of the default user.
    pub fn password(&self) -> &str {
        &self.settings.password
    }

    /// The process id of the server.
    pub fn pid(&self) -> u32 {
        self.server.pid()
    }

    /// The folder that holds the data: another one than was asked for if the server's account cannot reach that.
    pub fn data_dir(&self) -> &Path {
        self.folder.path()
    }

    /// Whether the server process runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.server.try_wait(), Ok(None))
    }

    /// Forgets everything in every database, as a wiped Redis would.
    pub async fn flush(&self) -> Result<(), EmbeddedError> {
        let mut connection = connect(&self.url()).await?;
        Ok(::redis::cmd("FLUSHALL").exec_async(&mut connection).await?)
    }

    /// Kills the server with SIGKILL, as a crash would. For tests.
    pub fn kill(&mut self) {
        self.server.kill();
    }

    /// Starts the server again on the same data, port and password; a running one is stopped first.
    pub async fn restart(&mut self) -> Result<(), EmbeddedError> {
        self.end().await?;
        self.server =
            run(&self.folder, &self.program, self.account, self.durable, &mut self.settings).await?;
        Ok(())
    }

    /// Stops the server; what it keeps is written.
    pub async fn stop(mut self) -> Result<(), EmbeddedError> {
        self.end().await
    }

    async fn end(&mut self) -> Result<(), EmbeddedError> {
        let ended = self.server.stop(Signal::SIGTERM, STOP_LIMIT).await;
        ended.map_err(EmbeddedError::io("stop", self.folder.path()))
    }
}

fn url(settings: &Settings) -> String {
    format!("redis://:{}@127.0.0.1:{}/", settings.password, settings.port)
}

/// A connection with limits that suit a local server.
pub(crate) async fn connect(url: &str) -> Result<MultiplexedConnection, ::redis::RedisError> {
    let config = ::redis::AsyncConnectionConfig::new()
        .set_connection_timeout(Some(Duration::from_secs(5)))
        .set_response_timeout(Some(Duration::from_secs(15)));
    ::redis::Client::open(url)?.get_multiplexed_async_connection_with_config(&config).await
}

/// Starts the server and waits until it answers; takes another port if its own was taken in between.
async fn run(
    folder: &Folder,
    program: &Path,
    account: Account,
    durable: bool,
    settings: &mut Settings,
) -> Result<Guarded, EmbeddedError> {
    let mut attempt = 0;
    loop {
        attempt += 1;
        let begun = fs::metadata(folder.log()).map(|meta| meta.len()).unwrap_or(0);
        let mut server = launch(folder, program, account, durable, settings)?;
        match wait_ready(&mut server, folder, settings).await {
            Ok(()) => return Ok(server),
            Err(error @ EmbeddedError::Ended { .. }) if attempt < 5 => {
                let log = fs::read(folder.log()).unwrap_or_default();
                let said =
                    String::from_utf8_lossy(log.get(begun as usize..).unwrap_or_default()).into_owned();
                if !said.contains("Address already in use") {
                    return Err(error);
                }
                *settings = folder.with_other_port(settings)?;
            }
            Err(error) => return Err(error),
        }
    }
}

fn launch(
    folder: &Folder,
    program: &Path,
    account: Account,
    durable: bool,
    settings: &Settings,
) -> Result<Guarded, EmbeddedError> {
    // A file, not arguments: those are visible to every user of the machine.
    let append = if durable { "yes" } else { "no" };
    let text = format!(
        "bind 127.0.0.1\nport {}\nrequirepass {}\ndir {}\ndatabases {DATABASES}\nsave \"\"\n\
         appendonly {append}\nappendfsync everysec\nlogfile \"\"\nloglevel notice\ndaemonize no\n\
         always-show-logo no\nmaxclients 4000\n",
        settings.port,
        settings.password,
        quoted(&folder.data()),
    );
    let config = folder.write_private("redis.conf", text.as_bytes())?;
    account.give(&config)?;
    Guarded::spawn(Launch {
        command: vec![program.as_os_str(), OsStr::new(config.as_os_str())],
        env: &[("LC_ALL", "C")],
        account,
        folder: folder.path(),
        log: &folder.log(),
        end: Signal::SIGTERM,
        lock: folder.lock_handle()?,
        remove: folder.to_remove(),
    })
    .map_err(EmbeddedError::io("start", program))
}

/// A path as a quoted word of redis.conf.
fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{text}\"")
}

/// Waits until the server answers a PING under our password (it says LOADING while it reads its file).
async fn wait_ready(server: &mut Guarded, folder: &Folder, settings: &Settings) -> Result<(), EmbeddedError> {
    let address = url(settings);
    let begun = Instant::now();
    loop {
        if server.try_wait().map_err(EmbeddedError::io("watch", folder.path()))?.is_some() {
            return Err(EmbeddedError::Ended {
                program: "Redis",
                log: folder.log(),
                tail: folder.log_tail(),
            });
        }
        if let Ok(mut connection) = connect(&address).await
            && own_pid(&mut connection).await == Some(server.pid())
        {
            return Ok(());
        }
        if begun.elapsed() > READY_LIMIT {
            let seconds = READY_LIMIT.as_secs();
            let (log, tail) = (folder.log(), folder.log_tail());
            return Err(EmbeddedError::NotReady { program: "Redis", seconds, log, tail });
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// The process id that the server at the other end has, once it has read its data.
async fn own_pid(connection: &mut MultiplexedConnection) -> Option<u32> {
    ::redis::cmd("PING").exec_async(connection).await.ok()?;
    let info: String = ::redis::cmd("INFO").arg("server").query_async(connection).await.ok()?;
    info.lines().find_map(|line| line.strip_prefix("process_id:")?.trim().parse().ok())
}
