//! What becomes of the numbers of a plan that was read: one average of all rows rather than one of each, a sum of what is
//! called a total, a fraction as it is, and groups that are the same said once.

use super::lexicon::{Lexicon, key_column};
use crate::PlanRequest;
use rowcall_plan::{Aggregate, Expression, Field, Measure, OrderKey, QueryPlan};

/// Settles the numbers of a plan.
pub(super) fn settle_numbers(
    question: &str,
    plan: &mut QueryPlan,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) {
    of_all(plan, request, lexicon);
    twins(plan, request, lexicon);
    fraction(question, plan);
    total_column(question, plan, request, lexicon);
}

/// "the average price for every flight": a flight has one price, so that the average is that of all of them.
fn of_all(plan: &mut QueryPlan, request: &PlanRequest<'_>, lexicon: &Lexicon) {
    let Ok(table) = lexicon.prepared.table(request.catalogue, &plan.source) else { return };
    let Some(key) = key_column(&request.catalogue.tables[table], table) else { return };
    let name = &request.catalogue.tables[table].columns[key.column].name;
    let own = |field: &Field| field.table == plan.source && field.via.is_none();
    let averages = plan.measures.iter().all(|m| {
        m.aggregate == Aggregate::Average
            && m.over.is_none()
            && matches!(&m.expression, Some(Expression::Field(field)) if own(field))
    });
    let each = matches!(plan.dimensions.as_slice(), [d] if own(&d.field) && d.field.column == *name && d.grain.is_none());
    let plain =
        plan.having.is_empty() && plan.limit.is_none() && plan.fold.is_none() && plan.combine.is_none();
    if averages && each && plain && !plan.measures.is_empty() && plan.columns.is_empty() {
        plan.dimensions.clear();
        plan.order.clear();
    }
}

/// "For each claim id, the number of settlements": the claim's id and the settlement's reference to it are one.
fn twins(plan: &mut QueryPlan, request: &PlanRequest<'_>, lexicon: &Lexicon) {
    let table = |field: &Field| lexicon.prepared.table(request.catalogue, &field.table).ok();
    let refers = |one: &Field, other: &Field| {
        let (Some(from), Some(to)) = (table(one), table(other)) else { return false };
        lexicon.prepared.graph.edges.iter().any(|e| {
            (e.from, e.to) == (from, to)
                && e.from_columns == [one.column.clone()]
                && e.to_columns == [other.column.clone()]
        })
    };
    let plain = |n: usize, plan: &QueryPlan| {
        plan.dimensions[n].grain.is_none()
            && plan.dimensions[n].field.via.is_none()
            && !plan.dimensions[n].hidden
    };
    let n = plan.dimensions.len();
    let pair = (0..n).flat_map(|a| (0..n).map(move |b| (a, b))).find(|(a, b)| {
        a != b
            && plain(*a, plan)
            && plain(*b, plan)
            && refers(&plan.dimensions[*a].field, &plan.dimensions[*b].field)
    });
    // Orders and folds name dimensions by their place.
    let free = plan.fold.is_none() && plan.comparison.is_none() && plan.combine.is_none();
    if let Some((reference, key)) = pair.filter(|_| free) {
        plan.dimensions.remove(reference);
        let kept = if key > reference { key - 1 } else { key };
        for order in &mut plan.order {
            if let OrderKey::Dimension(at) = &mut order.by {
                *at = match *at {
                    at if at == reference => kept,
                    at if at > reference => at - 1,
                    at => at,
                };
            }
        }
    }
}

/// "What fraction of the papers …", "as a ratio", "between 0 and 1": not in percent.
fn fraction(question: &str, plan: &mut QueryPlan) {
    let lower = question.to_lowercase();
    let plain = [
        "fraction of",
        "as a ratio",
        "as a fraction",
        "as a decimal",
        "between 0 and 1",
        "(0 to 1)",
        "from 0 to 1",
    ];
    let percent = ["percent", "%"].iter().any(|p| lower.contains(p));
    if plain.iter().any(|p| lower.contains(p)) && !percent {
        plan.measures.iter_mut().filter(|m| m.over.is_some()).for_each(|m| m.percent = false);
    }
}

/// "total pounds of the purchases in 2018", where each purchase has its total: their sum.
fn total_column(question: &str, plan: &mut QueryPlan, request: &PlanRequest<'_>, lexicon: &Lexicon) {
    let said: Vec<String> = question
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect();
    let total = said.iter().position(|w| w == "total");
    let opens = total.is_some_and(|at| {
        said[..at]
            .iter()
            .all(|w| matches!(w.as_str(), "what" | "is" | "was" | "the" | "in" | "give" | "me" | "show"))
    });
    let each = said.iter().any(|w| {
        matches!(
            w.as_str(),
            "each" | "every" | "per" | "list" | "all" | "and" | "by" | "of" | "for" | "highest" | "lowest"
        )
    });
    let list = plan.measures.is_empty()
        && plan.dimensions.is_empty()
        && plan.limit.is_none()
        && plan.combine.is_none()
        && !plan.distinct
        && !plan.filters.is_empty();
    let ([field], true) = (plan.columns.as_slice(), opens && !each && list) else { return };
    let Ok(table) = lexicon.prepared.table(request.catalogue, &field.table) else { return };
    let columns = &request.catalogue.tables[table].columns;
    let Some(c) = columns.iter().position(|c| c.name == field.column) else { return };
    let called = lexicon.columns[table][c].words.first().is_some_and(|w| w == "total");
    if called && columns[c].kind.is_numeric() && field.table == plan.source {
        plan.measures = vec![Measure::of(Aggregate::Sum, field.clone())];
        plan.columns.clear();
        plan.order.clear();
    }
}
