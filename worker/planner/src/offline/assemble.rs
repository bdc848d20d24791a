//! From a sketch to a plan: which table's rows are listed or counted, which join is meant by a mention, and
//! which date a time belongs to. What does not fit together is refused, not bent until it does.

mod conditions;
mod summary;

use super::{
    extremes::{busiest, commonest, largest_one, sized},
    numbers::{asked_names, measured, rate, terms},
    parse::{Change, Extreme, Group, Reading, Sketch, Target, Trouble, plain},
    ranked,
    resolve::World,
    spread::{self, Part},
    times::times,
};
use conditions::conditions;
use rowcall_core::{ColumnRef, TypeKind};
use rowcall_plan::{Aggregate, Comparison, Filter, Grain, Operator, Order, OrderKey, QueryPlan};
use summary::summarise;

/// Builds the plan of a sketch.
pub fn assemble(world: &World<'_>, mut sketch: Sketch) -> Result<(QueryPlan, Vec<String>, f32), Trouble> {
    busiest(world, &mut sketch)?;
    years(world, &mut sketch);
    commonest(world, &mut sketch);
    if sketch.averaged {
        let (mut plan, home) = averaged(world, &mut sketch)?;
        times(world, &mut sketch, home)?;
        conditions(world, &mut sketch, home, &mut plan)?;
        terms(world, &mut sketch.notes, &mut plan);
        return Ok((plan, sketch.notes, sketch.certainty));
    }
    if let Some(first) = ranked::of_sketch(world, &mut sketch) {
        let (mut plan, home) = first?;
        unambiguous(world, &sketch)?;
        times(world, &mut sketch, home)?;
        conditions(world, &mut sketch, home, &mut plan)?;
        terms(world, &mut sketch.notes, &mut plan);
        return Ok((plan, sketch.notes, sketch.certainty));
    }
    if sketch.running && sketch.groups.is_empty() && !sketch.measures.is_empty() {
        // What is summed up along time needs steps of it.
        sketch.groups.push(Group::Grain(Grain::Month, None));
        sketch.notes.push("Summed up by month.".to_owned());
    }
    promote(world, &mut sketch);
    counted_events(world, &mut sketch);
    let subject = subject(world, &sketch)?;
    unambiguous(world, &sketch)?;
    largest_one(world, &mut sketch, subject);
    sized(world, &mut sketch, subject)?;
    let mut plan = QueryPlan { source: name(world, subject), chart: sketch.chart, ..QueryPlan::default() };
    times(world, &mut sketch, subject)?;
    let summary = !sketch.measures.is_empty()
        || matches!(sketch.extreme, Some((_, Extreme::Rows(_) | Extreme::Measure(..) | Extreme::Common)))
        || !sketch.groups.is_empty()
        || !sketch.having.is_empty()
        || having_relation(&sketch, subject).is_some();
    if summary {
        summarise(world, &mut sketch, subject, &mut plan)?
    } else {
        list(world, &mut sketch, subject, &mut plan)?
    }
    conditions(world, &mut sketch, subject, &mut plan)?;
    terms(world, &mut sketch.notes, &mut plan);
    asked_names(world, &mut sketch.notes, &mut plan);
    if sketch.share && plan.dimensions.is_empty() {
        rate(&mut plan)?;
    } else if sketch.share {
        if plan.dimensions.is_empty() {
            return Err(Trouble::Unplaced("a share of what".into()));
        }
        plan.measures.iter_mut().filter(|m| !m.hidden).for_each(|m| m.share = true);
    }
    if sketch.running {
        plan.measures.iter_mut().filter(|m| !m.hidden).for_each(|m| m.running = true);
    }
    if sketch.year_before {
        plan.comparison = Some(Comparison::YearBefore);
    }
    if sketch.growth {
        plan.comparison = Some(Comparison::Growth);
    }
    Ok((plan, sketch.notes, sketch.certainty))
}

