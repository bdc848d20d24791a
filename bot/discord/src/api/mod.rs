//! What the bot sends to Discord. Requests are ours, not serenity's, for two reasons: its errors hide how long
//! Discord asks to wait, and its spans hold the tokens of interactions.

pub mod buckets;
pub mod calls;
pub mod error;

pub use error::ApiError;

use buckets::{Buckets, Route};
use bytes::Bytes;
use reqwest::{
    Client, Method, Response, StatusCode,
    header::{AUTHORIZATION, HeaderValue, USER_AGENT},
    multipart::{Form, Part},
};
use rowcall_frontend::{Pace, PaceLimits};
use serde_json::Value;
use std::time::Duration;

/// Discord takes 50 requests a second of a bot. So many a second and so many at once are fewer in any second; the rest is
/// left to serenity's own.
const OVERALL: (u32, u32) = (40, 5);
/// What a channel takes before Discord slows its messages down.
const CHANNEL: PaceLimits = PaceLimits { chat: 5, chat_window: Duration::from_secs(5) };
/// Longest wait for an answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Longest time a request may wait inside for its turn after a 429, before its caller decides.
const PATIENCE: Duration = Duration::from_secs(5);
/// Tries of a request whose repetition does no harm.
const TRIES: u32 = 4;
const DISCORD: &str = "https://discord.com";

/// Discord's API, with its budgets.
pub struct Api {
    client: Client,
    authorization: HeaderValue,
    base: Option<String>,
    pace: Pace,
    buckets: Buckets,
}

/// A file that goes with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// MIME type.
    pub mime: String,
    /// What is in it.
    pub bytes: Bytes,
    /// What it shows, for people who cannot see it.
    pub alt: Option<String>,
}

/// One request.
struct Call<'a> {
    method: Method,
    /// A full URL of Discord, as serenity's routes give it.
    url: String,
    route: Route,
    budget: Budget<'a>,
    body: Option<Value>,
    files: &'a [File],
    /// A repetition does no harm, so it is tried again when the answer is lost.
    repeatable: bool,
}

/// Which of the bot's own budgets a request is taken from.
#[derive(Clone, Copy)]
enum Budget<'a> {
    /// A message in a channel.
    Channel(&'a str),
    /// A request that belongs to no channel.
    Bot,
    /// Its turn was taken before.
    Taken,
    /// A request by an interaction's token: it does not count against the bot.
    Interaction,
}

impl Api {
    /// For a bot with this token. `base` stands in for Discord.
    ///
    /// # Errors
    /// When no client can be built, or the token cannot be sent.
    pub fn new(token: &str, base: Option<&str>) -> anyhow::Result<Self> {
        let mut authorization = HeaderValue::from_str(&format!("Bot {token}"))?;
        authorization.set_sensitive(true);
        Ok(Self {
            client: Client::builder().timeout(TIMEOUT).build()?,
            authorization,
            base: base.map(|base| base.trim_end_matches('/').to_owned()),
            pace: Pace::new(OVERALL.0, OVERALL.1),
            buckets: Buckets::default(),
        })
    }

    /// Whether a channel, and the bot, have so much of their budgets left that progress may be shown; spends one.
    pub fn idle(&self, channel: &str) -> bool {
        self.pace.turn_if_idle(channel, CHANNEL)
    }

    /// Sends a request until Discord did it, refused it, or asks for more patience than there is.
    async fn call(&self, call: Call<'_>) -> Result<Value, ApiError> {
        let tries = if call.repeatable { TRIES } else { 1 };
        let mut failed = 0;
        let mut patience = PATIENCE;
        loop {
            let error = match self.once(&call).await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            match &error {
                ApiError::RetryAfter(wait) if *wait <= patience => patience -= *wait,
                ApiError::Away(why) => {
                    failed += 1;
                    if failed >= tries {
                        return Err(error);
                    }
                    tracing::debug!(%why, route = call.route.template, "tried again");
                    tokio::time::sleep(Duration::from_millis(150) * 3_u32.pow(failed - 1)).await;
                }
                _ => return Err(error),
            }
        }
    }

