//! What rows come to, where only the rows are named: "average donation by city", "donation totals per month". And who
//! brings in most: "our biggest donors", "who is our best customer?".

use super::{
    Word, are_people,
    income::{AMOUNT, Income},
    instead, is_one_of, lower, slice, words,
};
use crate::offline::{
    lexicon::Lexicon,
    plural,
    words::{lemma, number_word},
};
use rowcall_core::{Catalogue, ColumnRef};

/// Words that may follow what is averaged or added up.
const BEHIND: &str =
    "by per in for from of during since last this each over on between before after across at";

/// Says which amount it is; nothing where rows keep several.
pub(super) fn amounts(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    averaged(text, lexicon, catalogue)
        .or_else(|| totals(text, lexicon, catalogue))
        .or_else(|| biggest(text, lexicon, catalogue))
}

/// The one amount of a table's rows; of several the one that is a total.
fn amount_of(table: usize, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let columns = lexicon.columns[table].iter().zip(&catalogue.tables[table].columns);
    let kept: Vec<&[String]> = columns
        .filter(|(name, column)| {
            let amount = name.words.iter().any(|w| w == "total" || is_one_of(AMOUNT, w));
            column.kind.is_numeric() && amount && name.words.last().is_none_or(|w| w != "id")
        })
        .map(|(name, _)| name.words.as_slice())
        .collect();
    let whole: Vec<&[String]> =
        kept.iter().copied().filter(|words| words.iter().any(|w| w == "total")).collect();
    match (kept.as_slice(), whole.as_slice()) {
        ([one], _) | (_, [one]) => Some(one.join(" ")),
        _ => None,
    }
}

/// The table whose rows a word names, where it is no column as well.
fn rows_of(word: &Word, lexicon: &Lexicon) -> Option<usize> {
    let one = lemma(&word.lower);
    let (table, score) = *lexicon.tables_for(&[&one]).first()?;
    let told = lexicon.columns_with(&one).iter().any(|c| {
        let words = &lexicon.columns[c.table][c.column].words;
        words.as_slice() == [one.as_str()]
    });
    (score >= 0.9 && !told && lexicon.term(&[&one]).is_none()).then_some(table)
}

/// The place is the end of a question, or one where groups or a time are said.
fn ends(found: &[Word], at: usize) -> bool {
    found.get(at).is_none_or(|w| is_one_of(BEHIND, &w.lower))
}

/// "average donation by city", "median order": of their amount.
fn averaged(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    let at = (0..found.len().min(6))
        .find(|at| is_one_of("average avg mean median typical", lower(&found, *at)))?;
    let noun = found.get(at + 1)?;
    let table = rows_of(noun, lexicon)?;
    if noun.lower != lemma(&noun.lower) || !ends(&found, at + 2) || are_people(table, lexicon) {
        return None;
    }
    let amount = amount_of(table, lexicon, catalogue)?;
    let how = if lower(&found, at) == "median" { "median" } else { "average" };
    let rows = plural(&lexicon.tables[table].words.join(" "));
    Some(instead(text, found[at].from, noun.to, &format!("{how} {amount} of {rows}")))
}

/// "donation totals per month", "donations total by month": of their amount.
fn totals(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| is_one_of("total totals", lower(&found, *at)))?;
    let noun = &found[at - 1];
    let table = rows_of(noun, lexicon)?;
    let opens = found[..at - 1].iter().all(|w| is_one_of("show me the give us our get", &w.lower));
    let split = is_one_of("by per", lower(&found, at + 1));
    if !opens || !split || are_people(table, lexicon) {
        return None;
    }
    let amount = amount_of(table, lexicon, catalogue)?;
    let total = if amount.contains("total") { "" } else { "total " };
    let rows = plural(&lexicon.tables[table].words.join(" "));
    Some(instead(text, noun.from, found[at].to, &format!("{total}{amount} of {rows}")))
}

/// "Who are our biggest donors?", "best customer in 2024": those who bring in most.
fn biggest(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    let at = (0..found.len().min(6)).find(|at| is_one_of("biggest largest best top", lower(&found, *at)))?;
    let count = |at: usize| {
        let said = found.get(at).and_then(|w| w.lower.parse().ok().or_else(|| number_word(&w.lower)));
        said.filter(|n: &i64| (1..1_000).contains(n))
    };
    // "our 3 biggest customers", "top 3 customers"
    let before = at.checked_sub(1).and_then(count);
    let number = before.or_else(|| count(at + 1));
    let opens = found[..at - usize::from(before.is_some())]
        .iter()
        .all(|w| is_one_of("who is are our the show me list give what which name", &w.lower));
    let place = at + 1 + usize::from(number.is_some() && before.is_none());
    let noun = found.get(place)?;
    let behind = place + 1;
    let (table, _) = *lexicon.tables_for(&[&lemma(&noun.lower)]).first().filter(|(_, s)| *s >= 0.9)?;
    // How large or good each of them is, is kept, or said behind.
    let kept = lexicon.columns[table]
        .iter()
        .flat_map(|name| &name.words)
        .any(|w| is_one_of("rating score point rank size employee turnover revenue", w));
    let tail = lower(&found, behind);
    let plain = behind >= found.len() || is_one_of("in of during since last this so ever", tail);
    // "in each country" is a ranking within groups.
    let grouped = is_one_of("each every any", lower(&found, behind + 1));
    if !opens || !plain || grouped || kept || !are_people(table, lexicon) {
        return None;
    }
    let by = match Income::of(lexicon, catalogue)? {
        Income::Term => "revenue".to_owned(),
        Income::Column(of) | Income::Amount(of) => of_rows(of, table, lexicon)?,
    };
    let rest = slice(text, noun.to..);
    let many = noun.lower != lemma(&noun.lower);
    let one = slice(text, noun.from..noun.to);
    Some(if many {
        format!("Top {} {one} by {by}{rest}", number.unwrap_or(10))
    } else {
        format!("Which {one} has the highest {by}{rest}")
    })
}

/// "total amount of donations", where these are tied to the people.
fn of_rows(of: ColumnRef, people: usize, lexicon: &Lexicon) -> Option<String> {
    let (_, tie) = lexicon.prepared.graph.path(of.table, people, true, None)?;
    let name = lexicon.columns[of.table][of.column].words.join(" ");
    let total = if name.contains("total") { "" } else { "total " };
    (!tie && of.table != people)
        .then(|| format!("{total}{name} of {}", plural(&lexicon.tables[of.table].words.join(" "))))
}
