//! Rows as they came from a source: typed values, so that a table aligns numbers, a chart has axes and CSV
//! loses nothing.

use crate::catalogue::TypeKind;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// SQL NULL.
    #[serde(rename = "-")]
    Null,
    /// boolean.
    #[serde(rename = "b")]
    Bool(bool),
    /// smallint, integer, bigint, oid.
    #[serde(rename = "i")]
    Int(i64),
    /// real, double precision. Not-a-number and infinities are kept as `Text`, since JSON has none.
    #[serde(rename = "f")]
    Float(f64),
    /// numeric and money, exactly as PostgreSQL prints it (`-12.50`, `NaN`, `Infinity`).
    #[serde(rename = "n")]
    Decimal(String),
    /// Text, enums, and every type that has no variant of its own, as PostgreSQL prints it.
    #[serde(rename = "t")]
    Text(String),
    /// date.
    #[serde(rename = "d")]
    Date(NaiveDate),
    /// time of day.
    #[serde(rename = "h")]
    Time(NaiveTime),
    /// timestamp without time zone.
    #[serde(rename = "s")]
    Timestamp(NaiveDateTime),
    /// timestamp with time zone, in UTC.
    #[serde(rename = "z")]
    TimestampTz(DateTime<Utc>),
    /// interval: PostgreSQL keeps the three parts apart.
    #[serde(rename = "v")]
    Interval {
        /// Whole months.
        months: i32,
        /// Whole days.
        days: i32,
        /// Microseconds.
        micros: i64,
    },
    /// uuid.
    #[serde(rename = "u")]
    Uuid(Uuid),
    /// json and jsonb.
    #[serde(rename = "j")]
    Json(serde_json::Value),
    /// bytea.
    #[serde(rename = "x")]
    Bytes(Vec<u8>),
    /// An array, one level.
    #[serde(rename = "a")]
    Array(Vec<Value>),
}

impl Value {
    /// SQL NULL.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The value as a number, for charts: integers, floats, decimals and intervals (in seconds).
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Int(n) => Some(*n as f64),
            Self::Float(n) => Some(*n),
            Self::Decimal(text) => text.parse().ok().filter(|n: &f64| n.is_finite()),
            Self::Interval { months, days, micros } => {
                Some((f64::from(*months) * 30.0 + f64::from(*days)) * 86_400.0 + *micros as f64 / 1e6)
            }
            _ => None,
        }
    }

    /// The value for machine-readable output: JSON numbers where they are exact, text elsewhere.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as J;
        match self {
            Self::Null => J::Null,
            Self::Bool(b) => J::Bool(*b),
            Self::Int(n) => J::from(*n),
            Self::Float(n) => J::from(*n),
            // Fifteen significant digits survive the way through a binary double; more stay text.
            Self::Decimal(text) => match text.parse::<f64>() {
                Ok(n) if n.is_finite() && text.bytes().filter(u8::is_ascii_digit).count() <= 15 => {
                    if text.contains('.') {
                        J::from(n)
                    } else {
                        text.parse::<i64>().map_or_else(|_| J::from(n), J::from)
                    }
                }
                _ => J::from(text.as_str()),
            },
            Self::Json(value) => value.clone(),
            Self::Array(items) => J::Array(items.iter().map(Self::to_json).collect()),
            other => J::from(other.to_string()),
        }
    }
}

/// The value as PostgreSQL would print it (ISO dates, `t`/`f` spelled out, NULL empty).
impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Bool(b) => write!(f, "{b}"),
            Self::Int(n) => write!(f, "{n}"),
            Self::Float(n) => write!(f, "{n}"),
            Self::Decimal(text) | Self::Text(text) => f.write_str(text),
            Self::Date(d) => write!(f, "{d}"),
            Self::Time(t) => write_time(f, *t),
            Self::Timestamp(t) => {
                write!(f, "{} ", t.date())?;
                write_time(f, t.time())
            }
            Self::TimestampTz(t) => {
                write!(f, "{} ", t.date_naive())?;
                write_time(f, t.time())?;
                f.write_str("+00")
            }
            Self::Interval { months, days, micros } => write_interval(f, *months, *days, *micros),
            Self::Uuid(u) => write!(f, "{u}"),
            Self::Json(value) => write!(f, "{value}"),
            Self::Bytes(bytes) => {
                f.write_str("\\x")?;
                bytes.iter().try_for_each(|b| write!(f, "{b:02x}"))
            }
            Self::Array(items) => {
                f.write_str("{")?;
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        f.write_str(",")?;
                    }
                    if item.is_null() { f.write_str("NULL")? } else { write!(f, "{item}")? }
                }
                f.write_str("}")
            }
        }
    }
}

