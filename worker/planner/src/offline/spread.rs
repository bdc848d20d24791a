//! Numbers of groups' numbers: "the average number of orders per customer" is how many orders there are for each
//! customer that has any.

use super::{lexicon::key_column, plural, resolve::World};
use rowcall_core::ColumnRef;
use rowcall_plan::{Aggregate, Field, Measure};

/// What rows are put into groups by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Part {
    /// The rows of a table.
    Rows(usize),
    /// The values of a column.
    Column(ColumnRef),
}

/// The average of a count or sum over groups, and the table whose rows it goes through.
pub(super) fn average(
    world: &World<'_>,
    measure: &Measure,
    home: usize,
    by: Part,
) -> Option<(usize, Measure)> {
    let column = match by {
        Part::Rows(table) if table != home => key_column(&world.catalogue.tables[table], table)?,
        Part::Rows(_) => return None,
        Part::Column(column) => column,
    };
    let counts = measure.aggregate == Aggregate::Count && measure.expression.is_none();
    if !counts && measure.aggregate != Aggregate::Sum {
        return None;
    }
    let through = match world.reaches(home, column.table) {
        true => home,
        false if counts => link(world, home, column.table)?,
        false => return None,
    };
    let field = reference(world, through, column).unwrap_or_else(|| world.field(column));
    let groups = Measure { filters: measure.filters.clone(), ..Measure::of(Aggregate::CountDistinct, field) };
    let words = |table: usize| world.lexicon.tables[table].words.join(" ");
    let of = match &measure.expression {
        Some(rowcall_plan::Expression::Field(field)) => rowcall_plan::unitless(&field.column),
        _ => format!("number of {}", plural(&words(home))),
    };
    let each = match by {
        Part::Rows(table) => words(table),
        Part::Column(c) => world.lexicon.columns[c.table][c.column].words.join(" "),
    };
    let label = Some(format!("average {of} per {each}"));
    Some((through, Measure { table: None, over: Some(Box::new(groups)), label, ..measure.clone() }))
}

/// The one table whose rows connect those of two others.
fn link(world: &World<'_>, from: usize, to: usize) -> Option<usize> {
    let near = |m: &usize| {
        world.distance(from, *m) == 1 && world.distance(*m, to) == 1 && world.is_between(from, *m, to)
    };
    let mut found = (0..world.catalogue.tables.len()).filter(near);
    found.next().filter(|_| found.next().is_none())
}

/// The one column of a table that refers to this one.
fn reference(world: &World<'_>, from: usize, to: ColumnRef) -> Option<Field> {
    let key = &world.column(to).name;
    let edges = &world.lexicon.prepared.graph.edges;
    let mut found = edges.iter().filter(|e| e.from == from && e.to == to.table && e.to != from);
    let edge = found.next().filter(|_| found.next().is_none())?;
    let [column] = edge.from_columns.as_slice() else { return None };
    (edge.to_columns == [key.clone()])
        .then(|| Field::new(world.lexicon.prepared.name_of(world.catalogue, from), column.clone()))
}
