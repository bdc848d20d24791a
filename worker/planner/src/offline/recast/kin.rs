//! Groups of words and phrases of one meaning, found by any of them, and what of a question is put by another of its group.

use super::{Words, instead, slice, words};
use std::collections::HashMap;

/// The most words of a question that are put otherwise.
const MOST: usize = 3;
/// The most words of a phrase.
const LONGEST: usize = 4;

/// The groups of a list.
pub(super) struct Kin {
    groups: Vec<Vec<&'static str>>,
    by_phrase: HashMap<&'static str, Vec<usize>>,
}

impl Kin {
    /// Reads groups written as "a|b c|d".
    pub fn new(list: &'static [&'static str]) -> Self {
        let groups: Vec<Vec<&str>> = list.iter().map(|group| group.split('|').collect()).collect();
        let mut by_phrase: HashMap<&str, Vec<usize>> = HashMap::new();
        for (n, group) in groups.iter().enumerate() {
            for phrase in group {
                let of = by_phrase.entry(phrase).or_default();
                if of.last() != Some(&n) {
                    of.push(n);
                }
            }
        }
        Self { groups, by_phrase }
    }

    /// The others of every group that has this phrase, in the order in which they are written.
    pub fn of(&self, phrase: &str) -> impl Iterator<Item = &'static str> {
        let groups = self.by_phrase.get(phrase).into_iter().flatten().map(|n| &self.groups[*n]);
        groups.flatten().copied().filter(move |other| *other != phrase)
    }

    /// Some group has this phrase.
    pub fn has(&self, phrase: &str) -> bool {
        self.by_phrase.contains_key(phrase)
    }
}

/// The question with what stands for some of its words, and a note of each; `stands` says what stands for so many words at a
/// place, and how the note calls it.
pub(super) fn replaced(
    question: &str,
    stands: impl Fn(&str, &Words, usize, usize) -> Option<(String, String)>,
) -> (String, Vec<String>) {
    let mut text = question.to_owned();
    let mut notes = Vec::new();
    for _ in 0..MOST {
        let found = words(&text);
        let places = (0..found.len()).flat_map(|at| (1..=LONGEST).rev().map(move |used| (at, used)));
        let mut places = places.filter(|(at, used)| at + used <= found.len());
        let Some((at, used, (plain, called))) =
            places.find_map(|(at, used)| Some((at, used, stands(&text, &found, at, used)?)))
        else {
            break;
        };
        let (from, to) = (found[at].from, found[at + used - 1].to);
        notes.push(format!("\"{}\" is read as {called}.", slice(&text, from..to)));
        text = instead(&text, from, to, &plain);
    }
    (text, notes)
}

#[cfg(test)]
mod tests {
    use super::Kin;

    #[test]
    fn a_phrase_has_the_others_of_its_groups() {
        let kin = Kin::new(&["order|purchase", "purchase|sale|deal"]);
        assert_eq!(kin.of("purchase").collect::<Vec<_>>(), ["order", "sale", "deal"]);
        assert!(kin.has("deal") && !kin.has("dealing") && kin.of("dealing").next().is_none());
    }
}
