//! Codes: "INV-0042", "TR000_2_3". A sample of a column shows how its codes are formed, so that one that no sample
//! holds is still known to be of it.

use super::Sources;
use crate::offline::{
    lexicon::ValueRef,
    words::{Token, TokenKind},
};
use rowcall_core::ColumnRef;

/// The columns whose codes are formed like this word, if it is one.
pub fn formed_like(token: &Token, world: &Sources<'_>) -> Vec<ValueRef> {
    if token.kind != TokenKind::Word
        || !is_code(&token.text)
        || !world.known.values(&[&token.lower]).is_empty()
    {
        return Vec::new();
    }
    for letters in [true, false] {
        let wanted = form(&token.text, letters);
        let found = columns(world, |sample| form(sample, letters) == wanted);
        if !found.is_empty() {
            return found.into_iter().map(|c| ValueRef::stored(c, token.text.clone())).collect();
        }
    }
    Vec::new()
}

/// Columns with more values than are listed, all of whose samples fit.
fn columns(world: &Sources<'_>, fits: impl Fn(&str) -> bool) -> Vec<ColumnRef> {
    let mut out = Vec::new();
    for (t, table) in world.catalogue.tables.iter().enumerate() {
        for (c, column) in table.columns.iter().enumerate() {
            let open = column.kind.is_textual() && !column.samples_complete && column.samples.len() >= 2;
            if open && column.samples.iter().all(|s| fits(s)) {
                out.push(ColumnRef { table: t, column: c });
            }
        }
    }
    out
}

/// A word of capitals and digits, both.
pub fn is_code(text: &str) -> bool {
    let text = text.trim().trim_matches(['\'', '"']);
    text.chars().any(|c| c.is_ascii_digit())
        && text.chars().any(|c| c.is_ascii_uppercase())
        && text
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '/' | '.'))
}

/// How a code is formed: runs of digits are alike, and so are letters unless they count.
fn form(text: &str, letters: bool) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let kind = match c {
            '0'..='9' => '9',
            c if c.is_alphabetic() && !letters => 'A',
            c => c,
        };
        if kind != '9' && (letters || kind != 'A') || !out.ends_with(kind) {
            out.push(kind);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_forms() {
        assert_eq!(form("TR000_2_13", true), "TR9_9_9");
        assert_eq!(form("ORD17", false), "A9");
        assert!(
            is_code("'INV-0042'") && is_code("TR000_2") && !is_code("Q") && !is_code("B2b") && !is_code("42")
        );
    }
}
