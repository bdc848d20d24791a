//! The Bot API's methods.

mod callback;
pub(crate) mod chats;
mod commands;
mod edit;
mod keyboard;
mod media;
mod place;
mod send;
mod text;
mod webhook;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::refusal::Refusal;
use super::request::Call;
use super::state::State;

pub(crate) struct Context<'a> {
    pub state: &'a mut State,
    pub call: &'a Call,
    pub method: &'a str,
    pub now: DateTime<Utc>,
}

pub(crate) type Outcome = Result<Value, Refusal>;

/// Whether a method counts against the rate limits.
pub(crate) fn counts(method: &str) -> bool {
    (method.starts_with("send") && method != "sendChatAction") || method.starts_with("editMessage")
}

/// Carries out a request that fits the API's description.
pub(crate) fn dispatch(context: &mut Context<'_>) -> Outcome {
    match context.method {
        "getMe" => Ok(chats::me(context)),
        "sendMessage" => send::message(context),
        "sendPhoto" => send::photo(context),
        "sendDocument" => send::document(context),
        "sendMediaGroup" => send::album(context),
        "sendChatAction" => send::action(context),
        "editMessageText" => edit::text(context),
        "editMessageCaption" => edit::caption(context),
        "editMessageMedia" => edit::media(context),
        "editMessageReplyMarkup" => edit::markup(context),
        "deleteMessage" => edit::delete(context),
        "setMessageReaction" => edit::react(context),
        "answerCallbackQuery" => callback::answer(context),
        "getChat" => chats::get(context),
        "getChatMember" => chats::member(context),
        "getChatAdministrators" => chats::administrators(context),
        "leaveChat" => chats::leave(context),
        "createForumTopic" => chats::create_topic(context),
        "getFile" => media::get_file(context),
        "setMyCommands" => commands::set(context),
        "getMyCommands" => commands::get(context),
        "deleteMyCommands" => commands::delete(context),
        "setWebhook" => webhook::set(context),
        "deleteWebhook" => webhook::delete(context),
        "getWebhookInfo" => Ok(webhook::info(context)),
        other => Err(Refusal {
            code: 501,
            description: format!("Not Implemented: the stand-in does not know {other}"),
            parameters: None,
            rule: Some("unsupported"),
        }),
    }
}

impl Context<'_> {
    pub(crate) fn params(&self) -> &Map<String, Value> {
        &self.call.params
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.call.params.get(name).and_then(Value::as_str)
    }

    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.call.params.get(name).and_then(Value::as_i64)
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.call.params.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// The chat that the request names, whether or not it exists.
    pub(crate) fn named_chat(&self) -> Option<i64> {
        let value = self.call.params.get("chat_id")?;
        value.as_i64().or_else(|| value.as_str()?.parse().ok())
    }

    /// Something that Telegram lets pass and a good bot does not do.
    pub(crate) fn complain(&mut self, rule: &'static str, detail: impl Into<String>) {
        self.state.violation(rule, self.method, detail);
    }
}

pub(crate) fn done() -> Outcome {
    Ok(json!(true))
}
