//! What the words of a catalogue can mean: its table and column names, comments and sampled values, looked up
//! by the words of a question. Built once per catalogue, since it is the costly part; what is defined for one
//! question or source lies over it.

mod build;
mod listed;
mod looked_up;
mod lookup;
mod names;

use super::defined::{Defined, Part, Shielded};
use super::terms::Term;
use super::words::{self, Token, TokenKind, lemma, root, tokens};
use looked_up::LookedUp;
pub use names::is_noise;
use rowcall_core::{Catalogue, ColumnRef, Table};
use rowcall_plan::{Field, Filter, Literal, Operand, Operator, Prepared, QueryPlan};
use std::{
    collections::{HashMap, HashSet},
    ops::Deref,
    sync::Arc,
};

/// How well a phrase names a column that is called by just these words.
const CALLED_SO: f32 = 0.99;

/// How well it names one that is called by another form of them.
const NEARLY_SO: f32 = 0.89;

/// The words of a table's or column's name.
#[derive(Clone, Debug, Default)]
pub struct Name {
    /// Base forms, long forms of abbreviations.
    pub words: Vec<String>,
}

/// A value of the data, as stored, or what a word was defined to say of a column.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueRef {
    /// Where.
    pub column: ColumnRef,
    /// As stored.
    pub text: String,
    /// The condition, where it is another one than that the column has this value.
    pub test: Option<Box<Filter>>,
    /// It is written otherwise: "French" for France.
    pub alias: bool,
}

impl ValueRef {
    /// A value as it is stored.
    pub fn stored(column: ColumnRef, text: impl Into<String>) -> Self {
        Self { column, text: text.into(), test: None, alias: false }
    }

    /// What it says of rows; the field is its column's.
    pub fn filter(&self, field: Field) -> Filter {
        match &self.test {
            Some(test) => (**test).clone(),
            None => Filter::Compare {
                field,
                operator: Operator::Equal,
                operand: Operand::Literal(Literal::Text(self.text.clone())),
            },
        }
    }
}

/// The words of a catalogue, and those that were defined for this question or source.
#[derive(Clone, Debug)]
pub struct Lexicon {
    known: Arc<Known>,
    defined: Defined,
    plain: Arc<LookedUp<Arc<[Token]>>>,
}

/// What a phrase may name, and how well, the best first.
type Named<T> = Arc<[(T, f32)]>;

impl Deref for Lexicon {
    type Target = Known;

    fn deref(&self) -> &Known {
        &self.known
    }
}

impl Lexicon {
    /// The same words, and these.
    pub fn with(known: Arc<Known>, defined: Defined) -> Self {
        Self { known, defined, plain: Arc::default() }
    }

    /// The words of a question as the readers see them, made once of each text that is read.
    pub fn plain(&self, question: &str, make: impl FnOnce() -> Vec<Token>) -> Arc<[Token]> {
        self.plain.get(question, || make().into())
    }

    /// The values written as these words (lower case), those that were defined first.
    pub fn values(&self, parts: &[&str]) -> &[ValueRef] {
        self.defined.values(parts).unwrap_or_else(|| self.known.values(parts))
    }

    /// Whether the texts of a column hold several values.
    pub fn holds_several(&self, column: ColumnRef) -> bool {
        self.known.lists.contains(&column)
    }

    /// The most words a value has.
    pub fn longest_value(&self) -> usize {
        self.known.longest_value.max(self.defined.longest())
    }

    /// What was defined for words of a question, for the asker.
    pub fn told(&self, question: &str) -> Vec<String> {
        self.defined.notes(&tokens(question))
    }

    /// The question with nouns where what was defined stands for rows: "goalkeeper players" for goalkeepers.
    pub fn named_rows(&self, question: &str, catalogue: &Catalogue) -> Option<String> {
        self.defined.named_rows(question, &self.known, catalogue)
    }

    /// The question with one made-up word for each term of several words that was defined.
    pub fn shielded(&self, question: &str) -> Option<Shielded> {
        self.defined.shielded(question)
    }

    /// A part of all as a hint computes it, where the question asks for one.
    pub fn part(&self) -> Option<&Part> {
        self.defined.part.as_ref()
    }

    /// The tables that a hint is about, as far as the question speaks of it; nothing without a hint.
    pub fn hinted(&self, question: &str) -> Option<Vec<usize>> {
        self.defined.hinted(question)
    }

    /// A hint or the glossary says of just these words that they are a condition.
    pub fn defines(&self, parts: &[&str]) -> bool {
        self.defined.says(parts)
    }

