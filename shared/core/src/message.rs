//! What people say and where: the event that a front end hands in, the question a run starts from, and the
//! intent that is read out of it.

use crate::id::{ConversationId, RunId};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A front end. Only `bot` (and the command line) knows more about one than its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// The web console.
    Console,
    /// `rowcall ask`.
    Cli,
    /// Discord.
    Discord,
    /// Telegram.
    Telegram,
}

impl Platform {
    /// The word kept in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::Cli => "cli",
            Self::Discord => "discord",
            Self::Telegram => "telegram",
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no platform.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not a platform this version knows")]
pub struct UnknownPlatform(pub String);

impl FromStr for Platform {
    type Err = UnknownPlatform;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Console, Self::Cli, Self::Discord, Self::Telegram]
            .into_iter()
            .find(|p| p.as_str() == text)
            .ok_or_else(|| UnknownPlatform(text.to_owned()))
    }
}

/// Where a conversation is kept: the platform and the platform's own name for the thread, direct message or
/// (channel, asker).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The platform.
    pub platform: Platform,
    /// The platform's name for the conversation; at most 200 bytes.
    pub key: String,
}

/// A platform event that asks something, as the front end understood it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inbound {
    /// Where it was said and where the answer goes.
    pub place: Place,
    /// Unique on the platform; a second event with the same one is the same event.
    pub dedup_key: String,
    /// Who said it: the platform's user id, or the local user's name.
    pub author: String,
    /// What was said.
    pub text: String,
    /// The source asked about; the default source when absent.
    pub source: Option<String>,
}

/// Whose words a message holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// A person.
    Person,
    /// Rowcall.
    Rowcall,
}

/// An earlier message of the conversation, oldest first when listed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryMessage {
    /// Whose words.
    pub author: Author,
    /// The words.
    pub text: String,
    /// For an answer of ours: the query plan behind it (JSON of `rowcall_plan::QueryPlan`), which a
    /// follow-up such as "and by month?" changes.
    pub plan: Option<serde_json::Value>,
}

/// What a run starts from: the input of its first step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The run.
    pub run_id: RunId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// The source asked about, by name.
    pub source: String,
    /// What was asked.
    pub text: String,
    /// The last ten messages before it, oldest first.
    pub history: Vec<HistoryMessage>,
}

/// What a person wants, as far as it can be told before planning. It routes; it never permits: whether
/// something is a read or a change is decided by the checked statement alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// The kind of wish.
    pub kind: IntentKind,
    /// From 0 to 1.
    pub confidence: f32,
    /// The question, white space and control characters tidied.
    pub text: String,
}

/// The kinds of wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntentKind {
    /// Wants to know something from the data.
    Read,
    /// Wants data changed.
    Change,
    /// Is about the person's own task list.
    Task,
    /// Is about a workflow or schedule.
    Workflow,
    /// Wants to know what can be asked.
    Help,
}
