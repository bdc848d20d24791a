//! Which column is meant by "name", where things have several: the one by which they are called.

use super::{arbiter::CLOSE, lexicon::Lexicon, reader, resolve::World};
use crate::PlanRequest;

/// The best reading; of several as good as each other, one by whose name things are called: of users with a full name and
/// the name of a company, "names" are the full ones.
pub(super) fn called<'r>(
    readings: &'r [reader::Reading],
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) -> &'r reader::Reading {
    let best = &readings[0];
    let close = |r: &&reader::Reading| r.loss - best.loss < CLOSE && r.unknown.is_empty();
    readings.iter().skip(1).filter(close).find(|r| label(best, r, request, lexicon)).unwrap_or(best)
}

/// The one reading differs in that "name" is another column of a table than the one by which the other reading calls its
/// rows.
pub(super) fn label(
    one: &reader::Reading,
    other: &reader::Reading,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) -> bool {
    let world = World::new(request.catalogue, lexicon, &[]);
    let apart = one.settled.iter().zip(&other.settled).find(|(a, b)| a.0 == b.0 && a.1 != b.1);
    let Some((a, b)) = apart.filter(|(a, _)| matches!(a.0.to_lowercase().as_str(), "name" | "names")) else {
        return false;
    };
    let (reader::Noun::Column(c), reader::Noun::Column(d)) = (a.1, b.1) else { return false };
    let labels = world.names(d.table);
    c.table == d.table && labels == [d]
}
