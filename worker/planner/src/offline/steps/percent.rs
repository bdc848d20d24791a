//! "What percentage of its bugs is fixed, for each project?": how many are fixed, of how many there are. Both are asked for
//! by themselves; what only the first one says of the rows is the condition.

use super::{Step, written};
use crate::offline::{
    FLOOR,
    arbiter::Read,
    words::{Token, TokenKind},
};
use rowcall_plan::{Aggregate, Filter, Measure, QueryPlan};

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    if let Some(read) = of_these(step) {
        return Some(read);
    }
    let at = (0..step.tokens.len())
        .find(|i| matches!(step.lower(*i), "percentage" | "percent" | "share" | "proportion" | "fraction"))?;
    let mut of = at + 1;
    // "the share (in percent) of"
    while matches!(step.lower(of), "in" | "percent" | "as" | "a" | "percentage") && of < at + 4 {
        of += 1;
    }
    (step.lower(of) == "of").then_some(())?;
    let what = of + 1;
    // "the percentage of orders delivered by channel": of delivered orders.
    if let Some(told) = state_first(step, what) {
        return read(&told);
    }
    let mut from = at;
    while from > 0 && matches!(step.lower(from - 1), "what" | "which" | "the" | "is") {
        from -= 1;
    }
    if let Some(read) = of_total(step, from, what)
        .or_else(|| among(step, from, what))
        .or_else(|| in_a_state(step, from, what))
    {
        return Some(read);
    }
    let asked = (from..at).any(|i| matches!(step.lower(i), "what" | "which"));
    let end = (what..step.tokens.len())
        .find(|i| step.tokens[*i].kind == TokenKind::Mark && step.tokens[*i].text != "'s")
        .unwrap_or(step.tokens.len());
    let is = |i: &usize| matches!(step.lower(*i), "is" | "are" | "was" | "were" | "has" | "have");
    let did = |i: &usize| {
        matches!(
            step.lower(*i),
            "ended" | "resulted" | "led" | "made" | "got" | "reached" | "reach" | "reaches"
        )
    };
    let verb = (what + 1..end).rev().find(is).map(|last| {
        // "has been": where it begins.
        if last > what + 1 && is(&(last - 1)) { last - 1 } else { last }
    });
    let verb = verb.or_else(|| (what + 1..end).find(did));
    // "of the entries of the season finished", which a hint explains.
    let explained = |i: &usize| step.lexicon.defines(&[step.lower(*i)]) && i + 1 == end;
    let verb = verb.or_else(|| (what + 2..end).find(explained));
    let (of_all, told, split) = match verb {
        Some(verb) => {
            let mut said = verb;
            // "has been denied": denied.
            while matches!(step.lower(said), "is" | "are" | "was" | "were" | "has" | "have" | "been")
                && said + 1 < end
                && !matches!(step.lower(said + 1), "a" | "an" | "the" | "no" | "not")
            {
                said += 1;
            }
            let joint = if said > verb { "that are" } else { "that" };
            let close = split(step, said + 1, end).unwrap_or(end);
            let condition = format!("{joint} {}", written(&step.tokens[said..close]));
            (written(&step.tokens[what..verb]), condition, written(&step.tokens[close..end]))
        }
        None => participle(step, what, end)?,
    };
    let before = written(&step.tokens[..from]);
    let things = without_owner(&of_all);
    let counted = |t: &Token| match t.lower.as_str() {
        "percentage" | "share" | "percent" => Token { text: "number".to_owned(), ..t.clone() },
        _ => t.clone(),
    };
    let percent = step.lower(end) == ","
        && step.lower(end + 1) == "in"
        && matches!(step.lower(end + 2), "percent" | "percentage" | "%");
    let end = if percent { end + 3 } else { end };
    let end = if repeated(step, end) { step.tokens.len() } else { end };
    let after = written(&step.tokens[end..].iter().map(counted).collect::<Vec<_>>());
    let groups = match owner(&of_all) {
        Some(_) if !split.is_empty() => return None,
        Some(owner) => format!(" for each {owner}"),
        None if split.is_empty() => String::new(),
        None => format!(" {split}"),
    };
    let head = if asked { "how many" } else { "the number of" };
    let ask = |things: &str, tail: &str| {
        let text = format!("{before} {head} {things} {tail}{groups} {after}");
        (step.read)(text.trim()).ok().filter(|r| r.certainty >= FLOOR)
    };
    let all = ask(&things, if asked { "are there" } else { "" })?;
    let some = ask(&things, &told)?;
    let plan = ratio(&all.plan, &some.plan)?;
    rowcall_plan::compile_with(&plan, step.catalogue, &step.lexicon.prepared).ok()?;
    Some(Read { plan, certainty: all.certainty.min(some.certainty), ..all })
}

