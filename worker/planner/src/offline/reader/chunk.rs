//! The stretches of a question and what each may be: every name, value, date and steering word that starts at a
//! word, with a worth. The best way to cut the question is known from each word on, so that another cut costs
//! what it is worse by.

use super::closed::{Word, word_of};
use crate::offline::{
    annotate::{Key, NameItem, Rate, best},
    dates::{self, Bound, Found, Span},
    events::{self, Elapsed},
    keys::{grain_at, key_at, key_of},
    lexicon::{Lexicon, ValueRef},
    words::{self, Token, TokenKind, is_filler, is_link_verb, number_word, root},
};
use chrono::NaiveDate;
use rowcall_core::Catalogue;
use rowcall_plan::{Grain, Literal, Operator};

/// What a stretch is.
#[derive(Clone, Debug, PartialEq)]
pub enum Chunk {
    /// A table or column, with every reading.
    Name(NameItem),
    /// Values of the data.
    Value(Vec<ValueRef>),
    /// A number.
    Number(Literal),
    /// A span of time.
    Time(Span),
    /// A lone year.
    Year(i32, Bound),
    /// Quoted text.
    Quoted(String),
    /// A name in capitals that no value is known to be.
    Guess(String),
    /// A steering word.
    Key(Key),
    /// A step of time: "month".
    Grain(Grain),
    /// A time between two events.
    Elapsed(Elapsed),
    /// How often something happens.
    Rate(Rate),
    /// A word of a closed class.
    Word(Word),
    /// A verb: its root, and the names that share it.
    Verb(String, Option<NameItem>),
    /// A comma.
    Comma,
    /// The end of a sentence.
    Stop,
    /// Adds nothing.
    Skip,
    /// Not understood.
    Unknown(String),
}

/// A stretch that starts at a word.
#[derive(Clone, Debug)]
pub struct Cut {
    /// What it is.
    pub chunk: Chunk,
    /// How many tokens it has.
    pub len: usize,
    /// What it costs against the best cut from here on.
    pub loss: f32,
}

/// Every stretch of a question.
pub struct Lattice {
    /// The words.
    pub tokens: Vec<Token>,
    /// Per token: what may start there, best first.
    pub cuts: Vec<Vec<Cut>>,
    /// Corrected spellings and the like, by token.
    pub notes: Vec<(usize, String)>,
}

impl Lattice {
    /// Cuts a question; an impossible date is an error in the asker's words.
    pub fn new(
        tokens: Vec<Token>,
        lexicon: &Lexicon,
        catalogue: &Catalogue,
        today: NaiveDate,
    ) -> Result<Self, String> {
        let mut lattice = Self { cuts: Vec::with_capacity(tokens.len()), tokens, notes: Vec::new() };
        let mut worths: Vec<Vec<f32>> = Vec::new();
        for at in 0..lattice.tokens.len() {
            let (cuts, worth) = lattice.starting(at, lexicon, catalogue, today)?.into_iter().unzip();
            lattice.cuts.push(cuts);
            worths.push(worth);
        }
        lattice.rank(&worths);
        Ok(lattice)
    }

    /// The chunks of the best cut.
    pub fn best(&self) -> Vec<&Chunk> {
        let mut out = Vec::new();
        let mut at = 0;
        while let Some(cut) = self.cuts.get(at).and_then(|c| c.first()) {
            out.push(&cut.chunk);
            at += cut.len;
        }
        out
    }

    fn rank(&mut self, worths: &[Vec<f32>]) {
        let n = self.tokens.len();
        let mut from = vec![0.0f32; n + 1];
        for at in (0..n).rev() {
            let totals: Vec<f32> =
                self.cuts[at].iter().zip(&worths[at]).map(|(c, w)| w + from[(at + c.len).min(n)]).collect();
            let top = totals.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            from[at] = top;
            for (cut, total) in self.cuts[at].iter_mut().zip(totals) {
                cut.loss = top - total;
            }
            self.cuts[at].sort_by(|a, b| a.loss.total_cmp(&b.loss));
            self.cuts[at].retain(|c| c.loss < 0.8);
            self.cuts[at].truncate(4);
        }
    }

