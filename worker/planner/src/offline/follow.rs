//! Follow-ups: "and by region?", "only 2025", "as a line chart", "top 3", "what about Germany?". They change
//! the plan of the last answer instead of starting anew.

use super::{
    annotate::{Item, Key, Marked, annotate},
    dates::Bound,
    lexicon::Lexicon,
    parse::parse,
    resolve::{Settled, World},
    words,
};
use crate::{PlanRequest, Planned};
use chrono::NaiveDate;
use rowcall_core::{Author, ColumnRef, TypeKind};
use rowcall_plan::{
    ChartHint, Dimension, Filter, Grain, Literal, Operand, Operator, Order, OrderKey, QueryPlan, compile_with,
};

/// The changed plan, when the question is a follow-up to the last answer.
pub fn follow_up(request: &PlanRequest<'_>, lexicon: &Lexicon) -> Option<Planned> {
    let last = request.history.iter().rev().find(|m| m.author == Author::Rowcall)?.plan.clone()?;
    let mut plan: QueryPlan = serde_json::from_value(last).ok()?;
    let tokens = words::tokens(request.question);
    if tokens.len() > 14 {
        return None;
    }
    let mut notes = Vec::new();
    let items = annotate(&tokens, lexicon, request.catalogue, request.today, &mut notes).ok()?;
    let first = tokens.first()?.lower.clone();
    let leads = matches!(
        first.as_str(),
        "and"
            | "only"
            | "just"
            | "what"
            | "how"
            | "as"
            | "top"
            | "by"
            | "per"
            | "same"
            | "now"
            | "but"
            | "in"
            | "for"
            | "also"
            | "then"
            | "make"
            | "without"
            | "since"
            | "instead"
            | "show"
            | "sort"
            | "order"
            | "sorted"
    );
    let about = request.question.to_lowercase();
    let asks_again = about.starts_with("what about")
        || about.starts_with("how about")
        || about.starts_with("and ")
        || about.starts_with("same ")
        || about.starts_with("the same");
    let has_own_subject = items.iter().any(|m| matches!(m.item, Item::Key(Key::Count | Key::Aggregate(_) | Key::HowMuch | Key::Superlative(..))))
        || (!asks_again && items.iter().any(|m| matches!(&m.item, Item::Name(n) if n.tables.first().is_some_and(|t| t.1 > 0.9) && !n.columns.iter().any(|c| c.1 >= 0.9))) && !items.iter().any(|m| matches!(m.item, Item::Key(Key::Each))));
    if has_own_subject || !(leads || items.len() <= 3) {
        return None;
    }
    if items.iter().any(|m| matches!(&m.item, Item::Unknown(_))) {
        return None;
    }
    let source = lexicon.prepared.table(request.catalogue, &plan.source).ok()?;
    let world = World::new(request.catalogue, lexicon, &items);
    let changed = change(&mut plan, &world, &items, source, request)?;
    if !changed {
        return None;
    }
    compile_with(&plan, request.catalogue, &lexicon.prepared).ok()?;
    notes.push("This continues the answer before.".to_owned());
    Some(Planned::Plan { plan, assumptions: notes, confidence: 0.85 })
}

