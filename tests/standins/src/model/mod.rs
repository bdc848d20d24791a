//! A server for language models, as OpenAI's chat completions describe it: `POST /v1/chat/completions`, streamed or in one
//! piece, with tools, usage and forced shapes of answers. It thinks of nothing itself; a test says what it answers.
//!
//! ```no_run
//! # async fn example() {
//! use rowcall_standins::model::{ModelServer, Reply};
//!
//! let server = ModelServer::start().await;
//! server.will(Reply::calls(&[("look_at_table", serde_json::json!({ "table": "shop.orders" }))]));
//! server.will(Reply::says("{\"answer\": …}"));
//! // … a client with server.url() and server.key() …
//! assert_eq!(server.requests().len(), 2);
//! server.assert_clean();
//! # }
//! ```
//!
//! **What it refuses.** A request without the key, of another shape than the API describes, with a schema that a strict
//! mode would not take, a tool result nobody asked for; and a client that comes back before the time it was told to wait.
//! Each is a violation too, see [`ModelServer::assert_clean`].
//!
//! **Other servers.** [`ModelServer::refuses`] makes it one that does not know some part of the API and says so with 400, as
//! smaller servers do; that is no violation.

mod check;
mod reply;
mod server;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

pub use reply::Reply;

use crate::faults::Faults;

/// The key of the stand-in.
const KEY: &str = "sk-stand-in-key-for-tests-only";

/// A part of the API that a server may not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `response_format` of the type `json_schema` with `strict`.
    Strict,
    /// `response_format` of the type `json_schema`.
    JsonSchema,
    /// Any `response_format`.
    ResponseFormat,
    /// `tools`.
    Tools,
    /// `temperature`.
    Temperature,
    /// `max_tokens`.
    MaxTokens,
    /// `stream_options`.
    StreamOptions,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    /// Its body.
    pub body: Value,
    /// When it came.
    pub at: Instant,
    /// The HTTP status it got; 0 for a connection that broke.
    pub status: u16,
}

impl Request {
    /// The words of all messages of a role, one after the other.
    pub fn words(&self, role: &str) -> String {
        let messages = self.body["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
        let said: Vec<&str> =
            messages.iter().filter(|m| m["role"] == role).filter_map(|m| m["content"].as_str()).collect();
        said.join("\n")
    }

    /// The schema that the answer must fit, if there is one.
    pub fn schema(&self) -> Option<&Value> {
        self.body.pointer("/response_format/json_schema/schema")
    }
}

/// A running server. Clones share it; it ends with the last one.
#[derive(Clone)]
pub struct ModelServer {
    shared: Arc<Shared>,
    _running: Option<Arc<Running>>,
}

struct Shared {
    state: Mutex<State>,
    changed: watch::Sender<u64>,
    faults: Faults,
    address: std::net::SocketAddr,
}

#[derive(Default)]
struct State {
    script: VecDeque<Reply>,
    otherwise: Option<Reply>,
    refused: Vec<Part>,
    requests: Vec<Request>,
    violations: Vec<String>,
    /// By model.
    not_before: HashMap<String, Instant>,
    keyless: bool,
}

struct Running(JoinHandle<()>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl ModelServer {
    /// Starts a server on a free port of the loopback interface.
    ///
    /// # Panics
    /// If no port is free.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            changed: watch::Sender::new(0),
            faults: Faults::default(),
            address,
        });
        let inside = Self { shared, _running: None };
        let running = Running(tokio::spawn(server::run(inside.clone(), listener)));
        Self { _running: Some(Arc::new(running)), ..inside }
    }

    /// The base address, with `/v1`.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.shared.address)
    }

    /// The key. Any other gets 401.
    pub fn key(&self) -> &'static str {
        KEY
    }

    /// From now on there is no key, and a request with one is a violation.
    pub fn without_key(&self) {
        self.change(|state| state.keyless = true);
    }

    /// Adds an answer to the script: requests get them in this order.
    pub fn will(&self, reply: Reply) {
        self.change(|state| state.script.push_back(reply));
    }

    /// What requests get when the script is at its end.
    pub fn otherwise(&self, reply: Reply) {
        self.change(|state| state.otherwise = Some(reply));
    }

    /// Makes it a server that does not know these parts of the API.
    pub fn refuses(&self, parts: &[Part]) {
        self.change(|state| state.refused = parts.to_vec());
    }

    /// The faults of requests; the path is `/v1/chat/completions`.
    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// Every request so far, in the order in which they came.
    pub fn requests(&self) -> Vec<Request> {
        self.lock().requests.clone()
    }

    /// Waits until `count` requests came.
    ///
    /// # Panics
    /// After `timeout`.
    pub async fn wait_for_requests(&self, count: usize, timeout: Duration) -> Vec<Request> {
        let mut changed = self.shared.changed.subscribe();
        let enough = async {
            while self.requests().len() < count {
                if changed.changed().await.is_err() {
                    return;
                }
            }
        };
        let came = tokio::time::timeout(timeout, enough).await.is_ok();
        assert!(came, "only {} of {count} requests came within {timeout:?}", self.requests().len());
        self.requests()
    }

    /// Everything so far that a good client does not send.
    pub fn violations(&self) -> Vec<String> {
        self.lock().violations.clone()
    }

    /// Ends a test.
    ///
    /// # Panics
    /// If there is a violation, or an answer of the script that nobody asked for.
    pub fn assert_clean(&self) {
        let state = self.lock();
        assert!(
            state.violations.is_empty(),
            "the client sent what it must not:\n{}",
            state.violations.join("\n")
        );
        assert!(state.script.is_empty(), "{} answers of the script were not asked for", state.script.len());
    }

    fn change<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        let result = act(&mut self.lock());
        self.shared.changed.send_modify(|version| *version += 1);
        result
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
