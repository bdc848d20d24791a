//! Requests to Telegram: within the budgets, within a time, and with errors that can be acted on.

use crate::{
    settings::{LONG_POLL, TelegramSettings},
    trouble::Trouble,
};
use anyhow::Context;
use rowcall_frontend::{Pace, PaceLimits};
use std::{
    collections::HashMap,
    future::IntoFuture,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use teloxide::{Bot, RequestError};
use tokio::time::{Instant, timeout};

/// How long one request may take. teloxide waits 10 s before it tells of a server error, and a delivery has 20 s.
const REQUEST: Duration = Duration::from_secs(8);
/// How long a request waits for its turn before it gives way to others.
const TURN: Duration = Duration::from_secs(10);
/// Longest wait that a request sits out itself.
const SHORT: Duration = Duration::from_secs(3);

/// Requests a second over all chats, and at once. Telegram counts 30 in any second, as they arrive: those that left in a
/// little more than one may arrive in one.
const OVERALL: (u32, u32) = (20, 5);
/// One per second, and three at once after silence.
const PRIVATE: PaceLimits = PaceLimits { chat: 3, chat_window: Duration::from_secs(3) };
/// Telegram counts 20 in any minute: three at once, and what comes in within a minute after them, are 19.
const GROUP: PaceLimits = PaceLimits { chat: 3, chat_window: Duration::from_secs(11) };

/// The way to Telegram.
pub struct Api {
    /// For everything but updates.
    pub bot: Bot,
    /// For updates: it waits for long polls.
    pub updates: Bot,
    pace: Pace,
    paused: Mutex<HashMap<Option<i64>, Instant>>,
}

impl Api {
    /// A client for the settings' bot.
    ///
    /// # Errors
    /// When no client can be made.
    pub fn new(settings: &TelegramSettings) -> anyhow::Result<Self> {
        let bot = |limit: Duration| -> anyhow::Result<Bot> {
            let mut client = reqwest::Client::builder()
                .connect_timeout(Duration::from_secs(5))
                .timeout(limit)
                .tcp_nodelay(true);
            if settings.api_base.is_some() {
                // It is on this machine.
                client = client.no_proxy();
            }
            let client = client.build().context("no client for Telegram")?;
            let bot = Bot::with_client(settings.token.reveal(), client);
            Ok(match &settings.api_base {
                Some(base) => bot.set_api_url(base.clone()),
                None => bot,
            })
        };
        Ok(Self {
            bot: bot(REQUEST)?,
            updates: bot(LONG_POLL + Duration::from_secs(15))?,
            pace: Pace::new(OVERALL.0, OVERALL.1),
            paused: Mutex::default(),
        })
    }

    /// A message or edit for `chat`, when it is its turn.
    ///
    /// # Errors
    /// What went wrong; `Wait` also when the turn would come too late.
    pub async fn send<T, R>(&self, chat: i64, request: R) -> Result<T, Trouble>
    where
        R: IntoFuture<Output = Result<T, RequestError>>,
    {
        let paused = self.paused_for(chat);
        if paused > SHORT {
            return Err(Trouble::Wait(paused));
        }
        if timeout(TURN, self.pace.turn(&chat.to_string(), limits(chat))).await.is_err() {
            return Err(Trouble::Wait(SHORT));
        }
        self.now(Some(chat), request).await
    }

    /// Whether Telegram has asked for nothing to be sent to `chat` for now.
    pub fn is_paused(&self, chat: i64) -> bool {
        !self.paused_for(chat).is_zero()
    }

    /// Whether something that can be left out may be sent to `chat` now; spends its turn if so.
    pub fn idle(&self, chat: i64) -> bool {
        self.paused_for(chat).is_zero() && self.pace.turn_if_idle(&chat.to_string(), limits(chat))
    }

    /// A request that is not counted, or whose turn was taken before.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn now<T, R>(&self, chat: Option<i64>, request: R) -> Result<T, Trouble>
    where
        R: IntoFuture<Output = Result<T, RequestError>>,
    {
        let outcome = match timeout(REQUEST, request.into_future()).await {
            Ok(outcome) => outcome.map_err(Trouble::from),
            Err(_) => Err(Trouble::Away(format!("Telegram did not answer within {} s", REQUEST.as_secs()))),
        };
        if let Err(Trouble::Wait(wait)) = &outcome {
            self.obey(chat, *wait);
        }
        outcome
    }

    /// A message of the kind that is not delivered again by anybody: it sits short waits out, and is tried again
    /// when Telegram did certainly not take it.
    ///
    /// # Errors
    /// What went wrong in the end.
    pub async fn patiently<T, R>(&self, chat: i64, mut request: impl FnMut() -> R) -> Result<T, Trouble>
    where
        R: IntoFuture<Output = Result<T, RequestError>>,
    {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            match self.send(chat, request()).await {
                Err(Trouble::Wait(wait)) if Instant::now() + wait < until => tokio::time::sleep(wait).await,
                outcome => return outcome,
            }
        }
    }

    fn obey(&self, chat: Option<i64>, wait: Duration) {
        tracing::warn!(chat, wait_s = wait.as_secs(), "Telegram asks to wait");
        self.pace.pause(chat.map(|c| c.to_string()).as_deref(), wait);
        let now = Instant::now();
        let mut paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        paused.retain(|_, until| *until > now);
        paused.insert(chat, now + wait);
    }

    fn paused_for(&self, chat: i64) -> Duration {
        let now = Instant::now();
        let paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        [Some(chat), None]
            .iter()
            .filter_map(|key| paused.get(key))
            .map(|until| until.saturating_duration_since(now))
            .max()
            .unwrap_or_default()
    }
}

/// Telegram gives people positive ids and groups negative ones.
fn limits(chat: i64) -> PaceLimits {
    if chat > 0 { PRIVATE } else { GROUP }
}