/// "in which year was the stadium built": the year that is kept, not a split by years.
fn years(world: &World<'_>, sketch: &mut Sketch) {
    let plain = sketch.asks_time
        && sketch.measures.is_empty()
        && sketch.extreme.is_none()
        && sketch.busiest.is_none()
        && sketch.shown.is_empty()
        && sketch.relations.is_empty();
    if let ([Group::Grain(Grain::Year, None)], [table], true) =
        (sketch.groups.as_slice(), sketch.tables.as_slice(), plain)
        && let Some(c) = world.year_column(*table)
    {
        sketch.groups.clear();
        sketch.shown.push(c);
    }
}

/// "the average number of orders per customer": the number over how many groups there are.
fn averaged(world: &World<'_>, sketch: &mut Sketch) -> Result<(QueryPlan, usize), Trouble> {
    let why = || Trouble::Unplaced("an average of counts".into());
    let [(aggregate, target, false)] = sketch.measures.as_slice() else { return Err(why()) };
    let home = target_table(target);
    let group = match sketch.groups.as_slice() {
        [group] => group.clone(),
        // "… does a customer have": the one other table that is spoken of.
        [] => {
            let mut others = sketch.tables.iter().filter(|t| **t != home);
            Group::Table(*others.next().filter(|_| others.next().is_none()).ok_or_else(why)?)
        }
        _ => return Err(why()),
    };
    let part = match group {
        Group::Table(t) => Part::Rows(t),
        Group::Column(c) => Part::Column(c),
        Group::Grain(..) => return Err(why()),
    };
    if sketch.extreme.is_some() || sketch.limit.is_some() || !sketch.shown.is_empty() {
        return Err(why());
    }
    let measure = measured(world, *aggregate, target);
    let (home, measure) = spread::average(world, &measure, home, part).ok_or_else(why)?;
    let plan = QueryPlan {
        source: name(world, home),
        measures: vec![measure],
        chart: sketch.chart,
        ..QueryPlan::default()
    };
    sketch.measures.clear();
    sketch.groups.clear();
    let Part::Rows(of) = part else { return Ok((plan, home)) };
    sketch.tables.retain(|t| *t != of);
    Ok((plan, home))
}

pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// The tables of people.
pub(super) fn persons(lexicon: &super::lexicon::Lexicon) -> Vec<usize> {
    let named = |t: &usize| lexicon.tables[*t].words.last().is_some_and(|w| super::words::is_person(w));
    (0..lexicon.tables.len()).filter(named).collect()
}

/// The people that a table's rows belong to: the one table of persons that it leads to.
pub(super) fn person(world: &World<'_>, home: usize) -> Option<usize> {
    let graph = &world.lexicon.prepared.graph;
    let mut found = graph.steps[home].iter().filter(|s| s.forward).map(|s| graph.end(*s)).filter(|t| {
        world.lexicon.tables[*t].words.iter().any(|w| super::words::is_person(w))
            || world.catalogue.tables[*t].columns.iter().any(|c| c.name.to_lowercase().contains("email"))
    });
    let first = found.next()?;
    found.all(|t| t == first).then_some(first)
}

fn name(world: &World<'_>, table: usize) -> rowcall_plan::TableName {
    world.lexicon.prepared.name_of(world.catalogue, table)
}

