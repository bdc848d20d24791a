//! "The product with the most returns", where all that is kept of a return is its date: dates are later or earlier, never
//! more, so that the rows which have one are counted.

use super::{lexicon::Lexicon, reader::same_root, words};
use crate::PlanRequest;
use rowcall_plan::{Dimension, Filter, Measure, Order, OrderKey, QueryPlan};

/// The plan that counts, where this one takes the latest for the most.
pub(super) fn counted(
    question: &str,
    plan: &QueryPlan,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) -> Option<QueryPlan> {
    let [Order { by: OrderKey::Field(field), descending }] = plan.order.as_slice() else { return None };
    let table = lexicon.prepared.table(request.catalogue, &field.table).ok()?;
    let column = request.catalogue.tables[table].columns.iter().position(|c| c.name == field.column)?;
    let temporal = request.catalogue.tables[table].columns[column].kind.is_temporal();
    let own = &lexicon.columns[table][column].words;
    let tokens = words::tokens(question);
    let said = tokens.windows(2).any(|pair| {
        let most = if *descending { "most" } else { "fewest" };
        pair[0].lower == most && own.iter().any(|word| same_root(word, &pair[1].lower))
    });
    // The rows of the date's table are what is counted, for each row of another one.
    let apart = plan.columns.iter().all(|shown| shown.table != field.table);
    if !temporal || !said || !apart || plan.columns.is_empty() {
        return None;
    }
    let given = Filter::Null { field: field.clone(), negated: true };
    let mut filters: Vec<Filter> = plan.filters.iter().filter(|f| **f != given).cloned().collect();
    filters.push(given);
    let dimensions =
        plan.columns.iter().map(|shown| Dimension { by_key: true, ..Dimension::of(shown.clone()) }).collect();
    Some(QueryPlan {
        source: field.table.clone(),
        columns: Vec::new(),
        dimensions,
        measures: vec![Measure::count()],
        filters,
        order: vec![Order { by: OrderKey::Measure(0), descending: *descending }],
        ..plan.clone()
    })
}
