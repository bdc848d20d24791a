//! Chats: what happens to them, and what a person sees in them.

use std::time::Duration;

use serde_json::json;

use super::model::{Message, MessageKey};
use super::people::{self, Person};
use super::state::{Kind, Rights, Standing, Topic};
use super::{Telegram, transcript};

/// A chat. Cheap to clone.
#[derive(Clone)]
pub struct Chat {
    pub(crate) telegram: Telegram,
    pub(crate) id: i64,
}

impl Chat {
    /// The chat's id, as the bot sees it.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// Everything that can be seen in it now, oldest first: deleted messages are gone.
    pub fn messages(&self) -> Vec<Message> {
        self.telegram.read(|state| {
            let chat = state.chats.get(&self.id);
            chat.map(|chat| chat.messages.values().filter(|message| !message.deleted).cloned().collect())
                .unwrap_or_default()
        })
    }

    /// The bot's messages that can be seen in it now.
    pub fn from_bot(&self) -> Vec<Message> {
        let bot = self.telegram.bot_id();
        self.messages().into_iter().filter(|message| message.author.id == bot).collect()
    }

    /// One message, even if it was deleted.
    pub fn message(&self, key: MessageKey) -> Option<Message> {
        self.telegram.read(|state| state.message(key).cloned())
    }

    /// What a person reads in it, as plain text without ids and times: for snapshots.
    pub fn transcript(&self) -> String {
        self.telegram.read(|state| transcript::chat(state, self.id))
    }

    /// Waits until a message of the bot fits, and gives the first that does.
    ///
    /// # Panics
    /// After `timeout`, with the transcript so far.
    pub async fn wait_for(&self, timeout: Duration, fits: impl Fn(&Message) -> bool) -> Message {
        let found =
            self.telegram.wait(timeout, || self.from_bot().into_iter().find(|message| fits(message))).await;
        found.unwrap_or_else(|| panic!("no such message within {timeout:?} in:\n{}", self.transcript()))
    }

    /// Waits until a message of the bot contains a text.
    ///
    /// # Panics
    /// After `timeout`, with the transcript so far.
    pub async fn wait_for_text(&self, timeout: Duration, text: &str) -> Message {
        self.wait_for(timeout, |message| message.text().contains(text)).await
    }

    /// Opens a topic; gives its thread id.
    ///
    /// # Panics
    /// If the chat is no forum.
    pub fn opens_topic(&self, name: &str) -> i32 {
        self.telegram.change(|state, _| {
            let chat = state.chats.get_mut(&self.id).expect("a forum");
            assert!(chat.kind == (Kind::Supergroup { forum: true }), "{} is no forum", chat.title);
            let id = chat.next_message;
            chat.next_message += 1;
            chat.topics.insert(id, Topic { name: name.to_owned(), closed: false });
            id
        })
    }

    /// Closes a topic, or opens it again.
    pub fn close_topic(&self, topic: i32, closed: bool) {
        self.telegram.change(|state, _| {
            if let Some(topic) = state.chats.get_mut(&self.id).and_then(|chat| chat.topics.get_mut(&topic)) {
                topic.closed = closed;
            }
        });
    }

    /// Deletes a topic with its messages.
    pub fn delete_topic(&self, topic: i32) {
        self.telegram.change(|state, _| {
            if let Some(chat) = state.chats.get_mut(&self.id) {
                chat.topics.remove(&topic);
                chat.messages
                    .values_mut()
                    .filter(|message| message.thread == Some(topic))
                    .for_each(|message| message.deleted = true);
            }
        });
    }

    /// Turns a group into a supergroup: the old id answers with the new one from now on.
    ///
    /// # Panics
    /// If the chat does not exist.
    pub fn migrates(&self) -> Chat {
        let now = self.telegram.now();
        let id = self.telegram.change(|state, faults| {
            let old = state.chats.get(&self.id).expect("a group");
            let (title, members, rights, standing) =
                (old.title.clone(), old.members.clone(), old.rights, old.standing);
            let by = members.first().copied().unwrap_or_default();
            let new = state.add_chat(Kind::Supergroup { forum: false }, &title, &members);
            if let Some(chat) = state.chats.get_mut(&new) {
                (chat.rights, chat.standing) = (rights, standing);
            }
            for (chat, what) in [
                (self.id, json!({ "migrate_to_chat_id": new })),
                (new, json!({ "migrate_from_chat_id": self.id })),
            ] {
                if let Some(body) = people::service(state, chat, by, what, now) {
                    faults.push(&mut state.updates, "message", body);
                }
            }
            if let Some(chat) = state.chats.get_mut(&self.id) {
                chat.migrated_to = Some(new);
            }
            new
        });
        Chat { telegram: self.telegram.clone(), id }
    }

    /// Adds somebody.
    pub fn add(&self, person: &Person) {
        self.telegram.change(|state, _| {
            if let Some(chat) = state.chats.get_mut(&self.id) {
                chat.members.push(person.id);
            }
        });
    }

    /// Makes a member an administrator.
    pub fn promote(&self, person: &Person) {
        self.telegram.change(|state, _| {
            if let Some(chat) = state.chats.get_mut(&self.id) {
                chat.admins.push(person.id);
            }
        });
    }

    /// Makes the bot an administrator: it sees everything and may open topics and delete messages.
    pub fn promote_bot(&self) {
        self.set_standing(Standing::Admin, "administrator", 0);
    }

    /// Throws the bot out: its messages get 403 from now on.
    pub fn remove_bot(&self) {
        self.set_standing(Standing::Kicked, "kicked", 0);
    }

    /// Takes the bot in again, as a plain member.
    pub fn add_bot(&self) {
        self.set_standing(Standing::Member, "member", 0);
    }

    /// Says what the bot may send here.
    pub fn restrict_bot(&self, rights: Rights) {
        self.telegram.change(|state, _| {
            if let Some(chat) = state.chats.get_mut(&self.id) {
                chat.rights = rights;
            }
        });
    }

    pub(crate) fn set_standing(&self, standing: Standing, status: &str, by: i64) {
        let now = self.telegram.now();
        self.telegram.change(|state, faults| {
            let bot = state.bot.json();
            let Some(chat) = state.chats.get_mut(&self.id) else { return };
            let old = match chat.standing {
                Standing::Admin => "administrator",
                Standing::Member => "member",
                Standing::Kicked | Standing::Blocked => "kicked",
                Standing::Left | Standing::NotStarted => "left",
            };
            chat.standing = standing;
            let by = if by == 0 { chat.members.first().copied().unwrap_or_default() } else { by };
            let shown = chat.json();
            let from = state.people.get(&by).map(|person| person.json()).unwrap_or_default();
            let member = |status: &str| super::methods::chats::member_json(bot.clone(), status);
            let body = json!({
                "chat": shown, "from": from, "date": now.timestamp(),
                "old_chat_member": member(old), "new_chat_member": member(status),
            });
            faults.push(&mut state.updates, "my_chat_member", body);
        });
    }
}