    /// The column that a hint says a total is the sum of.
    pub fn summed(&self) -> Option<ColumnRef> {
        self.defined.summed
    }

    /// Why a plan leaves out what was defined for words of the question, if it does.
    pub fn left_out(&self, question: &str, plan: &QueryPlan, catalogue: &Catalogue) -> Option<String> {
        self.defined.left_out(&tokens(question), plan, &self.known.prepared, catalogue)
    }

    /// A definition that was not understood, and that this question needs.
    pub fn unread(&self, question: &str) -> Option<String> {
        self.defined.unread(&tokens(question))
    }

    /// The question in other words, where some of its words were defined to stand for others; with a note each.
    pub fn reworded(&self, question: &str) -> Vec<(String, String)> {
        self.defined.reworded(question)
    }

    /// Columns whose name these base forms say, best first; a defined name means its columns, and words that were defined
    /// as a condition only a column that is called so.
    pub fn columns_for(&self, phrase: &[&str], catalogue: &Catalogue) -> Vec<(ColumnRef, f32)> {
        if let Some(columns) = self.defined.columns(phrase) {
            return columns.iter().map(|c| (*c, 1.0)).collect();
        }
        let mut found = self.known.columns_for(phrase, catalogue);
        // "magnet schools" (magnet = 1) speak of a condition, whatever column is called so.
        let said: Vec<&[&str]> = (1..=phrase.len())
            .flat_map(|n| phrase.windows(n))
            .filter(|part| self.defined.says(part))
            .collect();
        if !said.is_empty() {
            found.retain(|(c, _)| !said.iter().any(|part| self.columns[c.table][c.column].words == *part));
        }
        let defined = |n| phrase.windows(n).any(|part| self.defined.values(part).is_some());
        if (1..=phrase.len()).any(defined) {
            found.retain(|(_, score)| *score >= CALLED_SO);
        }
        // What is given back or spent is no revenue.
        if phrase.iter().any(|w| is_money_word(w)) {
            let paid_out = |c: ColumnRef| {
                let table = self.tables[c.table].words.iter();
                let own = self.columns[c.table][c.column].words.iter();
                table.chain(own).any(|w| is_paid_out(w))
            };
            found.retain(|(c, score)| *score >= NEARLY_SO || !paid_out(*c));
        }
        // "orders" are no times when something was ordered.
        if let [one] = phrase
            && self.names_table(one, CALLED_SO)
        {
            let time = |c: ColumnRef| catalogue.tables[c.table].columns[c.column].kind.is_temporal();
            found.retain(|(c, score)| *score >= NEARLY_SO || !time(*c));
        }
        found
    }

    /// A word names a table, at least this well.
    pub fn names_table(&self, word: &str, least: f32) -> bool {
        let meant = self.defined.columns(&[word]).is_some() || self.defined.says(&[word]);
        !meant && self.known.scored_tables(&[word]).first().is_some_and(|(_, score)| *score >= least)
    }

    /// The values that the words from here on say, the longest, and how many words those are. A lone number is none.
    pub fn values_at(&self, tokens: &[Token], at: usize) -> Option<(Vec<ValueRef>, usize)> {
        let mut parts: Vec<&str> = Vec::new();
        let mut found = None;
        for (n, token) in tokens.get(at..)?.iter().enumerate().take(self.longest_value()) {
            if !matches!(token.kind, TokenKind::Word | TokenKind::Number) {
                break;
            }
            parts.push(&token.lower);
            let values = self.values(&parts);
            if !values.is_empty() && (n > 0 || token.kind == TokenKind::Word) {
                found = Some((values.to_vec(), n + 1));
            }
        }
        found
    }

    /// Tables whose name these base forms say, best first; none where they were defined to mean a column.
    pub fn tables_for(&self, phrase: &[&str]) -> Vec<(usize, f32)> {
        let meant = self.defined.columns(phrase).is_some() || self.defined.says(phrase);
        if meant { Vec::new() } else { self.known.tables_for(phrase) }
    }
}

