//! What can go wrong between us and a source, sorted by what a person or a retry can do about it. The driver's own
//! words never leave this module whole: only PostgreSQL's primary message, which holds no address and no password.

use rowcall_core::{Failure, texts};
use std::time::Duration;

/// Why a source did not give what was asked. Holds no address, user name or password.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SourceError {
    /// The connection setting cannot be used.
    #[error("the connection setting is not usable: {detail}")]
    Settings {
        /// What is wrong with it.
        detail: String,
    },
    /// The server does not answer, or went away.
    #[error("the server does not answer: {detail}")]
    Unreachable {
        /// In which way.
        detail: String,
    },
    /// The server answered, but refuses the name, the password or the database.
    #[error("the login was refused: {detail}")]
    LoginRefused {
        /// What is refused.
        detail: String,
    },
    /// All connections are in use.
    #[error("no connection was free within {after:?}")]
    Busy {
        /// How long was waited.
        after: Duration,
    },
    /// A relation or function is not what it was when the statement was checked.
    #[error("the schema changed: {detail}")]
    SchemaChanged {
        /// What changed.
        detail: String,
    },
    /// The role may not do that.
    #[error("permission denied: {detail}")]
    PermissionDenied {
        /// What PostgreSQL says.
        detail: String,
    },
    /// The statement ran longer than allowed.
    #[error("stopped after {after:?}")]
    Timeout {
        /// The limit.
        after: Duration,
    },
    /// A lock that somebody else holds was not released in time.
    #[error("a lock was not free within {after:?}")]
    Locked {
        /// The limit.
        after: Duration,
    },
    /// Plan, temporary files, memory or a row are over a limit.
    #[error("too large: {detail}")]
    TooLarge {
        /// Which limit.
        detail: String,
    },
    /// The asker stopped it.
    #[error("cancelled")]
    Cancelled,
    /// PostgreSQL reports an error in the statement.
    #[error("{detail} (SQLSTATE {sqlstate})")]
    Query {
        /// PostgreSQL's primary message.
        detail: String,
        /// The five-character code.
        sqlstate: String,
    },
    /// The sink could not take the rows.
    #[error("the rows could not be written: {detail}")]
    Sink {
        /// What the sink says.
        detail: String,
    },
    /// The server said something we do not understand.
    #[error("unexpected answer: {detail}")]
    Protocol {
        /// What was unexpected.
        detail: String,
    },
}

