//! What follows a noun: prepositions, relative clauses, participles, conditions and comparisons, joined by "and",
//! "or" and "but".

use super::{
    ast::{Head, Kind, Mod, Np, Tie},
    chunk::Chunk,
    closed::Word,
    grammar::{Mode, Parser},
};
use crate::offline::annotate::{Key, NameItem};
use rowcall_plan::{Operator, TextMatch};

/// What is known of the description that comes next.
#[derive(Default)]
pub(super) struct Coming {
    pub not: bool,
    pub or: bool,
    pub verb: Option<(String, Option<NameItem>)>,
    pub have: bool,
    pub be: bool,
    pub both: bool,
    pub toward: Option<bool>,
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
                    let contains = matches!(chunk, Chunk::Key(Key::Text(TextMatch::Contains)));
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
                | Chunk::Word(Word::Each | Word::Pronoun | Word::Their | Word::Same)
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
    pub(super) fn more_groups(&mut self, np: &mut Np) {
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
    pub(super) fn leaves(&mut self, loss: f32) -> bool {
        self.choices.choose(&[0.0, loss]) == 1
    }

    pub(super) fn add(&mut self, np: &mut Np, coming: &mut Coming, kind: Kind) {
        let Coming { not, or, verb, both, toward, .. } = std::mem::take(coming);
        np.mods.push(Mod { not, or, both, verb, toward, kind });
    }

    /// "and", "or" or a comma after a description, when another description follows. Gives whether it is "or".
    pub(super) fn joint(&mut self, clause: bool) -> Option<bool> {
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
}
