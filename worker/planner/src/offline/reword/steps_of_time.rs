//! Steps of time and what happened first: "in every month of 2022", "by year of sale", "which branch was opened first".

use super::{is_end, lower, word};
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind, root},
};
use rowcall_core::Catalogue;

/// "Which branch was opened first?": has the earliest opening date.
pub(super) fn happened_first(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let Some(at) =
        (3..tokens.len()).find(|i| matches!(lower(tokens, *i), "first" | "last") && is_end(tokens, i + 1))
    else {
        return;
    };
    let verb = &tokens[at - 1];
    if !matches!(lower(tokens, 0), "which" | "what" | "who") || !verb.lower.ends_with("ed") {
        return;
    }
    let stem = root(&verb.lower);
    let mut found = lexicon.columns.iter().enumerate().flat_map(|(t, names)| {
        let stem = &stem;
        names.iter().enumerate().filter_map(move |(c, name)| {
            let year = name.words.iter().any(|w| w == "year");
            let timed = catalogue.tables[t].columns[c].kind.is_temporal() || year;
            (timed && name.words.iter().any(|w| root(w) == *stem)).then_some(name)
        })
    });
    let Some(name) = found.next().filter(|_| found.next().is_none()) else { return };
    let end = if lower(tokens, at) == "first" { "earliest" } else { "latest" };
    let was = usize::from(matches!(lower(tokens, at - 2), "was" | "is" | "were" | "got"));
    let said: Vec<Token> =
        ["has", "the", end].into_iter().chain(name.words.iter().map(String::as_str)).map(word).collect();
    tokens.splice(at - 1 - was..=at, said);
}

/// "in every month of 2022": per month in 2022.
pub(super) fn months_of(tokens: &mut Vec<Token>) {
    for at in 1..tokens.len().saturating_sub(2) {
        let step = matches!(lower(tokens, at), "month" | "quarter" | "week" | "day");
        let each = matches!(lower(tokens, at - 1), "each" | "every" | "per" | "by");
        let year = tokens.get(at + 2).is_some_and(|t| t.kind == TokenKind::Number && t.text.len() == 4);
        if step && each && lower(tokens, at + 1) == "of" && year {
            tokens[at + 1] = word("in");
            tokens[at - 1] = word("per");
            if at > 1 && lower(tokens, at - 2) == "in" {
                tokens.remove(at - 2);
            }
            return;
        }
    }
}

/// "per year of creation", where a date of it is kept: per year.
pub(super) fn year_of(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in 1..tokens.len().saturating_sub(2) {
        let step = matches!(lower(tokens, at), "year" | "month" | "quarter");
        let each = matches!(lower(tokens, at - 1), "each" | "every" | "per" | "by");
        // "for each year, in ascending order": as time goes anyway.
        let comma = usize::from(tokens.get(at + 1).is_some_and(|t| t.text == ","));
        let way =
            (lower(tokens, at + 1 + comma), lower(tokens, at + 2 + comma), lower(tokens, at + 3 + comma));
        if step && each && matches!(way, ("in", "ascending" | "chronological", "order")) {
            tokens.drain(at + 1..at + 4 + comma);
        }
        if !step || !each || lower(tokens, at + 1) != "of" {
            continue;
        }
        // "for each year of the donation date"
        let the = at + 2 + usize::from(lower(tokens, at + 2) == "the");
        if lower(tokens, the + 1) == "date" {
            let phrase = [tokens[the].lemma.as_str(), "date"];
            let dated = lexicon.columns_for(&phrase, catalogue).first().is_some_and(|(c, s)| {
                *s >= 0.85 && catalogue.tables[c.table].columns[c.column].kind.is_temporal()
            });
            if dated {
                tokens.drain(at + 1..the + 2);
                return;
            }
        }
        let Some(noun) = tokens.get(at + 2) else { continue };
        let stem = root(&noun.lower);
        let timed = lexicon.columns.iter().enumerate().any(|(t, names)| {
            names.iter().enumerate().any(|(c, name)| {
                catalogue.tables[t].columns[c].kind.is_temporal()
                    && name.words.iter().any(|w| root(w) == stem)
            })
        });
        // "by year of birth", where that is a column.
        let kept = lexicon.columns_for(&[lower(tokens, at), &tokens[at + 2].lemma], catalogue);
        if timed && kept.first().is_none_or(|(_, s)| *s < 0.9) {
            tokens.drain(at + 1..at + 3);
            return;
        }
    }
}
