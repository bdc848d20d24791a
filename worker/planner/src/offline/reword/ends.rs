//! Orders told by their ends, in the words that the rest of the orders are told in: "high to low", "from A to Z", "from the
//! tallest down to the shortest", "biggest on top", "alphabetically, each with its country".

use super::{is_mark, lower, word};
use crate::offline::{lexicon::Lexicon, words::Token};
use rowcall_core::Catalogue;

/// Puts such orders into the usual words.
pub(super) fn ends_told(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    letters(tokens);
    high_to_low(tokens);
    on_top(tokens);
    each_with(tokens);
    by_and_way(tokens, lexicon, catalogue);
    rows_by_name(tokens, lexicon, catalogue);
}

/// "sorted from A to Z on the name", "A-Z": in alphabetical order.
fn letters(tokens: &mut Vec<Token>) {
    for at in (1..tokens.len().saturating_sub(2)).rev() {
        let joint = matches!(lower(tokens, at + 1), "to" | "-" | "–" | "through");
        let up = match (lower(tokens, at), lower(tokens, at + 2)) {
            ("a", "z") => true,
            ("z", "a") => false,
            _ => continue,
        };
        if !joint {
            continue;
        }
        let mut from = at;
        while from > 1
            && matches!(lower(tokens, from - 1), "from" | "sorted" | "ordered" | "arranged" | "listed")
        {
            from -= 1;
        }
        let mut out = if up {
            vec!["in", "alphabetical", "order"]
        } else {
            vec!["in", "reverse", "alphabetical", "order"]
        };
        let end = at + 3;
        let by = matches!(lower(tokens, end), "on" | "by" | "of");
        if by && !is_mark(tokens, end + 1) {
            out.push("of");
            let article = usize::from(lower(tokens, end + 1) == "the");
            tokens.splice(from..end + 1 + article, out.into_iter().map(word));
        } else if is_mark(tokens, end) {
            tokens.splice(from..end, out.into_iter().map(word));
        }
    }
}

/// "high to low", "from the tallest down to the shortest": from highest to lowest.
fn high_to_low(tokens: &mut Vec<Token>) {
    for at in (1..tokens.len().saturating_sub(1)).rev() {
        let way = matches!(lower(tokens, at), "down" | "up") && lower(tokens, at + 1) == "to";
        if way && (1..=at.min(4)).any(|n| lower(tokens, at - n) == "from") {
            tokens.remove(at);
        }
    }
    for at in (1..tokens.len().saturating_sub(2)).rev() {
        let ends = match (lower(tokens, at), lower(tokens, at + 2)) {
            (
                "high" | "large" | "big" | "highest" | "largest" | "biggest",
                "low" | "small" | "lowest" | "smallest",
            ) => ["highest", "lowest"],
            (
                "low" | "small" | "lowest" | "smallest",
                "high" | "large" | "big" | "highest" | "largest" | "biggest",
            ) => ["lowest", "highest"],
            ("most", "least" | "fewest") => ["most", "least"],
            _ => continue,
        };
        if lower(tokens, at + 1) != "to" || !is_mark(tokens, at + 3) {
            continue;
        }
        let [one, other] = ends.map(word);
        tokens[at] = one;
        tokens[at + 2] = other;
        if lower(tokens, at - 1) != "from" {
            tokens.insert(at, word("from"));
        }
    }
}

/// "biggest on top", "oldest at the top": first.
fn on_top(tokens: &mut Vec<Token>) {
    for at in (2..tokens.len()).rev() {
        let used = match (lower(tokens, at), lower(tokens, at + 1), lower(tokens, at + 2)) {
            ("on" | "at", "the", "top") => 3,
            ("on", "top", _) => 2,
            _ => continue,
        };
        let end = |n: usize| {
            let said = lower(tokens, at - n);
            said.ends_with("est") || matches!(said, "best" | "most" | "recent" | "expensive")
        };
        if is_mark(tokens, at + used) && (1..=3.min(at)).any(end) {
            tokens.splice(at..at + used, [word("first")]);
        }
    }
}

