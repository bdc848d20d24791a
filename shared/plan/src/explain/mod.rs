//! A plan in the words of a person who reports on it: a short title for a chart, and one line that says
//! everything that was understood, for people who want to check it without reading SQL.

mod conditions;
mod folds;

use crate::{
    meta::{capital, plural, singular, spaced},
    plan::{
        Aggregate, Combine, Comparison, Dimension, Expression, Field, Filter, Grain, Measure, OrderKey,
        QueryPlan, SetOperator, TableName,
    },
};
use conditions::brief;
pub(crate) use conditions::filter;
pub(crate) use folds::fold_label;
use folds::folded_head;

/// The length that a title keeps to where it can, in characters.
const TITLE: usize = 60;

/// A heading for a chart or table: what is shown, of what, and the main condition if it fits.
pub fn title(plan: &QueryPlan) -> String {
    if let Some(combine) = &plan.combine {
        return combined(plan, combine);
    }
    let head = head(plan);
    let mut text = head.clone();
    for filter in briefs(plan) {
        let longer = format!("{text}{filter}");
        if longer.chars().count() <= TITLE {
            text = longer;
        }
    }
    // "Orders by day, more than 20"
    if let [h] = plan.having.as_slice()
        && plan.measures.get(h.measure).is_some_and(|m| !m.hidden)
    {
        text.push_str(&format!(", {} {}", h.operator.words().trim_start_matches("is "), h.value));
    }
    let tail = format!("{}{}", tail(plan), beside(plan));
    let whole = format!("{text}{tail}");
    if whole.chars().count() <= TITLE + 10 { whole } else { format!("{head}{tail}") }
}

/// The conditions that read well inside a title. Without routes over the one reference and over the other: said once.
fn briefs(plan: &QueryPlan) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    for filter in plan.filters.iter().filter_map(|f| brief(f, plan)) {
        if !said.contains(&filter) {
            said.push(filter);
        }
    }
    said
}

/// The heading of two lists in one: the conditions of both where all of them fit, or none, since those of one alone would
/// tell something else.
fn combined(plan: &QueryPlan, combine: &Combine) -> String {
    let other = &combine.plan;
    let (how, apart) = match combine.operator {
        SetOperator::Intersect => ("and also", "of both kinds"),
        SetOperator::Union => ("or", "of either kind"),
        SetOperator::Except => ("but not", "less the others"),
    };
    let head = head(plan);
    let (ours, theirs) = (briefs(plan), briefs(other));
    let differ: Vec<&String> = theirs.iter().filter(|c| !ours.contains(c)).collect();
    let whole = ours.len() == plan.filters.len() && theirs.len() == other.filters.len() && !differ.is_empty();
    let both = differ.iter().map(|c| c.trim_start_matches([',', ' '])).collect::<Vec<_>>().join(", ");
    let text = format!("{head}{}, {how} {both}{}", ours.concat(), tail(plan));
    if whole && text.chars().count() <= TITLE + 30 { text } else { format!("{head}, {apart}{}", tail(plan)) }
}

/// What the plan asks, as one sentence (more where plans are combined).
pub fn explain(plan: &QueryPlan) -> String {
    let mut text = head(plan);
    let mut conditions = Vec::new();
    for f in &plan.filters {
        match brief(f, plan).filter(|_| matches!(f, Filter::Period { .. })) {
            Some(brief) => text.push_str(&brief),
            None => {
                let text = filter(f, plan);
                if !conditions.contains(&text) {
                    conditions.push(text);
                }
            }
        }
    }
    for h in &plan.having {
        if let Some(m) = plan.measures.get(h.measure) {
            conditions.push(format!("{} {} {}", subject_of(m, plan), h.operator.words(), h.value));
        }
    }
    conditions.extend(plan.fold.iter().flat_map(|fold| folds::such(fold, plan)));
    if !conditions.is_empty() {
        text.push_str(&format!(", where {}", conditions.join(" and ")));
    }
    text.push_str(&tail(plan));
    match plan.comparison {
        Some(Comparison::Previous) => text.push_str(", with the change from the period before"),
        Some(Comparison::Growth) => text.push_str(", with the growth over the period before"),
        Some(Comparison::YearBefore) => text.push_str(beside(plan)),
        None => {}
    }
    text.push('.');
    if let Some(combine) = &plan.combine {
        let how = match combine.operator {
            SetOperator::Intersect => "Only those that are also in",
            SetOperator::Union => "Together with",
            SetOperator::Except => "Without",
        };
        text.push_str(&format!(" {how}: {}", explain(&combine.plan)));
    }
    text
}

