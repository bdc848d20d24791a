//! The HTTP side: addresses, faults, checks, and the answer.

use std::time::Duration;

use axum::body::to_bytes;
use axum::extract::{Request as HttpRequest, State as Shared};
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::time::Instant;

use super::check;
use super::{KEY, ModelServer, Part, Reply, Request};
use crate::faults::{self, Fault};

/// The longest request that is read.
const MOST: usize = 8 << 20;

pub(super) async fn run(server: ModelServer, listener: TcpListener) {
    let router = Router::new()
        .route("/v1/chat/completions", post(complete))
        .route("/v1/models", get(models))
        .fallback(elsewhere)
        .with_state(server);
    let _ = axum::serve(listener, router).await;
}

async fn elsewhere(Shared(server): Shared<ModelServer>, http: HttpRequest) -> Response {
    let (verb, path) = (http.method().clone(), http.uri().path().to_owned());
    server.change(|state| state.violations.push(format!("there is nothing at {verb} {path}")));
    error(404, "not_found", "Unknown request URL").response("", false, false)
}

async fn models(Shared(server): Shared<ModelServer>, http: HttpRequest) -> Response {
    if let Err(problem) = key(&server, &http) {
        return denied(&server, problem);
    }
    Json(json!({ "object": "list", "data": [{ "id": "stand-in", "object": "model" }] })).into_response()
}

async fn complete(Shared(server): Shared<ModelServer>, http: HttpRequest) -> Response {
    let at = Instant::now();
    if let Err(problem) = key(&server, &http) {
        return denied(&server, problem);
    }
    let typed =
        http.headers().get(CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"application/json"));
    let bytes = to_bytes(http.into_body(), MOST).await.unwrap_or_default();
    let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let mut problems = check::request(&body);
    if !typed {
        problems.push("the body is not declared as application/json".to_owned());
    }
    let fault = server.shared.faults.decide("POST", "/v1/chat/completions");
    if let Some(Fault::Delay(time)) = fault {
        tokio::time::sleep(time).await;
    }
    if fault == Some(Fault::CutBefore) {
        server.change(|state| state.requests.push(Request { body, at, status: 0 }));
        return faults::cut();
    }
    let reply = server.change(|state| {
        let model = body["model"].as_str().unwrap_or_default();
        if state.not_before.remove(model).is_some_and(|until| at < until) {
            state.violations.push("it came back before the time it was told to wait".to_owned());
        }
        let unknown = state.refused.iter().find_map(|part| refusal(*part, &body));
        let reply = match (&fault, problems.first(), unknown) {
            (Some(Fault::TooMany { retry_after, .. }), ..) => Reply::too_many(seconds(*retry_after)),
            (Some(Fault::Status(code)), ..) => error(*code, "server_error", "The server had an error"),
            (_, Some(problem), _) => error(400, "invalid_request_error", problem),
            (_, _, Some(unknown)) => unknown,
            _ => match state.script.pop_front().or_else(|| state.otherwise.clone()) {
                Some(reply) => reply,
                None => {
                    state.violations.push("there was a request that the script does not expect".to_owned());
                    error(500, "server_error", "no answer is left")
                }
            },
        };
        state.violations.append(&mut problems);
        if let Some(wait) = reply.wait() {
            state.not_before.insert(model.to_owned(), Instant::now() + wait);
        }
        state.requests.push(Request { body: body.clone(), at, status: reply.status() });
        reply
    });
    if let Some(Fault::Late(time)) = fault {
        tokio::time::sleep(time).await;
    }
    let reply = if fault == Some(Fault::CutAfter) { reply.cut() } else { reply };
    let stream = body["stream"] == true;
    let usage = body["stream_options"]["include_usage"] == true;
    reply.response(body["model"].as_str().unwrap_or_default(), stream, usage)
}

fn error(status: u16, kind: &str, message: &str) -> Reply {
    Reply::error(status, kind, message)
}

fn key(server: &ModelServer, http: &HttpRequest) -> Result<(), String> {
    let given = http.headers().get(AUTHORIZATION).and_then(|v| v.to_str().ok());
    if server.lock().keyless {
        return if given.is_some() { Err("a key was sent though there is none".to_owned()) } else { Ok(()) };
    }
    match given {
        Some(given) if given == format!("Bearer {KEY}") => Ok(()),
        Some(_) => Err("the key is wrong".to_owned()),
        None => Err("there is no key".to_owned()),
    }
}

/// A client with a wrong key is set up wrongly, which a test may want; one without, or with one too many, is not.
fn denied(server: &ModelServer, problem: String) -> Response {
    if problem != "the key is wrong" {
        server.change(|state| state.violations.push(problem));
    }
    // OpenAI repeats a part of the key; we repeat all of it, so that a client that logs it is found.
    let message = format!("Incorrect API key provided: {KEY}.");
    let body = json!({ "error": { "message": message, "type": "invalid_request_error", "param": null,
                                  "code": "invalid_api_key" } });
    (StatusCode::UNAUTHORIZED, Json(body)).into_response()
}

/// What a server says that does not know a part of the API, if the request uses it.
fn refusal(part: Part, body: &Value) -> Option<Reply> {
    let format = &body["response_format"];
    let (uses, message) = match part {
        Part::Strict => (
            format["json_schema"]["strict"] == true,
            "Invalid schema for response_format 'answer': strict mode is not supported",
        ),
        Part::JsonSchema => (
            format["type"] == "json_schema",
            "Invalid parameter: 'response_format' of type 'json_schema' is not supported",
        ),
        Part::ResponseFormat => {
            (!format.is_null(), "Unrecognized request argument supplied: response_format")
        }
        Part::Tools => {
            (!body["tools"].is_null(), "registry.ollama.ai/library/stand-in does not support tools")
        }
        Part::Temperature => (
            !body["temperature"].is_null(),
            "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
        ),
        Part::MaxTokens => (
            !body["max_tokens"].is_null(),
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        ),
        Part::StreamOptions => (!body["stream_options"].is_null(), "Unknown field: stream_options"),
    };
    uses.then(|| error(400, "invalid_request_error", message))
}

fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}
