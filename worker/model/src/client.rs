//! The models' servers: requests with retries, time limits, and a memory of what each model cannot take.

use crate::{breaker::Breaker, dialect::Dialect, error::CallError, gather::Reply, transport::Once};
use async_openai::config::OpenAIConfig;
use futures::StreamExt;
use rand::RngExt;
use rowcall_planner::Watch;
use rowcall_shared::config::{ModelConfig, ModelServer};
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// The first pause before a request is sent again; doubled for each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(400);

/// The models, each at its server.
pub struct Client {
    /// Different ones, each with what is known of it.
    servers: Vec<Server>,
    /// The place of a model's server.
    places: HashMap<String, usize>,
    call_timeout: Duration,
    retries: u32,
    dialects: Mutex<HashMap<String, Dialect>>,
    /// Until when a model asked to be left alone.
    waits: Mutex<HashMap<String, Instant>>,
}

/// A server of models.
struct Server {
    openai: async_openai::Client<OpenAIConfig>,
    /// One that fails is left alone, and the others are asked.
    breaker: Breaker,
}

impl Server {
    fn new(server: &ModelServer, config: &ModelConfig, http: &model_http::Client) -> Self {
        let key = server.api_key.as_ref().map(|k| k.reveal().to_owned());
        let once = Once { client: http.clone(), with_key: key.is_some() };
        let openai =
            OpenAIConfig::new().with_api_base(&server.base_url).with_api_key(key.unwrap_or_default());
        Self {
            openai: async_openai::Client::build(http.clone(), openai).with_http_service(once),
            breaker: Breaker::new(config.breaker_failures, config.breaker_pause),
        }
    }
}

/// One request that was sent, and what came of it.
pub struct Sent {
    /// The answer, or why there is none.
    pub outcome: Result<Reply, CallError>,
    /// Bytes of the answer that came before it failed.
    pub heard: usize,
    /// How long it took.
    pub took: Duration,
}

impl Client {
    /// A client for the servers that `config` names. Nothing is connected yet.
    ///
    /// # Errors
    /// When the system's certificates cannot be read.
    pub fn new(config: &ModelConfig) -> Result<Self, CallError> {
        let http = http(config)?;
        let servers = config.by_server();
        let models =
            servers.iter().enumerate().flat_map(|(at, (_, models))| models.iter().map(move |m| (m, at)));
        Ok(Self {
            places: models.map(|(model, at)| ((*model).to_owned(), at)).collect(),
            servers: servers.iter().map(|(server, _)| Server::new(server, config, &http)).collect(),
            call_timeout: config.call_timeout,
            retries: config.retries,
            dialects: Mutex::default(),
            waits: Mutex::default(),
        })
    }

    /// The server of a model; nothing for one that the configuration does not name.
    fn server(&self, model: &str) -> Option<&Server> {
        self.places.get(model).and_then(|at| self.servers.get(*at))
    }

    /// How to speak to a model, as far as it is known.
    pub fn dialect(&self, model: &str) -> Dialect {
        lock(&self.dialects).get(model).copied().unwrap_or_default()
    }

    /// Remembers it.
    pub fn learn(&self, model: &str, dialect: Dialect) {
        tracing::info!(model, ?dialect, "the model server takes requests in another form");
        lock(&self.dialects).insert(model.to_owned(), dialect);
    }

    /// How often a request may be sent again.
    pub fn retries(&self) -> u32 {
        self.retries
    }

    /// Whether a model may be asked now.
    ///
    /// # Errors
    /// When it wants to be left alone, or its server failed too often.
    pub fn may_ask(&self, model: &str) -> Result<(), CallError> {
        let until = lock(&self.waits).get(model).copied();
        let left = until.map(|until| until.saturating_duration_since(Instant::now())).unwrap_or_default();
        if !left.is_zero() {
            return Err(CallError::TooMany { wait: Some(left) });
        }
        let server = self.server(model).ok_or(CallError::NoSuchModel)?;
        if server.breaker.allows(Instant::now()) { Ok(()) } else { Err(CallError::LeftAlone) }
    }

