//! Two things that happened to the same rows, each at its time: "subscriptions that started in 2023 and ended in 2024". Each is
//! asked for by itself; both are conditions.

use super::{Step, written};
use crate::offline::{FLOOR, arbiter::Read, words::root};
use rowcall_plan::{Filter, QueryPlan};

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    let n = step.tokens.len();
    // The verb before "and", and the one behind it.
    let (first, and, second) = (1..n).filter(|at| step.lower(*at) == "and").find_map(|and| {
        let mut second = and + 1;
        while matches!(step.lower(second), "that" | "which" | "who" | "were" | "was" | "have" | "been") {
            second += 1;
        }
        let first = (1..and).rev().find(|at| is_timed(step, *at))?;
        (is_timed(step, second) && prepares(step, first + 1) && prepares(step, second + 1))
            .then_some((first, and, second))
    })?;
    if root(step.lower(first)) == root(step.lower(second)) {
        return None;
    }
    let one = written(&step.tokens[..and]);
    let other = format!("{} {}", written(&step.tokens[..first]), written(&step.tokens[second..]));
    let ask = |text: &str| (step.read)(text).ok().filter(|r| r.certainty >= FLOOR);
    let (mut read, more) = (ask(&one)?, ask(&other)?);
    let bare = |plan: &QueryPlan| QueryPlan { filters: Vec::new(), ..plan.clone() };
    let new: Vec<Filter> = more.plan.filters.into_iter().filter(|f| !read.plan.filters.contains(f)).collect();
    let told = matches!(new.as_slice(), [Filter::Period { .. }]);
    if bare(&read.plan) != bare(&QueryPlan { filters: Vec::new(), ..more.plan }) || !told {
        return None;
    }
    // Each is of a time of its own.
    let twice =
        read.plan.filters.iter().any(|f| matches!(f, Filter::Period { .. }) && f.field() == new[0].field());
    if twice {
        return None;
    }
    read.plan.filters.extend(new);
    read.certainty = read.certainty.min(more.certainty);
    Some(read)
}

/// A verb after which a time of some rows is called.
fn is_timed(step: &Step<'_>, at: usize) -> bool {
    let verb = step.lower(at);
    let past = verb.ends_with("ed") || matches!(verb, "began" | "left" | "paid" | "sent" | "sold" | "built");
    let stem = root(verb);
    past && step.catalogue.tables.iter().zip(&step.lexicon.columns).any(|(table, names)| {
        table.columns.iter().zip(names).any(|(column, name)| {
            column.kind.is_temporal() && name.words.iter().any(|word| root(word) == stem)
        })
    })
}

/// A time follows.
fn prepares(step: &Step<'_>, at: usize) -> bool {
    matches!(
        step.lower(at),
        "in" | "on" | "before" | "after" | "since" | "during" | "between" | "by" | "until"
    )
}
