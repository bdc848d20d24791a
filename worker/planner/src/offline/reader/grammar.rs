//! From stretches to phrases: a noun phrase takes what comes before its noun, then every description that can
//! follow. Where a word can be read in two ways, the choices decide.

use super::{
    ast::{Func, Head, Kind, Mod, Np, Question, Tie},
    choose::Choices,
    chunk::{Chunk, Lattice},
    closed::Word,
};
use crate::offline::annotate::Key;
use rowcall_plan::{Literal, TextMatch};

/// Reads phrases along the lattice.
pub struct Parser<'a> {
    pub(super) lattice: &'a Lattice,
    cut: Vec<Option<usize>>,
    pub(super) pos: usize,
    pub(super) choices: &'a mut Choices,
    /// Words that nothing explains.
    pub unknown: Vec<String>,
    /// What was passed over, as a loss.
    pub loss: f32,
    /// The question so far.
    pub question: Question,
    /// Inside the first part of a ratio.
    pub(super) in_ratio: bool,
    depth: usize,
}

/// How a phrase may go on.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Mode {
    /// Inside a clause: a bare noun is an object.
    pub clause: bool,
    /// A noun before a comparison: only "of" follows it.
    pub left: bool,
    /// Directly after its verb.
    pub top: bool,
}

const DEEPEST: usize = 7;

impl<'a> Parser<'a> {
    pub fn new(lattice: &'a Lattice, choices: &'a mut Choices) -> Self {
        let cut = vec![None; lattice.tokens.len()];
        let question = Question::default();
        Self {
            lattice,
            cut,
            pos: 0,
            choices,
            unknown: Vec::new(),
            loss: 0.0,
            question,
            in_ratio: false,
            depth: 0,
        }
    }

