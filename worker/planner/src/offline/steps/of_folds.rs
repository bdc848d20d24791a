//! Groups by a number over the numbers of steps of time: "which region has the highest average monthly revenue", "regions with
//! an average monthly revenue of more than 5000".

use super::{Step, folds, written};
use crate::offline::{
    arbiter::Read,
    words::{TokenKind, tokens},
};
use rowcall_plan::{Having, Literal, Operator};

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    first(step).or_else(|| such(step))
}

fn is_average(word: &str) -> bool {
    matches!(word, "average" | "mean" | "median")
}

/// The numbers per group, as another question asks for them.
fn per_group(step: &Step<'_>, number: &str, group: &str) -> Option<Read> {
    let inner = Step { tokens: tokens(&format!("{number} by {group}")), ..*step };
    let read = folds::read(&inner)?;
    let fold = read.plan.fold.as_ref()?;
    (fold.by.len() == 1 && fold.measures.len() == 1).then_some(read)
}

/// "Which region has the highest average monthly revenue?"
fn first(step: &Step<'_>) -> Option<Read> {
    let has = (2..step.tokens.len().min(5)).find(|at| matches!(step.lower(*at), "has" | "had" | "with"))?;
    let smallest_first = match step.lower(has + 2) {
        "highest" | "largest" | "best" | "greatest" => false,
        "lowest" | "smallest" | "worst" => true,
        _ => return None,
    };
    let asks = matches!(step.lower(0), "which" | "what") && step.lower(has + 1) == "the";
    if !asks || !is_average(step.lower(has + 3)) {
        return None;
    }
    let end = step.tokens.iter().rposition(|t| t.kind != TokenKind::Mark)? + 1;
    let (group, number) = (written(&step.tokens[1..has]), written(&step.tokens[has + 3..end]));
    let mut read = per_group(step, &number, &group)?;
    let fold = read.plan.fold.as_mut()?;
    (fold.limit, fold.smallest_first) = (Some(1), smallest_first);
    Some(read)
}

/// "Regions with an average monthly revenue of more than 5000."
fn such(step: &Step<'_>) -> Option<Read> {
    let average = (2..step.tokens.len()).find(|at| is_average(step.lower(*at)))?;
    let with = (1..average).rev().find(|at| matches!(step.lower(*at), "with" | "whose" | "where"))?;
    let begin = usize::from(matches!(step.lower(0), "which" | "list" | "show" | "all"));
    let over = (average + 1..step.tokens.len()).find_map(|at| {
        let (operator, n) = match (step.lower(at), step.lower(at + 1)) {
            ("more", "than") => (Operator::Greater, 2),
            ("less", "than") => (Operator::Less, 2),
            ("at", "least") => (Operator::AtLeast, 2),
            ("at", "most") => (Operator::AtMost, 2),
            ("over" | "above", _) => (Operator::Greater, 1),
            ("under" | "below", _) => (Operator::Less, 1),
            _ => return None,
        };
        let number = step.tokens.get(at + n).filter(|t| t.kind == TokenKind::Number)?;
        Some((at, operator, number.text.parse::<i64>().ok()?, at + n + 1))
    });
    let (at, operator, value, end) = over?;
    if step.tokens[end..].iter().any(|t| t.kind != TokenKind::Mark) || begin >= with {
        return None;
    }
    let last = (average..at).rev().find(|n| !matches!(step.lower(*n), "of" | "is" | "are" | "was"))? + 1;
    let (group, number) = (written(&step.tokens[begin..with]), written(&step.tokens[average..last]));
    let mut read = per_group(step, &number, &group)?;
    read.plan.fold.as_mut()?.having = vec![Having { measure: 0, operator, value: Literal::Integer(value) }];
    Some(read)
}
