//! Orders told by their ends: "cheapest first", "from the highest salary to the lowest", "sort the depots by capacity and
//! show their names". Each becomes "ordered by … in ascending order" or nothing, where the order is that of time anyway.

use super::{
    dated::Dates,
    ends::ends_told,
    is_mark, lower,
    order_ends::{Of, aged, end_at, is_joint, is_mean, named, ranked_so, sorted_by},
    orders_of_time::{chronological, in_time},
    word,
};
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind},
};
use rowcall_core::Catalogue;

/// Takes out the orders of rows that are ranked so anyway, before what is shown is put elsewhere: "top 3 rooms by price: name
/// and price, high to low".
pub(super) fn said_again(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    ends_told(tokens, lexicon, catalogue);
    for at in (1..tokens.len()).rev() {
        let from = lower(tokens, at) == "from";
        let the = at + usize::from(from) + usize::from(lower(tokens, at + usize::from(from)) == "the");
        let Some((of, down, used)) = end_at(tokens, the) else { continue };
        let end = if from {
            let to = the + used + 1 + usize::from(lower(tokens, the + used + 1) == "the");
            match end_at(tokens, to) {
                Some((_, opposite, used)) if lower(tokens, the + used) == "to" && opposite != down => {
                    to + used
                }
                _ => continue,
            }
        } else if lower(tokens, the + used) == "first" {
            the + used + 1
        } else {
            continue;
        };
        if is_mark(tokens, end) && ranked_so(&tokens[..at], of, down) {
            let mut start = at;
            while start > 1 && (is_sorting(lower(tokens, start - 1)) || is_mark(tokens, start - 1)) {
                start -= 1;
            }
            tokens.drain(start..end);
            return;
        }
    }
}

/// Puts every such order into plain words.
pub(super) fn orders(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    told_first(tokens);
    sort_by(tokens);
    starting(tokens);
    in_time(tokens, lexicon, catalogue);
    chronological(tokens, &Dates { lexicon, catalogue });
    between_ends(tokens, lexicon, catalogue);
    end_first(tokens, lexicon, catalogue);
}

/// "in descending order".
fn direction(down: bool) -> Vec<Token> {
    ["in", if down { "descending" } else { "ascending" }, "order"].map(word).to_vec()
}

/// "ordered by price in descending order".
pub(super) fn ordered(by: Vec<Token>, down: bool) -> Vec<Token> {
    let way = if down { "descending" } else { "ascending" };
    let mut out: Vec<Token> = ["ordered", "by"].map(word).to_vec();
    out.extend(by);
    out.extend(["in", way, "order"].map(word));
    out
}

/// "orders, oldest first": the date of the rows, where nothing is split by a time of its own.
fn rows_date(tokens: &[Token], lexicon: &Lexicon, catalogue: &Catalogue) -> Option<Vec<Token>> {
    let splits = |t: &Token| {
        matches!(
            t.lower.as_str(),
            "each"
                | "every"
                | "per"
                | "by"
                | "year"
                | "month"
                | "quarter"
                | "week"
                | "day"
                | "monthly"
                | "yearly"
                | "daily"
                | "many"
                | "number"
                | "total"
                | "average"
        )
    };
    let dates = Dates { lexicon, catalogue };
    (!tokens.iter().any(splits)).then(|| dates.first_rows(tokens)).flatten()
}

