//! What a person is told when something did not work: what happened, why, and what to try.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A clear error for a person. It never holds a driver's raw error, a stack trace or a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub struct Failure {
    /// Which kind it is, for programs and for the documentation.
    pub code: FailureCode,
    /// What happened, one sentence.
    pub what: String,
    /// Why, one sentence.
    pub why: String,
    /// What to try next, one sentence.
    pub try_next: String,
}

impl Failure {
    /// A failure in three sentences.
    pub fn new(
        code: FailureCode,
        what: impl Into<String>,
        why: impl Into<String>,
        try_next: impl Into<String>,
    ) -> Self {
        Self { code, what: what.into(), why: why.into(), try_next: try_next.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.what, self.why, self.try_next)
    }
}

/// The kinds of failure. The word of a code is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// Nothing was asked.
    EmptyQuestion,
    /// The question is over the length limit.
    QuestionTooLong,
    /// The question is not text: control characters, wrong encoding.
    QuestionNotText,
    /// No source of that name, or none at all.
    UnknownSource,
    /// The planner found nothing in the data that fits.
    CannotAnswer,
    /// The planner understood a kind of wish that this installation does not serve.
    NotSupported,
    /// The policy refused the statement.
    PolicyRefused,
    /// The source does not answer.
    SourceUnreachable,
    /// The source refused our name or password.
    SourceRefusedLogin,
    /// A table or column is not there any more.
    SchemaChanged,
    /// The reading role may not see something.
    PermissionDenied,
    /// The statement ran longer than allowed.
    QueryTimeout,
    /// The plan or the result is larger than allowed.
    QueryTooLarge,
    /// The database reported an error in the statement.
    QueryError,
    /// The run failed in every attempt.
    GaveUp,
    /// The asker stopped it.
    Cancelled,
    /// The person may not do that.
    NotAllowed,
    /// The person or their place asked as much as they may for now.
    TooManyQuestions,
    /// Too many questions wait for a worker.
    QueueFull,
    /// A button of a message that means nothing any more.
    OldButton,
    /// A fault of ours.
    Internal,
}

impl FailureCode {
    /// The stable word of this code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EmptyQuestion => "empty_question",
            Self::QuestionTooLong => "question_too_long",
            Self::QuestionNotText => "question_not_text",
            Self::UnknownSource => "unknown_source",
            Self::CannotAnswer => "cannot_answer",
            Self::NotSupported => "not_supported",
            Self::PolicyRefused => "policy_refused",
            Self::SourceUnreachable => "source_unreachable",
            Self::SourceRefusedLogin => "source_refused_login",
            Self::SchemaChanged => "schema_changed",
            Self::PermissionDenied => "permission_denied",
            Self::QueryTimeout => "query_timeout",
            Self::QueryTooLarge => "query_too_large",
            Self::QueryError => "query_error",
            Self::GaveUp => "gave_up",
            Self::Cancelled => "cancelled",
            Self::NotAllowed => "not_allowed",
            Self::TooManyQuestions => "too_many_questions",
            Self::QueueFull => "queue_full",
            Self::OldButton => "old_button",
            Self::Internal => "internal",
        }
    }
}
