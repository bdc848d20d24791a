//! Words beside the question: "pls", "I'm after …", "We want to thank our guests: …", "hotels that belong to the chain".

use super::{bare, instead, said, slice, words};
use crate::offline::{
    lexicon::Lexicon,
    plural,
    words::{lemma, root},
};

/// What all of a database is about.
const WHOLES: &str = "association business chain clinic club company enterprise firm group organisation organization \
    practice shop store";

/// What is said, and plainer words for it; only at the beginning, where so marked.
const PHRASES: &[(&[&str], &str, bool)] = &[
    (&["pls"], "", false),
    (&["plz"], "", false),
    (&["thanks"], "", false),
    (&["thank", "you"], "", false),
    (&["i'm", "after"], "show", true),
    (&["i", "am", "after"], "show", true),
    (&["we're", "after"], "show", true),
    (&["i'm", "looking", "for"], "show", true),
    (&["i", "am", "looking", "for"], "show", true),
    (&["we", "are", "looking", "for"], "show", true),
    (&["i'd", "like"], "show", true),
    (&["get", "me"], "show", true),
];

pub(super) fn beside(question: &str, lexicon: &Lexicon) -> String {
    let mut text = purpose(question).unwrap_or_else(|| question.to_owned());
    for (phrase, plain, first) in PHRASES {
        if phrase.iter().any(|w| phrase.len() == 1 && lexicon.is_word(w)) {
            continue;
        }
        let found = words(&text);
        let mut places =
            (0..found.len()).filter(|at| said(&text, &found, *at, phrase) && (!first || *at == 0));
        if let Some(at) = places.next() {
            text = instead(&text, found[at].from, found[at + phrase.len() - 1].to, plain);
        }
    }
    text = whatever(&text);
    text = bracketed(&text).unwrap_or(text);
    // One word, rather than the ends of two sentences.
    text = text.replace(" i.e. ", " ie ").replace(" i.e., ", " ie ").replace("(i.e. ", "(ie ");
    text = quoted_word(&text);
    text = whole(&text, lexicon).unwrap_or(text);
    rows(&text, lexicon).unwrap_or(text)
}

/// "We want to thank our best guests: give their names": what it is for is no part of the question. Those who are spoken
/// of stay.
fn purpose(text: &str) -> Option<String> {
    let colon = text.find(':')?;
    let (why, rest) = (slice(text, ..colon), slice(text, colon + 1..).trim_start());
    let before = words(why);
    let wants =
        [&["we", "want", "to"][..], &["i", "want", "to"], &["we", "need", "to"], &["i", "need", "to"]]
            .iter()
            .any(|p| said(why, &before, 0, p));
    let verb = before.get(3)?.lower.as_str();
    let asks = |w: &str| {
        matches!(w, "see" | "know" | "list" | "show" | "find" | "get" | "give" | "have" | "count" | "compare")
    };
    let after = words(rest);
    let asked = matches!(
        after.first()?.lower.as_str(),
        "give" | "show" | "list" | "find" | "which" | "who" | "what" | "return" | "name" | "how"
    );
    if !wants || asks(verb) || !asked || why.contains(char::is_numeric) {
        return None;
    }
    // "the unhappy guests: … of those who": of guests who.
    let last = before.last().map(|w| w.lower.clone())?;
    let those = (0..after.len()).find(|i| after[*i].lower == "those").filter(|i| {
        after
            .get(i + 1)
            .is_some_and(|w| matches!(w.lower.as_str(), "who" | "that" | "which" | "whose" | "with"))
    });
    Some(match those {
        Some(at) => instead(rest, after[at].from, after[at].to, &last),
        None => rest.to_owned(),
    })
}

/// "the top-ups, whatever their status, …": it decides nothing.
fn whatever(text: &str) -> String {
    const OPENS: [&[&str]; 4] =
        [&["whatever"], &["no", "matter"], &["regardless", "of"], &["irrespective", "of"]];
    let found = words(text);
    for at in 2..found.len() {
        let opens = OPENS.iter().any(|p| said(text, &found, at, p));
        let before = slice(text, ..found[at].from).trim_end();
        if !opens || !before.ends_with([',', '(']) {
            continue;
        }
        let rest = slice(text, found[at].from..);
        let Some(end) = rest.find([',', '.', '?', ')', ';']) else { continue };
        let inner = words(slice(rest, ..end)).len();
        if inner > 6 {
            continue;
        }
        let bracket = before.ends_with('(');
        let tail = if bracket { slice(rest, end..).trim_start_matches(')') } else { slice(rest, end..) };
        // A comma on both sides was one clause within another.
        let head = before.trim_end_matches([',', '(']).trim_end();
        let tail = tail.strip_prefix(',').map_or(tail, str::trim_start);
        let space = if tail.starts_with(['.', '?', ';', ')']) || tail.is_empty() { "" } else { " " };
        return format!("{head}{space}{}", tail.trim_start());
    }
    text.to_owned()
}

