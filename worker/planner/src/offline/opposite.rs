//! "The two cheapest and the two dearest products": a list has one order, and shows one end of it. A plan that gives one
//! where both are asked for would look like the whole answer.

use super::{annotate::Key, keys::key_at, lexicon::Lexicon, plainly::plainly};
use crate::PlanRequest;
use rowcall_plan::QueryPlan;

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
            Some((Key::Superlative(large, Some(of)), _)) => Some((large, of)),
            _ => None,
        })
        .collect();
    ends.iter()
        .any(|(large, of)| ends.contains(&(!large, *of)))
        .then(|| "That asks for both ends of an order. Ask for one of them at a time.".to_owned())
}
