//! Who somebody is to a ticket at this moment, and what its votes amount to by that.

use super::{
    Ticket,
    load::{Loaded, load},
};
use crate::store::{Standing, StoreError, access::standing, registered::is_registered, snapshots::freshest};
use rowcall_core::{
    Action, Actor, Decision, Resource, Roles, TicketId,
    access::decide,
    change::{Tally, Vote, Voter},
};
use sqlx::PgConnection;
use std::time::Duration;
use uuid::Uuid;

/// What is known of somebody now, and the person they are.
pub(super) async fn voter(
    connection: &mut PgConnection,
    ticket: &Ticket,
    actor: &Actor,
    here: bool,
) -> Result<(Uuid, Voter), StoreError> {
    let known = standing(&mut *connection, actor, Some(&ticket.source)).await?;
    let registered = is_registered(connection, known.principal).await?;
    let is_requester = known.principal == ticket.requester.principal;
    Ok((known.principal, voter_of(&known, is_requester, registered, here)))
}

/// The same for somebody of whom all is known.
pub(super) fn voter_of(known: &Standing, is_requester: bool, registered: bool, here: bool) -> Voter {
    Voter { is_requester, registered, roles: known.roles, here }
}

/// The votes that let a ticket run, or do not, counted by what is known now.
pub(super) struct Recount {
    pub tally: Tally,
    /// The least of the caps of those who let it run.
    pub row_cap: Option<u64>,
}

pub(super) async fn recount(connection: &mut PgConnection, id: TicketId) -> Result<Recount, StoreError> {
    match load(&mut *connection, id).await? {
        Some(Loaded { ticket, .. }) => {
            recount_of(connection, &ticket, None).await.map(|(recount, _)| recount)
        }
        None => Err(StoreError::Unreadable("a ticket that was just there".into())),
    }
}

/// The votes of a ticket counted anew. With an age, roles of which a platform's word is older count for nothing; gives
/// the people of whom that is so as well.
pub(super) async fn recount_of(
    connection: &mut PgConnection,
    ticket: &Ticket,
    oldest: Option<Duration>,
) -> Result<(Recount, Vec<Actor>), StoreError> {
    let (mut votes, mut caps, mut unsure) = (Vec::new(), Vec::new(), Vec::new());
    for vote in &ticket.votes {
        let actor = freshest(&mut *connection, &vote.actor).await?;
        let (person, mut voter) = voter(&mut *connection, ticket, &actor, true).await?;
        if let Some(oldest) = oldest
            && is_old(&actor, oldest)
        {
            let own = standing(&mut *connection, &actor, Some(&ticket.source)).await?.own_roles;
            let without = Voter { roles: own, ..voter };
            if ticket.requirement.admits(vote.kind, &voter).is_ok()
                && ticket.requirement.admits(vote.kind, &without).is_err()
            {
                unsure.push(actor);
            }
            voter = without;
        }
        if ticket.requirement.admits(vote.kind, &voter).is_ok() {
            caps.extend(vote.row_cap);
        }
        votes.push(Vote { person, kind: vote.kind, voter });
    }
    let recount = Recount { tally: ticket.requirement.tally(&votes), row_cap: caps.into_iter().min() };
    Ok((recount, unsure))
}

/// Whether a platform's word on somebody's roles is older than that. People of the console and the command line have
/// none.
pub(super) fn is_old(actor: &Actor, oldest: Duration) -> bool {
    let age = (chrono::Utc::now() - actor.seen_at).to_std().unwrap_or_default();
    !actor.is_local() && age > oldest
}

/// Whether a ticket has to do with the place somebody is in: it was asked for there, or its card stands there. In
/// private it is looked at by whoever it is shown to, and who may decide is not a matter of places.
pub(super) async fn is_here(
    connection: &mut PgConnection,
    ticket: &Ticket,
    actor: &Actor,
) -> Result<bool, StoreError> {
    if is_here_in(actor, false) {
        return Ok(true);
    }
    let mut places = actor.places();
    places.push(actor.place());
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM runs r WHERE r.id = $1 AND r.place = ANY ($3))
               OR EXISTS (SELECT FROM ticket_posts p WHERE p.ticket_id = $2 AND p.place = ANY ($3)) AS "here!""#,
        ticket.run_id.0,
        ticket.id.0,
        &places,
    )
    .fetch_one(connection)
    .await?)
}

/// The same where it is known whether the ticket has to do with the place.
pub(super) fn is_here_in(actor: &Actor, place: bool) -> bool {
    place || actor.is_local() || actor.room.direct
}

/// Whether somebody with these roles may ask for changes.
pub(super) fn may_request(roles: Roles, bound_here: bool) -> bool {
    let resource = if bound_here { Resource::Source } else { Resource::SourceElsewhere };
    decide(Action::RequestChange, roles, resource) == Decision::Allow
}
