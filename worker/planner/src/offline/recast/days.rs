//! Spans of days in other words: "the first ten days of May 2025", "two weeks ago", "in May last year", "between May 3 and 5,
//! 2025", "2025/05/03", "calendar week 20 of 2025". Each becomes what `dates` reads: a month or a quarter with its year, or a
//! first and a last day.

use super::{Words, instead, lower, slice, words};
use crate::offline::{
    dates::{Found, Span, find, month},
    lexicon::Lexicon,
    words::{number_word, tokens},
};
use crate::{Choice, Planned};
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// The most spans that one question is looked through for.
const MOST: usize = 8;

/// What stands in for some of the words: from one, up to another.
type Plain = (usize, usize, String);

/// Puts them into dates.
pub(super) fn days(question: &str, today: NaiveDate, lexicon: &Lexicon) -> String {
    let mut text = question.to_owned();
    for _ in 0..MOST {
        let found = words(&text);
        let said = Said { text: &text, found: &found, today, lexicon };
        let plain = (0..found.len()).find_map(|at| {
            said.written(at)
                .or_else(|| said.of_year(at))
                .or_else(|| said.part(at))
                .or_else(|| said.ago(at))
                .or_else(|| said.to_date(at))
                .or_else(|| said.decades(at))
                .or_else(|| said.week(at))
                .or_else(|| said.before_last(at))
                .or_else(|| said.range(at))
                .or_else(|| said.bounded(at))
                .or_else(|| said.both_years(at))
        });
        let Some((from, to, plain)) = plain else { break };
        text = instead(&text, found[from].from, found[to - 1].to, &plain);
    }
    text
}

/// "on 3/5/2025": the third of May, or the fifth of March.
pub(in crate::offline) fn unclear(question: &str) -> Option<Planned> {
    let found = words(question);
    let number = |at: usize| found[at].lower.parse::<u32>().ok().filter(|_| found[at].lower.len() <= 2);
    let slash = |at: usize| slice(question, found[at].to..found[at + 1].from) == "/";
    let (at, choices) = (0..found.len()).find_map(|at| {
        let (first, second) = (number(at)?, number(at + 1)?);
        let year = found[at + 2].lower.parse().ok().filter(|y| (1500..=2200).contains(y))?;
        (slash(at) && slash(at + 1) && first != second).then_some(())?;
        let day = |month, day| NaiveDate::from_ymd_opt(year, month, day);
        Some((at, [day(second, first)?, day(first, second)?]))
    })?;
    let (start, end) = (found[at].from, found[at + 2].to);
    Some(Planned::Clarify {
        question: format!("Which day is {}?", slice(question, start..end)),
        choices: choices
            .map(|day| {
                let text = format!("{}{day}{}", slice(question, ..start), slice(question, end..));
                Choice::asking(day.format("%-d %B %Y").to_string(), text)
            })
            .into(),
    })
}

struct Said<'s> {
    text: &'s str,
    found: &'s Words,
    today: NaiveDate,
    lexicon: &'s Lexicon,
}

/// A day of which the month or the year may be said elsewhere.
struct Day {
    day: u32,
    month: Option<u32>,
    year: Option<i32>,
    used: usize,
}

fn back(day: NaiveDate, months: u32) -> Option<NaiveDate> {
    day.checked_sub_months(Months::new(months))
}

/// From one day to another, both included, in the words that are read as such.
fn from_to(from: NaiveDate, to: NaiveDate) -> String {
    if from == to { format!("on {from}") } else { format!("from {from} to {to}") }
}

fn week_of(day: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let week = day.week(Weekday::Mon);
    Some((week.checked_first_day()?, week.checked_last_day()?))
}

fn named(day: NaiveDate) -> String {
    day.format("%B %Y").to_string()
}

