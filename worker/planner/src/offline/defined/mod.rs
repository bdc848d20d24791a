//! Words that were defined for this question or for the source: by a hint that came with the question ("overdue
//! refers to paid_on IS NULL", "chlorine means element = 'cl'"), or by the team's glossary. They lie over the words
//! of the catalogue, so that both readers meet them wherever a value or a name may stand. Codes that no sample holds,
//! but that are formed like those of a column, are known in the same way.

mod codes;
mod condition;
mod formula;
mod kept;
mod legends;
mod loosely;
mod nouns;
mod shield;
mod statements;
mod wording;

use super::{
    lexicon::{Known, ValueRef},
    words::{self, Token, lemma, tokens},
};
use crate::GlossaryEntry;
pub use formula::Part;
use rowcall_core::{Catalogue, Column, ColumnRef};
use rowcall_plan::Filter;
pub use shield::Shielded;
pub use statements::{Statement, cleaned, cut, statements};
pub use wording::Wording;

/// The most definitions that are taken from one text.
const MOST: usize = 64;

/// The most words of a term: "ended with the death of the patient".
const LONGEST: usize = 10;

/// The most ways to say a question in other words.
const MEANINGS: usize = 4;

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct Defined {
    phrases: Vec<Phrase>,
    /// Words that stand for other words.
    pub wordings: Vec<Wording>,
    /// A part of all that is asked for, as it is computed.
    pub part: Option<Part>,
    /// The column that a total is the sum of.
    pub summed: Option<ColumnRef>,
    /// Which of the phrases a hint says.
    hinted: std::ops::Range<usize>,
    /// Terms whose meaning was not understood, and what was said of them.
    unread: Vec<(Vec<String>, String)>,
}

/// A word or a few of them, and what they mean.
#[derive(Clone, Debug)]
struct Phrase {
    /// Base forms.
    words: Vec<String>,
    /// Conditions, one per column that it may be about.
    values: Vec<ValueRef>,
    /// Columns, if it names one.
    columns: Vec<ColumnRef>,
    /// How it was said; none for what was not, as codes are known by their form.
    said: Option<Said>,
}

/// A term and its meaning, as they were said.
#[derive(Clone, Debug)]
struct Said {
    term: String,
    meaning: String,
}

impl Said {
    fn of(term: &str, meaning: &str) -> Option<Self> {
        Some(Self { term: term.trim().to_owned(), meaning: meaning.trim().to_owned() })
    }
}

impl Defined {
    /// What is defined for a question.
    pub fn read(
        question: &str,
        hint: Option<&str>,
        glossary: &[GlossaryEntry],
        known: &Known,
        catalogue: &Catalogue,
    ) -> Self {
        let mut defined = Self::default();
        let world = Sources { known, catalogue };
        for entry in glossary.iter().take(MOST) {
            defined.add(&world, &entry.term, &entry.meaning, false);
        }
        let first = defined.phrases.len();
        for piece in hint.map(|hint| cut(hint, &[';', '\n'])).into_iter().flatten().take(MOST) {
            match legends::legend(&piece, &world) {
                Some(said) => said.iter().take(MOST).for_each(|s| defined.state(&world, s)),
                None => statements(&piece).take(MOST).for_each(|s| defined.state(&world, &s)),
            }
        }
        defined.hinted = first..defined.phrases.len();
        let said = tokens(question);
        defined.loosely(&said);
        for token in said {
            let values = codes::formed_like(&token, &world);
            if !values.is_empty() && defined.values(&[&token.lower]).is_none() {
                let words = vec![token.lemma];
                defined.phrases.push(Phrase { words, values, columns: Vec::new(), said: None });
            }
        }
        defined.at_one_place(question);
        defined.shield();
        defined
    }

