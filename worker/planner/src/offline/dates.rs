//! Spans of time in words: "last month", "in 2025", "since March", "between 1 May and 3 June 2024".

use super::words::{Token, TokenKind, number_word};
use chrono::{Datelike, Days, Months, NaiveDate};

/// A span of days, half open; either end may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First day.
    pub from: Option<NaiveDate>,
    /// The day after the last.
    pub to: Option<NaiveDate>,
}

/// What was found at a place.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// A span of time, and how many tokens say it.
    Span(Span, usize),
    /// A lone year: perhaps a number in a year column.
    Year(i32, Bound, usize),
    /// A date that does not exist, in the asker's words.
    Impossible(String),
}

/// On which side of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// In it.
    In,
    /// Before it.
    Before,
    /// After it.
    After,
    /// From it on.
    Since,
}

/// "more than 30 days ago", "older than 2 weeks": before that day; "less than", "newer than": since then. Years are the age of
/// people rather, unless they are said to be ago.
fn ago(tokens: &[Token], at: usize, today: NaiveDate) -> Option<Found> {
    let word = |n: usize| tokens.get(at + n).map_or("", |t| t.lower.as_str());
    let (before, n) = match (word(0), word(1)) {
        ("more" | "over" | "longer", "than") => (true, 2),
        ("less", "than") => (false, 2),
        ("older", "than") => (true, 2),
        ("newer" | "younger", "than") => (false, 2),
        _ => return None,
    };
    let aged = word(0) == "older" || word(0) == "newer" || word(0) == "younger";
    let number = tokens.get(at + n)?;
    let count =
        u64::from(number.lower.parse::<u16>().ok().or_else(|| number_word(&number.lower)?.try_into().ok())?);
    let day = match word(n + 1) {
        "day" | "days" => today.checked_sub_days(Days::new(count))?,
        "week" | "weeks" => today.checked_sub_days(Days::new(7 * count))?,
        "month" | "months" if word(0) != "younger" => {
            today.checked_sub_months(Months::new(u32::try_from(count).ok()?))?
        }
        "year" | "years" if !aged => {
            today.checked_sub_months(Months::new(12 * u32::try_from(count).ok()?))?
        }
        _ => return None,
    };
    let told = word(n + 2) == "ago";
    if !told && !aged {
        return None;
    }
    let span = if before { Span { from: None, to: Some(day) } } else { Span { from: Some(day), to: None } };
    Some(Found::Span(span, n + 2 + usize::from(told)))
}

/// The time phrase that starts at `at`, if one does.
pub fn find(tokens: &[Token], at: usize, today: NaiveDate) -> Option<Found> {
    let word = |n: usize| tokens.get(at + n).map_or("", |t| t.lower.as_str());
    let mut skip = 0;
    let mut bound = Bound::In;
    let mut explicit = true;
    if let Some(found) = ago(tokens, at, today) {
        return Some(found);
    }
    // "on or before": that day, too.
    let whole = word(0) == "on" && word(1) == "or" && word(2) == "before";
    match word(0) {
        "on" if whole => {
            skip = 3;
            bound = Bound::Before;
        }
        "in" | "during" | "on" | "within" | "over" | "at" | "for" => skip = 1,
        "since" | "starting" => {
            skip = if matches!(word(1), "from" | "in" | "on") { 2 } else { 1 };
            bound = Bound::Since;
        }
        "before" | "until" | "till" => {
            skip = 1;
            bound = Bound::Before;
        }
        "after" => {
            skip = 1;
            bound = Bound::After;
        }
        "of" if year_at(tokens, at + 1).is_some_and(|y| (1900..=2100).contains(&y)) => skip = 1,
        // "released between 2000 and 2010"
        "between" | "from" if happens(tokens, at) && years_at(tokens, at).is_some() => {
            let (first, last) = years_at(tokens, at)?;
            let span = Span {
                from: NaiveDate::from_ymd_opt(first, 1, 1),
                to: NaiveDate::from_ymd_opt(last + 1, 1, 1),
            };
            return Some(Found::Span(span, 4));
        }
        "between" | "from" => {
            let mut i = 1;
            let (first, n) = simple(tokens, at + i, today)?;
            i += n;
            if !matches!(word(i), "and" | "to" | "until" | "till" | "through") {
                if word(0) == "between" {
                    return None;
                }
                let first = match first {
                    Ok(span) => span,
                    Err(text) => return Some(Found::Impossible(text)),
                };
                return Some(Found::Span(
                    Span { from: first.from, to: if word(0) == "from" { first.to } else { None } },
                    i,
                ));
            }
            let (second, m) = simple(tokens, at + i + 1, today)?;
            return Some(match (first, second) {
                (Ok(a), Ok(b)) => Found::Span(Span { from: a.from, to: b.to }, i + 1 + m),
                (Err(text), _) | (_, Err(text)) => Found::Impossible(text),
            });
        }
        _ => explicit = false,
    }
    if word(skip) == "the" {
        skip += 1;
    }
    if matches!(word(skip), "year" | "years")
        && let Some(year) = year_at(tokens, at + skip + 1)
    {
        return Some(Found::Year(year, bound, skip + 2));
    }
    if let Some(year) = year_at(tokens, at + skip)
        && explicit
        && matches!(
            word(0),
            "in" | "during" | "since" | "before" | "after" | "until" | "till" | "from" | "within" | "of"
        )
    {
        return Some(Found::Year(year, bound, skip + 1));
    }
    let (span, n) = simple(tokens, at + skip, today)?;
    let span = match span {
        Ok(span) => span,
        Err(text) => return Some(Found::Impossible(text)),
    };
    let span = match bound {
        Bound::In => span,
        Bound::Since => Span { from: span.from, to: None },
        Bound::Before => Span { from: None, to: if whole { span.to } else { span.from } },
        Bound::After => Span { from: span.to, to: None },
    };
    Some(Found::Span(span, skip + n))
}

