//! Questions of two halves: "which donors are companies, and in which city are they", "A as well as B", "neither a cart nor a
//! review", "in 2020 or 2021".

use super::{is_end, lower, number, word};
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind, root},
};
use rowcall_core::Catalogue;

/// Puts both halves into one.
pub(super) fn several(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    neither(tokens);
    years(tokens);
    both(tokens, lexicon);
    by_whom(tokens, lexicon);
    asked_twice(tokens, lexicon, catalogue);
}

/// "have neither a cart nor a review": have no cart and no review.
fn neither(tokens: &mut Vec<Token>) {
    let Some(at) = (1..tokens.len()).find(|i| lower(tokens, *i) == "neither") else { return };
    let Some(nor) = (at + 2..tokens.len().min(at + 8)).find(|i| lower(tokens, *i) == "nor") else { return };
    let has = matches!(lower(tokens, at - 1), "have" | "has" | "had" | "with");
    if !has {
        return;
    }
    let article = |n: usize| usize::from(matches!(lower(tokens, n), "a" | "an" | "any"));
    let (first, second) = (article(at + 1), article(nor + 1));
    tokens.splice(nor..nor + 1 + second, ["and", "no"].map(word));
    tokens.splice(at..at + 1 + first, [word("no")]);
}

/// "in 2020 or 2021": from 2020 to 2021.
fn years(tokens: &mut [Token]) {
    let year = |t: Option<&Token>| {
        t.filter(|t| t.kind == TokenKind::Number && t.text.len() == 4)
            .and_then(|t| t.text.parse::<i64>().ok())
            .filter(|y| (1800..=2200).contains(y))
    };
    for at in 0..tokens.len().saturating_sub(3) {
        let pair = year(tokens.get(at + 1)).zip(year(tokens.get(at + 3)));
        if lower(tokens, at) == "in" && lower(tokens, at + 2) == "or" && pair.is_some_and(|(a, b)| b == a + 1)
        {
            tokens[at] = word("between");
            tokens[at + 2] = word("and");
        }
    }
}

/// "the genre rock and also to the genre blues", "Food Bank as well as Winter Shelter": both.
fn both(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for at in 1..tokens.len().saturating_sub(2) {
        let used = match (lower(tokens, at), lower(tokens, at + 1), lower(tokens, at + 2)) {
            ("as", "well", "as") => 3,
            ("and", "also", _) => 2,
            _ => continue,
        };
        let Some((first, before)) = (at.saturating_sub(6)..at).find_map(|from| {
            lexicon.values_at(tokens, from).filter(|(_, n)| from + n == at).map(|v| (from, v.0))
        }) else {
            continue;
        };
        let mut second = at + used;
        let repeats = |t: &Token| tokens[first.saturating_sub(3)..first].iter().any(|b| b.lower == t.lower);
        while tokens.get(second).is_some_and(|t| {
            matches!(t.lower.as_str(), "the" | "to" | "in" | "for" | "of" | "on" | "at" | "with" | "from")
                || repeats(t)
        }) {
            second += 1;
        }
        let Some((after, _)) = lexicon.values_at(tokens, second) else { continue };
        if before.iter().any(|v| after.iter().any(|w| w.column == v.column)) {
            tokens.splice(at..second, [word("and")]);
            if !(first > 0 && lower(tokens, first - 1) == "both") {
                tokens.insert(first, word("both"));
            }
            return;
        }
    }
}

/// "the longest film and who directed it": and its director.
fn by_whom(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for at in 2..tokens.len().saturating_sub(2) {
        let who = lower(tokens, at) == "and" && lower(tokens, at + 1) == "who";
        let Some(verb) = tokens.get(at + 2).filter(|t| who && t.kind == TokenKind::Word) else { continue };
        let object = matches!(lower(tokens, at + 3), "it" | "them" | "that") && is_end(tokens, at + 4);
        if !object {
            continue;
        }
        let stem = root(&verb.lower);
        let doer = |w: &String| root(w) == stem && (w.ends_with("er") || w.ends_with("or"));
        let named = lexicon
            .columns
            .iter()
            .flatten()
            .flat_map(|name| &name.words)
            .chain(lexicon.tables.iter().flat_map(|t| &t.words));
        let Some(noun) = named.into_iter().find(|w| doer(w)).cloned() else { continue };
        tokens.splice(at..at + 4, [word("and"), word("its"), word(&noun)]);
        return;
    }
}

