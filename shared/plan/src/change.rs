//! Changes of rows as a small typed value, and the one statement each becomes. Like a query plan it names tables and
//! columns and holds no SQL; whether it may run is nobody's business here.

use crate::{
    error::PlanError,
    filter::{conditions, literal},
    graph::Prepared,
    meta::{plural, singular, spaced},
    plan::{Field, Filter, Literal, QueryPlan, TableName},
    scope::{Context, Scope},
    sql,
};
use chrono::NaiveDateTime;
use rowcall_core::{Catalogue, Column, Table, TypeKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sqlparser::ast::{BinaryOperator, Expr, SelectItem, SetExpr};
use std::fmt::Display;

/// A change of one table's rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangePlan {
    /// Rows get other values.
    Update {
        /// The table.
        table: TableName,
        /// The new values.
        set: Vec<Assignment>,
        /// Which rows, all of which hold; all rows where there are none.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        filters: Vec<Filter>,
        /// IANA name of the zone in which days begin; UTC when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        time_zone: Option<String>,
    },
    /// Rows go.
    Delete {
        /// The table.
        table: TableName,
        /// Which rows, all of which hold; all rows where there are none.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        filters: Vec<Filter>,
        /// IANA name of the zone in which days begin; UTC when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        time_zone: Option<String>,
    },
    /// A row comes.
    Insert {
        /// The table.
        table: TableName,
        /// Its values; the others are as the table's defaults say.
        values: Vec<Assignment>,
        /// IANA name of the zone in which days begin; UTC when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        time_zone: Option<String>,
    },
}

/// A column and what it becomes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Assignment {
    /// The column.
    pub column: String,
    /// What it becomes.
    pub value: NewValue,
}

/// What a column becomes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NewValue {
    /// This value.
    Literal(Literal),
    /// No value.
    Null,
    /// The moment in which it happens.
    Now,
    /// So many percent more than it is, or less with a sign: digits, e.g. `-12.5`.
    Percent(String),
    /// So much more than it is, or less with a sign: digits.
    Plus(String),
}

impl ChangePlan {
    /// The table whose rows change.
    pub fn table(&self) -> &TableName {
        match self {
            Self::Update { table, .. } | Self::Delete { table, .. } | Self::Insert { table, .. } => table,
        }
    }

    fn zone(&self) -> Option<&String> {
        match self {
            Self::Update { time_zone, .. }
            | Self::Delete { time_zone, .. }
            | Self::Insert { time_zone, .. } => time_zone.as_ref(),
        }
    }
}

/// A change as a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct CompiledChange {
    /// The statement.
    pub sql: String,
    /// What was taken for granted, one sentence each.
    pub assumptions: Vec<String>,
}

/// Compiles a change.
///
/// # Errors
/// When it does not fit the catalogue: no such table or column, a value of another type, a row without a value that it
/// must have.
pub fn compile_change(plan: &ChangePlan, catalogue: &Catalogue) -> Result<CompiledChange, PlanError> {
    compile_change_with(plan, catalogue, &Prepared::new(catalogue))
}

/// Compiles a change against a catalogue that was prepared before.
///
/// # Errors
/// As [`compile_change`].
pub fn compile_change_with(
    plan: &ChangePlan,
    catalogue: &Catalogue,
    prepared: &Prepared,
) -> Result<CompiledChange, PlanError> {
    let zone = plan.zone().cloned().unwrap_or_else(|| "UTC".to_owned());
    if zone.parse::<chrono_tz::Tz>().is_err() {
        return Err(PlanError::Inconsistent(format!("\"{zone}\" is not a time zone")));
    }
    let cx = Context::new(catalogue, prepared, zone, &[]);
    let target = Target::new(&cx, plan.table())?;
    let sql = match plan {
        ChangePlan::Update { set, filters, .. } => {
            let set = target.assignments(set)?;
            let set: Vec<String> = set.iter().map(|(column, value)| format!("{column} = {value}")).collect();
            format!("UPDATE {} SET {}{}", target.name(), set.join(", "), target.rows(filters)?)
        }
        ChangePlan::Delete { filters, .. } => {
            format!("DELETE FROM {}{}", target.name(), target.rows(filters)?)
        }
        ChangePlan::Insert { values, .. } => {
            target.complete(values)?;
            let values = target.assignments(values)?;
            let list =
                |part: fn(&(String, Expr)) -> String| values.iter().map(part).collect::<Vec<_>>().join(", ");
            let (columns, row) = (list(|(column, _)| column.clone()), list(|(_, value)| value.to_string()));
            format!("INSERT INTO {} ({columns}) VALUES ({row})", target.name())
        }
    };
    Ok(CompiledChange { sql, assumptions: cx.notes() })
}

/// The table whose rows change.
struct Target<'c, 'a> {
    cx: &'c Context<'a>,
    at: usize,
    table: &'a Table,
}

