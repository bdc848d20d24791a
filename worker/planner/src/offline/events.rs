//! Events: columns that tell when something happened to a row ("resolved_at"), the time it took to get there
//! ("resolution time", "how long does it take to deliver"), and how often it happens ("return rate").

use super::{
    lexicon::Lexicon,
    resolve::start_column,
    words::{Token, TokenKind, lemma, root, same_deeds},
};
use rowcall_core::{Catalogue, ColumnRef};
use rowcall_plan::TimeUnit;

/// A time between two columns, and the tokens that say it.
#[derive(Clone, Debug, PartialEq)]
pub struct Elapsed {
    /// From when.
    pub from: ColumnRef,
    /// Until when.
    pub to: ColumnRef,
    /// Counted in.
    pub unit: TimeUnit,
    /// As the question calls it.
    pub name: String,
}

/// An elapsed time that starts at a token, and how many tokens say it. Tokens further on that belong to it
/// ("how long do orders *take to arrive*") are put into `skip`.
pub fn elapsed_at(
    tokens: &[Token],
    at: usize,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
    skip: &mut Vec<usize>,
) -> Option<(Elapsed, usize)> {
    let word = |n: usize| tokens.get(n).map_or("", |t| t.lower.as_str());
    let unit = unit_asked(tokens, skip);
    if word(at) == "how" && word(at + 1) == "long" {
        for n in at + 2..tokens.len().min(at + 14) {
            for used in [2, 1] {
                let Some(phrase) = tokens.get(n..n + used) else { continue };
                let words: Vec<&str> = phrase.iter().map(|t| t.lemma.as_str()).collect();
                if let Some((from, to)) = event(&words, tokens, lexicon, catalogue) {
                    skip.extend((at + 2..n).filter(|i| is_taking(word(*i))));
                    skip.extend(n..n + used);
                    skip.extend(
                        (n + used..tokens.len()).filter(|i| matches!(word(*i), "take" | "takes" | "took")),
                    );
                    return Some((named(from, to, unit, &words, format!("time to {}", words.join(" "))), 2));
                }
            }
        }
        return None;
    }
    if word(at) == "time" && matches!(word(at + 1), "to" | "until" | "till") {
        let start = at + 2 + usize::from(matches!(word(at + 2), "the" | "be" | "a"));
        for used in [2, 1] {
            let Some(phrase) = tokens.get(start..start + used) else { continue };
            let words: Vec<&str> = phrase.iter().map(|t| t.lemma.as_str()).collect();
            if let Some((from, to)) = event(&words, tokens, lexicon, catalogue) {
                return Some((
                    named(from, to, unit, &words, format!("time to {}", words.join(" "))),
                    start + used - at,
                ));
            }
        }
        return None;
    }
    if let Some(found) = between(tokens, at, lexicon, catalogue) {
        return Some(found);
    }
    if word(at) == "time" && matches!(word(at + 1), "from" | "between") {
        let and = (at + 2..tokens.len().min(at + 6)).find(|n| matches!(word(*n), "to" | "and" | "until"))?;
        let end =
            (and + 1..tokens.len().min(and + 3)).find(|n| !matches!(word(*n), "the" | "its" | "being"))?;
        let (start, to) = event(&[tokens[end].lemma.as_str()], tokens, lexicon, catalogue)?;
        let first = tokens[and - 1].lemma.as_str();
        let from = event_columns(&[first], lexicon, catalogue)
            .into_iter()
            .find(|c| c.table == to.table && *c != to)
            .unwrap_or(start);
        let words = [tokens[end].lemma.as_str()];
        return Some((
            named(from, to, unit, &words, format!("time from {first} to {}", words[0])),
            end + 1 - at,
        ));
    }
    for used in [2, 1] {
        if !matches!(word(at + used), "time" | "times" | "duration" | "delay") {
            continue;
        }
        let words: Vec<&str> = tokens[at..at + used].iter().map(|t| t.lemma.as_str()).collect();
        // "call duration", where a column keeps it
        let phrase: Vec<&str> = tokens[at..=at + used].iter().map(|t| t.lemma.as_str()).collect();
        let kept = lexicon
            .columns_for(&phrase, catalogue)
            .into_iter()
            .any(|(c, score)| score >= 0.85 && catalogue.tables[c.table].columns[c.column].kind.is_numeric());
        if kept {
            return None;
        }
        if let Some((from, to)) = event(&words, tokens, lexicon, catalogue) {
            let name = tokens[at..=at + used].iter().map(|t| t.lower.as_str()).collect::<Vec<_>>().join(" ");
            return Some((named(from, to, unit, &words, name), used + 1));
        }
    }
    None
}

