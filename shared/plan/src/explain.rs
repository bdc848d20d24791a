//! A plan in plain English, for people who want to check what was understood without reading SQL.

use crate::{
    meta::spaced,
    plan::{
        Aggregate, Comparison, Expression, Field, Filter, Measure, Operand, Operator, OrderKey, QueryPlan,
        SetOperator, TextMatch,
    },
};

/// What the plan asks, as one or two sentences.
pub fn explain(plan: &QueryPlan) -> String {
    let mut text = String::new();
    let shown: Vec<String> = plan.measures.iter().filter(|m| !m.hidden).map(|m| measure(m, plan)).collect();
    let dimensions: Vec<String> = plan
        .dimensions
        .iter()
        .filter(|d| !d.hidden)
        .map(|d| match d.grain {
            Some(grain) => format!("{} of {}", grain.word(), field(&d.field, plan)),
            None => field(&d.field, plan),
        })
        .collect();
    if shown.is_empty() {
        let columns: Vec<String> = if plan.measures.is_empty() && plan.dimensions.is_empty() {
            plan.columns.iter().map(|f| field(f, plan)).collect()
        } else {
            dimensions
        };
        let each = if plan.distinct || !plan.dimensions.is_empty() { "the different " } else { "the " };
        text.push_str(&format!("Shows {each}{} of {}", listed(&columns), spaced(&plan.source.name)));
    } else {
        text.push_str(&format!("Shows {}", listed(&shown)));
        if !dimensions.is_empty() {
            text.push_str(&format!(" for each {}", listed(&dimensions)));
        }
    }
    if !plan.filters.is_empty() {
        let parts: Vec<String> = plan.filters.iter().map(|f| filter(f, plan)).collect();
        text.push_str(&format!(", where {}", parts.join(" and ")));
    }
    for h in &plan.having {
        if let Some(m) = plan.measures.get(h.measure) {
            text.push_str(&format!(
                ", only where the {} {} {}",
                measure(m, plan),
                h.operator.words(),
                h.value
            ));
        }
    }
    let orders: Vec<String> = plan
        .order
        .iter()
        .filter_map(|o| {
            let by = match &o.by {
                OrderKey::Measure(i) => measure(plan.measures.get(*i)?, plan),
                OrderKey::Dimension(i) => field(&plan.dimensions.get(*i)?.field, plan),
                OrderKey::Field(f) => field(f, plan),
            };
            Some(format!("{by}{}", if o.descending { ", largest first" } else { "" }))
        })
        .collect();
    if !orders.is_empty() {
        text.push_str(&format!(", ordered by {}", orders.join(", then ")));
    }
    match plan.limit {
        Some(1) => text.push_str(", only the first"),
        Some(n) => text.push_str(&format!(", only the first {n}")),
        None => {}
    }
    match plan.comparison {
        Some(Comparison::Previous) => text.push_str(", with the change from the period before"),
        Some(Comparison::Growth) => text.push_str(", with the growth over the period before"),
        None => {}
    }
    text.push('.');
    if let Some(combine) = &plan.combine {
        let how = match combine.operator {
            SetOperator::Intersect => "Only rows that are also in",
            SetOperator::Union => "Together with",
            SetOperator::Except => "Without",
        };
        text.push_str(&format!(" {how}: {}", explain(&combine.plan)));
    }
    text
}

fn field(f: &Field, plan: &QueryPlan) -> String {
    let column = spaced(&f.column);
    let table = spaced(&f.table.name);
    if f.table == plan.source || column.contains(&table) { column } else { format!("{column} of {table}") }
}

