//! What can go wrong between us and a model's server, sorted by what can be done about it. Holds nothing that the
//! server wrote, nor any part of a key or a prompt.

use async_openai::error::OpenAIError;
use std::time::Duration;

/// Why a request gave no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CallError {
    /// 429.
    #[error("the model server is asked too often")]
    TooMany {
        /// For how long it wants to be left alone.
        wait: Option<Duration>,
    },
    /// It failed by itself.
    #[error("the model server failed (HTTP {0})")]
    Server(u16, Option<Duration>),
    /// No answer in time.
    #[error("the model server did not answer in time")]
    Timeout,
    /// The answer broke off.
    #[error("the model's answer broke off")]
    Cut,
    /// Nothing there.
    #[error("the model server cannot be reached")]
    Unreachable,
    /// It failed so often that it is left alone for a while.
    #[error("the model server failed repeatedly and is left alone for a while")]
    LeftAlone,
    /// The key is wrong or may not do that.
    #[error("the model server refuses the key (HTTP {0})")]
    Denied(u16),
    /// The account has no credit.
    #[error("the account at the model server has no credit")]
    NoCredit,
    /// It does not have the model, or not at this address.
    #[error("the model server does not know the model")]
    NoSuchModel,
    /// The request is not to its liking.
    #[error("the model server refuses the request (HTTP {0}, about {1:?})")]
    Refused(u16, About),
    /// More than it can read.
    #[error("the prompt is too long for the model")]
    PromptTooLong,
    /// The answer is longer than anything we would read.
    #[error("the model's answer is too long")]
    TooLong,
    /// It is no answer to a chat completion.
    #[error("what the model server sent is no chat completion")]
    NotUnderstood,
}

/// What a server does not like about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The shape that the answer must have.
    Format,
    /// The tools.
    Tools,
    /// The temperature.
    Temperature,
    /// The name of the field for the answer's length.
    Length,
    /// Being asked for usage.
    Usage,
    /// It does not say.
    Unknown,
}

impl About {
    /// What a refusal, in lower case, is about.
    pub fn of(text: &str) -> Self {
        let says = |words: &[&str]| words.iter().any(|w| text.contains(w));
        if says(&["stream_options", "include_usage"]) {
            Self::Usage
        } else if says(&["temperature"]) {
            Self::Temperature
        } else if says(&["max_tokens", "max_completion_tokens"]) {
            Self::Length
        } else if says(&[
            "response_format",
            "json_schema",
            "json_object",
            "structured output",
            "grammar",
            "schema",
        ]) {
            Self::Format
        } else if says(&["tool", "function call"]) {
            Self::Tools
        } else {
            Self::Unknown
        }
    }
}

impl CallError {
    /// Sending the same again can help.
    pub fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::TooMany { .. } | Self::Server(..) | Self::Timeout | Self::Cut | Self::Unreachable
        )
    }

    /// How long the server asked to be left alone.
    pub fn wait(&self) -> Option<Duration> {
        match self {
            Self::TooMany { wait } | Self::Server(_, wait) => *wait,
            _ => None,
        }
    }

    /// One word for the record of calls.
    pub fn word(&self) -> &'static str {
        match self {
            Self::TooMany { .. } => "too_many",
            Self::Server(..) => "server_error",
            Self::Timeout => "timeout",
            Self::Cut => "cut",
            Self::Unreachable => "unreachable",
            Self::LeftAlone => "left_alone",
            Self::Denied(_) => "denied",
            Self::NoCredit => "no_credit",
            Self::NoSuchModel => "no_such_model",
            Self::Refused(..) => "refused",
            Self::PromptTooLong => "prompt_too_long",
            Self::TooLong => "too_long",
            Self::NotUnderstood => "not_understood",
        }
    }

    /// Sorts what the HTTP client says, without its words: they hold the address.
    pub fn of_transport(error: &model_http::Error) -> Self {
        if error.is_timeout() {
            Self::Timeout
        } else if error.is_connect() || error.is_builder() {
            Self::Unreachable
        } else {
            Self::Cut
        }
    }

    /// Sorts what async-openai says.
    pub fn of(error: &OpenAIError) -> Self {
        match error {
            OpenAIError::Boxed(inner) => inner.downcast_ref::<Self>().cloned().unwrap_or(Self::NotUnderstood),
            OpenAIError::Reqwest(error) => Self::of_transport(error),
            OpenAIError::StreamError(_) => Self::Cut,
            _ => Self::NotUnderstood,
        }
    }
}
