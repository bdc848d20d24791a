//! The dates that a catalogue keeps, by what happened then: "joining date" of `date_joined`, "when they were hired" of
//! `hire_date`.

use super::{is_mark, lower, word};
use crate::offline::{
    lexicon::Lexicon,
    reader::same_root,
    resolve::start_column,
    words::{Token, is_beginning, is_person, same_deeds, verb_root},
};
use rowcall_core::{Catalogue, ColumnRef};

/// The dates that a catalogue keeps, and what they are called after.
pub(super) struct Dates<'d> {
    pub lexicon: &'d Lexicon,
    pub catalogue: &'d Catalogue,
}

impl Dates<'_> {
    /// The table that a noun names.
    pub fn table(&self, noun: &Token) -> Option<usize> {
        let found = self.lexicon.tables_for(&[&noun.lemma]);
        found.first().filter(|(_, score)| *score >= 0.75).map(|(table, _)| *table)
    }

    pub fn is_time(&self, c: ColumnRef) -> bool {
        let years = |w: &String| w == "year" || is_beginning(w);
        let column = &self.catalogue.tables[c.table].columns[c.column];
        column.kind.is_temporal()
            || column.kind.is_numeric() && self.lexicon.columns[c.table][c.column].words.iter().any(years)
    }

    /// The only column that is called after what happened: "opened" of `opening_date`, "born" of `birth_year`; of this
    /// table, where one is given.
    pub fn of(&self, table: Option<usize>, verb: &str, particle: &str) -> Option<ColumnRef> {
        let own = self.called(table, verb, particle);
        // "the first to register", where it is kept when they signed up.
        own.or_else(|| {
            same_deeds(verb).filter(|_| table.is_some()).find_map(|other| self.called(table, other, ""))
        })
    }

    fn called(&self, table: Option<usize>, verb: &str, particle: &str) -> Option<ColumnRef> {
        let stem = match verb {
            "born" => "birth".to_owned(),
            "built" => "built".to_owned(),
            "began" | "begun" | "begin" => "start".to_owned(),
            verb => verb_root(verb),
        };
        let joined = format!("{verb}{particle}");
        let says = |w: &String| same_root(w, &stem) || *w == stem || !particle.is_empty() && *w == joined;
        let found = (0..self.lexicon.columns.len())
            .filter(|t| table.is_none_or(|wanted| wanted == *t))
            .flat_map(|table| {
                (0..self.lexicon.columns[table].len()).map(move |column| ColumnRef { table, column })
            })
            .filter(|c| self.is_time(*c) && self.lexicon.columns[c.table][c.column].words.iter().any(says));
        let found: Vec<ColumnRef> = found.collect();
        match found.as_slice() {
            [one] => Some(*one),
            // "who was elected first": of people.
            several => {
                let mut people = several
                    .iter()
                    .filter(|c| self.lexicon.tables[c.table].words.iter().any(|w| is_person(w)));
                people.next().copied().filter(|_| table.is_none() && people.next().is_none())
            }
        }
    }

    /// The words of the only date that is called after a verb.
    pub fn called_after(&self, verb: &str) -> Option<Vec<Token>> {
        self.of(None, verb, "").map(|date| self.words(date))
    }

    /// The words of the date with which the rows begin that are named first.
    pub fn first_rows(&self, tokens: &[Token]) -> Option<Vec<Token>> {
        let table = tokens.iter().find_map(|t| self.table(t))?;
        let date = start_column(self.catalogue, self.lexicon, table).or_else(|| self.only_year(table))?;
        Some(self.words(date))
    }

    /// The year in which rows began, where no date of theirs is kept.
    fn only_year(&self, table: usize) -> Option<ColumnRef> {
        let columns = (0..self.lexicon.columns[table].len()).map(|column| ColumnRef { table, column });
        let mut years = columns.filter(|c| self.is_time(*c));
        years.next().filter(|_| years.next().is_none())
    }

    /// The words of a date; of another table's rows, with which these begin, the words for those: "the earliest order".
    pub fn rows_or_date(&self, table: Option<usize>, date: ColumnRef) -> Vec<Token> {
        let refers =
            |t: usize| self.lexicon.prepared.graph.edges.iter().any(|e| (e.from, e.to) == (date.table, t));
        let other = table.is_some_and(|t| t != date.table && refers(t));
        if other && start_column(self.catalogue, self.lexicon, date.table) == Some(date) {
            return self.lexicon.tables[date.table].words.iter().map(|w| word(w)).collect();
        }
        self.words(date)
    }

    pub fn words(&self, c: ColumnRef) -> Vec<Token> {
        self.lexicon.columns[c.table][c.column].words.iter().map(|w| word(w)).collect()
    }
}

