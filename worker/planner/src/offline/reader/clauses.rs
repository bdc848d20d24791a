//! What follows a noun: prepositions, relative clauses, participles, conditions and comparisons, joined by "and",
//! "or" and "but".

use super::{
    ast::{Func, Head, Kind, Mod, Np, Tie},
    chunk::Chunk,
    closed::Word,
    grammar::{Mode, Parser},
};
use crate::offline::annotate::{Key, NameItem};
use rowcall_plan::{Literal, Operator};

/// What is known of the description that comes next.
#[derive(Default)]
struct Coming {
    not: bool,
    or: bool,
    verb: Option<(String, Option<NameItem>)>,
    have: bool,
    be: bool,
    both: bool,
    toward: Option<bool>,
}

impl Parser<'_> {
    /// Every description that follows a noun.
    pub(super) fn mods(&mut self, np: &mut Np, mode: Mode) {
        let mut coming = Coming::default();
        let mut clause = mode.clause;
        loop {
            let start = self.pos;
            let Some(chunk) = self.peek() else { break };
            if self.in_ratio && self.at_divisor() {
                break;
            }
            match chunk {
                Chunk::Word(Word::Of) => {
                    self.take();
                    if matches!(self.peek(), Some(Chunk::Number(_))) {
                        if mode.left {
                            self.pos = start;
                            break;
                        }
                        if let Some(right) = self.number() {
                            self.add(np, &mut coming, Kind::Compare(None, Operator::Equal, None, right));
                            continue;
                        }
                    }
                    if mode.left && matches!(self.key(), Some(Key::Compare(..))) {
                        self.pos = start;
                        break;
                    }
                    // "a distance of more than 5000"
                    if !mode.left
                        && matches!(self.key(), Some(Key::Compare(..)))
                        && self.comparison(np, &mut coming, None)
                    {
                        continue;
                    }
                    let Some(of) = self.np(mode) else {
                        self.pos = start;
                        break;
                    };
                    self.add(np, &mut coming, Parser::link(Tie::Of, of));
                }
                // "the number of purchases they made": whose it is anyway.
                Chunk::Word(Word::Pronoun)
                    if !clause
                        && matches!(
                            self.peek_second(),
                            Some(Chunk::Verb(..) | Chunk::Word(Word::Have | Word::Do | Word::Be))
                        ) =>
                {
                    self.take();
                    while matches!(
                        self.peek(),
                        Some(Chunk::Verb(..) | Chunk::Word(Word::Have | Word::Do | Word::Be))
                    ) {
                        self.take();
                    }
                }
                _ if mode.left => break,
                Chunk::Word(word @ (Word::Prep | Word::By | Word::For | Word::Among | Word::Where)) => {
                    let word = *word;
                    coming.toward = match self.said() {
                        "from" => Some(false),
                        "to" | "into" => Some(true),
                        _ => None,
                    };
                    self.take();
                    if word == Word::Where {
                        clause = true;
                        continue;
                    }
                    // "came in by phone"
                    if matches!(self.word(), Some(Word::Prep | Word::By | Word::For)) {
                        continue;
                    }
                    // "in which", "by whom"
                    if matches!(self.word(), Some(Word::Which | Word::Who)) {
                        self.take();
                        clause = true;
                        continue;
                    }
                    let tie = if word == Word::By { Tie::By } else { Tie::Prep };
                    // "by more than 3 authors"
                    if matches!(self.key(), Some(Key::Compare(..))) {
                        if !self.conditions(np, &mut coming) {
                            self.pos = start;
                            break;
                        }
                        coming = Coming::default();
                        continue;
                    }
                    let both = self.key() == Some(&Key::Both);
                    let Some(of) = self.phrase() else {
                        self.pos = start;
                        break;
                    };
                    let values = matches!(of.head, Head::Values(_) | Head::Quoted(_));
                    coming.both = both && !values;
                    let each = of.each || word == Word::By && matches!(of.head, Head::Name(_));
                    self.add(np, &mut coming, Parser::link(tie, of));
                    if each {
                        self.more_groups(np);
                    }
                    if both && !values && self.eat_key(&Key::And) {
                        if let Some(of) = self.phrase() {
                            coming.both = true;
                            self.add(np, &mut coming, Parser::link(tie, of));
                        } else {
                            self.loss += 0.4;
                        }
                    }
                }
                Chunk::Key(Key::Each) => {
                    self.take();
                    let Some(of) = self.np(Mode { left: true, ..mode }) else {
                        self.pos = start;
                        break;
                    };
                    self.add(np, &mut coming, Kind::Each(of));
                    self.more_groups(np);
                }
                Chunk::Key(Key::Grain(grain)) => {
                    let by = Np { head: Head::Grain(*grain), ..Np::default() };
                    self.take();
                    self.add(np, &mut coming, Kind::Each(by));
                }
                Chunk::Word(Word::With) => {
                    self.take();
                    coming.have = true;
                    if !self.conditions(np, &mut coming) {
                        self.pos = start;
                        break;
                    }
                    coming = Coming::default();
                }
                Chunk::Word(Word::Whose) => {
                    self.take();
                    if !self.conditions(np, &mut coming) {
                        self.pos = start;
                        break;
                    }
                    coming = Coming::default();
                }
                Chunk::Word(Word::Who | Word::Which | Word::That) => {
                    // A relative clause may describe the noun outside this one.
                    if !mode.top && !clause && self.leaves(0.25) {
                        break;
                    }
                    self.take();
                    clause = true;
                }
                Chunk::Word(Word::Have) if clause => {
                    self.take();
                    coming.have = true;
                }
                Chunk::Word(Word::Be) if clause => {
                    self.take();
                    coming.be = true;
                }
                Chunk::Word(Word::Do) if clause => self.take(),
                Chunk::Key(Key::Not) => {
                    self.take();
                    coming.not = !coming.not;
                }
                Chunk::Key(Key::Without)
                    if !matches!(self.peek_second(), Some(Chunk::Key(Key::Compare(..)))) =>
                {
                    if clause {
                        // "that have no orders": the noun phrase takes it.
                        if !self.conditions(np, &mut coming) {
                            self.pos = start;
                            break;
                        }
                    } else {
                        self.take();
                        let Some(of) = self.np(Mode { top: false, ..mode }) else {
                            self.pos = start;
                            break;
                        };
                        coming.not = true;
                        self.add(np, &mut coming, Kind::Link(Tie::With, of));
                    }
                    coming = Coming::default();
                }
                Chunk::Verb(root, name) => {
                    if coming.verb.is_some() {
                        self.loss += 0.1;
                    }
                    coming.verb = Some((root.clone(), name.clone()));
                    self.take();
                    let ends = matches!(self.peek(), None | Some(Chunk::Stop | Chunk::Comma));
                    if name.is_some() && ends {
                        self.add(np, &mut coming, Kind::Verb);
                    }
                    clause = true;
                }
                Chunk::Key(Key::Named) => {
                    self.take();
                    if self.conditions_value(np, &mut coming).is_none() {
                        self.pos = start;
                        break;
                    }
                }
                Chunk::Key(Key::Compare(..) | Key::Between | Key::Text(_) | Key::Missing) => {
                    let not = coming.not;
                    let contains = matches!(chunk, Chunk::Key(Key::Text(_)));
                    if !self.comparison(np, &mut coming, None) {
                        if contains {
                            // "orders that contain more than one item": a verb.
                            self.pos = start;
                            self.take();
                            clause = true;
                            continue;
                        }
                        self.pos = start;
                        coming.not = not;
                        break;
                    }
                }
                Chunk::Time(span) => {
                    let kind = Kind::Time(*span);
                    self.take();
                    self.add(np, &mut coming, kind);
                }
                Chunk::Year(year, bound) => {
                    let kind = Kind::Year(*year, *bound);
                    self.take();
                    self.add(np, &mut coming, kind);
                }
                Chunk::Comma | Chunk::Key(Key::And | Key::Or) | Chunk::Word(Word::But) => {
                    let Some(or) = self.joint(clause) else { break };
                    // "with A and with B", "who … and who …": both of the same noun.
                    if !mode.top && self.leaves(0.12) {
                        self.pos = start;
                        break;
                    }
                    coming.or = or;
                    clause |= matches!(self.word(), Some(Word::Have | Word::Be | Word::Do));
                }
                Chunk::Key(Key::Both) => {
                    self.take();
                    coming.both = true;
                    clause = true;
                }
                // "the type the most customers choose"
                Chunk::Key(Key::Superlative(_, None))
                    if !clause && !mode.left && matches!(self.peek_second(), Some(Chunk::Name(_))) =>
                {
                    clause = true;
                }
                // "the number of settlements each claim has"
                Chunk::Word(Word::Each) if !clause && !np.funcs.is_empty() => clause = true,
                Chunk::Value(_) | Chunk::Quoted(_) | Chunk::Guess(_)
                    if coming.be || clause && coming.verb.is_some() =>
                {
                    let Some(value) = self.phrase() else { break };
                    let tie = if coming.be { Tie::Be } else { Tie::Verb };
                    self.add(np, &mut coming, Kind::Link(tie, value));
                }
                Chunk::Name(_)
                | Chunk::Value(_)
                | Chunk::Quoted(_)
                | Chunk::Number(_)
                | Chunk::Key(
                    Key::Superlative(..)
                    | Key::Count
                    | Key::Aggregate(_)
                    | Key::Distinct
                    | Key::Top(_)
                    | Key::Common(_),
                )
                | Chunk::Word(Word::Each | Word::Pronoun | Word::Their)
                    if clause =>
                {
                    if !self.conditions(np, &mut coming) {
                        self.pos = start;
                        break;
                    }
                    coming = Coming::default();
                }
                _ => break,
            }
        }
        if let Some((_, Some(_))) = &coming.verb {
            self.add(np, &mut coming, Kind::Verb);
        } else if coming.not {
            // Something does not hold, and nothing says what.
            self.loss += 0.8;
        }
    }

    /// "per team and priority": a noun with nothing before it is one more group.
    fn more_groups(&mut self, np: &mut Np) {
        loop {
            let start = self.pos;
            let each = matches!(np.mods.last(), Some(Mod { kind: Kind::Each(_), .. }));
            while matches!(self.peek(), Some(Chunk::Comma | Chunk::Key(Key::And))) {
                self.take();
            }
            let named = matches!(self.peek(), Some(Chunk::Name(_) | Chunk::Grain(_)));
            let fits = self.pos != start
                && named
                && !self.question.items.iter().any(|i| i.funcs.is_empty())
                && (!np.funcs.is_empty() || self.question.ask == super::ast::Ask::Bare);
            let Some(of) = fits.then(|| self.np(Mode { left: true, ..Mode::default() })).flatten() else {
                self.pos = start;
                return;
            };
            let kind = if each { Kind::Each(of) } else { Kind::Link(Tie::By, of) };
            np.mods.push(Mod { not: false, or: false, both: false, verb: None, toward: None, kind });
        }
    }

    /// Whether what comes next is left to the noun outside.
    fn leaves(&mut self, loss: f32) -> bool {
        self.choices.choose(&[0.0, loss]) == 1
    }

    fn add(&mut self, np: &mut Np, coming: &mut Coming, kind: Kind) {
        let Coming { not, or, verb, both, toward, .. } = std::mem::take(coming);
        np.mods.push(Mod { not, or, both, verb, toward, kind });
    }

    /// "and", "or" or a comma after a description, when another description follows. Gives whether it is "or".
    fn joint(&mut self, clause: bool) -> Option<bool> {
        let start = self.pos;
        let mut or = false;
        let mut and = false;
        loop {
            match self.peek() {
                Some(Chunk::Comma) => {}
                Some(Chunk::Key(Key::Or)) => or = true,
                Some(Chunk::Key(Key::And)) | Some(Chunk::Word(Word::But)) => and = true,
                _ => break,
            }
            self.take();
        }
        let strong = or || and;
        let goes_on = match self.peek() {
            Some(Chunk::Word(w)) => match w {
                Word::With | Word::Whose => true,
                Word::Who | Word::That => strong || clause,
                Word::Have | Word::Be | Word::Do => strong,
                Word::Prep | Word::By => strong,
                _ => false,
            },
            Some(Chunk::Key(Key::Without | Key::Not | Key::Between)) => strong,
            Some(Chunk::Key(Key::Compare(..) | Key::Text(_) | Key::Missing)) => strong,
            Some(Chunk::Key(Key::Each | Key::Grain(_))) => false,
            Some(Chunk::Verb(..)) => {
                strong && (clause || !matches!(self.peek_second(), Some(Chunk::Name(_))))
            }
            Some(Chunk::Time(_) | Chunk::Year(..)) => true,
            _ => false,
        };
        if !goes_on {
            self.pos = start;
            return None;
        }
        Some(or)
    }

    /// After "with", "whose", "have": conditions joined by "and" and "or". False when there is none.
    fn conditions(&mut self, np: &mut Np, coming: &mut Coming) -> bool {
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
    fn is_condition(&mut self) -> bool {
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
    fn condition(&mut self, np: &mut Np, coming: &mut Coming) -> bool {
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
        let Some(left) = self.np(Mode { left: true, ..Mode::default() }) else { return false };
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
        let mut left = left;
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
    fn counted(&mut self, op: Operator) -> Option<Kind> {
        let Some(Chunk::Number(Literal::Integer(n))) = self.peek() else { return None };
        let n = u64::try_from(*n).ok()?;
        self.take();
        if self.unit().is_some()
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
    fn comparison(&mut self, np: &mut Np, coming: &mut Coming, left: Option<Np>) -> bool {
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

    fn number(&mut self) -> Option<Np> {
        let Some(Chunk::Number(n)) = self.peek() else { return None };
        let mut np = Np { head: Head::Numbers(vec![n.clone()]), ..Np::default() };
        self.take();
        np.unit = self.unit();
        Some(np)
    }

    /// The value after "named".
    fn conditions_value(&mut self, np: &mut Np, coming: &mut Coming) -> Option<()> {
        let value = self.phrase().filter(|v| matches!(v.head, Head::Values(_) | Head::Quoted(_)))?;
        self.add(np, coming, Kind::Named(value));
        Some(())
    }

    /// A noun phrase behind a preposition or comparison; "3 or more" is one number.
    pub(super) fn phrase(&mut self) -> Option<Np> {
        self.np(Mode::default())
    }
}
