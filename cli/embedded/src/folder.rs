//! The data folder of one private server: where it lies, who holds it, and what must be remembered in it.
//!
//! ```text
//! DIR/server.lock   held (flock) while a process uses the folder; says which
//! DIR/server.json   port and password, mode 0600
//! DIR/server.log    what the server printed
//! DIR/data/         the server's own files
//! ```
//! Two processes on one folder would destroy the data, and a second start must find the first one's port and
//! password, or nothing that was configured with them would work.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::EmbeddedError;
use crate::account::Account;
use crate::processes::is_alive;

/// Where data goes when the wished-for folder is out of the server account's reach.
const FALLBACK: &str = "/var/lib/rowcall";
/// How long the watchdog of a dead process may still be busy with ending its server.
const WAIT_FOR_DEAD_HOLDER: Duration = Duration::from_secs(8);
const LOCK: &str = "server.lock";
const SETTINGS: &str = "server.json";

/// What a server must keep over restarts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// The port on 127.0.0.1.
    pub port: u16,
    /// The superuser's (or Redis default user's) password.
    pub password: String,
}

/// A data folder, held by this process. Dropping it releases the lock, and removes a temporary folder.
#[derive(Debug)]
pub(crate) struct Folder {
    dir: PathBuf,
    temporary: bool,
    lock: File,
}

