//! What happened first or last: "which branch was opened first", "which student was the very first to register", "who joined
//! the gym first", "when was the first printed certificate issued". The date of it is named instead.

use super::{
    dated::{Dates, date_nouns, is_past, particle, when_they},
    is_end, is_mark, is_number, lower, number, word,
};
use crate::offline::{
    lexicon::Lexicon,
    plural,
    resolve::start_column,
    words::{Token, TokenKind, is_link_verb},
};
use rowcall_core::Catalogue;

/// Puts what happened first into plainer words.
pub(super) fn happened_first(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let dates = Dates { lexicon, catalogue };
    very(tokens);
    newest(tokens, &dates);
    when_first(tokens, &dates);
    when_they(tokens, &dates);
    date_nouns(tokens, &dates);
    done_lately(tokens, &dates);
    longest_time(tokens, &dates);
    first_to(tokens, &dates);
    done_first(tokens, &dates);
}

/// "the very first": the first.
fn very(tokens: &mut Vec<Token>) {
    for at in (1..tokens.len()).rev() {
        if lower(tokens, at - 1) == "very" && end_of(tokens, at).is_some() {
            tokens.remove(at - 1);
        }
    }
}

/// "our newest customers", "show the latest orders": the newest ten, as the top ones are.
fn newest(tokens: &mut Vec<Token>, dates: &Dates<'_>) {
    let splits = |t: &Token| {
        matches!(
            t.lower.as_str(),
            "each" | "every" | "per" | "by" | "whose" | "than" | "alphabetically" | "order"
        )
    };
    if tokens.iter().any(splits) {
        return;
    }
    for at in 0..tokens.len() {
        // "our last 5 orders": the 5 latest.
        let few = is_number(tokens.get(at + 1)) && rows_of_time(tokens.get(at + 2), dates);
        if let (true, end @ ("first" | "last")) = (few && opening(&tokens[..at]), lower(tokens, at)) {
            let end = if end == "first" { "earliest" } else { "latest" };
            if lower(tokens, at + 3) != "to" {
                tokens[at] = word(end);
                tokens.swap(at, at + 1);
                return;
            }
            // "the first five customers to sign up": with the earliest date of it.
            let said = particle(tokens, at + 5);
            let close = at + 5 + usize::from(!said.is_empty());
            let date = dates.of(dates.table(&tokens[at + 2]), lower(tokens, at + 4), said);
            if let Some(date) = date.filter(|_| is_mark(tokens, close)) {
                let out = ["with", "the", end].map(word).into_iter().chain(dates.words(date));
                tokens.splice(at + 3..close, out.collect::<Vec<_>>());
                tokens[at] = word("top");
            }
            return;
        }
        let used = match (lower(tokens, at), lower(tokens, at + 1)) {
            ("newest" | "latest", _) => 1,
            ("most", "recent") => 2,
            _ => continue,
        };
        let opens = opening(&tokens[..at]);
        let behind = at + used;
        let rows = |t: &Token| t.lower != t.lemma && dates.lexicon.names_table(&t.lemma, 0.9);
        let several =
            (behind..tokens.len().min(behind + 2)).any(|i| rows(&tokens[i]) && tokens[i..].len() <= 6);
        let told = (behind..tokens.len().min(behind + 2)).any(|i| is_number(tokens.get(i)));
        if opens && several && !told {
            tokens.insert(at, ten());
            return;
        }
    }
}

/// How many are shown of the newest.
fn ten() -> Token {
    number(10)
}

/// "show me our", "what are the": what opens a question before what is asked for.
fn opening(tokens: &[Token]) -> bool {
    const WORDS: [&str; 12] =
        ["show", "list", "give", "me", "the", "our", "what", "who", "are", "find", "get", "were"];
    tokens.iter().all(|t| WORDS.contains(&t.lower.as_str()))
}

/// Several rows that have a date.
fn rows_of_time(noun: Option<&Token>, dates: &Dates<'_>) -> bool {
    let Dates { lexicon, catalogue } = *dates;
    noun.filter(|t| t.lower != t.lemma).is_some_and(|t| {
        let found = lexicon.tables_for(&[&t.lemma]);
        found
            .first()
            .is_some_and(|(table, s)| *s >= 0.9 && start_column(catalogue, lexicon, *table).is_some())
    })
}

/// "first", "most recently": which end of time, and how many words say it.
fn end_of(tokens: &[Token], at: usize) -> Option<(&'static str, usize)> {
    match (lower(tokens, at), lower(tokens, at + 1)) {
        ("first" | "earliest", _) => Some(("earliest", 1)),
        ("last" | "latest" | "newest", _) => Some(("latest", 1)),
        ("most", "recent" | "recently") => Some(("latest", 2)),
        _ => None,
    }
}

