//! Sums and ends as people speak of them: "add up the fees", "what do the payments add up to", "the grand total", "the top
//! salary", "the commonest way of paying", "most frequently".

use super::{Word, bare, instead, lower, said, slice, words};
use crate::offline::{
    lexicon::Lexicon,
    plural,
    words::{lemma, number_word},
};

/// What is said, and plainer words for it.
const PHRASES: &[(&[&str], &[&str])] = &[
    (&["pricier"], &["more", "expensive"]),
    (&["than", "an", "hour"], &["than", "1", "hour"]),
    (&["over", "an", "hour"], &["more", "than", "1", "hour"]),
    (&["under", "an", "hour"], &["less", "than", "1", "hour"]),
    (&["than", "half", "an", "hour"], &["than", "30", "minutes"]),
    (&["over", "half", "an", "hour"], &["more", "than", "30", "minutes"]),
    (&["under", "half", "an", "hour"], &["less", "than", "30", "minutes"]),
    (&["the", "commonest"], &["the", "most", "common"]),
    (&["when", "it", "comes", "to"], &["by"]),
    (&["judging", "by"], &["by"]),
    (&["best", "rated", "at", "the", "top"], &["best", "rated", "first"]),
    (&["and", "worst", "at", "the", "bottom"], &[]),
    (&["fell", "on"], &["is", "on"]),
    (&["falls", "on"], &["is", "on"]),
    (&["a", "saturday", "or", "sunday"], &["a", "weekend"]),
    (&["a", "saturday", "or", "a", "sunday"], &["a", "weekend"]),
    (&["saturdays", "or", "sundays"], &["weekends"]),
    (&["saturdays", "and", "sundays"], &["weekends"]),
    (&["all", "put", "together"], &["in", "total"]),
    (&["the", "whole", "amount"], &["the", "total", "amount"]),
    (&["the", "overall", "sum", "of"], &["the", "total"]),
    (&["prior", "to"], &["before"]),
    (&["earlier", "than"], &["before"]),
    (&["no", "less", "than"], &["at", "least"]),
    (&["not", "less", "than"], &["at", "least"]),
    (&["not", "fewer", "than"], &["at", "least"]),
    (&["a", "minimum", "of"], &["at", "least"]),
    (&["a", "maximum", "of"], &["at", "most"]),
    (&["not", "a", "single"], &["no"]),
    (&["not", "even", "one"], &["no"]),
    (&["more", "than", "a", "single"], &["more", "than", "one"]),
    (&["in", "total", "together"], &["in", "total"]),
    (&["in", "possession", "of"], &["with"]),
    (&["in", "terms", "of"], &["by"]),
    (&["calendar", "month"], &["month"]),
    (&["calendar", "year"], &["year"]),
    (&["next", "to", "it"], &[]),
    (&["beside", "it"], &[]),
    (&["the", "single"], &["the"]),
    (&["which", "single"], &["which"]),
    (&["arranged", "in", "order", "of"], &["sorted", "by"]),
    (&["arranged", "by"], &["sorted", "by"]),
    (&["in", "the", "order", "of", "the", "alphabet"], &["in", "alphabetical", "order"]),
    (&["sorted", "by", "alphabet"], &["in", "alphabetical", "order"]),
    (&["without", "repeats"], &["without", "duplicates"]),
    (&["no", "repeats"], &["without", "duplicates"]),
    (&["no", "duplicates"], &["without", "duplicates"]),
    (&["and", "output"], &["and", "show"]),
    (&["and", "print"], &["and", "show"]),
    (&["somewhere", "in"], &["in"]),
    (&["more", "money", "than"], &["more", "than"]),
    (&["than", "mean"], &["than", "the", "average"]),
    (&["above", "mean"], &["above", "average"]),
    (&["below", "mean"], &["below", "average"]),
];