/// A heading for a computed number.
pub(crate) fn measure_label(m: &Measure, plan: &QueryPlan) -> String {
    capital(&measure(m, plan))
}

/// A heading for a group.
pub(crate) fn dimension_label(d: &Dimension, plan: &QueryPlan) -> String {
    capital(&dimension(d, plan))
}

/// What is shown and what it is split by: "Revenue by product".
fn head(plan: &QueryPlan) -> String {
    if let Some(fold) = plan.fold.as_ref().filter(|fold| !fold.measures.is_empty()) {
        return folded_head(fold, plan);
    }
    let shown: Vec<&Measure> = plan.measures.iter().filter(|m| !m.hidden).collect();
    let mut dimensions: Vec<String> = Vec::new();
    for d in plan.dimensions.iter().filter(|d| !d.hidden) {
        let word = dimension(d, plan);
        if !dimensions.contains(&word) {
            dimensions.push(word);
        }
    }
    if plan.dimensions.is_empty() && shown.is_empty() {
        return capital(&list_head(plan));
    }
    if let (Some((m, descending)), Some(1)) = (ranking(plan), plan.limit) {
        let extreme = match (&m.aggregate, m.over.is_some(), descending) {
            (Aggregate::Count | Aggregate::CountDistinct, false, true) => "most",
            (Aggregate::Count | Aggregate::CountDistinct, false, false) => "fewest",
            (_, _, true) => "highest",
            (_, _, false) => "lowest",
        };
        let place = place(plan);
        let counted = measure(m, plan);
        // "the most different products", rather than the most number of them.
        let counted = match extreme {
            "most" | "fewest" => counted.strip_prefix("number of ").unwrap_or(&counted),
            _ => &counted,
        };
        return capital(&format!("{} with the {place}{extreme} {counted}", listed(&dimensions)));
    }
    if shown.is_empty() {
        return capital(&listed(&dimensions.iter().map(|d| plural(d)).collect::<Vec<_>>()));
    }
    let shown: Vec<String> = shown
        .into_iter()
        .map(|m| {
            let bare = dimensions.is_empty() && m.label.is_none() && !m.is_windowed() && m.over.is_none();
            let count = m.aggregate == Aggregate::Count && m.expression.is_none();
            if bare && count { format!("number of {}", measure(m, plan)) } else { measure(m, plan) }
        })
        .collect();
    let mut text = capital(&listed(&shown));
    if !dimensions.is_empty() {
        text.push_str(&format!(" by {}", listed(&dimensions)));
    }
    text
}

fn beside(plan: &QueryPlan) -> &'static str {
    match plan.comparison {
        Some(Comparison::YearBefore) => ", compared with the year before",
        Some(Comparison::Growth) => ", with growth",
        Some(Comparison::Previous) => ", with change",
        None => "",
    }
}

fn list_head(plan: &QueryPlan) -> String {
    let things = plural(&spaced(&plan.source.name));
    let named = |f: &Field| is_label(&f.column) && f.table == plan.source && f.via.is_none();
    match plan.columns.as_slice() {
        [one] if !named(one) => {
            let different = if plan.distinct { "different " } else { "" };
            let column = field(one, plan);
            if one.table == plan.source && !column.contains(&singular(&things)) {
                format!("{different}{} of {things}", plural(&column))
            } else {
                format!("{different}{}", plural(&column))
            }
        }
        _ => things,
    }
}

/// The number that decides the order, and whether the largest come first.
fn ranking(plan: &QueryPlan) -> Option<(&Measure, bool)> {
    match plan.order.first().map(|o| (&o.by, o.descending)) {
        Some((OrderKey::Measure(i), descending)) => plan.measures.get(*i).map(|m| (m, descending)),
        _ => None,
    }
}

/// Order and limit: ", top 5".
fn tail(plan: &QueryPlan) -> String {
    let folded = plan.fold.as_ref().map(folds::cut).unwrap_or_default();
    let rows = match plan.offset {
        None | Some(0) => cut(plan),
        Some(_) if plan.limit == Some(1) && !plan.order.is_empty() => cut(plan),
        Some(n) => format!("{} after the first {n}", cut(plan)),
    };
    rows + &folded
}