impl Said<'_> {
    fn word(&self, at: usize) -> &str {
        lower(self.found, at)
    }

    fn before(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("", |before| self.word(before))
    }

    /// What stands between a word and the next one.
    fn gap(&self, at: usize) -> &str {
        slice(self.text, self.found[at].to..self.found[at + 1].from)
    }

    fn digits(&self, at: usize, length: usize) -> Option<u32> {
        let word = self.word(at);
        let all = word.len() == length && word.bytes().all(|b| b.is_ascii_digit());
        all.then(|| word.parse().ok()).flatten()
    }

    fn year(&self, at: usize) -> Option<i32> {
        self.digits(at, 4).and_then(|n| i32::try_from(n).ok()).filter(|y| (1500..=2200).contains(y))
    }

    /// A number in digits or in a word: "3", "three", "a".
    fn count(&self, at: usize) -> Option<u32> {
        let word = self.word(at);
        if matches!(word, "a" | "an") {
            return Some(1);
        }
        word.parse()
            .ok()
            .or_else(|| u32::try_from(number_word(word)?).ok())
            .filter(|n| (1..=1000).contains(n))
    }

    /// The name of a month; "may" and "march" are verbs, too.
    fn month(&self, at: usize) -> Option<u32> {
        let word = self.word(at);
        let capital =
            slice(self.text, self.found[at].from..self.found[at].to).starts_with(char::is_uppercase);
        month(word).filter(|_| capital || !matches!(word, "may" | "march"))
    }

    /// Goes back over "in the", "on", "during the".
    fn with_preposition(&self, at: usize) -> usize {
        let mut from = at;
        if self.before(from) == "the" {
            from -= 1;
        }
        if matches!(self.before(from), "in" | "on" | "during" | "over" | "within" | "for" | "at") {
            from -= 1;
        }
        from
    }

    /// A span that begins here: "May 2025", "last quarter", "2025"; and in how many words.
    fn unit(&self, at: usize) -> Option<(NaiveDate, NaiveDate, usize)> {
        if let Some(year) = self.year(at).filter(|_| !matches!(self.gap(at), "-" | "/")) {
            return Some((NaiveDate::from_ymd_opt(year, 1, 1)?, NaiveDate::from_ymd_opt(year, 12, 31)?, 1));
        }
        let the = usize::from(self.word(at) == "the");
        (1..=4).rev().find_map(|used| {
            let last = self.found.get(at + the + used - 1)?;
            let part = tokens(slice(self.text, self.found[at + the].from..last.to));
            match find(&part, 0, self.today)? {
                Found::Span(Span { from: Some(from), to: Some(to) }, n) if n == part.len() => {
                    Some((from, to.pred_opt()?, the + used))
                }
                _ => None,
            }
        })
    }

    /// "2025/05/03", "05/2025", "in 2025-05".
    fn written(&self, at: usize) -> Option<Plain> {
        let joins = |n: usize| matches!(self.gap(n), "/" | "-") && n + 1 < self.found.len();
        if !joins(at) || at > 0 && joins(at - 1) {
            return None;
        }
        let third = joins(at + 1);
        let short = |n: usize| self.digits(n, 2).or_else(|| self.digits(n, 1));
        if let Some(year) = self.year(at) {
            let month = self.digits(at + 1, 2).filter(|m| (1..=12).contains(m))?;
            if third {
                let day = NaiveDate::from_ymd_opt(year, month, short(at + 2)?)?;
                return (self.gap(at) == "/").then(|| (at, at + 3, day.to_string()));
            }
            // "the 2010-11 season" is no month.
            let whole = slice(self.text, self.found[at].from..self.found[at + 1].to);
            let placed = matches!(
                self.before(at),
                "in" | "during"
                    | "since"
                    | "before"
                    | "after"
                    | "until"
                    | "from"
                    | "to"
                    | "and"
                    | "between"
                    | "for"
            );
            let season = matches!(self.word(at + 2), "season" | "seasons" | "school" | "academic" | "term");
            let stored = !self.lexicon.values(&[whole]).is_empty();
            let month = NaiveDate::from_ymd_opt(year, month, 1)?;
            return (placed && !season && !stored && self.gap(at) == "-").then(|| (at, at + 2, named(month)));
        }
        let first = short(at)?;
        if let Some(year) = self.year(at + 1).filter(|_| !third && self.gap(at) == "/") {
            let month = NaiveDate::from_ymd_opt(year, first, 1)?;
            return Some((at, at + 2, named(month)));
        }
        None
    }

    /// "May last year", "the first quarter of this year": the year in digits. "2025 Q2": the quarter first.
    fn of_year(&self, at: usize) -> Option<Plain> {
        if let Some(year) = self.year(at)
            && matches!(self.word(at + 1), "q1" | "q2" | "q3" | "q4" | "h1" | "h2")
            && self.year(at + 2).is_none()
        {
            return Some((at, at + 2, format!("{} {year}", self.word(at + 1).to_uppercase())));
        }
        let year = match self.word(at) {
            "last" | "previous" => self.today.year() - 1,
            "this" | "current" => self.today.year(),
            _ => return None,
        };
        let the = usize::from(self.before(at) == "the");
        let of = usize::from(self.before(at - the) == "of");
        let part = at.checked_sub(1 + the + of)?;
        let parts = self.month(part).is_some()
            || matches!(self.word(part), "quarter" | "half" | "q1" | "q2" | "q3" | "q4" | "h1" | "h2");
        (parts && self.word(at + 1) == "year").then(|| (at - the, at + 2, year.to_string()))
    }

    /// "the first 10 days of May 2025", "the last week of 2025", "the second half of May".
    fn part(&self, at: usize) -> Option<Plain> {
        let first = match self.word(at) {
            "first" => true,
            "last" | "final" | "second" => false,
            _ => return None,
        };
        let count = self.count(at + 1);
        let noun = at + 1 + usize::from(count.is_some());
        if self.word(noun + 1) != "of" {
            return None;
        }
        let (start, end, used) = self.unit(noun + 2)?;
        let n = count.unwrap_or(1);
        let second = self.word(at) == "second";
        let (from, to) = match self.word(noun) {
            "half" if count.is_none() && start.month() == end.month() => {
                let middle = start.with_day(15)?;
                if first { (start, middle) } else { (middle.succ_opt()?, end) }
            }
            _ if second => return None,
            "day" | "days" | "week" | "weeks" => {
                let length = if self.word(noun).starts_with('d') { n } else { 7 * n };
                let rest = Days::new(u64::from(length) - 1);
                if first {
                    (start, start.checked_add_days(rest)?)
                } else {
                    (end.checked_sub_days(rest)?, end)
                }
            }
            "month" | "months" => {
                if first {
                    (start, start.checked_add_months(Months::new(n))?.pred_opt()?)
                } else {
                    (back(end.succ_opt()?, n)?, end)
                }
            }
            _ => return None,
        };
        (from >= start && to <= end).then(|| (self.with_preposition(at), noun + 2 + used, from_to(from, to)))
    }

    /// "3 days ago", "two weeks ago", "since a month ago"; not "more than 3 days ago".
    fn ago(&self, at: usize) -> Option<Plain> {
        (self.word(at + 2) == "ago").then_some(())?;
        let n = self.count(at)?;
        if matches!(self.before(at), "than" | "over" | "least" | "most" | "to" | "and" | "about") {
            return None;
        }
        let today = self.today;
        let day = match self.word(at + 1) {
            "day" | "days" => today.checked_sub_days(Days::new(n.into()))?,
            "week" | "weeks" => today.checked_sub_days(Days::new(7 * u64::from(n)))?,
            "month" | "months" => back(today, n)?,
            "year" | "years" => back(today, 12 * n)?,
            _ => return None,
        };
        if matches!(self.before(at), "since" | "before" | "after" | "until" | "from") {
            return Some((at, at + 3, day.to_string()));
        }
        let plain = match self.word(at + 1) {
            "day" | "days" => from_to(day, day),
            "week" | "weeks" => week_of(day).map(|(from, to)| from_to(from, to))?,
            "month" | "months" => format!("in {}", named(day)),
            _ => format!("in {}", day.year()),
        };
        Some((self.with_preposition(at), at + 3, plain))
    }

    /// "year to date", "so far this month".
    fn to_date(&self, at: usize) -> Option<Plain> {
        let step = |n: usize| matches!(self.word(n), "year" | "quarter" | "month" | "week");
        let short = match self.word(at) {
            "ytd" => Some("year"),
            "qtd" => Some("quarter"),
            "mtd" => Some("month"),
            _ => None,
        };
        if let Some(short) = short.filter(|_| !self.lexicon.is_word(self.word(at))) {
            return Some((at, at + 1, format!("in this {short}")));
        }
        if step(at) && self.word(at + 1) == "to" && self.word(at + 2) == "date" && self.before(at) != "this" {
            return Some((self.with_preposition(at), at + 3, format!("in this {}", self.word(at))));
        }
        let so_far = self.word(at) == "so" && self.word(at + 1) == "far" && self.word(at + 2) == "this";
        (so_far && step(at + 3)).then(|| (at, at + 4, format!("in this {}", self.word(at + 3))))
    }

    /// "the past decade", "the last two decades": so many years.
    fn decades(&self, at: usize) -> Option<Plain> {
        matches!(self.word(at), "last" | "past").then_some(())?;
        match self.word(at + 1) {
            "decade" => Some((at, at + 2, "last 10 years".to_owned())),
            _ if self.word(at + 2) == "decades" => {
                Some((at, at + 3, format!("last {} years", 10 * self.count(at + 1)?)))
            }
            _ => None,
        }
    }

    /// "the week of 5 May 2025", "calendar week 20", "week 20 of 2025": from Monday to Sunday.
    fn week(&self, at: usize) -> Option<Plain> {
        (self.word(at) == "week" && !self.lexicon.is_word("week")).then_some(())?;
        if matches!(self.word(at + 1), "of" | "from" | "starting" | "beginning") {
            let on = usize::from(self.word(at + 2) == "on");
            let (day, end, used) = self.unit(at + 2 + on)?;
            let (from, to) = week_of(day).filter(|_| day == end)?;
            return Some((self.with_preposition(at), at + 2 + on + used, from_to(from, to)));
        }
        let number = self.digits(at + 1, 2).or_else(|| self.digits(at + 1, 1))?;
        let of = usize::from(matches!(self.word(at + 2), "of" | "in"));
        let year = self.year(at + 2 + of);
        let calendar = usize::from(self.before(at) == "calendar");
        (year.is_some() || calendar == 1).then_some(())?;
        let monday = NaiveDate::from_isoywd_opt(year.unwrap_or(self.today.year()), number, Weekday::Mon)?;
        let (from, to) = week_of(monday)?;
        let end = if year.is_some() { at + 3 + of } else { at + 2 };
        Some((self.with_preposition(at - calendar), end, from_to(from, to)))
    }

    /// "the day before yesterday", "the month before last".
    fn before_last(&self, at: usize) -> Option<Plain> {
        (self.word(at + 1) == "before").then_some(())?;
        let today = self.today;
        let plain = match (self.word(at), self.word(at + 2)) {
            ("day", "yesterday") => format!("on {}", today.checked_sub_days(Days::new(2))?),
            ("week", "last") => {
                let (from, to) = week_of(today.checked_sub_days(Days::new(14))?)?;
                from_to(from, to)
            }
            ("month", "last") => format!("in {}", named(back(today, 2)?)),
            ("year", "last") => format!("in {}", today.year() - 2),
            _ => return None,
        };
        Some((self.with_preposition(at), at + 3, plain))
    }

    /// "3", "3rd of May", "May 3, 2025", "3 May 2025".
    fn day(&self, at: usize) -> Option<Day> {
        let the = usize::from(self.word(at) == "the");
        let at = at + the;
        let number = |n: usize| -> Option<u32> {
            let word = self.word(n);
            let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
            let ordinal = matches!(&word[digits.len()..], "" | "st" | "nd" | "rd" | "th");
            digits.parse().ok().filter(|d| ordinal && digits.len() <= 2 && (1..=31).contains(d))
        };
        let year = |n: usize| self.year(n).filter(|_| matches!(self.gap(n - 1).trim(), "" | ","));
        if let Some(day) = number(at) {
            let of = usize::from(self.word(at + 1) == "of");
            let Some(month) = self.month(at + 1 + of) else {
                let year = year(at + 1);
                return Some(Day { day, month: None, year, used: the + 1 + usize::from(year.is_some()) });
            };
            let year = year(at + 2 + of);
            let used = the + 2 + of + usize::from(year.is_some());
            return Some(Day { day, month: Some(month), year, used });
        }
        let month = self.month(at)?;
        let day = number(at + 1)?;
        let year = year(at + 2);
        Some(Day { day, month: Some(month), year, used: the + 2 + usize::from(year.is_some()) })
    }

    /// "between May 3 and May 5, 2025", "from the 3rd to the 5th of May": what one says is also of the other.
    fn range(&self, at: usize) -> Option<Plain> {
        let between = matches!(self.word(at), "between" | "from");
        between.then_some(())?;
        let first = self.day(at + 1)?;
        let tie = at + 1 + first.used;
        let ties = matches!(self.word(tie), "and" | "to" | "until" | "till" | "through");
        let second = self.day(tie + 1).filter(|_| ties)?;
        if first.year.is_some() && second.year.is_some() || first.month.or(second.month).is_none() {
            return None;
        }
        let months = (first.month.or(second.month)?, second.month.or(first.month)?);
        // A span that ends in the days to come was the one of last year.
        let this = |month, day| {
            let year = self.today.year();
            NaiveDate::from_ymd_opt(year, month, day).map(|d| if d > self.today { year - 1 } else { year })
        };
        let year = match second.year.or(first.year) {
            Some(year) => year,
            None => this(months.1, second.day)?,
        };
        let to = NaiveDate::from_ymd_opt(year, months.1, second.day)?;
        let from = NaiveDate::from_ymd_opt(year, months.0, first.day)?;
        let from = if from > to { back(from, 12)? } else { from };
        let open = self.word(at).to_owned();
        let joined = if open == "between" { "and" } else { "to" };
        Some((at, tie + 1 + second.used, format!("{open} {from} {joined} {to}")))
    }

    /// "throughout 2025", "no later than 3 May 2025", "placed up to 2024", "as of 1 May 2025", "placed from 3 May 2025".
    fn bounded(&self, at: usize) -> Option<Plain> {
        let done = self.before(at).ends_with("ed");
        let (word, next) = (self.word(at), self.word(at + 1));
        let (used, kind) = match (word, next) {
            // Years may be of a column that holds years.
            ("later", "than") if self.year(at + 2).is_some() && self.gap(at + 2) != "-" => return None,
            ("throughout", _) => (1, "in"),
            ("past", _) if done && self.year(at + 1).is_some() => (1, "after"),
            ("later", "than") if matches!(self.before(at), "no" | "not") => (2, "by"),
            ("later", "than") => (2, "after"),
            // "up to 2024" may be an amount.
            ("up", "to") if done || self.year(at + 2).is_none() => (2, "by"),
            ("as", "of") => (2, "by"),
            ("through", _) if done => (1, "by"),
            ("from", _) if done && self.year(at + 1).is_none() => (1, "since"),
            _ => return None,
        };
        let (start, end, length) = self.unit(at + used)?;
        let stop = at + used + length;
        let goes_on = matches!(
            self.word(stop),
            "to" | "until" | "till" | "through" | "and" | "on" | "onwards" | "onward"
        );
        let own = slice(self.text, self.found[at + used].from..self.found[stop - 1].to);
        let plain = match kind {
            "in" => format!("in {own}"),
            "after" => format!("after {own}"),
            "by" => format!("before {}", end.succ_opt()?),
            // "orders from 3 May" may be those of that day; what was done from then on is not.
            _ if start == end && !goes_on => format!("since {own}"),
            _ => return None,
        };
        let from = at - usize::from(word == "later" && kind == "by");
        Some((from, stop, plain))
    }

    /// "How many orders were placed in 2024 and 2025?": in either, where nobody is looked for who did it in both.
    fn both_years(&self, at: usize) -> Option<Plain> {
        let first = self.year(at + 1).filter(|_| self.word(at) == "in")?;
        let joined = self.word(at + 2) == "and" && self.year(at + 3) == Some(first + 1);
        let apart = self.found.iter().any(|w| {
            matches!(
                w.lower.as_str(),
                "who"
                    | "whose"
                    | "which"
                    | "that"
                    | "both"
                    | "each"
                    | "per"
                    | "by"
                    | "compare"
                    | "compared"
                    | "between"
                    | "difference"
                    | "versus"
                    | "vs"
                    | "respectively"
                    | "change"
                    | "common"
                    | "same"
                    | "also"
                    | "not"
            )
        });
        (joined && !apart).then(|| (at, at + 4, format!("between {first} and {}", first + 1)))
    }
}
