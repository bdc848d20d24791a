//! Orders told by their ends: "cheapest first", "from the highest salary to the lowest", "sort the depots by capacity and
//! show their names". Each becomes "ordered by … in ascending order" or nothing, where the order is that of time anyway.

use super::{ends::ends_told, is_mark, is_number, lower, word};
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind},
};
use rowcall_core::{Catalogue, Column, TypeKind};

/// Puts every such order into plain words.
pub(super) fn orders(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    ends_told(tokens);
    told_first(tokens);
    starting(tokens);
    in_time(tokens, lexicon, catalogue);
    between_ends(tokens, lexicon, catalogue);
    end_first(tokens, lexicon, catalogue);
}

/// What one end of an order speaks of.
#[derive(Clone, Copy, PartialEq)]
enum Of {
    /// A number, whichever is spoken of.
    Number,
    /// A point in time.
    Time,
    /// One of these nouns.
    Nouns(&'static [&'static str]),
}

const PRICES: Of = Of::Nouns(&["price", "cost", "fee", "rate", "amount"]);
const PAY: Of = Of::Nouns(&["salary", "wage", "pay", "income"]);
const LENGTHS: Of = Of::Nouns(&["length", "duration", "distance", "runtime"]);

/// "cheapest": what it speaks of, whether the order goes down, and how many words say it.
fn end_at(tokens: &[Token], at: usize) -> Option<(Of, bool, usize)> {
    let two = match (lower(tokens, at), lower(tokens, at + 1)) {
        ("most" | "least", "expensive" | "costly") => Some(PRICES),
        ("most" | "least", "recent" | "recently") => Some(Of::Time),
        ("best" | "worst" | "highest" | "lowest" | "most" | "least", "paid") => Some(PAY),
        _ => None,
    };
    if let Some(of) = two {
        return Some((of, matches!(lower(tokens, at), "most" | "best" | "highest"), 2));
    }
    let (of, down) = match lower(tokens, at) {
        "highest" | "most" | "largest" | "biggest" | "greatest" | "maximum" | "best" => (Of::Number, true),
        "lowest" | "least" | "smallest" | "fewest" | "minimum" | "worst" => (Of::Number, false),
        "newest" | "latest" => (Of::Time, true),
        "oldest" | "earliest" => (Of::Time, false),
        "youngest" => (Of::Time, true),
        "cheapest" => (PRICES, false),
        "dearest" | "costliest" | "priciest" => (PRICES, true),
        "longest" => (LENGTHS, true),
        "shortest" => (LENGTHS, false),
        "heaviest" => (Of::Nouns(&["weight", "mass"]), true),
        "lightest" => (Of::Nouns(&["weight", "mass"]), false),
        "tallest" => (Of::Nouns(&["height"]), true),
        _ => return None,
    };
    Some((of, down, 1))
}

/// The oldest have the highest age, where ages are spoken of.
fn aged(said: &str, of: Of, down: bool, before: &[Token], lexicon: &Lexicon) -> (Of, bool) {
    let spoken = before.iter().any(|t| t.lemma == "age") && lexicon.is_word("age");
    match said {
        "oldest" | "youngest" if spoken => (Of::Nouns(&["age"]), said == "oldest"),
        _ => (of, down),
    }
}

/// "ordered by price in descending order".
fn ordered(by: Vec<Token>, down: bool) -> Vec<Token> {
    let way = if down { "descending" } else { "ascending" };
    let mut out: Vec<Token> = ["ordered", "by"].map(word).to_vec();
    out.extend(by);
    out.extend(["in", way, "order"].map(word));
    out
}

/// The words of the question that name a column of this kind, the last of them.
fn named(
    tokens: &[Token],
    lexicon: &Lexicon,
    catalogue: &Catalogue,
    fits: impl Fn(&Column, &[String]) -> bool,
) -> Option<Vec<Token>> {
    let words = |range: &[Token]| range.iter().all(|t| t.kind == TokenKind::Word && !is_joint(&t.lower));
    for used in [3, 2, 1] {
        for at in (0..tokens.len().saturating_sub(used - 1)).rev() {
            let range = &tokens[at..at + used];
            if !words(range) {
                continue;
            }
            let phrase: Vec<&str> = range.iter().map(|t| t.lemma.as_str()).collect();
            let found = lexicon.columns_for(&phrase, catalogue);
            let best = found.first().is_some_and(|(c, score)| {
                let name = &lexicon.columns[c.table][c.column].words;
                *score >= 0.85 && fits(&catalogue.tables[c.table].columns[c.column], name)
            });
            let table = lexicon.tables_for(&phrase).first().is_some_and(|(_, s)| *s >= 0.95);
            if best && !table {
                return Some(range.to_vec());
            }
        }
    }
    None
}

