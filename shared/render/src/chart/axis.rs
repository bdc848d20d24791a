//! Where the ticks of an axis stand and what they say: round numbers with K, M and B, durations in minutes
//! and hours, dates at the start of days, months and years.

use super::Unit;
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime};
use rowcall_format::values;

/// A place on an axis and its words; a second line is set off by `\n`.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where.
    pub at: f64,
    /// What it says.
    pub label: String,
}

/// Ticks over a range of numbers, at most about `target` of them, from at or below the least to at or above
/// the largest number. `whole` keeps them whole.
pub fn number_ticks(min: f64, max: f64, target: usize, whole: bool, unit: &Unit) -> Vec<Tick> {
    let (min, max) = if max > min { (min, max) } else { (min, min + min.abs().max(1.0)) };
    let rough = (max / 2.0 - min / 2.0) / target.max(1) as f64 * 2.0;
    let factor = if *unit == Unit::Ratio { 0.01 } else { 1.0 };
    let mut step = match unit {
        Unit::Seconds if rough >= 1.0 => nice_duration(rough),
        _ => nice(rough),
    };
    if whole && step.fract() != 0.0 {
        // Two and a half becomes five: nothing was counted by halves.
        step = if step < 1.0 { 1.0 } else { step * 2.0 };
    }
    let (first, last) = ((min / step).floor(), (max / step).ceil());
    let count = (last - first).clamp(1.0, 40.0) as usize;
    let values: Vec<f64> = (0..=count).map(|i| (first + i as f64) * step).collect();
    let largest = values.iter().fold(0.0_f64, |a, v| a.max(v.abs()));
    values
        .into_iter()
        .map(|at| Tick { at, label: on_scale(at, largest / factor, step / factor, factor, unit) })
        .collect()
}

/// A single value for a label beside a bar: three significant digits, in its unit.
pub fn value_label(value: f64, unit: &Unit) -> String {
    match unit {
        Unit::Seconds => duration(value),
        Unit::Ratio => decorate(&compact(value * 100.0), unit),
        _ => decorate(&compact(value), unit),
    }
}

fn on_scale(at: f64, largest: f64, step: f64, factor: f64, unit: &Unit) -> String {
    if *unit == Unit::Seconds {
        return duration(at);
    }
    let at = at / factor;
    if largest >= 1e15 || (largest > 0.0 && largest < 1e-4) {
        return decorate(&science(at), unit);
    }
    let (scale, suffix) = scale_of(largest);
    let decimals = (0..=7).find(|d| {
        let scaled = step / scale * 10f64.powi(*d);
        (scaled - scaled.round()).abs() < 1e-6 * scaled.max(1.0)
    });
    let decimals = decimals.unwrap_or(2) as usize;
    let number = values::group(&format!("{:.decimals$}", at / scale));
    let zero = number.bytes().all(|b| matches!(b, b'0' | b'.' | b'-'));
    decorate(&if zero { "0".to_owned() } else { format!("{number}{suffix}") }, unit)
}

fn decorate(number: &str, unit: &Unit) -> String {
    match unit {
        Unit::None | Unit::Seconds => number.to_owned(),
        Unit::Percent | Unit::Ratio => format!("{number}%"),
        Unit::Currency(sign) => {
            let (minus, digits) = number.strip_prefix('-').map_or(("", number), |d| ("-", d));
            let space = if sign.chars().count() > 1 { " " } else { "" };
            format!("{minus}{sign}{space}{digits}")
        }
        Unit::Suffix(suffix) => {
            let space = if suffix.starts_with('°') { "" } else { " " };
            format!("{number}{space}{suffix}")
        }
    }
}

fn compact(n: f64) -> String {
    let size = n.abs();
    if size >= 1e15 || (size > 0.0 && size < 1e-4) {
        return science(n);
    }
    let (scale, suffix) = scale_of(size);
    let scaled = n / scale;
    let decimals = match scaled.abs() {
        s if s >= 100.0 || s == 0.0 => 0,
        s if s >= 10.0 => 1,
        s if s >= 1.0 => 2,
        s => (2 - s.log10().floor() as i32).clamp(2, 7) as usize,
    };
    let text = format!("{scaled:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{}{suffix}", values::group(text))
}