/// "…, cheapest first", "most viewings first", "with the earliest date first".
fn end_first(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let Some(first) = (1..tokens.len())
        .rev()
        .find(|i| lower(tokens, *i) == "first" && (is_mark(tokens, i + 1) || lower(tokens, i + 1) == "then"))
    else {
        return;
    };
    let sentence =
        tokens[..first].iter().rposition(|t| matches!(t.text.as_str(), "." | "?" | ";")).map_or(0, |m| m + 1);
    let Some((start, (of, down, used))) =
        (first.saturating_sub(5).max(sentence)..first).find_map(|at| end_at(tokens, at).map(|end| (at, end)))
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
    // "most recently hired first", "earliest opening first": the date of it.
    if let [verb] = noun.as_slice()
        && of == Of::Time
        && let Some(date) = (Dates { lexicon, catalogue }).called_after(&verb.lower)
    {
        noun = date;
    }
    // "most common one first", "most orders first": by the number that is shown.
    let counted = |t: &Token| lexicon.names_table(&t.lemma, 0.75);
    // "cheapest room first": the rooms by their price.
    if let Of::Nouns(nouns) = of
        && !noun.last().is_some_and(|t| nouns.contains(&t.lemma.as_str()))
    {
        noun.clear();
    }
    // "the oldest member first": they by their date.
    if of == Of::Time && matches!(noun.as_slice(), [one] if counted(one)) {
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
    // "sorted by sign-up date, newest first": by what, is said.
    let said = tokens[..from].iter().rev().take(7).collect::<Vec<_>>().windows(2).any(|pair| {
        pair[0].lower == "by"
            && matches!(
                pair[1].lower.as_str(),
                "sorted" | "ordered" | "sort" | "order" | "arranged" | "ranked"
            )
    });
    let by = match shown {
        Some(_) | None if said => direction(down),
        Some(by) => ordered(by, down),
        None if of == Of::Time => match rows_date(&tokens[..from], lexicon, catalogue) {
            Some(by) => ordered(by, down),
            None => Vec::new(),
        },
        None if of == Of::Number || tokens[..from].iter().any(is_mean) => direction(down),
        None => return,
    };
    tokens.splice(from..=first, by);
}

/// "Sort the names of all items by price, from the dearest to the cheapest": list them ordered by it.
fn sort_by(tokens: &mut Vec<Token>) {
    if !matches!(lower(tokens, 0), "sort" | "order" | "arrange") || tokens.len() < 5 {
        return;
    }
    let Some(by) = (2..tokens.len()).find(|i| lower(tokens, *i) == "by") else { return };
    let end = (by + 1..tokens.len()).find(|i| tokens[*i].kind == TokenKind::Mark).unwrap_or(tokens.len());
    tokens[0] = word("list");
    // The ends say by what, too.
    if lower(tokens, end) == "," && lower(tokens, end + 1) == "from" {
        tokens.drain(by..end);
    } else {
        tokens.splice(by..=by, ["sorted", "by"].map(word));
    }
}

/// "starting with the most recent one": the most recent first.
fn starting(tokens: &mut Vec<Token>) {
    for at in (1..tokens.len()).rev() {
        let starts = matches!(lower(tokens, at), "starting" | "beginning" | "start" | "begin")
            && matches!(lower(tokens, at + 1), "with" | "from");
        let mut the = at + 2 + usize::from(lower(tokens, at + 2) == "the");
        // "starting with the category with the highest total"
        let with = (the + 1..tokens.len().min(the + 4)).find(|i| {
            matches!(lower(tokens, *i), "with" | "that" | "which")
                && matches!(lower(tokens, i + 1), "the" | "has")
        });
        if let Some(with) = with.filter(|_| starts) {
            the = with + 2 + usize::from(lower(tokens, with + 2) == "the");
            if let Some((_, _, used)) = end_at(tokens, the)
                && let Some(end) =
                    (the + used..tokens.len().min(the + used + 3)).find(|i| is_mark(tokens, *i))
            {
                let mut said = tokens[the..end].to_vec();
                said.push(word("first"));
                tokens.splice(at..end, said);
                return;
            }
            continue;
        }
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
        let Some(to) = (start + used..tokens.len().min(start + used + 4)).find(|i| {
            matches!(lower(tokens, *i), "to" | "down" | "downwards" | "up" | "upwards" | "on" | "onwards")
        }) else {
            continue;
        };
        let rows =
            |t: &Token| lexicon.names_table(&t.lemma, 0.75) || matches!(t.lower.as_str(), "one" | "ones");
        // "from the tallest down"
        let (second, last) = if lower(tokens, to) == "to" {
            let second = the(to + 1);
            let Some((_, _, used)) = end_at(tokens, second) else { continue };
            let again = tokens.get(second + used).is_some_and(rows);
            (second, used + usize::from(again))
        } else if is_mark(tokens, to + 1) {
            (to, 1)
        } else {
            continue;
        };
        let mut end = second + last;
        let mut noun = tokens[start + used..to].to_vec();
        // "from the most populous county to the least populous one"
        if matches!(noun.as_slice(), [one] if rows(one)) {
            noun.clear();
        }
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
        // "from the highest average to the lowest": by the number that is shown.
        let computed = matches!(noun.as_slice(), [one] if is_mean(one) || matches!(one.lemma.as_str(), "number" | "count"));
        let rows = || rows_date(&tokens[..at], lexicon, catalogue).filter(|_| of == Of::Time);
        let by = if noun.is_empty() {
            sorted_by(of, &tokens[..at], lexicon, catalogue).or_else(rows)
        } else {
            Some(noun)
        };
        let Some(by) = by else { continue };
        if computed {
            tokens.splice(at..end, direction(down));
            return;
        }
        let mut from = at;
        while from > 1 && (is_sorting(lower(tokens, from - 1)) || tokens[from - 1].text == ",") {
            from -= 1;
        }
        tokens.splice(from..end, ordered(by, down));
        return;
    }
}

pub(super) fn is_sorting(word: &str) -> bool {
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