    fn starting(
        &mut self,
        at: usize,
        lexicon: &Lexicon,
        catalogue: &Catalogue,
        today: NaiveDate,
    ) -> Result<Vec<(Cut, f32)>, String> {
        let mut out: Vec<(Cut, f32)> = Vec::new();
        let tokens = &self.tokens;
        let token = &tokens[at];
        let mut put = |chunk: Chunk, len: usize, worth: f32| out.push((Cut { chunk, len, loss: 0.0 }, worth));
        match token.kind {
            TokenKind::Quoted => {
                if let Some(Found::Span(span, n)) = dates::find(tokens, at, today) {
                    put(Chunk::Time(span), n, 1.0);
                } else {
                    put(Chunk::Quoted(token.text.clone()), 1, 1.0);
                }
                return Ok(out);
            }
            TokenKind::Mark => {
                put(mark(&token.text, tokens.get(at + 1)), 1, 1.0);
                return Ok(out);
            }
            TokenKind::Word | TokenKind::Number | TokenKind::IsoDate => {}
        }
        match dates::find(tokens, at, today) {
            Some(Found::Span(span, n)) => put(Chunk::Time(span), n, n as f32),
            Some(Found::Year(year, bound, n)) => put(Chunk::Year(year, bound), n, n as f32),
            Some(Found::Impossible(text)) => return Err(text),
            None if token.kind == TokenKind::IsoDate => return Err(token.text.clone()),
            None => {}
        }
        let mut said = Vec::new();
        if let Some((elapsed, n)) = events::elapsed_at(tokens, at, lexicon, catalogue, &mut said)
            && said.is_empty()
        {
            put(Chunk::Elapsed(elapsed), n, n as f32);
        }
        if matches!(tokens.get(at + 1).map(|t| t.lower.as_str()), Some("rate" | "rates"))
            && let Some((column, value)) = events::rate_of(&token.lemma, lexicon, catalogue)
        {
            let name = format!("{} rate", token.lower);
            put(Chunk::Rate(Rate { column, value, name }), 2, 2.0);
        }
        if token.kind == TokenKind::Number {
            let literal = token
                .text
                .parse::<i64>()
                .map_or_else(|_| Literal::Decimal(token.text.clone()), Literal::Integer);
            put(Chunk::Number(literal), 1, 0.9);
        }
        for (key, n) in keys_at(tokens, at) {
            put(Chunk::Key(key), n, n as f32 - 0.05);
        }
        // "… and the number": of what, the rest of the question says.
        if matches!(token.lower.as_str(), "number" | "numbers" | "count" | "counts")
            && !matches!(tokens.get(at + 1).map(|t| t.lower.as_str()), Some("of"))
        {
            put(Chunk::Key(Key::Count), 1, 0.35);
        }
        if let Some((grain, n)) = grain_at(tokens, at) {
            put(Chunk::Grain(grain), n, n as f32 * 0.7 - 0.1);
        }
        let closed = word_of(tokens, at);
        if let Some((word, n)) = closed {
            let chunk = if word == Word::Skip { Chunk::Skip } else { Chunk::Word(word) };
            put(chunk, n, n as f32 * 0.9);
        }
        let known = !out.is_empty();
        let (names, values, note) = open_words(tokens, at, lexicon, catalogue, closed.is_some());
        if let Some(note) = note {
            self.notes.push((at, note));
        }
        let plain = names.is_empty() && values.is_empty();
        for (name, n, worth) in names {
            // "customers ordered": a verb behind a noun, even where a column is called the same.
            let token = &self.tokens[at];
            let follows = at > 0
                && self.tokens[at - 1].kind == TokenKind::Word
                && matches!(
                    word_of(&self.tokens, at - 1),
                    None | Some((Word::Who | Word::Which | Word::That | Word::Be | Word::Have, _))
                );
            let particle =
                n == 2 && matches!(self.tokens[at + 1].lower.as_str(), "up" | "out" | "off" | "in" | "on");
            if (n == 1 || particle) && follows && token.lower.ends_with("ed") {
                let verb = Chunk::Verb(root(&token.lower), Some(name.clone()));
                out.push((Cut { chunk: verb, len: n, loss: 0.0 }, worth + 0.1));
            }
            out.push((Cut { chunk: as_verb(&self.tokens, at, n, name), len: n, loss: 0.0 }, worth));
        }
        for (values, n, worth) in values {
            out.push((Cut { chunk: Chunk::Value(values), len: n, loss: 0.0 }, worth));
        }
        if plain && !known {
            let token = &self.tokens[at];
            let chunk = match number_word(&token.lower) {
                Some(n) => Chunk::Number(Literal::Integer(n)),
                None if is_verb(&token.lower) => Chunk::Verb(root(&token.lower), None),
                None if is_filler(&token.lower) => Chunk::Skip,
                None if lexicon.knows_root(&root(&token.lower)) => Chunk::Verb(root(&token.lower), None),
                None => match akin(token, lexicon, catalogue) {
                    Some(name) => Chunk::Verb(root(&token.lower), Some(name)),
                    None => Chunk::Unknown(token.text.clone()),
                },
            };
            let worth = match chunk {
                Chunk::Number(_) => 0.9,
                Chunk::Verb(..) => 0.5,
                Chunk::Skip => 0.4,
                _ => -0.2,
            };
            if matches!(chunk, Chunk::Unknown(_))
                && let Some((guess, n)) = guess(&self.tokens, at, lexicon)
            {
                out.push((Cut { chunk: Chunk::Guess(guess), len: n, loss: 0.0 }, 0.1 * n as f32));
            }
            out.push((Cut { chunk, len: 1, loss: 0.0 }, worth));
        } else if let Some(n) = number_word(&self.tokens[at].lower).filter(|_| !known) {
            out.push((Cut { chunk: Chunk::Number(Literal::Integer(n)), len: 1, loss: 0.0 }, 0.9));
        } else if is_verb(&self.tokens[at].lower) && !known {
            let named = out.iter().any(|(c, _)| matches!(c.chunk, Chunk::Verb(_, Some(_))));
            let verb = Chunk::Verb(root(&self.tokens[at].lower), None);
            out.push((Cut { chunk: verb, len: 1, loss: 0.0 }, if named { 0.25 } else { 0.45 }));
        }
        Ok(out)
    }
}

