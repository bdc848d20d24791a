//! How often something happens: the table that a verb speaks of is named.

use super::{lower, number, word};
use crate::offline::{
    lexicon::Lexicon,
    plural,
    reader::same_root,
    words::{Token, TokenKind, number_word, root},
};
use rowcall_core::Catalogue;

/// "How many orders does a customer make on average?": the average number of orders that each customer makes.
pub(super) fn on_average(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let pair = |tokens: &[Token], a: &str, b: &str| {
        (0..tokens.len()).find(|i| lower(tokens, *i) == a && lower(tokens, i + 1) == b)
    };
    if let (Some(at), Some(_)) = (pair(tokens, "on", "average"), pair(tokens, "how", "many")) {
        let after = usize::from(lower(tokens, at + 2) == ",");
        tokens.drain(at..at + 2 + after);
        if at > 0 && lower(tokens, at - 1) == "," {
            tokens.remove(at - 1);
        }
        if let Some(many) = pair(tokens, "how", "many") {
            tokens.splice(many..many + 2, ["average", "number", "of"].map(word));
        }
    }
    let Some(at) = pair(tokens, "average", "number") else { return };
    let split = |t: &Token| matches!(t.lower.as_str(), "each" | "every" | "per" | "by" | "for");
    if tokens[at..].iter().any(split) {
        return;
    }
    let one = (at..tokens.len()).find(|i| {
        let rows =
            tokens.get(i + 1).and_then(|t| lexicon.tables_for(&[&t.lemma]).first().map(|(_, s)| *s >= 0.9));
        matches!(lower(tokens, *i), "a" | "an" | "one") && rows == Some(true)
    });
    let Some(one) = one else { return };
    // "the average number of staff a shop has", where that is kept of a shop: of all shops.
    let told = |t: &Token| {
        let table = tokens.get(one + 1).and_then(|t| lexicon.tables_for(&[&t.lemma]).first().copied());
        let kept = lexicon.columns_for(&["number", &t.lemma], catalogue).first().copied();
        table.zip(kept).is_some_and(|((table, _), (c, score))| {
            score >= 0.9 && c.table == table && catalogue.tables[table].columns[c.column].kind.is_numeric()
        })
    };
    match tokens.get(at + 3).filter(|t| lower(tokens, at + 2) == "of" && told(t)) {
        Some(noun) => {
            let has = matches!(lower(tokens, one + 2), "have" | "has" | "employ" | "employs");
            let does = usize::from(matches!(lower(tokens, one - 1), "does" | "do" | "that"));
            let rows = plural(&tokens[one + 1].lower);
            let out = [word("average"), word("number"), word("of"), noun.clone(), word("of"), word(&rows)];
            if one - does == at + 4 {
                tokens.splice(at..one + 2 + usize::from(has), out);
            }
        }
        None => tokens[one] = word("each"),
    }
}

/// "booked more than twice", "how many times was it booked": bookings are counted.
pub(super) fn times(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    // "cited more than 3 times", where that is counted already: more than 3.
    if counted(tokens, lexicon, catalogue) {
        for i in (2..tokens.len()).rev() {
            let number =
                tokens[i - 1].kind == TokenKind::Number || number_word(lower(tokens, i - 1)).is_some();
            let compared = matches!(lower(tokens, i - 2), "than" | "least" | "most" | "exactly");
            if number && compared && lower(tokens, i) == "times" {
                tokens.remove(i);
            }
        }
        return;
    }
    let Some(table) = happening(tokens, lexicon) else { return };

    for i in (1..tokens.len()).rev() {
        let n = match lower(tokens, i) {
            "once" => 1,
            "twice" => 2,
            _ => continue,
        };
        if matches!(lower(tokens, i - 1), "than" | "least" | "most" | "exactly" | "only") {
            tokens.splice(i..=i, [number(n), word("times")]);
        }
    }
    for i in (1..tokens.len()).rev() {
        let counted = tokens[i - 1].kind == TokenKind::Number
            || number_word(lower(tokens, i - 1)).is_some()
            || lower(tokens, i - 1) == "many";
        if !counted || !matches!(lower(tokens, i), "times" | "time") {
            continue;
        }
        if i > 1 && lower(tokens, i - 2) == "for" {
            tokens.remove(i - 2);
            return times(tokens, lexicon, catalogue);
        }
        let words = &lexicon.tables[table].words;
        let noun = plural(&words.join(" "));
        tokens.splice(i..=i, noun.split(' ').map(word));
    }
}

/// What is said to happen.
fn verbs(tokens: &[Token]) -> impl Iterator<Item = &Token> {
    tokens.iter().filter(|t| t.kind == TokenKind::Word && t.lower.len() > 3 && t.lower.ends_with("ed"))
}

/// "reopened more than once", where that is counted already.
fn counted(tokens: &[Token], lexicon: &Lexicon, catalogue: &Catalogue) -> bool {
    verbs(tokens).any(|verb| {
        let stem = root(&verb.lower);
        catalogue.tables.iter().zip(&lexicon.columns).any(|(table, names)| {
            table.columns.iter().zip(names).any(|(column, name)| {
                column.kind.is_numeric()
                    && name.words.len() > 1
                    && name.words.iter().any(|w| w == "count" || w == "number")
                    && name.words.iter().any(|w| same_root(w, &stem))
            })
        })
    })
}

/// The table of what is said to happen: called after a verb of the question, or the only one whose rows belong to the
/// one thing that is spoken of.
fn happening(tokens: &[Token], lexicon: &Lexicon) -> Option<usize> {
    let nouns = |t: &usize| {
        let words = &lexicon.tables[*t].words;
        !words.iter().any(|w| w.ends_with("ed") || matches!(w.as_str(), "in" | "of" | "for" | "to" | "by"))
    };
    let all = || (0..lexicon.tables.len()).filter(nouns);
    let named = verbs(tokens).find_map(|verb| {
        let stem = root(&verb.lower);
        let mut found =
            all().filter(|t| lexicon.tables[*t].words.last().is_some_and(|w| same_root(w, &stem)));
        found.next().filter(|_| found.next().is_none())
    });
    if named.is_some() {
        return named;
    }
    let mut things: Vec<usize> = Vec::new();
    for token in tokens.iter().filter(|t| t.kind == TokenKind::Word) {
        let spoken = lexicon.tables_for(&[&token.lemma]).first().filter(|(_, s)| *s >= 0.9).map(|(t, _)| *t);
        let capital = token.text.starts_with(char::is_uppercase);
        let valued = || lexicon.values(&[&token.lower]).first().filter(|_| capital).map(|v| v.column.table);
        if let Some(t) = spoken.or_else(valued)
            && !things.contains(&t)
        {
            things.push(t);
        }
    }
    let [thing] = things.as_slice() else { return None };
    let mut below: Vec<usize> = lexicon
        .prepared
        .graph
        .edges
        .iter()
        .filter(|e| e.to == *thing && e.from != *thing && nouns(&e.from))
        .map(|e| e.from)
        .collect();
    below.dedup();
    match below.as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}
