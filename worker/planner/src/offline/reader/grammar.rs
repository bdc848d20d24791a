//! From stretches to phrases: a noun phrase takes what comes before its noun, then every description that can
//! follow. Where a word can be read in two ways, the choices decide.

use super::{
    ast::{Func, Head, Kind, Np, Question, Tie},
    choose::Choices,
    chunk::{Chunk, Lattice},
    closed::Word,
};
use crate::offline::annotate::Key;
use rowcall_plan::Literal;

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
    pub(super) fn cut_at(&mut self, at: usize) -> Option<&'a super::chunk::Cut> {
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

    pub(super) fn np_inner(&mut self, mode: Mode) -> Option<Np> {
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
        // "restaurant count"
        if self.said() == "count"
            && matches!(&np.head, Head::Name(name) if name.tables.first().is_some_and(|t| t.1 >= 0.75))
            && self.eat_key(&Key::Count)
        {
            np.funcs.push(Func::Count);
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
        // "the same city as Ann"
        if np.same && self.eat(Word::Than) {
            np.like = self.np(Mode { left: true, ..Mode::default() }).map(Box::new);
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

    pub(super) fn link(tie: Tie, np: Np) -> Kind {
        if np.each && tie != Tie::With && tie != Tie::Verb { Kind::Each(np) } else { Kind::Link(tie, np) }
    }
}
