//! Who said something, and where it is answered.

use crate::address::Address;
use rowcall_core::{Actor, Place, Platform};

/// A message, as far as it matters here.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// The chat.
    pub chat: i64,
    /// It is a chat with one person.
    pub private: bool,
    /// The topic, in a forum.
    pub topic: Option<i32>,
    /// The message.
    pub message: i32,
    /// Who says it.
    pub actor: Actor,
}

impl Said {
    /// Unique for a message, however often and by whichever way its update comes.
    pub fn key(&self) -> String {
        format!("chat:{}:message:{}", self.chat, self.message)
    }

    /// Where the conversation is kept.
    pub fn place(&self) -> Place {
        let key = match (self.private, self.topic) {
            (true, _) => format!("chat:{}", self.chat),
            (false, Some(topic)) => format!("chat:{}:topic:{topic}", self.chat),
            (false, None) => format!("chat:{}:user:{}", self.chat, self.actor.id),
        };
        Place { platform: Platform::Telegram, key }
    }

    /// Where somebody is answered: in private as the next message, elsewhere as a reply.
    pub fn answer_to(&self) -> Address {
        let reply_to = (!self.private).then_some(self.message);
        Address { chat: self.chat, topic: self.topic, reply_to, private: self.private }
    }

    /// The same, not as a reply.
    pub fn home(&self) -> Address {
        Address { reply_to: None, ..self.answer_to() }
    }

    /// The private chat of whoever speaks: it has their id.
    pub fn person(&self) -> Option<i64> {
        self.actor.id.parse().ok()
    }
}
