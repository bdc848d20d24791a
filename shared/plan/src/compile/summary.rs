//! Summaries: rows put into groups, each row counted once whatever the joins.

use super::{
    Part, common_base,
    finish::finish,
    measure::{aggregate_call, apart, measure, named_part, shared, truncated},
    measure_at,
    names::{OutputNames, output_names},
};
use crate::{
    computed::value,
    error::PlanError,
    filter::{conditions, tables_of},
    meta::ColumnRole,
    plan::{Aggregate, Comparison, Field, Filter, Measure, QueryPlan},
    scope::{Context, Scope},
    sql,
};
use rowcall_core::TypeKind;
use sqlparser::ast::{BinaryOperator, Expr, Select, SetExpr, SetQuantifier, TableWithJoins};
use std::ops::Range;

/// The table whose rows a measure adds up.
pub(super) fn home(cx: &Context<'_>, plan: &QueryPlan, measure: &Measure) -> Result<usize, PlanError> {
    match (&measure.expression, &measure.table) {
        (_, Some(table)) => cx.table(table),
        (None, None) => cx.table(&plan.source),
        (Some(expression), None) => {
            let tables = tables_of(cx, expression.fields().into_iter().map(|f| &f.table))?;
            let source = cx.table(&plan.source)?;
            let reaching = tables.iter().copied().find(|t| tables.iter().all(|o| cx.reaches(*t, *o)));
            match (measure.aggregate, reaching) {
                // Different values and extremes do not change when a row is met twice.
                (Aggregate::CountDistinct | Aggregate::Minimum | Aggregate::Maximum, _)
                    if tables.iter().all(|t| cx.reaches(source, *t)) =>
                {
                    Ok(source)
                }
                (_, Some(table)) => Ok(table),
                _ => common_base(cx, tables[0], &tables),
            }
        }
    }
}

/// A summary; one set beside the year before also reads that year, and shows only what was asked for.
pub(super) fn summary(cx: &Context<'_>, plan: &QueryPlan) -> Result<Part, PlanError> {
    let asked =
        plan.dimensions.first().filter(|_| plan.comparison == Some(Comparison::YearBefore)).and_then(|d| {
            plan.filters
                .iter()
                .position(|f| matches!(f, Filter::Period { field, from: Some(_), .. } if *field == d.field))
        });
    let Some(at) = asked else { return grouped(cx, plan) };
    let mut wide = plan.clone();
    let mut first = None;
    if let Filter::Period { from: Some(from), .. } = &mut wide.filters[at] {
        first = Some(*from);
        *from = from.checked_sub_months(chrono::Months::new(12)).unwrap_or(*from);
    }
    let part = grouped(cx, &wide)?;
    let (Some(first), Some(along)) = (first, part.columns.first()) else { return Ok(part) };
    let inner = cx.alias("with_year_before");
    let mut outer = sql::select();
    for column in &part.columns {
        outer.projection.push(sql::unnamed(sql::column(&inner, &column.name)));
    }
    outer.selection = Some(sql::binary(
        sql::column(&inner, &along.name),
        BinaryOperator::GtEq,
        sql::cast(sql::text(&first.to_string()), sql::CastTo::Date),
    ));
    let order = part.columns.iter().filter(|c| c.role == ColumnRole::Dimension);
    let order = order.map(|c| sql::ordered(sql::name(&c.name), None, None)).collect();
    let relation = sql::derived(sql::query(part.body), &inner);
    outer.from = vec![TableWithJoins { relation, joins: Vec::new() }];
    Ok(Part { body: SetExpr::Select(Box::new(outer)), order, columns: part.columns })
}