/// "Which branch was opened first?": has the earliest opening date. "the member who joined the gym first": with it.
fn done_first(tokens: &mut Vec<Token>, dates: &Dates<'_>) {
    let Some((at, end)) = (2..tokens.len()).find_map(|i| {
        let (end, used) = end_of(tokens, i)?;
        (is_end(tokens, i + used) && matches!(lower(tokens, i), "first" | "last")).then_some((i, end))
    }) else {
        return;
    };
    let asking = matches!(lower(tokens, 0), "which" | "what" | "who");
    let asked = (asking && lower(tokens, 0) != "who")
        .then(|| tokens[1..at].iter().take(4).find_map(|t| dates.table(t)))
        .flatten();
    for verb in (1..at).rev().take(4) {
        if !is_past(lower(tokens, verb)) {
            continue;
        }
        let pronoun = matches!(lower(tokens, verb - 1), "who" | "that" | "which") && verb > 2;
        let noun = if pronoun { tokens.get(verb - 2).and_then(|t| dates.table(t)) } else { asked };
        let said = particle(tokens, verb + 1);
        let Some(date) =
            dates.of(noun, lower(tokens, verb), said).or_else(|| dates.of(None, lower(tokens, verb), said))
        else {
            continue;
        };
        // What stands between may only be where it happened: "joined the gym".
        let from = verb + 1 + usize::from(!said.is_empty());
        let between = &tokens[from..at];
        let idle = between.iter().all(|t| {
            t.kind == TokenKind::Word
                && (matches!(t.lower.as_str(), "the" | "our" | "us" | "at" | "in" | "with" | "company")
                    || !dates.lexicon.is_word(&t.lemma))
        });
        if !(asking || pronoun) || between.len() > 3 || !idle {
            continue;
        }
        let was = usize::from(matches!(lower(tokens, verb - 1), "was" | "is" | "were" | "got"));
        let start = verb - was - usize::from(pronoun);
        let has = if pronoun { "with" } else { "has" };
        let mut out = [has, "the", end].map(word).to_vec();
        out.extend(dates.rows_or_date(noun, date));
        tokens.splice(start..=at, out);
        return;
    }
}

/// "Which student was the first to register?": has the earliest date of registration.
fn first_to(tokens: &mut Vec<Token>, dates: &Dates<'_>) {
    for at in (1..tokens.len().saturating_sub(3)).rev() {
        let was =
            matches!(lower(tokens, at), "was" | "were" | "is" | "are") && lower(tokens, at + 1) == "the";
        let Some((end, used)) = end_of(tokens, at + 2).filter(|_| was) else { continue };
        let mut to = at + 2 + used;
        // "Who was the last customer to order?"
        let noun = tokens.get(to).filter(|t| at == 1 && dates.table(t).is_some()).cloned();
        to += usize::from(lower(tokens, to) == "one" || noun.is_some());
        if lower(tokens, to) != "to" || !matches!(lower(tokens, 0), "which" | "who" | "what") {
            continue;
        }
        let verb = to + 1 + usize::from(matches!(lower(tokens, to + 1), "be" | "get"));
        let said = particle(tokens, verb + 1);
        let close = verb + 1 + usize::from(!said.is_empty());
        let table = tokens[1..at].iter().chain(&noun).rev().find_map(|t| dates.table(t));
        // "to place an order": who has the earliest one.
        let article = matches!(lower(tokens, verb + 1), "a" | "an");
        let made = tokens.get(verb + 2).filter(|_| article && is_end(tokens, verb + 3));
        let made = made.filter(|t| dates.table(t).is_some_and(|rows| Some(rows) != table)).cloned();
        if let (Some(rows), Some(_)) = (made, table) {
            let out = [word("has"), word("the"), word(end), rows];
            tokens.splice(at..verb + 3, out);
            if let Some(noun) = noun {
                tokens.splice(..1, [word("which"), noun]);
            }
            return;
        }
        let own = dates.of(table, lower(tokens, verb), said);
        let Some(date) = own.or_else(|| dates.of(None, lower(tokens, verb), said)) else { continue };
        if !is_end(tokens, close) {
            continue;
        }
        let mut out = ["has", "the", end].map(word).to_vec();
        out.extend(dates.rows_or_date(table, date));
        tokens.splice(at..close, out);
        if let Some(noun) = noun {
            tokens.splice(..1, [word("which"), noun]);
        }
        return;
    }
}

