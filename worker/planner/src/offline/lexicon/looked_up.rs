//! What was looked up before: the same few phrases are asked for again and again while one question is read.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Texts kept; then all are forgotten, since questions are many.
const MOST: usize = 4096;

/// What was made of texts before.
#[derive(Debug)]
pub(super) struct LookedUp<V>(Mutex<HashMap<String, V>>);

impl<V> Default for LookedUp<V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<V: Clone> LookedUp<V> {
    /// What a text gives; looked up where it was not yet.
    pub fn get(&self, text: &str, look_up: impl FnOnce() -> V) -> V {
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = kept().get(text) {
            return found.clone();
        }
        // Looking up may ask for other texts: nothing is locked meanwhile.
        let found = look_up();
        let mut kept = kept();
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(text.to_owned(), found.clone());
        found
    }
}