/// "Ports in alphabetical order, each with its country": ports and their country in alphabetical order.
fn each_with(tokens: &mut Vec<Token>) {
    let Some(order) = (1..tokens.len().saturating_sub(2)).find(|i| {
        lower(tokens, *i) == "in" && lower(tokens, i + 1) == "alphabetical" && lower(tokens, i + 2) == "order"
    }) else {
        return;
    };
    let mut with = order + 3;
    while tokens.get(with).is_some_and(|t| t.text == ",") || matches!(lower(tokens, with), "each" | "all") {
        with += 1;
    }
    let its = lower(tokens, with) == "with" && matches!(lower(tokens, with + 1), "its" | "their" | "the");
    if !its || with == order + 3 {
        return;
    }
    let end = (with..tokens.len()).find(|i| is_mark(tokens, *i)).unwrap_or(tokens.len());
    let mut out = ["and", "their"].map(word).to_vec();
    out.extend(tokens[with + 2..end].iter().cloned());
    out.extend(tokens[order..order + 3].iter().cloned());
    tokens.splice(order..end, out);
}

/// "Employees by salary, from highest to lowest": ordered by it. Without the last words they would be put into groups.
fn by_and_way(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let mut rows = 0;
    while matches!(
        lower(tokens, rows),
        "list" | "show" | "give" | "me" | "the" | "all" | "our" | "sort" | "order"
    ) {
        rows += 1;
    }
    let named = tokens.get(rows).is_some_and(|t| t.lower != t.lemma && lexicon.names_table(&t.lemma, 0.9));
    if !named || lower(tokens, rows + 1) != "by" {
        return;
    }
    let column = rows + 2;
    let Some(way) = (column + 1..tokens.len().min(column + 5)).find(|i| {
        tokens[*i].text == ","
            || matches!(lower(tokens, *i), "from" | "highest" | "lowest" | "in" | "descending" | "ascending")
    }) else {
        return;
    };
    let told = way + usize::from(tokens[way].text == ",");
    let down = match (lower(tokens, told), lower(tokens, told + 1), lower(tokens, told + 2)) {
        ("from", "highest", "to") => true,
        ("from", "lowest", "to") => false,
        ("highest" | "largest" | "biggest" | "best", "first", _)
        | ("descending", ..)
        | ("in", "descending", _) => true,
        ("lowest" | "smallest" | "worst", "first", _) | ("ascending", ..) | ("in", "ascending", _) => false,
        _ => return,
    };
    let end = (told..tokens.len()).find(|i| is_mark(tokens, *i)).unwrap_or(tokens.len());
    let phrase: Vec<&str> = tokens[column..way].iter().map(|t| t.lemma.as_str()).collect();
    let numeric = lexicon.columns_for(&phrase, catalogue).first().is_some_and(|(c, score)| {
        *score >= 0.75 && catalogue.tables[c.table].columns[c.column].kind.is_numeric()
    });
    if !numeric || end > told + 4 {
        return;
    }
    let mut out = ["ordered", "by"].map(word).to_vec();
    out.extend(tokens[column..way].iter().cloned());
    out.extend(["in", if down { "descending" } else { "ascending" }, "order"].map(word));
    tokens.splice(rows + 1..end, out);
}

/// "Parties from A to Z": by their name.
fn rows_by_name(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let mut rows = 0;
    while matches!(lower(tokens, rows), "list" | "show" | "give" | "me" | "the" | "all" | "our") {
        rows += 1;
    }
    let Some(noun) = tokens.get(rows) else { return };
    let Some((table, _)) = lexicon.tables_for(&[&noun.lemma]).first().copied().filter(|(_, s)| *s >= 0.75)
    else {
        return;
    };
    let comma = usize::from(tokens.get(rows + 1).is_some_and(|t| t.text == ","));
    let at = rows + 1 + comma;
    let used = match (lower(tokens, at), lower(tokens, at + 1), lower(tokens, at + 2), lower(tokens, at + 3))
    {
        ("in", "alphabetical", "order", _) => 3,
        ("in", "reverse", "alphabetical", "order") => 4,
        ("alphabetically", ..) => 1,
        _ => return,
    };
    let own = &lexicon.tables[table].words;
    let is_name = |c: &usize| {
        let words = &lexicon.columns[table][*c].words;
        let rest: Vec<&String> = words.iter().filter(|w| !own.contains(w)).collect();
        catalogue.tables[table].columns[*c].kind.is_textual()
            && matches!(rest.as_slice(), [one] if *one == "name" || *one == "title")
    };
    let Some(name) = (0..lexicon.columns[table].len()).find(is_name) else { return };
    if noun.lower == noun.lemma || !is_mark(tokens, at + used) {
        return;
    }
    let way = if used == 4 { "descending" } else { "ascending" };
    let mut out = ["ordered", "by"].map(word).to_vec();
    out.extend(lexicon.columns[table][name].words.iter().map(|w| word(w)));
    out.extend(["in", way, "order"].map(word));
    tokens.splice(rows + 1..at + used, out);
}
