//! Signing in with the console's token, and out again.

use super::{
    App,
    guard::OwnForm,
    problem::Problem,
    session::{Session, Sessions, Visitor},
    view::layout,
};
use axum::{
    Extension,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use std::time::Duration;

/// Where to go afterwards.
#[derive(Deserialize)]
pub struct Next {
    next: Option<String>,
}

/// What the form sends.
#[derive(Deserialize)]
pub struct SignIn {
    token: String,
    next: Option<String>,
}

/// The form.
pub async fn form(session: Option<Extension<Session>>, Query(Next { next }): Query<Next>) -> Response {
    match session {
        Some(Extension(session)) => {
            layout::login(&session.csrf(), own_path(next.as_deref()), false).into_response()
        }
        None => Redirect::to("/").into_response(),
    }
}

/// Signs in.
pub async fn sign_in(
    State(app): State<App>,
    session: Option<Extension<Session>>,
    headers: HeaderMap,
    OwnForm(form): OwnForm<SignIn>,
) -> Result<Response, Problem> {
    let next = own_path(form.next.as_deref());
    let Some(Extension(session)) = session else { return Ok(Redirect::to(next).into_response()) };
    let secure = headers.get("x-forwarded-proto").is_some_and(|p| p == "https");
    if let Some(cookie) = app.sessions.sign_in(&form.token, secure) {
        return Ok(([(header::SET_COOKIE, cookie)], Redirect::to(next)).into_response());
    }
    tracing::warn!("somebody tried to sign in with a wrong token");
    if let Ok(_turn) = app.logins.acquire().await {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Ok((StatusCode::UNAUTHORIZED, layout::login(&session.csrf(), next, true)).into_response())
}

/// Nothing but the proof that the console's own page sent it.
#[derive(Deserialize)]
pub struct SignOut {}

/// Signs out.
pub async fn sign_out(_: Option<Extension<Visitor>>, OwnForm(SignOut {}): OwnForm<SignOut>) -> Response {
    ([(header::SET_COOKIE, Sessions::sign_out())], Redirect::to("/")).into_response()
}

/// A path of this console: never another site's address.
pub(super) fn own_path(next: Option<&str>) -> &str {
    let safe = |path: &&str| {
        path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n', '\t'])
    };
    next.filter(safe).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_never_leads_to_another_site() {
        let check = |next: &str, expected: &str| assert_eq!(own_path(Some(next)), expected);
        check("/runs?state=failed", "/runs?state=failed");
        check("//evil.example", "/");
        check("https://evil.example", "/");
        check("/\\evil.example", "/");
        check("/\t/evil.example", "/");
        check("", "/");
    }
}
