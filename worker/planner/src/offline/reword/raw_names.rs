//! Columns that are called as they are written: "flno" where it was read as a flight's number, "fname" and "lname".

use super::word;
use crate::offline::{
    lexicon::{Lexicon, key_column},
    words::{Token, TokenKind},
};
use rowcall_core::Catalogue;

/// "birth state", "state of birth", where the column says "born".
pub(super) fn births(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    if lexicon.is_word("birth") || lexicon.is_word("birthplace") || !lexicon.is_word("born") {
        return;
    }
    for at in (0..tokens.len()).rev() {
        if !matches!(tokens[at].lower.as_str(), "birth" | "birthplace") {
            continue;
        }
        // "the state of birth"
        if at > 1 && tokens[at - 1].lower == "of" && lexicon.is_word(&tokens[at - 2].lemma) {
            let noun = tokens[at - 2].clone();
            tokens.splice(at - 2..=at, [word("born"), noun]);
        } else if tokens.get(at + 1).is_some_and(|t| lexicon.is_word(&t.lemma)) {
            tokens[at] = word("born");
        }
    }
}

/// Puts the words of its name for such a column.
pub(super) fn raw_names(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (0..tokens.len()).rev() {
        let token = &tokens[at];
        let said = token.kind == TokenKind::Word && token.lower.len() >= 3;
        if !said || lexicon.is_word(&token.lemma) || !lexicon.stands_for(&token.lemma, 0.8).is_empty() {
            continue;
        }
        let called =
            |name: &str| name.eq_ignore_ascii_case(&token.lower) || name.eq_ignore_ascii_case(&token.lemma);
        let mut found = catalogue.tables.iter().enumerate().flat_map(|(t, table)| {
            table.columns.iter().enumerate().filter(|(_, c)| called(&c.name)).map(move |(c, _)| (t, c))
        });
        let Some((t, c)) = found.next() else { continue };
        // One word for two ("birthplace") is known as it is.
        if lexicon.columns[t][c].words.concat() == token.lower {
            continue;
        }
        let words: Vec<Token> = lexicon.columns[t][c].words.iter().map(|w| word(w)).collect();
        tokens.splice(at..=at, words);
    }
}

/// "date from and date to", "from and to dates": columns whose names have a preposition in them, each as one word.
pub(super) fn with_prepositions(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for at in (0..tokens.len().saturating_sub(1)).rev() {
        if tokens[at].kind != TokenKind::Word || tokens[at + 1].kind != TokenKind::Word {
            continue;
        }
        let name = format!("{}_{}", tokens[at].lemma, tokens[at + 1].lower);
        // "the date from which", "orders placed by Ann" go on with what the preposition is about.
        let listed = tokens.get(at + 2).is_none_or(|t| {
            t.kind == TokenKind::Mark
                || matches!(t.lower.as_str(), "and" | "of" | "for" | "or" | "is" | "are")
        });
        if listed && !lexicon.written(&name).is_empty() {
            tokens.splice(at..at + 2, [word(&name)]);
        }
    }
    for at in (0..tokens.len().saturating_sub(3)).rev() {
        let both =
            tokens[at].lower == "from" && tokens[at + 1].lower == "and" && tokens[at + 2].lower == "to";
        let noun = tokens[at + 3].lemma.clone();
        let (from, to) = (format!("{noun}_from"), format!("{noun}_to"));
        if both && !lexicon.written(&from).is_empty() && !lexicon.written(&to).is_empty() {
            tokens.splice(at..at + 4, [word(&from), word("and"), word(&to)]);
        }
    }
}

/// "aircraft number 12", where an aircraft has no number but its key: with that key.
pub(super) fn keyed_rows(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (0..tokens.len().saturating_sub(2)).rev() {
        let numbered = matches!(tokens[at + 1].lower.as_str(), "number" | "no" | "nr" | "#")
            && tokens[at + 2].kind == TokenKind::Number
            && tokens[at].kind == TokenKind::Word;
        let rows = lexicon.tables_for(&[&tokens[at].lemma]);
        let Some((table, _)) = rows.first().filter(|(_, score)| numbered && *score >= 0.8) else { continue };
        let own = lexicon.columns[*table].iter().any(|name| name.words.iter().any(|w| w == "number"));
        let Some(key) = key_column(&catalogue.tables[*table], *table) else { continue };
        let numeric = catalogue.tables[*table].columns[key.column].kind.is_numeric();
        // Only where another table's number would be taken for it.
        let other =
            lexicon.columns.iter().flatten().any(|name| name.words.last().is_some_and(|w| w == "number"));
        if !own && numeric && other {
            let said = [word("with")]
                .into_iter()
                .chain(lexicon.columns[*table][key.column].words.iter().map(|w| word(w)));
            tokens.splice(at + 1..at + 2, said.collect::<Vec<_>>());
        }
    }
}
