//! Adjectives that deny: "inactive policies" are policies that are not active, where policies are active or not.

use super::{lower, word};
use crate::offline::{
    flags::yes_or_no,
    lexicon::Lexicon,
    words::{Token, TokenKind, root},
};
use rowcall_core::{Catalogue, ColumnRef};

/// Says the opposite of the word that the catalogue knows.
pub(super) fn denied(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in 0..tokens.len() {
        let Some(base) = denies(&tokens[at], lexicon, catalogue) else { continue };
        let rows = |t: &Token| lexicon.names_table(&t.lemma, 0.75);
        if at > 0 && matches!(lower(tokens, at - 1), "is" | "are" | "was" | "were" | "been") {
            tokens.splice(at..=at, ["not".to_owned(), base].map(|w| word(&w)));
            return;
        }
        if tokens.get(at + 1).is_some_and(rows) {
            let noun = tokens[at + 1].clone();
            let not = ["that", "are", "not"].map(word);
            tokens.splice(at..at + 2, [noun].into_iter().chain(not).chain([word(&base)]));
            return;
        }
    }
}

/// The word that this one is the opposite of: one that a yes or no is called after.
fn denies(token: &Token, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let known = lexicon.is_word(&token.lemma) || !lexicon.values(&[&token.lower]).is_empty();
    if token.kind != TokenKind::Word || known {
        return None;
    }
    let base = ["in", "un", "non", "dis"]
        .iter()
        .find_map(|p| token.lower.strip_prefix(p))
        .filter(|b| b.len() >= 4)?;
    let flag = lexicon.columns.iter().enumerate().any(|(table, names)| {
        names.iter().enumerate().any(|(column, name)| {
            name.words.iter().any(|w| w == base || root(w) == root(base))
                && yes_or_no(catalogue, lexicon, ColumnRef { table, column }, true).is_some()
        })
    });
    flag.then(|| base.to_owned())
}