    /// One sentence of a hint, whichever side of it is the condition.
    fn state(&mut self, world: &Sources<'_>, statement: &Statement) {
        let Statement { left, right, loose } = statement;
        if let Some(pairs) = statements::pairs(left, right, &|name| single_column(name, world).is_some()) {
            pairs.iter().for_each(|(term, column)| self.add(world, term, column, *loose));
            return;
        }
        // "wb_typ (R river, L lake)"
        if let Some((column, legend)) = right.split_once('(')
            && let Some(columns) = single_column(column, world)
        {
            self.add(world, left, column.trim(), *loose);
            for (code, words) in statements::codes(legend.trim_end_matches([')', ' '])) {
                let stored = |c: &&ColumnRef| world.column(**c).samples.contains(&code);
                let values: Vec<ValueRef> =
                    columns.iter().filter(stored).map(|c| ValueRef::stored(*c, code.clone())).collect();
                self.put_values(&words, values, Said::of(&words, &format!("{} = '{code}'", column.trim())));
            }
            return;
        }
        // "total = SUM(n_bnd)": what "how many in total" adds up.
        if let Some(columns) =
            statements::summed(left, right).and_then(|column| single_column(&column, world))
        {
            self.summed = columns.first().copied();
            return;
        }
        // "the steepest slope refers to MAX(slp)": what the superlative means, too.
        if let Some((term, meanings)) =
            statements::outstanding(left, right).filter(|(t, _)| statements::is_rare(t))
        {
            self.wordings.push(Wording { term, meanings });
        }
        if let Some((term, column)) = statements::computed(left, right)
            && let Some(columns) = single_column(&column, world)
        {
            // "the highest haemoglobin level refers to MAX(hb)": what the column is called.
            let said = Said::of(&term, &column);
            let words = cleaned(&term);
            if !words.is_empty() && words.len() <= LONGEST {
                self.phrases.push(Phrase { words, values: Vec::new(), columns, said });
            }
            return;
        }
        if let Some(part) = Part::read(left, right, world) {
            self.part = Some(part);
            return;
        }
        if let Some((term, meanings)) = statements::outstanding(left, right) {
            self.wordings.push(Wording { term, meanings });
            return;
        }
        // "ACT results are in actrslt"
        if let Some(table) = right.strip_prefix("in ").filter(|_| *loose)
            && let Some(found) =
                world.catalogue.tables.iter().find(|t| t.name.eq_ignore_ascii_case(table.trim()))
        {
            let meanings = vec![words::split_name(&found.name).join(" ").to_lowercase()];
            self.wordings.push(Wording { term: left.trim().to_owned(), meanings });
            return;
        }
        if condition::read(right, world).is_some() {
            self.add(world, left, right, *loose);
        } else if condition::read(left, world).is_some() {
            self.add(world, right, left, *loose);
        } else if let Some(columns) = single_column(right, world) {
            // "TR000 is the molecule id" is a value, "molecule ID refers to molecule_id" a name.
            if codes::is_code(left) {
                let text = left.trim_matches(['\'', '"', ' ']).to_owned();
                let values: Vec<ValueRef> =
                    columns.iter().map(|c| ValueRef::stored(*c, text.clone())).collect();
                self.put_values(&text, values, Said::of(&text, &format!("a value of {right}")));
            } else {
                self.add(world, left, right, *loose);
            }
        } else if let Some(columns) = single_column(left, world) {
            let words = cleaned(right);
            if !words.is_empty() && words.len() <= LONGEST {
                let said = Said::of(right, left);
                self.phrases.push(Phrase { words, values: Vec::new(), columns, said });
            }
        } else {
            self.add(world, left, right, *loose);
        }
    }

    /// A word and its meaning.
    fn add(&mut self, world: &Sources<'_>, term: &str, meaning: &str, loose: bool) {
        if let Some(condition) = condition::read(meaning, world) {
            let values = condition.values(world);
            let (plain, gloss) = match term.split_once('(') {
                // "sharing the points (a draw)"
                Some((plain, gloss)) if !plain.trim().is_empty() => (plain, gloss.split(')').next()),
                _ => (term, None),
            };
            for term in [Some(plain), gloss].into_iter().flatten() {
                let said = Said::of(term, meaning);
                self.put_values(&world.described(term, &values), values.clone(), said);
            }
            return;
        }
        let words = cleaned(term);
        if words.is_empty() {
            return;
        }
        if let Some(columns) = single_column(meaning, world) {
            let said = Said::of(term, meaning);
            // "the most counsellors", where their number is kept.
            let of =
                statements::counted(term).map(cleaned).filter(|of| !of.is_empty() && of.len() <= LONGEST);
            let kept = columns.iter().any(|c| world.column(*c).kind.is_numeric());
            if let Some(words) = of.filter(|_| kept) {
                self.phrases.push(Phrase {
                    words,
                    values: Vec::new(),
                    columns: columns.clone(),
                    said: said.clone(),
                });
            }
            // "land use code refers to lu": the land use is meant by it as well.
            let short =
                words.split_last().filter(|(last, rest)| statements::is_label(last) && rest.len() > 1);
            let known = |rest: &[String]| {
                let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
                world.known.columns_for(&rest, world.catalogue).iter().any(|(_, score)| *score >= 0.75)
            };
            if let Some((_, rest)) = short.filter(|(_, rest)| !known(rest)) {
                self.phrases.push(Phrase {
                    words: rest.to_vec(),
                    values: Vec::new(),
                    columns: columns.clone(),
                    said: said.clone(),
                });
            }
            self.phrases.push(Phrase { words, values: Vec::new(), columns, said });
            return;
        }
        if let Some(wording) = Wording::read(term, meaning, world, loose) {
            self.wordings.push(wording);
        } else if !loose && !meaning.contains('(') {
            self.unread.push((words, format!("{} means {}.", term.trim(), meaning.trim())));
        }
    }

