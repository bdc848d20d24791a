//! The HTTP side: takes a request, lets it fail if it shall, checks it, limits it, and hands it to [`super::rest`].

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::check::{self, spec};
use super::clock::Clock;
use super::form::{self, Form};
use super::gateway::socket;
use super::rate::{Buckets, seconds};
use super::record::{self, Record, Violation, ViolationKind};
use super::refusal::{Answer, Refusal};
use super::rest::{self, Call};
use super::settings::Settings;
use super::world::World;
use crate::faults::{Fault, Faults, cut};

/// Everything that the parts of the stand-in share.
pub(crate) struct Inner {
    pub settings: Settings,
    pub address: SocketAddr,
    pub clock: Clock,
    pub faults: Faults,
    pub changed: watch::Sender<u64>,
    world: Mutex<World>,
    record: Mutex<Record>,
    buckets: Mutex<Buckets>,
    limits: Mutex<super::settings::RateLimits>,
    server: Mutex<Option<AbortHandle>>,
}

/// The world while it is looked at or changed. When it is let go, those who wait look again.
pub(crate) struct WorldGuard<'a> {
    guard: MutexGuard<'a, World>,
    changed: &'a watch::Sender<u64>,
}

impl std::ops::Deref for WorldGuard<'_> {
    type Target = World;
    fn deref(&self) -> &World {
        &self.guard
    }
}

impl std::ops::DerefMut for WorldGuard<'_> {
    fn deref_mut(&mut self) -> &mut World {
        &mut self.guard
    }
}

impl Drop for WorldGuard<'_> {
    fn drop(&mut self) {
        self.changed.send_modify(|count| *count += 1);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Inner {
    /// The world, to change it.
    pub fn world(&self) -> WorldGuard<'_> {
        let mut guard = locked(&self.world);
        guard.set_now(self.clock.now_ms());
        WorldGuard { guard, changed: &self.changed }
    }

    /// The world, to look at it only.
    pub fn look(&self) -> MutexGuard<'_, World> {
        let mut guard = locked(&self.world);
        guard.set_now(self.clock.now_ms());
        guard
    }

    pub fn record(&self) -> MutexGuard<'_, Record> {
        locked(&self.record)
    }

    pub fn limits(&self) -> MutexGuard<'_, super::settings::RateLimits> {
        locked(&self.limits)
    }

    pub fn note(&self, kind: ViolationKind, request: String, what: String) {
        self.record().violations.push(Violation { kind, request, what });
    }

    pub fn stop(&self) {
        if let Some(server) = locked(&self.server).take() {
            server.abort();
        }
    }
}

/// Starts the server on a free port of loopback.
pub(crate) async fn start(settings: Settings) -> std::io::Result<Arc<Inner>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let clock = Clock::default();
    let world = World::new(settings.clone(), address.to_string(), clock.now_ms());
    let inner = Arc::new(Inner {
        faults: Faults::seeded(settings.seed),
        limits: Mutex::new(settings.limits.clone()),
        settings,
        address,
        clock,
        changed: watch::Sender::new(0),
        world: Mutex::new(world),
        record: Mutex::default(),
        buckets: Mutex::default(),
        server: Mutex::default(),
    });
    let router = Router::new()
        .fallback(handle)
        .layer(DefaultBodyLimit::max(64 * 1024 * 1024))
        .with_state(inner.clone());
    let task = tokio::spawn(async move {
        if let Err(why) = axum::serve(listener, router).await {
            tracing::error!(%why, "The Discord stand-in ended.");
        }
    });
    *locked(&inner.server) = Some(task.abort_handle());
    Ok(inner)
}

