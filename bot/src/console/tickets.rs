//! Changes: the inbox, a change's page, and what is said of it there. Who may is the desk's to say, as everywhere.

use super::{
    App,
    guard::OwnForm,
    login::own_path,
    problem::Problem,
    session::Visitor,
    view::{
        self,
        ticket::{Shown, Word},
    },
};
use axum::{
    Extension,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::Utc;
use maud::Markup;
use rowcall_core::{
    Action, Actor, Ask, Decision as Allowed, FailureCode, FingerprintMark, Inbound, Place, Platform,
    TicketId, TicketState, VoteKind, access::decide,
};
use rowcall_frontend::{Decision, Refusal, Told};
use rowcall_shared::store::{Ticket, TicketFilter};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Changes on a page.
const PAGE: usize = 50;

/// What to list.
#[derive(Deserialize)]
pub struct Wanted {
    state: Option<String>,
    before: Option<String>,
}

/// What waits for the visitor, and what else there is.
pub async fn inbox(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Query(wanted): Query<Wanted>,
) -> Result<Markup, Problem> {
    let actor = actor(&visitor);
    let filled = |text: &Option<String>| text.clone().filter(|t| !t.is_empty());
    let state: Option<TicketState> = match filled(&wanted.state) {
        Some(word) => Some(word.parse().map_err(|_| Problem::not_found("state of a change"))?),
        None => None,
    };
    let before: Option<TicketId> = match filled(&wanted.before) {
        Some(id) => Some(id.parse().map_err(|_| Problem::not_found("page of changes"))?),
        None => None,
    };
    let waiting = match before {
        None if state.is_none() => app.store().tickets_for(&actor, PAGE).await?,
        _ => Vec::new(),
    };
    let requester = match visitor.sees_all {
        true => None,
        false => Some(app.store().standing(&actor, None).await?.principal),
    };
    let filter = TicketFilter { source: None, states: state.into_iter().collect(), requester, before };
    // One more than shown tells whether there is a next page.
    let mut all = app.store().tickets(&filter, i64::try_from(PAGE + 1).unwrap_or(i64::MAX)).await?;
    let has_more = all.len() > PAGE;
    all.truncate(PAGE);
    Ok(view::tickets::page(&visitor, &waiting, &all, state, before.is_some(), has_more))
}

/// A change with all that is kept of it.
pub async fn detail(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Result<Markup, Problem> {
    let ticket = find(&app, &visitor, &id).await?;
    page(&app, &visitor, &ticket, None).await
}

/// What the forms under a change send.
#[derive(Deserialize)]
pub struct VoteForm {
    kind: String,
    mark: String,
    comment: Option<String>,
    row_cap: Option<String>,
    back: Option<String>,
}

/// Takes the visitor's word on a change.
pub async fn vote(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    OwnForm(form): OwnForm<VoteForm>,
) -> Result<Response, Problem> {
    let ticket = find(&app, &visitor, &id).await?;
    let unknown = || Problem::not_found("button");
    let kind = VoteKind::parse(&form.kind).ok_or_else(unknown)?;
    let mut mark = FingerprintMark([0; 12]);
    hex::decode_to_slice(&form.mark, &mut mark.0).map_err(|_| unknown())?;
    let row_cap = form.row_cap.as_deref().and_then(|cap| cap.trim().replace([',', '_'], "").parse().ok());
    let decision = Decision { kind, mark, comment: form.comment.as_deref(), row_cap };
    let outcome = app.desk.decide(&actor(&visitor), ticket.id, decision).await;
    answer(&app, &visitor, ticket, outcome, form.back.as_deref()).await
}

/// What the other forms send.
#[derive(Deserialize)]
pub struct PlainForm {
    comment: Option<String>,
    once: Option<String>,
    back: Option<String>,
}

/// Takes a change back.
pub async fn cancel(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    OwnForm(form): OwnForm<PlainForm>,
) -> Result<Response, Problem> {
    let ticket = find(&app, &visitor, &id).await?;
    let outcome = app.desk.cancel_change(&actor(&visitor), ticket.id).await;
    answer(&app, &visitor, ticket, outcome, form.back.as_deref()).await
}

/// Adds a remark to a change.
pub async fn comment(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    OwnForm(form): OwnForm<PlainForm>,
) -> Result<Response, Problem> {
    let ticket = find(&app, &visitor, &id).await?;
    let text = form.comment.unwrap_or_default();
    match app.desk.comment_on_change(&actor(&visitor), ticket.id, &text).await {
        Ok(_) => Ok(Redirect::to(&format!("/tickets/{}#history", ticket.id)).into_response()),
        Err(refusal) => refused(&app, &visitor, &ticket, &refusal).await,
    }
}

/// Asks that a change be undone: a new run, whose answer is the card of the change that takes this one back.
pub async fn undo(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    OwnForm(form): OwnForm<PlainForm>,
) -> Result<Response, Problem> {
    let ticket = find(&app, &visitor, &id).await?;
    let capsule = app.store().capsule(ticket.run_id).await?;
    let place = match &capsule {
        Some(capsule) => app.store().place(capsule.run.conversation_id).await?,
        None => None,
    };
    let key = match place {
        Some(Place { platform: Platform::Console, key }) => key,
        _ => Uuid::new_v4().to_string(),
    };
    let once = form.once.unwrap_or_default();
    let inbound = Inbound {
        place: Place { platform: Platform::Console, key: key.clone() },
        dedup_key: hex::encode(Sha256::digest(format!("{}\0undo\0{}\0{once}", visitor.scope, ticket.id))),
        actor: actor(&visitor),
        ask: Ask::Question,
        text: String::new(),
        source: None,
        private: false,
        address: None,
    };
    match app.desk.ask_again(inbound, Some(ticket.id)).await {
        Ok(accepted) => Ok(Redirect::to(&format!("/c/{key}#run-{}", accepted.run_id)).into_response()),
        Err(refusal) => refused(&app, &visitor, &ticket, &refusal).await,
    }
}

/// The visitor, as the desk knows people.
pub fn actor(visitor: &Visitor) -> Actor {
    Actor::local(Platform::Console, visitor.name.clone(), Utc::now())
}

/// A change as the visitor sees it; none where they do not.
///
/// # Errors
/// When the store is away.
pub async fn shown(app: &App, visitor: &Visitor, id: TicketId) -> Result<Option<Shown>, Problem> {
    let Some(ticket) = app.store().ticket(id).await? else { return Ok(None) };
    if !may_see(app, visitor, &ticket).await? {
        return Ok(None);
    }
    Ok(Some(show(app, visitor, &ticket).await?))
}

async fn show(app: &App, visitor: &Visitor, ticket: &Ticket) -> Result<Shown, Problem> {
    let actor = actor(visitor);
    let voter = app.store().ticket_standing(ticket, &actor).await?;
    let sheet = app.desk.ticket_sheet(ticket, voter.is_requester).await;
    let words: Vec<Word> = VoteKind::ALL
        .map(|kind| match ticket.requirement.admits(kind, &voter) {
            Ok(()) => Word { kind, refusal: None },
            Err(refusal) => {
                let requester = rowcall_frontend::ticket::name_of(&ticket.requester.actor.name);
                let why = rowcall_core::texts::tickets::decide::refused(
                    refusal,
                    &ticket.source,
                    &actor.subject(),
                    &requester,
                );
                Word { kind, refusal: Some(why) }
            }
        })
        .into();
    let may = |action| decide(action, voter.roles, voter.resource()) == Allowed::Allow;
    Ok(Shown {
        may_cancel: may(Action::CancelTicket),
        may_undo: may(Action::UndoChange),
        words,
        undone_by: ticket.undone_by,
        undoes: ticket.undoes,
        replaced_by: ticket.replaced_by,
        replaces: ticket.replaces,
        sheet,
    })
}

async fn find(app: &App, visitor: &Visitor, id: &str) -> Result<Ticket, Problem> {
    let unknown = || Problem::not_found("change");
    let id: TicketId = id.parse().map_err(|_| unknown())?;
    let ticket = app.store().ticket(id).await?.ok_or_else(unknown)?;
    if may_see(app, visitor, &ticket).await? { Ok(ticket) } else { Err(unknown()) }
}

/// A visitor who is kept to their own runs is kept to their own changes.
async fn may_see(app: &App, visitor: &Visitor, ticket: &Ticket) -> Result<bool, Problem> {
    let voter = app.store().ticket_standing(ticket, &actor(visitor)).await?;
    let allowed = decide(Action::SeeTicket, voter.roles, voter.resource()) == Allowed::Allow;
    Ok(allowed && (visitor.sees_all || voter.is_requester))
}

async fn page(
    app: &App,
    visitor: &Visitor,
    ticket: &Ticket,
    told: Option<view::ticket::Note<'_>>,
) -> Result<Markup, Problem> {
    let shown = show(app, visitor, ticket).await?;
    let history = app.store().ticket_history(ticket.id).await?;
    Ok(view::ticket::page(visitor, &shown, &history, told))
}

/// Back to where the form was, or the change's page with what there is to say.
async fn answer(
    app: &App,
    visitor: &Visitor,
    ticket: Ticket,
    outcome: Result<Told, Refusal>,
    back: Option<&str>,
) -> Result<Response, Problem> {
    match outcome {
        Ok(Told { counted: true, ticket, .. }) => {
            let own = format!("/tickets/{}", ticket.id);
            let to = back.map_or(own.as_str(), |back| own_path(Some(back)));
            Ok(Redirect::to(to).into_response())
        }
        Ok(Told { note, ticket, .. }) => {
            let page = page(app, visitor, &ticket, Some(view::ticket::Note::Words(&note))).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(refusal) => refused(app, visitor, &ticket, &refusal).await,
    }
}

async fn refused(
    app: &App,
    visitor: &Visitor,
    ticket: &Ticket,
    refusal: &Refusal,
) -> Result<Response, Problem> {
    let failure = &refusal.failure;
    let status = match failure.code {
        FailureCode::NotAllowed => StatusCode::FORBIDDEN,
        FailureCode::OldButton => StatusCode::CONFLICT,
        FailureCode::Internal => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = page(app, visitor, ticket, Some(view::ticket::Note::Refusal(failure))).await?;
    Ok((status, page).into_response())
}

/// Changes that a page of runs shows.
///
/// # Errors
/// When the store is away.
pub async fn of_replies<'a>(
    app: &App,
    visitor: &Visitor,
    replies: impl Iterator<Item = &'a rowcall_core::Reply>,
) -> Result<std::collections::HashMap<TicketId, Shown>, Problem> {
    let mut all = std::collections::HashMap::new();
    for id in replies.filter_map(|reply| reply.ticket) {
        if let Some(shown) = shown(app, visitor, id).await? {
            all.insert(id, shown);
        }
    }
    Ok(all)
}
