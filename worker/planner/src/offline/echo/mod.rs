//! Says a plan back: what the question names and the plan does not speak of, and what the plan does that no word asks for.
//! It looks at words and plan alone, however the plan was come by, so that two readings of different make are weighed on
//! the same scales. What is a fault was found by looking at readings of questions with known answers: of those with one,
//! few are right.

mod about;
mod conditions;
mod elsewhere;
mod enacted;
mod forgotten;
mod happened;
mod names;
mod passed;
mod pointless;
mod shape;

use super::{
    annotate::Key,
    audit::Spoken,
    dates::{self, Found},
    keys::key_at,
    lexicon::{Lexicon, ValueRef},
    plainly::plainly,
    resolve::World,
    words::{self, Token, TokenKind, lemma},
};
use crate::PlanRequest;
use rowcall_core::{Column, ColumnRef};
use rowcall_plan::{Field, Filter, Measure, QueryPlan};
use std::{collections::HashSet, iter, ops::Range};

/// Something that question and plan do not have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// A word may name something that the plan does not speak of.
    Unsaid,
    /// A word is the very name of something that the plan does not speak of.
    Missing,
    /// A shown column or group that no word names.
    Silent,
    /// A shown column of whose name only a part is said.
    Half,
    /// Groups, where nothing splits.
    Split,
    /// "for each", without groups.
    Whole,
    /// "for each", and one row over all.
    Overall,
    /// "how many", and nothing is counted.
    Uncounted,
    /// Counted, where nobody asks how many.
    Counted,
    /// "average", "total", which the plan does not compute.
    Plain,
    /// "the highest share", and no part of anything is computed.
    Parted,
    /// An average that nobody asks for.
    Computed,
    /// "the oldest", and nothing is the first of an order.
    Unranked,
    /// Two things stand out, and one is ranked: "the longest document of the type with the most documents".
    Outranked,
    /// One of several, though none is said to stand out.
    Ranked,
    /// "not", "without", and nothing is denied.
    Affirmed,
    /// Denied, where nothing denies.
    Denied,
    /// "different", and the same may come twice.
    Repeated,
    /// Different ones are counted, where nobody asks for different ones.
    Different,
    /// A number that the plan does not have.
    Number,
    /// A value that the plan does not have.
    Value,
    /// An order that the plan does not have.
    Unordered,
    /// A condition that no word speaks of, or a year that is none.
    Condition,
    /// A text is looked for in a column that does not hold it, though another one does.
    Misplaced,
    /// A shown column that holds the same in every row.
    Constant,
    /// Groups of one row each.
    Trivial,
    /// "who", and no name is shown.
    Nobody,
    /// Shown, though another sentence says what to show.
    Extra,
    /// Rows of something else than what is asked for.
    Aside,
    /// Something is asked, or was done, of which the plan says nothing: "how many … and how many", and only one number.
    Overlooked,
    /// A word that changes what is asked is passed over: "only", "last", "sold".
    Passed,
    /// Over other rows than those that are named.
    Bypassed,
    /// "both", and one of them is enough.
    Either,
    /// A column must have a value, though nobody says so.
    Given,
    /// "charged in 2022", and the date is of an opening.
    Elsewhen,
    /// "from the oldest", and ordered by a text.
    Worded,
}

impl Fault {
    /// A plan with this is hardly what was asked; the others are doubts.
    pub(super) fn is_grave(self) -> bool {
        !matches!(self, Self::Unsaid | Self::Missing)
    }
}

/// What question and plan do not have in common.
pub(super) fn faults(
    question: &str,
    plan: &QueryPlan,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) -> Vec<Fault> {
    let tokens = plainly(question, lexicon, request.catalogue);
    let mut spoken = Spoken::default();
    spoken.plan(plan);
    let echo = Echo::new(&tokens, plan, request, lexicon);
    let mut faults = Vec::new();
    echo.unheard(&spoken, &mut faults);
    echo.values(&spoken, &mut faults);
    echo.shown(&mut faults);
    echo.shape(&spoken, &mut faults);
    echo.pointless(&mut faults);
    echo.about(&mut faults);
    echo.happened(&mut faults);
    echo.enacted(&spoken, &mut faults);
    if echo.passes(&spoken) || echo.is_elsewhere(&spoken) {
        faults.push(Fault::Passed);
    }
    // The conditions of a number that a comment defines are those of its words.
    if !echo.defined() {
        echo.conditions(&plan.filters, &mut faults);
    }
    faults
}

