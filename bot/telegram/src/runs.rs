//! What this process knows of runs that are shown somewhere: who may touch their message right now, and what was
//! put there last. All of it may be lost; the store has what matters.

use crate::address::Address;
use rowcall_core::RunId;
use std::{
    collections::{HashMap, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{sync::Mutex as AsyncMutex, time::Instant};

/// Runs remembered before the oldest are forgotten.
const RUNS: usize = 4096;
/// Messages whose content is remembered.
const MESSAGES: usize = 8192;

/// A run's message. Whoever holds the lock may edit it.
#[derive(Debug, Default)]
pub struct Shown {
    /// The message, once it is posted.
    pub posted: Option<(Address, i32)>,
    /// What was asked.
    pub question: String,
    /// The answer has begun to be delivered: no progress from now on.
    pub answered: bool,
    /// When progress was shown last.
    pub edited: Option<Instant>,
}

/// A run and since when it is known.
type Known = (Instant, Arc<AsyncMutex<Shown>>);

/// The runs and messages that this process knows.
#[derive(Default)]
pub struct Runs {
    runs: Mutex<HashMap<RunId, Known>>,
    sent: Mutex<HashMap<(i64, i32), u64>>,
}

impl Runs {
    /// A run that was just accepted here, or is delivered here.
    pub fn enter(&self, run: RunId) -> Arc<AsyncMutex<Shown>> {
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        if runs.len() >= RUNS && !runs.contains_key(&run) {
            let oldest = runs.iter().min_by_key(|(_, (since, _))| *since).map(|(id, _)| *id);
            oldest.map(|id| runs.remove(&id));
        }
        runs.entry(run).or_insert_with(|| (Instant::now(), Arc::default())).1.clone()
    }

    /// A run, if it is known.
    pub fn find(&self, run: RunId) -> Option<Arc<AsyncMutex<Shown>>> {
        let runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        runs.get(&run).map(|(_, shown)| shown.clone())
    }

    /// The run has been answered.
    pub fn leave(&self, run: RunId) {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner).remove(&run);
    }

    /// Whether the message is known to hold exactly this.
    pub fn holds(&self, chat: i64, message: i32, content: u64) -> bool {
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.get(&(chat, message)) == Some(&content)
    }

    /// Remembers what a message holds now.
    pub fn wrote(&self, chat: i64, message: i32, content: u64) {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        if sent.len() >= MESSAGES {
            // Forgetting costs one edit that changes nothing.
            sent.clear();
        }
        sent.insert((chat, message), content);
    }

    /// It is not known what a message holds.
    pub fn unsure(&self, chat: i64, message: i32) {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).remove(&(chat, message));
    }
}

/// A draft's content as a number, good within one process.
pub fn fingerprint(draft: &crate::render::Draft) -> u64 {
    let mut hasher = DefaultHasher::new();
    draft.html.hash(&mut hasher);
    draft.keyboard.hash(&mut hasher);
    draft.picture.as_ref().map(|picture| &picture.png).hash(&mut hasher);
    hasher.finish()
}
