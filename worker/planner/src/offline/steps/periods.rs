//! "Days with more than 20 orders": how many there are each day, and those days of which there are more than 20.

use super::{Step, written};
use crate::offline::{
    FLOOR,
    annotate::Key,
    arbiter::Read,
    keys::key_at,
    words::{TokenKind, number_word},
};
use rowcall_plan::{Aggregate, Having, Literal};

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    let units = |w: &str| match w {
        "days" | "day" => Some("day"),
        "weeks" | "week" => Some("week"),
        "months" | "month" => Some("month"),
        "quarters" | "quarter" => Some("quarter"),
        "years" | "year" => Some("year"),
        _ => None,
    };
    let at = (0..step.tokens.len().min(4)).find(|i| units(step.lower(*i)).is_some())?;
    let opens = (0..at).all(|i| {
        matches!(step.lower(i), "on" | "in" | "which" | "what" | "show" | "list" | "find" | "the" | "all")
    });
    let unit = units(step.lower(at))?;
    let compare = (at + 1..step.tokens.len().min(at + 7))
        .find(|i| matches!(key_at(&step.tokens, *i), Some((Key::Compare(_, None), _))))?;
    let joined = (at + 1..compare).all(|i| {
        matches!(
            step.lower(i),
            "with"
                | "that"
                | "had"
                | "have"
                | "has"
                | "were"
                | "was"
                | "there"
                | "did"
                | "do"
                | "we"
                | "get"
                | "where"
        )
    });
    let (Some((Key::Compare(operator, _), used)), true, true) =
        (key_at(&step.tokens, compare), opens, joined)
    else {
        return None;
    };
    let number = step.tokens.get(compare + used)?;
    let n = match number.kind {
        TokenKind::Number => number.text.parse::<i64>().ok()?,
        _ => number_word(&number.lower)?,
    };
    let end = (compare..step.tokens.len())
        .find(|i| matches!(step.tokens[*i].text.as_str(), "?" | "."))
        .unwrap_or(step.tokens.len());
    let rest = written(&step.tokens[compare + used + 1..end]);
    let read = (step.read)(&format!("number of {rest} per {unit}")).ok().filter(|r| r.certainty >= FLOOR)?;
    let mut read = read;
    let plan = &mut read.plan;
    let counts =
        matches!(plan.measures.as_slice(), [m] if m.aggregate == Aggregate::Count && m.over.is_none());
    let timed = matches!(plan.dimensions.as_slice(), [d] if d.grain.is_some());
    (counts && timed && plan.having.is_empty() && plan.limit.is_none()).then_some(())?;
    plan.having.push(Having { measure: 0, operator, value: Literal::Integer(n) });
    Some(read)
}