/// The state before the rows where it stands right behind them, and groups follow.
fn state_first<'s>(step: &Step<'s>, what: usize) -> Option<Step<'s>> {
    let noun = step.tokens.get(what).filter(|t| t.kind == TokenKind::Word && t.lower != t.lemma)?;
    step.lexicon.names_table(&noun.lemma, 0.75).then_some(())?;
    let (_, used) = step.lexicon.values_at(&step.tokens, what + 1)?;
    let after = what + 1 + used;
    let split = matches!(step.lower(after), "by" | "per")
        || matches!(step.lower(after), "for" | "in") && matches!(step.lower(after + 1), "each" | "every");
    split.then(|| {
        let mut tokens = step.tokens.clone();
        let noun = tokens.remove(what);
        tokens.insert(what + used, noun);
        Step { tokens, ..*step }
    })
}

/// "Of all bookings by phone, what percentage was cancelled?"
fn of_these(step: &Step<'_>) -> Option<Read> {
    let skip = match (step.lower(0), step.lower(1)) {
        ("out", "of") => 2,
        ("of" | "among", _) => 1,
        _ => return None,
    };
    let comma = (skip..step.tokens.len()).find(|i| step.tokens[*i].text == ",")?;
    let ask = comma + 1;
    (step.lower(ask) == "what").then_some(())?;
    let at = ask + 1 + usize::from(step.lower(ask + 1) == "is") + usize::from(step.lower(ask + 2) == "the");
    matches!(step.lower(at), "percent" | "percentage" | "share" | "proportion").then_some(())?;
    let end = (at..step.tokens.len())
        .find(|i| step.tokens[*i].kind == TokenKind::Mark)
        .unwrap_or(step.tokens.len());
    (end + 1 >= step.tokens.len()).then_some(())?;
    let things = without_owner(&written(&step.tokens[skip..comma]));
    let joint = match step.lower(at + 1) {
        "with" | "without" => "",
        "is" | "are" | "was" | "were" | "has" | "have" | "had" | "ended" => "that",
        _ => return None,
    };
    let told = format!("{joint} {}", written(&step.tokens[at + 1..end]));
    let ask = |text: String| (step.read)(&text).ok().filter(|r| r.certainty >= FLOOR);
    let all = ask(format!("how many {things} are there?"))?;
    let some = ask(format!("how many {things} {}?", told.trim()))?;
    let plan = ratio(&all.plan, &some.plan)?;
    rowcall_plan::compile_with(&plan, step.catalogue, &step.lexicon.prepared).ok()?;
    Some(Read { plan, certainty: all.certainty.min(some.certainty), ..all })
}

/// "the percentage of cancelled orders in 2025": of all of them, how many are in that state.
fn in_a_state(step: &Step<'_>, from: usize, what: usize) -> Option<Read> {
    (from == 0).then_some(())?;
    let (values, used) = step.lexicon.values_at(&step.tokens, what)?;
    let noun = step.tokens.get(what + used).filter(|t| t.kind == TokenKind::Word && t.lower != t.lemma)?;
    let (rows, _) = *step.lexicon.tables_for(&[&noun.lemma]).first().filter(|(_, s)| *s >= 0.75)?;
    values.iter().any(|v| v.column.table == rows).then_some(())?;
    let mut end = step.tokens.len();
    while end > what && step.tokens[end - 1].kind == TokenKind::Mark {
        end -= 1;
    }
    // "of the cancelled orders were paid by card" asks for the part that was.
    let splits = |w: &str| {
        matches!(
            w,
            "by" | "per"
                | "each"
                | "every"
                | "for"
                | "and"
                | "with"
                | "among"
                | "is"
                | "are"
                | "was"
                | "were"
                | "be"
                | "has"
                | "have"
                | "had"
                | "do"
                | "does"
                | "did"
                | "that"
                | "who"
                | "which"
        )
    };
    // "the percentage of cancelled orders by country": of the orders of each country.
    let after = what + used + 1;
    let split = (matches!(step.lower(after), "by" | "per")
        || matches!(step.lower(after), "for" | "in") && matches!(step.lower(after + 1), "each" | "every"))
        && matches!(step.lower(what.wrapping_sub(2)), "percentage" | "percent");
    let told = |i: usize| {
        step.tokens[i].kind != TokenKind::Mark && (split && i < after + 2 || !splits(step.lower(i)))
    };
    (what..end).all(told).then_some(())?;
    let percent = step.lower(end - 2) == "in" && matches!(step.lower(end - 1), "percent" | "percentage");
    let end = if percent { end - 2 } else { end };
    let ask = |from: usize| {
        let rows = written(&step.tokens[from..end]);
        let text = if split { format!("Number of {rows}") } else { format!("How many {rows} are there?") };
        (step.read)(&text).ok().filter(|r| r.certainty >= FLOOR)
    };
    let (all, some) = (ask(what + used)?, ask(what)?);
    let plan = ratio(&all.plan, &some.plan)?;
    rowcall_plan::compile_with(&plan, step.catalogue, &step.lexicon.prepared).ok()?;
    Some(Read { plan, certainty: all.certainty.min(some.certainty), ..all })
}

