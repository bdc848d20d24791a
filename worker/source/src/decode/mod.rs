//! PostgreSQL's binary format into values, exactly: nothing is rounded, and what a typed value cannot hold
//! (infinity, years before Christ, 24:00) becomes the text PostgreSQL would print.

mod numeric;
mod temporal;

use rowcall_core::{TypeKind, Value};
use sqlx::postgres::{PgTypeInfo, PgTypeKind};

/// Bytes that are not what their type says.
#[derive(Debug, PartialEq)]
pub(crate) struct Malformed(pub String);

/// How the bytes of one column are read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Decoder {
    Bool,
    Int2,
    Int4,
    Int8,
    Oid,
    Float4,
    Float8,
    Numeric,
    Text,
    /// `char(n)`: its padding means nothing, and PostgreSQL's own cast to text drops it.
    Padded,
    Char,
    Bytes,
    Date,
    Time,
    TimeTz,
    Timestamp,
    TimestampTz,
    Interval,
    Uuid,
    Json,
    Jsonb,
    Array(Box<Decoder>),
}

impl Decoder {
    /// The decoder for a type and the family it belongs to; `None` when PostgreSQL has to print it.
    pub fn for_type(info: &PgTypeInfo) -> Option<(TypeKind, Self)> {
        use Decoder as D;
        use TypeKind as K;
        Some(match info.oid().map(|oid| oid.0) {
            Some(16) => (K::Bool, D::Bool),
            Some(17) => (K::Bytes, D::Bytes),
            Some(18) => (K::Text, D::Char),
            Some(1042) => (K::Text, D::Padded),
            // name, text, varchar
            Some(19 | 25 | 1043) => (K::Text, D::Text),
            // unknown: a bare literal on old servers
            Some(705) => (K::Text, D::Text),
            Some(20) => (K::Integer, D::Int8),
            Some(21) => (K::Integer, D::Int2),
            Some(23) => (K::Integer, D::Int4),
            Some(26) => (K::Integer, D::Oid),
            Some(114) => (K::Json, D::Json),
            Some(3802) => (K::Json, D::Jsonb),
            Some(700) => (K::Float, D::Float4),
            Some(701) => (K::Float, D::Float8),
            Some(1700) => (K::Decimal, D::Numeric),
            Some(1082) => (K::Date, D::Date),
            Some(1083) => (K::Time, D::Time),
            Some(1266) => (K::Time, D::TimeTz),
            Some(1114) => (K::Timestamp, D::Timestamp),
            Some(1184) => (K::TimestampTz, D::TimestampTz),
            Some(1186) => (K::Interval, D::Interval),
            Some(2950) => (K::Uuid, D::Uuid),
            // int2vector and oidvector are arrays only inside the server; money and its arrays: see `shape`
            Some(22 | 30 | 790 | 791) => return None,
            _ => match info.kind() {
                PgTypeKind::Enum(_) => (K::Enum, D::Text),
                PgTypeKind::Domain(base) => return Self::for_type(base),
                PgTypeKind::Array(element) => (K::Array, D::Array(Box::new(Self::for_type(element)?.1))),
                PgTypeKind::Simple | PgTypeKind::Pseudo | PgTypeKind::Composite(_) | PgTypeKind::Range(_) => {
                    return None;
                }
            },
        })
    }

    /// The value of some bytes.
    pub fn decode(&self, raw: &[u8]) -> Result<Value, Malformed> {
        Ok(match self {
            Self::Bool => Value::Bool(fixed::<1>(raw)?[0] != 0),
            Self::Int2 => Value::Int(i16::from_be_bytes(fixed(raw)?).into()),
            Self::Int4 => Value::Int(i32::from_be_bytes(fixed(raw)?).into()),
            Self::Int8 => Value::Int(i64::from_be_bytes(fixed(raw)?)),
            Self::Oid => Value::Int(u32::from_be_bytes(fixed(raw)?).into()),
            Self::Float4 => {
                let float = f32::from_be_bytes(fixed(raw)?);
                // By way of its shortest text: 0.1 stays 0.1 and does not become 0.10000000149.
                finite(if float.is_finite() {
                    float.to_string().parse().unwrap_or(f64::from(float))
                } else {
                    float.into()
                })
            }
            Self::Float8 => finite(f64::from_be_bytes(fixed(raw)?)),
            Self::Numeric => Value::Decimal(numeric::text(raw)?),
            Self::Text => Value::Text(utf8(raw)?.to_owned()),
            Self::Padded => Value::Text(utf8(raw)?.trim_end_matches(' ').to_owned()),
            Self::Char => Value::Text(match fixed::<1>(raw)?[0] {
                0 => String::new(),
                byte if byte.is_ascii() => char::from(byte).to_string(),
                byte => format!("\\{byte:03o}"),
            }),
            Self::Bytes => Value::Bytes(raw.to_vec()),
            Self::Date => temporal::date(i32::from_be_bytes(fixed(raw)?)),
            Self::Time => temporal::time(i64::from_be_bytes(fixed(raw)?)),
            Self::TimeTz => {
                let (time, zone) = raw.split_at_checked(8).ok_or_else(short)?;
                temporal::time_tz(i64::from_be_bytes(fixed(time)?), i32::from_be_bytes(fixed(zone)?))
            }
            Self::Timestamp => temporal::timestamp(i64::from_be_bytes(fixed(raw)?), false),
            Self::TimestampTz => temporal::timestamp(i64::from_be_bytes(fixed(raw)?), true),
            Self::Interval => {
                let raw: [u8; 16] = fixed(raw)?;
                let micros = i64::from_be_bytes(fixed(&raw[..8])?);
                let days = i32::from_be_bytes(fixed(&raw[8..12])?);
                temporal::interval(i32::from_be_bytes(fixed(&raw[12..])?), days, micros)
            }
            Self::Uuid => Value::Uuid(uuid::Uuid::from_bytes(fixed(raw)?)),
            Self::Json => json(utf8(raw)?),
            Self::Jsonb => match raw.split_first() {
                Some((1, text)) => json(utf8(text)?),
                _ => return Err(Malformed("jsonb of an unknown version".to_owned())),
            },
            Self::Array(element) => array(raw, element)?,
        })
    }
}

