//! Conditions. One on a table with many rows per base row becomes EXISTS, never a join, so that a row is not
//! counted once per match.

use crate::{
    error::PlanError,
    graph::Edge,
    plan::{Aggregate, Field, Filter, Literal, Operand, Operator, TableName, TextMatch},
    scope::{Context, Scope, equalities},
    sql,
};
use chrono::{Days, NaiveDate};
use rowcall_core::{Column, TypeKind};
use sqlparser::ast::{BinaryOperator, Expr, SetExpr};

/// All of the filters, those on the same to-many table together about one row.
pub(crate) fn conditions(scope: &mut Scope<'_, '_>, filters: &[Filter]) -> Result<Option<Expr>, PlanError> {
    let mut parts = Vec::new();
    let mut far: Vec<(usize, Option<&str>, Vec<Filter>)> = Vec::new();
    for filter in filters {
        match far_table(scope, filter)? {
            Some(table) => {
                let via = far_via(scope, table, filter);
                // A condition that names no reference is about the rows of the others.
                let same = |v: Option<&str>| v == via || v.is_none() || via.is_none();
                match far.iter_mut().find(|(t, v, _)| *t == table && same(*v)) {
                    Some((_, over, list)) => {
                        *over = over.or(via);
                        list.push(filter.clone());
                    }
                    None => far.push((table, via, vec![filter.clone()])),
                }
            }
            None => parts.push(condition(scope, filter)?),
        }
    }
    for (table, via, filters) in far {
        parts.push(related(scope, table, via, &filters, None, false)?);
    }
    Ok(sql::all(parts))
}

/// The table a filter speaks of, when a base row may have many of its rows.
fn far_table(scope: &Scope<'_, '_>, filter: &Filter) -> Result<Option<usize>, PlanError> {
    if let Filter::Any(parts) | Filter::All(parts) = filter {
        let mut tables = Vec::new();
        for part in parts {
            tables.push(far_table(scope, part)?);
        }
        let first = tables.first().copied().flatten();
        return Ok(first.filter(|_| tables.iter().all(|t| *t == first)));
    }
    let Some(field) = filter.field() else { return Ok(None) };
    let table = scope.cx.table(&field.table)?;
    Ok((!scope.cx.reaches(scope.base(), table)).then_some(table))
}

/// Over which of its references the rows of that table are meant to belong to the base, where the field says so.
fn far_via<'f>(scope: &Scope<'_, '_>, table: usize, filter: &'f Filter) -> Option<&'f str> {
    let via = match filter {
        Filter::Any(parts) | Filter::All(parts) => parts.iter().find_map(|p| far_via(scope, table, p))?,
        filter => filter.field()?.via.as_deref()?,
    };
    let mut edges = scope.cx.prepared.graph.edges.iter();
    let ties = |e: &Edge| (e.from, e.to) == (table, scope.base()) && e.from_columns.iter().any(|c| c == via);
    edges.any(ties).then_some(via)
}

/// One filter as a condition.
pub(crate) fn condition(scope: &mut Scope<'_, '_>, filter: &Filter) -> Result<Expr, PlanError> {
    if let Some(table) = far_table(scope, filter)? {
        let via = far_via(scope, table, filter);
        return related(scope, table, via, std::slice::from_ref(filter), None, false);
    }
    match filter {
        Filter::All(parts) => Ok(conditions(scope, parts)?.map_or_else(|| sql::boolean(true), sql::nested)),
        Filter::Any(parts) => {
            let parts = parts.iter().map(|p| condition(scope, p)).collect::<Result<Vec<_>, _>>()?;
            Ok(sql::any(parts).unwrap_or_else(|| sql::boolean(false)))
        }
        Filter::Not(part) => Ok(sql::not(condition(scope, part)?)),
        Filter::Compare { field, operator, operand } => compare(scope, field, *operator, operand),
        Filter::In { field, values, negated } => {
            let (expr, column) = scope.field(field)?;
            let list = values.iter().map(|v| literal(column, v)).collect::<Result<Vec<_>, _>>()?;
            if list.is_empty() {
                return Err(PlanError::Inconsistent("a list of values to compare with is empty".into()));
            }
            Ok(Expr::InList { expr: Box::new(expr), list, negated: *negated })
        }
        Filter::Period { field, from, to } => period(scope, field, *from, *to),
        Filter::Text { field, how, value, negated } => text_match(scope, field, *how, value, *negated),
        Filter::Null { field, negated } => {
            let (expr, _) = scope.field(field)?;
            Ok(if *negated { Expr::IsNotNull(Box::new(expr)) } else { Expr::IsNull(Box::new(expr)) })
        }
        Filter::Related { table, filters, count, negated, via } => {
            let table = scope.cx.table(table)?;
            related(scope, table, via.as_deref(), filters, *count, *negated)
        }
        Filter::Among { field, plan, negated } => {
            let (expr, _) = scope.field(field)?;
            let subquery = Box::new(crate::compile::single(scope.cx, plan)?);
            Ok(Expr::InSubquery { expr: Box::new(expr), subquery, negated: *negated })
        }
    }
}

