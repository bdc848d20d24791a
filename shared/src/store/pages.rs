//! What people look at: a conversation, the list of runs, a run with all its steps.

use super::{Store, StoreError};
use chrono::{DateTime, Utc};
use rowcall_core::{Author, ConversationId, MessageId, Place, Platform, Reply, RunId, RunState, StepState};

/// A message as a person sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct ConversationMessage {
    /// The message.
    pub id: MessageId,
    /// The run it started, or answered.
    pub run_id: RunId,
    /// Whose words.
    pub author: Author,
    /// The words.
    pub body: String,
    /// For our own: the whole reply.
    pub reply: Option<Reply>,
    /// For a person's: the state of the run it started.
    pub run_state: RunState,
    /// The source that run asks.
    pub source: String,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// A line in the list of runs.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSummary {
    /// The run.
    pub id: RunId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// Where it was asked.
    pub platform: Platform,
    /// The source asked about.
    pub source: String,
    /// What was asked.
    pub question: String,
    /// Who asked.
    pub asker: String,
    /// Where it stands.
    pub state: RunState,
    /// Attempts so far.
    pub attempt: i32,
    /// Who planned it.
    pub planner: Option<String>,
    /// Rows the statement gave.
    pub row_count: Option<i64>,
    /// Code of the failure.
    pub failure_code: Option<String>,
    /// When it was accepted.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Which runs to list; the default is all.
#[derive(Clone, Copy, Debug, Default)]
pub struct RunFilter<'a> {
    /// Only runs older than this one.
    pub before: Option<RunId>,
    /// Only runs in this state.
    pub state: Option<RunState>,
    /// Only runs of this asker.
    pub asker: Option<&'a str>,
}

/// How far a run is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunGlance {
    /// The run.
    pub id: RunId,
    /// Where it stands.
    pub state: RunState,
    /// Attempts so far.
    pub attempt: i32,
    /// Names of the steps that are done, in order.
    pub completed: Vec<String>,
}

/// One attempt at a step, as a person sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct StepView {
    /// Place in the pipeline, from 0.
    pub position: i32,
    /// Attempt of the run.
    pub attempt: i32,
    /// Name of the step.
    pub name: String,
    /// How it ended.
    pub state: StepState,
    /// Its input, for the first step.
    pub input: Option<serde_json::Value>,
    /// What it gave.
    pub output: Option<serde_json::Value>,
    /// Why it failed.
    pub error: Option<String>,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: DateTime<Utc>,
}

/// The run capsule: all that is kept of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Capsule {
    /// The run.
    pub run: RunSummary,
    /// The statement that ran.
    pub sql: Option<String>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// The asker wanted it stopped.
    pub cancel_requested: bool,
    /// Every attempt at every step, in order.
    pub steps: Vec<StepView>,
    /// The reply, once there is one.
    pub reply: Option<Reply>,
    /// pending, delivering, delivered, dead; `None` before the run has ended.
    pub delivery: Option<String>,
}