/// "When was the first printed certificate issued, and when the last one?": what the earliest and the latest date of issue
/// is.
fn when_first(tokens: &mut Vec<Token>, dates: &Dates<'_>) {
    let asks = lower(tokens, 0) == "when" && matches!(lower(tokens, 1), "was" | "did" | "were");
    if !asks || !matches!(lower(tokens, 2), "the" | "our") {
        return;
    }
    let Some((end, used)) = end_of(tokens, 3) else { return };
    let start = 3 + used;
    let Some(noun) = (start..tokens.len().min(start + 5)).find(|i| {
        dates.table(&tokens[*i]).is_some() && tokens.get(i + 1).is_none_or(|next| dates.table(next).is_none())
    }) else {
        return;
    };
    let Some(table) = dates.table(&tokens[noun]) else { return };
    if tokens[start..=noun].iter().any(|t| t.kind == TokenKind::Mark || is_number(Some(t))) {
        return;
    }
    let verb = (noun + 1..tokens.len()).take(1).find(|i| tokens[*i].kind == TokenKind::Word);
    let (date, mut close) = match verb {
        Some(verb) if lower(tokens, verb) != "and" => {
            let said = particle(tokens, verb + 1);
            let start = || {
                let plain = is_link_verb(lower(tokens, verb)) && said.is_empty();
                plain.then(|| start_column(dates.catalogue, dates.lexicon, table)).flatten()
            };
            let Some(date) = dates.of(Some(table), lower(tokens, verb), said).or_else(start) else { return };
            (date, verb + 1 + usize::from(!said.is_empty()))
        }
        _ => match start_column(dates.catalogue, dates.lexicon, table) {
            Some(date) => (date, noun + 1),
            None => return,
        },
    };
    // ", and when the most recent one?"
    let mut ends = vec![end];
    let mut and = close + usize::from(tokens.get(close).is_some_and(|t| t.text == ","));
    if lower(tokens, and) == "and" {
        and += 1;
        while matches!(lower(tokens, and), "when" | "was" | "the" | "did" | "our") {
            and += 1;
        }
        let Some((other, more)) = end_of(tokens, and).filter(|(other, _)| *other != end) else { return };
        close = and + more + usize::from(lower(tokens, and + more) == "one");
        ends = if other == "latest" {
            vec!["minimum", "and", "maximum"]
        } else {
            vec!["maximum", "and", "minimum"]
        };
    }
    if !is_end(tokens, close) {
        return;
    }
    let mut out = ["what", "is", "the"].map(word).to_vec();
    out.extend(ends.into_iter().map(word));
    out.extend(dates.words(date));
    out.push(word("of"));
    out.extend(tokens[start..noun].iter().cloned());
    let rows = plural(&tokens[noun].lemma);
    out.push(word(&rows));
    tokens.splice(..close, out);
}

/// "the three most recently hired curators", "earliest opened 4 hotels": those with the latest, the earliest date of it.
fn done_lately(tokens: &mut Vec<Token>, dates: &Dates<'_>) {
    for at in 0..tokens.len() {
        let Some((end, used)) = end_of(tokens, at) else { continue };
        let verb = at + used;
        let told = usize::from(is_number(tokens.get(verb + 1)));
        let noun = verb + 1 + told;
        let Some(rows) = tokens.get(noun).filter(|t| t.kind == TokenKind::Word) else { continue };
        let (true, Some(table)) = (is_past(lower(tokens, verb)), dates.table(rows)) else { continue };
        let Some(date) = dates.of(Some(table), lower(tokens, verb), "") else { continue };
        if matches!(lower(tokens, noun + 1), "with" | "first") {
            continue;
        }
        let mut out = tokens[verb + 1..=noun].to_vec();
        // "the most recently hired curators": ten of them, as of the newest.
        let several = rows.lower != rows.lemma && told == 0 && opening(&tokens[..at]);
        if several {
            let the = usize::from(at == 0 || lower(tokens, at - 1) != "the");
            out.splice(..0, [word("the"), ten()].into_iter().skip(1 - the));
        }
        out.extend(["with", "the", end].map(word));
        out.extend(dates.words(date));
        tokens.splice(at..=noun, out);
        return;
    }
}

/// "Who has been a customer for the longest time?", "hotels that have been open the longest": with the earliest date.
fn longest_time(tokens: &mut Vec<Token>, dates: &Dates<'_>) {
    for at in 2..tokens.len() {
        let has = matches!(lower(tokens, at - 1), "has" | "have") && lower(tokens, at) == "been";
        let Some(longest) = (at + 1..tokens.len().min(at + 6)).find(|i| lower(tokens, *i) == "longest")
        else {
            continue;
        };
        let end = longest + 1 + usize::from(lower(tokens, longest + 1) == "time");
        if !has || !(is_mark(tokens, end) || lower(tokens, end) == "and") {
            continue;
        }
        let between: Vec<Token> = tokens[at + 1..longest]
            .iter()
            .filter(|t| {
                !matches!(
                    t.lower.as_str(),
                    "the" | "for" | "a" | "an" | "our" | "with" | "us" | "here" | "around"
                )
            })
            .cloned()
            .collect();
        let pronoun = matches!(lower(tokens, at - 2), "that" | "who" | "which") && at > 2;
        let asked = tokens[..at].iter().rev().find_map(|t| dates.table(t));
        let (rows, date) = match between.as_slice() {
            [] => (None, asked.and_then(|t| start_column(dates.catalogue, dates.lexicon, t))),
            [one] => match dates.table(one) {
                Some(t) if asked.is_none() => {
                    (Some(one.clone()), start_column(dates.catalogue, dates.lexicon, t))
                }
                _ => (None, dates.of(asked, &one.lower, "")),
            },
            _ => continue,
        };
        let Some(date) = date else { continue };
        let mut from = at - 1 - usize::from(pronoun);
        let mut out = Vec::new();
        if let Some(rows) = rows {
            if lower(tokens, 0) != "who" || from != 1 {
                continue;
            }
            from = 0;
            out.extend([word("which"), rows]);
        }
        out.extend([if pronoun { "with" } else { "has" }, "the", "earliest"].map(word));
        out.extend(dates.words(date));
        tokens.splice(from..end, out);
        return;
    }
}
