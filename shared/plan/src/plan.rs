//! The plan itself: plain values, no behaviour beyond naming.

mod condition;
mod expression;

pub use condition::{Filter, Literal, Operand, Operator, TextMatch};
pub use expression::{Arithmetic, ComputedColumn, Expression, TimeUnit};

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// What is asked of the data. With `measures` it is a summary (one row per combination of `dimensions`),
/// without it is a list of `columns`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QueryPlan {
    /// The table the question is about: what is listed or counted.
    pub source: TableName,
    /// Columns that are computed from each row, for the whole plan and the plans in it; those plans add none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub computed: Vec<ComputedColumn>,
    /// Columns of a list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Field>,
    /// Numbers to compute.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<Measure>,
    /// What the numbers are split by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dimensions: Vec<Dimension>,
    /// Conditions on rows, all of which hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
    /// Conditions on computed numbers, all of which hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub having: Vec<Having>,
    /// The order asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<Order>,
    /// At most so many rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// So many rows of the order are passed over: the second largest is one row after one passed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// Each row once (lists).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub distinct: bool,
    /// Set beside an earlier period; needs a first dimension with a time grain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
    /// Rows that are also (or not, or additionally) in another plan's result of the same columns; of several, one after the
    /// other from the left. The other plans are neither cut off nor summarised: that is said of the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub combine: Option<Combine>,
    /// The result is summarised once more: "the average of the monthly revenues".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fold: Option<Fold>,
    /// How it should be drawn.
    #[serde(default)]
    pub chart: ChartHint,
    /// IANA name of the zone in which days begin, for timestamps with time zone; UTC when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

/// A table by its stored name; without a schema the search path decides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct TableName {
    /// Schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Name.
    pub name: String,
}

impl TableName {
    /// A table found over the search path.
    pub fn bare(name: impl Into<String>) -> Self {
        Self { schema: None, name: name.into() }
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Field {
    /// The table.
    pub table: TableName,
    /// The column.
    pub column: String,
    /// The foreign-key column over which the table is reached, where there are several ways.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
}

impl Field {
    /// A column of a table.
    pub fn new(table: TableName, column: impl Into<String>) -> Self {
        Self { table, column: column.into(), via: None }
    }
}

/// How many values become one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    /// Rows, or non-null values of the expression.
    Count,
    /// Different values of the expression.
    CountDistinct,
    /// Sum.
    Sum,
    /// Mean.
    Average,
    /// Smallest.
    Minimum,
    /// Largest.
    Maximum,
    /// Median (continuous).
    Median,
    /// What so many percent of the values do not exceed, 1 to 99 (continuous).
    Percentile(u8),
}

/// A number to compute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Measure {
    /// How.
    pub aggregate: Aggregate,
    /// Of what; absent for a count of rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<Expression>,
    /// Whose rows are counted, where that is not the plan's source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<TableName>,
    /// Only rows for which all of these hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
    /// In percent of the total over all groups.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub share: bool,
    /// Less this number: "the difference between the highest and the lowest price".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minus: Option<Box<Measure>>,
    /// Divided by this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<Box<Measure>>,
    /// Times a hundred: a rate rather than a ratio.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub percent: bool,
    /// Summed up along the first dimension.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub running: bool,
    /// Its place instead of itself, largest first, among the groups that share all dimensions but the last; columns
    /// that name one row together (`by_key`, of one table) are one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rank: bool,
    /// The smallest has the first place instead.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub smallest_first: bool,
    /// Used for order or conditions only, not shown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// A name for it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "name")]
    pub label: Option<String>,
}

/// A name that names nothing is none.
fn name<'de, D: Deserializer<'de>>(given: D) -> Result<Option<String>, D::Error> {
    let given = Option::<String>::deserialize(given)?;
    Ok(given.filter(|name| name.chars().any(char::is_alphanumeric)))
}

impl Measure {
    /// A count of rows.
    pub fn count() -> Self {
        Self::new(Aggregate::Count, None)
    }