/// "Which ratings (ignore missing ones) have …": a sentence of its own.
fn bracketed(text: &str) -> Option<String> {
    let (open, close) = (text.find('(')?, text.find(')')?);
    let inner = text.get(open + 1..close)?.trim();
    let first = words(inner).first()?.lower.clone();
    let leaves = matches!(
        first.as_str(),
        "ignore" | "ignoring" | "excluding" | "exclude" | "leave" | "leaving" | "disregarding" | "disregard"
    );
    let rest = instead(text, open, close + 1, "");
    let ended = if rest.ends_with(['.', '?', '!']) { rest } else { format!("{rest}.") };
    leaves.then(|| {
        let mut chars = inner.chars();
        let capital: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
        format!("{ended} {capital}{}.", chars.as_str())
    })
}

/// "starts with the word 'Cape'", "contains the text 'x'": what is quoted is a text anyway.
fn quoted_word(text: &str) -> String {
    let found = words(text);
    for at in 1..found.len() {
        let noun =
            matches!(found[at].lower.as_str(), "word" | "words" | "text" | "string" | "letter" | "letters");
        let quoted = slice(text, found[at].to..).trim_start().starts_with(['"', '\'', '“', '‘']);
        if noun && quoted && found[at - 1].lower == "the" {
            return instead(text, found[at - 1].from, found[at].to, "");
        }
    }
    text.to_owned()
}

/// "How many hotels belong to the chain", "what vessels does the company run": where all that is kept belongs to it.
fn whole(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let is_whole = |at: usize| {
        let word = found.get(at).map_or("", |w| w.lower.as_str());
        WHOLES.split_ascii_whitespace().any(|w| w == word)
            && !lexicon.is_word(&lemma(word))
            && lexicon.values(&[word]).is_empty()
    };
    let lower = |at: usize| found.get(at).map_or("", |w| w.lower.as_str());
    for at in 1..found.len() {
        let our = matches!(lower(at), "the" | "our" | "this") && is_whole(at + 1);
        if !our {
            continue;
        }
        let to = found[at + 1].to;
        let ends = bare(slice(text, to..)).is_empty();
        if ends && lower(at - 1) == "to" && at > 2 && matches!(lower(at - 2), "belong" | "belongs") {
            return Some(instead(text, found[at - 2].from, to, "are there"));
        }
        if matches!(lower(at - 1), "do" | "does" | "did") && found.len() > at + 2 {
            let we = if lower(at - 1) == "did" { "did we" } else { "do we" };
            return Some(instead(text, found[at - 1].from, to, we));
        }
    }
    None
}

/// "guest records", "log entries", "the guest table": guests and logs, where no such thing is kept. "entries in the log" are logs too.
fn rows(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let lower = |at: usize| found.get(at).map_or("", |w| w.lower.as_str());
    let table = |noun: &str, least: f32| lexicon.names_table(noun, least);
    (0..found.len()).find_map(|at| {
        let row = ["record", "entry", "table", "sample", "reading"]
            .into_iter()
            .find(|row| lemma(lower(at)) == *row && !lexicon.is_word(row))?;
        let many = lemma(lower(at)) != lower(at) || row == "table";
        let noun = |lower: &str| {
            let one = lemma(lower);
            if many || row == "record" { plural(&one) } else { one }
        };
        if let Some(before) = at.checked_sub(1).map(|b| &found[b]) {
            let known = table(&lemma(&before.lower), if row == "entry" { 0.75 } else { 0.9 });
            let beside =
                slice(text, before.to..found[at].from).trim().is_empty() && root(&before.lower) != "record";
            if known && beside {
                return Some(instead(text, before.from, found[at].to, &noun(&before.lower)));
            }
        }
        // "entries in the handling log", "entries are there in the log"
        let there = (at + 1..at + 3).take_while(|n| matches!(lower(*n), "are" | "were" | "there")).count();
        let into = at + 1 + there;
        if row != "entry" || !matches!(lower(into), "in" | "on" | "of" | "for") {
            return None;
        }
        let from = into + 1 + usize::from(matches!(lower(into + 1), "the" | "our" | "this"));
        let last = (from..from + 4).find(|n| table(&lemma(lower(*n)), 0.75))?;
        // The last word of its name, as "log" of the gate handling log.
        let last = last + usize::from(table(&lemma(lower(last + 1)), 0.75));
        let log = format!("{}{}", slice(text, found[from].from..found[last].from), noun(lower(last)));
        let verb = slice(text, found[at].to..found[into].from);
        Some(instead(text, found[at].from, found[last].to, format!("{log}{verb}").trim_end()))
    })
}
