//! The one place where a ticket's state changes, with what follows from it: the run's state, the cards, the log.

use super::{
    Ticket,
    cards::{CardKind, queue_cards},
    subject, to_stored,
};
use crate::store::{
    StoreError,
    audit::{Audited, Deed},
};
use rowcall_core::{RunState, TicketState};
use serde_json::{Value, json};
use std::time::Duration;

/// How long an approved ticket can still be run, however late it was approved.
const TO_RUN: Duration = Duration::from_secs(3600);

/// A move of a ticket.
pub(super) struct Move<'a> {
    /// Where to.
    pub to: TicketState,
    /// Who has it now, when it is being executed: the owner of the lease.
    pub owner: Option<&'a str>,
    /// Whose word it was: account and name.
    pub decided: Option<(&'a str, &'a str)>,
    /// How it went, or why it did not.
    pub outcome: Option<&'a str>,
    /// Rows that were changed.
    pub rows: Option<u64>,
    /// The most rows that may be touched.
    pub row_cap: Option<u64>,
    /// When a ticket in doubt is run again.
    pub wait: Duration,
    /// What becomes of the run; none where it goes on waiting.
    pub run: Option<RunState>,
    /// Who is written down for it, as what, with what more.
    pub actor: &'a str,
    /// As what.
    pub action: &'static str,
    /// With what more.
    pub details: Value,
}

impl<'a> Move<'a> {
    pub fn new(to: TicketState, actor: &'a str, action: &'static str) -> Self {
        use TicketState::*;
        let run = match to {
            Pending | Approved | Executing | InDoubt => None,
            Executed => Some(RunState::Succeeded),
            Failed => Some(RunState::Failed),
            Rejected | Stale => Some(RunState::Refused),
            Expired => Some(RunState::Expired),
            Cancelled => Some(RunState::Cancelled),
        };
        Self {
            to,
            owner: None,
            decided: None,
            outcome: None,
            rows: None,
            row_cap: None,
            wait: Duration::ZERO,
            run,
            actor,
            action,
            details: json!({}),
        }
    }

    /// Makes the move, if the ticket still is what it was when it was read (and, where it is being executed, still in
    /// the same hands). False when it is not; then nothing has changed.
    pub async fn make(self, audited: &mut Audited, ticket: &Ticket) -> Result<bool, StoreError> {
        debug_assert!(ticket.state.may_become(self.to), "{} to {}", ticket.state, self.to);
        let done = sqlx::query!(
            "UPDATE tickets SET state = $4, revision = revision + 1, lease_owner = NULL, lease_until = NULL,
                    decided_by = coalesce($5, decided_by), decided_name = coalesce($6, decided_name),
                    decided_at = CASE WHEN $5 IS NULL THEN decided_at ELSE now() END,
                    outcome = coalesce($7, outcome), result_rows = coalesce($8, result_rows),
                    row_cap = coalesce($9, row_cap), due_at = now() + make_interval(secs => $10),
                    executed_at = CASE WHEN $4 = 'executed' THEN now() ELSE executed_at END,
                    expires_at = CASE WHEN $4 = 'approved' THEN greatest(expires_at, now() + make_interval(secs => $11))
                                      ELSE expires_at END
             WHERE id = $1 AND state = $2 AND fingerprint = $3 AND lease_owner IS NOT DISTINCT FROM $12",
            ticket.id.0,
            ticket.state.as_str(),
            &ticket.fingerprint.0,
            self.to.as_str(),
            self.decided.map(|(account, _)| account),
            self.decided.map(|(_, name)| name),
            self.outcome,
            self.rows.map(to_stored),
            self.row_cap.map(to_stored),
            self.wait.as_secs_f64(),
            TO_RUN.as_secs_f64(),
            self.owner,
        )
        .execute(audited.connection())
        .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        if let Some(run) = self.run {
            sqlx::query!(
                "UPDATE runs SET state = $2, finished_at = now(), row_count = coalesce($3, row_count)
                 WHERE id = $1 AND state = 'waiting_approval'",
                ticket.run_id.0,
                run.as_str(),
                self.rows.map(to_stored),
            )
            .execute(audited.connection())
            .await?;
        }
        queue_cards(audited.connection(), ticket.id, CardKind::Card).await?;
        let mut details = json!({
            "source": ticket.source,
            "fingerprint": ticket.fingerprint,
            "state": self.to,
        });
        if let (Some(all), Value::Object(more)) = (details.as_object_mut(), self.details) {
            all.extend(more);
            all.extend(self.outcome.map(|outcome| ("outcome".to_owned(), json!(outcome))));
            all.extend(self.rows.map(|rows| ("rows".to_owned(), json!(rows))));
            all.extend(self.row_cap.map(|cap| ("row_cap".to_owned(), json!(cap))));
        }
        audited
            .record(Deed { actor: self.actor, action: self.action, subject: subject(ticket.id), details })
            .await?;
        Ok(true)
    }
}