fn scale_of(size: f64) -> (f64, &'static str) {
    match size {
        s if s >= 1e12 => (1e12, "T"),
        s if s >= 1e9 => (1e9, "B"),
        s if s >= 1e6 => (1e6, "M"),
        s if s >= 1e4 => (1e3, "K"),
        _ => (1.0, ""),
    }
}

fn science(n: f64) -> String {
    if n == 0.0 {
        return "0".to_owned();
    }
    let text = format!("{n:.1e}");
    text.replace(".0e", "e")
}

/// Seconds in words: `45 s`, `1h 30m`, `3d 4h`.
fn duration(seconds: f64) -> String {
    let sign = if seconds < 0.0 { "-" } else { "" };
    let size = seconds.abs();
    if size < 1.0 {
        return if size == 0.0 { "0".to_owned() } else { format!("{sign}{} ms", compact(size * 1e3)) };
    }
    if size < 60.0 {
        return format!("{sign}{} s", compact(size));
    }
    if size >= 1e12 {
        return format!("{sign}{} s", science(size));
    }
    let whole = size.round() as u64;
    let (days, hours, minutes, seconds) = (whole / 86_400, whole / 3600 % 24, whole / 60 % 60, whole % 60);
    let two = |a: u64, unit: &str, b: u64, part: &str| {
        if b == 0 {
            format!("{sign}{}{unit}", values::integer(a as i64, true))
        } else {
            format!("{sign}{a}{unit} {b}{part}")
        }
    };
    match () {
        () if days > 0 => two(days, "d", if days < 100 { hours } else { 0 }, "h"),
        () if hours > 0 => two(hours, "h", minutes, "m"),
        () => two(minutes, "m", seconds, "s"),
    }
}

fn nice(rough: f64) -> f64 {
    let rough = rough.max(f64::MIN_POSITIVE * 1e10);
    let power = 10f64.powf(rough.log10().floor());
    let part = rough / power;
    let step = if part <= 1.0 {
        1.0
    } else if part <= 2.0 {
        2.0
    } else if part <= 2.5 {
        2.5
    } else if part <= 5.0 {
        5.0
    } else {
        10.0
    };
    step * power
}

fn nice_duration(rough: f64) -> f64 {
    const STEPS: [f64; 17] = [
        1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 10_800.0,
        21_600.0, 43_200.0,
    ];
    STEPS.into_iter().find(|s| *s >= rough).unwrap_or_else(|| nice(rough / 86_400.0) * 86_400.0)
}

#[derive(Clone, Copy)]
enum Step {
    Minutes(i64),
    Days(u64),
    Months(u32),
}

/// The seconds between ticks at least: no months between years, no hours between days.
pub fn least_step(times: &[f64]) -> f64 {
    let moments: Vec<NaiveDateTime> = times.iter().filter_map(|t| moment(*t)).collect();
    let all = |fits: fn(&NaiveDateTime) -> bool| moments.iter().all(fits);
    match () {
        () if !all(|t| t.time() == NaiveTime::MIN) => 0.0,
        () if all(|t| t.ordinal() == 1) => YEAR,
        () if all(|t| t.day() == 1) => MONTH,
        () => DAY,
    }
}

const DAY: f64 = 86_400.0;
/// A twelfth of a year.
const MONTH: f64 = 2_629_746.0;
/// The mean year of the calendar.
const YEAR: f64 = 31_556_952.0;

