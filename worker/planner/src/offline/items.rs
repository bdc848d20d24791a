//! What the stretches of a question can be.

use super::{
    dates::{Bound, Span},
    events::Elapsed,
    lexicon::ValueRef,
};
use rowcall_core::ColumnRef;
use rowcall_plan::{Aggregate, ChartHint, Grain, Literal, Operator, TextMatch};

/// A marked stretch.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A name of tables or columns, with every reading.
    Name(NameItem),
    /// Values of the data.
    Value(Vec<ValueRef>),
    /// A number.
    Number(Literal),
    /// A span of time.
    Time(Span),
    /// A lone year.
    Year(i32, Bound),
    /// Quoted text.
    Quoted(String),
    /// A time between two events.
    Elapsed(Elapsed),
    /// How often something happens.
    Rate(Rate),
    /// A steering word.
    Key(Key),
    /// A word that adds nothing.
    Filler(String),
    /// A verb that only connects.
    Link(String),
    /// A mark.
    Mark(String),
    /// Not understood.
    Unknown(String),
}

/// A name's readings.
#[derive(Clone, Debug, PartialEq)]
pub struct NameItem {
    /// As written.
    pub text: String,
    /// Tables with scores, best first.
    pub tables: Vec<(usize, f32)>,
    /// Columns with scores, best first.
    pub columns: Vec<(ColumnRef, f32)>,
    /// Written as a plural.
    pub plural: bool,
    /// A number that a comment defines.
    pub is_term: bool,
    /// Values of the data that are written the same.
    pub values: Vec<ValueRef>,
}

/// What an adjective speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trait {
    /// Age: "older than" looks at an age, or turned round at a date of birth.
    Age,
    /// Price.
    Price,
    /// Time, newest.
    Recent,
    /// Length.
    Length,
    /// Height.
    Height,
    /// Weight.
    Weight,
    /// Speed.
    Speed,
    /// Rating.
    Rating,
    /// Pay.
    Pay,
    /// Temperature.
    Heat,
    /// Humidity.
    Humidity,
}

/// How often something happens to rows, in percent of all rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// The column that tells it.
    pub column: ColumnRef,
    /// The value that counts; any value where absent.
    pub value: Option<String>,
    /// As the question calls it.
    pub name: String,
}

/// Steering words.
#[derive(Clone, Debug, PartialEq)]
pub enum Key {
    /// "how many", "number of".
    Count,
    /// "how much".
    HowMuch,
    /// "average", "total", …
    Aggregate(Aggregate),
    /// "highest", "oldest"; true for the large end.
    Superlative(bool, Option<Trait>),
    /// "most common"; true for most.
    Common(bool),
    /// "top", "first", "bottom"; true for the large end.
    Top(bool),
    /// "more than", "older than".
    Compare(Operator, Option<Trait>),
    /// "between".
    Between,
    /// "or more" (true), "or less".
    OrMore(bool),
    /// "not", "never".
    Not,
    /// "without", "no".
    Without,
    /// "for each", "per", "by".
    Each,
    /// "ordered by", with a direction if told.
    OrderBy(Option<bool>),
    /// "descending".
    Direction(bool),
    /// "distinct", "different".
    Distinct,
    /// "or".
    Or,
    /// "and".
    And,
    /// "both".
    Both,
    /// "contains", …
    Text(TextMatch),
    /// "named".
    Named,
    /// "missing".
    Missing,
    /// "share of", "percentage of".
    Share,
    /// "ratio of … to …".
    Ratio,
    /// "by month", "daily".
    Grain(Grain),
    /// "as a line".
    Chart(ChartHint),
    /// "growth".
    Growth,
    /// "running total".
    Running,
    /// "busiest": true for the most rows.
    Busiest(bool),
    /// "compared with the year before".
    YearBefore,
    /// "whose", "with", "where": a condition follows.
    Where,
    /// "the number", with nothing behind it.
    ThatNumber,
    /// "ranking of": all of them, each with its place.
    Ranking,
    /// "everything of": all columns are shown.
    Everything,
    /// "also": more to show.
    Also,
    /// "show", "what are": a new head.
    Head,
}

/// A stretch of the question that is marked.
#[derive(Clone, Debug)]
pub struct Marked {
    /// What it is.
    pub item: Item,
}
