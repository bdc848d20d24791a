//! Two conditions on one thing that a single reading does not put together: "both A and B", "A or B". The question
//! is read once with each of them, and what differs between the two readings is joined.

use super::{
    annotate::{Item, Key, Marked},
    parse::Trouble,
};
use rowcall_plan::{Combine, Filter, QueryPlan, SetOperator};

/// A reading: the plan, what was taken for granted, and how certain it is.
pub(super) type Reading = (QueryPlan, Vec<String>, f32);

/// What joining costs in certainty.
const PRICE: f32 = 0.95;

/// Reads a question with "both" or "or" in it as two; `one` reads items, `far` tells that a plan's row has many rows
/// that a condition can be about.
pub(super) fn read(
    items: &[Marked],
    one: &dyn Fn(&[Marked]) -> Result<Reading, Trouble>,
    far: &dyn Fn(&QueryPlan, &Filter) -> bool,
) -> Option<Reading> {
    let key = |wanted: &Key| items.iter().position(|m| matches!(&m.item, Item::Key(k) if k == wanted));
    if let Some(both) = key(&Key::Both) {
        let and = (both + 2..items.len()).find(|i| matches!(items[*i].item, Item::Key(Key::And)))?;
        let end = clause_end(items, and);
        let first = [&items[..both], &items[both + 1..and], &items[end..]].concat();
        let second = [&items[..both], &items[and + 1..end], &items[end..]].concat();
        return both_of(one(&first).ok()?, one(&second).ok()?, far);
    }
    if let Some(but) = items.iter().position(|m| matches!(&m.item, Item::Filler(w) if w == "but")) {
        return but_not(items, but, one, far);
    }
    if let Some(ratio) = key(&Key::Ratio) {
        return ratio_of(items, ratio, one);
    }
    let Some(or) = key(&Key::Or) else {
        let not = items.iter().position(|m| matches!(m.item, Item::Key(Key::Not | Key::Without)))?;
        return but_not(items, not, one, far);
    };
    let end = clause_end(items, or);
    let first = one(&[&items[..or], &items[end..]].concat()).ok()?;
    let mut readings = (1..or).rev().filter_map(|cut| {
        let second = one(&[&items[..cut], &items[or + 1..]].concat()).ok()?;
        let (a, b) = differences(&first.0, &second.0).filter(|(a, b)| !a.is_empty() && !b.is_empty())?;
        let alike = fields(&a) == fields(&b);
        Some((alike, a, b, second))
    });
    // Sides about the same columns belong together: "named Ann Lee or Bob Ray".
    let nearest = readings.next()?;
    let (_, a, b, second) = if nearest.0 { nearest } else { readings.find(|r| r.0).unwrap_or(nearest) };
    Some(either(first, second, a, b))
}

/// "A but not B": what the second condition holds for is taken away.
fn but_not(
    items: &[Marked],
    but: usize,
    one: &dyn Fn(&[Marked]) -> Result<Reading, Trouble>,
    far: &dyn Fn(&QueryPlan, &Filter) -> bool,
) -> Option<Reading> {
    let not = (but..items.len().min(but + 4))
        .find(|i| matches!(items[*i].item, Item::Key(Key::Not | Key::Without)))?;
    let end = clause_end(items, not);
    let (mut plan, notes, certainty) = one(&[&items[..but], &items[end..]].concat()).ok()?;
    let readings = (1..but).rev().filter_map(|cut| {
        let second = one(&[&items[..cut], &items[not + 1..]].concat()).ok()?;
        let (a, b) = differences(&plan, &second.0)?;
        (!b.is_empty() && (a.is_empty() || fields(&a) == fields(&b))).then_some((b, second))
    });
    let (denied, second) = { readings }.next()?;
    let certainty = certainty.min(second.2) * PRICE;
    if denied.iter().all(|f| far(&plan, f)) {
        match related(denied)? {
            Filter::Related { table, filters, count, negated: false, via } => {
                plan.filters.push(Filter::Related { table, filters, count, negated: true, via });
            }
            _ => return None,
        }
        return Some((plan, notes, certainty));
    }
    if !plan.measures.is_empty() || plan.columns.is_empty() || plan.limit.is_some() {
        return None;
    }
    plan.combine = Some(Combine { operator: SetOperator::Except, plan: Box::new(second.0) });
    Some((plan, notes, certainty))
}

