//! What Discord says when it does not do something, by what can be done about it.

use reqwest::StatusCode;
use serde::Deserialize;
use std::time::Duration;

/// A request that did not work. Holds no token and nothing of what was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// Too many requests; not before this time.
    #[error("Discord asked to wait {} ms", .0.as_millis())]
    RetryAfter(Duration),
    /// Discord, or the way to it, does not work now.
    #[error("Discord does not answer: {0}")]
    Away(String),
    /// The bot's token is not accepted.
    #[error("Discord does not accept the bot's token")]
    TokenRefused,
    /// The message was deleted, or never was.
    #[error("the message is gone")]
    MessageGone,
    /// The channel was deleted, or the bot was removed from its server.
    #[error("the channel is gone")]
    ChannelGone,
    /// The bot may not see the channel, or not do that in it.
    #[error("the bot may not do that in this channel")]
    NotPermitted,
    /// The thread is archived.
    #[error("the thread is archived")]
    Archived,
    /// The person takes no direct messages of the bot.
    #[error("the person does not accept direct messages from the bot")]
    DirectMessagesClosed,
    /// The interaction is not known any more: its time is over.
    #[error("the interaction is over")]
    InteractionOver,
    /// The interaction was answered before.
    #[error("the interaction was acknowledged before")]
    Acknowledged,
    /// Anything else Discord refuses, with its code.
    #[error("Discord refused the request (status {status}, code {code}): {message}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Discord's own code; 0 without one.
        code: u64,
        /// Discord's own words.
        message: String,
    },
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    code: u64,
    message: String,
    errors: Option<serde_json::Value>,
}

impl ApiError {
    /// Reads an answer that is neither a success nor a 429.
    pub(super) fn read(status: StatusCode, body: &[u8]) -> Self {
        if status.is_server_error() {
            return Self::Away(format!("status {}", status.as_u16()));
        }
        let body: Body = serde_json::from_slice(body).unwrap_or_default();
        match body.code {
            10008 => Self::MessageGone,
            10003 | 10004 => Self::ChannelGone,
            50001 | 50013 | 160_002 | 160_005 => Self::NotPermitted,
            50083 => Self::Archived,
            50007 | 50278 => Self::DirectMessagesClosed,
            // An unknown webhook is how a token that ran out is called; so is an invalid one.
            10062 | 10015 | 50027 => Self::InteractionOver,
            40060 => Self::Acknowledged,
            _ if status == StatusCode::UNAUTHORIZED => Self::TokenRefused,
            code => {
                let mut message: String = body.message.chars().take(200).collect();
                if let Some(errors) = body.errors {
                    // Which field was refused and why: Discord's words, not what was sent.
                    message.extend(format!(" {errors}").chars().take(600));
                }
                Self::Refused { status: status.as_u16(), code, message }
            }
        }
    }

    /// Whether the same request may work later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::RetryAfter(_) | Self::Away(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_what_can_be_done_about_them() {
        let check = |status: u16, body: &str, expected: ApiError| {
            let status = StatusCode::from_u16(status).unwrap_or_default();
            assert_eq!(ApiError::read(status, body.as_bytes()), expected, "{body}");
        };
        check(404, r#"{"code":10008,"message":"Unknown Message"}"#, ApiError::MessageGone);
        check(404, r#"{"code":10003}"#, ApiError::ChannelGone);
        check(403, r#"{"code":50013}"#, ApiError::NotPermitted);
        check(400, r#"{"code":50083}"#, ApiError::Archived);
        check(401, r#"{"code":50027}"#, ApiError::InteractionOver);
        check(401, r#"{"code":0,"message":"401: Unauthorized"}"#, ApiError::TokenRefused);
        check(502, "<html>", ApiError::Away("status 502".into()));
        check(418, "", ApiError::Refused { status: 418, code: 0, message: String::new() });
    }
}
