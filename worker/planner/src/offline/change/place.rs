//! Which column, and which rows, a wish is about.

use super::{
    Cx, Miss,
    text::{ARTICLES, Text},
    value::Written,
};
use crate::PlanRequest;
use crate::offline::{
    arbiter::{AGREED, read, two_ways},
    lexicon::key_column,
    words,
};
use rowcall_core::TypeKind;
use rowcall_plan::{Field, Filter, Literal, QueryPlan, is_equal};

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub table: usize,
    pub column: usize,
}

/// The rows that are meant.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    pub table: usize,
    pub filters: Vec<Filter>,
    pub notes: Vec<String>,
}

/// Descriptions that are read for one wish.
const MOST: u32 = 30;
/// How well a column's name has to be said.
const SAID: f32 = 0.7;
/// Names that are no further apart than this are as good as each other.
const CLOSE: f32 = 0.03;
/// How well a table's name has to be said where its number follows.
const TABLE: f32 = 0.75;

/// Base forms of the words of a name.
pub(super) fn phrase(raw: &str) -> Vec<String> {
    let text = Text::new(raw);
    let said = text.words.iter().filter(|w| !w.is(ARTICLES));
    said.flat_map(|w| words::split_name(w.text)).map(|w| words::lemma(&w.to_lowercase())).collect()
}

