//! What is computed from one row: measures of more than a column, and the columns that a plan adds to tables.

use crate::{
    error::PlanError,
    explain::in_words,
    filter::{digits, wrong},
    graph::Prepared,
    meta::{Unit, unit_of},
    plan::{Arithmetic, ComputedColumn, Expression, Field, TimeUnit},
    scope::Scope,
    sql,
};
use rowcall_core::{Catalogue, Column, TypeKind};
use sqlparser::ast::{BinaryOperator, DateTimeField, Expr, ExtractSyntax};

/// A column that a plan adds to a table of the catalogue.
pub(crate) struct Computed<'a> {
    pub table: usize,
    /// As if it were stored.
    pub column: Column,
    pub expression: &'a Expression,
    pub unit: Unit,
}

/// The columns that a plan adds.
pub(crate) fn columns<'a>(
    added: &'a [ComputedColumn],
    catalogue: &'a Catalogue,
    prepared: &Prepared,
) -> Result<Vec<Computed<'a>>, PlanError> {
    let mut out: Vec<Computed<'a>> = Vec::new();
    for of in added {
        let table = prepared.table(catalogue, &of.table)?;
        let stored = &catalogue.tables[table];
        if stored.column(&of.name).is_some()
            || out.iter().any(|c| c.table == table && c.column.name == of.name)
        {
            return Err(PlanError::Inconsistent(format!(
                "\"{}\" has a column \"{}\" already, so none can be computed under that name",
                stored.name, of.name
            )));
        }
        if of.name.is_empty() || of.name.contains('\0') {
            return Err(PlanError::Inconsistent("a computed column needs a name".into()));
        }
        let stored = |field: &Field| {
            let table = &catalogue.tables[prepared.table(catalogue, &field.table).ok()?];
            table.column(&field.column)
        };
        let whole = |field: &&Field| stored(field).is_some_and(|c| c.kind == TypeKind::Integer);
        let counts = of.expression.is_part() || matches!(of.expression, Expression::Length(_));
        let kind = if !counts && (divides(&of.expression) || !of.expression.fields().iter().all(whole)) {
            TypeKind::Decimal
        } else {
            TypeKind::Integer
        };
        let column = Column {
            generated: true,
            comment: Some(in_words(&of.expression, &of.table)),
            ..Column::new(&of.name, "computed", kind)
        };
        out.push(Computed { table, column, expression: &of.expression, unit: unit(&of.expression, &stored) });
    }
    Ok(out)
}

fn divides(expression: &Expression) -> bool {
    match expression {
        Expression::Operation { left, operator, right } => {
            *operator == Arithmetic::DividedBy || divides(left) || divides(right)
        }
        Expression::Number(digits) => digits.contains('.'),
        _ => false,
    }
}

/// The unit of a value: money that is added to money, or taken so many times, is money; by money divided it is a number.
pub(crate) fn unit<'a>(expression: &Expression, column: &impl Fn(&Field) -> Option<&'a Column>) -> Unit {
    match expression {
        Expression::Field(field) => column(field).map_or(Unit::None, unit_of),
        Expression::Number(_)
        | Expression::Year(_)
        | Expression::Month(_)
        | Expression::Weekday(_)
        | Expression::Hour(_)
        | Expression::Length(_) => Unit::None,
        Expression::Elapsed { unit, .. } => Unit::Word(unit.word().to_owned()),
        Expression::Operation { left, operator, right } => {
            let (first, second) = (unit(left, column), unit(right, column));
            let hundred = |e: &Expression| matches!(e, Expression::Number(digits) if digits == "100");
            let part =
                |e: &Expression| matches!(e, Expression::Operation { operator: Arithmetic::DividedBy, .. });
            if *operator == Arithmetic::Times
                && (part(left) && hundred(right) || hundred(left) && part(right))
            {
                return Unit::Percent;
            }
            match operator {
                Arithmetic::Plus | Arithmetic::Minus if first == Unit::None => second,
                Arithmetic::Plus | Arithmetic::Minus => first,
                Arithmetic::Times if first == Unit::None => second,
                Arithmetic::Times if second == Unit::None => first,
                Arithmetic::DividedBy if second == Unit::None => first,
                Arithmetic::Times | Arithmetic::DividedBy => Unit::None,
            }
        }
    }
}