/// "the ratio of A to B", "of A out of all B": how many A over how many B.
fn ratio_of(
    items: &[Marked],
    ratio: usize,
    one: &dyn Fn(&[Marked]) -> Result<Reading, Trouble>,
) -> Option<Reading> {
    let filler = |i: usize, word: &str| matches!(&items[i].item, Item::Filler(w) if w == word);
    let (to, skip) = (ratio + 2..items.len()).find_map(|i| {
        let out_of = filler(i, "out") && i + 1 < items.len() && filler(i + 1, "of");
        let to = filler(i, "to") || matches!(items[i].item, Item::Key(Key::And));
        (out_of || to).then_some((i, if out_of { 2 } else { 1 }))
    })?;
    let count = [Marked { item: Item::Key(Key::Count) }];
    let (mut plan, mut notes, certainty) = one(&[&count, &items[ratio + 1..to]].concat()).ok()?;
    let (other, more, certain) = one(&[&count, &items[to + skip..]].concat()).ok()?;
    let same = plan.source == other.source && plan.dimensions.is_empty() && other.dimensions.is_empty();
    let ([a], [b]) = (plan.measures.as_slice(), other.measures.as_slice()) else { return None };
    if !same
        || a != b
        || a.aggregate != rowcall_plan::Aggregate::Count
        || a.expression.is_some()
        || !a.filters.is_empty()
    {
        return None;
    }
    notes.extend(more);
    // What only the second side says, and of something else, is said of both: "… in Berlin".
    let about = fields(&plan.filters);
    let (only, shared): (Vec<Filter>, Vec<Filter>) = other
        .filters
        .into_iter()
        .partition(|f| about.is_empty() || fields(std::slice::from_ref(f)).iter().any(|f| about.contains(f)));
    let base = a.clone();
    let over = rowcall_plan::Measure { filters: only, ..base.clone() };
    let filters = std::mem::replace(&mut plan.filters, shared);
    plan.measures = vec![rowcall_plan::Measure { filters, over: Some(Box::new(over)), ..base }];
    Some((plan, notes, certainty.min(certain) * PRICE))
}

/// The columns that conditions are about, in order.
pub(super) fn fields(filters: &[Filter]) -> Vec<String> {
    let mut out: Vec<String> = filters
        .iter()
        .map(|f| match f {
            Filter::Compare { field, .. }
            | Filter::In { field, .. }
            | Filter::Period { field, .. }
            | Filter::Text { field, .. }
            | Filter::Null { field, .. } => format!("{}.{}", field.table, field.column),
            Filter::Related { table, .. } => table.to_string(),
            other => format!("{other:?}"),
        })
        .collect();
    out.sort();
    out
}

/// Where the clause that goes on from here ends.
fn clause_end(items: &[Marked], from: usize) -> usize {
    (from..items.len())
        .find(|i| match &items[*i].item {
            Item::Mark(m) => matches!(m.as_str(), "." | "?" | ";" | "!" | ","),
            Item::Key(Key::Head | Key::Also | Key::OrderBy(_)) => true,
            _ => false,
        })
        .unwrap_or(items.len())
}

/// The conditions that only the first, and only the second has; both readings must show the same.
fn differences(first: &QueryPlan, second: &QueryPlan) -> Option<(Vec<Filter>, Vec<Filter>)> {
    let bare = |p: &QueryPlan| QueryPlan { filters: Vec::new(), distinct: false, ..p.clone() };
    if bare(first) != bare(second) || first.combine.is_some() {
        return None;
    }
    let only = |a: &QueryPlan, b: &QueryPlan| -> Vec<Filter> {
        a.filters.iter().filter(|f| !b.filters.contains(f)).cloned().collect()
    };
    Some((only(first, second), only(second, first)))
}

fn both_of(first: Reading, second: Reading, far: &dyn Fn(&QueryPlan, &Filter) -> bool) -> Option<Reading> {
    let (mut plan, mut notes, certainty) = first;
    let (a, b) = differences(&plan, &second.0).filter(|(a, b)| !a.is_empty() && !b.is_empty())?;
    let certainty = certainty.min(second.2) * PRICE;
    for note in second.1 {
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    if a.iter().chain(&b).all(|f| far(&plan, f)) {
        // Each about a row of its own.
        plan.filters.retain(|f| !a.contains(f));
        for side in [a, b] {
            plan.filters.push(related(side)?);
        }
        return Some((plan, notes, certainty));
    }
    if !plan.measures.is_empty() || plan.columns.is_empty() || plan.limit.is_some() {
        return None;
    }
    plan.combine = Some(Combine { operator: SetOperator::Intersect, plan: Box::new(second.0) });
    Some((plan, notes, certainty))
}

/// Conditions on the rows of one other table, as one row of it.
fn related(filters: Vec<Filter>) -> Option<Filter> {
    if let [Filter::Related { .. }] = filters.as_slice() {
        return filters.into_iter().next();
    }
    let table = match filters.first()? {
        Filter::Compare { field, .. }
        | Filter::In { field, .. }
        | Filter::Period { field, .. }
        | Filter::Text { field, .. } => field.table.clone(),
        _ => return None,
    };
    Some(Filter::Related { table, filters, count: None, negated: false, via: None })
}

fn either(first: Reading, second: Reading, a: Vec<Filter>, b: Vec<Filter>) -> Reading {
    let (mut plan, notes, certainty) = first;
    plan.filters.retain(|f| !a.contains(f));
    let side = |mut filters: Vec<Filter>| match filters.len() {
        1 => filters.remove(0),
        _ => Filter::All(filters),
    };
    plan.filters.push(Filter::Any(vec![side(a), side(b)]));
    (plan, notes, certainty.min(second.2) * PRICE)
}
