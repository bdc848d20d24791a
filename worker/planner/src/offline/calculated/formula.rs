//! Calculations written as formulas: "SUBTRACT(bot, top)", "`Free Meal Count` / Enrollment", "(price - cost) / price * 100".

use super::{Sources, choose::Calculation};
use chrono::Datelike;
use rowcall_core::{ColumnRef, TypeKind};
use rowcall_plan::Arithmetic;
use sqlparser::{
    ast::{BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, UnaryOperator, Value},
    dialect::GenericDialect,
    parser::Parser,
};

/// Longer texts are no formula that somebody wrote down in passing.
const LONGEST: usize = 200;
/// More brackets are no formula either.
const MOST_BRACKETS: usize = 20;

/// What a formula calculates of one row; none where it is none, or a number over several rows.
pub fn formula(text: &str, world: &Sources<'_>) -> Option<Calculation> {
    let text = text.trim().trim_end_matches('.');
    if text.len() > LONGEST
        || text.matches('(').count() > MOST_BRACKETS
        || !text.contains(['-', '+', '*', '/', '('])
    {
        return None;
    }
    let text = text.replace('`', "\"");
    let mut parser = Parser::new(&GenericDialect {}).try_with_sql(&text).ok()?;
    let expr = parser.parse_expr().ok()?;
    (parser.peek_token().token == sqlparser::tokenizer::Token::EOF).then_some(())?;
    let found = calculation(&expr, world)?;
    let of_rows = |c: &Calculation| matches!(c, Calculation::Operation(..)) && names_column(c);
    of_rows(&found).then_some(found)
}

fn names_column(calculation: &Calculation) -> bool {
    match calculation {
        Calculation::Column(_) | Calculation::Year(_) | Calculation::Month(_) | Calculation::Length(_) => {
            true
        }
        Calculation::Number(_) => false,
        Calculation::Operation(left, _, right) => names_column(left) || names_column(right),
    }
}

fn calculation(expr: &Expr, world: &Sources<'_>) -> Option<Calculation> {
    match expr {
        Expr::Nested(inner) => calculation(inner, world),
        Expr::Cast { expr, .. } => calculation(expr, world),
        Expr::UnaryOp { op: UnaryOperator::Plus, expr } => calculation(expr, world),
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => Some(Calculation::Number(digits.clone())),
            _ => None,
        },
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => column(expr, world).map(Calculation::Column),
        Expr::BinaryOp { left, op, right } => {
            let operator = match op {
                BinaryOperator::Plus => Arithmetic::Plus,
                BinaryOperator::Minus => Arithmetic::Minus,
                BinaryOperator::Multiply => Arithmetic::Times,
                BinaryOperator::Divide => Arithmetic::DividedBy,
                _ => return None,
            };
            Some(Calculation::operation(calculation(left, world)?, operator, calculation(right, world)?))
        }
        Expr::Extract { field: sqlparser::ast::DateTimeField::Year, expr, .. } => year(expr, world),
        Expr::Function(function) => {
            let name = function.name.to_string().to_lowercase();
            let arguments = arguments(&function.args)?;
            let operator = match (name.as_str(), arguments.as_slice()) {
                ("year", [of]) => return year(of, world),
                ("strftime", [Expr::Value(format), of]) => {
                    let years = matches!(&format.value, Value::SingleQuotedString(f) if f == "%Y");
                    return years.then(|| year(of, world)).flatten();
                }
                ("julianday", [of]) => return calculation(of, world),
                ("divide", [_, _]) => Arithmetic::DividedBy,
                ("subtract", [_, _]) => Arithmetic::Minus,
                ("multiply", [_, _]) => Arithmetic::Times,
                ("add", [_, _]) => Arithmetic::Plus,
                _ => return None,
            };
            let [left, right] = arguments.as_slice() else { return None };
            Some(Calculation::operation(calculation(left, world)?, operator, calculation(right, world)?))
        }
        _ => None,
    }
}

fn arguments(given: &FunctionArguments) -> Option<Vec<&Expr>> {
    let FunctionArguments::List(list) = given else {
        return matches!(given, FunctionArguments::None).then(Vec::new);
    };
    let plain = |argument| match argument {
        &FunctionArg::Unnamed(FunctionArgExpr::Expr(ref expr)) => Some(expr),
        _ => None,
    };
    list.args.iter().map(plain).collect()
}

/// The year of a column, or this one.
fn year(of: &Expr, world: &Sources<'_>) -> Option<Calculation> {
    let now = of.to_string().to_lowercase();
    if matches!(
        now.trim_end_matches("()"),
        "current_timestamp" | "current_date" | "now" | "curdate" | "'now'"
    ) {
        return Some(Calculation::Number(world.today.year().to_string()));
    }
    column(of, world).map(Calculation::Year)
}

/// The columns that a name in a formula may mean.
fn column(expr: &Expr, world: &Sources<'_>) -> Option<Vec<(ColumnRef, f32)>> {
    let (table, name) = match expr {
        Expr::Identifier(name) => (None, name.value.as_str()),
        Expr::CompoundIdentifier(parts) => match parts.as_slice() {
            [table, name] => (Some(table.value.as_str()), name.value.as_str()),
            _ => return None,
        },
        _ => return None,
    };
    let plain = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let mut out = Vec::new();
    for (t, of) in world.catalogue.tables.iter().enumerate() {
        if table.is_some_and(|table| plain(table) != plain(&of.name)) {
            continue;
        }
        for (column, stored) in of.columns.iter().enumerate() {
            let counts =
                stored.kind.is_numeric() || stored.kind.is_temporal() && stored.kind != TypeKind::Time;
            if counts && plain(&stored.name) == plain(name) {
                out.push((ColumnRef { table: t, column }, 1.0));
            }
        }
    }
    (!out.is_empty()).then_some(out)
}
