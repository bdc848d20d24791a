//! Verbs for one and the same happening, of which a database keeps the time under one name: who joins signs up.

use super::root;

const SAME: &[&[&str]] = &[
    &["close", "resolve", "solve", "fix"],
    &["join", "register", "sign", "enrol", "enroll", "subscribe"],
    &["ship", "dispatch", "send"],
    &["finish", "complete", "end"],
];

/// Other verbs for what this one says; none where it is not known.
pub fn same_deeds(verb: &str) -> impl Iterator<Item = &'static str> {
    let stem = root(verb);
    let family = SAME.iter().find(|family| family.iter().any(|w| *w == verb || root(w) == stem));
    family.into_iter().flat_map(|family| family.iter().copied()).filter(move |w| root(w) != stem)
}
