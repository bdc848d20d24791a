//! Taking an approved ticket, and saying how it went.

use super::{
    Permit, Ticket,
    cards::{CardKind, queue_cards},
    count::{is_old, may_request, recount_of},
    load::{Loaded, lock},
    moves::Move,
    subject,
    vote::{expire, reload},
};
use crate::store::{
    Store, StoreError,
    access::standing,
    audit::{Audited, Deed, ITSELF},
    snapshots::freshest,
};
use rowcall_core::{Actor, TicketId, TicketState, change::Tally};
use serde_json::json;
use std::{fmt, time::Duration};
use uuid::Uuid;

/// Why a ticket that was approved must not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withdrawal {
    /// Its time is over.
    Expired,
    /// Whoever asked for it may not ask for changes any more.
    RequesterMayNot,
    /// Those who approved it are not enough any more: somebody lost their role, or two turned out to be one person.
    ApprovalGone,
}

impl Withdrawal {
    /// What the ticket becomes by it.
    pub fn state(self) -> TicketState {
        match self {
            Self::Expired => TicketState::Expired,
            Self::RequesterMayNot | Self::ApprovalGone => TicketState::Stale,
        }
    }
}

impl fmt::Display for Withdrawal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "It was approved, but could not be run in time.",
            Self::RequesterMayNot => "Whoever asked for it may not change this source any more.",
            Self::ApprovalGone => {
                "Those who approved it are not enough any more: somebody lost the right to, or two accounts turned \
                 out to be one person."
            }
        })
    }
}

/// What came of wanting to run a ticket.
#[derive(Debug)]
pub enum TakeOutcome {
    /// Run it.
    Run(Box<Permit>),
    /// There is nothing to do: it is not approved, not due, settled, or another worker has it.
    Nothing,
    /// It was approved, must not run, and is settled.
    Withdrawn(Box<Ticket>, Withdrawal),
    /// What is known of these people's roles on their platform is too old to rely on. It waits until it is known anew.
    RolesTooOld(Vec<Actor>),
}

/// How it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// It ran, once. How many rows it changed, where that is known: whoever finds that it ran before may not.
    Executed {
        /// Rows, cascades counted.
        rows: Option<u64>,
        /// What else is to be said.
        note: Option<String>,
    },
    /// The database refused it; in plain words. Nothing was changed.
    Failed(String),
    /// What it was approved for has moved, and nothing takes its place. Nothing was changed.
    Stale(String),
    /// It was withdrawn, and had not run. Nothing was changed, and the source knows that it never will be.
    Withdrawn(Withdrawal),
}

