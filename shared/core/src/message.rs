//! What people say and where: the event that a front end hands in, the question a run starts from, and the
//! intent that is read out of it.

use crate::{
    access::Actor,
    id::{ConversationId, RunId, TicketId},
};
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
    /// Whether it decides itself who gets in, so that everybody there counts as one.
    pub fn is_local(self) -> bool {
        matches!(self, Self::Console | Self::Cli)
    }

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
    /// Who said it, and in which room.
    pub actor: Actor,
    /// What is wanted of the text.
    pub ask: Ask,
    /// What was said.
    pub text: String,
    /// The source asked about; the place's own or the default source when absent.
    pub source: Option<String>,
    /// The answer is for the asker alone, and never part of another person's context.
    pub private: bool,
    /// Where the answer is posted, in the front end's own terms; kept with the run and given back to that front end
    /// alone. Absent for front ends that show answers without posting them.
    pub address: Option<serde_json::Value>,
}

impl Inbound {
    /// A question of `actor` at `place`, for all to see, of the default source, not posted anywhere.
    pub fn question(
        place: Place,
        dedup_key: impl Into<String>,
        actor: Actor,
        text: impl Into<String>,
    ) -> Self {
        Self {
            place,
            dedup_key: dedup_key.into(),
            actor,
            ask: Ask::Question,
            text: text.into(),
            source: None,
            private: false,
            address: None,
        }
    }
}

/// What is wanted of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// It is a question: answer it.
    #[default]
    Question,
    /// It is a question: show the statement that would answer it, without running it.
    ShowSql,
    /// It is a statement: check and run it, as a read.
    Sql,
    /// It says what a word means (`revenue = sum of the amounts of paid orders`): check that, and remember it.
    Define,
}

impl Ask {
    /// The word kept in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::ShowSql => "show_sql",
            Self::Sql => "sql",
            Self::Define => "define",
        }
    }

    /// What that word means.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Question, Self::ShowSql, Self::Sql, Self::Define].into_iter().find(|a| a.as_str() == word)
    }
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
    /// follow-up such as "and by month?" changes; where there is only a statement, `{"sql": …}`.
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
    /// What is wanted of the text.
    #[serde(default)]
    pub ask: Ask,
    /// What was asked.
    pub text: String,
    /// The last ten messages before it that the asker may know, oldest first.
    pub history: Vec<HistoryMessage>,
    /// Nothing is asked in words: the change of this ticket is to be taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<TicketId>,
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
