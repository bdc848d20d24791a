//! Numbers of a plan: how a target is computed, what a defined number leaves out, and what it is called.

use super::{
    assemble::capital,
    parse::{Target, Trouble, plain},
    resolve::World,
};
use rowcall_plan::{Aggregate, Expression, Filter, Literal, Measure, Operand, Operator, QueryPlan};

/// A number over a column, a time or the rows that something happened to.
pub(super) fn measured(world: &World<'_>, aggregate: Aggregate, target: &Target) -> Measure {
    match target {
        Target::Rows(_) => Measure::count(),
        Target::Column(c) => Measure::of(aggregate, world.field(*c)),
        Target::Elapsed(e) => {
            let of = Expression::Elapsed { from: world.field(e.from), to: world.field(e.to), unit: e.unit };
            let word = match aggregate {
                Aggregate::Minimum => "shortest",
                Aggregate::Maximum => "longest",
                Aggregate::Median => "median",
                Aggregate::Percentile(n) => &format!("p{n}"),
                Aggregate::Sum => "total",
                _ => "average",
            };
            Measure { label: Some(format!("{word} {}", e.name)), ..Measure::new(aggregate, Some(of)) }
        }
        Target::Rate(r) => {
            let field = world.field(r.column);
            let filter = match &r.value {
                Some(value) => Filter::Compare {
                    field,
                    operator: Operator::Equal,
                    operand: Operand::Literal(Literal::Text(value.clone())),
                },
                None => Filter::Null { field, negated: true },
            };
            Measure {
                filters: vec![filter],
                over: Some(Box::new(Measure::count())),
                percent: true,
                label: Some(r.name.clone()),
                ..Measure::count()
            }
        }
    }
}

/// Gives defined numbers their conditions and their names.
pub(super) fn terms(world: &World<'_>, notes: &mut Vec<String>, plan: &mut QueryPlan) {
    let shown = plan.measures.iter().filter(|m| !m.hidden).count();
    for term in &world.terms {
        let field = world.field(term.column);
        let of = |m: &Measure| {
            m.expression == Some(Expression::Field(field.clone())) && m.aggregate == term.aggregate
        };
        if !plan.measures.iter().any(of) {
            continue;
        }
        let filter = term.filter.as_ref().map(|(c, values, negated)| {
            let values = values.iter().cloned().map(Literal::Text).collect();
            (world.field(*c), Filter::In { field: world.field(*c), values, negated: *negated })
        });
        // A condition of the question on the same column says which rows are meant.
        let own = filter.as_ref().is_some_and(|(f, _)| {
            plan.filters.iter().any(|p| is_about(p, f)) || plan.dimensions.iter().any(|d| d.field == *f)
        });
        let how = if term.aggregate == Aggregate::Sum { "sum" } else { "average" };
        let mut note = format!(
            "{} is taken as the {how} of {}",
            capital(&term.name),
            plain(&world.column(term.column).name)
        );
        if let Some((_, filter)) = filter.filter(|_| !own) {
            if let (Filter::In { values, negated, field }, false) = (&filter, shown > 1) {
                let values: Vec<String> =
                    values.iter().map(|v| v.to_string().trim_matches('"').to_owned()).collect();
                note.push_str(&format!(
                    " where {} is {}{}",
                    plain(&field.column),
                    if *negated { "not " } else { "" },
                    values.join(" or ")
                ));
                plan.filters.push(filter);
            } else {
                plan.measures.iter_mut().filter(|m| of(m)).for_each(|m| m.filters.push(filter.clone()));
            }
        }
        plan.measures.iter_mut().filter(|m| of(m)).for_each(|m| m.label = Some(term.name.clone()));
        note.push('.');
        unsay(notes);
        if !notes.contains(&note) {
            notes.insert(0, note);
        }
    }
}

