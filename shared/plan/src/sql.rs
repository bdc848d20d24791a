//! Small builders over sqlparser's tree. Statements are trees until the very end; only a literal and a name
//! are turned into text here, because sqlparser's own escaping takes a backslash before a quote for an escape
//! (it does not know whether its input is escaped yet) and would let such a text end early.

use chrono::{NaiveDate, NaiveDateTime};
use sqlparser::ast::{
    BinaryOperator, DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList,
    FunctionArguments, GroupByExpr, Ident, LimitClause, ObjectName, ObjectNamePart, Offset, OrderBy,
    OrderByExpr, OrderByKind, OrderByOptions, OrderBySort, Query, Select, SelectItem, SetExpr, Statement,
    TableAlias, TableFactor, UnaryOperator, Value,
};
use sqlparser::{dialect::PostgreSqlDialect, parser::Parser};
use std::sync::OnceLock;

/// A name, quoted where it must be.
pub(crate) fn ident(name: &str) -> Ident {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !is_reserved(name);
    Ident::new(if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) })
}

/// Words that PostgreSQL reserves (also those reserved only as function or type names).
fn is_reserved(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "all",
        "analyse",
        "analyze",
        "and",
        "any",
        "array",
        "as",
        "asc",
        "asymmetric",
        "authorization",
        "between",
        "bigint",
        "binary",
        "bit",
        "boolean",
        "both",
        "case",
        "cast",
        "char",
        "character",
        "check",
        "coalesce",
        "collate",
        "collation",
        "column",
        "concurrently",
        "constraint",
        "create",
        "cross",
        "current_catalog",
        "current_date",
        "current_role",
        "current_schema",
        "current_time",
        "current_timestamp",
        "current_user",
        "day",
        "dec",
        "decimal",
        "default",
        "deferrable",
        "desc",
        "distinct",
        "do",
        "else",
        "end",
        "except",
        "exists",
        "extract",
        "false",
        "fetch",
        "filter",
        "float",
        "for",
        "foreign",
        "freeze",
        "from",
        "full",
        "grant",
        "greatest",
        "group",
        "grouping",
        "having",
        "hour",
        "ilike",
        "in",
        "initially",
        "inner",
        "inout",
        "int",
        "integer",
        "intersect",
        "interval",
        "into",
        "is",
        "isnull",
        "join",
        "json",
        "lateral",
        "leading",
        "least",
        "left",
        "like",
        "limit",
        "localtime",
        "localtimestamp",
        "minute",
        "month",
        "national",
        "natural",
        "nchar",
        "none",
        "normalize",
        "not",
        "notnull",
        "null",
        "nullif",
        "numeric",
        "offset",
        "on",
        "only",
        "or",
        "order",
        "out",
        "outer",
        "over",
        "overlaps",
        "overlay",
        "placing",
        "position",
        "precision",
        "primary",
        "real",
        "references",
        "returning",
        "right",
        "row",
        "second",
        "select",
        "session_user",
        "setof",
        "similar",
        "smallint",
        "some",
        "substring",
        "symmetric",
        "system_user",
        "table",
        "tablesample",
        "then",
        "time",
        "timestamp",
        "to",
        "trailing",
        "treat",
        "trim",
        "true",
        "union",
        "unique",
        "user",
        "using",
        "values",
        "varchar",
        "variadic",
        "varying",
        "verbose",
        "when",
        "where",
        "window",
        "with",
        "within",
        "without",
        "xmlattributes",
        "xmlconcat",
        "xmlelement",
        "xmlexists",
        "xmlforest",
        "xmlparse",
        "xmlpi",
        "xmlroot",
        "xmlserialize",
        "xmltable",
        "year",
    ];
    WORDS.binary_search(&name).is_ok()
}

pub(crate) fn object(parts: &[&str]) -> ObjectName {
    ObjectName(parts.iter().map(|p| ObjectNamePart::Identifier(ident(p))).collect())
}

/// `alias.column`.
pub(crate) fn column(alias: &str, name: &str) -> Expr {
    Expr::CompoundIdentifier(vec![ident(alias), ident(name)])
}

/// A bare name.
pub(crate) fn name(name: &str) -> Expr {
    Expr::Identifier(ident(name))
}

