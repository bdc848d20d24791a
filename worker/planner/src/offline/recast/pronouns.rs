//! What is told of things in a clause: "how old they are", "how far it can go", "what they earn", "more than 50 years old",
//! "can fly farther than 1000". The catalogue says what is kept of it.

use super::{instead, lower, slice, words};
use crate::offline::{
    lexicon::Lexicon,
    words::{lemma, measures_of},
};

/// What is kept of what somebody is paid.
const PAY: [&str; 5] = ["salary", "wage", "pay", "earnings", "income"];

/// Puts nouns for such clauses.
pub(super) fn pronouns(question: &str, lexicon: &Lexicon) -> String {
    let mut text = question.to_owned();
    for plainer in [years_old, how_far, earned, paid_between, farther, more_than_others] {
        text = plainer(&text, lexicon).unwrap_or(text);
    }
    people(&text, lexicon)
}

fn is_digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

/// "more than 56 years old", "below 30 years of age", "aged over 56": older than 56.
fn years_old(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let number = |at: usize| {
        is_digits(lower(&found, at)) || crate::offline::words::number_word(lower(&found, at)).is_some()
    };
    for at in 1..found.len() {
        let more = match (lower(&found, at), lower(&found, at + 1)) {
            ("more", "than") => Some((2, "older than")),
            ("less" | "fewer", "than") => Some((2, "younger than")),
            ("over" | "above", _) => Some((1, "older than")),
            ("under" | "below", _) => Some((1, "younger than")),
            _ => None,
        };
        let Some((n, than)) = more.filter(|(n, _)| number(at + n)) else { continue };
        let after = at + n + 1;
        let years = match (lower(&found, after), lower(&found, after + 1), lower(&found, after + 2)) {
            ("years", "of", "age") => 3,
            ("years", "old", _) => 2,
            _ if lower(&found, at - 1) == "aged" => 0,
            _ => continue,
        };
        if !lexicon.is_word("age") {
            return None;
        }
        let from = if lower(&found, at - 1) == "aged" { at - 1 } else { at };
        let number = slice(text, found[at + n].from..found[at + n].to);
        let to = found[at + n + years].to;
        return Some(instead(text, found[from].from, to, &format!("{than} {number}")));
    }
    None
}

/// "how old they are", "how far it can fly": their age, its distance.
fn how_far(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    for at in 0..found.len().saturating_sub(2) {
        let kept = measures_of(lower(&found, at + 1)).iter().find(|noun| lexicon.is_word(noun));
        let Some(noun) = kept.filter(|_| lower(&found, at) == "how") else { continue };
        let whose = match lower(&found, at + 2) {
            "it" => "its",
            "they" => "their",
            "he" => "his",
            "she" => "her",
            _ => continue,
        };
        let end = match (lower(&found, at + 3), lower(&found, at + 4)) {
            ("can", "go" | "fly" | "travel" | "drive" | "run" | "be") => at + 4,
            ("is" | "are" | "was" | "were" | "goes" | "go" | "flies" | "fly" | "lasts" | "last", _) => at + 3,
            _ => continue,
        };
        let rest = slice(text, found[end].to..).trim_start();
        let ends = rest.is_empty()
            || rest.starts_with([',', '.', '?', ';'])
            || matches!(lower(&found, end + 1), "and");
        // Several words may call it: "flight distance".
        if ends && at > 0 {
            return Some(instead(text, found[at].from, found[end].to, &format!("{whose} {noun}")));
        }
    }
    None
}

/// "what they earn", "how much each one earns": their salary.
fn earned(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let noun = PAY.iter().find(|noun| lexicon.is_word(noun))?;
    for at in 1..found.len().saturating_sub(1) {
        let n = match (lower(&found, at), lower(&found, at + 1)) {
            ("how", "much") => 2,
            ("what", "salary" | "pay" | "wage") => 2,
            ("what", _) => 1,
            _ => continue,
        };
        let (whose, verb) = match (lower(&found, at + n), lower(&found, at + n + 1)) {
            ("they" | "each", verb) if verb != "one" => ("their", at + n + 1),
            ("each", "one") => ("their", at + n + 2),
            ("does" | "do", "he" | "she" | "they") => ("their", at + n + 2),
            ("he" | "she", _) => ("their", at + n + 1),
            _ => continue,
        };
        let earns = matches!(lower(&found, verb), "earn" | "earns" | "make" | "makes" | "get" | "gets");
        let rest = found.get(verb).map(|w| slice(text, w.to..).trim_start())?;
        let ends = rest.is_empty() || rest.starts_with([',', '.', '?', ';']);
        if earns && ends {
            return Some(instead(text, found[at].from, found[verb].to, &format!("{whose} {noun}")));
        }
    }
    None
}

