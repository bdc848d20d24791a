//! The shown columns of a summary, its order, and what is set beside another period.

use super::{Part, measure_at, names::OutputNames, summary::Built};
use crate::{
    computed::unit,
    error::PlanError,
    explain::{dimension_label, measure_label},
    filter::{self},
    meta::{ColumnMeta, ColumnRole, Unit, heading},
    plan::{
        Aggregate, ChartHint, Comparison, Dimension, Expression, Grain, Having, Literal, Measure, OrderKey,
        QueryPlan,
    },
    scope::Context,
    sql,
};
use sqlparser::ast::{BinaryOperator, Expr, OrderByExpr, SetExpr, TableWithJoins};

pub(super) fn finish(
    cx: &Context<'_>,
    plan: &QueryPlan,
    mut built: Built,
    names: &OutputNames,
) -> Result<Part, PlanError> {
    if plan.comparison.is_some() && plan.measures.iter().any(|m| m.is_windowed() && !m.hidden) {
        return Err(PlanError::Inconsistent(
            "a share, running total or rank cannot be set beside the period before".into(),
        ));
    }
    let shows_all = plan.having.is_empty() && plan.limit.is_none();
    let mut columns = Vec::new();
    for ((dimension, expr), name) in plan.dimensions.iter().zip(&built.dimensions).zip(&names.dimensions) {
        if dimension.hidden {
            continue;
        }
        let column = cx.column(cx.table(&dimension.field.table)?, &dimension.field.column)?;
        built.select.projection.push(match dimension.grain {
            None => match expr {
                Expr::CompoundIdentifier(parts) if parts.last() == Some(&sql::ident(name)) => {
                    sql::unnamed(expr.clone())
                }
                _ => sql::named(expr.clone(), name),
            },
            Some(_) => sql::named(expr.clone(), name),
        });
        columns.push(ColumnMeta {
            name: name.clone(),
            label: dimension_label(dimension, plan),
            unit: if dimension.grain.is_some() { Unit::None } else { cx.unit(column) },
            role: ColumnRole::Dimension,
            grain: dimension.grain,
            zero: false,
            adds_up: false,
        });
    }
    for ((m, expr), name) in plan.measures.iter().zip(&built.measures).zip(&names.measures) {
        if m.hidden {
            continue;
        }
        built.select.projection.push(sql::named(expr.clone(), name));
        let unit = measure_unit(cx, m)?;
        columns.push(ColumnMeta {
            name: name.clone(),
            label: measure_label(m, plan),
            unit: unit.clone(),
            role: ColumnRole::Measure,
            grain: None,
            zero: shows_all && is_nought(m),
            adds_up: adds_up(m),
        });
        if let (Some(comparison), Some(along)) = (plan.comparison, built.dimensions.first()) {
            let apart = built.groups(1..built.dimensions.len());
            let time = &plan.dimensions[0];
            let stored = cx.column(cx.table(&time.field.table)?, &time.field.column)?;
            let optional = stored.nullable || time.field.table != plan.source;
            let beside = (comparison, time.grain, optional);
            for added in compared(beside, expr, along, apart, name, columns.last().map(|c| &c.label), unit) {
                let (expr, meta) = added;
                built.select.projection.push(sql::named(expr, &meta.name));
                columns.push(meta);
            }
        }
    }
    if columns.is_empty() {
        return Err(PlanError::Inconsistent("the plan shows neither groups nor numbers".into()));
    }
    if plan.comparison.is_some() && plan.dimensions.first().is_none_or(|d| d.grain.is_none()) {
        return Err(PlanError::Inconsistent(
            "a comparison with the period before needs a split by time".into(),
        ));
    }
    let (late, early): (Vec<&Having>, Vec<&Having>) =
        plan.having.iter().partition(|h| plan.measures[h.measure].is_windowed());
    let mut having = Vec::new();
    for h in early {
        having.push(sql::binary(built.measures[h.measure].clone(), filter::binary(h.operator), bound(h)?));
    }
    built.select.having = sql::all(having);
    if !late.is_empty() {
        return among_all(cx, plan, built, names, columns, &late);
    }
    let order = order(cx, plan, &built, names)?;
    Ok(Part { body: SetExpr::Select(Box::new(built.select)), order, columns })
}

/// A number of which several rows have one together. What is counted as different may be in several groups; shares of a whole
/// are parts of it.
fn adds_up(m: &Measure) -> bool {
    matches!(m.aggregate, Aggregate::Count | Aggregate::Sum)
        && !m.running
        && !m.rank
        && m.over.is_none()
        && m.minus.is_none()
}

/// A number that is 0 where there is nothing to count or to add.
fn is_nought(m: &Measure) -> bool {
    matches!(m.aggregate, Aggregate::Count | Aggregate::CountDistinct | Aggregate::Sum)
        && !m.is_windowed()
        && m.over.is_none()
        && m.minus.is_none()
}

