//! Conditions on rows further out, one on the way to the other, hold of the same row: "products ordered in 2025 by customers
//! in Japan" were ordered by these in that year, and not by somebody in that year and by these at some time.

use super::{lexicon::Lexicon, numbers::table_of};
use rowcall_core::Catalogue;
use rowcall_plan::{Aggregate, Filter, QueryPlan, TableName};

/// Puts such conditions into one condition on the nearer rows.
pub(super) fn together(plan: &mut QueryPlan, catalogue: &Catalogue, lexicon: &Lexicon) {
    let prepared = &lexicon.prepared;
    let place = |name: &TableName| prepared.table(catalogue, name).ok();
    let counts = plan.measures.iter().all(|m| {
        m.aggregate == Aggregate::Count
            && m.expression.is_none()
            && m.filters.is_empty()
            && m.table.as_ref().is_none_or(|t| *t == plan.source)
            && m.over.is_none()
            && m.minus.is_none()
    });
    let Some(source) = place(&plan.source).filter(|_| counts && plan.dimensions.is_empty()) else { return };
    let way = |filter: &Filter| {
        let to = table_of(filter).and_then(place).filter(|to| *to != source)?;
        let plain = match filter {
            Filter::Compare { field, .. }
            | Filter::In { field, negated: false, .. }
            | Filter::Period { field, .. }
            | Filter::Text { field, negated: false, .. } => field.via.is_none(),
            _ => false,
        };
        let many = prepared.graph.path(source, to, true, None).is_none();
        let (steps, _) = prepared.graph.path(source, to, false, None).filter(|_| plain && many)?;
        Some(steps.into_iter().map(|step| prepared.graph.end(step)).collect::<Vec<usize>>())
    };
    let ways: Vec<Option<Vec<usize>>> = plan.filters.iter().map(way).collect();
    let extends = |near: &[usize], far: &Option<Vec<usize>>| {
        far.as_ref().is_some_and(|far| far.len() > near.len() && far.starts_with(near))
    };
    let Some(near) = ways.iter().flatten().find(|near| ways.iter().any(|far| extends(near, far))) else {
        return;
    };
    let [.., table] = near.as_slice() else { return };
    let table = prepared.name_of(catalogue, *table);
    let joins: Vec<bool> = ways.iter().map(|way| way.as_ref() == Some(near) || extends(near, way)).collect();
    let mut joins = joins.into_iter();
    let (inside, mut rest): (Vec<Filter>, Vec<Filter>) =
        plan.filters.drain(..).partition(|_| joins.next().unwrap_or(false));
    rest.push(Filter::Related { table, filters: inside, count: None, negated: false, via: None });
    plan.filters = rest;
}
