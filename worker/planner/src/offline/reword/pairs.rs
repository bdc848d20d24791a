//! Both ends of one column: "the cheapest and the dearest rate", "the earliest and the latest signup date", "how high is the
//! tallest tower and how high the shortest one". Each becomes "the minimum and maximum" of it.

use super::{is_end, kept, lower, word};
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind, measures_of},
};
use rowcall_core::Catalogue;

/// Puts both ends into plainer words.
pub(super) fn pairs(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    how_both(tokens, lexicon);
    let mut at = 0;
    while at < tokens.len() {
        if let Some((end, out)) = both_ends(tokens, at, lexicon, catalogue) {
            let used = out.len();
            tokens.splice(at..end, out);
            at += used;
        }
        at += 1;
    }
    priced(tokens, lexicon, catalogue);
    beside_a_number(tokens, lexicon, catalogue);
}

/// Which columns an end may be the end of.
#[derive(Clone, Copy, PartialEq)]
enum Of {
    Number,
    Time,
    /// The better is the higher: a score, a rating.
    Score,
}

/// "cheapest": the lower end; and how many words say it.
fn end_at(tokens: &[Token], at: usize) -> Option<(Of, bool, usize)> {
    let (of, large) = match lower(tokens, at) {
        "most" if matches!(lower(tokens, at + 1), "expensive" | "costly") => {
            return Some((Of::Number, true, 2));
        }
        "least" if matches!(lower(tokens, at + 1), "expensive" | "costly") => {
            return Some((Of::Number, false, 2));
        }
        "most" if lower(tokens, at + 1) == "recent" => return Some((Of::Time, true, 2)),
        "highest" | "largest" | "biggest" | "greatest" | "maximum" | "dearest" | "priciest" | "longest"
        | "heaviest" | "tallest" | "fastest" | "max" => (Of::Number, true),
        "lowest" | "least" | "smallest" | "minimum" | "cheapest" | "shortest" | "lightest" | "slowest"
        | "fewest" | "min" => (Of::Number, false),
        "latest" | "newest" | "last" => (Of::Time, true),
        "earliest" | "oldest" | "first" => (Of::Time, false),
        "best" => (Of::Score, true),
        "worst" => (Of::Score, false),
        _ => return None,
    };
    Some((of, large, 1))
}

