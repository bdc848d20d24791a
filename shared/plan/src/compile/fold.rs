//! A plan's result as the source of numbers: the average of the monthly revenues, how many groups there are.

use super::{
    Part,
    finish::{along_a_line, bound, measure_unit},
    measure::aggregate_call,
    measure_at,
    names::output_names,
};
use crate::{
    error::PlanError,
    explain::fold_label,
    filter::binary,
    meta::{ColumnMeta, ColumnRole, Unit},
    plan::{Aggregate, Expression, Fold, QueryPlan},
    scope::Context,
    sql,
};
use rowcall_core::TypeKind;
use sqlparser::ast::{OrderByExpr, Query, SetExpr, TableWithJoins};

/// What a number of the result is called there, the family of its type and its unit.
struct Source {
    name: String,
    kind: TypeKind,
    unit: Unit,
}

pub(super) fn fold(
    cx: &Context<'_>,
    plan: &QueryPlan,
    fold: &Fold,
    result: Query,
    columns: &[ColumnMeta],
) -> Result<Part, PlanError> {
    if fold.measures.is_empty() {
        return Err(PlanError::Inconsistent("a summary of a result computes something".into()));
    }
    let alias = cx.alias("result");
    let dimensions = output_names(cx, plan)?.dimensions;
    let mut select = sql::select();
    let mut kept = Vec::new();
    let mut shown = Vec::new();
    for at in &fold.by {
        let name = dimensions
            .get(*at)
            .ok_or_else(|| PlanError::Inconsistent(format!("the plan has no dimension number {}", at + 1)))?;
        let column = columns.iter().find(|c| c.name == *name && c.role == ColumnRole::Dimension);
        let column = column.ok_or_else(|| not_shown(name))?;
        select.projection.push(sql::unnamed(sql::column(&alias, name)));
        kept.push(sql::column(&alias, name));
        shown.push(column.clone());
    }
    let mut order: Vec<OrderByExpr> =
        shown.iter().map(|c| sql::ordered(sql::name(&c.name), None, None)).collect();
    let by = fold.by.iter().filter_map(|at| plan.dimensions.get(*at));
    let ranked = fold.limit.is_some() || fold.smallest_first;
    let largest_first = ranked || !order.is_empty() && !along_a_line(cx, by)?;
    if ranked && fold.by.is_empty() {
        return Err(PlanError::Inconsistent("one row in all has no order and is not cut off".into()));
    }
    let mut having = Vec::new();
    for (at, measure) in fold.measures.iter().enumerate() {
        let source = measure.of.map(|of| source(cx, plan, of, columns)).transpose()?;
        let counts = matches!(measure.aggregate, Aggregate::Count | Aggregate::CountDistinct);
        if source.is_none() && measure.aggregate != Aggregate::Count {
            return Err(PlanError::Inconsistent("a sum, average or extreme needs a number".into()));
        }
        let label = fold_label(measure, fold, plan);
        let name = label.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "_");
        let unit = match &source {
            Some(source) if !counts => source.unit.clone(),
            _ => Unit::None,
        };
        let called = source.as_ref().map_or("", |s| s.name.as_str());
        let of = source.as_ref().map(|s| (sql::column(&alias, &s.name), s.kind));
        let expr = aggregate_call(measure.aggregate, of, None, called)?;
        let name = unique(&name, &shown);
        if largest_first && shown.len() == fold.by.len() {
            order.insert(0, sql::ordered(sql::name(&name), Some(!fold.smallest_first), Some(false)));
        }
        let number = counts || source.as_ref().is_none_or(|s| s.kind.is_numeric());
        for condition in fold.having.iter().filter(|h| h.measure == at) {
            if !number {
                return Err(PlanError::Inconsistent("a condition on a result is about a number".into()));
            }
            having.push(sql::binary(expr.clone(), binary(condition.operator), bound(condition)?));
        }
        select.projection.push(sql::named(expr, &name));
        shown.push(ColumnMeta {
            name,
            label,
            unit,
            role: ColumnRole::Measure,
            grain: None,
            zero: false,
            adds_up: false,
        });
    }
    if having.len() < fold.having.len() {
        return Err(PlanError::Inconsistent("a condition is about a number that is not computed".into()));
    }
    select.having = sql::all(having);
    select.group_by = sql::group_by(kept);
    select.from = vec![TableWithJoins { relation: sql::derived(result, &alias), joins: Vec::new() }];
    Ok(Part { body: SetExpr::Select(Box::new(select)), order, columns: shown })
}

fn not_shown(name: &str) -> PlanError {
    PlanError::Inconsistent(format!("the plan does not show \"{name}\""))
}

/// A number of the result: a measure of a summary, a column of a list.
fn source(
    cx: &Context<'_>,
    plan: &QueryPlan,
    of: usize,
    columns: &[ColumnMeta],
) -> Result<Source, PlanError> {
    if plan.measures.is_empty() {
        let (Some(field), Some(column)) = (plan.columns.get(of), columns.get(of)) else {
            return Err(PlanError::Inconsistent(format!("the plan has no column number {}", of + 1)));
        };
        let stored = cx.column(cx.table(&field.table)?, &field.column)?;
        return Ok(Source { name: column.name.clone(), kind: stored.kind, unit: cx.unit(stored) });
    }
    let measure = measure_at(plan, of)?;
    let names = output_names(cx, plan)?.measures;
    if measure.hidden {
        return Err(not_shown(&names[of]));
    }
    let extreme = matches!(measure.aggregate, Aggregate::Minimum | Aggregate::Maximum);
    let kind = match &measure.expression {
        Some(Expression::Field(field)) if extreme => cx.column(cx.table(&field.table)?, &field.column)?.kind,
        _ => TypeKind::Decimal,
    };
    Ok(Source { name: names[of].clone(), kind, unit: measure_unit(cx, measure)? })
}

/// A name that no column has yet, within the 63 bytes of PostgreSQL.
fn unique(wish: &str, columns: &[ColumnMeta]) -> String {
    let wish: String = wish.trim_matches('_').chars().take(50).collect();
    let taken = |name: &str| columns.iter().any(|c| c.name == name);
    if !taken(&wish) {
        return wish;
    }
    (2..).map(|n| format!("{wish}_{n}")).find(|name| !taken(name)).unwrap_or(wish)
}
