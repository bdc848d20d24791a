//! A model's server: requests with retries, time limits, and a memory of what each model cannot take.

use crate::{breaker::Breaker, dialect::Dialect, error::CallError, gather::Reply, transport::Once};
use async_openai::config::OpenAIConfig;
use futures::StreamExt;
use rand::RngExt;
use rowcall_planner::Watch;
use rowcall_shared::config::ModelConfig;
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// The first pause before a request is sent again; doubled for each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(400);

/// A model's server.
pub struct Client {
    openai: async_openai::Client<OpenAIConfig>,
    breaker: Breaker,
    call_timeout: Duration,
    retries: u32,
    dialects: Mutex<HashMap<String, Dialect>>,
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
    /// A client for the server that `config` names. Nothing is connected yet.
    ///
    /// # Errors
    /// When the system's certificates cannot be read.
    pub fn new(config: &ModelConfig) -> Result<Self, CallError> {
        // The program has installed one already; a test has not.
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let http = model_http::Client::builder()
            .connect_timeout(Duration::from_secs(10).min(config.call_timeout))
            // A key must not follow to wherever a server points.
            .redirect(model_http::redirect::Policy::none())
            .user_agent(concat!("rowcall/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| CallError::Unreachable)?;
        let key = config.api_key.as_ref().map(|k| k.reveal().to_owned());
        let once = Once { client: http.clone(), with_key: key.is_some() };
        let openai =
            OpenAIConfig::new().with_api_base(&config.base_url).with_api_key(key.unwrap_or_default());
        Ok(Self {
            openai: async_openai::Client::build(http, openai).with_http_service(once),
            breaker: Breaker::new(config.breaker_failures, config.breaker_pause),
            call_timeout: config.call_timeout,
            retries: config.retries,
            dialects: Mutex::default(),
        })
    }

    /// How to speak to a model, as far as it is known.
    pub fn dialect(&self, model: &str) -> Dialect {
        self.lock().get(model).copied().unwrap_or_default()
    }

    /// Remembers it.
    pub fn learn(&self, model: &str, dialect: Dialect) {
        tracing::info!(model, ?dialect, "the model server takes requests in another form");
        self.lock().insert(model.to_owned(), dialect);
    }

    /// How often a request may be sent again.
    pub fn retries(&self) -> u32 {
        self.retries
    }

    /// Whether the server may be asked now.
    ///
    /// # Errors
    /// When it failed too often.
    pub fn may_ask(&self) -> Result<(), CallError> {
        if self.breaker.allows() { Ok(()) } else { Err(CallError::LeftAlone) }
    }

    /// Sends a request once, and waits no longer than `left`.
    pub async fn send(&self, body: &Value, left: Duration, watch: Option<&dyn Watch>) -> Sent {
        let began = Instant::now();
        let mut reply = Reply::default();
        let limit = tokio::time::timeout(self.call_timeout.min(left), self.stream(body, &mut reply, watch));
        let outcome = limit.await.unwrap_or(Err(CallError::Timeout));
        match &outcome {
            Ok(()) => self.breaker.worked(),
            Err(error) if error.may_pass() => self.breaker.failed(error.wait()),
            // It answered: about this request, not about itself.
            Err(_) => self.breaker.worked(),
        }
        let heard = reply.size();
        Sent { outcome: outcome.map(|()| reply), heard, took: began.elapsed() }
    }

    async fn stream(
        &self,
        body: &Value,
        reply: &mut Reply,
        watch: Option<&dyn Watch>,
    ) -> Result<(), CallError> {
        let chat = self.openai.chat();
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

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Dialect>> {
        self.dialects.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long to wait before a request is sent the `n`th time again, from 0: what the server asked for, or a pause that
/// doubles, with chance in it so that many workers do not come back at once.
pub fn pause(n: u32, error: &CallError) -> Duration {
    let most = FIRST_PAUSE * 2_u32.saturating_pow(n.min(6));
    let jitter = most.mul_f64(rand::rng().random_range(0.5..1.0));
    // Never earlier than asked for; a little later, each by another time.
    error.wait().map_or(jitter, |wait| wait + jitter / 4)
}
