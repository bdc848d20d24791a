//! The audit log, to be read and taken away. It cannot be changed here, or anywhere.

use super::{App, problem::Problem, session::Visitor, tickets::actor, view};
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::stream;
use maud::Markup;
use rowcall_core::{Action, Decision, Resource, access::decide, texts::chat};
use rowcall_render::csv::CsvWriter;
use rowcall_shared::{audit::AuditEntry, store::StoreError};
use serde::Deserialize;

/// Entries on a page, and in one piece of the file.
const PAGE: i64 = 100;
const PIECE: i64 = 1000;

/// Which page.
#[derive(Deserialize)]
pub struct Wanted {
    before: Option<i64>,
}

/// Who did what, newest first.
pub async fn page(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Query(wanted): Query<Wanted>,
) -> Result<Markup, Problem> {
    may_look(&app, &visitor).await?;
    let before = wanted.before.unwrap_or(i64::MAX);
    let mut entries = app.store().audit_page(before, PAGE + 1).await?;
    let shown = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let has_more = entries.len() > shown;
    entries.truncate(shown);
    Ok(view::audit::page(&visitor, &entries, wanted.before.is_some(), has_more))
}

/// The whole log as CSV, oldest first, piece by piece.
pub async fn csv(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Response, Problem> {
    may_look(&app, &visitor).await?;
    let mut writer = CsvWriter::new();
    writer.header(&AuditEntry::columns());
    let pieces = stream::try_unfold((app, writer, Some(0)), |(app, mut writer, after)| async move {
        let Some(after) = after else { return Ok::<_, StoreError>(None) };
        let entries = app.store().audit_entries(None, after, PIECE).await?;
        entries.iter().for_each(|entry| writer.row(&entry.row()));
        let next = entries.last().map(|entry| entry.seq);
        let bytes = Bytes::from(writer.take());
        Ok(Some((bytes, (app, writer, next))))
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"audit.csv\"")),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// Whoever sees their own runs alone does not see what others did.
async fn may_look(app: &App, visitor: &Visitor) -> Result<(), Problem> {
    if !visitor.sees_all {
        return Err(Problem::not_found("page"));
    }
    let actor = actor(visitor);
    let standing = app.store().standing(&actor, None).await?;
    match decide(Action::SeeAudit, standing.roles, Resource::Installation) {
        Decision::Allow => Ok(()),
        Decision::Deny(denial) => {
            let failure = chat::denied(denial, Action::SeeAudit, None, &actor.subject());
            Err(Problem::new(StatusCode::FORBIDDEN, failure))
        }
    }
}