fn cut(plan: &QueryPlan) -> String {
    let ranked = ranking(plan);
    let order = plan.order.first();
    match (plan.limit, order) {
        (Some(1), Some(_)) if ranked.is_some() => String::new(),
        (Some(n), Some(o)) => {
            let end = if o.descending { "top" } else { "bottom" };
            match &o.by {
                OrderKey::Measure(_) => {
                    let by =
                        ranked.filter(|(m, _)| m.hidden).map(|(m, _)| format!(" by {}", measure(m, plan)));
                    format!(", {end} {n}{}", by.unwrap_or_default())
                }
                OrderKey::Field(f) if n == 1 => {
                    format!(
                        ", the one with the {}{} {}",
                        place(plan),
                        if o.descending { "highest" } else { "lowest" },
                        field(f, plan)
                    )
                }
                OrderKey::Field(f) => format!(", {end} {n} by {}", field(f, plan)),
                OrderKey::Dimension(_) => format!(", first {n}"),
            }
        }
        (Some(n), None) => format!(", first {n}"),
        (None, Some(o)) => match &o.by {
            OrderKey::Field(f) => {
                format!(
                    ", ordered by {}{}",
                    field(f, plan),
                    if o.descending { ", largest first" } else { "" }
                )
            }
            _ => String::new(),
        },
        (None, None) => String::new(),
    }
}

/// A column's name without the unit at its end, which its numbers carry already: "temperature" for
/// `temperature_c`.
pub fn unitless(name: &str) -> String {
    let text = spaced(name);
    match text.rsplit_once(' ') {
        Some((
            head,
            "c" | "f" | "kg" | "g" | "km" | "cm" | "mm" | "dbm" | "eur" | "usd" | "gbp" | "pct" | "percent",
        )) => head.to_owned(),
        _ => text,
    }
}

fn is_label(column: &str) -> bool {
    matches!(spaced(column).as_str(), "name" | "title" | "full name" | "label")
}

fn dimension(d: &Dimension, plan: &QueryPlan) -> String {
    if let (Some(via), None) = (&d.field.via, d.grain) {
        return over_reference(&d.field, via);
    }
    let (column, table) = (unitless(&d.field.column), singular(&spaced(&d.field.table.name)));
    match d.grain {
        Some(Grain::Weekday) => "day of the week".to_owned(),
        Some(Grain::HourOfDay) => "hour of the day".to_owned(),
        Some(Grain::MonthOfYear) => "month of the year".to_owned(),
        Some(grain) => {
            let several = plan.dimensions.iter().filter(|o| o.grain.is_some()).count() > 1;
            if several { format!("{} of {column}", grain.word()) } else { grain.word().to_owned() }
        }
        // "product" rather than "name of products".
        None if is_label(&d.field.column) => table,
        None => {
            let clash = plan.dimensions.iter().filter(|o| o.field.column == d.field.column).count() > 1;
            if clash { format!("{table} {column}") } else { column }
        }
    }
}

fn field(f: &Field, plan: &QueryPlan) -> String {
    field_beside(f, &plan.source)
}

/// A column, with its table unless that is the one spoken of.
fn field_beside(f: &Field, source: &TableName) -> String {
    if let Some(over) = &f.via {
        return over_reference(f, over);
    }
    let column = unitless(&f.column);
    let table = singular(&spaced(&f.table.name));
    if f.table == *source || column.contains(&table) { column } else { format!("{table} {column}") }
}

/// A column of a row referred to, called after the part that the reference plays: "reported by staff last name", "manager
/// name".
pub(crate) fn over_reference(f: &Field, via: &str) -> String {
    let (column, table) = (unitless(&f.column), singular(&spaced(&f.table.name)));
    let spoken = spaced(via);
    let part =
        ["id", "code", "no", "number", "key"].iter().find_map(|end| spoken.strip_suffix(&format!(" {end}")));
    let part = part.unwrap_or(&spoken);
    // "from port name" rather than "from port port name"
    let rest = match column.strip_prefix(&format!("{table} ")) {
        Some(rest) if part.ends_with(&table) => rest,
        _ => &column,
    };
    format!("{part} {rest}")
}

