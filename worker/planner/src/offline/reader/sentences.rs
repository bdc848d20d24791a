//! Sentences: what asks or commands, what is asked for, for each of what, and in which order.

use super::{
    ast::{Ask, Func, Head, Kind, Mod, Np, Tie},
    chunk::Chunk,
    closed::Word,
    grammar::{Mode, Parser},
};
use crate::offline::annotate::Key;

impl Parser<'_> {
    /// Reads the whole question.
    pub fn read(&mut self) {
        self.question.ask = Ask::Bare;
        let mut first = true;
        while self.peek().is_some() {
            let before = self.pos;
            self.sentence(first);
            if !self.question.items.is_empty() {
                first = false;
            }
            if self.pos == before {
                self.pass_over();
            }
        }
    }

    /// Passes over a word that fits nowhere.
    pub(super) fn pass_over(&mut self) {
        let start = self.pos;
        match self.peek() {
            Some(Chunk::Unknown(word)) => {
                self.unknown.push(word.clone());
                self.loss += 0.8;
            }
            Some(Chunk::Comma | Chunk::Stop) | None => {}
            Some(Chunk::Word(Word::Same)) => {
                self.unknown.push("same".to_owned());
                self.loss += 0.8;
            }
            Some(Chunk::Word(Word::Be | Word::Have | Word::Do | Word::That | Word::Than)) => {
                self.loss += 0.03
            }
            Some(Chunk::Word(_)) => self.loss += 0.12,
            Some(Chunk::Verb(_, None)) => self.loss += 0.06,
            Some(_) => {
                self.loss += 0.5;
                let said = self.lattice.tokens.get(start).map(|t| t.text.clone());
                self.unknown.extend(said);
            }
        }
        self.take();
        if self.pos == start {
            self.pos += 1;
        }
    }

    pub(super) fn sentence(&mut self, first: bool) {
        let mut opens = true;
        let mut asked = false;
        let mut joined = false;
        loop {
            let start = self.pos;
            let was_joined = std::mem::take(&mut joined);
            let Some(chunk) = self.peek() else { return };
            match chunk {
                Chunk::Stop => {
                    self.take();
                    return;
                }
                Chunk::Comma | Chunk::Key(Key::And) | Chunk::Word(Word::But) => {
                    self.take();
                    joined = true;
                }
                Chunk::Word(Word::Command) => {
                    self.take();
                    joined = true;
                    if first {
                        self.question.ask = Ask::Rows;
                    }
                }
                Chunk::Word(Word::Which | Word::Who) => {
                    let what = self.said().starts_with("what");
                    let who = self.word() == Some(Word::Who);
                    self.take();
                    asked = true;
                    joined = was_joined;
                    if first {
                        self.question.ask = if what { Ask::What } else { Ask::Which };
                    }
                    // "who placed the most orders"
                    if first
                        && who
                        && self.question.items.is_empty()
                        && matches!(self.peek(), Some(Chunk::Verb(..) | Chunk::Word(Word::Have)))
                    {
                        let mut someone = Np { head: Head::Pronoun, ..Np::default() };
                        self.mods(&mut someone, Mode { clause: true, top: true, ..Mode::default() });
                        self.question.items.push(someone);
                    }
                }
                Chunk::Word(Word::Be | Word::Do | Word::Have) => {
                    self.take();
                    joined = was_joined;
                }
                // "when was the order placed"
                Chunk::Word(Word::Where) if first && self.question.items.is_empty() => {
                    if self.said() != "when" {
                        self.loss += 0.8;
                    }
                    self.take();
                    while matches!(self.word(), Some(Word::Be | Word::Do)) {
                        self.take();
                    }
                    let Some(mut np) = self.np(Mode { top: true, ..Mode::default() }) else { return };
                    self.mods(&mut np, Mode { clause: true, top: true, ..Mode::default() });
                    np.funcs.insert(0, Func::When);
                    self.question.items.push(np);
                }
                Chunk::Key(Key::OrderBy(direction)) => {
                    let direction = *direction;
                    self.take();
                    self.order(direction);
                }
                Chunk::Key(Key::Direction(descending)) => {
                    let descending = *descending;
                    self.take();
                    // "in descending order of …"
                    if matches!(self.word(), Some(Word::Of | Word::By)) {
                        self.take();
                        self.order(Some(descending));
                    } else {
                        match self.question.order.last_mut() {
                            Some(last) if last.1.is_none() => last.1 = Some(descending),
                            Some(_) => {}
                            None => self.question.direction = Some(descending),
                        }
                    }
                }
                Chunk::Key(Key::Chart(hint)) => {
                    self.question.chart = *hint;
                    self.take();
                }
                Chunk::Key(Key::YearBefore) => {
                    self.question.year_before = true;
                    self.take();
                }
                Chunk::Word(Word::For | Word::Among | Word::Prep | Word::Of) if opens => {
                    self.take();
                    if matches!(self.word(), Some(Word::Which)) {
                        // "in which year …", "for which product …": asked for.
                        self.take();
                        if first {
                            self.question.ask = Ask::Which;
                        }
                        asked = true;
                        continue;
                    }
                    let Some(np) = self.np(Mode { top: true, ..Mode::default() }) else {
                        self.pos = start;
                        return;
                    };
                    self.frame(np, first);
                }
                Chunk::Word(Word::Each) if opens => {
                    self.pass_over();
                }
                Chunk::Time(_) | Chunk::Year(..) if opens => {
                    let kind = match chunk {
                        Chunk::Year(year, bound) => Kind::Year(*year, *bound),
                        Chunk::Time(span) => Kind::Time(*span),
                        _ => return,
                    };
                    self.take();
                    self.question.mods.push(Mod {
                        not: false,
                        or: false,
                        both: false,
                        verb: None,
                        toward: None,
                        kind,
                    });
                }
                _ => {
                    let items = self.items(asked);
                    if items.is_empty() {
                        // A word that no phrase begins with.
                        self.pass_over();
                        if self.pos == start {
                            return;
                        }
                        continue;
                    }
                    // Two things side by side with nothing between them are one that was cut wrongly.
                    if !opens && !was_joined {
                        self.loss += 0.6;
                    }
                    if first && self.question.items.is_empty() {
                        self.question.items = items;
                    } else {
                        self.question.shown.extend(items);
                    }
                    opens = false;
                    continue;
                }
            }
            if self.question.items.is_empty() {
                continue;
            }
            opens = false;
        }
    }

    /// "For each city, …", "Among all claims, …".
    pub(super) fn frame(&mut self, np: Np, first: bool) {
        let pronoun = matches!(np.head, Head::Pronoun) || matches!(np.head, Head::None);
        if pronoun && !first {
            return;
        }
        if np.each || matches!(np.head, Head::Grain(_)) {
            self.question.groups.push(np);
        } else if first && self.question.items.is_empty() {
            self.question.context.push(np);
        } else {
            let kind = Parser::link(Tie::Prep, np);
            self.question.mods.push(Mod {
                not: false,
                or: false,
                both: false,
                verb: None,
                toward: None,
                kind,
            });
        }
    }

    /// Things asked for, joined by commas and "and".
    pub(super) fn items(&mut self, asked: bool) -> Vec<Np> {
        let mut out: Vec<Np> = Vec::new();
        loop {
            let start = self.pos;
            while matches!(self.peek(), Some(Chunk::Comma | Chunk::Key(Key::And | Key::Both))) {
                self.take();
            }
            // "…, and how many of them are there", "… and what is …"
            if !out.is_empty() {
                while matches!(self.word(), Some(Word::Which | Word::Be)) {
                    self.take();
                }
            }
            if self.eat(Word::Ratio) {
                let Some(ratio) = self.ratio() else {
                    self.pos = start;
                    break;
                };
                out.push(ratio);
                break;
            }
            let clause = asked && out.is_empty();
            let Some(mut np) = self.np(Mode { top: true, ..Mode::default() }) else {
                self.pos = start;
                break;
            };
            // "Which city has …", "how many orders did each customer make": the rest of the clause.
            let verb = matches!(
                self.peek(),
                Some(
                    Chunk::Word(Word::Be | Word::Have | Word::Do | Word::That)
                        | Chunk::Verb(..)
                        | Chunk::Key(Key::Not | Key::Compare(..))
                )
            );
            if verb || clause && matches!(self.peek(), Some(Chunk::Name(_))) {
                self.mods(&mut np, Mode { clause: true, top: true, ..Mode::default() });
            }
            out.push(np);
            if !matches!(self.peek(), Some(Chunk::Comma | Chunk::Key(Key::And))) {
                break;
            }
        }
        out
    }

    /// "ratio of A to B", "proportion of A out of B".
    pub(super) fn ratio(&mut self) -> Option<Np> {
        self.in_ratio = true;
        let above = self.np(Mode { top: true, ..Mode::default() });
        self.in_ratio = false;
        let mut above = above?;
        if !self.at_divisor() {
            return None;
        }
        self.take();
        let below = self.np(Mode { top: true, ..Mode::default() })?;
        above.over = Some(Box::new(below));
        Some(above)
    }

    pub(super) fn order(&mut self, direction: Option<bool>) {
        loop {
            let start = self.pos;
            while matches!(self.peek(), Some(Chunk::Comma | Chunk::Key(Key::And))) {
                self.take();
            }
            let mut by = direction;
            if let Some(Key::Direction(descending)) = self.key() {
                by = Some(*descending);
                self.take();
            }
            let Some(np) = self.np(Mode { left: true, ..Mode::default() }) else {
                self.pos = start;
                return;
            };
            if let Some(Key::Direction(descending)) = self.key() {
                by = Some(*descending);
                self.take();
            }
            self.question.order.push((np, by));
            if !matches!(self.peek(), Some(Chunk::Comma | Chunk::Key(Key::And))) {
                return;
            }
        }
    }
}