fn year_at(tokens: &[Token], at: usize) -> Option<i32> {
    let token = tokens.get(at).filter(|t| t.kind == TokenKind::Number && t.text.len() == 4)?;
    token.text.parse().ok().filter(|y| (1500..=2200).contains(y))
}

/// What stands before speaks of something that happened: "built between …", or of steps of time: "per year from …".
fn happens(tokens: &[Token], at: usize) -> bool {
    let word = |n: usize| n.checked_sub(1).and_then(|n| tokens.get(n)).map_or("", |t| t.lower.as_str());
    let step = matches!(word(at), "year" | "quarter" | "month" | "week" | "day")
        && matches!(word(at - 1), "each" | "every" | "per" | "by");
    if step || word(at) == "there" {
        return true;
    }
    at.checked_sub(1).is_some_and(|b| {
        let before = tokens[b].lower.as_str();
        before.ends_with("ed")
            || matches!(before, "built" | "born" | "made" | "held" | "written" | "won" | "years")
    })
}

/// "between 2000 and 2010": the years.
fn years_at(tokens: &[Token], at: usize) -> Option<(i32, i32)> {
    let and = tokens.get(at + 2).is_some_and(|t| matches!(t.lower.as_str(), "and" | "to"));
    let (first, last) = (year_at(tokens, at + 1)?, year_at(tokens, at + 3)?);
    (and && first <= last).then_some((first, last))
}

/// The years that a span covers from the first day to the last.
pub fn whole_years(span: Span) -> Option<(i32, i32)> {
    let (from, to) = (span.from?, span.to?);
    let first = |day: NaiveDate| day.ordinal() == 1;
    (first(from) && first(to)).then(|| (from.year(), to.year() - 1))
}

/// A month named by itself: "May", and no year behind it.
pub fn bare_month(tokens: &[Token], at: usize) -> bool {
    let Some(token) = tokens.get(at) else { return false };
    MONTHS.contains(&token.lower.as_str())
        && token.text.starts_with(char::is_uppercase)
        && tokens.get(at + 1).is_none_or(|t| t.kind != TokenKind::Number && t.lower != "of")
}

type Result = std::result::Result<Span, String>;

