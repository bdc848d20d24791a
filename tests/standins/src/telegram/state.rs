//! Everything that the stand-in remembers.

use std::collections::{BTreeMap, HashSet};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::limits::Limiter;
use super::model::{Author, CallbackAnswer, Content, Message, MessageKey, Request, Version, Violation};
use super::updates::Updates;

pub(crate) const BOT_NAME: &str = "Rowcall";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Private,
    Group,
    Supergroup { forum: bool },
    Channel,
}

/// What the bot is in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Member,
    Admin,
    Kicked,
    Left,
    /// A private chat in which the person has not pressed "start".
    NotStarted,
    /// A private chat whose person has blocked the bot.
    Blocked,
}

/// What the bot may send in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rights {
    /// Text messages, and anything at all.
    pub messages: bool,
    /// Photos.
    pub photos: bool,
    /// Documents.
    pub documents: bool,
}

impl Default for Rights {
    fn default() -> Self {
        Rights { messages: true, photos: true, documents: true }
    }
}

pub(crate) struct Topic {
    pub name: String,
    pub closed: bool,
}

pub(crate) struct PersonData {
    pub id: i64,
    pub name: String,
    pub username: String,
    pub is_bot: bool,
    pub language: Option<String>,
}

impl PersonData {
    pub(crate) fn json(&self) -> Value {
        let mut user = json!({ "id": self.id, "is_bot": self.is_bot, "first_name": self.name, "username": self.username });
        if let Some(language) = &self.language {
            user["language_code"] = json!(language);
        }
        user
    }
}

pub(crate) struct ChatData {
    pub id: i64,
    pub kind: Kind,
    pub title: String,
    pub username: Option<String>,
    pub members: Vec<i64>,
    pub admins: Vec<i64>,
    pub standing: Standing,
    pub rights: Rights,
    pub topics: BTreeMap<i32, Topic>,
    pub messages: BTreeMap<i32, Message>,
    pub next_message: i32,
    pub migrated_to: Option<i64>,
}

impl ChatData {
    pub(crate) fn is_group(&self) -> bool {
        matches!(self.kind, Kind::Group | Kind::Supergroup { .. })
    }

    pub(crate) fn type_name(&self) -> &'static str {
        match self.kind {
            Kind::Private => "private",
            Kind::Group => "group",
            Kind::Supergroup { .. } => "supergroup",
            Kind::Channel => "channel",
        }
    }

    pub(crate) fn json(&self) -> Value {
        let mut chat = json!({ "id": self.id, "type": self.type_name() });
        chat[if self.kind == Kind::Private { "first_name" } else { "title" }] = json!(self.title);
        if let Some(username) = &self.username {
            chat["username"] = json!(username);
        }
        if self.kind == (Kind::Supergroup { forum: true }) {
            chat["is_forum"] = json!(true);
        }
        chat
    }
}

pub(crate) struct Pressed {
    pub message: MessageKey,
    pub person: i64,
    pub at: DateTime<Utc>,
    pub answered: bool,
}

pub(crate) struct StoredFile {
    pub field: &'static str,
    pub bytes: Bytes,
    pub name: Option<String>,
    pub size: Option<(u32, u32)>,
}

/// What a new message is made of, besides its author and its chat.
#[derive(Default)]
pub(crate) struct NewMessage {
    pub content: Content,
    pub thread: Option<i32>,
    pub reply_to: Option<i32>,
    pub forwarded_from: Option<String>,
    pub album: Option<String>,
    pub service: Option<Value>,
}

pub(crate) struct State {
    pub bot: PersonData,
    pub privacy: bool,
    pub people: BTreeMap<i64, PersonData>,
    pub chats: BTreeMap<i64, ChatData>,
    pub files: BTreeMap<String, StoredFile>,
    pub updates: Updates,
    pub pressed: BTreeMap<String, Pressed>,
    pub answers: Vec<CallbackAnswer>,
    pub commands: BTreeMap<(String, String), Value>,
    pub limiter: Limiter,
    pub violations: Vec<Violation>,
    pub requests: Vec<Request>,
    /// Messages of which the bot was not told that they became what they are: the answer was lost.
    pub untold: HashSet<MessageKey>,
    next_id: i64,
}