/// "employees earning between 1000 and 2000", "who make more than 5000": with a salary of that.
fn paid_between(text: &str, lexicon: &Lexicon) -> Option<String> {
    let noun = PAY.iter().find(|noun| lexicon.is_word(noun))?;
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        let earns = matches!(
            lower(&found, *at),
            "earn" | "earns" | "earning" | "earned" | "make" | "makes" | "making" | "paid"
        );
        let n = match (lower(&found, at + 1), lower(&found, at + 2)) {
            ("between" | "over" | "under" | "above" | "below", _) => at + 2,
            ("more" | "less", "than") | ("at", "least" | "most") => at + 3,
            _ => return false,
        };
        earns && is_digits(&lower(&found, n).replace(['.', ','], ""))
    })?;
    let mut from = at;
    while from > 1
        && matches!(
            lower(&found, from - 1),
            "who" | "that" | "are" | "is" | "get" | "gets" | "currently" | "do" | "does"
        )
    {
        from -= 1;
    }
    // "How much does …", "those making": somebody stands before.
    let who = lower(&found, from - 1);
    let whose =
        !matches!(who, "how" | "much" | "we" | "i" | "you" | "and" | "or" | "amount") && !who.ends_with("ly");
    whose.then(|| instead(text, found[from].from, found[at].to, &format!("with a {noun}")))
}

/// "can fly farther than 1000": with a distance greater than 1000.
fn farther(text: &str, lexicon: &Lexicon) -> Option<String> {
    let noun = measures_of("far").iter().find(|noun| lexicon.is_word(noun))?;
    let found = words(text);
    let at = (2..found.len().saturating_sub(1))
        .find(|at| matches!(lower(&found, *at), "farther" | "further") && lower(&found, at + 1) == "than")?;
    let mut from = at;
    while from > 1
        && matches!(
            lower(&found, from - 1),
            "go" | "goes" | "fly" | "flies" | "can" | "travel" | "to" | "able" | "that" | "which"
        )
    {
        from -= 1;
    }
    Some(instead(text, found[from].from, found[at].to, &format!("with a {noun} greater")))
}

/// "has more members than any other": has the most members.
fn more_than_others(text: &str, lexicon: &Lexicon) -> Option<String> {
    const OTHERS: [&[&str]; 9] = [
        &["any", "other", "one"],
        &["any", "other"],
        &["anyone", "else"],
        &["anybody", "else"],
        &["all", "others"],
        &["all", "the", "others"],
        &["the", "others"],
        &["anyone"],
        &["anybody"],
    ];
    let found = words(text);
    for than in 3..found.len() {
        if lower(&found, than) != "than" {
            continue;
        }
        let Some(others) = OTHERS.iter().find(|p| super::said(text, &found, than + 1, p)) else { continue };
        let Some(more) = (1..than).rev().take(6).find(|at| matches!(lower(&found, *at), "more" | "fewer"))
        else {
            continue;
        };
        let mut end = than + others.len();
        // "than any other club"
        if others == &["any", "other"] && lexicon.names_table(&lemma(lower(&found, end + 1)), 0.75) {
            end += 1;
        }
        let verb = matches!(
            lower(&found, more - 1),
            "has" | "have" | "had" | "got" | "with" | "having" | "get" | "gets" | "by"
        ) || lower(&found, more - 1).ends_with("ed")
            || lower(&found, more - 1).ends_with('s');
        if !verb || more + 1 >= than {
            continue;
        }
        let most = if lower(&found, more) == "more" { "the most" } else { "the fewest" };
        let cut = instead(text, found[than].from, found[end].to, "");
        return Some(instead(&cut, found[more].from, found[more].to, most));
    }
    None
}

/// "everybody living in Rome": people.
fn people(text: &str, lexicon: &Lexicon) -> String {
    let found = words(text);
    let mut out = text.to_owned();
    for (at, word) in found.iter().enumerate().rev() {
        let plain = match word.lower.as_str() {
            "everybody" | "everyone" => "people",
            "whoever" => "the person who",
            _ => continue,
        };
        let compared = at > 0 && matches!(lower(&found, at - 1), "than" | "not");
        if !compared && !lexicon.is_word(&word.lower) {
            out.replace_range(word.from..word.to, plain);
        }
    }
    out
}
