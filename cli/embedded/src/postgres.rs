//! A private PostgreSQL cluster.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::sys::signal::{self, Signal};
use nix::unistd::Pid;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::EmbeddedError;
use crate::account::Account;
use crate::binaries::{self, PostgresPrograms};
use crate::folder::{Folder, Settings};
use crate::guarded::{Guarded, Launch};
use crate::processes::{children_of, command_line, is_alive};

/// The superuser of a private cluster.
const SUPERUSER: &str = "postgres";
/// Recovery after a crash can take a while on a slow disk.
const READY_LIMIT: Duration = Duration::from_secs(60);
const INITDB_LIMIT: Duration = Duration::from_secs(120);
const STOP_LIMIT: Duration = Duration::from_secs(10);

/// How to start a private cluster.
#[derive(Debug, Clone)]
pub struct PostgresOptions {
    /// Where its data lies; `None`: a temporary folder that is removed at the end.
    pub data_dir: Option<PathBuf>,
    /// The folder of its programs, of whatever version; `None`: the newest on this machine that the store works with.
    pub programs: Option<PathBuf>,
    /// Whether commits survive a crash of the machine (they always survive a crash of the server).
    pub durable: bool,
    /// How many connections it accepts.
    pub max_connections: u32,
    /// Further settings of postgresql.conf, as (name, value); they win over ours.
    pub settings: Vec<(String, String)>,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self { data_dir: None, programs: None, durable: true, max_connections: 100, settings: Vec::new() }
    }
}

impl PostgresOptions {
    /// A throwaway cluster for tests: fast, nothing kept.
    pub fn throwaway() -> Self {
        Self { durable: false, max_connections: 400, ..Self::default() }
    }
}

/// A running private cluster. Dropping it ends the server.
#[derive(Debug)]
pub struct Postgres {
    // Fields drop in this order: the server ends before its folder is released or removed.
    server: Guarded,
    folder: Folder,
    settings: Settings,
    programs: PostgresPrograms,
    account: Account,
    options: PostgresOptions,
}

impl Postgres {
    /// Starts a cluster and waits until it accepts connections. Makes its data first if there is none.
    pub async fn start(options: PostgresOptions) -> Result<Self, EmbeddedError> {
        let found = match &options.programs {
            Some(folder) => vec![binaries::postgres_at(folder)?],
            None => binaries::postgres()?,
        };
        let account = Account::for_postgres()?;
        let folder = Folder::open(options.data_dir.as_deref(), account).await?;
        let programs = choose(&found, &folder)?;
        let mut settings = folder.settings()?;
        folder.turn_log();
        if !folder.data().exists() {
            init(&folder, &programs, account, &settings.password).await?;
        }
        end_leftover(&folder.data()).await;
        let server = run(&folder, &programs, account, &options, &mut settings).await?;
        Ok(Self { server, folder, settings, programs, account, options })
    }

    /// A connection URL for the superuser.
    pub fn url(&self, database: &str) -> String {
        format!(
            "postgres://{SUPERUSER}:{}@127.0.0.1:{}/{database}",
            self.settings.password, self.settings.port
        )
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.settings.port
    }

    /// The superuser's password.
    pub fn password(&self) -> &str {
        &self.settings.password
    }

    /// The process id of the server.
    pub fn pid(&self) -> u32 {
        self.server.pid()
    }

    /// The major version.
    pub fn version(&self) -> u32 {
        self.programs.major
    }

    /// The folder that holds the data: another one than was asked for if the server's account cannot reach that.
    pub fn data_dir(&self) -> &Path {
        self.folder.path()
    }

    /// Whether the server process runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.server.try_wait(), Ok(None))
    }

    /// Creates a database, as a copy of `template` if one is named (which nobody may be connected to).
    pub async fn create_database(&self, name: &str, template: Option<&str>) -> Result<(), EmbeddedError> {
        let mut connection = PgConnection::connect(&self.url("postgres")).await?;
        create_database(&mut connection, name, template).await?;
        connection.close().await?;
        Ok(())
    }

    /// Whether a database of this name exists.
    pub async fn has_database(&self, name: &str) -> Result<bool, EmbeddedError> {
        let mut connection = PgConnection::connect(&self.url("postgres")).await?;
        let found =
            sqlx::query_scalar::<_, bool>("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
                .bind(name)
                .fetch_one(&mut connection)
                .await?;
        connection.close().await?;
        Ok(found)
    }

    /// Kills the server and all its backends with SIGKILL, as a crash would. For tests.
    pub fn kill(&mut self) {
        let backends = children_of(self.server.pid());
        self.server.kill();
        for pid in backends {
            let _ = signal::kill(Pid::from_raw(pid), Signal::SIGKILL);
        }
    }

    /// Starts the server again on the same data, port and password; a running one is stopped first.
    pub async fn restart(&mut self) -> Result<(), EmbeddedError> {
        self.end(Signal::SIGINT).await?;
        end_leftover(&self.folder.data()).await;
        self.server =
            run(&self.folder, &self.programs, self.account, &self.options, &mut self.settings).await?;
        Ok(())
    }

    /// Stops the server: connections are ended, data is written.
    pub async fn stop(mut self) -> Result<(), EmbeddedError> {
        // What is thrown away need not be written.
        let signal = if self.folder.to_remove().is_some() { Signal::SIGQUIT } else { Signal::SIGINT };
        self.end(signal).await
    }

    async fn end(&mut self, signal: Signal) -> Result<(), EmbeddedError> {
        self.server.stop(signal, STOP_LIMIT).await.map_err(EmbeddedError::io("stop", self.folder.path()))
    }
}

