//! The HTTP side: addresses, faults, checks, and the answer.

use axum::Router;
use axum::extract::{Request as HttpRequest, State as Shared};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::serve::ListenerExt;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::api::api;
use super::limits::Verdict;
use super::methods::{self, Context};
use super::model::{MessageKey, Request};
use super::refusal::{self, Refusal};
use super::request::{self, Call};
use super::{TOKEN, Telegram, poll};
use crate::faults::{self, Fault};

pub(crate) async fn run(telegram: Telegram, listener: TcpListener) {
    let router = Router::new().fallback(handle).with_state(telegram);
    // Without it, small answers wait for the other side's delayed acknowledgement.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let _ = axum::serve(listener, router).await;
}

async fn handle(Shared(telegram): Shared<Telegram>, http: HttpRequest) -> Response {
    let path = http.uri().path().replace("%2F", "/").replace("%3A", ":");
    let (is_file, rest) = match path.strip_prefix("/file/bot") {
        Some(rest) => (true, rest),
        None => (false, path.strip_prefix("/bot").unwrap_or_default()),
    };
    let Some((token, rest)) = rest.split_once('/') else {
        return refuse(404, "Not Found");
    };
    if token != TOKEN {
        telegram.change(|state, _| state.violation("token", rest, "the token is wrong"));
        return refuse(401, "Unauthorized");
    }
    let verb = http.method().to_string();
    if is_file {
        return match telegram.shared.faults.decide(&verb, "/file") {
            Some(Fault::CutBefore | Fault::CutAfter) => faults::cut(),
            Some(Fault::Status(code)) => refuse(code, "Server Error"),
            Some(Fault::TooMany { retry_after, .. }) => {
                Refusal::too_many(seconds(retry_after), false).into_response()
            }
            Some(Fault::Delay(time) | Fault::Late(time)) => {
                tokio::time::sleep(time).await;
                file(&telegram, rest)
            }
            None => file(&telegram, rest),
        };
    }
    let Some(method) = api().method(rest) else {
        telegram.change(|state, _| state.violation("method", rest, "there is no such method"));
        return refuse(404, "Not Found: method not found");
    };
    let call = match request::read(http).await {
        Ok(call) => call,
        Err(problem) => {
            telegram.change(|state, _| state.violation("body", &method.name, &problem));
            return refuse(400, &format!("Bad Request: {problem}"));
        }
    };
    misbehave(&telegram, &verb, method, call).await
}

/// Carries a request out, unless a fault of the test says otherwise.
async fn misbehave(
    telegram: &Telegram,
    verb: &str,
    method: &'static super::api::Object,
    mut call: Call,
) -> Response {
    let fault = telegram.shared.faults.decide(verb, &format!("/{}", method.name));
    if fault == Some(Fault::CutBefore) {
        return faults::cut();
    }
    if let Some(Fault::Delay(time)) = fault {
        tokio::time::sleep(time).await;
    }
    let problems = api().check(method, &mut call);
    let now = telegram.now();
    let number = telegram.change(|state, _| {
        state.requests.push(Request {
            at: now,
            method: method.name.clone(),
            params: Value::Object(call.params.clone()),
            files: call.files.iter().map(|(name, upload)| (name.clone(), upload.bytes.len())).collect(),
            refused: None,
        });
        for problem in &problems {
            state.violation("schema", &method.name, problem);
        }
        state.requests.len() - 1
    });
    let result = match (fault, problems.first()) {
        (Some(Fault::TooMany { retry_after, global }), _) => {
            Err(too_many(telegram, &call, method, retry_after, global))
        }
        (Some(Fault::Status(code)), _) => {
            Err(Refusal { code, description: "Server Error".to_owned(), parameters: None, rule: None })
        }
        (_, Some(problem)) => Err(Refusal { rule: None, ..Refusal::bad("schema", problem) }),
        (_, None) => carry_out(telegram, method, &call).await,
    };
    if let Err(refusal) = &result {
        telegram.change(|state, _| {
            state.requests[number].refused = Some(refusal.code);
            if let Some(rule) = refusal.rule {
                state.violation(rule, &method.name, &refusal.description);
            }
        });
    }
    if let Some(Fault::Late(time)) = fault {
        tokio::time::sleep(time).await;
    }
    match (fault, result) {
        (Some(Fault::CutAfter), result) => {
            if let Some(key) = result.ok().as_ref().and_then(message_in) {
                telegram.change(|state, _| state.untold.insert(key));
            }
            faults::cut()
        }
        (_, Ok(result)) => refusal::response(200, &json!({ "ok": true, "result": result })),
        (_, Err(refusal)) => refusal.into_response(),
    }
}

/// The message that an answer shows.
fn message_in(answer: &Value) -> Option<MessageKey> {
    let (chat, id) = (answer.pointer("/chat/id")?.as_i64()?, answer.get("message_id")?.as_i64()?);
    Some(MessageKey { chat, id: i32::try_from(id).ok()? })
}

async fn carry_out(
    telegram: &Telegram,
    method: &'static super::api::Object,
    call: &Call,
) -> Result<Value, Refusal> {
    if method.name == "getUpdates" {
        return poll::run(telegram, call).await;
    }
    let now = telegram.now();
    telegram.change(|state, _| {
        let mut context = Context { state, call, method: &method.name, now };
        if let Some(chat) = context.named_chat() {
            let group = context.state.chats.get(&chat).is_some_and(|chat| chat.is_group());
            let verdict = if methods::counts(&method.name) {
                context.state.limiter.count(chat, group, now)
            } else {
                context.state.limiter.told_to_wait(chat, now)
            };
            if let Verdict::Wait { seconds, impatient } = verdict {
                return Err(Refusal::too_many(seconds, impatient));
            }
        }
        methods::dispatch(&mut context)
    })
}

fn too_many(
    telegram: &Telegram,
    call: &Call,
    method: &super::api::Object,
    wait: std::time::Duration,
    global: bool,
) -> Refusal {
    let now = telegram.now();
    telegram.change(|state, _| {
        let chat = Context { state, call, method: &method.name, now }.named_chat();
        let told = chat.map_or(Verdict::Go, |chat| state.limiter.told_to_wait(chat, now));
        let early = matches!(told, Verdict::Wait { impatient: true, .. });
        let wait = seconds(wait);
        if global || chat.is_some() {
            let chat = if global { None } else { chat };
            state.limiter.tell(chat, std::time::Duration::from_secs(wait), now);
        }
        Refusal::too_many(wait, early)
    })
}

/// Telegram speaks of whole seconds.
fn seconds(wait: std::time::Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

fn file(telegram: &Telegram, path: &str) -> Response {
    let bytes = telegram
        .read(|state| state.files.get(path.trim_start_matches("files/")).map(|file| file.bytes.clone()));
    match bytes {
        Some(bytes) => ([(CONTENT_TYPE, "application/octet-stream")], bytes).into_response(),
        None => refuse(404, "Not Found"),
    }
}

fn refuse(code: u16, description: &str) -> Response {
    refusal::response(code, &json!({ "ok": false, "error_code": code, "description": description }))
}
