//! Where an answer is posted, as it is kept with the run.

use serde::{Deserialize, Serialize};
use teloxide::{
    payloads::{SendChatActionSetters, SendDocumentSetters, SendMessageSetters},
    types::{ChatId, MessageId, ReplyParameters, ThreadId},
};

/// A place for messages in Telegram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The chat.
    pub chat: i64,
    /// The topic, in a forum; absent for its General topic.
    pub topic: Option<i32>,
    /// The message that is answered, where several people speak.
    pub reply_to: Option<i32>,
    /// It is a chat with one person.
    pub private: bool,
}

impl Address {
    /// The private chat with a person, whose id it has.
    pub fn person(id: i64) -> Self {
        Self { chat: id, topic: None, reply_to: None, private: true }
    }

    /// The chat's name for requests.
    pub fn id(&self) -> ChatId {
        ChatId(self.chat)
    }

    /// The same chat outside its topic.
    pub fn general(self) -> Self {
        Self { topic: None, reply_to: None, ..self }
    }

    fn thread(&self) -> Option<ThreadId> {
        self.topic.map(|id| ThreadId(MessageId(id)))
    }

    fn reply(&self) -> Option<ReplyParameters> {
        // The question may have been deleted: its answer comes all the same.
        self.reply_to.map(|id| ReplyParameters::new(MessageId(id)).allow_sending_without_reply())
    }

    /// A message for this place.
    pub fn message<R: SendMessageSetters>(&self, mut request: R) -> R {
        if let Some(thread) = self.thread() {
            request = request.message_thread_id(thread);
        }
        if let Some(reply) = self.reply() {
            request = request.reply_parameters(reply);
        }
        request
    }

    /// An action such as typing for this place.
    pub fn action<R: SendChatActionSetters>(&self, request: R) -> R {
        match self.thread() {
            Some(thread) => request.message_thread_id(thread),
            None => request,
        }
    }

    /// A file for this place.
    pub fn document<R: SendDocumentSetters>(&self, mut request: R) -> R {
        if let Some(thread) = self.thread() {
            request = request.message_thread_id(thread);
        }
        if let Some(reply) = self.reply() {
            request = request.reply_parameters(reply);
        }
        request
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn it_is_kept_as_other_versions_read_it() {
        let address = Address { chat: -100, topic: Some(7), reply_to: None, private: false };
        let kept = serde_json::to_value(address).unwrap();
        assert_eq!(kept, serde_json::json!({ "chat": -100, "topic": 7, "reply_to": null, "private": false }));
        assert_eq!(serde_json::from_value::<Address>(kept).unwrap(), address);
    }
}