    /// Keeps of the conditions that may be on several tables those on one that other words of the question are about.
    fn at_one_place(&mut self, question: &str) {
        let run = nouns::words(question);
        let used = |p: &Phrase| run.windows(p.words.len().max(1)).any(|run| p.stands(run, question));
        let tables = |p: &Phrase| -> Vec<usize> {
            p.columns.iter().copied().chain(p.values.iter().map(|v| v.column)).map(|c| c.table).collect()
        };
        let sure: Vec<usize> = self
            .phrases
            .iter()
            .filter(|p| p.said.is_some() && used(p))
            .map(tables)
            .filter(|tables| tables.len() == 1)
            .flatten()
            .collect();
        for phrase in self.phrases.iter_mut().filter(|p| p.values.len() > 1) {
            if phrase.values.iter().any(|v| sure.contains(&v.column.table)) {
                phrase.values.retain(|v| sure.contains(&v.column.table));
            }
        }
    }

    /// The tables that a hint is about, as far as the question speaks of it; nothing without a hint.
    pub fn hinted(&self, question: &str) -> Option<Vec<usize>> {
        let run = nouns::words(question);
        let phrases = self.phrases.get(self.hinted.clone()).filter(|phrases| !phrases.is_empty())?;
        let used = |p: &&Phrase| run.windows(p.words.len().max(1)).any(|run| p.stands(run, question));
        let columns = phrases
            .iter()
            .filter(used)
            .flat_map(|p| p.columns.iter().copied().chain(p.values.iter().map(|v| v.column)));
        let mut tables: Vec<usize> = columns.map(|c| c.table).collect();
        tables.sort_unstable();
        tables.dedup();
        Some(tables)
    }

    /// What was said of a term that the question speaks of, where it was not understood.
    pub fn unread(&self, question: &[Token]) -> Option<String> {
        let small = |w: &&String| w.len() > 2 && !matches!(w.as_str(), "the" | "and" | "for" | "each");
        let needed = |(words, _): &&(Vec<String>, String)| {
            let mut core = words.iter().filter(small).peekable();
            core.peek().is_some() && core.all(|w| question.iter().any(|t| *w == t.lemma || *w == t.lower))
        };
        self.unread.iter().find(needed).map(|(_, said)| said.clone())
    }

    fn put_values(&mut self, term: &str, values: Vec<ValueRef>, said: Option<Said>) {
        let words: Vec<String> = cleaned(term);
        if words.is_empty() || words.len() > LONGEST || values.is_empty() {
            return;
        }
        // "in the 1990s": a time is understood by itself.
        let time = |v: &ValueRef| matches!(v.test.as_deref(), Some(Filter::Period { .. }));
        if values.iter().all(time) && term.contains(|c: char| c.is_ascii_digit()) {
            return;
        }
        self.phrases.push(Phrase { words, values, columns: Vec::new(), said });
    }

    /// The conditions that these words (lower case) were defined to mean.
    pub fn values(&self, parts: &[&str]) -> Option<&[ValueRef]> {
        let phrase = self.phrases.iter().find(|p| !p.values.is_empty() && p.is(parts))?;
        Some(&phrase.values)
    }

    /// A hint or the glossary says of just these words that they are a condition.
    pub fn says(&self, parts: &[&str]) -> bool {
        self.phrases.iter().any(|p| !p.values.is_empty() && p.said.is_some() && p.is(parts))
    }

    /// The columns that these words were defined to name.
    pub fn columns(&self, phrase: &[&str]) -> Option<&[ColumnRef]> {
        let phrase = self.phrases.iter().find(|p| !p.columns.is_empty() && p.is(phrase))?;
        Some(&phrase.columns)
    }

    /// The most words of a condition.
    pub fn longest(&self) -> usize {
        self.phrases.iter().map(|p| p.words.len()).max().unwrap_or(0)
    }