pub(super) fn grouped(cx: &Context<'_>, plan: &QueryPlan) -> Result<Part, PlanError> {
    if !plan.columns.is_empty() {
        return Err(PlanError::Inconsistent("a summary shows dimensions and measures, not columns".into()));
    }
    for having in &plan.having {
        measure_at(plan, having.measure)?;
    }
    let mut homes: Vec<(usize, Vec<usize>)> = Vec::new();
    for (i, measure) in plan.measures.iter().enumerate() {
        let home = home(cx, plan, measure)?;
        match homes.iter_mut().find(|(h, _)| *h == home) {
            Some((_, list)) => list.push(i),
            None => homes.push((home, vec![i])),
        }
    }
    if homes.is_empty() {
        homes.push((cx.table(&plan.source)?, Vec::new()));
    }
    let names = output_names(cx, plan)?;
    let built = match homes.as_slice() {
        [(home, _)] => one_home(cx, plan, *home, &(0..plan.measures.len()).collect::<Vec<_>>(), &names)?,
        several => several_homes(cx, plan, several, &names)?,
    };
    finish(cx, plan, built, &names)
}

/// A grouped select, its parts still apart so that the caller can add to it.
pub(super) struct Built {
    pub(super) select: Select,
    pub(super) dimensions: Vec<Expr>,
    pub(super) measures: Vec<Expr>,
    /// Keys that are grouped by but not shown; they break ties.
    pub(super) keys: Vec<Expr>,
    /// Per dimension, the key that puts its names in order (days of the week).
    pub(super) sort: Vec<Option<usize>>,
    /// Per dimension, what tells its groups apart where they are called the same.
    pub(super) told: Vec<Vec<Told>>,
}

/// Where the key of a group is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Told {
    /// Among [`Built::keys`].
    Key(usize),
    /// Among [`Built::dimensions`].
    Dimension(usize),
}

impl Built {
    fn new() -> Self {
        Self {
            select: sql::select(),
            dimensions: Vec::new(),
            measures: Vec::new(),
            keys: Vec::new(),
            sort: Vec::new(),
            told: Vec::new(),
        }
    }

    /// What tells the groups of some dimensions apart.
    pub(super) fn groups(&self, which: Range<usize>) -> Vec<Expr> {
        let mut out: Vec<Expr> = Vec::new();
        for at in which {
            let keys = self.told.get(at).into_iter().flatten().map(|told| match told {
                Told::Key(at) => &self.keys[*at],
                Told::Dimension(at) => &self.dimensions[*at],
            });
            for expr in self.dimensions.get(at).into_iter().chain(keys) {
                if !out.contains(expr) {
                    out.push(expr.clone());
                }
            }
        }
        out
    }
}

pub(super) fn one_home(
    cx: &Context<'_>,
    plan: &QueryPlan,
    home: usize,
    which: &[usize],
    names: &OutputNames,
) -> Result<Built, PlanError> {
    let mut needed = tables_of(cx, plan.dimensions.iter().map(|d| &d.field.table))?;
    if !needed.contains(&home) {
        needed.push(home);
    }
    let base = common_base(cx, home, &needed)?;
    let multiplied = base != home;
    let additive = which.iter().any(|i| {
        let m = &plan.measures[*i];
        matches!(
            m.aggregate,
            Aggregate::Sum | Aggregate::Average | Aggregate::Median | Aggregate::Percentile(_)
        ) || (m.aggregate == Aggregate::Count && m.expression.is_some())
    });
    if multiplied && additive {
        return over_distinct_rows(cx, plan, home, base, which, names);
    }
    let mut scope = Scope::new(cx, base);
    let mut built = Built::new();
    dimensions(&mut scope, plan, &mut built)?;
    for i in which {
        let expr = measure(&mut scope, cx, &plan.measures[*i], home, apart(plan), &built)?;
        built.measures.push(expr);
    }
    built.select.selection = conditions(&mut scope, &plan.filters)?;
    built.select.from = scope.from();
    group(&mut built);
    Ok(built)
}

