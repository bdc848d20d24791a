//! What the words of a catalogue can mean: its table and column names, comments and sampled values, looked up
//! by the words of a question. Built once per catalogue, since it is the costly part.

use super::aliases::aliases;
use super::terms::{self, Term};
use super::unfuse::unfused;
use super::words::{self, lemma, root, split_name, tokens};
use rowcall_core::{Catalogue, Column, ColumnRef, Table, TypeKind};
use rowcall_plan::Prepared;
use std::collections::{HashMap, HashSet};

/// The words of a table's or column's name.
#[derive(Clone, Debug, Default)]
pub struct Name {
    /// Base forms, long forms of abbreviations.
    pub words: Vec<String>,
}

/// A value of the data, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueRef {
    /// Where.
    pub column: ColumnRef,
    /// As stored.
    pub text: String,
}

/// See the module.
#[derive(Debug)]
pub struct Lexicon {
    /// Names and joins for the compiler.
    pub prepared: Prepared,
    /// Per table.
    pub tables: Vec<Name>,
    /// Per table and column.
    pub columns: Vec<Vec<Name>>,
    /// Per table: what its key calls a row, without "id".
    things: Vec<Vec<String>>,
    tables_by_word: HashMap<String, Vec<usize>>,
    columns_by_word: HashMap<String, Vec<ColumnRef>>,
    by_root: HashMap<String, Vec<String>>,
    vocabulary: Vec<String>,
    values: HashMap<String, Vec<ValueRef>>,
    initials: HashMap<String, Vec<ValueRef>>,
    /// Numbers that comments define.
    pub terms: Vec<Term>,
    /// The most words a value has.
    pub longest_value: usize,
}

/// How one word of the question stands for a word of a name.
#[derive(Clone, Debug)]
struct Sense {
    word: String,
    strength: f32,
}

impl Lexicon {
    /// Reads a catalogue.
    pub fn new(catalogue: &Catalogue) -> Self {
        let prepared = Prepared::new(catalogue);
        let known = vocabulary_of(catalogue);
        let mut lexicon = Lexicon {
            prepared,
            tables: Vec::new(),
            columns: Vec::new(),
            things: Vec::new(),
            tables_by_word: HashMap::new(),
            columns_by_word: HashMap::new(),
            by_root: HashMap::new(),
            vocabulary: Vec::new(),
            values: HashMap::new(),
            initials: HashMap::new(),
            terms: Vec::new(),
            longest_value: 0,
        };
        for (t, table) in catalogue.tables.iter().enumerate() {
            let mut words = name_words(&table.name, &known);
            while words.len() > 1
                && matches!(words[0].as_str(), "tbl" | "ref" | "dim" | "fact" | "table" | "vw" | "view")
            {
                words.remove(0);
            }
            while words.len() > 1
                && matches!(
                    words.last().map(String::as_str),
                    Some("data" | "information" | "table" | "record" | "list" | "tbl" | "master")
                )
            {
                words.pop();
            }
            for word in &words {
                let list = lexicon.tables_by_word.entry(word.clone()).or_default();
                if !list.contains(&t) {
                    list.push(t);
                }
            }
            lexicon.tables.push(Name { words });
            let mut names = Vec::new();
            for (c, column) in table.columns.iter().enumerate() {
                let at = ColumnRef { table: t, column: c };
                let words = numbered(&column.name, &lexicon.tables[t].words)
                    .unwrap_or_else(|| name_words(&column.name, &known));
                for word in &words {
                    let list = lexicon.columns_by_word.entry(word.clone()).or_default();
                    if list.last() != Some(&at) {
                        list.push(at);
                    }
                }
                lexicon.add_values(column, at, &words);
                names.push(Name { words });
            }
            let key = key_column(table, t).map(|c| names[c.column].words.as_slice()).unwrap_or_default();
            let thing = key.iter().filter(|w| !matches!(w.as_str(), "id" | "code" | "number" | "key"));
            lexicon.things.push(thing.cloned().collect());
            lexicon.columns.push(names);
        }
        let all: HashSet<&String> =
            lexicon.tables_by_word.keys().chain(lexicon.columns_by_word.keys()).collect();
        let mut vocabulary: Vec<String> = all.into_iter().cloned().collect();
        vocabulary.sort();
        for word in &vocabulary {
            lexicon.by_root.entry(root(word)).or_default().push(word.clone());
        }
        lexicon.vocabulary = vocabulary;
        lexicon.terms = terms::of_comments(catalogue, &lexicon);
        lexicon
    }

