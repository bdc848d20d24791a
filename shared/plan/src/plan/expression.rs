//! Values computed from one row.

use super::{Field, TableName};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A value computed from one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Expression {
    /// The column as it is.
    Field(Field),
    /// A number in digits, e.g. `100` or `0.5`.
    Number(String),
    /// The year of a date or timestamp, as a number.
    Year(Field),
    /// The month of a date or timestamp, from 1 to 12.
    Month(Field),
    /// The day of the week of a date or timestamp, from 1 for Monday to 7 for Sunday (ISO 8601).
    Weekday(Field),
    /// The hour of a timestamp or a time of day, from 0 to 23.
    Hour(Field),
    /// How many characters a text has.
    Length(Field),
    /// Arithmetic of two values, e.g. quantity × price.
    Operation {
        /// On the left.
        left: Box<Expression>,
        /// What is done.
        operator: Arithmetic,
        /// On the right.
        right: Box<Expression>,
    },
    /// The time from one point to another.
    Elapsed {
        /// From.
        from: Field,
        /// To.
        to: Field,
        /// The unit of the result.
        unit: TimeUnit,
    },
}

impl Expression {
    /// Arithmetic of two values.
    pub fn operation(left: Self, operator: Arithmetic, right: Self) -> Self {
        Self::Operation { left: Box::new(left), operator, right: Box::new(right) }
    }

    /// What a column of it is called: `price_minus_cost`.
    pub fn name(&self) -> String {
        match self {
            Self::Field(field) => field.column.clone(),
            Self::Number(digits) => digits.replace(['.', '-'], "_"),
            Self::Year(field) => format!("year_of_{}", field.column),
            Self::Month(field) => format!("month_of_{}", field.column),
            Self::Weekday(field) => format!("weekday_of_{}", field.column),
            Self::Hour(field) => format!("hour_of_{}", field.column),
            Self::Length(field) => format!("length_of_{}", field.column),
            Self::Operation { left, operator, right } => {
                format!("{}_{}_{}", left.name(), operator.words().replace(' ', "_"), right.name())
            }
            Self::Elapsed { from, to, unit } => {
                format!("{}_from_{}_to_{}", unit.word(), from.column, to.column)
            }
        }
    }

    /// It takes a part of a point in time: a number that is counted around, and not added up.
    pub fn is_part(&self) -> bool {
        matches!(self, Self::Year(_) | Self::Month(_) | Self::Weekday(_) | Self::Hour(_))
    }

    /// The columns it reads.
    pub fn fields(&self) -> Vec<&Field> {
        match self {
            Self::Field(field) | Self::Length(field) => vec![field],
            Self::Year(field) | Self::Month(field) | Self::Weekday(field) | Self::Hour(field) => vec![field],
            Self::Number(_) => Vec::new(),
            Self::Operation { left, right, .. } => left.fields().into_iter().chain(right.fields()).collect(),
            Self::Elapsed { from, to, .. } => vec![from, to],
        }
    }
}

/// The four operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Arithmetic {
    /// +
    Plus,
    /// −
    Minus,
    /// ×
    Times,
    /// ÷, with decimals; no value where it would be by nought.
    DividedBy,
}

impl Arithmetic {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Plus => "plus",
            Self::Minus => "minus",
            Self::Times => "times",
            Self::DividedBy => "divided by",
        }
    }
}

/// Units of elapsed time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days.
    Days,
}

impl TimeUnit {
    /// In words: "minutes".
    pub fn word(self) -> &'static str {
        match self {
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::Days => "days",
        }
    }
}

/// A column that no table has: computed from each row of a table, and from the rows that it refers to. The rest of the plan
/// names it like any other column of the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ComputedColumn {
    /// The table whose rows have it.
    pub table: TableName,
    /// Its name, which no column of the table has.
    pub name: String,
    /// How it is computed: from stored columns alone.
    pub expression: Expression,
}
