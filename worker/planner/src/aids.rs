//! What a planner may use besides the question itself. Nothing in here changes what may run: a statement is judged
//! by the policy, whoever wrote it and whatever it was told.

use async_trait::async_trait;
use rowcall_core::{Column, IntentKind, RunId, Table};
use serde::{Deserialize, Serialize};

/// Help for planners; a planner takes what it can use. [`Aids::default`] is none at all.
#[derive(Clone, Copy, Default)]
pub struct Aids<'a> {
    /// On whose account a model is asked; nobody's when absent, and then nothing is written down.
    pub asker: Option<&'a Asker>,
    /// Looks into the source. Without it, no value of the data is seen.
    pub tools: Option<&'a dyn SourceTools>,
    /// Is told what goes on.
    pub watch: Option<&'a dyn Watch>,
    /// Words of the team and what they mean.
    pub glossary: &'a [GlossaryEntry],
    /// Answers that somebody confirmed, closest first.
    pub verified: &'a [VerifiedAnswer],
    /// What was known to help with this question, in the asker's own words.
    pub hint: Option<&'a str>,
    /// The statement that was planned before and what the database said of it: plan again.
    pub failed: Option<Failed<'a>>,
}

/// On whose account a model is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asker {
    /// The run.
    pub run_id: RunId,
    /// Which attempt at it.
    pub attempt: i32,
    /// The person's account.
    pub person: String,
    /// The room, server or chat.
    pub place: String,
}

/// A statement that the database refused.
#[derive(Clone, Copy, Debug)]
pub struct Failed<'a> {
    /// The statement.
    pub sql: &'a str,
    /// The database's words.
    pub error: &'a str,
}

/// What a word means to the team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlossaryEntry {
    /// The word.
    pub term: String,
    /// What it means, in words or as a condition.
    pub meaning: String,
}

/// A question whose answer somebody confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedAnswer {
    /// The question.
    pub question: String,
    /// The plan (JSON) or statement that answered it.
    pub answer: String,
}

/// Looks into a source, under the same guards as any read of it.
#[async_trait]
pub trait SourceTools: Send + Sync {
    /// Whether values of this column may be shown to a planner that is not on this machine.
    fn may_show(&self, table: &Table, column: &Column) -> bool;

    /// Up to `limit` different values of a column that may be shown, those that contain `like` if it is given.
    ///
    /// # Errors
    /// Why not, in words for a planner.
    async fn values(
        &self,
        table: &Table,
        column: &Column,
        like: Option<&str>,
        limit: u64,
    ) -> Result<Vec<String>, String>;

    /// Asks policy and database whether a statement could run, without running it.
    ///
    /// # Errors
    /// Why not, in words for a planner.
    async fn try_out(&self, sql: &str) -> Result<(), String>;
}

/// Is told what a planner does, in a few words: "thinking", "looking at table orders".
pub trait Watch: Send + Sync {
    /// Something goes on now. Must not block.
    fn tell(&self, what: &str);
}

/// What a planner takes a message for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wish {
    /// The kind of wish.
    pub kind: IntentKind,
    /// From 0 to 1.
    pub confidence: f32,
    /// What would be done to the data: "select", "insert", "update", "delete" or "none".
    pub operation: String,
    /// The tables it is about, as the planner names them.
    pub tables: Vec<String>,
}
