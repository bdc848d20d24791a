//! "The towns that have members under 30 and members over 40": no row meets both, and none has to. What is listed is no
//! row itself, so that it is asked which of it the rows of either kind share.

use super::{
    contradiction::{clash, contradiction},
    lexicon::{Lexicon, key_column},
    resolve::World,
};
use rowcall_core::Catalogue;
use rowcall_plan::{Combine, Filter, Operator, QueryPlan, SetOperator};

/// "Guests who stayed in a double room and in a twin room": no stay is both, and two stays are meant.
pub(super) fn of_several(plan: &mut QueryPlan) {
    let mut more = Vec::new();
    for filter in &mut plan.filters {
        let Filter::Related { table, filters, count: None, negated: false, via } = filter else { continue };
        let n = filters.len();
        let pair = (0..n)
            .flat_map(|j| (0..j).map(move |i| (i, j)))
            .find(|(i, j)| equals(&filters[*i], &filters[*j]));
        if let Some((one, other)) = pair {
            let mut second = filters.clone();
            second.remove(one);
            filters.remove(other);
            let (table, via) = (table.clone(), via.clone());
            more.push(Filter::Related { table, filters: second, count: None, negated: false, via });
        }
    }
    plan.filters.extend(more);
}

/// Two values of one column.
fn equals(one: &Filter, other: &Filter) -> bool {
    let equal = |f: &Filter| matches!(f, Filter::Compare { operator: Operator::Equal, .. });
    equal(one) && equal(other) && clash(one, other).is_some()
}

/// Takes two conditions of a list apart that exclude each other, where the list is of what many rows have.
pub(super) fn in_common(plan: &mut QueryPlan, catalogue: &Catalogue, lexicon: &Lexicon) {
    let list = plan.measures.is_empty()
        && plan.dimensions.is_empty()
        && plan.having.is_empty()
        && plan.combine.is_none()
        && plan.fold.is_none()
        && plan.limit.is_none()
        && plan.columns.len() == 1;
    let Ok(table) = lexicon.prepared.table(catalogue, &plan.source) else { return };
    if !list || contradiction(plan).is_none() {
        return;
    }
    let world = World::new(catalogue, lexicon, &[]);
    let own = world.names(table).into_iter().chain(key_column(&catalogue.tables[table], table));
    // Whoever is called so is one row: nobody lives in two towns.
    if own.map(|c| world.field(c)).any(|field| plan.columns.contains(&field)) {
        return;
    }
    let n = plan.filters.len();
    let pair = (0..n)
        .flat_map(|j| (0..j).map(move |i| (i, j)))
        .find(|(i, j)| clash(&plan.filters[*i], &plan.filters[*j]).is_some());
    let Some((one, other)) = pair else { return };
    let (mut first, mut second) = (plan.clone(), plan.clone());
    first.filters.remove(other);
    second.filters.remove(one);
    if contradiction(&first).is_some() || contradiction(&second).is_some() {
        return;
    }
    second.order.clear();
    first.combine = Some(Combine { operator: SetOperator::Intersect, plan: Box::new(second) });
    *plan = first;
}