impl SourceError {
    /// Trying the same again later may work.
    pub fn retryable(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Busy { .. } | Self::Locked { .. } => true,
            // Serialization failure, deadlock, and a replica that had to cancel us (40001 as well).
            Self::Query { sqlstate, .. } => sqlstate.starts_with("40"),
            Self::Settings { .. }
            | Self::LoginRefused { .. }
            | Self::SchemaChanged { .. }
            | Self::PermissionDenied { .. }
            | Self::Timeout { .. }
            | Self::TooLarge { .. }
            | Self::Cancelled
            | Self::Sink { .. }
            | Self::Protocol { .. } => false,
        }
    }

    /// The same for a person, about the source of that name.
    pub fn failure(&self, source: &str) -> Failure {
        match self {
            Self::Unreachable { .. } | Self::Busy { .. } | Self::Settings { .. } => {
                texts::source_unreachable(source)
            }
            Self::LoginRefused { .. } => texts::source_refused_login(source),
            Self::SchemaChanged { detail } => texts::schema_changed(source, &sentence(detail)),
            Self::PermissionDenied { detail } => texts::permission_denied(source, &sentence(detail)),
            Self::Timeout { after } | Self::Locked { after } => texts::query_timeout(after.as_secs_f64()),
            Self::TooLarge { detail } => texts::query_too_large(&sentence(detail)),
            Self::Cancelled => texts::cancelled(),
            Self::Query { detail, .. } => texts::query_error(&sentence(detail)),
            Self::Sink { .. } | Self::Protocol { .. } => texts::internal(),
        }
    }

    /// The connection broke (as opposed to: the server answered with an error).
    pub(crate) fn is_dead_connection(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }

    /// Sorts a driver's error. `limits` are the limits that were in force.
    pub(crate) fn from_driver(error: sqlx::Error, limits: Limits) -> Self {
        match error {
            sqlx::Error::Database(database) => {
                let code = database.code().map(|code| code.into_owned()).unwrap_or_default();
                Self::from_sqlstate(&code, database.message(), limits)
            }
            sqlx::Error::PoolTimedOut => Self::Busy { after: limits.connect },
            sqlx::Error::Io(io) => Self::Unreachable { detail: io_kind(&io) },
            sqlx::Error::Tls(_) => {
                Self::Unreachable { detail: "no encrypted connection could be agreed on".to_owned() }
            }
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                Self::Unreachable { detail: "the connection pool is closed".to_owned() }
            }
            sqlx::Error::Configuration(_) => {
                Self::Settings { detail: "the address cannot be read".to_owned() }
            }
            // A protocol error's text comes from the driver and speaks of messages, never of settings.
            sqlx::Error::Protocol(text) => Self::Protocol { detail: text },
            other => Self::Protocol { detail: variant_name(&other) },
        }
    }

    fn from_sqlstate(code: &str, message: &str, limits: Limits) -> Self {
        let detail = message.to_owned();
        match code {
            "28P01" | "28000" => {
                Self::LoginRefused { detail: "name or password are not accepted".to_owned() }
            }
            "3D000" => Self::LoginRefused { detail: "that database does not exist".to_owned() },
            "57014" => Self::Timeout { after: limits.statement },
            "55P03" => Self::Locked { after: limits.lock },
            "42501" => Self::PermissionDenied { detail },
            "53400" | "53100" | "53200" => Self::TooLarge { detail },
            "53300" => Self::Busy { after: Duration::ZERO },
            "42P01" | "3F000" => Self::SchemaChanged { detail },
            // 57P01..03: shut down, crashed, starting up; 25P03: our idle transaction was ended by the server.
            "25P03" | "25P04" => Self::Unreachable { detail },
            _ if code.starts_with("57P") || code.starts_with("08") => Self::Unreachable { detail },
            _ if code.starts_with("54") => Self::TooLarge { detail },
            _ => Self::Query { detail, sqlstate: code.to_owned() },
        }
    }
}

/// The limits in force, for the error that tells of one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub statement: Duration,
    pub lock: Duration,
    pub connect: Duration,
}

fn io_kind(error: &std::io::Error) -> String {
    // Only the kind: the text of an I/O error may hold the address.
    format!("{}", error.kind())
}

fn variant_name(error: &sqlx::Error) -> String {
    let debug = format!("{error:?}");
    debug.chars().take_while(|c| c.is_ascii_alphanumeric()).collect()
}

fn sentence(detail: &str) -> String {
    let mut text = detail.trim().to_owned();
    if let Some(first) = text.get(..1).map(str::to_uppercase) {
        text.replace_range(..1, &first);
    }
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, expected: &str, retry: bool) {
        let second = Duration::from_secs(1);
        let limits = Limits { statement: second, lock: second, connect: second };
        let error = SourceError::from_sqlstate(code, "that is so", limits);
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.retryable(), retry, "{code}");
        assert!(!error.failure("shop").to_string().is_empty());
    }

    #[test]
    fn codes_are_sorted_by_what_can_be_done() {
        check("28P01", "the login was refused: name or password are not accepted", false);
        check("3D000", "the login was refused: that database does not exist", false);
        check("57014", "stopped after 1s", false);
        check("55P03", "a lock was not free within 1s", true);
        check("42501", "permission denied: that is so", false);
        check("53400", "too large: that is so", false);
        check("57P01", "the server does not answer: that is so", true);
        check("08006", "the server does not answer: that is so", true);
        check("40001", "that is so (SQLSTATE 40001)", true);
        check("22012", "that is so (SQLSTATE 22012)", false);
    }
}
