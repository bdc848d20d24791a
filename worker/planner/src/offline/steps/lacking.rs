//! "Cities with customers but no corporate customer", "countries that have suppliers but no customers": what is shown is
//! no thing of its own but a value that many rows share, so that those are taken away of which any row is denied. What
//! is denied is read in place of what there is. "Brands that have products but no discontinued product" have no such row.

use super::{Step, written};
use crate::offline::{
    FLOOR,
    arbiter::Read,
    flags::yes_or_no,
    resolve::World,
    words::{Token, TokenKind},
};
use rowcall_plan::{Combine, Field, Filter, QueryPlan, SetOperator};

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    some_but_no(step).or_else(|| no_flagged(step))
}

/// "Which brands have no discontinued products?": brands that have some are no answer, though they may have others.
fn no_flagged(step: &Step<'_>) -> Option<Read> {
    let (no, flag) = (1..step.tokens.len()).find_map(|at| {
        let flag = match (step.lower(at), step.lower(at + 1)) {
            ("without", "any" | "a" | "an") => at + 2,
            ("without", _) => at + 1,
            ("no", _) if holds(step.lower(at - 1)) => at + 1,
            _ => return None,
        };
        // The rows may be called by a few words: "without a delayed handling log".
        let mark = |at: usize| step.tokens.get(at).is_none_or(|t| t.kind == TokenKind::Mark);
        let noun = (flag + 1..flag + 4).find(|n| mark(n + 1))?;
        rows(step, step.tokens.get(noun)?).then_some((at, flag))
    })?;
    let with = if step.lower(no) == "no" { "" } else { "with" };
    let mut read = step.instead(no, flag, with)?;
    // "Which cities have no corporate customers?": all cities, less those that have some.
    let own = |f: &Filter| matches!(f, Filter::Compare { field, .. } | Filter::Null { field, .. } if field.table == read.plan.source);
    let one = matches!(read.plan.filters.as_slice(), [only] if own(only));
    if one && shared(step, &read.plan).is_some() {
        let other = QueryPlan { distinct: true, ..read.plan.clone() };
        read.plan.filters.clear();
        read.plan.distinct = true;
        read.plan.combine = Some(Combine { operator: SetOperator::Except, plan: Box::new(other) });
        rowcall_plan::compile_with(&read.plan, step.catalogue, &step.lexicon.prepared).ok()?;
        return Some(read);
    }
    let said = step.tokens.get(flag).filter(|t| t.kind == TokenKind::Word)?;
    let columns = step.lexicon.columns_for(&[&said.lemma], step.catalogue);
    let c = columns.first().filter(|(_, score)| *score >= 0.9)?.0;
    let column = &step.catalogue.tables[c.table].columns[c.column];
    yes_or_no(step.catalogue, step.lexicon, c, true)?;
    let flagged = |f: &Filter| match f {
        Filter::Compare { field, .. } => field.column == column.name,
        Filter::Related { filters, .. } => {
            matches!(filters.as_slice(), [Filter::Compare { field, .. }] if field.column == column.name)
        }
        _ => false,
    };
    let (extra, rest): (Vec<Filter>, Vec<Filter>) = read.plan.filters.drain(..).partition(flagged);
    read.plan.filters = rest;
    read.plan.filters.push(none_of(step, &read.plan, extra)?);
    rowcall_plan::compile_with(&read.plan, step.catalogue, &step.lexicon.prepared).ok()?;
    Some(read)
}

/// No row of another table of which there may be several meets the one condition.
fn none_of(step: &Step<'_>, plan: &QueryPlan, mut extra: Vec<Filter>) -> Option<Filter> {
    let only = extra.pop().filter(|_| extra.is_empty())?;
    match only {
        Filter::Related { table, filters, count: None, negated: false, via } if !filters.is_empty() => {
            Some(Filter::Related { table, filters, count: None, negated: true, via })
        }
        Filter::Compare { ref field, .. } => {
            let place = |name| step.lexicon.prepared.table(step.catalogue, name).ok();
            let (from, to) = (place(&plan.source)?, place(&field.table)?);
            let several = from != to && step.lexicon.prepared.graph.path(from, to, true, None).is_none();
            let table = field.table.clone();
            let filters = vec![only];
            several.then_some(Filter::Related { table, filters, count: None, negated: true, via: None })
        }
        _ => None,
    }
}

