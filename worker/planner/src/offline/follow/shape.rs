//! The answer before in another shape: cut off, with more columns, as shares, or the best of its groups.

use super::{Before, order::in_order};
use crate::offline::{
    recast::text::{Words, slice, words},
    words::{lemma, number_word},
};
use rowcall_plan::{Aggregate, Having, Literal, Measure, Operator, Order, OrderKey, QueryPlan};

/// The answer before, shaped as the message says; nothing where it says something else.
pub(super) fn shaped(before: &Before<'_>, text: &str) -> Option<QueryPlan> {
    let found = words(text);
    if found.is_empty() || found.len() > 12 {
        return None;
    }
    cut(before, &found)
        .or_else(|| shown_too(before, text, &found))
        .or_else(|| in_order(before, &found))
        .or_else(|| as_shares(before, &found))
        .or_else(|| best(before, &found))
        .or_else(|| groups(before, &found))
}

/// The words of a message but for those that say nothing of what is looked for, which are listed with a space between.
pub(super) fn but<'f>(found: &'f Words, aside: &str) -> Vec<&'f str> {
    let words = found.iter().map(|w| w.lower.as_str());
    words.filter(|w| !aside.split_ascii_whitespace().any(|said| said == *w)).collect()
}

/// The same without the nouns of tables.
fn but_tables<'f>(before: &Before<'_>, found: &'f Words, aside: &str) -> Vec<&'f str> {
    let mut rest = but(found, aside);
    rest.retain(|w| !before.lexicon.names_table(&lemma(w), 0.9));
    rest
}

/// "Only those above 100", of groups: those whose number is.
fn groups(before: &Before<'_>, found: &Words) -> Option<QueryPlan> {
    const ASIDE: &str = "only just show me the which those these ones of them are with that have has where is it keep a value number count";
    let rest = but_tables(before, found, ASIDE);
    let (operator, number) = match rest.as_slice() {
        ["above" | "over" | "exceeding", n] | ["more" | "greater" | "higher" | "larger", "than", n] => {
            (Operator::Greater, n)
        }
        ["below" | "under", n] | ["less" | "fewer" | "lower" | "smaller", "than", n] => (Operator::Less, n),
        ["at", "least", n] | [n, "or", "more"] => (Operator::AtLeast, n),
        ["at", "most", n] | [n, "or", "less" | "fewer"] => (Operator::AtMost, n),
        _ => return None,
    };
    let value = number.parse().ok().or_else(|| number_word(number)).map(Literal::Integer)?;
    let mut plan = before.staying()?;
    let shown: Vec<usize> = (0..plan.measures.len()).filter(|at| !plan.measures[*at].hidden).collect();
    let [measure] = shown.as_slice() else { return None };
    if plan.dimensions.is_empty() || plan.measures[*measure].is_windowed() {
        return None;
    }
    plan.having.push(Having { measure: *measure, operator, value });
    Some(plan)
}

/// "Only the top 3", "just the first five", "the 3 cheapest": so many.
fn cut(before: &Before<'_>, found: &Words) -> Option<QueryPlan> {
    let rest = but(
        found,
        "only just show me the give us please now instead rows ones of them those limit to results",
    );
    let (end, count) = match rest.as_slice() {
        [end @ ("top" | "first" | "best" | "highest" | "largest" | "biggest"), n]
        | [end @ ("bottom" | "last" | "worst" | "lowest" | "smallest"), n]
        | [n, end @ ("top" | "first" | "best" | "highest" | "largest" | "biggest")]
        | [n, end @ ("last" | "worst" | "lowest" | "smallest")] => (*end, number(n)?),
        [end @ ("top" | "first")] => (*end, 1),
        _ => return None,
    };
    let before_plan = &before.plan;
    let mut order = before_plan.order.clone();
    if before_plan.measures.is_empty() {
        if order.is_empty() && end != "first" {
            return None;
        }
    } else if before_plan.dimensions.is_empty() {
        return None;
    } else if !order.first().is_some_and(|o| matches!(o.by, OrderKey::Measure(_))) {
        order = vec![Order { by: OrderKey::Measure(0), descending: true }];
    }
    // "First" and "top" go along the order that there is, "last" against it; a size says which end is meant.
    let descending = order.first().is_some_and(|o| o.descending);
    let turned = match end {
        "highest" | "largest" | "biggest" => !order.is_empty() && !descending,
        "lowest" | "smallest" => descending,
        "top" | "first" | "best" => false,
        _ => true,
    };
    // The last of the top five are among these five.
    let fewer = before_plan.limit.is_none_or(|limit| count <= limit) || !turned;
    let mut plan =
        if turned && before_plan.limit.is_some() { before.staying()? } else { before_plan.clone() };
    if turned {
        order.iter_mut().for_each(|order| order.descending = !order.descending);
    }
    (plan.order, plan.limit) = (order, Some(count));
    fewer.then_some(plan)
}