    fn add_values(&mut self, column: &Column, at: ColumnRef, name: &[String]) {
        let listed = if column.kind == TypeKind::Enum { &column.enum_values } else { &column.samples };
        if !column.kind.is_textual() {
            return;
        }
        for text in listed {
            let parts: Vec<String> =
                tokens(text).into_iter().map(|t| t.lower).filter(|l| is_wordy(l)).collect();
            if parts.is_empty() || parts.len() > 12 {
                continue;
            }
            self.longest_value = self.longest_value.max(parts.len());
            if (2..=4).contains(&parts.len()) && column.samples_complete {
                let letters: String = parts.iter().filter_map(|p| p.chars().next()).collect();
                let list = self.initials.entry(letters).or_default();
                if !list.iter().any(|v| v.column == at && v.text == *text) {
                    list.push(ValueRef { column: at, text: text.clone() });
                }
            }
            let written = parts.join(" ");
            for key in aliases(&written, name).into_iter().chain([written.as_str()]) {
                let list = self.values.entry(key.to_owned()).or_default();
                if !list.iter().any(|v| v.column == at) {
                    list.push(ValueRef { column: at, text: text.clone() });
                }
            }
        }
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
        let mut fits = self.vocabulary.iter().filter(|known| {
            let n = shared(known);
            n >= 6 && n * 10 >= known.chars().count().max(word.chars().count()) * 6
        });
        let first = fits.next()?;
        fits.next().is_none().then_some(first)
    }

    /// The words of names that a word of a question can stand for.
    fn senses(&self, word: &str) -> Vec<Sense> {
        let mut out: Vec<Sense> = Vec::new();
        let mut put = |word: &str, strength: f32| {
            if !out.iter().any(|s| s.word == word) {
                out.push(Sense { word: word.to_owned(), strength });
            }
        };
        let has = |w: &str| self.tables_by_word.contains_key(w) || self.columns_by_word.contains_key(w);
        if has(word) {
            put(word, 1.0);
        }
        if let Some(long) = words::long_form(word).filter(|w| has(w)) {
            put(long, 0.95);
        }
        let stem = root(word);
        if stem.len() >= 3 {
            for other in self.by_root.get(&stem).into_iter().flatten() {
                put(other, 0.88);
            }
        }
        for synonym in words::synonyms(word) {
            if has(synonym) {
                put(synonym, 0.8);
            }
        }
        out
    }

    /// The one table of people.
    pub fn people(&self) -> Option<usize> {
        let person = |t: &usize| self.tables[*t].words.last().is_some_and(|w| words::is_person(w));
        let mut found = (0..self.tables.len()).filter(person);
        found.next().filter(|_| found.next().is_none())
    }