fn is_joint(word: &str) -> bool {
    matches!(word, "and" | "or" | "of" | "the" | "by" | "with" | "for" | "in" | "a" | "first" | "than")
}

/// What an end without a noun is the end of: a column that the question names, or the only one of the catalogue.
fn sorted_by(of: Of, tokens: &[Token], lexicon: &Lexicon, catalogue: &Catalogue) -> Option<Vec<Token>> {
    match of {
        Of::Number => only_number(tokens, lexicon, catalogue),
        Of::Time => named(tokens, lexicon, catalogue, |column, name| {
            column.kind.is_temporal()
                || column.kind == TypeKind::Integer && name.last().is_some_and(|w| w == "year")
                || column.kind == TypeKind::Integer && name.last().is_some_and(|w| w == "since")
        }),
        Of::Nouns(nouns) => {
            let says = |name: &[String]| name.iter().any(|w| nouns.contains(&w.as_str()));
            named(tokens, lexicon, catalogue, |column, name| column.kind.is_numeric() && says(name))
                .or_else(|| nouns.iter().find(|n| lexicon.is_word(n)).map(|noun| vec![word(noun)]))
        }
    }
}

/// "average salary, best paid first": by the average.
fn is_mean(token: &Token) -> bool {
    matches!(token.lower.as_str(), "average" | "mean" | "total" | "sum")
}

/// The only number that the question names, where nothing is counted or computed: "names and salaries, highest first".
fn only_number(tokens: &[Token], lexicon: &Lexicon, catalogue: &Catalogue) -> Option<Vec<Token>> {
    let computes = |t: &Token| {
        t.kind == TokenKind::Number
            || matches!(
                t.lower.as_str(),
                "average"
                    | "mean"
                    | "total"
                    | "sum"
                    | "number"
                    | "count"
                    | "many"
                    | "much"
                    | "most"
                    | "least"
                    | "top"
                    | "each"
                    | "every"
                    | "per"
                    | "by"
                    | "than"
                    | "between"
                    | "over"
                    | "under"
                    | "above"
                    | "below"
                    | "highest"
                    | "lowest"
                    | "maximum"
                    | "minimum"
                    | "largest"
                    | "smallest"
                    | "biggest"
                    | "share"
                    | "percentage"
            )
    };
    if tokens.iter().any(computes) {
        return None;
    }
    let numeric = |column: &Column, _: &[String]| column.kind.is_numeric();
    let last = named(tokens, lexicon, catalogue, numeric)?;
    let at = tokens.windows(last.len()).rposition(|w| w == last.as_slice())?;
    let rest = [&tokens[..at], &tokens[at + last.len()..]].concat();
    named(&rest, lexicon, catalogue, numeric).is_none().then_some(last)
}

/// Rows that are ranked so anyway: "the 3 longest classes, from the longest to the shortest".
fn ranked_so(before: &[Token], of: Of, down: bool) -> bool {
    let number = |i: usize| is_number(before.get(i)) || lower(before, i) == "top";
    let asked = (0..before.len()).any(|i| number(i) && !is_condition(before, i));
    let top = (0..before.len()).any(|i| lower(before, i) == "top") && down;
    let same = (0..before.len()).any(|i| {
        end_at(before, i).is_some_and(|(other, way, _)| {
            way == down && (other == of || other == Of::Number || of == Of::Number)
        })
    });
    asked && (top || same)
}

/// A number that is compared with: "over 20".
fn is_condition(tokens: &[Token], at: usize) -> bool {
    at > 0
        && matches!(
            lower(tokens, at - 1),
            "than"
                | "over"
                | "under"
                | "above"
                | "below"
                | "least"
                | "between"
                | "and"
                | "in"
                | "since"
                | "after"
                | "before"
        )
}

