//! From a plan to one statement. A list is read from the one table whose rows it lists. A summary is read from
//! the table whose rows are counted, so that each row counts once; measures of different tables are computed
//! apart and put side by side, and a measure of a table that the split multiplies is taken over distinct rows.

mod finish;
mod fold;
mod list;
mod measure;
mod names;
mod summary;

pub(crate) use measure::aggregate_call;

use finish::chart;
use fold::fold;
use list::list;
use summary::summary;

use crate::{
    computed,
    error::PlanError,
    graph::Prepared,
    meta::{ColumnMeta, Compiled},
    plan::{Measure, QueryPlan, SetOperator},
    scope::Context,
    sql,
};
use rowcall_core::Catalogue;
use sqlparser::ast::{OrderByExpr, Query, SetExpr, SetQuantifier};

/// Compiles a plan; see [`compile_with`] to prepare the catalogue only once.
pub fn compile(plan: &QueryPlan, catalogue: &Catalogue) -> Result<Compiled, PlanError> {
    compile_with(plan, catalogue, &Prepared::new(catalogue))
}

/// Compiles a plan against a catalogue that was prepared before.
pub fn compile_with(
    plan: &QueryPlan,
    catalogue: &Catalogue,
    prepared: &Prepared,
) -> Result<Compiled, PlanError> {
    let zone = plan.time_zone.clone().unwrap_or_else(|| "UTC".to_owned());
    if zone.parse::<chrono_tz::Tz>().is_err() {
        return Err(PlanError::Inconsistent(format!("\"{zone}\" is not a time zone")));
    }
    let computed = computed::columns(&plan.computed, catalogue, prepared)?;
    let cx = Context::new(catalogue, prepared, zone, &computed);
    let (query, columns) = query(&cx, plan)?;
    let chart = chart(plan, &columns);
    Ok(Compiled { sql: query.to_string(), assumptions: cx.notes(), columns, chart })
}

/// The whole statement of a plan: with what it is combined with, ordered and cut off, and summarised once more.
fn query(cx: &Context<'_>, plan: &QueryPlan) -> Result<(Query, Vec<ColumnMeta>), PlanError> {
    let mut part = part(cx, plan)?;
    let mut plan_of_branch = plan;
    while let Some(combine) = &plan_of_branch.combine {
        // Only the whole is cut off or summarised: what would be dropped in silence is refused.
        let cut =
            combine.plan.limit.is_some() || combine.plan.offset.is_some() || combine.plan.fold.is_some();
        if cut || combine.plan.comparison.is_some() {
            return Err(PlanError::Inconsistent(
                "a plan that another is combined with cannot be cut off, summarised or compared by itself"
                    .into(),
            ));
        }
        let other = self::part(cx, &QueryPlan { combine: None, ..(*combine.plan).clone() })?;
        if other.columns.len() != part.columns.len() {
            return Err(PlanError::Inconsistent("plans with different columns cannot be combined".into()));
        }
        // One after the other: INTERSECT would bind what stands before it more tightly.
        if matches!(part.body, SetExpr::SetOperation { .. }) {
            part.body = SetExpr::Query(Box::new(sql::query(part.body)));
        }
        part.body = SetExpr::SetOperation {
            left: Box::new(part.body),
            op: match combine.operator {
                SetOperator::Intersect => sqlparser::ast::SetOperator::Intersect,
                SetOperator::Union => sqlparser::ast::SetOperator::Union,
                SetOperator::Except => sqlparser::ast::SetOperator::Except,
            },
            set_quantifier: SetQuantifier::None,
            right: Box::new(other.body),
        };
        part.order = part.columns.iter().map(|c| sql::ordered(sql::name(&c.name), None, None)).collect();
        plan_of_branch = &combine.plan;
    }
    let columns = part.columns.clone();
    let whole = |part: Part, ordered: bool| {
        let mut query = sql::query(part.body);
        query.order_by = sql::order_by(part.order).filter(|_| ordered);
        query.limit_clause = sql::limit(plan.limit, plan.offset);
        query
    };
    match &plan.fold {
        None => Ok((whole(part, true), columns)),
        Some(of) => {
            let cut = plan.limit.is_some() || plan.offset.is_some();
            let part = fold(cx, plan, of, whole(part, cut), &columns)?;
            let mut query = sql::query(part.body);
            query.order_by = sql::order_by(part.order);
            query.limit_clause = sql::limit(of.limit, None);
            Ok((query, part.columns))
        }
    }
}

/// A plan of one column inside another statement.
pub(crate) fn single(cx: &Context<'_>, plan: &QueryPlan) -> Result<Query, PlanError> {
    let (mut query, columns) = query(cx, plan)?;
    if columns.len() != 1 || plan.combine.is_some() {
        return Err(PlanError::Inconsistent("values are taken from a plan of one column".into()));
    }
    if query.limit_clause.is_none() {
        query.order_by = None;
    }
    Ok(query)
}

/// A body with the order it should be read in.
struct Part {
    body: SetExpr,
    order: Vec<OrderByExpr>,
    columns: Vec<ColumnMeta>,
}

fn part(cx: &Context<'_>, plan: &QueryPlan) -> Result<Part, PlanError> {
    if plan.measures.is_empty() && plan.dimensions.is_empty() { list(cx, plan) } else { summary(cx, plan) }
}

/// The table from which every needed one is met at most once per row: the source if that will do, else the
/// nearest table that will.
fn common_base(cx: &Context<'_>, source: usize, needed: &[usize]) -> Result<usize, PlanError> {
    let graph = &cx.prepared.graph;
    let distance = |base: usize, table: usize| {
        if base == table { Some(0) } else { graph.path(base, table, true, None).map(|(p, _)| p.len()) }
    };
    if needed.iter().all(|t| cx.reaches(source, *t)) {
        return Ok(source);
    }
    let all = || needed.iter().copied().chain([source]);
    // Candidates: tables within a few steps of the source, nearest first.
    let mut near = vec![source];
    let mut at = 0;
    while at < near.len() && near.len() < 60 {
        for step in &graph.steps[near[at]] {
            let next = graph.end(*step);
            if !near.contains(&next) {
                near.push(next);
            }
        }
        at += 1;
    }
    let best = near
        .into_iter()
        .filter_map(|base| {
            let mut sum = 0;
            for table in all() {
                sum += distance(base, table)?;
            }
            Some((sum, base))
        })
        .min();
    best.map(|(_, base)| base).ok_or_else(|| {
        let other = needed.iter().copied().find(|t| !cx.reaches(source, *t)).unwrap_or(source);
        PlanError::NoPath { from: cx.label(source).to_owned(), to: cx.label(other).to_owned() }
    })
}

fn measure_at(plan: &QueryPlan, index: usize) -> Result<&Measure, PlanError> {
    plan.measures
        .get(index)
        .ok_or_else(|| PlanError::Inconsistent(format!("the plan has no measure number {}", index + 1)))
}
