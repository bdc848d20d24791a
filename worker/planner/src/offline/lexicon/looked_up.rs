//! What was looked up before: the same few phrases are asked for again and again while one question is read.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Phrases kept; then all are forgotten, since questions are many.
const MOST: usize = 4096;

/// What a phrase may name, and how well, the best first.
type Named<T> = Arc<[(T, f32)]>;

/// The same of phrases that were looked up.
#[derive(Debug)]
pub(super) struct LookedUp<T>(Mutex<HashMap<String, Named<T>>>);

impl<T> Default for LookedUp<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> LookedUp<T> {
    /// What a phrase may name; looked up where it was not yet.
    pub fn get(&self, phrase: &[&str], look_up: impl FnOnce() -> Vec<(T, f32)>) -> Named<T> {
        let phrase = phrase.join(" ");
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = kept().get(&phrase) {
            return found.clone();
        }
        // Looking up may ask for other phrases: nothing is locked meanwhile.
        let found: Named<T> = look_up().into();
        let mut kept = kept();
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(phrase, found.clone());
        found
    }
}