/// A verb and what belongs to it: "sign up".
pub(super) fn particle(tokens: &[Token], at: usize) -> &str {
    match lower(tokens, at) {
        said @ ("up" | "out" | "in" | "off") => said,
        _ => "",
    }
}

pub(super) fn is_past(verb: &str) -> bool {
    verb.ends_with("ed") || matches!(verb, "born" | "built" | "began" | "begun")
}

/// "the employees and when they were hired", "names and the date each one was opened": and their date of it.
pub(super) fn when_they(tokens: &mut Vec<Token>, dates: &Dates<'_>) {
    for at in (2..tokens.len().saturating_sub(3)).rev() {
        let told = match lower(tokens, at) {
            "when" => lower(tokens, at - 1) == "and",
            "date" | "year" if lower(tokens, at - 1) == "the" => match lower(tokens, at - 2) {
                "and" | "," => true,
                // "…, with the year they opened"
                "with" => at > 2 && tokens[at - 3].text == ",",
                _ => false,
            },
            _ => false,
        };
        let mut was = at + 1;
        while matches!(
            lower(tokens, was),
            "it" | "they" | "he" | "she" | "each" | "one" | "when" | "that" | "in" | "on" | "which"
        ) {
            was += 1;
        }
        if !told || was == at + 1 {
            continue;
        }
        // "with the year they opened"
        let verb = was + usize::from(matches!(lower(tokens, was), "was" | "were" | "got"));
        if verb == was && !is_past(lower(tokens, verb)) {
            continue;
        }
        let Some(words) = dates.called_after(lower(tokens, verb)) else { continue };
        if is_mark(tokens, verb + 1) {
            let from = at - usize::from(lower(tokens, at - 1) == "the");
            let dated =
                words.iter().any(|t| matches!(t.lower.as_str(), "date" | "day" | "year" | "at" | "on"));
            let said = if dated { ["their"].as_slice() } else { &["the", "date"] };
            if lower(tokens, from - 1) == "with" {
                tokens[from - 1] = word("and");
            }
            tokens.splice(from..=verb, said.iter().copied().map(word).chain(words));
            return;
        }
    }
}

/// "joining date" of `date_joined`, "founding year" of `year_founded`: by its name.
pub(super) fn date_nouns(tokens: &mut Vec<Token>, dates: &Dates<'_>) {
    for at in (1..tokens.len()).rev() {
        let noun = tokens[at].lemma.clone();
        let told = matches!(noun.as_str(), "date" | "year" | "day");
        let verb = lower(tokens, at - 1).to_owned();
        if !told || !(verb.ends_with("ing") || verb.ends_with("ed")) {
            continue;
        }
        let known = dates.lexicon.columns_for(&[&tokens[at - 1].lemma, &noun], dates.catalogue);
        if known.first().is_some_and(|(_, score)| *score >= 0.9) {
            continue;
        }
        let Some(date) = dates.of(None, &verb, "") else { continue };
        let words = dates.words(date);
        if words.iter().any(|t| t.lower == noun) {
            tokens.splice(at - 1..=at, words);
        }
    }
}