/// "…, cheapest first", "most viewings first", "with the earliest date first".
fn end_first(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let Some(first) = (1..tokens.len())
        .rev()
        .find(|i| lower(tokens, *i) == "first" && (is_mark(tokens, i + 1) || lower(tokens, i + 1) == "then"))
    else {
        return;
    };
    let Some((start, (of, down, used))) =
        (first.saturating_sub(5)..first).find_map(|at| end_at(tokens, at).map(|end| (at, end)))
    else {
        return;
    };
    let (of, down) = aged(lower(tokens, start), of, down, &tokens[..start], lexicon);
    let mut noun: Vec<Token> = tokens[start + used..first]
        .iter()
        .filter(|t| !matches!(t.lower.as_str(), "one" | "ones" | "the" | "of"))
        .cloned()
        .collect();
    if noun.iter().any(|t| t.kind != TokenKind::Word) {
        return;
    }
    // "most recently hired first": the date of it.
    if let [verb] = noun.as_slice()
        && of == Of::Time
        && verb.lower.ends_with("ed")
    {
        noun.push(word("date"));
    }
    // "most common one first", "most orders first": by the number that is shown.
    let counted = |t: &Token| lexicon.names_table(&t.lemma, 0.75);
    // "cheapest room first": the rooms by their price.
    if let Of::Nouns(nouns) = of
        && !noun.last().is_some_and(|t| nouns.contains(&t.lemma.as_str()))
    {
        noun.clear();
    }
    let columns = |noun: &[Token]| {
        let phrase: Vec<&str> = noun.iter().map(|t| t.lemma.as_str()).collect();
        lexicon.columns_for(&phrase, catalogue).first().is_some_and(|(_, s)| *s >= 0.7)
    };
    let mut from = start;
    while from > 0 && matches!(lower(tokens, from - 1), "the" | "with" | "," | "and") {
        from -= 1;
    }
    if noun.is_empty() && ranked_so(&tokens[..from], of, down) {
        tokens.drain(from..=first);
        return;
    }
    let shown = match noun.as_slice() {
        [] if matches!(of, Of::Nouns(_)) && tokens[..from].iter().any(is_mean) => None,
        [] => sorted_by(of, &tokens[..from], lexicon, catalogue),
        several if several.len() <= 3 && columns(several) => Some(several.to_vec()),
        [one]
            if matches!(
                one.lower.as_str(),
                "common" | "frequent" | "popular" | "year" | "month" | "day" | "average" | "total"
            ) || counted(one) =>
        {
            None
        }
        [one] if of == Of::Time && one.lower.ends_with("ing") => {
            named(&tokens[..from], lexicon, catalogue, |column, _| column.kind.is_temporal())
        }
        _ => return,
    };
    if from == 0 {
        return;
    }
    let by = match shown {
        Some(by) => ordered(by, down),
        None if of == Of::Time => Vec::new(),
        None if of == Of::Number || tokens[..from].iter().any(is_mean) => {
            ["in", if down { "descending" } else { "ascending" }, "order"].map(word).to_vec()
        }
        None => return,
    };
    tokens.splice(from..=first, by);
}

/// "starting with the most recent one": the most recent first.
fn starting(tokens: &mut Vec<Token>) {
    for at in (1..tokens.len()).rev() {
        let starts = matches!(lower(tokens, at), "starting" | "beginning")
            && matches!(lower(tokens, at + 1), "with" | "from");
        let the = at + 2 + usize::from(lower(tokens, at + 2) == "the");
        let Some((_, _, used)) = end_at(tokens, the).filter(|_| starts) else { continue };
        let end = the + used + usize::from(matches!(lower(tokens, the + used), "one" | "ones"));
        if is_mark(tokens, end) {
            let mut said = tokens[the..the + used].to_vec();
            said.push(word("first"));
            tokens.splice(at..end, said);
            return;
        }
    }
}

/// "from the highest salary to the lowest", "from smallest to largest capacity".
fn between_ends(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (1..tokens.len()).rev() {
        if lower(tokens, at) != "from" {
            continue;
        }
        let the = |n: usize| n + usize::from(lower(tokens, n) == "the");
        let start = the(at + 1);
        let Some((of, down, used)) = end_at(tokens, start) else { continue };
        let Some(to) = (start + used..tokens.len().min(start + used + 4)).find(|i| lower(tokens, *i) == "to")
        else {
            continue;
        };
        let second = the(to + 1);
        let last = match (end_at(tokens, second), lower(tokens, second)) {
            (Some((_, _, used)), _) => used,
            _ => continue,
        };
        let mut end = second + last;
        let mut noun = tokens[start + used..to].to_vec();
        if noun.is_empty() {
            let rest = tokens[end..].iter().take_while(|t| t.kind == TokenKind::Word && !is_joint(&t.lower));
            noun = rest.take(3).cloned().collect();
            end += noun.len();
        }
        // "the 3 longest classes, from the longest to the shortest": as they are ranked anyway.
        if noun.is_empty() && ranked_so(&tokens[..at], of, down) {
            let mut from = at;
            while from > 1 && (is_sorting(lower(tokens, from - 1)) || is_mark(tokens, from - 1)) {
                from -= 1;
            }
            tokens.drain(from..end);
            return;
        }
        let (of, down) = aged(lower(tokens, start), of, down, &tokens[..at], lexicon);
        let by = if noun.is_empty() { sorted_by(of, &tokens[..at], lexicon, catalogue) } else { Some(noun) };
        let Some(by) = by else { continue };
        let mut from = at;
        while from > 1 && (is_sorting(lower(tokens, from - 1)) || tokens[from - 1].text == ",") {
            from -= 1;
        }
        tokens.splice(from..end, ordered(by, down));
        return;
    }
}