/// Gives a number the name that the question has for it, where the column is called something else.
pub(super) fn asked_names(world: &World<'_>, notes: &mut Vec<String>, plan: &mut QueryPlan) {
    for m in plan.measures.iter_mut().filter(|m| m.label.is_none() && m.over.is_none()) {
        let Some(Expression::Field(field)) = &m.expression else { continue };
        let prefix = match m.aggregate {
            Aggregate::Sum => "total",
            Aggregate::Average => "average",
            Aggregate::Median => "median",
            Aggregate::Minimum => "lowest",
            Aggregate::Maximum => "highest",
            Aggregate::Percentile(n) => &format!("p{n}"),
            Aggregate::Count | Aggregate::CountDistinct => continue,
        };
        let said = world
            .said
            .iter()
            .find(|(_, columns)| columns.first().is_some_and(|(c, _)| world.field(*c) == *field));
        let Some((text, columns)) = said else { continue };
        let Some((at, score)) = columns.first() else { continue };
        let own = &world.lexicon.columns[at.table][at.column].words;
        let table = &world.lexicon.tables[at.table].words;
        let other = text.split(' ').any(|w| {
            let w = super::words::lemma(w);
            !own.contains(&w) && !table.contains(&w)
        });
        let plain_words = text.chars().all(|c| c.is_alphabetic() || c == ' ') && text.len() <= 40;
        if other && plain_words && (*score < 0.9 || text.ends_with("value")) {
            m.label = Some(if text.starts_with(prefix) { text.clone() } else { format!("{prefix} {text}") });
            unsay(notes);
            let how = if m.aggregate == Aggregate::Sum { "the sum of " } else { "" };
            notes.insert(0, format!("{} is taken as {how}{}.", capital(text), plain(&field.column)));
        }
    }
}

/// The one table that a condition speaks of.
pub(super) fn table_of(filter: &Filter) -> Option<&rowcall_plan::TableName> {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => {
            let first = table_of(parts.first()?)?;
            parts.iter().all(|p| table_of(p) == Some(first)).then_some(first)
        }
        Filter::Not(part) => table_of(part),
        Filter::Compare { field, .. }
        | Filter::In { field, .. }
        | Filter::Text { field, .. }
        | Filter::Period { field, .. }
        | Filter::Among { field, .. }
        | Filter::Null { field, .. } => Some(&field.table),
        Filter::Related { table, .. } => Some(table),
    }
}

pub(super) fn is_about(filter: &Filter, field: &rowcall_plan::Field) -> bool {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => parts.iter().any(|p| is_about(p, field)),
        Filter::Not(part) => is_about(part, field),
        Filter::Compare { field: f, .. }
        | Filter::In { field: f, .. }
        | Filter::Text { field: f, .. }
        | Filter::Among { field: f, .. } => f == field,
        Filter::Period { .. } | Filter::Null { .. } | Filter::Related { .. } => false,
    }
}

/// "what percentage of orders were cancelled": the conditions, apart from the time, say which rows count.
pub(super) fn rate(plan: &mut QueryPlan) -> Result<(), Trouble> {
    let (when, which): (Vec<Filter>, Vec<Filter>) =
        std::mem::take(&mut plan.filters).into_iter().partition(|f| matches!(f, Filter::Period { .. }));
    let related = which.iter().any(|f| matches!(f, Filter::Related { .. }));
    match plan.measures.as_mut_slice() {
        [m] if m.aggregate == Aggregate::Count && !which.is_empty() && !related => {
            m.filters = which;
            m.over = Some(Box::new(Measure { filters: Vec::new(), ..m.clone() }));
            m.percent = true;
            plan.filters = when;
            Ok(())
        }
        _ => Err(Trouble::Unplaced("a share of what".into())),
    }
}

/// Takes back how a number was put together, where that is said otherwise, or it was not.
pub(super) fn unsay(notes: &mut Vec<String>) {
    notes.retain(|n| !n.ends_with("is added up.") && !n.ends_with("is averaged."));
}