/// What a catalogue's words mean, whoever asks. See the module.
#[derive(Debug)]
pub struct Known {
    /// The catalogue as the readers see it, where that is not as it is kept.
    pub as_read: Option<Catalogue>,
    /// Names and joins for the compiler.
    pub prepared: Prepared,
    /// Per table.
    pub tables: Vec<Name>,
    /// Per table and column.
    pub columns: Vec<Vec<Name>>,
    /// Per table: what its key calls a row, without "id".
    pub things: Vec<Vec<String>>,
    tables_by_word: HashMap<String, Vec<usize>>,
    /// By what the key calls a row.
    tables_by_thing: HashMap<String, Vec<usize>>,
    looked_up_tables: LookedUp<Named<usize>>,
    looked_up_columns: LookedUp<Named<ColumnRef>>,
    columns_by_word: HashMap<String, Vec<ColumnRef>>,
    /// Columns by their name as it is written, where a preposition is part of it.
    raw: HashMap<String, Vec<ColumnRef>>,
    by_root: HashMap<String, Vec<String>>,
    vocabulary: Vec<String>,
    /// Words of names that are written short: "wrkr", "fld".
    short: Vec<String>,
    /// Long words of names that end within a syllable: "choreogr".
    cut: Vec<String>,
    /// Words of names that were written out, by what is written: `prof` as professor, where it may be a profile.
    long: Vec<(String, String)>,
    /// What rows say of themselves with yes or no, without "is".
    flags: HashSet<(usize, String)>,
    values: HashMap<String, Vec<ValueRef>>,
    /// Columns whose texts hold several values.
    lists: HashSet<ColumnRef>,
    initials: HashMap<String, Vec<ValueRef>>,
    /// Numbers that comments define.
    pub terms: Vec<Term>,
    /// The most words a value has.
    longest_value: usize,
}

impl Known {
    /// A verb of which the value's rows keep the time: "shipped" of orders that have a shipping date.
    pub fn is_timed(&self, verb: &str, values: &[ValueRef], catalogue: &Catalogue) -> bool {
        let stem = root(verb);
        verb.ends_with("ed")
            && values.iter().any(|v| {
                let columns =
                    catalogue.tables[v.column.table].columns.iter().zip(&self.columns[v.column.table]);
                columns.into_iter().any(|(column, name)| {
                    column.kind.is_temporal() && name.words.iter().any(|w| root(w) == stem)
                })
            })
    }

    /// A column called a month holds this one.
    pub fn has_month(&self, month: &str) -> bool {
        self.values(&[month])
            .iter()
            .any(|v| self.columns[v.column.table][v.column.column].words.iter().any(|w| w == "month"))
    }

    /// The values of several words that these letters begin, if they are all the same text.
    pub fn initials(&self, letters: &str) -> Option<&[ValueRef]> {
        let found = self.initials.get(letters)?;
        found.iter().all(|v| v.text == found[0].text).then_some(found)
    }

    /// The values written as these words (lower case).
    pub fn values(&self, parts: &[&str]) -> &[ValueRef] {
        let key = parts.join(" ");
        if let Some(found) = self.values.get(&key) {
            return found;
        }
        let Some((last, rest)) = parts.split_last() else { return &[] };
        let single = lemma(last);
        if single == *last {
            return &[];
        }
        let mut words: Vec<&str> = rest.to_vec();
        words.push(&single);
        self.values.get(&words.join(" ")).map_or(&[], Vec::as_slice)
    }

    /// Some name holds a word of this root.
    pub fn knows_root(&self, root: &str) -> bool {
        root.len() >= 4 && self.by_root.contains_key(root)
    }

    /// The word of a name that begins like this one, if only one does: "certificate" for "certified".
    pub fn akin(&self, word: &str) -> Option<&str> {
        let shared = |known: &str| known.chars().zip(word.chars()).take_while(|(a, b)| a == b).count();
        let stem = root(word);
        let mut fits = self.vocabulary.iter().filter(|known| {
            let n = shared(known);
            let longest = root(known).chars().count().max(stem.chars().count());
            n >= 6 && n * 10 >= longest * 6
        });
        let first = fits.next()?;
        fits.next().is_none().then_some(first)
    }

    /// The references that are called after a verb: "assigned" of `assigned_to_staff_id`. Which tables each ties.
    fn roles(&self, verb: &str, catalogue: &Catalogue) -> Vec<(usize, usize)> {
        let stem = root(verb);
        let edges = self.prepared.graph.edges.iter().filter(|e| {
            let names = &catalogue.tables[e.from].columns;
            e.from_columns.iter().any(|column| {
                let at = names.iter().position(|c| c.name == *column);
                at.is_some_and(|at| self.columns[e.from][at].words.iter().any(|w| root(w) == stem))
            })
        });
        edges.map(|e| (e.from, e.to)).collect()
    }

    /// Some reference is called after this verb.
    pub fn has_role(&self, verb: &str, catalogue: &Catalogue) -> bool {
        !self.roles(verb, catalogue).is_empty()
    }

