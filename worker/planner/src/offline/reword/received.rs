//! Sums told by who was given them: "how much compensation have business customers received altogether".

use super::{is_end, lower, word};
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind},
};
use rowcall_core::Catalogue;

/// Asks for the total of them.
pub(super) fn received(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    if lower(tokens, 0) != "how" || lower(tokens, 1) != "much" {
        return;
    }
    let Some(helps) = (3..tokens.len().min(5)).find(|i| matches!(lower(tokens, *i), "have" | "has" | "did"))
    else {
        return;
    };
    let noun: Vec<&str> = tokens[2..helps].iter().map(|t| t.lemma.as_str()).collect();
    let amount = lexicon.columns_for(&noun, catalogue).first().is_some_and(|(c, score)| {
        *score >= 0.75 && catalogue.tables[c.table].columns[c.column].kind.is_numeric()
    });
    let Some(verb) = (helps + 2..tokens.len()).find(|i| {
        matches!(
            lower(tokens, *i),
            "received" | "receive" | "got" | "get" | "gotten" | "earned" | "paid" | "pay"
        )
    }) else {
        return;
    };
    let who = &tokens[helps + 1..verb];
    let rows = who.last().is_some_and(|t| lexicon.names_table(&t.lemma, 0.75) && t.lower != t.lemma);
    let plain = who.iter().all(|t| matches!(t.kind, TokenKind::Word | TokenKind::Quoted)) && who.len() <= 4;
    let told = match (lower(tokens, verb + 1), lower(tokens, verb + 2)) {
        ("in", "total") => 2,
        ("altogether" | "overall" | "together", _) => 1,
        _ => 0,
    };
    if !amount || !rows || !plain || !is_end(tokens, verb + 1 + told) {
        return;
    }
    let mut out = ["what", "is", "the", "total"].map(word).to_vec();
    out.extend(tokens[2..helps].iter().cloned());
    out.push(word("of"));
    out.extend(who.iter().cloned());
    tokens.splice(..verb + 1 + told, out);
}
