//! Numbers of things that are told by two words: "how many pages were copied" of a column for copied pages, "the number of
//! bus routes" where there are buses and routes.

use super::{is_end, is_number, lower, order_ends::end_at, word};
use crate::offline::{
    lexicon::Lexicon,
    plural,
    words::{Token, TokenKind, root},
};
use rowcall_core::Catalogue;

/// Puts such numbers as their columns and tables are called.
pub(super) fn quantities(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    done_to(tokens, lexicon, catalogue);
    of_one(tokens, lexicon, catalogue);
    told_twice(tokens, lexicon);
    several_different(tokens, lexicon);
    members(tokens, lexicon);
}

/// Said of what was done.
fn is_past(verb: &str) -> bool {
    const IRREGULAR: &str =
        "sold bought paid made held lent spent left lost won kept built read sent caught fed";
    verb.ends_with("ed") || verb.ends_with("en") || IRREGULAR.split_ascii_whitespace().any(|w| w == verb)
}

/// "how many pages were copied": what is the total of the pages copied, where one column is called just so.
fn done_to(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let Some(how) = (0..tokens.len().saturating_sub(4))
        .find(|i| lower(tokens, *i) == "how" && lower(tokens, i + 1) == "many")
    else {
        return;
    };
    let noun = tokens[how + 2].clone();
    let used = match (lower(tokens, how + 3), lower(tokens, how + 4)) {
        ("were" | "was" | "are" | "is", _) => 1,
        ("have" | "has" | "had", "been") => 2,
        _ => return,
    };
    let Some(verb) = tokens.get(how + 3 + used).filter(|t| t.kind == TokenKind::Word).cloned() else {
        return;
    };
    if lexicon.names_table(&noun.lemma, 0.9) || !is_past(&verb.lower) {
        return;
    }
    let stem = root(&verb.lower);
    let mut found = lexicon.columns.iter().enumerate().flat_map(|(t, names)| {
        let (noun, stem) = (&noun, &stem);
        names.iter().enumerate().filter(move |(c, name)| {
            let says = |w: &String| *w == noun.lemma || root(w) == *stem;
            name.words.len() == 2
                && name.words.contains(&noun.lemma)
                && name.words.iter().all(says)
                && catalogue.tables[t].columns[*c].kind.is_numeric()
        })
    });
    let Some((_, name)) = found.next().filter(|_| found.next().is_none()) else { return };
    let mut out = ["what", "is", "the", "total"].map(word).to_vec();
    out.extend(name.words.iter().map(|w| word(w)));
    let again = (how + 4 + used..tokens.len())
        .find(|i| lower(tokens, *i) == "in" && lower(tokens, i + 1) == "total")
        .filter(|i| !is_number(tokens.get(i + 2)));
    if let Some(at) = again {
        tokens.drain(at..at + 2);
    }
    tokens.splice(how..how + 4 + used, out);
}

/// "How many pages does the longest document have?": what is its page count.
fn of_one(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    if lower(tokens, 0) != "how" || lower(tokens, 1) != "many" {
        return;
    }
    let Some(does) = (3..tokens.len().min(6)).find(|i| matches!(lower(tokens, *i), "does" | "do" | "did"))
    else {
        return;
    };
    let Some(have) = (does + 3..tokens.len()).find(|i| lower(tokens, *i) == "have" && is_end(tokens, i + 1))
    else {
        return;
    };
    let stands_out = (does + 1..have).any(|i| end_at(tokens, i).is_some());
    let table = (does + 1..have).find_map(|i| {
        let found = lexicon.tables_for(&[&tokens[i].lemma]);
        found.first().filter(|(_, s)| *s >= 0.9).map(|(t, _)| *t)
    });
    let Some(table) = table.filter(|_| stands_out) else { return };
    let phrase: Vec<&str> = tokens[2..does].iter().map(|t| t.lemma.as_str()).collect();
    if lexicon.tables_for(&phrase).first().is_some_and(|(_, s)| *s >= 0.9) {
        return;
    }
    let found = lexicon.columns_for(&phrase, catalogue);
    let mut own = found.iter().filter(|(c, score)| {
        c.table == table && *score >= 0.75 && catalogue.tables[c.table].columns[c.column].kind.is_numeric()
    });
    let Some((c, _)) = own.next().filter(|_| own.next().is_none()) else { return };
    let mut out = ["what", "is", "the"].map(word).to_vec();
    out.extend(lexicon.columns[c.table][c.column].words.iter().map(|w| word(w)));
    out.push(word("of"));
    out.extend(tokens[does + 1..have].iter().cloned());
    tokens.splice(..=have, out);
}

/// "clubs with at least 8 members", "the most members": memberships, where these are kept.
fn members(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    let named = |t: &usize| lexicon.tables[*t].words.last().is_some_and(|w| w == "membership");
    let mut found = (0..lexicon.tables.len()).filter(named);
    let Some(table) = found.next().filter(|_| found.next().is_none()) else { return };
    if lexicon.tables_for(&["member"]).first().is_some_and(|(t, s)| *s >= 0.9 && *t != table) {
        return;
    }
    for at in (1..tokens.len()).rev() {
        let counts = is_number(tokens.get(at - 1))
            || matches!(lower(tokens, at - 1), "most" | "fewest" | "many")
            || lower(tokens, at - 1) == "of" && at > 1 && lower(tokens, at - 2) == "number";
        if lower(tokens, at) == "members" && counts {
            let name = plural(&lexicon.tables[table].words.join(" "));
            let words: Vec<Token> = name.split(' ').map(word).collect();
            tokens.splice(at..=at, words);
        }
    }
}

/// "at least two different routes": rows are counted once anyway.
fn several_different(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for at in (2..tokens.len().saturating_sub(1)).rev() {
        let different = matches!(lower(tokens, at), "different" | "distinct");
        let bound = matches!(lower(tokens, at - 2), "least" | "than" | "most" | "exactly" | "over");
        let rows = lexicon.names_table(&tokens[at + 1].lemma, 0.9);
        if different && bound && rows && is_number(tokens.get(at - 1)) {
            tokens.remove(at);
        }
    }
}

/// "the number of bus routes": of routes, where buses and routes are tables of their own that belong together.
fn told_twice(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    let table =
        |phrase: &[&str]| lexicon.tables_for(phrase).first().filter(|(_, s)| *s >= 0.9).map(|(t, _)| *t);
    for at in (2..tokens.len().saturating_sub(1)).rev() {
        let counts = matches!(
            (lower(tokens, at - 2), lower(tokens, at - 1)),
            ("number" | "count", "of") | ("how", "many")
        );
        let (first, second) = (&tokens[at], &tokens[at + 1]);
        let words = first.kind == TokenKind::Word && second.kind == TokenKind::Word;
        let plural = second.lower != second.lemma;
        if !counts || !words || !plural || table(&[&first.lemma, &second.lemma]).is_some() {
            continue;
        }
        if let (Some(one), Some(other)) = (table(&[&first.lemma]), table(&[&second.lemma]))
            && one != other
            && lexicon.prepared.graph.path(other, one, false, None).is_some()
        {
            tokens.remove(at);
        }
    }
}