pub(super) fn dimensions(
    scope: &mut Scope<'_, '_>,
    plan: &QueryPlan,
    built: &mut Built,
) -> Result<(), PlanError> {
    for dimension in &plan.dimensions {
        let (expr, column) = scope.field(&dimension.field)?;
        let expr = match dimension.grain {
            Some(grain) => {
                let number = truncated(scope.cx, expr.clone(), column, grain)?;
                match named_part(scope.cx, expr, column, grain)? {
                    Some(name) => {
                        built.sort.push(Some(built.keys.len()));
                        built.keys.push(number);
                        name
                    }
                    None => {
                        built.sort.push(None);
                        number
                    }
                }
            }
            None => {
                built.sort.push(None);
                expr
            }
        };
        built.dimensions.push(expr);
        let mut told = Vec::new();
        if dimension.by_key {
            let table = scope.cx.table(&dimension.field.table)?;
            scope.require(table, dimension.field.via.as_deref())?;
            for key in scope.cx.key(table) {
                let (expr, _) = scope.field(&Field { column: key, ..dimension.field.clone() })?;
                let shown = built.dimensions.iter().position(|d| *d == expr);
                let kept = built.keys.iter().position(|k| *k == expr);
                told.push(match (shown, kept) {
                    (Some(at), _) => Told::Dimension(at),
                    (None, Some(at)) => Told::Key(at),
                    (None, None) => {
                        built.keys.push(expr);
                        Told::Key(built.keys.len() - 1)
                    }
                });
            }
        }
        built.told.push(told);
    }
    Ok(())
}

pub(super) fn group(built: &mut Built) {
    let all: Vec<Expr> = built.dimensions.iter().chain(&built.keys).cloned().collect();
    built.select.group_by = sql::group_by(all);
}

/// The split meets a row of the measure's table more than once per group: aggregate over distinct rows.
pub(super) fn over_distinct_rows(
    cx: &Context<'_>,
    plan: &QueryPlan,
    home: usize,
    base: usize,
    which: &[usize],
    names: &OutputNames,
) -> Result<Built, PlanError> {
    let key = cx.key(home);
    if key.is_empty() {
        return Err(PlanError::Inconsistent(format!(
            "rows of \"{}\" cannot be told apart, so they would be counted more than once",
            cx.label(home)
        )));
    }
    let mut scope = Scope::new(cx, base);
    let mut inner = Built::new();
    dimensions(&mut scope, plan, &mut inner)?;
    let mut built = Built::new();
    let outer = cx.alias("each_row");
    for (expr, name) in inner.dimensions.iter().zip(&names.dimensions) {
        inner.select.projection.push(sql::named(expr.clone(), name));
        built.dimensions.push(sql::column(&outer, name));
    }
    for (i, expr) in inner.keys.iter().enumerate() {
        let name = format!("group_key_{}", i + 1);
        inner.select.projection.push(sql::named(expr.clone(), &name));
        built.keys.push(sql::column(&outer, &name));
    }
    built.sort = inner.sort.clone();
    built.told = inner.told.clone();
    let home_alias = scope.alias_of(home)?;
    for (i, column) in key.iter().enumerate() {
        inner
            .select
            .projection
            .push(sql::named(sql::column(&home_alias, column), &format!("row_key_{}", i + 1)));
    }
    for i in which {
        let m = &plan.measures[*i];
        if m.over.is_some() || m.minus.is_some() {
            return Err(PlanError::Inconsistent(
                "a ratio or difference cannot be split by a table with many rows per row".into(),
            ));
        }
        let (value, kind, name) = match &m.expression {
            Some(expression) => value(&mut scope, None, expression)?,
            // Its key, which a row that is not there has not.
            None => (sql::column(&home_alias, &key[0]), TypeKind::Integer, String::new()),
        };
        let value = match conditions(&mut scope, &m.filters)? {
            None => value,
            Some(condition) => Expr::Case {
                case_token: sqlparser::ast::helpers::attached_token::AttachedToken::empty(),
                end_token: sqlparser::ast::helpers::attached_token::AttachedToken::empty(),
                operand: None,
                conditions: vec![sqlparser::ast::CaseWhen { condition, result: value }],
                else_result: None,
            },
        };
        let at = format!("value_{}", i + 1);
        inner.select.projection.push(sql::named(value, &at));
        let call = aggregate_call(m.aggregate, Some((sql::column(&outer, &at), kind)), None, &name)?;
        built.measures.push(shared(call, m, apart(plan), &built));
    }
    inner.select.selection = conditions(&mut scope, &plan.filters)?;
    inner.select.distinct = Some(sqlparser::ast::Distinct::Distinct);
    inner.select.from = scope.from();
    let subquery = sql::query(SetExpr::Select(Box::new(inner.select)));
    built.select.from = vec![TableWithJoins { relation: sql::derived(subquery, &outer), joins: Vec::new() }];
    group(&mut built);
    Ok(built)
}

