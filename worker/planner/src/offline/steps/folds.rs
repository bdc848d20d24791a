//! A number over the numbers of steps of time: "average revenue per month", "orders per day on average".

use super::Step;
use crate::offline::{
    arbiter::Read, assemble::capital, lexicon::is_income, parse::plain, plural, reword::rates::tells_money,
};
use rowcall_plan::{Aggregate, Fold, FoldMeasure};

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    let (at, used, aggregate) = (0..step.tokens.len()).find_map(|i| {
        let aggregate = match step.lower(i) {
            "average" | "mean" | "avg" => Aggregate::Average,
            "median" => Aggregate::Median,
            _ => return None,
        };
        let on = i > 0 && step.lower(i - 1) == "on";
        Some(if on { (i - 1, 2, aggregate) } else { (i, 1, aggregate) })
    })?;
    // "per month", "monthly"
    let split = (0..step.tokens.len()).any(|i| {
        let unit = |w: &str| matches!(w, "day" | "week" | "month" | "quarter" | "year" | "hour");
        matches!(step.lower(i), "daily" | "weekly" | "monthly" | "quarterly" | "yearly" | "annual" | "hourly")
            // "What does a nurse earn per month": that is a unit.
            || matches!(step.lower(i), "per" | "each" | "every" | "a")
                && unit(step.lower(i + 1))
                && !(i > 0 && tells_money(step.lower(i - 1)))
    });
    // "the average revenue per customer": of what each of them brings in.
    let things = is_income(step.lower(at + used))
        && (0..step.tokens.len()).any(|i| {
            matches!(step.lower(i), "per" | "each" | "every")
                && step.tokens.get(i + 1).is_some_and(|t| step.lexicon.names_table(&t.lemma, 0.9))
        });
    (split || things).then_some(())?;
    // An average of counts or sums: an average of single values is one already.
    let counted = matches!(step.lower(at + used), "number" | "count");
    let mut read = step.instead(at, at + used, if counted { "" } else { "total" })?;
    let plan = &mut read.plan;
    let stepped = plan.dimensions.iter().position(|d| d.grain.is_some_and(|g| !g.is_part()));
    let own = things.then(|| plan.dimensions.iter().position(|d| d.by_key)).flatten();
    let folded = stepped.or(own)?;
    let adds = |m: &rowcall_plan::Measure| {
        matches!(m.aggregate, Aggregate::Count | Aggregate::CountDistinct | Aggregate::Sum)
            && !m.is_windowed()
            && m.over.is_none()
            && !m.hidden
    };
    let fits = plan.measures.len() == 1
        && plan.measures.iter().all(adds)
        && plan.limit.is_none()
        && plan.combine.is_none()
        && plan.comparison.is_none()
        && plan.having.is_empty();
    // "the average amount per month" is an average for each month; only what is added up anyway is meant per month.
    let summed = plan.measures.iter().all(|m| m.aggregate != Aggregate::Sum || m.label.is_some());
    (fits && summed).then_some(())?;
    let by = (0..plan.dimensions.len()).filter(|d| *d != folded).collect();
    plan.fold = Some(Fold { by, measures: vec![FoldMeasure { aggregate, of: Some(0) }], ..Fold::default() });
    plan.order.clear();
    let left_out = match plan.dimensions[folded].grain {
        Some(grain) => format!("{}s", grain.word()),
        None => plural(&plain(&plan.dimensions[folded].field.table.name)),
    };
    read.notes.push(format!("{} without any rows are left out.", capital(&left_out)));
    Some(read)
}
