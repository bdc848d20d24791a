//! What a question was understood to ask for, before it is a plan.

use crate::offline::{
    annotate::Rate,
    dates::{Bound, Span},
    events::Elapsed,
};
use rowcall_core::ColumnRef;
use rowcall_plan::{Aggregate, ChartHint, Filter, Grain, Literal, Operator};

/// What is measured.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// Rows of a table.
    Rows(usize),
    /// A column.
    Column(ColumnRef),
    /// A time between two events.
    Elapsed(Elapsed),
    /// How often something happens.
    Rate(Rate),
}

/// A split.
#[derive(Clone, Debug, PartialEq)]
pub enum Group {
    /// By a column.
    Column(ColumnRef),
    /// By the rows of a table.
    Table(usize),
    /// By time.
    Grain(Grain, Option<ColumnRef>),
}

/// What decides the order of a "most" or "top".
#[derive(Clone, Debug, PartialEq)]
pub enum Extreme {
    /// A column's value.
    Column(ColumnRef),
    /// How many rows of a table belong to it.
    Rows(usize),
    /// A number computed from a column.
    Measure(Aggregate, Target),
    /// How often it occurs.
    Common,
}

/// Another table that must or must not have rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    /// The table.
    pub table: usize,
    /// Must have none.
    pub negated: bool,
    /// How many it must have.
    pub count: Option<(Operator, u64)>,
    /// Conditions on its rows.
    pub filters: Vec<(ColumnRef, Filter)>,
}

/// A question, understood.
#[derive(Clone, Debug, Default)]
pub struct Sketch {
    /// Columns to show.
    pub shown: Vec<ColumnRef>,
    /// Numbers to show.
    pub measures: Vec<(Aggregate, Target, bool)>,
    /// Splits.
    pub groups: Vec<Group>,
    /// Conditions, each with the column it is about.
    pub filters: Vec<(ColumnRef, Filter)>,
    /// Related tables.
    pub relations: Vec<Relation>,
    /// Most, top, largest: the large end?, what decides, and whether the question put it before any table.
    pub extreme: Option<(bool, Extreme)>,
    /// How many.
    pub limit: Option<u64>,
    /// Order asked for.
    pub order: Vec<(ColumnRef, bool)>,
    /// A total of several rows is asked for: "the total cost of all bookings".
    pub adds_all: bool,
    /// Conditions on computed numbers of the groups: "with an average price over 50".
    pub having: Vec<(Aggregate, ColumnRef, Operator, Literal)>,
    /// Order by the number shown.
    pub order_by_measure: Option<bool>,
    /// Tables named, in order.
    pub tables: Vec<usize>,
    /// Each once.
    pub distinct: bool,
    /// The number is an average over groups: "the average number of orders per customer".
    pub averaged: bool,
    /// In percent of the total.
    pub share: bool,
    /// Growth over the period before.
    pub growth: bool,
    /// Summed up along time.
    pub running: bool,
    /// Set beside the year before.
    pub year_before: bool,
    /// The step of time with the most (or fewest) rows.
    pub busiest: Option<bool>,
    /// "who": a person is asked for.
    pub asks_who: bool,
    /// "in which year": a time is asked for.
    pub asks_time: bool,
    /// Each row with its place.
    pub ranking: bool,
    /// "all information about": every column.
    pub full: bool,
    /// "list", "show": rows are wanted, not their number.
    pub wants_rows: bool,
    /// "… and the number": of what there is most of.
    pub shows_extreme: bool,
    /// The column that decides was itself asked for: "what is the earliest date".
    pub extreme_said: bool,
    /// How to draw.
    pub chart: ChartHint,
    /// Spans of time without a column.
    pub times: Vec<Span>,
    /// Lone years without a column.
    pub years: Vec<(i32, Bound)>,
    /// "both A and B": the two conditions.
    pub both: Option<[(ColumnRef, Filter); 2]>,
    /// The question names its rows ("which X", "who") rather than wanting a whole list.
    pub asks_which: bool,
    /// Product of the certainties.
    pub certainty: f32,
    /// What was chosen.
    pub notes: Vec<String>,
}

/// One of several readings.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What it is called.
    pub label: String,
    /// What makes the question mean it.
    pub change: Change,
}

/// A change to the words of a question.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// These words at the end.
    Append(String),
    /// The second words in place of the first.
    Replace(String, String),
}

/// Why a question is not understood.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// Words that mean nothing here.
    Unknown(Vec<String>),
    /// Readings that are about as likely: what to ask, and per reading what it is called and the whole question.
    Several(String, Vec<Reading>),
    /// A part that cannot be placed.
    Unplaced(String),
}
