//! Terms that a question says in a slightly other form: "prefer the left foot" where a hint speaks of "preferring the left
//! foot", "their quality check" for "the quality check".

use super::{Defined, Phrase};
use crate::offline::words::{Token, TokenKind, root};

/// Words that may stand in a term or not.
const BETWEEN: &str = "a an and are as at be been being by for from had has have in is it its of on that the their these this \
    those to was were which who whose with his her our";
/// The most words of a question that may say a term.
const LONGEST: usize = 8;

impl Defined {
    /// Adds each term that the question says in another form as the question says it.
    pub(super) fn loosely(&mut self, question: &[Token]) {
        let mut more = Vec::new();
        for phrase in &self.phrases {
            let exact = question
                .windows(phrase.words.len().max(1))
                .any(|w| phrase.words.iter().zip(w).all(|(p, t)| *p == t.lemma || *p == t.lower));
            if exact || phrase.said.is_none() {
                continue;
            }
            let core: Vec<&str> = phrase.words.iter().map(String::as_str).filter(|w| !between(w)).collect();
            if let Some((from, to)) = (0..question.len()).find_map(|at| stands(&core, question, at)) {
                let words = question[from..to].iter().map(|t| t.lemma.clone()).collect();
                more.push(Phrase { words, ..phrase.clone() });
            }
        }
        self.phrases.extend(more);
    }
}

fn between(word: &str) -> bool {
    BETWEEN.split_ascii_whitespace().any(|w| w == word)
}

/// The words that say the core of a term from here on, with no more than small words between.
fn stands(core: &[&str], question: &[Token], from: usize) -> Option<(usize, usize)> {
    let mut left = core.iter();
    let mut next = left.next()?;
    for (at, token) in question.iter().enumerate().skip(from).take(LONGEST) {
        if token.kind == TokenKind::Mark {
            return None;
        }
        if akin(next, token) {
            match left.next() {
                Some(word) => next = word,
                None => return Some((from, at + 1)),
            }
        } else if at == from || !between(&token.lower) {
            return None;
        }
    }
    None
}

/// Forms of one word: "preferring" and "prefer", "calibration" and "calibrating".
fn akin(term: &str, token: &Token) -> bool {
    if term == token.lemma || term == token.lower {
        return true;
    }
    let (a, b) = (root(term), root(&token.lower));
    if a == b && a.len() >= 3 {
        return true;
    }
    let shared = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let rest = a.chars().count().max(b.chars().count()) - shared;
    shared >= 5 && rest <= 3 || shared >= 4 && rest <= 2
}
