//! When something happened: "accounts that were charged in 2022" are not those that were opened then.

use super::{Echo, Fault};
use crate::offline::words::{TokenKind, root, synonyms};
use rowcall_plan::{Field, Filter};

/// Verbs that any date may be of.
const ANY: &str = "added created done dated entered existed happened held kept listed made noted occurred placed posted recorded \
    registered reported started stored submitted took used";
/// Verbs for what happened that do not end as others do.
const PAST: &str = "began born bought built given left lent made met paid sent sold spent won written";
/// Verbs for what a trade is.
const TRADE: &str = "bought ordered purchased sold traded";
/// What may stand between a verb and a time.
const BETWEEN: &str = "after at before between by during early from in late of on since the until year";

fn is_one_of(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|w| w == word)
}

impl Echo<'_> {
    /// The verb before a time says what happened then, and the date that is compared is of something else that happened.
    pub(super) fn happened(&self, faults: &mut Vec<Fault>) {
        if self.asks_when_else() {
            faults.push(Fault::Elsewhen);
        }
        let Some(time) = self.dated.iter().min().copied() else { return };
        let Some(near) = (0..time).rev().find(|i| !is_one_of(BETWEEN, &self.tokens[*i].lower)) else {
            return;
        };
        // "bought more than 3 products in 2025": what was done with what stands between.
        let dealt = (0..near)
            .rev()
            .take_while(|i| self.tokens[*i].kind != TokenKind::Mark)
            .find(|i| is_one_of(TRADE, &self.tokens[*i].lower));
        let at = dealt.unwrap_or(near);
        let verb = &self.tokens[at];
        let past = verb.lower.ends_with("ed") || is_one_of(PAST, &verb.lower);
        if !past || self.is_told(at) || verb.kind != TokenKind::Word || is_one_of(ANY, &verb.lower) {
            return;
        }
        let stem = root(&verb.lower);
        let said = |word: &String| {
            let roots = [stem.clone(), root(word)];
            roots[0] == roots[1]
                || *word == verb.lower
                || is_one_of(TRADE, &verb.lower) && is_one_of(TRADE, word)
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

impl Echo<'_> {
    /// "On which date was the component issued", where issues have a date, and the one that is shown is of something else.
    fn asks_when_else(&self) -> bool {
        let lower = |at: usize| self.tokens.get(at).map_or("", |t| t.lower.as_str());
        let on = usize::from(lower(0) == "on");
        let when = lower(0) == "when"
            || matches!(lower(on), "which" | "what") && matches!(lower(on + 1), "date" | "day");
        let shown: Vec<_> =
            self.visible().into_iter().filter(|c| self.column(*c).kind.is_temporal()).collect();
        if !when || shown.is_empty() {
            return false;
        }
        let dated = |t: usize| self.request.catalogue.tables[t].columns.iter().any(|c| c.kind.is_temporal());
        let verbs = self.tokens.iter().filter(|t| t.kind == TokenKind::Word && t.lower.ends_with("ed"));
        verbs.map(|t| root(&t.lower)).any(|stem| {
            let called = |t: &usize| self.lexicon.tables[*t].words.last().is_some_and(|w| root(w) == stem);
            let mut tables = (0..self.lexicon.tables.len()).filter(called).filter(|t| dated(*t));
            let table = tables.next().filter(|_| tables.next().is_none());
            // A date that is called after what happened is meant, wherever it is.
            let own = |c: &rowcall_core::ColumnRef| {
                self.lexicon.columns[c.table][c.column].words.iter().any(|w| root(w) == stem)
            };
            table.is_some_and(|t| shown.iter().all(|c| c.table != t && !own(c)))
        })
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