/// What a computed number is compared with.
pub(super) fn bound(having: &Having) -> Result<Expr, PlanError> {
    match &having.value {
        Literal::Integer(n) => Ok(sql::number(&n.to_string())),
        Literal::Decimal(n) if n.parse::<f64>().is_ok_and(f64::is_finite) => Ok(sql::number(n)),
        _ => Err(PlanError::Inconsistent("a computed number is compared with a number".into())),
    }
}

/// Conditions on shares, running totals and ranks, which rest on all groups: they are read of the finished ones.
fn among_all(
    cx: &Context<'_>,
    plan: &QueryPlan,
    mut built: Built,
    names: &OutputNames,
    columns: Vec<ColumnMeta>,
    late: &[&Having],
) -> Result<Part, PlanError> {
    let all = cx.alias("all_groups");
    let mut outer = sql::select();
    for column in &columns {
        outer.projection.push(sql::unnamed(sql::column(&all, &column.name)));
    }
    let mut kept = Vec::new();
    for h in late {
        let name = &names.measures[h.measure];
        let asked = late.iter().position(|l| l.measure == h.measure);
        if plan.measures[h.measure].hidden && asked.is_some_and(|at| std::ptr::eq(late[at], *h)) {
            built.select.projection.push(sql::named(built.measures[h.measure].clone(), name));
        }
        kept.push(sql::binary(sql::column(&all, name), filter::binary(h.operator), bound(h)?));
    }
    outer.selection = sql::all(kept);
    let shown = |name: &String| columns.iter().any(|c| c.name == *name).then(|| sql::name(name));
    let mut order: Vec<OrderByExpr> = Vec::new();
    for part in &plan.order {
        let expr = match &part.by {
            OrderKey::Measure(i) => names.measures.get(*i).and_then(shown),
            OrderKey::Dimension(i) => names.dimensions.get(*i).and_then(shown),
            OrderKey::Field(_) => None,
        };
        order.extend(
            expr.map(|e| sql::ordered(e, part.descending.then_some(true), part.descending.then_some(false))),
        );
    }
    for expr in names.dimensions.iter().chain(&names.measures).filter_map(shown) {
        if !order.iter().any(|o| o.expr == expr) {
            order.push(sql::ordered(expr, None, None));
        }
    }
    let relation = sql::derived(sql::query(SetExpr::Select(Box::new(built.select))), &all);
    outer.from = vec![TableWithJoins { relation, joins: Vec::new() }];
    Ok(Part { body: SetExpr::Select(Box::new(outer)), order, columns })
}

/// The columns that set a number beside another period.
fn compared(
    (comparison, grain, optional): (Comparison, Option<Grain>, bool),
    expr: &Expr,
    along: &Expr,
    apart: Vec<Expr>,
    name: &str,
    label: Option<&String>,
    unit: Unit,
) -> Vec<(Expr, ColumnMeta)> {
    let label = label.map_or_else(|| heading(name), Clone::clone);
    let meta = |suffix: &str, words: &str, unit: Unit| ColumnMeta {
        name: format!("{name}_{suffix}"),
        label: format!("{label}, {words}"),
        unit,
        role: ColumnRole::Measure,
        grain: None,
        zero: false,
        adds_up: false,
    };
    // A frame instead of a lag: a period without rows must not shift the others against each other.
    let at = |distance: Expr| {
        // Rows at no time at all are no time before each other.
        let timed = Expr::IsNotNull(Box::new(along.clone()));
        sql::aggregate("max", vec![expr.clone()])
            .filter(optional.then_some(timed))
            .over_before(&distance, apart.clone(), along.clone())
            .expr()
    };
    let before = || match grain.and_then(step) {
        Some(distance) => at(distance),
        None => sql::aggregate("lag", vec![expr.clone()]).over(apart.clone(), vec![along.clone()]).expr(),
    };
    let difference =
        |before: &Expr| sql::nested(sql::binary(expr.clone(), BinaryOperator::Minus, before.clone()));
    let growth = |before: Expr| {
        sql::binary(
            sql::binary(difference(&before), BinaryOperator::Multiply, sql::number("100.0")),
            BinaryOperator::Divide,
            sql::call("nullif", vec![before, sql::number("0")]),
        )
    };
    match comparison {
        Comparison::Previous => vec![(difference(&before()), meta("change", "change", unit))],
        Comparison::Growth => vec![(growth(before()), meta("growth_percent", "growth", Unit::Percent))],
        Comparison::YearBefore => {
            let years = grain.filter(|g| *g == Grain::Year).and_then(step);
            let before = at(years.unwrap_or_else(|| sql::interval("1 year")));
            vec![
                (before.clone(), meta("year_before", "year before", unit)),
                (growth(before), meta("growth_percent", "growth", Unit::Percent)),
            ]
        }
    }
}

