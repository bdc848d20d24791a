//! Who gets past the door. A loopback listener is reachable from every page the visitor's browser opens, so it
//! answers only to its own names (a rebound DNS name is none of them); a request that changes something must come
//! from the console's own pages.

use super::{
    App,
    problem::Problem,
    session::{Identity, Visitor, same},
};
use axum::{
    body::Bytes,
    extract::{FromRequest, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use rowcall_core::{Failure, FailureCode};
use serde::de::DeserializeOwned;
use std::{net::IpAddr, time::Instant};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page that is not kept by caches and runs nothing but the console's own script.
pub async fn secure_headers(request: Request, next: Next) -> Response {
    let (method, path, started) = (request.method().clone(), request.uri().path().to_owned(), Instant::now());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (
            header::HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    let ms = started.elapsed().as_secs_f64() * 1e3;
    tracing::debug!(%method, path, status = response.status().as_u16(), duration_ms = ms, "request");
    response
}

/// Refuses foreign host names on a loopback listener, and requests that change something from foreign pages.
pub async fn check_origin(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_api = is_api(&request);
    let host = request.headers().get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or("");
    if app.loopback && !is_own_host(host, &app.options.allowed_hosts) {
        return refused(
            "This address does not belong to the console.",
            "It only answers under localhost and 127.0.0.1, so that no other web site can reach it through your browser.",
            "Open it as http://127.0.0.1 with its port, or add the name to the allowed hosts.",
        )
        .answer(is_api);
    }
    if changes_something(request.method()) && !comes_from_own_page(request.headers(), host) {
        return foreign_page().answer(is_api);
    }
    next.run(request).await
}

/// Lets visitors in and sends strangers to the sign-in page.
pub async fn authenticate(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if matches!(path, "/health" | "/ready" | "/favicon.ico") || path.starts_with("/assets/") {
        return next.run(request).await;
    }
    let is_api = is_api(&request);
    let sees_all = app.options.everyone_sees_all_runs;
    match app.sessions.identify(request.headers()) {
        Identity::Visitor(visitor) => {
            let visitor = Visitor { sees_all, ..visitor };
            request.extensions_mut().insert(visitor);
            next.run(request).await
        }
        Identity::Newcomer(visitor, session) => {
            let visitor = Visitor { sees_all, ..visitor };
            request.extensions_mut().insert(visitor);
            with_cookie(next.run(request).await, &session.cookie())
        }
        Identity::Stranger(session) if path == "/login" => {
            let cookie = session.is_new.then(|| session.cookie());
            request.extensions_mut().insert(session);
            let response = next.run(request).await;
            match cookie {
                // A sign-in that worked has set its own.
                Some(cookie) if !response.headers().contains_key(header::SET_COOKIE) => {
                    with_cookie(response, &cookie)
                }
                _ => response,
            }
        }
        Identity::Stranger(_) if !is_api && request.method() == Method::GET => {
            let to = request.uri().path_and_query().map_or("/", |p| p.as_str());
            let query = serde_urlencoded(to);
            Redirect::to(&format!("/login?next={query}")).into_response()
        }
        Identity::Stranger(_) => {
            let mut response = Problem::new(
                StatusCode::UNAUTHORIZED,
                Failure::new(
                    FailureCode::PermissionDenied,
                    "You are not signed in.",
                    "This console asks for its token.",
                    "Sign in, or send the token as `Authorization: Bearer …`.",
                ),
            )
            .answer(is_api);
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            response
        }
    }
}

/// A form of one of the console's own pages: the only way a handler takes one.
pub struct OwnForm<T>(pub T);

#[derive(serde::Deserialize)]
struct Csrf {
    #[serde(default)]
    csrf: String,
}

impl<T: DeserializeOwned> FromRequest<App> for OwnForm<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let expected = match request.extensions().get::<Visitor>() {
            Some(visitor) => visitor.csrf.clone(),
            None => request
                .extensions()
                .get::<super::session::Session>()
                .map(super::session::Session::csrf)
                .unwrap_or_default(),
        };
        // Taken in already (`body`), so that nothing of it can be missing.
        let body = Bytes::from_request(request, app).await.unwrap_or_default();
        let form: Csrf = serde_urlencoded_parse(&body)?;
        if expected.is_empty() || !same(&form.csrf, &expected) {
            return Err(foreign_page());
        }
        Ok(Self(serde_urlencoded_parse(&body)?))
    }
}

fn serde_urlencoded_parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_urlencoded::from_bytes(body).map_err(|_| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            Failure::new(
                FailureCode::QuestionNotText,
                "That form could not be read.",
                "A field is missing, or is not text.",
                "Reload the page and try again.",
            ),
        )
    })
}

/// A path as the value of a query parameter.
fn serde_urlencoded(path: &str) -> String {
    serde_urlencoded::to_string([("", path)]).map(|q| q[1..].to_owned()).unwrap_or_default()
}

/// A program asks, which wants JSON and no page.
pub fn is_api(request: &Request) -> bool {
    request.uri().path().starts_with("/api/")
}

fn changes_something(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// `localhost`, a loopback address, or a name that was allowed; with any port, since ports are forwarded.
fn is_own_host(host: &str, allowed: &[String]) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    !host.contains('@')
        && (name == "localhost"
            || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
            || allowed.iter().any(|a| a.eq_ignore_ascii_case(&name) || a.eq_ignore_ascii_case(host)))
}

/// Browsers say where a request comes from; programs without a browser say nothing, and carry no cookie that
/// they did not set themselves.
fn comes_from_own_page(headers: &HeaderMap, host: &str) -> bool {
    if let Some(origin) = headers.get(header::ORIGIN) {
        let origin = origin.to_str().unwrap_or("");
        let from = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        return from.is_some_and(|from| from.eq_ignore_ascii_case(host));
    }
    headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none")
}

fn foreign_page() -> Problem {
    refused(
        "That did not come from this console's own page.",
        "The page was open for too long, or another web site sent it.",
        "Go back, reload the page, and try again.",
    )
}

fn refused(what: &str, why: &str, try_next: &str) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, Failure::new(FailureCode::PermissionDenied, what, why, try_next))
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_loopback_console_answers_to_its_own_names_only() {
        let check = |host: &str, own: bool| {
            assert_eq!(is_own_host(host, &["data.example.org".to_owned()]), own, "{host}");
        };
        check("localhost", true);
        check("LOCALHOST:8080", true);
        check("127.0.0.1:9", true);
        check("[::1]:8080", true);
        check("data.example.org", true);
        check("evil.example", false);
        check("localhost.evil.example", false);
        check("127.0.0.1.evil.example", false);
        check("evil.example@127.0.0.1", false);
        check("192.168.0.5:8080", false);
        check("", false);
    }

    #[test]
    fn a_change_must_come_from_the_same_origin() {
        let check = |name: &'static str, value: &str, own: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            assert_eq!(comes_from_own_page(&headers, "127.0.0.1:8080"), own, "{name}: {value}");
        };
        check("origin", "http://127.0.0.1:8080", true);
        check("origin", "http://127.0.0.1:8081", false);
        check("origin", "http://evil.example", false);
        check("origin", "null", false);
        check("sec-fetch-site", "same-origin", true);
        check("sec-fetch-site", "cross-site", false);
        check("sec-fetch-site", "same-site", false);
        check("user-agent", "curl", true);
    }
}
