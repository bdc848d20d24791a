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
        let shows = i > 1 && matches!(lower(tokens, i - 2), "all" | "the" | "show" | "list" | "give" | "me");
        let ends = tokens.get(i + 1).is_none_or(|t| t.kind == TokenKind::Mark);
        if all(said) && shows && ends && rows(tokens, i - 1) && said != "everything" {
            let noun = tokens[i - 1].clone();
            tokens.splice(i - 1..=i, [word("everything"), word("of"), noun]);
            return;
        }
    }
}
