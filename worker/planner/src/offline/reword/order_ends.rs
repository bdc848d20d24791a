//! What the ends of an order speak of: the cheapest and the dearest of a price, the newest and the oldest of a date. Which
//! column that is, the question or the catalogue says.

use super::{is_number, kept, lower};
use crate::offline::{
    lexicon::Lexicon,
    words::{self, Token, TokenKind},
};
use rowcall_core::{Catalogue, Column, TypeKind};

/// What one end of an order speaks of.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Of {
    /// A number, whichever is spoken of.
    Number,
    /// A point in time.
    Time,
    /// One of these nouns.
    Nouns(&'static [&'static str]),
}

const PRICES: Of = Of::Nouns(&["price", "cost", "fee", "rate", "amount"]);
const PAY: Of = Of::Nouns(&["salary", "wage", "pay", "income"]);
const LENGTHS: Of = Of::Nouns(&words::LENGTHS);

/// "cheapest": what it speaks of, whether the order goes down, and how many words say it.
pub(super) fn end_at(tokens: &[Token], at: usize) -> Option<(Of, bool, usize)> {
    let two = match (lower(tokens, at), lower(tokens, at + 1)) {
        ("most" | "least", "expensive" | "costly") => Some(PRICES),
        ("most" | "least", "recent" | "recently") => Some(Of::Time),
        ("best" | "worst" | "highest" | "lowest" | "most" | "least", "paid") => Some(PAY),
        ("most" | "least", "populous" | "populated") => Some(Of::Nouns(&["population"])),
        _ => None,
    };
    if let Some(of) = two {
        return Some((of, matches!(lower(tokens, at), "most" | "best" | "highest"), 2));
    }
    let (of, down) = match lower(tokens, at) {
        "highest" | "most" | "largest" | "biggest" | "greatest" | "maximum" | "best" => (Of::Number, true),
        "lowest" | "least" | "smallest" | "fewest" | "minimum" | "worst" => (Of::Number, false),
        "newest" | "latest" => (Of::Time, true),
        "oldest" | "earliest" => (Of::Time, false),
        "youngest" => (Of::Time, true),
        "cheapest" => (PRICES, false),
        "dearest" | "costliest" | "priciest" => (PRICES, true),
        "longest" => (LENGTHS, true),
        "shortest" => (LENGTHS, false),
        "heaviest" => (Of::Nouns(words::measures_of("heavy")), true),
        "lightest" => (Of::Nouns(words::measures_of("heavy")), false),
        "tallest" => (Of::Nouns(words::measures_of("tall")), true),
        _ => return None,
    };
    Some((of, down, 1))
}

/// The oldest have the highest age, where ages are spoken of.
pub(super) fn aged(said: &str, of: Of, down: bool, before: &[Token], lexicon: &Lexicon) -> (Of, bool) {
    let spoken = before.iter().any(|t| t.lemma == "age") && lexicon.is_word("age");
    match said {
        "oldest" | "youngest" if spoken => (Of::Nouns(&["age"]), said == "oldest"),
        _ => (of, down),
    }
}

/// The words of the question that name a column of this kind, the last of them.
pub(super) fn named(
    tokens: &[Token],
    lexicon: &Lexicon,
    catalogue: &Catalogue,
    fits: impl Fn(&Column, &[String]) -> bool,
) -> Option<Vec<Token>> {
    let words = |range: &[Token]| range.iter().all(|t| t.kind == TokenKind::Word && !is_joint(&t.lower));
    for used in [3, 2, 1] {
        for at in (0..tokens.len().saturating_sub(used - 1)).rev() {
            let range = &tokens[at..at + used];
            // "price per litre" is no price per anything.
            if !words(range) || range.last().is_some_and(|t| t.lower == "per") {
                continue;
            }
            let phrase: Vec<&str> = range.iter().map(|t| t.lemma.as_str()).collect();
            let found = lexicon.columns_for(&phrase, catalogue);
            let best = found.first().is_some_and(|(c, score)| {
                let name = &lexicon.columns[c.table][c.column].words;
                *score >= 0.85 && fits(&catalogue.tables[c.table].columns[c.column], name)
            });
            let table = lexicon.tables_for(&phrase).first().is_some_and(|(_, s)| *s >= 0.95);
            if best && !table {
                return Some(range.to_vec());
            }
        }
    }
    None
}

