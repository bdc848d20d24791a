//! "The total budget of each known client": clients that are told, and no row for those that are not.

use super::Step;
use crate::offline::{arbiter::Read, words::TokenKind};
use rowcall_plan::Filter;

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    let at = (1..step.tokens.len()).find(|i| {
        let article =
            matches!(step.lower(i + 1), "the" | "a" | "an" | "any" | "all" | "some" | "their" | "its");
        let noun = step.tokens.get(i + 1).is_some_and(|t| t.kind == TokenKind::Word) && !article;
        matches!(step.lower(*i), "known" | "recorded" | "given")
            && noun
            && !step.lexicon.is_word(step.lower(*i))
    })?;
    let mut read = step.instead(at, at + 1, "")?;
    let plan = &mut read.plan;
    let fields: Vec<_> = match plan.dimensions.as_slice() {
        [] => plan.columns.iter().take(1).cloned().collect(),
        [one] => vec![one.field.clone()],
        _ => return None,
    };
    plan.filters.extend(fields.into_iter().map(|field| Filter::Null { field, negated: true }));
    Some(read)
}