/// "Cities with customers but no corporate customer".
fn some_but_no(step: &Step<'_>) -> Option<Read> {
    let (but, from) = (3..step.tokens.len()).find_map(|at| Some((at, denies(step, at)?)))?;
    let end = (from..step.tokens.len())
        .find(|i| matches!(step.tokens[*i].text.as_str(), "?" | "." | "," | ";" | ":"))
        .unwrap_or(step.tokens.len());
    let what = &step.tokens[from..end];
    (!what.is_empty()).then_some(())?;
    let thing = (1..but).rev().find(|i| rows(step, &step.tokens[*i]))?;
    let has = (1..thing).rev().take(4).find(|i| holds(step.lower(*i)))?;
    let one = step.instead(but, end, "")?;
    let tail = written(&step.tokens[end..]);
    let text = format!("{} {} {tail}", written(&step.tokens[..=has]), written(what));
    let other = (step.read)(text.trim()).ok().filter(|r| r.certainty >= FLOOR);
    let Some(shared) = shared(step, &one.plan) else {
        return without_such(step, one, other?).filter(|_| what.len() > 1);
    };
    let apart = other.and_then(|other| {
        let same = shared_by(step, &other.plan, &shared)?;
        let more = other.plan.source != one.plan.source || other.plan.filters != one.plan.filters;
        (same && more).then_some(other)
    });
    let mut plan = QueryPlan { distinct: true, ..one.plan.clone() };
    let certainty = apart.as_ref().map_or(0.0, |other| one.certainty.min(other.certainty));
    if let Some(other) = apart {
        let plain = QueryPlan { distinct: true, ..other.plan };
        plan.combine = Some(Combine { operator: SetOperator::Except, plan: Box::new(plain) });
        rowcall_plan::compile_with(&plan, step.catalogue, &step.lexicon.prepared).ok()?;
    }
    // What is denied of the single rows would be something else: that is not believed.
    Some(Read { plan, certainty, ..one })
}

/// "Brands that have products but no discontinued product": without a row as it is denied.
fn without_such(step: &Step<'_>, mut one: Read, other: Read) -> Option<Read> {
    let bare = |p: &QueryPlan| QueryPlan { filters: Vec::new(), distinct: false, ..p.clone() };
    (bare(&one.plan) == bare(&other.plan) && one.plan.measures.is_empty()).then_some(())?;
    let extra = other.plan.filters.into_iter().filter(|f| !one.plan.filters.contains(f)).collect();
    one.plan.filters.push(none_of(step, &one.plan, extra)?);
    rowcall_plan::compile_with(&one.plan, step.catalogue, &step.lexicon.prepared).ok()?;
    Some(Read { certainty: one.certainty.min(other.certainty), ..one })
}

/// "but no", "but not a single", "but without any": where it begins what there is none of.
fn denies(step: &Step<'_>, at: usize) -> Option<usize> {
    matches!(step.lower(at), "but" | "and" | "yet").then_some(())?;
    let lower = |n: usize| step.lower(at + n);
    let used = match (lower(1), lower(2), lower(3)) {
        ("not", "a" | "one", "single") => 4,
        ("not", "any" | "a" | "one", _) | ("without", "any" | "a" | "an", _) => 3,
        ("do" | "does", "not", "have") => 4 + usize::from(matches!(lower(4), "any" | "a" | "an")),
        ("have" | "has", "no", _) => 3,
        ("no" | "without", _, _) => 2,
        _ => return None,
    };
    Some(at + used)
}

fn rows(step: &Step<'_>, token: &Token) -> bool {
    token.kind == TokenKind::Word && step.lexicon.names_table(&token.lemma, 0.75)
}

/// A word before what there is.
fn holds(word: &str) -> bool {
    matches!(word, "have" | "has" | "had" | "with" | "are" | "there" | "is" | "having")
}

/// The only column of a list, where it holds a value that rows share.
fn shared(step: &Step<'_>, plan: &QueryPlan) -> Option<Field> {
    let plain = plan.measures.is_empty()
        && plan.dimensions.is_empty()
        && plan.combine.is_none()
        && plan.limit.is_none()
        && plan.fold.is_none();
    let [field] = plan.columns.as_slice() else { return None };
    let table = step.lexicon.prepared.table(step.catalogue, &field.table).ok()?;
    let column = step.catalogue.tables[table].columns.iter().position(|c| c.name == field.column)?;
    let c = rowcall_core::ColumnRef { table, column };
    let world = World::new(step.catalogue, step.lexicon, &[]);
    let key = &step.catalogue.tables[table].primary_key;
    (plain && !world.labels(table).contains(&c) && !key.contains(&field.column)).then(|| field.clone())
}

/// A list of nothing but the same column, or one of another table that is called the same.
fn shared_by(step: &Step<'_>, plan: &QueryPlan, one: &Field) -> Option<bool> {
    let field = shared(step, plan)?;
    Some(field == *one || field.column == one.column)
}
