//! Rows that are told by a flag before their noun: "the approved expenses" are the expenses that are approved.

use super::{lower, word};
use crate::offline::{
    flags::yes_or_no,
    lexicon::Lexicon,
    plural,
    words::{Token, TokenKind, is_person},
};
use rowcall_core::{Catalogue, ColumnRef};
use rowcall_plan::Literal;

/// "club members", where owners have a `club_member` that says yes or no: those with yes.
pub(super) fn people_of_a_flag(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (0..tokens.len()).rev() {
        let before = at.checked_sub(1).map_or("", |b| lower(tokens, b));
        let said = matches!(
            before,
            "are" | "is" | "be" | "not" | "no" | "non" | "were" | "was" | "with" | "by" | "per"
        );
        let found = [3, 2, 1].into_iter().find_map(|used| {
            let range = tokens.get(at..at + used)?;
            let last = range.last()?;
            let phrase: Vec<&str> = range.iter().map(|t| t.lemma.as_str()).collect();
            let (column, score) = *lexicon.columns_for(&phrase, catalogue).first()?;
            let name = &lexicon.columns[column.table][column.column].words;
            let whole = name.iter().map(String::as_str).eq(phrase.iter().copied()) && score >= 0.9;
            let people = last.lower != last.lemma && is_person(&last.lemma);
            let known = lexicon.tables_for(&phrase).first().is_some_and(|(_, s)| *s >= 0.75);
            let answers = yes_or_no(catalogue, lexicon, column, true)?;
            (whole && people && !known).then_some((used, column, answers))
        });
        let Some((used, column, yes)) = found.filter(|_| !said) else { continue };
        let yes = match yes {
            Literal::Text(yes) => yes.to_lowercase(),
            _ => "yes".to_owned(),
        };
        let mut rows: Vec<Token> = lexicon.tables[column.table].words.iter().map(|w| word(w)).collect();
        if let Some(last) = rows.last_mut() {
            last.lower = plural(&last.lower);
            last.text.clone_from(&last.lower);
        }
        rows.push(word("with"));
        rows.extend(lexicon.columns[column.table][column.column].words.iter().map(|w| word(w)));
        rows.push(word(&yes));
        tokens.splice(at..at + used, rows);
    }
}

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
