//! Adjectives of size beside those that every table has a column for: "the deepest berth" has the highest depth, "the hardest
//! mineral" the highest hardness, and one "deeper than 4" a depth of more than 4.

use super::{Words, instead, is_one_of, lower, slice, words};
use crate::offline::{
    lexicon::Lexicon,
    words::{kept_of, lemma},
};
use rowcall_core::Catalogue;

/// Says it by the column; none where no column tells it, or the word is one of the catalogue's.
pub(super) fn utmost(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    if let Some(plain) = longer(text, &found, lexicon, catalogue) {
        return Some(plain);
    }
    (1..found.len()).find_map(|at| {
        let word = lower(&found, at);
        let (end, than) = match word.strip_suffix("est") {
            Some(stem) => (stem, false),
            None => (word.strip_suffix("er")?, lower(&found, at + 1) == "than"),
        };
        let compares = word.ends_with("er");
        if compares != than || lexicon.is_word(word) {
            return None;
        }
        let (kept, large) = [
            end.to_owned(),
            format!("{end}e"),
            end.strip_suffix('i').map(|e| format!("{e}y")).unwrap_or_default(),
        ]
        .iter()
        .find_map(|adjective| kept_of(adjective))?;
        let name = column(&found, kept, lexicon, catalogue)?;
        if compares {
            beyond(text, &found, at, &name, large)
        } else {
            most(text, &found, at, &name, large, lexicon)
        }
    })
}

/// "documents longer than 100 pages": with more than 100 pages, where they are counted.
fn longer(text: &str, found: &Words, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    const COUNTED: &str = "pages words lines verses chapters acts tracks characters slides episodes";
    let at = (1..found.len()).find(|at| {
        is_one_of("longer shorter", lower(found, *at))
            && lower(found, at + 1) == "than"
            && lower(found, at + 2).starts_with(|c: char| c.is_ascii_digit())
            && is_one_of(COUNTED, lower(found, at + 3))
    })?;
    let counted = lemma(lower(found, at + 3));
    column(found, &[&counted], lexicon, catalogue)?;
    let more = if lower(found, at) == "longer" { "more" } else { "fewer" };
    let are = usize::from(is_one_of("is are was were", lower(found, at - 1)));
    let tie = if are == 1 { "have" } else { "with" };
    Some(instead(text, found[at - are].from, found[at + 1].to, &format!("{tie} {more} than")))
}

/// The words of the one number that is called so, of the things that are spoken of if theirs is.
fn column(found: &Words, kept: &[&str], lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let of = |table: usize| {
        let columns = lexicon.columns[table].iter().zip(&catalogue.tables[table].columns);
        columns.filter(|(name, column)| {
            column.kind.is_numeric() && name.words.iter().any(|w| kept.contains(&w.as_str()))
        })
    };
    let spoken = |table: &usize| {
        found.iter().any(|w| {
            lexicon
                .tables_for(&[&lemma(&w.lower)])
                .first()
                .is_some_and(|(t, score)| t == table && *score >= 0.75)
        })
    };
    let near: Vec<usize> =
        (0..lexicon.columns.len()).filter(spoken).filter(|t| of(*t).next().is_some()).collect();
    let tables: Vec<usize> = if near.is_empty() { (0..lexicon.columns.len()).collect() } else { near };
    let mut names = tables.into_iter().flat_map(of);
    let (name, _) = names.next().filter(|_| names.next().is_none())?;
    Some(name.words.join(" "))
}

/// "is the deepest", "the deepest berth"
fn most(text: &str, found: &Words, at: usize, name: &str, large: bool, lexicon: &Lexicon) -> Option<String> {
    let end = if large { "highest" } else { "lowest" };
    let the = usize::from(lower(found, at - 1) == "the");
    let rows = (at + 1..found.len().min(at + 4)).find(|n| {
        slice(text, found[at].to..found[*n].from).chars().all(|c| c.is_alphanumeric() || c == ' ')
            && lexicon.names_table(&lemma(lower(found, *n)), 0.75)
    });
    if let Some(rows) = rows {
        let things = slice(text, found[at + 1].from..found[rows].to);
        return Some(instead(
            text,
            found[at].from,
            found[rows].to,
            &format!("{things} with the {end} {name}"),
        ));
    }
    let be = lower(found, at.checked_sub(1 + the)?);
    let has = if is_one_of("is was", be) { "has" } else { "have" };
    is_one_of("is was are were", be)
        .then(|| instead(text, found[at - 1 - the].from, found[at].to, &format!("{has} the {end} {name}")))
}

/// "deeper than 4", "are deeper than 4"
fn beyond(text: &str, found: &Words, at: usize, name: &str, large: bool) -> Option<String> {
    let more = if large { "more" } else { "less" };
    // "deeper than the average" is compared as it stands.
    let number = lower(found, at + 2).starts_with(|c: char| c.is_ascii_digit());
    let is_at = usize::from(is_one_of("is are was were", lower(found, at - 1)));
    let that = usize::from(is_at > 0 && at > 2 && is_one_of("that which", lower(found, at - 2)));
    let from = found[at - is_at - that].from;
    let tie = if is_at > 0 && that == 0 { "have a" } else { "with a" };
    number.then(|| instead(text, from, found[at + 1].to, &format!("{tie} {name} of {more} than")))
}