pub(super) fn sums(question: &str, lexicon: &Lexicon) -> String {
    let mut text = question.to_owned();
    for (phrase, plain) in PHRASES {
        let found = words(&text);
        // "no earlier than" is its contrary.
        let denied = |at: usize| at > 0 && matches!(lower(&found, at - 1), "no" | "not");
        if let Some(at) = (0..found.len()).find(|at| said(&text, &found, *at, phrase) && !denied(*at)) {
            text = instead(&text, found[at].from, found[at + phrase.len() - 1].to, &plain.join(" "));
        }
    }
    text = text.replace(", at the same time,", "");
    text = ids(&text, lexicon);
    text = multiple(&text, lexicon);
    text = top_ranked(&text).unwrap_or(text);
    text = alphabetical(&text).unwrap_or(text);
    text = broken_down(&text, lexicon).unwrap_or(text);
    text = too(&text, lexicon);
    text = grouped(&text).unwrap_or(text);
    text = amount_of(&text, lexicon).unwrap_or(text);
    text = added_up(&text, lexicon);
    text = over_every(&text, lexicon).unwrap_or(text);
    text = added(&text).unwrap_or(text);
    text = adds_to(&text).unwrap_or(text);
    top(&text, lexicon).unwrap_or(text)
}

/// "the identifiers of the planes": their ids.
fn ids(text: &str, lexicon: &Lexicon) -> String {
    let mut out = text.to_owned();
    if !lexicon.is_word("identifier") {
        for word in words(text).iter().rev() {
            match word.lower.as_str() {
                "identifier" => out.replace_range(word.from..word.to, "id"),
                "identifiers" => out.replace_range(word.from..word.to, "ids"),
                _ => {}
            }
        }
    }
    out
}

/// "hold multiple policies": more than one.
fn multiple(text: &str, lexicon: &Lexicon) -> String {
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        let noun = lower(&found, at + 1);
        lower(&found, *at) == "multiple" && lexicon.names_table(&lemma(noun), 0.75) && lemma(noun) != noun
    });
    at.map_or_else(|| text.to_owned(), |at| instead(text, found[at].from, found[at].to, "more than one"))
}

/// "the top 3 products ranked by sales": the top 3 by sales.
fn top_ranked(text: &str) -> Option<String> {
    let found = words(text);
    let at = (2..found.len()).find(|at| {
        matches!(lower(&found, *at), "ranked" | "sorted" | "ordered" | "going" | "judged" | "measured")
            && lower(&found, at + 1) == "by"
    })?;
    let top = (0..at).rev().take(6).any(|n| matches!(lower(&found, n), "top" | "bottom"));
    top.then(|| instead(text, found[at].from, found[at].to, ""))
}

/// "an alphabetical list of the names": the names in alphabetical order.
fn alphabetical(text: &str) -> Option<String> {
    let found = words(text);
    let at = (0..found.len()).find(|at| said(text, &found, *at, &["alphabetical", "list", "of"]))?;
    let from = at - usize::from(at > 0 && matches!(lower(&found, at - 1), "a" | "an" | "the"));
    let rest = slice(text, found[at + 3].from..).trim_end();
    let plain = bare(rest);
    (!plain.contains(['.', '?', ',']))
        .then(|| format!("{}{plain} in alphabetical order.", slice(text, ..found[from].from).to_owned()))
}

/// "Break the payments down by method", "split the orders by status": payments by method.
fn broken_down(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let polite = |w: &&Word| {
        matches!(w.lower.as_str(), "show" | "please" | "can" | "could" | "would" | "you" | "kindly")
    };
    let from = found.iter().take_while(polite).count();
    let breaks = matches!(lower(&found, from), "break" | "split") && !lexicon.is_word(lower(&found, from));
    let first = from + 1 + usize::from(lower(&found, from + 1) == "down");
    let by =
        (first + 1..found.len().min(first + 12)).find(|at| lower(&found, *at) == "by").filter(|_| breaks)?;
    if slice(text, found[by].from..).contains(" and ") {
        return None;
    }
    let end = by - usize::from(lower(&found, by - 1) == "down");
    let what = text.get(found.get(first)?.from..found[end - 1].to)?;
    let counted = lexicon
        .names_table(&lemma(words(what).iter().map(|w| w.lower.as_str()).find(|w| *w != "the")?), 0.75);
    let head = if counted { "Number of" } else { "Show" };
    let what = if counted { what.strip_prefix("the ").unwrap_or(what) } else { what };
    Some(format!("{head} {what} {}", slice(text, found[by].from..)))
}