/// Whether a condition can hold where a table that it speaks of has no row to join: then plain joins would lose rows.
fn may_hold_without_a_row(filter: &Filter) -> bool {
    match filter {
        Filter::Null { negated, .. } => !negated,
        Filter::Any(_) | Filter::Not(_) => true,
        Filter::All(parts) => parts.iter().any(may_hold_without_a_row),
        Filter::Compare { .. }
        | Filter::In { .. }
        | Filter::Period { .. }
        | Filter::Text { .. }
        | Filter::Among { .. } => false,
        Filter::Related { negated, count, .. } => *negated || count.is_some(),
    }
}

/// EXISTS, NOT EXISTS, or a count of rows of another table that belong to the row.
fn related(
    scope: &mut Scope<'_, '_>,
    table: usize,
    via: Option<&str>,
    filters: &[Filter],
    count: Option<(Operator, u64)>,
    negated: bool,
) -> Result<Expr, PlanError> {
    let cx = scope.cx;
    let graph = &cx.prepared.graph;
    let base = scope.base();
    let path = match via {
        Some(via) => graph.path(base, table, false, Some(via)),
        None if base == table => None,
        None => graph.path(base, table, false, None),
    };
    let no_path = || PlanError::NoPath { from: cx.label(base).to_owned(), to: cx.label(table).to_owned() };
    let (path, tie) = path.filter(|(p, _)| !p.is_empty()).ok_or_else(no_path)?;
    if tie {
        cx.note_choice(base, table, false, &path);
    }
    // Steps to one row are joined outside, as long as a step to many follows.
    let mut outer = 0;
    let mut rest = path.as_slice();
    while rest.len() > 1 && graph.is_to_one(rest[0]) && rest.iter().any(|s| !graph.is_to_one(*s)) {
        outer = scope.join(outer, rest[0]);
        rest = &rest[1..];
    }
    let first = rest[0];
    let mut inner = Scope::new(cx, graph.end(first));
    let on = equalities(cx, first, scope.alias_at(outer), inner.base_alias()).ok_or_else(no_path)?;
    let edge = &graph.edges[first.edge];
    if edge.inferred {
        cx.note(format!(
            "\"{}\" and \"{}\" are joined on {} = {}, judging by the names (no foreign key is declared).",
            cx.label(edge.from),
            cx.label(edge.to),
            edge.from_columns.join(", "),
            edge.to_columns.join(", "),
        ));
    }
    let mut parts = vec![on];
    let direct = rest.len() == 1;
    if !direct && !cx.reaches(inner.base(), table) {
        parts.push(related(&mut inner, table, None, filters, None, false)?);
    } else {
        if !direct {
            let alias = inner.alias_of(table)?;
            if let Some(key) = cx.key(table).first() {
                parts.push(Expr::IsNotNull(Box::new(sql::column(&alias, key))));
            }
        }
        parts.extend(conditions(&mut inner, filters)?);
    }
    let mut select = sql::select();
    select.projection = vec![sql::unnamed(match count {
        None => sql::number("1"),
        Some(_) if direct => sql::Call::star("count").expr(),
        Some(_) => {
            let alias = inner.alias_of(table)?;
            let key = cx.key(table);
            let [key] = key.as_slice() else {
                return Err(PlanError::Inconsistent(format!(
                    "rows of \"{}\" cannot be told apart",
                    cx.label(table)
                )));
            };
            sql::aggregate("count", vec![sql::column(&alias, key)]).distinct().expr()
        }
    })];
    if !filters.iter().any(may_hold_without_a_row) {
        inner.require_all();
    }
    select.from = inner.from();
    select.selection = sql::all(parts);
    let subquery = Box::new(sql::query(SetExpr::Select(Box::new(select))));
    Ok(match count {
        None => Expr::Exists { subquery, negated },
        Some((operator, n)) => {
            let test = sql::binary(Expr::Subquery(subquery), binary(operator), sql::number(&n.to_string()));
            if negated { sql::not(test) } else { test }
        }
    })
}

