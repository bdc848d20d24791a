//! "Which other lighthouses have the same color as Gull Rock?": those that have, less the one that is named.

use super::{Step, leaving::not_itself};
use crate::offline::arbiter::Read;

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    let same = step.tokens.iter().any(|t| t.lower == "same");
    let at = (1..step.tokens.len()).find(|i| {
        let rows = step.tokens.get(i + 1).is_some_and(|t| step.lexicon.names_table(&t.lemma, 0.75));
        step.lower(*i) == "other"
            && rows
            && matches!(step.lower(i - 1), "which" | "what" | "the" | "all" | "any" | "of")
    })?;
    let mut read = same.then(|| step.instead(at, at + 1, ""))??;
    not_itself(&mut read.plan)?;
    rowcall_plan::compile_with(&read.plan, step.catalogue, &step.lexicon.prepared).ok()?;
    Some(read)
}
