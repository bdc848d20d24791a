//! The driving side: persons who write, press, block and leave.

use serde_json::{Value, json};

use super::chats::Chat;
use super::entities;
use super::model::{Author, Content, Media, MediaKind, MessageKey};
use super::state::{Kind, NewMessage, Standing, State, StoredFile};
use super::{Telegram, render};

/// Somebody with an account: a person or another bot. Cheap to clone.
#[derive(Clone)]
pub struct Person {
    pub(crate) telegram: Telegram,
    pub(crate) id: i64,
}

/// A message that is being written. Ends with [`Draft::send`].
#[must_use = "nothing is sent before `send`"]
pub struct Draft {
    person: Person,
    chat: i64,
    new: NewMessage,
    file: Option<(MediaKind, String, Vec<u8>)>,
    sender_chat: Option<i64>,
}

impl Person {
    /// The account's id.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// The account's name with `@`.
    pub fn username(&self) -> String {
        self.telegram.read(|state| {
            state.people.get(&self.id).map(|person| format!("@{}", person.username)).unwrap_or_default()
        })
    }

    /// The chat between this person and the bot. The bot cannot write in it before the person has written or pressed "start".
    pub fn private_chat(&self) -> Chat {
        Chat { telegram: self.telegram.clone(), id: self.id }
    }

    /// Presses "start" in the private chat: sends `/start`.
    pub fn starts_bot(&self) -> MessageKey {
        self.says(&self.private_chat(), "/start")
    }

    /// Writes a text. In the private chat this also starts the bot.
    pub fn says(&self, chat: &Chat, text: &str) -> MessageKey {
        self.writes(chat, text).send()
    }

    /// Begins a message with more to it than a text.
    pub fn writes(&self, chat: &Chat, text: &str) -> Draft {
        let mut found = Vec::new();
        entities::detect(text, &mut found);
        let content = Content { text: text.to_owned(), entities: found, ..Content::default() };
        Draft {
            person: self.clone(),
            chat: chat.id,
            new: NewMessage { content, ..NewMessage::default() },
            file: None,
            sender_chat: None,
        }
    }

    /// Changes the text of an own message.
    ///
    /// # Panics
    /// If there is no such message.
    pub fn edits(&self, message: MessageKey, text: &str) {
        let now = self.telegram.now();
        self.telegram.change(|state, faults| {
            let mut found = Vec::new();
            entities::detect(text, &mut found);
            let old = state.message(message).expect("a message to edit").content.clone();
            let content = Content { text: text.to_owned(), entities: found, ..old };
            let changed = state.change(message, content, true, now).expect("a message to edit");
            if seen_by_bot(state, &changed) {
                let kind = update_kind(state, message.chat, true);
                let body = render::message(state, &changed);
                faults.push(&mut state.updates, kind, body);
            }
        });
    }

    /// Deletes a message for everyone. The bot is not told, as on Telegram.
    pub fn deletes(&self, message: MessageKey) {
        self.telegram.change(|state, _| {
            if let Some(found) =
                state.chats.get_mut(&message.chat).and_then(|chat| chat.messages.get_mut(&message.id))
            {
                found.deleted = true;
            }
        });
    }

    /// Presses the button with this label or this data; gives the query's id.
    ///
    /// # Panics
    /// If the message shows no such button: a person cannot press what is not there. [`Person::presses_old`] can.
    pub fn presses(&self, message: MessageKey, label_or_data: &str) -> String {
        let data = self.telegram.read(|state| {
            let found = state.message(message).expect("a message whose button is pressed");
            let button = found.buttons().find(|button| {
                button.label == label_or_data || button.data.as_deref() == Some(label_or_data)
            });
            button
                .and_then(|button| button.data.clone())
                .unwrap_or_else(|| panic!("no button {label_or_data:?} among {:?}", found.labels()))
        });
        self.press(message, &data, false)
    }

    /// Presses a button that an older version of the message had, as a slow phone does.
    pub fn presses_old(&self, message: MessageKey, data: &str) -> String {
        self.press(message, data, false)
    }

    /// Presses a button of a message too old for the bot to see: it gets an inaccessible message without content.
    pub fn presses_inaccessible(&self, message: MessageKey, data: &str) -> String {
        self.press(message, data, true)
    }

    fn press(&self, message: MessageKey, data: &str, inaccessible: bool) -> String {
        let now = self.telegram.now();
        self.telegram.change(|state, faults| {
            let query = format!("{}", 4_000_000_000_i64 + state.fresh());
            state.pressed.insert(query.clone(), super::state::Pressed { message, person: self.id, at: now, answered: false });
            let chat = state.chats.get(&message.chat).map(|chat| chat.json()).unwrap_or_default();
            let shown = match state.message(message) {
                Some(found) if !inaccessible && !found.deleted => render::message(state, found),
                _ => json!({ "chat": chat, "message_id": message.id, "date": 0 }),
            };
            let from = state.people.get(&self.id).map(|person| person.json()).unwrap_or_default();
            let body = json!({ "id": query, "from": from, "message": shown, "chat_instance": message.chat.to_string(), "data": data });
            faults.push(&mut state.updates, "callback_query", body);
            query
        })
    }

