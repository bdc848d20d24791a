//! Columns that say yes or no, whatever they are stored as: true, 'Y', 1. That a house "has a pool" is that its `has_pool`
//! says yes, rather than that it says anything.

use super::{lexicon::Lexicon, resolve::World};
use crate::PlanRequest;
use rowcall_core::{Catalogue, ColumnRef, TypeKind};
use rowcall_plan::{Field, Filter, Literal, Operand, Operator, QueryPlan};

/// Texts for yes and no.
const PAIRS: &[(&str, &str)] = &[("y", "n"), ("yes", "no"), ("t", "f"), ("true", "false"), ("1", "0")];

/// What a column holds for yes or for no, where it holds nothing else.
pub(super) fn yes_or_no(
    catalogue: &Catalogue,
    lexicon: &Lexicon,
    c: ColumnRef,
    yes: bool,
) -> Option<Literal> {
    let column = &catalogue.tables[c.table].columns[c.column];
    let words = &lexicon.columns[c.table][c.column].words;
    let asks =
        words.first().is_some_and(|w| matches!(w.as_str(), "is" | "has" | "was" | "can" | "does" | "are"))
            || words.iter().any(|w| w == "flag" || w == "allowed" || w == "yn");
    match column.kind {
        TypeKind::Bool => Some(Literal::Bool(yes)),
        TypeKind::Integer if asks && column.distinct_estimate.is_none_or(|n| n <= 2.0) => {
            Some(Literal::Integer(i64::from(yes)))
        }
        kind if kind.is_textual() && column.samples_complete && !column.samples.is_empty() => {
            let held: Vec<String> = column.samples.iter().map(|s| s.trim().to_lowercase()).collect();
            let (one, other) =
                PAIRS.iter().find(|(one, other)| held.iter().all(|h| h == one || h == other))?;
            let wanted = if yes { one } else { other };
            let stored = column.samples.iter().find(|s| s.trim().eq_ignore_ascii_case(wanted));
            // What no row holds is written as the rows write the other one.
            let upper = column.samples[0].chars().any(char::is_uppercase);
            let text = stored.cloned().unwrap_or_else(|| match upper {
                true => wanted.to_uppercase(),
                false => (*wanted).to_owned(),
            });
            Some(Literal::Text(text))
        }
        _ => None,
    }
}

/// Makes "is given" of such a column a yes, and "is missing" a no.
pub(super) fn answered(plan: &mut QueryPlan, request: &PlanRequest<'_>, lexicon: &Lexicon) {
    const ABSENT: [&str; 5] = ["missing", "null", "unknown", "blank", "empty"];
    let mut words = request.question.split(|c: char| !c.is_alphanumeric());
    if words.any(|word| ABSENT.iter().any(|w| word.eq_ignore_ascii_case(w))) {
        return;
    }
    for filter in &mut plan.filters {
        settle(filter, request.catalogue, lexicon);
    }
    for measure in &mut plan.measures {
        for filter in &mut measure.filters {
            settle(filter, request.catalogue, lexicon);
        }
    }
    if let Some(combine) = &mut plan.combine {
        answered(&mut combine.plan, request, lexicon);
    }
}

/// "Which radiologists report remotely?", of which only a `remote_reporting_indicator` would be listed: those with a yes. Nobody
/// asks for yes and no alone; where something is denied, it is no answer.
pub(super) fn asked_with_who(
    question: &str,
    plan: &mut QueryPlan,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) -> bool {
    const SAID: [&str; 6] = ["whether", "indicator", "flag", "status", "value", "if"];
    const DENIED: [&str; 6] = ["not", "no", "never", "without", "don't", "doesn't"];
    let said: Vec<String> =
        question.split_whitespace().map(|w| w.trim_matches(['?', '.', ',']).to_lowercase()).collect();
    let asks = said.first().is_some_and(|w| w == "which" || w == "who");
    let ([column], true, true) =
        (plan.columns.as_slice(), plan.measures.is_empty(), plan.dimensions.is_empty())
    else {
        return true;
    };
    let place = place(column, request.catalogue, lexicon);
    let Some((at, yes)) = place.and_then(|c| Some((c, yes_or_no(request.catalogue, lexicon, c, true)?)))
    else {
        return true;
    };
    if !asks || column.table != plan.source || said.iter().any(|w| SAID.contains(&w.as_str())) {
        return true;
    }
    if said.iter().any(|w| DENIED.contains(&w.as_str())) {
        return false;
    }
    let world = World::new(request.catalogue, lexicon, &[]);
    let labels = world.labels(at.table);
    if labels.is_empty() || labels.contains(&at) {
        return true;
    }
    let field = column.clone();
    plan.columns = labels.into_iter().map(|c| world.field(c)).collect();
    plan.filters.push(Filter::Compare { field, operator: Operator::Equal, operand: Operand::Literal(yes) });
    true
}

fn settle(filter: &mut Filter, catalogue: &Catalogue, lexicon: &Lexicon) {
    match filter {
        Filter::All(parts) | Filter::Any(parts) | Filter::Related { filters: parts, .. } => {
            parts.iter_mut().for_each(|part| settle(part, catalogue, lexicon));
        }
        Filter::Not(part) => settle(part, catalogue, lexicon),
        Filter::Among { plan, .. } => {
            plan.filters.iter_mut().for_each(|part| settle(part, catalogue, lexicon))
        }
        Filter::Null { field, negated } => {
            let yes =
                place(field, catalogue, lexicon).and_then(|c| yes_or_no(catalogue, lexicon, c, *negated));
            if let Some(literal) = yes {
                let (field, operand) = (field.clone(), Operand::Literal(literal));
                *filter = Filter::Compare { field, operator: Operator::Equal, operand };
            }
        }
        Filter::Compare { .. } | Filter::In { .. } | Filter::Period { .. } | Filter::Text { .. } => {}
    }
}

/// Where a field is.
pub(super) fn place(field: &Field, catalogue: &Catalogue, lexicon: &Lexicon) -> Option<ColumnRef> {
    let table = lexicon.prepared.table(catalogue, &field.table).ok()?;
    let column = catalogue.tables[table].columns.iter().position(|c| c.name == field.column)?;
    Some(ColumnRef { table, column })
}
