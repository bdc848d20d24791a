//! Questions for yes or no that ask for a list in truth: "Are there any tutors without a course? Personal name and family
//! name.", "Is there a skill nobody has? Name it.", "Do we have hotels without bookings? Which?"

use super::{are_people, bare, sentences, slice, words};
use crate::offline::{lexicon::Lexicon, words::lemma};

/// The question for the list; nothing where it asks for no more than yes or no.
pub(super) fn listed(text: &str, lexicon: &Lexicon) -> Option<String> {
    // "Is there a theatre without tours, and which one is it?"
    let apart = [", and which", ", and who", ", and if so, which", ", if so, which"]
        .iter()
        .find_map(|tie| text.split_once(tie).map(|(head, tail)| (head, tie, tail)))
        .map(|(head, tie, tail)| {
            format!("{head}? {}{tail}", if tie.ends_with("who") { "Who" } else { "Which" })
        });
    let text = apart.as_deref().unwrap_or(text);
    let parts = sentences(text);
    let (first, rest) = parts.split_first()?;
    if let Some(known) = known(first) {
        return Some([&[known.as_str()], rest].concat().join(" "));
    }
    let tail = asked(rest)?;
    let said = words(first);
    let lower = |at: usize| said.get(at).map_or("", |w| w.lower.as_str());
    let from = match (lower(0), lower(1), lower(2)) {
        ("is" | "are" | "was" | "were", "there", _) => 2,
        ("do" | "did", "we" | "you", "have") => 3,
        // "Any programmes without a sponsor? Please list them."
        ("any", _, _) if first.ends_with('?') => 0,
        // "Are any of the …", "Has any …": the verb belongs behind its thing.
        _ => return None,
    };
    let mut at = from;
    while matches!(lower(at), "any" | "a" | "an" | "some" | "also" | "ever") {
        at += 1;
    }
    if matches!(lower(at), "no" | "more" | "less" | "fewer" | "enough" | "still" | "both") {
        return None;
    }
    if matches!(lower(at), "anyone" | "anybody" | "someone" | "somebody") {
        let mut kept = (0..lexicon.tables.len()).filter(|table| are_people(*table, lexicon));
        let people = lexicon.tables[kept.next().filter(|_| kept.next().is_none())?].words.join(" ");
        let behind = slice(first, said[at].to..).trim_end_matches(['.', '?', '!', ' ']);
        let who = crate::offline::plural(&people);
        return (!behind.is_empty()).then(|| match tail.is_empty() {
            true => format!("Which {who}{behind}?"),
            false => format!("List the {who}{behind}. {tail}"),
        });
    }
    // The thing is the first word that a table is called by.
    let thing = (at..said.len().min(at + 4)).find(|n| lexicon.names_table(&lemma(lower(*n)), 0.75))?;
    let noun = &said[thing];
    // "programme titles": the second noun tells how many.
    let next = lower(thing + 1);
    let told = next.ends_with('s') && lexicon.is_word(&lemma(next));
    let many = if lemma(&noun.lower) == noun.lower && !noun.lower.ends_with('s') && !told {
        crate::offline::plural(&noun.lower)
    } else {
        slice(first, noun.from..noun.to).to_owned()
    };
    let (head, behind) = (
        slice(first, said[at].from..noun.from),
        slice(first, noun.to..).trim_end_matches(['.', '?', '!', ' ']),
    );
    // "a category that has no products": categories that have none.
    let behind = behind
        .strip_prefix(" that has ")
        .or_else(|| behind.strip_prefix(" which has "))
        .or_else(|| behind.strip_prefix(" that have "))
        .or_else(|| behind.strip_prefix(" which have "))
        .map_or_else(|| behind.to_owned(), |rest| format!(" that have {rest}"));
    if behind.trim().is_empty() {
        return None;
    }
    let plain = behind.strip_prefix(" that have no ").map(|rest| format!(" without {rest}"));
    let behind = plain.unwrap_or(behind);
    Some(match tail.is_empty() {
        true => format!("Which {head}{many}{behind}?"),
        false => format!("List the {head}{many}{behind}. {tail}"),
    })
}

/// "Do we know the e-mail address of Ann Lee?": which it is. "Do we know who signed it?"
fn known(first: &str) -> Option<String> {
    let said = words(first);
    let lower = |at: usize| said.get(at).map_or("", |w| w.lower.as_str());
    let asks = matches!((lower(0), lower(1), lower(2)), ("do", "we" | "you", "know"));
    let what = slice(first, said.get(3).filter(|_| asks)?.from..);
    match lower(3) {
        "the" | "his" | "her" | "its" | "their" => Some(format!("Show {}.", bare(what))),
        "what" | "which" | "who" | "when" | "where" => Some(what.to_owned()),
        "how" if matches!(lower(4), "many" | "much") => Some(what.to_owned()),
        _ => None,
    }
}

/// What the sentences behind the question ask to see; nothing where they do not ask for the things themselves.
fn asked(rest: &[&str]) -> Option<String> {
    let [only] = rest else { return None };
    let polite = |w: &super::Word| w.lower == "please";
    let said: Vec<_> = words(only).into_iter().filter(|w| !polite(w)).collect();
    let lower: Vec<&str> = said.iter().map(|w| w.lower.as_str()).collect();
    match lower.as_slice() {
        ["which" | "who"]
        | ["which", "one" | "ones"]
        | ["which", "one" | "ones", "is" | "are", "it" | "they"]
        | ["name" | "list" | "show", "it" | "them"]
        | ["who", "are" | "is", "they" | "he" | "she" | "it"]
        | ["which", "are" | "is", "they" | "it"] => Some(String::new()),
        ["what", "are" | "is", "their" | "its", _, ..] => {
            Some(format!("Show {}.", bare(slice(only, said[3].from..))))
        }
        ["their" | "its", _, ..] => Some(format!("Show {}.", bare(slice(only, said[1].from..)))),
        ["show" | "list" | "give" | "return" | "name" | "tell" | "display", ..] => Some((*only).to_owned()),
        _ if only.ends_with('?') || lower.len() > 6 => None,
        _ if lower
            .iter()
            .any(|w| matches!(*w, "is" | "are" | "by" | "yes" | "no" | "or" | "how" | "if" | "why")) =>
        {
            None
        }
        _ => Some(format!("Show {}.", bare(only))),
    }
}