    /// Blocks the bot: its messages to the private chat get 403 from now on.
    pub fn blocks_bot(&self) {
        self.stand(Standing::Blocked, "kicked");
    }

    /// Takes the block away.
    pub fn unblocks_bot(&self) {
        self.stand(Standing::Member, "member");
    }

    fn stand(&self, standing: Standing, status: &str) {
        let chat = self.private_chat();
        chat.set_standing(standing, status, self.id);
    }
}

impl Draft {
    /// In this topic of a forum.
    pub fn in_topic(mut self, topic: i32) -> Self {
        self.new.thread = Some(topic);
        self
    }

    /// As an answer to this message of the same chat.
    pub fn reply_to(mut self, message: MessageKey) -> Self {
        self.new.reply_to = Some(message.id);
        self
    }

    /// Forwarded from somebody of this name.
    pub fn forwarded_from(mut self, name: &str) -> Self {
        self.new.forwarded_from = Some(name.to_owned());
        self
    }

    /// With a file; the text becomes its caption.
    pub fn with_file(mut self, kind: MediaKind, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.file = Some((kind, name.to_owned(), bytes.into()));
        self
    }

    /// As an anonymous administrator (the group's own id) or as a channel.
    pub fn as_chat(mut self, chat: &Chat) -> Self {
        self.sender_chat = Some(chat.id);
        self
    }

    /// Sends it and gives its name. The bot is told if it may see it: see [`Telegram::set_privacy_mode`].
    ///
    /// # Panics
    /// If the chat does not exist.
    pub fn send(self) -> MessageKey {
        let Draft { person, chat, mut new, file, sender_chat } = self;
        let now = person.telegram.now();
        person.telegram.change(|state, faults| {
            if let Some((kind, name, bytes)) = file {
                new.content.media = Some(store(state, kind, &name, bytes));
            }
            let data = state.chats.get_mut(&chat).expect("a chat to write in");
            if data.kind == Kind::Private && data.standing == Standing::NotStarted {
                data.standing = Standing::Member;
            }
            let author = state.people.get(&person.id).expect("a person who writes");
            let author =
                Author { id: author.id, name: author.name.clone(), is_bot: author.is_bot, sender_chat };
            let message = state.post(chat, author, new, now).expect("a chat to write in");
            if seen_by_bot(state, &message) {
                let kind = update_kind(state, chat, false);
                let body = render::message(state, &message);
                faults.push(&mut state.updates, kind, body);
            }
            message.key
        })
    }
}

pub(crate) fn store(state: &mut State, kind: MediaKind, name: &str, bytes: Vec<u8>) -> Media {
    let file_id = format!("{}-{}", kind.field(), state.fresh());
    let size = super::pictures::dimensions(&bytes);
    let media =
        Media { kind, file_id: file_id.clone(), name: Some(name.to_owned()), size, length: bytes.len() };
    state.files.insert(
        file_id,
        StoredFile { field: kind.field(), bytes: bytes.into(), name: Some(name.to_owned()), size },
    );
    media
}

fn update_kind(state: &State, chat: i64, edited: bool) -> &'static str {
    let channel = state.chats.get(&chat).is_some_and(|chat| chat.kind == Kind::Channel);
    match (channel, edited) {
        (false, false) => "message",
        (false, true) => "edited_message",
        (true, false) => "channel_post",
        (true, true) => "edited_channel_post",
    }
}

/// Privacy mode: in groups a bot that is no administrator sees commands, answers to it, and its own name.
fn seen_by_bot(state: &State, message: &super::model::Message) -> bool {
    let Some(chat) = state.chats.get(&message.key.chat) else { return false };
    match chat.standing {
        Standing::Kicked | Standing::Left | Standing::Blocked | Standing::NotStarted => return false,
        Standing::Admin => return true,
        Standing::Member if !chat.is_group() || !state.privacy => return true,
        Standing::Member => {}
    }
    let own_name = format!("@{}", state.bot.username).to_lowercase();
    let reply =
        message.reply_to.and_then(|id| chat.messages.get(&id)).is_some_and(|to| to.author.id == state.bot.id);
    reply
        || message.content.entities.iter().any(|entity| {
            let words = entity.of(&message.content.text).to_lowercase();
            match entity.kind {
                entities::EntityKind::Command => {
                    words.split_once('@').is_none_or(|(_, bot)| format!("@{bot}") == own_name)
                }
                entities::EntityKind::Mention => words == own_name,
                _ => false,
            }
        })
}

/// The message that says that something happened, such as a migration; everybody sees it, the bot too.
pub(crate) fn service(
    state: &mut State,
    chat: i64,
    by: i64,
    what: Value,
    now: chrono::DateTime<chrono::Utc>,
) -> Option<Value> {
    let name = state.people.get(&by).map(|person| person.name.clone()).unwrap_or_default();
    let author = Author { id: by, name, is_bot: false, sender_chat: None };
    let message =
        state.post(chat, author, NewMessage { service: Some(what), ..NewMessage::default() }, now)?;
    Some(render::message(state, &message))
}
