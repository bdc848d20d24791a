//! Values as people read them: separators in long numbers, rounded averages, dates without needless zeros,
//! and nothing invisible. A cell that hides a line break or turns the reading direction could make a reply
//! show something other than the data.

use crate::names;
use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use rowcall_core::{ResultColumn, ResultSet, TypeKind, Value};

/// How NULL is shown.
pub const NULL: &str = "∅";

/// How the values of one column are shown, decided over the whole column so that its cells look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnFormat {
    grouped: bool,
    moment: Moment,
}

/// How much of a point in time is worth showing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    Year,
    Month,
    Day,
    Minute,
    Full,
}

impl ColumnFormat {
    /// The format of a column by itself: every part of a time that is not zero is shown.
    pub fn of_column(column: &ResultColumn) -> Self {
        Self { grouped: !names::is_ungrouped(&column.name), moment: Moment::Full }
    }

    /// The format of a column of a result: months shown as months, days as days.
    pub fn of_result(result: &ResultSet, index: usize) -> Self {
        let Some(column) = result.columns.get(index) else {
            return Self { grouped: true, moment: Moment::Full };
        };
        let mut format = Self::of_column(column);
        if !column.kind.is_temporal() {
            return format;
        }
        let words = names::words(&column.name);
        let named = |word: &str| words.iter().any(|w| w == word);
        let mut moment = if named("year") {
            Moment::Year
        } else if named("month") {
            Moment::Month
        } else {
            Moment::Day
        };
        for row in &result.rows {
            let Some(at) = row.get(index).and_then(moment_of) else { continue };
            let needed = if at.nanosecond() > 0 || at.second() > 0 {
                Moment::Full
            } else if at.hour() > 0 || at.minute() > 0 {
                Moment::Minute
            } else if at.day() > 1 {
                Moment::Day
            } else if at.month() > 1 {
                Moment::Month
            } else {
                Moment::Year
            };
            moment = moment.max_detail(needed);
        }
        format.moment = moment;
        format
    }

    /// The value as shown; see [`crate::table::format_value`].
    pub fn show(self, value: &Value) -> String {
        match value {
            Value::Null => NULL.to_owned(),
            Value::Bool(b) => if *b { "yes" } else { "no" }.to_owned(),
            Value::Int(n) => integer(*n, self.grouped),
            Value::Float(n) => float(*n, self.grouped),
            Value::Decimal(text) => decimal(text, self.grouped),
            Value::Date(d) => self.date(*d),
            Value::Time(t) if t.nanosecond() == 0 && t.second() == 0 => t.format("%H:%M").to_string(),
            Value::Time(t) => t.format("%H:%M:%S%.f").to_string(),
            Value::Timestamp(t) => self.timestamp(*t, ""),
            Value::TimestampTz(t) => self.timestamp(t.naive_utc(), " UTC"),
            Value::Bytes(bytes) if bytes.len() > 64 => {
                let mut shown = visible(&Value::Bytes(bytes[..64].to_vec()).to_string());
                shown.push('…');
                shown
            }
            Value::Text(text) => visible(text),
            Value::Json(_) | Value::Array(_) | Value::Bytes(_) | Value::Uuid(_) | Value::Interval { .. } => {
                visible(&value.to_string())
            }
        }
    }

    fn date(self, date: NaiveDate) -> String {
        match self.moment {
            Moment::Year => date.format("%Y").to_string(),
            Moment::Month => date.format("%b %Y").to_string(),
            Moment::Day | Moment::Minute | Moment::Full => date.to_string(),
        }
    }

    fn timestamp(self, at: NaiveDateTime, zone: &str) -> String {
        match self.moment {
            Moment::Year | Moment::Month | Moment::Day => self.date(at.date()),
            Moment::Minute => format!("{}{zone}", at.format("%Y-%m-%d %H:%M")),
            Moment::Full if at.nanosecond() == 0 => format!("{}{zone}", at.format("%Y-%m-%d %H:%M:%S")),
            Moment::Full => format!("{}{zone}", at.format("%Y-%m-%d %H:%M:%S%.f")),
        }
    }
}

impl Moment {
    fn max_detail(self, other: Self) -> Self {
        if self as u8 >= other as u8 { self } else { other }
    }
}

