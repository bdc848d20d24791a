//! Conditions, in the sentence that says everything and in a title.

use super::{explain, field, joined, listed, measure, uncapital};
use crate::{
    meta::{plural, singular, spaced},
    plan::{Expression, Field, Filter, Literal, Measure, Operand, Operator, QueryPlan, TextMatch},
};
use chrono::{Datelike, Months, NaiveDate};

/// The conditions that read well inside a title.
pub(super) fn brief(f: &Filter, plan: &QueryPlan) -> Option<String> {
    match f {
        Filter::Period { field, from, to } => {
            let when = period(*from, *to)?;
            let column = spaced(&field.column);
            let happened = happened(&field.column);
            let things = spaced(&field.table.name);
            let own = field.table == plan.source;
            // "Orders in 2025" rather than "orders ordered in 2025".
            let stem: String = singular(&things).chars().take(4).collect();
            Some(match happened.as_deref() {
                Some(happened) if !own => format!(", {} {happened} {when}", singular(&things)),
                None if !own => format!(", {} {column} {when}", singular(&things)),
                Some(happened) if plan.dimensions.is_empty() && !happened.starts_with(&stem) => {
                    format!(" {happened} {when}")
                }
                _ => format!(" {when}"),
            })
        }
        Filter::Compare {
            operator: Operator::Equal,
            operand: Operand::Literal(Literal::Text(value)),
            ..
        } => Some(format!(", {value}")),
        Filter::In { field, values, negated: false } if values.len() <= 3 => {
            let values: Vec<String> = values.iter().map(|v| in_calendar(v, field, plan)).collect();
            Some(format!(", {}", listed(&values)))
        }
        Filter::Related { table, negated: true, filters, .. } if filters.is_empty() => {
            Some(format!(" without {}", plural(&spaced(&table.name))))
        }
        // "in 2024 but not in 2025"
        Filter::Related { table, negated: true, filters, .. } => match filters.as_slice() {
            [Filter::Period { from, to, .. }] => {
                Some(format!(", no {} {}", singular(&spaced(&table.name)), period(*from, *to)?))
            }
            _ => None,
        },
        Filter::Not(part) => match part.as_ref() {
            Filter::Period { from, to, .. } => Some(format!(", not {}", period(*from, *to)?)),
            _ => None,
        },
        Filter::Null { field, negated } if field.table == plan.source => {
            let happened = happened(&field.column)?;
            Some(format!(", {}{happened}", if *negated { "" } else { "not " }))
        }
        // ", Saturday"
        Filter::Compare { field, operator: Operator::Equal, operand: Operand::Literal(value) }
            if in_calendar(value, field, plan) != plain(value) =>
        {
            Some(format!(", {}", in_calendar(value, field, plan)))
        }
        Filter::Compare { .. } => {
            let text = filter(f, plan);
            (text.len() < 30).then(|| format!(", {text}"))
        }
        // "price is between 10 and 20"
        Filter::All(parts) if between(parts).is_some() => {
            let text = filter(f, plan);
            (text.len() < 40).then(|| format!(", {text}"))
        }
        _ => None,
    }
}