impl<'c, 'a> Target<'c, 'a> {
    fn new(cx: &'c Context<'a>, name: &TableName) -> Result<Self, PlanError> {
        let at = cx.table(name)?;
        Ok(Self { cx, at, table: &cx.catalogue.tables[at] })
    }

    /// As the statement names it.
    fn name(&self) -> impl Display {
        match self.cx.prepared.is_bare(self.cx.catalogue, self.at) {
            true => sql::object(&[&self.table.name]),
            false => sql::object(&[&self.table.schema, &self.table.name]),
        }
    }

    /// ` WHERE …`, if only some rows are meant.
    fn rows(&self, filters: &[Filter]) -> Result<String, PlanError> {
        let mut scope = Scope::new(self.cx, self.at);
        let Some(condition) = conditions(&mut scope, filters)? else { return Ok(String::new()) };
        if scope.from().iter().all(|from| from.joins.is_empty()) {
            return Ok(format!(" WHERE {condition}"));
        }
        // A change reaches other tables only from inside: its rows are found by their key.
        let key = self.cx.key(self.at);
        if key.is_empty() {
            let why = format!("\"{}\" has no key by which its rows could be told apart", self.table.name);
            return Err(PlanError::Inconsistent(why));
        }
        let columns = |alias: &str| -> Vec<Expr> { key.iter().map(|c| sql::column(alias, c)).collect() };
        let mut select = sql::select();
        select.projection = columns(scope.base_alias()).into_iter().map(SelectItem::UnnamedExpr).collect();
        select.from = scope.from();
        select.selection = Some(condition);
        let mut own = columns(&self.table.name);
        let own = match own.len() {
            1 => own.remove(0),
            _ => Expr::Tuple(own),
        };
        let found = sql::query(SetExpr::Select(Box::new(select)));
        Ok(format!(" WHERE {own} IN ({found})"))
    }

    fn assignments(&self, set: &[Assignment]) -> Result<Vec<(String, Expr)>, PlanError> {
        if set.is_empty() {
            return Err(PlanError::Inconsistent("the plan says no new value".into()));
        }
        let mut seen: Vec<&str> = Vec::new();
        set.iter()
            .map(|assignment| {
                let column = self.cx.column(self.at, &assignment.column)?;
                if column.generated {
                    return Err(wrong(column, "set: the database computes it"));
                }
                if seen.contains(&column.name.as_str()) {
                    let why = format!("\"{}\" gets two values", column.name);
                    return Err(PlanError::Inconsistent(why));
                }
                seen.push(&column.name);
                Ok((sql::ident(&column.name).to_string(), self.value(column, &assignment.value)?))
            })
            .collect()
    }

    /// A row needs a value wherever the table has none for it.
    fn complete(&self, values: &[Assignment]) -> Result<(), PlanError> {
        let given = |column: &Column| values.iter().any(|v| v.column == column.name);
        let missing = self
            .table
            .columns
            .iter()
            .filter(|c| !c.nullable && !c.has_default && !c.generated && !c.identity && !given(c));
        let missing: Vec<&str> = missing.map(|c| c.name.as_str()).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let thing = singular(&spaced(&self.table.name));
        let why = format!("a new {thing} also needs {}", listed(&missing));
        Err(PlanError::Inconsistent(why))
    }

    fn value(&self, column: &Column, value: &NewValue) -> Result<Expr, PlanError> {
        let own = || Expr::Identifier(sql::ident(&column.name));
        let computed = |operator, digits: String| {
            if column.kind.is_numeric() {
                Ok(sql::binary(own(), operator, sql::number(&digits)))
            } else {
                Err(wrong(column, "made larger or smaller"))
            }
        };
        match value {
            NewValue::Null if !column.nullable => Err(wrong(column, "left without a value")),
            NewValue::Null => Ok(sql::null()),
            NewValue::Now if column.kind.is_temporal() => Ok(sql::call("now", Vec::new())),
            NewValue::Now => Err(wrong(column, "a moment")),
            NewValue::Percent(by) => computed(BinaryOperator::Multiply, factor(column, by)?),
            NewValue::Plus(by) => {
                number(column, by)?;
                match by.strip_prefix('-') {
                    Some(less) => computed(BinaryOperator::Minus, less.to_owned()),
                    None => computed(BinaryOperator::Plus, by.clone()),
                }
            }
            NewValue::Literal(value) => self.literal(column, value),
        }
    }

