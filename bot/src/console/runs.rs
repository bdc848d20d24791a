//! The list of runs, and the run capsule: everything that is kept of one.

use super::{
    App, chat,
    guard::OwnForm,
    problem::Problem,
    session::Visitor,
    view::{self, Known},
};
use axum::{
    Extension,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::Markup;
use rowcall_core::{Place, Platform, RunId, RunState};
use rowcall_shared::store::{Capsule, RunFilter};
use serde::Deserialize;

/// Runs on a page.
const PAGE: usize = 50;

/// What to list.
#[derive(Deserialize)]
pub struct Wanted {
    state: Option<String>,
    before: Option<String>,
}

/// Runs, newest first.
pub async fn list(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Query(wanted): Query<Wanted>,
) -> Result<Markup, Problem> {
    let filled = |text: &Option<String>| text.clone().filter(|t| !t.is_empty());
    let state: Option<RunState> = match filled(&wanted.state) {
        Some(word) => Some(word.parse().map_err(|_| Problem::not_found("state of a run"))?),
        None => None,
    };
    let before: Option<RunId> = match filled(&wanted.before) {
        Some(id) => Some(id.parse().map_err(|_| Problem::not_found("page of runs"))?),
        None => None,
    };
    let asker = (!app.options.everyone_sees_all_runs).then_some(visitor.name.as_str());
    let filter = RunFilter { before, state, asker };
    // One more than shown tells whether there is a next page.
    let mut runs = app.store().runs(&filter, i64::try_from(PAGE + 1).unwrap_or(i64::MAX)).await?;
    let has_more = runs.len() > PAGE;
    runs.truncate(PAGE);
    Ok(view::runs::page(&visitor, &runs, state, before.is_some(), has_more))
}

/// A run with all its steps.
pub async fn detail(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Result<Markup, Problem> {
    let capsule = find(&app, &visitor, &id).await?;
    let known = Known::of_capsule(&app, &visitor, &capsule).await?;
    Ok(view::capsule::page(&visitor, &capsule, &known))
}

/// Nothing but the proof that the console's own page sent it.
#[derive(Deserialize)]
pub struct Cancel {}

/// Asks that a run be stopped, and goes back to where it is shown.
pub async fn cancel(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    OwnForm(Cancel {}): OwnForm<Cancel>,
) -> Result<Response, Problem> {
    let capsule = find(&app, &visitor, &id).await?;
    app.intake.cancel(capsule.run.id).await.map_err(chat::not_accepted)?;
    let place = app.store().place(capsule.run.conversation_id).await?;
    let to = match place {
        Some(Place { platform: Platform::Console, key }) => format!("/c/{key}#run-{}", capsule.run.id),
        _ => format!("/runs/{}", capsule.run.id),
    };
    Ok(Redirect::to(&to).into_response())
}

async fn find(app: &App, visitor: &Visitor, id: &str) -> Result<Capsule, Problem> {
    let unknown = || Problem::not_found("run");
    let id: RunId = id.parse().map_err(|_| unknown())?;
    let capsule = app.store().capsule(id).await?.ok_or_else(unknown)?;
    if app.may_see(visitor, &capsule.run.asker) { Ok(capsule) } else { Err(unknown()) }
}
