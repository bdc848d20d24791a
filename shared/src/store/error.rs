//! What can go wrong in the store, sorted by what a caller does about it.

/// An error of the store. Its text never shows the URL or a value.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL cannot be read.
    #[error("the store's URL cannot be read: use postgres://user:password@host:port/database")]
    BadUrl,
    /// The server does not answer, or ended the connection.
    #[error("the store does not answer: check that its server runs and that DATABASE_URL is right")]
    Away(#[source] sqlx::Error),
    /// No disk space is left.
    #[error("the store has no disk space left")]
    DiskFull,
    /// The schema is older than this program.
    #[error("the store's schema is older than this program: run `rowcall migrate`")]
    NotMigrated,
    /// The migrations could not run.
    #[error("the store could not be migrated: {0}")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// A row holds a word this version does not know, or JSON of another shape.
    #[error("the store holds something this version cannot read: {0}")]
    Unreadable(String),
    /// Changes are only taken where the audit log has a key.
    #[error("changes need a key for the audit log: set ROWCALL_AUDIT_KEY_FILE or ROWCALL_AUDIT_KEY")]
    NoAuditKey,
    /// The audit log is kept with another key than this process has, so this process may add nothing to it.
    #[error(
        "the audit log is kept with another key: give this process the same ROWCALL_AUDIT_KEY_FILE or \
         ROWCALL_AUDIT_KEY as the others"
    )]
    WrongAuditKey,
    /// Anything else the server said.
    #[error("the store refused a statement of ours")]
    Refused(#[source] sqlx::Error),
}

impl StoreError {
    /// Waiting and trying again can help.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Away(_))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_) => Self::Away(error),
            sqlx::Error::Database(db) => match db.code().as_deref() {
                Some("53100") => Self::DiskFull,
                // connection exceptions, too many connections, shutdown and start-up, deadlock, serialization
                Some(code)
                    if code.starts_with("08")
                        || matches!(code, "53300" | "57P01" | "57P02" | "57P03" | "40001" | "40P01") =>
                {
                    Self::Away(error)
                }
                _ => Self::Refused(error),
            },
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Unreadable(error.to_string()),
            _ => Self::Refused(error),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::Execute(error) => Self::from(error),
            other => Self::Migrate(other),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}
