//! What people do.

use serde_json::{Value, json};

use super::rest::ids_in;
use super::world::{self, File, Message, Snapshot};
use super::{Channel, Discord, Permissions, Post, SeenMessage};

/// A person (or another bot).
#[derive(Clone)]
pub struct Person {
    pub(super) discord: Discord,
    /// Their id.
    pub id: u64,
}

impl Person {
    /// How a message mentions them.
    pub fn mention(&self) -> String {
        format!("<@{}>", self.id)
    }

    /// Chooses the language of their client, such as `de`.
    pub fn set_locale(&self, locale: &str) {
        if let Some(user) = self.discord.inner.world().users.get_mut(&self.id) {
            locale.clone_into(&mut user.locale);
        }
    }

    /// Their direct message with the bot.
    pub fn dm(&self) -> Channel {
        let id = self.discord.inner.world().dm_with(self.id);
        Channel { discord: self.discord.clone(), id }
    }

    /// Takes no direct messages from the bot from now on (or takes them again).
    pub fn set_dm_closed(&self, closed: bool) {
        let dm = self.dm();
        if let Some(channel) = self.discord.inner.world().channels.get_mut(&dm.id) {
            channel.closed = closed;
        }
    }

    /// Writes a text.
    pub fn says(&self, channel: &Channel, text: &str) -> SeenMessage {
        self.posts(channel, Post::text(text))
    }

    /// Writes a message with files, a sticker, as a reply or forward.
    ///
    /// # Panics
    /// If they may not write there: a real client would not let them.
    pub fn posts(&self, channel: &Channel, post: Post) -> SeenMessage {
        let mut world = self.discord.inner.world();
        let thread = world.channels.get(&channel.id).is_some_and(world::Channel::is_thread);
        let write = if thread { Permissions::SEND_MESSAGES_IN_THREADS } else { Permissions::SEND_MESSAGES };
        assert!(world.can(channel.id, self.id, write), "{} may not write there", world.name_of(self.id));
        let mut message = Message::new(channel.id, self.id, &post.text);
        message.kind = if post.reply_to.is_some() { 19 } else { 0 };
        message.flags = if post.voice { 1 << 13 } else { 0 };
        message.reply_to = post.reply_to;
        message.stickers = post.stickers;
        message.mentions = ids_in(&post.text, &["<@!", "<@"]);
        if let Some(first) = post.reply_to.and_then(|id| world.messages.get(&id)) {
            message.mentions.push(first.author);
        }
        message.mentions.sort_unstable();
        message.mentions.dedup();
        for (name, bytes) in post.files {
            let content_type = content_type(&name).to_owned();
            message.files.push(File { id: world.next_id(), name, description: None, content_type, bytes });
        }
        if let Some(first) = post.forwards.and_then(|id| world.messages.get(&id)) {
            let snapshot = Snapshot {
                content: first.content.clone(),
                embeds: first.embeds.clone(),
                created: first.created,
            };
            message.flags |= 1 << 14;
            message.forwarded = Some((first.channel, first.id, snapshot));
        }
        // Who writes in a thread that was put away takes it out again.
        let woken = world.channels.get_mut(&channel.id).filter(|channel| channel.archived && !channel.locked);
        if let Some(thread) = woken {
            thread.archived = false;
            world.emit_channel("THREAD_UPDATE", channel.id);
        }
        let id = world.post(message);
        world.seen(id)
    }

    /// Changes a message of theirs.
    pub fn edits(&self, message: &SeenMessage, text: &str) {
        self.discord.inner.world().edit(message.id, |message| {
            message.mentions = ids_in(text, &["<@!", "<@"]);
            text.clone_into(&mut message.content);
        });
    }

    /// Deletes a message, their own or (as a moderator would) any other.
    pub fn deletes(&self, message: &SeenMessage) {
        self.discord.inner.world().delete(message.id);
    }

    /// The messages of a channel as they see them, oldest first.
    pub fn sees(&self, channel: &Channel) -> Vec<SeenMessage> {
        let world = self.discord.inner.look();
        world.seen_by(channel.id, self.id).map(|message| world.seen(message.id)).collect()
    }

    /// Presses a button.
    ///
    /// # Panics
    /// If the message has no such button (by its label or custom id), or it is disabled, or they do not see it.
    pub fn presses(&self, message: &SeenMessage, button: &str) -> super::Interaction {
        let now = self.now_sees(message);
        let found = now.buttons().find(|one| one.label == button || one.custom_id.as_deref() == Some(button));
        let found = found.unwrap_or_else(|| panic!("there is no button {button:?} in:\n{}", now.text()));
        assert!(!found.disabled, "the button {button:?} is disabled");
        let id = found.custom_id.clone().unwrap_or_else(|| panic!("{button:?} is a link"));
        let title = format!("pressed [ {} ]", found.label);
        self.component(&now, title, json!({"component_type": 2, "custom_id": id}))
    }

    /// Presses a button that was there once, as a client does that has not seen the change yet.
    pub fn presses_old(&self, message: &SeenMessage, custom_id: &str) -> super::Interaction {
        let data = json!({"component_type": 2, "custom_id": custom_id});
        self.component(message, format!("pressed {custom_id:?}"), data)
    }

    /// Chooses from the first select of a message that has all these values (or labels).
    ///
    /// # Panics
    /// If there is none.
    pub fn selects(&self, message: &SeenMessage, values: &[&str]) -> super::Interaction {
        let now = self.now_sees(message);
        let value_of = |select: &super::SeenSelect, wanted: &str| {
            let fits = |(label, value): &&(String, String)| label == wanted || value == wanted;
            select.options.iter().find(fits).map(|(_, value)| value.clone())
        };
        let all = |select: &super::SeenSelect| {
            values.iter().map(|wanted| value_of(select, wanted)).collect::<Option<Vec<_>>>()
        };
        let found = now.selects.iter().find_map(|select| Some((select, all(select)?)));
        let (select, values) =
            found.unwrap_or_else(|| panic!("there is no select with {values:?} in:\n{}", now.text()));
        assert!(!select.disabled, "the select is disabled");
        let data = json!({"component_type": 3, "custom_id": select.custom_id, "values": values});
        self.component(&now, format!("selected {}", values.join(", ")), data)
    }

    fn now_sees(&self, message: &SeenMessage) -> SeenMessage {
        let world = self.discord.inner.look();
        let seen = world.seen_by(message.channel, self.id).any(|one| one.id == message.id);
        assert!(seen, "{} does not see that message", world.name_of(self.id));
        world.seen(message.id)
    }

    fn component(&self, message: &SeenMessage, title: String, data: Value) -> super::Interaction {
        self.interacts(world::Kind::Component, message.channel, title, Some(message.id), data)
    }

    pub(super) fn interacts(
        &self,
        kind: world::Kind,
        channel: u64,
        title: String,
        message: Option<u64>,
        data: Value,
    ) -> super::Interaction {
        let sees = self.discord.inner.look().can(channel, self.id, Permissions::VIEW_CHANNEL);
        assert!(sees, "they do not see that channel");
        let id = self.discord.inner.world().interact(world::Interaction {
            id: 0,
            token: String::new(),
            kind,
            user: self.id,
            channel,
            title,
            message,
            data,
            created: 0,
            answered: None,
            original: None,
        });
        super::Interaction { discord: self.discord.clone(), person: self.clone(), id }
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("png") => "image/png",
        Some("csv") => "text/csv; charset=utf-8",
        Some("ogg") => "audio/ogg",
        Some("txt" | "sql") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
