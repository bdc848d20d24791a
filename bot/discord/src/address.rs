//! Where an answer stands, as it is kept with its run.

use serde::{Deserialize, Serialize};
use serenity::model::id::{ApplicationId, ChannelId, GuildId, InteractionId, MessageId, UserId};
use std::fmt;

/// How long an interaction's token works; a little less than Discord's 15 minutes, for clocks that differ.
const TOKEN_SECONDS: i64 = 14 * 60 + 30;

/// Where an answer is posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The channel, thread or direct messages.
    pub channel: ChannelId,
    /// A thread's channel: where to go when the thread is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ChannelId>,
    /// The guild; absent in direct messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guild: Option<GuildId>,
    /// The message it is a reply to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
    /// Who asked.
    pub asker: UserId,
    /// The interaction it answers, as long as that can be edited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interaction: Option<InteractionAddress>,
    /// Which message for this run it is; each has a nonce of its own.
    #[serde(default)]
    pub again: u8,
}

/// An interaction that can still be answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InteractionAddress {
    /// Its token.
    pub token: Token,
    /// The application.
    pub application: ApplicationId,
    /// When it was made, in seconds since 1970, by Discord's clock.
    pub at: i64,
    /// Its answer is for the asker alone.
    pub ephemeral: bool,
}

/// An interaction's token: whoever has it may answer in the bot's name for a while. It is not printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Token(String);

impl Token {
    /// Wraps it.
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }

    /// The token itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl InteractionAddress {
    /// Of an interaction: its id says when Discord made it.
    pub fn new(id: InteractionId, application: ApplicationId, token: &Token, ephemeral: bool) -> Self {
        Self { token: token.clone(), application, at: id.created_at().unix_timestamp(), ephemeral }
    }

    /// Whether its token still works at `now` (seconds since 1970).
    pub fn is_open(&self, now: i64) -> bool {
        now - self.at < TOKEN_SECONDS
    }
}

impl Address {
    /// As it is kept.
    pub fn to_json(&self) -> serde_json::Value {
        // Nothing in it can fail to be written.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Whether only the asker sees what is posted there.
    pub fn is_apart(&self) -> bool {
        self.guild.is_none() || self.interaction.as_ref().is_some_and(|interaction| interaction.ephemeral)
    }

    /// The next message, in the asker's direct messages.
    pub fn moved_apart(&self, direct: ChannelId) -> Self {
        Self { guild: None, ..self.moved(direct) }
    }

    /// The next message, in another channel or the same.
    pub fn moved(&self, channel: ChannelId) -> Self {
        let same = channel == self.channel;
        Self {
            channel,
            parent: self.parent.filter(|_| same),
            reply_to: self.reply_to.filter(|_| same),
            interaction: None,
            again: self.again.saturating_add(1),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_address_is_kept_and_read_and_its_token_is_not_printed() {
        let address = Address {
            channel: ChannelId::new(1),
            parent: None,
            guild: Some(GuildId::new(2)),
            reply_to: Some(MessageId::new(3)),
            asker: UserId::new(4),
            interaction: Some(InteractionAddress {
                token: Token::new("verysecret"),
                application: ApplicationId::new(5),
                at: 1000,
                ephemeral: true,
            }),
            again: 0,
        };
        let json = address.to_json();
        assert_eq!(json["channel"], "1");
        assert_eq!(json["interaction"]["token"], "verysecret");
        assert_eq!(serde_json::from_value::<Address>(json).unwrap(), address);
        assert!(!format!("{address:?}").contains("verysecret"));
        let interaction = address.interaction.as_ref().unwrap();
        assert!(interaction.is_open(1000 + 800) && !interaction.is_open(1000 + 900));
        let moved = address.moved(ChannelId::new(9));
        assert_eq!((moved.channel, moved.again, moved.reply_to), (ChannelId::new(9), 1, None));
        assert!(moved.interaction.is_none());
        assert!(address.is_apart() && !moved.is_apart());
        assert!(address.moved_apart(ChannelId::new(9)).is_apart());
    }
}
