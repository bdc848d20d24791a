//! A summary of a result: "Average revenue per month by region".

use super::{dimension, field, list_head, listed, measure, ordinal, uncapital};
use crate::{
    meta::{capital, plural, spaced},
    plan::{Aggregate, Fold, FoldMeasure, Having, QueryPlan},
};

/// How a result is summarised: "average".
fn fold_word(m: &FoldMeasure) -> String {
    match m.aggregate {
        Aggregate::Count if m.of.is_none() => "number".to_owned(),
        Aggregate::Count => "number of values".to_owned(),
        Aggregate::CountDistinct => "number of different values".to_owned(),
        Aggregate::Sum => "total".to_owned(),
        Aggregate::Average => "average".to_owned(),
        Aggregate::Minimum => "lowest".to_owned(),
        Aggregate::Maximum => "highest".to_owned(),
        Aggregate::Median => "median".to_owned(),
        Aggregate::Percentile(n) => format!("{} percentile", ordinal(n.into())),
    }
}

/// The number of a result that is summarised, in words.
fn folded(m: &FoldMeasure, plan: &QueryPlan) -> Option<String> {
    let of = m.of?;
    match plan.measures.get(of) {
        Some(inner) => {
            let count = inner.aggregate == Aggregate::Count && inner.expression.is_none();
            let words = measure(inner, plan);
            Some(if count && inner.label.is_none() { format!("number of {words}") } else { words })
        }
        None => plan.columns.get(of).map(|c| field(c, plan)),
    }
}

/// A heading for a number over a plan's result: "Average revenue per month".
pub(crate) fn fold_label(m: &FoldMeasure, fold: &Fold, plan: &QueryPlan) -> String {
    let word = fold_word(m);
    capital(&match (m.aggregate, folded(m, plan)) {
        (Aggregate::Count, None) => {
            let groups: Vec<String> =
                plan.dimensions.iter().filter(|d| !d.hidden).map(|d| plural(&dimension(d, plan))).collect();
            let things = plural(&spaced(&plan.source.name));
            format!("number of {}", if groups.is_empty() { things } else { listed(&groups) })
        }
        (_, Some(of)) => format!("{word} {of}{}", per(fold, plan)),
        (_, None) => word,
    })
}

/// What each number of the result was for: " per month".
fn per(fold: &Fold, plan: &QueryPlan) -> String {
    let over = plan.dimensions.iter().enumerate().filter(|(at, d)| !fold.by.contains(at) && !d.hidden);
    let over: Vec<String> = over.map(|(_, d)| dimension(d, plan)).collect();
    if over.is_empty() { String::new() } else { format!(" per {}", listed(&over)) }
}

/// What a summary of a result shows: "Average revenue per month by region".
pub(super) fn folded_head(fold: &Fold, plan: &QueryPlan) -> String {
    let labels: Vec<String> = fold.measures.iter().map(|m| uncapital(&fold_label(m, fold, plan))).collect();
    let mut text = capital(&listed(&labels));
    if plan.measures.is_empty() && plan.dimensions.is_empty() {
        text.push_str(&format!(" of {}", list_head(plan)));
    }
    text + &apart(fold, plan)
}

/// Which of them: "the average revenue per month is more than 100".
pub(super) fn such(fold: &Fold, plan: &QueryPlan) -> Vec<String> {
    let number = |h: &Having| {
        let measure = fold.measures.get(h.measure)?;
        let label = uncapital(&fold_label(measure, fold, plan));
        Some(format!("the {label} {} {}", h.operator.words(), h.value))
    };
    fold.having.iter().filter_map(number).collect()
}

/// How many of them: ", top 1".
pub(super) fn cut(fold: &Fold) -> String {
    match (fold.limit, fold.smallest_first) {
        (Some(n), false) => format!(", top {n}"),
        (Some(n), true) => format!(", bottom {n}"),
        (None, _) => String::new(),
    }
}

/// What stays apart: " by region".
fn apart(fold: &Fold, plan: &QueryPlan) -> String {
    let by: Vec<String> =
        fold.by.iter().filter_map(|at| plan.dimensions.get(*at)).map(|d| dimension(d, plan)).collect();
    if by.is_empty() { String::new() } else { format!(" by {}", listed(&by)) }
}
