//! Everything there is about rows: "all the information about customers", "customer details"; and everything that is a row:
//! "the names and prices of everything priced over 100".

use super::{lower, word};
use crate::offline::{
    lexicon::Lexicon,
    plural,
    words::{Token, TokenKind},
};
use rowcall_core::Catalogue;

/// "the names and prices of everything priced over 100": of the rows that have these.
pub(super) fn for_everything(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let Some(at) = (2..tokens.len().saturating_sub(1)).find(|at| {
        lower(tokens, *at) == "everything"
            && matches!(lower(tokens, at - 1), "for" | "of")
            && tokens[at + 1].kind == TokenKind::Word
    }) else {
        return;
    };
    let home = (1..=3).rev().filter_map(|n| tokens.get((at - 1).checked_sub(n)?..at - 1)).find_map(|part| {
        let phrase: Vec<&str> = part.iter().map(|t| t.lemma.as_str()).collect();
        let mut tables = lexicon.columns_for(&phrase, catalogue).into_iter().filter(|(_, s)| *s >= 0.9);
        let (column, _) = tables.next()?;
        tables.all(|(other, _)| other.table == column.table).then_some(column.table)
    });
    if let Some(table) = home {
        let noun = plural(&lexicon.tables[table].words.join(" "));
        tokens.splice(at..=at, noun.split(' ').map(word).collect::<Vec<_>>());
    }
}

/// "all the information about customers", "customer details": every column of theirs.
pub(super) fn everything(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    let all = |t: &str| {
        matches!(t, "information" | "info" | "everything")
            || matches!(t, "details" | "detail") && !lexicon.is_word("detail")
    };
    // "the full records of customers"
    for i in 1..tokens.len() {
        let whole = matches!(lower(tokens, i - 1), "full" | "complete" | "entire" | "whole");
        if whole
            && matches!(lower(tokens, i), "record" | "records" | "row" | "rows")
            && !lexicon.is_word("record")
        {
            tokens.splice(i - 1..=i, ["all", "details"].map(word));
        }
    }
    let rows = |tokens: &[Token], at: usize| {
        let last = tokens.get(at).map_or("", |t| t.lemma.as_str());
        lexicon.names_table(last, 0.75)
    };
    for i in 0..tokens.len() {
        let said = lower(tokens, i);
        let columns = matches!(said, "columns" | "fields" | "data") && i > 0;
        if !(all(said) || columns) {
            continue;
        }
        // "all the", "the full"
        let start = (0..i)
            .rev()
            .take_while(|b| matches!(lower(tokens, *b), "all" | "the" | "full" | "complete" | "entire"))
            .last()
            .unwrap_or(i);
        let whole = all(said) || start < i && lower(tokens, start) == "all";
        let of = matches!(lower(tokens, i + 1), "of" | "about" | "on" | "for" | "regarding" | "from");
        let mut noun = i + 2;
        while matches!(lower(tokens, noun), "all" | "the" | "each" | "every" | "any" | "of") {
            noun += 1;
        }
        if whole && of && rows(tokens, noun) {
            tokens.splice(start..noun, ["everything", "of"].map(word));
            return;
        }
        // "all customer information"
        let opens = i == 1 && matches!(said, "details" | "info" | "information");
        let shows =
            opens || i > 1 && matches!(lower(tokens, i - 2), "all" | "the" | "show" | "list" | "give" | "me");
        let ends = tokens.get(i + 1).is_none_or(|t| {
            t.kind == TokenKind::Mark
                || opens && matches!(t.lower.as_str(), "for" | "in" | "from" | "with" | "where")
        });
        if all(said) && shows && ends && rows(tokens, i - 1) && said != "everything" {
            let noun = tokens[i - 1].clone();
            let from = tokens.get(i + 1).is_some_and(|t| t.lower == "for");
            tokens.splice(i - 1..=i + usize::from(from), [word("everything"), word("of"), noun]);
            if from {
                tokens.insert(i + 2, word("in"));
            }
            return;
        }
    }
}
