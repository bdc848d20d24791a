//! The first of each group: "the most expensive product in each category", "the top three customers of each country by
//! orders". What decides becomes a rank among the things that share the group.

use super::{
    numbers::measured,
    parse::{Extreme, Group, Sketch, Target, Trouble},
    resolve::World,
};
use rowcall_core::{ColumnRef, TypeKind};
use rowcall_plan::{Aggregate, Dimension, Having, Literal, Measure, Operator, Order, OrderKey, QueryPlan};

/// Things that are ranked within groups.
pub(super) struct Ranked {
    /// What they are put into groups by.
    pub groups: Vec<Dimension>,
    /// The columns that tell them, of one table.
    pub things: Vec<Dimension>,
    /// What decides.
    pub number: Measure,
    /// From the large end.
    pub large: bool,
    /// How many of each group; all of them with their places where absent.
    pub first: Option<u64>,
    /// The number is shown too.
    pub shown: bool,
}

impl Ranked {
    /// Makes a plan show the first of each group.
    pub(super) fn put(self, plan: &mut QueryPlan) {
        let Self { groups, things, number, large, first, shown } = self;
        let own = |d: &Dimension| !groups.iter().any(|g| g.field == d.field);
        let things: Vec<Dimension> =
            things.into_iter().filter(own).map(|d| Dimension { by_key: true, ..d }).collect();
        plan.order =
            (0..groups.len()).map(|at| Order { by: OrderKey::Dimension(at), descending: false }).collect();
        plan.dimensions = groups.into_iter().chain(things).collect();
        if shown || first.is_none() {
            plan.order.push(Order { by: OrderKey::Measure(0), descending: large });
            plan.measures.push(number.clone());
        }
        let rank = Measure { rank: true, smallest_first: !large, hidden: first.is_some(), ..number };
        plan.measures.push(rank);
        let Some(first) = first else { return };
        let value = Literal::Integer(i64::try_from(first).unwrap_or(i64::MAX));
        plan.having = vec![Having { measure: plan.measures.len() - 1, operator: Operator::AtMost, value }];
    }
}

/// What decides among things, as the reader along the words has it: the table gone through, and the number.
struct Deciding {
    home: usize,
    number: Measure,
    large: bool,
    things: usize,
}

/// A sketch that asks for the first of each group: the plan, but for its conditions, and the table that it goes through.
pub(super) fn of_sketch(
    world: &World<'_>,
    sketch: &mut Sketch,
) -> Option<Result<(QueryPlan, usize), Trouble>> {
    if sketch.groups.is_empty() && !sketch.ranking
        || sketch.groups.iter().any(|g| matches!(g, Group::Grain(..)))
    {
        return None;
    }
    let deciding = deciding(world, sketch)?;
    let Deciding { home, number, large, things } = deciding;
    let reached = sketch.groups.iter().all(|g| match g {
        Group::Table(t) => world.reaches(home, *t),
        Group::Column(c) => world.reaches(home, c.table),
        Group::Grain(..) => false,
    });
    if !reached || !world.reaches(home, things) {
        return Some(Err(Trouble::Unplaced("how the groups belong to what is ranked".into())));
    }
    let mut groups = Vec::new();
    for group in &sketch.groups {
        match group {
            Group::Table(t) => {
                let named: Vec<ColumnRef> = sketch.shown.iter().copied().filter(|c| c.table == *t).collect();
                let columns = if named.is_empty() { world.labels(*t) } else { named };
                groups.extend(
                    columns.into_iter().map(|c| Dimension { by_key: true, ..Dimension::of(world.field(c)) }),
                );
            }
            Group::Column(c) => groups.push(split(world, *c)),
            Group::Grain(..) => {}
        }
    }
    let of_groups = |c: &ColumnRef| sketch.groups.contains(&Group::Table(c.table));
    let mut columns: Vec<ColumnRef> = sketch.shown.iter().copied().filter(|c| !of_groups(c)).collect();
    let asked = !columns.is_empty();
    if !asked {
        columns = world.labels(things);
    }
    if columns.is_empty() || columns.iter().any(|c| c.table != things) {
        return Some(Err(Trouble::Unplaced("which columns to show".into())));
    }
    let by_rank = sketch.order_by_measure.is_some();
    let shown = by_rank || !asked && !sketch.asks_which;
    let ranked = Ranked {
        groups,
        things: columns.into_iter().map(|c| Dimension::of(world.field(c))).collect(),
        number,
        large,
        first: (!sketch.ranking).then(|| sketch.limit.unwrap_or(1)),
        shown,
    };
    let source = world.lexicon.prepared.name_of(world.catalogue, home);
    let mut plan = QueryPlan { source, chart: sketch.chart, ..QueryPlan::default() };
    ranked.put(&mut plan);
    sketch.measures.clear();
    sketch.extreme = None;
    sketch.certainty *= 0.97;
    Some(Ok((plan, home)))
}

/// A column that groups are told by.
pub(super) fn split(world: &World<'_>, c: ColumnRef) -> Dimension {
    let kind = world.column(c).kind;
    let grain =
        matches!(kind, TypeKind::Timestamp | TypeKind::TimestampTz).then_some(rowcall_plan::Grain::Day);
    Dimension { grain, ..Dimension::of(world.field(c)) }
}

fn deciding(world: &World<'_>, sketch: &Sketch) -> Option<Deciding> {
    let is_group = |t: &usize| sketch.groups.contains(&Group::Table(*t));
    let shown = sketch.shown.iter().map(|c| c.table).find(|t| !is_group(t));
    // The things ranked: those whose columns are shown, else the first spoken of that are not what is counted.
    let things =
        |home: usize| shown.or_else(|| sketch.tables.iter().copied().find(|t| *t != home && !is_group(t)));
    match (&sketch.extreme, sketch.measures.as_slice()) {
        (Some((large, Extreme::Column(c))), []) => {
            let things = c.table;
            let spoken = shown.or(sketch.tables.iter().copied().find(|t| !is_group(t)));
            if is_group(&things) || spoken.is_some_and(|t| t != things) {
                return None;
            }
            let aggregate = if *large { Aggregate::Maximum } else { Aggregate::Minimum };
            let number = Measure::of(aggregate, world.field(*c));
            Some(Deciding { home: things, number, large: *large, things })
        }
        (Some((large, Extreme::Rows(t))), []) => {
            Some(Deciding { home: *t, number: Measure::count(), large: *large, things: things(*t)? })
        }
        (Some((large, Extreme::Measure(aggregate, target))), []) => {
            of_target(world, *aggregate, target, *large, things)
        }
        (None, [(aggregate, target, false)]) if sketch.limit.is_some() => {
            of_target(world, *aggregate, target, sketch.order_by_measure?, things)
        }
        _ => None,
    }
}

fn of_target(
    world: &World<'_>,
    aggregate: Aggregate,
    target: &Target,
    large: bool,
    things: impl Fn(usize) -> Option<usize>,
) -> Option<Deciding> {
    let home = match target {
        Target::Rows(t) => *t,
        Target::Column(c) => c.table,
        Target::Elapsed(_) | Target::Rate(_) => return None,
    };
    Some(Deciding { home, number: measured(world, aggregate, target), large, things: things(home)? })
}