    /// The chunk at a place; which of several cuts it is, is chosen once.
    fn cut_at(&mut self, at: usize) -> Option<&'a super::chunk::Cut> {
        let cuts = self.lattice.cuts.get(at)?;
        let taken = match self.cut[at] {
            Some(taken) => taken,
            None => {
                let losses: Vec<f32> = cuts.iter().map(|c| c.loss).collect();
                let taken = self.choices.choose(&losses);
                self.cut[at] = Some(taken);
                taken
            }
        };
        cuts.get(taken)
    }

    /// The next chunk that says something.
    pub(super) fn peek(&mut self) -> Option<&'a Chunk> {
        while let Some(cut) = self.cut_at(self.pos) {
            if cut.chunk != Chunk::Skip {
                return Some(&cut.chunk);
            }
            self.pos += cut.len;
        }
        None
    }

    /// The chunk after the next.
    pub(super) fn peek_second(&mut self) -> Option<&'a Chunk> {
        let start = self.pos;
        self.peek()?;
        self.take();
        let found = self.peek();
        self.pos = start;
        found
    }

    pub(super) fn take(&mut self) {
        if self.peek().is_some()
            && let Some(cut) = self.cut_at(self.pos)
        {
            self.pos += cut.len;
        }
    }

    pub(super) fn word(&mut self) -> Option<Word> {
        match self.peek() {
            Some(Chunk::Word(word)) => Some(*word),
            _ => None,
        }
    }

    pub(super) fn key(&mut self) -> Option<&'a Key> {
        match self.peek() {
            Some(Chunk::Key(key)) => Some(key),
            _ => None,
        }
    }

    pub(super) fn eat(&mut self, word: Word) -> bool {
        let found = self.word() == Some(word);
        if found {
            self.take();
        }
        found
    }

    pub(super) fn eat_key(&mut self, key: &Key) -> bool {
        let found = self.key() == Some(key);
        if found {
            self.take();
        }
        found
    }

    /// The next word as it is written, in lower case.
    pub(super) fn said(&mut self) -> &'a str {
        self.peek();
        self.lattice.tokens.get(self.pos).map_or("", |t| t.lower.as_str())
    }

    /// "to", "out of": the second part of a ratio begins.
    pub(super) fn at_divisor(&mut self) -> bool {
        self.peek();
        let said = self.lattice.tokens.get(self.pos).map_or("", |t| t.lower.as_str());
        said == "to" || self.word() == Some(Word::Among)
    }

    /// A noun phrase with everything that belongs to it.
    pub(super) fn np(&mut self, mode: Mode) -> Option<Np> {
        if self.depth >= DEEPEST {
            return None;
        }
        self.depth += 1;
        let np = self.np_inner(mode);
        self.depth -= 1;
        np
    }

    fn np_inner(&mut self, mode: Mode) -> Option<Np> {
        let start = self.pos;
        let mut np = Np::default();
        self.before(&mut np);
        if !self.head(&mut np) && np.funcs.is_empty() && np.n.is_none() {
            self.pos = start;
            return None;
        }
        if np.head == Head::None && np.funcs.is_empty() {
            // "the 3" alone is a number.
            let n = np.n.take()?;
            np.head = Head::Numbers(vec![Literal::Integer(i64::try_from(n).ok()?)]);
        }
        self.beside(&mut np);
        // "the customer's name"
        while self.word() == Some(Word::Genitive) {
            self.take();
            let mut of = Np::default();
            self.before(&mut of);
            if !self.head(&mut of) {
                break;
            }
            of.funcs.append(&mut np.funcs);
            of.each |= np.each;
            let owner = std::mem::replace(&mut np, of);
            np.owner = Some(Box::new(owner));
            self.beside(&mut np);
        }
        // A value is described by nothing; what follows is about the noun outside.
        if !matches!(
            np.head,
            Head::Values(_) | Head::Quoted(_) | Head::Numbers(_) | Head::Time(_) | Head::Year(..)
        ) {
            self.mods(&mut np, mode);
        }
        Some(np)
    }

    /// Everything before the noun.
    fn before(&mut self, np: &mut Np) {
        loop {
            match self.peek() {
                Some(Chunk::Word(Word::Each)) => np.each = true,
                Some(Chunk::Word(Word::Their)) => np.their = true,
                // "in that city": of each that is shown.
                Some(Chunk::Word(Word::That))
                    if matches!(self.peek_second(), Some(Chunk::Name(_))) && np.funcs.is_empty() =>
                {
                    np.each = true;
                }
                Some(Chunk::Word(Word::Of)) if !np.funcs.is_empty() => {}
                Some(Chunk::Word(Word::Which)) if np.funcs.is_empty() && np.n.is_none() => {}
                Some(Chunk::Key(Key::Distinct)) => np.distinct = true,
                Some(Chunk::Key(Key::Count)) => np.funcs.push(Func::Count),
                Some(Chunk::Key(Key::HowMuch)) => np.funcs.push(Func::HowMuch),
                Some(Chunk::Key(Key::Share)) => np.funcs.push(Func::Share),
                Some(Chunk::Key(Key::Running)) => np.funcs.push(Func::Running),
                Some(Chunk::Key(Key::Growth)) => np.funcs.push(Func::Growth),
                Some(Chunk::Key(Key::Busiest(most))) => np.funcs.push(Func::Busiest(*most)),
                Some(Chunk::Key(Key::Aggregate(a))) => {
                    np.nested |= matches!(np.funcs.last(), Some(Func::Agg(_)));
                    np.funcs.push(Func::Agg(*a));
                    self.take();
                    self.more_aggregates(np);
                    continue;
                }
                Some(Chunk::Key(Key::Superlative(large, t))) => {
                    // "top three lowest"
                    np.funcs.retain(|f| !matches!(f, Func::Top(_)));
                    let said = self.said();
                    np.high |= !matches!(said, "most" | "the" | "fewest" | "least");
                    let counted = self.lattice.tokens[self.pos..].iter().take(3).any(|t| t.lower == "number");
                    np.high &= !counted;
                    np.funcs.push(Func::Most(*large, *t));
                }
                Some(Chunk::Key(Key::Common(most))) => np.funcs.push(Func::Common(*most)),
                Some(Chunk::Key(Key::Top(large))) => np.funcs.push(Func::Top(*large)),
                Some(Chunk::Key(Key::Without)) if np.funcs.is_empty() => np.no = true,
                Some(Chunk::Key(Key::Both)) => np.both = true,
                // "registered members"
                Some(Chunk::Verb(..)) if matches!(self.peek_second(), Some(Chunk::Name(_))) => {
                    self.loss += 0.08
                }
                Some(Chunk::Number(Literal::Integer(n))) if np.n.is_none() => {
                    let goes_on = matches!(
                        self.peek_second(),
                        Some(
                            Chunk::Name(_)
                                | Chunk::Value(_)
                                | Chunk::Verb(..)
                                | Chunk::Key(Key::Superlative(..) | Key::Common(_) | Key::Distinct)
                        )
                    );
                    let Some(n) = u64::try_from(*n).ok().filter(|_| goes_on || !np.funcs.is_empty()) else {
                        return;
                    };
                    np.n = Some(n);
                }
                Some(Chunk::Value(values)) => {
                    let noun =
                        matches!(self.peek_second(), Some(Chunk::Name(_) | Chunk::Key(Key::Or | Key::And)));
                    if !noun || !self.values_before_noun() {
                        return;
                    }
                    np.before.push(values.clone());
                    self.take();
                    while matches!(self.key(), Some(Key::Or | Key::And)) {
                        np.and = self.key() == Some(&Key::And);
                        self.take();
                        if let Some(Chunk::Value(values)) = self.peek() {
                            np.before.push(values.clone());
                            self.take();
                        }
                    }
                    continue;
                }
                _ => return,
            }
            self.take();
        }
    }

    /// "average, minimum and maximum": all of the same noun.
    fn more_aggregates(&mut self, np: &mut Np) {
        loop {
            let start = self.pos;
            while matches!(self.peek(), Some(Chunk::Comma | Chunk::Key(Key::And))) {
                self.take();
            }
            match self.key() {
                Some(Key::Aggregate(a)) if start != self.pos => {
                    np.funcs.push(Func::Agg(*a));
                    self.take();
                }
                Some(Key::Superlative(large, None)) if start != self.pos => {
                    np.funcs.push(Func::Most(*large, None));
                    self.take();
                }
                _ => {
                    self.pos = start;
                    return;
                }
            }
        }
    }

    /// The values here stand before a noun: "banking or retailing industry", not "Paris or names …".
    fn values_before_noun(&mut self) -> bool {
        let start = self.pos;
        self.take();
        while matches!(self.key(), Some(Key::Or | Key::And)) {
            self.take();
            if !matches!(self.peek(), Some(Chunk::Value(_))) {
                self.pos = start;
                return false;
            }
            self.take();
        }
        let noun = matches!(self.peek(), Some(Chunk::Name(_)));
        self.pos = start;
        noun
    }

    /// The noun, with a noun before it that it belongs to.
    fn head(&mut self, np: &mut Np) -> bool {
        match self.peek() {
            Some(Chunk::Name(name)) => {
                np.head = Head::Name(name.clone());
                self.take();
                // "staff members"
                if self.lattice.tokens.get(self.pos).is_some_and(|t| t.lemma == "member")
                    && matches!(self.peek(), Some(Chunk::Unknown(_)))
                {
                    self.take();
                }
                while let Some(Chunk::Name(next)) = self.peek() {
                    let owner =
                        Np { head: std::mem::take(&mut np.head), owner: np.owner.take(), ..Np::default() };
                    np.owner = Some(Box::new(owner));
                    np.head = Head::Name(next.clone());
                    self.take();
                }
            }
            Some(Chunk::Value(values)) => {
                let mut list = vec![values.clone()];
                self.take();
                np.joints = vec![true];
                loop {
                    let before = self.pos;
                    let Some(Chunk::Value(next)) = self.listed(np, |c| matches!(c, Chunk::Value(_))) else {
                        break;
                    };
                    let joint = self.pos != before;
                    np.joints.push(joint);
                    list.push(next.clone());
                    self.take();
                }
                let own = matches!(self.peek(), Some(Chunk::Name(name)) if name.columns.iter().any(|(c, s)| *s >= 0.5 && list.iter().all(|o| o.iter().any(|v| v.column == *c))));
                if let (true, Some(Chunk::Name(name))) = (own, self.peek()) {
                    np.before = list;
                    np.head = Head::Name(name.clone());
                    self.take();
                } else {
                    np.head = Head::Values(list);
                }
            }
            Some(Chunk::Quoted(text)) => {
                let mut list = vec![text.clone()];
                self.take();
                while let Some(Chunk::Quoted(next)) = self.listed(np, |c| matches!(c, Chunk::Quoted(_))) {
                    list.push(next.clone());
                    self.take();
                }
                np.head = Head::Quoted(list);
                // "'Order' outcome"
                if let Some(Chunk::Name(name)) = self.peek()
                    && name.columns.first().is_some_and(|c| c.1 >= 0.55)
                    && name.tables.first().is_none_or(|t| t.1 < 0.9)
                    && !matches!(self.peek_second(), Some(Chunk::Name(_)))
                {
                    let value = Np {
                        head: std::mem::take(&mut np.head),
                        joints: std::mem::take(&mut np.joints),
                        ..Np::default()
                    };
                    np.beside = Some(Box::new(value));
                    np.head = Head::Name(name.clone());
                    self.take();
                }
            }
            Some(Chunk::Guess(text)) => {
                let mut list = vec![text.clone()];
                np.guess = true;
                self.take();
                while let Some(Chunk::Guess(next)) = self.listed(np, |c| matches!(c, Chunk::Guess(_))) {
                    list.push(next.clone());
                    self.take();
                }
                np.head = Head::Quoted(list);
            }
            Some(Chunk::Number(n)) => {
                let mut list = vec![n.clone()];
                self.take();
                while let Some(Chunk::Number(next)) = self.listed(np, |c| matches!(c, Chunk::Number(_))) {
                    list.push(next.clone());
                    self.take();
                }
                np.head = Head::Numbers(list);
                np.unit = self.unit();
            }
            Some(Chunk::Time(span)) => {
                np.head = Head::Time(*span);
                self.take();
            }
            Some(Chunk::Year(year, bound)) => {
                np.head = Head::Year(*year, *bound);
                self.take();
            }
            Some(Chunk::Grain(grain)) => {
                np.head = Head::Grain(*grain);
                self.take();
            }
            Some(Chunk::Elapsed(elapsed)) => {
                np.head = Head::Elapsed(elapsed.clone());
                self.take();
            }
            Some(Chunk::Rate(rate)) => {
                np.head = Head::Rate(rate.clone());
                self.take();
            }
            Some(Chunk::Word(Word::Pronoun)) => {
                np.head = Head::Pronoun;
                self.take();
            }
            _ => return false,
        }
        true
    }

    /// "700 dollars", "30 years": the unit behind a number.
    pub(super) fn unit(&mut self) -> Option<String> {
        const UNITS: &[&str] = &[
            "dollars", "dollar", "usd", "euros", "euro", "eur", "pounds", "pound", "years", "year", "kg",
            "km", "miles", "minutes", "hours", "seconds", "times", "percent", "meters", "cm",
        ];
        self.peek()?;
        let said = self.lattice.tokens.get(self.pos)?;
        if !UNITS.contains(&said.lower.as_str()) {
            return None;
        }
        let unit = said.lemma.clone();
        self.pos += 1;
        Some(unit)
    }

    /// The next of a list: after nothing, a comma, "or" or "and".
    fn listed(&mut self, np: &mut Np, fits: impl Fn(&Chunk) -> bool) -> Option<&'a Chunk> {
        let start = self.pos;
        let mut and = false;
        while matches!(self.peek(), Some(Chunk::Comma | Chunk::Key(Key::Or | Key::And))) {
            and |= matches!(self.peek(), Some(Chunk::Key(Key::And)));
            self.take();
        }
        match self.peek() {
            Some(chunk) if fits(chunk) => {
                np.and |= and;
                Some(chunk)
            }
            _ => {
                self.pos = start;
                None
            }
        }
    }

    /// A value right behind its column or its thing: "status Paid", "the aircraft Boeing 737".
    fn beside(&mut self, np: &mut Np) {
        if !matches!(np.head, Head::Name(_)) || np.beside.is_some() {
            return;
        }
        if matches!(
            self.peek(),
            Some(Chunk::Value(_) | Chunk::Quoted(_) | Chunk::Guess(_) | Chunk::Number(_))
        ) {
            // "orders 3 customers made" is no language; a number before a noun counts it.
            if matches!(self.peek(), Some(Chunk::Number(_)))
                && matches!(self.peek_second(), Some(Chunk::Name(_)))
            {
                return;
            }
            let mut value = Np::default();
            if self.head(&mut value) {
                np.beside = Some(Box::new(value));
            }
        }
    }

    /// Texts after "containing" and the like.
    pub(super) fn texts(&mut self) -> Vec<String> {
        let mut out = Vec::new();
        // "the letter J", "the word Ann"
        while matches!(
            self.said(),
            "letter"
                | "letters"
                | "character"
                | "prefix"
                | "word"
                | "substring"
                | "phrase"
                | "string"
                | "text"
        ) {
            self.take();
        }
        loop {
            match self.peek() {
                Some(Chunk::Quoted(text) | Chunk::Guess(text)) => out.push(text.clone()),
                Some(Chunk::Number(Literal::Integer(n))) => out.push(n.to_string()),
                Some(Chunk::Value(values)) => out.extend(values.first().map(|v| v.text.clone())),
                Some(Chunk::Unknown(text)) => out.push(text.clone()),
                _ => return out,
            }
            self.take();
            let start = self.pos;
            while matches!(self.peek(), Some(Chunk::Comma | Chunk::Key(Key::Or))) {
                self.take();
            }
            if !matches!(self.peek(), Some(Chunk::Quoted(_))) {
                self.pos = start;
                return out;
            }
        }
    }

    /// "with 'X' in its name", "has the substring 'X' in its name".
    pub(super) fn contained(&mut self) -> Option<Mod> {
        let start = self.pos;
        while matches!(self.key(), Some(Key::Text(_))) {
            self.take();
        }
        let texts = self.texts();
        if !texts.is_empty() && self.eat(Word::Prep) {
            let left = self.np(Mode { left: true, ..Mode::default() });
            if let Some(left) = left.filter(|l| matches!(l.head, Head::Name(_))) {
                let kind = Kind::Text(Some(left), TextMatch::Contains, texts);
                return Some(Mod { not: false, or: false, both: false, verb: None, toward: None, kind });
            }
        }
        self.pos = start;
        None
    }

    pub(super) fn link(tie: Tie, np: Np) -> Kind {
        if np.each && tie != Tie::With && tie != Tie::Verb { Kind::Each(np) } else { Kind::Link(tie, np) }
    }
}