/// Ticks over a range of times (seconds since 1970, UTC), at most `target`, all inside the range and no closer to each
/// other than `least`.
pub fn time_ticks(from: f64, to: f64, target: usize, least: f64) -> Vec<Tick> {
    let (Some(start), Some(end)) = (moment(from), moment(to)) else { return Vec::new() };
    let span = (to - from).max(1.0);
    const STEPS: [(Step, f64); 18] = [
        (Step::Minutes(1), 60.0),
        (Step::Minutes(5), 300.0),
        (Step::Minutes(15), 900.0),
        (Step::Minutes(30), 1800.0),
        (Step::Minutes(60), 3600.0),
        (Step::Minutes(180), 10_800.0),
        (Step::Minutes(360), 21_600.0),
        (Step::Minutes(720), 43_200.0),
        (Step::Days(1), DAY),
        (Step::Days(2), 172_800.0),
        (Step::Days(7), 604_800.0),
        (Step::Days(14), 1_209_600.0),
        (Step::Months(1), MONTH),
        (Step::Months(2), 5_259_492.0),
        (Step::Months(3), 7_889_238.0),
        (Step::Months(6), 15_778_476.0),
        (Step::Months(12), YEAR),
        (Step::Months(24), 63_113_904.0),
    ];
    let target = target.max(1) as f64;
    let step = STEPS.into_iter().find(|(_, length)| span / length <= target && *length >= least).map_or_else(
        || Step::Months(12 * nice(span / YEAR / target).clamp(1.0, 1e5) as u32),
        |(step, _)| step,
    );
    let mut out: Vec<Tick> = Vec::new();
    let mut previous: Option<NaiveDateTime> = None;
    let mut at = floor(start, step);
    for _ in 0..400 {
        let Some(here) = at.filter(|here| *here <= end) else { break };
        if here >= start {
            out.push(Tick { at: seconds(here), label: time_label(here, previous, step) });
            previous = Some(here);
        }
        at = next(here, step);
    }
    out
}

fn time_label(at: NaiveDateTime, previous: Option<NaiveDateTime>, step: Step) -> String {
    let new_year = previous.is_none_or(|p| p.year() != at.year());
    match step {
        Step::Minutes(_) => {
            let time = at.format("%H:%M").to_string();
            if previous.is_none_or(|p| p.date() != at.date()) {
                format!("{time}\n{}", at.format("%b %-d"))
            } else {
                time
            }
        }
        Step::Days(_) => {
            let day = at.format("%b %-d").to_string();
            if new_year { format!("{day}\n{}", at.year()) } else { day }
        }
        Step::Months(n) if n >= 12 => at.year().to_string(),
        Step::Months(_) => {
            let month = at.format("%b").to_string();
            if new_year { format!("{month}\n{}", at.year()) } else { month }
        }
    }
}

fn floor(at: NaiveDateTime, step: Step) -> Option<NaiveDateTime> {
    match step {
        Step::Minutes(n) => {
            let length = n * 60;
            DateTime::from_timestamp(at.and_utc().timestamp().div_euclid(length) * length, 0)
                .map(|t| t.naive_utc())
        }
        Step::Days(n) if n >= 7 => {
            // Weeks start on Monday.
            at.date()
                .checked_sub_days(Days::new(u64::from(at.weekday().num_days_from_monday())))?
                .and_hms_opt(0, 0, 0)
        }
        Step::Days(_) => at.date().and_hms_opt(0, 0, 0),
        Step::Months(n) => {
            let n = i64::from(n.max(1));
            let months = (i64::from(at.year()) * 12 + i64::from(at.month0())).div_euclid(n) * n;
            let year = i32::try_from(months.div_euclid(12)).ok()?;
            NaiveDate::from_ymd_opt(year, months.rem_euclid(12) as u32 + 1, 1)?.and_hms_opt(0, 0, 0)
        }
    }
}

fn next(at: NaiveDateTime, step: Step) -> Option<NaiveDateTime> {
    match step {
        Step::Minutes(n) => at.checked_add_signed(chrono::TimeDelta::try_minutes(n)?),
        Step::Days(n) => at.checked_add_days(Days::new(n)),
        Step::Months(n) => at.checked_add_months(Months::new(n.max(1))),
    }
}

/// A single time in words.
pub fn time_words(at: f64) -> String {
    moment(at).map_or_else(String::new, |t| {
        if t.and_utc().timestamp().rem_euclid(86_400) == 0 {
            t.format("%b %-d\n%Y")
        } else {
            t.format("%H:%M\n%b %-d %Y")
        }
        .to_string()
    })
}

