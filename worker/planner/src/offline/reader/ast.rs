//! A question's grammar: noun phrases with what comes before and after them. Names are still unsettled here; they
//! are places in the lattice.

use crate::offline::{
    annotate::{NameItem, Rate, Trait},
    dates::{Bound, Span},
    events::Elapsed,
    lexicon::ValueRef,
};
use rowcall_plan::{Aggregate, ChartHint, Grain, Literal, Operator, TextMatch};

/// What is done with a noun.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Func {
    /// "number of".
    Count,
    /// "how much".
    HowMuch,
    /// "average".
    Agg(Aggregate),
    /// "highest", "oldest"; true for the large end.
    Most(bool, Option<Trait>),
    /// "top", "first".
    Top(bool),
    /// "ranking of".
    Ranking,
    /// "most common".
    Common(bool),
    /// "percentage of".
    Share,
    /// "running total".
    Running,
    /// "growth".
    Growth,
    /// "when".
    When,
    /// "busiest".
    Busiest(bool),
}

/// The noun itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Head {
    /// Left out: "the most", "the average".
    #[default]
    None,
    /// A table or column.
    Name(NameItem),
    /// Values of the data, all said side by side or joined by "or".
    Values(Vec<Vec<ValueRef>>),
    /// Quoted texts.
    Quoted(Vec<String>),
    /// Numbers.
    Numbers(Vec<Literal>),
    /// A span of time.
    Time(Span),
    /// A year.
    Year(i32, Bound),
    /// A step of time.
    Grain(Grain),
    /// A time between two events.
    Elapsed(Elapsed),
    /// How often something happens.
    Rate(Rate),
    /// "they", "those".
    Pronoun,
}

/// A noun phrase.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Np {
    /// "each".
    pub each: bool,
    /// "its": of what was named before.
    pub their: bool,
    /// "all information about": every column.
    pub full: bool,
    /// "the same": as of what `like` says.
    pub same: bool,
    /// "as Ann": whose it is the same as.
    pub like: Option<Box<Np>>,
    /// "no".
    pub no: bool,
    /// "highest", "largest": of an amount, rather than of a number of things.
    pub high: bool,
    /// "largest", "smallest": of a size.
    pub big: bool,
    /// "different".
    pub distinct: bool,
    /// "3".
    pub n: Option<u64>,
    /// From the outside in: "average number of".
    pub funcs: Vec<Func>,
    /// Values before the noun: "Asian restaurants".
    pub before: Vec<Vec<ValueRef>>,
    /// The noun whose this is: "customer name", "the customer's name".
    pub owner: Option<Box<Np>>,
    /// The noun.
    pub head: Head,
    /// What the head stands beside: "status Paid", "id 10".
    pub beside: Option<Box<Np>>,
    /// What follows.
    pub mods: Vec<Mod>,
    /// Values joined by "and" rather than "or".
    pub and: bool,
    /// Which of the values begin a new alternative, rather than say more of the one before.
    pub joints: Vec<bool>,
    /// The unit of a number: "700 dollars".
    pub unit: Option<String>,
    /// "both A and B".
    pub both: bool,
    /// The text is taken for a value only because of its capitals.
    pub guess: bool,
    /// The second part of a ratio.
    pub over: Option<Box<Np>>,
    /// A function of a function: "the maximum total amount".
    pub nested: bool,
}

/// How a phrase is tied to what it describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tie {
    /// "of".
    Of,
    /// "in", "at", "for", "by" …
    Prep,
    /// "by".
    By,
    /// "with", "that have".
    With,
    /// A verb and its object.
    Verb,
    /// "is", "are".
    Be,
}

/// A description.
#[derive(Clone, Debug, PartialEq)]
pub struct Mod {
    /// It does not hold.
    pub not: bool,
    /// Joined by "or" to the one before.
    pub or: bool,
    /// One of two that hold of different rows: "both … and …".
    pub both: bool,
    /// The verb over it: its root and names that share it.
    pub verb: Option<(String, Option<NameItem>)>,
    /// "to" (true) or "from".
    pub toward: Option<bool>,
    /// What it says.
    pub kind: Kind,
}

/// What a description says.
// A question has few of them, and they live for one run.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Connected with something.
    Link(Tie, Np),
    /// A comparison; without a left side, of what is described.
    Compare(Option<Np>, Operator, Option<Trait>, Np),
    /// Between two.
    Between(Option<Np>, Np, Np),
    /// A text comparison.
    Text(Option<Np>, TextMatch, Vec<String>),
    /// Has a value, or (false) none.
    Present(Np, bool),
    /// A number of them.
    Counted(Np, Operator, u64),
    /// Named so.
    Named(Np),
    /// A time.
    Time(Span),
    /// A year.
    Year(i32, Bound),
    /// For each.
    Each(Np),
    /// A verb with nothing after it.
    Verb,
}

/// What kind of answer is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ask {
    /// "show", "list": rows.
    #[default]
    Rows,
    /// "which", "who": names.
    Which,
    /// "what".
    What,
    /// Nothing said: "orders by month".
    Bare,
}

/// A whole question.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Question {
    /// How it asks.
    pub ask: Ask,
    /// "for each X,".
    pub groups: Vec<Np>,
    /// "of all X,", "for the X with …,".
    pub context: Vec<Np>,
    /// What is asked for.
    pub items: Vec<Np>,
    /// What later sentences want shown.
    pub shown: Vec<Np>,
    /// Conditions on the whole.
    pub mods: Vec<Mod>,
    /// The order, with a direction where told.
    pub order: Vec<(Np, Option<bool>)>,
    /// A direction without a column.
    pub direction: Option<bool>,
    /// How it should be drawn.
    pub chart: ChartHint,
    /// Set beside the year before.
    pub year_before: bool,
}
