//! Questions that are read in two steps: a simpler question is read first, and its plan is made to say the rest. "Older than
//! Ann" is read as older than some number, which then becomes Ann's age; "the second highest" as the highest, which is then
//! passed over.

mod against;
mod apart;
pub(super) mod aside;
mod backwards;
mod compared;
mod due;
mod except;
mod folds;
mod greatest_part;
mod in_unit;
mod known;
mod lacking;
mod leaving;
mod of_folds;
pub(super) mod once;
mod only;
mod others;
mod parts;
mod percent;
mod periods;
mod places;
mod sides;
mod states;
mod superiors;
mod two_numbers;
mod two_times;
mod waiting;
mod winners;

use super::{
    arbiter::{CLOSELY, Problem, Read},
    lexicon::Lexicon,
    words::{Token, TokenKind, tokens},
};
use crate::PlanRequest;
pub(super) use leaving::denies;
use rowcall_core::Catalogue;

/// Reads a simpler question with both readers.
pub(super) type ReadPlain<'r> = &'r dyn Fn(&str) -> Result<Read, Problem>;

/// What every step has at hand.
pub(super) struct Step<'s> {
    tokens: Vec<Token>,
    lexicon: &'s Lexicon,
    catalogue: &'s Catalogue,
    request: &'s PlanRequest<'s>,
    read: ReadPlain<'s>,
}

/// The plan of a question that takes two steps, as sure as a reading can be that goes a way of its own; nothing where it is none of these, or its first step is not understood.
pub(super) fn read(
    question: &str,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
    plain: ReadPlain<'_>,
) -> Option<Read> {
    let step = Step { tokens: tokens(question), lexicon, catalogue: request.catalogue, request, read: plain };
    let read = winners::read(&step)
        .or_else(|| lacking::read(&step))
        .or_else(|| against::read(&step))
        .or_else(|| superiors::read(&step))
        .or_else(|| parts::read(&step))
        .or_else(|| sides::read(&step))
        .or_else(|| apart::read(&step))
        .or_else(|| places::read(&step))
        .or_else(|| except::read(&step))
        .or_else(|| greatest_part::read(&step))
        .or_else(|| percent::read(&step))
        .or_else(|| two_numbers::read(&step))
        .or_else(|| two_times::read(&step))
        .or_else(|| compared::read(&step))
        .or_else(|| of_folds::read(&step))
        .or_else(|| folds::read(&step))
        .or_else(|| waiting::read(&step))
        .or_else(|| due::read(&step))
        .or_else(|| in_unit::read(&step))
        .or_else(|| periods::read(&step))
        .or_else(|| states::read(&step))
        .or_else(|| known::read(&step))
        .or_else(|| once::kinds(&step))
        .or_else(|| backwards::read(&step))
        .or_else(|| others::read(&step))
        .or_else(|| only::read(&step))?;
    Some(Read { certainty: read.certainty.min(CLOSELY), ..read })
}

/// The same for a question that says what to leave out, which is read by itself: nothing where it says no such thing, and no
/// plan where that is not understood.
pub(super) fn leaves_out(
    question: &str,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
    plain: ReadPlain<'_>,
) -> Option<Option<Read>> {
    let step = Step { tokens: tokens(question), lexicon, catalogue: request.catalogue, request, read: plain };
    leaving::says(&step).then(|| {
        let read = leaving::read(&step)?;
        Some(Read { certainty: read.certainty.min(CLOSELY), ..read })
    })
}

impl Step<'_> {
    fn lower(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |t| t.lower.as_str())
    }

    /// The question with other words in place of some of its own, read.
    fn instead(&self, from: usize, to: usize, words: &str) -> Option<Read> {
        let text = [written(&self.tokens[..from]), words.to_owned(), written(&self.tokens[to..])]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        (self.read)(&text).ok().filter(|read| read.certainty >= super::FLOOR)
    }
}

/// Tokens as a question is written.
fn written(tokens: &[Token]) -> String {
    let mut out = String::new();
    for token in tokens {
        let mark = token.kind == TokenKind::Mark && token.text != "&";
        if !out.is_empty() && !mark {
            out.push(' ');
        }
        match token.kind {
            TokenKind::Quoted => out.push_str(&format!("\"{}\"", token.text)),
            _ => out.push_str(&token.text),
        }
    }
    out
}
