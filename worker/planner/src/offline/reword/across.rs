//! Prepositions and verbs that only say that two things belong together: "bridges over the river Elbe", "crossed by at least
//! two bridges".

use super::{is_end, is_number, lower, word};
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind},
};

/// Says that they do.
pub(super) fn across(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    over(tokens, lexicon);
    done_by_several(tokens, lexicon);
}

fn is_table(tokens: &[Token], at: usize, lexicon: &Lexicon) -> bool {
    tokens.get(at).is_some_and(|t| t.kind == TokenKind::Word && lexicon.names_table(&t.lemma, 0.9))
}

/// "bridges over the river Elbe": of it. "bridges over 500" compares, and has a number.
fn over(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for at in (1..tokens.len().saturating_sub(1)).rev() {
        if !matches!(lower(tokens, at), "over" | "across" | "along") || !is_table(tokens, at - 1, lexicon) {
            continue;
        }
        if lower(tokens, at + 1) == "it" && is_end(tokens, at + 2) {
            tokens.drain(at..at + 2);
        } else if matches!(lower(tokens, at + 1), "the" | "a" | "each" | "every")
            && is_table(tokens, at + 2, lexicon)
        {
            tokens[at] = word("of");
        }
    }
}

/// "crossed by at least one bridge": with at least one.
fn done_by_several(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for at in (1..tokens.len().saturating_sub(4)).rev() {
        let done = tokens[at].kind == TokenKind::Word
            && tokens[at].lower.ends_with("ed")
            && lower(tokens, at + 1) == "by";
        let bound = matches!(
            (lower(tokens, at + 2), lower(tokens, at + 3)),
            ("at", "least" | "most") | ("more" | "fewer" | "less", "than")
        );
        let known = lexicon.is_word(&tokens[at].lemma) || !lexicon.values(&[&tokens[at].lower]).is_empty();
        if done && bound && !known && is_number(tokens.get(at + 4)) && is_table(tokens, at + 5, lexicon) {
            let from = at - usize::from(matches!(lower(tokens, at - 1), "is" | "are" | "was" | "were"));
            tokens.splice(from..at + 2, [word("with")]);
            return;
        }
    }
}
