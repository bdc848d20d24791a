//! Finds the server programs installed on this machine, or says how to install them.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::EmbeddedError;

/// The lowest PostgreSQL that the store works with.
pub(crate) const POSTGRES_MIN: u32 = 15;
/// The lowest Redis that the queue works with.
pub(crate) const REDIS_MIN: u32 = 7;

const POSTGRES_VARIABLE: &str = "ROWCALL_PG_BIN";
const REDIS_VARIABLE: &str = "ROWCALL_REDIS_BIN";

/// A folder with `postgres` and `initdb` in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PostgresPrograms {
    /// The folder.
    pub folder: PathBuf,
    /// The major version.
    pub major: u32,
}

/// Every usable PostgreSQL on this machine, newest first; never empty.
pub(crate) fn postgres() -> Result<Vec<PostgresPrograms>, EmbeddedError> {
    postgres_in(env::var_os(POSTGRES_VARIABLE), env::var_os("PATH"), Path::new("/"))
}

/// The PostgreSQL whose programs lie in this folder, whatever its version.
pub(crate) fn postgres_at(folder: &Path) -> Result<PostgresPrograms, EmbeddedError> {
    let major = major_version(&folder.join("postgres")).filter(|_| folder.join("initdb").exists());
    let major = major.ok_or_else(|| EmbeddedError::NoPrograms { folder: folder.to_path_buf() })?;
    Ok(PostgresPrograms { folder: folder.to_path_buf(), major })
}

/// The program of a Redis (or Valkey) server.
pub(crate) fn redis() -> Result<PathBuf, EmbeddedError> {
    redis_in(env::var_os(REDIS_VARIABLE), env::var_os("PATH"), Path::new("/"))
}

/// As [`postgres`], with everything it looks at as a parameter. A folder named by the variable is the only one
/// that counts: whoever sets it wants that one.
fn postgres_in(
    named: Option<OsString>,
    path: Option<OsString>,
    root: &Path,
) -> Result<Vec<PostgresPrograms>, EmbeddedError> {
    let folders = match named.filter(|name| !name.is_empty()) {
        Some(folder) => vec![PathBuf::from(folder)],
        None => {
            let mut folders = split_path(path);
            folders.extend(children(&root.join("usr/lib/postgresql"), "", "bin"));
            folders.extend(children(&root.join("usr"), "pgsql-", "bin"));
            folders.extend(children(&root.join("opt/homebrew/opt"), "postgresql", "bin"));
            folders.extend(children(&root.join("usr/local/opt"), "postgresql", "bin"));
            folders.extend(children(&root.join("Applications/Postgres.app/Contents/Versions"), "", "bin"));
            folders.extend(["usr/bin", "usr/local/bin", "usr/local/pgsql/bin"].map(|it| root.join(it)));
            folders
        }
    };
    let mut found: Vec<PostgresPrograms> = Vec::new();
    for folder in folders {
        if found.iter().any(|it| it.folder == folder) || !folder.join("initdb").exists() {
            continue;
        }
        if let Some(major) = major_version(&folder.join("postgres")) {
            found.push(PostgresPrograms { folder, major });
        }
    }
    found.sort_by_key(|it| std::cmp::Reverse(it.major)); // stable: PATH first among equals
    let newest = found.first().map(|it| it.major);
    found.retain(|it| it.major >= POSTGRES_MIN);
    if found.is_empty() {
        return Err(missing("PostgreSQL", POSTGRES_MIN, newest, POSTGRES_VARIABLE));
    }
    Ok(found)
}