    /// Sends a request once, and waits no longer than `left`.
    pub async fn send(&self, model: &str, body: &Value, left: Duration, watch: Option<&dyn Watch>) -> Sent {
        let began = Instant::now();
        let Some(server) = self.server(model) else {
            return Sent { outcome: Err(CallError::NoSuchModel), heard: 0, took: Duration::ZERO };
        };
        let mut reply = Reply::default();
        let limit =
            tokio::time::timeout(self.call_timeout.min(left), stream(server, body, &mut reply, watch));
        let outcome = limit.await.unwrap_or(Err(CallError::Timeout));
        if let Err(CallError::TooMany { wait: Some(wait) }) = &outcome {
            lock(&self.waits).insert(model.to_owned(), Instant::now() + *wait);
        }
        match &outcome {
            Ok(()) => server.breaker.worked(),
            Err(error) if error.may_pass() => server.breaker.failed(Instant::now(), error.wait()),
            // It answered: about this request, not about itself.
            Err(_) => server.breaker.worked(),
        }
        let heard = reply.size();
        Sent { outcome: outcome.map(|()| reply), heard, took: began.elapsed() }
    }
}

async fn stream(
    server: &Server,
    body: &Value,
    reply: &mut Reply,
    watch: Option<&dyn Watch>,
) -> Result<(), CallError> {
    let chat = server.openai.chat();
    let mut pieces =
        chat.create_stream_byot::<_, Value>(body).await.map_err(|error| CallError::of(&error))?;
    let mut told = false;
    while let Some(piece) = pieces.next().await {
        reply.add(&piece.map_err(|error| CallError::of(&error))?)?;
        if !told && !reply.content.is_empty() {
            told = true;
            if let Some(watch) = watch {
                watch.tell("writing the answer");
            }
        }
    }
    if reply.is_complete() { Ok(()) } else { Err(CallError::Cut) }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing under these locks panics half way.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks a server for its list of models: whether it is there and takes the key. Servers without such a list count as there.
///
/// # Errors
/// What is wrong, without the address or the key.
pub async fn ping(config: &ModelConfig, server: &ModelServer) -> Result<(), CallError> {
    let mut request = http(config)?.get(format!("{}/models", server.base_url));
    if let Some(key) = &server.api_key {
        request = request.bearer_auth(key.reveal());
    }
    let response = request.send().await.map_err(|error| CallError::of_transport(&error))?;
    match response.status().as_u16() {
        status @ (401 | 403) => Err(CallError::Denied(status)),
        status if status >= 500 => Err(CallError::Server(status, None)),
        _ => Ok(()),
    }
}

fn http(config: &ModelConfig) -> Result<model_http::Client, CallError> {
    // The program has installed one already; a test has not.
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    model_http::Client::builder()
        .connect_timeout(Duration::from_secs(10).min(config.call_timeout))
        // A key must not follow to wherever a server points.
        .redirect(model_http::redirect::Policy::none())
        .user_agent(concat!("rowcall/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|_| CallError::Unreachable)
}

/// How long to wait before a request is sent the `n`th time again, from 0: what the server asked for, or a pause that
/// doubles, with chance in it so that many workers do not come back at once.
pub fn pause(n: u32, error: &CallError) -> Duration {
    let most = FIRST_PAUSE * 2_u32.saturating_pow(n.min(6));
    let jitter = most.mul_f64(rand::rng().random_range(0.5..1.0));
    // Never earlier than asked for; a little later, each by another time.
    error.wait().map_or(jitter, |wait| wait + jitter / 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_differ_and_are_never_shorter_than_asked_for() {
        for (n, most) in [(0, 400), (1, 800), (3, 3200), (6, 25_600), (60, 25_600)] {
            let pauses: Vec<u128> =
                (0..50).map(|_| pause(n, &CallError::Timeout).as_micros() / 1000).collect();
            assert!(pauses.iter().all(|p| (most / 2..=most).contains(p)), "{n}: {pauses:?}");
            assert!(pauses.iter().any(|p| *p != pauses[0]), "workers would come back at once: {pauses:?}");
        }
        let asked = CallError::TooMany { wait: Some(Duration::from_secs(7)) };
        for _ in 0..50 {
            let waited = pause(0, &asked);
            assert!(waited > Duration::from_secs(7) && waited <= Duration::from_millis(7100), "{waited:?}");
        }
    }
}