/// The steering phrases of every length that begin at a word.
fn keys_at(tokens: &[Token], at: usize) -> Vec<(Key, usize)> {
    let mut out = Vec::new();
    let mut phrase = String::new();
    for (n, token) in tokens[at..].iter().enumerate().take(6) {
        if matches!(token.kind, TokenKind::Mark | TokenKind::Quoted) {
            break;
        }
        if n > 0 {
            phrase.push(' ');
        }
        phrase.push_str(&token.lower);
        if let Some(key) = key_of(&phrase)
            && let Some(key) = super::closed::usable(key, &tokens[at..=at + n])
        {
            out.push((key, n + 1));
        }
    }
    out
}

fn mark(text: &str, next: Option<&Token>) -> Chunk {
    let compare = |op| Chunk::Key(Key::Compare(op, None));
    match text {
        ">" => compare(Operator::Greater),
        "<" => compare(Operator::Less),
        ">=" | "≥" => compare(Operator::AtLeast),
        "<=" | "≤" => compare(Operator::AtMost),
        "=" | "==" => compare(Operator::Equal),
        "!=" | "<>" => compare(Operator::NotEqual),
        "&" => Chunk::Key(Key::And),
        "'s" => Chunk::Word(Word::Genitive),
        "," => Chunk::Comma,
        "." | "?" | "!" | ";" => {
            if next.is_some() {
                Chunk::Stop
            } else {
                Chunk::Skip
            }
        }
        _ => Chunk::Skip,
    }
}

/// Words in capitals inside a sentence, as one name.
fn guess(tokens: &[Token], at: usize, lexicon: &Lexicon) -> Option<(String, usize)> {
    let capital = |t: &Token| {
        t.kind == TokenKind::Word
            && t.text.chars().next().is_some_and(char::is_uppercase)
            && t.text.chars().count() > 1
    };
    let opens = at == 0 || matches!(tokens[at - 1].text.as_str(), "." | "?" | "!");
    if opens || !capital(&tokens[at]) {
        return None;
    }
    let n = tokens[at..].iter().take_while(|t| capital(t)).count().min(4);
    // An abbreviation that nothing is called by is no value.
    let shouted = tokens[at].text.chars().all(char::is_uppercase);
    if shouted && n == 1 && lexicon.longest_value > 0 {
        return None;
    }
    let text = tokens[at..at + n].iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ");
    Some((text, n))
}

/// A verb that only connects; which keys connect, the tables say.
fn is_verb(word: &str) -> bool {
    is_link_verb(word) || super::closed::connects(word)
}

