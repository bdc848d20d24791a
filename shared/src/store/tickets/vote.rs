//! Deciding: votes, taking a change back, remarks.

use super::{
    Ticket,
    cards::{CardKind, queue_cards},
    count::{is_here, recount, voter},
    load::{Loaded, load, lock},
    moves::Move,
    subject, to_stored,
};
use crate::store::{
    Store, StoreError,
    audit::{Audited, Deed, ITSELF},
    snapshots::note_roles,
};
use rowcall_core::{
    Action, Actor, Decision, Denial, FingerprintMark, TicketId, TicketState, VoteKind,
    access::decide,
    change::{Rows, Tally, VoteRefusal, Voter},
};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

/// Longest remark that is kept, in characters.
const LONGEST: usize = 2000;

/// A vote that was pressed or typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Ballot<'a> {
    /// Who, as the platform shows them now, and where.
    pub actor: &'a Actor,
    /// What they say.
    pub kind: VoteKind,
    /// Of which card: what it showed.
    pub mark: FingerprintMark,
    /// And what about it.
    pub comment: Option<&'a str>,
    /// The most rows it may touch: needed where the impact is unknown.
    pub row_cap: Option<u64>,
}

/// What came of a vote. Wherever there is a ticket, it is as it is afterwards, with everybody's votes.
#[derive(Clone, Debug, PartialEq)]
pub enum VoteOutcome {
    /// It counts, and this is what the votes amount to now. The ticket's state is the consequence.
    Counted(Box<Ticket>, Tally),
    /// They had said the same before.
    Repeated(Box<Ticket>),
    /// It was decided before, or taken back, or nobody had decided in time: the ticket says who and when.
    Late(Box<Ticket>),
    /// The card they looked at is not of this ticket as it stands.
    StaleCard(Box<Ticket>),
    /// They may not, and why.
    Refused(VoteRefusal),
    /// It needs a comment: what should be altered, or what the emergency is.
    NeedsComment,
    /// It needs the most rows that may be touched, as nobody knows how many it would.
    NeedsRowCap,
    /// There is no such ticket.
    Unknown,
}

/// What came of taking a change back.
#[derive(Clone, Debug, PartialEq)]
pub enum CancelOutcome {
    /// It will not run.
    Cancelled(Box<Ticket>),
    /// It was settled before, or runs already.
    Late(Box<Ticket>),
    /// They may not, and why.
    Denied(Denial),
    /// There is no such ticket.
    Unknown,
}

/// What came of a remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommentOutcome {
    /// It is with the ticket.
    Added,
    /// There was nothing in it.
    Empty,
    /// They may not, and why.
    Denied(Denial),
    /// There is no such ticket.
    Unknown,
}