    /// An aggregate of an expression.
    pub fn new(aggregate: Aggregate, expression: Option<Expression>) -> Self {
        Self {
            aggregate,
            expression,
            table: None,
            filters: Vec::new(),
            share: false,
            minus: None,
            over: None,
            percent: false,
            running: false,
            rank: false,
            smallest_first: false,
            hidden: false,
            label: None,
        }
    }

    /// What it is depends on other groups too.
    pub fn is_windowed(&self) -> bool {
        self.share || self.running || self.rank
    }

    /// An aggregate of a column.
    pub fn of(aggregate: Aggregate, field: Field) -> Self {
        Self::new(aggregate, Some(Expression::Field(field)))
    }
}

/// What numbers are split by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Dimension {
    /// The column.
    pub field: Field,
    /// Points in time are put together by this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grain: Option<Grain>,
    /// Rows of the column's table stay apart even where they share the value (two customers of one name).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_key: bool,
    /// Split by, not shown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

impl Dimension {
    /// A split by the column's values.
    pub fn of(field: Field) -> Self {
        Self { field, grain: None, by_key: false, hidden: false }
    }
}

/// Steps of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// Hour.
    Hour,
    /// Day.
    Day,
    /// Week, beginning on Monday.
    Week,
    /// Month.
    Month,
    /// Quarter.
    Quarter,
    /// Year.
    Year,
    /// Day of the week, 1 = Monday … 7 = Sunday, whatever the week.
    Weekday,
    /// Hour of the day, 0 … 23, whatever the day.
    HourOfDay,
    /// Month of the year, 1 … 12, whatever the year.
    MonthOfYear,
}

impl Grain {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::Weekday => "weekday",
            Self::HourOfDay => "hour of day",
            Self::MonthOfYear => "month of year",
        }
    }

    /// A part that comes again and again, rather than a span on the time line.
    pub fn is_part(self) -> bool {
        matches!(self, Self::Weekday | Self::HourOfDay | Self::MonthOfYear)
    }
}

/// A condition on a computed number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Having {
    /// Position in [`QueryPlan::measures`].
    pub measure: usize,
    /// How.
    pub operator: Operator,
    /// With what.
    pub value: Literal,
}

/// One part of the order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Order {
    /// By what.
    pub by: OrderKey,
    /// Largest first.
    #[serde(default)]
    pub descending: bool,
}

/// What rows are ordered by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderKey {
    /// Position in [`QueryPlan::measures`].
    Measure(usize),
    /// Position in [`QueryPlan::dimensions`].
    Dimension(usize),
    /// A column, shown or not (lists).
    Field(Field),
}

/// Another result that rows are taken with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Combine {
    /// How.
    pub operator: SetOperator,
    /// The other plan; as many columns as this one.
    pub plan: Box<QueryPlan>,
}

/// Set operations; each row once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SetOperator {
    /// In both.
    Intersect,
    /// In either.
    Union,
    /// Not in the other.
    Except,
}

/// A summary of a plan's result, which is its source: of the groups of a summary, of the rows of a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fold {
    /// Positions in [`QueryPlan::dimensions`] that stay apart; one row in all where empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<usize>,
    /// The numbers.
    pub measures: Vec<FoldMeasure>,
    /// Conditions on them, all of which hold; positions in [`Fold::measures`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub having: Vec<Having>,
    /// At most so many rows, by the first number: "the region with the highest average monthly revenue" is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// The smallest number stands first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub smallest_first: bool,
}

/// A number over a plan's result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FoldMeasure {
    /// How.
    pub aggregate: Aggregate,
    /// Of which number: position in [`QueryPlan::measures`], in a list in [`QueryPlan::columns`]; absent to count
    /// the groups or rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<usize>,
}

/// Set beside another period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// The difference to the period before; to the row before, where the periods are parts of a day, week or year.
    Previous,
    /// The growth over the same, in percent.
    Growth,
    /// The same span of the year before, and the growth over it in percent.
    YearBefore,
}

/// How a result should be drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChartHint {
    /// As the shape of the result suggests.
    #[default]
    Auto,
    /// Not at all: a table.
    None,
    /// Upright bars.
    Bar,
    /// Bars that lie.
    HorizontalBar,
    /// A line.
    Line,
    /// Shares of a whole.
    Pie,
}
