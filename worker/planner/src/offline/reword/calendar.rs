//! Times whose words stand apart: "July or August 2024", "from January to June 2024", "after the end of 2022", "in 2015 or
//! later", "1 March and 31 May 2024, both days included".

use super::{lower, number, word};
use crate::offline::{
    dates,
    words::{Token, TokenKind},
};

/// Puts them together.
pub(super) fn calendar(tokens: &mut Vec<Token>) {
    included(tokens);
    same_year(tokens);
    ends(tokens);
    or_later(tokens);
    represented(tokens);
}

/// "Represent a month by its first day": as it is.
fn represented(tokens: &mut Vec<Token>) {
    let Some(at) = (1..tokens.len()).find(|i| matches!(lower(tokens, *i), "represent" | "represented"))
    else {
        return;
    };
    let month = (at + 1..at + 3).any(|n| matches!(lower(tokens, n), "month" | "months"));
    let first = (at + 2..at + 8)
        .find(|n| lower(tokens, *n) == "first" && matches!(lower(tokens, n + 1), "day" | "date"));
    let Some(first) = first.filter(|_| month) else { return };
    let and = usize::from(lower(tokens, first + 2) == "and");
    tokens.drain(at..first + 2 + and);
}

fn month(tokens: &[Token], at: usize) -> Option<u32> {
    let said = tokens.get(at).filter(|t| t.kind == TokenKind::Word)?;
    // "may" and "march" are verbs, too.
    let verb = matches!(said.lower.as_str(), "may" | "march") && !said.text.starts_with('M');
    dates::month(&said.lower).filter(|_| !verb)
}

fn year(tokens: &[Token], at: usize) -> Option<i64> {
    let said = tokens.get(at).filter(|t| t.kind == TokenKind::Number && t.text.len() == 4)?;
    said.text.parse().ok().filter(|y| (1500..=2200).contains(y))
}

/// "between 1 March and 31 May, both days included": as is meant anyway.
fn included(tokens: &mut Vec<Token>) {
    let Some(at) = (1..tokens.len()).find(|i| lower(tokens, *i) == "both") else { return };
    let named = matches!(lower(tokens, at + 1), "days" | "dates" | "years" | "months" | "ends" | "numbers");
    let end = at + 1 + usize::from(named);
    if !matches!(lower(tokens, end), "included" | "inclusive") {
        return;
    }
    let from = at - usize::from(matches!(lower(tokens, at - 1), "," | "("));
    let closed = usize::from(lower(tokens, end + 1) == ")");
    tokens.drain(from..=end + closed);
}

/// "in July or August 2024", "from January to June 2024": both are of that year.
fn same_year(tokens: &mut Vec<Token>) {
    for at in (0..tokens.len()).rev() {
        let joins = matches!(lower(tokens, at + 1), "or" | "and" | "to" | "until" | "through" | "till");
        let (Some(first), Some(second), true) = (month(tokens, at), month(tokens, at + 2), joins) else {
            continue;
        };
        let Some(of) = year(tokens, at + 3).filter(|_| first < second) else { continue };
        // A day before the month: "from 3 May to June 2024" is left as it is.
        let day = at > 0 && tokens[at - 1].kind == TokenKind::Number;
        if day {
            continue;
        }
        tokens.insert(at + 1, number(of));
        // "in July and August 2024": from one to the other.
        let placed = at > 0 && matches!(lower(tokens, at - 1), "in" | "during" | "for" | "of");
        if placed && second == first + 1 && lower(tokens, at + 2) == "and" {
            tokens[at - 1] = word("between");
        }
    }
}

/// "after the end of 2022": after it. "until the end of 2022": before the next year.
fn ends(tokens: &mut Vec<Token>) {
    for at in (0..tokens.len()).rev() {
        let the = usize::from(lower(tokens, at + 1) == "the");
        let (edge, of) = (lower(tokens, at + 1 + the).to_owned(), lower(tokens, at + 2 + the).to_owned());
        let dated = at + 3 + the;
        if of != "of" || year(tokens, dated).is_none() && month(tokens, dated).is_none() {
            continue;
        }
        match (lower(tokens, at), edge.as_str()) {
            ("after", "end") | ("before", "start" | "beginning") => {
                tokens.drain(at + 1..dated);
            }
            ("until" | "till" | "by", "end") => {
                if let Some(last) = year(tokens, dated) {
                    tokens.splice(at..=dated, [word("before"), number(last + 1)]);
                }
            }
            _ => {}
        }
    }
}

/// "in 2015 or later": since then. "in 2015 or earlier": before the next year.
fn or_later(tokens: &mut Vec<Token>) {
    for at in (1..tokens.len()).rev() {
        let Some(of) = year(tokens, at).filter(|_| lower(tokens, at + 1) == "or") else { continue };
        let side = match lower(tokens, at + 2) {
            "later" | "after" | "newer" => [word("since"), number(of)],
            "earlier" | "before" | "older" => [word("before"), number(of + 1)],
            _ => continue,
        };
        let goes_on = tokens.get(at + 3).is_some_and(|t| t.kind == TokenKind::Number || t.lower == "than");
        if goes_on {
            continue;
        }
        let from = at - usize::from(matches!(lower(tokens, at - 1), "in" | "from"));
        tokens.splice(from..at + 3, side);
    }
}
