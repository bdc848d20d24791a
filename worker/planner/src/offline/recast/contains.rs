//! Texts that contain a word: "schools with Academy in the name", "that have the word 'Book' in their title", "has Kentucky as
//! part of its address".

use super::{instead, lower, slice, words};
use crate::offline::{lexicon::Lexicon, words::lemma};

/// Says it as "whose name contains 'Academy'".
pub(super) fn contains(text: &str, lexicon: &Lexicon) -> String {
    let mut text = ends_in(text).unwrap_or_else(|| text.to_owned());
    text = includes(&text, lexicon).unwrap_or(text);
    text = rows_that_mention(&text, lexicon).unwrap_or(text);
    with_word(&text, lexicon).unwrap_or(text)
}

/// "emails ending in .com", "whose name ends in 'e'": with it. What ends in May, or in 2024, ends then.
fn ends_in(text: &str) -> Option<String> {
    let found = words(text);
    let at = (0..found.len()).find(|at| {
        matches!(lower(&found, *at), "end" | "ends" | "ending") && lower(&found, at + 1) == "in"
    })?;
    let rest = slice(text, found[at + 1].to..);
    let told = rest.trim_start();
    let next = lower(&found, at + 2);
    let letter = matches!(next, "the" | "letter") && matches!(lower(&found, at + 3), "letter" | "letters")
        || next.len() == 1
            && next != "a"
            && slice(text, found[at + 2].to..).trim_end_matches(['?', '.']).is_empty();
    let dotted = told.strip_prefix('.').filter(|t| t.starts_with(char::is_alphanumeric));
    let head = slice(text, ..found[at].to);
    if let Some(rest) = dotted {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '.').unwrap_or(rest.len());
        let said = slice(rest, ..end).trim_end_matches('.');
        return Some(format!("{head} with '.{said}'{}", slice(rest, said.len()..)));
    }
    (letter || told.starts_with(['"', '\'', '“', '‘'])).then(|| format!("{head} with{rest}"))
}

/// "whose name includes lamp": contains it.
fn includes(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        let column = lemma(lower(&found, at - 1));
        let text_column = matches!(column.as_str(), "name" | "title")
            || lexicon.is_word(&column) && !lexicon.names_table(&column, 0.9);
        let whose = (0..*at).rev().take(4).any(|n| lower(&found, n) == "whose");
        matches!(lower(&found, *at), "includes" | "include") && whose && text_column
    })?;
    let plain = if lower(&found, at) == "includes" { "contains" } else { "contain" };
    Some(instead(text, found[at].from, found[at].to, plain))
}

/// A word or a quoted text between two places, as it is written.
fn quoted(text: &str) -> Option<String> {
    let bare = text.trim();
    let inner = bare
        .strip_prefix(['"', '\'', '“', '‘'])
        .and_then(|t| t.strip_suffix(['"', '\'', '”', '’']))
        .filter(|t| !t.is_empty() && !t.contains(['"', '“', '”']));
    if let Some(inner) = inner {
        return Some(inner.to_owned());
    }
    let one = !bare.is_empty() && bare.chars().all(char::is_alphanumeric);
    let named = bare.chars().next().is_some_and(char::is_uppercase);
    (one && named).then(|| bare.to_owned())
}

/// What texts of people's own are called.
const TEXTS: &str = "title subject headline description comment text note body message content summary remark review feedback detail";