impl Store {
    /// Counts a vote. The ticket is locked: of two people at once one is first, and the other is told what they
    /// decided. Every earlier vote is counted anew with it, by what is known of its voter now.
    ///
    /// # Errors
    /// When the store is away, or the audit log has no key.
    pub async fn vote(&self, id: TicketId, ballot: &Ballot<'_>) -> Result<VoteOutcome, StoreError> {
        let mut audited = self.begin_change().await?;
        let Some(Loaded { ticket, overdue }) = lock(audited.connection(), id).await? else {
            return Ok(VoteOutcome::Unknown);
        };
        if ticket.state != TicketState::Pending {
            return Ok(VoteOutcome::Late(Box::new(ticket)));
        }
        if overdue {
            expire(&mut audited, &ticket).await?;
            let ticket = reload(audited, id).await?;
            return Ok(VoteOutcome::Late(Box::new(ticket)));
        }
        if ticket.fingerprint.mark() != ballot.mark {
            return Ok(VoteOutcome::StaleCard(Box::new(ticket)));
        }
        let here = is_here(audited.connection(), &ticket, ballot.actor).await?;
        let (principal, voter) = voter(audited.connection(), &ticket, ballot.actor, here).await?;
        note_roles(audited.connection(), ballot.actor).await?;
        if let Err(refusal) = ticket.requirement.admits(ballot.kind, &voter) {
            return Ok(VoteOutcome::Refused(refusal));
        }
        let comment = ballot.comment.and_then(tidy);
        if comment.is_none() && matches!(ballot.kind, VoteKind::BreakGlass | VoteKind::AskChange) {
            return Ok(VoteOutcome::NeedsComment);
        }
        let lets_run = matches!(ballot.kind, VoteKind::Approve | VoteKind::BreakGlass);
        let row_cap = ballot.row_cap.filter(|_| lets_run && is_unknown(&ticket));
        if lets_run && is_unknown(&ticket) && row_cap.is_none() {
            return Ok(VoteOutcome::NeedsRowCap);
        }
        let own = ticket.votes.iter().find(|vote| vote.principal == principal);
        if own.is_some_and(|own| own.kind == ballot.kind && own.row_cap == row_cap && comment.is_none()) {
            return Ok(VoteOutcome::Repeated(Box::new(ticket)));
        }
        put(audited.connection(), &ticket, principal, ballot, comment.as_deref(), row_cap).await?;
        let tally = recount(audited.connection(), id).await?;
        let account = ballot.actor.subject();
        let details = json!({
            "source": ticket.source,
            "fingerprint": ticket.fingerprint,
            "vote": ballot.kind,
            "name": ballot.actor.name,
            "from": ballot.actor.place(),
            "comment": comment,
            "row_cap": row_cap,
        });
        let decided = Some((account.as_str(), ballot.actor.name.as_str()));
        let settled =
            |to, action| Move { decided, details: details.clone(), ..Move::new(to, &account, action) };
        match tally.tally {
            Tally::Open { .. } => {
                sqlx::query!("UPDATE tickets SET revision = revision + 1 WHERE id = $1", id.0)
                    .execute(audited.connection())
                    .await?;
                queue_cards(audited.connection(), id, CardKind::Card).await?;
                let deed = Deed { actor: &account, action: "ticket.vote", subject: subject(id), details };
                audited.record(deed).await?;
            }
            Tally::Approved => {
                let approved = settled(TicketState::Approved, "ticket.approved");
                Move { row_cap: tally.row_cap, ..approved }.make(&mut audited, &ticket).await?;
            }
            Tally::BrokenGlass => {
                tracing::warn!(ticket.id = %id, by = account, "a change is let run without its approvals");
                let broken = settled(TicketState::Approved, "ticket.break_glass");
                Move { row_cap: tally.row_cap, ..broken }.make(&mut audited, &ticket).await?;
            }
            Tally::Rejected => {
                let rejected = settled(TicketState::Rejected, "ticket.rejected");
                Move { outcome: comment.as_deref(), ..rejected }.make(&mut audited, &ticket).await?;
            }
        }
        let ticket = reload(audited, id).await?;
        Ok(VoteOutcome::Counted(Box::new(ticket), tally.tally))
    }

    /// Takes a change back, with any account of whoever asked for it, from wherever they are.
    ///
    /// # Errors
    /// When the store is away, or the audit log has no key.
    pub async fn cancel_ticket(&self, id: TicketId, actor: &Actor) -> Result<CancelOutcome, StoreError> {
        let mut audited = self.begin_change().await?;
        let Some(Loaded { ticket, .. }) = lock(audited.connection(), id).await? else {
            return Ok(CancelOutcome::Unknown);
        };
        let (_, voter) = voter(audited.connection(), &ticket, actor, true).await?;
        if let Decision::Deny(denial) = decide(Action::CancelTicket, voter.roles, voter.resource()) {
            return Ok(CancelOutcome::Denied(denial));
        }
        if !matches!(ticket.state, TicketState::Pending | TicketState::Approved) {
            return Ok(CancelOutcome::Late(Box::new(ticket)));
        }
        let account = actor.subject();
        let cancelled = Move {
            decided: Some((&account, &actor.name)),
            details: json!({ "name": actor.name, "from": actor.place() }),
            ..Move::new(TicketState::Cancelled, &account, "ticket.cancelled")
        };
        cancelled.make(&mut audited, &ticket).await?;
        let ticket = reload(audited, id).await?;
        Ok(CancelOutcome::Cancelled(Box::new(ticket)))
    }