/// "the share of denied claims among all claims": of the claims, how many are denied ones.
fn among(step: &Step<'_>, from: usize, what: usize) -> Option<Read> {
    let end = (what..step.tokens.len())
        .find(|i| step.tokens[*i].kind == TokenKind::Mark)
        .unwrap_or(step.tokens.len());
    (end + 1 >= step.tokens.len()).then_some(())?;
    let (joint, used) =
        (what + 1..end).find_map(|i| match (step.lower(i), step.lower(i + 1), step.lower(i + 2)) {
            ("among" | "of" | "in", "all", _) => Some((i, 2)),
            ("out", "of", "all") => Some((i, 3)),
            _ => None,
        })?;
    let rest = joint + used + usize::from(step.lower(joint + used) == "the");
    let before = written(&step.tokens[..from]);
    let head = if before.is_empty() { "What is the number of" } else { "the number of" };
    let ask = |text: String| (step.read)(&text).ok().filter(|r| r.certainty >= FLOOR);
    let all = ask(format!("{before} {head} {}", written(&step.tokens[rest..end])))?;
    let some = ask(format!("{before} {head} {}", written(&step.tokens[what..joint])))?;
    let plan = ratio(&all.plan, &some.plan)?;
    rowcall_plan::compile_with(&plan, step.catalogue, &step.lexicon.prepared).ok()?;
    Some(Read { plan, certainty: all.certainty.min(some.certainty), ..all })
}

/// "the share of home loans in the total amount": the total of those, of the total of all.
fn of_total(step: &Step<'_>, from: usize, what: usize) -> Option<Read> {
    let end = (what..step.tokens.len())
        .find(|i| step.tokens[*i].kind == TokenKind::Mark)
        .unwrap_or(step.tokens.len());
    let rest: Vec<&str> =
        step.tokens[end..].iter().filter(|t| t.kind == TokenKind::Word).map(|t| t.lower.as_str()).collect();
    (matches!(rest.as_slice(), [] | ["in", "percent"] | ["as", "a", "percentage"]) && from == 0)
        .then_some(())?;
    let joint = (what + 1..end).find(|i| {
        let the = usize::from(step.lower(i + 1) == "the");
        matches!(step.lower(*i), "in" | "of") && step.lower(i + 1 + the) == "total"
    })?;
    let the = usize::from(step.lower(joint + 1) == "the");
    let total = written(&step.tokens[joint + 1 + the..end]);
    let ask = |text: String| (step.read)(&text).ok().filter(|r| r.certainty >= FLOOR);
    let all = ask(format!("What is the {total}?"))?;
    let some = ask(format!("What is the {total} of {}?", written(&step.tokens[what..joint])))?;
    all.plan.dimensions.is_empty().then_some(())?;
    let plan = ratio(&all.plan, &some.plan)?;
    rowcall_plan::compile_with(&plan, step.catalogue, &step.lexicon.prepared).ok()?;
    Some(Read { plan, certainty: all.certainty.min(some.certainty), ..all })
}

/// "Give the type and the percentage.": nothing that is not shown anyway.
fn repeated(step: &Step<'_>, end: usize) -> bool {
    let rest: Vec<&str> =
        step.tokens[end..].iter().filter(|t| t.kind == TokenKind::Word).map(|t| t.lower.as_str()).collect();
    let [verb, .., and, last] = rest.as_slice() else { return false };
    let (and, middle) = if *and == "the" { (rest[rest.len() - 3], 3) } else { (*and, 2) };
    matches!(*verb, "give" | "show" | "list" | "return")
        && and == "and"
        && matches!(*last, "percentage" | "share" | "percent")
        && (2..=3).contains(&(rest.len() - middle))
}

/// Where the groups begin that are told last: "was cancelled for each type of vessel".
fn split(step: &Step<'_>, from: usize, end: usize) -> Option<usize> {
    (from..end).find(|i| match (step.lower(*i), step.lower(i + 1)) {
        ("for" | "in" | "at" | "on" | "of", "each" | "every") | ("per", _) => true,
        // "was sold by phone": by what is no group.
        ("by", next) => {
            !step.tokens.get(i + 1).is_some_and(|t| t.kind == TokenKind::Quoted) && {
                let rows = step.lexicon.values(&[next]).is_empty();
                rows && step
                    .lexicon
                    .columns_for(&[next], step.catalogue)
                    .first()
                    .is_some_and(|(_, s)| *s >= 0.8)
            }
        }
        _ => false,
    })
}