async fn handle(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if path.starts_with("/gateway") {
        return upgrade(inner, request);
    }
    if let Some(rest) = path.strip_prefix("/attachments/") {
        return attachment(&inner, rest);
    }
    let began = Instant::now();
    let at_ms = inner.clock.now_ms();
    let method = request.method().as_str().to_owned();
    let below = path.strip_prefix("/api/v10").unwrap_or("").to_owned();
    let query: Vec<(String, String)> =
        serde_urlencoded::from_str(request.uri().query().unwrap_or_default()).unwrap_or_default();
    let headers = request.headers().clone();
    let form = form::read(request).await;
    let route = spec::route(&method, &below);
    let template = route.as_ref().map_or("", |route| route.template);
    let shown = format!("{method} {}", if template.is_empty() { path.as_str() } else { template });
    let mut noted = record::Request {
        method: method.clone(),
        template: template.to_owned(),
        path: below,
        body: form.json.clone(),
        files: form.files.iter().map(|file| file.name.clone()).collect(),
        at_ms,
        came: began,
        took: began.elapsed(),
        status: 0,
        code: None,
    };
    let fault = inner.faults.decide(&method, if template.is_empty() { &path } else { template });
    let outcome = match fault {
        Some(Fault::CutBefore) => None,
        Some(Fault::Status(status)) => Some(made_up(status)),
        _ => {
            if let Some(Fault::Delay(time)) = fault {
                tokio::time::sleep(time).await;
            }
            let forced = match fault {
                Some(Fault::TooMany { retry_after, global }) => Some((retry_after, global)),
                _ => None,
            };
            let (response, code) = serve(&inner, route, query, &headers, form, &shown, forced);
            noted.code = code;
            if let Some(Fault::Late(time)) = fault {
                inner.changed.send_modify(|count| *count += 1);
                tokio::time::sleep(time).await;
            }
            if fault == Some(Fault::CutAfter) { None } else { Some(response) }
        }
    };
    noted.status = outcome.as_ref().map_or(0, |response| response.status().as_u16());
    noted.took = began.elapsed();
    inner.record().requests.push(noted);
    inner.changed.send_modify(|count| *count += 1);
    outcome.unwrap_or_else(cut)
}

/// A server error with the page that Discord's proxy sends.
fn made_up(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, json!({"code": 0, "message": format!("{}: made up", status.as_u16())}).to_string())
        .into_response()
}

fn serve(
    inner: &Inner,
    route: Option<spec::Route>,
    query: Vec<(String, String)>,
    headers: &HeaderMap,
    form: Form,
    shown: &str,
    forced: Option<(std::time::Duration, bool)>,
) -> (Response, Option<u64>) {
    let Some(route) = route else {
        let refusal = Refusal::wrong(ViolationKind::UnknownRoute, 404, 0, "404: Not Found");
        return refused(inner, &refusal, shown, Vec::new());
    };
    let now = inner.clock.now_ms();
    let limits = inner.limits().clone();
    let verdict = {
        let mut buckets = locked(&inner.buckets);
        let mut verdict = buckets.count(&route, &limits, now);
        if let Some((wait, global)) = forced.filter(|_| verdict.wait.is_none()) {
            buckets.block(&route, &limits, now, wait, global);
            verdict.wait = Some((u64::try_from(wait.as_millis()).unwrap_or(u64::MAX), global));
        }
        verdict
    };
    if verdict.impatient {
        let what = "came before the time was over that a 429 had named".to_owned();
        inner.note(ViolationKind::Impatient, shown.to_owned(), what);
    }
    if let Some((wait, global)) = verdict.wait {
        return (too_many(wait, global, verdict.headers), None);
    }
    let on_token = route.template.starts_with("/webhooks/{webhook_id}/{")
        || route.template.starts_with("/interactions/");
    let token = headers.get(header::AUTHORIZATION).and_then(|token| token.to_str().ok()).unwrap_or_default();
    let signed = token.strip_prefix("Bot ") == Some(inner.settings.token.as_str());
    let route_of_answer = inner.settings.check_answers.then(|| route.clone());
    let result = if !on_token && route.operation != "get_gateway" && !signed {
        Err(Refusal::wrong(ViolationKind::Unauthorized, 401, 0, "401: Unauthorized"))
    } else {
        checked(inner, route, query, form)
    };
    match result {
        Ok(answer) => {
            if let (Some(route), Some(body)) = (route_of_answer, &answer.body) {
                for what in spec::check_answer(&route, answer.status, body) {
                    inner.note(ViolationKind::Answer, shown.to_owned(), what);
                }
            }
            (answered(answer, verdict.headers), None)
        }
        Err(refusal) => refused(inner, &refusal, shown, verdict.headers),
    }
}

