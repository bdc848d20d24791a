//! Names that the catalogue writes in one word and people in two: "prize pot" for `prizepot`. And words with an accent that
//! names do without: "café" for `has_cafe`.

use super::{Words, instead, lower, slice, unknown, words};
use crate::offline::{
    lexicon::Lexicon,
    words::{is_filler, is_link_verb, lemma},
};
use std::ops::Range;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The shortest name that is put together from two words.
const SHORTEST: usize = 6;

pub(super) fn fused(text: &str, lexicon: &Lexicon) -> String {
    let mut text = text.to_owned();
    let mut from = 0;
    loop {
        let found = words(&text);
        let Some((at, (range, name))) = (from..found.len()).find_map(|at| {
            Some((at, joined(&text, &found, at, lexicon).or_else(|| plain(&found, at, lexicon))?))
        }) else {
            return text;
        };
        text = instead(&text, range.start, range.end, &name);
        from = at + 1;
    }
}

/// "prize pot", of which neither word is a name by itself, or the two together alone are one.
fn joined(text: &str, found: &Words, at: usize, lexicon: &Lexicon) -> Option<(Range<usize>, String)> {
    let (head, tail) = (found.get(at)?, found.get(at + 1)?);
    let beside = slice(text, head.to..tail.from).trim().is_empty();
    let letters = |word: &str| word.len() >= 2 && word.chars().all(|c| c.is_ascii_lowercase());
    let empty = |word: &str| is_filler(word) || is_link_verb(word);
    if !beside || ![&head.lower, &tail.lower].into_iter().all(|w| letters(w) && !empty(w)) {
        return None;
    }
    let known = |end: &str| {
        let name = format!("{}{end}", head.lower);
        (name.len() >= SHORTEST && lexicon.is_word(&name)).then_some(name)
    };
    let one = lemma(&tail.lower);
    // "the home gyms" are more than one.
    let name = known(&tail.lower).or_else(|| known(&one))?;
    // "start date", which `startdate` is read as anyway.
    let apart = unknown(&head.lower, lexicon) || unknown(&one, lexicon);
    apart.then_some((head.from..tail.to, name))
}

/// "café"
fn plain(found: &Words, at: usize, lexicon: &Lexicon) -> Option<(Range<usize>, String)> {
    let word = lower(found, at);
    if word.is_ascii() || !unknown(word, lexicon) {
        return None;
    }
    let name: String = word.nfd().filter(|c| !is_combining_mark(*c)).collect();
    let named = [name.clone(), lemma(&name)].iter().any(|name| lexicon.is_word(name));
    named.then(|| (found[at].from..found[at].to, name))
}