impl Folder {
    /// Opens `dir`, or a new temporary folder that goes with this value, and takes its lock.
    pub(crate) async fn open(dir: Option<&Path>, account: Account) -> Result<Self, EmbeddedError> {
        let (dir, temporary) = match dir {
            Some(dir) => (actual_place(dir, account)?, false),
            None => (temporary_place(account)?, true),
        };
        fs::create_dir_all(&dir).map_err(EmbeddedError::io("make the data folder", &dir))?;
        if !dir.join(LOCK).exists() && !is_empty(&dir)? {
            return Err(EmbeddedError::NotOurFolder { dir });
        }
        let lock = take_lock(&dir).await?;
        // The server's account must own it; nobody else has any business in it.
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o700))
            .map_err(EmbeddedError::io("set the mode of", &dir))?;
        account.give(&dir)?;
        Ok(Self { dir, temporary, lock })
    }

    /// The folder itself.
    pub(crate) fn path(&self) -> &Path {
        &self.dir
    }

    /// Where the server's own files are.
    pub(crate) fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    /// What the server printed.
    pub(crate) fn log(&self) -> PathBuf {
        self.dir.join("server.log")
    }

    /// The folder to remove once its server has ended, if it is temporary.
    pub(crate) fn to_remove(&self) -> Option<&Path> {
        self.temporary.then_some(self.dir.as_path())
    }

    /// Another handle on the lock, for the watchdog: the folder stays locked until the server has really ended.
    pub(crate) fn lock_handle(&self) -> Result<File, EmbeddedError> {
        self.lock.try_clone().map_err(EmbeddedError::io("keep the lock of", &self.dir))
    }

    /// The kept settings, or new ones. A kept port that something else took meanwhile is replaced.
    pub(crate) fn settings(&self) -> Result<Settings, EmbeddedError> {
        let path = self.dir.join(SETTINGS);
        let kept: Option<Settings> =
            fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let settings = match kept {
            Some(kept) if is_free(kept.port) => return Ok(kept),
            Some(kept) => Settings { port: free_port()?, ..kept },
            None => Settings { port: free_port()?, password: random_secret()? },
        };
        self.save(&settings)?;
        Ok(settings)
    }

    /// Picks another port, for when the chosen one was taken before the server could bind it.
    pub(crate) fn with_other_port(&self, settings: &Settings) -> Result<Settings, EmbeddedError> {
        let settings = Settings { port: free_port()?, ..settings.clone() };
        self.save(&settings)?;
        Ok(settings)
    }

    fn save(&self, settings: &Settings) -> Result<(), EmbeddedError> {
        let text = serde_json::to_vec(settings).map_err(|e| EmbeddedError::Io {
            doing: "write",
            path: self.dir.join(SETTINGS),
            source: e.into(),
        })?;
        self.write_private(SETTINGS, &text).map(drop)
    }

    /// Writes a file of mode 0600 in one step: readers see the old text or the new one.
    pub(crate) fn write_private(&self, name: &str, text: &[u8]) -> Result<PathBuf, EmbeddedError> {
        let path = self.dir.join(name);
        let fresh = self.dir.join(format!("{name}.new"));
        let write = || -> std::io::Result<()> {
            let mut file =
                OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
            file.write_all(text)?;
            fs::rename(&fresh, &path)
        };
        write().map_err(EmbeddedError::io("write", &path))?;
        Ok(path)
    }

    /// The last lines of the server's log.
    pub(crate) fn log_tail(&self) -> String {
        let text = fs::read(self.log()).unwrap_or_default();
        let text = String::from_utf8_lossy(&text[text.len().saturating_sub(4000)..]).into_owned();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(8)..].join("\n")
    }

    /// Keeps the log from growing for ever: past 4 MB it becomes `server.log.1`.
    pub(crate) fn turn_log(&self) {
        let log = self.log();
        if fs::metadata(&log).is_ok_and(|meta| meta.len() > 4 << 20) {
            // A log that cannot be renamed is no reason not to start.
            let _ = fs::rename(&log, self.dir.join("server.log.1"));
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Our name goes off the lock: whoever comes next waits for the moment until it is free (the watchdog ends the
        // server, a child that was just being started lets its copy go) instead of being told that we hold it.
        let _ = self.lock.set_len(0);
        if self.temporary {
            // Whatever cannot be removed lies in the system's temporary folder and holds nothing of worth.
            let _ = fs::remove_dir_all(&self.dir);
        }
    }
}

/// Removes the data of a private server that is not running, wherever `dir` led it.
pub async fn remove_data(dir: &Path) -> Result<(), EmbeddedError> {
    for place in [absolute(dir)?, fallback_place(&absolute(dir)?)] {
        if !place.exists() || is_empty(&place)? {
            continue;
        }
        if !place.join(LOCK).exists() {
            return Err(EmbeddedError::NotOurFolder { dir: place });
        }
        let _lock = take_lock(&place).await?;
        fs::remove_dir_all(&place).map_err(EmbeddedError::io("remove", &place))?;
    }
    Ok(())
}

/// `dir`, or a folder of the system that the account can reach.
fn actual_place(dir: &Path, account: Account) -> Result<PathBuf, EmbeddedError> {
    let wished = absolute(dir)?;
    if account.can_reach(&wished) {
        return Ok(wished);
    }
    let place = fallback_place(&wished);
    let above = Path::new(FALLBACK);
    fs::create_dir_all(above).map_err(EmbeddedError::io("make", above))?;
    fs::set_permissions(above, fs::Permissions::from_mode(0o711))
        .map_err(EmbeddedError::io("open", above))?;
    tracing::warn!(
        wished = %wished.display(),
        used = %place.display(),
        "as root the server runs as another user, who cannot reach the data folder: using another place"
    );
    Ok(place)
}

/// One folder per wished-for folder, with a name that a person can read back.
fn fallback_place(wished: &Path) -> PathBuf {
    let name = wished.to_string_lossy().trim_start_matches('/').replace('%', "%25").replace('/', "%2F");
    Path::new(FALLBACK).join(name)
}

fn temporary_place(account: Account) -> Result<PathBuf, EmbeddedError> {
    let usual = std::env::temp_dir();
    let place = [usual.as_path(), Path::new("/tmp"), Path::new("/var/tmp")]
        .into_iter()
        .find(|place| place.is_dir() && account.can_reach(&place.join("x")))
        .unwrap_or(&usual);
    let made = tempfile::Builder::new()
        .prefix("rowcall-")
        .tempdir_in(place)
        .map_err(EmbeddedError::io("make a folder in", place))?;
    // From here on `Folder` removes it, or the watchdog, if this process is killed.
    Ok(made.keep())
}

fn absolute(dir: &Path) -> Result<PathBuf, EmbeddedError> {
    // A link's target counts: two names of one folder must meet at one lock.
    let mut existing = std::path::absolute(dir).map_err(EmbeddedError::io("resolve", dir))?;
    let mut rest = Vec::new();
    while !existing.exists() {
        let (Some(name), Some(parent)) = (existing.file_name(), existing.parent()) else { break };
        rest.push(name.to_os_string());
        existing = parent.to_path_buf();
    }
    let mut path = existing.canonicalize().map_err(EmbeddedError::io("resolve", &existing))?;
    path.extend(rest.into_iter().rev());
    Ok(path)
}

fn is_empty(dir: &Path) -> Result<bool, EmbeddedError> {
    Ok(fs::read_dir(dir).map_err(EmbeddedError::io("list", dir))?.next().is_none())
}

async fn take_lock(dir: &Path) -> Result<File, EmbeddedError> {
    let path = dir.join(LOCK);
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o644)
        .open(&path)
        .map_err(EmbeddedError::io("open the lock", &path))?;
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::Error(source)) => return Err(EmbeddedError::io("lock", &path)(source)),
            Err(TryLockError::WouldBlock) => {}
        }
        // A dead holder means that its watchdog is still ending the server: that takes a moment.
        let pid = holder(&mut file);
        let waited = begun.elapsed();
        if (pid != 0 && is_alive(pid)) || waited > WAIT_FOR_DEAD_HOLDER {
            return Err(EmbeddedError::FolderInUse { dir: dir.to_path_buf(), pid });
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let write = |file: &mut File| -> std::io::Result<()> {
        file.set_len(0)?;
        file.seek(SeekFrom::Start(0))?;
        writeln!(file, "{}", std::process::id())
    };
    write(&mut file).map_err(EmbeddedError::io("write", &path))?;
    Ok(file)
}

