//! Conditions: what follows "with", "whose" and "have", and comparisons.

use super::{
    ast::{Func, Head, Kind, Mod, Np, Tie},
    chunk::Chunk,
    clauses::Coming,
    closed::Word,
    grammar::{Mode, Parser},
};
use crate::offline::annotate::Key;
use rowcall_plan::{Literal, Operator};

impl Parser<'_> {
    /// After "with", "whose", "have": conditions joined by "and" and "or". False when there is none.
    pub(super) fn conditions(&mut self, np: &mut Np, coming: &mut Coming) -> bool {
        let mut any = false;
        let verb = coming.verb.clone();
        let not = coming.not;
        let mut both = coming.both;
        loop {
            let start = self.pos;
            both |= coming.both || self.key() == Some(&Key::Both);
            let described = np.mods.len();
            if !self.condition(np, coming) {
                self.pos = start;
                return any;
            }
            any = true;
            if both {
                np.mods[described..].iter_mut().for_each(|m| m.both = true);
            }
            let joint = self.pos;
            let mut or = false;
            let mut joined = false;
            loop {
                match self.peek() {
                    Some(Chunk::Comma) => {}
                    Some(Chunk::Key(Key::Or)) => or = true,
                    Some(Chunk::Key(Key::And)) | Some(Chunk::Word(Word::But)) => {}
                    _ => break,
                }
                joined = true;
                self.take();
            }
            // "with a branch opened in 2001 and a branch with …"
            let again = match (self.peek(), np.mods.last().map(|m| &m.kind)) {
                (Some(Chunk::Name(name)), Some(Kind::Link(_, Np { head: Head::Name(before), .. }))) => name
                    .tables
                    .first()
                    .is_some_and(|t| t.1 >= 0.9 && before.tables.first().is_some_and(|b| b.0 == t.0)),
                _ => false,
            };
            if again && !or {
                both = true;
                np.mods[described..].iter_mut().for_each(|m| m.both = true);
            }
            let second =
                both && !or && matches!(self.peek(), Some(Chunk::Name(_) | Chunk::Word(Word::Pronoun)));
            if !joined || !second && !self.is_condition() {
                self.pos = joint;
                return any;
            }
            *coming = Coming { or, verb: verb.clone(), not: not && or, ..Coming::default() };
        }
    }

    /// What follows an "and" is another condition, not another thing to show: it compares or counts.
    pub(super) fn is_condition(&mut self) -> bool {
        let start = self.pos;
        let found = match self.peek() {
            Some(Chunk::Key(Key::Compare(..) | Key::Without)) => true,
            Some(Chunk::Key(Key::Superlative(..))) => false,
            Some(Chunk::Name(_)) | Some(Chunk::Word(Word::Pronoun | Word::Their)) => {
                let saved = (self.unknown.len(), self.loss);
                let left = self.np(Mode { left: true, ..Mode::default() });
                self.unknown.truncate(saved.0);
                self.loss = saved.1;
                left.is_some_and(|l| l.beside.is_some())
                    || matches!(
                        self.peek(),
                        Some(Chunk::Key(
                            Key::Compare(..) | Key::Between | Key::Text(_) | Key::Not | Key::Missing
                        )) | Some(Chunk::Word(Word::Be))
                            | Some(Chunk::Verb(..))
                    )
            }
            Some(Chunk::Value(_) | Chunk::Number(_)) => matches!(self.peek_second(), Some(Chunk::Name(_))),
            Some(Chunk::Quoted(_)) => true,
            _ => false,
        };
        self.pos = start;
        found
    }

    /// One condition: "an age over 30", "more than 3 orders", "the highest price", "no orders", "orders in May".
    pub(super) fn condition(&mut self, np: &mut Np, coming: &mut Coming) -> bool {
        while self.eat_key(&Key::Not) {
            coming.not = true;
        }
        if self.eat_key(&Key::Both) {
            coming.both = true;
        }
        if let Some(found) = self.contained() {
            np.mods.push(Mod { not: coming.not, or: coming.or, ..found });
            return true;
        }
        if let Some(Key::Compare(op, None)) = self.key() {
            let op = *op;
            let start = self.pos;
            self.take();
            if let Some(counted) = self.counted(op) {
                self.add(np, coming, counted);
                return true;
            }
            self.pos = start;
            self.take();
            // "at least a salary of 1000"
            if matches!(self.peek(), Some(Chunk::Name(_)))
                && let Some(left) = self.np(Mode { left: true, ..Mode::default() })
            {
                self.eat(Word::Of);
                if let Some(right) = self.number() {
                    self.add(np, coming, Kind::Compare(Some(left), op, None, right));
                    return true;
                }
            }
            self.pos = start;
            return self.comparison(np, coming, None);
        }
        if let Some(Chunk::Number(Literal::Integer(n))) = self.peek()
            && let Some(n) = u64::try_from(*n).ok()
            && !matches!(self.peek_second(), Some(Chunk::Key(Key::Superlative(..) | Key::Common(_))))
        {
            let start = self.pos;
            self.take();
            // "2 or more orders"
            let op = match self.key() {
                Some(Key::OrMore(more)) => {
                    let op = if *more { Operator::AtLeast } else { Operator::AtMost };
                    self.take();
                    op
                }
                _ => Operator::Equal,
            };
            if let Some(of) = self.np(Mode::default()) {
                self.add(np, coming, Kind::Counted(of, op, n));
                return true;
            }
            self.pos = start;
        }
        let Some(mut left) = self.np(Mode { left: true, ..Mode::default() }) else { return false };
        // "both male and female patients": of different ones.
        if coming.both && left.and && left.before.len() > 1 {
            left.both = true;
        }
        let mut not = coming.not;
        let before_verb = self.pos;
        let mut is = false;
        let mut verb = None;
        if self.word() == Some(Word::Of)
            && matches!(self.peek_second(), Some(Chunk::Key(Key::Compare(..)) | Chunk::Number(_)))
        {
            self.take();
            is = true;
        }
        loop {
            match self.peek() {
                Some(Chunk::Word(Word::Be | Word::Do)) => is = true,
                Some(Chunk::Key(Key::Not)) => not = !not,
                Some(Chunk::Verb(root, name))
                    if !is && matches!(self.peek_second(), Some(Chunk::Key(Key::Compare(..)))) =>
                {
                    verb = Some((root.clone(), name.clone()));
                }
                _ => break,
            }
            self.take();
        }
        let compares =
            matches!(self.key(), Some(Key::Compare(..) | Key::Between | Key::Text(_) | Key::Missing));
        let simple = left.funcs.is_empty() || matches!(left.funcs[..], [Func::Count | Func::Agg(_)]);
        if compares && simple && !left.no {
            coming.not = not;
            coming.verb = verb.or(coming.verb.take());
            return self.comparison(np, coming, Some(left));
        }
        if is && simple {
            let start = self.pos;
            self.eat(Word::Prep);
            if matches!(
                self.peek(),
                Some(
                    Chunk::Value(_)
                        | Chunk::Quoted(_)
                        | Chunk::Guess(_)
                        | Chunk::Number(_)
                        | Chunk::Time(_)
                        | Chunk::Year(..)
                )
            ) && let Some(right) = self.phrase()
            {
                coming.not = not;
                self.add(np, coming, Kind::Compare(Some(left), Operator::Equal, None, right));
                return true;
            }
            self.pos = start;
        }
        // "whose address is in Paris", "with orders in May"
        if is
            && self.word() == Some(Word::Prep)
            && matches!(self.peek_second(), Some(Chunk::Value(_) | Chunk::Quoted(_) | Chunk::Guess(_)))
        {
            self.take();
            if let Some(right) = self.phrase() {
                coming.not = not;
                self.add(np, coming, Kind::Compare(Some(left), Operator::Equal, None, right));
                return true;
            }
        }
        self.pos = before_verb;
        let tie = if coming.verb.is_some() {
            Tie::Verb
        } else if coming.be {
            Tie::Be
        } else {
            Tie::With
        };
        if left.no {
            coming.not = !coming.not;
            left.no = false;
        }
        // A clause's own verb may come behind: "products that the customer bought".
        self.mods(&mut left, Mode::default());
        let each = left.each;
        self.add(np, coming, if each { Kind::Each(left) } else { Kind::Link(tie, left) });
        true
    }

    /// A number of things: "3 orders", after its comparison.
    pub(super) fn counted(&mut self, op: Operator) -> Option<Kind> {
        let Some(Chunk::Number(Literal::Integer(n))) = self.peek() else { return None };
        let n = u64::try_from(*n).ok()?;
        self.take();
        // "5 years of experience", which a column is called.
        let named = matches!(self.peek(), Some(Chunk::Name(name)) if name.text.contains(' '));
        if !named && self.unit().is_some()
            || !matches!(
                self.peek(),
                Some(Chunk::Name(_) | Chunk::Value(_) | Chunk::Verb(..) | Chunk::Key(Key::Distinct))
            )
        {
            return None;
        }
        let of = self.np(Mode::default())?;
        Some(Kind::Counted(of, op, n))
    }

    /// A comparison and its right side.
    pub(super) fn comparison(&mut self, np: &mut Np, coming: &mut Coming, left: Option<Np>) -> bool {
        match self.key() {
            Some(Key::Compare(op, of)) => {
                let (op, of) = (*op, *of);
                self.take();
                self.eat(Word::Than);
                if left.is_none()
                    && of.is_none()
                    && let Some(counted) = {
                        let start = self.pos;
                        let counted = self.counted(op);
                        if counted.is_none() {
                            self.pos = start;
                        }
                        counted
                    }
                {
                    self.add(np, coming, counted);
                    return true;
                }
                let Some(right) = self.phrase() else { return false };
                self.add(np, coming, Kind::Compare(left, op, of, right));
            }
            Some(Key::Between) => {
                self.take();
                let Some(low) = self.number() else { return false };
                if !self.eat_key(&Key::And) && !self.eat(Word::Prep) {
                    return false;
                }
                let Some(high) = self.number() else { return false };
                self.add(np, coming, Kind::Between(left, low, high));
            }
            Some(Key::Text(how)) => {
                let how = *how;
                self.take();
                while matches!(self.key(), Some(Key::Text(_))) {
                    self.take();
                }
                let texts = self.texts();
                if texts.is_empty() {
                    return false;
                }
                self.add(np, coming, Kind::Text(left, how, texts));
            }
            Some(Key::Missing) => {
                let Some(left) = left else { return false };
                self.take();
                self.add(np, coming, Kind::Present(left, false));
            }
            _ => return false,
        }
        true
    }

    pub(super) fn number(&mut self) -> Option<Np> {
        let Some(Chunk::Number(n)) = self.peek() else { return None };
        let mut np = Np { head: Head::Numbers(vec![n.clone()]), ..Np::default() };
        self.take();
        np.unit = self.unit();
        Some(np)
    }

    /// The value after "named".
    pub(super) fn conditions_value(&mut self, np: &mut Np, coming: &mut Coming) -> Option<()> {
        let value = self.phrase().filter(|v| matches!(v.head, Head::Values(_) | Head::Quoted(_)))?;
        self.add(np, coming, Kind::Named(value));
        Some(())
    }

    /// A noun phrase behind a preposition or comparison; "3 or more" is one number.
    pub(super) fn phrase(&mut self) -> Option<Np> {
        self.np(Mode::default())
    }
}
