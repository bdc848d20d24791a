//! What a noun phrase means: rows of a table that are described, one of their columns, or values.

use super::{
    ast::{Func, Kind, Mod, Np},
    choose::Choices,
};
use crate::offline::{resolve::World, words::root};
use rowcall_core::ColumnRef;
use rowcall_plan::{Aggregate, Filter, Grain, Measure, Operator};

/// Why something has no meaning here, for the asker.
pub type Meaning<T> = Result<T, String>;

/// Rows of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// The table.
    pub table: usize,
    /// Conditions on its rows.
    pub filters: Vec<Filter>,
    /// Only the first few of them.
    pub pick: Option<Pick>,
    /// What they are put into groups by.
    pub groups: Vec<Group>,
    /// Conditions on the size of a group.
    pub having: Vec<(Size, Operator, String)>,
    /// Numbers that are asked for on the way: "with the number of orders".
    pub numbers: Vec<Size>,
    /// Each of them is meant.
    pub each: bool,
    /// All of them, each with its place.
    pub ranking: bool,
    /// Only the number of the group is asked for, not whose it is: "the highest number of orders of a customer".
    pub only: bool,
    /// Conditions that hold of no row with the same head: "cities without any such member".
    pub except: Vec<Vec<Filter>>,
    /// Conditions that hold of different rows with the same head: "cities with both A and B".
    pub both: Vec<Vec<Filter>>,
    /// The column that stands for them, if one does.
    pub head: Option<ColumnRef>,
    /// Tables that a condition speaks of already.
    pub far: Vec<usize>,
    /// What a comparison without a left side speaks of.
    pub last: Option<ColumnRef>,
}

/// The largest or smallest.
#[derive(Clone, Debug, PartialEq)]
pub struct Pick {
    /// By what.
    pub by: By,
    /// The large end.
    pub large: bool,
    /// How many.
    pub n: u64,
    /// The number that decides is shown too: "top 5 products by revenue".
    pub shown: bool,
}

/// What decides.
// A question has few of them, and they live for one run.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug, PartialEq)]
pub enum By {
    /// A column.
    Column(ColumnRef),
    /// A number computed for each.
    Size(Size),
}

/// A number over rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Size {
    /// The number.
    pub measure: Measure,
    /// The table whose rows it is computed over.
    pub home: usize,
    /// Conditions on them.
    pub filters: Vec<Filter>,
}

/// What rows are put into groups by.
#[derive(Clone, Debug, PartialEq)]
pub enum Group {
    /// A column, perhaps by steps of time.
    Column(ColumnRef, Option<Grain>),
    /// The rows of a table.
    Rows(usize),
    /// A step of the time of the rows.
    Time(Grain),
}

/// What a noun phrase means.
// A question has few of them, and they live for one run.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug, PartialEq)]
pub enum Thing {
    /// Rows.
    Rows(Row),
    /// A column of rows.
    Column(ColumnRef, Row),
    /// A number over rows that has a name.
    Number(Measure, Row),
    /// Values, a time, a number: no rows of their own.
    Plain,
}

/// What a name may be where it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Want {
    /// Rows are counted or picked.
    pub rows: bool,
    /// A number is needed.
    pub number: bool,
}

/// A name, settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    /// A table.
    Table(usize),
    /// A column.
    Column(ColumnRef),
}

/// Gives phrases their meaning, one run at a time.
pub struct Reader<'a, 'b> {
    pub world: &'b World<'a>,
    pub choices: &'b mut Choices,
    /// What was given up on the way, on top of the choices.
    pub loss: f32,
    /// What was taken for granted.
    pub notes: Vec<String>,
    pub depth: usize,
    /// Names as they were settled.
    pub settled: Vec<(String, Noun, String)>,
}

impl Row {
    pub fn of(table: usize) -> Self {
        Self { table, ..Self::default() }
    }

    /// Nothing is said about them.
    pub fn is_bare(&self) -> bool {
        self.filters.is_empty() && self.pick.is_none() && self.having.is_empty()
    }
}

impl Size {
    pub fn count(home: usize, filters: Vec<Filter>) -> Self {
        Self { measure: Measure::count(), home, filters }
    }
}

/// The nouns of verbs that do not look like them.
fn nouns_of(verb: &str) -> &'static [&'static str] {
    match verb {
        "sold" | "sell" => &["sale", "sell", "sold"],
        "bought" | "buy" | "purchas" => &["purchase", "order", "sale"],
        "paid" | "pay" => &["payment", "paid"],
        "sent" | "send" => &["sending", "sent"],
        "born" => &["birth", "birthdate", "birthday", "born"],
        "died" | "die" => &["death"],
        "left" | "leav" => &["leaving", "departure", "end"],
        "join" => &["joining", "join", "joined"],
        "depart" => &["departure"],
        "arriv" => &["arrival"],
        "admit" | "admitt" => &["admission"],
        "borrow" => &["loan"],
        "complain" => &["complaint"],
        "subscrib" => &["subscription"],
        "hir" => &["hire", "hired", "hiring"],
        "list" | "found" | "establish" => &["founded", "established", "creation", "founding"],
        _ => &[],
    }
}

/// A word of a name and a verb's root are of one family.
pub fn same_root(word: &str, verb: &str) -> bool {
    let stem = root(word);
    let (short, long) = if stem.len() < verb.len() { (stem.as_str(), verb) } else { (verb, stem.as_str()) };
    if nouns_of(verb).contains(&word) {
        return true;
    }
    short.len() >= 3
        && (short == long || short.len() >= 4 && long.starts_with(short) && long.len() - short.len() <= 2)
}

/// The phrase that a description links to.
pub fn link_of(m: &Mod) -> Option<&Np> {
    match &m.kind {
        Kind::Link(_, np) | Kind::Each(np) => Some(np),
        _ => None,
    }
}

/// The innermost aggregate.
pub fn aggregate_of(funcs: &[Func]) -> Option<Aggregate> {
    funcs.iter().rev().find_map(|f| match f {
        Func::Agg(a) => Some(*a),
        Func::Most(large, None) => Some(if *large { Aggregate::Maximum } else { Aggregate::Minimum }),
        _ => None,
    })
}
