//! Values that are said with the name of their column: "high priority tickets" are tickets of priority high.

use super::lower;
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind},
};
use rowcall_core::Catalogue;

/// Leaves the name of the column to the value.
pub(super) fn kinds(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for at in (0..tokens.len().saturating_sub(2)).rev() {
        let plain = tokens[at..at + 3].iter().all(|t| t.kind == TokenKind::Word);
        let rows = lexicon.tables_for(&[&tokens[at + 2].lemma]);
        let Some((table, _)) = rows.first().filter(|(_, score)| *score >= 0.75 && plain) else { continue };
        let of = |v: &&crate::offline::lexicon::ValueRef| {
            v.column.table == *table
                && lexicon.columns[v.column.table][v.column.column].words == [tokens[at + 1].lemma.clone()]
        };
        if lexicon.values(&[lower(tokens, at)]).iter().any(|v| of(&v)) {
            tokens.remove(at + 1);
        }
    }
}

/// "which type of membership card", "a membership card of type 'Black'": the cards are kept by their type alone.
pub(super) fn types(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let kind = |at: usize, tokens: &[Token]| {
        matches!(tokens.get(at).map(|t| t.lemma.as_str()), Some("type" | "kind" | "sort"))
    };
    // How many words from here on call a text, of which no type is kept.
    let column = |tokens: &[Token], from: usize| {
        [3, 2, 1].into_iter().find(|n| {
            let Some(said) = tokens.get(from..from + n) else { return false };
            let mut phrase: Vec<&str> = said.iter().map(|t| t.lemma.as_str()).collect();
            let text = lexicon.columns_for(&phrase, catalogue).first().is_some_and(|(c, score)| {
                *score >= 0.95 && catalogue.tables[c.table].columns[c.column].kind.is_textual()
            });
            let rows = lexicon.tables_for(&phrase).first().is_some_and(|(_, score)| *score >= 0.75);
            phrase.push("type");
            let typed =
                lexicon.columns_for(&phrase, catalogue).first().is_some_and(|(_, score)| *score >= 0.9);
            said.iter().all(|t| t.kind == TokenKind::Word) && text && !rows && !typed
        })
    };
    for at in (0..tokens.len()).rev() {
        if kind(at, tokens) && lower(tokens, at + 1) == "of" && column(tokens, at + 2).is_some() {
            tokens.drain(at..at + 2);
        } else if kind(at, tokens)
            && at > 1
            && lower(tokens, at - 1) == "of"
            && (2..=4).any(|n| at > n && column(tokens, at - n) == Some(n - 1))
            && tokens
                .get(at + 1)
                .is_some_and(|t| t.kind == TokenKind::Quoted || !lexicon.values(&[&t.lower]).is_empty())
        {
            tokens.drain(at - 1..=at);
        }
    }
}
