//! A stand-in for Discord: its HTTP API (v10) and its gateway on a free port of loopback, with people who write, press
//! and look.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use rowcall_standins::discord::Discord;
//! use serde_json::json;
//!
//! # async fn test() {
//! let discord = Discord::start().await;
//! let guild = discord.guild("Shop");
//! let channel = guild.channel("questions");
//! let ana = discord.person("Ana");
//! guild.join(&ana);
//!
//! // Start the bot with `discord.url()` as serenity's proxy (its own rate limiter disabled) and `discord.token()`.
//! discord.connected(1, Duration::from_secs(10)).await;
//!
//! let asked = ana.slash(&channel, "ask", json!({"question": "How many orders?"}));
//! let answer = asked.answer(Duration::from_secs(5), |answer| !answer.thinking).await;
//! ana.presses(&answer, "SQL");
//! println!("{}", discord.transcript(&channel, &ana));
//! discord.assert_clean();
//! # }
//! ```
//!
//! * **State.** Guilds, roles, channels, threads, direct messages, messages with their history, interactions, commands.
//! * **Strict.** Every request is checked against Discord's own OpenAPI description (`specs/discord`) and against the
//!   limits that it lacks. What Discord would refuse is refused with its code. A request that no correct bot sends is
//!   also kept in [`Discord::violations`]; one that was refused for something that a bot need not have known (a lost
//!   permission, an archived thread, a window that closed) only stands in [`Discord::refusals`].
//! * **Windows.** Three seconds for the first answer to an interaction, fifteen minutes for its token, by a [`Clock`]
//!   that can be put forward.
//! * **Limits.** Buckets per route and channel and one for all; [`Discord::set_limits`] changes them. A bot that comes
//!   back before a 429 allows it is *impatient*, which is a violation.
//! * **Faults.** [`Discord::faults`] for HTTP, [`Discord::gateway`] for the gateway.
//!
//! Lengths are counted in code points, as Discord's API does. Not served: voice, stage, polls, stickers of guilds, the
//! second kind of components (they are stored and not rendered), moderation. Such a request gets 501 and is a violation
//! of the kind [`ViolationKind::NotServed`].

mod check;
mod clock;
mod control;
mod form;
mod gateway;
mod people;
mod permissions;
mod places;
mod post;
mod rate;
mod record;
mod refusal;
mod rest;
mod seen;
mod server;
mod settings;
mod slash;
mod transcript;
mod wait;
mod world;

use std::sync::Arc;

pub use clock::Clock;
pub use control::Gateway;
pub use people::Person;
pub use permissions::Permissions;
pub use places::{Channel, Guild, Role};
pub use post::Post;
pub use record::{Request, Violation, ViolationKind};
pub use seen::{SeenButton, SeenEdit, SeenFile, SeenInput, SeenMessage, SeenModal, SeenSelect};
use serde_json::Value;
use server::Inner;
pub use settings::{Rate, RateLimits, Settings};
pub use slash::{Choice, Interaction};

use crate::faults::Faults;

/// A running stand-in. Clones are the same server; it ends with the last of them.
#[derive(Clone)]
pub struct Discord {
    inner: Arc<Inner>,
    _guard: Arc<StopOnDrop>,
}

struct StopOnDrop(Arc<Inner>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.world().sessions.order(|| gateway::sessions::Order::Cut);
        self.0.stop();
    }
}

impl Discord {
    /// Starts with the default settings.
    ///
    /// # Panics
    /// If no port of loopback can be opened.
    pub async fn start() -> Discord {
        Discord::start_with(Settings::default()).await
    }

    /// Starts with these settings.
    ///
    /// # Panics
    /// If no port of loopback can be opened.
    pub async fn start_with(settings: Settings) -> Discord {
        let inner = server::start(settings).await.expect("a port of loopback is free");
        Discord { _guard: Arc::new(StopOnDrop(inner.clone())), inner }
    }

    /// The server's address, such as `http://127.0.0.1:4711`, as serenity's `HttpBuilder::proxy` wants it.
    pub fn url(&self) -> String {
        format!("http://{}", self.inner.address)
    }

    /// The bot's token.
    pub fn token(&self) -> &str {
        &self.inner.settings.token
    }

    /// The id of the application, which is also that of its bot.
    pub fn application_id(&self) -> u64 {
        self.inner.look().application
    }

    /// How a message mentions the bot.
    pub fn mention(&self) -> String {
        format!("<@{}>", self.application_id())
    }

    /// The stand-in's clock.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// What shall go wrong over HTTP. Paths are templates such as `/channels/{channel_id}/messages`.
    pub fn faults(&self) -> &Faults {
        &self.inner.faults
    }

    /// What shall go wrong at the gateway, and what happened there.
    pub fn gateway(&self) -> Gateway {
        Gateway { inner: self.inner.clone() }
    }

    /// Changes the rate limits from now on.
    pub fn set_limits(&self, limits: RateLimits) {
        *self.inner.limits() = limits;
    }

    /// A new guild with the bot in it and no channel yet.
    pub fn guild(&self, name: &str) -> Guild {
        let id = self.inner.world().add_guild(name);
        Guild { discord: self.clone(), id }
    }

    /// A new person.
    pub fn person(&self, name: &str) -> Person {
        let id = self.inner.world().add_user(name, false);
        Person { discord: self.clone(), id }
    }

    /// Another bot, which writes as a person does.
    pub fn other_bot(&self, name: &str) -> Person {
        let id = self.inner.world().add_user(name, true);
        Person { discord: self.clone(), id }
    }

    /// The commands that are registered everywhere, as Discord keeps them.
    pub fn commands(&self) -> Vec<Value> {
        self.inner.look().commands.clone()
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<Request> {
        self.inner.record().requests.clone()
    }

    /// The requests with this method and template.
    pub fn requests_to(&self, method: &str, template: &str) -> Vec<Request> {
        let fits = |request: &Request| request.method == method && request.template == template;
        self.requests().into_iter().filter(fits).collect()
    }

    /// Requests that no correct bot sends.
    pub fn violations(&self) -> Vec<Violation> {
        self.inner.record().violations.clone()
    }

    /// Takes the violations out, for a test that made them on purpose.
    pub fn take_violations(&self) -> Vec<Violation> {
        std::mem::take(&mut self.inner.record().violations)
    }

    /// Requests that were refused with one of Discord's codes, violations included.
    pub fn refusals(&self) -> Vec<Request> {
        self.requests().into_iter().filter(|request| request.code.is_some()).collect()
    }

    /// Fails the test if there was any violation.
    ///
    /// # Panics
    /// With a list of them.
    pub fn assert_clean(&self) {
        let list = self.violations();
        let lines: Vec<String> =
            list.iter().map(|v| format!("- {:?} {}: {}", v.kind, v.request, v.what)).collect();
        assert!(list.is_empty(), "{} requests that Discord would refuse:\n{}", list.len(), lines.join("\n"));
    }
}