/// "revenue by month": a shown number that is split is a sum; a split table without a number is a count.
fn promote(world: &World<'_>, sketch: &mut Sketch) {
    let split = !sketch.groups.is_empty();
    // "revenue in Q1", "revenue last month": a number over a time is a sum, unless rows are asked for.
    if let ([c], false, true, None) =
        (sketch.shown.as_slice(), split, sketch.tables.is_empty(), &sketch.extreme)
        && sketch.measures.is_empty()
        && sketch.relations.is_empty()
        && (!sketch.times.is_empty() || !sketch.years.is_empty())
        && world.column(*c).kind.is_numeric()
        && world.catalogue.tables[c.table].columns.iter().any(|d| d.kind.is_temporal())
    {
        let c = sketch.shown.remove(0);
        fold(world, sketch, c);
        return;
    }
    // "total revenue", "revenue of the web channel": a defined number is a number, not a list of its column.
    if let ([c], true, None, None) =
        (sketch.shown.as_slice(), sketch.measures.is_empty(), &sketch.extreme, sketch.limit)
        && let Some(term) = world.terms.iter().find(|t| t.column == *c)
        && !sketch.wants_rows
    {
        let c = sketch.shown.remove(0);
        sketch.measures.push((term.aggregate, Target::Column(c), false));
        return;
    }
    // "the total cost of all bookings": added up, though each has a total cost of its own.
    if let ([c], true, None, false) =
        (sketch.shown.as_slice(), sketch.measures.is_empty(), &sketch.extreme, split)
        && sketch.adds_all
        && sketch.limit.is_none()
        && world.column(*c).kind.is_numeric()
    {
        let c = sketch.shown.remove(0);
        sketch.measures.push((Aggregate::Sum, Target::Column(c), false));
        return;
    }
    let ranked = sketch.order_by_measure.is_some() && sketch.limit.is_some();
    if !split
        || !sketch.measures.is_empty()
        || matches!(sketch.extreme, Some((_, Extreme::Rows(_) | Extreme::Measure(..) | Extreme::Common)))
    {
        return;
    }
    let is_number = |c: &ColumnRef| {
        let table = &world.catalogue.tables[c.table];
        let column = &table.columns[c.column];
        column.kind.is_numeric() && !table.primary_key.contains(&column.name) && !world.is_reference(*c)
    };
    let things = sketch.groups.iter().all(|g| matches!(g, Group::Table(_)));
    if things && !sketch.shown.is_empty() && !sketch.shown.iter().all(is_number) {
        // "the name and city of each customer": a list, not a split.
        sketch.groups.clear();
        return;
    }
    if !sketch.shown.is_empty() && sketch.shown.iter().all(is_number) {
        for c in std::mem::take(&mut sketch.shown) {
            fold(world, sketch, c);
        }
        return;
    }
    if sketch.shown.is_empty() && !ranked {
        let split_tables: Vec<usize> = sketch
            .groups
            .iter()
            .filter_map(|g| if let Group::Table(t) = g { Some(*t) } else { None })
            .collect();
        if let Some(t) = sketch.tables.iter().copied().find(|t| !split_tables.contains(t)) {
            sketch.measures.push((Aggregate::Count, Target::Rows(t), false));
        }
    }
}

/// A word that fits two columns of a table about equally well is asked about.
fn unambiguous(world: &World<'_>, sketch: &Sketch) -> Result<(), Trouble> {
    let mut used: Vec<ColumnRef> = sketch.shown.clone();
    used.extend(
        sketch
            .measures
            .iter()
            .filter_map(|(_, t, _)| if let Target::Column(c) = t { Some(*c) } else { None }),
    );
    used.extend(sketch.groups.iter().filter_map(|g| if let Group::Column(c) = g { Some(*c) } else { None }));
    used.extend(sketch.order.iter().map(|(c, _)| *c));
    used.extend(sketch.filters.iter().map(|(c, _)| *c));
    used.extend(sketch.relations.iter().flat_map(|r| r.filters.iter().map(|(c, _)| *c)));
    if let Some((_, Extreme::Column(c) | Extreme::Measure(_, Target::Column(c)))) = &sketch.extreme {
        used.push(*c);
    }
    let family = |c: ColumnRef| {
        let kind = world.column(c).kind;
        (kind.is_numeric(), kind.is_temporal(), kind.is_textual())
    };
    for (text, columns) in &world.said {
        let Some((chosen, score)) = columns.iter().find(|(c, _)| used.contains(c)) else { continue };
        // "the names of employees": all parts of them.
        let named = matches!(text.as_str(), "name" | "names")
            && world.labels(chosen.table).iter().all(|label| used.contains(label));
        if *score >= 0.97 || world.is_hinted(*chosen) || named {
            continue;
        }
        let rivals: Vec<ColumnRef> = columns
            .iter()
            .filter(|(c, s)| {
                c.table == chosen.table
                    && c != chosen
                    && *s >= score - 0.04
                    && family(*c) == family(*chosen)
                    && !used.contains(c)
                    && world.is_reference(*c) == world.is_reference(*chosen)
            })
            .map(|(c, _)| *c)
            .collect();
        if rivals.is_empty() || rivals.len() > 4 {
            continue;
        }
        let readings = std::iter::once(*chosen).chain(rivals).map(|c| {
            let words = plain(&world.column(c).name);
            Reading { label: capital(&words), change: Change::Replace(text.clone(), words) }
        });
        return Err(Trouble::Several(format!("What is meant by \"{text}\"?"), readings.collect()));
    }
    Ok(())
}

