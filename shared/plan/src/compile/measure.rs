//! The expressions of measures: aggregates, ratios, shares, elapsed times and steps of time.

use super::summary::Built;
use crate::{
    computed::value,
    error::PlanError,
    filter::{self, conditions},
    plan::{Aggregate, Dimension, Grain, Measure, QueryPlan},
    scope::{Context, Scope},
    sql,
};
use rowcall_core::{Column, TypeKind};
use sqlparser::ast::{BinaryOperator, DateTimeField, Expr, ExtractSyntax};

pub(super) fn measure(
    scope: &mut Scope<'_, '_>,
    cx: &Context<'_>,
    m: &Measure,
    home: usize,
    apart: usize,
    built: &Built,
) -> Result<Expr, PlanError> {
    let mut plain = plain_measure(scope, cx, m, home)?;
    if let Some(other) = &m.minus {
        let less = plain_measure(scope, cx, other, home)?;
        plain = sql::binary(plain, BinaryOperator::Minus, less);
        if m.percent || m.over.is_some() {
            plain = sql::nested(plain);
        }
    }
    let plain =
        if m.percent { sql::binary(plain, BinaryOperator::Multiply, sql::number("100.0")) } else { plain };
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
    Ok(shared(value, m, apart, built))
}

pub(super) fn plain_measure(
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
            let (expr, kind, name) = value(scope, None, expression)?;
            aggregate_call(m.aggregate, Some((expr, kind)), filter, &name)
        }
    }
}

/// How many dimensions ranked groups share: all but the last, which may have several columns (a first and a last name).
pub(super) fn apart(plan: &QueryPlan) -> usize {
    let dimensions = &plan.dimensions;
    let Some(last) = dimensions.last() else { return 0 };
    let same = |d: &&Dimension| {
        d.by_key && last.by_key && d.field.table == last.field.table && d.field.via == last.field.via
    };
    dimensions.len() - dimensions.iter().rev().take_while(same).count().max(1)
}

/// Share of the total, running total and rank, over an aggregate.
pub(super) fn shared(value: Expr, m: &Measure, apart: usize, built: &Built) -> Expr {
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
        let order = built.dimensions.first().cloned().into_iter().collect();
        let apart = built.groups(1..built.dimensions.len());
        return sql::aggregate("sum", vec![value]).over(apart, order).expr();
    }
    if m.rank {
        let apart = built.groups(0..apart);
        return sql::aggregate("rank", Vec::new()).over_by_size(apart, value, !m.smallest_first).expr();
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
        Aggregate::Percentile(n) if !(1..=99).contains(&n) => {
            return Err(PlanError::Inconsistent("a percentile is a number from 1 to 99".into()));
        }
        Aggregate::Percentile(n) if numeric => {
            let share = sql::number(&format!("0.{n:02}"));
            sql::aggregate("percentile_cont", vec![share]).within(expr)
        }
        Aggregate::Sum => return Err(wrong("added up")),
        Aggregate::Average => return Err(wrong("averaged")),
        Aggregate::Median => return Err(wrong("given a median")),
        Aggregate::Percentile(_) => return Err(wrong("given a percentile")),
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

/// A point in time cut to a grain: a year as its number, a date for days and other spans of them.
pub(super) fn truncated(
    cx: &Context<'_>,
    expr: Expr,
    column: &Column,
    grain: Grain,
) -> Result<Expr, PlanError> {
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
        Grain::Year => part(DateTimeField::Year),
        Grain::Day => sql::cast(local, sql::CastTo::Date),
        Grain::Hour => sql::call("date_trunc", vec![sql::text("hour"), local]),
        _ => sql::cast(sql::call("date_trunc", vec![sql::text(grain.word()), local]), sql::CastTo::Date),
    })
}

/// The name of a day of the week or a month, for people; its number keeps the order.
pub(super) fn named_part(
    cx: &Context<'_>,
    expr: Expr,
    column: &Column,
    grain: Grain,
) -> Result<Option<Expr>, PlanError> {
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