fn checked(
    inner: &Inner,
    route: spec::Route,
    query: Vec<(String, String)>,
    form: Form,
) -> Result<Answer, Refusal> {
    let mut faults = check::Faults::default();
    spec::check_parameters(&route, &query, &mut faults);
    match &form.broken {
        Some(why) => faults.add("", "INVALID_BODY", why.as_str()),
        None => spec::check_body(&route, &form.json, form.sent, &mut faults),
    }
    if !faults.list.is_empty() {
        return Err(Refusal::invalid(ViolationKind::Schema, faults.list));
    }
    let call = Call { route, query, body: form.json, files: form.files };
    rest::limits(&call, &inner.settings)?;
    rest::run(&call, &mut inner.world())
}

fn answered(answer: Answer, headers: Vec<(&'static str, String)>) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    match answer.body {
        Some(body) => with_headers(json_response(status, &body), headers),
        None => with_headers(status.into_response(), headers),
    }
}

fn refused(
    inner: &Inner,
    refusal: &Refusal,
    shown: &str,
    headers: Vec<(&'static str, String)>,
) -> (Response, Option<u64>) {
    if let Some(kind) = refusal.violation {
        inner.note(kind, shown.to_owned(), refusal.why());
    }
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
    (with_headers(json_response(status, &refusal.body()), headers), Some(refusal.code))
}

fn too_many(wait: u64, global: bool, mut headers: Vec<(&'static str, String)>) -> Response {
    let body = json!({"message": "You are being rate limited.", "retry_after": seconds(wait).parse::<f64>().unwrap_or(1.0), "global": global});
    // The header knows only whole seconds; the body is exact.
    headers.push(("retry-after", wait.div_ceil(1000).to_string()));
    headers.push(("x-ratelimit-scope", if global { "global" } else { "user" }.to_owned()));
    if global {
        headers.push(("x-ratelimit-global", "true".to_owned()));
    }
    with_headers(json_response(StatusCode::TOO_MANY_REQUESTS, &body), headers)
}

fn json_response(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

fn with_headers(mut response: Response, headers: Vec<(&'static str, String)>) -> Response {
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// A file that was sent: `channel/id/name`.
fn attachment(inner: &Inner, path: &str) -> Response {
    let id = path.split('/').nth(1).and_then(|id| id.parse::<u64>().ok());
    let world = inner.look();
    let file = world.messages.values().flat_map(|message| &message.files).find(|file| Some(file.id) == id);
    match file {
        Some(file) => {
            ([(header::CONTENT_TYPE, file.content_type.clone())], file.bytes.clone()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Turns a request into a connection to the gateway.
fn upgrade(inner: Arc<Inner>, mut request: Request) -> Response {
    let Some(key) = request.headers().get(header::SEC_WEBSOCKET_KEY).cloned() else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let query = request.uri().query().unwrap_or_default();
    let plain = !query.contains("encoding=") || query.contains("encoding=json");
    if !(query.contains("v=10") && plain) || query.contains("compress=") {
        let what = format!("opened with {query:?}: only v=10 in uncompressed JSON is served");
        inner.note(ViolationKind::Gateway, "GATEWAY".to_owned(), what);
    }
    let pending = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        if let Ok(upgraded) = pending.await {
            let socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, None).await;
            socket::serve(inner, socket).await;
        }
    });
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let accept = HeaderValue::from_str(&derive_accept_key(key.as_bytes()));
    let headers = response.headers_mut();
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    if let Ok(accept) = accept {
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    }
    response
}
