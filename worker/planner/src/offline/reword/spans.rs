//! Times told with more words than one: "on or after 1 May", "since the beginning of 2015", "from 2023 onwards".

use super::{begins_time, lower, word};
use crate::offline::{
    dates::MONTHS,
    lexicon::{Lexicon, is_income},
    words::{Token, TokenKind},
};
use rowcall_core::Catalogue;

/// A year, written as one.
fn year(token: Option<&Token>) -> Option<i32> {
    let token = token.filter(|t| t.kind == TokenKind::Number && t.text.len() == 4)?;
    token.text.parse().ok().filter(|year| (1900..=2100).contains(year))
}

/// "orders from 2023 to 2024", "orders per month in 2023 and 2024": from the first month of the one to the last of the other,
/// rather than between two numbers.
fn whole_years(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for at in 1..tokens.len().saturating_sub(3) {
        let (Some(first), Some(last)) = (year(tokens.get(at + 1)), year(tokens.get(at + 3))) else {
            continue;
        };
        let before = lower(tokens, at - 1);
        let step = matches!(before, "year" | "quarter" | "month" | "week")
            && at > 1
            && matches!(lower(tokens, at - 2), "each" | "every" | "per" | "by");
        let rows = lexicon.names_table(&tokens[at - 1].lemma, 0.75) || is_income(before) || step;
        let spans = match (lower(tokens, at), lower(tokens, at + 2)) {
            ("from", "to" | "until" | "till" | "through") | ("between", "and") => {
                rows || matches!(before, "there" | "up")
            }
            // What is told of one row cannot be in both.
            ("in" | "during" | "of", "and") => last == first + 1 && (rows || before == "there"),
            _ => false,
        };
        if spans {
            tokens[at] = word("from");
            tokens[at + 2] = word("to");
            tokens.insert(at + 3, word("december"));
            tokens.insert(at + 1, word("january"));
            return;
        }
    }
}

/// "returned orders in 2025", where the day of a return is kept: orders returned in 2025.
fn happened_then(tokens: &mut [Token], lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in 0..tokens.len().saturating_sub(2) {
        let verb = lower(tokens, at);
        let then = begins_time(tokens, at + 2);
        let rows = lexicon.names_table(&tokens[at + 1].lemma, 0.9);
        if then && rows && lexicon.is_timed(verb, lexicon.values(&[verb]), catalogue) {
            tokens.swap(at, at + 1);
            return;
        }
    }
}

/// "Which agent resolved the most tickets in 2025?": has the most tickets resolved then, where the day of it is kept.
fn most_then(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in 1..tokens.len().saturating_sub(4) {
        let most =
            lower(tokens, at + 1) == "the" && matches!(lower(tokens, at + 2), "most" | "fewest" | "least");
        let verb = tokens[at].clone();
        let rows = lexicon.names_table(&tokens[at + 3].lemma, 0.9);
        if most
            && rows
            && begins_time(tokens, at + 4)
            && verb.lower.ends_with("ed")
            && lexicon.is_timed(&verb.lower, lexicon.values(&[&verb.lower]), catalogue)
        {
            tokens.insert(at + 4, verb);
            tokens[at] = word("has");
            return;
        }
    }
}

/// "the last quarter of 2024": its fourth.
fn last_quarter(tokens: &mut [Token]) {
    for at in 0..tokens.len().saturating_sub(2) {
        let last = matches!(lower(tokens, at), "last" | "final") && lower(tokens, at + 1) == "quarter";
        let of = matches!(lower(tokens, at + 2), "of" | "in");
        if last && year(tokens.get(at + 2 + usize::from(of))).is_some() {
            tokens[at] = word("fourth");
        }
    }
}

/// Puts them into one word before the date.
pub(super) fn spans(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    happened_then(tokens, lexicon, catalogue);
    most_then(tokens, lexicon, catalogue);
    whole_years(tokens, lexicon);
    last_quarter(tokens);
    let mut i = 0;
    while i < tokens.len() {
        let at = |n: usize| lower(tokens, i + n);
        let change = match (at(0), at(1), at(2)) {
            ("on" | "in", "or", "after") | ("since" | "from", "beginning" | "start", "of") => 3,
            ("since" | "from", "the", "beginning" | "start") if at(3) == "of" => 4,
            _ => 0,
        };
        if change > 0 {
            tokens.splice(i..i + change, [word("since")]);
        }
        // "from 2023 onwards", "2023 onwards"
        if matches!(lower(tokens, i), "onwards" | "onward" | "on") && i > 0 {
            let dated = |t: &Token| {
                matches!(t.kind, TokenKind::Number | TokenKind::IsoDate) || MONTHS.contains(&t.lower.as_str())
            };
            let last =
                lower(tokens, i) != "on" || tokens.get(i + 1).is_none_or(|t| t.kind == TokenKind::Mark);
            let from = (i.saturating_sub(5)..i).rev().find(|b| matches!(lower(tokens, *b), "from" | "since"));
            if dated(&tokens[i - 1]) && last && (from.is_some() || lower(tokens, i) != "on") {
                tokens.remove(i);
                match from {
                    Some(from) => tokens[from] = word("since"),
                    None => {
                        let start = i - 1;
                        let start =
                            start - usize::from(start > 0 && matches!(lower(tokens, start - 1), "in"));
                        tokens.splice(start..i - 1, [word("since")]);
                    }
                }
            }
        }
        i += 1;
    }
}