    /// The same, where no other reference ties the two tables, so that the verb need not tell which is meant.
    pub fn is_role(&self, verb: &str, catalogue: &Catalogue) -> bool {
        let roles = self.roles(verb, catalogue);
        let edges = &self.prepared.graph.edges;
        let alone = |tied: &(usize, usize)| edges.iter().filter(|e| (e.from, e.to) == *tied).count() == 1;
        verb.ends_with("ed") && !roles.is_empty() && roles.iter().all(alone)
    }

    /// The one table of people.
    pub fn people(&self) -> Option<usize> {
        let person = |t: &usize| self.tables[*t].words.last().is_some_and(|w| words::is_person(w));
        let mut found = (0..self.tables.len()).filter(person);
        found.next().filter(|_| found.next().is_none())
    }

    /// Rows of a table say of themselves whether they are this: `billable`, `is_active`.
    pub fn is_flag(&self, table: usize, word: &str) -> bool {
        self.flags.contains(&(table, word.to_owned()))
    }

    /// A word of a column's name is the table's own, or short for it: `thtr_name` of theatres.
    pub fn is_of_table(&self, table: usize, word: &str) -> bool {
        let own = &self.tables[table].words;
        own.iter().any(|o| o == word || word.len() >= 3 && names::shortens(word, o))
    }

    /// A word of some name.
    pub fn is_word(&self, word: &str) -> bool {
        self.tables_by_word.contains_key(word)
            || self.columns_by_word.contains_key(word)
            || self.raw.contains_key(word)
    }

    /// The columns in whose name this word stands.
    pub fn columns_with(&self, word: &str) -> &[ColumnRef] {
        self.columns_by_word.get(word).map_or(&[], Vec::as_slice)
    }

    /// The columns that are written so, where a preposition is part of their name.
    pub fn written(&self, name: &str) -> &[ColumnRef] {
        self.raw.get(name).map_or(&[], Vec::as_slice)
    }

    /// The defined number that these base forms name.
    pub fn term(&self, phrase: &[&str]) -> Option<&Term> {
        self.terms.iter().find(|term| {
            let same = |name: &[String], phrase: &[&str]| {
                name.len() == phrase.len() && name.iter().zip(phrase).all(|(a, b)| a == b)
            };
            same(&term.words, phrase)
                || term.words.len() == 1
                    && phrase.len() == 1
                    && is_money_word(phrase[0])
                    && is_money_word(&term.words[0])
        })
    }

    /// A word of a name that this one is a misspelling of.
    pub fn correction(&self, word: &str) -> Option<&str> {
        let n = word.chars().count();
        if n < 5 {
            return None;
        }
        let allowed = if n >= 8 { 2 } else { 1 };
        let mut best: Option<(usize, &str)> = None;
        let mut tie = false;
        for known in &self.vocabulary {
            let m = known.chars().count();
            if m < 4 || m.abs_diff(n) > allowed || known.chars().next() != word.chars().next() {
                continue;
            }
            let distance = strsim::osa_distance(word, known);
            if distance > allowed {
                continue;
            }
            match best {
                Some((d, _)) if d < distance => {}
                Some((d, _)) if d == distance => tie = true,
                _ => {
                    best = Some((distance, known));
                    tie = false;
                }
            }
        }
        best.filter(|_| !tie).map(|(_, word)| word)
    }
}

/// Words for the money that sales bring in.
fn is_money_word(word: &str) -> bool {
    matches!(word, "revenue" | "sale" | "sales" | "turnover" | "income" | "proceeds" | "earning")
}

/// Words for money that goes out, or does not come in.
fn is_paid_out(word: &str) -> bool {
    const WORDS: &str = "budget chargeback cost debt discount expense expenditure loan payroll refund reimbursement salary tax \
        wage withdrawal";
    WORDS.split_ascii_whitespace().any(|w| w == word)
}

/// Words for money that comes in, and for nothing else.
pub fn is_income(word: &str) -> bool {
    matches!(word, "revenue" | "revenues" | "turnover" | "income" | "proceeds" | "earnings" | "takings")
}

pub(super) fn is_wordy(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// The column that tells rows of a table apart, if it is one.
pub fn key_column(table: &Table, t: usize) -> Option<ColumnRef> {
    let name = match table.primary_key.as_slice() {
        [one] => one.clone(),
        [] => table.columns.iter().find(|c| c.name.eq_ignore_ascii_case("id"))?.name.clone(),
        _ => return None,
    };
    let column = table.columns.iter().position(|c| c.name == name)?;
    Some(ColumnRef { table: t, column })
}
