//! A child process that never outlives this one, however this one ends.
//!
//! After a `kill -9` no code of ours runs, so something outside must notice. Linux's parent-death signal follows
//! the thread that spawned, is cleared by a change of user, and does not exist on macOS. A pipe works everywhere:
//! a small shell, the watchdog, reads a pipe whose other end only this process holds. The kernel closes that end
//! when the process is gone, the watchdog reads the end of file, and ends the server.
//!
//! There is no moment without a guard: the watchdog runs before the server does, and the server's launcher writes
//! its own process id into the same pipe *before* it becomes the server. The watchdog sees the end of file only
//! after both this process and the launcher have let go of the pipe.
//!
//! The watchdog's standard output is the lock of the data folder: the folder stays locked until the server has
//! really ended, so a quick second start waits instead of meeting a dying server.

use std::fs::File;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{self, Signal};
use nix::unistd::Pid;

use crate::account::Account;

/// Ends process `pid` with signal $1 once standard input is at its end; after 1.5 s by force. Removes folder $2.
const WATCHDOG: &str = r#"
trap '' HUP INT TERM QUIT
read -r pid || pid=
while read -r _; do :; done
if [ -n "$pid" ]; then
  kill -"$1" "$pid" 2>/dev/null
  n=0
  while kill -0 "$pid" 2>/dev/null && [ $n -lt 80 ]; do
    n=$((n + 1))
    [ $n -lt 30 ] || kill -KILL "$pid" 2>/dev/null
    sleep 0.05
  done
fi
[ -z "$2" ] || rm -rf "$2"
"#;

/// Says its process id, then becomes the program; the program's output goes to file $1.
const LAUNCHER: &str = r#"umask 077; log=$1; shift; echo $$; exec "$@" >>"$log" 2>&1"#;

/// How a child is started.
pub(crate) struct Launch<'a> {
    /// Program and arguments.
    pub command: Vec<&'a std::ffi::OsStr>,
    /// Environment on top of this process's (without the PG* variables, which would mislead PostgreSQL).
    pub env: &'a [(&'a str, &'a str)],
    /// Who it runs as.
    pub account: Account,
    /// The working folder.
    pub folder: &'a Path,
    /// Where its output goes.
    pub log: &'a Path,
    /// What ends it quickly and without damage, if this process dies.
    pub end: Signal,
    /// What the watchdog keeps locked.
    pub lock: File,
    /// What the watchdog removes after the child's end.
    pub remove: Option<&'a Path>,
}

/// A running child and its watchdog. Dropping it ends both.
#[derive(Debug)]
pub(crate) struct Guarded {
    child: Child,
    watchdog: Child,
    /// Held open for as long as this process lives; never written to.
    _alive: io::PipeWriter,
    end: Signal,
    ended: bool,
}

impl Guarded {
    /// Starts the watchdog, then the child.
    pub(crate) fn spawn(launch: Launch<'_>) -> io::Result<Self> {
        let (reader, writer) = io::pipe()?;
        let signal_name = launch.end.as_str().trim_start_matches("SIG");
        let mut watchdog = Command::new("/bin/sh")
            .args(["-c", WATCHDOG, "rowcall-watchdog", signal_name])
            .arg(launch.remove.map(Path::as_os_str).unwrap_or_default())
            .stdin(reader)
            .stdout(launch.lock)
            .stderr(Stdio::null())
            .current_dir("/")
            .process_group(0) // Ctrl-C in the terminal is for this process: it stops its servers in order
            .spawn()?;

        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", LAUNCHER, "rowcall-launcher"])
            .arg(launch.log)
            .args(&launch.command)
            .envs(launch.env.iter().copied())
            .stdin(Stdio::null())
            .stdout(writer.try_clone()?)
            .stderr(Stdio::null())
            .current_dir(launch.folder)
            .process_group(0);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        launch.account.apply(&mut command);
        match command.spawn() {
            Ok(child) => Ok(Self { child, watchdog, _alive: writer, end: launch.end, ended: false }),
            Err(error) => {
                end_now(&mut watchdog);
                Err(error)
            }
        }
    }

    /// The child's process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its exit status, if it has ended.
    pub(crate) fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        let status = self.child.try_wait()?;
        if status.is_some() {
            self.ended = true;
            // The process id may be given to someone else now: the watchdog must not act on it.
            end_now(&mut self.watchdog);
        }
        Ok(status)
    }

    /// Waits for the end by itself, at most `limit`.
    pub(crate) async fn wait(&mut self, limit: Duration) -> io::Result<Option<ExitStatus>> {
        let begun = Instant::now();
        loop {
            let status = self.try_wait()?;
            if status.is_some() || begun.elapsed() >= limit {
                return Ok(status);
            }
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    }

    /// Sends a signal; a child that has ended gets none.
    pub(crate) fn signal(&mut self, signal: Signal) {
        if !self.ended && matches!(self.try_wait(), Ok(None)) {
            // It may end in this instant; then there is nothing left to do.
            let _ = signal::kill(Pid::from_raw(self.child.id().cast_signed()), signal);
        }
    }

    /// Ends the child in order, by force after `limit`, and reaps it.
    pub(crate) async fn stop(&mut self, signal: Signal, limit: Duration) -> io::Result<()> {
        self.signal(signal);
        if self.wait(limit).await?.is_none() {
            tracing::warn!(pid = self.pid(), "the server did not end in time: ending it by force");
            self.kill();
        }
        Ok(())
    }

    /// SIGKILL, and reaps it.
    pub(crate) fn kill(&mut self) {
        self.signal(Signal::SIGKILL);
        if !self.ended {
            let _ = self.child.wait();
            self.ended = true;
            end_now(&mut self.watchdog);
        }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        self.signal(self.end);
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(2) && matches!(self.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(3));
        }
        self.kill();
    }
}

fn end_now(watchdog: &mut Child) {
    // It may be gone already (killed by hand): either way it is reaped.
    let _ = watchdog.kill();
    let _ = watchdog.wait();
}