fn number(word: &str) -> Option<u64> {
    word.parse()
        .ok()
        .or_else(|| number_word(word).and_then(|n| u64::try_from(n).ok()))
        .filter(|n| (1..=10_000).contains(n))
}

/// "Add their phone numbers", "also show the rent": with these columns.
fn shown_too(before: &Before<'_>, text: &str, found: &Words) -> Option<QueryPlan> {
    let lower = |n: usize| found[n].lower.as_str();
    let begins = match (lower(0), lower(1), lower(2)) {
        ("add" | "include", "me" | "us", _) => 2,
        ("add" | "include", ..) => 1,
        ("with", "their" | "its", _) => 1,
        ("show" | "list" | "give", "also", _) => 2,
        ("show" | "list" | "give", "me" | "us", "also") => 3,
        ("show" | "list", "them", "with") => 3,
        _ => return None,
    };
    let skip = begins + usize::from(matches!(lower(begins), "the" | "their" | "its" | "a" | "his" | "her"));
    let end =
        found.iter().rposition(|w| !matches!(w.lower.as_str(), "too" | "also" | "please" | "as" | "well"))?
            + 1;
    if end <= skip
        || !before.plan.measures.is_empty()
        || before.plan.combine.is_some()
        || before.plan.distinct
    {
        return None;
    }
    let said = slice(text, found[skip].from..found[end - 1].to);
    let asked = before.alone(&format!("Show the {said} of the {}.", before.noun()?.many())).ok()?.plan;
    let plain = asked.source == before.plan.source
        && asked.measures.is_empty()
        && asked.filters.is_empty()
        && asked.combine.is_none()
        && asked.limit.is_none();
    let mut plan = before.plan.clone();
    plan.columns.extend(asked.columns.into_iter().filter(|c| !before.plan.columns.contains(c)));
    (plain && plan.columns.len() > before.plan.columns.len()).then_some(plan)
}

/// "As a percentage", "in percent", "as shares".
fn as_shares(before: &Before<'_>, found: &Words) -> Option<QueryPlan> {
    let rest = but_tables(
        before,
        found,
        "as a in show me the it that them what is of total please instead each overall all",
    );
    let [one] = rest.as_slice() else { return None };
    if !matches!(
        *one,
        "percentage" | "percentages" | "percent" | "share" | "shares" | "proportion" | "proportions"
    ) {
        return None;
    }
    let mut plan = before.plan.clone();
    let adds_up = |m: &Measure| {
        matches!(m.aggregate, Aggregate::Count | Aggregate::Sum)
            && m.over.is_none()
            && m.minus.is_none()
            && !m.is_windowed()
    };
    if plan.measures.is_empty() || !plan.measures.iter().all(adds_up) {
        return None;
    }
    if plan.dimensions.is_empty() {
        // "As a percentage of all bookings", of one number: those that were counted among all of them.
        let [one] = plan.measures.as_mut_slice() else { return None };
        if plan.filters.is_empty() || one.aggregate != Aggregate::Count || one.table.is_some() {
            return None;
        }
        one.over = Some(Box::new(Measure { label: None, ..one.clone() }));
        one.filters.append(&mut plan.filters);
        one.percent = true;
        one.label = None;
        return Some(plan);
    }
    for measure in plan.measures.iter_mut().filter(|m| !m.hidden) {
        measure.share = true;
    }
    plan.comparison = None;
    Some(plan)
}

/// "Which has the most?", "who has the fewest": the first of the groups.
fn best(before: &Before<'_>, found: &Words) -> Option<QueryPlan> {
    let said = but(found, "one of them those these the is are was were got number value");
    let (["which" | "who" | "what", "has" | "have" | "had", sign] | ["which" | "who" | "what", sign]) =
        said.as_slice()
    else {
        return None;
    };
    let descending = match *sign {
        "most" | "highest" | "largest" | "biggest" | "greatest" | "top" => true,
        "least" | "fewest" | "lowest" | "smallest" => false,
        _ => return None,
    };
    let mut plan = before.in_any_order()?;
    if plan.measures.is_empty() || plan.dimensions.is_empty() {
        return None;
    }
    plan.order = vec![Order { by: OrderKey::Measure(0), descending }];
    plan.limit = Some(1);
    Some(plan)
}
