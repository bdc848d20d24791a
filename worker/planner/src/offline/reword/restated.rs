//! A second sentence that asks for what the first one gives: "What is the number of documents of each grade? Return the
//! grade and the number."

use super::{is_end, lower};
use crate::offline::words::{Token, TokenKind};

/// Drops it, where the first one computes something for each of something.
pub(super) fn restated(tokens: &mut Vec<Token>) {
    let Some(mark) = (3..tokens.len()).find(|i| is_end(tokens, *i)).filter(|m| *m + 2 < tokens.len()) else {
        return;
    };
    if !matches!(lower(tokens, mark + 1), "show" | "give" | "return" | "list" | "include") {
        return;
    }
    let Some(end) = (mark + 2..=tokens.len()).find(|i| is_end(tokens, *i)) else { return };
    if end + 1 < tokens.len() {
        return;
    }
    // "…, in chronological order": how it is sorted stays.
    let sorted = (mark + 2..end).find(|i| {
        tokens[*i].text == ","
            && matches!(
                lower(tokens, i + 1),
                "in" | "from"
                    | "starting"
                    | "oldest"
                    | "newest"
                    | "highest"
                    | "lowest"
                    | "largest"
                    | "smallest"
                    | "most"
            )
    });
    let whole = end;
    let end = sorted.unwrap_or(end);
    let first = &tokens[..mark];
    let said = |words: &[&str]| first.iter().any(|t| words.contains(&t.lower.as_str()));
    let splits = said(&["each", "every", "per", "by"]);
    let names = |t: &Token| first.iter().any(|f| f.lemma == t.lemma);
    // What is computed may be called otherwise.
    let computed = |t: &Token| {
        first.iter().any(|f| {
            let (asked, told) = (f.lower.as_str(), t.lower.as_str());
            match told {
                "number" | "count" | "counts" | "numbers" => matches!(asked, "many" | "number" | "count"),
                "average" | "mean" => matches!(asked, "average" | "mean"),
                "total" | "sum" => matches!(asked, "total" | "sum" | "much"),
                "maximum" | "highest" | "largest" => matches!(asked, "maximum" | "highest" | "largest"),
                "minimum" | "lowest" | "smallest" => matches!(asked, "minimum" | "lowest" | "smallest"),
                _ => false,
            }
        })
    };
    let joins = |t: &Token| {
        t.kind == TokenKind::Mark
            || matches!(
                t.lower.as_str(),
                "the"
                    | "and"
                    | "me"
                    | "both"
                    | "also"
                    | "too"
                    | "its"
                    | "their"
                    | "that"
                    | "this"
                    | "together"
                    | "along"
                    | "with"
            )
    };
    let again: Vec<&Token> = tokens[mark + 2..end].iter().filter(|t| !joins(t)).collect();
    let asks = said(&[
        "many", "number", "count", "average", "mean", "total", "sum", "maximum", "minimum", "highest",
        "lowest", "largest", "smallest",
    ]);
    if splits && asks && !again.is_empty() && again.iter().all(|t| names(t) || computed(t)) {
        if sorted.is_some() {
            tokens.drain(mark..end);
        } else {
            tokens.drain(mark + 1..(whole + 1).min(tokens.len()));
        }
    }
}
