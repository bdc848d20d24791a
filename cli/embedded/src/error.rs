//! What can go wrong with a private server, in words that say what to try.

use std::path::{Path, PathBuf};

/// Why a private server could not be started or used.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// No suitable program is installed.
    #[error(
        "{program} {needed} or newer was not found{found}. Install it with: {install} (or name its folder in {variable})"
    )]
    MissingBinary {
        /// The product looked for.
        program: &'static str,
        /// The lowest major version that will do.
        needed: u32,
        /// What was found instead, as the middle of the sentence, or nothing.
        found: String,
        /// The exact command for this system.
        install: String,
        /// The environment variable that names the folder or program.
        variable: &'static str,
    },
    /// The folder named holds no server's programs.
    #[error("{folder} does not hold a PostgreSQL's programs: postgres and initdb, which run on this machine")]
    NoPrograms {
        /// The folder.
        folder: PathBuf,
    },
    /// Another process uses the data folder.
    #[error(
        "the data folder {dir} is in use by process {pid}. Stop that process, or choose another data folder"
    )]
    FolderInUse {
        /// The data folder.
        dir: PathBuf,
        /// The process that holds it (0: unknown).
        pid: u32,
    },
    /// The folder holds files that are not a server's data.
    #[error(
        "{dir} is not empty and was not made by Rowcall; nothing in it was touched. Choose another data folder"
    )]
    NotOurFolder {
        /// The folder.
        dir: PathBuf,
    },
    /// The folder was made by a version of PostgreSQL that is not installed.
    #[error(
        "the data in {dir} was made by PostgreSQL {made_by}, but only {found} is installed. \
         Install PostgreSQL {made_by}, or choose another data folder"
    )]
    OtherVersion {
        /// The data folder.
        dir: PathBuf,
        /// The major version that made the data.
        made_by: u32,
        /// The versions found.
        found: String,
    },
    /// This process is root and there is no account to run PostgreSQL as.
    #[error(
        "PostgreSQL refuses to run as root, and there is neither a user \"postgres\" nor \"nobody\" to run it as. \
         Run Rowcall as an ordinary user"
    )]
    NoAccount,
    /// The server ended before it was ready.
    #[error("{program} ended before it was ready. The end of its log ({log}):\n{tail}")]
    Ended {
        /// The program.
        program: &'static str,
        /// Where its log is.
        log: PathBuf,
        /// The last lines of the log.
        tail: String,
    },
    /// The server was not ready in time.
    #[error("{program} was not ready after {seconds} s. The end of its log ({log}):\n{tail}")]
    NotReady {
        /// The program.
        program: &'static str,
        /// How long was waited.
        seconds: u64,
        /// Where its log is.
        log: PathBuf,
        /// The last lines of the log.
        tail: String,
    },
    /// A file, folder or process operation failed.
    #[error("could not {doing} {path}: {source}")]
    Io {
        /// What was attempted.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// A statement to the private PostgreSQL failed.
    #[error("the private PostgreSQL did not do what it was asked: {0}")]
    Postgres(#[from] sqlx::Error),
    /// A command to the private Redis failed.
    #[error("the private Redis did not do what it was asked: {0}")]
    Redis(#[from] ::redis::RedisError),
}

impl EmbeddedError {
    /// An [`EmbeddedError::Io`] maker for `map_err`.
    pub(crate) fn io<'a>(doing: &'static str, path: &'a Path) -> impl FnOnce(std::io::Error) -> Self + 'a {
        move |source| Self::Io { doing, path: path.to_path_buf(), source }
    }
}
