//! "One" in place of a thing: "cancelled sailings as well as delayed ones", "with a red tower and also one with a striped
//! tower". The thing is put where the word stands.

use super::{is_number, lower, word};
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind},
};

/// Puts things in the place of "one" and "ones".
pub(super) fn ones(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    let mut joined = None;
    for at in 2..tokens.len() {
        let stands = match lower(tokens, at) {
            // "delayed ones", not "which ones"
            "ones" => describes(tokens, at - 1),
            "one" => {
                let also = usize::from(lower(tokens, at - 1) == "also");
                let follows = matches!(lower(tokens, at + 1), "with" | "that" | "who" | "whose");
                let joined = matches!(lower(tokens, at - 1 - also), "and" | "or" | "a" | "an" | "another");
                follows && joined || describes(tokens, at - 1) && matches!(lower(tokens, at - 2), "a" | "an")
            }
            _ => false,
        };
        if !stands {
            continue;
        }
        let thing = (0..at - 1).rev().find(|i| {
            let token = &tokens[*i];
            token.kind == TokenKind::Word && lexicon.names_table(&token.lemma, 0.75)
        });
        if let Some(thing) = thing {
            let one = tokens[at].lower == "one";
            tokens[at] = if one { word(&tokens[thing].lemma.clone()) } else { tokens[thing].clone() };
            joined = Some((thing, at));
        }
    }
    let Some((thing, at)) = joined else { return };
    for i in (thing..at).rev() {
        match (lower(tokens, i), lower(tokens, i + 1), lower(tokens, i + 2)) {
            ("as", "well", "as") => drop(tokens.splice(i..i + 3, [word("and")])),
            ("and", "also", _) => drop(tokens.remove(i + 1)),
            _ => {}
        }
    }
    // "both a lighthouse with a red tower and a lighthouse with a striped tower"
    let both = tokens.iter().any(|t| t.lower == "both");
    let and = tokens[thing..].iter().take(at - thing).any(|t| t.lower == "and");
    if and && !both && thing > 1 {
        let article = matches!(lower(tokens, thing - 1), "a" | "an");
        if article || describes(tokens, thing - 1) {
            tokens.insert(thing - 1, word("both"));
        }
    }
}

/// A word that can stand before a thing: "delayed".
fn describes(tokens: &[Token], at: usize) -> bool {
    let plain = matches!(
        lower(tokens, at),
        "which"
            | "the"
            | "these"
            | "those"
            | "each"
            | "every"
            | "only"
            | "any"
            | "no"
            | "and"
            | "or"
            | "of"
            | "than"
            | "is"
            | "are"
            | "other"
            | "this"
            | "that"
            | "just"
            | "least"
            | "most"
            | "in"
            | "with"
            | "for"
            | "by"
            | "to"
    );
    tokens[at].kind == TokenKind::Word && !plain && !is_number(tokens.get(at))
}
