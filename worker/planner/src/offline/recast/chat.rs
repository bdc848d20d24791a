//! How people begin when they write to a colleague: "Hey, can you check how many …", "I'd like to have an overview of …". Each
//! sentence is put as a question or a request of its own.

use super::{instead, lower, said, sentences, slice, words};
use crate::offline::{lexicon::Lexicon, words::lemma};

/// What opens a wish, in one way or another. Longer ones come before those that they begin with.
const OPENINGS: &str = "i need to know|i need to see|i need to have|i need to find out|i need to get|i need|we need to know|\
    we need to see|we need|i want to know|i want to see|i want to have|i want to find out|i want|i'd like to know|\
    i'd like to see|i'd like to have|i'd like to get|i'd like|i'd need|i would like to know|i would like to see|\
    i would like to have|i would like to get|i would like|i am interested in|i'm interested in|i am asking for|\
    i'm asking for|i look for|i am looking for|i'm looking for|we are looking for|we're looking for|check|find out|\
    work out|pull up|pull|look up|send me|say|let me know|print|output|report|go through|display|tell me|determine|\
    identify|compute|calculate|indicate|provide|present|need to know|need to see|need";

/// Words before an opening that only make it polite.
const POLITE: &str = "hey hi hello ok okay so please kindly can could would will you i'd";

/// What a wish is for, where the rest says it: "an overview of our flights".
const FRAMES: &[&[&str]] = &[
    &["overview", "of"],
    &["table", "of"],
    &["breakdown", "of"],
    &["rundown", "of"],
    &["listing", "of"],
    &["list", "with"],
];

/// Puts it plainly.
pub(super) fn chat(question: &str, lexicon: &Lexicon) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut changed = false;
    for sentence in sentences(question) {
        if is_arrangement(sentence) && !out.is_empty() {
            changed = true;
            continue;
        }
        let plain = opened(sentence, lexicon).map(|s| framed(&s, lexicon)).or_else(|| {
            let framed = framed(sentence, lexicon);
            (framed != sentence).then_some(framed)
        });
        changed |= plain.is_some();
        out.push(plain.unwrap_or_else(|| sentence.to_owned()));
    }
    let text = if changed { out.join(" ") } else { question.to_owned() };
    for_me(&text)
}

fn listed(words: &str, word: &str) -> bool {
    words.split_ascii_whitespace().any(|w| w == word)
}

/// A sentence that opens like a message.
fn opened(sentence: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(sentence);
    let polite = found.iter().take_while(|w| listed(POLITE, &w.lower.replace('’', "'"))).count();
    // "can" alone asks: "can members borrow …".
    let asked = |at: usize| {
        OPENINGS.split('|').find_map(|opening| {
            let phrase: Vec<&str> = opening.split_ascii_whitespace().collect();
            said(sentence, &found, at, &phrase).then_some(at + phrase.len())
        })
    };
    let to = (0..=polite).find_map(asked)?;
    // "I need, for each club, …"
    let rest = slice(sentence, found.get(to)?.from..);
    let next = lower(&found, to);
    if slice(sentence, found[to - 1].to..found[to].from).contains([':', '(', '"', '\'']) {
        return None;
    }
    let question = listed("how which what who whom whose where when for", next);
    // "report status by month", where there are reports: a noun.
    let called =
        to == 1 && lexicon.is_word(&lemma(lower(&found, 0))) && !listed("the all each every me", next);
    if called || to == 1 && lower(&found, 0) == "need" && next == "for" {
        return None;
    }
    // "check if", "say whether" ask for yes or no; "report number", "output voltage" are things that are kept.
    let noun = to == 1 && !question && !listed("the all each every both me a an", next);
    let wishes = next == "to" && !lower(&found, to - 1).ends_with("to");
    if wishes
        || listed("if whether that this it", next)
        || noun && !listed(POLITE, lower(&found, 0)) && found.len() < 4
    {
        return None;
    }
    let rest = rest.strip_prefix("me ").unwrap_or(rest);
    Some(if question {
        let mut chars = rest.chars();
        let capital: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
        format!("{capital}{}", chars.as_str())
    } else {
        format!("Show {rest}")
    })
}

/// "an overview of our flights": our flights.
fn framed(sentence: &str, lexicon: &Lexicon) -> String {
    let found = words(sentence);
    for at in 1..found.len() {
        let Some(frame) = FRAMES.iter().find(|f| said(sentence, &found, at, f)) else { continue };
        let article = matches!(lower(&found, at - 1), "a" | "an" | "the");
        if article && !lexicon.is_word(&lemma(frame[0])) {
            return instead(sentence, found[at - 1].from, found[at + frame.len() - 1].to, "");
        }
    }
    sentence.to_owned()
}

/// "Put the id first, then the salary.": how columns stand is no part of what is asked.
fn is_arrangement(sentence: &str) -> bool {
    let found = words(sentence);
    let puts = lower(&found, 0) == "put" && matches!(lower(&found, 1), "the" | "its" | "their");
    puts && found.iter().any(|w| w.lower == "first")
        && found.len() <= 10
        && !found
            .iter()
            .any(|w| listed("highest lowest oldest newest largest smallest most latest earliest", &w.lower))
}

/// "count the flights for me": count them.
fn for_me(text: &str) -> String {
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        lower(&found, *at) == "for"
            && lower(&found, at + 1) == "me"
            && found.get(at + 1).is_some_and(|w| {
                let rest = slice(text, w.to..).trim_start();
                rest.is_empty() || rest.starts_with(['.', '?', '!', ':', ','])
            })
    });
    at.map_or_else(|| text.to_owned(), |at| instead(text, found[at].from, found[at + 1].to, ""))
}