/// "Which tickets mention a refund?", "reviews that talk about breakfast", "slopes with the word Eagle in them": whose text, or
/// title, or name contains it.
fn rows_that_mention(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    (1..found.len()).find_map(|at| {
        let word = |n: usize| {
            let article = usize::from(matches!(lower(&found, n), "a" | "an" | "the" | "any"));
            let named = matches!(lower(&found, n + article), "word" | "term" | "phrase" | "text");
            (n + article + usize::from(named), named)
        };
        let (behind, within) = match (lower(&found, at), lower(&found, at + 1)) {
            ("mention" | "mentions" | "mentioning" | "mentioned", _) => (word(at + 1).0, false),
            (
                "talk" | "talks" | "talking" | "speak" | "speaks" | "complain" | "complains",
                "about" | "of",
            ) => (word(at + 2).0, false),
            ("with" | "have" | "has" | "contain" | "contains" | "containing", _) if word(at + 1).1 => {
                (word(at + 1).0, true)
            }
            _ => return None,
        };
        let known = lexicon.is_word(&lemma(lower(&found, at))) && !within;
        let that = usize::from(at > 1 && matches!(lower(&found, at - 1), "that" | "which"));
        let rows = lemma(lower(&found, at - 1 - that));
        let (table, score) = lexicon.tables_for(&[&rows]).first().copied()?;
        let start = found[behind - 1].to;
        // What is in quotation marks is no word here.
        let open = slice(text, start..).trim_start();
        let (what, to) = match open.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            Some(quote) => {
                let from = text.len() - open.len();
                let end = from + 1 + slice(open, 1..).find(quote)?;
                (slice(text, from + 1..end).to_owned(), end + 1)
            }
            None => {
                let one = found.get(behind)?;
                (slice(text, one.from..one.to).to_owned(), one.to)
            }
        };
        let rest = slice(text, to..);
        let tail = words(rest);
        let own = |n: usize| matches!(lower(&tail, n), "them" | "it");
        let cut = if lower(&tail, 0) == "in" && own(1) { tail[1].to } else { 0 };
        let rest = slice(rest, cut..);
        // "in the comment": of one text alone.
        let tail = words(rest);
        let the = usize::from(matches!(lower(&tail, 1), "the" | "their" | "its"));
        let noun = lemma(lower(&tail, 1 + the));
        let columns = &lexicon.columns[table];
        let said = columns.iter().any(|name| name.words.last() == Some(&noun) && lower(&tail, 0) == "in");
        let rest = if said { slice(rest, tail[1 + the].to..) } else { rest };
        let next = lower(&words(rest), 0).to_owned();
        let ends = rest.trim().is_empty()
            || rest.starts_with([',', '.', '?', ':', ';'])
            || matches!(next.as_str(), "and" | "by" | "per" | "sorted" | "ordered");
        if known || score < 0.75 || !ends || within && cut == 0 || what.trim().is_empty() {
            return None;
        }
        let told = |list: &str| -> Vec<String> {
            let fits = |w: &&String| list.split_ascii_whitespace().any(|t| t == w.as_str());
            columns
                .iter()
                .filter(|n| n.words.last().as_ref().is_some_and(fits))
                .map(|n| n.words.join(" "))
                .collect()
        };
        let names = match (said, told(TEXTS)) {
            (true, _) => vec![noun],
            (_, texts) if texts.is_empty() || within => {
                let names = told("name title");
                if names.is_empty() { texts } else { names }
            }
            (_, texts) => texts,
        };
        let parts: Vec<String> = names.iter().map(|name| format!("whose {name} contains '{what}'")).collect();
        let head = slice(text, ..found[at - 1 - that].to);
        (1..=3).contains(&parts.len()).then(|| format!("{head} {}{rest}", parts.join(" or ")))
    })
}

fn with_word(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    // What is quoted is no word: the words around it stand side by side.
    for has in 0..found.len() {
        let verb = matches!(
            lower(&found, has),
            "with"
                | "has"
                | "have"
                | "having"
                | "had"
                | "contains"
                | "contain"
                | "containing"
                | "includes"
                | "include"
                | "including"
        );
        if !verb {
            continue;
        }
        let mut from = has + 1;
        if matches!(lower(&found, from), "the" | "a")
            && matches!(lower(&found, from + 1), "word" | "text" | "string" | "term")
        {
            from += 2;
        }
        for within in from..(from + 3).min(found.len()) {
            let n = match (
                lower(&found, within),
                lower(&found, within + 1),
                lower(&found, within + 2),
                lower(&found, within + 3),
            ) {
                ("in", ..) => 1,
                ("somewhere" | "anywhere", "in", ..) => 2,
                ("as", "part", "of", _) => 3,
                ("as", "a", "part", "of") => 4,
                _ => continue,
            };
            let whose = matches!(lower(&found, within + n), "the" | "their" | "its" | "his" | "her");
            let noun = within + n + 1;
            let column = lemma(lower(&found, noun));
            let text_column = column == "name"
                || column == "title"
                || lexicon.is_word(&column) && !lexicon.names_table(&column, 0.9);
            let start = found[from - 1].to;
            let between = slice(text, start..found[within].from);
            // "have lamp in their name": a word that names nothing here.
            let unknown = || {
                let word = between.trim();
                let one = word.len() > 1 && word.chars().all(char::is_alphanumeric);
                let plain = !lexicon.is_word(&lemma(word)) && !lexicon.names_table(&lemma(word), 0.6);
                // "with numbers in the name" asks for some kind of text.
                let kept = lemma(word) == word
                    && !matches!(
                        word,
                        "one" | "any" | "no" | "more" | "space" | "hyphen" | "dash" | "punctuation" | "text"
                    );
                (one && plain && kept && word.parse::<u64>().is_err()).then(|| word.to_owned())
            };
            let Some(said) = quoted(between).or_else(unknown).filter(|_| whose && text_column) else {
                continue;
            };
            // "with Berlin in the address": a place that is kept there, too.
            let that = usize::from(has > 0 && matches!(lower(&found, has - 1), "that" | "which" | "who"));
            let plain = format!("whose {column} contains '{said}'");
            return Some(instead(text, found[has - that].from, found[noun].to, &plain));
        }
    }
    None
}
