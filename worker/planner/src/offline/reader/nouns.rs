//! The parts of a noun phrase: what stands before the noun, the noun, and what stands right behind it.

use super::{
    ast::{Func, Head, Kind, Mod, Np},
    chunk::Chunk,
    closed::Word,
    grammar::{Mode, Parser},
};
use crate::offline::{
    annotate::Key,
    words::{TokenKind, is_unit},
};
use rowcall_plan::{Literal, TextMatch};

impl<'a> Parser<'a> {
    /// Everything before the noun.
    pub(super) fn before(&mut self, np: &mut Np) {
        loop {
            match self.peek() {
                Some(Chunk::Word(Word::Each)) => np.each = true,
                Some(Chunk::Word(Word::Their)) => np.their = true,
                Some(Chunk::Word(Word::Same)) => np.same = true,
                Some(Chunk::Key(Key::Everything)) => np.full = true,
                Some(Chunk::Key(Key::Ranking)) => np.funcs.push(Func::Ranking),
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
                    np.big = np.high && matches!(said, "largest" | "biggest" | "smallest");
                    np.funcs.push(Func::Most(*large, *t));
                    self.take();
                    if t.is_none() {
                        self.more_aggregates(np);
                    }
                    continue;
                }
                Some(Chunk::Key(Key::Common(most))) => np.funcs.push(Func::Common(*most)),
                Some(Chunk::Key(Key::Top(large))) => np.funcs.push(Func::Top(*large)),
                Some(Chunk::Key(Key::Without)) if np.funcs.is_empty() => np.no = true,
                Some(Chunk::Key(Key::Both)) => np.both = true,
                // "registered members"
                Some(Chunk::Verb(..)) if matches!(self.peek_second(), Some(Chunk::Name(_))) => {
                    self.loss += 0.08
                }
                // "200 kg": an amount, though a column may be called so.
                Some(Chunk::Number(_)) if self.unit_behind() => return,
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
    pub(super) fn more_aggregates(&mut self, np: &mut Np) {
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
    pub(super) fn values_before_noun(&mut self) -> bool {
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
    pub(super) fn head(&mut self, np: &mut Np) -> bool {
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

    /// The number here has a unit, and nothing more is said with it.
    fn unit_behind(&mut self) -> bool {
        let next = self.lattice.tokens.get(self.pos + 1);
        let after = self.lattice.tokens.get(self.pos + 2);
        next.is_some_and(|t| is_unit(&t.lower) && !t.lower.starts_with("year"))
            && after.is_none_or(|t| {
                t.kind != TokenKind::Word || matches!(t.lower.as_str(), "and" | "or" | "with" | "but")
            })
    }

    /// "700 dollars", "30 years": the unit behind a number.
    pub(super) fn unit(&mut self) -> Option<String> {
        self.peek()?;
        let said = self.lattice.tokens.get(self.pos)?;
        if !is_unit(&said.lower) && said.lower != "times" {
            return None;
        }
        let unit = said.lemma.clone();
        self.pos += 1;
        Some(unit)
    }

    /// The next of a list: after nothing, a comma, "or" or "and".
    pub(super) fn listed(&mut self, np: &mut Np, fits: impl Fn(&Chunk) -> bool) -> Option<&'a Chunk> {
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
    pub(super) fn beside(&mut self, np: &mut Np) {
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
}
