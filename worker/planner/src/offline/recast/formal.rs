//! Formal ways to ask: "Among the tutors who are new, how many have …", "Express the number of late orders as a percentage
//! of all orders", "How large, in percent, is the share of …", "Determine for each town …".

use super::{Words, bare, instead, lower, said, slice, words};
use crate::offline::{lexicon::Lexicon, words::lemma};

pub(super) fn formal(question: &str, lexicon: &Lexicon) -> String {
    let mut text = measured(question).unwrap_or_else(|| question.to_owned());
    text = expressed(&text).unwrap_or(text);
    text = for_each(&text).unwrap_or(text);
    text = lies(&text);
    text = undergone(&text, lexicon);
    text = owns(&text, lexicon).unwrap_or(text);
    text = narrowed(&text).unwrap_or(text);
    text = among(&text, lexicon).unwrap_or(text);
    considering(&text).unwrap_or(text)
}

/// "How large, in percent, is the share of late orders": what is the share; "How tall, in centimetres, is …": how tall is.
fn measured(text: &str) -> Option<String> {
    let found = words(text);
    (lower(&found, 0) == "how").then_some(())?;
    let unit = lower(&found, 2) == "in"
        && slice(text, found[1].to..found.get(2)?.from).trim() == ","
        && slice(text, found.get(3)?.to..found.get(4)?.from).trim() == ",";
    let out = if unit { instead(text, found[1].to, found[4].from, "") } else { text.to_owned() };
    let found = words(&out);
    let large = matches!(lower(&found, 1), "large" | "big" | "high" | "great" | "low" | "small");
    let number =
        matches!(lower(&found, 4), "share" | "percentage" | "proportion" | "number" | "average" | "total");
    if large && lower(&found, 2) == "is" && lower(&found, 3) == "the" && number && lower(&found, 5) == "of" {
        return Some(instead(&out, 0, found[1].to, "What"));
    }
    unit.then_some(out)
}

/// "Express the number of late orders as a percentage of all orders": what percentage of all orders are late orders.
fn expressed(text: &str) -> Option<String> {
    let found = words(text);
    let first = usize::from(lower(&found, 0) == "please");
    let from = (lower(&found, first) == "express").then_some(first + 1)?;
    let from = from + usize::from(lower(&found, from) == "the");
    said(text, &found, from, &["number", "of"]).then_some(())?;
    let at = (from..found.len()).find(|at| said(text, &found, *at, &["as", "a", "percentage", "of"]))?;
    let part = slice(text, found[from + 1].to..found[at].from).trim();
    let whole = super::bare(slice(text, found[at + 3].to..)).trim();
    // Parts of the same rows: more of the sentence would have to stand somewhere else.
    let rows = words(whole);
    let same = words(part).last()?.lower == rows.last()?.lower && rows.len() <= 3;
    same.then(|| format!("What percentage of {whole} are {part}?"))
}

/// "Determine for each town what percentage …": "For each town, what percentage …".
fn for_each(text: &str) -> Option<String> {
    let found = words(text);
    let asks = matches!(
        lower(&found, 0),
        "determine" | "calculate" | "compute" | "state" | "indicate" | "show" | "list" | "find" | "give"
    );
    let each = lower(&found, 1) == "for" && matches!(lower(&found, 2), "each" | "every");
    let what = (3..found.len().min(7)).find(|at| matches!(lower(&found, *at), "what" | "how" | "which"))?;
    (asks && each && what > 3).then(|| {
        let head = slice(text, found[2].from..found[what].from).trim().trim_end_matches(',').trim_end();
        format!("For {head}, {}", slice(text, found[what].from..))
    })
}

/// "whose price lies above": is above.
fn lies(text: &str) -> String {
    let found = words(text);
    let at = (0..found.len()).rev().find(|at| {
        matches!(lower(&found, *at), "lies" | "lie" | "lay" | "sits" | "stands")
            && matches!(lower(&found, at + 1), "above" | "below" | "between" | "under" | "over")
    });
    let Some(at) = at else { return text.to_owned() };
    let be = match lower(&found, at) {
        "lie" => "are",
        "lay" => "was",
        _ => "is",
    };
    instead(text, found[at].from, found[at].to, be)
}

/// "have never been subject to any inspection": have never had any.
fn undergone(text: &str, lexicon: &Lexicon) -> String {
    const HOW: [&[&str]; 4] = [&["subject", "to"], &["subjected", "to"], &["affected", "by"], &["under"]];
    let found = words(text);
    for at in 1..found.len() {
        if lower(&found, at) != "been" {
            continue;
        }
        let Some(how) = HOW.iter().find(|how| said(text, &found, at + 1, how)) else { continue };
        let noun = at + 1 + how.len();
        let article = matches!(lower(&found, noun), "a" | "an" | "any");
        let table = (noun + 1..noun + 5)
            .any(|n| found.get(n).is_some_and(|w| lexicon.names_table(&lemma(&w.lower), 0.75)));
        if article && table {
            return instead(text, found[at].from, found[noun - 1].to, "had");
        }
    }
    text.to_owned()
}

