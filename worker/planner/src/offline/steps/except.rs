//! "Customers who ordered in 2024 but not in 2025": those who ordered in 2024, less those of the same question about 2025.

use super::{Step, written};
use crate::offline::{FLOOR, arbiter::Read, numbers::table_of};
use rowcall_plan::{Filter, QueryPlan};

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    let times = |i: usize| matches!(step.lower(i), "in" | "during" | "since" | "before" | "after");
    let but = (3..step.tokens.len())
        .find(|i| matches!(step.lower(*i), "but" | "and") && step.lower(i + 1) == "not" && times(i + 2))?;
    let first = (1..but).rev().find(|i| times(*i))?;
    let dated = |range: &[crate::offline::words::Token]| {
        range.iter().any(|t| t.text.chars().any(|c| c.is_ascii_digit()))
    };
    (but - first <= 5 && dated(&step.tokens[first..but]) && dated(&step.tokens[but..])).then_some(())?;
    let end = (but + 2..step.tokens.len())
        .find(|i| matches!(step.tokens[*i].text.as_str(), "?" | "." | ","))
        .unwrap_or(step.tokens.len());
    let one = step.instead(but, end, "")?;
    let tail = written(&step.tokens[end..]);
    let text = format!("{} {}{tail}", written(&step.tokens[..first]), written(&step.tokens[but + 2..end]));
    let other = (step.read)(&text).ok().filter(|r| r.certainty >= FLOOR)?;
    let mut plan = one.plan.clone();
    let same = QueryPlan { filters: Vec::new(), ..one.plan.clone() }
        == QueryPlan { filters: Vec::new(), ..other.plan.clone() };
    let only: Vec<Filter> = other.plan.filters.into_iter().filter(|f| !plan.filters.contains(f)).collect();
    let [Filter::Period { .. }] = only.as_slice() else { return None };
    same.then_some(())?;
    let denied = match table_of(&only[0]).filter(|t| **t != plan.source).cloned() {
        None => Filter::Not(Box::new(only[0].clone())),
        Some(table) => Filter::Related { table, filters: only, count: None, negated: true, via: None },
    };
    plan.filters.push(denied);
    rowcall_plan::compile_with(&plan, step.catalogue, &step.lexicon.prepared).ok()?;
    Some(Read { plan, certainty: one.certainty.min(other.certainty), ..one })
}