impl State {
    pub(crate) fn new() -> Self {
        State {
            bot: PersonData {
                id: 7_000_001,
                name: BOT_NAME.to_owned(),
                username: "rowcall_bot".to_owned(),
                is_bot: true,
                language: None,
            },
            privacy: true,
            people: BTreeMap::new(),
            chats: BTreeMap::new(),
            files: BTreeMap::new(),
            updates: Updates::default(),
            pressed: BTreeMap::new(),
            answers: Vec::new(),
            commands: BTreeMap::new(),
            limiter: Limiter::default(),
            violations: Vec::new(),
            requests: Vec::new(),
            untold: HashSet::new(),
            next_id: 1,
        }
    }

    /// A number that was not given before, in no order that means anything to a bot.
    pub(crate) fn fresh(&mut self) -> i64 {
        self.next_id += 1;
        self.next_id
    }

    pub(crate) fn violation(&mut self, rule: &'static str, method: &str, detail: impl Into<String>) {
        self.violations.push(Violation { rule, method: method.to_owned(), detail: detail.into() });
    }

    pub(crate) fn add_chat(&mut self, kind: Kind, title: &str, members: &[i64]) -> i64 {
        let n = self.fresh();
        let id = match kind {
            Kind::Private => members.first().copied().unwrap_or(n),
            Kind::Group => -(500_000 + n),
            Kind::Supergroup { .. } | Kind::Channel => -(1_001_000_000_000 + n),
        };
        let standing = match kind {
            Kind::Private => Standing::NotStarted,
            Kind::Channel => Standing::Admin,
            Kind::Group | Kind::Supergroup { .. } => Standing::Member,
        };
        let username = (kind == Kind::Private)
            .then(|| self.people.get(&id).map(|person| person.username.clone()))
            .flatten();
        self.chats.insert(
            id,
            ChatData {
                id,
                kind,
                title: title.to_owned(),
                username,
                members: members.to_vec(),
                admins: members.first().copied().into_iter().collect(),
                standing,
                rights: Rights::default(),
                topics: BTreeMap::new(),
                messages: BTreeMap::new(),
                // A forum's general topic is number 1.
                next_message: if kind == (Kind::Supergroup { forum: true }) { 2 } else { 1 },
                migrated_to: None,
            },
        );
        id
    }

    pub(crate) fn message(&self, key: MessageKey) -> Option<&Message> {
        self.chats.get(&key.chat)?.messages.get(&key.id)
    }

    /// Puts a message into a chat that exists.
    pub(crate) fn post(
        &mut self,
        chat: i64,
        author: Author,
        new: NewMessage,
        now: DateTime<Utc>,
    ) -> Option<Message> {
        let data = self.chats.get_mut(&chat)?;
        let key = MessageKey { chat, id: data.next_message };
        data.next_message += 1;
        let message = Message {
            key,
            author,
            date: now,
            thread: new.thread,
            reply_to: new.reply_to,
            forwarded_from: new.forwarded_from,
            album: new.album,
            history: vec![Version { at: now, content: new.content.clone() }],
            content: new.content,
            edited: false,
            deleted: false,
            reaction: None,
            service: new.service,
        };
        data.messages.insert(key.id, message.clone());
        Some(message)
    }

    /// Changes what a message shows; `edited` tells whether people see that it was.
    pub(crate) fn change(
        &mut self,
        key: MessageKey,
        content: Content,
        edited: bool,
        now: DateTime<Utc>,
    ) -> Option<Message> {
        let message = self.chats.get_mut(&key.chat)?.messages.get_mut(&key.id)?;
        message.content = content.clone();
        message.edited |= edited;
        message.history.push(Version { at: now, content });
        Some(message.clone())
    }

    pub(crate) fn bot_author(&self) -> Author {
        Author { id: self.bot.id, name: self.bot.name.clone(), is_bot: true, sender_chat: None }
    }
}