/// The point in time a value is, if it is one; time zones are UTC.
pub fn moment_of(value: &Value) -> Option<NaiveDateTime> {
    match value {
        Value::Date(d) => d.and_hms_opt(0, 0, 0),
        Value::Timestamp(t) => Some(*t),
        Value::TimestampTz(t) => Some(t.naive_utc()),
        _ => None,
    }
}

/// The column is aligned to the right.
pub fn is_right_aligned(kind: TypeKind) -> bool {
    kind.is_numeric() || kind == TypeKind::Interval
}

/// A whole number, with or without thousands separators.
pub fn integer(n: i64, grouped: bool) -> String {
    let mut buffer = itoa::Buffer::new();
    let text = buffer.format(n);
    if grouped { group(text) } else { text.to_owned() }
}

/// A binary fraction: at most four decimals, small ones by three significant digits.
pub fn float(n: f64, grouped: bool) -> String {
    if !n.is_finite() {
        return if n.is_nan() {
            "NaN"
        } else if n > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .to_owned();
    }
    let size = n.abs();
    if size >= 1e15 || (size > 0.0 && size < 1e-6) {
        return scientific(n);
    }
    let text = format!("{n}");
    let decimals = text.split_once('.').map_or(0, |(_, d)| d.len());
    let text = if decimals <= 4 { text } else { trim_zeros(&round(&text, decimals_for(size))).to_owned() };
    if grouped { group(&text) } else { text }
}

/// A decimal as PostgreSQL prints it: up to six decimals are kept exactly (money, measures); longer ones
/// come from a division and are rounded, to two decimals from 1 on and to three significant digits below.
pub fn decimal(text: &str, grouped: bool) -> String {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return visible(text);
    }
    let decimals = digits.split_once('.').map_or(0, |(_, d)| d.len());
    let shown = if decimals <= 6 {
        text.to_owned()
    } else {
        let size = digits.parse::<f64>().unwrap_or(f64::MAX);
        if size > 0.0 && size < 1e-9 {
            return scientific(text.parse().unwrap_or(0.0));
        }
        let rounded = round(text, decimals_for(size));
        if size > 0.0 && size < 1.0 { trim_zeros(&rounded).to_owned() } else { rounded }
    };
    if grouped { group(&shown) } else { shown }
}

/// Control, bidirectional and invisible characters replaced by something that can be seen.
pub fn visible(text: &str) -> String {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' | '\u{2028}' | '\u{2029}' | '\u{85}' => out.push('⏎'),
            '\t' => out.push('⇥'),
            '\0'..='\u{1f}' => out.push(char::from_u32(0x2400 + c as u32).unwrap_or('␦')),
            '\u{7f}' => out.push('␡'),
            // Not the joiners and variation selectors, of which emoji and many scripts are made.
            '\u{80}'..='\u{9f}'
            | '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e007f}' => out.push_str(&format!("<U+{:04X}>", c as u32)),
            _ => out.push(c),
        }
    }
    out
}

