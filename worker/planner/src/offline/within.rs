//! Conditions on texts that hold several values: what is one of them is held by the text, and not the whole of it.

use super::{
    flags::place,
    lexicon::{Lexicon, is_wordy},
    words::tokens,
};
use rowcall_core::Catalogue;
use rowcall_plan::{Field, Filter, Literal, Operand, Operator, QueryPlan, TextMatch};

/// What the asker should know of groups by such texts: each list is a group of its own.
pub(super) fn groups_of_lists(plan: &QueryPlan, catalogue: &Catalogue, lexicon: &Lexicon) -> Option<String> {
    let lists = |field: &Field| place(field, catalogue, lexicon).is_some_and(|c| lexicon.holds_several(c));
    let name = plan.dimensions.iter().map(|d| &d.field).find(|field| lists(field))?;
    Some(format!(
        "\"{}\" may hold several values at once: each such list is a group of its own.",
        name.column
    ))
}

/// Makes "is Spanish" of a list of languages "contains Spanish".
pub(super) fn within_lists(plan: &mut QueryPlan, catalogue: &Catalogue, lexicon: &Lexicon) {
    plan.filters.iter_mut().for_each(|f| settle(f, catalogue, lexicon));
    for measure in &mut plan.measures {
        measure.filters.iter_mut().for_each(|f| settle(f, catalogue, lexicon));
    }
    if let Some(combine) = &mut plan.combine {
        within_lists(&mut combine.plan, catalogue, lexicon);
    }
}

fn settle(filter: &mut Filter, catalogue: &Catalogue, lexicon: &Lexicon) {
    let holds = |field: &Field, literal: &Literal, negated: bool| {
        let Literal::Text(value) = literal else { return None };
        let said: Vec<String> = tokens(value).into_iter().map(|t| t.lower).filter(|l| is_wordy(l)).collect();
        let said: Vec<&str> = said.iter().map(String::as_str).collect();
        let column = place(field, catalogue, lexicon).filter(|c| lexicon.holds_several(*c))?;
        let known = lexicon.values(&said).iter().find(|v| v.column == column)?;
        let listed = matches!(known.test.as_deref(), Some(Filter::Text { how: TextMatch::Contains, .. }));
        let value = known.text.clone();
        listed.then(|| Filter::Text { field: field.clone(), how: TextMatch::Contains, value, negated })
    };
    match filter {
        Filter::All(parts) | Filter::Any(parts) | Filter::Related { filters: parts, .. } => {
            parts.iter_mut().for_each(|part| settle(part, catalogue, lexicon));
        }
        Filter::Not(part) => settle(part, catalogue, lexicon),
        Filter::Among { plan, .. } => within_lists(plan, catalogue, lexicon),
        Filter::Compare {
            field,
            operator: operator @ (Operator::Equal | Operator::NotEqual),
            operand: Operand::Literal(literal),
        } => {
            if let Some(held) = holds(field, literal, *operator == Operator::NotEqual) {
                *filter = held;
            }
        }
        Filter::In { field, values, negated } => {
            let held: Option<Vec<Filter>> = values.iter().map(|v| holds(field, v, *negated)).collect();
            if let Some(held) = held {
                *filter = if *negated { Filter::All(held) } else { Filter::Any(held) };
            }
        }
        _ => {}
    }
}
