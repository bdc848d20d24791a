//! Tails that only say what to show: "… - full names", "The ids are enough.", "I only need the ids.", "who are they?".

use super::{bare, sentences, slice, words};
use crate::offline::lexicon::Lexicon;

pub(super) fn tails(question: &str, lexicon: &Lexicon) -> String {
    let plain = of_that(question);
    let question = plain.as_deref().unwrap_or(question);
    if let Some(text) = counted(question) {
        return text;
    }
    let text = dashed(question).unwrap_or_else(|| question.trim().to_owned());
    let text = once(&text, lexicon).unwrap_or(text);
    let text = each_with(&text).unwrap_or(text);
    let parts = sentences(&text);
    let Some((first, rest)) = parts.split_first().filter(|(_, rest)| !rest.is_empty()) else { return text };
    let mut out = (*first).to_owned();
    let mut changed = false;
    for sentence in rest {
        if is_once(sentence)
            && let Some(plain) = different(&out, lexicon)
        {
            changed = true;
            out = plain;
            continue;
        }
        if let Some(way) = of_steps(sentence, &out) {
            changed = true;
            out = format!("{}{way}.", bare(&out));
            continue;
        }
        if is_remark(sentence) {
            changed = true;
            continue;
        }
        let plain = shown(sentence);
        changed |= plain.is_some();
        out.push(' ');
        out.push_str(plain.as_deref().unwrap_or(sentence));
    }
    if changed { out.trim_end().to_owned() } else { text }
}

/// "Name each of them once.", "List each town only once.": each shown once.
fn is_once(sentence: &str) -> bool {
    let found = words(sentence);
    let n = found.len();
    let opens = found.first().is_some_and(|w| {
        matches!(w.lower.as_str(), "name" | "list" | "show" | "give" | "state" | "mention" | "return")
    });
    let each = found.get(1).is_some_and(|w| matches!(w.lower.as_str(), "each" | "every"));
    opens && each && (3..=7).contains(&n) && found[n - 1].lower == "once"
}

/// "For each kind of document, show … the number of documents of that kind.": that goes without saying.
fn of_that(text: &str) -> Option<String> {
    let found = words(text);
    let lower = |at: usize| found.get(at).map_or("", |w| w.lower.as_str());
    let n = found.len().checked_sub(3).filter(|n| *n > 3)?;
    let that = lower(n) == "of" && lower(n + 1) == "that";
    let each = (0..n).any(|at| matches!(lower(at), "each" | "every") && lower(at + 1) == lower(n + 2));
    (that && each).then(|| format!("{}{}", slice(text, ..found[n - 1].to), slice(text, found[n + 2].to..)))
}

/// "…; show each name with the hardness": the name and it.
fn each_with(text: &str) -> Option<String> {
    let found = words(text);
    let lower = |at: usize| found.get(at).map_or("", |w| w.lower.as_str());
    let at = (0..found.len().saturating_sub(4)).find(|at| {
        matches!(lower(*at), "show" | "give" | "list" | "return")
            && lower(at + 1) == "each"
            && matches!(lower(at + 2), "name" | "title" | "id")
            && lower(at + 3) == "with"
            && matches!(lower(at + 4), "the" | "its" | "their")
    })?;
    let head = slice(text, ..found[at + 1].from);
    let noun = slice(text, found[at + 2].from..found[at + 2].to);
    Some(format!("{head}the {noun} and the{}", slice(text, found[at + 4].to..)))
}

/// "the labs that …, each only once", "…, each lawyer once", "…, without repetition": different ones.
fn once(text: &str, lexicon: &Lexicon) -> Option<String> {
    let parts = sentences(text);
    let (first, rest) = parts.split_first()?;
    let (head, tail) = first.rsplit_once(", ")?;
    let found = words(tail);
    let lower = |at: usize| found.get(at).map_or("", |w| w.lower.as_str());
    let n = found.len();
    let each = lower(0) == "each" && lower(n - 1) == "once" && n <= 4;
    let plain = lower(0) == "without"
        && n <= 3
        && matches!(lower(n - 1), "repetition" | "repetitions" | "repeats" | "duplicates" | "repeating");
    let end = if first.ends_with('?') { "?" } else { "." };
    let different = different(&format!("{head}{end}"), lexicon).filter(|_| each || plain)?;
    Some([&[different.as_str()], rest].concat().join(" "))
}

