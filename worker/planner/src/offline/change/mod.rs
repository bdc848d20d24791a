//! Wishes to change rows, in plain English. A wish becomes a [`ChangePlan`] or nothing: which rows are meant is read as
//! a question is, by both readers, who have to agree; columns, values and keys are looked up in the same lexicon, and
//! what fits nothing is told with what would. It only proposes; what may run is decided elsewhere.

mod assign;
mod place;
mod text;
mod value;
mod wish;

use super::{Problem, arbiter::two_ways, lexicon::Lexicon};
use crate::{Choice, PlanRequest, Planned};
use place::Place;
use rowcall_core::Column;
use rowcall_plan::{ChangePlan, compile_change_with};
use std::cell::Cell;

/// How sure a wish is that was understood.
const CONFIDENCE: f32 = 0.9;

/// What a wish for a change comes to.
pub(super) fn wish(request: &PlanRequest<'_>, lexicon: &Lexicon) -> Planned {
    let cx = Cx { request, lexicon, read: Cell::new(0) };
    let refuse = |reason: String| Planned::CannotAnswer { reason, suggestions: Vec::new() };
    let (plan, assumptions) = match wish::read(&cx) {
        Ok(understood) => understood,
        Err(miss) => {
            return match miss.problem {
                Problem::Refuse(reason) | Problem::Unknown(reason, _) | Problem::Grammar(reason) => {
                    refuse(reason)
                }
                Problem::Ask(asked, readings) if readings.len() < 2 => refuse(asked),
                Problem::Ask(question, readings) => Planned::Clarify {
                    question,
                    choices: readings.into_iter().map(|(label, text)| Choice::asking(label, text)).collect(),
                },
                Problem::Apart(readings) => refuse(two_ways(&readings)),
            };
        }
    };
    match compile_change_with(&plan, request.catalogue, &lexicon.prepared) {
        Ok(_) => Planned::Change { plan, assumptions, confidence: CONFIDENCE },
        Err(error) => refuse(format!("That change cannot be made: {error}.")),
    }
}

/// What a wish is read with.
struct Cx<'a> {
    request: &'a PlanRequest<'a>,
    lexicon: &'a Lexicon,
    /// Descriptions of rows that were read: it takes a while, and a long wish can be cut in many ways.
    read: Cell<u32>,
}

/// A change, and what was taken for granted.
type Understood = (ChangePlan, Vec<String>);

/// Why a wish is not understood in some way of reading it, and how far that way led: of several ways the one that led
/// furthest is told.
struct Miss {
    problem: Problem,
    depth: u8,
}

impl Miss {
    /// Nothing of it is understood.
    fn nothing(why: String) -> Self {
        Self { problem: Problem::Refuse(why), depth: 0 }
    }

    /// The rows are not.
    fn rows(why: String) -> Self {
        Self { problem: Problem::Refuse(why), depth: 1 }
    }

    /// The rows are, the column is not.
    fn column(why: String) -> Self {
        Self { problem: Problem::Refuse(why), depth: 2 }
    }

    /// The rows and the column are, the value is not.
    fn value(why: String) -> Self {
        Self { problem: Problem::Refuse(why), depth: 3 }
    }

    /// It can be read in several ways.
    fn ask(question: String, readings: Vec<(String, String)>) -> Self {
        Self { problem: Problem::Ask(question, readings), depth: 3 }
    }

    /// The one that led further; the first of two that led as far.
    fn or(self, other: Self) -> Self {
        if other.depth > self.depth { other } else { self }
    }
}

impl Cx<'_> {
    fn column(&self, at: Place) -> &Column {
        &self.request.catalogue.tables[at.table].columns[at.column]
    }

    /// "status of orders"
    fn named(&self, at: Place) -> String {
        format!("\"{}\" of \"{}\"", self.column(at).name, self.request.catalogue.tables[at.table].name)
    }

    /// The whole wish with other words in the place of these, where they stand last.
    fn instead(&self, said: &str, words: &str) -> String {
        let (whole, said) = (self.request.question.trim(), said.trim());
        match whole.rfind(said) {
            Some(at) if !said.is_empty() => format!("{}{words}{}", &whole[..at], &whole[at + said.len()..]),
            _ => whole.to_owned(),
        }
    }

    fn zone(&self) -> Option<String> {
        let zone = self.request.time_zone;
        (zone != chrono_tz::UTC).then(|| zone.name().to_owned())
    }
}