impl Cx<'_> {
    /// The column of a table that somebody named, with how well.
    pub fn column_said(&self, table: usize, raw: &str) -> Result<(Place, f32), Miss> {
        let columns = &self.request.catalogue.tables[table].columns;
        let exact = columns.iter().position(|c| c.name.eq_ignore_ascii_case(raw.trim()));
        if let Some(column) = exact {
            return Ok((Place { table, column }, 1.0));
        }
        let phrase = phrase(raw);
        let words: Vec<&str> = phrase.iter().map(String::as_str).collect();
        let found = self.lexicon.columns_for(&words, self.request.catalogue);
        let own: Vec<_> = found.into_iter().filter(|(c, score)| c.table == table && *score >= SAID).collect();
        match own.as_slice() {
            [] => Err(self.no_column(table, raw)),
            [(best, score), (other, close), ..] if score - close < CLOSE => {
                let name = |c: &rowcall_core::ColumnRef| columns[c.column].name.clone();
                let readings = [best, other].map(|c| (name(c), self.instead(raw, &name(c))));
                Err(Miss::ask(format!("What is meant by \"{}\"?", raw.trim()), readings.to_vec()))
            }
            [(best, score), ..] => Ok((Place { table, column: best.column }, *score)),
        }
    }

    fn no_column(&self, table: usize, raw: &str) -> Miss {
        let table = &self.request.catalogue.tables[table];
        let said = phrase(raw).join(" ");
        let mut near: Vec<(f64, &str)> = table
            .columns
            .iter()
            .map(|c| (strsim::jaro_winkler(&said, &c.name.replace('_', " ").to_lowercase()), c.name.as_str()))
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        let close: Vec<&str> =
            near.iter().take_while(|(score, _)| *score > 0.8).map(|(_, n)| *n).take(3).collect();
        let hint = match close.as_slice() {
            [] => {
                let all: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).take(20).collect();
                format!("There are: {}.", all.join(", "))
            }
            close => format!("Close to it: {}.", close.join(", ")),
        };
        let text = Text::new(raw);
        let called = text.slice(text.skip_articles(), text.len());
        Miss::column(format!("\"{}\" has no column \"{called}\". {hint}", table.name))
    }

    /// The column that calls a row by its name.
    pub fn name_column(&self, table: usize) -> Option<Place> {
        let columns = &self.request.catalogue.tables[table].columns;
        let called = |word: &str| {
            let mut found = columns.iter().enumerate().filter(|(n, c)| {
                c.kind.is_textual() && self.lexicon.columns[table][*n].words.last().is_some_and(|w| w == word)
            });
            let (column, _) = found.next()?;
            found.next().is_none().then_some(Place { table, column })
        };
        let exact = columns.iter().position(|c| c.name.eq_ignore_ascii_case("name") && c.kind.is_textual());
        exact.map(|column| Place { table, column }).or_else(|| called("name")).or_else(|| called("title"))
    }

    /// The table that words name, and how many of them; the longest name counts.
    pub fn table_at(&self, text: &Text<'_>, from: usize) -> Option<(usize, usize)> {
        (1..=4.min(text.len().saturating_sub(from))).rev().find_map(|n| {
            let words = &text.words[from..from + n];
            if words.iter().any(|w| w.quoted || w.is(&[",", ";", ":", "=", "and", "with"])) {
                return None;
            }
            let phrase = phrase(text.slice(from, from + n));
            let said: Vec<&str> = phrase.iter().map(String::as_str).collect();
            let found = self.lexicon.tables_for(&said);
            let (best, score) = *found.first()?;
            let alone = found.get(1).is_none_or(|(_, other)| score - other > CLOSE);
            (score >= TABLE && alone && !said.is_empty()).then_some((best, n))
        })
    }

    /// The rows that somebody described.
    pub fn rows(&self, raw: &str) -> Result<Rows, Miss> {
        let text = Text::new(raw);
        let from = text.skip_articles();
        if from == text.len() {
            return Err(Miss::nothing("I could not make out which rows are meant.".into()));
        }
        if let Some(rows) = self.by_number(&text, from).or_else(|| self.by_name(&text, from)) {
            return Ok(rows);
        }
        self.described(&text, from)
    }

    /// "order 17", "orders 17, 18 and 19", "order number 17".
    fn by_number(&self, text: &Text<'_>, from: usize) -> Option<Rows> {
        let (table, n) = self.table_at(text, from)?;
        let key = key_column(&self.request.catalogue.tables[table], table)?;
        let column = &self.request.catalogue.tables[table].columns[key.column];
        if column.kind != TypeKind::Integer {
            return None;
        }
        let mut numbers = Vec::new();
        for (at, word) in text.words.iter().enumerate().skip(from + n) {
            let between = word.is(&["and", ",", "or", "&"]) && !numbers.is_empty();
            let before =
                word.is(&["number", "no", "no.", "nr", "id", "#", "with", "=", "whose", "where", "is"]);
            if between && at + 1 < text.len() || before && numbers.is_empty() {
                continue;
            }
            numbers.push(word.text.trim_start_matches('#').parse::<i64>().ok()?);
        }
        let name = self.lexicon.prepared.name_of(self.request.catalogue, table);
        let filter = match numbers.as_slice() {
            [] => return None,
            [one] => is_equal(name, &column.name, Literal::Integer(*one)),
            several => Filter::In {
                field: Field::new(name, column.name.clone()),
                values: several.iter().copied().map(Literal::Integer).collect(),
                negated: false,
            },
        };
        Some(Rows { table, filters: vec![filter], notes: Vec::new() })
    }

    /// "customer Ann Lee", "product BEA-1049", "the customer 'O'Brien'".
    fn by_name(&self, text: &Text<'_>, from: usize) -> Option<Rows> {
        let (table, n) = self.table_at(text, from)?;
        let head = &text.words[from + n - 1];
        let named = text.words.get(from + n).is_some_and(|w| w.is(&["named", "called"]));
        let start = from + n + usize::from(named);
        let rest = text.words.get(start..).filter(|rest| !rest.is_empty())?;
        let written = Written::of(text.slice(start, text.len()));
        let says_more = rest.iter().any(|w| {
            w.is(&[
                "of", "in", "with", "where", "from", "before", "after", "whose", "that", "who", "which",
                "by", "for", "since", "between", "without", "until", "on", "at", "and", "or", "is", "are",
                "was", "were", "=", ",",
            ])
        });
        let proper = |w: &super::text::Word<'_>| {
            w.text.chars().any(|c| c.is_uppercase() || c.is_ascii_digit() || c == '@')
        };
        let single = words::lemma(&head.lower) == head.lower;
        if !written.quoted && (says_more || !(named || single && rest.iter().all(proper))) {
            return None;
        }
        let columns = &self.request.catalogue.tables[table].columns;
        let place = if written.text.contains('@') {
            columns
                .iter()
                .enumerate()
                .find(|(_, c)| c.kind.is_textual() && c.name.to_lowercase().contains("mail"))
                .map(|(column, _)| Place { table, column })
        } else if !named && written.text.chars().any(|c| c.is_ascii_digit()) {
            self.code_column(table)
        } else {
            self.name_column(table)
        }?;
        let name = self.lexicon.prepared.name_of(self.request.catalogue, table);
        let stored = super::value::known(self.column(place), &written.text).unwrap_or(&written.text);
        let filter = is_equal(name, &self.column(place).name, Literal::Text(stored.to_owned()));
        Some(Rows { table, filters: vec![filter], notes: Vec::new() })
    }

    /// The one unique column of text that is neither a name nor an address.
    fn code_column(&self, table: usize) -> Option<Place> {
        let t = &self.request.catalogue.tables[table];
        let keys = t.unique_keys.iter().chain(std::iter::once(&t.primary_key));
        let mut codes = keys.filter_map(|key| match key.as_slice() {
            [one] => t.columns.iter().position(|c| c.name == *one && c.kind.is_textual()),
            _ => None,
        });
        let column = codes.find(|c| !t.columns[*c].name.to_lowercase().contains("mail"))?;
        codes.all(|c| t.columns[c].name.to_lowercase().contains("mail")).then_some(Place { table, column })
    }

    /// Rows in the words of a question: both readers read them as a list, and have to agree.
    fn described(&self, text: &Text<'_>, from: usize) -> Result<Rows, Miss> {
        let said = text.slice(from, text.len());
        let question = format!("list {said}");
        let request = PlanRequest { question: &question, history: &[], ..*self.request };
        let unclear = |why: &str| {
            let why = if why.is_empty() { String::new() } else { format!(" {why}") };
            Miss::rows(format!("I could not make out which rows are meant by \"{said}\".{why}"))
        };
        self.read.set(self.read.get() + 1);
        if self.read.get() > MOST {
            return Err(unclear("Say it shorter."));
        }
        let found = match read(&question, &request, self.lexicon) {
            Ok(found) => found,
            Err(
                super::Problem::Refuse(why) | super::Problem::Unknown(why, _) | super::Problem::Grammar(why),
            ) => return Err(unclear(&why)),
            // A choice carries a question's plan, not a change's.
            Err(super::Problem::Apart(readings)) => {
                return Err(unclear(&format!("{} Say which in other words.", two_ways(&readings))));
            }
            Err(super::Problem::Ask(asked, readings)) => {
                let whole =
                    |reading: &str| self.instead(said, reading.strip_prefix("list ").unwrap_or(reading));
                let readings = readings.into_iter().map(|(label, text)| (label, whole(&text))).collect();
                return Err(Miss::ask(asked, readings));
            }
        };
        if found.certainty < AGREED {
            return Err(unclear("Say it in other words, or name them by their number."));
        }
        if !is_plain(&found.plan) {
            return Err(unclear("Only rows that can be told by themselves can be changed."));
        }
        let catalogue = self.request.catalogue;
        let table = self.lexicon.prepared.table(catalogue, &found.plan.source).map_err(|_| unclear(""))?;
        let all = text.words.iter().any(|w| w.is(&["all", "every", "each", "entire", "whole", "any"]));
        if found.plan.filters.is_empty() && !all {
            let name = &catalogue.tables[table].name;
            return Err(Miss::rows(format!(
                "Which rows of \"{name}\"? Say \"all {name}\" if every one of them is meant, or which."
            )));
        }
        Ok(Rows { table, filters: found.plan.filters, notes: found.notes })
    }
}

/// Rows of one table by conditions, and nothing else.
fn is_plain(plan: &QueryPlan) -> bool {
    plan.measures.is_empty()
        && plan.dimensions.is_empty()
        && plan.having.is_empty()
        && plan.limit.is_none()
        && plan.combine.is_none()
        && plan.comparison.is_none()
}