/// A name that begins like the word does: "certified" of certificate.
fn akin(token: &Token, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<NameItem> {
    let known = lexicon.akin(&token.lemma)?;
    let phrase = [known];
    let mut columns = lexicon.columns_for(&phrase, catalogue);
    columns.iter_mut().for_each(|c| c.1 *= 0.8);
    let mut tables = lexicon.tables_for(&phrase);
    tables.iter_mut().for_each(|t| t.1 *= 0.8);
    let text = token.text.clone();
    Some(NameItem { text, tables, columns, plural: false, is_term: false, values: Vec::new() })
}

/// A name that only a verb's form says ("opened" of open_year) is a verb.
fn as_verb(tokens: &[Token], at: usize, n: usize, name: NameItem) -> Chunk {
    let token = &tokens[at];
    let formed = token.lower.ends_with("ed") || token.lower.ends_with("ing");
    if n == 1 && formed && best(&name) < 0.9 {
        return Chunk::Verb(root(&token.lower), Some(name));
    }
    Chunk::Name(name)
}

type Names = Vec<(NameItem, usize, f32)>;
type Values = Vec<(Vec<ValueRef>, usize, f32)>;

fn open_words(
    tokens: &[Token],
    at: usize,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
    closed: bool,
) -> (Names, Values, Option<String>) {
    let token = &tokens[at];
    let capital = token.text.chars().next().is_some_and(char::is_uppercase);
    let shouted = token.text.len() >= 2 && token.text.chars().all(char::is_uppercase);
    let mut names: Names = names_at(tokens, at, lexicon, catalogue)
        .into_iter()
        .map(|(name, n)| {
            let q = best(&name);
            let worth = q * n as f32 - 0.15;
            (name, n, worth)
        })
        .collect();
    // "order value": the amount of an order.
    if matches!(tokens.get(at + 1).map(|t| t.lower.as_str()), Some("value" | "values" | "amount"))
        && names.iter().all(|(name, n, _)| *n == 1 || best(name) < 0.95)
        && let Some((table, score)) = lexicon.tables_for(&[&token.lemma]).first()
        && *score >= 0.95
        && let Some(column) = crate::offline::amounts::amount_column(*table, lexicon, catalogue)
    {
        let text = format!("{} {}", token.text, tokens[at + 1].text);
        let columns = vec![(column, 1.0)];
        let (tables, values) = (Vec::new(), Vec::new());
        names.push((NameItem { text, tables, columns, plural: false, is_term: false, values }, 2, 1.85));
    }
    if closed {
        names.retain(|(name, n, _)| *n > 1 || best(name) >= 0.95 && token.lower.len() > 3);
    }
    let mut values: Values = Vec::new();
    let mut parts: Vec<&str> = Vec::new();
    for (n, t) in tokens[at..].iter().enumerate().take(lexicon.longest_value) {
        if !matches!(t.kind, TokenKind::Word | TokenKind::Number) {
            break;
        }
        parts.push(&t.lower);
        if n == 0 && (t.kind == TokenKind::Number || closed && !(capital && at > 0 && shouted)) {
            continue;
        }
        let found = lexicon.values(&parts);
        if !found.is_empty() && (n > 0 || token.lower.len() > 2 || capital) {
            let written = tokens[at..=at + n].iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ");
            let same = found.iter().any(|v| v.text == written);
            // "products" is hardly the one value "Product".
            let inflected = !found.iter().any(|v| v.text.to_lowercase() == written.to_lowercase());
            let bonus = if same || capital && at > 0 {
                0.05
            } else if inflected && n == 0 {
                -0.7
            } else {
                -0.25
            };
            let named = names.iter().any(|(name, m, _)| *m == n + 1 && best(name) >= 0.97) && !capital;
            let bonus = bonus - if named { 0.1 } else { 0.0 };
            values.push((found.to_vec(), n + 1, 0.95 * (n + 1) as f32 - 0.15 + bonus));
        }
    }
    // "people": those whom a table is of.
    if names.is_empty() && token.lemma == "person" {
        let tables = crate::offline::assemble::persons(lexicon);
        if !tables.is_empty() && tables.len() <= 3 {
            let tables = tables.into_iter().map(|t| (t, 0.8)).collect();
            let (columns, values, text) = (Vec::new(), Vec::new(), token.text.clone());
            names.push((NameItem { text, tables, columns, plural: true, is_term: false, values }, 1, 0.6));
        }
    }
    let mut note = None;
    if names.is_empty() && values.is_empty() && !closed && token.kind == TokenKind::Word {
        if shouted {
            for other in words::country_names(&token.lower) {
                let parts: Vec<&str> = other.split(' ').collect();
                let found = lexicon.values(&parts);
                if !found.is_empty() {
                    values.push((found.to_vec(), 1, 0.8));
                    break;
                }
            }
            if values.is_empty()
                && let Some(found) = lexicon.initials(&token.lower)
            {
                note = found.first().map(|v| format!("\"{}\" is read as {}.", token.text, v.text));
                values.push((found.to_vec(), 1, 0.8));
            }
        } else if key_at(tokens, at).is_none()
            && !is_verb(&token.lower)
            && !is_filler(&token.lower)
            && let Some(right) = lexicon.correction(&token.lemma)
        {
            let mut fixed = tokens.to_vec();
            fixed[at].lower = right.to_owned();
            fixed[at].lemma = right.to_owned();
            note = Some(format!("\"{}\" is read as \"{right}\".", token.text));
            names = names_at(&fixed, at, lexicon, catalogue)
                .into_iter()
                .map(|(name, n)| {
                    let worth = best(&name) * n as f32 - 0.3;
                    (name, n, worth)
                })
                .collect();
        }
    }
    (names, values, note)
}

/// Every name that starts at a word.
fn names_at(tokens: &[Token], at: usize, lexicon: &Lexicon, catalogue: &Catalogue) -> Vec<(NameItem, usize)> {
    let mut out = Vec::new();
    let mut loose = false;
    let phrase_acts = lexicon.tables_for(&[&tokens[at].lemma]).first().is_some_and(|t| t.1 >= 0.9);
    let mut phrase: Vec<&str> = Vec::new();
    let computes = matches!(
        key_at(tokens, at),
        Some((Key::Aggregate(_) | Key::Count | Key::Superlative(..) | Key::Top(_) | Key::HowMuch, _))
    );
    for (n, token) in tokens[at..].iter().enumerate().take(6) {
        let short_number = token.kind == TokenKind::Number && n > 0 && token.text.len() <= 2;
        if token.kind != TokenKind::Word && !short_number {
            break;
        }
        let lower = token.lower.as_str();
        let kinds = ["number", "date", "level", "type", "year", "time", "amount", "place", "kind", "name"];
        let of = n == 1 && lower == "of" && kinds.contains(&tokens[at].lemma.as_str());
        let unit = tokens.get(at + n + 1).is_some_and(|t| {
            matches!(t.lower.as_str(), "usd" | "eur" | "dollars" | "euros" | "euro" | "dollar")
        });
        if of || n > 0 && lower == "in" && unit {
            continue;
        }
        // "the date the claim was made"
        let told = n > 0
            && matches!(tokens[at].lemma.as_str(), "date" | "time" | "amount" | "year" | "day")
            && matches!(lower, "the" | "was" | "were" | "is" | "it" | "a");
        if told {
            loose = true;
            continue;
        }
        let ends = matches!(
            lower,
            "and"
                | "or"
                | "the"
                | "of"
                | "with"
                | "a"
                | "an"
                | "is"
                | "are"
                | "all"
                | "that"
                | "who"
                | "which"
                | "have"
                | "has"
        );
        let preposition = matches!(lower, "in" | "from" | "for" | "to" | "at" | "on" | "since" | "by");
        if ends || n == 0 && preposition {
            break;
        }
        if n > 0 && matches!(key_at(tokens, at + n), Some((Key::Compare(_, Some(_)), used)) if used >= 3) {
            break;
        }
        phrase.push(&token.lemma);
        if preposition {
            continue;
        }
        let counted = tokens.get(at + 1).is_some_and(|t| t.lower == "of") && n >= 2;
        let mut columns = lexicon.columns_for(&phrase, catalogue);
        if counted && phrase.first() == Some(&"number") {
            columns.retain(|(c, _)| {
                lexicon.columns[c.table][c.column].words.first().is_some_and(|w| w == "number")
                    && catalogue.tables[c.table].columns[c.column].kind.is_numeric()
            });
        }
        if computes {
            columns.retain(|(c, _)| {
                let words = &lexicon.columns[c.table][c.column].words;
                let short = n == 0 && words.contains(&tokens[at].lemma);
                short || n > 0 && phrase.iter().all(|p| words.iter().any(|w| w == p))
            });
        }
        let floor = match n {
            0 => 0.4,
            _ if loose => 0.75,
            _ if counted => 0.9,
            _ => 0.66,
        };
        columns.retain(|(_, s)| *s >= floor);
        // "customers ordered": a thing and what it did, not one name.
        if n > 0 && phrase_acts && tokens[at + 1].lower.ends_with("ed") {
            columns.retain(|(_, s)| *s >= 0.995);
        }
        let mut tables = if counted || loose { Vec::new() } else { lexicon.tables_for(&phrase) };
        tables.retain(|(_, s)| *s >= floor.max(0.5));
        if computes && n == 0 {
            tables.clear();
        }
        let term = lexicon.term(&phrase).filter(|_| tables.first().is_none_or(|t| t.1 < 0.9));
        if let Some(term) = term {
            columns = vec![(term.column, 1.0)];
            tables.clear();
        }
        if columns.is_empty() && tables.is_empty() {
            continue;
        }
        let text = tokens[at..=at + n].iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ");
        let plural = token.lower != token.lemma;
        let is_term = term.is_some();
        out.push((NameItem { text, tables, columns, plural, is_term, values: Vec::new() }, n + 1));
    }
    out
}