/// A number without a word for how: added up, or averaged where a sum says nothing.
fn fold(world: &World<'_>, sketch: &mut Sketch, c: ColumnRef) {
    let (aggregate, how) =
        if world.adds_up(c) { (Aggregate::Sum, "added up") } else { (Aggregate::Average, "averaged") };
    sketch.notes.push(format!("{} is {how}.", capital(&plain(&world.column(c).name))));
    sketch.measures.push((aggregate, Target::Column(c), false));
}

/// "orders last month", "tickets opened in the last 30 days": of happenings within a time, the number is what
/// people want to know; of things with a name, and where rows are asked for, the rows.
fn counted_events(world: &World<'_>, sketch: &mut Sketch) {
    let timed = !sketch.times.is_empty()
        || !sketch.years.is_empty()
        || sketch.filters.iter().any(|(_, f)| matches!(f, Filter::Period { .. }));
    // "orders above 500 in October": a few that stand out, which are to be seen.
    let chosen = |f: &Filter| matches!(f, Filter::Compare { operator, .. } if *operator != Operator::Equal);
    let plain = sketch.measures.is_empty()
        && sketch.shown.is_empty()
        && sketch.groups.is_empty()
        && sketch.extreme.is_none()
        && sketch.limit.is_none()
        && sketch.order.is_empty()
        && sketch.order_by_measure.is_none()
        && !sketch.filters.iter().any(|(_, f)| chosen(f))
        && !sketch.wants_rows
        && !sketch.asks_which
        && !sketch.distinct;
    let (true, true, [table]) = (timed, plain, sketch.tables.as_slice()) else { return };
    if world.is_named(*table) || world.date_column(*table).is_none() {
        return;
    }
    let table = *table;
    sketch.measures.push((Aggregate::Count, Target::Rows(table), false));
    sketch.notes.push(format!(
        "They are counted; begin with \"list\" to see the {} themselves.",
        super::plural(&world.lexicon.tables[table].words.join(" "))
    ));
}

fn target_table(target: &Target) -> usize {
    match target {
        Target::Rows(t) => *t,
        Target::Column(c) => c.table,
        Target::Elapsed(e) => e.from.table,
        Target::Rate(r) => r.column.table,
    }
}

fn subject(world: &World<'_>, sketch: &Sketch) -> Result<usize, Trouble> {
    if let Some((_, target, _)) = sketch.measures.first() {
        return Ok(target_table(target));
    }
    if let Some((_, Extreme::Rows(t))) = sketch.extreme {
        return Ok(t);
    }
    if let Some((_, c, _, _)) = sketch.having.first() {
        return Ok(c.table);
    }
    if let Some((_, Extreme::Measure(_, target))) = &sketch.extreme {
        return Ok(target_table(target));
    }
    let shown = sketch.shown.first().map(|c| c.table);
    if let Some((_, Extreme::Common)) = sketch.extreme
        && let Some(shown) = shown
    {
        // "the payment method most used in orders": rows of the table that is named and leads to the column.
        return Ok(sketch
            .tables
            .iter()
            .copied()
            .find(|t| *t != shown && world.reaches(*t, shown))
            .unwrap_or(shown));
    }
    shown
        .or(sketch.tables.first().copied())
        .or(sketch.filters.first().map(|(c, _)| c.table))
        .or(sketch
            .extreme
            .as_ref()
            .and_then(|(_, e)| if let Extreme::Column(c) = e { Some(c.table) } else { None }))
        .ok_or_else(|| Trouble::Unplaced("what it is about".into()))
}

/// A count of the subject's own rows: "cities with more than 3 customers".
fn having_relation(sketch: &Sketch, subject: usize) -> Option<usize> {
    if !sketch.measures.is_empty() || sketch.shown.is_empty() {
        return None;
    }
    sketch.relations.iter().position(|r| r.count.is_some() && r.table == subject)
}

