//! Words whose meaning their neighbours tell: who did something, and values that nobody has seen yet.

use super::{
    annotate::{Item, Key, Marked},
    keys::key_at,
    lexicon::Lexicon,
    unseen,
    words::{Token, TokenKind, is_filler},
};
use rowcall_core::Catalogue;

/// A "by" after a participle names the doer, unless a bare singular follows that rows can be split by.
pub(super) fn is_agent(tokens: &[Token], by: usize, lexicon: &Lexicon) -> bool {
    // "the song by the youngest singer"
    let the = usize::from(tokens.get(by + 1).is_some_and(|t| t.lower == "the"));
    let most = matches!(key_at(tokens, by + 1 + the), Some((Key::Superlative(..), _)));
    if most && the == 1 {
        return true;
    }
    let Some(verb) = by.checked_sub(1).map(|b| tokens[b].lower.as_str()) else { return false };
    let irregular = matches!(
        verb,
        "taught"
            | "led"
            | "held"
            | "chosen"
            | "given"
            | "written"
            | "won"
            | "made"
            | "sold"
            | "bought"
            | "driven"
            | "flown"
            | "owned"
            | "done"
            | "run"
            | "sung"
            | "shown"
            | "drawn"
            | "taken"
            | "spoken"
            | "paid"
            | "sent"
            | "built"
    );
    let splitting = matches!(
        verb,
        "grouped"
            | "ordered"
            | "sorted"
            | "ranked"
            | "arranged"
            | "split"
            | "broken"
            | "listed"
            | "categorized"
            | "followed"
            | "divided"
            | "organized"
    );
    if splitting || !(irregular || verb.len() >= 4 && verb.ends_with("ed")) {
        return false;
    }
    let Some(next) = tokens.get(by + 1) else { return false };
    let noun = if next.lower == "the" { tokens.get(by + 2) } else { Some(next) };
    match next.lower.as_str() {
        "the" => noun.is_some_and(|n| lexicon.names_table(&n.lemma, 0.75)),
        "a" | "an" | "any" | "at" | "more" | "less" | "fewer" | "most" | "exactly" | "only" | "both"
        | "some" | "all" | "over" | "someone" | "those" | "two" | "three" => true,
        _ if next.kind != TokenKind::Word => true,
        _ => next.lower != next.lemma || next.text.starts_with(char::is_uppercase) && by > 0,
    }
}

/// "type code CV", "the customer named Ann Lee": words written with capitals behind a column that holds text, or
/// behind "named", are a value, though nobody has seen it.
pub(super) fn new_value(
    tokens: &[Token],
    at: usize,
    before: &[Marked],
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<usize> {
    let capital =
        |t: &Token| t.kind == TokenKind::Word && t.text.chars().next().is_some_and(char::is_uppercase);
    let told = match before
        .iter()
        .rev()
        .find(|m| !matches!(&m.item, Item::Filler(w) if w == "is" || w == "of"))?
        .item
    {
        Item::Key(Key::Named | Key::Text(_)) => true,
        // "customers in Springfield"
        Item::Filler(ref word) if unseen::is_placing(word) => before.iter().any(|m| match &m.item {
            Item::Name(name) => name
                .tables
                .first()
                .is_some_and(|(t, s)| *s >= 0.75 && unseen::place(*t, lexicon, catalogue).is_some()),
            _ => false,
        }),
        Item::Name(ref name) => name.columns.first().is_some_and(|(c, s)| {
            *s >= 0.9
                && name.tables.first().is_none_or(|t| t.1 < 0.9)
                && catalogue.tables[c.table].columns[c.column].kind.is_textual()
        }),
        _ => false,
    };
    if !told || at == 0 {
        return None;
    }
    let known = |t: &Token| lexicon.is_word(&t.lemma) || is_filler(&t.lower);
    let n = tokens[at..].iter().take_while(|t| capital(t) && !known(t)).count();
    (n > 0).then_some(n)
}