/// The words from here that name a column with such ends, and its words: "score", "numbers of attendees".
fn column_at(
    tokens: &[Token],
    at: usize,
    of: Of,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<(usize, Vec<Token>)> {
    let number = usize::from(tokens.get(at).is_some_and(|t| t.lemma == "number")) * 2;
    let skipped = if number > 0 && lower(tokens, at + 1) == "of" { number } else { 0 };
    for used in [3, 2, 1] {
        let Some(range) = tokens.get(at + skipped..at + skipped + used) else { continue };
        if range.iter().any(|t| t.kind != TokenKind::Word) {
            continue;
        }
        let phrase: Vec<&str> = range.iter().map(|t| t.lemma.as_str()).collect();
        let table = lexicon.tables_for(&phrase).first().is_some_and(|(_, s)| *s >= 0.75);
        let found = lexicon.columns_for(&phrase, catalogue);
        let fits = found.first().is_some_and(|(c, score)| {
            let column = &catalogue.tables[c.table].columns[c.column];
            let words = &lexicon.columns[c.table][c.column].words;
            let scores =
                |w: &String| matches!(w.as_str(), "score" | "rating" | "mark" | "grade" | "satisfaction");
            // Revenue is more than the column that it is taken from.
            let own = phrase.last().is_some_and(|said| words.iter().any(|w| w == said));
            *score >= 0.75
                && own
                && match of {
                    Of::Number => column.kind.is_numeric() || column.kind.is_temporal(),
                    Of::Time => column.kind.is_temporal() || words.iter().any(|w| w == "year"),
                    Of::Score => column.kind.is_numeric() && words.iter().any(scores),
                }
        });
        if fits && (!table || skipped > 0) {
            return Some((at + skipped + used, range.to_vec()));
        }
    }
    None
}

fn the(tokens: &[Token], at: usize) -> usize {
    at + usize::from(matches!(lower(tokens, at), "the" | "our" | "its" | "their"))
}

/// "cheapest and the dearest rate", "earliest date and latest date", "lowest rate and the highest one".
fn both_ends(
    tokens: &[Token],
    at: usize,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<(usize, Vec<Token>)> {
    let (of, large, used) = end_at(tokens, at)?;
    let named = column_at(tokens, at + used, of, lexicon, catalogue);
    let and = named.as_ref().map_or(at + used, |(end, _)| *end);
    (lower(tokens, and) == "and").then_some(())?;
    let second = the(tokens, and + 1);
    let (other, opposite, more) = end_at(tokens, second)?;
    (other == of && opposite != large).then_some(())?;
    let behind = second + more;
    let (end, column) = match (column_at(tokens, behind, of, lexicon, catalogue), named) {
        (Some((end, column)), None) => (end, column),
        (Some((end, column)), Some((_, first))) => {
            let same = column.iter().map(|t| &t.lemma).eq(first.iter().map(|t| &t.lemma));
            same.then_some((end, column))?
        }
        (None, Some((_, column))) => {
            let one = usize::from(matches!(lower(tokens, behind), "one" | "ones"));
            (one == 1 || is_end(tokens, behind)).then_some((behind + one, column))?
        }
        (None, None) => return None,
    };
    // "first and last name" is the name of somebody.
    if column.iter().any(|t| t.lemma == "name") {
        return None;
    }
    let ends = if large { ["maximum", "and", "minimum"] } else { ["minimum", "and", "maximum"] };
    Some((end, ends.into_iter().map(word).chain(column).collect()))
}

/// "the number of workers and the highest fee": the maximum fee, since no row is asked for.
fn beside_a_number(tokens: &mut [Token], lexicon: &Lexicon, catalogue: &Catalogue) {
    let computes = |at: usize| {
        matches!(lower(tokens, at), "average" | "total" | "mean" | "sum" | "count" | "many")
            || lower(tokens, at) == "number" && lower(tokens, at + 1) == "of"
    };
    let Some(number) = (0..tokens.len()).find(|at| computes(*at)) else { return };
    for at in (number + 2..tokens.len()).rev() {
        let Some((Of::Number, large, 1)) = end_at(tokens, at) else { continue };
        let before = at - usize::from(matches!(lower(tokens, at - 1), "the" | "its" | "their"));
        let joined = matches!(lower(tokens, before - 1), "and" | ",");
        let Some((end, _)) = column_at(tokens, at + 1, Of::Number, lexicon, catalogue).filter(|_| joined)
        else {
            continue;
        };
        let ends = is_end(tokens, end)
            || matches!(lower(tokens, end), "," | "and" | "per" | "by" | "for" | "in" | "of");
        if ends {
            tokens[at] = word(if large { "maximum" } else { "minimum" });
        }
    }
}

/// "the cheapest rate": the lowest.
fn priced(tokens: &mut [Token], lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (0..tokens.len()).rev() {
        let large = match lower(tokens, at) {
            "dearest" | "priciest" | "costliest" => true,
            "cheapest" => false,
            _ => continue,
        };
        if column_at(tokens, at + 1, Of::Number, lexicon, catalogue).is_some() {
            tokens[at] = word(if large { "highest" } else { "lowest" });
        }
    }
}

/// "How high is the tallest tower and how high the shortest one?": the maximum and minimum height of towers.
fn how_both(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    if lower(tokens, 0) != "how" || !matches!(lower(tokens, 2), "is" | "are" | "was" | "were") {
        return;
    }
    let Some(measure) = kept(measures_of(lower(tokens, 1)), lexicon) else { return };
    let large = |at: usize| match lower(tokens, at) {
        "tallest" | "highest" | "heaviest" | "longest" | "fastest" | "deepest" | "oldest" | "dearest" => {
            Some(true)
        }
        "shortest" | "lowest" | "lightest" | "slowest" | "shallowest" | "youngest" | "cheapest" => {
            Some(false)
        }
        _ => None,
    };
    let first = the(tokens, 3);
    let Some(and) = (first + 2..tokens.len().min(first + 5)).find(|i| lower(tokens, *i) == "and") else {
        return;
    };
    let mut second = and + 1;
    if lower(tokens, second) == "how" {
        second += 2;
    }
    second += usize::from(matches!(lower(tokens, second), "is" | "are" | "was" | "were"));
    let second = the(tokens, second);
    let (Some(one), Some(other)) = (large(first), large(second)) else { return };
    let noun = tokens[first + 1..and].to_vec();
    let again = tokens[second + 1..].iter().zip(&noun).all(|(a, b)| a.lemma == b.lemma);
    let end = match lower(tokens, second + 1) {
        "one" => second + 2,
        _ if is_end(tokens, second + 1) => second + 1,
        _ if again => second + 1 + noun.len(),
        _ => return,
    };
    if one == other || !is_end(tokens, end) {
        return;
    }
    let ends = if one { ["maximum", "and", "minimum"] } else { ["minimum", "and", "maximum"] };
    let mut out = ["what", "is", "the"].map(word).to_vec();
    out.extend(ends.into_iter().map(word).chain(measure).chain([word("of")]));
    out.extend(noun);
    tokens.splice(..end, out);
}