/// "Which clubs own a boat": have one, whatever column says who owns a club.
fn owns(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let names = |at: usize| found.get(at).is_some_and(|w| lexicon.names_table(&lemma(&w.lower), 0.75));
    let at = (1..found.len()).find(|at| {
        matches!(lower(&found, *at), "own" | "owns")
            && names(at - 1)
            && !matches!(lower(&found, at.wrapping_sub(2)), "its" | "their" | "his" | "her")
            && (names(at + 1)
                || matches!(lower(&found, at + 1), "a" | "an" | "no" | "any") && (at + 2..at + 4).any(names))
    })?;
    let have = if lower(&found, at) == "owns" { "has" } else { "have" };
    Some(instead(text, found[at].from, found[at].to, have))
}

/// How a question begins that says first which rows it is about.
const OPENINGS: &[&[&str]] = &[
    &["among"],
    &["amongst"],
    &["of"],
    &["out", "of"],
    &["considering", "only"],
    &["considering"],
    &["looking", "only", "at"],
    &["looking", "at"],
    &["taking", "only"],
    &["counting", "only"],
    &["only", "considering"],
    &["only", "counting"],
];

/// The words of such a beginning.
fn opening(text: &str, found: &Words) -> Option<usize> {
    OPENINGS.iter().find(|phrase| said(text, found, 0, phrase)).map(|phrase| phrase.len())
}

/// "Considering only delivered parcels, which …", where it stays a beginning: "Among delivered parcels, which …".
fn considering(text: &str) -> Option<String> {
    let found = words(text);
    let n = opening(text, &found).filter(|n| *n > 1 || lower(&found, 0) == "considering")?;
    (lower(&found, 0) != "out").then(|| instead(text, 0, found[n - 1].to, "Among"))
}

/// "the number of programmes, counting only programmes of stations in Dublin": programmes of stations in Dublin.
fn narrowed(text: &str) -> Option<String> {
    const TAILS: [&[&str]; 6] = [
        &["counting", "only"],
        &["only", "counting"],
        &["counting", "nothing", "but"],
        &["considering", "only"],
        &["only", "considering"],
        &["taking", "only"],
    ];
    let found = words(text);
    let (at, tail) = (2..found.len()).find_map(|at| {
        let tail = TAILS.iter().find(|tail| said(text, &found, at, tail))?;
        (slice(text, found[at - 1].to..found[at].from).trim() == ",").then_some((at, at + tail.len()))
    })?;
    let rest = bare(slice(text, found.get(tail)?.from..));
    let ends = slice(text, found[at].from..)
        .find([',', '.', '?', ';'])
        .is_none_or(|end| end + found[at].from + 1 >= text.len());
    let head = slice(text, ..found[at - 1].to).to_owned();
    // The same rows, which are said once: the longer way of it.
    let noun = (tail..found.len()).find(|n| {
        let lemma = lemma(lower(&found, *n));
        found[..at].iter().any(|w| crate::offline::words::lemma(&w.lower) == lemma)
    })?;
    let mention = (0..at).rev().find(|n| lemma(lower(&found, *n)) == lemma(lower(&found, noun)))?;
    ends.then(|| instead(&head, found[mention].from, found[mention].to, rest))
}

/// "Among the tutors who are new, how many have …": how many tutors who are new have …
fn among(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let from = opening(text, &found)?;
    let from = (from..from + 2).find(|at| !matches!(lower(&found, *at), "all" | "the")).unwrap_or(from + 2);
    let asks = (from + 1..found.len()).find(|at| {
        matches!(lower(&found, *at), "how" | "which" | "what")
            && slice(text, found[at - 1].to..found[*at].from).trim() == ","
    })?;
    let head = text.get(found[from].from..found[asks - 1].to)?;
    // Rows, perhaps with an adjective or two, and what is said of them.
    let names = |at: usize| lexicon.names_table(&lemma(lower(&found, at)), 0.75);
    (from..(from + 3).min(asks)).any(names).then_some(())?;
    let (ask, next) = match (lower(&found, asks), lower(&found, asks + 1)) {
        ("how", "many") => ("How many", asks + 2),
        ("which", "ones" | "one") => ("Which", asks + 2),
        ("which", _) => ("Which", asks + 1),
        ("what", "percentage" | "share" | "proportion") => ("What percentage of", asks + 2),
        _ => return None,
    };
    let next = if matches!(lower(&found, next), "of") && matches!(lower(&found, next + 1), "them" | "these") {
        next + 2
    } else {
        next
    };
    let verb = lower(&found, next);
    // "which one has the highest share": those that are chosen from are a condition.
    let stands_out = ask == "Which"
        && matches!(verb, "has" | "had" | "shows" | "showed")
        && lower(&found, next + 1) == "the"
        && matches!(
            lower(&found, next + 2),
            "most"
                | "fewest"
                | "least"
                | "highest"
                | "lowest"
                | "largest"
                | "smallest"
                | "greatest"
                | "biggest"
        );
    let sure =
        stands_out || matches!(verb, "have" | "had" | "are" | "were" | "do" | "did" | "never" | "ever");
    // "how many orders", "which town": rows of something else.
    let counted = ask == "How many" && !verb.ends_with('s') && !lexicon.is_word(&lemma(verb));
    let rest = slice(text, found.get(next)?.from..);
    (sure || counted).then(|| format!("{ask} {head} {rest}"))
}
