//! Names of the output columns, each once.

use super::summary::home;
use crate::{
    error::PlanError,
    plan::{Aggregate, Measure, QueryPlan},
    scope::Context,
};

/// Names of the output columns.
pub(super) struct OutputNames {
    pub(super) dimensions: Vec<String>,
    pub(super) measures: Vec<String>,
}

pub(super) fn output_names(cx: &Context<'_>, plan: &QueryPlan) -> Result<OutputNames, PlanError> {
    let mut names = Names::default();
    let mut dimensions = Vec::new();
    for d in &plan.dimensions {
        let several = plan.dimensions.iter().filter(|o| o.grain == d.grain).count() > 1;
        let wish = match d.grain.map(|g| g.word().replace(' ', "_")) {
            None => d.field.column.clone(),
            Some(grain) if several => format!("{}_{grain}", d.field.column),
            Some(grain) => grain,
        };
        let clash =
            plan.dimensions.iter().filter(|o| o.field.column == d.field.column && o.grain == d.grain).count()
                > 1;
        let table = cx.table(&d.field.table).map_or("", |t| cx.label(t));
        dimensions.push(names.unique(&if clash { format!("{table}_{wish}") } else { wish }));
    }
    let mut measures = Vec::new();
    for m in &plan.measures {
        measures.push(names.unique(&measure_name(cx, plan, m)?));
    }
    Ok(OutputNames { dimensions, measures })
}

pub(super) fn measure_name(
    cx: &Context<'_>,
    plan: &QueryPlan,
    measure: &Measure,
) -> Result<String, PlanError> {
    if let Some(label) = &measure.label {
        let clean: String = label
            .to_lowercase()
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { '_' })
            .take(60)
            .collect();
        if !clean.trim_matches('_').is_empty() {
            return Ok(clean.trim_matches('_').to_owned());
        }
    }
    let of = match &measure.expression {
        None => cx.label(home(cx, plan, measure)?).to_owned(),
        Some(expression) => expression.name(),
    };
    let percentile;
    let prefix = match measure.aggregate {
        Aggregate::Count => "count_of",
        Aggregate::CountDistinct => "different",
        Aggregate::Sum => "total",
        Aggregate::Average => "average",
        Aggregate::Minimum => "minimum",
        Aggregate::Maximum => "maximum",
        Aggregate::Median => "median",
        Aggregate::Percentile(n) => {
            percentile = format!("p{n}");
            &percentile
        }
    };
    // "total_amount" summed up stays "total_amount".
    let base = if of.starts_with(&format!("{prefix}_")) { of.clone() } else { format!("{prefix}_{of}") };
    let name = match (measure.share, measure.over.is_some()) {
        (true, _) => format!("share_of_{of}"),
        (_, true) if measure.percent => "percentage".to_owned(),
        (_, true) => "ratio".to_owned(),
        _ if measure.minus.is_some() => format!("difference_of_{of}"),
        _ => base,
    };
    Ok(if measure.rank { format!("rank_by_{name}") } else { name })
}

/// Output names, each once.
#[derive(Default)]
pub(super) struct Names(Vec<String>);

impl Names {
    pub(super) fn unique(&mut self, wish: &str) -> String {
        // PostgreSQL cuts names at 63 bytes.
        let mut end = wish.len().min(55);
        while !wish.is_char_boundary(end) {
            end -= 1;
        }
        let wish = &wish[..end];
        let mut name = wish.to_owned();
        let mut n = 2;
        while self.0.contains(&name) {
            name = format!("{wish}_{n}");
            n += 1;
        }
        self.0.push(name.clone());
        name
    }
}
