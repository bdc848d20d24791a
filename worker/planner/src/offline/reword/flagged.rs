//! Rows that are told by a flag before their noun: "the approved expenses" are the expenses that are approved.

use super::{lower, word};
use crate::offline::{
    flags::yes_or_no,
    lexicon::Lexicon,
    words::{Token, TokenKind},
};
use rowcall_core::{Catalogue, ColumnRef};

/// Puts the flag behind the noun, where both readers look for it; values may stand between the two.
pub(super) fn flagged(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (0..tokens.len().saturating_sub(1)).rev() {
        let flag = &tokens[at];
        if flag.kind != TokenKind::Word || !flag.lower.ends_with("ed") {
            continue;
        }
        let value = |i: usize| tokens.get(i).is_some_and(|t| !lexicon.values(&[&t.lower]).is_empty());
        let noun = at + 1 + usize::from(value(at + 1));
        let Some(table) = tokens.get(noun).filter(|t| t.kind == TokenKind::Word).and_then(|t| {
            let found = lexicon.tables_for(&[&t.lemma]);
            found.first().filter(|(_, s)| *s >= 0.9).map(|(table, _)| *table)
        }) else {
            continue;
        };
        let called = |words: &[String]| matches!(words, [is, own] if matches!(is.as_str(), "is" | "was") && *own == flag.lower);
        let tells = lexicon.columns[table].iter().enumerate().any(|(column, name)| {
            called(&name.words) && yes_or_no(catalogue, lexicon, ColumnRef { table, column }, true).is_some()
        });
        let before = at.checked_sub(1).map_or("", |b| lower(tokens, b));
        let theirs = lower(tokens, noun + 1) == "with" && matches!(lower(tokens, noun + 2), "their" | "its");
        let clause = !theirs
            && matches!(
                lower(tokens, noun + 1),
                "that" | "who" | "which" | "whose" | "with" | "without" | "of"
            );
        if tells && !clause && !matches!(before, "not" | "no" | "never" | "is" | "are" | "was" | "were") {
            let flag = tokens.remove(at);
            tokens.splice(noun..noun, [word("that"), word("are"), flag]);
        }
    }
}