impl Store {
    /// Takes a ticket that is approved, or that another worker left behind, for `lease`: the one way to a permit. For one
    /// that never was taken, the rights of everybody concerned are looked at once more; what a platform said of their
    /// roles counts for `oldest`. For one that was, it may have run: a permit is given in any case, and says so when
    /// the ticket must not run any more if it has not.
    ///
    /// # Errors
    /// When the store is away, or the audit log has no key.
    pub async fn take_ticket(
        &self,
        id: TicketId,
        lease: Duration,
        oldest: Duration,
    ) -> Result<TakeOutcome, StoreError> {
        let mut audited = self.begin_change().await?;
        let due = sqlx::query_scalar!(
            "SELECT id FROM tickets WHERE id = $1 AND ((state IN ('approved', 'in_doubt') AND due_at <= now())
                                                       OR (state = 'executing' AND lease_until < now()))
             FOR UPDATE",
            id.0
        )
        .fetch_optional(audited.connection())
        .await?;
        let loaded = if due.is_some() { lock(audited.connection(), id).await? } else { None };
        let Some(Loaded { ticket, overdue }) = loaded else { return Ok(TakeOutcome::Nothing) };
        let mut unsure = Vec::new();
        let withdrawn = match overdue {
            true => Some(Withdrawal::Expired),
            false => withdrawal(&mut audited, &ticket, oldest, &mut unsure).await?,
        };
        let first = ticket.state == TicketState::Approved;
        if first && !unsure.is_empty() {
            return Ok(TakeOutcome::RolesTooOld(unsure));
        }
        if let (true, Some(withdrawal)) = (first, withdrawn) {
            withdraw(&mut audited, &ticket, withdrawal).await?;
            let ticket = reload(audited, id).await?;
            return Ok(TakeOutcome::Withdrawn(Box::new(ticket), withdrawal));
        }
        let owner = Uuid::new_v4().to_string();
        let epoch = sqlx::query_scalar!(
            "UPDATE tickets SET state = 'executing', revision = revision + 1, lease_owner = $4,
                    lease_epoch = lease_epoch + 1, lease_until = now() + make_interval(secs => $5),
                    attempt = attempt + 1
             WHERE id = $1 AND state = $2 AND fingerprint = $3 RETURNING lease_epoch",
            id.0,
            ticket.state.as_str(),
            &ticket.fingerprint.0,
            owner,
            lease.as_secs_f64(),
        )
        .fetch_optional(audited.connection())
        .await?;
        let Some(epoch) = epoch else { return Ok(TakeOutcome::Nothing) };
        queue_cards(audited.connection(), id, CardKind::Card).await?;
        let details = json!({
            "source": ticket.source,
            "fingerprint": ticket.fingerprint,
            "state": TicketState::Executing,
            "epoch": epoch,
        });
        audited
            .record(Deed { actor: ITSELF, action: "ticket.executing", subject: subject(id), details })
            .await?;
        let ticket = reload(audited, id).await?;
        // Where it may have run, what is not known well enough is no reason to say that it must not have.
        let withdrawn = withdrawn.filter(|_| unsure.is_empty() || overdue);
        Ok(TakeOutcome::Run(Box::new(Permit::new(ticket, owner, epoch, withdrawn))))
    }

    /// Says how it went. False when the permit counts for nothing any more.
    ///
    /// # Errors
    /// When the store is away; it can be said again as long as the permit holds.
    pub async fn settle_ticket(&self, permit: &Permit, how: &Settlement) -> Result<bool, StoreError> {
        let (to, action, outcome, rows) = match how {
            Settlement::Executed { rows, note } => {
                (TicketState::Executed, "ticket.executed", note.clone(), *rows)
            }
            Settlement::Failed(why) => (TicketState::Failed, "ticket.failed", Some(why.clone()), None),
            Settlement::Stale(why) => (TicketState::Stale, "ticket.stale", Some(why.clone()), None),
            Settlement::Withdrawn(why) => (why.state(), "ticket.withdrawn", Some(why.to_string()), None),
        };
        let settled = Move { outcome: outcome.as_deref(), rows, ..Move::new(to, ITSELF, action) };
        self.move_executing(permit, settled).await
    }

    /// Says that nobody knows whether it ran, and why; it is run again after `wait` to find out. False when the permit
    /// counts for nothing any more.
    ///
    /// # Errors
    /// When the store is away: the permit's time ends, and that says the same.
    pub async fn doubt_ticket(&self, permit: &Permit, why: &str, wait: Duration) -> Result<bool, StoreError> {
        let doubt =
            Move { outcome: Some(why), wait, ..Move::new(TicketState::InDoubt, ITSELF, "ticket.in_doubt") };
        self.move_executing(permit, doubt).await
    }

    async fn move_executing(&self, permit: &Permit, to: Move<'_>) -> Result<bool, StoreError> {
        let mut audited = self.begin_change().await?;
        let moved = Move { owner: Some(permit.owner()), details: json!({ "epoch": permit.epoch() }), ..to };
        if !moved.make(&mut audited, permit.ticket()).await? {
            return Ok(false);
        }
        audited.commit().await?;
        Ok(true)
    }
}

/// Whether everybody whose word it rests on may still say so.
async fn withdrawal(
    audited: &mut Audited,
    ticket: &Ticket,
    oldest: Duration,
    unsure: &mut Vec<Actor>,
) -> Result<Option<Withdrawal>, StoreError> {
    let connection = audited.connection();
    let actor = freshest(&mut *connection, &ticket.requester.actor).await?;
    let known = standing(&mut *connection, &actor, Some(&ticket.source)).await?;
    let (all, own) =
        (may_request(known.roles, known.bound_here), may_request(known.own_roles, known.bound_here));
    if !all {
        return Ok(Some(Withdrawal::RequesterMayNot));
    }
    if !own && is_old(&actor, oldest) {
        unsure.push(actor);
    }
    let (recount, old) = recount_of(connection, ticket, Some(oldest)).await?;
    unsure.extend(old);
    Ok(match recount.tally {
        Tally::Approved | Tally::BrokenGlass => None,
        Tally::Open { .. } | Tally::Rejected => Some(Withdrawal::ApprovalGone),
    })
}

async fn withdraw(audited: &mut Audited, ticket: &Ticket, why: Withdrawal) -> Result<bool, StoreError> {
    if why == Withdrawal::Expired {
        return expire(audited, ticket).await;
    }
    let words = why.to_string();
    let withdrawn = Move { outcome: Some(&words), ..Move::new(why.state(), ITSELF, "ticket.withdrawn") };
    withdrawn.make(audited, ticket).await
}
