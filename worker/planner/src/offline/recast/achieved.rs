//! What was done with things, in a number of them per group: "How many tasks did each assignee complete?", "invoices paid per
//! client", "How many orders were delivered by each driver?". Where a time or a state tells whether it was, only those count:
//! completed tasks, paid invoices.

use super::{Words, is_one_of, lower, slice, table_of, words};
use crate::offline::{
    lexicon::Lexicon,
    linked::rows_of_deed,
    plural,
    words::{lemma, root, verb_root},
};
use rowcall_core::Catalogue;

/// Puts what was done before the things that it was done with.
pub(super) fn achieved(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    if let Some(most) = did_most(text, &found, lexicon, catalogue) {
        return Some(most);
    }
    let many = (0..found.len()).find_map(|at| match (lower(&found, at), lower(&found, at + 1)) {
        ("how", "many") | ("number" | "count", "of") => Some(at + 2),
        _ => None,
    })?;
    let noun = (many..many + 2).find(|at| {
        let word = lower(&found, *at);
        lemma(word) != word && table_of(word, lexicon).is_some()
    })?;
    let rows = table_of(lower(&found, noun), lexicon)?;
    let said = |verb: &str| state(verb, rows, lexicon, catalogue);
    each_did(text, &found, noun, &said).or_else(|| done_per(text, &found, noun, &said))
}

/// "Which agent closed the most tickets?": has the most closed tickets; "Which clinic ordered the most in 2024?": has the most
/// orders.
fn did_most(text: &str, found: &Words, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let asks = is_one_of("which what who", lower(found, 0));
    let at = (1..found.len().min(8))
        .find(|at| lower(found, at + 1) == "the" && is_one_of("most fewest", lower(found, at + 2)))
        .filter(|_| asks)?;
    let verb = lower(found, at);
    let noun = at + 3;
    let table = table_of(lower(found, noun), lexicon).filter(|_| noun < found.len());
    let head = slice(text, ..found[at].from);
    let most = slice(text, found[at + 1].from..found[at + 2].to);
    if let Some(rows) = table {
        // "Which channel brings the most users?"
        if is_one_of("brings bring attracts attract gets get receives receive draws sees", verb) {
            return Some(format!("{head}has {most} {}", slice(text, found[noun].from..)));
        }
        // "resolved" as a status says less than the time: what was closed since was resolved, too.
        let state =
            timed(verb, rows, lexicon, catalogue).filter(|state| lexicon.values(&[state]).is_empty())?;
        return Some(format!("{head}has {most} {state} {}", slice(text, found[noun].from..)));
    }
    let deed = rows_of_deed(verb)?;
    let goes_on = noun >= found.len()
        || is_one_of("in during last this since between before after", lower(found, noun));
    let rows = deed.split(' ').find(|word| lexicon.names_table(word, 0.9)).filter(|_| goes_on)?;
    let rest = slice(text, found[at + 2].to..);
    Some(format!("{head}has {most} {}{rest}", plural(rows)))
}

/// How such a state is told of rows that may be in it or not: "completed" of `completed_at`, "paid" of a status.
fn state(verb: &str, rows: usize, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let stem = verb_root(done(verb));
    let value = || {
        catalogue.tables[rows].columns.iter().flat_map(|c| &c.samples).find(|sample| {
            let lower = sample.to_lowercase();
            lower.ends_with("ed") && (root(&lower) == root(verb) || verb_root(&lower) == stem)
                || lower == "paid" && stem == verb_root("paid")
        })
    };
    timed(verb, rows, lexicon, catalogue).or_else(|| value().map(|v| v.to_lowercase()))
}

/// The same where a time tells it. What cannot be missing was done with all of them.
pub(super) fn timed(verb: &str, rows: usize, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let stem = verb_root(done(verb));
    let columns = catalogue.tables[rows].columns.iter().zip(&lexicon.columns[rows]);
    let times = columns.filter(|(c, _)| c.nullable && c.kind.is_temporal());
    // "completed at", "paid on", and nothing else.
    let plain = |words: &[String]| words.iter().skip(1).all(|w| is_one_of("at on date time", w));
    let mut words = times.filter(|(_, name)| plain(&name.words)).filter_map(|(_, name)| name.words.first());
    words
        .find(|w| verb_root(w) == stem && (w.ends_with("ed") || is_one_of("paid sent sold done", w)))
        .cloned()
}

/// As one says that it was done.
fn done(verb: &str) -> &str {
    match verb {
        "pay" => "paid",
        "send" => "sent",
        "sell" => "sold",
        "do" => "done",
        other => other,
    }
}

/// "How many tasks did each assignee complete?"
fn each_did(
    text: &str,
    found: &Words,
    noun: usize,
    said: &impl Fn(&str) -> Option<String>,
) -> Option<String> {
    let asks = is_one_of("did does do has have", lower(found, noun + 1))
        && is_one_of("each every the our", lower(found, noun + 2));
    let last = found.len().checked_sub(1).filter(|last| asks && *last > noun + 3)?;
    // One sentence, with the verb at its end.
    let whole = !slice(text, found[noun].from..found[last].from).contains(['?', '.', ',', ';']);
    let noun_there = lemma(lower(found, last)) != lower(found, last) && lower(found, last).ends_with('s');
    let state = said(lower(found, last)).filter(|_| whole && !noun_there)?;
    let head = slice(text, ..found[noun].from);
    let things = slice(text, found[noun].from..found[noun].to);
    let who = slice(text, found[noun + 2].from..found[last - 1].to);
    Some(format!("{head}{state} {things} did {who} have?"))
}

/// "How many tasks were completed by each assignee?", "number of tasks completed per assignee"
fn done_per(
    text: &str,
    found: &Words,
    noun: usize,
    said: &impl Fn(&str) -> Option<String>,
) -> Option<String> {
    let mut at = noun + 1;
    while is_one_of("is are was were has have been", lower(found, at)) {
        at += 1;
    }
    let grouped = is_one_of("per", lower(found, at + 1))
        || is_one_of("by for", lower(found, at + 1)) && is_one_of("each every", lower(found, at + 2));
    let time = is_one_of(
        "day week month quarter year hour weekday",
        &lemma(lower(found, at + 2 + usize::from(!is_one_of("per", lower(found, at + 1))))),
    );
    let state = said(lower(found, at)).filter(|_| grouped && !time)?;
    let head = slice(text, ..found[noun].from);
    let things = slice(text, found[noun].from..found[noun].to);
    Some(format!("{head}{state} {things}{}", slice(text, found[at].to..)))
}