/// The plan leaves out a word that changes what is asked, however sure the readers are.
pub(super) fn passes_over(
    question: &str,
    plan: &QueryPlan,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) -> bool {
    let tokens = plainly(question, lexicon, request.catalogue);
    let asked = words::tokens(question);
    let mut spoken = Spoken::default();
    spoken.plan(plan);
    let echo = Echo::new(&tokens, plan, request, lexicon);
    echo.parts(&spoken)
        || echo.passes(&spoken)
        || echo.is_elsewhere(&spoken)
        || echo.participle(&asked, &spoken)
        || echo.newest(&asked, &spoken)
        || echo.two_kinds(&asked)
        || echo.sorts(&asked)
        || echo.forgets_a_name(&asked)
        || echo.forgets_an_end(&asked)
        || echo.dates_another_verb(&asked)
        || echo.forgets_what_was_done(&asked)
        || echo.forgets_a_state(&asked)
        || echo.counts_no_times(&asked)
        || echo.measures_otherwise(&asked)
}

/// The columns of a list that nobody asks to see: a later sentence says what to show, and does not name them.
pub(super) fn extra(
    question: &str,
    plan: &QueryPlan,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) -> Vec<Field> {
    let tokens = plainly(question, lexicon, request.catalogue);
    if plan.columns.len() > 1 { Echo::new(&tokens, plan, request, lexicon).extra() } else { Vec::new() }
}

/// The question names columns that a list shows, and not for a condition or an order of theirs; or wants to see all.
pub(super) fn lists(question: &str, plan: &QueryPlan, request: &PlanRequest<'_>, lexicon: &Lexicon) -> bool {
    let tokens = plainly(question, lexicon, request.catalogue);
    let decide = QueryPlan { columns: Vec::new(), ..plan.clone() };
    let mut deciding = Spoken::default();
    deciding.plan(&decide);
    let echo = Echo::new(&tokens, plan, request, lexicon);
    let shown = plan.columns.iter().filter(|f| !deciding.fields.contains(f));
    echo.says(&WHOLE) || shown.filter_map(|f| echo.place(f)).any(|c| echo.names(c))
}

/// A question and what was made of it.
struct Echo<'e> {
    tokens: &'e [Token],
    plan: &'e QueryPlan,
    lexicon: &'e Lexicon,
    request: &'e PlanRequest<'e>,
    world: World<'e>,
    /// Values, and the tokens that say them.
    told: Vec<(Vec<ValueRef>, Range<usize>)>,
    /// The tokens of dates.
    dated: HashSet<usize>,
    /// Steering words, and the tokens that say them.
    steers: Vec<(Key, Range<usize>)>,
    /// The words of names that the question's words stand for.
    said: HashSet<String>,
}

impl<'e> Echo<'e> {
    fn new(
        tokens: &'e [Token],
        plan: &'e QueryPlan,
        request: &'e PlanRequest<'e>,
        lexicon: &'e Lexicon,
    ) -> Self {
        let (mut told, mut dated, mut steers) = (Vec::new(), HashSet::new(), Vec::new());
        let mut at = 0;
        while at < tokens.len() {
            let used = match dates::find(tokens, at, request.today) {
                Some(Found::Span(_, n) | Found::Year(_, _, n)) => n,
                Some(Found::Impossible(_)) => 1,
                None => 0,
            };
            dated.extend(at..at + used);
            let value = lexicon.values_at(tokens, at).filter(|_| used == 0);
            at += match value {
                Some((values, used)) => {
                    told.push((values, at..at + used));
                    used
                }
                None => used.max(1),
            };
        }
        let mut at = 0;
        while at < tokens.len() {
            at += key_at(tokens, at).map_or(1, |(key, used)| {
                steers.push((key, at..at + used));
                used.max(1)
            });
        }
        let words = tokens.iter().filter(|t| t.kind == TokenKind::Word);
        let said = words.flat_map(|token| stands_for(lexicon, token)).chain(aged(tokens)).collect();
        let world = World::new(request.catalogue, lexicon, &[]);
        Self { tokens, plan, lexicon, request, world, told, dated, steers, said }
    }

    fn place(&self, field: &Field) -> Option<ColumnRef> {
        let table = self.lexicon.prepared.table(self.request.catalogue, &field.table).ok()?;
        let columns = &self.request.catalogue.tables[table].columns;
        let column = columns.iter().position(|c| c.name == field.column)?;
        Some(ColumnRef { table, column })
    }

