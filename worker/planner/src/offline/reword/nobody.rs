//! What there is none of: "where nobody is employed", "that no club plays in", "who have never been admitted".

use super::{lower, word};
use crate::offline::{
    lexicon::Lexicon,
    plural,
    reader::same_root,
    words::{Token, TokenKind, is_link_verb, root},
};

/// Says which table's rows are missing.
pub(super) fn nobody(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for at in 1..tokens.len() {
        let found = person(tokens, at, lexicon)
            .or_else(|| thing(tokens, at, lexicon))
            .or_else(|| never(tokens, at, lexicon));
        if let Some((table, from, to)) = found {
            let noun = plural(&lexicon.tables[table].words.join(" "));
            let mut out = vec![word("without")];
            out.extend(noun.split(' ').map(word));
            tokens.splice(from..to, out);
            return;
        }
    }
}

fn ends(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_none_or(|t| {
        t.kind == TokenKind::Mark
            || matches!(
                t.lower.as_str(),
                "and" | "or" | "ordered" | "sorted" | "alphabetically" | "in" | "on" | "at" | "to" | "for"
            )
    })
}

fn helps(word: &str) -> bool {
    matches!(
        word,
        "is" | "are"
            | "was"
            | "were"
            | "has"
            | "have"
            | "had"
            | "been"
            | "ever"
            | "yet"
            | "being"
            | "currently"
    )
}

/// The one table that is called after a verb.
fn called(verb: &str, lexicon: &Lexicon) -> Option<usize> {
    let stem = root(verb);
    let mut found = (0..lexicon.tables.len())
        .filter(|t| lexicon.tables[*t].words.last().is_some_and(|w| same_root(w, &stem)));
    found.next().filter(|_| found.next().is_none())
}

/// Where the clause begins that a denial stands in: "that", "where", "in which".
fn clause(tokens: &[Token], at: usize) -> usize {
    let mut from = at;
    while from > 0
        && (matches!(
            lower(tokens, from - 1),
            "that" | "which" | "who" | "where" | "whom" | "to" | "in" | "by"
        ) || helps(lower(tokens, from - 1)))
    {
        from -= 1;
    }
    // "Which patients have never …": the thing itself stands before.
    from.max(1)
}

/// "where nobody is employed", "that no one has viewed".
fn person(tokens: &[Token], at: usize, lexicon: &Lexicon) -> Option<(usize, usize, usize)> {
    let used = match (lower(tokens, at), lower(tokens, at + 1)) {
        ("nobody", _) => 1,
        ("no", "one" | "person") => 2,
        _ => return None,
    };
    let mut n = at + used;
    while helps(lower(tokens, n)) {
        n += 1;
    }
    let table = called(lower(tokens, n), lexicon)?;
    let mut to = n + 1;
    while matches!(lower(tokens, to), "in" | "at" | "on" | "by" | "to" | "for" | "yet")
        && ends(tokens, to + 1)
    {
        to += 1;
    }
    ends(tokens, to).then(|| (table, clause(tokens, at), to))
}

/// "that no club plays in", "where no van is stationed".
fn thing(tokens: &[Token], at: usize, lexicon: &Lexicon) -> Option<(usize, usize, usize)> {
    let told = matches!(lower(tokens, at - 1), "that" | "which" | "where" | "whom");
    if !told || lower(tokens, at) != "no" {
        return None;
    }
    let (table, score) = lexicon.tables_for(&[&tokens.get(at + 1)?.lemma]).first().copied()?;
    let mut n = at + 2;
    while helps(lower(tokens, n)) {
        n += 1;
    }
    let verb = tokens.get(n).filter(|t| t.kind == TokenKind::Word)?;
    let mut to = n + 1;
    while matches!(lower(tokens, to), "in" | "at" | "on" | "by" | "to" | "for") && ends(tokens, to + 1) {
        to += 1;
    }
    let plain = verb.lower.ends_with("ed")
        || verb.lower.ends_with('s')
        || lower(tokens, n - 1) != lower(tokens, at + 1);
    let last = tokens.get(to).is_none_or(|t| t.kind == TokenKind::Mark);
    (score >= 0.9 && plain && last).then(|| (table, clause(tokens, at), to))
}

