//! A Telegram server for tests: the Bot API over HTTP on a free loopback port, with people in front of it.
//!
//! ```no_run
//! # use std::time::Duration;
//! # async fn example() {
//! use rowcall_standins::telegram::Telegram;
//!
//! let telegram = Telegram::start().await;
//! // Bot::new(telegram.token()).set_api_url(telegram.url().parse().unwrap())
//! let ann = telegram.person("Ann");
//! let chat = ann.private_chat();
//! ann.says(&chat, "How many orders?");
//! let answer = chat.wait_for_text(Duration::from_secs(5), "42").await;
//! ann.presses(answer.key, "Show SQL");
//! println!("{}", chat.transcript());
//! telegram.assert_clean();
//! # }
//! ```
//!
//! **What it refuses.** A request that does not fit `specs/telegram/api.json`, breaks a limit of the API's prose, or meets a
//! state of the world in which Telegram refuses (blocked, removed, migrated, no right, topic closed). The first two kinds
//! are violations too, see [`Telegram::violations`]; a state of the world is nobody's fault.
//!
//! **Time.** Limits and windows use a clock that [`Telegram::advance`] moves. A client's own waiting stays real; teloxide
//! waits **10 seconds inside** after any 5xx answer before it returns the error, so a test that injects
//! [`Fault::Status`](crate::faults::Fault::Status) of 500 or more takes that long for each. A broken connection costs no such wait.
//!
//! **What it does not do.** MarkdownV2, inline mode, payments, games, stories, business accounts: refused with 501 and the
//! violation `unsupported`. A webhook's answer is not read as a method call.

mod api;
mod chats;
mod clock;
mod entities;
mod html;
mod limits;
mod methods;
mod model;
mod people;
mod pictures;
mod poll;
mod refusal;
mod render;
mod request;
mod server;
mod state;
mod transcript;
mod updates;
mod webhook;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use chats::Chat;
pub use entities::units;
pub use limits::RateLimits;
pub use model::{
    Author, Button, CallbackAnswer, Content, Entity, EntityKind, Media, MediaKind, Message, MessageKey,
    Request, Version, Violation,
};
pub use people::{Draft, Person};
pub use state::Rights;
pub use updates::UpdateFaults;

use crate::faults::Faults;
use state::{Kind, PersonData, State};

/// The token of the stand-in's one bot.
const TOKEN: &str = "7000001:AAstand-in-token-for-tests-only";

/// A running server. Clones share it; it ends with the last one.
#[derive(Clone)]
pub struct Telegram {
    pub(crate) shared: Arc<Shared>,
    _running: Option<Arc<Running>>,
}

pub(crate) struct Shared {
    state: Mutex<State>,
    pub(crate) changed: watch::Sender<u64>,
    pub(crate) faults: Faults,
    clock: clock::Clock,
    address: std::net::SocketAddr,
}

struct Running(Vec<JoinHandle<()>>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

/// Puts updates into the queue, twice or swapped when the test wants it so.
pub(crate) struct Teller<'a>(&'a Faults);

impl Teller<'_> {
    pub(crate) fn push(&self, updates: &mut updates::Updates, kind: &str, body: Value) {
        let (repeat, swap) = (self.0.roll(updates.faults.repeat), self.0.roll(updates.faults.swap));
        updates.push(kind, body, repeat, swap);
    }
}

