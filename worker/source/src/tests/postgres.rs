//! A private PostgreSQL for the tests: one cluster per test process, one database per test.

use std::{
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};

pub(crate) const PASSWORD: &str = "s3cret/pass";

/// A running server.
pub(crate) struct Server {
    pub port: u16,
    dir: PathBuf,
    child: Option<Child>,
}

/// The server that all tests share.
pub(crate) fn shared() -> &'static Server {
    static SHARED: OnceLock<Server> = OnceLock::new();
    SHARED.get_or_init(|| {
        let server = Server::start_in(shared_dir());
        // Statics are not dropped.
        watch(server.child.as_ref().unwrap().id());
        server
    })
}

/// A watcher outlives us by moments: it stops the server once this process is gone, however it went.
fn watch(server: u32) {
    let parent = std::process::id();
    let script = format!(
        "while kill -0 {parent} 2>/dev/null; do sleep 0.2; done; kill -INT {server} 2>/dev/null; \
                 sleep 1; rm -rf {}",
        shared_dir().display()
    );
    let _ = Command::new("sh").arg("-c").arg(script).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
}

fn shared_dir() -> PathBuf {
    std::env::temp_dir().join(format!("rowcall-source-{}", std::process::id()))
}

impl Server {
    pub fn start_in(dir: PathBuf) -> Self {
        std::fs::create_dir_all(&dir).unwrap();
        let password = dir.join("password");
        std::fs::write(&password, PASSWORD).unwrap();
        if as_root() {
            assert!(Command::new("chown").arg("-R").arg("postgres").arg(&dir).status().unwrap().success());
        }
        let data = dir.join("data");
        let done = unprivileged("initdb")
            .args(["--no-sync", "-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", "--no-locale", "-D"])
            .arg(&data)
            .arg("--pwfile")
            .arg(&password)
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(done.success(), "initdb failed");
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut server = Self { port, dir, child: None };
        server.run();
        server
    }

    pub fn run(&mut self) {
        let child = unprivileged("postgres")
            .arg("-D")
            .arg(self.dir.join("data"))
            .args(["-p", &self.port.to_string(), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"])
            .args(["-c", "max_connections=100", "-c", "unix_socket_directories="])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.child = Some(child);
        let began = Instant::now();
        while !self.answers() {
            assert!(began.elapsed() < Duration::from_secs(20), "postgres did not start");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn answers(&self) -> bool {
        // Packages of bare servers leave pg_isready out: the installed one serves for any version.
        Command::new(installed().join("pg_isready"))
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string()])
            .stdout(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = Command::new("kill").arg("-INT").arg(child.id().to_string()).status();
            let _ = child.wait();
        }
    }

    /// A URL for that user and database.
    pub fn url(&self, user: &str, database: &str) -> String {
        format!("postgres://{user}:{}@127.0.0.1:{}/{database}", PASSWORD.replace('/', "%2F"), self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

fn as_root() -> bool {
    std::fs::metadata("/proc/self")
        .map(|meta| std::os::unix::fs::MetadataExt::uid(&meta) == 0)
        .unwrap_or(false)
}

fn unprivileged(program: &str) -> Command {
    let program = binaries().join(program);
    if !as_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "postgres", "--regid", "postgres", "--clear-groups", "--"]).arg(program);
    command.current_dir("/");
    command
}

fn binaries() -> PathBuf {
    if let Some(dir) = std::env::var_os("ROWCALL_POSTGRES_BIN") {
        return dir.into();
    }
    installed()
}

fn installed() -> PathBuf {
    let mut found: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|dir| dir.flatten().map(|entry| entry.path().join("bin")).collect())
        .unwrap_or_default();
    found.sort();
    found.pop().expect("PostgreSQL is installed")
}