/// "the share of inspections scoring at least 80", "of the orders with a discount": what is said right behind the rows.
fn participle(step: &Step<'_>, what: usize, end: usize) -> Option<(String, String, String)> {
    let article = matches!(step.lower(what), "the" | "all" | "our");
    let rows = what + usize::from(article);
    let noun = step.tokens.get(rows).filter(|t| t.kind == TokenKind::Word && t.lower != t.lemma)?;
    step.lexicon.names_table(&noun.lemma, 0.75).then_some(())?;
    let next = step.lower(rows + 1);
    let joint = match next {
        "with" | "without" | "that" | "which" | "who" | "whose" => "",
        _ if next.ends_with("ing") => "",
        // "pays by card"
        _ if rows + 2 < end && next.ends_with('s') && step.lower(rows + 2) != "of" => "that",
        _ => return None,
    };
    // "in percent"
    let mut close = end;
    if close > rows + 3
        && step.lower(close - 2) == "in"
        && matches!(step.lower(close - 1), "percent" | "percentage")
    {
        close -= 2;
    }
    let last = split(step, rows + 2, close).unwrap_or(close);
    let told = format!("{joint} {}", written(&step.tokens[rows + 1..last]));
    Some((written(&step.tokens[what..=rows]), told.trim().to_owned(), written(&step.tokens[last..close])))
}

/// "each adjuster's claims", "the claims of each adjuster": the claims.
fn without_owner(things: &str) -> String {
    let plain = match things.split_once("'s ") {
        Some((owner, rest)) if owner.starts_with("each ") || owner.starts_with("every ") => rest.to_owned(),
        _ => things.to_owned(),
    };
    let plain =
        plain.split(" of each ").next().unwrap_or_default().split(" of every ").next().unwrap_or_default();
    ["the ", "all ", "its ", "their ", "his ", "her ", "our "]
        .iter()
        .fold(plain.to_owned(), |text, article| {
            text.strip_prefix(article).map_or(text.clone(), str::to_owned)
        })
}

/// Whose they are, where they are told apart.
fn owner(things: &str) -> Option<String> {
    if let Some((owner, _)) = things.split_once("'s ")
        && let Some(name) = owner.strip_prefix("each ").or_else(|| owner.strip_prefix("every "))
    {
        return Some(name.to_owned());
    }
    let (_, owner) = things.split_once(" of each ").or_else(|| things.split_once(" of every "))?;
    Some(owner.to_owned())
}

/// One count of rows over another of the same groups.
pub(super) fn ratio(all: &QueryPlan, some: &QueryPlan) -> Option<QueryPlan> {
    let count = |plan: &QueryPlan| {
        let alone = plan.measures.len() == 1;
        let mut shown = plan.measures.iter().enumerate().filter(|(_, m)| alone || !m.hidden);
        let (at, measure) = shown.next().filter(|_| shown.next().is_none())?;
        let adds = matches!(measure.aggregate, Aggregate::Count | Aggregate::Sum);
        (adds && measure.over.is_none()).then_some(at)
    };
    let (at, other) = (count(all)?, count(some)?);
    let (of_all, of_some) = (&all.measures[at], &some.measures[other]);
    (of_all.aggregate == of_some.aggregate && of_all.expression == of_some.expression).then_some(())?;
    let alike = all.source == some.source
        && all.dimensions == some.dimensions
        && all.having == some.having
        && all.limit == some.limit
        && all.combine.is_none()
        && some.combine.is_none();
    alike.then_some(())?;
    let (shared, only): (Vec<Filter>, Vec<Filter>) =
        some.filters.iter().cloned().partition(|f| all.filters.contains(f));
    (shared.len() == all.filters.len() && !only.is_empty()).then_some(())?;
    // "were cancelled in 2025": the year is that of all of them.
    let (times, only): (Vec<Filter>, Vec<Filter>) =
        only.into_iter().partition(|f| matches!(f, Filter::Period { .. }));
    let mut plan = all.clone();
    plan.filters.extend(times);
    (!only.is_empty()).then_some(())?;
    let filters = [some.measures[other].filters.clone(), only].concat();
    let of_all = Measure { hidden: false, label: None, ..all.measures[at].clone() };
    plan.measures[at] = Measure {
        filters,
        over: Some(Box::new(of_all)),
        percent: true,
        label: None,
        ..all.measures[at].clone()
    };
    Some(plan)
}
