//! Times without a column: which date or year of which table they mean.

use super::{
    dates::{Bound, whole_years},
    parse::{Sketch, Trouble},
    resolve::World,
};
use chrono::NaiveDate;
use rowcall_core::ColumnRef;
use rowcall_plan::{Field, Filter, Literal, Operand, Operator};

/// Gives times and years without a column the one they mean.
pub(super) fn times(world: &World<'_>, sketch: &mut Sketch, subject: usize) -> Result<(), Trouble> {
    let mut tables = vec![subject];
    tables.extend(sketch.tables.iter().copied());
    tables.extend(sketch.relations.iter().map(|r| r.table));
    tables.extend(sketch.filters.iter().map(|(c, _)| c.table));
    let told = told(world, &tables);
    for span in std::mem::take(&mut sketch.times) {
        if let Some(c) = told.filter(|c| world.column(*c).kind.is_temporal()) {
            place(sketch, c, Filter::Period { field: world.field(c), from: span.from, to: span.to });
            continue;
        }
        // "released between 2000 and 2010", where only the year is kept.
        if let Some((first, last)) = whole_years(span)
            && world.date_column(subject).is_none()
            && let Some(c) =
                told.or_else(|| world.year_column(subject)).filter(|c| world.column(*c).kind.is_numeric())
        {
            place(sketch, c, between_years(&world.field(c), first, last));
            continue;
        }
        let found = tables.iter().find_map(|t| dated(world, *t, sketch).map(|(c, several)| (c, several, *t)));
        let (c, several, _) =
            found.ok_or_else(|| Trouble::Unplaced("a time, where no date is kept".into()))?;
        if several {
            sketch.notes.push(format!("The time is that of {}.", world.column(c).name));
        }
        let filter = Filter::Period { field: world.field(c), from: span.from, to: span.to };
        place(sketch, c, filter);
    }
    for (year, bound) in std::mem::take(&mut sketch.years) {
        let number = tables.iter().find_map(|t| world.year_column(*t));
        let date = tables.iter().find_map(|t| dated(world, *t, sketch));
        let (date, number) = match told {
            Some(c) if world.column(c).kind.is_temporal() => (Some((c, false)), None),
            Some(c) => (None, Some(c)),
            None => (date, number),
        };
        let (c, filter) = match (date, number) {
            (Some((c, several)), number)
                if number.is_none() || c.table == subject && number.is_some_and(|n| n.table != subject) =>
            {
                if several {
                    sketch.notes.push(format!("The year is that of {}.", world.column(c).name));
                }
                let start = NaiveDate::from_ymd_opt(year, 1, 1);
                let end = NaiveDate::from_ymd_opt(year + 1, 1, 1);
                let (from, to) = match bound {
                    Bound::In => (start, end),
                    Bound::Before => (None, start),
                    Bound::After => (end, None),
                    Bound::Since => (start, None),
                };
                (c, Filter::Period { field: world.field(c), from, to })
            }
            (_, Some(c)) => {
                let operator = match bound {
                    Bound::In => Operator::Equal,
                    Bound::Before => Operator::Less,
                    Bound::After => Operator::Greater,
                    Bound::Since => Operator::AtLeast,
                };
                let operand = Operand::Literal(Literal::Integer(i64::from(year)));
                (c, Filter::Compare { field: world.field(c), operator, operand })
            }
            _ => return Err(Trouble::Unplaced("a year, where no date is kept".into())),
        };
        place(sketch, c, filter);
    }
    Ok(())
}

/// The date or year whose own verb the question says ("registered in 2016"), in the tables spoken of or in one that
/// connects two of them.
fn told(world: &World<'_>, tables: &[usize]) -> Option<ColumnRef> {
    let graph = &world.lexicon.prepared.graph;
    let ends = |t: usize| graph.steps[t].iter().map(|s| graph.end(*s));
    let mut near = tables.to_vec();
    for t in tables {
        let bridges = ends(*t).filter(|b| ends(*b).any(|other| other != *t && tables.contains(&other)));
        near.extend(bridges.collect::<Vec<_>>());
    }
    near.sort_unstable();
    near.dedup();
    let mut found = near.into_iter().flat_map(|table| {
        (0..world.catalogue.tables[table].columns.len()).map(move |column| ColumnRef { table, column })
    });
    let mut found = found.by_ref().filter(|c| {
        let year = world.lexicon.columns[c.table][c.column].words.iter().any(|w| w == "year");
        let kind = world.column(*c).kind;
        (kind.is_temporal() || year && kind.is_numeric()) && world.is_hinted(*c)
    });
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// From one year to another, both included.
pub(super) fn between_years(field: &Field, first: i32, last: i32) -> Filter {
    let part = |operator, year: i32| Filter::Compare {
        field: field.clone(),
        operator,
        operand: Operand::Literal(Literal::Integer(i64::from(year))),
    };
    Filter::All(vec![part(Operator::AtLeast, first), part(Operator::AtMost, last)])
}

pub(super) fn place(sketch: &mut Sketch, c: ColumnRef, filter: Filter) {
    match sketch.relations.iter_mut().find(|r| r.table == c.table) {
        Some(relation) => relation.filters.push((c, filter)),
        None => sketch.filters.push((c, filter)),
    }
}

/// The date column that a time means, seen from a table: its own, else that of a table it leads to.
pub(super) fn dated(world: &World<'_>, table: usize, sketch: &Sketch) -> Option<(ColumnRef, bool)> {
    if let Some(found) = world.date_column(table) {
        return Some(found);
    }
    let mentioned = sketch.tables.iter().copied().filter(|t| world.reaches(table, *t));
    for t in mentioned {
        if let Some(found) = world.date_column(t) {
            return Some(found);
        }
    }
    if let Some(found) = world.date_of_whole(table) {
        return Some(found);
    }
    let near: Vec<usize> = world.lexicon.prepared.graph.steps[table]
        .iter()
        .filter(|s| s.forward)
        .map(|s| world.lexicon.prepared.graph.end(*s))
        .filter(|t| world.date_column(*t).is_some())
        .collect();
    match near.as_slice() {
        [one] => world.date_column(*one),
        _ => None,
    }
}