    /// The question in other words, the likeliest first, and what was put for what.
    pub fn reworded(&self, question: &str) -> Vec<(String, String)> {
        let mut out: Vec<(String, Vec<String>)> = vec![(question.to_owned(), Vec::new())];
        for wording in &self.wordings {
            let mut next = Vec::new();
            for (said, notes) in &out {
                for meaning in &wording.meanings {
                    if let Some(replaced) = wording.in_place(said, meaning) {
                        let note = format!("\"{}\" is read as \"{meaning}\".", wording.term);
                        next.push((replaced, notes.iter().cloned().chain([note]).collect()));
                    }
                }
            }
            if !next.is_empty() {
                next.truncate(MEANINGS);
                out = next;
            }
        }
        out.into_iter()
            .filter(|(_, notes)| !notes.is_empty())
            .map(|(q, notes)| (q, notes.join(" ")))
            .collect()
    }

    /// The question with the nouns of tables where terms stand for their rows.
    pub fn named_rows(&self, question: &str, known: &Known, catalogue: &Catalogue) -> Option<String> {
        self.with_nouns(question, &Sources { known, catalogue })
    }

    /// Which definitions a question makes use of, for the asker.
    pub fn notes(&self, question: &[Token]) -> Vec<String> {
        let used = |p: &&Phrase| question.windows(p.words.len()).any(|w| p.words.iter().zip(w).all(same));
        let said = self.phrases.iter().filter(used).filter_map(|p| p.said.as_ref());
        said.map(|Said { term, meaning }| format!("\"{term}\" is read as {meaning}.")).collect()
    }
}

fn same((word, token): (&String, &Token)) -> bool {
    *word == token.lemma || *word == token.lower
}

impl Phrase {
    fn is(&self, parts: &[&str]) -> bool {
        self.words.len() == parts.len()
            && self.words.iter().zip(parts).all(|(word, part)| word == part || *word == lemma(part))
    }
}

/// What definitions are about.
struct Sources<'c> {
    known: &'c Known,
    catalogue: &'c Catalogue,
}

impl Sources<'_> {
    fn column(&self, c: ColumnRef) -> &Column {
        &self.catalogue.tables[c.table].columns[c.column]
    }

    /// The columns of this name, however it is written.
    fn columns_called(&self, table: Option<&str>, name: &str) -> Vec<ColumnRef> {
        let plain = |text: &str| -> String {
            text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        let (table, name) = (table.map(plain), plain(name));
        let mut out = Vec::new();
        for (t, of) in self.catalogue.tables.iter().enumerate() {
            if table.as_ref().is_some_and(|table| *table != plain(&of.name)) {
                continue;
            }
            let found = (0..of.columns.len()).filter(|c| plain(&of.columns[*c].name) == name);
            out.extend(found.map(|column| ColumnRef { table: t, column }));
        }
        out
    }

    /// A term without the noun of the table that it describes: "double" for "double bonds", "carcinogenic" for "the
    /// molecule is carcinogenic".
    fn described(&self, term: &str, values: &[ValueRef]) -> String {
        let mut words = cleaned(term);
        let names_table = |word: &String| {
            let found = self.known.tables_for(&[word]);
            found.iter().any(|(t, s)| *s >= 0.75 && values.iter().any(|v| v.column.table == *t))
                || found.first().is_some_and(|(_, s)| *s >= 0.95)
        };
        let be = |word: &String| matches!(word.as_str(), "is" | "are" | "be" | "was" | "were");
        if let Some(at) = words.iter().position(be)
            && words[..at]
                .iter()
                .all(|w| names_table(w) || matches!(w.as_str(), "it" | "they" | "that" | "this"))
        {
            words.drain(..=at);
        }
        while words.len() > 1 && words.last().is_some_and(&names_table) {
            words.pop();
        }
        while words.len() > 1 && names_table(&words[0]) {
            words.remove(0);
        }
        words.join(" ")
    }
}

/// One column of that name, perhaps kept in several tables.
fn single_column(text: &str, world: &Sources<'_>) -> Option<Vec<ColumnRef>> {
    let text = text.trim().trim_matches(['`', '"', '\'', '.']);
    let text = ["in ", "the ", "column ", "the column "]
        .iter()
        .fold(text, |t, head| t.strip_prefix(head).unwrap_or(t));
    let (table, name) = match text.split_once('.') {
        Some((table, name)) => (Some(table.trim_matches(['`', '"'])), name.trim_matches(['`', '"'])),
        None => (None, text),
    };
    let found = world.columns_called(table, name);
    (!found.is_empty()).then_some(found)
}