/// A span said without a preposition, and its length in tokens.
fn simple(tokens: &[Token], at: usize, today: NaiveDate) -> Option<(Result, usize)> {
    let word = |n: usize| tokens.get(at + n).map_or("", |t| t.lower.as_str());
    if word(0) == "the" && !word(1).is_empty() {
        let (span, n) = simple(tokens, at + 1, today)?;
        return Some((span, n + 1));
    }
    let first = tokens.get(at)?;
    if first.kind == TokenKind::IsoDate {
        return Some((day_text(&first.text), 1));
    }
    if first.kind == TokenKind::Quoted && first.text.len() == 10 && first.text.as_bytes()[4] == b'-' {
        return Some((day_text(&first.text), 1));
    }
    match word(0) {
        "today" => return Some((Ok(days(today, 1)), 1)),
        "yesterday" => return Some((Ok(days(today.pred_opt()?, 1)), 1)),
        "tomorrow" => return Some((Ok(days(today.succ_opt()?, 1)), 1)),
        _ => {}
    }
    if matches!(word(0), "this" | "last" | "past" | "previous" | "current" | "next" | "preceding")
        && let Some(found) = relative(tokens, at, today)
    {
        return Some((Ok(found.0), found.1));
    }
    // "Q1 2025", "first quarter of 2025"
    let quarter = match word(0) {
        "q1" => Some((1, 1)),
        "q2" => Some((2, 1)),
        "q3" => Some((3, 1)),
        "q4" => Some((4, 1)),
        "first" if word(1) == "quarter" => Some((1, 2)),
        "second" if word(1) == "quarter" => Some((2, 2)),
        "third" if word(1) == "quarter" => Some((3, 2)),
        "fourth" if word(1) == "quarter" => Some((4, 2)),
        _ => None,
    };
    if let Some((quarter, used)) = quarter {
        let (year, more) = of_year(tokens, at + used);
        let year = year.unwrap_or(today.year());
        let from = NaiveDate::from_ymd_opt(year, quarter * 3 - 2, 1)?;
        return Some((
            Ok(Span { from: Some(from), to: from.checked_add_months(Months::new(3)) }),
            used + more,
        ));
    }
    // "the first half of 2024", "H1 2024"
    let half = match word(0) {
        "h1" => Some((1, 1)),
        "h2" => Some((7, 1)),
        "first" if word(1) == "half" => Some((1, 2)),
        "second" if word(1) == "half" => Some((7, 2)),
        _ => None,
    };
    if let Some((first, used)) = half
        && let (Some(year), more) = of_year(tokens, at + used)
    {
        let from = NaiveDate::from_ymd_opt(year, first, 1)?;
        let to = from.checked_add_months(Months::new(6));
        return Some((Ok(Span { from: Some(from), to }), used + more));
    }
    // "the 1980s"
    if let Some(decade) = word(0).strip_suffix("0s").filter(|d| d.len() == 3)
        && let Ok(year) = format!("{decade}0").parse::<i32>()
        && (1500..=2200).contains(&year)
    {
        let start = |year| NaiveDate::from_ymd_opt(year, 1, 1);
        return Some((Ok(Span { from: start(year), to: start(year + 10) }), 1));
    }
    if let Some(month) = month(word(0)) {
        // "may" is a verb too: only a month before a number or after a preposition.
        let number = |n: usize| -> Option<u32> {
            let text = word(n);
            let digits = text.trim_end_matches(|c: char| c.is_alphabetic());
            let suffix = &text[digits.len()..];
            (matches!(suffix, "" | "st" | "nd" | "rd" | "th")).then(|| digits.parse().ok()).flatten()
        };
        if let Some(day) =
            number(1).filter(|d| *d <= 99 && word(1).len() <= 4 && year_at(tokens, at + 1).is_none())
        {
            let comma = usize::from(word(2) == ",");
            let (year, more) = of_year(tokens, at + 2 + comma);
            let used = if more > 0 { 2 + comma + more } else { 2 };
            return Some((day_of(year.unwrap_or(today.year()), month, day), used));
        }
        let comma = usize::from(word(1) == ",");
        let (year, more) = of_year(tokens, at + 1 + comma);
        if word(0) == "may" && more == 0 && !tokens.get(at).is_some_and(|t| t.text.starts_with('M')) {
            return None;
        }
        if word(0) == "march" && more == 0 && !tokens.get(at).is_some_and(|t| t.text.starts_with('M')) {
            return None;
        }
        let guess = if month > today.month() { today.year() - 1 } else { today.year() };
        let from = NaiveDate::from_ymd_opt(year.unwrap_or(guess), month, 1)?;
        let used = if more > 0 { 1 + comma + more } else { 1 };
        return Some((Ok(Span { from: Some(from), to: from.checked_add_months(Months::new(1)) }), used));
    }
    // "3 May 2024", "3rd of May 2024"
    let digits = word(0).trim_end_matches(|c: char| c.is_alphabetic());
    if !digits.is_empty() && digits.len() <= 2 && digits.bytes().all(|b| b.is_ascii_digit()) {
        let of = usize::from(word(1) == "of");
        if let Some(month) = month(word(1 + of)) {
            let day = digits.parse().ok()?;
            let (year, more) = of_year(tokens, at + 2 + of);
            return Some((day_of(year.unwrap_or(today.year()), month, day), 2 + of + more));
        }
    }
    None
}

