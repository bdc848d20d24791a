//! One number over another, or less another: "the ratio of late orders to orders on time", "orders in May divided by orders in
//! June", "the share of Italian cafes among all cafes, as a ratio", "how many more members than guests are there". Each is asked
//! for by itself.

use super::{Step, written};
use crate::offline::{
    FLOOR,
    arbiter::Read,
    joined::fields,
    words::{Token, TokenKind, number_word},
};
use rowcall_plan::{Aggregate, Filter, Measure, QueryPlan};

/// What becomes of the two numbers.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Over,
    Minus,
}

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    let (way, one, other) = halves(step)?;
    let (one, other) = whole(step, one, other)?;
    let ask = |rows: &str| {
        (step.read)(&format!("How many {rows} are there?")).ok().filter(|r| r.certainty >= FLOOR)
    };
    let (first, mut second) = (ask(&one)?, ask(&other)?);
    // "Italian cafes to all cafes in Rome": a part of those in Rome.
    let mut part = first.plan.clone();
    if way == Way::Over && other.starts_with("all ") && part.source == second.plan.source {
        let more = std::mem::take(&mut second.plan.filters);
        part.filters.extend(more.iter().filter(|f| !first.plan.filters.contains(f)).cloned());
        second.plan.filters = more;
    }
    let plan = together(&part, &second.plan, way)?;
    rowcall_plan::compile_with(&plan, step.catalogue, &step.lexicon.prepared).ok()?;
    let mut notes = first.notes;
    notes.extend(second.notes.into_iter().filter(|n| !notes.contains(n)).collect::<Vec<_>>());
    Some(Read { plan, notes, certainty: first.certainty.min(second.certainty) })
}

/// The words of both numbers, and what becomes of them.
fn halves<'s>(step: &'s Step<'_>) -> Option<(Way, &'s [Token], &'s [Token])> {
    let end = step.tokens.iter().rposition(|t| !(t.kind == TokenKind::Mark && t.text != "%"))? + 1;
    let all = end;
    let end = remark(step, end);
    let tokens = &step.tokens[..end];
    let find = |from: usize, words: &[&str]| {
        (from..end.saturating_sub(words.len()))
            .find(|at| words.iter().enumerate().all(|(n, w)| step.lower(at + n) == *w))
    };
    let start = opening(step);
    if step.lower(start) == "divide" {
        let by = find(start + 2, &["by"])?;
        return Some((Way::Over, &tokens[start + 1..by], &tokens[by + 1..]));
    }
    if step.lower(start) == "ratio" && matches!(step.lower(start + 1), "of" | "between") {
        let joint = if step.lower(start + 1) == "of" { "to" } else { "and" };
        let to = find(start + 3, &[joint])?;
        return Some((Way::Over, &tokens[start + 2..to], &tokens[to + 1..]));
    }
    if matches!(step.lower(start), "share" | "proportion" | "fraction") && step.lower(start + 1) == "of" {
        let close = |at: usize| at - usize::from(step.lower(at - 1) == ",");
        // "share of A, as a ratio to B"
        if let Some(at) = find(start + 3, &["as", "a", "ratio", "to"]) {
            return Some((Way::Over, &tokens[start + 2..close(at)], &tokens[at + 4..]));
        }
        let joints = [&["among"][..], &["amongst"], &["out", "of"]];
        let (at, n) = joints
            .into_iter()
            .filter(|_| end < all)
            .find_map(|joint| find(start + 3, joint).map(|at| (at, joint.len())))?;
        return Some((Way::Over, &tokens[start + 2..close(at)], &tokens[at + n..]));
    }
    if step.lower(start) == "difference" && step.lower(start + 1) == "between" {
        let number = |at: usize| {
            let at = at + usize::from(step.lower(at) == "the");
            matches!(step.lower(at), "number" | "count") && step.lower(at + 1) == "of"
        };
        let and = find(start + 3, &["and"]).filter(|and| number(start + 2) && number(and + 1))?;
        return Some((Way::Minus, &tokens[start + 2..and], &tokens[and + 1..]));
    }
    if step.lower(0) == "how" && step.lower(1) == "many" && step.lower(2) == "more" {
        let than = find(4, &["than"])?;
        let mut close = than;
        for tail in [&["are", "there"][..], &["do", "we", "have"], &["were", "there"]] {
            if close > 3 + tail.len()
                && (0..tail.len()).all(|n| step.lower(close - tail.len() + n) == tail[n])
            {
                close -= tail.len();
            }
        }
        let mut last = end;
        if last > than + 3 && step.lower(last - 2) == "are" && step.lower(last - 1) == "there" {
            last -= 2;
        }
        return Some((Way::Minus, &tokens[3..close], &tokens[than + 1..last]));
    }
    let (at, n) = [&["divided", "by"][..], &["relative", "to"]]
        .into_iter()
        .find_map(|joint| find(start + 1, joint).map(|at| (at, joint.len())))?;
    Some((Way::Over, &tokens[start..at], &tokens[at + n..]))
}