    fn literal(&self, column: &Column, value: &Literal) -> Result<Expr, PlanError> {
        match (column.kind, value) {
            (TypeKind::TimestampTz, Literal::Date(day)) => {
                Ok(sql::at_time_zone(sql::midnight(*day), &self.cx.zone))
            }
            (TypeKind::Timestamp | TypeKind::TimestampTz, Literal::Text(text)) => {
                let moment = moment(text).ok_or_else(|| wrong(column, &format!("set to {value}")))?;
                let written = sql::timestamp(moment);
                Ok(match column.kind {
                    TypeKind::TimestampTz => sql::at_time_zone(written, &self.cx.zone),
                    _ => written,
                })
            }
            // Types that only the database can read: it says so in the dry run where a text does not fit.
            (
                TypeKind::Time
                | TypeKind::Interval
                | TypeKind::Uuid
                | TypeKind::Json
                | TypeKind::Array
                | TypeKind::Other,
                Literal::Text(text),
            ) => literal(&Column { kind: TypeKind::Text, ..column.clone() }, &Literal::Text(text.clone())),
            _ => literal(column, value).map_err(|error| match error {
                PlanError::WrongType { .. } => wrong(column, &format!("set to {value}")),
                other => other,
            }),
        }
    }
}

/// A moment as people write it.
fn moment(text: &str) -> Option<NaiveDateTime> {
    let shapes = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
    shapes.iter().find_map(|shape| NaiveDateTime::parse_from_str(text.trim(), shape).ok())
}

/// Digits with an optional sign and fraction, as a whole number and how many of its digits stand behind the point.
fn number(column: &Column, text: &str) -> Result<(i128, u32), PlanError> {
    let refused = || wrong(column, &format!("changed by \"{text}\""));
    let body = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    let digits = |s: &str| s.len() <= 15 && s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return Err(refused());
    }
    let amount: i128 = format!("{whole}{fraction}").parse().map_err(|_| refused())?;
    let places = u32::try_from(fraction.len()).map_err(|_| refused())?;
    Ok((if text.starts_with('-') { -amount } else { amount }, places))
}

/// What a number is multiplied by to become so many percent more: `10` is 1.1.
fn factor(column: &Column, percent: &str) -> Result<String, PlanError> {
    let (by, places) = number(column, percent)?;
    let whole = 100 * 10_i128.pow(places) + by;
    if whole < 0 {
        return Err(PlanError::Inconsistent("nothing can be reduced by more than 100 %".into()));
    }
    let places = places as usize + 2;
    let digits = format!("{whole:0>width$}", width = places + 1);
    let (head, tail) = digits.split_at(digits.len() - places);
    let tail = tail.trim_end_matches('0');
    Ok(if tail.is_empty() { head.to_owned() } else { format!("{head}.{tail}") })
}

fn wrong(column: &Column, wish: &str) -> PlanError {
    crate::filter::wrong(column, wish)
}

fn listed(names: &[&str]) -> String {
    match names {
        [one] => (*one).to_owned(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
        [] => String::new(),
    }
}

/// What a change does, as one sentence.
pub fn explain_change(plan: &ChangePlan) -> String {
    let things = plural(&singular(&spaced(&plan.table().name)));
    let becomes = |set: &[Assignment]| {
        let each: Vec<String> = set
            .iter()
            .map(|Assignment { column, value }| {
                let column = spaced(column);
                match value {
                    NewValue::Literal(value) => format!("{column} becomes {value}"),
                    NewValue::Null => format!("{column} becomes empty"),
                    NewValue::Now => format!("{column} becomes the moment in which it happens"),
                    NewValue::Percent(by) => match by.strip_prefix('-') {
                        Some(less) => format!("{column} becomes {less} % less"),
                        None => format!("{column} becomes {by} % more"),
                    },
                    NewValue::Plus(by) => match by.strip_prefix('-') {
                        Some(less) => format!("{column} becomes less by {less}"),
                        None => format!("{column} becomes more by {by}"),
                    },
                }
            })
            .collect();
        let each: Vec<&str> = each.iter().map(String::as_str).collect();
        listed(&each)
    };
    let which = |filters: &[Filter]| {
        let plan = QueryPlan { source: plan.table().clone(), ..QueryPlan::default() };
        let conditions: Vec<String> = filters.iter().map(|f| crate::explain::filter(f, &plan)).collect();
        match conditions.as_slice() {
            [] => format!("all {things}"),
            conditions => format!("{things} where {}", conditions.join(" and ")),
        }
    };
    match plan {
        ChangePlan::Update { set, filters, .. } => format!("In {}, {}.", which(filters), becomes(set)),
        ChangePlan::Delete { filters, .. } => format!("Delete {}.", which(filters)),
        ChangePlan::Insert { values, .. } => {
            let each: Vec<String> = values
                .iter()
                .map(|v| match &v.value {
                    NewValue::Literal(value) => format!("{} {value}", spaced(&v.column)),
                    _ => spaced(&v.column),
                })
                .collect();
            format!("Add one of {things}: {}.", each.join(", "))
        }
    }
}

/// A condition that a column has a value.
pub fn is_equal(table: TableName, column: &str, value: Literal) -> Filter {
    Filter::Compare {
        field: Field::new(table, column),
        operator: crate::plan::Operator::Equal,
        operand: crate::plan::Operand::Literal(value),
    }
}
