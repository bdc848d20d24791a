//! What is most, largest or busiest, where it is not simply the first row of a list.

use super::{
    assemble::capital,
    parse::{Change, Extreme, Reading, Sketch, Target, Trouble, plain},
    resolve::World,
};
use rowcall_plan::{Aggregate, Filter, Operand, Operator};

/// "busiest day of the week": the step of time with the most rows of the table in question.
pub(super) fn busiest(world: &World<'_>, sketch: &mut Sketch) -> Result<(), Trouble> {
    let Some(most) = sketch.busiest else { return Ok(()) };
    if !sketch.measures.is_empty() || sketch.extreme.is_some() {
        return Err(Trouble::Unplaced("which number decides".into()));
    }
    let edges = &world.lexicon.prepared.graph.edges;
    let tables: Vec<usize> = match sketch.tables.first() {
        Some(t) => vec![*t],
        // Rows that nothing points to are happenings rather than things.
        None => (0..world.catalogue.tables.len())
            .filter(|t| world.date_column(*t).is_some() && !edges.iter().any(|e| e.to == *t))
            .collect(),
    };
    let subject = match tables.as_slice() {
        [] => return Err(Trouble::Unplaced("what is counted".into())),
        [one] => *one,
        several if several.len() <= 5 => {
            let readings = several.iter().map(|t| {
                let things = world.lexicon.tables[*t].words.join(" ");
                let things = super::plural(&things);
                Reading { label: capital(&things), change: Change::Append(format!("for {things}")) }
            });
            return Err(Trouble::Several("Busiest in what?".into(), readings.collect()));
        }
        _ => return Err(Trouble::Unplaced("what is counted".into())),
    };
    sketch.tables = vec![subject];
    sketch.measures.push((Aggregate::Count, Target::Rows(subject), false));
    if sketch.groups.is_empty() && sketch.shown.is_empty() {
        return Err(Trouble::Unplaced("the busiest what".into()));
    }
    sketch.limit.get_or_insert(1);
    sketch.order_by_measure = Some(most);
    Ok(())
}

/// "the number of concerts in the largest stadium", "the tracks of the longest album": the largest one is a
/// condition on the rows, not their order.
pub(super) fn largest_one(world: &World<'_>, sketch: &mut Sketch, subject: usize) {
    let Some((large, Extreme::Column(c))) = sketch.extreme else { return };
    let of_rows = sketch.measures.is_empty() && sketch.groups.is_empty();
    let of_parent = c.table != subject
        && world.reaches(subject, c.table)
        && !world.reaches(c.table, subject)
        && sketch.shown.iter().all(|s| s.table != c.table);
    if sketch.limit != Some(1) || of_rows && !of_parent || !of_rows && c.table == subject {
        return;
    }
    let among = sketch.filters.iter().filter(|(f, _)| f.table == c.table).map(|(_, f)| f.clone()).collect();
    let aggregate = if large { Aggregate::Maximum } else { Aggregate::Minimum };
    let operand = Operand::Aggregate { aggregate, field: world.field(c), filters: among };
    let filter = Filter::Compare { field: world.field(c), operator: Operator::Equal, operand };
    sketch.filters.push((c, filter));
    sketch.extreme = None;
    sketch.limit = None;
}

/// "which medication is prescribed most often": by the rows of the one table that leads to it.
pub(super) fn commonest(world: &World<'_>, sketch: &mut Sketch) {
    let (Some((large, Extreme::Common)), true, [thing, rest @ ..]) =
        (&sketch.extreme, sketch.shown.is_empty() && sketch.measures.is_empty(), sketch.tables.as_slice())
    else {
        return;
    };
    let graph = &world.lexicon.prepared.graph;
    let mut near: Vec<usize> =
        graph.steps[*thing].iter().filter(|s| !s.forward).map(|s| graph.end(*s)).collect();
    near.sort_unstable();
    near.dedup();
    let named: Vec<usize> = rest.iter().copied().filter(|t| near.contains(t)).collect();
    if let ([one], _) | ([], [one]) = (named.as_slice(), near.as_slice()) {
        sketch.extreme = Some((*large, Extreme::Rows(*one)));
    }
}

/// "the name of the largest city": its size decides, not a number of rows.
pub(super) fn sized(world: &World<'_>, sketch: &mut Sketch, subject: usize) -> Result<(), Trouble> {
    let Some((large, Extreme::Rows(t))) = sketch.extreme else { return Ok(()) };
    let bare = sketch.shown.is_empty() && sketch.measures.is_empty() && sketch.tables.iter().all(|o| *o == t);
    let named = bare || sketch.shown.iter().any(|c| world.labels(t).contains(c));
    if t != subject || !named || !sketch.groups.is_empty() || sketch.shown.iter().any(|c| c.table != t) {
        return Ok(());
    }
    let c = world
        .size_column(t)
        .or_else(|| world.height_column(t))
        .ok_or_else(|| Trouble::Unplaced("which number tells the size".into()))?;
    sketch.notes.push(format!("The size is that of {}.", plain(&world.column(c).name)));
    sketch.extreme = Some((large, Extreme::Column(c)));
    Ok(())
}