pub(crate) fn filter(f: &Filter, plan: &QueryPlan) -> String {
    match f {
        Filter::All(parts) => match between(parts) {
            Some((at, low, high)) => format!("{} is between {low} and {high}", field(&at, plan)),
            None => parts.iter().map(|p| filter(p, plan)).collect::<Vec<_>>().join(" and "),
        },
        Filter::Any(parts) => {
            format!("({})", parts.iter().map(|p| filter(p, plan)).collect::<Vec<_>>().join(" or "))
        }
        Filter::Not(part) => match part.as_ref() {
            Filter::Period { field: f, from, to } => {
                let when = period(*from, *to).unwrap_or_else(|| "at any time".to_owned());
                format!("{} is not {when}", field(f, plan))
            }
            part => format!("not ({})", filter(part, plan)),
        },
        Filter::Compare {
            field: at,
            operator: Operator::Equal,
            operand: Operand::Literal(Literal::Bool(value)),
        } => {
            format!("{} is {}", field(at, plan), if *value { "yes" } else { "no" })
        }
        Filter::Compare { field: at, operator, operand } => {
            let with = match operand {
                Operand::Literal(value) => in_calendar(value, at, plan),
                Operand::Field(other) => field(other, plan),
                Operand::Aggregate { aggregate, field: of, filters } => {
                    let number = Measure { filters: filters.clone(), ..Measure::of(*aggregate, of.clone()) };
                    format!("the {}", measure(&number, plan))
                }
            };
            format!("{} {} {with}", field(at, plan), operator.words())
        }
        Filter::In { field: at, values, negated } => {
            let values: Vec<String> = values.iter().map(|v| in_calendar(v, at, plan)).collect();
            let (how, last) = if *negated { ("is not", "or") } else { ("is", "or") };
            format!("{} {how} {}", field(at, plan), joined(&values, last))
        }
        Filter::Period { field: at, from, to } => {
            let when = period(*from, *to).unwrap_or_else(|| "at any time".to_owned());
            format!("{} is {when}", field(at, plan))
        }
        Filter::Text { field: at, how, value, negated } => {
            let how = match (how, negated) {
                (TextMatch::Equals, false) => "is",
                (TextMatch::Equals, true) => "is not",
                (TextMatch::Contains, false) => "contains",
                (TextMatch::Contains, true) => "does not contain",
                (TextMatch::StartsWith, false) => "starts with",
                (TextMatch::StartsWith, true) => "does not start with",
                (TextMatch::EndsWith, false) => "ends with",
                (TextMatch::EndsWith, true) => "does not end with",
            };
            format!("{} {how} \"{value}\"", field(at, plan))
        }
        Filter::Null { field: at, negated } => {
            format!("{} is {}", field(at, plan), if *negated { "given" } else { "missing" })
        }
        Filter::Related { table, filters, count, negated, .. } => {
            let things = plural(&spaced(&table.name));
            let mut text = match (count, negated) {
                (None, false) => format!("there are {things}"),
                (None, true) => format!("there are no {things}"),
                (Some((operator, n)), _) => format!("the number of {things} {} {n}", operator.words()),
            };
            if !filters.is_empty() {
                let computed = plan.computed.clone();
                let inner = QueryPlan { source: table.clone(), computed, ..QueryPlan::default() };
                let parts: Vec<String> = filters.iter().map(|p| filter(p, &inner)).collect();
                // "products whose they are among" says it twice.
                let (among, rest): (Vec<String>, Vec<String>) =
                    parts.into_iter().partition(|part| part.starts_with("they are "));
                let among = among.iter().map(|part| part.replacen("they", "that", 1));
                let rest = (!rest.is_empty()).then(|| format!("whose {}", rest.join(" and ")));
                let said: Vec<String> = among.chain(rest).collect();
                text.push_str(&format!(" {}", said.join(" and ")));
            }
            text
        }
        Filter::Among { field: at, plan: other, negated } => {
            let said = field(at, plan);
            if let Some(rows) = by_key(other) {
                // "customer id is one of: ids of customers, where …" speaks of the customers.
                let which = uncapital(explain(&rows).trim_end_matches('.'));
                let which = match which.split_once(", ") {
                    Some((rows, so)) => format!("{rows} ({so})"),
                    None => which,
                };
                let who = said.strip_suffix("id").map_or("", str::trim_end);
                return match (who, *negated) {
                    ("", false) => format!("they are among {which}"),
                    ("", true) => format!("they are not among {which}"),
                    (who, false) => format!("{who} is among {which}"),
                    (who, true) => format!("{who} is not among {which}"),
                };
            }
            let which = uncapital(explain(other).trim_end_matches('.'));
            format!("{} is {} of: {which}", field(at, plan), if *negated { "none" } else { "one" })
        }
    }
}

