//! "Which hotel has the best rating?", where guests rate their stays: the best on average, rather than the one that somebody once
//! rated best.

use super::{lexicon::Lexicon, resolve::adds_up};
use rowcall_core::Catalogue;
use rowcall_plan::{Aggregate, Dimension, Field, Measure, Order, OrderKey, QueryPlan};

/// Ranks by the average, and says so; whatever else is asked for stays as it is.
pub(super) fn on_average(
    plan: &mut QueryPlan,
    notes: &mut Vec<String>,
    question: &str,
    catalogue: &Catalogue,
    lexicon: &Lexicon,
) {
    let lower = question.to_lowercase();
    let said = |word: &str| lower.split(|c: char| !c.is_alphanumeric()).any(|w| w == word);
    let Some(extreme) = ["best", "worst"].into_iter().find(|w| said(w)) else { return };
    if ["single", "ever", "individual", "once"].iter().any(|w| said(w)) {
        return;
    }
    let table = |field: &Field| lexicon.prepared.table(catalogue, &field.table).ok();
    let [Order { by: OrderKey::Field(level), descending }] = plan.order.as_slice() else { return };
    let Some(rows) = table(level).filter(|_| plan.limit.is_some()) else { return };
    let Some(at) = catalogue.tables[rows].columns.iter().position(|c| c.name == level.column) else { return };
    let own = level.via.is_none() && catalogue.tables[rows].columns[at].kind.is_numeric();
    let sums = adds_up(&lexicon.columns[rows][at].words);
    // What is shown is of what the rows belong to.
    let above = !plan.columns.is_empty()
        && plan.columns.iter().all(|f| {
            table(f).is_some_and(|t| t != rows && lexicon.prepared.graph.path(rows, t, true, None).is_some())
        });
    let plain =
        plan.measures.is_empty() && plan.dimensions.is_empty() && !plan.distinct && plan.combine.is_none();
    if !own || sums || !above || !plain {
        return;
    }
    let of = |field: &Field| Dimension { by_key: true, ..Dimension::of(field.clone()) };
    let averaged = Measure { hidden: true, ..Measure::of(Aggregate::Average, level.clone()) };
    let better = QueryPlan {
        source: level.table.clone(),
        dimensions: plan.columns.iter().map(of).collect(),
        columns: Vec::new(),
        measures: vec![averaged],
        order: vec![Order { by: OrderKey::Measure(0), descending: *descending }],
        ..plan.clone()
    };
    if rowcall_plan::compile_with(&better, catalogue, &lexicon.prepared).is_ok() {
        let words = lexicon.columns[rows][at].words.join(" ");
        notes.push(format!("The {extreme} {words} is taken as the {extreme} on average."));
        *plan = better;
    }
}
