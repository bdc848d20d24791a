//! What a visitor sees when something did not work: what happened, why, and what to try, as a page or as JSON.

use super::view::layout;
use axum::{
    Json,
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
};
use rowcall_core::{Failure, FailureCode};
use rowcall_shared::store::StoreError;
use serde_json::json;

/// A request that was not served.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    failure: Failure,
}

impl Problem {
    /// A problem with its HTTP status.
    pub fn new(status: StatusCode, failure: Failure) -> Self {
        Self { status, failure }
    }

    /// There is no such thing.
    pub fn not_found(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            Failure::new(
                FailureCode::Internal,
                format!("There is no such {what}."),
                "The address may be mistyped, or what it named has been removed.",
                "Start from the chat or the list of runs.",
            ),
        )
    }

    /// What the visitor is told.
    pub fn failure(&self) -> &Failure {
        &self.failure
    }

    /// Its HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// As a page, or as JSON for a program.
    pub fn answer(self, is_api: bool) -> Response {
        if is_api { ApiProblem(self).into_response() } else { self.into_response() }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "a page could not be made");
        let (status, why, try_next) = match error {
            StoreError::Away(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Its own database does not answer.",
                "Nothing is lost: reload the page in a moment.",
            ),
            StoreError::NotMigrated => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Its own database is older than this program.",
                "Run `rowcall migrate`.",
            ),
            _ => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Its own database refused a statement; the reason is in the log.",
                "Reload the page; if it happens again, tell whoever runs Rowcall.",
            ),
        };
        Self::new(
            status,
            Failure::new(FailureCode::Internal, "This page cannot be shown right now.", why, try_next),
        )
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.status, layout::problem(self.status, &self.failure)).into_response()
    }
}

/// The same for a program.
pub struct ApiProblem(pub Problem);

impl<E: Into<Problem>> From<E> for ApiProblem {
    fn from(problem: E) -> Self {
        Self(problem.into())
    }
}

impl IntoResponse for ApiProblem {
    fn into_response(self) -> Response {
        let Problem { status, failure } = self.0;
        (status, Json(json!({ "error": failure, "message": failure.to_string() }))).into_response()
    }
}

/// No page of that address.
pub async fn no_such_page(uri: Uri) -> Response {
    Problem::not_found("page").answer(uri.path().starts_with("/api/"))
}

/// A page that is only read, or an action that was only looked at.
pub async fn wrong_method(uri: Uri) -> Response {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        Failure::new(
            FailureCode::Internal,
            "That cannot be done here.",
            "This address does not take that kind of request.",
            "Start from the chat or the list of runs.",
        ),
    )
    .answer(uri.path().starts_with("/api/"))
}