fn of_year(tokens: &[Token], at: usize) -> (Option<i32>, usize) {
    let word = tokens.get(at).map_or("", |t| t.lower.as_str());
    let skip = usize::from(matches!(word, "of" | "in"));
    match year_at(tokens, at + skip) {
        Some(year) => (Some(year), skip + 1),
        None => (None, 0),
    }
}

fn day_text(text: &str) -> Result {
    match text.parse::<NaiveDate>() {
        Ok(day) => Ok(days(day, 1)),
        Err(_) => Err(text.to_owned()),
    }
}

fn day_of(year: i32, month: u32, day: u32) -> Result {
    NaiveDate::from_ymd_opt(year, month, day)
        .map(|d| days(d, 1))
        .ok_or_else(|| format!("{day} {} {year}", MONTHS[month as usize - 1]))
}

fn days(from: NaiveDate, n: u64) -> Span {
    Span { from: Some(from), to: from.checked_add_days(Days::new(n)) }
}

fn weekday_number(word: &str) -> u32 {
    WEEKDAYS.iter().position(|d| *d == word).and_then(|i| u32::try_from(i).ok()).unwrap_or(0)
}

/// The days of the week, as ISO 8601 counts them.
pub(super) const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The months, in order.
pub(super) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The number of a month, by its name or the beginning of it.
pub(super) fn month(word: &str) -> Option<u32> {
    let exact = MONTHS.iter().position(|m| *m == word);
    let short = || {
        MONTHS
            .iter()
            .position(|m| word.len() == 3 && m.starts_with(word) || word == "sept" && *m == "september")
    };
    exact.or_else(short).map(|i| i as u32 + 1)
}

/// "last month", "past 30 days", "this year", "previous two weeks".
fn relative(tokens: &[Token], at: usize, today: NaiveDate) -> Option<(Span, usize)> {
    let word = |n: usize| tokens.get(at + n).map_or("", |t| t.lower.as_str());
    let which = word(0);
    let count = tokens.get(at + 1).and_then(|t| {
        if t.kind == TokenKind::Number {
            t.text.parse::<u32>().ok()
        } else {
            number_word(&t.lower).and_then(|n| u32::try_from(n).ok())
        }
    });
    if let Some(n) = count.filter(|n| (1..=5000).contains(n)) {
        let tomorrow = today.succ_opt()?;
        let from = match word(2) {
            "day" | "days" => today.checked_sub_days(Days::new(u64::from(n) - 1))?,
            "week" | "weeks" => today.checked_sub_days(Days::new(u64::from(n) * 7 - 1))?,
            "month" | "months" => today.checked_sub_months(Months::new(n))?,
            "quarter" | "quarters" => today.checked_sub_months(Months::new(n * 3))?,
            "year" | "years" => today.checked_sub_months(Months::new(n * 12))?,
            _ => return None,
        };
        return (which != "next" && which != "this")
            .then_some((Span { from: Some(from), to: Some(tomorrow) }, 3));
    }
    let monday = today.checked_sub_days(Days::new(u64::from(today.weekday().num_days_from_monday())))?;
    let first = today.with_day(1)?;
    let quarter = first.with_month((today.month() - 1) / 3 * 3 + 1)?;
    let year = NaiveDate::from_ymd_opt(today.year(), 1, 1)?;
    let (start, months, day_step) = match word(1) {
        "week" => (monday, 0, 7),
        "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday" => {
            let back = (today.weekday().num_days_from_monday() + 7 - weekday_number(word(1))) % 7;
            let back = if back == 0 && which != "this" { 7 } else { back };
            let day = today.checked_sub_days(Days::new(u64::from(back)))?;
            return (which != "next").then(|| (days(day, 1), 2));
        }
        "month" => (first, 1, 0),
        "quarter" => (quarter, 3, 0),
        "year" => (year, 12, 0),
        "day" => (today, 0, 1),
        _ => return None,
    };
    let shift = |from: NaiveDate, back: bool| {
        if months > 0 {
            if back {
                from.checked_sub_months(Months::new(months))
            } else {
                from.checked_add_months(Months::new(months))
            }
        } else if back {
            from.checked_sub_days(Days::new(day_step))
        } else {
            from.checked_add_days(Days::new(day_step))
        }
    };
    let start = match which {
        "this" | "current" => start,
        "next" => shift(start, false)?,
        _ => shift(start, true)?,
    };
    // "this year so far", "year to date"
    let so_far = word(2) == "so" && word(3) == "far" || word(2) == "to" && word(3) == "date";
    Some((Span { from: Some(start), to: shift(start, false) }, if so_far { 4 } else { 2 }))
}
