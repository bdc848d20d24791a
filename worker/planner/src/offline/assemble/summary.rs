//! Summaries: the numbers, what decides among them, and what they are split by.

use super::{having_relation, name, person, target_table};
use crate::offline::{
    numbers::measured,
    parse::{Extreme, Group, Sketch, Target, Trouble},
    resolve::World,
    times::dated,
};
use rowcall_core::{ColumnRef, TypeKind};
use rowcall_plan::{
    Aggregate, Dimension, Grain, Having, Literal, Measure, Operator, Order, OrderKey, QueryPlan,
};

pub(super) fn summarise(
    world: &World<'_>,
    sketch: &mut Sketch,
    subject: usize,
    plan: &mut QueryPlan,
) -> Result<(), Trouble> {
    let having = having_relation(sketch, subject);
    let mut measures: Vec<(Measure, usize)> = Vec::new();
    let mut seen: Vec<(Aggregate, Target)> = Vec::new();
    for (aggregate, target, _) in &sketch.measures {
        if seen.contains(&(*aggregate, target.clone())) {
            continue;
        }
        seen.push((*aggregate, target.clone()));
        let measure = match target {
            Target::Rows(t) => {
                Measure { table: (*t != subject).then(|| name(world, *t)), ..Measure::count() }
            }
            other => measured(world, *aggregate, other),
        };
        measures.push((measure, target_table(target)));
    }
    let mut limit = sketch.limit;
    let mut order: Option<(usize, bool)> = None;
    match sketch.extreme.clone() {
        Some((large, Extreme::Rows(t))) => {
            let at = measures.iter().position(|(m, home)| {
                m.aggregate == Aggregate::Count && *home == t && m.expression.is_none()
            });
            let at = at.unwrap_or_else(|| {
                let table = (t != subject).then(|| name(world, t));
                // Of a month that had the most, the number is part of the answer.
                let timed = sketch.groups.iter().any(|g| matches!(g, Group::Grain(..)));
                measures.push((
                    Measure { table, hidden: !timed && !sketch.shows_extreme, ..Measure::count() },
                    t,
                ));
                measures.len() - 1
            });
            order = Some((at, large));
            // "… ordered by their number": all of them, not only the first.
            if let Some(descending) = sketch.order_by_measure {
                measures[at].0.hidden = false;
                order = Some((at, descending));
                limit = None;
            }
        }
        Some((large, Extreme::Measure(aggregate, target))) => {
            let home = target_table(&target);
            measures
                .push((Measure { hidden: !sketch.asks_which, ..measured(world, aggregate, &target) }, home));
            order = Some((measures.len() - 1, large));
        }
        Some((large, Extreme::Common)) => {
            if sketch.shown.is_empty()
                || !sketch.measures.is_empty()
                    && sketch.measures.iter().any(|(a, _, _)| *a != Aggregate::Count)
            {
                return Err(Trouble::Unplaced("what occurs most often".into()));
            }
            if measures.is_empty() {
                measures.push((Measure { hidden: true, ..Measure::count() }, subject));
            }
            order = Some((0, large));
        }
        Some((_, Extreme::Column(_))) => return Err(Trouble::Unplaced("a number of the largest one".into())),
        None => {}
    }
    if let Some(at) = having {
        let relation = sketch.relations.remove(at);
        sketch.filters.extend(relation.filters);
        let (operator, n) = relation.count.unwrap_or((Operator::AtLeast, 1));
        let n = i64::try_from(n).unwrap_or(i64::MAX);
        measures.push((Measure { hidden: true, ..Measure::count() }, subject));
        plan.having.push(Having { measure: measures.len() - 1, operator, value: Literal::Integer(n) });
    }
    for (aggregate, c, operator, value) in std::mem::take(&mut sketch.having) {
        let measure = Measure { hidden: true, ..Measure::of(aggregate, world.field(c)) };
        measures.push((measure, c.table));
        plan.having.push(Having { measure: measures.len() - 1, operator, value });
    }
    if let Some(large) = sketch.order_by_measure {
        let at = measures.iter().position(|(m, _)| !m.hidden).unwrap_or(0);
        if measures.is_empty() {
            return Err(Trouble::Unplaced("which number decides the order".into()));
        }
        order = order.or(Some((at, large)));
    }
    let homes: Vec<usize> = measures.iter().map(|(_, home)| *home).collect();
    let ranked = order.is_some() && (limit.is_some() || sketch.extreme.is_some());
    let told = ranked || !plan.having.is_empty();
    dimensions(world, sketch, &homes, plan, told)?;
    if measures.is_empty() {
        return Err(Trouble::Unplaced("which number to show".into()));
    }
    if plan.dimensions.is_empty() && (order.is_some() || limit.is_some()) {
        if sketch.extreme.is_some() || limit.is_some() {
            return Err(Trouble::Unplaced("what is ranked".into()));
        }
        limit = None;
        order = None;
    }
    plan.measures = measures.into_iter().map(|(m, _)| m).collect();
    if let Some((at, descending)) = order {
        plan.order.push(Order { by: OrderKey::Measure(at), descending });
    }
    plan.limit = limit;
    for (c, descending) in &sketch.order {
        let field = world.field(*c);
        let same = |d: &Dimension| d.field == field || world.refers(&d.field, *c) && world.refers(&field, *c);
        if let Some(i) = plan.dimensions.iter().position(same) {
            plan.order.push(Order { by: OrderKey::Dimension(i), descending: *descending });
        } else if plan.dimensions.iter().any(|d| d.by_key && d.field.table == field.table) {
            // Each group is a row of that table, which has one value.
            plan.dimensions.push(Dimension { hidden: true, ..Dimension::of(field) });
            plan.order
                .push(Order { by: OrderKey::Dimension(plan.dimensions.len() - 1), descending: *descending });
        } else {
            return Err(Trouble::Unplaced(format!("how to order groups by \"{}\"", world.column(*c).name)));
        }
    }
    Ok(())
}