impl Store {
    /// The conversation at a place, if anything was said there.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn conversation(&self, place: &Place) -> Result<Option<ConversationId>, StoreError> {
        Ok(sqlx::query_scalar!(
            "SELECT id FROM conversations WHERE platform = $1 AND key = $2",
            place.platform.as_str(),
            place.key
        )
        .fetch_optional(&self.pool)
        .await?
        .map(ConversationId))
    }

    /// The last `limit` messages of a conversation, oldest first.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn messages(
        &self,
        id: ConversationId,
        limit: i64,
    ) -> Result<Vec<ConversationMessage>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT m.id, m.run_id, m.author, m.body, m.reply, m.created_at, r.state AS run_state, r.source
               FROM messages m JOIN runs r ON r.id = m.run_id
               WHERE m.conversation_id = $1 ORDER BY m.seq DESC LIMIT $2"#,
            id.0,
            limit
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .rev()
            .map(|row| {
                Ok(ConversationMessage {
                    id: row.id.into(),
                    run_id: row.run_id.into(),
                    author: if row.author == "rowcall" { Author::Rowcall } else { Author::Person },
                    body: row.body,
                    reply: row.reply.map(serde_json::from_value).transpose()?,
                    run_state: parse_state(&row.run_state)?,
                    source: row.source,
                    created_at: row.created_at,
                })
            })
            .collect()
    }

    /// Where a conversation is kept.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn place(&self, id: ConversationId) -> Result<Option<Place>, StoreError> {
        let row = sqlx::query!("SELECT platform, key FROM conversations WHERE id = $1", id.0)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|r| Ok(Place { platform: parse_platform(&r.platform)?, key: r.key })).transpose()
    }

    /// How far the given runs are, in one cheap statement, for whoever waits for them. Unknown ones are left out.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn glance(&self, ids: &[RunId]) -> Result<Vec<RunGlance>, StoreError> {
        let ids: Vec<uuid::Uuid> = ids.iter().map(|id| id.0).collect();
        let rows = sqlx::query!(
            r#"SELECT r.id, r.state, r.attempt,
                      ARRAY(SELECT s.name FROM steps s WHERE s.run_id = r.id AND s.state <> 'failed'
                            ORDER BY s.position) AS "completed!"
               FROM runs r WHERE r.id = ANY ($1)"#,
            &ids,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|r| {
                Ok(RunGlance {
                    id: r.id.into(),
                    state: parse_state(&r.state)?,
                    attempt: r.attempt,
                    completed: r.completed,
                })
            })
            .collect()
    }

    /// Runs, newest first, at most `limit`, of those that `filter` keeps.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn runs(&self, filter: &RunFilter<'_>, limit: i64) -> Result<Vec<RunSummary>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT r.id, r.conversation_id, r.platform, r.source, m.body, m.author_name, r.state, r.attempt,
                      r.planner, r.row_count, r.failure_code, r.created_at, r.finished_at
               FROM runs r JOIN messages m ON m.id = r.message_id
               WHERE ($1::uuid IS NULL OR r.id < $1) AND ($2::text IS NULL OR r.state = $2)
                 AND ($3::text IS NULL OR m.author_name = $3)
               ORDER BY r.id DESC LIMIT $4"#,
            filter.before.map(|b| b.0),
            filter.state.map(RunState::as_str),
            filter.asker,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|r| {
                Ok(RunSummary {
                    id: r.id.into(),
                    conversation_id: r.conversation_id.into(),
                    platform: parse_platform(&r.platform)?,
                    source: r.source,
                    question: r.body,
                    asker: r.author_name,
                    state: parse_state(&r.state)?,
                    attempt: r.attempt,
                    planner: r.planner,
                    row_count: r.row_count,
                    failure_code: r.failure_code,
                    created_at: r.created_at,
                    finished_at: r.finished_at,
                })
            })
            .collect()
    }

    /// All that is kept of a run.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn capsule(&self, id: RunId) -> Result<Option<Capsule>, StoreError> {
        let row = sqlx::query!(
            r#"SELECT r.conversation_id, r.platform, r.source, m.body, m.author_name, r.state, r.attempt, r.planner,
                      r.row_count, r.failure_code, r.created_at, r.finished_at, r.sql, r.last_error,
                      r.cancel_requested, a.reply AS "reply?", o.state AS "delivery?"
               FROM runs r JOIN messages m ON m.id = r.message_id
               LEFT JOIN messages a ON a.run_id = r.id AND a.author = 'rowcall'
               LEFT JOIN outbox o ON o.run_id = r.id AND o.kind = 'reply'
               WHERE r.id = $1"#,
            id.0
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(r) = row else { return Ok(None) };
        let steps = sqlx::query!(
            "SELECT position, attempt, name, state, input, output, error, started_at, finished_at
             FROM steps WHERE run_id = $1 ORDER BY attempt, position",
            id.0
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(Some(Capsule {
            run: RunSummary {
                id,
                conversation_id: r.conversation_id.into(),
                platform: parse_platform(&r.platform)?,
                source: r.source,
                question: r.body,
                asker: r.author_name,
                state: parse_state(&r.state)?,
                attempt: r.attempt,
                planner: r.planner,
                row_count: r.row_count,
                failure_code: r.failure_code,
                created_at: r.created_at,
                finished_at: r.finished_at,
            },
            sql: r.sql,
            last_error: r.last_error,
            cancel_requested: r.cancel_requested,
            steps: steps
                .into_iter()
                .map(|s| {
                    Ok(StepView {
                        position: s.position,
                        attempt: s.attempt,
                        name: s.name,
                        state: s.state.parse().map_err(|e| StoreError::Unreadable(format!("{e}")))?,
                        input: s.input,
                        output: s.output,
                        error: s.error,
                        started_at: s.started_at,
                        finished_at: s.finished_at,
                    })
                })
                .collect::<Result<_, StoreError>>()?,
            reply: r.reply.map(serde_json::from_value).transpose()?,
            delivery: r.delivery,
        }))
    }
}

fn parse_state(text: &str) -> Result<RunState, StoreError> {
    text.parse().map_err(|e| StoreError::Unreadable(format!("{e}")))
}

fn parse_platform(text: &str) -> Result<Platform, StoreError> {
    text.parse().map_err(|e| StoreError::Unreadable(format!("{e}")))
}