/// "its name, and its price too": and its price.
fn too(text: &str, lexicon: &Lexicon) -> String {
    let found = words(text);
    let at = (2..found.len()).rev().find(|at| {
        let rest = slice(text, found[*at].to..).trim_start();
        // "… and on the other one too" asks for both.
        let column = lexicon.is_word(&lemma(lower(&found, at - 1)));
        lower(&found, *at) == "too" && column && (rest.is_empty() || rest.starts_with(['.', '?', '!', ',']))
    });
    at.map_or_else(|| text.to_owned(), |at| instead(text, found[at].from, found[at].to, ""))
}

/// "Group the flights by origin and show each origin with its number of flights": the second half says it all.
fn grouped(text: &str) -> Option<String> {
    let found = words(text);
    let at = (3..found.len().min(12)).find(|at| {
        lower(&found, *at) == "and"
            && matches!(lower(&found, at + 1), "show" | "give" | "tell" | "list" | "return" | "count")
    })?;
    let by = found[..at].iter().any(|w| matches!(w.lower.as_str(), "by" | "on" | "per"));
    (lower(&found, 0) == "group" && by).then(|| {
        let rest = slice(text, found[at + 1].from..);
        let mut chars = rest.chars();
        let capital: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
        format!("{capital}{}", chars.as_str())
    })
}

/// "the quantity of flights": their number, where no quantity is kept.
fn amount_of(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (0..found.len()).find(|at| {
        let what = at + 2 + usize::from(matches!(lower(&found, at + 2), "the" | "all" | "our"));
        matches!(lower(&found, *at), "quantity" | "count" | "tally")
            && lower(&found, at + 1) == "of"
            && !lexicon.is_word(lower(&found, *at))
            && lexicon.names_table(&lemma(lower(&found, what)), 0.75)
    })?;
    Some(instead(text, found[at].from, found[at].to, "number"))
}

/// "How much was paid, adding up all payments?", "If you add the fees together, what do you get?", "If we put all claims
/// together, what is the total?": what is the total.
fn added_up(text: &str, lexicon: &Lexicon) -> String {
    let found = words(text);
    let n = found.len();
    let adds =
        |at: usize| matches!(lower(&found, at), "add" | "put" | "sum" | "adding" | "added" | "putting");
    let joined =
        |from: usize, to: usize| (from..to).find(|at| matches!(lower(&found, *at), "up" | "together"));
    if lower(&found, 0) == "if" && matches!(lower(&found, 1), "you" | "we" | "i" | "one") && adds(2) {
        let comma = (3..n).find(|at| slice(text, found[*at].to..).trim_start().starts_with(','));
        if let Some((comma, up)) = comma.and_then(|comma| Some((comma, joined(3, comma + 1)?))) {
            let rest = slice(text, found[comma].to..).trim_start().trim_start_matches(',').trim_start();
            let asks = words(rest);
            // ", what do you get?"
            if lower(&asks, 0) == "what"
                && matches!(lower(&asks, 1), "do" | "does" | "would" | "is")
                && asks.len() < 6
            {
                let (from, to) = if up == 3 { (4, comma) } else { (3, comma - usize::from(up == comma)) };
                let from = from + usize::from(lower(&found, from) == "the");
                if from <= to {
                    return format!("What is the total {}?", slice(text, found[from].from..found[to].to));
                }
            } else if lower(&found, 2) == "put" {
                let mut chars = rest.chars();
                let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
                return format!("{first}{}", chars.as_str());
            }
        }
    }
    // ", adding up all settlements?", ", one number"
    let sums =
        found.iter().any(|w| matches!(w.lower.as_str(), "total" | "much" | "sum" | "overall" | "money"));
    let tail = (2..n).find(|at| {
        let comma = slice(text, ..found[*at].from).trim_end().ends_with(',');
        let adding = lower(&found, *at) == "adding" && lower(&found, at + 1) == "up";
        let named = (at + 2..n).any(|i| lexicon.names_table(&lemma(lower(&found, i)), 0.75));
        let one = lower(&found, *at) == "one" && lower(&found, at + 1) == "number" && at + 2 == n;
        comma && (adding && named || one)
    });
    match tail.filter(|_| sums) {
        Some(at) => {
            let head = slice(text, ..found[at].from).trim_end().trim_end_matches(',');
            let mark = if text.trim_end().ends_with('?') { "?" } else { "." };
            format!("{head}{mark}")
        }
        None => text.to_owned(),
    }
}

