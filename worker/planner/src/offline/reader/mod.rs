//! The reader that composes: stretches → phrases → rows, columns and numbers → a plan. It goes along the likeliest
//! choices first and keeps the best of what it finds.

mod alike;
mod ast;
mod build;
mod choose;
mod chunk;
mod clauses;
mod closed;
mod compare;
mod conditions;
mod describe;
mod grammar;
mod groups;
mod moments;
mod nouns;
mod open;
mod outs;
mod picks;
mod ranks;
mod relate;
mod request;
mod rows;
mod sentences;
mod summary;
mod things;
mod values;

use super::{
    annotate::{Item, Marked},
    lexicon::Lexicon,
    plainly::plainly,
    resolve::World,
};
use crate::PlanRequest;
use chunk::{Chunk, Lattice};
use grammar::Parser;
pub use open::{agentless, akin};
use rowcall_plan::{QueryPlan, compile_with};
use rows::Reader;
pub use rows::{Noun, same_root};

/// The most runs for one question.
const RUNS: usize = 48;
/// Runs that cost so much more than the best are not looked for.
const MARGIN: f32 = 0.3;

/// What was read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The plan.
    pub plan: QueryPlan,
    /// What was taken for granted.
    pub notes: Vec<String>,
    /// What speaks against it; 0 is plain.
    pub loss: f32,
    /// Words that it does not explain.
    pub unknown: Vec<String>,
    /// Which names mean what.
    pub settled: Vec<(String, rows::Noun, String)>,
}

/// Why nothing was read.
#[derive(Clone, Debug)]
pub enum Failure {
    /// A date that does not exist.
    Date(String),
    /// Words that mean nothing here.
    Unknown(Vec<String>),
    /// A part that does not fit.
    Part(String),
}

/// The readings of a question, the best first.
pub fn read(question: &str, request: &PlanRequest<'_>, lexicon: &Lexicon) -> Result<Vec<Reading>, Failure> {
    let tokens = plainly(question, lexicon, request.catalogue);
    let lattice =
        Lattice::new(tokens.to_vec(), lexicon, request.catalogue, request.today).map_err(Failure::Date)?;
    let items: Vec<Marked> = lattice.best().into_iter().filter_map(marked).collect();
    let world = World::new(request.catalogue, lexicon, &items);
    let mut failure: Option<(f32, Failure)> = None;
    let mut readings: Vec<Reading> = Vec::new();
    let runs = choose::search(RUNS, MARGIN, |choices| {
        let (parsed, unknown, lost) = {
            let mut parser = Parser::new(&lattice, choices);
            parser.read();
            (std::mem::take(&mut parser.question), std::mem::take(&mut parser.unknown), parser.loss)
        };
        let mut reader =
            Reader { world: &world, choices, loss: lost, notes: Vec::new(), depth: 0, settled: Vec::new() };
        let planned = reader.request(&parsed).and_then(|r| reader.plan(r));
        let settled = std::mem::take(&mut reader.settled);
        let notes = std::mem::take(&mut reader.notes);
        let loss = reader.loss + reader.choices.loss;
        let fail = |why: Failure| Some((loss, why));
        let result = planned.and_then(|mut plan| {
            plan.chart = parsed.chart;
            if parsed.year_before {
                plan.comparison = Some(rowcall_plan::Comparison::YearBefore);
            }
            plan.time_zone =
                (request.time_zone != chrono_tz::UTC).then(|| request.time_zone.name().to_owned());
            compile_with(&plan, request.catalogue, &lexicon.prepared).map_err(|e| e.to_string())?;
            Ok(plan)
        });
        match result {
            Ok(plan) => Some((Reading { plan, notes, loss, unknown, settled }, loss)),
            Err(why) => {
                let why = if unknown.is_empty() { Failure::Part(why) } else { Failure::Unknown(unknown) };
                if failure.as_ref().is_none_or(|f| f.0 > loss) {
                    failure = fail(why);
                }
                None
            }
        }
    });
    readings.extend(runs.into_iter().map(|r| r.0));
    if readings.is_empty() {
        return Err(failure.map_or_else(|| Failure::Part("what is asked for".into()), |f| f.1));
    }
    for (at, note) in &lattice.notes {
        let said = &lattice.tokens[*at].text;
        for reading in &mut readings {
            if !reading.unknown.contains(said) {
                reading.notes.insert(0, note.clone());
            }
        }
    }
    Ok(readings)
}

/// A chunk as the world weighs it.
fn marked(chunk: &Chunk) -> Option<Marked> {
    let item = match chunk {
        Chunk::Name(name) => Item::Name(name.clone()),
        Chunk::Value(values) => Item::Value(values.clone()),
        Chunk::Elapsed(elapsed) => Item::Elapsed(elapsed.clone()),
        Chunk::Rate(rate) => Item::Rate(rate.clone()),
        Chunk::Key(key) => Item::Key(key.clone()),
        _ => return None,
    };
    Some(Marked { item })
}