fn list(world: &World<'_>, sketch: &mut Sketch, subject: usize, plan: &mut QueryPlan) -> Result<(), Trouble> {
    if sketch.share || sketch.growth || sketch.running {
        return Err(Trouble::Unplaced("of which number".into()));
    }
    let mut shown = sketch.shown.clone();
    // "what was the earliest date of the claims": the date itself.
    if let (true, false, Some((_, Extreme::Column(c)))) =
        (sketch.extreme_said, sketch.asks_which, &sketch.extreme)
        && shown.is_empty()
    {
        shown.push(*c);
    }
    if sketch.full && shown.is_empty() {
        shown = (0..world.catalogue.tables[subject].columns.len())
            .map(|column| ColumnRef { table: subject, column })
            .collect();
    }
    if shown.is_empty() {
        shown = if sketch.asks_which { world.labels(subject) } else { sensible(world, subject) };
        // Which columns are worth seeing is our choice, not the asker's.
        sketch.certainty *= if sketch.asks_which { 0.97 } else { 0.85 };
        if shown.is_empty() {
            return Err(Trouble::Unplaced("which columns to show".into()));
        }
    }
    for c in shown.iter().filter(|c| c.table != subject && !world.named.contains(&c.table)) {
        // A name that only one column has, however far, is hardly a mistake.
        let exact =
            world.said.iter().any(|(_, columns)| columns.first().is_some_and(|(x, s)| x == c && *s >= 0.95));
        sketch.certainty *= if exact { 0.8 } else { 0.7 };
    }
    // "who fed Leo": nobody's name is a time.
    if sketch.asks_who && shown.iter().all(|c| world.column(*c).kind.is_temporal()) {
        return Err(Trouble::Unplaced("who is meant".into()));
    }
    let by = match (&sketch.extreme, sketch.order.first()) {
        (Some((_, Extreme::Column(c))), _) => Some(*c),
        (None, Some((c, _))) => Some(*c),
        _ => None,
    };
    // A list of everything shows what it is ordered by.
    if let Some(by) = by.filter(|by| {
        by.table == subject && sketch.shown.is_empty() && !sketch.asks_which && !shown.contains(by)
    }) {
        if shown.len() >= 8 {
            shown.pop();
        }
        shown.push(by);
    }
    plan.columns = shown.iter().map(|c| world.field(*c)).collect();
    // "which regions speak Dutch": each once, where no rows are spoken of that could share one.
    let values =
        matches!(shown.as_slice(), [one] if world.groups_rows(*one) && !sketch.tables.contains(&one.table));
    plan.distinct = sketch.distinct || values && sketch.order.is_empty() && sketch.limit.is_none();
    if let Some((large, Extreme::Column(c))) = &sketch.extreme {
        plan.order.push(Order { by: OrderKey::Field(world.field(*c)), descending: *large });
        plan.limit = sketch.limit;
        if *large && world.column(*c).nullable {
            plan.filters.push(Filter::Null { field: world.field(*c), negated: true });
        }
    } else if let Some(n) = sketch.limit {
        if sketch.order.is_empty() {
            return Err(Trouble::Unplaced("by what the first ones are chosen".into()));
        }
        plan.limit = Some(n);
        if let Some(large) = sketch.order_by_measure.take() {
            sketch.order.iter_mut().for_each(|o| o.1 = large);
        }
    } else if let Some(descending) = sketch.order_by_measure.take() {
        // "alphabetically", "descending": by what is shown first.
        sketch.order.push((shown[0], descending));
    }
    for (c, descending) in &sketch.order {
        plan.order.push(Order { by: OrderKey::Field(world.field(*c)), descending: *descending });
    }
    Ok(())
}

/// The columns worth seeing of a table: its names first, no keys of other tables, no blobs.
pub(super) fn sensible(world: &World<'_>, table: usize) -> Vec<ColumnRef> {
    let columns = &world.catalogue.tables[table].columns;
    let mut out = world.labels(table);
    for (i, column) in columns.iter().enumerate() {
        let at = ColumnRef { table, column: i };
        let fits =
            !matches!(column.kind, TypeKind::Json | TypeKind::Bytes | TypeKind::Other | TypeKind::Array);
        if fits && !world.is_reference(at) && !out.contains(&at) && out.len() < 8 {
            out.push(at);
        }
    }
    out.sort();
    out
}