    fn column(&self, c: ColumnRef) -> &Column {
        &self.request.catalogue.tables[c.table].columns[c.column]
    }

    fn words(&self, c: ColumnRef) -> &[String] {
        &self.lexicon.columns[c.table][c.column].words
    }

    fn is_label(&self, c: ColumnRef) -> bool {
        self.world.labels(c.table).contains(&c)
    }

    fn is_key(&self, c: ColumnRef) -> bool {
        self.request.catalogue.tables[c.table].primary_key == [self.column(c).name.clone()]
    }

    fn says(&self, words: &[&str]) -> bool {
        self.tokens.iter().any(|t| words.contains(&t.lower.as_str()))
    }

    fn steers(&self, fits: impl Fn(&Key) -> bool) -> bool {
        self.steers.iter().any(|(key, _)| fits(key))
    }

    /// The token is part of a value.
    fn is_told(&self, at: usize) -> bool {
        self.told.iter().any(|(_, said)| said.contains(&at))
    }

    /// The columns and groups that are shown.
    fn visible(&self) -> Vec<ColumnRef> {
        let groups = self.plan.dimensions.iter().filter(|d| !d.hidden).map(|d| &d.field);
        self.plan.columns.iter().chain(groups).filter_map(|f| self.place(f)).collect()
    }

    /// The plan's numbers, those that others are divided by or lessened by among them.
    fn measures(&self) -> Vec<&Measure> {
        let measures = self.plan.measures.iter();
        measures.flat_map(|m| iter::once(m).chain(m.over.as_deref()).chain(m.minus.as_deref())).collect()
    }

    /// A number is one that a comment defines.
    fn defined(&self) -> bool {
        self.plan.measures.iter().any(|m| m.label.is_some())
    }

    /// Another plan does some of the work.
    fn nests(&self) -> bool {
        self.plan.fold.is_some() || self.plan.filters.iter().any(|f| matches!(f, Filter::Among { .. }))
    }

    /// Where a sentence begins that says what to show: "Which gate …? Return the gate number."
    fn orders(&self) -> Option<usize> {
        (2..self.tokens.len()).find(|i| {
            matches!(self.tokens[i - 1].text.as_str(), "?" | "." | ":" | ";")
                && matches!(
                    self.tokens[*i].lower.as_str(),
                    "return" | "show" | "give" | "list" | "name" | "find"
                )
        })
    }

    /// See [`extra`].
    fn extra(&self) -> Vec<Field> {
        let Some(from) = self.orders() else { return Vec::new() };
        let words = self.tokens[from..].iter().filter(|t| t.kind == TokenKind::Word);
        let said: HashSet<String> = words.flat_map(|t| stands_for(self.lexicon, t)).collect();
        let unheard = |field: &&Field| {
            self.place(field).is_some_and(|c| {
                let (words, table) = (self.words(c), &self.lexicon.tables[c.table].words);
                let mut own = words.iter().filter(|w| words.len() == 1 || !table.contains(w));
                !self.is_label(c) && !own.any(|w| said.contains(w)) && !self.is_said_key(c)
            })
        };
        self.plan.columns.iter().filter(unheard).cloned().collect()
    }
}

/// "older than 30", "aged 30", "born in 1990": words of names that verbs and adjectives speak of.
fn aged(tokens: &[Token]) -> impl Iterator<Item = String> + '_ {
    tokens.iter().filter_map(|t| match t.lower.as_str() {
        "aged" | "old" | "older" | "younger" => Some("age".to_owned()),
        "born" => Some("birth".to_owned()),
        _ => None,
    })
}

/// The words of names that a token stands for, as it is or as it is meant.
fn stands_for(lexicon: &Lexicon, token: &Token) -> Vec<String> {
    let words = lexicon.stands_for(&token.lemma, LOOSELY);
    match lexicon.correction(&token.lower) {
        Some(meant) if words.is_empty() => lexicon.stands_for(&lemma(meant), LOOSELY),
        _ => words,
    }
}

/// Words that ask for whole rows.
const WHOLE: [&str; 9] =
    ["everything", "whole", "full", "complete", "entire", "details", "information", "records", "rows"];
/// How well a word stands for another one at least: by its synonyms too.
const LOOSELY: f32 = 0.8;
/// The same, by its root.
const NEARLY: f32 = 0.88;
