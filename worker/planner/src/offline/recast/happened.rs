//! What happened to the rows, in another verb than their times have: "tasks finished in May" of `completed_at`, "comments
//! posted in 2025" of `created_at`, "when did the order reach the customer" of `delivered_at`.

use super::{Told, Words, instead, lower, said, slice, words};
use crate::offline::{
    lexicon::Lexicon,
    words::{lemma, verb_root},
};
use rowcall_core::Catalogue;

/// Verbs for the same thing that is done, as one says that it was done.
const DONE: &[&str] = &[
    "delivered arrived reached",
    "shipped dispatched sent",
    "paid settled cleared",
    "completed finished ended concluded closed resolved done",
    "started begun began commenced launched opened",
    "joined hired enrolled registered employed recruited onboarded appointed started",
    "created posted written wrote published submitted filed raised reported logged added listed opened placed entered made issued recorded",
    "requested asked",
    "issued granted awarded given",
    "ended expired lapsed",
    "bought purchased acquired ordered",
    "left departed quit resigned terminated",
    "booked reserved",
    "resolved solved fixed closed",
    "approved authorised authorized",
    "inspected checked examined",
    "built constructed erected",
    "founded established set",
    "published released issued printed",
    "scheduled planned",
    "spent logged booked",
];

/// Says it with the verb that the rows have, and what to say of that; nothing where they have it already.
pub(super) fn happened(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<Told> {
    reached(text, lexicon, catalogue).or_else(|| dated(text, lexicon, catalogue))
}

/// A time of a table, or of any, is called after this verb.
fn timed(verb: &str, table: Option<usize>, lexicon: &Lexicon, catalogue: &Catalogue) -> usize {
    let wanted = verb_root(verb);
    let tables = (0..catalogue.tables.len()).filter(|t| table.is_none_or(|of| of == *t));
    tables
        .map(|t| {
            let columns = catalogue.tables[t].columns.iter().zip(&lexicon.columns[t]);
            columns
                .filter(|(c, name)| c.kind.is_temporal() && name.words.iter().any(|w| verb_root(w) == wanted))
                .count()
        })
        .sum()
}

/// The verb of the same meaning that the one time of a table is called after.
pub(super) fn other(
    verb: &str,
    table: Option<usize>,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<&'static str> {
    if !DONE.iter().any(|group| group.split(' ').any(|v| v == verb)) {
        return None;
    }
    let own = verb_root(verb);
    if lexicon.columns.iter().flatten().any(|c| c.words.iter().any(|w| verb_root(w) == own)) {
        return None;
    }
    let mut found: Vec<&str> = Vec::new();
    for group in DONE {
        let verbs: Vec<&str> = group.split(' ').collect();
        if !verbs.contains(&verb) {
            continue;
        }
        for other in verbs {
            let same = found.iter().any(|f| verb_root(f) == verb_root(other));
            if !same && timed(other, table, lexicon, catalogue) == 1 {
                found.push(other);
            }
        }
    }
    match found.as_slice() {
        [one] => Some(one),
        _ => None,
    }
}

/// "tasks finished in December", "projects that we finished in 2025", "When was the task closed?"
fn dated(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<Told> {
    let found = words(text);
    let asks_when = lower(&found, 0) == "when";
    let at = (1..found.len()).find(|at| {
        let verb = lower(&found, *at);
        let past = verb.ends_with("ed")
            || matches!(
                verb,
                "sent"
                    | "begun"
                    | "began"
                    | "done"
                    | "written"
                    | "wrote"
                    | "made"
                    | "given"
                    | "left"
                    | "set"
                    | "built"
                    | "bought"
                    | "spent"
                    | "paid"
            );
        past && (time_follows(&found, at + 1) || asks_when && at + 1 == found.len())
            && DONE.iter().any(|group| group.split(' ').any(|v| v == verb))
    })?;
    let verb = lower(&found, at);
    // The rows that it was done to: the last that are named before it.
    let (_, table) = (0..at).rev().take(8).find_map(|n| {
        let tables = lexicon.tables_for(&[&lemma(lower(&found, n))]);
        tables.first().filter(|(_, s)| *s >= 0.75).map(|(t, _)| (n, *t))
    })?;
    let state = lexicon.values(&[verb]).iter().any(|v| v.column.table == table);
    let meant = other(verb, Some(table), lexicon, catalogue)?;
    // "closed in 2025", where that is a state: what tells when is another matter.
    if state && !lexicon.values(&[meant]).is_empty() {
        return None;
    }
    Some((
        instead(text, found[at].from, found[at].to, meant),
        Some(format!("\"{verb}\" is read as {meant}.")),
    ))
}

/// A time is said behind the verb.
fn time_follows(found: &Words, at: usize) -> bool {
    let preposition = matches!(
        lower(found, at),
        "in" | "during" | "before" | "after" | "since" | "on" | "between" | "until" | "from"
    );
    let at = at + usize::from(preposition);
    let at = at + usize::from(matches!(lower(found, at), "the" | "early" | "late" | "mid"));
    let word = lower(found, at);
    let year = word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit());
    let month = "january february march april may june july august september october november december jan feb mar apr jun \
        jul aug sep oct nov dec q1 q2 q3 q4 first second third fourth last this year month week quarter"
        .split_ascii_whitespace()
        .any(|m| m == word);
    let iso = word.len() == 4 && lower(found, at + 1).len() == 2;
    (preposition && (year || month || iso)) || matches!(word, "last" | "this") && month
}

/// "When did order 12 reach the customer?", "When did it arrive?": when was it delivered.
fn reached(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<Told> {
    const REACHES: &[&str] = &["reach the", "arrive at the", "get to the", "reach its", "arrive"];
    let found = words(text);
    let asks = lower(&found, 0) == "when" && lower(&found, 1) == "did";
    if !asks
        || timed("arrived", None, lexicon, catalogue) > 0
        || timed("reached", None, lexicon, catalogue) > 0
    {
        return None;
    }
    let one = timed("delivered", None, lexicon, catalogue) == 1;
    let (at, used) = (3..found.len()).find_map(|at| {
        REACHES.iter().find_map(|phrase| {
            let parts: Vec<&str> = phrase.split(' ').collect();
            said(text, &found, at, &parts).then_some((at, parts.len()))
        })
    })?;
    let to = at + used + usize::from(used > 1);
    let ends = to >= found.len();
    let what = slice(text, found[2].from..found[at - 1].to);
    let note = || format!("\"{}\" is read as delivered.", slice(text, found[at].from..found[at].to));
    (one && ends).then(|| (format!("When was {what} delivered?"), Some(note())))
}