pub(super) fn is_joint(word: &str) -> bool {
    matches!(word, "and" | "or" | "of" | "the" | "by" | "with" | "for" | "in" | "a" | "first" | "than")
}

/// What an end without a noun is the end of: a column that the question names, or the only one of the catalogue.
pub(super) fn sorted_by(
    of: Of,
    tokens: &[Token],
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<Vec<Token>> {
    match of {
        Of::Number => only_number(tokens, lexicon, catalogue),
        Of::Time => named(tokens, lexicon, catalogue, |column, name| {
            column.kind.is_temporal()
                || column.kind == TypeKind::Integer && name.last().is_some_and(|w| w == "year")
                || column.kind == TypeKind::Integer && name.last().is_some_and(|w| w == "since")
        }),
        Of::Nouns(nouns) => {
            // "the films with their running time, longest first".
            let lasts = |w: &str| of == LENGTHS && matches!(w, "time" | "minute" | "second" | "hour");
            let says = |name: &[String]| name.iter().any(|w| nouns.contains(&w.as_str()) || lasts(w));
            named(tokens, lexicon, catalogue, |column, name| column.kind.is_numeric() && says(name))
                .or_else(|| kept(nouns, lexicon))
        }
    }
}

/// "average salary, best paid first": by the average.
pub(super) fn is_mean(token: &Token) -> bool {
    matches!(token.lower.as_str(), "average" | "mean" | "total" | "sum")
}

/// The only number that the question names, where nothing is counted or computed: "names and salaries, highest first".
fn only_number(tokens: &[Token], lexicon: &Lexicon, catalogue: &Catalogue) -> Option<Vec<Token>> {
    let computes = |t: &Token| {
        t.kind == TokenKind::Number
            || matches!(
                t.lower.as_str(),
                "average"
                    | "mean"
                    | "total"
                    | "sum"
                    | "number"
                    | "count"
                    | "many"
                    | "much"
                    | "most"
                    | "least"
                    | "top"
                    | "each"
                    | "every"
                    | "per"
                    | "by"
                    | "than"
                    | "between"
                    | "over"
                    | "under"
                    | "above"
                    | "below"
                    | "highest"
                    | "lowest"
                    | "maximum"
                    | "minimum"
                    | "largest"
                    | "smallest"
                    | "biggest"
                    | "share"
                    | "percentage"
            )
    };
    if tokens.iter().any(computes) {
        return None;
    }
    let numeric = |column: &Column, _: &[String]| column.kind.is_numeric();
    let last = named(tokens, lexicon, catalogue, numeric)?;
    let at = tokens.windows(last.len()).rposition(|w| w == last.as_slice())?;
    let rest = [&tokens[..at], &tokens[at + last.len()..]].concat();
    named(&rest, lexicon, catalogue, numeric).is_none().then_some(last)
}

/// Rows that are ranked so anyway: "the 3 longest classes, from the longest to the shortest".
pub(super) fn ranked_so(before: &[Token], of: Of, down: bool) -> bool {
    let number = |i: usize| is_number(before.get(i)) || lower(before, i) == "top";
    let asked = (0..before.len()).any(|i| number(i) && !is_condition(before, i));
    let top = (0..before.len()).any(|i| lower(before, i) == "top") && down;
    let same = (0..before.len()).any(|i| {
        end_at(before, i).is_some_and(|(other, way, _)| {
            way == down && (other == of || other == Of::Number || of == Of::Number)
        })
    });
    asked && (top || same)
}

/// A number that is compared with: "over 20".
fn is_condition(tokens: &[Token], at: usize) -> bool {
    at > 0
        && matches!(
            lower(tokens, at - 1),
            "than"
                | "over"
                | "under"
                | "above"
                | "below"
                | "least"
                | "between"
                | "and"
                | "in"
                | "since"
                | "after"
                | "before"
        )
}