/// "Which towns …": which different towns.
fn different(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let lower = |at: usize| found.get(at).map_or("", |w| w.lower.as_str());
    let at = match (lower(0), lower(1), lower(2)) {
        ("which" | "what", noun, _) if !matches!(noun, "is" | "are" | "was" | "were") => 1,
        ("list" | "show" | "give" | "name" | "find" | "return", "all", "the") => 3,
        ("list" | "show" | "give" | "name" | "find" | "return", "the" | "all" | "every", _) => 2,
        ("what", "are", "the") => 3,
        _ => return None,
    };
    let first = found.get(at)?;
    // Which people: each is one of them.
    if at == 1 && lexicon.names_table(&super::lemma(&first.lower), 0.75) {
        return Some(text.to_owned());
    }
    let known = matches!(first.lower.as_str(), "different" | "distinct" | "unique");
    (!known).then(|| format!("{}different {}", slice(text, ..first.from), slice(text, first.from..)))
}

/// "How many … in each year? List the years in ascending order.", "Order the years from earliest to latest.": time goes so
/// anyway.
fn of_steps(sentence: &str, before: &str) -> Option<&'static str> {
    let found = words(sentence);
    let lower = |at: usize| found.get(at).map_or("", |w| w.lower.as_str());
    let opens = matches!(lower(0), "list" | "order" | "sort" | "show" | "arrange");
    let the = usize::from(lower(1) == "the");
    let step = lower(1 + the)
        .strip_suffix('s')
        .filter(|step| matches!(*step, "year" | "month" | "quarter" | "day" | "week"))?;
    let split = words(before)
        .windows(2)
        .any(|w| matches!(w[0].lower.as_str(), "each" | "every" | "per" | "by") && w[1].lower == step);
    let rest: Vec<&str> = found.iter().skip(2 + the).map(|w| w.lower.as_str()).collect();
    let up = matches!(
        rest.as_slice(),
        ["in", "ascending" | "chronological", "order"]
            | ["from", "earliest" | "oldest" | "first", "to", "latest" | "newest" | "last"]
    );
    let down = matches!(
        rest.as_slice(),
        ["in", "descending", "order"]
            | ["from", "latest" | "newest" | "last", "to", "earliest" | "oldest" | "first"]
    );
    match (opens && split, up, down) {
        (true, true, _) => Some(", in chronological order"),
        (true, _, true) => Some(", newest first"),
        _ => None,
    }
}

/// How steps of time are written, and that empty ones are not: "Represent each quarter by its first day.", "Months without
/// orders can be left out."
fn is_remark(sentence: &str) -> bool {
    let lower = bare(sentence).to_ascii_lowercase();
    let step = ["month", "quarter", "week", "year", "day"].iter().any(|s| lower.contains(s));
    let empty =
        [" can be left out", " may be left out", " can be omitted", " need not be shown", " do not matter"];
    let written = ["represent ", "write ", "express "].iter().any(|verb| lower.starts_with(verb))
        && (lower.contains("first day") || lower.contains("first date"));
    step && (written || lower.contains(" without ") && empty.iter().any(|end| lower.ends_with(end)))
}

