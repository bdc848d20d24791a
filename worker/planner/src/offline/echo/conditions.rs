//! Conditions: each is spoken of by its column or its value.

use super::{Echo, Fault, ValueRef};
use rowcall_core::ColumnRef;
use rowcall_plan::{Filter, Literal, Operand, Operator, TextMatch};

impl Echo<'_> {
    pub(super) fn conditions(&self, filters: &[Filter], faults: &mut Vec<Fault>) {
        for filter in filters {
            match filter {
                Filter::All(parts) | Filter::Any(parts) | Filter::Related { filters: parts, .. } => {
                    self.conditions(parts, faults);
                }
                Filter::Not(part) => self.conditions(std::slice::from_ref(part), faults),
                Filter::Compare { field, operand: Operand::Literal(value), .. } => {
                    let Some(c) = self.place(field) else { continue };
                    let unasked = !self.says_value(value) && self.evoked(c) <= 0.4;
                    if unasked || self.is_no_year(c, value) {
                        faults.push(Fault::Condition);
                    }
                }
                Filter::Null { field, .. } => {
                    let heard = |c: ColumnRef| self.evoked(c) > 0.4 || self.is_key(c);
                    if !self.place(field).is_some_and(heard) {
                        faults.push(Fault::Condition);
                    }
                }
                Filter::Text { field, how: TextMatch::Equals, value, .. } => {
                    let said = value.to_lowercase();
                    let parts: Vec<&str> = said.split_whitespace().collect();
                    let held = self.lexicon.values(&parts);
                    let here = |v: &ValueRef| self.place(field) == Some(v.column);
                    if !held.is_empty() && !held.iter().any(here) {
                        faults.push(Fault::Misplaced);
                    }
                }
                Filter::Compare { .. }
                | Filter::In { .. }
                | Filter::Period { .. }
                | Filter::Text { .. }
                | Filter::Among { .. } => {}
            }
        }
    }

    fn says_value(&self, value: &Literal) -> bool {
        let text = match value {
            Literal::Text(text) => text.to_lowercase(),
            Literal::Bool(_) => return true,
            other => other.to_string(),
        };
        self.told
            .iter()
            .any(|(values, _)| values.iter().any(|v| v.text.to_lowercase() == text || v.test.is_some()))
            || self.tokens.iter().any(|t| {
                // "faulty" for fault, "LA" for Los Angeles
                t.lower.contains(&text)
                    || text.contains(&t.lower) && t.lower.len() > 3
                    || self.lexicon.initials(&t.lower).is_some()
            })
    }

    /// A year is compared with a number that is none: "years in which at least two shops opened".
    fn is_no_year(&self, c: ColumnRef, value: &Literal) -> bool {
        self.words(c).last().is_some_and(|w| w == "year") && matches!(value, Literal::Integer(n) if *n < 1000)
    }
}

/// Something is denied.
pub(super) fn denied(filters: &[Filter]) -> bool {
    filters.iter().any(|f| match f {
        Filter::All(parts) | Filter::Any(parts) => denied(parts),
        Filter::Not(_) => true,
        Filter::Compare { operator, .. } => *operator == Operator::NotEqual,
        Filter::In { negated, .. } | Filter::Text { negated, .. } | Filter::Among { negated, .. } => *negated,
        Filter::Null { negated, .. } => !negated,
        Filter::Related { negated, filters, count, .. } => {
            *negated || denied(filters) || matches!(count, Some((_, 0)))
        }
        Filter::Period { .. } => false,
    })
}

/// A flag that says no, or a bound that "no more than" sets.
pub(super) fn says_no(filters: &[Filter]) -> bool {
    filters.iter().any(|f| match f {
        Filter::All(parts) | Filter::Any(parts) | Filter::Related { filters: parts, .. } => says_no(parts),
        Filter::Compare { operator: Operator::AtMost | Operator::AtLeast, .. } => true,
        Filter::Compare { operand: Operand::Literal(value), .. } => match value {
            Literal::Bool(yes) => !yes,
            Literal::Text(text) => {
                let text = text.to_lowercase();
                // "no_show", "not shown"
                let denies = text
                    .split(|c: char| !c.is_alphanumeric())
                    .any(|w| matches!(w, "no" | "not" | "non" | "none"));
                denies || matches!(text.as_str(), "n" | "f" | "false" | "0")
            }
            Literal::Integer(n) => *n == 0,
            Literal::Decimal(_) | Literal::Date(_) => false,
        },
        _ => false,
    })
}