/// [`visible`] for a text of several lines, whose line breaks are kept.
pub fn visible_lines(text: &str) -> String {
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

/// `1234567.5` → `1,234,567.5`; a sign and decimals are left alone.
pub fn group(number: &str) -> String {
    let (sign, rest) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = rest.split_once('.').map_or((rest, None), |(w, f)| (w, Some(f)));
    let mut out = String::with_capacity(number.len() + whole.len() / 3 + 1);
    out.push_str(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

fn scientific(n: f64) -> String {
    let text = format!("{n:.3e}");
    match text.split_once('e') {
        Some((digits, power)) => format!("{}e{power}", trim_zeros(digits)),
        None => text,
    }
}

fn decimals_for(size: f64) -> usize {
    if size >= 1.0 || size == 0.0 {
        2
    } else {
        // Three significant digits: 0.0123 has its first at the second decimal.
        (2 - size.log10().floor() as i32).clamp(2, 12) as usize
    }
}

/// Rounds a plain decimal text half away from zero to that many decimals, exactly.
fn round(text: &str, decimals: usize) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if fraction.len() <= decimals {
        return text.to_owned();
    }
    let up = fraction.as_bytes()[decimals] >= b'5';
    let mut kept: Vec<u8> = whole.bytes().chain(fraction.bytes().take(decimals)).collect();
    let mut carry = up;
    for digit in kept.iter_mut().rev() {
        if !carry {
            break;
        }
        carry = *digit == b'9';
        *digit = if carry { b'0' } else { *digit + 1 };
    }
    if carry {
        kept.insert(0, b'1');
    }
    let point = kept.len() - decimals;
    let mut out = String::with_capacity(kept.len() + 2);
    if kept.iter().any(|d| *d != b'0') {
        out.push_str(sign);
    }
    if point == 0 {
        out.push('0');
    }
    for (i, digit) in kept.iter().enumerate() {
        if i == point && decimals > 0 {
            out.push('.');
        }
        out.push(char::from(*digit));
    }
    out
}

fn trim_zeros(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn check(name: &str, kind: TypeKind, value: Value, expected: &str) {
        let column = ResultColumn { name: name.into(), kind };
        assert_eq!(ColumnFormat::of_column(&column).show(&value), expected, "{value:?}");
    }

    #[test]
    fn numbers_are_grouped_and_rounded_but_exact_decimals_kept() {
        let d = |text: &str, expected: &str| {
            check("amount", TypeKind::Decimal, Value::Decimal(text.into()), expected);
        };
        d("1234567.50", "1,234,567.50");
        d("-0.05", "-0.05");
        d("3.3333333333333333", "3.33");
        d("20.0000000000000000", "20.00");
        d("999999.9999999999", "1,000,000.00");
        d("0.0123456789012", "0.0123");
        d("0.00000000000000000000", "0.00");
        d("-0.00000000000000000001", "-1e-20");
        d("12345678901234567890123.5", "12,345,678,901,234,567,890,123.5");
        d("NaN", "NaN");
        d("-Infinity", "-Infinity");
        let f = |n: f64, expected: &str| check("x", TypeKind::Float, Value::Float(n), expected);
        f(0.1 + 0.2, "0.3");
        f(1234.5, "1,234.5");
        f(1e300, "1e300");
        f(1.5e-9, "1.5e-9");
        f(f64::MIN, "-1.798e308");
        f(-0.0, "-0");
        check("n", TypeKind::Integer, Value::Int(i64::MIN), "-9,223,372,036,854,775,808");
        check("id", TypeKind::Integer, Value::Int(1234567), "1234567");
        check("order_year", TypeKind::Integer, Value::Int(2025), "2025");
        check("year", TypeKind::Decimal, Value::Decimal("2025".into()), "2025");
    }

    #[test]
    fn nothing_is_invisible() {
        let t = |text: &str, expected: &str| check("t", TypeKind::Text, Value::Text(text.into()), expected);
        t("a\r\nb\nc\td", "a⏎b⏎c⇥d");
        t("\u{1b}[31mred\0", "␛[31mred␀");
        t("abc\u{202e}fed", "abc<U+202E>fed");
        t("zero\u{200b}width\u{feff}", "zero<U+200B>width<U+FEFF>");
        t("blank\u{3164}\u{34f}", "blank<U+3164><U+034F>");
        t("日本 👩‍🚀 é", "日本 👩‍🚀 é");
    }

    #[test]
    fn times_show_what_their_column_needs() {
        let at = |y, m, d, h| {
            Value::Timestamp(NaiveDate::from_ymd_opt(y, m, d).unwrap().and_hms_opt(h, 0, 0).unwrap())
        };
        let show = |name: &str, values: Vec<Value>| {
            let result = ResultSet {
                columns: vec![ResultColumn { name: name.into(), kind: TypeKind::Timestamp }],
                rows: values.into_iter().map(|v| vec![v]).collect(),
                ..Default::default()
            };
            ColumnFormat::of_result(&result, 0).show(&result.rows[0][0])
        };
        assert_eq!(show("month", vec![at(2025, 3, 1, 0), at(2025, 4, 1, 0)]), "Mar 2025");
        assert_eq!(show("year", vec![at(2025, 1, 1, 0)]), "2025");
        assert_eq!(show("day", vec![at(2025, 3, 1, 0), at(2025, 4, 2, 0)]), "2025-03-01");
        assert_eq!(show("at", vec![at(2025, 3, 1, 0), at(2025, 4, 2, 7)]), "2025-03-01 00:00");
    }
}