/// A day in short words, when the first and the last of its axis lie in one year.
pub fn day_words(at: f64, first: f64, last: f64) -> Option<String> {
    let year = |t: f64| moment(t).map(|t| t.year());
    (year(first)? == year(last)?).then(|| moment(at).map(|t| t.format("%b %-d").to_string()))?
}

/// Seconds since 1970.
pub fn seconds(at: NaiveDateTime) -> f64 {
    at.and_utc().timestamp() as f64 + f64::from(at.and_utc().timestamp_subsec_micros()) / 1e6
}

fn moment(seconds: f64) -> Option<NaiveDateTime> {
    DateTime::from_timestamp(seconds as i64, 0).map(|t| t.naive_utc())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn check(min: f64, max: f64, whole: bool, unit: Unit, expected: &[&str]) {
        let ticks = number_ticks(min, max, 5, whole, &unit);
        assert_eq!(ticks.iter().map(|t| t.label.as_str()).collect::<Vec<_>>(), expected);
        assert!(ticks[0].at <= min && ticks.last().unwrap().at >= max);
    }

    #[test]
    fn numbers_have_round_ticks() {
        check(0.0, 2.0, true, Unit::None, &["0", "1", "2"]);
        check(0.0, 11.0, true, Unit::None, &["0", "5", "10", "15"]);
        check(0.0, 11.0, false, Unit::None, &["0", "2.5", "5.0", "7.5", "10.0", "12.5"]);
        check(0.0, 9_300.0, false, Unit::None, &["0", "2K", "4K", "6K", "8K", "10K"]);
        check(-1.5e6, 2.5e6, false, Unit::Currency("€".into()), &["-€2M", "-€1M", "€0", "€1M", "€2M", "€3M"]);
        check(0.0, 0.31, false, Unit::Ratio, &["0%", "10%", "20%", "30%", "40%"]);
        check(0.0, 5000.0, false, Unit::Seconds, &["0", "30m", "1h", "1h 30m"]);
        check(0.0, 1e18, false, Unit::None, &["0", "2e17", "4e17", "6e17", "8e17", "1e18"]);
        assert!(number_ticks(-1e300, 1e300, 5, false, &Unit::None).len() < 45);
    }

    #[test]
    fn values_are_short() {
        for (value, unit, expected) in [
            (1234.0, Unit::None, "1,234"),
            (12_345.0, Unit::None, "12.3K"),
            (-0.01234, Unit::None, "-0.0123"),
            (3.5, Unit::Percent, "3.5%"),
            (12_345_678.0, Unit::Currency("CHF".into()), "CHF 12.3M"),
            (93_600.0, Unit::Seconds, "1d 2h"),
            (0.25, Unit::Seconds, "250 ms"),
        ] {
            assert_eq!(value_label(value, &unit), expected);
        }
    }

    #[test]
    fn times_have_calendar_ticks() {
        let at = |y, m| seconds(NaiveDate::from_ymd_opt(y, m, 1).unwrap().and_hms_opt(0, 0, 0).unwrap());
        let labels: Vec<_> =
            time_ticks(at(2024, 11), at(2025, 3), 6, 0.0).into_iter().map(|t| t.label).collect();
        assert_eq!(labels, ["Nov\n2024", "Dec", "Jan\n2025", "Feb", "Mar"]);
        assert!(time_ticks(-8e12, 8e12, 6, 0.0).len() <= 8);
        let years = [at(2024, 1), at(2025, 1), at(2026, 1)];
        let labels = time_ticks(years[0], years[2], 12, least_step(&years)).into_iter().map(|t| t.label);
        assert_eq!(labels.collect::<Vec<_>>(), ["2024", "2025", "2026"]);
        let months = [at(2024, 11), at(2025, 2)];
        let labels = time_ticks(months[0], months[1], 12, least_step(&months)).into_iter().map(|t| t.label);
        assert_eq!(labels.collect::<Vec<_>>(), ["Nov\n2024", "Dec", "Jan\n2025", "Feb"]);
        assert_eq!(least_step(&[at(2024, 1), at(2025, 1) + DAY]), DAY);
        assert_eq!(least_step(&[at(2024, 1) + 60.0]), 0.0);
    }
}
