//! Steps of time: "in every month of 2022", "by year of sale".

use super::{lower, word};
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind, root},
};
use rowcall_core::Catalogue;

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
