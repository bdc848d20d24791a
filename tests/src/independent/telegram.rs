//! teremock, and a proxy that gives out the updates and answers the methods that it does not know.

use super::{Process, folder};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::{
    process::Command,
    sync::{Arc, Mutex},
    time::Duration,
};

/// The stand-in with its proxy.
pub struct Telegram {
    process: Process,
    ready: Value,
    proxy: Arc<Proxy>,
    /// What to give as `TELEGRAM_API_BASE`.
    pub base: String,
}

struct Proxy {
    upstream: String,
    updates: Mutex<Vec<Value>>,
    http: reqwest::Client,
}

impl Telegram {
    /// Starts both. The proxy lives as long as the runtime.
    pub async fn start() -> Self {
        let program = std::env::var_os("ROWCALL_TEREMOCK").map_or_else(
            || folder("telegram").join("target/debug/rowcall-independent-telegram"),
            std::path::PathBuf::from,
        );
        let (process, ready) = Process::start(&mut Command::new(program));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let proxy = Arc::new(Proxy {
            upstream: ready["url"].as_str().unwrap().trim_end_matches('/').to_owned(),
            updates: Mutex::default(),
            http: reqwest::Client::new(),
        });
        let router = Router::new().fallback(forward).with_state(proxy.clone());
        tokio::spawn(axum::serve(listener, router).into_future());
        Self { process, ready, proxy, base }
    }

    /// The bot's token.
    pub fn token(&self) -> &str {
        self.ready["token"].as_str().unwrap()
    }

    /// Somebody writes to the bot.
    pub fn says(&mut self, text: &str) {
        let updates = self.process.does(&json!({ "do": "say", "text": text }));
        self.proxy.put(updates);
    }

    /// Somebody presses a button under a message.
    pub fn presses(&mut self, message: &Value, data: &str) {
        let updates = self.process.does(&json!({ "do": "press", "message": message, "data": data }));
        self.proxy.put(updates);
    }

    /// What the bot sent and edited since the last update: `{"sent": […], "edited": […]}`.
    pub fn responses(&mut self) -> Value {
        self.process.does(&json!({ "do": "responses" }))
    }
}

impl Proxy {
    fn put(&self, updates: Value) {
        self.updates.lock().unwrap().extend(updates.as_array().cloned().unwrap_or_default());
    }

    /// The updates from `offset` on; those before it are confirmed and forgotten.
    fn updates_from(&self, offset: i64) -> Vec<Value> {
        let mut updates = self.updates.lock().unwrap();
        updates.retain(|u| u["update_id"].as_i64().unwrap_or(0) >= offset);
        updates.clone()
    }

    async fn wait_for_updates(&self, body: &Value) -> Vec<Value> {
        let offset = body["offset"].as_i64().unwrap_or(0);
        let patience = Duration::from_secs(body["timeout"].as_u64().unwrap_or(0).min(5));
        let until = tokio::time::Instant::now() + patience;
        loop {
            let updates = self.updates_from(offset);
            if !updates.is_empty() || tokio::time::Instant::now() >= until {
                return updates;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn forward(State(proxy): State<Arc<Proxy>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let method = uri.path().rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let json: Value = serde_json::from_slice(&body).unwrap_or_default();
    let own = match method.as_str() {
        "getupdates" => Some(json!(proxy.wait_for_updates(&json).await)),
        "deletewebhook" | "setwebhook" | "deletemycommands" => Some(json!(true)),
        "getmycommands" => Some(json!([])),
        _ => None,
    };
    if let Some(result) = own {
        return axum::Json(json!({ "ok": true, "result": result })).into_response();
    }
    let path = uri.path_and_query().map_or("/", |p| p.as_str());
    let mut request = proxy.http.post(format!("{}{path}", proxy.upstream)).body(body);
    if let Some(kind) = headers.get(header::CONTENT_TYPE) {
        request = request.header(header::CONTENT_TYPE, kind);
    }
    match request.send().await {
        Ok(answer) => {
            let status = answer.status();
            let mut response = Response::new(Body::from(answer.bytes().await.unwrap_or_default()));
            *response.status_mut() = status;
            response
        }
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}