fn is_sorting(word: &str) -> bool {
    matches!(
        word,
        "sorted"
            | "ordered"
            | "ranked"
            | "arranged"
            | "listed"
            | "sort"
            | "order"
            | "rank"
            | "arrange"
            | "them"
            | "it"
    )
}

/// "Sort the depots by capacity and show their names": the names of the depots, ordered by capacity.
fn told_first(tokens: &mut Vec<Token>) {
    if !matches!(lower(tokens, 0), "sort" | "order" | "arrange") {
        return;
    }
    let Some(by) = (2..tokens.len()).find(|i| lower(tokens, *i) == "by") else { return };
    let shows = |i: &usize| {
        matches!(lower(tokens, *i), "show" | "give" | "list" | "return" | "display" | "tell" | "print")
            && (matches!(lower(tokens, i - 1), "and" | "then") || is_mark(tokens, i - 1))
    };
    let Some(show) = (by + 2..tokens.len()).find(shows) else { return };
    let mut cut = show;
    while cut > by + 1 && (matches!(lower(tokens, cut - 1), "and" | "then") || is_mark(tokens, cut - 1)) {
        cut -= 1;
    }
    let mut what = show + 1;
    while matches!(lower(tokens, what), "me" | "their" | "its" | "the") {
        what += 1;
    }
    let end =
        (what..tokens.len()).find(|i| is_mark(tokens, *i) && tokens[*i].text != ",").unwrap_or(tokens.len());
    let of = tokens[1..by].to_vec();
    let order = tokens[by + 1..cut].to_vec();
    let mut out = vec![word("show")];
    out.extend(tokens[what..end].iter().filter(|t| t.lower != "their").cloned());
    out.push(word("of"));
    out.extend(of);
    out.extend(["ordered", "by"].map(word));
    out.extend(order);
    out.extend(tokens[end..].iter().cloned());
    *tokens = out;
}

/// "Show the year and the number": the year is what it is split by, unless one is kept.
fn shown_anyway(tokens: &mut Vec<Token>, step: &str, lexicon: &Lexicon, catalogue: &Catalogue) {
    if lexicon.columns_for(&[step], catalogue).first().is_some_and(|(_, s)| *s >= 0.95) {
        return;
    }
    let Some(split) = (1..tokens.len()).find(|i| lower(tokens, *i) == step) else { return };
    let Some(show) = (split + 1..tokens.len())
        .find(|i| matches!(lower(tokens, *i), "show" | "give" | "list" | "return" | "include"))
    else {
        return;
    };
    let the = show + 1 + usize::from(matches!(lower(tokens, show + 1), "the" | "me"));
    let used = usize::from(lower(tokens, the) == step);
    let joined = usize::from(
        matches!(lower(tokens, the + used), "and") || tokens.get(the + used).is_some_and(|t| t.text == ","),
    );
    if used == 1 && joined == 1 {
        tokens.drain(the..the + 2);
    }
}

/// "Order by year.", "in chronological order", where the years are what it is split by: their order is that of time.
fn in_time(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    const STEPS: [&str; 5] = ["year", "month", "quarter", "week", "day"];
    let step = STEPS.into_iter().find(|step| {
        (1..tokens.len()).any(|i| {
            lower(tokens, i) == *step
                && matches!(lower(tokens, i - 1), "each" | "every" | "per" | "by" | "in")
                && !matches!(
                    lower(tokens, i.saturating_sub(2)),
                    "order" | "sort" | "sorted" | "ordered" | "last" | "this"
                )
        })
    });
    let Some(step) = step else { return };
    shown_anyway(tokens, step, lexicon, catalogue);
    for at in (1..tokens.len()).rev() {
        let n = match (lower(tokens, at), lower(tokens, at + 1), lower(tokens, at + 2)) {
            ("order" | "sort" | "ordered" | "sorted", "by", next) if next == step || next == "time" => 3,
            ("order" | "sort" | "ordered" | "sorted", "by", "the") if lower(tokens, at + 3) == step => 4,
            ("in", "chronological", "order") => 3,
            ("in", "order", "of") if [step, "time"].contains(&lower(tokens, at + 3)) => 4,
            ("chronologically", _, _) => 1,
            _ => continue,
        };
        if !is_mark(tokens, at + n) {
            continue;
        }
        let mut from = at;
        while from > 1 && (matches!(lower(tokens, from - 1), "and" | "the" | "results" | "it" | ",")) {
            from -= 1;
        }
        tokens.drain(from..at + n);
    }
}
