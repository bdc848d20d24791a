//! What the database says when it refuses a change, in plain words, with the constraint or trigger that said so.

use rowcall_source::SourceError;
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgDatabaseError;
use std::fmt;

/// Why a change did not run: the database refused it, and nothing of it is left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// One or two sentences for the person who asked.
    pub sentence: String,
    /// What the database adds: it may hold values of rows, so that it is only for places where no column is masked.
    pub detail: Option<String>,
    /// PostgreSQL's five-character code.
    pub sqlstate: String,
    /// The table, `schema.name`, if the database names one.
    pub table: Option<String>,
    /// The column.
    pub column: Option<String>,
    /// The constraint that refused.
    pub constraint: Option<String>,
    /// The function that raised, with its arguments, if one did: a trigger's, mostly.
    pub raised_in: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl Problem {
    /// A problem that is ours to name, not the database's.
    pub(crate) fn ours(sentence: impl Into<String>) -> Self {
        Self {
            sentence: sentence.into(),
            detail: None,
            sqlstate: String::new(),
            table: None,
            column: None,
            constraint: None,
            raised_in: None,
        }
    }

    /// Others were in the way: the same may succeed when it is tried again.
    pub fn is_contention(&self) -> bool {
        matches!(self.sqlstate.as_str(), "40001" | "40P01" | "55P03")
    }

    fn of(error: &PgDatabaseError) -> Self {
        let own = |text: Option<&str>| text.filter(|t| !t.is_empty()).map(str::to_owned);
        let table = error.table().map(|t| error.schema().map_or(t.to_owned(), |s| format!("{s}.{t}")));
        let mut problem = Self {
            sentence: String::new(),
            detail: error.detail().map(sentence),
            sqlstate: error.code().to_owned(),
            table,
            column: own(error.column()),
            constraint: own(error.constraint()),
            raised_in: raised_in(error.r#where()),
        };
        problem.sentence = problem.words(error.message(), error.hint());
        problem
    }

    fn words(&self, message: &str, hint: Option<&str>) -> String {
        let table = self.table.as_deref().unwrap_or("the table");
        let constraint = self.constraint.as_deref().unwrap_or("a constraint");
        let filled = message.ends_with("can only be updated to DEFAULT");
        match self.sqlstate.as_str() {
            "23505" => {
                format!("There would be two rows with the same value in {table}, which {constraint} forbids.")
            }
            "23503" if message.starts_with("insert or update") => {
                format!("A row of {table} would point to one that does not exist: {constraint} forbids it.")
            }
            "23503" => {
                format!("Other rows still point to a row that would go: {constraint} on {table} forbids it.")
            }
            "23514" if message.contains("partition") => {
                format!("There is no partition of {table} for a row of this kind.")
            }
            "23514" => format!("The rule {constraint} of {table} does not hold for a row."),
            "23502" => {
                let column = self.column.as_deref().unwrap_or("a column");
                format!("{column} of {table} must have a value, and a row would have none.")
            }
            "23P01" => {
                format!("A row would overlap with another one in {table}, which {constraint} forbids.")
            }
            "42501" if message.contains("row-level security") => {
                format!(
                    "Row-level security does not allow this for the role that writes: {}",
                    sentence(message)
                )
            }
            "42501" => format!("The role that writes may not do this: {}", sentence(message)),
            // PostgreSQL 13 calls it a mistake of the grammar.
            "42601" | "428C9" if filled || self.sqlstate == "428C9" => {
                format!("A column that the database fills itself cannot be set: {}", sentence(message))
            }
            "55000" if message.contains("view") => {
                format!("This view cannot be changed through: {}", sentence(message))
            }
            "P0001" => {
                let by = self.raised_in.as_deref().unwrap_or("a function of the database");
                format!("{by} refused: {}", sentence(message))
            }
            "22P02" | "22007" | "22008" | "22003" | "22001" => {
                format!("A value does not fit its column: {}", sentence(message))
            }
            "42P01" => format!("The table is gone: {}", sentence(message)),
            "42703" => format!("A column is gone or was renamed: {}", sentence(message)),
            "2BP01" => {
                let what = self.detail.as_deref().unwrap_or(message).replace('\n', "; ");
                format!("Other things depend on it: {what} With CASCADE they would go as well.")
            }
            "55P03" => {
                "Somebody else holds a lock on the rows or the table, and did not let go in time.".to_owned()
            }
            "40P01" => {
                "It and another transaction waited for each other, and the database ended it.".to_owned()
            }
            "40001" => "Somebody else changed the same rows at the same moment.".to_owned(),
            "57014" => "It took longer than it may.".to_owned(),
            _ => {
                let hint = hint.map(|h| format!(" {}", sentence(h))).unwrap_or_default();
                format!("The database refused: {}{hint}", sentence(message))
            }
        }
    }
}

/// What stopped a step of a change.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Trouble {
    /// The server refused; its transaction is over.
    Refused(Box<Problem>),
    /// The connection, or the server, or a login.
    Source(SourceError),
    /// More rows than are allowed or can be held.
    TooMany(u64),
    /// The change is not what was approved: what moved.
    Moved(Vec<String>),
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Self::Refused(Box::new(problem))
    }
}

impl From<SourceError> for Trouble {
    fn from(error: SourceError) -> Self {
        match error {
            SourceError::SchemaChanged { detail } => Self::Moved(vec![sentence(&detail)]),
            other => Self::Source(other),
        }
    }
}

impl From<crate::record::NoRecord> for Trouble {
    fn from(error: crate::record::NoRecord) -> Self {
        Self::Source(SourceError::Protocol { detail: error.to_string() })
    }
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) => match database.try_downcast_ref::<PgDatabaseError>() {
                // The server goes away, or ended an idle transaction of ours: the connection is no more.
                Some(own)
                    if own.code().starts_with("57P")
                        || own.code().starts_with("08")
                        || own.code() == "25P03" =>
                {
                    Self::Source(SourceError::Unreachable { detail: own.message().to_owned() })
                }
                Some(own) => Self::Refused(Box::new(Problem::of(own))),
                None => {
                    Self::Source(SourceError::Protocol { detail: "an error of no known kind".to_owned() })
                }
            },
            sqlx::Error::Io(io) => Self::Source(SourceError::Unreachable { detail: io.kind().to_string() }),
            sqlx::Error::Protocol(text) => Self::Source(SourceError::Unreachable { detail: text.clone() }),
            _ => Self::Source(SourceError::Unreachable { detail: "the connection broke".to_owned() }),
        }
    }
}

/// `PL/pgSQL function shop.guard() line 3 at RAISE` → `shop.guard()`.
fn raised_in(context: Option<&str>) -> Option<String> {
    let (_, rest) = context?.split_once("function ")?;
    let (name, _) = rest.split_once(')')?;
    Some(format!("{name})"))
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}
