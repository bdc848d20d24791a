//! Answers that could not be delivered, and another try.

use super::{App, guard::OwnForm, problem::Problem, session::Visitor, view};
use axum::{
    Extension,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::Markup;
use rowcall_core::OutboxId;
use serde::Deserialize;
use uuid::Uuid;

/// Dead letters on the page.
const SHOWN: i64 = 200;

/// What could not be delivered, newest first.
pub async fn list(State(app): State<App>, Extension(visitor): Extension<Visitor>) -> Result<Markup, Problem> {
    may_look(&visitor)?;
    let letters = app.store().dead_letters(SHOWN).await?;
    Ok(view::deliveries::page(&visitor, &letters))
}

/// Nothing but the proof that the console's own page sent it.
#[derive(Deserialize)]
pub struct Resend {}

/// Has one delivered again. One that is on its way by now, from another page, is left alone.
pub async fn resend(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    OwnForm(Resend {}): OwnForm<Resend>,
) -> Result<Response, Problem> {
    may_look(&visitor)?;
    let id: Uuid = id.parse().map_err(|_| Problem::not_found("delivery"))?;
    let again = app.store().resend(OutboxId(id)).await?;
    tracing::info!(delivery.id = %id, again, "another try asked for");
    Ok(Redirect::to("/deliveries").into_response())
}

/// A visitor who sees their own runs alone does not see where other people's answers went.
fn may_look(visitor: &Visitor) -> Result<(), Problem> {
    if visitor.sees_all { Ok(()) } else { Err(Problem::not_found("page")) }
}