/// Hours to seconds, and the fraction without its trailing zeros.
fn write_time(f: &mut std::fmt::Formatter<'_>, time: NaiveTime) -> std::fmt::Result {
    write!(f, "{}", time.format("%H:%M:%S"))?;
    let micros = time.nanosecond() % 1_000_000_000 / 1_000;
    if micros > 0 {
        write!(f, ".{}", format!("{micros:06}").trim_end_matches('0'))?;
    }
    Ok(())
}

/// As PostgreSQL's own style has it: only 1 is singular, and after a negative part a positive one gets its sign.
fn write_interval(f: &mut std::fmt::Formatter<'_>, months: i32, days: i32, micros: i64) -> std::fmt::Result {
    let (mut first, mut after_negative) = (true, false);
    for (n, unit) in [(months / 12, "year"), (months % 12, "mon"), (days, "day")] {
        if n == 0 {
            continue;
        }
        let space = if first { "" } else { " " };
        let sign = if after_negative && n > 0 { "+" } else { "" };
        let plural = if n == 1 { "" } else { "s" };
        write!(f, "{space}{sign}{n} {unit}{plural}")?;
        (first, after_negative) = (false, n < 0);
    }
    if micros != 0 || first {
        if !first {
            f.write_str(" ")?;
        }
        let sign = if micros < 0 {
            "-"
        } else if after_negative {
            "+"
        } else {
            ""
        };
        let seconds = micros.unsigned_abs() / 1_000_000;
        let fraction = micros.unsigned_abs() % 1_000_000;
        write!(f, "{sign}{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)?;
        if fraction > 0 {
            write!(f, ".{}", format!("{fraction:06}").trim_end_matches('0'))?;
        }
    }
    Ok(())
}

/// A column of a result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResultColumn {
    /// Its name in the result.
    pub name: String,
    /// The family of its type.
    pub kind: TypeKind,
}

/// The rows that one statement gave, bounded by the row and byte caps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ResultSet {
    /// Columns in order.
    pub columns: Vec<ResultColumn>,
    /// Rows, each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
    /// Rows the statement gave in all, as far as they were read; at least `rows.len()`.
    pub row_count: u64,
    /// Reading stopped at a cap: there are more rows than `row_count`.
    pub truncated: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: Value, shown: &str, json: &str) {
        assert_eq!(value.to_string(), shown);
        assert_eq!(value.to_json().to_string(), json);
        let kept = serde_json::to_string(&value).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&kept).unwrap(), value, "{kept}");
    }

    #[test]
    fn values_are_shown_as_postgres_prints_them_and_survive_storage() {
        check(Value::Null, "", "null");
        check(Value::Bool(true), "true", "true");
        check(Value::Int(-7), "-7", "-7");
        check(Value::Decimal("12.50".into()), "12.50", "12.5");
        check(Value::Decimal("300".into()), "300", "300");
        check(
            Value::Decimal("12345678901234567890.5".into()),
            "12345678901234567890.5",
            "\"12345678901234567890.5\"",
        );
        check(Value::Decimal("NaN".into()), "NaN", "\"NaN\"");
        check(
            Value::Interval { months: 14, days: 1, micros: 3_723_500_000 },
            "1 year 2 mons 1 day 01:02:03.5",
            "\"1 year 2 mons 1 day 01:02:03.5\"",
        );
        check(Value::Interval { months: 0, days: 0, micros: 0 }, "00:00:00", "\"00:00:00\"");
        check(
            Value::Interval { months: -13, days: 2, micros: -1_000_000 },
            "-1 years -1 mons +2 days -00:00:01",
            "\"-1 years -1 mons +2 days -00:00:01\"",
        );
        let instant: NaiveDateTime = "2024-02-29T12:30:00.070400".parse().unwrap();
        check(Value::Timestamp(instant), "2024-02-29 12:30:00.0704", "\"2024-02-29 12:30:00.0704\"");
        check(
            Value::TimestampTz(instant.and_utc()),
            "2024-02-29 12:30:00.0704+00",
            "\"2024-02-29 12:30:00.0704+00\"",
        );
        check(Value::Time("12:30:00".parse().unwrap()), "12:30:00", "\"12:30:00\"");
        check(Value::Array(vec![Value::Int(1), Value::Null]), "{1,NULL}", "[1,null]");
        check(Value::Bytes(vec![0xde, 0xad]), "\\xdead", "\"\\\\xdead\"");
    }
}
