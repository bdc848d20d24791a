//! Which letters are an English word, and how common it is: what tells where the words of `boatowner` meet.
//!
//! `english/common.txt` has 12,000 words by how often English Wikipedia has them, the most frequent first (the order of the
//! word list of wordninja 2.0, those that WordNet 3.1 knows as words other than names, and their plain inflections);
//! `english/compounds.txt` the words of WordNet, and some of computing and offices, that look as if they were several of these.

use super::lemma;
use std::{
    collections::{HashMap, HashSet},
    sync::OnceLock,
};

const COMMON: &str = include_str!("english/common.txt");
const COMPOUNDS: &str = include_str!("english/compounds.txt");

/// How many words are more common; none for letters that are no word or a rare one.
pub fn rank(word: &str) -> Option<usize> {
    static RANKS: OnceLock<HashMap<&str, usize>> = OnceLock::new();
    let ranks = RANKS.get_or_init(|| COMMON.lines().enumerate().map(|(rank, word)| (word, rank)).collect());
    ranks.get(word).copied()
}

/// One word, or a plain inflection of one, however much it looks like several: "keyword", "workshops".
pub fn is_one_word(word: &str) -> bool {
    static COMPOUND: OnceLock<HashSet<&str>> = OnceLock::new();
    let compounds = COMPOUND.get_or_init(|| COMPOUNDS.lines().collect());
    let known = |word: &str| rank(word).is_some() || compounds.contains(word);
    let cut = |end: &str| word.strip_suffix(end).is_some_and(|cut| known(cut) || known(&format!("{cut}e")));
    known(word) || known(&lemma(word)) || ["s", "ed", "ing", "er", "ers"].iter().any(|end| cut(end))
}
