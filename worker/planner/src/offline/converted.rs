//! Bounds in another unit than the column's: "longer than 2 hours" of `duration_min` are 120 minutes, "over 2 seconds" of
//! `duration_ms` 2,000 milliseconds.

use super::{
    lexicon::Lexicon,
    recast::text::{slice, words},
};
use rowcall_core::Catalogue;
use rowcall_plan::{Field, Filter, Literal, Operand, QueryPlan};

/// What units measure.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Dimension {
    Time,
    Length,
    Mass,
    Volume,
}

/// Units by all their names, the plural as notes say it first, with how many of the smallest one they are (SI; the inch is
/// 25.4 mm by definition).
const UNITS: &[(&[&str], Dimension, f64)] = &[
    (&["milliseconds", "millisecond", "ms", "msec"], Dimension::Time, 1.0),
    (&["seconds", "second", "sec", "secs", "s"], Dimension::Time, 1e3),
    (&["minutes", "minute", "min", "mins"], Dimension::Time, 6e4),
    (&["hours", "hour", "h", "hr", "hrs"], Dimension::Time, 3.6e6),
    (&["days", "day"], Dimension::Time, 8.64e7),
    (&["weeks", "week"], Dimension::Time, 6.048e8),
    (&["millimetres", "millimetre", "millimeters", "millimeter", "mm"], Dimension::Length, 1.0),
    (&["centimetres", "centimetre", "centimeters", "centimeter", "cm"], Dimension::Length, 10.0),
    (&["metres", "metre", "meters", "meter", "m"], Dimension::Length, 1e3),
    (&["kilometres", "kilometre", "kilometers", "kilometer", "km"], Dimension::Length, 1e6),
    (&["inches", "inch", "in"], Dimension::Length, 25.4),
    (&["feet", "foot", "ft"], Dimension::Length, 304.8),
    (&["miles", "mile", "mi"], Dimension::Length, 1_609_344.0),
    (&["grams", "gram", "g"], Dimension::Mass, 1.0),
    (&["kilograms", "kilogram", "kg", "kilos", "kilo"], Dimension::Mass, 1e3),
    (&["tonnes", "tonne", "tons", "ton", "t"], Dimension::Mass, 1e6),
    (&["millilitres", "millilitre", "milliliters", "milliliter", "ml"], Dimension::Volume, 1.0),
    (&["litres", "litre", "liters", "liter", "l"], Dimension::Volume, 1e3),
];

type Unit = (&'static str, Dimension, f64);

fn unit(word: &str) -> Option<Unit> {
    let (names, dimension, size) = UNITS.iter().find(|(names, ..)| names.contains(&word))?;
    Some((names[0], *dimension, *size))
}

/// A unit that numbers are told in; not the letters for some of them.
pub(super) fn is_unit_word(word: &str) -> bool {
    word.len() > 2 && unit(word).is_some()
}

/// The unit that a column is kept in, and by how much its numbers are multiplied to be told in another one.
pub(super) fn factor(
    field: &Field,
    other: &str,
    catalogue: &Catalogue,
    lexicon: &Lexicon,
) -> Option<(&'static str, f64)> {
    let bounds = Bounds { said: Vec::new(), catalogue, lexicon };
    let (name, dimension, size) = bounds.unit_of(field)?;
    let (_, as_told, told) = unit(other)?;
    (dimension == as_told).then_some((name, size / told))
}

/// A number of the question and its unit.
struct Said {
    number: f64,
    unit: Unit,
}

/// "2 hours", "between 1 and 2 hours": the unit behind the last number is that of both.
fn said(question: &str) -> Vec<Said> {
    let found = words(question);
    let number = |at: usize| -> Option<f64> {
        let word = &found[at];
        // "1.5" is two words with a point between.
        let point = at > 0 && slice(question, found[at - 1].to..word.from) == ".";
        let from = if point { found[at - 1].from } else { word.from };
        slice(question, from..word.to).parse().ok()
    };
    let mut out = Vec::new();
    for at in 1..found.len() {
        let word = found[at].lower.as_str();
        // "the 1980 s", "2 in 3", "5 m" (million): no units behind a number.
        let Some(unit) = unit(word).filter(|_| !matches!(word, "in" | "s" | "m" | "t")) else { continue };
        let Some(last) = number(at - 1) else { continue };
        out.push(Said { number: last, unit });
        let joined = at > 2 && matches!(found[at - 2].lower.as_str(), "and" | "to" | "or");
        if let Some(first) = joined.then(|| number(at - 3)).flatten() {
            out.push(Said { number: first, unit });
        }
    }
    out
}

/// Compares with the column's own unit.
pub(super) fn converted(
    plan: &mut QueryPlan,
    notes: &mut Vec<String>,
    question: &str,
    catalogue: &Catalogue,
    lexicon: &Lexicon,
) {
    let said = said(question);
    if said.is_empty() {
        return;
    }
    let bounds = Bounds { said, catalogue, lexicon };
    let measured = plan.measures.iter_mut().flat_map(|m| m.filters.iter_mut());
    for filter in plan.filters.iter_mut().chain(measured) {
        bounds.convert(filter, notes);
    }
}

struct Bounds<'b> {
    said: Vec<Said>,
    catalogue: &'b Catalogue,
    lexicon: &'b Lexicon,
}

impl Bounds<'_> {
    /// The unit that the column's name ends with.
    fn unit_of(&self, field: &Field) -> Option<Unit> {
        let table = self.lexicon.prepared.table(self.catalogue, &field.table).ok()?;
        let columns = &self.catalogue.tables[table].columns;
        let at = columns.iter().position(|c| c.name == field.column && c.kind.is_numeric())?;
        let words = &self.lexicon.columns[table][at].words;
        words.last().filter(|_| words.len() > 1).and_then(|w| unit(w))
    }

    fn convert(&self, filter: &mut Filter, notes: &mut Vec<String>) {
        match filter {
            Filter::All(parts) | Filter::Any(parts) | Filter::Related { filters: parts, .. } => {
                parts.iter_mut().for_each(|part| self.convert(part, notes));
            }
            Filter::Not(part) => self.convert(part, notes),
            Filter::Compare { field, operand: Operand::Literal(literal), .. } => {
                let Some((name, dimension, size)) = self.unit_of(field) else { return };
                let Ok(number) = literal.to_string().parse::<f64>() else { return };
                let other = |s: &&Said| s.number == number && s.unit.1 == dimension && s.unit.2 != size;
                let Some(said) = self.said.iter().find(other) else { return };
                let of_column = number * said.unit.2 / size;
                // Not more digits than a bound is said with.
                let digits = format!("{of_column:.6}");
                let digits = digits.trim_end_matches('0').trim_end_matches('.').to_owned();
                notes.push(format!("{number} {} are {digits} {name}.", said.unit.0));
                *literal = match digits.parse() {
                    Ok(whole) => Literal::Integer(whole),
                    Err(_) => Literal::Decimal(digits),
                };
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_units() {
        let of = |text: &str| -> Vec<(f64, &'static str)> {
            said(text).into_iter().map(|s| (s.number, s.unit.0)).collect()
        };
        assert_eq!(of("films longer than 2 hours"), [(2.0, "hours")]);
        assert_eq!(of("calls of more than 1.5 minutes"), [(1.5, "minutes")]);
        assert_eq!(of("between 1 and 2 kg"), [(2.0, "kilograms"), (1.0, "kilograms")]);
        assert_eq!(of("the top 5 in days"), []);
        assert_eq!(of("2 in 3"), []);
    }
}
