//! Who or what has the largest or smallest of something, where that is said first or in two halves: "biggest car capacity:
//! which vessel has it?", "busiest weekday by number of programmes", "the customer whose credit score is the highest".

use super::{is_end, is_mark, lower, word};
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind},
};
use rowcall_core::Catalogue;

/// Puts such questions into the usual order.
pub(super) fn decides(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    which_has_it(tokens);
    best_time(tokens, lexicon);
    busiest_by(tokens, lexicon);
    whose_is(tokens);
    costing(tokens, lexicon, catalogue);
    shown_with(tokens, lexicon, catalogue);
}

fn is_largest(word: &str) -> bool {
    matches!(
        word,
        "highest"
            | "lowest"
            | "largest"
            | "smallest"
            | "biggest"
            | "greatest"
            | "longest"
            | "shortest"
            | "most"
            | "fewest"
            | "least"
            | "latest"
            | "earliest"
    )
}

/// "Biggest car capacity: which vessel has it?": which vessel has the biggest car capacity.
fn which_has_it(tokens: &mut Vec<Token>) {
    let the = usize::from(lower(tokens, 0) == "the");
    if !is_largest(lower(tokens, the)) {
        return;
    }
    let Some(mark) = (the + 1..tokens.len().min(the + 6)).find(|i| tokens[*i].kind == TokenKind::Mark) else {
        return;
    };
    let which = matches!(lower(tokens, mark + 1), "which" | "what");
    let Some(has) = (mark + 3..tokens.len().min(mark + 6)).find(|i| {
        matches!(lower(tokens, *i), "has" | "had" | "have")
            && matches!(lower(tokens, i + 1), "it" | "this" | "that")
    }) else {
        return;
    };
    if !which || !is_end(tokens, has + 2) || mark == the + 1 {
        return;
    }
    let mut out = tokens[mark + 1..=has].to_vec();
    out.push(word("the"));
    out.extend(tokens[the..mark].iter().cloned());
    tokens.splice(..has + 2, out);
}

/// "Best month for revenue", "the day with the fewest orders": which month had the highest, which day had the fewest.
fn best_time(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    let start = match (lower(tokens, 0), lower(tokens, 1), lower(tokens, 2)) {
        ("what", "was" | "is", "the" | "our") => 3,
        ("the" | "our", ..) => 1,
        _ => 0,
    };
    let unit = |at: usize| {
        matches!(lower(tokens, at), "hour" | "day" | "weekday" | "week" | "month" | "quarter" | "year")
    };
    let most = match lower(tokens, start) {
        "best" | "strongest" | "top" => Some("highest"),
        "worst" | "weakest" => Some("lowest"),
        _ => None,
    };
    let with = start + 1;
    let (noun, end, plain) = match most {
        Some(most) if unit(with) => {
            let by = match (lower(tokens, with + 1), lower(tokens, with + 2), lower(tokens, with + 3)) {
                ("in", "terms", "of") => 3,
                ("for" | "by" | "in", ..) => 1,
                _ => return,
            };
            let rows = tokens.get(with + 1 + by).is_some_and(|t| lexicon.names_table(&t.lemma, 0.9));
            let most = match most {
                "highest" if rows => "most",
                "lowest" if rows => "fewest",
                most => most,
            };
            (with, with + 1 + by, vec!["the", most])
        }
        None if unit(start) && lower(tokens, with) == "with" && lower(tokens, with + 1) == "the" => {
            let most = lower(tokens, with + 2);
            if !matches!(most, "highest" | "lowest" | "most" | "fewest" | "largest" | "smallest") {
                return;
            }
            (start, with + 1, Vec::new())
        }
        _ => return,
    };
    let mut out = vec![word("which"), tokens[noun].clone(), word("had")];
    out.extend(plain.into_iter().map(word));
    tokens.splice(..end, out);
}

/// "Busiest weekday by number of programmes": the weekday with the most programmes.
fn busiest_by(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for at in 0..tokens.len() {
        let most = match lower(tokens, at) {
            "busiest" => "most",
            "quietest" => "fewest",
            _ => continue,
        };
        let Some(by) = (at + 2..tokens.len().min(at + 4)).find(|i| lower(tokens, *i) == "by") else {
            continue;
        };
        let the = by + 1 + usize::from(lower(tokens, by + 1) == "the");
        let counted = lower(tokens, the) == "number" && lower(tokens, the + 1) == "of";
        let rows = tokens.get(the + 2).is_some_and(|t| lexicon.names_table(&t.lemma, 0.75));
        if !counted || !rows || !is_mark(tokens, the + 3) {
            continue;
        }
        let mut out = tokens[at + 1..by].to_vec();
        out.extend(["with", "the", most].map(word));
        out.push(tokens[the + 2].clone());
        tokens.splice(at..the + 3, out);
        return;
    }
}