fn dimensions(
    world: &World<'_>,
    sketch: &mut Sketch,
    homes: &[usize],
    plan: &mut QueryPlan,
    ranked: bool,
) -> Result<(), Trouble> {
    let home = homes.first().copied();
    let mut dims: Vec<Dimension> = Vec::new();
    for group in &sketch.groups {
        match group {
            Group::Grain(grain, column) => {
                let of = home.ok_or_else(|| Trouble::Unplaced("which time".into()))?;
                let column = match column {
                    Some(c) => Some(*c),
                    None => dated(world, of, sketch).map(|(c, several)| {
                        if several {
                            sketch.notes.push(format!("Time is taken from {}.", world.column(c).name));
                        }
                        c
                    }),
                };
                match column {
                    Some(c) => {
                        put(&mut dims, Dimension { grain: Some(*grain), ..Dimension::of(world.field(c)) })
                    }
                    None if *grain == Grain::Year => {
                        let c =
                            world.year_column(of).ok_or_else(|| Trouble::Unplaced("which year".into()))?;
                        put(&mut dims, Dimension::of(world.field(c)));
                    }
                    None => return Err(Trouble::Unplaced("which date is meant: there is none here".into())),
                }
            }
            Group::Column(c) => {
                let kind = world.column(*c).kind;
                let grain = matches!(kind, TypeKind::Timestamp | TypeKind::TimestampTz).then_some(Grain::Day);
                put(&mut dims, Dimension { grain, ..Dimension::of(world.field(*c)) });
            }
            Group::Table(t) => {
                let edges = &world.lexicon.prepared.graph.edges;
                let stands_for = |c: &ColumnRef| {
                    c.table == *t
                        || edges.iter().any(|e| {
                            e.from == c.table
                                && e.to == *t
                                && e.from_columns.len() == 1
                                && e.from_columns[0] == world.column(*c).name
                        })
                };
                if sketch.shown.iter().any(stands_for) {
                    continue;
                }
                if homes.contains(t) && homes.len() == 1 {
                    return Err(Trouble::Unplaced("what to split by".into()));
                }
                let labels = world.labels(*t);
                if labels.is_empty() {
                    return Err(Trouble::Unplaced("how to name what it is split by".into()));
                }
                for c in labels {
                    put(&mut dims, Dimension { by_key: true, ..Dimension::of(world.field(c)) });
                }
            }
        }
    }
    for c in &sketch.shown {
        // "the theme of the concert with the most singers": one concert, not all that share its theme.
        let thing = sketch.extreme.is_some() && sketch.tables.contains(&c.table);
        let by_key = home != Some(c.table) && (thing || world.names_rows(*c));
        put(&mut dims, Dimension { by_key, ..Dimension::of(world.field(*c)) });
    }
    if dims.is_empty() && ranked {
        // "the customer with the most orders", "top 5 products by revenue": the things ranked.
        let ranked = sketch.tables.iter().copied().find(|t| !homes.contains(t));
        let ranked = ranked.or_else(|| home.filter(|_| sketch.asks_who).and_then(|h| person(world, h)));
        if let Some(t) = ranked {
            for c in world.labels(t) {
                put(&mut dims, Dimension { by_key: true, ..Dimension::of(world.field(c)) });
            }
        }
    }
    plan.dimensions = dims;
    Ok(())
}

fn put(dims: &mut Vec<Dimension>, d: Dimension) {
    if !dims.iter().any(|o| o.field == d.field && o.grain == d.grain) {
        dims.push(d);
    }
}