fn change(
    plan: &mut QueryPlan,
    world: &World<'_>,
    items: &[Marked],
    source: usize,
    request: &PlanRequest<'_>,
) -> Option<bool> {
    let summary = !plan.measures.is_empty();
    let mut changed = false;
    let mut split = false;
    let mut rest: Vec<Marked> = Vec::new();
    let mut i = 0;
    while i < items.len() {
        match &items[i].item {
            Item::Filler(_) | Item::Link(_) | Item::Mark(_) => {}
            Item::Key(Key::And | Key::Head | Key::Where | Key::Distinct) => {}
            Item::Key(Key::Chart(hint)) => {
                plan.chart = *hint;
                changed = true;
            }
            Item::Key(Key::Grain(grain)) => {
                let c = date_of(world, source)?;
                if !summary {
                    return None;
                }
                plan.dimensions.retain(|d| d.grain.is_none());
                plan.dimensions.insert(0, Dimension { grain: Some(*grain), ..Dimension::of(world.field(c)) });
                plan.order.clear();
                plan.limit = None;
                changed = true;
            }
            Item::Key(Key::Each) => split = true,
            Item::Key(Key::Top(large)) => {
                let n = match items.get(i + 1).map(|m| &m.item) {
                    Some(Item::Number(Literal::Integer(n))) => u64::try_from(*n).ok()?,
                    _ => return None,
                };
                i += 1;
                if !summary || plan.dimensions.is_empty() {
                    return None;
                }
                plan.limit = Some(n);
                plan.order = vec![Order { by: OrderKey::Measure(0), descending: *large }];
                changed = true;
            }
            Item::Key(Key::Direction(descending)) => {
                match plan.order.first_mut() {
                    Some(order) => order.descending = *descending,
                    None if summary => {
                        plan.order.push(Order { by: OrderKey::Measure(0), descending: *descending })
                    }
                    None => return None,
                }
                changed = true;
            }
            Item::Name(name) if split => {
                if !summary {
                    return None;
                }
                let dims: Vec<Dimension> = match world.settle(name, i, items, Some(source))? {
                    Settled::Column(c, _) => {
                        let temporal =
                            matches!(world.column(c).kind, TypeKind::Timestamp | TypeKind::TimestampTz);
                        vec![Dimension {
                            grain: temporal.then_some(Grain::Day),
                            ..Dimension::of(world.field(c))
                        }]
                    }
                    Settled::Table(t) => world
                        .labels(t)
                        .into_iter()
                        .map(|c| Dimension { by_key: true, ..Dimension::of(world.field(c)) })
                        .collect(),
                };
                let keep_time = request.question.to_lowercase().contains("also")
                    || request.question.to_lowercase().contains("too");
                if !keep_time {
                    plan.dimensions.clear();
                }
                plan.dimensions.extend(dims);
                plan.order.clear();
                plan.limit = None;
                plan.having.clear();
                if plan.chart == ChartHint::Line {
                    plan.chart = ChartHint::Auto;
                }
                split = false;
                changed = true;
            }
            Item::Time(span) => {
                let c = date_of(world, source)?;
                replace(
                    plan,
                    world,
                    c,
                    Filter::Period { field: world.field(c), from: span.from, to: span.to },
                );
                changed = true;
            }
            Item::Year(year, bound) => {
                year_filter(plan, world, source, *year, *bound)?;
                changed = true;
            }
            Item::Number(Literal::Integer(year)) if (1900..=2100).contains(year) => {
                year_filter(plan, world, source, i32::try_from(*year).ok()?, Bound::In)?;
                changed = true;
            }
            Item::Value(values) => {
                let v = world.best_value(values, Some(source), None)?;
                replace(plan, world, v.column, v.filter(world.field(v.column)));
                changed = true;
                // The column's own name may follow.
                if matches!(items.get(i + 1).map(|m| &m.item), Some(Item::Name(n)) if n.columns.iter().any(|(c, _)| *c == v.column))
                {
                    i += 1;
                }
            }
            _ => rest.push(items[i].clone()),
        }
        i += 1;
    }
    if split {
        return None;
    }
    if !rest.is_empty() {
        // A condition in words: "only those with a price over 10".
        let sketch = parse(world, &rest).ok()?;
        let only_conditions = sketch.measures.is_empty()
            && sketch.shown.is_empty()
            && sketch.groups.is_empty()
            && sketch.extreme.is_none()
            && sketch.relations.is_empty()
            && !sketch.filters.is_empty();
        if !only_conditions {
            return None;
        }
        for (c, filter) in sketch.filters {
            replace(plan, world, c, filter);
        }
        changed = true;
    }
    Some(changed)
}

fn date_of(world: &World<'_>, source: usize) -> Option<ColumnRef> {
    if let Some((c, _)) = world.date_column(source) {
        return Some(c);
    }
    let graph = &world.lexicon.prepared.graph;
    graph.steps[source]
        .iter()
        .filter(|s| s.forward)
        .find_map(|s| world.date_column(graph.end(*s)).map(|(c, _)| c))
}

fn year_filter(
    plan: &mut QueryPlan,
    world: &World<'_>,
    source: usize,
    year: i32,
    bound: Bound,
) -> Option<()> {
    if let Some(c) = date_of(world, source) {
        let start = NaiveDate::from_ymd_opt(year, 1, 1)?;
        let end = NaiveDate::from_ymd_opt(year + 1, 1, 1)?;
        let (from, to) = match bound {
            Bound::In => (Some(start), Some(end)),
            Bound::Before => (None, Some(start)),
            Bound::After => (Some(end), None),
            Bound::Since => (Some(start), None),
        };
        replace(plan, world, c, Filter::Period { field: world.field(c), from, to });
        return Some(());
    }
    let c = world.year_column(source)?;
    let operand = Operand::Literal(Literal::Integer(i64::from(year)));
    replace(plan, world, c, Filter::Compare { field: world.field(c), operator: Operator::Equal, operand });
    Some(())
}

/// Puts a condition in the place of those on the same column.
fn replace(plan: &mut QueryPlan, world: &World<'_>, c: ColumnRef, filter: Filter) {
    let field = world.field(c);
    plan.filters.retain(|f| match f {
        Filter::Compare { field: f, .. }
        | Filter::In { field: f, .. }
        | Filter::Period { field: f, .. }
        | Filter::Text { field: f, .. } => *f != field,
        _ => true,
    });
    plan.filters.push(filter);
}