/// "the customer whose credit score is the highest": with the highest credit score.
fn whose_is(tokens: &mut Vec<Token>) {
    for at in 1..tokens.len() {
        if lower(tokens, at) != "whose" {
            continue;
        }
        let Some(is) = (at + 2..tokens.len().min(at + 6)).find(|i| matches!(lower(tokens, *i), "is" | "was"))
        else {
            continue;
        };
        let most = is + 1 + usize::from(lower(tokens, is + 1) == "the");
        let words = tokens[at + 1..is].iter().all(|t| t.kind == TokenKind::Word);
        if words
            && matches!(lower(tokens, most), "highest" | "lowest" | "largest" | "smallest")
            && is_mark(tokens, most + 1)
        {
            let mut out = ["with", "the", lower(tokens, most)].map(word).to_vec();
            out.extend(tokens[at + 1..is].iter().cloned());
            tokens.splice(at..=most, out);
            return;
        }
    }
}

/// "What do our cheapest and our dearest suite cost per night?": the minimum and maximum price of it.
fn costing(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    if lower(tokens, 0) != "what" || !matches!(lower(tokens, 1), "do" | "does" | "did") {
        return;
    }
    let the = |n: usize| n + usize::from(matches!(lower(tokens, n), "the" | "our"));
    let first = the(2);
    let second = the(first + 2);
    let ends = match (lower(tokens, first), lower(tokens, first + 1), lower(tokens, second)) {
        ("cheapest", "and", "dearest" | "priciest") => ["minimum", "and", "maximum"],
        ("dearest" | "priciest", "and", "cheapest") => ["maximum", "and", "minimum"],
        _ => return,
    };
    let Some(cost) = (second + 2..tokens.len().min(second + 5)).find(|i| lower(tokens, *i) == "cost") else {
        return;
    };
    let noun = &tokens[second + 1..cost];
    let Some(price) = priced(noun, lexicon, catalogue) else { return };
    let end = cost + 1 + if matches!(lower(tokens, cost + 1), "per" | "a") { 2 } else { 0 };
    if !is_end(tokens, end) {
        return;
    }
    let mut out = ["what", "is", "the"].map(word).to_vec();
    out.extend(ends.map(word));
    out.extend(price);
    out.push(word("of"));
    out.extend(tokens[second + 1..cost].iter().cloned());
    tokens.splice(..end, out);
}

/// What things of this name cost: the only price that their table keeps.
fn priced(noun: &[Token], lexicon: &Lexicon, catalogue: &Catalogue) -> Option<Vec<Token>> {
    let last = noun.last()?;
    let named =
        lexicon.tables_for(&[&last.lemma]).first().filter(|(_, s)| *s >= 0.75).map(|(table, _)| *table);
    let table = named.or_else(|| lexicon.values(&[&last.lower]).first().map(|value| value.column.table))?;
    let names = &lexicon.columns[table];
    let kept = |nouns: &[&str]| {
        let mut found = (0..names.len()).filter(|c| {
            let says = names[*c].words.last().is_some_and(|w| nouns.contains(&w.as_str()));
            says && catalogue.tables[table].columns[*c].kind.is_numeric()
        });
        found.next().filter(|_| found.next().is_none())
    };
    let column = kept(&["price", "cost", "fee"]).or_else(|| kept(&["rate"]))?;
    Some(names[column].words.iter().map(|w| word(w)).collect())
}

/// "List the towers from the tallest to the shortest, with name and height.": the name and height of those.
fn shown_with(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let mut start = 1 + usize::from(lower(tokens, 1) == "me");
    start += usize::from(matches!(lower(tokens, start), "the" | "all"));
    let lists = matches!(lower(tokens, 0), "list" | "show" | "give" | "display" | "return");
    let rows = tokens.get(start).is_some_and(|t| t.lower != t.lemma && lexicon.names_table(&t.lemma, 0.9));
    if !lists || !rows {
        return;
    }
    let Some(with) = (start + 1..tokens.len()).find(|i| {
        tokens[i - 1].text == ","
            && (lower(tokens, *i) == "with" || lower(tokens, *i) == "each" && lower(tokens, i + 1) == "with")
    }) else {
        return;
    };
    let mut from = with + 1 + usize::from(lower(tokens, with) == "each");
    from += usize::from(lower(tokens, from) == "the");
    let end = (from..tokens.len()).find(|i| is_end(tokens, *i)).unwrap_or(tokens.len());
    let columns = |range: &[Token]| {
        let phrase: Vec<&str> = range.iter().filter(|t| t.lower != "the").map(|t| t.lemma.as_str()).collect();
        !phrase.is_empty()
            && phrase.len() <= 3
            && (phrase == ["name"]
                || lexicon.columns_for(&phrase, catalogue).first().is_some_and(|(_, s)| *s >= 0.75))
    };
    let joint = |t: &Token| t.lower == "and" || t.text == ",";
    // "…, with their prices": those too.
    let names = tokens[from..end].iter().any(|t| t.lemma == "name" || t.lemma == "title");
    if from >= end || !names || !tokens[from..end].split(joint).filter(|part| !part.is_empty()).all(columns) {
        return;
    }
    let mut out = tokens[from..end].to_vec();
    out.push(word("of"));
    tokens.drain(with - 1..end);
    tokens.splice(1..1, out);
}