fn measure(m: &Measure, plan: &QueryPlan) -> String {
    let of = match &m.expression {
        None => spaced(&m.table.as_ref().unwrap_or(&plan.source).name),
        Some(Expression::Field(f)) => field(f, plan),
        Some(Expression::Product(a, b)) => format!("{} times {}", field(a, plan), field(b, plan)),
        Some(Expression::Elapsed { from, to, unit }) => {
            format!("{unit:?} from {} to {}", field(from, plan), field(to, plan)).to_lowercase()
        }
    };
    let mut text = match m.aggregate {
        Aggregate::Count => format!("number of {of}"),
        Aggregate::CountDistinct => format!("number of different {of}"),
        Aggregate::Sum => format!("total {of}"),
        Aggregate::Average => format!("average {of}"),
        Aggregate::Minimum => format!("smallest {of}"),
        Aggregate::Maximum => format!("largest {of}"),
        Aggregate::Median => format!("median {of}"),
    };
    if !m.filters.is_empty() {
        let parts: Vec<String> = m.filters.iter().map(|f| filter(f, plan)).collect();
        text.push_str(&format!(" where {}", parts.join(" and ")));
    }
    if let Some(other) = &m.over {
        text.push_str(&format!(" divided by the {}", measure(other, plan)));
    }
    if m.share {
        text = format!("share of the {text} in percent");
    }
    if m.running {
        text = format!("running {text}");
    }
    text
}

fn filter(f: &Filter, plan: &QueryPlan) -> String {
    match f {
        Filter::All(parts) => parts.iter().map(|p| filter(p, plan)).collect::<Vec<_>>().join(" and "),
        Filter::Any(parts) => {
            format!("({})", parts.iter().map(|p| filter(p, plan)).collect::<Vec<_>>().join(" or "))
        }
        Filter::Not(part) => format!("not ({})", filter(part, plan)),
        Filter::Compare { field: at, operator, operand } => {
            let with = match operand {
                Operand::Literal(value) => value.to_string(),
                Operand::Field(other) => field(other, plan),
                Operand::Aggregate { aggregate, field: of, .. } => {
                    format!("the {}", measure(&Measure::of(*aggregate, of.clone()), plan))
                }
            };
            format!("{} {} {with}", field(at, plan), operator.words())
        }
        Filter::In { field: at, values, negated } => {
            let values: Vec<String> = values.iter().map(ToString::to_string).collect();
            let how = if *negated { "is none of" } else { "is one of" };
            format!("{} {how} {}", field(at, plan), values.join(", "))
        }
        Filter::Period { field: at, from, to } => {
            let last = to.and_then(|d| d.pred_opt());
            match (from, last) {
                (Some(from), Some(last)) if *from == last => format!("{} is on {from}", field(at, plan)),
                (Some(from), Some(last)) => format!("{} is from {from} to {last}", field(at, plan)),
                (Some(from), None) => format!("{} is on or after {from}", field(at, plan)),
                (None, Some(last)) => format!("{} is up to {last}", field(at, plan)),
                (None, None) => format!("{} is at any time", field(at, plan)),
            }
        }
        Filter::Text { field: at, how, value, negated } => {
            let how = match how {
                TextMatch::Equals => "is",
                TextMatch::Contains => "contains",
                TextMatch::StartsWith => "starts with",
                TextMatch::EndsWith => "ends with",
            };
            let not = if *negated { "not: " } else { "" };
            format!("{not}{} {how} \"{value}\"", field(at, plan))
        }
        Filter::Null { field: at, negated } => {
            format!("{} {}", field(at, plan), if *negated { "is given" } else { "is missing" })
        }
        Filter::Related { table, filters, count, negated, .. } => {
            let table = spaced(&table.name);
            let mut text = match (count, negated) {
                (None, false) => format!("there are {table}"),
                (None, true) => format!("there are no {table}"),
                (Some((operator, n)), _) => format!("the number of {table} {} {n}", words(*operator)),
            };
            if !filters.is_empty() {
                let parts: Vec<String> = filters.iter().map(|p| filter(p, plan)).collect();
                text.push_str(&format!(" with {}", parts.join(" and ")));
            }
            text
        }
    }
}

fn words(operator: Operator) -> &'static str {
    operator.words()
}

fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
