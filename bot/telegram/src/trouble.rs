//! What can go wrong with a request, sorted by what to do about it. Nothing of a `RequestError` is ever shown as it
//! is: a network error names the address, and the address holds the token.

use rowcall_frontend::{DeliveryError, Retry};
use std::time::Duration;
use teloxide::{ApiError, RequestError};

/// A request that did not do what was wanted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// Too many requests: not before this time.
    #[error("Telegram asks to wait {} s", .0.as_secs())]
    Wait(Duration),
    /// The group became a supergroup with this id.
    #[error("the group has become another chat")]
    Moved(i64),
    /// No answer, or a server error: it may have been done or not.
    #[error("{0}")]
    Away(String),
    /// The message already says that.
    #[error("the message says that already")]
    NotModified,
    /// The message cannot be edited: it was deleted, or is not ours.
    #[error("the message is gone")]
    Gone,
    /// The message shows a picture and cannot become text.
    #[error("the message is a picture")]
    NoText,
    /// The topic was closed or deleted.
    #[error("the topic is closed")]
    TopicGone,
    /// Nothing can be sent there any more, and why.
    #[error("nothing can be sent there: {0}")]
    Unreachable(String),
    /// The token is not valid.
    #[error("Telegram does not know this bot: its token is wrong or was revoked")]
    Token,
    /// Somebody else asks for this bot's updates.
    #[error("another program asks for this bot's updates")]
    Conflict,
    /// Telegram does not take it as it is, in its own words.
    #[error("Telegram refused it: {0}")]
    Refused(String),
}

/// How long to wait when Telegram says "too many" and not how long.
const UNSAID: Duration = Duration::from_secs(5);

impl From<RequestError> for Trouble {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::RetryAfter(wait) => Self::Wait(wait.duration()),
            RequestError::MigrateToChatId(chat) => Self::Moved(chat.0),
            RequestError::Network(error) => Self::Away(network(&error)),
            // Its text could hold anything that stands between us and Telegram.
            RequestError::InvalidJson { .. } => Self::Away("Telegram's answer could not be read".into()),
            RequestError::Io(error) => Self::Away(format!("a file could not be read: {}", error.kind())),
            RequestError::Api(error) => api(error),
        }
    }
}

fn network(error: &reqwest::Error) -> String {
    let what = if error.is_timeout() {
        "did not answer in time"
    } else if error.is_connect() {
        "cannot be reached"
    } else {
        "broke the connection"
    };
    format!("Telegram {what}")
}

fn api(error: ApiError) -> Trouble {
    let words = match &error {
        ApiError::Unknown(words) => words.clone(),
        known => known.to_string(),
    };
    match error {
        ApiError::InvalidToken => Trouble::Token,
        ApiError::MessageNotModified => Trouble::NotModified,
        ApiError::MessageToEditNotFound | ApiError::MessageIdInvalid | ApiError::MessageCantBeEdited => {
            Trouble::Gone
        }
        ApiError::TerminatedByOtherGetUpdates | ApiError::CantGetUpdates => Trouble::Conflict,
        ApiError::BotBlocked
        | ApiError::BotKicked
        | ApiError::BotKickedFromSupergroup
        | ApiError::BotKickedFromChannel
        | ApiError::ChatNotFound
        | ApiError::GroupDeactivated
        | ApiError::UserDeactivated
        | ApiError::CantInitiateConversation
        | ApiError::CantTalkWithBots => Trouble::Unreachable(words),
        _ => said(words),
    }
}

/// Sorts by the words that Telegram documents nowhere and has used for years.
fn said(words: String) -> Trouble {
    let lower = words.to_lowercase();
    let has = |part: &str| lower.contains(part);
    if has("too many requests") {
        Trouble::Wait(UNSAID)
    } else if has("not modified") {
        Trouble::NotModified
    } else if has("no text in the message") {
        Trouble::NoText
    } else if has("message to edit not found") || has("message can't be edited") || has("message_id_invalid")
    {
        Trouble::Gone
    } else if has("topic_closed") || has("topic_deleted") || has("thread not found") {
        Trouble::TopicGone
    } else if has("conflict:") {
        Trouble::Conflict
    } else if has("forbidden")
        || has("chat not found")
        || has("not enough rights")
        || has("chat_write_forbidden")
    {
        Trouble::Unreachable(words)
    } else if has("internal server error")
        || has("bad gateway")
        || has("gateway timeout")
        || has("unavailable")
    {
        Trouble::Away("Telegram has trouble of its own".into())
    } else {
        Trouble::Refused(words)
    }
}

impl From<Trouble> for DeliveryError {
    fn from(trouble: Trouble) -> Self {
        let retry = match &trouble {
            Trouble::Wait(wait) => Retry::After(*wait),
            Trouble::Unreachable(_) | Trouble::TopicGone => Retry::Never,
            // What Telegram refuses as it is stays refused; trying a few times costs little, and a newer version may
            // say it better.
            _ => Retry::After(Duration::ZERO),
        };
        Self { text: trouble.to_string(), retry }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_sorted_by_what_to_do() {
        let unknown = |words: &str| Trouble::from(RequestError::Api(ApiError::Unknown(words.into())));
        for (words, expected) in [
            ("Bad Request: message is not modified", Trouble::NotModified),
            ("Bad Request: there is no text in the message to edit", Trouble::NoText),
            ("Bad Request: message thread not found", Trouble::TopicGone),
            ("Bad Request: TOPIC_CLOSED", Trouble::TopicGone),
            ("Too Many Requests: retry later", Trouble::Wait(UNSAID)),
            ("Bad Gateway", Trouble::Away("Telegram has trouble of its own".into())),
            ("Forbidden: bot is not a member", Trouble::Unreachable("Forbidden: bot is not a member".into())),
            ("Bad Request: can't parse it", Trouble::Refused("Bad Request: can't parse it".into())),
        ] {
            assert_eq!(unknown(words), expected, "{words}");
        }
        assert_eq!(Trouble::from(RequestError::Api(ApiError::InvalidToken)), Trouble::Token);
    }

    #[test]
    fn a_blocked_bot_does_not_try_again() {
        let error = DeliveryError::from(Trouble::from(RequestError::Api(ApiError::BotBlocked)));
        assert_eq!(error.retry, Retry::Never);
        assert!(error.text.contains("blocked"), "{error}");
    }
}
