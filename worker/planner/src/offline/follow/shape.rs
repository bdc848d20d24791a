//! The answer before in another shape: cut off, in another order, as shares, or the best of its groups.

use super::Before;
use crate::offline::{
    recast::text::{Words, slice, words},
    words::{lemma, measures_of, number_word},
};
use rowcall_core::ColumnRef;
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

/// "Only those above 100", of groups: those whose number is.
fn groups(before: &Before<'_>, found: &Words) -> Option<QueryPlan> {
    let rest: Vec<&str> = found
        .iter()
        .map(|w| w.lower.as_str())
        .filter(|w| !before.lexicon.names_table(&lemma(w), 0.9))
        .filter(|w| {
            !matches!(
                *w,
                "only"
                    | "just"
                    | "show"
                    | "me"
                    | "the"
                    | "which"
                    | "those"
                    | "these"
                    | "ones"
                    | "of"
                    | "them"
                    | "are"
                    | "with"
                    | "that"
                    | "have"
                    | "has"
                    | "where"
                    | "is"
                    | "it"
                    | "keep"
                    | "a"
                    | "value"
                    | "number"
                    | "count"
            )
        })
        .collect();
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
    let mut plan = before.plan.clone();
    let shown: Vec<usize> = (0..plan.measures.len()).filter(|at| !plan.measures[*at].hidden).collect();
    let [measure] = shown.as_slice() else { return None };
    if plan.dimensions.is_empty() || plan.limit.is_some() || plan.measures[*measure].is_windowed() {
        return None;
    }
    plan.having.retain(|h| h.measure != *measure);
    plan.having.push(Having { measure: *measure, operator, value });
    Some(plan)
}

/// Words that say nothing of the shape.
const IDLE: &str = "only just show me the give us please now instead can you and it that them those i want make a results result list \
    rows ones sort sorted order ordered by from to in with first order put arrange rank ranked list";

fn all_but_idle(found: &Words) -> Vec<&str> {
    found
        .iter()
        .map(|w| w.lower.as_str())
        .filter(|w| !IDLE.split_ascii_whitespace().any(|idle| idle == *w))
        .collect()
}

