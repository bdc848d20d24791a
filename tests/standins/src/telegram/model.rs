//! What a chat is made of: messages, their parts and their history, as the stand-in keeps them and tests read them.

use chrono::{DateTime, Utc};
use serde_json::Value;

pub use super::entities::{Entity, EntityKind};

/// Names one message: ids are counted in each chat on its own, so that a bot that mixes chats up is found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageKey {
    /// The chat's id.
    pub chat: i64,
    /// The message's id in that chat.
    pub id: i32,
}

/// Who wrote a message, as people see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Author {
    /// The user's id; the bot's for its own messages.
    pub id: i64,
    /// The name shown.
    pub name: String,
    /// Whether a bot wrote it (this one or another).
    pub is_bot: bool,
    /// The chat in whose name it was written: an anonymous administrator or a channel.
    pub sender_chat: Option<i64>,
}

/// A file in a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Media {
    /// What it is shown as.
    pub kind: MediaKind,
    /// Telegram's name for the file.
    pub file_id: String,
    /// The file's name, for documents.
    pub name: Option<String>,
    /// Pixels, for photos.
    pub size: Option<(u32, u32)>,
    /// Bytes.
    pub length: usize,
}

/// What a file is shown as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaKind {
    /// A picture shown in the chat.
    Photo,
    /// A file to download.
    Document,
    /// A voice note.
    Voice,
    /// A sticker.
    Sticker,
}

impl MediaKind {
    pub(crate) fn field(self) -> &'static str {
        match self {
            MediaKind::Photo => "photo",
            MediaKind::Document => "document",
            MediaKind::Voice => "voice",
            MediaKind::Sticker => "sticker",
        }
    }
}

/// One inline button.
#[derive(Clone, Debug, PartialEq)]
pub struct Button {
    /// The text on it.
    pub label: String,
    /// What the bot gets when it is pressed; `None` for buttons that do something else, such as open an address.
    pub data: Option<String>,
    /// The address that it opens.
    pub url: Option<String>,
    pub(crate) raw: Value,
}

/// What a message shows at one time.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Content {
    /// The text, or the caption of a file, without markup.
    pub text: String,
    /// What is bold, code, quoted and so on.
    pub entities: Vec<Entity>,
    /// The file.
    pub media: Option<Media>,
    /// Rows of buttons; empty for none.
    pub keyboard: Vec<Vec<Button>>,
}

/// One state of a message and when it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// When this content was set.
    pub at: DateTime<Utc>,
    /// What it was.
    pub content: Content,
}

/// A message as everyone in the chat sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Its name.
    pub key: MessageKey,
    /// Who wrote it.
    pub author: Author,
    /// When it was written.
    pub date: DateTime<Utc>,
    /// The topic, in a forum.
    pub thread: Option<i32>,
    /// The message that it answers.
    pub reply_to: Option<i32>,
    /// From whom it was forwarded.
    pub forwarded_from: Option<String>,
    /// Messages with the same value are one album.
    pub album: Option<String>,
    /// What it shows now.
    pub content: Content,
    /// Everything that it ever showed, oldest first; the last is `content`.
    pub history: Vec<Version>,
    /// Whether "edited" is shown (a change of buttons alone does not show).
    pub edited: bool,
    /// Whether it was deleted.
    pub deleted: bool,
    /// The bot's reaction.
    pub reaction: Option<String>,
    pub(crate) service: Option<Value>,
}

impl Message {
    /// The text or caption, without markup.
    pub fn text(&self) -> &str {
        &self.content.text
    }

    /// Every button, row after row.
    pub fn buttons(&self) -> impl Iterator<Item = &Button> {
        self.content.keyboard.iter().flatten()
    }

    /// The labels of all buttons, row after row.
    pub fn labels(&self) -> Vec<String> {
        self.buttons().map(|button| button.label.clone()).collect()
    }

    /// How often the content was changed after it was written.
    pub fn edits(&self) -> usize {
        self.history.len().saturating_sub(1)
    }
}

/// What the bot answered to a press, as the person who pressed saw it.
#[derive(Clone, Debug, PartialEq)]
pub struct CallbackAnswer {
    /// The query that was answered.
    pub query: String,
    /// The message whose button was pressed.
    pub message: MessageKey,
    /// The person who pressed.
    pub person: i64,
    /// What was shown; empty if nothing was.
    pub text: String,
    /// Whether it was a box to be closed, not a passing note.
    pub alert: bool,
    /// The time from the press to the answer.
    pub after: std::time::Duration,
}

/// A request of the bot.
#[derive(Clone, Debug)]
pub struct Request {
    /// When it came.
    pub at: DateTime<Utc>,
    /// The method as Telegram writes it; as sent if Telegram has none of that name.
    pub method: String,
    /// The parameters as JSON.
    pub params: Value,
    /// Names of the files' form fields and their lengths in bytes.
    pub files: Vec<(String, usize)>,
    /// The error code it was answered with; `None` if it was carried out (even if the answer was then lost).
    pub refused: Option<u16>,
}

impl Request {
    /// The chat it speaks of, if any.
    pub fn chat(&self) -> Option<i64> {
        self.params.get("chat_id").and_then(Value::as_i64)
    }
}

/// Something that a good bot does not send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// A short name of the rule, such as `schema`, `entities`, `not_modified`, `impatient`.
    pub rule: &'static str,
    /// The method that broke it.
    pub method: String,
    /// What exactly was wrong.
    pub detail: String,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[{}] {}: {}", self.rule, self.method, self.detail)
    }
}
