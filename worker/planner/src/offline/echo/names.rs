//! Names, values and numbers: each is to be found on both sides.

use super::{Echo, Fault, LOOSELY, NEARLY};
use crate::offline::{
    annotate::Key,
    assemble::sensible,
    audit::Spoken,
    lexicon::{is_noise, key_column},
    words::{Token, TokenKind, is_filler, is_link_verb, lemma, number_word, root, split_name, without_unit},
};
use rowcall_core::ColumnRef;
use rowcall_plan::Expression;
use std::{collections::HashSet, iter};

/// Words that say little in a name, and yet tell columns apart: the make of a vehicle and its year.
const TELLING: [&str; 3] = ["year", "type", "level"];

/// Words that speak of times.
const TIMES: [&str; 18] = [
    "when", "date", "dates", "day", "days", "time", "times", "month", "months", "year", "years", "newest",
    "latest", "oldest", "recent", "earliest", "first", "last",
];

impl Echo<'_> {
    /// Words that name something the plan does not speak of.
    pub(super) fn unheard(&self, spoken: &Spoken<'_>, faults: &mut Vec<Fault>) {
        let lexicon = self.lexicon;
        let tables = iter::once(&self.plan.source).chain(spoken.tables.iter().copied());
        let tables = tables.chain(spoken.fields.iter().map(|f| &f.table));
        let mut words: HashSet<String> = HashSet::new();
        for table in tables.filter_map(|t| lexicon.prepared.table(self.request.catalogue, t).ok()) {
            words.extend(lexicon.tables[table].words.iter().chain(&lexicon.things[table]).cloned());
        }
        for c in spoken.fields.iter().filter_map(|f| self.place(f)) {
            words.extend(self.words(c).iter().cloned());
        }
        for label in self.measures().iter().filter_map(|m| m.label.as_deref()) {
            words.extend(split_name(label).iter().map(|w| lemma(&w.to_lowercase())));
        }
        let roots: HashSet<String> = words.iter().map(|w| root(w)).collect();
        for (i, token) in self.tokens.iter().enumerate() {
            let named = token.kind == TokenKind::Word
                && !is_filler(&token.lower)
                && !is_link_verb(&token.lower)
                && number_word(&token.lower).is_none()
                && !self.dated.contains(&i)
                && !self.is_told(i)
                && !self.steers.iter().any(|(_, said)| said.contains(&i))
                && !lexicon.stands_for(&token.lemma, NEARLY).is_empty();
            let heard = || {
                roots.contains(&root(&token.lemma))
                    || lexicon.stands_for(&token.lemma, LOOSELY).iter().any(|w| words.contains(w))
            };
            if named && !heard() {
                faults.push(if lexicon.is_word(&token.lemma) { Fault::Missing } else { Fault::Unsaid });
            }
        }
    }

    /// Values and numbers of the question that the plan does not have.
    pub(super) fn values(&self, spoken: &Spoken<'_>, faults: &mut Vec<Fault>) {
        let has = |text: &str| spoken.literals.iter().any(|l| l.eq_ignore_ascii_case(text));
        for (values, said) in &self.told {
            let first = &self.tokens[said.start];
            let capital = said.start > 0 && first.text.chars().next().is_some_and(char::is_uppercase);
            let named = said.len() == 1 && self.lexicon.is_word(&first.lemma);
            let heard = values.iter().any(|v| v.test.is_some() || has(&v.text));
            // As it is stored, a word is hardly meant otherwise: "savings" of an account's type.
            let stored = values.iter().any(|v| v.text == first.text)
                && !is_filler(&first.lower)
                && !is_link_verb(&first.lower)
                && self.lexicon.stands_for(&first.lemma, LOOSELY).is_empty()
                && !self.measures().iter().any(|m| matches!(m.expression, Some(Expression::Elapsed { .. })));
            if !heard && !named && (capital || stored || said.len() > 1) {
                faults.push(Fault::Value);
            }
        }
        for (i, token) in self.tokens.iter().enumerate() {
            match token.kind {
                TokenKind::Number if !self.dated.contains(&i) => {
                    let inside = self.is_told(i);
                    if !inside && !has(&token.text) {
                        faults.push(Fault::Number);
                    }
                }
                TokenKind::Quoted => {
                    let part = |l: &String| l.to_lowercase().contains(&token.lower);
                    if !spoken.literals.iter().any(part) {
                        faults.push(Fault::Value);
                    }
                }
                _ => {}
            }
        }
    }

    /// What is shown is named by some word.
    pub(super) fn shown(&self, faults: &mut Vec<Fault>) {
        let listed: Vec<ColumnRef> = self.plan.columns.iter().filter_map(|f| self.place(f)).collect();
        let usual = listed.first().map(|c| sensible(&self.world, c.table)).unwrap_or_default();
        let all = usual.len() > 3 && usual.iter().all(|c| listed.contains(c));
        if all {
            // Everything is shown, though some of it is named.
            faults.extend(listed.iter().find(|c| self.names(**c)).map(|_| Fault::Silent));
        }
        // A step of time may go without saying: "cumulative revenue in 2025".
        let groups = self.plan.dimensions.iter().filter(|d| !d.hidden && d.grain.is_none());
        let groups = groups.filter_map(|d| self.place(&d.field));
        for c in groups.chain(listed.iter().copied().filter(|_| !all)) {
            match self.evoked(c) {
                share if share <= 0.0 => faults.push(Fault::Silent),
                share if share < 0.99 => faults.push(Fault::Half),
                _ => {}
            }
        }
    }

    /// The question says the very name of a column that is no label.
    pub(super) fn names(&self, c: ColumnRef) -> bool {
        let table = &self.lexicon.tables[c.table].words;
        let said = |w: &String| self.tokens.iter().any(|t| t.lemma == *w);
        let mut own = self.words(c).iter().filter(|w| !table.contains(w)).peekable();
        !self.is_label(c) && own.peek().is_some() && own.all(said)
    }

    /// How much of a column's name is said, from 0 to 1.
    pub(super) fn evoked(&self, c: ColumnRef) -> f32 {
        let table = &self.lexicon.tables[c.table].words;
        let told = self.told.iter().any(|(values, _)| values.iter().any(|v| v.column == c));
        let timed = self.column(c).kind.is_temporal() && self.says(&TIMES);
        // "the most expensive": by its price.
        let adjective = self.steers(|key| match key {
            Key::Superlative(_, Some(wanted)) | Key::Compare(_, Some(wanted)) => {
                self.world.of_trait(c.table, *wanted).is_some_and(|(found, _)| found == c)
            }
            _ => false,
        });
        if told || timed || adjective || self.is_label(c) && self.speaks_of(c.table) || self.is_said_key(c) {
            return 1.0;
        }
        let heard = |w: &&String| self.said.contains(w.as_str());
        let telling =
            |w: &&String| !table.contains(w) && *w != "id" && (!is_noise(w) || TELLING.contains(&w.as_str()));
        let words = self.words(c);
        // "the height": `height_m`.
        let named = if self.column(c).kind.is_numeric() { without_unit(words) } else { words };
        let mut own: Vec<&String> = named.iter().filter(telling).collect();
        // "per role": `role_desc`.
        if own.len() > 1 && own.last().is_some_and(|w| *w == "description") {
            own.pop();
        }
        if own.is_empty() {
            return if self.words(c).iter().any(|w| heard(&w)) { 1.0 } else { 0.0 };
        }
        own.iter().filter(|w| heard(w)).count() as f32 / own.len() as f32
    }

    /// An id is spoken of, and this is one, whatever it is called: `aid` of aircraft.
    pub(super) fn is_said_key(&self, c: ColumnRef) -> bool {
        let said = |t: &Token| matches!(t.lemma.as_str(), "id" | "identifier");
        self.tokens.iter().any(said)
            && key_column(&self.request.catalogue.tables[c.table], c.table) == Some(c)
    }

    /// Rows of a table are spoken of: by its name, or by what they are.
    fn speaks_of(&self, table: usize) -> bool {
        let mut named = self.lexicon.tables[table].words.iter().chain(&self.lexicon.things[table]);
        let source = self.lexicon.prepared.table(self.request.catalogue, &self.plan.source).ok();
        named.any(|w| self.said.contains(w.as_str()))
            || self.told.iter().any(|(values, _)| values.iter().any(|v| v.column.table == table))
            || self.says(&["who", "whom", "whose"])
            || source == Some(table) && self.says(&["name", "names"])
    }
}
