//! What has not been done with things yet: "open tickets" of those with a time at which they are closed, "orders not paid yet",
//! "shipments that have not been delivered". All are the unclosed tickets, the unpaid orders.

use super::{Words, achieved::timed, instead, is_one_of, lower, said, slice, table_of, words};
use crate::offline::{lexicon::Lexicon, words::lemma};
use rowcall_core::Catalogue;

/// What ends what is open, the plainest first.
const ENDS: &[&str] = &["closed", "resolved", "completed", "finished", "ended"];

/// Says it as "unclosed", "unpaid".
pub(super) fn pending(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    let rows = |at: usize| {
        let word = lower(&found, at);
        table_of(word, lexicon).filter(|_| lemma(word) != word)
    };
    (0..found.len()).find_map(|at| {
        open(text, &found, at, &rows, lexicon, catalogue).or_else(|| {
            let table = rows(at)?;
            not_done(text, &found, at, table, lexicon, catalogue)
        })
    })
}

/// "open tickets", "tickets that are still open"
fn open(
    text: &str,
    found: &Words,
    at: usize,
    rows: &impl Fn(usize) -> Option<usize>,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<String> {
    let word = |at: usize| {
        is_one_of("open outstanding", lower(found, at)) && lexicon.values(&[lower(found, at)]).is_empty()
    };
    let ended = |table: usize| {
        let by_time = |end: &&&str| {
            let columns = catalogue.tables[table].columns.iter().zip(&lexicon.columns[table]);
            let mut timed = columns.filter(|(c, _)| c.nullable && c.kind.is_temporal());
            timed.any(|(_, name)| name.words.first().is_some_and(|w| w == **end))
        };
        ENDS.iter().find(by_time).copied()
    };
    if word(at)
        && let Some(table) = rows(at + 1)
    {
        return Some(instead(text, found[at].from, found[at].to, &format!("un{}", ended(table)?)));
    }
    let table = rows(at)?;
    let mut to = at + 1;
    if is_one_of("that which", lower(found, to)) && is_one_of("are were", lower(found, to + 1)) {
        to += 2;
    }
    let still = lower(found, to) == "still";
    let to = to + usize::from(still);
    (word(to) && to > at + 1).then_some(())?;
    let things = slice(text, found[at].from..found[at].to);
    Some(instead(text, found[at].from, found[to].to, &format!("un{} {things}", ended(table)?)))
}

/// "orders not paid yet", "shipments that have not been delivered"
fn not_done(
    text: &str,
    found: &Words,
    at: usize,
    table: usize,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<String> {
    const WAYS: &[&[&str]] = &[
        &["that", "have", "not", "yet", "been"],
        &["that", "have", "not", "been"],
        &["which", "have", "not", "been"],
        &["that", "were", "not"],
        &["not", "yet"],
        &["not"],
        &["yet", "to", "be"],
    ];
    let (verb, _) =
        WAYS.iter().find(|way| said(text, found, at + 1, way)).map(|way| (at + 1 + way.len(), way))?;
    let told = timed(lower(found, verb), table, lexicon, catalogue)?;
    // A time follows: "not paid in May" is another question.
    let yet = usize::from(lower(found, verb + 1) == "yet");
    let next = lower(found, verb + 1 + yet);
    let dated = is_one_of("in on before after since during until within by", next)
        && !is_one_of("each every", lower(found, verb + 2 + yet));
    let person = lexicon.tables[table].words.last().is_some_and(|w| crate::offline::words::is_person(w));
    if dated && next != "by" || person || told.contains(' ') {
        return None;
    }
    // "adverse events" are one noun, which is read as it is.
    let name = &lexicon.tables[table].words;
    let before = (0..at).rev().take_while(|n| name.iter().any(|w| w == lower(found, *n))).count();
    let things = slice(text, found[at].from..found[at].to);
    (before == 0).then(|| instead(text, found[at].from, found[verb + yet].to, &format!("un{told} {things}")))
}
