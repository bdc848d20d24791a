//! Behaviour of the private servers, on real ones.
#![allow(clippy::unwrap_used, missing_docs)]
#![allow(clippy::disallowed_methods)] // plain tests, without a runtime, wait for processes

use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rowcall_embedded::processes::{children_of, command_line, is_alive};
use rowcall_embedded::{EmbeddedError, Postgres, PostgresOptions, Redis, RedisOptions, remove_data, testing};
use sqlx::{Connection, PgConnection};

fn options(dir: &Path) -> PostgresOptions {
    PostgresOptions { data_dir: Some(dir.join("pg")), ..PostgresOptions::throwaway() }
}

fn redis_options(dir: &Path) -> RedisOptions {
    RedisOptions { data_dir: Some(dir.join("redis")), durable: true }
}

/// A folder that other users can pass through.
fn folder() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir_in("/tmp").unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    dir
}

async fn execute(url: &str, sql: &'static str) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

async fn number(url: &str, sql: &'static str) -> i64 {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
}

async fn redis(url: &str, words: &[&str]) -> Option<String> {
    let client = redis::Client::open(url).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let mut command = redis::cmd(words[0]);
    command.arg(&words[1..]);
    command.query_async(&mut connection).await.unwrap()
}

fn alive(pids: &[u32]) -> Vec<u32> {
    pids.iter().copied().filter(|&pid| is_alive(pid)).collect()
}

fn gone_within(pids: &[u32], limit: Duration) {
    let begun = Instant::now();
    while !alive(pids).is_empty() {
        assert!(begun.elapsed() < limit, "still running: {:?} of {pids:?}", alive(pids));
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[tokio::test]
async fn data_port_and_password_are_kept_over_starts() {
    let dir = folder();
    let first = Postgres::start(options(dir.path())).await.unwrap();
    first.create_database("store", None).await.unwrap();
    execute(&first.url("store"), "CREATE TABLE t AS SELECT 42 AS n").await;
    let (url, pid) = (first.url("store"), first.pid());
    first.stop().await.unwrap();
    assert!(alive(&[pid]).is_empty());

    let begun = Instant::now();
    let second = Postgres::start(options(dir.path())).await.unwrap();
    let took = begun.elapsed();
    assert_eq!(second.url("store"), url);
    assert!(second.has_database("store").await.unwrap() && !second.has_database("other").await.unwrap());
    assert_eq!(number(&url, "SELECT n::int8 FROM t").await, 42);
    println!("second start: {took:?}");
    second.stop().await.unwrap();

    remove_data(&dir.path().join("pg")).await.unwrap();
    assert!(!dir.path().join("pg").exists());
}

#[tokio::test]
async fn redis_keeps_its_data_over_starts() {
    let dir = folder();
    let first = Redis::start(redis_options(dir.path())).await.unwrap();
    let url = first.url();
    redis(&url, &["SET", "k", "v"]).await;
    first.stop().await.unwrap();
    let mut second = Redis::start(redis_options(dir.path())).await.unwrap();
    assert_eq!(second.url(), url);
    assert_eq!(redis(&url, &["GET", "k"]).await.as_deref(), Some("v"));
    second.kill();
    assert!(!second.is_running());
    second.restart().await.unwrap();
    assert_eq!(redis(&url, &["GET", "k"]).await.as_deref(), Some("v"));
    second.flush().await.unwrap();
    assert_eq!(redis(&url, &["GET", "k"]).await, None);
}

#[tokio::test]
async fn a_killed_server_starts_again_with_what_was_committed() {
    let dir = folder();
    let mut server = Postgres::start(options(dir.path())).await.unwrap();
    let url = server.url("postgres");
    execute(&url, "CREATE TABLE t (n int)").await;
    for _ in 0..3 {
        let mut open = PgConnection::connect(&url).await.unwrap();
        execute(&url, "INSERT INTO t VALUES (1)").await;
        server.kill();
        assert!(!server.is_running());
        assert!(sqlx::query("SELECT 1").execute(&mut open).await.is_err());
        server.restart().await.unwrap();
    }
    assert_eq!(server.url("postgres"), url);
    assert_eq!(number(&url, "SELECT count(*) FROM t").await, 3);
}

#[tokio::test]
async fn two_folders_never_meet_and_one_folder_has_one_user() {
    let (one, two) = (folder(), folder());
    let (a, b) = tokio::join!(Postgres::start(options(one.path())), Postgres::start(options(two.path())));
    let (a, b) = (a.unwrap(), b.unwrap());
    assert_ne!((a.port(), a.password()), (b.port(), b.password()));
    execute(&a.url("postgres"), "CREATE TABLE only_here (n int)").await;
    assert_eq!(
        number(&b.url("postgres"), "SELECT count(*) FROM pg_class WHERE relname = 'only_here'").await,
        0
    );
    // The other's password opens nothing.
    let wrong = a.url("postgres").replace(a.password(), b.password());
    assert!(PgConnection::connect(&wrong).await.is_err());

    let error = Postgres::start(options(one.path())).await.unwrap_err();
    assert!(matches!(error, EmbeddedError::FolderInUse { pid, .. } if pid == std::process::id()), "{error}");
    assert!(a.has_database("postgres").await.unwrap(), "the attempt must not disturb the holder");
}

#[tokio::test]
async fn a_taken_port_and_a_stale_pid_file_do_not_block() {
    let dir = folder();
    let server = Postgres::start(options(dir.path())).await.unwrap();
    let (port, data) = (server.port(), server.data_dir().join("data"));
    server.stop().await.unwrap();
    let _squatter = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    // As left behind by a crash, with a process id that belongs to a stranger now.
    let stale =
        format!("{}\n{}\n1700000000\n{port}\n\n127.0.0.1\n\nready\n", std::process::id(), data.display());
    std::fs::write(data.join("postmaster.pid"), stale).unwrap();
    let server = Postgres::start(options(dir.path())).await.unwrap();
    assert_ne!(server.port(), port);
    assert!(server.has_database("postgres").await.unwrap());
}

#[tokio::test]
async fn servers_listen_on_loopback_only_and_want_a_password() {
    let dir = folder();
    let postgres = Postgres::start(options(dir.path())).await.unwrap();
    let mut connection = PgConnection::connect(&postgres.url("postgres")).await.unwrap();
    let shown: String = sqlx::query_scalar("SHOW listen_addresses").fetch_one(&mut connection).await.unwrap();
    assert_eq!(shown, "127.0.0.1");
    let without = postgres.url("postgres").replace(&format!(":{}@", postgres.password()), "@");
    assert!(PgConnection::connect(&without).await.is_err());
    let server = Redis::start(redis_options(dir.path())).await.unwrap();
    let client = redis::Client::open(format!("redis://127.0.0.1:{}/", server.port())).unwrap();
    let open = match client.get_multiplexed_async_connection().await {
        Ok(mut connection) => redis::cmd("PING").exec_async(&mut connection).await,
        Err(error) => Err(error),
    };
    assert!(open.is_err());
    use std::os::unix::fs::PermissionsExt;
    for place in [postgres.data_dir(), server.data_dir()] {
        assert_eq!(std::fs::metadata(place).unwrap().permissions().mode() & 0o777, 0o700);
    }
}

#[tokio::test]
async fn test_servers_give_each_test_its_own() {
    let servers = testing::shared().await;
    let filled = async |url: String| -> Result<(), EmbeddedError> {
        execute(&url, "CREATE TABLE t AS SELECT 1 AS n").await;
        Ok(())
    };
    let name = format!("template_{}", std::process::id());
    let (one, two) = tokio::join!(servers.template(&name, filled), servers.template(&name, filled));
    assert_eq!(one.unwrap(), two.unwrap());
    let (a, b) = (servers.database(Some(&name)).await.unwrap(), servers.database(Some(&name)).await.unwrap());
    execute(&a, "DELETE FROM t").await;
    assert_eq!(number(&a, "SELECT count(*) FROM t").await, 0);
    assert_eq!(number(&b, "SELECT count(*) FROM t").await, 1);
    let (a, b) = (servers.redis().await.unwrap(), servers.redis().await.unwrap());
    redis(&a, &["SET", "k", "v"]).await;
    assert_eq!(redis(&b, &["GET", "k"]).await, None);
    assert_ne!(servers.prefix().unwrap(), servers.prefix().unwrap());
}

/// A process that owns both servers: (it, the servers' process ids, the folder of PostgreSQL's data).
fn owner(as_user: Option<&str>) -> (std::process::Child, Vec<u32>, String) {
    let program = env!("CARGO_BIN_EXE_with_servers");
    let script = "echo $ROWCALL_TEST_PG_PID $ROWCALL_TEST_REDIS_PID; exec cat";
    let mut command = match as_user {
        None => Command::new(program),
        Some(user) => {
            let mut command = Command::new("setpriv");
            command.args([
                "--reuid",
                user,
                "--clear-groups",
                "--regid",
                if user == "nobody" { "nogroup" } else { user },
                program,
            ]);
            command
        }
    };
    let mut child = command
        .args(["sh", "-c", script])
        .env_remove(testing::POSTGRES_VARIABLE)
        .env_remove(testing::REDIS_VARIABLE)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let pids: Vec<u32> =
        lines.next().unwrap().unwrap().split(' ').map(|word| word.parse().unwrap()).collect();
    let line = command_line(pids[0]);
    let folder = line.split(" -D ").nth(1).unwrap().split("/data ").next().unwrap().to_string();
    (child, pids, folder)
}

/// Everything that descends from a server: its backends too.
fn with_children(pids: &[u32]) -> Vec<u32> {
    let children = pids.iter().flat_map(|&pid| children_of(pid)).map(|pid| pid.cast_unsigned());
    pids.iter().copied().chain(children).collect()
}

#[test]
fn nothing_is_left_when_the_owner_is_killed() {
    for _ in 0..2 {
        let (mut owner, pids, folder) = owner(None);
        let all = with_children(&pids);
        assert!(all.len() > pids.len(), "a server has children: {all:?}");
        assert!(Path::new(&folder).exists(), "{folder}");
        owner.kill().unwrap(); // SIGKILL: no code of the owner runs any more
        owner.wait().unwrap();
        gone_within(&all, Duration::from_secs(2));
        let begun = Instant::now();
        while Path::new(&folder).exists() {
            assert!(begun.elapsed() < Duration::from_secs(4), "{folder} is left");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn root_and_ordinary_users_can_start_servers() {
    if !nix::unistd::Uid::effective().is_root() {
        // The other tests have shown it for an ordinary user; nobody but root can change users.
        return;
    }
    // The program must lie where the other user can reach it.
    let reachable = Command::new("setpriv")
        .args(["--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "test", "-x"])
        .arg(env!("CARGO_BIN_EXE_with_servers"))
        .status()
        .is_ok_and(|it| it.success());
    let mut cases = vec![None];
    if reachable {
        cases.push(Some("nobody"));
    }
    for user in cases {
        let (mut owner, pids, _) = owner(user);
        let runs_as = std::fs::metadata(format!("/proc/{}", pids[0])).map_or(u32::MAX, |meta| meta.uid());
        assert_ne!(runs_as, 0, "PostgreSQL must not run as root");
        drop(owner.stdin.take()); // the command ends, and with it the servers
        assert!(owner.wait().unwrap().success());
        assert!(alive(&pids).is_empty());
    }
}

#[test]
fn a_missing_program_says_how_to_install_it() {
    let empty = folder();
    for (variable, word) in [("ROWCALL_PG_BIN", "PostgreSQL 15"), ("ROWCALL_REDIS_BIN", "Redis 7")] {
        let out = Command::new(env!("CARGO_BIN_EXE_with_servers"))
            .arg("true")
            .env_remove(testing::POSTGRES_VARIABLE)
            .env_remove(testing::REDIS_VARIABLE)
            .env(variable, empty.path())
            .output()
            .unwrap();
        let text = String::from_utf8(out.stderr).unwrap();
        assert!(!out.status.success());
        assert!(text.contains(&format!("{word} or newer was not found. Install it with:")), "{text}");
        assert!(text.contains(variable), "{text}");
    }
}

#[tokio::test]
async fn as_root_data_below_a_closed_folder_goes_where_the_server_reaches_it() {
    if !nix::unistd::Uid::effective().is_root() {
        return; // an ordinary user's servers run as that user, who reaches what it made
    }
    let closed = folder();
    std::fs::set_permissions(closed.path(), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let first = Redis::start(redis_options(closed.path())).await.unwrap();
    let place = first.data_dir().to_path_buf();
    assert!(place.starts_with("/var/lib/rowcall"), "{place:?}");
    redis(&first.url(), &["SET", "k", "v"]).await;
    first.stop().await.unwrap();
    let second = Redis::start(redis_options(closed.path())).await.unwrap();
    assert_eq!(second.data_dir(), place);
    assert_eq!(redis(&second.url(), &["GET", "k"]).await.as_deref(), Some("v"));
    assert!(matches!(
        remove_data(&closed.path().join("redis")).await,
        Err(EmbeddedError::FolderInUse { .. })
    ));
    second.stop().await.unwrap();
    remove_data(&closed.path().join("redis")).await.unwrap();
    assert!(!place.exists());
}
