//! Where somebody was born: "born in Weldshire", where places of birth are kept and say more than the name.

use super::{lower, word};
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind},
};
use rowcall_core::{Catalogue, ColumnRef};

/// Asks for a place of birth that contains the name, unless the name is one.
pub(super) fn born(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let Some((column, words)) = birthplace(tokens, lexicon, catalogue) else { return };
    for at in (1..tokens.len().saturating_sub(1)).rev() {
        let place = lower(tokens, at) == "in";
        let capital =
            |t: &Token| t.kind == TokenKind::Word && t.text.chars().next().is_some_and(char::is_uppercase);
        let named = tokens[at + 1..].iter().take_while(|t| capital(t)).count();
        if !place || named == 0 {
            continue;
        }
        let whole: Vec<&str> = tokens[at + 1..at + 1 + named].iter().map(|t| t.lower.as_str()).collect();
        if lexicon.values(&whole).iter().any(|v| v.column == column) {
            continue;
        }
        let said = |n: usize| at.checked_sub(n).map_or("", |b| lower(tokens, b));
        // "born in X", "whose birthplace is in X"
        let from = match (said(2), said(1)) {
            ("are" | "is" | "were" | "was", "born") if matches!(said(3), "who" | "that") => at - 3,
            ("are" | "is" | "were" | "was", "born") => at - 2,
            (_, "born") => at - 1,
            ("birthplace" | "birthplaces", "is" | "are") if said(3) == "whose" => at - 3,
            _ => continue,
        };
        let text: Vec<&str> = tokens[at + 1..at + 1 + named].iter().map(|t| t.text.as_str()).collect();
        let text = text.join(" ");
        let quoted =
            Token { lower: text.to_lowercase(), lemma: text.to_lowercase(), text, kind: TokenKind::Quoted };
        let mut out = vec![word("whose")];
        out.extend(words.iter().map(|w| word(w)));
        out.extend([word("contains"), quoted]);
        tokens.splice(from..at + 1 + named, out);
        return;
    }
}

/// The one text that tells where rows of a table that is spoken of were born.
fn birthplace(
    tokens: &[Token],
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<(ColumnRef, Vec<String>)> {
    let spoken = |t: usize| {
        tokens
            .iter()
            .any(|k| lexicon.tables_for(&[&k.lemma]).first().is_some_and(|(of, s)| *of == t && *s >= 0.9))
    };
    let tells = |words: &[String]| {
        words.iter().any(|w| w == "birthplace")
            || words.iter().any(|w| w == "birth")
                && words.iter().any(|w| matches!(w.as_str(), "place" | "town" | "city"))
    };
    let mut told: Vec<ColumnRef> =
        ["birthplace", "birth"].iter().flat_map(|word| lexicon.columns_with(word)).copied().collect();
    told.sort_by_key(|c| (c.table, c.column));
    told.dedup();
    let mut found = told.into_iter().filter_map(|at| {
        let words = &lexicon.columns[at.table][at.column].words;
        let text = catalogue.tables[at.table].columns[at.column].kind.is_textual();
        (text && tells(words) && spoken(at.table)).then(|| (at, words.clone()))
    });
    found.next().filter(|_| found.next().is_none())
}
