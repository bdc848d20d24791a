//! Turns of phrase in plainer words.

use super::{
    figures::{
        amounts, bounds_first, counted_pieces, exceeding, in_stock, largest_by, or_more, pieces, that_number,
        that_total,
    },
    firsts::happened_first,
    is_mark, lower,
    sentences::{bare_sentences, called, listed_behind, named_things},
    steps_of_time::{months_of, year_of},
    word,
};
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind},
};
use rowcall_core::Catalogue;

/// What is said, and plainer words for it.
const PHRASES: &[(&str, &str)] = &[
    ("who among the", "which"),
    ("which among the", "which"),
    ("home to", "with"),
    ("responsible for", "with"),
    ("in charge of", "with"),
    ("shows up in", "is in"),
    ("show up in", "are in"),
    ("within each", "in each"),
    ("within every", "in each"),
    ("for every one of", "for each of"),
    ("the most times", "most often"),
    ("the greatest number of times", "most often"),
    ("head count", "number of people"),
    ("in addition to", "and"),
    ("and what is the", "and the"),
    ("and what was the", "and the"),
    ("i need", "show"),
    ("we need", "show"),
    ("i want", "show"),
    ("we want", "show"),
    ("something", ""),
    ("signed up", "registered"),
    ("sign up", "register"),
    ("the very first", "the first"),
    ("our very first", "our first"),
    ("no longer", "not"),
    ("over all", "of all"),
    ("across all", "of all"),
    ("placed an order", "made an order"),
    ("placed any order", "made any order"),
    ("placed any orders", "made any orders"),
    ("without having", "without"),
    ("swimming pool", "pool"),
    ("swimming pools", "pools"),
    ("email address", "email"),
    ("email addresses", "emails"),
    ("phone numbers", "phones"),
    ("dob", "birth date"),
    ("birthdate", "birth date"),
    ("birthdates", "birth dates"),
    ("birthday", "birth date"),
    ("although they", "and"),
    ("although it", "and"),
    ("although their", "and whose"),
    ("even though they", "and"),
    ("earlier than the year", "before"),
    ("later than the year", "after"),
    (", split by", "by"),
    (", broken down by", "by"),
    (", grouped by", "by"),
    ("as its first day", ""),
    ("first day of the month", "month"),
    ("first day of each month", "month"),
    ("first day of the quarter", "quarter"),
    ("first day of each quarter", "quarter"),
    ("first day of the week", "week"),
    ("first day of that quarter", "quarter"),
    ("first day of that month", "month"),
    ("sorted alphabetically", "alphabetically"),
    ("ordered alphabetically", "alphabetically"),
];

/// Puts a question into plainer words.
pub(super) fn phrases(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for (said, plain) in PHRASES {
        replace(tokens, said, plain, lexicon);
    }
    named_things(tokens, lexicon, catalogue);
    happened_first(tokens, lexicon, catalogue);
    counted_pieces(tokens, lexicon, catalogue);
    months_of(tokens);
    year_of(tokens, lexicon, catalogue);
    listed_behind(tokens);
    bare_sentences(tokens);
    called(tokens);
    bounds_first(tokens, lexicon, catalogue);
    largest_by(tokens, lexicon, catalogue);
    or_more(tokens);
    exceeding(tokens);
    pieces(tokens, lexicon);
    that_total(tokens);
    in_stock(tokens, lexicon, catalogue);
    amounts(tokens, lexicon, catalogue);
    both_times(tokens);
    that_number(tokens);
    roles(tokens, lexicon, catalogue);
    places(tokens, lexicon);
}

fn replace(tokens: &mut Vec<Token>, said: &str, plain: &str, lexicon: &Lexicon) {
    let words: Vec<&str> = said.split(' ').collect();
    let known = words.iter().all(|w| lexicon.is_word(w));
    if known {
        return;
    }
    for at in (0..tokens.len()).rev() {
        if (0..words.len()).all(|n| lower(tokens, at + n) == words[n]) {
            let plain = plain.split(' ').filter(|w| !w.is_empty()).map(word);
            tokens.splice(at..at + words.len(), plain);
        }
    }
}

