//! A run as somebody sees it who wants something of it: who asked it and where, and what was answered.

use super::{Store, StoreError};
use chrono::{DateTime, Utc};
use rowcall_core::{Actor, Ask, ConversationId, Platform, Reply, RunId, RunState};
use uuid::Uuid;

/// A run with its question and, once there is one, its reply.
#[derive(Clone, Debug, PartialEq)]
pub struct AskedRun {
    /// The run.
    pub id: RunId,
    /// The source asked about.
    pub source: String,
    /// Where it stands.
    pub state: RunState,
    /// What was wanted of the text.
    pub ask: Ask,
    /// What was asked.
    pub question: String,
    /// Who asked, as the platform showed them then; absent for runs of versions that did not keep it.
    pub actor: Option<Actor>,
    /// The person behind the asker's account.
    pub principal: Option<Uuid>,
    /// Its answer is for the asker alone.
    pub private: bool,
    /// The answer, once there is one.
    pub reply: Option<Reply>,
}

/// A line of somebody's list of runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnRun {
    /// The run.
    pub id: RunId,
    /// The source asked about.
    pub source: String,
    /// Where it stands.
    pub state: RunState,
    /// What was asked.
    pub question: String,
    /// When it was accepted.
    pub created_at: DateTime<Utc>,
}

impl Store {
    /// A run with its question and reply; `None` when there is no such run.
    ///
    /// # Errors
    /// When the store is away, or holds what this version cannot read.
    pub async fn asked_run(&self, id: RunId) -> Result<Option<AskedRun>, StoreError> {
        let row = sqlx::query!(
            r#"SELECT r.source, r.state, r.ask, r.actor, r.private, m.body,
                      i.principal_id AS "principal?", a.reply AS "reply?"
               FROM runs r JOIN messages m ON m.id = r.message_id
               LEFT JOIN identities i ON i.subject = r.subject
               LEFT JOIN messages a ON a.run_id = r.id AND a.author = 'rowcall'
               WHERE r.id = $1"#,
            id.0
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            Ok(AskedRun {
                id,
                source: row.source,
                state: state(&row.state)?,
                ask: Ask::parse(&row.ask).ok_or(StoreError::Unreadable(row.ask))?,
                question: row.body,
                actor: row.actor.and_then(|actor| serde_json::from_value(actor).ok()),
                principal: row.principal,
                private: row.private,
                reply: row.reply.map(serde_json::from_value).transpose()?,
            })
        })
        .transpose()
    }

    /// The source of a run and what was wanted of its text.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn run_source(&self, id: RunId) -> Result<Option<(String, Ask)>, StoreError> {
        let row = sqlx::query!("SELECT source, ask FROM runs WHERE id = $1", id.0)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|r| Ok((r.source, Ask::parse(&r.ask).ok_or(StoreError::Unreadable(r.ask))?))).transpose()
    }

    /// Where a run was asked, and where it stands: what whoever tells of its progress must know.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn run_place(
        &self,
        id: RunId,
    ) -> Result<Option<(ConversationId, Platform, RunState)>, StoreError> {
        let row = sqlx::query!("SELECT conversation_id, platform, state FROM runs WHERE id = $1", id.0)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|r| {
            let platform = r.platform.parse().map_err(|e| StoreError::Unreadable(format!("{e}")))?;
            Ok((r.conversation_id.into(), platform, state(&r.state)?))
        })
        .transpose()
    }

    /// A person's last runs, newest first, from all their accounts; with a place, only those asked there.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn runs_of(
        &self,
        principal: Uuid,
        place: Option<&str>,
        limit: i64,
    ) -> Result<Vec<OwnRun>, StoreError> {
        let rows = sqlx::query!(
            "SELECT r.id, r.source, r.state, r.created_at, m.body
             FROM runs r JOIN messages m ON m.id = r.message_id
             WHERE r.subject IN (SELECT subject FROM identities WHERE principal_id = $1)
               AND ($2::text IS NULL OR r.place = $2)
             ORDER BY r.created_at DESC, r.id DESC LIMIT $3",
            principal,
            place,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|r| {
                Ok(OwnRun {
                    id: r.id.into(),
                    source: r.source,
                    state: state(&r.state)?,
                    question: r.body,
                    created_at: r.created_at,
                })
            })
            .collect()
    }

    /// What an account asked lately in plain English, each wording once, newest first.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn recent_questions(&self, subject: &str, limit: i64) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar!(
            r#"SELECT m.body FROM runs r JOIN messages m ON m.id = r.message_id
               WHERE r.subject = $1 AND r.ask <> 'sql' AND r.undoes IS NULL AND r.created_at > now() - interval '90 days'
               GROUP BY m.body ORDER BY max(r.created_at) DESC LIMIT $2"#,
            subject,
            limit,
        )
        .fetch_all(&self.pool)
        .await?)
    }
}

fn state(text: &str) -> Result<RunState, StoreError> {
    text.parse().map_err(|error| StoreError::Unreadable(format!("{error}")))
}