/// A number as the subject of a condition: "the number of orders".
fn subject_of(m: &Measure, plan: &QueryPlan) -> String {
    let text = measure(m, plan);
    if counts_rows(m) && !m.rank && !m.share && !m.running {
        format!("the number of {text}")
    } else {
        format!("the {text}")
    }
}

/// Rows are counted, and nothing else says what that is called.
fn counts_rows(m: &Measure) -> bool {
    m.aggregate == Aggregate::Count && m.expression.is_none() && m.label.is_none()
}

fn measure(m: &Measure, plan: &QueryPlan) -> String {
    let mut text = match &m.label {
        Some(label) => spaced(label),
        None => computed(m, plan),
    };
    if m.share {
        text = format!("share of {text}");
    }
    if m.running {
        text = format!("running total of {}", text.strip_prefix("total ").unwrap_or(&text));
    }
    if m.rank {
        let number = if counts_rows(m) { "number of " } else { "" };
        text = format!("rank by {number}{text}{}", if m.smallest_first { ", smallest first" } else { "" });
    }
    text
}

/// What is computed from one row of a table.
pub(crate) fn in_words(expression: &Expression, of: &TableName) -> String {
    let side = |expression: &Expression| match expression {
        Expression::Operation { .. } => format!("({})", in_words(expression, of)),
        _ => in_words(expression, of),
    };
    match expression {
        Expression::Field(f) => field_beside(f, of),
        Expression::Number(digits) => digits.clone(),
        Expression::Year(f) => format!("the year of {}", field_beside(f, of)),
        Expression::Month(f) => format!("the month of {}", field_beside(f, of)),
        Expression::Weekday(f) => format!("the day of the week of {}", field_beside(f, of)),
        Expression::Hour(f) => format!("the hour of {}", field_beside(f, of)),
        Expression::Length(f) => format!("the length of {}", field_beside(f, of)),
        Expression::Operation { left, operator, right } => {
            format!("{} {} {}", side(left), operator.words(), side(right))
        }
        Expression::Elapsed { from, to, unit } => {
            let unit = unit.word();
            format!("{unit} from {} to {}", field_beside(from, of), field_beside(to, of))
        }
    }
}

fn computed(m: &Measure, plan: &QueryPlan) -> String {
    let of = match &m.expression {
        None => plural(&spaced(&m.table.as_ref().unwrap_or(&plan.source).name)),
        Some(Expression::Field(f)) => field(f, plan),
        Some(expression) => in_words(expression, &plan.source),
    };
    let with = |word: &str| {
        if of.starts_with(&format!("{word} ")) { of.clone() } else { format!("{word} {of}") }
    };
    let mut text = match m.aggregate {
        Aggregate::Count if m.expression.is_none() => of.clone(),
        Aggregate::Count => format!("number of {of}"),
        Aggregate::CountDistinct => format!("number of different {}", plural(&of)),
        Aggregate::Sum => with("total"),
        Aggregate::Average => with("average"),
        Aggregate::Minimum => with("lowest"),
        Aggregate::Maximum => with("highest"),
        Aggregate::Median => with("median"),
        Aggregate::Percentile(n) => format!("{} percentile of {of}", ordinal(n.into())),
    };
    if !m.filters.is_empty() {
        let parts: Vec<String> = m.filters.iter().map(|f| filter(f, plan)).collect();
        text.push_str(&format!(" where {}", parts.join(" and ")));
    }
    if let Some(other) = &m.minus {
        text.push_str(&format!(" minus {}", measure(other, plan)));
    }
    if m.percent {
        return format!("share of {text}");
    }
    if let Some(other) = &m.over {
        text.push_str(&format!(" per {}", singular(&measure(other, plan))));
    }
    text
}

/// Which one of an order is taken: "second ", nothing for the first.
fn place(plan: &QueryPlan) -> String {
    match plan.offset.unwrap_or(0) {
        0 => String::new(),
        1 => "second ".to_owned(),
        2 => "third ".to_owned(),
        n => format!("{} ", ordinal(n.saturating_add(1))),
    }
}

/// "90th".
fn ordinal(n: u64) -> String {
    let ending = match (n / 10 % 10, n % 10) {
        (1, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}

fn listed(items: &[String]) -> String {
    joined(items, "and")
}

fn joined(items: &[String], word: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}

fn uncapital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}