/// "both for A and for B": for both A and B.
fn both_times(tokens: &mut Vec<Token>) {
    for at in 0..tokens.len().saturating_sub(4) {
        let preposition = lower(tokens, at + 1).to_owned();
        let fits = matches!(preposition.as_str(), "for" | "in" | "on" | "to" | "from" | "with" | "by" | "at");
        if lower(tokens, at) != "both" || !fits {
            continue;
        }
        let second = (at + 3..tokens.len().saturating_sub(1).min(at + 9))
            .find(|i| lower(tokens, *i) == "and" && lower(tokens, i + 1) == preposition);
        let Some(second) = second else { continue };
        tokens.remove(second + 1);
        tokens.swap(at, at + 1);
        return;
    }
}

/// "their home branch", where nothing else ties members to branches: their branch.
fn roles(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (0..tokens.len().saturating_sub(1)).rev() {
        let (role, noun) = (&tokens[at], &tokens[at + 1]);
        if role.kind != TokenKind::Word || noun.kind != TokenKind::Word {
            continue;
        }
        let Some((to, score)) = lexicon.tables_for(&[&noun.lemma]).first().copied() else { continue };
        let edges = &lexicon.prepared.graph.edges;
        let tied = |e: &&rowcall_plan::Edge| {
            let columns = &catalogue.tables[e.from].columns;
            e.to == to
                && e.from != to
                && e.from_columns.len() == 1
                && columns.iter().position(|c| c.name == e.from_columns[0]).is_some_and(|c| {
                    lexicon.columns[e.from][c].words.first().is_some_and(|w| *w == role.lemma)
                })
        };
        let mut found = edges.iter().filter(tied);
        let Some(edge) = found.next().filter(|_| found.next().is_none()) else { continue };
        let alone = edges.iter().filter(|e| (e.from, e.to) == (edge.from, edge.to)).count() == 1;
        let other = lexicon.names_table(&role.lemma, 0.75)
            || lexicon.tables_for(&[&role.lemma, &noun.lemma]).first().is_some_and(|(_, s)| *s >= 0.9)
            || !lexicon.values(&[&role.lower]).is_empty();
        if score >= 0.75 && alone && !other {
            tokens.remove(at);
        }
    }
}

/// "in the league", "at the shelter", "does the archive hold": where all of it is kept.
fn places(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    const WHOLES: &str = "academy agency airline archive association bank brewery business catalog catalogue cinema clinic company dataset database firm fleet gym harbour hospital hotel \
        institution league library museum network organisation organization portfolio register registry restaurant school \
        shelter shop store system university warehouse zoo";
    for at in (1..tokens.len().saturating_sub(2)).rev() {
        let leaves = matches!(lower(tokens, at), "joined" | "join");
        let placing = leaves || matches!(lower(tokens, at), "in" | "at" | "of" | "on");
        let article = matches!(lower(tokens, at + 1), "the" | "our" | "this");
        let whole = lower(tokens, at + 2).to_owned();
        let known = lexicon.is_word(&whole) || !lexicon.values(&[&whole]).is_empty();
        if placing
            && article
            && !known
            && (is_mark(tokens, at + 3)
                || matches!(
                    lower(tokens, at + 3),
                    "whose" | "that" | "which" | "with" | "by" | "per" | "have" | "has"
                ))
            && WHOLES.split_ascii_whitespace().any(|w| w == whole)
        {
            tokens.drain(at + usize::from(leaves)..at + 3);
            continue;
        }
        let known = lexicon.names_table(&whole, 0.9) || !lexicon.values(&[&whole]).is_empty();
        let does = matches!(lower(tokens, at), "does" | "do" | "did");
        let holds = matches!(
            lower(tokens, at + 3),
            "hold" | "have" | "own" | "keep" | "contain" | "store" | "possess"
        );
        if does && article && !known && holds && WHOLES.split_ascii_whitespace().any(|w| w == whole) {
            tokens.splice(at..at + 4, ["are", "there"].map(word));
        }
    }
}