fn compare(
    scope: &mut Scope<'_, '_>,
    field: &Field,
    operator: Operator,
    operand: &Operand,
) -> Result<Expr, PlanError> {
    let (expr, column) = scope.field(field)?;
    let right = match operand {
        Operand::Literal(Literal::Date(day)) if column.kind.is_temporal() => {
            return day_comparison(scope.cx, expr, column, operator, *day);
        }
        Operand::Literal(value) => {
            let ordered = !matches!(operator, Operator::Equal | Operator::NotEqual);
            let number = matches!(value, Literal::Integer(_) | Literal::Decimal(_));
            let orders = column.kind.is_numeric() || column.keeps_years_as_text() && is_year(value);
            if ordered && number && !orders {
                return Err(wrong(column, "compared with a number"));
            }
            literal(column, value)?
        }
        Operand::Field(other) => scope.field(other)?.0,
        Operand::Aggregate { aggregate, field, filters } => whole(scope.cx, *aggregate, field, filters)?,
    };
    Ok(sql::binary(expr, binary(operator), right))
}

/// Four digits, which order as text the way they do as a number.
fn is_year(value: &Literal) -> bool {
    matches!(value, Literal::Integer(1000..=2999))
}

/// An aggregate over a whole table, as a subquery.
fn whole(
    cx: &Context<'_>,
    aggregate: Aggregate,
    field: &Field,
    filters: &[Filter],
) -> Result<Expr, PlanError> {
    let mut inner = Scope::new(cx, cx.table(&field.table)?);
    let (expr, column) = inner.field(&Field { via: None, ..field.clone() })?;
    let call = crate::compile::aggregate_call(aggregate, Some((expr, column.kind)), None, &column.name)?;
    let mut select = sql::select();
    select.projection = vec![sql::unnamed(call)];
    select.selection = conditions(&mut inner, filters)?;
    select.from = inner.from();
    Ok(Expr::Subquery(Box::new(sql::query(SetExpr::Select(Box::new(select))))))
}

fn day_comparison(
    cx: &Context<'_>,
    expr: Expr,
    column: &Column,
    operator: Operator,
    day: NaiveDate,
) -> Result<Expr, PlanError> {
    let next = after(day)?;
    let (from, to) = match operator {
        Operator::Equal | Operator::NotEqual => (Some(day), Some(next)),
        Operator::Less => (None, Some(day)),
        Operator::AtMost => (None, Some(next)),
        Operator::Greater => (Some(next), None),
        Operator::AtLeast => (Some(day), None),
    };
    let within = span(cx, expr, column, from, to)?;
    Ok(if operator == Operator::NotEqual { sql::not(within) } else { within })
}

fn after(day: NaiveDate) -> Result<NaiveDate, PlanError> {
    day.checked_add_days(Days::new(1))
        .ok_or_else(|| PlanError::Inconsistent(format!("{day} is too late a date")))
}

