//! Lists of tickets: what waits for somebody, what there is, and what happened to one.

use super::{
    count::{is_here_in, voter_of},
    load::risk,
    subject,
};
use crate::store::{Standing, Store, StoreError, registered::is_registered};
use chrono::{DateTime, Utc};
use rowcall_core::{Actor, Risk, TicketId, TicketState, VoteKind, change::Requirement};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// Tickets that are looked through for one inbox.
const LOOKED_AT: i64 = 1000;

/// A line of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct TicketLine {
    /// The ticket.
    pub id: TicketId,
    /// The source it changes.
    pub source: String,
    /// What was asked; at most 200 characters of it.
    pub question: String,
    /// Who asked: the name they had.
    pub requester: String,
    /// `schema.name`.
    pub table: String,
    /// What is done to it.
    pub operation: String,
    /// Rows, cascades counted; none where unknown.
    pub rows: Option<u64>,
    /// How much of a risk it is.
    pub risk: Risk,
    /// What it takes, in words.
    pub rule_words: String,
    /// Where it stands.
    pub state: TicketState,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When it is too late.
    pub expires_at: DateTime<Utc>,
}

/// Which tickets are wanted; each that is set narrows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketFilter {
    /// Of one source.
    pub source: Option<String>,
    /// In one of these states.
    pub states: Vec<TicketState>,
    /// Of one person, with whichever account.
    pub requester: Option<Uuid>,
    /// Older than this one: the next page.
    pub before: Option<TicketId>,
}

/// Something that happened to a ticket.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// Whose account, or `rowcall`.
    pub account: String,
    /// The name they had.
    pub name: Option<String>,
    /// What: `ticket.opened`, `ticket.vote`, ….
    pub action: String,
    /// From where.
    pub from: Option<String>,
    /// With which words.
    pub comment: Option<String>,
    /// All that was written down.
    pub details: Value,
}

impl Store {
    /// The tickets that wait for this person's word, here and now: those that they may approve and have not, those that
    /// end soonest first.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn tickets_for(&self, actor: &Actor, limit: usize) -> Result<Vec<TicketLine>, StoreError> {
        let me = self.standing(actor, None).await?.principal;
        let registered = is_registered(&self.pool, me).await?;
        let mut places = actor.places();
        places.push(actor.place());
        let rows = sqlx::query!(
            r#"SELECT t.id, t.source, left(m.body, 200) AS "question!", r.actor ->> 'name' AS "requester!", t.table_name,
                      t.operation, t.rows, t.risk, t.rule, t.rule_words, t.state, t.created_at, t.expires_at,
                      coalesce(p.merged_into, p.id) = $1 AS "own!",
                      (r.place = ANY ($2) OR EXISTS (SELECT FROM ticket_posts c
                                                     WHERE c.ticket_id = t.id AND c.place = ANY ($2))) AS "here!"
               FROM tickets t JOIN runs r ON r.id = t.run_id JOIN messages m ON m.id = r.message_id
                              JOIN principals p ON p.id = t.requester_id
               WHERE t.state = 'pending' AND t.expires_at > now() AND NOT EXISTS (
                   SELECT FROM ticket_votes v JOIN principals w ON w.id = v.principal_id
                   WHERE v.ticket_id = t.id AND v.decision = 'approve' AND coalesce(w.merged_into, w.id) = $1)
               ORDER BY t.expires_at, t.id LIMIT $3"#,
            me,
            &places,
            LOOKED_AT,
        )
        .fetch_all(&self.pool)
        .await?;
        let mut known: HashMap<String, Standing> = HashMap::new();
        let mut lines = Vec::new();
        for row in rows {
            if lines.len() == limit {
                break;
            }
            let standing = match known.get(&row.source) {
                Some(standing) => standing,
                None => {
                    let standing = self.standing(actor, Some(&row.source)).await?;
                    known.entry(row.source.clone()).or_insert(standing)
                }
            };
            let voter = voter_of(standing, row.own, registered, is_here_in(actor, row.here));
            let requirement: Requirement = serde_json::from_value(row.rule)?;
            if requirement.admits(VoteKind::Approve, &voter).is_err() {
                continue;
            }
            lines.push(TicketLine {
                id: row.id.into(),
                source: row.source,
                question: row.question,
                requester: row.requester,
                table: row.table_name,
                operation: row.operation,
                rows: row.rows.and_then(|rows| u64::try_from(rows).ok()),
                risk: risk(&row.risk)?,
                rule_words: row.rule_words,
                state: TicketState::Pending,
                created_at: row.created_at,
                expires_at: row.expires_at,
            });
        }
        Ok(lines)
    }

    /// Tickets, newest first.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn tickets(&self, filter: &TicketFilter, limit: i64) -> Result<Vec<TicketLine>, StoreError> {
        let states: Vec<String> = filter.states.iter().map(|s| s.as_str().to_owned()).collect();
        let rows = sqlx::query!(
            r#"SELECT t.id, t.source, left(m.body, 200) AS "question!", r.actor ->> 'name' AS "requester!", t.table_name,
                      t.operation, t.rows, t.risk, t.rule_words, t.state, t.created_at, t.expires_at
               FROM tickets t JOIN runs r ON r.id = t.run_id JOIN messages m ON m.id = r.message_id
                              JOIN principals p ON p.id = t.requester_id
               WHERE ($1::text IS NULL OR t.source = $1) AND (cardinality($2::text[]) = 0 OR t.state = ANY ($2))
                 AND ($3::uuid IS NULL OR coalesce(p.merged_into, p.id) =
                      (SELECT coalesce(me.merged_into, me.id) FROM principals me WHERE me.id = $3))
                 AND ($4::uuid IS NULL OR t.id < $4)
               ORDER BY t.id DESC LIMIT $5"#,
            filter.source,
            &states,
            filter.requester,
            filter.before.map(|id| id.0),
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(TicketLine {
                    id: row.id.into(),
                    source: row.source,
                    question: row.question,
                    requester: row.requester,
                    table: row.table_name,
                    operation: row.operation,
                    rows: row.rows.and_then(|rows| u64::try_from(rows).ok()),
                    risk: risk(&row.risk)?,
                    rule_words: row.rule_words,
                    state: row.state.parse().map_err(|e| StoreError::Unreadable(format!("{e}")))?,
                    created_at: row.created_at,
                    expires_at: row.expires_at,
                })
            })
            .collect()
    }

    /// What happened to a ticket, from its opening on: who decided what, when, from where and with which words. It is
    /// the audit log's own.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn ticket_history(&self, id: TicketId) -> Result<Vec<HistoryEntry>, StoreError> {
        let entries = self.audit_entries(Some(&subject(id)), 0, LOOKED_AT).await?;
        entries
            .into_iter()
            .map(|entry| {
                let details: Value = serde_json::from_str(&entry.details)?;
                let text = |name: &str| details.get(name).and_then(Value::as_str).map(str::to_owned);
                Ok(HistoryEntry {
                    at: entry.at,
                    account: entry.actor,
                    name: text("name"),
                    action: entry.action,
                    from: text("from"),
                    comment: text("comment"),
                    details,
                })
            })
            .collect()
    }
}
