//! Messages with their whole history.

use std::collections::BTreeMap;

use serde_json::Value;

use super::World;

/// The flag of a message that only one person sees.
pub(crate) const EPHEMERAL: u64 = 1 << 6;
/// The flag of a message that still says that the bot is thinking.
pub(crate) const LOADING: u64 = 1 << 7;

/// A file that was sent.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub id: u64,
    pub name: String,
    pub description: Option<String>,
    pub content_type: String,
    pub bytes: bytes::Bytes,
}

/// What a forward shows of the message that it forwards.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    pub content: String,
    pub embeds: Vec<Value>,
    pub created: u64,
}

/// What a message said at one time.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub at: u64,
    pub content: String,
    pub embeds: Vec<Value>,
    pub components: Vec<Value>,
    pub files: Vec<String>,
    pub thinking: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub id: u64,
    pub channel: u64,
    pub author: u64,
    pub kind: u8,
    pub content: String,
    pub embeds: Vec<Value>,
    pub components: Vec<Value>,
    pub files: Vec<File>,
    pub flags: u64,
    pub created: u64,
    pub edited: Option<u64>,
    pub history: Vec<Version>,
    pub visible_to: Option<u64>,
    pub reply_to: Option<u64>,
    pub forwarded: Option<(u64, u64, Snapshot)>,
    pub stickers: Vec<String>,
    pub nonce: Option<Value>,
    /// The interaction that this message answers.
    pub interaction: Option<u64>,
    pub mentions: Vec<u64>,
    pub mention_everyone: bool,
    pub mention_roles: Vec<u64>,
    pub reactions: BTreeMap<String, Vec<u64>>,
    pub thread: bool,
    pub deleted: bool,
}

impl Message {
    pub fn new(channel: u64, author: u64, content: &str) -> Self {
        Message {
            id: 0,
            channel,
            author,
            kind: 0,
            content: content.to_owned(),
            embeds: Vec::new(),
            components: Vec::new(),
            files: Vec::new(),
            flags: 0,
            created: 0,
            edited: None,
            history: Vec::new(),
            visible_to: None,
            reply_to: None,
            forwarded: None,
            stickers: Vec::new(),
            nonce: None,
            interaction: None,
            mentions: Vec::new(),
            mention_everyone: false,
            mention_roles: Vec::new(),
            reactions: BTreeMap::new(),
            thread: false,
            deleted: false,
        }
    }

    pub fn thinking(&self) -> bool {
        self.flags & LOADING != 0
    }

    fn version(&self, at: u64) -> Version {
        Version {
            at,
            content: self.content.clone(),
            embeds: self.embeds.clone(),
            components: self.components.clone(),
            files: self.files.iter().map(|file| file.name.clone()).collect(),
            thinking: self.thinking(),
        }
    }

    fn is_empty(&self) -> bool {
        self.content.is_empty()
            && self.embeds.is_empty()
            && self.files.is_empty()
            && self.components.is_empty()
            && self.stickers.is_empty()
            && self.forwarded.is_none()
            && !self.thinking()
    }
}

impl World {
    /// Keeps a new message, tells the gateway, and gives its id.
    pub fn post(&mut self, mut message: Message) -> u64 {
        message.id = self.next_id();
        message.created = self.now();
        message.history.push(message.version(self.now()));
        let id = message.id;
        if let Some(channel) = self.channels.get_mut(&message.channel) {
            channel.last_message = Some(id);
            if channel.is_thread() && !channel.thread_members.contains(&message.author) {
                channel.thread_members.push(message.author);
            }
        }
        self.messages.insert(id, message);
        self.emit_message("MESSAGE_CREATE", id);
        id
    }

    /// Changes a message and tells the gateway. A first answer that takes the place of "thinking" is no edit to people.
    pub fn edit(&mut self, id: u64, change: impl FnOnce(&mut Message)) {
        let now = self.now();
        let Some(message) = self.messages.get_mut(&id) else { return };
        let was_thinking = message.thinking();
        message.flags &= !LOADING;
        change(message);
        if !was_thinking {
            message.edited = Some(now);
        }
        let version = message.version(now);
        message.history.push(version);
        self.emit_message("MESSAGE_UPDATE", id);
    }

    pub fn delete(&mut self, id: u64) {
        if let Some(message) = self.messages.get_mut(&id) {
            message.deleted = true;
            self.emit_deleted(id);
        }
    }

    /// A message that stands and that the bot can reach.
    pub fn message(&self, channel: u64, id: u64) -> Option<&Message> {
        self.messages.get(&id).filter(|message| message.channel == channel && !message.deleted)
    }

    /// Whether a message would be empty after a change.
    pub fn would_be_empty(message: &Message) -> bool {
        message.is_empty()
    }
}
