//! A result as CSV (RFC 4180), row by row, so that a million rows never stand in memory at once. Values are
//! exact: what is rounded for people is not rounded here.
//!
//! A cell of words that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay as
//! they are. NULL is an empty field and the empty text is `""`, so that the two can be told apart.

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};
use rowcall_core::{ResultColumn, Value};
use std::io::Write;

/// Writes rows into bytes that are taken away piece by piece.
#[derive(Debug, Default)]
pub struct CsvWriter {
    out: Vec<u8>,
    numeric: Vec<bool>,
}

impl CsvWriter {
    /// A writer with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// The heading line. Called once, before the rows: it also tells which columns hold numbers.
    pub fn header(&mut self, columns: &[ResultColumn]) {
        self.numeric = columns.iter().map(|c| c.kind.is_numeric()).collect();
        for (i, column) in columns.iter().enumerate() {
            if i > 0 {
                self.out.push(b',');
            }
            words(&mut self.out, &column.name);
        }
        self.out.extend_from_slice(b"\r\n");
    }

    /// One row.
    pub fn row(&mut self, values: &[Value]) {
        for (i, value) in values.iter().enumerate() {
            if i > 0 {
                self.out.push(b',');
            }
            self.cell(value, self.numeric.get(i).copied().unwrap_or(false));
        }
        if matches!(values, [Value::Null]) {
            // Readers skip an empty line, and the row would be lost.
            self.out.extend_from_slice(b"\"\"");
        }
        self.out.extend_from_slice(b"\r\n");
    }

    /// Bytes that wait to be taken.
    pub fn len(&self) -> usize {
        self.out.len()
    }

    /// Nothing waits to be taken.
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// The bytes so far; the next call gives what was written since.
    pub fn take(&mut self) -> Vec<u8> {
        let room = self.out.capacity();
        std::mem::replace(&mut self.out, Vec::with_capacity(room))
    }

    /// Hands the bytes so far to `sink` and keeps the memory for the next ones.
    pub fn drain<R>(&mut self, sink: impl FnOnce(&[u8]) -> R) -> R {
        let result = sink(&self.out);
        self.out.clear();
        result
    }

    fn cell(&mut self, value: &Value, numeric: bool) {
        let out = &mut self.out;
        match value {
            Value::Null => {}
            Value::Bool(b) => out.extend_from_slice(if *b { b"true" } else { b"false" }),
            Value::Int(n) => out.extend_from_slice(itoa::Buffer::new().format(*n).as_bytes()),
            Value::Float(n) => float(out, *n),
            Value::Decimal(text) => plain(out, text.as_bytes()),
            // Not-a-number and infinities of a numeric column come as text; "-Infinity" is no formula.
            Value::Text(text) if numeric => plain(out, text.as_bytes()),
            Value::Text(text) => words(out, text),
            Value::Date(d) => date(out, *d),
            Value::Time(t) => time(out, *t),
            Value::Timestamp(t) => {
                date(out, t.date());
                out.push(b' ');
                time(out, t.time());
            }
            Value::TimestampTz(t) => {
                let t = t.naive_utc();
                date(out, t.date());
                out.push(b' ');
                time(out, t.time());
                out.extend_from_slice(b"+00");
            }
            // An interval may start with a minus, yet it is a quantity.
            Value::Interval { .. } | Value::Uuid(_) | Value::Bytes(_) => show(out, value),
            Value::Json(_) | Value::Array(_) => words(out, &value.to_string()),
        }
    }
}

/// Text of people: quoted where needed, never a formula.
fn words(out: &mut Vec<u8>, text: &str) {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if formula {
        // Quoted as a whole, so that every reader sees the apostrophe as part of the cell.
        out.extend_from_slice(b"\"'");
        escaped(out, text.as_bytes());
        out.push(b'"');
    } else if text.is_empty() {
        out.extend_from_slice(b"\"\"");
    } else {
        plain(out, text.as_bytes());
    }
}

/// Quoted only where the format asks for it.
fn plain(out: &mut Vec<u8>, bytes: &[u8]) {
    if bytes.iter().any(|b| matches!(b, b'"' | b',' | b'\n' | b'\r')) {
        out.push(b'"');
        escaped(out, bytes);
        out.push(b'"');
    } else {
        out.extend_from_slice(bytes);
    }
}

fn escaped(out: &mut Vec<u8>, bytes: &[u8]) {
    for part in bytes.split_inclusive(|b| *b == b'"') {
        out.extend_from_slice(part);
        if part.last() == Some(&b'"') {
            out.push(b'"');
        }
    }
}

fn float(out: &mut Vec<u8>, n: f64) {
    if n.is_finite() {
        let mut buffer = zmij::Buffer::new();
        let text = buffer.format_finite(n);
        out.extend_from_slice(text.strip_suffix(".0").unwrap_or(text).as_bytes());
    } else {
        let word: &[u8] = if n.is_nan() {
            b"NaN"
        } else if n > 0.0 {
            b"Infinity"
        } else {
            b"-Infinity"
        };
        out.extend_from_slice(word);
    }
}

fn date(out: &mut Vec<u8>, d: NaiveDate) {
    match u32::try_from(d.year()) {
        Ok(year @ 0..=9999) => {
            two(out, year / 100);
            two(out, year % 100);
            out.push(b'-');
            two(out, d.month());
            out.push(b'-');
            two(out, d.day());
        }
        _ => show(out, &Value::Date(d)),
    }
}

fn time(out: &mut Vec<u8>, t: NaiveTime) {
    two(out, t.hour());
    out.push(b':');
    two(out, t.minute());
    out.push(b':');
    two(out, t.second());
    let micros = t.nanosecond() / 1_000 % 1_000_000;
    if micros > 0 {
        let digits = [100_000, 10_000, 1_000, 100, 10, 1].map(|p| b'0' + (micros / p % 10) as u8);
        let used = digits.iter().rposition(|d| *d != b'0').map_or(0, |last| last + 1);
        out.push(b'.');
        out.extend_from_slice(&digits[..used]);
    }
}

fn two(out: &mut Vec<u8>, n: u32) {
    out.extend_from_slice(&[b'0' + (n / 10 % 10) as u8, b'0' + (n % 10) as u8]);
}

fn show(out: &mut Vec<u8>, value: &Value) {
    // Writing into memory cannot fail.
    let _ = write!(out, "{value}");
}