/// `CREATE DATABASE`, with both names quoted.
pub(crate) async fn create_database(
    connection: &mut PgConnection,
    name: &str,
    template: Option<&str>,
) -> Result<(), sqlx::Error> {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let mut statement = format!("CREATE DATABASE {}", quoted(name));
    if let Some(template) = template {
        statement.push_str(&format!(" TEMPLATE {}", quoted(template)));
    }
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await.map(drop)
}

/// The version that made the data, else the newest.
fn choose(found: &[PostgresPrograms], folder: &Folder) -> Result<PostgresPrograms, EmbeddedError> {
    let made_by: Option<u32> =
        fs::read_to_string(folder.data().join("PG_VERSION")).ok().and_then(|text| text.trim().parse().ok());
    let chosen = match made_by {
        Some(made_by) => found.iter().find(|it| it.major == made_by),
        None => found.first(),
    };
    chosen.cloned().ok_or_else(|| EmbeddedError::OtherVersion {
        dir: folder.path().to_path_buf(),
        made_by: made_by.unwrap_or_default(),
        found: found.iter().map(|it| it.major.to_string()).collect::<Vec<_>>().join(", "),
    })
}

/// Makes the data of a new cluster. It gets its name only when it is whole, so that an interrupted attempt is
/// never taken for data.
async fn init(
    folder: &Folder,
    programs: &PostgresPrograms,
    account: Account,
    password: &str,
) -> Result<(), EmbeddedError> {
    let unfinished = folder.path().join("data.unfinished");
    let password_file = folder.write_private("password", password.as_bytes())?;
    account.give(&password_file)?;
    let pwfile = format!("--pwfile={}", password_file.display());
    // Code point order and Unicode letters where the system can, else what every system can.
    let locales: [&[&str]; 3] =
        [&["--locale=C.UTF-8"], &["--lc-collate=C", "--lc-ctype=en_US.UTF-8"], &["--locale=C"]];
    let mut done = false;
    for locale in locales {
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished).map_err(EmbeddedError::io("remove", &unfinished))?;
        }
        let program = programs.folder.join("initdb");
        let user = format!("--username={SUPERUSER}");
        let mut command = vec![program.as_os_str(), OsStr::new("--no-sync"), OsStr::new("--encoding=UTF8")];
        command.extend(["--auth=scram-sha-256", &user, &pwfile].map(OsStr::new));
        command.extend(locale.iter().map(OsStr::new));
        command.extend([OsStr::new("-D"), unfinished.as_os_str()]);
        let mut initdb = launch(folder, account, command)?;
        let status = initdb.wait(INITDB_LIMIT).await.map_err(EmbeddedError::io("run", &program))?;
        if status.is_some_and(|it| it.success()) {
            done = true;
            break;
        }
    }
    let _ = fs::remove_file(&password_file);
    if !done {
        return Err(EmbeddedError::Ended { program: "initdb", log: folder.log(), tail: folder.log_tail() });
    }
    fs::rename(&unfinished, folder.data()).map_err(EmbeddedError::io("name", &folder.data()))
}

/// Starts the server and waits until it is ready; tries again what passes by itself.
async fn run(
    folder: &Folder,
    programs: &PostgresPrograms,
    account: Account,
    options: &PostgresOptions,
    settings: &mut Settings,
) -> Result<Guarded, EmbeddedError> {
    let mut attempt = 0;
    loop {
        attempt += 1;
        let begun = fs::metadata(folder.log()).map(|meta| meta.len()).unwrap_or(0);
        let mut server = launch_server(folder, programs, account, options, settings)?;
        match wait_ready(&mut server, folder).await {
            Ok(()) => return Ok(server),
            Err(error @ EmbeddedError::Ended { .. }) if attempt < 20 => {
                let log = fs::read(folder.log()).unwrap_or_default();
                let said =
                    String::from_utf8_lossy(log.get(begun as usize..).unwrap_or_default()).into_owned();
                if said.contains("could not bind") || said.contains("could not create any TCP/IP sockets") {
                    *settings = folder.with_other_port(settings)?;
                } else if said.contains("is still in use") || said.contains("already exists") {
                    // Backends of a killed server are still going.
                    tokio::time::sleep(Duration::from_millis(200)).await;
                    end_leftover(&folder.data()).await;
                } else {
                    return Err(error);
                }
            }
            Err(error) => return Err(error),
        }
    }
}

