//! discord-digital-twin, and a proxy that adds `GET /gateway` and understands multipart: of a message with files it passes
//! the words on and leaves the files out.

use super::{Process, folder};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::{process::Command, sync::Arc};

/// The stand-in with its proxy.
pub struct Discord {
    process: Process,
    ready: Value,
    /// What to give as `DISCORD_API_BASE`.
    pub base: String,
}

struct Proxy {
    rest: String,
    gateway: String,
    http: reqwest::Client,
}

impl Discord {
    /// Starts both. The proxy lives as long as the runtime.
    pub async fn start() -> Self {
        let mut command = Command::new("node");
        command.arg("serve.mjs").current_dir(folder("discord"));
        let (process, ready) = Process::start(&mut command);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let proxy = Arc::new(Proxy {
            rest: ready["rest"].as_str().unwrap().trim_end_matches("/api").to_owned(),
            gateway: ready["gateway"].as_str().unwrap().to_owned(),
            http: reqwest::Client::new(),
        });
        let router = Router::new().fallback(forward).with_state(proxy);
        tokio::spawn(axum::serve(listener, router).into_future());
        Self { process, ready, base }
    }

    /// The bot's token.
    pub fn token(&self) -> &str {
        self.ready["token"].as_str().unwrap()
    }

    /// Somebody says something in the channel.
    pub fn says(&mut self, text: &str) -> Value {
        self.process.does(&json!({ "do": "say", "text": text }))
    }

    /// Somebody mentions the bot.
    pub fn mentions(&mut self, text: &str) -> Value {
        let bot = self.ready["bot"].as_str().unwrap();
        self.says(&format!("<@{bot}> {text}"))
    }

    /// Somebody uses a slash command.
    pub fn slash(&mut self, name: &str, options: &Value) -> Value {
        self.process.does(&json!({ "do": "slash", "name": name, "options": options }))
    }

    /// Somebody presses a button.
    pub fn presses(&mut self, message: &str, custom_id: &str) -> Value {
        self.process.does(&json!({ "do": "press", "message": message, "custom_id": custom_id }))
    }

    /// The channel's messages, oldest first.
    pub fn messages(&mut self) -> Vec<Value> {
        self.process.does(&json!({ "do": "messages" })).as_array().cloned().unwrap_or_default()
    }
}

async fn forward(
    State(proxy): State<Arc<Proxy>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if uri.path().ends_with("/gateway") {
        return axum::Json(json!({ "url": proxy.gateway })).into_response();
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let (kind, body) = match kind.split_once("boundary=") {
        Some((_, boundary)) => match payload(&body, boundary) {
            Some(payload) => ("application/json".to_owned(), payload),
            None => return (StatusCode::BAD_REQUEST, "no payload_json").into_response(),
        },
        None => (kind.to_owned(), body.to_vec()),
    };
    let path = uri.path_and_query().map_or("/", |p| p.as_str());
    let mut request = proxy.http.request(method, format!("{}{path}", proxy.rest)).body(body);
    for name in [header::AUTHORIZATION, header::USER_AGENT] {
        if let Some(value) = headers.get(&name) {
            request = request.header(name, value);
        }
    }
    if !kind.is_empty() {
        request = request.header(header::CONTENT_TYPE, kind);
    }
    match request.send().await {
        Ok(answer) => {
            let status = answer.status();
            let kind = answer.headers().get(header::CONTENT_TYPE).cloned();
            let body = answer.bytes().await.unwrap_or_default();
            let mut response = Response::new(Body::from(body));
            *response.status_mut() = status;
            if let Some(kind) = kind {
                response.headers_mut().insert(header::CONTENT_TYPE, kind);
            }
            response
        }
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

/// The JSON part of a multipart body. The files are not there afterwards, so nothing may name them.
fn payload(body: &[u8], boundary: &str) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(body);
    let part =
        text.split(&format!("--{}", boundary.trim_matches('"'))).find(|p| p.contains("payload_json"))?;
    let (_, json) = part.split_once("\r\n\r\n")?;
    let mut json: Value = serde_json::from_str(json.trim()).ok()?;
    // The body of an interaction's answer lies one level deeper.
    let message = if json.get("data").is_some() { &mut json["data"] } else { &mut json };
    message.as_object_mut()?.remove("attachments");
    serde_json::to_vec(&json).ok()
}