/// A plan that gives the ids of rows, as one of these rows.
fn by_key(plan: &QueryPlan) -> Option<QueryPlan> {
    let is_id = |column: &str| column.eq_ignore_ascii_case("id") || column.to_lowercase().ends_with("_id");
    let mut rows = plan.clone();
    match (rows.columns.as_mut_slice(), rows.dimensions.as_mut_slice()) {
        ([one], []) if is_id(&one.column) => {
            let own = one.via.is_none() && one.table == rows.source;
            if own {
                rows.columns.clear();
            } else {
                "name".clone_into(&mut one.column);
            }
        }
        ([], [one]) if is_id(&one.field.column) => "name".clone_into(&mut one.field.column),
        _ => return None,
    }
    Some(rows)
}

/// Two comparisons that are the ends of one range.
fn between(parts: &[Filter]) -> Option<(Field, String, String)> {
    match parts {
        [
            Filter::Compare { field: a, operator: Operator::AtLeast, operand: Operand::Literal(low) },
            Filter::Compare { field: b, operator: Operator::AtMost, operand: Operand::Literal(high) },
        ] if a == b => Some((a.clone(), plain(low), plain(high))),
        _ => None,
    }
}

/// A span of days: "in 2025", "in March 2026", "since 2026-01-01".
fn period(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Option<String> {
    let whole = |months: u32| {
        from.zip(to)
            .is_some_and(|(a, b)| a.day() == 1 && a.checked_add_months(Months::new(months)) == Some(b))
    };
    let last = to.and_then(|d| d.pred_opt());
    Some(match (from, last) {
        (Some(a), _) if whole(12) && a.month() == 1 => format!("in {}", a.year()),
        (Some(a), _) if whole(3) && a.month() % 3 == 1 => format!("in Q{} {}", a.month() / 3 + 1, a.year()),
        (Some(a), _) if whole(1) => format!("in {}", a.format("%B %Y")),
        (Some(a), Some(b)) if a == b => format!("on {}", day(a)),
        (Some(a), Some(b)) => format!("from {} to {}", day(a), day(b)),
        (Some(a), None) if a.day() == 1 => format!("since {}", a.format("%B %Y")),
        (Some(a), None) => format!("since {}", day(a)),
        (None, Some(_)) => format!("before {}", day(to?)),
        (None, None) => return None,
    })
}

fn day(date: NaiveDate) -> String {
    format!("{} {}", date.day(), date.format("%B %Y"))
}

/// What a time tells of its row: "resolved" of `resolved_at`, "hired" of `date_hired`, "born" of `birth_date`.
fn happened(column: &str) -> Option<String> {
    let column = spaced(column).to_lowercase();
    if matches!(column.as_str(), "birth date" | "date of birth" | "birthdate" | "birthday" | "dob") {
        return Some("born".to_owned());
    }
    if let Some(verb) =
        column.strip_prefix("date ").filter(|verb| verb.ends_with("ed") && !verb.contains(' '))
    {
        return Some(verb.to_owned());
    }
    let verb = column.strip_suffix(" at").or_else(|| column.strip_suffix(" on"))?;
    verb.contains("ed").then(|| verb.to_owned())
}

/// A value; a month and a day of the week by their names.
fn in_calendar(value: &Literal, of: &Field, plan: &QueryPlan) -> String {
    let added = plan.computed.iter().find(|c| c.table == of.table && c.name == of.column);
    let named = match (added.map(|c| &c.expression), value) {
        (Some(Expression::Weekday(_)), Literal::Integer(n)) => {
            // 1 January 2024 was a Monday.
            let day = u32::try_from(*n).ok().filter(|n| (1..=7).contains(n));
            day.and_then(|n| NaiveDate::from_ymd_opt(2024, 1, n)).map(|d| d.format("%A").to_string())
        }
        (Some(Expression::Month(_)), Literal::Integer(n)) => {
            let month = u32::try_from(*n).ok().and_then(|n| NaiveDate::from_ymd_opt(2024, n, 1));
            month.map(|d| d.format("%B").to_string())
        }
        _ => None,
    };
    named.unwrap_or_else(|| plain(value))
}

fn plain(value: &Literal) -> String {
    match value {
        Literal::Text(text) => text.clone(),
        other => other.to_string(),
    }
}
