//! Times told with more words than one: "on or after 1 May", "since the beginning of 2015", "from 2023 onwards".

use super::{lower, word};
use crate::offline::{
    dates::MONTHS,
    words::{Token, TokenKind},
};

/// Puts them into one word before the date.
pub(super) fn spans(tokens: &mut Vec<Token>) {
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