/// Where the words begin that are no command: "What is the", "Calculate".
fn opening(step: &Step<'_>) -> usize {
    let mut at = 0;
    while matches!(
        step.lower(at),
        "what"
            | "is"
            | "'s"
            | "the"
            | "show"
            | "can"
            | "could"
            | "you"
            | "tell"
            | "find"
            | "calculate"
            | "compute"
            | "return"
            | "give"
            | "me"
            | "determine"
            | "please"
    ) {
        at += 1;
    }
    at
}

/// "…, as a ratio", ", give a ratio": what the number is.
fn remark(step: &Step<'_>, end: usize) -> usize {
    for tail in [&["as", "a", "ratio"][..], &["as", "a", "decimal"], &["ratio"]] {
        let from = end.saturating_sub(tail.len());
        if from > 2 && (0..tail.len()).all(|n| step.lower(from + n) == tail[n]) {
            return from - usize::from(step.lower(from - 1) == ",");
        }
    }
    end
}

/// Rows that both halves name: "vegan to non-vegan restaurants", "restaurants above 4 to those below 4".
fn whole(step: &Step<'_>, one: &[Token], other: &[Token]) -> Option<(String, String)> {
    let (one, other) = (rows(one), rows(other));
    if let Some(both) = having(one, other) {
        return Some(both);
    }
    let filled = as_many(one, other);
    let other = filled.as_deref().unwrap_or(other);
    let table = |tokens: &[Token]| {
        tokens.iter().position(|t| {
            t.kind == TokenKind::Word && t.lower != t.lemma && step.lexicon.names_table(&t.lemma, 0.75)
        })
    };
    let plain = |tokens: &[Token]| !tokens.is_empty() && tokens.len() <= 16;
    (plain(one) && plain(other)).then_some(())?;
    match (table(one), table(other)) {
        (None, Some(noun)) => {
            let tail = written(&other[noun..]);
            let first = format!("{} {tail}", written(one));
            Some((first, denied(other, noun).unwrap_or_else(|| written(other))))
        }
        (Some(noun), found) if found.is_none_or(|_| refers(other)) => {
            let skip = usize::from(refers(other));
            Some((written(one), format!("{} {}", one[noun].text, written(&other[skip..]))))
        }
        (Some(_), Some(noun)) => Some((written(one), denied(other, noun).unwrap_or_else(|| written(other)))),
        _ => None,
    }
}

/// "cafes have a rating above 4", "have less than 4": cafes with a rating above 4, and such with a rating less than 4.
fn having(one: &[Token], other: &[Token]) -> Option<(String, String)> {
    let compares = |t: &Token| {
        matches!(
            t.lower.as_str(),
            "more"
                | "less"
                | "greater"
                | "higher"
                | "lower"
                | "fewer"
                | "over"
                | "under"
                | "above"
                | "below"
                | "at"
        ) || matches!(t.text.as_str(), ">" | "<")
    };
    let have = one.iter().position(|t| t.lower == "have")?;
    let first = format!("{} with {}", written(&one[..have]), written(one.get(have + 1..)?));
    let rest = other.get(1..).filter(|_| other[0].lower == "have")?;
    // "have less than 4": of what the first has more.
    let from = if rest.first().is_some_and(compares) { one.iter().position(compares)? } else { have + 1 };
    let of = written(one.get(have + 1..from)?);
    (have > 0 && from > have)
        .then(|| (first, format!("{} with {of} {}", written(&one[..have]), written(rest))))
}

