//! The real `rowcall` program, and processes that end with the test.

use crate::World;
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Output, Stdio},
    sync::{Arc, Mutex, OnceLock},
    time::{Duration, Instant},
};

/// Where the program is: built beside the tests, by cargo if it is not there or is out of date.
pub fn path() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        if let Some(path) = std::env::var_os("ROWCALL_PROGRAM") {
            return path.into();
        }
        // A benchmark is built with it and lies beside it; tests lie in a folder below.
        let this = std::env::current_exe().unwrap();
        let beside = this.with_file_name("rowcall");
        if !this.parent().is_some_and(|folder| folder.ends_with("deps")) && beside.exists() {
            return beside;
        }
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        // What cargo tells a test of itself would make it build some dependencies anew.
        let ours =
            |name: &str| name.starts_with("CARGO_") && name != "CARGO_HOME" && name != "CARGO_TARGET_DIR";
        let told =
            std::env::vars().map(|(name, _)| name).filter(|name| ours(name) || name == "LD_LIBRARY_PATH");
        let mut build = Command::new(cargo);
        told.for_each(|name| {
            build.env_remove(name);
        });
        let built = build
            .args(["build", "--quiet", "-p", "rowcall", "--bin", "rowcall"])
            .args((!cfg!(debug_assertions)).then_some("--release"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .unwrap();
        assert!(built.success(), "the program does not build");
        // target/debug/deps/this-test
        let folder = std::env::current_exe().unwrap();
        let folder = folder.ancestors().find(|a| a.join("deps").is_dir()).unwrap();
        folder.join("rowcall")
    })
}

/// Runs the program to its end, with a clean environment.
pub fn run(arguments: &[&str]) -> Output {
    command(arguments).stdin(Stdio::null()).output().unwrap()
}

/// The program with arguments and a clean environment.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(path());
    command.args(arguments).env_clear();
    for name in ["PATH", "HOME", "LANG", "TMPDIR"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}

/// A command of the program that works on a world's servers.
pub fn on_world(world: &World, arguments: &[&str]) -> Command {
    let mut command = command(arguments);
    command
        .env("DATABASE_URL", world.config.database_url.reveal())
        .env("REDIS_URL", world.config.redis_url.reveal())
        .env("ROWCALL_NAMESPACE", &world.config.namespace)
        .env("ROWCALL_LISTEN", "127.0.0.1:0");
    command
}

/// A process of the program that goes on; killed when dropped. What it logs is kept, and warnings are shown.
pub struct Service {
    child: Child,
    log: Arc<Mutex<String>>,
}

/// The beginning of a log is what is looked at.
const LOG_BYTES: usize = 256 * 1024;

impl Service {
    /// Starts it.
    pub fn start(mut command: Command) -> Self {
        let level = std::env::var("RUST_LOG");
        let shows_all = level.is_ok();
        let mut child = command
            .env("RUST_LOG", level.unwrap_or_else(|_| "info,sqlx=warn".into()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (stderr, kept) = (child.stderr.take().unwrap(), log.clone());
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if shows_all || line.contains("WARN") || line.contains("ERROR") {
                    eprintln!("{line}");
                }
                let mut kept = kept.lock().unwrap();
                if kept.len() < LOG_BYTES {
                    kept.push_str(&line);
                    kept.push('\n');
                }
            }
        });
        Self { child, log }
    }

    /// Waits until it has logged these words; false when it has not within `patience`.
    pub async fn logs(&self, words: &str, patience: Duration) -> bool {
        crate::chat::within(patience, async || self.log.lock().unwrap().contains(words)).await
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Whether it still runs.
    pub fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A demo that runs; ends with SIGTERM when dropped.
pub struct Demo {
    /// The process.
    pub child: Child,
    /// Its console.
    pub url: String,
    /// Where its data lies.
    pub data: PathBuf,
    _stdout: BufReader<ChildStdout>,
}

impl Demo {
    /// Starts one on a folder and a free port, and waits until it is ready.
    pub fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    /// The same with more in its environment.
    pub fn start_with(data: &Path, environment: &[(&str, &str)]) -> Self {
        let arguments = ["demo", "--port", "0", "--data", data.to_str().unwrap()];
        let mut command = command(&arguments);
        command.envs(environment.iter().copied());
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let url = line
            .strip_prefix("ready ")
            .unwrap_or_else(|| panic!("no ready line but {line:?}"))
            .trim_end()
            .to_owned();
        Self { child, url, data: data.to_owned(), _stdout: stdout }
    }

    /// Asks it through `rowcall ask --json`.
    pub fn ask(&self, arguments: &[&str]) -> Output {
        let mut all = vec!["ask", "--json", "--data", self.data.to_str().unwrap()];
        all.extend(arguments);
        run(&all)
    }

    /// Sends a signal.
    pub fn signal(&self, signal: i32) {
        // SAFETY: a plain system call on a child of ours that was not waited for.
        unsafe { libc::kill(i32::try_from(self.child.id()).unwrap(), signal) };
    }

    /// Waits for its end; false when it has not come within `patience`.
    pub fn ended(&mut self, patience: Duration) -> bool {
        within(patience, || self.child.try_wait().unwrap().is_some())
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.signal(libc::SIGTERM);
        if !self.ended(Duration::from_secs(20)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// Looks again and again until it is so; false when it is not within `patience`.
pub fn within(patience: Duration, mut so: impl FnMut() -> bool) -> bool {
    let until = Instant::now() + patience;
    while !so() {
        if Instant::now() > until {
            return false;
        }
        #[expect(clippy::disallowed_methods, reason = "nothing else runs on this thread")]
        std::thread::sleep(Duration::from_millis(20));
    }
    true
}

/// A data folder that a server under another account can reach.
pub fn data_folder() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir_in("/tmp").unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    folder
}
