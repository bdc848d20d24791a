//! Conditions, and what only must be there.

use super::{name, target_table};
use crate::offline::{
    parse::{Extreme, Group, Relation, Sketch, Trouble},
    resolve::World,
};
use rowcall_plan::{Combine, Filter, Having, Literal, Measure, QueryPlan, SetOperator};

pub(super) fn conditions(
    world: &World<'_>,
    sketch: &mut Sketch,
    subject: usize,
    plan: &mut QueryPlan,
) -> Result<(), Trouble> {
    let mut used: Vec<usize> = vec![subject];
    used.extend(sketch.shown.iter().map(|c| c.table));
    used.extend(sketch.filters.iter().map(|(c, _)| c.table));
    used.extend(sketch.measures.iter().map(|(_, t, _)| target_table(t)));
    used.extend(sketch.groups.iter().filter_map(|g| match g {
        Group::Table(t) => Some(*t),
        Group::Column(c) => Some(c.table),
        Group::Grain(..) => None,
    }));
    match &sketch.extreme {
        Some((_, Extreme::Rows(t))) => used.push(*t),
        Some((_, Extreme::Column(c))) => used.push(c.table),
        Some((_, Extreme::Measure(_, target))) => used.push(target_table(target)),
        _ => {}
    }
    let prepared = &world.lexicon.prepared;
    for d in &plan.dimensions {
        if let Ok(t) = prepared.table(world.catalogue, &d.field.table) {
            used.push(t);
        }
    }
    used.extend(sketch.relations.iter().map(|r| r.table));
    let filters = std::mem::take(&mut sketch.filters);
    plan.filters.extend(filters.into_iter().map(|(_, f)| f));
    for Relation { table, negated, count, filters } in std::mem::take(&mut sketch.relations) {
        // "per specialty, for specialties with more than 2 doctors"
        if let Some((operator, n)) = count.filter(|_| table == subject && !negated && filters.is_empty())
            && !plan.dimensions.is_empty()
            && !plan.measures.is_empty()
        {
            plan.measures.push(Measure { hidden: true, ..Measure::count() });
            let value = Literal::Integer(i64::try_from(n).unwrap_or(i64::MAX));
            plan.having.push(Having { measure: plan.measures.len() - 1, operator, value });
            continue;
        }
        if table == subject {
            return Err(Trouble::Unplaced("a condition on the thing itself".into()));
        }
        plan.filters.push(Filter::Related {
            table: name(world, table),
            filters: filters.into_iter().map(|(_, f)| f).collect(),
            count,
            negated,
            via: None,
        });
    }
    if let Some([(c, first), (_, second)]) = sketch.both.take() {
        used.push(c.table);
        if world.reaches(subject, c.table) {
            if !plan.measures.is_empty() || plan.columns.is_empty() || plan.limit.is_some() {
                return Err(Trouble::Unplaced("what \"both\" is about".into()));
            }
            let mut other = plan.clone();
            plan.filters.push(first);
            other.filters.push(second);
            plan.combine = Some(Combine { operator: SetOperator::Intersect, plan: Box::new(other) });
        } else {
            for filter in [first, second] {
                let table = name(world, c.table);
                plan.filters.push(Filter::Related {
                    table,
                    filters: vec![filter],
                    count: None,
                    negated: false,
                    via: None,
                });
            }
        }
    }
    // A table that is only named must at least have rows that belong: "customers with orders".
    for t in sketch.tables.clone() {
        // A bridge that is spoken of leads to it already: "customers with a mailshot with outcome code X".
        let implied =
            used.iter().any(|u| *u != subject && !world.reaches(subject, *u) && world.reaches(*u, t));
        // So is what connects the things spoken of: "films scheduled for each cinema".
        let connects = used.iter().any(|u| *u != subject) && used.iter().all(|u| world.reaches(t, *u));
        if used.contains(&t) || world.reaches(subject, t) || implied || connects {
            continue;
        }
        if world.distance(subject, t) >= 20 {
            return Err(Trouble::Unplaced(format!(
                "how \"{}\" belongs to it",
                world.catalogue.tables[t].name
            )));
        }
        // A mention may only have been said for the sake of a name, the more so the farther it is.
        sketch.certainty *= if world.distance(subject, t) > 2 { 0.7 } else { 0.9 };
        plan.filters.push(Filter::Related {
            table: name(world, t),
            filters: Vec::new(),
            count: None,
            negated: false,
            via: None,
        });
    }
    Ok(())
}
