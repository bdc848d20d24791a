//! New values: what somebody wrote, as a column's type wants it. Nothing is made up: what does not fit is told, with what
//! would.

use super::{Cx, Miss, place::Place, text::Text};
use crate::offline::{dates, words};
use rowcall_core::{Column, TypeKind};
use rowcall_plan::{Literal, NewValue};
use std::borrow::Cow;

/// A column with no more values than this, all of them known, has a fixed set of them.
const FEW: usize = 40;
/// If each stands in so many rows at least: in a small table, a value may only not have come up yet.
const OFTEN: f64 = 20.0;

/// A value as it was written.
#[derive(Clone, Debug)]
pub(super) struct Written<'a> {
    pub text: Cow<'a, str>,
    pub quoted: bool,
}

impl<'a> Written<'a> {
    /// A stretch of a wish; one quoted text alone is what is between the quotes.
    pub fn of(raw: &'a str) -> Self {
        let text = Text::new(raw);
        match text.words.as_slice() {
            // A quote inside may be written twice.
            [one] if one.quoted => Self { text: one.text.replace("''", "'").into(), quoted: true },
            _ => Self { text: raw.trim().trim_end_matches(['.', '?', '!', ' ']).into(), quoted: false },
        }
    }
}

/// The value of a column that was written.
pub(super) fn typed(cx: &Cx<'_>, at: Place, written: &Written<'_>) -> Result<NewValue, Miss> {
    let column = cx.column(at);
    let (text, quoted) = (written.text.as_ref(), written.quoted);
    let lower = text.to_lowercase();
    let nothing = ["null", "nothing", "empty", "none", "no value", "blank", "unknown"];
    if !quoted && nothing.contains(&lower.as_str()) && known(column, text).is_none_or(str::is_empty) {
        return match column.nullable {
            true => Ok(NewValue::Null),
            false => Err(Miss::value(format!("{} must have a value.", cx.named(at)))),
        };
    }
    let wants = |what: &str| Miss::value(format!("{} wants {what}, and \"{text}\" is none.", cx.named(at)));
    let literal = match column.kind {
        TypeKind::Integer => {
            let digits = digits(text);
            Literal::Integer(digits.and_then(|d| d.parse().ok()).ok_or_else(|| wants("a whole number"))?)
        }
        TypeKind::Decimal | TypeKind::Float => {
            let digits = digits(text).ok_or_else(|| wants("a number"))?;
            digits.parse::<i64>().map(Literal::Integer).unwrap_or(Literal::Decimal(digits))
        }
        TypeKind::Bool => Literal::Bool(match lower.as_str() {
            "true" | "yes" | "on" | "y" => true,
            "false" | "no" | "off" | "n" => false,
            _ => return Err(wants("yes or no")),
        }),
        TypeKind::Timestamp | TypeKind::TimestampTz if !quoted && lower == "now" => return Ok(NewValue::Now),
        TypeKind::Date | TypeKind::Timestamp | TypeKind::TimestampTz => match (day(cx, text), column.kind) {
            (Some(day), _) => Literal::Date(day),
            (None, TypeKind::Date) => return Err(wants("a date")),
            // Whether it is a moment, the compiler says.
            (None, _) => Literal::Text(text.to_owned()),
        },
        TypeKind::Text | TypeKind::Enum => Literal::Text(words_of(cx, at, written)?),
        _ => Literal::Text(text.to_owned()),
    };
    Ok(NewValue::Literal(literal))
}

/// Text, as it is stored where it is a value that is known.
fn words_of(cx: &Cx<'_>, at: Place, written: &Written<'_>) -> Result<String, Miss> {
    let (text, quoted) = (written.text.as_ref(), written.quoted);
    let column = cx.column(at);
    let fixed = column.kind == TypeKind::Enum;
    if let Some(stored) = known(column, text).filter(|stored| fixed || !quoted || *stored == text) {
        return Ok(stored.to_owned());
    }
    let values = values(column);
    let rows = cx.request.catalogue.tables[at.table].row_estimate.unwrap_or(0.0);
    let often = rows >= OFTEN * values.len() as f64;
    let few = fixed || column.samples_complete && values.len() <= FEW && often;
    if quoted && !fixed || !few || values.is_empty() {
        return Ok(text.to_owned());
    }
    let lower = text.to_lowercase();
    let near: Vec<&String> =
        values.iter().filter(|v| strsim::jaro_winkler(&v.to_lowercase(), &lower) > 0.88).take(3).collect();
    let asked = format!("{} has no \"{text}\" yet.", cx.named(at));
    if near.is_empty() {
        let listed: Vec<&str> = values.iter().take(12).map(String::as_str).collect();
        let more = if values.len() > listed.len() { ", …" } else { "" };
        let quote = if fixed { "" } else { " If a new one is meant, put it in quotes." };
        return Err(Miss::value(format!("{asked} It has: {}{more}.{quote}", listed.join(", "))));
    }
    let mut readings: Vec<(String, String)> =
        near.iter().map(|v| ((*v).clone(), cx.instead(text, &format!("\"{v}\"")))).collect();
    if !fixed {
        readings.push((format!("\"{text}\", new"), cx.instead(text, &format!("\"{text}\""))));
    }
    Err(Miss::ask(format!("{asked} Which is meant?"), readings))
}

/// The values that a column is known to have.
pub(super) fn values(column: &Column) -> &[String] {
    if column.kind == TypeKind::Enum { &column.enum_values } else { &column.samples }
}

/// A value as it is stored, whatever case it is written in.
pub(super) fn known<'c>(column: &'c Column, text: &str) -> Option<&'c str> {
    let values = values(column);
    let exact = values.iter().find(|v| *v == text);
    let alike = || {
        let mut alike = values.iter().filter(|v| v.to_lowercase() == text.to_lowercase());
        alike.next().filter(|_| alike.next().is_none())
    };
    exact.or_else(alike).map(String::as_str)
}

/// Digits with an optional sign and fraction: "$1,250.50" is 1250.50.
pub(super) fn digits(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches(['$', '€', '£', '₹', '+']).trim();
    let text = ["eur", "usd", "gbp", "euros", "euro", "dollars", "dollar", "€", "$", "£"]
        .iter()
        .find_map(|unit| text.to_lowercase().strip_suffix(unit).map(|rest| text[..rest.len()].trim_end()))
        .unwrap_or(text);
    let (sign, body) = match text.strip_prefix('-') {
        Some(body) => ("-", body),
        None => ("", text),
    };
    let groups: Vec<&str> = body.split('.').next()?.split(',').collect();
    let grouped = groups.len() == 1 || groups.iter().skip(1).all(|g| g.len() == 3);
    let plain = body.replace(',', "");
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, "0"));
    let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    (grouped && all_digits(whole) && all_digits(fraction)).then(|| format!("{sign}{plain}"))
}

/// One day in words.
fn day(cx: &Cx<'_>, text: &str) -> Option<chrono::NaiveDate> {
    let tokens = words::tokens(text);
    match dates::find(&tokens, 0, cx.request.today)? {
        dates::Found::Span(dates::Span { from: Some(from), to: Some(to) }, n) if n == tokens.len() => {
            (from.succ_opt() == Some(to)).then_some(from)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::digits;

    #[test]
    fn numbers_as_people_write_them() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(digits(text).as_deref(), expected, "{text}");
        check("9.99", Some("9.99"));
        check("$1,250.50", Some("1250.50"));
        check("-3", Some("-3"));
        check("12 euros", Some("12"));
        check("1,5", None);
        check("a lot", None);
        check("1.2.3", None);
        check("", None);
    }
}
