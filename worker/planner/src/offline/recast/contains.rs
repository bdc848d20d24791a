//! Texts that contain a word: "schools with Academy in the name", "that have the word 'Book' in their title", "has Kentucky as
//! part of its address".

use super::{instead, lower, slice, words};
use crate::offline::{lexicon::Lexicon, words::lemma};

/// Says it as "whose name contains 'Academy'".
pub(super) fn contains(text: &str, lexicon: &Lexicon) -> String {
    with_word(text, lexicon).unwrap_or_else(|| text.to_owned())
}

/// A word or a quoted text between two places, as it is written.
fn quoted(text: &str) -> Option<String> {
    let bare = text.trim();
    let inner = bare
        .strip_prefix(['"', '\'', '“', '‘'])
        .and_then(|t| t.strip_suffix(['"', '\'', '”', '’']))
        .filter(|t| !t.is_empty() && !t.contains(['"', '“', '”']));
    if let Some(inner) = inner {
        return Some(inner.to_owned());
    }
    let one = !bare.is_empty() && bare.chars().all(char::is_alphanumeric);
    let named = bare.chars().next().is_some_and(char::is_uppercase);
    (one && named).then(|| bare.to_owned())
}

fn with_word(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    // What is quoted is no word: the words around it stand side by side.
    for has in 0..found.len() {
        let verb = matches!(
            lower(&found, has),
            "with"
                | "has"
                | "have"
                | "having"
                | "had"
                | "contains"
                | "contain"
                | "containing"
                | "includes"
                | "include"
                | "including"
        );
        if !verb {
            continue;
        }
        let mut from = has + 1;
        if matches!(lower(&found, from), "the" | "a")
            && matches!(lower(&found, from + 1), "word" | "text" | "string" | "term")
        {
            from += 2;
        }
        for within in from..(from + 3).min(found.len()) {
            let n = match (
                lower(&found, within),
                lower(&found, within + 1),
                lower(&found, within + 2),
                lower(&found, within + 3),
            ) {
                ("in", ..) => 1,
                ("somewhere" | "anywhere", "in", ..) => 2,
                ("as", "part", "of", _) => 3,
                ("as", "a", "part", "of") => 4,
                _ => continue,
            };
            let whose = matches!(lower(&found, within + n), "the" | "their" | "its" | "his" | "her");
            let noun = within + n + 1;
            let column = lemma(lower(&found, noun));
            let text_column = column == "name"
                || column == "title"
                || lexicon.is_word(&column) && !lexicon.names_table(&column, 0.9);
            let start = found[from - 1].to;
            let Some(said) = quoted(slice(text, start..found[within].from)).filter(|_| whose && text_column)
            else {
                continue;
            };
            // "with Berlin in the address": a place that is kept there, too.
            let that = usize::from(has > 0 && matches!(lower(&found, has - 1), "that" | "which" | "who"));
            let plain = format!("whose {column} contains '{said}'");
            return Some(instead(text, found[has - that].from, found[noun].to, &plain));
        }
    }
    None
}
