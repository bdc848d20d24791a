//! Values that are said with the name of their column: "high priority tickets" are tickets of priority high.

use super::lower;
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind},
};

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