/// "Which donors are companies, and in which city are they based?": the names and the city of those donors.
fn asked_twice(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    if !matches!(lower(tokens, 0), "which" | "what") {
        return;
    }
    let rows =
        |t: &Token| lexicon.tables_for(&[&t.lemma]).first().filter(|(_, s)| *s >= 0.9).map(|(t, _)| *t);
    let Some(table) = tokens.get(1).filter(|t| t.lemma != t.lower).and_then(rows) else { return };
    let asks = |w: &str| matches!(w, "which" | "what");
    let Some(and) = (3..tokens.len()).find(|i| {
        let second = i + 1 + usize::from(matches!(lower(tokens, i + 1), "in" | "at" | "on" | "to"));
        lower(tokens, *i) == "and" && asks(lower(tokens, second))
    }) else {
        return;
    };
    let second = (and + 1..tokens.len()).find(|i| asks(lower(tokens, *i))).unwrap_or(and + 1) + 1;
    let end = (second..tokens.len()).find(|i| is_end(tokens, *i)).unwrap_or(tokens.len());
    let rest: Vec<Token> = tokens[second..end]
        .iter()
        .filter(|t| {
            !matches!(
                t.lower.as_str(),
                "is" | "are"
                    | "was"
                    | "were"
                    | "do"
                    | "does"
                    | "did"
                    | "have"
                    | "has"
                    | "their"
                    | "its"
                    | "the"
                    | "they"
                    | "it"
                    | "each"
                    | "of"
                    | "them"
                    | "based"
                    | "located"
                    | "that"
                    | "there"
            )
        })
        .cloned()
        .collect();
    let phrase: Vec<&str> = rest.iter().map(|t| t.lemma.as_str()).collect();
    let column = !phrase.is_empty()
        && phrase.len() <= 3
        && lexicon
            .columns_for(&phrase, catalogue)
            .first()
            .is_some_and(|(c, s)| *s >= 0.75 && c.table == table);
    // What only points back ("that value") is shown with the rest anyway.
    if !column
        || lower(tokens, end + 1) == "give"
        || lower(tokens, end + 1) == "show"
        || lower(tokens, end + 1) == "return"
    {
        return;
    }
    let mut from = and;
    while from > 0 && tokens[from - 1].text == "," {
        from -= 1;
    }
    let mut out = ["show", "the", "names", "and"].map(word).to_vec();
    out.extend(rest);
    out.extend(["of", "the"].map(word));
    out.push(tokens[1].clone());
    if !matches!(lower(tokens, 2), "with" | "in" | "from" | "without" | "that" | "who" | "whose") {
        out.push(word("that"));
    }
    out.extend(tokens[2..from].iter().cloned());
    out.extend(tokens[end..].iter().cloned());
    *tokens = out;
}

/// "1.5 million copies", unless the numbers are kept in millions.
pub(super) fn millions(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for at in (1..tokens.len()).rev() {
        let factor: u64 = match lower(tokens, at) {
            "thousand" => 1_000,
            "million" | "mio" => 1_000_000,
            "billion" | "bn" => 1_000_000_000,
            _ => continue,
        };
        let kept = ["thousand", "million", "billion"].into_iter().any(|w| lexicon.is_word(w));
        if tokens[at - 1].kind != TokenKind::Number || kept {
            continue;
        }
        let Ok(n) = tokens[at - 1].text.parse::<f64>() else { continue };
        let product = n * factor as f64;
        if product.fract() == 0.0 && product < 1e15 {
            tokens[at - 1] = number(product as i64);
            tokens.remove(at);
        }
    }
}