/// Measures of several tables: each table is summarised by itself, the summaries are put one under the other
/// with NULL for what they lack, and folded together by the dimensions.
pub(super) fn several_homes(
    cx: &Context<'_>,
    plan: &QueryPlan,
    homes: &[(usize, Vec<usize>)],
    names: &OutputNames,
) -> Result<Built, PlanError> {
    let mut union: Option<SetExpr> = None;
    let mut keys = 0;
    let (mut sort, mut told) = (Vec::new(), Vec::new());
    for (home, which) in homes {
        let bare = QueryPlan {
            measures: plan
                .measures
                .iter()
                .map(|m| Measure { share: false, running: false, rank: false, ..m.clone() })
                .collect(),
            ..plan.clone()
        };
        let mut built = one_home(cx, &bare, *home, which, names)?;
        keys = built.keys.len();
        sort.clone_from(&built.sort);
        told.clone_from(&built.told);
        for (expr, name) in built.dimensions.iter().zip(&names.dimensions) {
            built.select.projection.push(sql::named(expr.clone(), name));
        }
        for (i, expr) in built.keys.iter().enumerate() {
            built.select.projection.push(sql::named(expr.clone(), &format!("group_key_{}", i + 1)));
        }
        for (i, name) in names.measures.iter().enumerate() {
            // A NULL over a NULL would be taken for a text by the time the number comes.
            let nothing = || match (homes.len() > 2, plan.measures[i].aggregate) {
                (false, _) | (true, Aggregate::Minimum | Aggregate::Maximum) => sql::null(),
                (true, Aggregate::Count | Aggregate::CountDistinct) if plan.measures[i].over.is_none() => {
                    sql::cast(sql::null(), sql::CastTo::Integer)
                }
                (true, _) => sql::cast(sql::null(), sql::CastTo::Numeric),
            };
            let expr =
                which.iter().position(|w| *w == i).map_or_else(nothing, |at| built.measures[at].clone());
            built.select.projection.push(sql::named(expr, name));
        }
        let body = SetExpr::Select(Box::new(built.select));
        union = Some(match union {
            None => body,
            Some(left) => SetExpr::SetOperation {
                left: Box::new(left),
                op: sqlparser::ast::SetOperator::Union,
                set_quantifier: SetQuantifier::All,
                right: Box::new(body),
            },
        });
    }
    let Some(union) = union else { return Err(PlanError::Inconsistent("the plan computes nothing".into())) };
    let outer = cx.alias("side_by_side");
    let mut built = Built::new();
    built.dimensions = names.dimensions.iter().map(|n| sql::column(&outer, n)).collect();
    built.sort = sort;
    built.told = told;
    built.keys = (0..keys).map(|i| sql::column(&outer, &format!("group_key_{}", i + 1))).collect();
    for (m, name) in plan.measures.iter().zip(&names.measures) {
        let folded = sql::call("max", vec![sql::column(&outer, name)]);
        built.measures.push(shared(folded, m, apart(plan), &built));
    }
    built.select.from =
        vec![TableWithJoins { relation: sql::derived(sql::query(union), &outer), joins: Vec::new() }];
    group(&mut built);
    Ok(built)
}
