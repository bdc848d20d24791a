//! Reading one ticket.

use super::{Decided, Requester, Ticket, TicketVote};
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use rowcall_core::{Actor, Fingerprint, Risk, TicketId, VoteKind};
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

impl Store {
    /// A ticket.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        let mut connection = self.pool.acquire().await?;
        Ok(load(&mut connection, id).await?.map(|loaded| loaded.ticket))
    }
}

/// A ticket as it is in this transaction.
pub(super) struct Loaded {
    pub ticket: Ticket,
    /// Its time is over.
    pub overdue: bool,
}

/// Reads a ticket and keeps everybody else from changing it until the transaction ends.
pub(super) async fn lock(connection: &mut PgConnection, id: TicketId) -> Result<Option<Loaded>, StoreError> {
    let known = sqlx::query_scalar!("SELECT id FROM tickets WHERE id = $1 FOR UPDATE", id.0)
        .fetch_optional(&mut *connection)
        .await?;
    match known {
        Some(_) => load(connection, id).await,
        None => Ok(None),
    }
}

/// Reads a ticket.
pub(super) async fn load(connection: &mut PgConnection, id: TicketId) -> Result<Option<Loaded>, StoreError> {
    let row = sqlx::query!(
        r#"SELECT t.run_id, t.source, t.statement, t.params, t.impact, t.risk, t.rule, t.rule_words, t.fingerprint, t.evidence, t.advice,
                  t.state, t.revision, t.row_cap, t.created_at, t.expires_at, t.decided_at, t.decided_by,
                  t.decided_name, t.executed_at, t.outcome, t.result_rows, t.replaces, t.replaced_by, t.undoes,
                  t.attempt, t.expires_at <= clock_timestamp() AS "overdue!",
                  coalesce(p.merged_into, p.id) AS "principal!", r.actor AS "actor!", r.private, m.body,
                  (SELECT u.expires_at FROM undo_images u
                   WHERE u.ticket_id = t.id AND t.state = 'executed' AND u.expires_at > now()) AS "undo_until?",
                  (SELECT u.id FROM tickets u WHERE u.undoes = t.id AND u.state IN ('pending', 'approved',
                          'executing', 'in_doubt', 'executed')) AS "undone_by?",
                  (SELECT coalesce(jsonb_agg(jsonb_build_object('principal', coalesce(w.merged_into, w.id),
                              'actor', v.actor, 'kind', v.decision, 'comment', v.comment, 'row_cap', v.row_cap,
                              'at', v.at) ORDER BY v.at, v.principal_id), '[]')
                   FROM ticket_votes v JOIN principals w ON w.id = v.principal_id WHERE v.ticket_id = t.id)
                      AS "votes!"
           FROM tickets t JOIN runs r ON r.id = t.run_id JOIN messages m ON m.id = r.message_id
                          JOIN principals p ON p.id = t.requester_id
           WHERE t.id = $1"#,
        id.0
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let votes: Vec<VoteRow> = serde_json::from_value(row.votes)?;
    let rows = |stored: Option<i64>| stored.and_then(|rows| u64::try_from(rows).ok());
    let ticket = Ticket {
        id,
        run_id: row.run_id.into(),
        source: row.source,
        requester: Requester { principal: row.principal, actor: serde_json::from_value(row.actor)? },
        question: row.body,
        private: row.private,
        statement: row.statement,
        params: row.params,
        impact: serde_json::from_value(row.impact)?,
        risk: risk(&row.risk)?,
        requirement: serde_json::from_value(row.rule)?,
        rule_words: row.rule_words,
        fingerprint: fingerprint(&row.fingerprint)?,
        evidence: row.evidence,
        advice: row.advice.map(serde_json::from_value).transpose()?,
        state: row.state.parse().map_err(|e| StoreError::Unreadable(format!("{e}")))?,
        revision: row.revision,
        row_cap: rows(row.row_cap),
        created_at: row.created_at,
        expires_at: row.expires_at,
        decided_at: row.decided_at,
        decided: row.decided_by.zip(row.decided_name).map(|(account, name)| Decided { account, name }),
        executed_at: row.executed_at,
        outcome: row.outcome,
        result_rows: rows(row.result_rows),
        replaces: row.replaces.map(TicketId),
        replaced_by: row.replaced_by.map(TicketId),
        undoes: row.undoes.map(TicketId),
        undone_by: row.undone_by.map(TicketId),
        undo_until: row.undo_until,
        attempt: row.attempt,
        votes: votes.into_iter().map(VoteRow::read).collect(),
    };
    Ok(Some(Loaded { ticket, overdue: row.overdue }))
}

pub(super) fn risk(word: &str) -> Result<Risk, StoreError> {
    Risk::ALL
        .into_iter()
        .find(|risk| risk.as_str() == word)
        .ok_or_else(|| StoreError::Unreadable(format!("a ticket's risk '{word}'")))
}

fn fingerprint(bytes: &[u8]) -> Result<Fingerprint, StoreError> {
    bytes.try_into().map(Fingerprint).map_err(|_| StoreError::Unreadable("a ticket's fingerprint".into()))
}

#[derive(Deserialize)]
struct VoteRow {
    principal: Uuid,
    actor: Actor,
    kind: VoteKind,
    comment: Option<String>,
    row_cap: Option<u64>,
    at: DateTime<Utc>,
}

impl VoteRow {
    fn read(self) -> TicketVote {
        let Self { principal, actor, kind, comment, row_cap, at } = self;
        TicketVote { principal, actor, kind, comment, row_cap, at }
    }
}
