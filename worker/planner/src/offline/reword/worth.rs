//! What somebody spent, and numbers of a year or of each step of time: "customers who spent more than 500" have orders of more than 500
//! in total; "monthly revenue" is revenue by month.

use super::{is_mark, lower, word};
use crate::offline::{
    amounts::amount_column,
    lexicon::Lexicon,
    words::{Token, lemma},
};
use rowcall_core::Catalogue;

/// Puts them into plainer words.
pub(super) fn worth(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    years(tokens);
    trends(tokens, lexicon);
    steps(tokens, lexicon);
    spent(tokens, lexicon, catalogue);
}

/// "revenue for 2025": in that year.
fn years(tokens: &mut [Token]) {
    for at in 1..tokens.len().saturating_sub(1) {
        let text = tokens[at + 1].text.as_str();
        let year = text.len() == 4 && text.parse::<u16>().is_ok_and(|n| (1950..2100).contains(&n));
        if lower(tokens, at) == "for" && year && is_mark(tokens, at + 2) {
            tokens[at] = word("in");
        }
    }
}

/// "revenue over time", "the trend of revenue", "revenue trend": by month.
fn trends(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    let trend =
        |t: &str| matches!(t, "trend" | "trends" | "development" | "evolution") && !lexicon.is_word(t);
    if tokens.iter().any(|t| matches!(t.lower.as_str(), "by" | "per" | "each" | "every")) {
        return;
    }
    for at in 0..tokens.len() {
        let time = lower(tokens, at) == "over" && lower(tokens, at + 1) == "time" && is_mark(tokens, at + 2);
        if time && at > 0 {
            tokens.splice(at..at + 2, ["by", "month"].map(word));
            return;
        }
        if !trend(lower(tokens, at)) {
            continue;
        }
        let article = usize::from(at > 0 && lower(tokens, at - 1) == "the");
        if matches!(lower(tokens, at + 1), "of" | "in" | "for") && tokens.len() > at + 2 {
            let end = (at + 2..tokens.len())
                .find(|i| {
                    is_mark(tokens, *i)
                        || matches!(lower(tokens, *i), "in" | "this" | "last" | "since" | "for")
                })
                .unwrap_or(tokens.len());
            tokens.splice(end..end, ["by", "month"].map(word));
            tokens.drain(at - article..at + 2);
        } else if at > 0 {
            tokens.splice(at..=at, ["by", "month"].map(word));
        }
        return;
    }
}

/// "monthly revenue in 2025": revenue by month in 2025.
fn steps(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    let Some(at) = tokens.iter().position(|t| step_of(&t.lower).is_some()) else { return };
    let adverb = at > 0
        && !matches!(lower(tokens, at - 1), "the" | "show" | "me" | "our" | "give" | "list" | "plot" | "as");
    let splits =
        tokens.iter().any(|t| matches!(t.lower.as_str(), "by" | "per" | "each" | "every" | "average"));
    let Some(step) = step_of(lower(tokens, at)) else { return };
    if adverb || splits || lexicon.is_word(&tokens[at].lower) {
        return;
    }
    let stops = |i: usize| {
        is_mark(tokens, i)
            || matches!(
                lower(tokens, i),
                "in" | "for" | "during" | "since" | "from" | "between" | "where" | "with" | "and" | "as"
            )
    };
    let end = (at + 1..=tokens.len()).find(|i| stops(*i)).unwrap_or(tokens.len());
    if end < at + 2 {
        return;
    }
    tokens.splice(end..end, ["by", step].map(word));
    tokens.remove(at);
}

fn step_of(word: &str) -> Option<&'static str> {
    Some(match word {
        "daily" => "day",
        "weekly" => "week",
        "monthly" => "month",
        "quarterly" => "quarter",
        "yearly" | "annual" => "year",
        _ => return None,
    })
}

/// "customers who spent more than 500": with a total order value of more than 500.
fn spent(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let Some(verb) = (1..tokens.len()).find(|i| matches!(lower(tokens, *i), "spent" | "spend" | "spends"))
    else {
        return;
    };
    let compares = matches!(
        (lower(tokens, verb + 1), lower(tokens, verb + 2)),
        ("more" | "less", "than") | ("at", "least" | "most") | ("over" | "above" | "under" | "below", _)
    );
    let who = (0..verb).rev().find(|i| lexicon.names_table(&tokens[*i].lemma, 0.9));
    let Some(thing) = who.filter(|_| compares) else { return };
    let Some((person, _)) = lexicon.tables_for(&[&tokens[thing].lemma]).first().copied() else { return };
    // The one table of theirs that keeps amounts.
    let edges = lexicon.prepared.graph.edges.iter().filter(|e| e.to == person && e.from != person);
    let mut payments: Vec<usize> =
        edges.map(|e| e.from).filter(|t| amount_column(*t, lexicon, catalogue).is_some()).collect();
    payments.dedup();
    let [payment] = payments.as_slice() else { return };
    let Some(name) = lexicon.tables[*payment].words.last() else { return };
    let mut from = verb;
    while from > thing + 1
        && matches!(lower(tokens, from - 1), "who" | "that" | "have" | "has" | "had" | "ever")
    {
        from -= 1;
    }
    let value = ["with", "a", "total", lemma(name).as_str(), "value", "of"].map(word);
    tokens.splice(from..=verb, value);
    if let Some(at) =
        (from..tokens.len()).find(|i| lower(tokens, *i) == "in" && lower(tokens, i + 1) == "total")
    {
        tokens.drain(at..at + 2);
    }
}
