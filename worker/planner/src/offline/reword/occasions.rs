//! When something happened to one row that is told by its number or name: "when was order 47 placed", "the date of claim
//! 12". The date is named as the catalogue names it.

use super::{dated::Dates, is_end, lower, word};
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind},
};
use rowcall_core::{Catalogue, ColumnRef};

/// Names the date that is asked for.
pub(super) fn occasions(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let dates = Dates { lexicon, catalogue };
    when_done(tokens, &dates);
    date_of(tokens, &dates);
}

/// Where what tells one row ends: "47", "with id 47", "number 47".
fn one_row(tokens: &[Token], at: usize) -> Option<usize> {
    let mut n = at;
    while matches!(lower(tokens, n), "with" | "the" | "id" | "number" | "no" | "no." | "whose" | "is" | "#") {
        n += 1;
    }
    tokens.get(n).filter(|t| t.kind == TokenKind::Number).map(|_| n + 1)
}

/// "when was the order with id 47 placed": what is the placed date of the order with id 47.
fn when_done(tokens: &mut Vec<Token>, dates: &Dates<'_>) {
    let asks = lower(tokens, 0) == "when" && matches!(lower(tokens, 1), "was" | "did");
    let noun = 2 + usize::from(lower(tokens, 2) == "the");
    let Some(table) = tokens.get(noun).filter(|_| asks).and_then(|t| dates.table(t)) else { return };
    let Some(verb) = one_row(tokens, noun + 1).filter(|end| is_end(tokens, end + 1)) else { return };
    let Some(date) =
        dates.of(Some(table), lower(tokens, verb), "").or_else(|| spoken(table, verb, tokens, dates))
    else {
        return;
    };
    put(tokens, (0, noun), (verb, verb + 1), date, dates);
}

/// "made" of `date_call_made`.
fn spoken(table: usize, verb: usize, tokens: &[Token], dates: &Dates<'_>) -> Option<ColumnRef> {
    let said = lower(tokens, verb);
    let columns = 0..dates.lexicon.columns[table].len();
    let mut found = columns
        .map(|column| ColumnRef { table, column })
        .filter(|c| dates.is_time(*c))
        .filter(|c| dates.lexicon.columns[c.table][c.column].words.iter().any(|w| w == said));
    found.next().filter(|_| found.next().is_none())
}

/// "the date of order 47", where its rows have one date only.
fn date_of(tokens: &mut Vec<Token>, dates: &Dates<'_>) {
    for at in 0..tokens.len() {
        if lower(tokens, at) != "date" || lower(tokens, at + 1) != "of" {
            continue;
        }
        let noun = at + 2 + usize::from(lower(tokens, at + 2) == "the");
        let Some(table) = tokens.get(noun).and_then(|t| dates.table(t)) else { continue };
        if one_row(tokens, noun + 1).is_none_or(|end| !is_end(tokens, end)) {
            continue;
        }
        let mut found = (0..dates.lexicon.columns[table].len())
            .map(|column| ColumnRef { table, column })
            .filter(|c| dates.catalogue.tables[table].columns[c.column].kind.is_temporal());
        let Some(date) = found.next().filter(|_| found.next().is_none()) else { continue };
        let end = tokens.len();
        put(tokens, (at, noun), (end, end), date, dates);
        return;
    }
}

/// The words of the date in place of what asks for it, and nothing in place of the verb.
fn put(
    tokens: &mut Vec<Token>,
    asks: (usize, usize),
    verb: (usize, usize),
    date: ColumnRef,
    dates: &Dates<'_>,
) {
    tokens.drain(verb.0..verb.1);
    let mut out: Vec<Token> = Vec::new();
    if asks.0 == 0 {
        out.extend(["what", "is", "the"].map(word));
    }
    let words = dates.words(date);
    let dated = words.iter().any(|t| matches!(t.lower.as_str(), "date" | "day" | "year" | "time"));
    if dated {
        out.extend(words);
    } else {
        // "created" of `created_at`: the created date.
        out.extend(words.into_iter().filter(|t| !matches!(t.lower.as_str(), "at" | "on")));
        out.push(word("date"));
    }
    out.push(word("of"));
    tokens.splice(asks.0..asks.1, out);
}