fn holder(file: &mut File) -> u32 {
    let mut text = String::new();
    let read = file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_string(&mut text));
    read.ok().and_then(|_| text.trim().parse().ok()).unwrap_or(0)
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

fn free_port() -> Result<u16, EmbeddedError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(EmbeddedError::io("find a free port on", Path::new("127.0.0.1")))
}

/// 128 random bits from the system, in hexadecimal.
pub(crate) fn random_secret() -> Result<String, EmbeddedError> {
    let source = Path::new("/dev/urandom");
    let mut bytes = [0u8; 16];
    File::open(source)
        .and_then(|mut file| file.read_exact(&mut bytes))
        .map_err(EmbeddedError::io("read", source))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn a_foreign_folder_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("thesis.txt"), "years of work").unwrap();
        let error = Folder::open(Some(dir.path()), Account::Own).await.unwrap_err();
        assert!(matches!(error, EmbeddedError::NotOurFolder { .. }), "{error}");
        assert!(matches!(remove_data(dir.path()).await, Err(EmbeddedError::NotOurFolder { .. })));
        assert!(dir.path().join("thesis.txt").exists());
    }

    #[tokio::test]
    async fn one_folder_has_one_holder_by_whatever_name() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(Some(&dir.path().join("a")), Account::Own).await.unwrap();
        std::os::unix::fs::symlink(dir.path().join("a"), dir.path().join("b")).unwrap();
        let error = Folder::open(Some(&dir.path().join("b")), Account::Own).await.unwrap_err().to_string();
        assert!(error.contains(&format!("in use by process {}", std::process::id())), "{error}");
        drop(folder);
        Folder::open(Some(&dir.path().join("b")), Account::Own).await.unwrap();
    }

    #[tokio::test]
    async fn settings_are_kept_and_a_taken_port_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(Some(&dir.path().join("a")), Account::Own).await.unwrap();
        let mut first = folder.settings().unwrap();
        // A port that is free for now may be anybody's a moment later, also another test's.
        let kept = (0..20).any(|_| {
            let before = std::mem::replace(&mut first, folder.settings().unwrap());
            assert_eq!(before.password, first.password);
            before.port == first.port
        });
        assert!(kept, "another port each time");
        let mode = fs::metadata(folder.path().join(SETTINGS)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let _squatter = TcpListener::bind((Ipv4Addr::LOCALHOST, first.port));
        let moved = folder.settings().unwrap();
        assert_ne!(moved.port, first.port);
        assert_eq!(moved.password, first.password);
    }

    #[test]
    fn fallback_names_never_meet() {
        let a = fallback_place(Path::new("/root/a/b"));
        assert_eq!(a, Path::new("/var/lib/rowcall/root%2Fa%2Fb"));
        assert_ne!(fallback_place(Path::new("/root/a%2Fb")), a);
    }
}
