//! "Customers with a loan but without a savings account": it is the customers that have no account, rather than the loans,
//! where both are tied to them.

use super::lexicon::Lexicon;
use rowcall_core::Catalogue;
use rowcall_plan::{Filter, QueryPlan};

/// Takes what is denied behind "but" out of a condition on other rows.
pub(super) fn lifted(plan: &mut QueryPlan, question: &str, catalogue: &Catalogue, lexicon: &Lexicon) {
    let words: Vec<String> = question
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect();
    let denies = words.windows(2).any(|w| {
        matches!(w[0].as_str(), "but" | "and") && matches!(w[1].as_str(), "no" | "without" | "never" | "not")
    });
    let Ok(source) = lexicon.prepared.table(catalogue, &plan.source) else { return };
    if !denies {
        return;
    }
    let edges = &lexicon.prepared.graph.edges;
    let tied = |name: &rowcall_plan::TableName, to: usize| {
        lexicon.prepared.table(catalogue, name).is_ok_and(|t| edges.iter().any(|e| e.from == t && e.to == to))
    };
    let mut out = Vec::new();
    for filter in &mut plan.filters {
        let Filter::Related { table: of, filters, count: None, negated: false, .. } = filter else {
            continue;
        };
        let Ok(of) = lexicon.prepared.table(catalogue, of) else { continue };
        let (denied, kept): (Vec<Filter>, Vec<Filter>) = std::mem::take(filters).into_iter().partition(|inner| {
            matches!(inner, Filter::Related { table, negated: true, .. } if tied(table, source) && !tied(table, of))
        });
        *filters = kept;
        out.extend(denied);
    }
    plan.filters.extend(out);
}
