//! The stretches of a question and what each may be: every name, value, date and steering word that starts at a
//! word, with a worth. The best way to cut the question is known from each word on, so that another cut costs
//! what it is worse by.

use super::closed::{Word, word_of};
use super::open::{akin, as_verb, guess, is_verb, names_at, open_words};
use crate::offline::{
    annotate::{Key, NameItem, Rate},
    dates::{self, Bound, Found, Span},
    events::{self, Elapsed},
    idle::{Idle, idle},
    keys::{grain_at, is_noun, key_of},
    lexicon::{Lexicon, ValueRef},
    words::{Token, TokenKind, is_filler, number_word, root},
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

    pub(super) fn rank(&mut self, worths: &[Vec<f32>]) {
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

    /// A verb that only says how things belong together.
    fn relation(&self, at: usize, lexicon: &Lexicon, catalogue: &Catalogue) -> bool {
        let named =
            at + 1 < self.tokens.len() && !names_at(&self.tokens, at + 1, lexicon, catalogue).is_empty();
        matches!(idle(&self.tokens, at, named, lexicon), Some(Idle::Relation))
    }

    pub(super) fn starting(
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
        // "a happy hour in May", where months are values.
        let month = at + usize::from(token.lower == "in");
        let listed = dates::bare_month(tokens, month) && lexicon.has_month(&tokens[month].lower);
        match dates::find(tokens, at, today).filter(|_| !listed) {
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
            out.push((Cut { chunk: as_verb(&self.tokens, at, n, name, lexicon), len: n, loss: 0.0 }, worth));
        }
        // "shipped in May": when, rather than a state.
        let timed = dates::find(&self.tokens, at + 1, today).is_some();
        for (values, n, worth) in values {
            if n == 1 && timed && lexicon.is_timed(&self.tokens[at].lower, &values, catalogue) {
                continue;
            }
            out.push((Cut { chunk: Chunk::Value(values), len: n, loss: 0.0 }, worth));
        }
        if plain && !known {
            let token = &self.tokens[at];
            let chunk = match number_word(&token.lower) {
                Some(n) => Chunk::Number(Literal::Integer(n)),
                None if is_verb(&token.lower) => Chunk::Verb(root(&token.lower), None),
                None if is_filler(&token.lower) => Chunk::Skip,
                None if lexicon.knows_root(&root(&token.lower)) => Chunk::Verb(root(&token.lower), None),
                None => match (akin(token, lexicon, catalogue), self.relation(at, lexicon, catalogue)) {
                    (Some(name), _) => Chunk::Verb(root(&token.lower), Some(name)),
                    (None, true) => Chunk::Verb(root(&token.lower), None),
                    (None, false) => Chunk::Unknown(token.text.clone()),
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
        if let Some(key) = key_of(&phrase).filter(|_| !is_noun(tokens, at, &phrase))
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