fn launch_server(
    folder: &Folder,
    programs: &PostgresPrograms,
    account: Account,
    options: &PostgresOptions,
    settings: &Settings,
) -> Result<Guarded, EmbeddedError> {
    let on = |value: bool| if value { "on" } else { "off" };
    let mut pairs: Vec<(String, String)> = [
        ("listen_addresses", "127.0.0.1"),
        ("unix_socket_directories", ""),
        ("port", &settings.port.to_string()),
        ("max_connections", &options.max_connections.to_string()),
        ("fsync", on(options.durable)),
        ("full_page_writes", on(options.durable)),
        // Off would lose acknowledged commits when the server is killed, and save nothing without fsync.
        ("synchronous_commit", "on"),
        ("wal_level", "minimal"),
        ("max_wal_senders", "0"),
        ("shared_buffers", "64MB"),
        ("timezone", "UTC"),
        ("log_timezone", "UTC"),
        ("logging_collector", "off"),
        ("log_min_messages", "warning"),
        // Questions are short; compiling them costs more than it gains.
        ("jit", "off"),
    ]
    .map(|(name, value)| (name.to_string(), value.to_string()))
    .to_vec();
    pairs.extend(options.settings.iter().cloned());
    let arguments: Vec<String> = pairs.iter().map(|(name, value)| format!("--{name}={value}")).collect();
    let program = programs.folder.join("postgres");
    let data = folder.data();
    let mut command = vec![program.as_os_str(), OsStr::new("-D"), data.as_os_str()];
    command.extend(arguments.iter().map(OsStr::new));
    launch(folder, account, command)
}

fn launch(folder: &Folder, account: Account, command: Vec<&OsStr>) -> Result<Guarded, EmbeddedError> {
    Guarded::spawn(Launch {
        command,
        env: &[("LC_ALL", "C")], // English messages; macOS refuses to start without a valid locale
        account,
        folder: folder.path(),
        log: &folder.log(),
        // "Immediate": ends the server and every backend at once; the next start recovers from the log.
        end: Signal::SIGQUIT,
        lock: folder.lock_handle()?,
        remove: folder.to_remove(),
    })
    .map_err(EmbeddedError::io("start a server in", folder.path()))
}

/// Waits for the server's own word: the last line of its pid file says "ready".
async fn wait_ready(server: &mut Guarded, folder: &Folder) -> Result<(), EmbeddedError> {
    let pid_file = folder.data().join("postmaster.pid");
    let begun = Instant::now();
    loop {
        if let Ok(text) = fs::read_to_string(&pid_file) {
            let mut lines = text.lines();
            let own = lines.next().and_then(|line| line.trim().parse().ok()) == Some(server.pid());
            if own && lines.nth(6).is_some_and(|line| line.trim() == "ready") {
                return Ok(());
            }
        }
        if server.try_wait().map_err(EmbeddedError::io("watch", folder.path()))?.is_some() {
            return Err(EmbeddedError::Ended {
                program: "PostgreSQL",
                log: folder.log(),
                tail: folder.log_tail(),
            });
        }
        if begun.elapsed() > READY_LIMIT {
            let seconds = READY_LIMIT.as_secs();
            let (log, tail) = (folder.log(), folder.log_tail());
            return Err(EmbeddedError::NotReady { program: "PostgreSQL", seconds, log, tail });
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Makes way for a new server: we hold the lock, so whatever the pid file names is either a server whose watchdog
/// was killed too, or a stranger who was given a dead server's process id.
async fn end_leftover(data: &Path) {
    let pid_file = data.join("postmaster.pid");
    let Ok(text) = fs::read_to_string(&pid_file) else { return };
    let mut lines = text.lines();
    let pid: Option<u32> = lines.next().and_then(|line| line.trim().parse().ok());
    let own_data = lines.next().is_some_and(|line| Path::new(line) == data);
    if let Some(pid) = pid.filter(|&pid| own_data && is_alive(pid) && is_postgres(pid, data)) {
        let target = Pid::from_raw(pid.cast_signed());
        tracing::warn!(pid, "ending a PostgreSQL server that outlived its owner");
        let _ = signal::kill(target, Signal::SIGQUIT);
        let begun = Instant::now();
        while is_alive(pid) && begun.elapsed() < Duration::from_secs(6) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let _ = signal::kill(target, Signal::SIGKILL);
    }
    // PostgreSQL itself refuses to start if the process id in a stale file was given to someone else.
    let _ = fs::remove_file(&pid_file);
}

/// Whether a process is a PostgreSQL server on this data.
fn is_postgres(pid: u32, data: &Path) -> bool {
    let line = command_line(pid);
    line.contains("postgres") && line.contains(&*data.to_string_lossy())
}
