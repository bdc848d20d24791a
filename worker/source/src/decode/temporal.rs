//! Dates and times: counted from 2000-01-01 in days and microseconds. PostgreSQL reaches from 4713 BC to beyond the
//! year 294276 and has infinities; values outside the years 1 to 9999 are given as the text it prints.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Timelike};
use rowcall_core::Value;

const DAY: i64 = 86_400_000_000;
/// Days from 0000-03-01 to 2000-01-01 in the proleptic Gregorian calendar.
const MARCH_ERA: i64 = 730_425;

pub(super) fn date(days: i32) -> Value {
    match days {
        i32::MAX => Value::Text("infinity".to_owned()),
        i32::MIN => Value::Text("-infinity".to_owned()),
        days => match plain_date(days.into()) {
            Some(date) => Value::Date(date),
            None => {
                let (text, era) = far_date(days.into());
                Value::Text(text + era)
            }
        },
    }
}

pub(super) fn time(micros: i64) -> Value {
    match plain_time(micros) {
        Some(time) => Value::Time(time),
        None => Value::Text(time_text(micros)),
    }
}

/// The zone is counted in seconds west of Greenwich.
pub(super) fn time_tz(micros: i64, west: i32) -> Value {
    let sign = if west > 0 { '-' } else { '+' };
    let zone = west.unsigned_abs();
    let (hours, minutes, seconds) = (zone / 3600, zone / 60 % 60, zone % 60);
    let mut text = format!("{}{sign}{hours:02}", time_text(micros));
    if minutes != 0 || seconds != 0 {
        text.push_str(&format!(":{minutes:02}"));
    }
    if seconds != 0 {
        text.push_str(&format!(":{seconds:02}"));
    }
    Value::Text(text)
}

pub(super) fn timestamp(micros: i64, zoned: bool) -> Value {
    match micros {
        i64::MAX => return Value::Text("infinity".to_owned()),
        i64::MIN => return Value::Text("-infinity".to_owned()),
        _ => {}
    }
    let (days, time) = (micros.div_euclid(DAY), micros.rem_euclid(DAY));
    match (plain_date(days), plain_time(time)) {
        (Some(date), Some(time)) if zoned => {
            Value::TimestampTz(DateTime::from_naive_utc_and_offset(date.and_time(time), chrono::Utc))
        }
        (Some(date), Some(time)) => Value::Timestamp(date.and_time(time)),
        _ => {
            let (date, era) = far_date(days);
            let zone = if zoned { "+00" } else { "" };
            Value::Text(format!("{date} {}{zone}{era}", time_text(time)))
        }
    }
}

pub(super) fn interval(months: i32, days: i32, micros: i64) -> Value {
    // From PostgreSQL 17 on, all three at their end mean infinity.
    match (months, days, micros) {
        (i32::MAX, i32::MAX, i64::MAX) => Value::Text("infinity".to_owned()),
        (i32::MIN, i32::MIN, i64::MIN) => Value::Text("-infinity".to_owned()),
        _ => Value::Interval { months, days, micros },
    }
}

fn plain_date(days: i64) -> Option<NaiveDate> {
    let epoch = NaiveDate::from_ymd_opt(2000, 1, 1)?;
    let count = Days::new(days.unsigned_abs());
    let date = if days < 0 { epoch.checked_sub_days(count) } else { epoch.checked_add_days(count) }?;
    (1..=9999).contains(&date.year()).then_some(date)
}

fn plain_time(micros: i64) -> Option<NaiveTime> {
    if !(0..DAY).contains(&micros) {
        return None;
    }
    let (time, _) = NaiveTime::MIN.overflowing_add_signed(TimeDelta::microseconds(micros));
    (time.num_seconds_from_midnight() < 86_400).then_some(time)
}

fn time_text(micros: i64) -> String {
    let seconds = micros / 1_000_000;
    let mut text = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    let fraction = micros % 1_000_000;
    if fraction != 0 {
        text.push('.');
        text.push_str(format!("{fraction:06}").trim_end_matches('0'));
    }
    text
}

/// A date of any year as PostgreSQL prints it, and its era.
fn far_date(days: i64) -> (String, &'static str) {
    // Years that begin in March end with the leap day, so that months are counted without a table.
    let day = days + MARCH_ERA;
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day_of_month = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    // There is no year 0: the year before 1 is 1 BC.
    let (shown, suffix) = if year > 0 { (year, "") } else { (1 - year, " BC") };
    (format!("{shown:04}-{month:02}-{day_of_month:02}"), suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: Value, expected: &str) {
        assert_eq!(value.to_string(), expected);
    }

    #[test]
    fn dates_and_times_are_printed_as_postgres_does() {
        check(date(0), "2000-01-01");
        check(date(-730_119), "0001-01-01");
        check(date(-730_120), "0001-12-31 BC");
        check(date(2_921_940), "10000-01-01");
        check(date(i32::MAX), "infinity");
        check(timestamp(i64::MIN, false), "-infinity");
        check(timestamp(-1, true), "1999-12-31 23:59:59.999999+00");
        check(timestamp(-730_120 * DAY, true), "0001-12-31 00:00:00+00 BC");
        check(time(DAY), "24:00:00");
        check(time_tz(3_600_000_000, -19_800), "01:00:00+05:30");
        check(time_tz(0, 18_000), "00:00:00-05");
        check(interval(i32::MAX, i32::MAX, i64::MAX), "infinity");
    }
}
