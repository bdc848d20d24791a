//! When something happened: "accounts that were charged in 2022" are not those that were opened then.

use super::{Echo, Fault};
use crate::offline::words::{TokenKind, root, synonyms};
use rowcall_plan::{Field, Filter};

/// Verbs that any date may be of.
const ANY: &str = "added created done dated entered existed happened held kept listed made noted occurred placed posted recorded \
    registered reported started stored submitted took used";
/// Verbs for what happened that do not end as others do.
const PAST: &str = "began born bought built given left lent made met paid sent sold spent won written";
/// What may stand between a verb and a time.
const BETWEEN: &str = "after at before between by during early from in late of on since the until year";

fn is_one_of(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|w| w == word)
}

impl Echo<'_> {
    /// The verb before a time says what happened then, and the date that is compared is of something else that happened.
    pub(super) fn happened(&self, faults: &mut Vec<Fault>) {
        let Some(time) = self.dated.iter().min().copied() else { return };
        let Some(at) = (0..time).rev().find(|i| !is_one_of(BETWEEN, &self.tokens[*i].lower)) else { return };
        let verb = &self.tokens[at];
        let told = self.told.iter().any(|(_, said)| said.contains(&at));
        let past = verb.lower.ends_with("ed") || is_one_of(PAST, &verb.lower);
        if !past || told || verb.kind != TokenKind::Word || is_one_of(ANY, &verb.lower) {
            return;
        }
        let stem = root(&verb.lower);
        let said = |word: &String| {
            let roots = [stem.clone(), root(word)];
            roots[0] == roots[1]
                || *word == verb.lower
                || synonyms(&verb.lower).iter().any(|s| root(s) == roots[1])
                || synonyms(word).iter().any(|s| root(s) == roots[0])
        };
        for field in periods(&self.plan.filters) {
            let Some(c) = self.place(field) else { continue };
            let words = &self.lexicon.columns[c.table][c.column].words;
            let happens = words.iter().any(|w| w.ends_with("ed") && !is_one_of(ANY, w));
            let own = self.lexicon.tables[c.table].words.iter().any(said);
            if happens && !own && !words.iter().any(said) {
                faults.push(Fault::Elsewhen);
            }
        }
    }
}

/// The dates that conditions compare.
fn periods(filters: &[Filter]) -> Vec<&Field> {
    let mut out = Vec::new();
    for filter in filters {
        match filter {
            Filter::Period { field, .. } => out.push(field),
            Filter::All(parts) | Filter::Any(parts) | Filter::Related { filters: parts, .. } => {
                out.extend(periods(parts));
            }
            Filter::Not(part) => out.extend(periods(std::slice::from_ref(part.as_ref()))),
            _ => {}
        }
    }
    out
}
