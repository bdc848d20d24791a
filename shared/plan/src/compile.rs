//! From a plan to one statement. A list is read from the one table whose rows it lists. A summary is read from
//! the table whose rows are counted, so that each row counts once; measures of different tables are computed
//! apart and put side by side, and a measure of a table that the split multiplies is taken over distinct rows.

use crate::{
    error::PlanError,
    explain::{dimension_label, measure_label},
    filter::{self, conditions, tables_of},
    graph::Prepared,
    meta::{ColumnMeta, ColumnRole, Compiled, Unit, heading, unit_of},
    plan::{
        Aggregate, ChartHint, Comparison, Dimension, Expression, Field, Filter, Grain, Literal, Measure, OrderKey,
        QueryPlan, SetOperator, TimeUnit,
    },
    scope::{Context, Scope},
    sql,
};
use rowcall_core::{Catalogue, Column, TypeKind};
use sqlparser::ast::{
    BinaryOperator, DateTimeField, Expr, ExtractSyntax, OrderByExpr, Select, SelectItem, SetExpr,
    SetQuantifier, TableWithJoins,
};

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
    let cx = Context::new(catalogue, prepared, zone);
    let mut part = part(&cx, plan)?;
    let mut plan_of_branch = plan;
    while let Some(combine) = &plan_of_branch.combine {
        let other = self::part(&cx, &QueryPlan { combine: None, ..(*combine.plan).clone() })?;
        if other.columns.len() != part.columns.len() {
            return Err(PlanError::Inconsistent("plans with different columns cannot be combined".into()));
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
    let mut query = sql::query(part.body);
    query.order_by = sql::order_by(part.order);
    query.limit_clause = plan.limit.map(sql::limit);
    let chart = chart(plan, &part.columns);
    Ok(Compiled { sql: query.to_string(), assumptions: cx.notes(), columns: part.columns, chart })
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

fn list(cx: &Context<'_>, plan: &QueryPlan) -> Result<Part, PlanError> {
    if plan.columns.is_empty() {
        return Err(PlanError::Inconsistent("the plan shows neither columns nor numbers".into()));
    }
    if !plan.having.is_empty() || plan.comparison.is_some() {
        return Err(PlanError::Inconsistent("conditions on numbers and comparisons need a measure".into()));
    }
    let source = cx.table(&plan.source)?;
    let order_fields = plan.order.iter().filter_map(|o| match &o.by {
        OrderKey::Field(field) => Some(&field.table),
        _ => None,
    });
    let needed = tables_of(cx, plan.columns.iter().map(|f| &f.table).chain(order_fields))?;
    let base = common_base(cx, source, &needed)?;
    let mut scope = Scope::new(cx, base);
    let mut names = Names::default();
    let mut select = sql::select();
    let mut shown: Vec<(Expr, String, TypeKind)> = Vec::new();
    let mut columns = Vec::new();
    for field in &plan.columns {
        let (expr, column) = scope.field(field)?;
        let wish = qualified(cx, plan, field, column);
        let name = names.unique(&wish);
        select.projection.push(item(&expr, &name, column));
        shown.push((expr, name.clone(), column.kind));
        columns.push(ColumnMeta {
            label: heading(&name),
            name,
            unit: unit_of(column),
            role: ColumnRole::Dimension,
            grain: None,
        });
    }
    select.selection = conditions(&mut scope, &plan.filters)?;
    let mut order = Vec::new();
    let mut grouped = false;
    for part in &plan.order {
        let OrderKey::Field(field) = &part.by else {
            return Err(PlanError::Inconsistent("a list is ordered by columns".into()));
        };
        let (mut expr, _) = scope.field(field)?;
        if plan.distinct && !shown.iter().any(|(e, _, _)| *e == expr) {
            grouped = true;
            expr = sql::call(if part.descending { "max" } else { "min" }, vec![expr]);
        }
        order.push(sql::ordered(expr, part.descending.then_some(true), part.descending.then_some(false)));
    }
    if plan.distinct && grouped {
        select.group_by = sql::group_by(shown.iter().map(|(e, _, _)| e.clone()).collect());
    } else if plan.distinct {
        select.distinct = Some(sqlparser::ast::Distinct::Distinct);
    }
    let mut ties: Vec<Expr> = Vec::new();
    let key = cx.key(base);
    if plan.distinct || key.is_empty() {
        ties.extend(shown.iter().filter(|(_, _, kind)| can_order(*kind)).map(|(e, _, _)| e.clone()));
    } else {
        ties.extend(key.iter().map(|c| sql::column(scope.base_alias(), c)));
    }
    for tie in ties {
        if !order.iter().any(|o: &OrderByExpr| o.expr == tie) {
            order.push(sql::ordered(tie, None, None));
        }
    }
    select.from = scope.from();
    Ok(Part { body: SetExpr::Select(Box::new(select)), order, columns })
}

/// A column of a table that is not the plan's source is named with its table where its own name says little.
fn qualified(cx: &Context<'_>, plan: &QueryPlan, field: &Field, column: &Column) -> String {
    let several = plan.columns.iter().filter(|f| f.column == field.column).count() > 1;
    if !several {
        return column.name.clone();
    }
    let table = cx.table(&field.table).map_or("", |t| cx.label(t));
    format!("{table}_{}", column.name)
}

fn can_order(kind: TypeKind) -> bool {
    !matches!(kind, TypeKind::Json | TypeKind::Other)
}

fn item(expr: &Expr, name: &str, column: &Column) -> SelectItem {
    if name == column.name { sql::unnamed(expr.clone()) } else { sql::named(expr.clone(), name) }
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

/// The table whose rows a measure adds up.
fn home(cx: &Context<'_>, plan: &QueryPlan, measure: &Measure) -> Result<usize, PlanError> {
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
fn summary(cx: &Context<'_>, plan: &QueryPlan) -> Result<Part, PlanError> {
    let asked = plan.dimensions.first().filter(|_| plan.comparison == Some(Comparison::YearBefore)).and_then(|d| {
        plan.filters.iter().position(|f| matches!(f, Filter::Period { field, from: Some(_), .. } if *field == d.field))
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

fn grouped(cx: &Context<'_>, plan: &QueryPlan) -> Result<Part, PlanError> {
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

fn measure_at(plan: &QueryPlan, index: usize) -> Result<&Measure, PlanError> {
    plan.measures
        .get(index)
        .ok_or_else(|| PlanError::Inconsistent(format!("the plan has no measure number {}", index + 1)))
}

/// Names of the output columns.
struct OutputNames {
    dimensions: Vec<String>,
    measures: Vec<String>,
}

fn output_names(cx: &Context<'_>, plan: &QueryPlan) -> Result<OutputNames, PlanError> {
    let mut names = Names::default();
    let mut dimensions = Vec::new();
    for d in &plan.dimensions {
        let wish = d.grain.map_or_else(|| d.field.column.clone(), |g| g.word().replace(' ', "_"));
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

fn measure_name(cx: &Context<'_>, plan: &QueryPlan, measure: &Measure) -> Result<String, PlanError> {
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
        Some(Expression::Field(f)) => f.column.clone(),
        Some(Expression::Product(a, b)) => format!("{}_x_{}", a.column, b.column),
        Some(Expression::Elapsed { from, to, unit }) => {
            let unit = match unit {
                TimeUnit::Minutes => "minutes",
                TimeUnit::Hours => "hours",
                TimeUnit::Days => "days",
            };
            format!("{unit}_from_{}_to_{}", from.column, to.column)
        }
    };
    let prefix = match measure.aggregate {
        Aggregate::Count => "count_of",
        Aggregate::CountDistinct => "different",
        Aggregate::Sum => "total",
        Aggregate::Average => "average",
        Aggregate::Minimum => "minimum",
        Aggregate::Maximum => "maximum",
        Aggregate::Median => "median",
    };
    // "total_amount" summed up stays "total_amount".
    let base = if of.starts_with(&format!("{prefix}_")) { of.clone() } else { format!("{prefix}_{of}") };
    Ok(match (measure.share, measure.over.is_some()) {
        (true, _) => format!("share_of_{of}"),
        (_, true) => "ratio".to_owned(),
        _ => base,
    })
}

/// A grouped select, its parts still apart so that the caller can add to it.
struct Built {
    select: Select,
    dimensions: Vec<Expr>,
    measures: Vec<Expr>,
    /// Keys that are grouped by but not shown; they break ties.
    keys: Vec<Expr>,
    /// Per dimension, the key that puts its names in order (days of the week).
    sort: Vec<Option<usize>>,
}

fn one_home(
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
        matches!(m.aggregate, Aggregate::Sum | Aggregate::Average | Aggregate::Median)
            || (m.aggregate == Aggregate::Count && m.expression.is_some())
    });
    if multiplied && additive {
        return over_distinct_rows(cx, plan, home, base, which, names);
    }
    let mut scope = Scope::new(cx, base);
    let mut built =
        Built { select: sql::select(), dimensions: Vec::new(), measures: Vec::new(), keys: Vec::new(), sort: Vec::new() };
    dimensions(&mut scope, plan, &mut built)?;
    for i in which {
        let expr = measure(&mut scope, cx, &plan.measures[*i], home, &built.dimensions)?;
        built.measures.push(expr);
    }
    built.select.selection = conditions(&mut scope, &plan.filters)?;
    built.select.from = scope.from();
    group(&mut built);
    Ok(built)
}

fn dimensions(scope: &mut Scope<'_, '_>, plan: &QueryPlan, built: &mut Built) -> Result<(), PlanError> {
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
        if dimension.by_key {
            let table = scope.cx.table(&dimension.field.table)?;
            for key in scope.cx.key(table) {
                let (expr, _) = scope.field(&Field { column: key, ..dimension.field.clone() })?;
                if !built.keys.contains(&expr) && !built.dimensions.contains(&expr) {
                    built.keys.push(expr);
                }
            }
        }
    }
    Ok(())
}

fn group(built: &mut Built) {
    let all: Vec<Expr> = built.dimensions.iter().chain(&built.keys).cloned().collect();
    built.select.group_by = sql::group_by(all);
}

/// The split meets a row of the measure's table more than once per group: aggregate over distinct rows.
fn over_distinct_rows(
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
    let mut inner =
        Built { select: sql::select(), dimensions: Vec::new(), measures: Vec::new(), keys: Vec::new(), sort: Vec::new() };
    dimensions(&mut scope, plan, &mut inner)?;
    let mut built =
        Built { select: sql::select(), dimensions: Vec::new(), measures: Vec::new(), keys: Vec::new(), sort: Vec::new() };
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
    let home_alias = scope.alias_of(home)?;
    for (i, column) in key.iter().enumerate() {
        inner
            .select
            .projection
            .push(sql::named(sql::column(&home_alias, column), &format!("row_key_{}", i + 1)));
    }
    for i in which {
        let m = &plan.measures[*i];
        if m.over.is_some() {
            return Err(PlanError::Inconsistent(
                "a ratio cannot be split by a table with many rows per row".into(),
            ));
        }
        let (value, kind, name) = match &m.expression {
            Some(expression) => value(&mut scope, expression)?,
            None => (sql::number("1"), TypeKind::Integer, String::new()),
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
        built.measures.push(shared(call, m, &built.dimensions));
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
fn several_homes(
    cx: &Context<'_>,
    plan: &QueryPlan,
    homes: &[(usize, Vec<usize>)],
    names: &OutputNames,
) -> Result<Built, PlanError> {
    let mut union: Option<SetExpr> = None;
    let mut keys = 0;
    let mut sort = Vec::new();
    for (home, which) in homes {
        let bare = QueryPlan {
            measures: plan
                .measures
                .iter()
                .map(|m| Measure { share: false, running: false, ..m.clone() })
                .collect(),
            ..plan.clone()
        };
        let mut built = one_home(cx, &bare, *home, which, names)?;
        keys = built.keys.len();
        sort.clone_from(&built.sort);
        for (expr, name) in built.dimensions.iter().zip(&names.dimensions) {
            built.select.projection.push(sql::named(expr.clone(), name));
        }
        for (i, expr) in built.keys.iter().enumerate() {
            built.select.projection.push(sql::named(expr.clone(), &format!("group_key_{}", i + 1)));
        }
        for (i, name) in names.measures.iter().enumerate() {
            let expr =
                which.iter().position(|w| *w == i).map_or_else(sql::null, |at| built.measures[at].clone());
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
    let mut built =
        Built { select: sql::select(), dimensions: Vec::new(), measures: Vec::new(), keys: Vec::new(), sort: Vec::new() };
    built.dimensions = names.dimensions.iter().map(|n| sql::column(&outer, n)).collect();
    built.sort = sort;
    built.keys = (0..keys).map(|i| sql::column(&outer, &format!("group_key_{}", i + 1))).collect();
    for (m, name) in plan.measures.iter().zip(&names.measures) {
        let folded = sql::call("max", vec![sql::column(&outer, name)]);
        built.measures.push(shared(folded, m, &built.dimensions));
    }
    built.select.from =
        vec![TableWithJoins { relation: sql::derived(sql::query(union), &outer), joins: Vec::new() }];
    group(&mut built);
    Ok(built)
}

/// The value of an expression, the family of its type and a name for messages.
fn value(scope: &mut Scope<'_, '_>, expression: &Expression) -> Result<(Expr, TypeKind, String), PlanError> {
    match expression {
        Expression::Field(field) => {
            let (expr, column) = scope.field(field)?;
            Ok((expr, column.kind, column.name.clone()))
        }
        Expression::Product(a, b) => {
            let (left, first) = scope.field(a)?;
            let (right, second) = scope.field(b)?;
            for column in [first, second] {
                if !column.kind.is_numeric() {
                    return Err(filter::wrong(column, "multiplied"));
                }
            }
            Ok((sql::binary(left, BinaryOperator::Multiply, right), TypeKind::Decimal, first.name.clone()))
        }
        Expression::Elapsed { from, to, unit } => {
            let (start, first) = scope.field(from)?;
            let (end, second) = scope.field(to)?;
            for column in [first, second] {
                if !column.kind.is_temporal() {
                    return Err(filter::wrong(column, "the start or end of a time"));
                }
            }
            let days = first.kind == TypeKind::Date && second.kind == TypeKind::Date;
            if days {
                let difference = sql::nested(sql::binary(end, BinaryOperator::Minus, start));
                return Ok(match unit {
                    TimeUnit::Days => (difference, TypeKind::Integer, first.name.clone()),
                    TimeUnit::Hours => scaled(difference, BinaryOperator::Multiply, "24", first),
                    TimeUnit::Minutes => scaled(difference, BinaryOperator::Multiply, "1440", first),
                });
            }
            let difference = sql::nested(sql::binary(end, BinaryOperator::Minus, start));
            let seconds = Expr::Extract {
                field: DateTimeField::Epoch,
                syntax: ExtractSyntax::From,
                expr: Box::new(difference),
            };
            let per = match unit {
                TimeUnit::Minutes => "60",
                TimeUnit::Hours => "3600",
                TimeUnit::Days => "86400",
            };
            Ok(scaled(seconds, BinaryOperator::Divide, per, first))
        }
    }
}

fn scaled(expr: Expr, op: BinaryOperator, by: &str, column: &Column) -> (Expr, TypeKind, String) {
    (sql::binary(expr, op, sql::number(by)), TypeKind::Decimal, column.name.clone())
}

fn measure(
    scope: &mut Scope<'_, '_>,
    cx: &Context<'_>,
    m: &Measure,
    home: usize,
    dimensions: &[Expr],
) -> Result<Expr, PlanError> {
    let plain = plain_measure(scope, cx, m, home)?;
    let plain = if m.percent { sql::binary(plain, BinaryOperator::Multiply, sql::number("100.0")) } else { plain };
    let value = match &m.over {
        None => plain,
        Some(other) => {
            let divisor = plain_measure(scope, cx, other, home)?;
            sql::binary(
                if m.percent { plain } else { sql::cast(plain, sql::CastTo::Numeric) },
                BinaryOperator::Divide,
                sql::call("nullif", vec![divisor, sql::number("0")]),
            )
        }
    };
    Ok(shared(value, m, dimensions))
}

fn plain_measure(
    scope: &mut Scope<'_, '_>,
    cx: &Context<'_>,
    m: &Measure,
    home: usize,
) -> Result<Expr, PlanError> {
    let filter = conditions(scope, &m.filters)?;
    match &m.expression {
        None if m.aggregate != Aggregate::Count => {
            Err(PlanError::Inconsistent("a sum, average or extreme needs a column".into()))
        }
        None if scope.base() == home => Ok(sql::Call::star("count").filter(filter).expr()),
        None => {
            let key = cx.key(home);
            let alias = scope.alias_of(home)?;
            match key.as_slice() {
                [key] => Ok(sql::aggregate("count", vec![sql::column(&alias, key)])
                    .distinct()
                    .filter(filter)
                    .expr()),
                [] => Err(PlanError::Inconsistent(format!(
                    "rows of \"{}\" cannot be told apart, so they cannot be counted once each",
                    cx.label(home)
                ))),
                several => {
                    let row = Expr::Tuple(several.iter().map(|k| sql::column(&alias, k)).collect());
                    Ok(sql::aggregate("count", vec![row]).distinct().filter(filter).expr())
                }
            }
        }
        Some(expression) => {
            let (expr, kind, name) = value(scope, expression)?;
            aggregate_call(m.aggregate, Some((expr, kind)), filter, &name)
        }
    }
}

/// Share of the total and running total, over an aggregate.
fn shared(value: Expr, m: &Measure, dimensions: &[Expr]) -> Expr {
    if m.share {
        let total = sql::aggregate("sum", vec![value.clone()]).over(Vec::new(), Vec::new()).expr();
        let hundred = sql::binary(value, BinaryOperator::Multiply, sql::number("100.0"));
        return sql::binary(
            hundred,
            BinaryOperator::Divide,
            sql::call("nullif", vec![total, sql::number("0")]),
        );
    }
    if m.running {
        let order = dimensions.first().cloned().into_iter().collect();
        let apart = dimensions.get(1..).unwrap_or_default().to_vec();
        return sql::aggregate("sum", vec![value]).over(apart, order).expr();
    }
    value
}

/// An aggregate function over an expression.
pub(crate) fn aggregate_call(
    aggregate: Aggregate,
    of: Option<(Expr, TypeKind)>,
    filter: Option<Expr>,
    name: &str,
) -> Result<Expr, PlanError> {
    let Some((expr, kind)) = of else { return Ok(sql::Call::star("count").filter(filter).expr()) };
    let wrong = |wish: &str| PlanError::WrongType {
        column: name.to_owned(),
        type_name: format!("{kind:?}").to_lowercase(),
        wish: wish.to_owned(),
    };
    let numeric = kind.is_numeric() || kind == TypeKind::Interval;
    let call = match aggregate {
        Aggregate::Count => sql::aggregate("count", vec![expr]),
        Aggregate::CountDistinct => sql::aggregate("count", vec![expr]).distinct(),
        Aggregate::Sum if numeric => sql::aggregate("sum", vec![expr]),
        Aggregate::Average if numeric => sql::aggregate("avg", vec![expr]),
        Aggregate::Median if numeric => {
            sql::aggregate("percentile_cont", vec![sql::number("0.5")]).within(expr)
        }
        Aggregate::Sum => return Err(wrong("added up")),
        Aggregate::Average => return Err(wrong("averaged")),
        Aggregate::Median => return Err(wrong("given a median")),
        Aggregate::Minimum | Aggregate::Maximum => {
            if matches!(
                kind,
                TypeKind::Json | TypeKind::Bool | TypeKind::Uuid | TypeKind::Bytes | TypeKind::Other
            ) {
                return Err(wrong("compared by size"));
            }
            sql::aggregate(if aggregate == Aggregate::Minimum { "min" } else { "max" }, vec![expr])
        }
    };
    Ok(call.filter(filter).expr())
}

/// A point in time cut to a grain: a date for days and more.
fn truncated(cx: &Context<'_>, expr: Expr, column: &Column, grain: Grain) -> Result<Expr, PlanError> {
    let local = match column.kind {
        TypeKind::TimestampTz => sql::at_time_zone(expr, &cx.zone),
        TypeKind::Timestamp => expr,
        TypeKind::Date if grain == Grain::Day => return Ok(expr),
        TypeKind::Date => sql::cast(expr, sql::CastTo::Timestamp),
        _ => return Err(filter::wrong(column, &format!("split by {}", grain.word()))),
    };
    let part = |field: DateTimeField| {
        let extract = Expr::Extract { field, syntax: ExtractSyntax::From, expr: Box::new(local.clone()) };
        sql::cast(extract, sql::CastTo::Integer)
    };
    Ok(match grain {
        Grain::Weekday => part(DateTimeField::Isodow),
        Grain::HourOfDay => part(DateTimeField::Hour),
        Grain::MonthOfYear => part(DateTimeField::Month),
        Grain::Day => sql::cast(local, sql::CastTo::Date),
        Grain::Hour => sql::call("date_trunc", vec![sql::text("hour"), local]),
        _ => sql::cast(sql::call("date_trunc", vec![sql::text(grain.word()), local]), sql::CastTo::Date),
    })
}

/// The name of a day of the week or a month, for people; its number keeps the order.
fn named_part(cx: &Context<'_>, expr: Expr, column: &Column, grain: Grain) -> Result<Option<Expr>, PlanError> {
    let pattern = match grain {
        Grain::Weekday => "FMDay",
        Grain::MonthOfYear => "FMMonth",
        _ => return Ok(None),
    };
    let local = match column.kind {
        TypeKind::TimestampTz => sql::at_time_zone(expr, &cx.zone),
        TypeKind::Timestamp => expr,
        TypeKind::Date => sql::cast(expr, sql::CastTo::Timestamp),
        _ => return Err(filter::wrong(column, &format!("split by {}", grain.word()))),
    };
    Ok(Some(sql::call("to_char", vec![local, sql::text(pattern)])))
}

fn finish(
    cx: &Context<'_>,
    plan: &QueryPlan,
    mut built: Built,
    names: &OutputNames,
) -> Result<Part, PlanError> {
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
            unit: if dimension.grain.is_some() { Unit::None } else { unit_of(column) },
            role: ColumnRole::Dimension,
            grain: dimension.grain,
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
        });
        if let (Some(comparison), Some(along)) = (plan.comparison, built.dimensions.first()) {
            let apart = built.dimensions[1..].to_vec();
            for added in compared(comparison, expr, along, apart, name, columns.last().map(|c| &c.label), unit) {
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
    let mut having = Vec::new();
    for h in &plan.having {
        let value = match &h.value {
            Literal::Integer(n) => sql::number(&n.to_string()),
            Literal::Decimal(n) if n.parse::<f64>().is_ok_and(f64::is_finite) => sql::number(n),
            _ => return Err(PlanError::Inconsistent("a computed number is compared with a number".into())),
        };
        having.push(sql::binary(built.measures[h.measure].clone(), filter::binary(h.operator), value));
    }
    built.select.having = sql::all(having);
    let order = order(cx, plan, &built, names)?;
    Ok(Part { body: SetExpr::Select(Box::new(built.select)), order, columns })
}

/// The columns that set a number beside another period.
fn compared(
    comparison: Comparison,
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
    };
    let lag = || sql::aggregate("lag", vec![expr.clone()]).over(apart.clone(), vec![along.clone()]).expr();
    let difference = |before: &Expr| sql::nested(sql::binary(expr.clone(), BinaryOperator::Minus, before.clone()));
    let growth = |before: Expr| {
        sql::binary(
            sql::binary(difference(&before), BinaryOperator::Multiply, sql::number("100.0")),
            BinaryOperator::Divide,
            sql::call("nullif", vec![before, sql::number("0")]),
        )
    };
    match comparison {
        Comparison::Previous => vec![(difference(&lag()), meta("change", "change", unit))],
        Comparison::Growth => vec![(growth(lag()), meta("growth_percent", "growth", Unit::Percent))],
        Comparison::YearBefore => {
            // A frame instead of a lag: a missing month must not shift the years against each other.
            let before = sql::aggregate("max", vec![expr.clone()]).over_year_before(apart.clone(), along.clone()).expr();
            vec![
                (before.clone(), meta("year_before", "year before", unit)),
                (growth(before), meta("growth_percent", "growth", Unit::Percent)),
            ]
        }
    }
}

fn order(
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
    if plan.order.is_empty() && !plan.dimensions.is_empty() {
        let along_a_line = plan.dimensions.iter().any(|d| d.grain.is_some()) || {
            let first = &plan.dimensions[0].field;
            cx.column(cx.table(&first.table)?, &first.column)?.kind.is_numeric() && !plan.dimensions[0].by_key
        };
        if !along_a_line && plan.measures.iter().any(|m| !m.hidden) {
            put(measure(plan.measures.iter().position(|m| !m.hidden).unwrap_or(0))?, true);
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

fn measure_unit(cx: &Context<'_>, m: &Measure) -> Result<Unit, PlanError> {
    if m.share || m.percent {
        return Ok(Unit::Percent);
    }
    if m.over.is_some() || matches!(m.aggregate, Aggregate::Count | Aggregate::CountDistinct) {
        return Ok(Unit::None);
    }
    Ok(match &m.expression {
        Some(Expression::Field(f)) => unit_of(cx.column(cx.table(&f.table)?, &f.column)?),
        Some(Expression::Product(a, b)) => {
            let first = unit_of(cx.column(cx.table(&a.table)?, &a.column)?);
            if first != Unit::None { first } else { unit_of(cx.column(cx.table(&b.table)?, &b.column)?) }
        }
        Some(Expression::Elapsed { unit, .. }) => Unit::Word(
            match unit {
                TimeUnit::Minutes => "minutes",
                TimeUnit::Hours => "hours",
                TimeUnit::Days => "days",
            }
            .to_owned(),
        ),
        None => Unit::None,
    })
}

/// What the plan itself says about a chart, where the asker said nothing.
fn chart(plan: &QueryPlan, columns: &[ColumnMeta]) -> ChartHint {
    if plan.chart != ChartHint::Auto {
        return plan.chart;
    }
    if !columns.iter().any(|c| c.role == ColumnRole::Measure)
        || plan.dimensions.is_empty()
        || plan.limit == Some(1)
    {
        return ChartHint::None;
    }
    match plan.dimensions[0].grain {
        Some(grain) if !grain.is_part() => ChartHint::Line,
        Some(_) => ChartHint::Bar,
        None => ChartHint::Auto,
    }
}

/// Output names, each once.
#[derive(Default)]
struct Names(Vec<String>);

impl Names {
    fn unique(&mut self, wish: &str) -> String {
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
