//! Three questions that show what can be asked of a catalogue: a number over time, a ranking over a join, a
//! breakdown. Each is planned and compiled before it is offered.

use super::{
    FLOOR,
    assemble::capital,
    defined::Defined,
    lexicon::{Known, Lexicon},
    plural, read,
    resolve::{World, start_column},
};
use crate::PlanRequest;
use rowcall_core::{Catalogue, ColumnRef};
use std::sync::Arc;

/// The most candidates that are tried for one kind of question.
const TRIES: usize = 12;

/// See the module; prepares the catalogue for it.
pub(crate) fn suggest_for(catalogue: &Catalogue) -> Vec<String> {
    suggest(catalogue, &Lexicon::with(Arc::new(Known::new(catalogue)), Defined::default()))
}

/// Up to three questions, each of another kind and, where the catalogue allows it, about another table.
pub(crate) fn suggest(catalogue: &Catalogue, lexicon: &Lexicon) -> Vec<String> {
    let tables = by_weight(catalogue, lexicon);
    let request = PlanRequest {
        question: "",
        history: &[],
        catalogue,
        today: chrono::NaiveDate::from_ymd_opt(2026, 1, 15).unwrap_or_default(),
        time_zone: chrono_tz::UTC,
    };
    let works = |question: &str| read(question, &request, lexicon).is_ok_and(|r| r.certainty >= FLOOR);
    let world = World::new(catalogue, lexicon, &[]);
    let mut out: Vec<String> = Vec::new();
    let mut used: Vec<usize> = Vec::new();
    type Kind = fn(&World<'_>, usize) -> Vec<String>;
    let kinds: [Kind; 4] = [over_time, ranking, breakdown, plain_count];
    for (n, kind) in kinds.iter().enumerate() {
        // The first two kinds shine on the busiest table; the third shows another one.
        let fresh = tables.iter().filter(|t| n < 2 || !used.contains(t));
        let rest = tables.iter().filter(|t| n >= 2 && used.contains(t));
        let candidates = fresh.chain(rest).flat_map(|t| kind(&world, *t).into_iter().map(|q| (*t, q)));
        if let Some((t, question)) = candidates.take(TRIES).find(|(_, q)| !out.contains(q) && works(q)) {
            out.push(question);
            used.push(t);
        }
        if out.len() == 3 {
            return out;
        }
    }
    for t in tables.iter().take(6) {
        for question in breakdown(&world, *t).into_iter().chain(plain_count(&world, *t)) {
            if out.len() < 3 && !out.contains(&question) && works(&question) {
                out.push(question);
            }
        }
    }
    out
}

/// The tables, those with the most to tell first: many rows, dates, numbers, ways to others.
fn by_weight(catalogue: &Catalogue, lexicon: &Lexicon) -> Vec<usize> {
    let weight = |t: usize| {
        let rows = (catalogue.tables[t].row_estimate.unwrap_or(0.0).max(0.0) + 1.0).log10();
        let leads = lexicon.prepared.graph.steps[t].iter().filter(|s| s.forward).count().min(4) as f64;
        let dated = if start_column(catalogue, lexicon, t).is_some() { 2.0 } else { 0.0 };
        rows + leads * 2.0 + dated
    };
    let mut tables: Vec<usize> = (0..catalogue.tables.len()).collect();
    if tables.len() > 60 {
        tables.truncate(60);
    }
    tables.sort_by(|a, b| weight(*b).total_cmp(&weight(*a)).then(a.cmp(b)));
    tables
}

fn things(world: &World<'_>, table: usize) -> String {
    plural(&world.lexicon.tables[table].words.join(" "))
}

fn words(world: &World<'_>, c: ColumnRef) -> String {
    world.lexicon.columns[c.table][c.column].words.join(" ")
}

fn over_time(world: &World<'_>, t: usize) -> Vec<String> {
    let Some(_) = start_column(world.catalogue, world.lexicon, t) else { return Vec::new() };
    let mut out: Vec<String> = world
        .lexicon
        .terms
        .iter()
        .filter(|term| term.column.table == t)
        .map(|term| format!("{} by month", capital(&term.name)))
        .collect();
    if let Some(c) = super::amounts::amount_column(t, world.lexicon, world.catalogue) {
        out.push(format!("Total {} by month", words(world, c)));
    }
    out.push(format!("{} by month", capital(&things(world, t))));
    out
}

fn ranking(world: &World<'_>, t: usize) -> Vec<String> {
    let graph = &world.lexicon.prepared.graph;
    let mut others: Vec<usize> = graph.steps[t].iter().filter(|s| s.forward).map(|s| graph.end(*s)).collect();
    // Things are ranked more tellingly than people.
    others.reverse();
    let mut out = Vec::new();
    for other in others.into_iter().filter(|o| *o != t) {
        for term in world.lexicon.terms.iter().filter(|term| term.column.table == t) {
            out.push(format!("Top 5 {} by {}", things(world, other), term.name));
        }
        out.push(format!("Top 5 {} by number of {}", things(world, other), things(world, t)));
    }
    out
}

fn breakdown(world: &World<'_>, t: usize) -> Vec<String> {
    let table = &world.catalogue.tables[t];
    let at = |column: usize| ColumnRef { table: t, column };
    let splits: Vec<ColumnRef> = (0..table.columns.len())
        .map(at)
        .filter(|c| {
            let column = world.column(*c);
            let several = (2..=20).contains(&column.samples.len().max(column.enum_values.len()));
            column.kind.is_textual() && several && (column.samples_complete || !column.enum_values.is_empty())
        })
        .collect();
    let number = (0..table.columns.len()).map(at).find(|c| {
        let column = world.column(*c);
        let id = |w: &String| matches!(w.as_str(), "id" | "year" | "number" | "code" | "count" | "key");
        column.kind.is_numeric()
            && !table.primary_key.contains(&column.name)
            && !world.is_reference(*c)
            && !world.lexicon.columns[t][c.column].words.iter().any(id)
    });
    let mut out = Vec::new();
    for split in splits {
        if let Some(number) = number {
            let spoken = rowcall_plan::unitless(&world.column(number).name);
            out.push(format!("Average {spoken} by {}", words(world, split)));
        }
        out.push(format!("How many {} are there per {}?", things(world, t), words(world, split)));
    }
    out
}

fn plain_count(world: &World<'_>, t: usize) -> Vec<String> {
    vec![format!("How many {} are there?", things(world, t))]
}