    /// Adds a remark to a ticket, whatever its state.
    ///
    /// # Errors
    /// When the store is away, or the audit log has no key.
    pub async fn comment_ticket(
        &self,
        id: TicketId,
        actor: &Actor,
        text: &str,
    ) -> Result<CommentOutcome, StoreError> {
        let mut audited = self.begin_change().await?;
        let Some(Loaded { ticket, .. }) = lock(audited.connection(), id).await? else {
            return Ok(CommentOutcome::Unknown);
        };
        let here = is_here(audited.connection(), &ticket, actor).await?;
        let (_, voter) = voter(audited.connection(), &ticket, actor, here).await?;
        if let Decision::Deny(denial) = decide(Action::SeeTicket, voter.roles, voter.resource()) {
            return Ok(CommentOutcome::Denied(denial));
        }
        let Some(text) = tidy(text) else { return Ok(CommentOutcome::Empty) };
        let account = actor.subject();
        sqlx::query!(
            "INSERT INTO ticket_comments (id, ticket_id, subject, name, body) VALUES ($1, $2, $3, $4, $5)",
            Uuid::now_v7(),
            id.0,
            account,
            actor.name,
            text,
        )
        .execute(audited.connection())
        .await?;
        let details = json!({ "name": actor.name, "from": actor.place(), "comment": text });
        let deed = Deed { actor: &account, action: "ticket.comment", subject: subject(id), details };
        audited.record(deed).await?;
        audited.commit().await?;
        Ok(CommentOutcome::Added)
    }

    /// What somebody may do with a ticket from where they are: the ticket as it is to them, and their roles.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn ticket_standing(&self, ticket: &Ticket, actor: &Actor) -> Result<Voter, StoreError> {
        let mut connection = self.pool.acquire().await?;
        let here = is_here(&mut connection, ticket, actor).await?;
        Ok(voter(&mut connection, ticket, actor, here).await?.1)
    }
}

/// Nobody decided in time.
pub(super) async fn expire(audited: &mut Audited, ticket: &Ticket) -> Result<bool, StoreError> {
    let outcome = match ticket.state {
        TicketState::Pending => "Nobody decided in time.",
        _ => "It was approved, but could not be run in time.",
    };
    let expired =
        Move { outcome: Some(outcome), ..Move::new(TicketState::Expired, ITSELF, "ticket.expired") };
    expired.make(audited, ticket).await
}

pub(super) async fn reload(mut audited: Audited, id: TicketId) -> Result<Ticket, StoreError> {
    let loaded = load(audited.connection(), id).await?;
    audited.commit().await?;
    loaded
        .map(|loaded| loaded.ticket)
        .ok_or_else(|| StoreError::Unreadable("a ticket that was just there".into()))
}

fn is_unknown(ticket: &Ticket) -> bool {
    matches!(ticket.impact.rows, Rows::Unknown(_))
}

async fn put(
    connection: &mut PgConnection,
    ticket: &Ticket,
    principal: Uuid,
    ballot: &Ballot<'_>,
    comment: Option<&str>,
    row_cap: Option<u64>,
) -> Result<(), StoreError> {
    // One vote of a person, also of one who voted with two accounts before these were linked.
    sqlx::query!(
        "DELETE FROM ticket_votes v USING principals p
         WHERE v.ticket_id = $1 AND p.id = v.principal_id AND coalesce(p.merged_into, p.id) = $2",
        ticket.id.0,
        principal,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "INSERT INTO ticket_votes (ticket_id, principal_id, subject, name, actor, decision, comment, row_cap,
                                   fingerprint)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        ticket.id.0,
        principal,
        ballot.actor.subject(),
        ballot.actor.name,
        serde_json::to_value(ballot.actor)?,
        ballot.kind.as_str(),
        comment,
        row_cap.map(to_stored),
        &ticket.fingerprint.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What somebody wrote, if it says anything: no longer than is kept, and without what the store cannot hold.
fn tidy(text: &str) -> Option<String> {
    let text: String = text.trim().chars().filter(|c| *c != '\0').take(LONGEST).collect();
    (!text.is_empty()).then_some(text)
}