impl Telegram {
    /// Starts a server with no chats, on a free port of the loopback interface, with Telegram's own rate limits.
    ///
    /// # Panics
    /// If no port is free.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            state: Mutex::new(State::new()),
            changed: watch::Sender::new(0),
            faults: Faults::default(),
            clock: clock::Clock::default(),
            address,
        });
        let inside = Telegram { shared, _running: None };
        let tasks = vec![
            tokio::spawn(server::run(inside.clone(), listener)),
            tokio::spawn(webhook::run(inside.clone())),
        ];
        Telegram { _running: Some(Arc::new(Running(tasks))), ..inside }
    }

    /// The base address for `Bot::set_api_url`.
    pub fn url(&self) -> String {
        format!("http://{}", self.shared.address)
    }

    /// The bot's token. Any other gets 401.
    pub fn token(&self) -> &'static str {
        TOKEN
    }

    /// The bot's user id.
    pub fn bot_id(&self) -> i64 {
        self.read(|state| state.bot.id)
    }

    /// The bot's name with `@`.
    pub fn bot_username(&self) -> String {
        self.read(|state| format!("@{}", state.bot.username))
    }

    /// A new person with this first name; the username is the name in small letters with `_test`.
    pub fn person(&self, name: &str) -> Person {
        self.account(name, false, None)
    }

    /// A new person whose app speaks this language (an IETF tag such as `de`).
    pub fn person_speaking(&self, name: &str, language: &str) -> Person {
        self.account(name, false, Some(language.to_owned()))
    }

    /// Another bot.
    pub fn other_bot(&self, name: &str) -> Person {
        self.account(name, true, None)
    }

    fn account(&self, name: &str, is_bot: bool, language: Option<String>) -> Person {
        let id = self.change(|state, _| {
            let id = 1_000_000 + state.fresh();
            let username =
                format!("{}_{}", name.to_lowercase().replace(' ', "_"), if is_bot { "bot" } else { "test" });
            state.people.insert(id, PersonData { id, name: name.to_owned(), username, is_bot, language });
            state.add_chat(Kind::Private, name, &[id]);
            id
        });
        Person { telegram: self.clone(), id }
    }

    /// A group with the bot in it; the first person is its owner.
    pub fn group(&self, title: &str, members: &[&Person]) -> Chat {
        self.place(Kind::Group, title, members)
    }

    /// A supergroup with the bot in it; the first person is its owner.
    pub fn supergroup(&self, title: &str, members: &[&Person]) -> Chat {
        self.place(Kind::Supergroup { forum: false }, title, members)
    }

    /// A supergroup with topics; see [`Chat::opens_topic`].
    pub fn forum(&self, title: &str, members: &[&Person]) -> Chat {
        self.place(Kind::Supergroup { forum: true }, title, members)
    }

    /// A channel with the bot as an administrator.
    pub fn channel(&self, title: &str, members: &[&Person]) -> Chat {
        self.place(Kind::Channel, title, members)
    }

    fn place(&self, kind: Kind, title: &str, members: &[&Person]) -> Chat {
        let members: Vec<i64> = members.iter().map(|person| person.id).collect();
        let id = self.change(|state, _| state.add_chat(kind, title, &members));
        Chat { telegram: self.clone(), id }
    }

    /// Whether the bot sees only what is meant for it in groups (Telegram's default) or everything.
    pub fn set_privacy_mode(&self, on: bool) {
        self.change(|state, _| state.privacy = on);
    }

    /// Sets other rate limits and forgets what was counted.
    pub fn set_rate_limits(&self, limits: RateLimits) {
        self.change(|state, _| state.limiter.set(limits));
    }

    /// The faults of requests; a rule's path is the method's name. HTTP verbs are those that the bot uses.
    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// How often updates come twice or in another order.
    pub fn set_update_faults(&self, faults: UpdateFaults) {
        self.change(|state, _| state.updates.faults = faults);
    }

    /// Gives the newest update to the bot a second time, even if it confirmed it.
    pub fn repeat_last_update(&self) {
        self.change(|state, _| state.updates.repeat_last());
    }

    /// How many updates the bot has not taken.
    pub fn pending_updates(&self) -> usize {
        self.read(|state| state.updates.queue.len())
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.shared.clock.advance(by);
        self.change(|_, _| ());
    }

    /// Every request so far, in the order in which they came.
    pub fn requests(&self) -> Vec<Request> {
        self.read(|state| state.requests.clone())
    }

    /// The requests of one method (as Telegram writes it).
    pub fn requests_of(&self, method: &str) -> Vec<Request> {
        self.requests().into_iter().filter(|request| request.method == method).collect()
    }

    /// What the bot answered to presses, as people saw it.
    pub fn callback_answers(&self) -> Vec<CallbackAnswer> {
        self.read(|state| state.answers.clone())
    }

    /// Presses that were never answered: the person still sees a waiting button.
    pub fn unanswered(&self) -> Vec<String> {
        self.read(|state| {
            state.pressed.iter().filter(|(_, press)| !press.answered).map(|(id, _)| id.clone()).collect()
        })
    }

    /// Waits for the answer to a press.
    ///
    /// # Panics
    /// After `timeout`.
    pub async fn wait_for_answer(&self, query: &str, timeout: Duration) -> CallbackAnswer {
        let found = self
            .wait(timeout, || self.callback_answers().into_iter().find(|answer| answer.query == query))
            .await;
        found.unwrap_or_else(|| panic!("press {query} was not answered within {timeout:?}"))
    }

    /// Waits until `look` finds something; looks again after each change. `None` after `timeout`.
    pub async fn wait<T>(&self, timeout: Duration, look: impl Fn() -> Option<T>) -> Option<T> {
        let mut changed = self.shared.changed.subscribe();
        let found = async {
            loop {
                changed.mark_unchanged();
                if let Some(found) = look() {
                    return Some(found);
                }
                changed.changed().await.ok()?;
            }
        };
        tokio::time::timeout(timeout, found).await.ok().flatten()
    }

    /// The bytes of a file in a message.
    pub fn file(&self, media: &Media) -> Option<Bytes> {
        self.read(|state| state.files.get(&media.file_id).map(|file| file.bytes.clone()))
    }

    /// The commands set for a scope (`default`, `all_private_chats`, …) and a language ("" for every other language), as
    /// pairs of name and description.
    pub fn commands(&self, scope: &str, language: &str) -> Vec<(String, String)> {
        let wanted = (serde_json::json!({ "type": scope }).to_string(), language.to_owned());
        let list = self.read(|state| state.commands.get(&wanted).cloned());
        let text = |command: &Value, field: &str| {
            command.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let pair = |command: &Value| (text(command, "command"), text(command, "description"));
        list.as_ref()
            .and_then(Value::as_array)
            .map(|commands| commands.iter().map(pair).collect())
            .unwrap_or_default()
    }

    /// Everything so far that a good bot does not send.
    pub fn violations(&self) -> Vec<Violation> {
        self.read(|state| state.violations.clone())
    }

    /// Ends a test.
    ///
    /// # Panics
    /// If there is a violation; lists all.
    pub fn assert_clean(&self) {
        let violations: Vec<String> = self.violations().iter().map(ToString::to_string).collect();
        assert!(violations.is_empty(), "the bot sent what it must not:\n{}", violations.join("\n"));
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.shared.clock.now()
    }

    pub(crate) fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.lock())
    }

    pub(crate) fn change<T>(&self, act: impl FnOnce(&mut State, &Teller<'_>) -> T) -> T {
        let result = act(&mut self.lock(), &Teller(&self.shared.faults));
        self.shared.changed.send_modify(|version| *version += 1);
        result
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
