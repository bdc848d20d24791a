//! Values as a person reads them in an HTML table: separators in long numbers, nothing invisible. A cell that
//! hides a line break or turns the reading direction could make a page show something other than the data.

use rowcall_core::{ResultColumn, TypeKind, Value};

/// How NULL is shown.
pub const NULL: &str = "∅";

/// Numbers and durations stand on the right, so that their digits line up.
pub fn is_right_aligned(kind: TypeKind) -> bool {
    kind.is_numeric() || kind == TypeKind::Interval
}

/// The value as shown in a column.
pub fn show(value: &Value, column: &ResultColumn) -> String {
    match value {
        Value::Null => NULL.to_owned(),
        Value::Bool(b) => if *b { "yes" } else { "no" }.to_owned(),
        Value::Int(n) => number(&n.to_string(), column),
        Value::Float(n) => number(&shortened(&n.to_string()), column),
        Value::Decimal(text) => number(&shortened(text), column),
        Value::Timestamp(t) => t.format("%Y-%m-%d %H:%M:%S%.f").to_string().replace(" 00:00:00", ""),
        Value::TimestampTz(t) => {
            let shown = t.format("%Y-%m-%d %H:%M:%S%.f").to_string();
            shown.strip_suffix(" 00:00:00").map_or_else(|| format!("{shown} UTC"), str::to_owned)
        }
        Value::Bytes(bytes) if bytes.len() > 64 => format!("{}…", Value::Bytes(bytes[..64].to_vec())),
        other => visible(&other.to_string()),
    }
}

/// Control, bidirectional and other invisible characters replaced by something that can be seen.
pub fn visible(text: &str) -> String {
    replaced(text, false)
}

/// The same for a text of several lines, whose line breaks and tabs are kept.
pub fn visible_lines(text: &str) -> String {
    replaced(text, true)
}

fn replaced(text: &str, keep_lines: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' if keep_lines => out.push(c),
            '\n' => out.push('⏎'),
            '\r' => {}
            '\t' => out.push('⇥'),
            '\0'..='\u{1f}' => out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('␦')),
            '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}' => out.push_str(&format!("<U+{:04X}>", u32::from(c))),
            _ => out.push(c),
        }
    }
    out
}

/// `1234567` → `1,234,567`; a sign, decimals, and anything that is no plain number are left alone.
pub fn grouped(number: &str) -> String {
    let (sign, rest) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = rest.split_at(rest.find('.').unwrap_or(rest.len()));
    if !whole.bytes().all(|b| b.is_ascii_digit()) {
        return number.to_owned();
    }
    let mut out = String::with_capacity(number.len() + whole.len() / 3);
    out.push_str(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(fraction);
    out
}

/// Numbers that name something rather than count it keep their digits together.
fn number(text: &str, column: &ResultColumn) -> String {
    let name = column.name.to_lowercase();
    let names_something =
        |word: &str| matches!(word, "id" | "year" | "zip" | "postcode" | "pid" | "code" | "number");
    if name.split(|c: char| !c.is_alphanumeric()).any(names_something) {
        text.to_owned()
    } else {
        grouped(text)
    }
}

/// More than six decimals come from a division; two of them are enough from 1 on, three digits below.
fn shortened(text: &str) -> String {
    let decimals = text.split_once('.').map_or(0, |(_, d)| d.len());
    match text.parse::<f64>() {
        Ok(n) if decimals > 6 && n.abs() >= 1.0 => format!("{n:.2}"),
        Ok(n) if decimals > 6 && n.abs() >= 1e-6 => {
            let first = (-n.abs().log10()).ceil().max(0.0) as usize;
            format!("{n:.*}", first + 2).trim_end_matches('0').to_owned()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{NaiveDate, TimeZone, Utc};

    fn check(name: &str, value: Value, expected: &str) {
        let column = ResultColumn { name: name.into(), kind: TypeKind::Other };
        assert_eq!(show(&value, &column), expected, "{value:?}");
    }

    #[test]
    fn values_are_shown_for_people() {
        check("n", Value::Null, "∅");
        check("n", Value::Bool(true), "yes");
        check("n", Value::Int(-1_234_567), "-1,234,567");
        check("order_id", Value::Int(1_234_567), "1234567");
        check("year", Value::Int(2025), "2025");
        check("years_open", Value::Int(2025), "2,025");
        check("total", Value::Decimal("1234567.50".into()), "1,234,567.50");
        check("avg", Value::Decimal("3.33333333333333333".into()), "3.33");
        check("avg", Value::Float(0.012_345_678_9), "0.0123");
        check("avg", Value::Decimal("NaN".into()), "NaN");
        check("big", Value::Float(1e300), &grouped(&1e300.to_string()));
        check("t", Value::Text("a\nb\u{202e}c".into()), "a⏎b<U+202E>c");
        let midnight = NaiveDate::from_ymd_opt(2025, 3, 1).and_then(|d| d.and_hms_opt(0, 0, 0));
        check("m", midnight.map_or(Value::Null, Value::Timestamp), "2025-03-01");
        let at = Utc.with_ymd_and_hms(2025, 3, 1, 9, 30, 0).single();
        check("m", at.map_or(Value::Null, Value::TimestampTz), "2025-03-01 09:30:00 UTC");
    }
}
