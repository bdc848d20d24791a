//! Ages where dates or years of birth are kept: "customers older than 60" were born before a certain year.

use super::{instead, slice, words};
use crate::offline::{lexicon::Lexicon, words::lemma};
use chrono::{Datelike, Days, Months, NaiveDate};
use rowcall_core::{Catalogue, TypeKind};

/// What the number of years is compared by.
#[derive(Clone, Copy, PartialEq)]
enum Bound {
    Older,
    AtLeast,
    Younger,
    AtMost,
}

/// The question with a time of birth in place of an age, and what to say of it.
pub(super) fn ages(
    text: &str,
    today: NaiveDate,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<(String, String)> {
    let found = words(text);
    let lower = |at: usize| found.get(at).map_or("", |w| w.lower.as_str());
    let (at, bound, number, mut end) = (1..found.len()).find_map(|at| {
        let (bound, n) = match (lower(at), lower(at + 1)) {
            ("older", "than") => (Bound::Older, 2),
            ("younger", "than") => (Bound::Younger, 2),
            ("aged", "over" | "above") => (Bound::Older, 2),
            ("aged", "under" | "below") => (Bound::Younger, 2),
            ("at", "least") => (Bound::AtLeast, 2),
            ("at", "most") => (Bound::AtMost, 2),
            ("over" | "above", _) => (Bound::Older, 1),
            ("under" | "below", _) => (Bound::Younger, 1),
            _ => return None,
        };
        let number: u32 = lower(at + n).parse().ok().filter(|n| (1..=130).contains(n))?;
        Some((at, bound, number, at + n))
    })?;
    let years = matches!(lower(end + 1), "year" | "years");
    let old = years && lower(end + 2) == "old";
    let tells = matches!(lower(at), "older" | "younger" | "aged") || old;
    let unit = matches!(
        lower(end + 1),
        "day" | "days" | "week" | "weeks" | "month" | "months" | "hours" | "minutes"
    );
    if !tells || unit {
        return None;
    }
    end += usize::from(years) + usize::from(old);
    let born = birth(text, lexicon, catalogue)?;
    // Whole years, as people tell their age.
    let said = match (bound, born) {
        (Bound::Older, TypeKind::Integer) => format!("born before {}", year(today, number)),
        (Bound::AtLeast, TypeKind::Integer) => format!("born before {}", year(today, number) + 1),
        (Bound::Younger, TypeKind::Integer) => format!("born after {}", year(today, number)),
        (Bound::AtMost, TypeKind::Integer) => format!("born after {}", year(today, number) - 1),
        (Bound::Older, _) => format!("born before {}", day(today, number + 1)?),
        (Bound::AtLeast, _) => format!("born before {}", day(today, number)?),
        (Bound::Younger, _) => format!("born after {}", day(today, number)?.pred_opt()?),
        (Bound::AtMost, _) => format!("born after {}", day(today, number + 1)?.pred_opt()?),
    };
    let note = format!("\"{}\" is read as {said}.", slice(text, found[at].from..found[end].to));
    Some((instead(text, found[at].from, found[end].to, &said), note))
}

fn year(today: NaiveDate, age: u32) -> i32 {
    today.year() - i32::try_from(age).unwrap_or(0)
}

/// The day after which nobody is that old.
fn day(today: NaiveDate, age: u32) -> Option<NaiveDate> {
    today.checked_sub_months(Months::new(12 * age))?.checked_add_days(Days::new(1))
}

/// How births are kept of the people that are spoken of.
fn birth(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<TypeKind> {
    let spoken: Vec<usize> = words(text)
        .iter()
        .filter_map(|w| {
            let found = lexicon.tables_for(&[&lemma(&w.lower)]);
            found.first().filter(|(_, s)| *s >= 0.75).map(|(t, _)| *t)
        })
        .collect();
    let aged = |t: &usize| lexicon.columns[*t].iter().any(|name| name.words.iter().any(|w| w == "age"));
    spoken.into_iter().filter(|t| !aged(t)).find_map(|t| {
        let mut found = lexicon.columns[t].iter().enumerate().filter(|(c, name)| {
            let kind = catalogue.tables[t].columns[*c].kind;
            name.words.iter().any(|w| w == "birth" || w == "dob" || w == "born")
                && (kind == TypeKind::Date
                    || kind == TypeKind::Integer && name.words.iter().any(|w| w == "year"))
        });
        let (c, _) = found.next().filter(|_| found.next().is_none())?;
        Some(catalogue.tables[t].columns[c].kind)
    })
}