/// A text literal, right under `standard_conforming_strings` on and off: a text with a backslash is written
/// in the escape form.
pub(crate) fn text(value: &str) -> Expr {
    let quoted = value.replace('\'', "''");
    raw(if value.contains('\\') {
        format!("E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    })
}

/// A number in digits, checked by the caller.
pub(crate) fn number(digits: &str) -> Expr {
    Expr::Value(Value::Number(digits.to_owned(), false).into())
}

pub(crate) fn boolean(value: bool) -> Expr {
    Expr::Value(Value::Boolean(value).into())
}

pub(crate) fn null() -> Expr {
    Expr::Value(Value::Null.into())
}

/// `DATE '2025-01-31'`
pub(crate) fn date(day: NaiveDate) -> Expr {
    raw(format!("DATE '{day}'"))
}

/// `TIMESTAMP '2025-01-31 00:00:00'`
pub(crate) fn midnight(day: NaiveDate) -> Expr {
    raw(format!("TIMESTAMP '{day} 00:00:00'"))
}

/// `TIMESTAMP '2025-01-31 14:30:00'`
pub(crate) fn timestamp(moment: NaiveDateTime) -> Expr {
    raw(format!("TIMESTAMP '{moment}'"))
}

/// Text that is already SQL: only literals made in this module.
fn raw(sql: String) -> Expr {
    Expr::Value(Value::Placeholder(sql).into())
}

pub(crate) fn at_time_zone(value: Expr, zone: &str) -> Expr {
    Expr::AtTimeZone { timestamp: Box::new(value), time_zone: Box::new(text(zone)) }
}

/// `CAST(value AS type)` for a type known by one of our own words.
pub(crate) fn cast(value: Expr, to: CastTo) -> Expr {
    use sqlparser::ast::{CastKind, DataType, ExactNumberInfo, TimezoneInfo};
    let data_type = match to {
        CastTo::Date => DataType::Date,
        CastTo::Numeric => DataType::Numeric(ExactNumberInfo::None),
        CastTo::Text => DataType::Text,
        CastTo::Integer => DataType::Integer(None),
        CastTo::Timestamp => DataType::Timestamp(None, TimezoneInfo::None),
    };
    Expr::Cast { kind: CastKind::Cast, expr: Box::new(value), data_type, format: None }
}

#[derive(Clone, Copy)]
pub(crate) enum CastTo {
    Date,
    Numeric,
    Text,
    Integer,
    Timestamp,
}

pub(crate) fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }
}

pub(crate) fn nested(e: Expr) -> Expr {
    Expr::Nested(Box::new(e))
}

pub(crate) fn not(e: Expr) -> Expr {
    Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(nested(e)) }
}

/// All parts joined by AND; `None` for none.
pub(crate) fn all(parts: Vec<Expr>) -> Option<Expr> {
    parts.into_iter().reduce(|a, b| binary(a, BinaryOperator::And, b))
}

/// All parts joined by OR, in parentheses.
pub(crate) fn any(parts: Vec<Expr>) -> Option<Expr> {
    let several = parts.len() > 1;
    let joined = parts.into_iter().reduce(|a, b| binary(a, BinaryOperator::Or, b))?;
    Some(if several { nested(joined) } else { joined })
}

/// A function call.
pub(crate) fn call(function: &str, args: Vec<Expr>) -> Expr {
    Expr::Function(function_of(function, args))
}

/// An aggregate call.
pub(crate) struct Call {
    function: Function,
}

pub(crate) fn aggregate(function: &str, args: Vec<Expr>) -> Call {
    Call { function: function_of(function, args) }
}

impl Call {
    pub(crate) fn star(function: &str) -> Self {
        let mut function = function_of(function, Vec::new());
        if let FunctionArguments::List(list) = &mut function.args {
            list.args = vec![FunctionArg::Unnamed(FunctionArgExpr::Wildcard)];
        }
        Self { function }
    }

    pub(crate) fn distinct(mut self) -> Self {
        if let FunctionArguments::List(list) = &mut self.function.args {
            list.duplicate_treatment = Some(DuplicateTreatment::Distinct);
        }
        self
    }

    pub(crate) fn within(mut self, order: Expr) -> Self {
        self.function.within_group = vec![ordered(order, None, None)];
        self
    }

    pub(crate) fn filter(mut self, condition: Option<Expr>) -> Self {
        self.function.filter = condition.map(Box::new);
        self
    }

    pub(crate) fn over(mut self, partition: Vec<Expr>, order: Vec<Expr>) -> Self {
        self.function.over = Some(window(partition, order, None));
        self
    }

    /// In the order of a number, from one end; what has none comes last.
    pub(crate) fn over_by_size(mut self, partition: Vec<Expr>, by: Expr, descending: bool) -> Self {
        let by = ordered(by, descending.then_some(true), descending.then_some(false));
        self.function.over = Some(window_by(partition, vec![by], None));
        self
    }

    /// Over the rows that lie exactly this far before; of those at no time there are none.
    pub(crate) fn over_before(mut self, distance: &Expr, partition: Vec<Expr>, order: Expr) -> Self {
        use sqlparser::ast::{WindowFrame, WindowFrameBound, WindowFrameUnits};
        let bound = || WindowFrameBound::Preceding(Some(Box::new(distance.clone())));
        let frame =
            WindowFrame { units: WindowFrameUnits::Range, start_bound: bound(), end_bound: Some(bound()) };
        self.function.over = Some(window(partition, vec![order], Some(frame)));
        self
    }

    pub(crate) fn expr(self) -> Expr {
        Expr::Function(self.function)
    }
}

/// A length of time: `INTERVAL '1 month'`.
pub(crate) fn interval(length: &str) -> Expr {
    Expr::Interval(sqlparser::ast::Interval {
        value: Box::new(text(length)),
        leading_field: None,
        leading_precision: None,
        last_field: None,
        fractional_seconds_precision: None,
    })
}