/// "Only the top 3", "just the first five": so many, in the order that there is.
fn cut(before: &Before<'_>, found: &Words) -> Option<QueryPlan> {
    let rest: Vec<&str> = found
        .iter()
        .map(|w| w.lower.as_str())
        .filter(|w| {
            !matches!(
                *w,
                "only"
                    | "just"
                    | "show"
                    | "me"
                    | "the"
                    | "give"
                    | "us"
                    | "please"
                    | "now"
                    | "instead"
                    | "rows"
                    | "ones"
                    | "of"
                    | "them"
                    | "those"
                    | "limit"
                    | "to"
                    | "results"
            )
        })
        .collect();
    let (from_top, count) = match rest.as_slice() {
        ["top" | "first" | "best" | "highest" | "largest", n] => (true, number(n)?),
        ["bottom" | "last" | "worst" | "lowest" | "smallest", n] => (false, number(n)?),
        [n, "highest" | "largest" | "best" | "top" | "biggest" | "first"] => (true, number(n)?),
        [n, "lowest" | "smallest" | "worst" | "last"] => (false, number(n)?),
        ["top" | "first"] => (true, 1),
        _ => return None,
    };
    let mut plan = before.plan.clone();
    if !plan.measures.is_empty() {
        if plan.dimensions.is_empty() {
            return None;
        }
        let shown = plan.order.first().is_some_and(|o| matches!(o.by, OrderKey::Measure(_)));
        if !shown {
            plan.order = vec![Order { by: OrderKey::Measure(0), descending: true }];
        }
    } else if plan.order.is_empty() && !matches!(rest.as_slice(), ["first", _]) {
        return None;
    }
    if !from_top {
        for order in &mut plan.order {
            order.descending = !order.descending;
        }
    }
    plan.limit = Some(count);
    plan.offset = None;
    Some(plan)
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

/// "Lowest first", "sort by price", "alphabetically", "in descending order".
fn in_order(before: &Before<'_>, found: &Words) -> Option<QueryPlan> {
    let said: Vec<&str> = found.iter().map(|w| w.lower.as_str()).collect();
    let first = said.last() == Some(&"first");
    let descending = said.iter().find_map(|w| match *w {
        "descending" | "desc" | "reverse" | "reversed" => Some(true),
        "ascending" | "asc" | "alphabetically" | "alphabetical" | "alphabet" => Some(false),
        "highest" | "largest" | "biggest" | "most" | "newest" | "latest" | "longest" | "priciest"
        | "best" | "oldest"
            if first && *w != "oldest" =>
        {
            Some(true)
        }
        "lowest" | "smallest" | "least" | "fewest" | "earliest" | "shortest" | "cheapest" | "oldest"
            if first =>
        {
            Some(false)
        }
        _ => None,
    });
    let asks = said
        .iter()
        .any(|w| matches!(*w, "sort" | "sorted" | "order" | "ordered" | "rank" | "ranked" | "arrange"));
    if !asks && descending.is_none() {
        return None;
    }
    const SIGNS: &str = "descending desc reverse reversed ascending asc alphabetically alphabetical alphabet highest largest biggest \
        most newest latest longest priciest best lowest smallest least fewest earliest shortest cheapest oldest";
    let by: Vec<&str> = all_but_idle(found)
        .into_iter()
        .filter(|w| !SIGNS.split_ascii_whitespace().any(|s| s == *w))
        .collect();
    let mut plan = before.plan.clone();
    let keys = if by.is_empty() && said.iter().any(|w| w.starts_with("alphabet")) {
        names_of(&plan)
    } else if by.is_empty() && !plan.measures.is_empty() && !asks {
        vec![OrderKey::Measure(0)]
    } else if by.is_empty() {
        match plan.order.first() {
            Some(order) if !plan.measures.is_empty() || meant(before, &said).is_none() => {
                vec![order.by.clone()]
            }
            _ if !plan.measures.is_empty() => vec![OrderKey::Measure(0)],
            _ => vec![meant(before, &said)?],
        }
    } else {
        vec![key(before, &plan, &by)?]
    };
    if keys.is_empty() {
        return None;
    }
    // A number is looked at from its large end, a name from its beginning.
    let large = |by: &OrderKey| matches!(by, OrderKey::Measure(_));
    plan.order =
        keys.into_iter().map(|by| Order { descending: descending.unwrap_or(large(&by)), by }).collect();
    Some(plan)
}

/// "Cheapest first", "newest first", of rows: by the price, by the time, if they have one.
fn meant(before: &Before<'_>, said: &[&str]) -> Option<OrderKey> {
    let (world, table) = (&before.world, before.source);
    let nouns = said.iter().find_map(|w| match *w {
        "cheapest" | "priciest" => Some(measures_of("expensive")),
        "longest" | "shortest" => Some(measures_of("long")),
        "largest" | "biggest" | "smallest" => Some(measures_of("large")),
        "newest" | "latest" | "earliest" | "oldest" => Some(&[][..]),
        _ => None,
    })?;
    if nouns.is_empty() {
        return world.date_column(table).map(|(c, _)| OrderKey::Field(world.field(c)));
    }
    let columns = &before.lexicon.columns[table];
    let numeric = |at: usize| before.request.catalogue.tables[table].columns[at].kind.is_numeric();
    let at = nouns.iter().find_map(|noun| {
        (0..columns.len()).find(|at| numeric(*at) && columns[*at].words.iter().any(|w| w == noun))
    })?;
    Some(OrderKey::Field(world.field(ColumnRef { table, column: at })))
}

/// What names the rows or groups that are shown.
fn names_of(plan: &QueryPlan) -> Vec<OrderKey> {
    if plan.measures.is_empty() {
        return plan.columns.first().map(|c| OrderKey::Field(c.clone())).into_iter().collect();
    }
    if plan.dimensions.is_empty() { Vec::new() } else { vec![OrderKey::Dimension(0)] }
}

/// What words name that rows or groups can be put in order by.
fn key(before: &Before<'_>, plan: &QueryPlan, by: &[&str]) -> Option<OrderKey> {
    let Before { lexicon, request, world, .. } = before;
    let words: Vec<String> = by.iter().map(|w| lemma(w)).collect();
    let said: Vec<&str> = words.iter().map(String::as_str).collect();
    let columns = lexicon.columns_for(&said, request.catalogue);
    let is = |field: &rowcall_plan::Field| {
        columns.iter().any(|(c, score)| {
            *score >= 0.75 && world.field(*c) == rowcall_plan::Field { via: None, ..field.clone() }
        })
    };
    if plan.measures.is_empty() {
        if let Some(shown) = plan.columns.iter().find(|c| is(c)) {
            return Some(OrderKey::Field(shown.clone()));
        }
        let own = columns.iter().find(|(c, score)| *score >= 0.75 && c.table == before.source);
        return own.map(|(c, _)| OrderKey::Field(world.field(*c)));
    }
    if let Some(at) = plan.dimensions.iter().position(|d| is(&d.field)) {
        return Some(OrderKey::Dimension(at));
    }
    // "by customer", where the groups are customers; "by month".
    let table = lexicon.tables_for(&said).first().filter(|(_, score)| *score >= 0.9).map(|(t, _)| *t);
    let of = |field: &rowcall_plan::Field| lexicon.prepared.table(request.catalogue, &field.table).ok();
    if let Some(at) = plan.dimensions.iter().position(|d| {
        d.grain.is_some_and(|grain| said == [grain.word()]) || table.is_some() && of(&d.field) == table
    }) {
        return Some(OrderKey::Dimension(at));
    }
    let number = matches!(
        said.as_slice(),
        ["count" | "number" | "total" | "amount" | "average" | "value" | "sum" | "it"]
    );
    let measured = plan.measures.iter().position(|m| match m.expression.as_ref() {
        Some(rowcall_plan::Expression::Field(field)) => is(field),
        _ => m.aggregate == Aggregate::Count && table.is_some() && table == Some(before.source),
    });
    measured.or(number.then_some(0)).map(OrderKey::Measure)
}

/// "As a percentage", "in percent", "as shares".
fn as_shares(before: &Before<'_>, found: &Words) -> Option<QueryPlan> {
    let said: Vec<&str> = found.iter().map(|w| w.lower.as_str()).collect();
    let rest: Vec<&str> = said
        .iter()
        .filter(|w| {
            !matches!(
                **w,
                "as" | "a"
                    | "in"
                    | "show"
                    | "me"
                    | "the"
                    | "it"
                    | "that"
                    | "them"
                    | "what"
                    | "is"
                    | "of"
                    | "total"
                    | "please"
                    | "instead"
                    | "each"
                    | "overall"
                    | "all"
            )
        })
        .filter(|w| !before.lexicon.names_table(&lemma(w), 0.9))
        .copied()
        .collect();
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
    let said: Vec<&str> = found
        .iter()
        .map(|w| w.lower.as_str())
        .filter(|w| {
            !matches!(
                *w,
                "one"
                    | "of"
                    | "them"
                    | "those"
                    | "these"
                    | "the"
                    | "is"
                    | "are"
                    | "was"
                    | "were"
                    | "got"
                    | "number"
                    | "value"
            )
        })
        .collect();
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
    let mut plan = before.plan.clone();
    if plan.measures.is_empty() || plan.dimensions.is_empty() {
        return None;
    }
    plan.order = vec![Order { by: OrderKey::Measure(0), descending }];
    plan.limit = Some(1);
    plan.offset = None;
    Some(plan)
}
