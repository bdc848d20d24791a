//! "Ports where no route starts and none ends", "teams appearing in no match, neither at home nor away": those without any.

use super::{Words, bare, instead, lower, slice, words};
use crate::offline::{lexicon::Lexicon, plural, words::lemma};

pub(super) fn nowhere(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    (1..found.len())
        .find_map(|at| no_end(text, &found, at, lexicon).or_else(|| in_no(text, &found, at, lexicon)))
}

/// "where no route starts and none ends"
fn no_end(text: &str, found: &Words, at: usize, lexicon: &Lexicon) -> Option<String> {
    let starts = |w: &str| matches!(w, "start" | "starts" | "begins" | "departs" | "leaves");
    let ends = |w: &str| matches!(w, "end" | "ends" | "arrives" | "stops");
    let clause = matches!(lower(found, at), "where" | "which") && lower(found, at + 1) == "no";
    let noun = lemma(lower(found, at + 2));
    let both = starts(lower(found, at + 3))
        && match (lower(found, at + 4), lower(found, at + 5)) {
            ("and", "none" | "no") => (at + 6..at + 8).find(|n| ends(lower(found, *n))),
            ("or", last) if ends(last) => Some(at + 5),
            _ => None,
        }
        .is_some();
    let rows = lexicon.tables_for(&[&noun]).first().is_some_and(|(_, s)| *s >= 0.75);
    if !(clause && both && rows) {
        return None;
    }
    let last = (at + 5..at + 8).find(|n| ends(lower(found, *n)))?;
    let from = at - usize::from(matches!(lower(found, at - 1), "at" | "from" | "in"));
    Some(instead(text, found[from].from, found[last].to, &format!("without {}", plural(&noun))))
}

/// "appearing in no route at all, neither as … nor as …"
fn in_no(text: &str, found: &Words, at: usize, lexicon: &Lexicon) -> Option<String> {
    let appears = matches!(lower(found, at), "appearing" | "occurring" | "appear" | "occur")
        && lower(found, at + 1) == "in"
        && lower(found, at + 2) == "no";
    let noun = lemma(lower(found, at + 3));
    let rows = lexicon.tables_for(&[&noun]).first().is_some_and(|(_, s)| *s >= 0.75);
    if !(appears && rows) {
        return None;
    }
    let from = at - usize::from(at > 1 && matches!(lower(found, at - 1), "that" | "which"));
    let all = lower(found, at + 4) == "at" && lower(found, at + 5) == "all";
    let mut to = found[if all { at + 5 } else { at + 3 }].to;
    // Both ends are named: none of them.
    let next = at + if all { 6 } else { 4 };
    if lower(found, next) == "neither" && (next..found.len()).any(|n| lower(found, n) == "nor") {
        let rest = slice(text, found[next].from..);
        to = found[next].from + rest.find(['.', '?', ';']).unwrap_or(bare(rest).len());
    }
    Some(instead(text, found[from].from, to, &format!("without {}", plural(&noun))))
}