/// "authors with at least 3 papers", "authors with fewer than 3": than 3 papers.
fn as_many(one: &[Token], other: &[Token]) -> Option<Vec<Token>> {
    let number = |t: &Token| t.kind == TokenKind::Number || number_word(&t.lower).is_some();
    let last = other.last().filter(|t| number(t)).is_some() && other.len() > 2;
    let from = one.iter().position(number).filter(|_| last)?;
    // "3 papers or more"
    let to = (from + 1..one.len()).find(|n| one[*n].lower == "or").unwrap_or(one.len());
    let noun = one.get(from + 1..to).filter(|noun| (1..=3).contains(&noun.len()))?;
    Some(other.iter().chain(noun).cloned().collect())
}

/// "those with a rating below 4", "ones that …".
fn refers(tokens: &[Token]) -> bool {
    tokens.first().is_some_and(|t| matches!(t.lower.as_str(), "those" | "ones"))
}

/// "non-vegan restaurants": restaurants that are not vegan.
fn denied(tokens: &[Token], noun: usize) -> Option<String> {
    let non = tokens.first().is_some_and(|t| t.lower == "non");
    let from = 1 + usize::from(tokens.get(1).is_some_and(|t| t.text == "-"));
    (non && noun > from)
        .then(|| format!("{} that are not {}", written(&tokens[noun..]), written(&tokens[from..noun])))
}

/// "the number of orders in May": orders in May.
fn rows(tokens: &[Token]) -> &[Token] {
    let lower = |at: usize| tokens.get(at).map_or("", |t| t.lower.as_str());
    let mut at = 0;
    while matches!(lower(at), "the" | "total" | "overall") {
        at += 1;
    }
    match (lower(at), lower(at + 1)) {
        ("number" | "count" | "quantity", "of") => {
            let all = usize::from(matches!(lower(at + 2), "all" | "the"));
            &tokens[at + 2 + all..]
        }
        ("how", "many") => &tokens[at + 2..],
        // "the number with a rating below 4"
        ("number" | "count", "with" | "that" | "who" | "which" | "having" | "whose") => &tokens[at + 1..],
        _ => &tokens[usize::from(lower(0) == "the")..],
    }
}

/// One plan that computes both numbers over the rows that they share.
fn together(one: &QueryPlan, other: &QueryPlan, way: Way) -> Option<QueryPlan> {
    let bare = |plan: &QueryPlan| QueryPlan { filters: Vec::new(), ..plan.clone() };
    let count = |plan: &QueryPlan| {
        matches!(plan.measures.as_slice(), [m] if matches!(m.aggregate, Aggregate::Count | Aggregate::CountDistinct)
            && m.filters.is_empty() && m.over.is_none() && m.minus.is_none())
    };
    let simple =
        one.dimensions.is_empty() && one.combine.is_none() && one.having.is_empty() && one.limit.is_none();
    if bare(one) != bare(other) || !count(one) || !simple {
        return None;
    }
    let (mut shared, mut first): (Vec<Filter>, Vec<Filter>) =
        one.filters.iter().cloned().partition(|f| other.filters.contains(f));
    let mut second: Vec<Filter> = other.filters.iter().filter(|f| !shared.contains(f)).cloned().collect();
    // "… from men than from women last year": where both say something of one column, what only one of them says of
    // another is meant of both.
    let (of_first, of_second) = (fields(&first), fields(&second));
    if of_first.iter().any(|f| of_second.contains(f)) {
        for (side, others) in [(&mut first, &of_second), (&mut second, &of_first)] {
            let (own, both): (Vec<Filter>, Vec<Filter>) = std::mem::take(side)
                .into_iter()
                .partition(|f| fields(std::slice::from_ref(f)).iter().any(|f| others.contains(f)));
            *side = own;
            shared.extend(both);
        }
    }
    if first.is_empty() && second.is_empty() {
        return None;
    }
    let measure = &one.measures[0];
    let below = Some(Box::new(Measure { filters: second, ..measure.clone() }));
    let (over, minus) = match way {
        Way::Over => (below, None),
        Way::Minus => (None, below),
    };
    let number = Measure { filters: first, over, minus, ..measure.clone() };
    Some(QueryPlan { filters: shared, measures: vec![number], order: Vec::new(), ..one.clone() })
}