/// "the total amount over every payment made", "sum the fees of each booking record": of all payments.
fn over_every(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let totals = |w: &Word| matches!(w.lower.as_str(), "total" | "sum");
    let total = found.iter().position(totals)?;
    let at = (total + 1..found.len()).find(|at| {
        matches!(lower(&found, *at), "over" | "across" | "of")
            && lower(&found, at + 1) == "every"
            && lexicon.names_table(&lemma(lower(&found, at + 2)), 0.75)
    })?;
    let idle = usize::from(matches!(lower(&found, at + 3), "made" | "record" | "recorded" | "entry"));
    let end = at + 2 + idle;
    let rows = plural(&lemma(lower(&found, at + 2)));
    bare(slice(text, found[end].to..))
        .is_empty()
        .then(|| instead(text, found[at].from, found[end].to, &format!("of all {rows}")))
}

/// "Add up the fees of …", "sum the amounts": what is their total.
fn added(text: &str) -> Option<String> {
    let found = words(text);
    let from = usize::from(matches!(lower(&found, 0), "show" | "please"));
    let mut at = match (lower(&found, from), lower(&found, from + 1)) {
        ("add" | "sum" | "total" | "count", "up" | "together") => from + 2,
        ("sum" | "total", "the" | "all") => from + 1,
        _ => return None,
    };
    // "count up the flights"
    if lower(&found, from) == "count" {
        return Some(format!("Count {}", slice(text, found.get(at)?.from..)));
    }
    while matches!(lower(&found, at), "the" | "all" | "of") {
        at += 1;
    }
    let rest = bare(slice(text, found.get(at)?.from..));
    Some(format!("What is the total {rest}?"))
}

/// "What do the payments add up to?": what is their total.
fn adds_to(text: &str) -> Option<String> {
    let found = words(text);
    let asks = lower(&found, 0) == "what" && matches!(lower(&found, 1), "do" | "does" | "did");
    let at = (3..found.len()).find(|at| {
        matches!(
            (lower(&found, *at), lower(&found, at + 1), lower(&found, at + 2)),
            ("add" | "adds", "up", "to") | ("sum", "up", "to") | ("come", "to", _)
        )
    })?;
    let ends = bare(slice(text, found[(at + 2).min(found.len() - 1)].to..)).is_empty();
    let from =
        2 + usize::from(matches!(lower(&found, 2), "all" | "the")) + usize::from(lower(&found, 3) == "the");
    (asks && ends && from < at)
        .then(|| format!("What is the total {}?", slice(text, found[from].from..found[at].from).trim()))
}

/// "the top salary": the highest; "the top claim by amount": the first.
fn top(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    for at in 1..found.len().saturating_sub(1) {
        let the = matches!(lower(&found, at - 1), "the" | "our" | "what's") && lower(&found, at) == "top";
        let noun = lower(&found, at + 1);
        if !the
            || number_word(noun).is_some()
            || noun.bytes().any(|b| b.is_ascii_digit())
            || lemma(noun) != noun
        {
            continue;
        }
        if lexicon.names_table(noun, 0.9) {
            return Some(instead(text, found[at].from, found[at].to, "top 1"));
        }
        let column = lexicon.columns.iter().flatten().any(|n| n.words.last().is_some_and(|w| w == noun));
        if column {
            return Some(instead(text, found[at].from, found[at].to, "highest"));
        }
    }
    None
}
