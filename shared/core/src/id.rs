//! Identifiers. Each is a UUID version 7, so that rows sort by the time they were made and an index on them
//! grows at one end; each is a type of its own, so that a run is never looked up with a message's id.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new identifier, later than every one this process made before.
            #[allow(clippy::new_without_default)]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// The last eight hex digits: enough for a person to tell two apart in one conversation.
            pub fn short(&self) -> String {
                let text = self.0.simple().to_string();
                text[text.len() - 8..].to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

ids! {
    /// A change that waits for, or had, a decision.
    TicketId,
    /// One question from its acceptance to its reply.
    RunId,
    /// A thread, a direct message, a console chat: where context is kept.
    ConversationId,
    /// One message of a conversation, a person's or ours.
    MessageId,
    /// A database that questions are asked about.
    SourceId,
    /// A chart or a file that belongs to a run.
    ArtifactId,
    /// One thing to be delivered to a platform.
    OutboxId,
}
