//! Conditions on rows, and the values that they compare with.

use super::{Aggregate, Field, QueryPlan, TableName};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A condition on rows. One on a table with many rows per row of the source means "there is at least one";
/// several such on the same table, listed side by side, are about the same row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    /// All hold.
    All(Vec<Filter>),
    /// At least one holds.
    Any(Vec<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// A comparison.
    Compare {
        /// What is compared.
        field: Field,
        /// How.
        operator: Operator,
        /// With what.
        operand: Operand,
    },
    /// One of the values.
    In {
        /// The column.
        field: Field,
        /// The values.
        values: Vec<Literal>,
        /// None of the values.
        #[serde(default)]
        negated: bool,
    },
    /// In a span of days; half open.
    Period {
        /// A date or timestamp column.
        field: Field,
        /// First day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<NaiveDate>,
        /// The day after the last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<NaiveDate>,
    },
    /// A text comparison that ignores case.
    Text {
        /// A text column.
        field: Field,
        /// How.
        how: TextMatch,
        /// The text, taken literally.
        value: String,
        /// Does not match.
        #[serde(default)]
        negated: bool,
    },
    /// Has no value.
    Null {
        /// The column.
        field: Field,
        /// Has a value.
        #[serde(default)]
        negated: bool,
    },
    /// How many rows of another table belong to the row: at least one, none, or a number of them.
    Related {
        /// The other table.
        table: TableName,
        /// Conditions on its rows.
        #[serde(default)]
        filters: Vec<Filter>,
        /// How many; at least one when absent.
        #[serde(default)]
        count: Option<(Operator, u64)>,
        /// None.
        #[serde(default)]
        negated: bool,
        /// The foreign-key column over which they belong, where there are several ways.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        via: Option<String>,
    },
    /// One of the values that another plan gives: "orders of the customer with the most tickets".
    Among {
        /// The column.
        field: Field,
        /// Gives one column; its order and limit count.
        plan: Box<QueryPlan>,
        /// None of them.
        #[serde(default)]
        negated: bool,
    },
}

impl Filter {
    /// The column that it is about; none of several conditions, and of one on related rows.
    pub fn field(&self) -> Option<&Field> {
        match self {
            Self::Compare { field, .. }
            | Self::In { field, .. }
            | Self::Period { field, .. }
            | Self::Text { field, .. }
            | Self::Among { field, .. }
            | Self::Null { field, .. } => Some(field),
            Self::All(_) | Self::Any(_) | Self::Not(_) | Self::Related { .. } => None,
        }
    }
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// =
    Equal,
    /// <>; not true where there is no value.
    NotEqual,
    /// <
    Less,
    /// <=
    AtMost,
    /// >
    Greater,
    /// >=
    AtLeast,
}

impl Operator {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Equal => "is",
            Self::NotEqual => "is not",
            Self::Less => "is less than",
            Self::AtMost => "is at most",
            Self::Greater => "is more than",
            Self::AtLeast => "is at least",
        }
    }
}

/// The right side of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Operand {
    /// A value.
    Literal(Literal),
    /// Another column.
    Field(Field),
    /// A number over all rows of a table, e.g. the average.
    Aggregate {
        /// How.
        aggregate: Aggregate,
        /// Of which column.
        field: Field,
        /// Over rows for which these hold.
        #[serde(default)]
        filters: Vec<Filter>,
    },
}

/// A value as the asker gave it; the compiler casts it to the column's type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Literal {
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A decimal number in digits, e.g. `-12.50`.
    Decimal(String),
    /// True or false.
    Bool(bool),
    /// A day.
    Date(NaiveDate),
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "\"{text}\""),
            Self::Integer(n) => write!(f, "{n}"),
            Self::Decimal(n) => f.write_str(n),
            Self::Bool(b) => write!(f, "{b}"),
            Self::Date(d) => write!(f, "{d}"),
        }
    }
}

/// Text comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TextMatch {
    /// The whole text.
    Equals,
    /// Somewhere.
    Contains,
    /// At the start.
    StartsWith,
    /// At the end.
    EndsWith,
}