/// As [`redis`], with everything it looks at as a parameter.
fn redis_in(named: Option<OsString>, path: Option<OsString>, root: &Path) -> Result<PathBuf, EmbeddedError> {
    let names = ["redis-server", "valkey-server"];
    let candidates: Vec<PathBuf> = match named.filter(|name| !name.is_empty()) {
        Some(named) => {
            let named = PathBuf::from(named);
            if named.is_dir() { names.iter().map(|name| named.join(name)).collect() } else { vec![named] }
        }
        None => {
            let mut folders = split_path(path);
            folders
                .extend(["usr/bin", "usr/local/bin", "opt/homebrew/bin", "usr/sbin"].map(|it| root.join(it)));
            folders.extend(children(&root.join("opt/homebrew/opt"), "redis", "bin"));
            folders.extend(children(&root.join("usr/local/opt"), "redis", "bin"));
            names
                .iter()
                .flat_map(|name| folders.iter().map(|folder| folder.join(name)).collect::<Vec<_>>())
                .collect()
        }
    };
    let mut newest = None;
    for candidate in candidates {
        match major_version(&candidate) {
            Some(major) if major >= REDIS_MIN => return Ok(candidate),
            Some(major) => newest = newest.max(Some(major)),
            None => {}
        }
    }
    Err(missing("Redis", REDIS_MIN, newest, REDIS_VARIABLE))
}

/// The absolute folders of a PATH value. A relative one would change meaning with the working folder.
fn split_path(path: Option<OsString>) -> Vec<PathBuf> {
    path.map(|it| env::split_paths(&it).filter(|folder| folder.is_absolute()).collect()).unwrap_or_default()
}

/// `folder/PREFIX*/last` for each that exists.
fn children(folder: &Path, prefix: &str, last: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path().join(last))
        .filter(|path| path.is_dir())
        .collect()
}

/// What `PROGRAM --version` says, as a major version.
fn major_version(program: &Path) -> Option<u32> {
    if !program.exists() {
        return None;
    }
    let output = version(program).ok().filter(|it| it.status.success())?;
    parse_major(&String::from_utf8_lossy(&output.stdout))
}

/// What a program says of its version. One that was only just written may still be open in whoever wrote it, or in a
/// process that was forked meanwhile; the system does not run it until they have let go.
// Called while servers are looked for, before anything else runs, and for milliseconds.
#[allow(clippy::disallowed_methods)]
fn version(program: &Path) -> std::io::Result<std::process::Output> {
    for _ in 0..50 {
        match Command::new(program).arg("--version").output() {
            Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            other => return other,
        }
    }
    Command::new(program).arg("--version").output()
}

/// The first number in "postgres (PostgreSQL) 15.14 (Debian …)", "Redis server v=7.0.15 sha=…", "18beta1".
fn parse_major(text: &str) -> Option<u32> {
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    let rest = &text[digits..];
    rest[..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())].parse().ok()
}

fn missing(program: &'static str, needed: u32, newest: Option<u32>, variable: &'static str) -> EmbeddedError {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let found = newest.map(|it| format!(" (only version {it})")).unwrap_or_default();
    let install = install_command(
        program,
        cfg!(target_os = "macos"),
        &release,
        nix::unistd::Uid::effective().is_root(),
    );
    EmbeddedError::MissingBinary { program, needed, found, install, variable }
}

