//! The platform-neutral answer: what a front end turns into a message, a card or a page.

use crate::{
    failure::Failure,
    id::{ArtifactId, RunId, TicketId},
    result::ResultSet,
    state::RunState,
};
use serde::{Deserialize, Serialize};

/// An answer, a refusal, a question back or an error. One run gives exactly one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The run it answers; every number in it came from that run's statement.
    pub run_id: RunId,
    /// How the run ended (or what it waits for).
    pub state: RunState,
    /// The answer in words; plain text without markup.
    pub text: String,
    /// The rows.
    pub table: Option<ReplyTable>,
    /// The picture.
    pub chart: Option<ArtifactRef>,
    /// Files to download.
    pub files: Vec<ArtifactRef>,
    /// The statement that ran, exactly.
    pub sql: Option<String>,
    /// Who planned it: "offline", or the model's name.
    pub planner: Option<String>,
    /// How sure they were, from 0 to 1: the share of such answers that were right where it was measured. None where nobody
    /// planned anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// The plan in plain English.
    pub explanation: Option<String>,
    /// What was taken for granted, one sentence each.
    pub assumptions: Vec<String>,
    /// Things that can be pressed: suggestions, choices.
    pub buttons: Vec<Button>,
    /// What went wrong, when something did.
    pub failure: Option<Failure>,
    /// The change that waits for a decision: the reply is shown as its ticket's card, as it is at that moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketId>,
    /// Milliseconds from acceptance to this reply.
    pub ms: u64,
}

/// The rows of a reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplyTable {
    /// At most the row cap of the source.
    #[serde(flatten)]
    pub rows: ResultSet,
}

/// Something that can be pressed. Pressing one is a new inbound event that says `text`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What stands on it; at most 80 characters (Discord's limit).
    pub label: String,
    /// What pressing it asks.
    pub text: String,
}

/// A chart or file of a run; its bytes are in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArtifactRef {
    /// The artifact.
    pub id: ArtifactId,
    /// Chart or file.
    pub kind: ArtifactKind,
    /// File name for a download.
    pub name: String,
    /// MIME type.
    pub mime: String,
    /// Size in bytes.
    pub bytes: u64,
    /// What it shows, for people who cannot see it.
    pub alt: String,
}

/// The kinds of artifact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArtifactKind {
    /// A picture of the result.
    Chart,
    /// The result as CSV.
    Csv,
}

impl ArtifactKind {
    /// The word kept in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chart => "chart",
            Self::Csv => "csv",
        }
    }

    /// The kind of that word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Chart, Self::Csv].into_iter().find(|k| k.as_str() == text)
    }
}

impl Reply {
    /// A reply of words alone; the other parts are filled in by who has them.
    pub fn words(run_id: RunId, state: RunState, text: impl Into<String>) -> Self {
        Self {
            run_id,
            state,
            text: text.into(),
            table: None,
            chart: None,
            files: Vec::new(),
            sql: None,
            planner: None,
            confidence: None,
            explanation: None,
            assumptions: Vec::new(),
            buttons: Vec::new(),
            failure: None,
            ticket: None,
            ms: 0,
        }
    }

    /// A reply that tells of a failure.
    pub fn failure(run_id: RunId, state: RunState, failure: Failure) -> Self {
        Self { failure: Some(failure.clone()), ..Self::words(run_id, state, failure.to_string()) }
    }
}
