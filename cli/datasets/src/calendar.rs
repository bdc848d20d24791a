//! The span of the data, and when people are busy: growth, seasons, weekdays, hours.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;

use crate::random::{Cumulative, Random};

/// How many days the data spans: 2024-01-01 to 2026-10-31.
pub(crate) const DAYS: u64 = 1035;
/// How busy each month is, in per mille of an ordinary one.
const MONTHS: [u32; 12] = [820, 860, 960, 980, 1010, 970, 900, 880, 1000, 1060, 1420, 1560];
/// How busy each weekday is from Monday.
const WEEKDAYS: [u32; 7] = [1080, 1030, 1000, 990, 1040, 870, 960];
/// How busy each hour of the local day is.
const HOURS: [u32; 24] =
    [10, 6, 4, 3, 3, 5, 12, 26, 40, 52, 60, 62, 66, 60, 54, 52, 52, 56, 66, 82, 92, 84, 58, 26];

/// The first day.
pub(crate) fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default()
}

/// The instant at which the data ends: what would come later has not happened yet.
pub(crate) fn end() -> i64 {
    first_day()
        .checked_add_days(Days::new(DAYS))
        .unwrap_or_default()
        .and_time(Default::default())
        .and_utc()
        .timestamp()
}

/// The day with this number, counted from [`first_day`].
pub(crate) fn day(number: u64) -> NaiveDate {
    first_day().checked_add_days(Days::new(number)).unwrap_or_default()
}

/// Days by how much a shop sells on them; `growth` is the last day's level over the first day's.
pub(crate) fn shopping_days(growth: f64) -> Cumulative {
    Cumulative::new((0..DAYS).map(|number| {
        let date = day(number);
        let level = 1.0 + (growth - 1.0) * number as f64 / DAYS as f64;
        let black_friday = date.month() == 11
            && (22..=30).contains(&date.day())
            && date.weekday().num_days_from_monday() >= 4;
        // After about the 20th nothing arrives before the holidays.
        let lull = date.month() == 12 && date.day() > 20;
        let special = if black_friday {
            2.4
        } else if lull {
            0.45
        } else {
            1.0
        };
        level * special * f64::from(MONTHS[date.month0() as usize]) * weekday(date)
    }))
}

/// Days by how busy a support desk is: fewer on weekends.
pub(crate) fn support_days(growth: f64) -> Cumulative {
    Cumulative::new((0..DAYS).map(|number| {
        let date = day(number);
        let level = 1.0 + (growth - 1.0) * number as f64 / DAYS as f64;
        let weekend = if date.weekday().num_days_from_monday() >= 5 { 0.45 } else { 1.0 };
        level * weekend * f64::from(MONTHS[date.month0() as usize]) * weekday(date)
    }))
}

fn weekday(date: NaiveDate) -> f64 {
    f64::from(WEEKDAYS[date.weekday().num_days_from_monday() as usize])
}

/// An instant on this local day, at a likely hour, in seconds since 1970.
pub(crate) fn at_likely_hour(random: &mut Random, date: NaiveDate, zone: Tz) -> i64 {
    let hours = Cumulative::new(HOURS.iter().map(|&weight| f64::from(weight)));
    let hour = hours.any(random) as u32;
    let (minute, second) = (random.below(60) as u32, random.below(60) as u32);
    let local = date.and_hms_opt(hour, minute, second).unwrap_or_default();
    utc(local, zone)
}

/// Moves an instant by whole days into the span: a local day of its edge may lie outside by some hours.
pub(crate) fn within_span(instant: i64) -> i64 {
    let start = end() - DAYS as i64 * 86_400;
    if instant < start {
        instant + 86_400
    } else if instant >= end() {
        instant - 86_400
    } else {
        instant
    }
}

/// A local time as seconds since 1970. A time that the change to summer time skips counts as UTC.
pub(crate) fn utc(local: NaiveDateTime, zone: Tz) -> i64 {
    zone.from_local_datetime(&local)
        .earliest()
        .map_or_else(|| local.and_utc().timestamp(), |it| it.timestamp())
}

/// The UTC date of an instant.
pub(crate) fn date_of(instant: i64) -> NaiveDate {
    at(instant).date_naive()
}

/// An instant as PostgreSQL reads it.
pub(crate) fn text(instant: i64) -> String {
    at(instant).format("%Y-%m-%d %H:%M:%S+00").to_string()
}

fn at(instant: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(instant, 0).unwrap_or_default()
}