/// The exact install command for a system, from its os-release text.
fn install_command(program: &str, macos: bool, os_release: &str, root: bool) -> String {
    let postgres = program == "PostgreSQL";
    let pick = |first: &'static str, second: &'static str| if postgres { first } else { second };
    if macos {
        return format!("brew install {}", pick("postgresql@17", "redis"));
    }
    let words: Vec<&str> = os_release
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
        .flat_map(|value| value.trim_matches('"').split_whitespace())
        .collect();
    let is = |names: &[&str]| words.iter().any(|word| names.contains(word));
    let command = if is(&["debian", "ubuntu"]) {
        format!("apt-get install -y {}", pick("postgresql", "redis-server"))
    } else if is(&["fedora", "rhel", "centos"]) {
        format!("dnf install -y {}", pick("postgresql-server", "redis"))
    } else if is(&["arch"]) {
        format!("pacman -S {}", pick("postgresql", "redis"))
    } else if is(&["alpine"]) {
        format!("apk add {}", pick("postgresql", "redis"))
    } else if is(&["suse", "opensuse"]) {
        format!("zypper install {}", pick("postgresql-server", "redis"))
    } else {
        return format!("the system's package manager (package {})", pick("postgresql", "redis"));
    };
    if root { command } else { format!("sudo {command}") }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// A root folder with pretended programs: (path, what `--version` prints).
    fn machine(programs: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (path, version) in programs {
            let file = root.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, format!("#!/bin/sh\necho '{version}'\n")).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        root
    }

    #[test]
    fn the_newest_postgres_comes_first_and_old_ones_do_not_count() {
        let root = machine(&[
            ("usr/lib/postgresql/14/bin/postgres", "postgres (PostgreSQL) 14.1"),
            ("usr/lib/postgresql/14/bin/initdb", ""),
            ("usr/lib/postgresql/15/bin/postgres", "postgres (PostgreSQL) 15.14 (Debian 15.14-0)"),
            ("usr/lib/postgresql/15/bin/initdb", ""),
            ("usr/pgsql-17/bin/postgres", "postgres (PostgreSQL) 17.2"),
            ("usr/pgsql-17/bin/initdb", ""),
            ("usr/lib/postgresql/18/bin/postgres", "postgres (PostgreSQL) 18.0"), // no initdb: client only
        ]);
        let found = postgres_in(None, None, root.path()).unwrap();
        assert_eq!(found.iter().map(|it| it.major).collect::<Vec<_>>(), [17, 15]);
        let named =
            postgres_in(Some(root.path().join("usr/lib/postgresql/15/bin").into()), None, root.path());
        assert_eq!(named.unwrap()[0].major, 15);
    }

    #[test]
    fn a_missing_program_comes_with_its_install_command() {
        let root = machine(&[
            ("usr/lib/postgresql/13/bin/postgres", "postgres (PostgreSQL) 13.1"),
            ("usr/lib/postgresql/13/bin/initdb", ""),
        ]);
        let text = postgres_in(None, None, root.path()).unwrap_err().to_string();
        assert!(text.contains("PostgreSQL 15 or newer was not found (only version 13)"), "{text}");
        assert!(text.contains("ROWCALL_PG_BIN"), "{text}");
        let text = redis_in(None, None, root.path()).unwrap_err().to_string();
        assert!(text.starts_with("Redis 7 or newer was not found. Install it with: "), "{text}");
        assert!(text.contains("ROWCALL_REDIS_BIN"), "{text}");
    }

    #[test]
    fn redis_may_be_valkey_but_not_old() {
        let root = machine(&[
            ("usr/bin/redis-server", "Redis server v=6.0.16 sha=00000000:0"),
            ("usr/local/bin/valkey-server", "Valkey server v=8.1.0 sha=00000000"),
        ]);
        let path = redis_in(None, None, root.path()).unwrap();
        assert!(path.ends_with("usr/local/bin/valkey-server"), "{path:?}");
        assert!(redis_in(Some(root.path().join("usr/bin").into()), None, root.path()).is_err());
    }

    #[test]
    fn install_commands_fit_the_system() {
        let check = |program, macos, release: &str, root, expected: &str| {
            assert_eq!(install_command(program, macos, release, root), expected);
        };
        check("PostgreSQL", false, "ID=debian\n", true, "apt-get install -y postgresql");
        check(
            "Redis",
            false,
            "ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n",
            false,
            "sudo apt-get install -y redis-server",
        );
        check("PostgreSQL", false, "ID=fedora\n", false, "sudo dnf install -y postgresql-server");
        check("Redis", true, "", false, "brew install redis");
        check("Redis", false, "ID=plan9\n", false, "the system's package manager (package redis)");
    }

    #[test]
    fn versions_are_read_from_what_programs_print() {
        let check = |text: &str, expected| assert_eq!(parse_major(text), expected, "{text}");
        check("postgres (PostgreSQL) 18beta1", Some(18));
        check("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0", Some(7));
        check("no number", None);
    }
}