/// The value of an expression, the family of its type and a name for messages. Its columns are those of the row that stands
/// at a place of the scope, and of the rows that this one refers to; without a place they are found from the base.
pub(crate) fn value(
    scope: &mut Scope<'_, '_>,
    at: Option<usize>,
    expression: &Expression,
) -> Result<(Expr, TypeKind, String), PlanError> {
    match expression {
        Expression::Field(field) => {
            let (expr, column) = scope.field_at(at, field)?;
            Ok((expr, column.kind, column.name.clone()))
        }
        Expression::Number(text) => {
            let not = || PlanError::Inconsistent(format!("\"{text}\" is not a number in digits"));
            digits(text).ok_or_else(not).map(|n| (n, TypeKind::Decimal, text.clone()))
        }
        Expression::Year(field) => part_of(scope, at, field, DateTimeField::Year, "year"),
        Expression::Month(field) => part_of(scope, at, field, DateTimeField::Month, "month"),
        Expression::Weekday(field) => part_of(scope, at, field, DateTimeField::Isodow, "day of the week"),
        Expression::Hour(field) => part_of(scope, at, field, DateTimeField::Hour, "hour"),
        Expression::Length(field) => {
            let (expr, column) = scope.field_at(at, field)?;
            if column.kind != TypeKind::Text {
                return Err(wrong(column, "asked for its length"));
            }
            Ok((sql::call("char_length", vec![expr]), TypeKind::Integer, column.name.clone()))
        }
        Expression::Operation { left, operator, right } => {
            let (first, name) = operand(scope, at, left)?;
            let (second, _) = operand(scope, at, right)?;
            let value = match operator {
                Arithmetic::Plus => sql::binary(first, BinaryOperator::Plus, second),
                Arithmetic::Minus => sql::binary(first, BinaryOperator::Minus, second),
                Arithmetic::Times => sql::binary(first, BinaryOperator::Multiply, second),
                Arithmetic::DividedBy => {
                    let nought = |digits: &str| digits.bytes().all(|b| matches!(b, b'0' | b'.' | b'-'));
                    let divisor = match right.as_ref() {
                        Expression::Number(digits) if !nought(digits) => second,
                        _ => sql::call("nullif", vec![second, sql::number("0")]),
                    };
                    sql::binary(sql::cast(first, sql::CastTo::Numeric), BinaryOperator::Divide, divisor)
                }
            };
            Ok((value, TypeKind::Decimal, name))
        }
        Expression::Elapsed { from, to, unit } => elapsed(scope, at, from, to, *unit),
    }
}

/// A part of a point in time, in the zone of the asker.
fn part_of(
    scope: &mut Scope<'_, '_>,
    at: Option<usize>,
    field: &Field,
    part: DateTimeField,
    word: &str,
) -> Result<(Expr, TypeKind, String), PlanError> {
    let (expr, column) = scope.field_at(at, field)?;
    let hour = part == DateTimeField::Hour;
    let local = match column.kind {
        TypeKind::Date if !hour => expr,
        TypeKind::Time if hour => expr,
        TypeKind::Timestamp => expr,
        TypeKind::TimestampTz => sql::at_time_zone(expr, &scope.cx.zone),
        _ => return Err(wrong(column, &format!("asked for its {word}"))),
    };
    let part = Expr::Extract { field: part, syntax: ExtractSyntax::From, expr: Box::new(local) };
    Ok((sql::cast(part, sql::CastTo::Integer), TypeKind::Integer, column.name.clone()))
}

/// One side of an operation, in brackets where it is one itself.
fn operand(
    scope: &mut Scope<'_, '_>,
    at: Option<usize>,
    expression: &Expression,
) -> Result<(Expr, String), PlanError> {
    let (expr, kind, name) = value(scope, at, expression)?;
    if !kind.is_numeric() {
        let type_name = format!("{kind:?}").to_lowercase();
        return Err(PlanError::WrongType { column: name, type_name, wish: "calculated with".into() });
    }
    let simple =
        matches!(expr, Expr::CompoundIdentifier(_) | Expr::Value(_) | Expr::Nested(_) | Expr::Cast { .. });
    Ok((if simple { expr } else { sql::nested(expr) }, name))
}

fn elapsed(
    scope: &mut Scope<'_, '_>,
    at: Option<usize>,
    from: &Field,
    to: &Field,
    unit: TimeUnit,
) -> Result<(Expr, TypeKind, String), PlanError> {
    let (start, first) = scope.field_at(at, from)?;
    let (end, second) = scope.field_at(at, to)?;
    for column in [first, second] {
        if !column.kind.is_temporal() {
            return Err(wrong(column, "the start or end of a time"));
        }
    }
    let scaled = |expr: Expr, op: BinaryOperator, by: &str| {
        (sql::binary(expr, op, sql::number(by)), TypeKind::Decimal, first.name.clone())
    };
    let difference = sql::nested(sql::binary(end, BinaryOperator::Minus, start));
    if first.kind == TypeKind::Date && second.kind == TypeKind::Date {
        return Ok(match unit {
            TimeUnit::Days => (difference, TypeKind::Integer, first.name.clone()),
            TimeUnit::Hours => scaled(difference, BinaryOperator::Multiply, "24"),
            TimeUnit::Minutes => scaled(difference, BinaryOperator::Multiply, "1440"),
        });
    }
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
    Ok(scaled(seconds, BinaryOperator::Divide, per))
}
