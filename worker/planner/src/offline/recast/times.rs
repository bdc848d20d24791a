//! Times in a word or two: "yearly plans", "revenue 2025", "average days to close a complaint", "booking length",
//! "upcoming events".

use super::{Plainer, Words, in_turn, is_one_of, lower, slice, table_of, words};
use crate::offline::{
    lexicon::{Lexicon, is_income},
    plural,
    words::lemma,
};

const WAYS: &[Plainer] = &[in_steps, bare_year, days_to, length_of, to_come];

/// Says which time it is.
pub(super) fn times(question: &str, lexicon: &Lexicon) -> String {
    in_turn(question, lexicon, WAYS)
}

/// "yearly plans", where that is how they are billed: what is stored, and no step of time.
fn in_steps(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let step = |at: &usize| is_one_of("yearly monthly weekly daily quarterly annual", lower(&found, *at));
    (0..found.len()).filter(step).find_map(|at| stored_step(text, &found, at, lexicon))
}

fn stored_step(text: &str, found: &Words, at: usize, lexicon: &Lexicon) -> Option<String> {
    let noun = found.get(at + 1)?;
    let table = table_of(&noun.lower, lexicon)?;
    let many = lemma(&noun.lower) != noun.lower;
    let mut stored =
        lexicon.values(&[lower(found, at)]).iter().filter(|v| v.column.table == table && v.test.is_none());
    let value = stored.next().filter(|_| stored.next().is_none())?;
    let column = lexicon.columns[table][value.column.column].words.join(" ");
    let head = slice(text, ..found[at].from);
    let rest = slice(text, noun.to..);
    many.then(|| format!("{head}{} with {column} '{}'{rest}", slice(text, noun.from..noun.to), value.text))
}

/// "revenue 2025 by country", "orders 2025": in that year.
fn bare_year(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        let year = lower(&found, *at);
        year.len() == 4 && year.parse::<u16>().is_ok_and(|y| (1990..2040).contains(&y))
    })?;
    let noun = lower(&found, at - 1);
    let one = lemma(noun);
    let rows = one != noun && lexicon.names_table(&one, 0.75);
    let money = is_income(noun) || noun == "sales" || lexicon.term(&[&one]).is_some();
    // "return rate by category 2025", "growth per month 2025"
    let split = at > 1 && is_one_of("by per", lower(&found, at - 2)) && at + 1 == found.len();
    let apart = slice(text, found[at - 1].to..found[at].from) != " ";
    // "revenue 2023 vs 2024", "orders 2023 and 2024"
    let next = lower(&found, at + 1);
    let compares =
        is_one_of("vs versus and or to against compared until", next) || next.parse::<u16>().is_ok();
    let alone = slice(text, found[at].to..).trim_start();
    let dated = alone.is_empty() || !alone.starts_with(['-', '/', '.', ':']);
    ((rows || money || split) && !apart && !compares && dated)
        .then(|| format!("{} in {}", slice(text, ..found[at - 1].to), slice(text, found[at].from..)))
}

/// "average days to close a complaint": the average time to close one, in days.
fn days_to(text: &str, _: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        is_one_of("days hours minutes", lower(&found, *at))
            && lower(&found, at + 1) == "to"
            && is_one_of("average avg mean median number of longest", lower(&found, at - 1))
    })?;
    let unit = lower(&found, at).to_owned();
    let count = lower(&found, at - 1) == "of";
    if count {
        return None;
    }
    let head = slice(text, ..found[at].from);
    let rest = slice(text, found[at].to..).trim_end_matches(['?', '.', ' ']);
    Some(format!("{head}time{rest} in {unit}"))
}

/// "average booking length in hours", where it is kept when bookings start and end: the time between.
fn length_of(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| is_one_of("length duration", lower(&found, *at)))?;
    let behind = lower(&found, at + 1) == "of";
    let noun = if behind {
        (at + 2..found.len().min(at + 5)).find(|n| lexicon.names_table(&lemma(lower(&found, *n)), 0.75))?
    } else {
        at - 1
    };
    let table = table_of(lower(&found, noun), lexicon)?;
    let has = |words: &str| {
        lexicon.columns[table].iter().filter(|n| n.words.iter().any(|w| is_one_of(words, w))).count()
    };
    let kept = has("length duration minute hour second day week") > 0;
    let spans = has("start") == 1 && has("end") == 1;
    let averaged = found[..at].iter().any(|w| is_one_of("average avg mean", &w.lower));
    if kept || !spans || !averaged || lexicon.is_word(lower(&found, at)) {
        return None;
    }
    let rows = plural(&lexicon.tables[table].words.join(" "));
    Some(if behind {
        format!(
            "{}time from start to end of{}",
            slice(text, ..found[at].from),
            slice(text, found[at + 1].to..)
        )
    } else {
        format!(
            "{}time from start to end of {rows}{}",
            slice(text, ..found[noun].from),
            slice(text, found[at].to..)
        )
    })
}

/// "upcoming events", "future bookings", "past events": after today, or before it.
fn to_come(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (0..found.len()).find(|at| is_one_of("upcoming future past", lower(&found, *at)))?;
    let word = lower(&found, at);
    let noun = found.get(at + 1)?;
    table_of(&noun.lower, lexicon)?;
    let plain =
        lemma(&noun.lower) != noun.lower && !lexicon.is_word(word) && lexicon.values(&[word]).is_empty();
    // "past 3 events": the latest.
    let ends =
        found.get(at + 2).is_none_or(|w| !is_one_of("since after before until from on between", &w.lower));
    let when = if word == "past" { "before today" } else { "after today" };
    (plain && ends).then(|| {
        // A list is wanted, and no count.
        let head = if at == 0 { "List all " } else { slice(text, ..found[at].from) };
        format!("{head}{} {when}{}", slice(text, noun.from..noun.to), slice(text, noun.to..))
    })
}