fn period(
    scope: &mut Scope<'_, '_>,
    field: &Field,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> Result<Expr, PlanError> {
    if let (Some(from), Some(to)) = (from, to)
        && from >= to
    {
        return Err(PlanError::Inconsistent(format!("the time from {from} until before {to} is empty")));
    }
    let (expr, column) = scope.field(field)?;
    span(scope.cx, expr, column, from, to)
}

fn span(
    cx: &Context<'_>,
    expr: Expr,
    column: &Column,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> Result<Expr, PlanError> {
    let bound = |day: NaiveDate| -> Result<Expr, PlanError> {
        match column.kind {
            TypeKind::Date => Ok(sql::date(day)),
            TypeKind::Timestamp => Ok(sql::midnight(day)),
            TypeKind::TimestampTz => Ok(sql::at_time_zone(sql::midnight(day), &cx.zone)),
            TypeKind::Text => Ok(sql::text(&day.to_string())),
            _ => Err(wrong(column, "compared with a date")),
        }
    };
    let mut parts = Vec::new();
    if let Some(from) = from {
        parts.push(sql::binary(expr.clone(), BinaryOperator::GtEq, bound(from)?));
    }
    if let Some(to) = to {
        parts.push(sql::binary(expr, BinaryOperator::Lt, bound(to)?));
    }
    sql::all(parts).ok_or_else(|| PlanError::Inconsistent("a span of time has no bounds".into()))
}

fn text_match(
    scope: &mut Scope<'_, '_>,
    field: &Field,
    how: TextMatch,
    value: &str,
    negated: bool,
) -> Result<Expr, PlanError> {
    let (mut expr, column) = scope.field(field)?;
    no_nul(value)?;
    if column.kind != TypeKind::Text {
        expr = sql::cast(expr, sql::CastTo::Text);
    }
    if how == TextMatch::Equals {
        let op = if negated { BinaryOperator::NotEq } else { BinaryOperator::Eq };
        return Ok(sql::binary(sql::call("lower", vec![expr]), op, sql::text(&value.to_lowercase())));
    }
    let literal: String = value
        .chars()
        .flat_map(|c| matches!(c, '\\' | '%' | '_').then_some('\\').into_iter().chain([c]))
        .collect();
    let pattern = match how {
        TextMatch::StartsWith => format!("{literal}%"),
        TextMatch::EndsWith => format!("%{literal}"),
        TextMatch::Contains | TextMatch::Equals => format!("%{literal}%"),
    };
    Ok(Expr::ILike {
        negated,
        any: false,
        expr: Box::new(expr),
        pattern: Box::new(sql::text(&pattern)),
        escape_char: None,
    })
}

/// A literal as the column's type wants it.
pub(crate) fn literal(column: &Column, value: &Literal) -> Result<Expr, PlanError> {
    match (column.kind, value) {
        (_, Literal::Text(text)) if column.kind.is_numeric() => {
            digits(text).ok_or_else(|| wrong(column, "compared with a word"))
        }
        (_, Literal::Integer(n)) if column.kind.is_numeric() => Ok(sql::number(&n.to_string())),
        (_, Literal::Decimal(n)) if column.kind.is_numeric() => {
            digits(n).ok_or_else(|| wrong(column, "compared with a word"))
        }
        (TypeKind::Bool, Literal::Bool(b)) => Ok(sql::boolean(*b)),
        (TypeKind::Date | TypeKind::Timestamp | TypeKind::TimestampTz, Literal::Date(day)) => {
            Ok(sql::date(*day))
        }
        (TypeKind::Enum, Literal::Text(text)) if !column.enum_values.contains(text) => Err(
            PlanError::Inconsistent(format!("\"{text}\" is not one of the values of \"{}\"", column.name)),
        ),
        (TypeKind::Text | TypeKind::Enum, Literal::Text(text)) => {
            no_nul(text)?;
            Ok(sql::text(text))
        }
        (TypeKind::Uuid, Literal::Text(text)) if text.len() == 36 => Ok(sql::text(text)),
        (TypeKind::Text, Literal::Integer(n)) => Ok(sql::text(&n.to_string())),
        (TypeKind::Text, Literal::Decimal(n)) => Ok(sql::text(n)),
        (TypeKind::Text, Literal::Date(day)) => Ok(sql::text(&day.to_string())),
        (TypeKind::Text, Literal::Bool(b)) => Ok(sql::text(&b.to_string())),
        _ => Err(wrong(column, &format!("compared with {value}"))),
    }
}

/// Digits with an optional sign and fraction, nothing else.
pub(crate) fn digits(text: &str) -> Option<Expr> {
    let body = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = body.split_once('.').unwrap_or((body, "0"));
    let ok = |s: &str| !s.is_empty() && s.len() < 40 && s.bytes().all(|b| b.is_ascii_digit());
    (ok(whole) && ok(fraction)).then(|| sql::number(text))
}

fn no_nul(text: &str) -> Result<(), PlanError> {
    if text.contains('\0') {
        return Err(PlanError::Inconsistent("a text to compare with holds a NUL character".into()));
    }
    Ok(())
}

pub(crate) fn wrong(column: &Column, wish: &str) -> PlanError {
    PlanError::WrongType {
        column: column.name.clone(),
        type_name: column.type_name.clone(),
        wish: wish.to_owned(),
    }
}

pub(crate) fn binary(operator: Operator) -> BinaryOperator {
    match operator {
        Operator::Equal => BinaryOperator::Eq,
        Operator::NotEqual => BinaryOperator::NotEq,
        Operator::Less => BinaryOperator::Lt,
        Operator::AtMost => BinaryOperator::LtEq,
        Operator::Greater => BinaryOperator::Gt,
        Operator::AtLeast => BinaryOperator::GtEq,
    }
}

/// The tables that a list of fields names.
pub(crate) fn tables_of<'f>(
    cx: &Context<'_>,
    names: impl Iterator<Item = &'f TableName>,
) -> Result<Vec<usize>, PlanError> {
    let mut out = Vec::new();
    for name in names {
        let table = cx.table(name)?;
        if !out.contains(&table) {
            out.push(table);
        }
    }
    Ok(out)
}