fn function_of(function: &str, args: Vec<Expr>) -> Function {
    Function {
        // Ours alone, and never quoted: NULLIF is syntax, not a function that a quoted name would find.
        name: sqlparser::ast::ObjectName::from(vec![sqlparser::ast::Ident::new(function)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: args.into_iter().map(|e| FunctionArg::Unnamed(FunctionArgExpr::Expr(e))).collect(),
            clauses: Vec::new(),
        }),
        within_group: Vec::new(),
        filter: None,
        null_treatment: None,
        over: None,
    }
}

pub(crate) fn ordered(expr: Expr, descending: Option<bool>, nulls_first: Option<bool>) -> OrderByExpr {
    let sort = descending.map(|d| if d { OrderBySort::Desc } else { OrderBySort::Asc });
    OrderByExpr { expr, options: OrderByOptions { sort, nulls_first }, with_fill: None }
}

/// `SELECT` with nothing in it, to be filled in.
pub(crate) fn select() -> Select {
    static EMPTY: OnceLock<Select> = OnceLock::new();
    EMPTY
        .get_or_init(|| match *template().body {
            SetExpr::Select(select) => {
                let mut select = *select;
                select.projection.clear();
                select
            }
            _ => unreachable!("the template is a SELECT"),
        })
        .clone()
}

/// A query around a body.
pub(crate) fn query(body: SetExpr) -> Query {
    static EMPTY: OnceLock<Query> = OnceLock::new();
    let mut query = EMPTY.get_or_init(template).clone();
    query.body = Box::new(body);
    query
}

fn template() -> Query {
    let mut parsed = Parser::parse_sql(&PostgreSqlDialect {}, "SELECT 1").unwrap_or_default();
    match parsed.pop() {
        Some(Statement::Query(query)) => *query,
        _ => unreachable!("the template is a query"),
    }
}

pub(crate) fn group_by(exprs: Vec<Expr>) -> GroupByExpr {
    GroupByExpr::Expressions(exprs, Vec::new())
}

pub(crate) fn order_by(exprs: Vec<OrderByExpr>) -> Option<OrderBy> {
    (!exprs.is_empty()).then_some(OrderBy { kind: OrderByKind::Expressions(exprs), interpolate: None })
}

/// LIMIT and OFFSET, where there are any.
pub(crate) fn limit(rows: Option<u64>, passed_over: Option<u64>) -> Option<LimitClause> {
    let offset = passed_over
        .map(|rows| Offset { value: number(&rows.to_string()), rows: sqlparser::ast::OffsetRows::None });
    let limit = rows.map(|rows| number(&rows.to_string()));
    (limit.is_some() || offset.is_some()).then(|| LimitClause::LimitOffset {
        limit,
        offset,
        limit_by: Vec::new(),
    })
}

pub(crate) fn named(expr: Expr, alias: &str) -> SelectItem {
    SelectItem::ExprWithAlias { expr, alias: ident(alias) }
}

pub(crate) fn unnamed(expr: Expr) -> SelectItem {
    SelectItem::UnnamedExpr(expr)
}

pub(crate) fn alias(name: &str) -> TableAlias {
    TableAlias { explicit: true, name: ident(name), columns: Vec::new(), at: None }
}

pub(crate) fn table(name: ObjectName, as_name: Option<&str>) -> TableFactor {
    TableFactor::Table {
        name,
        alias: as_name.map(alias),
        args: None,
        with_hints: Vec::new(),
        version: None,
        with_ordinality: false,
        partitions: Vec::new(),
        json_path: None,
        sample: None,
        index_hints: Vec::new(),
    }
}

pub(crate) fn derived(subquery: Query, as_name: &str) -> TableFactor {
    TableFactor::Derived {
        lateral: false,
        subquery: Box::new(subquery),
        alias: Some(alias(as_name)),
        sample: None,
    }
}

fn window(
    partition: Vec<Expr>,
    order: Vec<Expr>,
    window_frame: Option<sqlparser::ast::WindowFrame>,
) -> sqlparser::ast::WindowType {
    window_by(partition, order.into_iter().map(|e| ordered(e, None, None)).collect(), window_frame)
}

fn window_by(
    partition: Vec<Expr>,
    order_by: Vec<OrderByExpr>,
    window_frame: Option<sqlparser::ast::WindowFrame>,
) -> sqlparser::ast::WindowType {
    sqlparser::ast::WindowType::WindowSpec(sqlparser::ast::WindowSpec {
        window_name: None,
        partition_by: partition,
        order_by,
        window_frame,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_names_cannot_end_early() {
        for (value, expected) in [
            ("plain", "'plain'"),
            ("O'Brien", "'O''Brien'"),
            ("a\\'; DROP TABLE t; --", "E'a\\\\''; DROP TABLE t; --'"),
            ("it''s", "'it''''s'"),
            ("\\", "E'\\\\'"),
        ] {
            assert_eq!(text(value).to_string(), expected);
        }
        assert_eq!(ident("order").to_string(), "\"order\"");
        assert_eq!(ident("Total").to_string(), "\"Total\"");
        assert_eq!(ident("a\"b").to_string(), "\"a\"\"b\"");
        assert_eq!(ident("name").to_string(), "name");
    }
}