fn fixed<const N: usize>(raw: &[u8]) -> Result<[u8; N], Malformed> {
    raw.try_into().map_err(|_| Malformed(format!("expected {N} bytes, got {}", raw.len())))
}

fn short() -> Malformed {
    Malformed("a value ends too early".to_owned())
}

fn utf8(raw: &[u8]) -> Result<&str, Malformed> {
    std::str::from_utf8(raw).map_err(|_| Malformed("text that is not UTF-8".to_owned()))
}

fn finite(float: f64) -> Value {
    if float.is_finite() {
        return Value::Float(float);
    }
    let text = if float.is_nan() {
        "NaN"
    } else if float > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    };
    Value::Text(text.to_owned())
}

/// JSON whose numbers a double cannot hold, or that is nested deeper than our reader goes, stays text: shown
/// exactly rather than almost.
fn json(text: &str) -> Value {
    if has_long_number(text) {
        return Value::Text(text.to_owned());
    }
    serde_json::from_str(text).map_or_else(|_| Value::Text(text.to_owned()), Value::Json)
}

/// A number outside a string that has more than 15 digits or an exponent.
fn has_long_number(text: &str) -> bool {
    let (mut in_string, mut escaped, mut digits) = (false, false, 0_u32);
    for byte in text.bytes() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => (in_string, digits) = (true, 0),
            b'0'..=b'9' => digits += 1,
            b'.' | b'-' | b'+' => {}
            b'e' | b'E' if digits > 0 => return true,
            _ => digits = 0,
        }
        if digits > 15 {
            return true;
        }
    }
    false
}

/// An array of any number of dimensions, as arrays within arrays; lower bounds are not kept.
fn array(raw: &[u8], element: &Decoder) -> Result<Value, Malformed> {
    let mut at = Reader(raw);
    let dimensions = at.i32()?;
    let _has_nulls = at.i32()?;
    let _element_type = at.i32()?;
    // PostgreSQL's own limit is 6.
    if !(0..=6).contains(&dimensions) {
        return Err(Malformed(format!("an array of {dimensions} dimensions")));
    }
    let mut sizes = Vec::new();
    for _ in 0..dimensions {
        sizes.push(usize::try_from(at.i32()?).map_err(|_| short())?);
        let _lower_bound = at.i32()?;
    }
    if sizes.is_empty() {
        return Ok(Value::Array(Vec::new()));
    }
    level(&mut at, &sizes, element)
}

fn level(at: &mut Reader<'_>, sizes: &[usize], element: &Decoder) -> Result<Value, Malformed> {
    let Some((size, inner)) = sizes.split_first() else {
        let length = at.i32()?;
        return match usize::try_from(length) {
            Ok(length) => element.decode(at.take(length)?),
            Err(_) => Ok(Value::Null),
        };
    };
    (0..*size).map(|_| level(at, inner, element)).collect::<Result<_, _>>().map(Value::Array)
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (head, tail) = self.0.split_at_checked(length).ok_or_else(short)?;
        self.0 = tail;
        Ok(head)
    }

    fn i32(&mut self) -> Result<i32, Malformed> {
        Ok(i32::from_be_bytes(fixed(self.take(4)?)?))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn check(text: &str, exact: bool) {
        assert_eq!(matches!(json(text), Value::Json(_)), exact, "{text}");
    }

    #[test]
    fn json_that_would_lose_digits_stays_text() {
        check(r#"{"a": [1, 2.5, true, null, "12345678901234567890e5"]}"#, true);
        check(r#"{"a\"": 123456789012345}"#, true);
        check("12345678901234567890", false);
        check("0.12345678901234567", false);
        check("1e400", false);
        check(&("[".repeat(500) + &"]".repeat(500)), false);
    }

    #[test]
    fn wrong_bytes_are_an_error_and_never_a_panic() {
        let all = [
            Decoder::Bool,
            Decoder::Int4,
            Decoder::Float4,
            Decoder::Numeric,
            Decoder::Date,
            Decoder::TimeTz,
            Decoder::Interval,
            Decoder::Uuid,
            Decoder::Jsonb,
            Decoder::Array(Box::new(Decoder::Int4)),
        ];
        for decoder in all {
            assert!(decoder.decode(&[]).is_err(), "{decoder:?}");
            assert!(decoder.decode(&[0xff; 13]).is_err(), "{decoder:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_decode_or_fail(raw in proptest::collection::vec(proptest::num::u8::ANY, 0..64)) {
            for decoder in [Decoder::Numeric, Decoder::Timestamp, Decoder::TimestampTz, Decoder::Date, Decoder::Time,
                Decoder::Interval, Decoder::TimeTz, Decoder::Json, Decoder::Array(Box::new(Decoder::Text))] {
                let _ = decoder.decode(&raw);
            }
        }
    }
}