    /// Waits until the request fits both what Discord announced of its route and the bot's own budgets.
    async fn turn(&self, call: &Call<'_>) -> Result<(), ApiError> {
        loop {
            let wait = self.buckets.wait(&call.route);
            if wait > PATIENCE {
                return Err(ApiError::RetryAfter(wait));
            }
            if !wait.is_zero() {
                tokio::time::sleep(wait).await;
            }
            match call.budget {
                Budget::Channel(channel) => self.pace.turn(channel, CHANNEL).await,
                Budget::Bot => self.pace.turn(&call.route.template, CHANNEL).await,
                Budget::Interaction | Budget::Taken => {}
            }
            // While this one waited for its turn, others have used the route up.
            if self.buckets.spend(&call.route) {
                return Ok(());
            }
        }
    }

    async fn once(&self, call: &Call<'_>) -> Result<Value, ApiError> {
        self.turn(call).await?;
        let request = self.request(call)?;
        // The URL may hold an interaction's token: it is taken out of every error.
        let away = |error: reqwest::Error| ApiError::Away(error.without_url().to_string());
        let response = request.send().await.map_err(away)?;
        let status = response.status();
        self.buckets.note(&call.route, response.headers());
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Err(self.too_many(call, response).await);
        }
        let body = response.bytes().await.map_err(away)?;
        if !status.is_success() {
            return Err(ApiError::read(status, &body));
        }
        if body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&body).map_err(|_| ApiError::Away("an answer that is no JSON".into()))
    }

    fn request(&self, call: &Call<'_>) -> Result<reqwest::RequestBuilder, ApiError> {
        let url = match &self.base {
            Some(base) => call.url.replacen(DISCORD, base, 1),
            None => call.url.clone(),
        };
        let mut request = self
            .client
            .request(call.method.clone(), url)
            .header(USER_AGENT, serenity::constants::USER_AGENT)
            .header(AUTHORIZATION, self.authorization.clone());
        match &call.body {
            Some(body) if !call.files.is_empty() => {
                let mut form = Form::new().text("payload_json", body.to_string());
                for (n, file) in call.files.iter().enumerate() {
                    let part = Part::stream_with_length(file.bytes.clone(), file.bytes.len() as u64)
                        .file_name(file.name.clone())
                        .mime_str(&file.mime)
                        .map_err(|_| refused_here("a file's type cannot be sent"))?;
                    form = form.part(format!("files[{n}]"), part);
                }
                request = request.multipart(form);
            }
            Some(body) => request = request.json(body),
            None => {}
        }
        Ok(request)
    }

    async fn too_many(&self, call: &Call<'_>, response: Response) -> ApiError {
        let header =
            |name: &str| response.headers().get(name).and_then(|v| v.to_str().ok().map(str::to_owned));
        let global = header("x-ratelimit-global").is_some()
            || header("x-ratelimit-scope").as_deref() == Some("global");
        let asked = header("retry-after").and_then(|v| buckets::seconds(&v));
        let body: Value = response.json().await.unwrap_or_default();
        let exact = body["retry_after"].as_f64().and_then(|s| buckets::seconds(&s.to_string()));
        // The header is in whole seconds in places; whichever says longer is obeyed.
        let wait = asked.max(exact).unwrap_or(Duration::from_secs(1)) + Duration::from_millis(20);
        let global = global || body["global"].as_bool() == Some(true);
        tracing::warn!(route = call.route.template, global, wait_ms = %wait.as_millis(), "Discord asked to wait");
        if global {
            self.pace.pause(None, wait);
        } else {
            self.buckets.pause(&call.route, wait);
            if let Budget::Channel(channel) = call.budget {
                self.pace.pause(Some(channel), wait);
            }
        }
        ApiError::RetryAfter(wait)
    }
}

fn refused_here(message: &str) -> ApiError {
    ApiError::Refused { status: 0, code: 0, message: message.into() }
}
