//! What a person writes.

use bytes::Bytes;

use super::SeenMessage;

/// A message with more than text.
#[derive(Clone, Default)]
pub struct Post {
    pub(super) text: String,
    pub(super) files: Vec<(String, Bytes)>,
    pub(super) stickers: Vec<String>,
    pub(super) reply_to: Option<u64>,
    pub(super) forwards: Option<u64>,
    pub(super) voice: bool,
}

impl Post {
    /// With this text, which may be empty. `<@id>` mentions.
    pub fn text(text: &str) -> Self {
        Post { text: text.to_owned(), ..Post::default() }
    }

    /// With a file.
    #[must_use]
    pub fn file(mut self, name: &str, bytes: impl Into<Bytes>) -> Self {
        self.files.push((name.to_owned(), bytes.into()));
        self
    }

    /// With a sticker.
    #[must_use]
    pub fn sticker(mut self, name: &str) -> Self {
        self.stickers.push(name.to_owned());
        self
    }

    /// As a reply.
    #[must_use]
    pub fn reply_to(mut self, message: &SeenMessage) -> Self {
        self.reply_to = Some(message.id);
        self
    }

    /// As a forward of a message.
    #[must_use]
    pub fn forward(mut self, message: &SeenMessage) -> Self {
        self.forwards = Some(message.id);
        self
    }

    /// As a voice message.
    #[must_use]
    pub fn voice(mut self) -> Self {
        self.voice = true;
        self.file("voice-message.ogg", Bytes::from_static(b"OggS"))
    }
}
