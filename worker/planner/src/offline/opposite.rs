//! "The two cheapest and the two dearest products": a list has one order, and shows one end of it. A plan that gives one
//! where both are asked for would look like the whole answer.

use super::{
    annotate::{Key, Trait},
    keys::key_at,
    lexicon::Lexicon,
    plainly::plainly,
};
use crate::PlanRequest;
use rowcall_plan::{Filter, Operand, QueryPlan};

/// Why a plan that shows one end of an order does not do, if both ends are asked for.
pub(super) fn other_end(
    question: &str,
    plan: &QueryPlan,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) -> Option<String> {
    let ranked = plan.limit.is_some() && !plan.order.is_empty() || plan.measures.iter().any(|m| m.rank);
    (ranked && plan.combine.is_none()).then_some(())?;
    let tokens = plainly(question, lexicon, request.catalogue);
    let ends: Vec<_> = (0..tokens.len())
        .filter_map(|at| match key_at(&tokens, at) {
            // The shortest may be the least tall.
            Some((Key::Superlative(large, Some(Trait::Height)), _)) => Some((large, Some(Trait::Length))),
            Some((Key::Superlative(large, of), _)) => Some((large, of)),
            _ => None,
        })
        .collect();
    // "the largest of those with the lowest price" is told by what is nested.
    let nested = plan.filters.iter().any(|f| {
        matches!(f, Filter::Among { .. } | Filter::Compare { operand: Operand::Aggregate { .. }, .. })
    });
    ends.iter()
        .any(|(large, of)| ends.contains(&(!large, *of)) && !(of.is_none() && nested))
        .then(|| "That asks for both ends of an order. Ask for one of them at a time.".to_owned())
}