/// "the number of nights between check-in and check-out": the time between two columns of one table, in that unit.
fn between(
    tokens: &[Token],
    at: usize,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<(Elapsed, usize)> {
    let word = |n: usize| tokens.get(n).map_or("", |t| t.lower.as_str());
    let counted = if word(at) == "number" && word(at + 1) == "of" { 2 } else { 0 };
    let unit = match word(at + counted) {
        "minutes" => TimeUnit::Minutes,
        "hours" => TimeUnit::Hours,
        "days" | "nights" => TimeUnit::Days,
        _ => return None,
    };
    let start = at + counted + 1;
    matches!(word(start), "from" | "between").then_some(())?;
    let and =
        (start + 2..tokens.len().min(start + 7)).find(|n| matches!(word(*n), "and" | "to" | "until"))?;
    // "the date of enrolment"
    let plain = |from: usize, to: usize| -> Vec<&str> {
        (from..to)
            .filter(|n| {
                !matches!(word(*n), "the" | "its" | "their" | "a" | "an" | "date" | "time" | "of" | "day")
            })
            .map(|n| tokens[n].lemma.as_str())
            .collect()
    };
    let first = plain(start + 1, and);
    let from = event_columns(&first, lexicon, catalogue);
    (!first.is_empty()).then_some(())?;
    for end in (and + 2..=tokens.len().min(and + 5)).rev() {
        let second = plain(and + 1, end);
        if second.is_empty() || tokens[and + 1..end].iter().any(|t| t.kind != TokenKind::Word) {
            continue;
        }
        let to = event_columns(&second, lexicon, catalogue);
        let mut pairs = from.iter().flat_map(|f| to.iter().map(move |t| (*f, *t)));
        let mut pairs = pairs.by_ref().filter(|(f, t)| f.table == t.table && f != t);
        let Some((from, to)) = pairs.next().filter(|_| pairs.next().is_none()) else { continue };
        let name = format!("{} from {} to {}", word(at + counted), first.join(" "), second.join(" "));
        return Some((Elapsed { from, to, unit, name }, end - at));
    }
    None
}

fn is_taking(word: &str) -> bool {
    matches!(
        word,
        "does"
            | "do"
            | "did"
            | "it"
            | "take"
            | "takes"
            | "took"
            | "to"
            | "until"
            | "till"
            | "be"
            | "get"
            | "a"
            | "an"
            | "the"
            | "before"
            | "is"
            | "are"
    )
}

/// "in hours": asked for, and said.
fn unit_asked(tokens: &[Token], skip: &mut Vec<usize>) -> Option<TimeUnit> {
    for (i, pair) in tokens.windows(2).enumerate() {
        let unit = match pair[1].lower.as_str() {
            "minutes" => TimeUnit::Minutes,
            "hours" => TimeUnit::Hours,
            "days" => TimeUnit::Days,
            _ => continue,
        };
        if pair[0].lower == "in" {
            skip.extend([i, i + 1]);
            return Some(unit);
        }
    }
    None
}

fn named(from: ColumnRef, to: ColumnRef, unit: Option<TimeUnit>, words: &[&str], name: String) -> Elapsed {
    // What people wait for is told in hours, what travels in days.
    let waits = words.iter().any(|w| {
        ["respon", "resol", "repl", "answ", "wait", "handl", "clos", "reac"].iter().any(|r| w.starts_with(r))
    });
    Elapsed { from, to, unit: unit.unwrap_or(if waits { TimeUnit::Hours } else { TimeUnit::Days }), name }
}

/// The start and the event that the words name, if just one table fits.
fn event(
    words: &[&str],
    tokens: &[Token],
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<(ColumnRef, ColumnRef)> {
    let mut fits: Vec<(ColumnRef, ColumnRef)> = event_columns(words, lexicon, catalogue)
        .into_iter()
        .filter_map(|to| {
            start_column(catalogue, lexicon, to.table).filter(|from| *from != to).map(|from| (from, to))
        })
        .collect();
    if fits.len() > 1 {
        let said = |t: usize| lexicon.tables[t].words.iter().any(|w| tokens.iter().any(|k| k.lemma == *w));
        if fits.iter().any(|(_, to)| said(to.table)) {
            fits.retain(|(_, to)| said(to.table));
        }
    }
    match fits.as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

/// Points in time that these words name: "resolution" names `resolved_at`.
pub fn event_columns(words: &[&str], lexicon: &Lexicon, catalogue: &Catalogue) -> Vec<ColumnRef> {
    let found = times_of(words, lexicon, catalogue);
    match words {
        // "to close a ticket", where it is kept when it was resolved.
        [one] if found.is_empty() => same_deeds(one)
            .map(|other| times_of(&[other], lexicon, catalogue))
            .find(|found| !found.is_empty())
            .unwrap_or_default(),
        _ => found,
    }
}

fn times_of(words: &[&str], lexicon: &Lexicon, catalogue: &Catalogue) -> Vec<ColumnRef> {
    let mut out: Vec<(usize, ColumnRef)> = Vec::new();
    for (t, table) in catalogue.tables.iter().enumerate() {
        for (c, column) in table.columns.iter().enumerate() {
            if !column.kind.is_temporal() {
                continue;
            }
            let own: Vec<&String> = lexicon.columns[t][c]
                .words
                .iter()
                .filter(|w| !matches!(w.as_str(), "at" | "on" | "date" | "time" | "timestamp" | "birth"))
                .collect();
            if !own.is_empty() && words.iter().all(|w| own.iter().any(|o| is_same_event(w, o))) {
                out.push((own.len() - words.len().min(own.len()), ColumnRef { table: t, column: c }));
            }
        }
    }
    let least = out.iter().map(|(left, _)| *left).min();
    out.into_iter().filter(|(left, _)| Some(*left) == least).map(|(_, c)| c).collect()
}

/// A noun and a verb form of one happening: "resolution" and "resolved", "delivery" and "delivered".
fn is_same_event(noun: &str, verb: &str) -> bool {
    let (noun, verb) = (lemma(noun), lemma(verb));
    if noun == verb || root(&noun) == root(&verb) && root(&noun).len() >= 4 {
        return true;
    }
    // "the end" of `ended_on`
    if noun.len() == 3 && verb.strip_suffix("ed") == Some(noun.as_str()) {
        return true;
    }
    if noun == "arrival" || noun == "arrive" {
        return verb.starts_with("deliver") || verb.starts_with("arriv");
    }
    let shared = noun.chars().zip(verb.chars()).take_while(|(a, b)| a == b).count();
    let tail = |w: &str| w.chars().count() - shared;
    shared >= 4
        && tail(&noun) <= 5
        && tail(&verb) <= 4
        && shared * 2 >= noun.chars().count().max(verb.chars().count())
}

/// "return rate": the value or event that a rate counts, with its table. One reading only.
pub fn rate_of(word: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<(ColumnRef, Option<String>)> {
    let mut fits: Vec<(ColumnRef, Option<String>)> = Vec::new();
    for (t, table) in catalogue.tables.iter().enumerate() {
        for (c, column) in table.columns.iter().enumerate() {
            let listed = column.kind.is_textual() && column.samples_complete && column.samples.len() <= 20;
            let values = column.samples.iter().chain(&column.enum_values);
            let hit = values.filter(|_| listed || !column.enum_values.is_empty()).find(|v| {
                !v.contains(' ') && v.to_lowercase().ends_with("ed") && is_same_event(word, &v.to_lowercase())
            });
            if let Some(value) = hit {
                fits.push((ColumnRef { table: t, column: c }, Some(value.clone())));
            }
        }
    }
    if fits.is_empty() {
        fits = event_columns(&[word], lexicon, catalogue)
            .into_iter()
            .filter(|c| catalogue.tables[c.table].columns[c.column].nullable)
            .map(|c| (c, None))
            .collect();
    }
    match fits.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    }
}
