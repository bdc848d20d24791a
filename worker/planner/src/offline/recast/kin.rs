//! Groups of words and phrases of one meaning, found by any of them.

use std::collections::HashMap;

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