    /// A word of some name.
    pub fn is_word(&self, word: &str) -> bool {
        self.tables_by_word.contains_key(word) || self.columns_by_word.contains_key(word)
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

    /// Tables whose name these base forms say, best first, with a score up to 1.
    pub fn tables_for(&self, phrase: &[&str]) -> Vec<(usize, f32)> {
        let senses: Vec<Vec<Sense>> = phrase.iter().map(|w| self.senses(w)).collect();
        let Some(last) = senses.last() else { return Vec::new() };
        let mut seen = HashSet::new();
        let mut out = Vec::new();
        for sense in last {
            for &t in self.tables_by_word.get(&sense.word).into_iter().flatten() {
                if seen.insert(t)
                    && let Some(score) = self.table_score(t, &senses)
                {
                    out.push((t, score));
                }
            }
        }
        // "branches" are the rows of a table whose key is a branch_id, whatever the table is called.
        if out.iter().all(|(_, s)| *s < 0.75) {
            let called = |t: &usize| {
                let thing = &self.things[*t];
                thing.len() == phrase.len() && thing.iter().zip(phrase).all(|(a, b)| a == b)
            };
            let mut keyed = (0..self.things.len()).filter(called);
            if let Some(t) = keyed.next().filter(|_| keyed.next().is_none()) {
                out.retain(|(o, _)| *o != t);
                out.push((t, 0.9));
            }
        }
        out.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        out
    }

    fn table_score(&self, table: usize, phrase: &[Vec<Sense>]) -> Option<f32> {
        let name = &self.tables[table].words;
        let (strength, used) = cover(name, phrase)?;
        let missing = name.len() - used.len();
        if missing == 0 {
            return Some(strength);
        }
        // The key says what a row is: "products" are the rows of products_for_hire, not of products_booked.
        if used.len() == self.things[table].len()
            && used.iter().all(|i| self.things[table].contains(&name[*i]))
        {
            return Some(strength * 0.93);
        }
        // The head noun alone ("orders" for customer_orders) or the first words ("payments" for payments_made).
        // The last word is the head, but for what was done ("tests" for student_tests_taken).
        let done = |w: &str| {
            w.ends_with("ed")
                || matches!(w, "taken" | "made" | "sold" | "bought" | "paid" | "held" | "given" | "sent")
        };
        let last = name.iter().rposition(|w| !done(w)).unwrap_or(name.len() - 1);
        let preposition =
            |w: &String| matches!(w.as_str(), "for" | "of" | "in" | "at" | "by" | "on" | "to" | "with");
        let noun = name.iter().position(preposition).filter(|at| *at > 0).unwrap_or(name.len()) - 1;
        let head = used.contains(&(name.len() - 1)) || used.contains(&last) || used.contains(&noun);
        let base = if head { 0.8 } else { 0.6 };
        Some(strength * base - 0.05 * (missing as f32 - 1.0))
    }

    /// Columns whose name these base forms say, best first. `context` are tables that the question names.
    pub fn columns_for(&self, phrase: &[&str], catalogue: &Catalogue) -> Vec<(ColumnRef, f32)> {
        let senses: Vec<Vec<Sense>> = phrase.iter().map(|w| self.senses(w)).collect();
        let mut seen = HashSet::new();
        let mut out = Vec::new();
        for sense in senses.iter().flatten() {
            for &at in self.columns_by_word.get(&sense.word).into_iter().flatten() {
                if seen.insert(at)
                    && let Some(score) = self.column_score(at, phrase, &senses, &catalogue.tables[at.table])
                {
                    out.push((at, score));
                }
            }
        }
        if phrase == ["id"] {
            for (t, table) in catalogue.tables.iter().enumerate() {
                let Some(at) = key_column(table, t) else { continue };
                // The key comes before a column that only refers to another table's.
                match out.iter_mut().find(|(c, _)| *c == at) {
                    Some(found) => found.1 = found.1.max(0.99),
                    None if seen.insert(at) => out.push((at, 0.93)),
                    None => {}
                }
            }
        }
        // "continent id" is the key of the continents, whatever the column is called.
        if let [rest @ .., "id"] = phrase
            && !rest.is_empty()
            && out.iter().all(|(_, s)| *s < 0.95)
            && let Some((t, score)) = self.tables_for(rest).first().filter(|(_, s)| *s >= 0.9)
            && let Some(at) = key_column(&catalogue.tables[*t], *t)
        {
            out.retain(|(c, _)| *c != at);
            out.push((at, 0.97 * score));
        }
        // "continent name", where the column is called like its table.
        if let [rest @ .., "name"] = phrase
            && !rest.is_empty()
            && out.iter().all(|(_, s)| *s < 0.95)
            && let Some((t, score)) = self.tables_for(rest).first().filter(|(_, s)| *s >= 0.9)
        {
            let named = self.columns[*t].iter().position(|n| n.words == self.tables[*t].words);
            if let Some(column) = named.filter(|c| catalogue.tables[*t].columns[*c].kind.is_textual()) {
                out.push((ColumnRef { table: *t, column }, 0.97 * score));
            }
        }
        out.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        out
    }

    fn column_score(
        &self,
        at: ColumnRef,
        phrase: &[&str],
        senses: &[Vec<Sense>],
        table: &Table,
    ) -> Option<f32> {
        let name = &self.columns[at.table][at.column].words;
        let own = &self.tables[at.table].words;
        let is_own = |w: &String| own.contains(w);
        // Words of the phrase that only repeat the table: "customer name" for customers.name.
        let mut strength = 1.0f32;
        let mut used: Vec<usize> = Vec::new();
        let mut repeated = 0;
        for (word, options) in phrase.iter().zip(senses) {
            let hit = name
                .iter()
                .enumerate()
                .filter(|(i, _)| !used.contains(i))
                .filter_map(|(i, n)| options.iter().find(|s| s.word == *n).map(|s| (i, s.strength)))
                .max_by(|a, b| a.1.total_cmp(&b.1));
            match hit {
                Some((i, s)) => {
                    used.push(i);
                    strength *= s;
                }
                None if own.iter().any(|o| options.iter().any(|s| s.word == *o && s.strength >= 0.8)) => {
                    repeated += 1
                }
                None if is_noise(word) && !is_currency(word) && phrase.len() > 1 => {
                    // "battery level" is the battery; yet a level may be another thing than what it stands before.
                    strength *=
                        if matches!(*word, "level" | "type" | "year" | "count") { 0.82 } else { 0.93 };
                }
                None => return None,
            }
        }
        if used.is_empty() {
            return None;
        }
        if used.iter().all(|i| is_own(&name[*i])) && used.len() < name.len() {
            // Nothing but the table's own name was said: that is the table, not this column.
            return None;
        }
        let left: Vec<(usize, &String)> =
            name.iter().enumerate().filter(|(i, _)| !used.contains(i)).collect();
        let key = table.primary_key.len() == 1 && table.columns[at.column].name == table.primary_key[0];
        let mut score = strength;
        for (i, word) in &left {
            score *= if is_own(word) {
                0.97
            } else if phrase.iter().any(|p| words::synonyms(p).contains(&word.as_str())) {
                0.96
            } else if is_noise(word) || *i == name.len() - 1 && is_unit(word) {
                0.93
            } else if key && word.as_str() == "id" {
                0.5
            } else if *i == name.len() - 1 {
                // A thing is told by its name: "city" for `city_name`.
                match word.as_str() {
                    "id" => 0.6,
                    "name" => 0.8,
                    "address" => 0.9,
                    _ => 0.7,
                }
            } else {
                0.78
            };
        }
        if repeated > 0 && left.is_empty() {
            score *= 0.99;
        }
        (score >= 0.4).then_some(score)
    }
}

/// How well a phrase covers a name: the product of strengths, and which words of the name it used. Every word
/// of the phrase must be used.
fn cover(name: &[String], phrase: &[Vec<Sense>]) -> Option<(f32, Vec<usize>)> {
    let mut used = Vec::new();
    let mut strength = 1.0;
    for options in phrase {
        let (i, s) = name
            .iter()
            .enumerate()
            .filter(|(i, _)| !used.contains(i))
            .filter_map(|(i, n)| options.iter().find(|s| s.word == *n).map(|s| (i, s.strength)))
            .max_by(|a, b| a.1.total_cmp(&b.1))?;
        used.push(i);
        strength *= s;
    }
    Some((strength, used))
}

/// Units at the end of a column's name.
fn is_unit(word: &str) -> bool {
    matches!(word, "percent" | "pct" | "c" | "f" | "g" | "mm" | "dbm" | "celsius" | "fahrenheit")
}

fn is_currency(word: &str) -> bool {
    matches!(word, "usd" | "eur" | "dollar" | "euro")
}

/// Words for the money that sales bring in.
fn is_money_word(word: &str) -> bool {
    matches!(word, "revenue" | "sale" | "sales" | "turnover" | "income" | "proceeds" | "earning")
}

/// Words for money that comes in, and for nothing else.
pub fn is_income(word: &str) -> bool {
    matches!(word, "revenue" | "revenues" | "turnover" | "income" | "proceeds" | "earnings")
}

/// Words in names that say little.
pub fn is_noise(word: &str) -> bool {
    matches!(
        word,
        "code"
            | "in"
            | "of"
            | "the"
            | "number"
            | "no"
            | "count"
            | "usd"
            | "eur"
            | "dollar"
            | "billion"
            | "million"
            | "thousand"
            | "euro"
            | "value"
            | "text"
            | "at"
            | "on"
            | "by"
            | "is"
            | "type"
            | "made"
            | "level"
            | "data"
            | "info"
            | "to"
            | "year"
            | "cm"
            | "kg"
            | "km"
    )
}

fn is_wordy(text: &str) -> bool {
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

fn vocabulary_of(catalogue: &Catalogue) -> HashSet<String> {
    let mut known: HashSet<String> = [
        "id", "name", "date", "type", "code", "number", "key", "title", "status", "count", "year", "time",
        "first", "last", "full", "price", "amount", "value", "by", "num", "cited", "citing",
    ]
    .into_iter()
    .map(str::to_owned)
    .collect();
    for table in &catalogue.tables {
        for name in [&table.name].into_iter().chain(table.columns.iter().map(|c| &c.name)) {
            let parts = split_name(name);
            for part in parts {
                let lower = part.to_lowercase();
                if lower.len() >= 4 {
                    known.insert(lower.clone());
                    known.insert(lemma(&lower));
                }
            }
        }
    }
    known
}

/// `flno` in flights is the flight number, `bname` in banks the name.
fn numbered(name: &str, table: &[String]) -> Option<Vec<String>> {
    let lower = name.to_lowercase();
    if let Some(initial) = lower.strip_suffix("name")
        && initial.len() == 1
        && table.first().is_some_and(|t| t.starts_with(initial))
    {
        return Some(vec!["name".to_owned()]);
    }
    let head =
        ["no", "num", "nbr", "nr"].iter().find_map(|end| lower.strip_suffix(end))?.trim_end_matches('_');
    let whole = table.iter().find(|w| !head.is_empty() && w.len() > head.len() && w.starts_with(head))?;
    Some(vec![whole.clone(), "number".to_owned()])
}

fn name_words(name: &str, known: &HashSet<String>) -> Vec<String> {
    let mut out = Vec::new();
    for part in split_name(name) {
        let lower = part.to_lowercase();
        let mut pieces = segments(&lower, known);
        if let [one] = pieces.as_slice()
            && let Some((head, tail)) = unfused(one)
        {
            pieces = vec![head.to_owned(), tail.to_owned()];
        }
        for piece in pieces {
            let base = lemma(&piece);
            match words::long_form(&base) {
                Some(long) => out.extend(long.split(' ').map(str::to_owned)),
                None => out.push(base),
            }
        }
    }
    out
}

/// `keyphraseid` → keyphrase, id: a word made of words that the catalogue uses elsewhere.
fn segments(word: &str, known: &HashSet<String>) -> Vec<String> {
    if word.len() < 6 || !word.is_ascii() {
        return vec![word.to_owned()];
    }
    // Fewest pieces; a word is not split into itself alone unless nothing else fits.
    fn split(word: &str, known: &HashSet<String>, depth: usize) -> Option<Vec<String>> {
        if word.is_empty() {
            return Some(Vec::new());
        }
        if depth == 0 {
            return None;
        }
        for end in (2..=word.len()).rev() {
            let head = &word[..end];
            if known.contains(head)
                && let Some(mut tail) = split(&word[end..], known, depth - 1)
            {
                tail.insert(0, head.to_owned());
                return Some(tail);
            }
        }
        None
    }
    for end in (3..word.len() - 1).rev() {
        let (head, tail) = word.split_at(end);
        let good = known.contains(head) && head != word;
        if good && let Some(rest) = split(tail, known, 2) {
            let mut out = vec![head.to_owned()];
            out.extend(rest);
            return out;
        }
    }
    vec![word.to_owned()]
}
