//! The front end itself: what it is made of.

use crate::{api::Api, runs::Runs};
use rowcall_core::Platform;
use rowcall_frontend::Desk;
use rowcall_shared::Store;
use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
    sync::{Mutex, PoisonError},
};
use teloxide::types::Me;
use tokio::sync::oneshot;

/// A bot at work.
pub struct Telegram {
    /// What people can do.
    pub desk: Desk,
    /// The way to Telegram.
    pub api: Api,
    /// Who we are there.
    pub me: Me,
    /// Chats that are answered; empty for all.
    pub chats: Vec<i64>,
    /// What is shown where.
    pub runs: Runs,
    /// What was said once and need not be said again.
    pub told: Once<(i64, &'static str)>,
    /// Chats that shut us out.
    pub outside: Mutex<HashSet<i64>>,
    /// For each chat, what its next placeholder waits for: the one before.
    pub lines: tokio::sync::Mutex<HashMap<i64, oneshot::Receiver<()>>>,
}

impl Telegram {
    /// The store.
    pub fn store(&self) -> &Store {
        &self.desk.context().store
    }

    /// Whether a chat is answered at all.
    pub fn answers(&self, chat: i64) -> bool {
        self.chats.is_empty() || self.chats.contains(&chat)
    }

    /// A group has become another chat: what was kept under its old id belongs to the new one. False when the store was
    /// away, so that this has to be told again.
    pub async fn moved(&self, from: i64, to: i64) -> bool {
        tracing::info!(from, to, "a group has become a supergroup");
        let moved = self.store().move_chat(Platform::Telegram, &from.to_string(), &to.to_string()).await;
        if let Err(error) = &moved {
            tracing::warn!(%error, from, to, "its settings and conversations stay behind until it is told again");
        }
        !moved.is_err_and(|error| error.is_transient())
    }

    /// We were let into a chat, or shut out of it.
    pub fn membership(&self, chat: i64, inside: bool) {
        tracing::info!(chat, inside, "membership changed");
        let mut outside = self.outside.lock().unwrap_or_else(PoisonError::into_inner);
        if inside {
            outside.remove(&chat);
        } else {
            outside.insert(chat);
        }
    }

    /// Whether we know to be shut out of a chat.
    pub fn is_outside(&self, chat: i64) -> bool {
        self.outside.lock().unwrap_or_else(PoisonError::into_inner).contains(&chat)
    }
}

/// Things that happen once, as far as memory goes.
pub struct Once<T> {
    seen: Mutex<HashSet<T>>,
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self { seen: Mutex::default() }
    }
}

impl<T: Eq + Hash> Once<T> {
    /// Whether this is the first time.
    pub fn first(&self, what: T) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= 10_000 {
            seen.clear();
        }
        seen.insert(what)
    }
}
