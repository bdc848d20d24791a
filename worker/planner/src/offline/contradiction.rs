//! Conditions that no row can meet together: "status paid and status shipped", "between May and April". An empty result
//! would look like an answer; it is said instead what cannot be.

use super::parse::plain;
use chrono::NaiveDate;
use rowcall_plan::{Field, Filter, Literal, Operand, Operator, QueryPlan};

/// Why nothing can be found, if that is so.
pub(super) fn contradiction(plan: &QueryPlan) -> Option<String> {
    among(&plan.filters)
}

fn among(filters: &[Filter]) -> Option<String> {
    let mut flat: Vec<&Filter> = Vec::new();
    flatten(filters, &mut flat);
    for (i, one) in flat.iter().enumerate() {
        if let Filter::Related { filters, negated: false, .. } = one
            && let Some(why) = among(filters)
        {
            return Some(why);
        }
        if let Some(why) = flat[..i].iter().find_map(|other| clash(other, one)) {
            return Some(why);
        }
    }
    None
}

fn flatten<'f>(filters: &'f [Filter], out: &mut Vec<&'f Filter>) {
    for filter in filters {
        match filter {
            Filter::All(inner) => flatten(inner, out),
            other => out.push(other),
        }
    }
}

/// Two conditions on one column that exclude each other.
pub(super) fn clash(one: &Filter, other: &Filter) -> Option<String> {
    let name = |field: &Field| plain(&field.column);
    match (one, other) {
        (
            Filter::Compare { field, operator, operand: Operand::Literal(a) },
            Filter::Compare { field: same, operator: second, operand: Operand::Literal(b) },
        ) if field == same => {
            use Operator::{AtLeast, AtMost, Equal, Greater, Less, NotEqual};
            match (operator, second) {
                (Equal, Equal) if a != b => Some(format!(
                    "Nothing has {a} and {b} as its {} at once. Say \"or\" if either will do.",
                    name(field)
                )),
                (Equal, NotEqual) | (NotEqual, Equal) if a == b => Some(format!(
                    "Nothing has {a} as its {} and has not. Leave one of the two out.",
                    name(field)
                )),
                (Greater | AtLeast, Less | AtMost) => empty(field, *operator, a, *second, b),
                (Less | AtMost, Greater | AtLeast) => empty(field, *second, b, *operator, a),
                _ => None,
            }
        }
        (Filter::Null { field, negated: one }, Filter::Null { field: same, negated: other })
            if field == same && one != other =>
        {
            Some(format!(
                "Nothing has a {0} where its {0} is missing. Leave one of the two out.",
                name(field)
            ))
        }
        (Filter::Null { field, negated: false }, Filter::Compare { field: same, .. })
        | (Filter::Compare { field: same, .. }, Filter::Null { field, negated: false })
            if field == same =>
        {
            Some(format!(
                "Nothing has a {0} where its {0} is missing. Leave one of the two out.",
                name(field)
            ))
        }
        (
            Filter::Period { field, from, to },
            Filter::Period { field: same, from: other_from, to: other_to },
        ) if field == same => {
            let from: Option<NaiveDate> = *from.max(other_from);
            let to: Option<NaiveDate> = [*to, *other_to].into_iter().flatten().min();
            (from? >= to?).then(|| {
                format!(
                    "The times given for {} have no day in common. Say one span of time, the earlier day first.",
                    name(field)
                )
            })
        }
        _ => None,
    }
}

/// "more than 10 and less than 5"
fn empty(field: &Field, low: Operator, least: &Literal, high: Operator, most: &Literal) -> Option<String> {
    let number = |value: &Literal| value.to_string().parse::<f64>().ok();
    let (a, b) = (number(least)?, number(most)?);
    let open = low == Operator::Greater || high == Operator::Less;
    (a > b || a == b && open).then(|| {
        format!(
            "No {} {} {least} and {} {most} at once. Say \"or\" if either will do.",
            plain(&field.column),
            low.words(),
            high.words()
        )
    })
}
