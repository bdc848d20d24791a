//! A piece in place of another: "and by region?", "only 2025", "as a line chart", "what about Germany?".

use super::{Before, things::put};
use crate::{
    PlanRequest,
    offline::{
        annotate::{Item, Key, Marked, NameItem, annotate},
        dates::Bound,
        lexicon::ValueRef,
        parse::parse,
        resolve::{Settled, World},
        words,
    },
};
use chrono::NaiveDate;
use rowcall_core::{ColumnRef, TypeKind};
use rowcall_plan::{
    ChartHint, Dimension, Filter, Grain, Literal, Measure, Operand, Operator, Order, OrderKey, QueryPlan,
};

/// Words that such a message begins with.
const LEADS: &[&str] = &[
    "and", "only", "just", "what", "how", "as", "top", "by", "per", "same", "now", "but", "in", "for",
    "also", "then", "make", "without", "since", "instead", "show", "sort", "order", "sorted", "break",
    "split", "group", "grouped", "broken", "each",
];

/// The answer before with another piece, and what to say of it.
pub(super) fn changed(before: &Before<'_>, question: &str) -> Option<(QueryPlan, Vec<String>)> {
    let Before { lexicon, request, source, .. } = before;
    let mut plan = before.plan.clone();
    // "By region too", "and per month as well": beside what there is, which `keeps_split` looks at.
    let question = question.trim_end_matches(['?', '.', '!', ' ']);
    let beside = [" too", " as well", " also"].iter().find_map(|end| question.strip_suffix(end));
    let question = beside.unwrap_or(question);
    let tokens = words::tokens(question);
    if tokens.len() > 14 {
        return None;
    }
    // A question of its own, or one with a second sentence.
    let asks = matches!(tokens.first()?.lower.as_str(), "who" | "whose" | "when" | "where" | "which");
    if asks
        || question.trim_end_matches(['?', '.', '!', ' ']).contains(['?', '.', '!'])
            && !question.contains(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    let mut notes = Vec::new();
    let items = annotate(&tokens, lexicon, request.catalogue, request.today, &mut notes).ok()?;
    let leads = LEADS.contains(&tokens.first()?.lower.as_str());
    let about = question.to_lowercase();
    let asks_again =
        ["what about", "how about", "and ", "same ", "the same"].iter().any(|w| about.starts_with(w));
    let has_own_subject = items.iter().any(|m| matches!(m.item, Item::Key(Key::Count | Key::Aggregate(_) | Key::HowMuch | Key::Superlative(..))))
        || (!asks_again && items.iter().any(|m| matches!(&m.item, Item::Name(n) if n.tables.first().is_some_and(|t| t.1 > 0.9) && !n.columns.iter().any(|c| c.1 >= 0.9))) && !items.iter().any(|m| matches!(m.item, Item::Key(Key::Each))));
    if has_own_subject || !(leads || items.len() <= 3) {
        return None;
    }
    if items.iter().any(|m| matches!(&m.item, Item::Unknown(_))) {
        return None;
    }
    // "Top five customers", then "per month": of these five. "By product instead" is of all products.
    let splits = items.iter().any(|m| matches!(m.item, Item::Key(Key::Each | Key::Grain(_))));
    if splits && !about.contains("instead") {
        plan = before.staying()?;
    }
    let world = World::new(request.catalogue, lexicon, &items);
    change(&mut plan, &world, &items, *source, request)?.then_some((plan, notes))
}

/// "Break that down by region", "split it per month": by region, per month.
pub(super) fn split_by(question: &str) -> Option<String> {
    let lower = question.to_lowercase();
    let begins = [
        "break ",
        "split ",
        "group ",
        "broken ",
        "grouped ",
        "can you break ",
        "can you split ",
        "and break ",
        "and split ",
    ];
    if !begins.iter().any(|w| lower.starts_with(w)) {
        return None;
    }
    let at = [" by ", " per ", " for each ", " into "].iter().filter_map(|w| lower.find(w)).min()?;
    let rest = question.get(at..)?.trim();
    Some(rest.strip_prefix("into ").map_or_else(|| rest.to_owned(), |rest| format!("by {rest}")))
}

fn change(
    plan: &mut QueryPlan,
    world: &World<'_>,
    items: &[Marked],
    source: usize,
    request: &PlanRequest<'_>,
) -> Option<bool> {
    let mut summary = !plan.measures.is_empty();
    // A list that is split is counted.
    let count = |plan: &mut QueryPlan| {
        let counts =
            plan.columns.iter().all(|c| c.table == plan.source) && plan.limit.is_none() && !plan.distinct;
        if counts {
            plan.columns.clear();
            plan.order.clear();
            plan.measures = vec![Measure::count()];
        }
        counts
    };
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
                summary = summary || count(plan);
                if !summary {
                    return None;
                }
                if keeps_split(request.question) {
                    plan.dimensions.retain(|d| d.grain.is_none());
                } else {
                    plan.dimensions.clear();
                }
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
                summary = summary || count(plan);
                if !summary {
                    return None;
                }
                let settled = world.settle(name, i, items, Some(source))?;
                let dims: Vec<Dimension> = match own(world, name, &settled, source).unwrap_or(settled) {
                    Settled::Column(c, _) => {
                        // By what every row has one of.
                        world.lexicon.prepared.graph.path(source, c.table, true, None)?;
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
                if !keeps_split(request.question) {
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
            // "And returned?" of those that were cancelled: a state, though a time is called so too.
            Item::Name(name) if name.values.iter().any(|v| is_said(plan, world, v)) => {
                let v = name.values.iter().find(|v| is_said(plan, world, v))?;
                put(plan, v.filter(world.field(v.column)));
                changed = true;
            }
            Item::Time(span) => {
                let c = date_of(world, source)?;
                put(plan, Filter::Period { field: world.field(c), from: span.from, to: span.to });
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
                let said =
                    |v: &&ValueRef| plan.filters.iter().any(|f| f.field() == Some(&world.field(v.column)));
                let found =
                    values.iter().find(said).or_else(|| world.best_value(values, Some(source), None))?;
                let v = of_before(plan, world, found).unwrap_or_else(|| found.clone());
                put(plan, v.filter(world.field(v.column)));
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
        for (_, filter) in sketch.filters {
            put(plan, filter);
        }
        changed = true;
    }
    Some(changed)
}

/// "By town", of drivers: the town where they live, and not that of schools which they drive to.
fn own(world: &World<'_>, name: &NameItem, settled: &Settled, source: usize) -> Option<Settled> {
    let Settled::Column(c, score) = settled else { return None };
    if world.lexicon.prepared.graph.path(source, c.table, true, None).is_some() {
        return None;
    }
    let said: Vec<String> = name.text.split(' ').map(words::lemma).collect();
    let columns = &world.lexicon.columns[source];
    let mut fitting = (0..columns.len()).filter(|at| said.iter().all(|w| columns[*at].words.contains(w)));
    let column = fitting.next()?;
    fitting.next().is_none().then_some(Settled::Column(ColumnRef { table: source, column }, *score))
}

/// The answer before says something of the column that the value is in.
fn is_said(plan: &QueryPlan, world: &World<'_>, value: &ValueRef) -> bool {
    plan.filters.iter().any(|f| f.field() == Some(&world.field(value.column)))
}

/// "And in Porto?" of members from Madrid: a city of members, though no sample of theirs shows it, and not one of rooms.
fn of_before(plan: &QueryPlan, world: &World<'_>, found: &ValueRef) -> Option<ValueRef> {
    let words = |c: ColumnRef| &world.lexicon.columns[c.table][c.column].words;
    let column =
        plan.filters.iter().find_map(|filter| {
            let Filter::Compare {
                field,
                operator: Operator::Equal,
                operand: Operand::Literal(Literal::Text(_)),
            } = filter
            else {
                return None;
            };
            let table = world.lexicon.prepared.table(world.catalogue, &field.table).ok()?;
            let column = world.catalogue.tables[table].columns.iter().position(|c| c.name == field.column)?;
            let at = ColumnRef { table, column };
            let open = !world.column(at).samples_complete && at != found.column;
            (open && words(at).iter().any(|w| words(found.column).contains(w))).then_some(at)
        })?;
    found.test.is_none().then(|| ValueRef::stored(column, found.text.clone()))
}

/// "And by year as well": beside what the numbers are split by already.
fn keeps_split(question: &str) -> bool {
    let lower = question.to_lowercase();
    let said: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    said.iter().any(|w| matches!(*w, "also" | "too" | "additionally")) || lower.contains("as well")
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
        put(plan, Filter::Period { field: world.field(c), from, to });
        return Some(());
    }
    let c = world.year_column(source)?;
    let operand = Operand::Literal(Literal::Integer(i64::from(year)));
    put(plan, Filter::Compare { field: world.field(c), operator: Operator::Equal, operand });
    Some(())
}