/// How far a period lies from the one before; nothing for a part that comes again and again.
fn step(grain: Grain) -> Option<Expr> {
    Some(match grain {
        Grain::Hour => sql::interval("1 hour"),
        Grain::Day => sql::interval("1 day"),
        Grain::Week => sql::interval("7 days"),
        Grain::Month => sql::interval("1 month"),
        Grain::Quarter => sql::interval("3 months"),
        Grain::Year => sql::number("1"),
        Grain::Weekday | Grain::HourOfDay | Grain::MonthOfYear => return None,
    })
}

pub(super) fn order(
    cx: &Context<'_>,
    plan: &QueryPlan,
    built: &Built,
    names: &OutputNames,
) -> Result<Vec<OrderByExpr>, PlanError> {
    let mut order: Vec<OrderByExpr> = Vec::new();
    let mut put = |expr: Expr, descending: bool| {
        if !order.iter().any(|o| o.expr == expr) {
            order.push(sql::ordered(expr, descending.then_some(true), descending.then_some(false)));
        }
    };
    let measure = |i: usize| -> Result<Expr, PlanError> {
        let m = measure_at(plan, i)?;
        Ok(if m.hidden { built.measures[i].clone() } else { sql::name(&names.measures[i]) })
    };
    let dimension = |i: usize| -> Result<Expr, PlanError> {
        let d: &Dimension = plan
            .dimensions
            .get(i)
            .ok_or_else(|| PlanError::Inconsistent(format!("the plan has no dimension number {}", i + 1)))?;
        if let Some(key) = built.sort.get(i).copied().flatten().and_then(|k| built.keys.get(k)) {
            return Ok(key.clone());
        }
        Ok(if d.hidden { built.dimensions[i].clone() } else { sql::name(&names.dimensions[i]) })
    };
    for part in &plan.order {
        match &part.by {
            OrderKey::Measure(i) => put(measure(*i)?, part.descending),
            OrderKey::Dimension(i) => put(dimension(*i)?, part.descending),
            OrderKey::Field(field) => {
                let at = plan.dimensions.iter().position(|d| d.field == *field).ok_or_else(|| {
                    PlanError::Inconsistent(format!("a summary cannot be ordered by \"{}\"", field.column))
                })?;
                put(dimension(at)?, part.descending);
            }
        }
    }
    if plan.order.is_empty() && !plan.dimensions.is_empty() && !along_a_line(cx, &plan.dimensions)? {
        let largest = plan.measures.iter().position(|m| !m.hidden);
        if let Some(at) = largest {
            put(measure(at)?, true);
        }
    }
    for i in 0..plan.dimensions.len() {
        put(dimension(i)?, false);
    }
    for key in &built.keys {
        put(key.clone(), false);
    }
    Ok(order)
}

/// Whether groups have an order of their own, as time and numbers have; of others the largest comes first.
pub(super) fn along_a_line<'d>(
    cx: &Context<'_>,
    dimensions: impl IntoIterator<Item = &'d Dimension>,
) -> Result<bool, PlanError> {
    let mut dimensions = dimensions.into_iter().peekable();
    if let Some(first) = dimensions.peek().filter(|d| !d.by_key)
        && cx.column(cx.table(&first.field.table)?, &first.field.column)?.kind.is_numeric()
    {
        return Ok(true);
    }
    Ok(dimensions.any(|d| d.grain.is_some()))
}

pub(super) fn measure_unit(cx: &Context<'_>, m: &Measure) -> Result<Unit, PlanError> {
    if m.rank {
        return Ok(Unit::None);
    }
    if m.share || m.percent {
        return Ok(Unit::Percent);
    }
    if m.over.is_some() || matches!(m.aggregate, Aggregate::Count | Aggregate::CountDistinct) {
        return Ok(Unit::None);
    }
    Ok(match &m.expression {
        Some(Expression::Field(f)) => cx.unit(cx.column(cx.table(&f.table)?, &f.column)?),
        Some(expression) => unit(expression, &|f| cx.column(cx.table(&f.table).ok()?, &f.column).ok()),
        None => Unit::None,
    })
}

/// What the plan itself says about a chart, where the asker said nothing.
pub(super) fn chart(plan: &QueryPlan, columns: &[ColumnMeta]) -> ChartHint {
    if plan.chart != ChartHint::Auto {
        return plan.chart;
    }
    if !columns.iter().any(|c| c.role == ColumnRole::Measure) || plan.limit == Some(1) {
        return ChartHint::None;
    }
    let along = match &plan.fold {
        None => plan.dimensions.first(),
        Some(fold) => fold.by.first().and_then(|at| plan.dimensions.get(*at)),
    };
    let Some(along) = along else { return ChartHint::None };
    match along.grain {
        // Of the days with more than 20 orders those between are left out, over which a line would lead.
        Some(grain) if !grain.is_part() && !plan.having.is_empty() => ChartHint::None,
        Some(grain) if !grain.is_part() => ChartHint::Line,
        Some(_) => ChartHint::Bar,
        None => ChartHint::Auto,
    }
}
