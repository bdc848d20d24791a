//! Everything there is about rows: "all the information about customers", "customer details".

use super::{lower, word};
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind},
};

/// "all the information about customers", "customer details": every column of theirs.
pub(super) fn everything(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    let all = |t: &str| {
        matches!(t, "information" | "info" | "everything")
            || matches!(t, "details" | "detail") && !lexicon.is_word("detail")
    };
    // "the full records of customers"
    for i in 1..tokens.len() {
        let whole = matches!(lower(tokens, i - 1), "full" | "complete" | "entire" | "whole");
        if whole
            && matches!(lower(tokens, i), "record" | "records" | "row" | "rows")
            && !lexicon.is_word("record")
        {
            tokens.splice(i - 1..=i, ["all", "details"].map(word));
        }
    }
    let rows = |tokens: &[Token], at: usize| {
        let last = tokens.get(at).map_or("", |t| t.lemma.as_str());
        lexicon.names_table(last, 0.75)
    };
    for i in 0..tokens.len() {
        let said = lower(tokens, i);
        let columns = matches!(said, "columns" | "fields" | "data") && i > 0;
        if !(all(said) || columns) {
            continue;
        }
        // "all the", "the full"
        let start = (0..i)
            .rev()
            .take_while(|b| matches!(lower(tokens, *b), "all" | "the" | "full" | "complete" | "entire"))
            .last()
            .unwrap_or(i);
        let whole = all(said) || start < i && lower(tokens, start) == "all";
        let of = matches!(lower(tokens, i + 1), "of" | "about" | "on" | "for" | "regarding" | "from");
        let mut noun = i + 2;
        while matches!(lower(tokens, noun), "all" | "the" | "each" | "every" | "any" | "of") {
            noun += 1;
        }
        if whole && of && rows(tokens, noun) {
            tokens.splice(start..noun, ["everything", "of"].map(word));
            return;
        }
        // "all customer information"
        let opens = i == 1 && matches!(said, "details" | "info" | "information");
        let shows =
            opens || i > 1 && matches!(lower(tokens, i - 2), "all" | "the" | "show" | "list" | "give" | "me");
        let ends = tokens.get(i + 1).is_none_or(|t| {
            t.kind == TokenKind::Mark
                || opens && matches!(t.lower.as_str(), "for" | "in" | "from" | "with" | "where")
        });
        if all(said) && shows && ends && rows(tokens, i - 1) && said != "everything" {
            let noun = tokens[i - 1].clone();
            let from = tokens.get(i + 1).is_some_and(|t| t.lower == "for");
            tokens.splice(i - 1..=i + usize::from(from), [word("everything"), word("of"), noun]);
            if from {
                tokens.insert(i + 2, word("in"));
            }
            return;
        }
    }
}