/// "Passengers without an email - full names": a sentence of its own.
fn dashed(text: &str) -> Option<String> {
    let (at, dash) = [" - ", " – ", " — "].iter().find_map(|dash| text.rfind(dash).map(|at| (at, *dash)))?;
    let (head, tail) = (slice(text, ..at).trim(), bare(slice(text, at + dash.len()..)));
    let said = words(tail);
    let lower: Vec<&str> = said.iter().map(|w| w.lower.as_str()).collect();
    if head.len() < 8 || [" - ", " – ", " — "].iter().any(|dash| head.contains(dash)) {
        return None;
    }
    let ended = if head.ends_with(['.', '?', '!', ';']) { head.to_owned() } else { format!("{head}.") };
    match lower.as_slice() {
        ["who", "are" | "is", "they" | "he" | "she" | "it"] => Some(ended),
        ["what", "are" | "is", "their" | "its" | "his" | "her", ..] => {
            Some(format!("{ended} Show {}", slice(tail, said[3].from..)))
        }
        _ if !lower.is_empty() && lower.len() <= 6 && lower.iter().all(|w| names(w)) => {
            Some(format!("{ended} Show {tail}."))
        }
        _ => None,
    }
}

/// "guests without an email: how many are there": how many guests.
fn counted(text: &str) -> Option<String> {
    let body = bare(text);
    let lower = body.to_ascii_lowercase();
    let (head, tail) = [": ", " - ", "; "].iter().find_map(|mark| {
        let at = lower.rfind(mark)?;
        Some((slice(body, ..at), slice(&lower, at + mark.len()..)))
    })?;
    let counts = matches!(
        tail,
        "how many are there" | "how many" | "how many are they" | "how many of them are there"
    );
    let first = words(head).first()?.lower.clone();
    let asks = matches!(
        first.as_str(),
        "show" | "list" | "which" | "who" | "what" | "how" | "give" | "find" | "count" | "the" | "all"
    );
    (counts && !asks).then(|| {
        let mut chars = head.trim().chars();
        let first: String = chars.next().map(|c| c.to_lowercase().collect()).unwrap_or_default();
        format!("How many {first}{}?", chars.as_str())
    })
}

/// A word as what is shown may have it.
fn names(word: &str) -> bool {
    !word.contains(|c: char| c.is_ascii_digit())
        && !matches!(
            word,
            "how"
                | "what"
                | "which"
                | "who"
                | "where"
                | "when"
                | "by"
                | "per"
                | "each"
                | "every"
                | "for"
                | "than"
                | "not"
                | "no"
                | "without"
                | "in"
                | "from"
                | "since"
                | "before"
                | "after"
                | "is"
                | "are"
                | "was"
                | "were"
                | "has"
                | "have"
                | "had"
                | "with"
                | "if"
                | "descending"
                | "ascending"
                | "first"
                | "most"
                | "least"
                | "highest"
                | "lowest"
                | "once"
                | "total"
        )
}

/// "The ids are enough.", "I only need the ids.", "I want to see the name as well.": a sentence that says so plainly.
fn shown(sentence: &str) -> Option<String> {
    const NEEDS: &[&str] = &[
        "i only need ",
        "we only need ",
        "i just need ",
        "we just need ",
        "i only want ",
        "i just want ",
        "i want to see ",
        "we want to see ",
        "i would like to see ",
        "i'd like to see ",
        "i would like ",
        "just the ",
    ];
    const ENOUGH: &[&str] = &[
        " are enough",
        " is enough",
        " will do",
        " would do",
        " suffice",
        " suffices",
        " are sufficient",
        " is sufficient",
        " are needed",
        " is needed",
    ];
    let body = bare(sentence);
    let lower = body.to_ascii_lowercase();
    // "Put the names in alphabetical order."
    if lower.starts_with("put ") && lower.ends_with(" in alphabetical order") {
        return Some(format!("Show {}", slice(body, "put ".len()..)));
    }
    let what =
        NEEDS.iter().find(|p| lower.starts_with(**p)).map(|p| slice(body, p.len()..)).or_else(|| {
            ENOUGH.iter().find(|p| lower.ends_with(**p)).map(|p| slice(body, ..body.len() - p.len()))
        })?;
    let lower = what.to_ascii_lowercase();
    let what = [" as well", " too", " also"]
        .iter()
        .find(|p| lower.ends_with(**p))
        .map_or(what, |p| slice(what, ..what.len() - p.len()));
    let plain = !what.is_empty() && words(what).len() <= 8;
    plain.then(|| format!("Show {what}."))
}