/// "have never been admitted", where there are admissions.
fn never(tokens: &[Token], at: usize, lexicon: &Lexicon) -> Option<(usize, usize, usize)> {
    if !matches!(lower(tokens, at), "never" | "not") {
        return None;
    }
    let passive = lower(tokens, at + 1) == "been";
    let verb = at + 1 + usize::from(passive);
    let table = called(lower(tokens, verb), lexicon).filter(|_| lower(tokens, verb).ends_with("ed"))?;
    let mut to = verb + 1;
    while matches!(lower(tokens, to), "anything" | "yet" | "before" | "ever") {
        to += 1;
    }
    let last = tokens.get(to).is_none_or(|t| t.kind == TokenKind::Mark);
    let had = matches!(lower(tokens, at - 1), "have" | "has" | "had") || lower(tokens, at) == "never";
    // The rows that are denied are none of those asked for.
    let other = tokens[..at].iter().any(|t| {
        lexicon.tables_for(&[&t.lemma]).first().is_some_and(|(found, s)| *s >= 0.9 && *found != table)
    });
    let anything = lower(tokens, verb + 1) == "anything" && lower(tokens, at) == "never";
    ((passive || anything) && had && last && other).then(|| (table, clause(tokens, at), to))
}

/// "for which an order was never placed", "for whom no order has been placed": without orders.
pub(super) fn none_done(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for at in 2..tokens.len() {
        if let Some((table, to)) = done_to(tokens, at, lexicon) {
            let noun = plural(&lexicon.tables[table].words.join(" "));
            let out = std::iter::once("without").chain(noun.split(' ')).map(word).collect::<Vec<_>>();
            tokens.splice(at - 1..to, out);
            return;
        }
    }
}

/// The rows that nothing was done with, and where that ends.
fn done_to(tokens: &[Token], at: usize, lexicon: &Lexicon) -> Option<(usize, usize)> {
    let which = matches!(lower(tokens, at), "which" | "whom")
        && matches!(lower(tokens, at - 1), "for" | "on" | "to" | "in" | "at" | "by" | "from");
    let article = lower(tokens, at + 1);
    if !which || !matches!(article, "a" | "an" | "any" | "no") {
        return None;
    }
    let found = lexicon.tables_for(&[&tokens.get(at + 2)?.lemma]);
    let table = found.first().filter(|(_, score)| *score >= 0.9)?.0;
    let mut verb = at + 3;
    let mut denied = article == "no";
    while helps(lower(tokens, verb)) || matches!(lower(tokens, verb), "never" | "not") {
        denied |= matches!(lower(tokens, verb), "never" | "not");
        verb += 1;
    }
    let said = tokens.get(verb).filter(|t| t.kind == TokenKind::Word && verb > at + 3)?;
    let past = said.lower.ends_with("ed") || is_link_verb(&said.lower);
    let last = tokens.get(verb + 1).is_none_or(|t| t.kind == TokenKind::Mark || t.lower == "and");
    (denied && past && last).then_some((table, verb + 1))
}

/// Verbs for coming to have something.
const MAKES: &str = "make made open opened place placed submit submitted file filed raise raised give given receive received \
    create created get got";

/// "did not place any order", "have not opened an account": have no order.
pub(super) fn did_not_any(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for at in 1..tokens.len().saturating_sub(4) {
        let not = lower(tokens, at + 1) == "not" || lower(tokens, at + 1) == "never";
        let any = matches!(lower(tokens, at + 3), "any" | "a" | "an" | "one" | "single");
        let auxiliary = matches!(lower(tokens, at), "did" | "do" | "does" | "have" | "has" | "had");
        if !auxiliary || !not || !any || tokens[at + 2].kind != TokenKind::Word {
            continue;
        }
        let verb = lower(tokens, at + 2);
        let makes = is_link_verb(verb) || MAKES.split_ascii_whitespace().any(|w| w == verb);
        // "any purchase order"
        let rows =
            (at + 4..at + 6).any(|n| tokens.get(n).is_some_and(|t| lexicon.names_table(&t.lemma, 0.75)));
        let single = lower(tokens, at + 4) == "single";
        if makes && rows {
            let has = if lower(tokens, at) == "has" || lower(tokens, at) == "does" { "has" } else { "have" };
            tokens.splice(at..at + 4 + usize::from(single), [word(has), word("no")]);
            return;
        }
    }
}
