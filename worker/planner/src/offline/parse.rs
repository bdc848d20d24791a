//! From marked words to a sketch of what is asked: what is shown, counted, split, kept and ordered.

use super::{
    annotate::{Item, Key, Marked, Rate, Trait},
    dates::{Bound, Span},
    events::Elapsed,
    resolve::{Settled, World},
    words::root,
};
use chrono::NaiveDate;
use rowcall_core::{ColumnRef, TypeKind};
use rowcall_plan::{Aggregate, ChartHint, Filter, Grain, Literal, Operand, Operator, TextMatch};

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
    /// Order by the number shown.
    pub order_by_measure: Option<bool>,
    /// Tables named, in order.
    pub tables: Vec<usize>,
    /// Each once.
    pub distinct: bool,
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
    /// "list", "show": rows are wanted, not their number.
    pub wants_rows: bool,
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

/// Reads a question.
pub fn parse(world: &World<'_>, items: &[Marked]) -> Result<Sketch, Trouble> {
    let unknown: Vec<String> = items
        .iter()
        .filter_map(|m| match &m.item {
            Item::Unknown(word) => Some(word.clone()),
            _ => None,
        })
        .collect();
    if !unknown.is_empty() {
        return Err(Trouble::Unknown(unknown));
    }
    let mut parser = Parser {
        world,
        items,
        at: 0,
        sketch: Sketch { certainty: 1.0, ..Sketch::default() },
        filtering: false,
        near: None,
        negated: false,
        pending: Vec::new(),
        open: None,
        or: false,
    };
    parser.run()?;
    Ok(parser.sketch)
}

struct Parser<'p, 'w> {
    world: &'p World<'w>,
    items: &'p [Marked],
    at: usize,
    sketch: Sketch,
    /// Inside a condition.
    filtering: bool,
    /// The table spoken of last.
    near: Option<usize>,
    /// A "not" waits for what it denies.
    negated: bool,
    /// Aggregates that wait for their column ("minimum, average and maximum price").
    pending: Vec<Aggregate>,
    /// The relation that conditions now go into.
    open: Option<usize>,
    /// An "or" waits for its second condition.
    or: bool,
}

impl Parser<'_, '_> {
    fn item(&self, at: usize) -> Option<&Item> {
        self.items.get(at).map(|m| &m.item)
    }

    /// The next item from `at` that is not a filler, link or comma.
    fn next(&self, mut at: usize) -> usize {
        while let Some(item) = self.item(at) {
            match item {
                Item::Filler(_) | Item::Link(_) => at += 1,
                Item::Mark(m) if m == "'s" || m == "," || m == ":" || m == "%" => at += 1,
                _ => break,
            }
        }
        at
    }

    /// The table that a following "of/for X" or a preceding word gives a column to.
    fn owner(&self, at: usize) -> Option<usize> {
        let mut n = at + 1;
        while let Some(item) = self.item(n) {
            match item {
                Item::Filler(w)
                    if matches!(
                        w.as_str(),
                        "of" | "for" | "the" | "all" | "a" | "an" | "any" | "every" | "in" | "that" | "each"
                    ) =>
                {
                    n += 1
                }
                Item::Key(Key::Distinct | Key::Each) => n += 1,
                // "names and cities of customers"
                Item::Key(Key::And) | Item::Name(_) | Item::Mark(_) | Item::Value(_) => {
                    if let Item::Name(name) = item
                        && let Some(t) = super::resolve::as_table(name, n, self.items)
                    {
                        let has = |at: usize| match self.item(at) {
                            Some(Item::Name(n)) => n.columns.iter().any(|(c, s)| c.table == t && *s >= 0.55),
                            _ => false,
                        };
                        if has(at) {
                            return Some(t);
                        }
                        break;
                    }
                    if matches!(item, Item::Value(_)) || matches!(item, Item::Mark(m) if m != ",") {
                        break;
                    }
                    n += 1;
                }
                _ => break,
            }
        }
        // "customer's name", "customer name"
        let mut b = at;
        while b > 0 {
            b -= 1;
            match self.item(b) {
                Some(Item::Mark(m)) if m == "'s" => {}
                Some(Item::Filler(w)) if w == "their" || w == "its" => {}
                Some(Item::Name(name)) => {
                    let t = super::resolve::as_table(name, b, self.items)?;
                    let Some(Item::Name(own)) = self.item(at) else { return None };
                    return own.columns.iter().any(|(c, s)| c.table == t && *s >= 0.55).then_some(t);
                }
                _ => return None,
            }
        }
        None
    }

    fn settle(&self, at: usize) -> Option<Settled> {
        let Some(Item::Name(name)) = self.item(at) else { return None };
        let owner = self.owner(at);
        self.world.settle(name, at, self.items, owner.or(self.near))
    }

    fn settle_column(&self, at: usize) -> Option<(ColumnRef, f32)> {
        match self.settle(at)? {
            Settled::Column(c, s) => Some((c, s)),
            Settled::Table(_) => None,
        }
    }

    fn run(&mut self) -> Result<(), Trouble> {
        while self.at < self.items.len() {
            let before = self.at;
            self.step()?;
            if self.at == before {
                self.at += 1;
            }
        }
        if self.negated {
            return Err(Trouble::Unplaced("what \"not\" belongs to".into()));
        }
        if self.or {
            return Err(Trouble::Unplaced("what \"or\" puts together".into()));
        }
        if !self.pending.is_empty() {
            return Err(Trouble::Unplaced("what should be computed".into()));
        }
        Ok(())
    }

    fn step(&mut self) -> Result<(), Trouble> {
        let at = self.at;
        match self.items[at].item.clone() {
            Item::Filler(word) => {
                if word == "where" && at == 0 {
                    return Err(Trouble::Unplaced("which columns tell a place".into()));
                }
                if matches!(word.as_str(), "which" | "who" | "what") && !self.filtering && at == 0 {
                    self.sketch.asks_which = true;
                    self.sketch.asks_who = word == "who";
                }
                self.sketch.wants_rows |= matches!(word.as_str(), "list" | "show" | "which" | "who" | "display" | "find" | "give");
                if matches!(word.as_str(), "that" | "who" | "whom") && !self.sketch.tables.is_empty() {
                    self.filtering = true;
                }
                Ok(())
            }
            Item::Link(_) | Item::Unknown(_) => Ok(()),
            Item::Mark(mark) => {
                if matches!(mark.as_str(), "." | "?" | ";" | "!") {
                    self.filtering = false;
                    self.open = None;
                }
                Ok(())
            }
            Item::Key(key) => self.key(key),
            Item::Name(_) => self.name(),
            Item::Value(_) => self.value(),
            Item::Time(span) => {
                self.time(span);
                Ok(())
            }
            Item::Year(year, bound) => {
                self.sketch.years.push((year, bound));
                Ok(())
            }
            Item::Elapsed(elapsed) => {
                self.near = self.near.or(Some(elapsed.from.table));
                self.sketch.measures.push((Aggregate::Average, Target::Elapsed(elapsed), false));
                Ok(())
            }
            Item::Rate(rate) => {
                self.near = self.near.or(Some(rate.column.table));
                self.sketch.measures.push((Aggregate::Count, Target::Rate(rate), false));
                Ok(())
            }
            Item::Number(_) => self.number(),
            Item::Quoted(text) => self.quoted(&text),
        }
    }

    fn time(&mut self, span: Span) {
        self.sketch.times.push(span);
    }

    fn key(&mut self, key: Key) -> Result<(), Trouble> {
        let at = self.at;
        match key {
            Key::Busiest(most) => self.sketch.busiest = Some(most),
            Key::YearBefore => self.sketch.year_before = true,
            Key::Head => {
                self.sketch.wants_rows |= self.at == 0;
                self.filtering = false;
                self.open = None;
            }
            Key::Where if at == 0 => return Err(Trouble::Unplaced("which columns tell a place".into())),
            Key::Where => self.filtering = true,
            Key::And => {}
            Key::Or => self.or = true,
            Key::Distinct => self.sketch.distinct = true,
            Key::Chart(hint) => self.sketch.chart = hint,
            Key::Share => {
                self.sketch.share = true;
                let n = self.next(at + 1);
                match self.settle(n) {
                    Some(Settled::Table(t)) => {
                        self.sketch.measures.push((Aggregate::Count, Target::Rows(t), false));
                        self.mention(t);
                        self.at = n + 1;
                    }
                    Some(Settled::Column(c, _)) if self.world.column(c).kind.is_numeric() => {
                        self.sketch.measures.push((Aggregate::Sum, Target::Column(c), false));
                        self.at = n + 1;
                    }
                    _ => {}
                }
            }
            Key::Growth => self.sketch.growth = true,
            Key::Running => {
                self.sketch.running = true;
                // "cumulative orders by month": their number; of a column, its sum.
                return match self.settle(self.next(at + 1)) {
                    Some(Settled::Table(_)) => self.count(),
                    _ => self.aggregate(Aggregate::Sum),
                };
            }
            Key::Grain(grain) => self.sketch.groups.push(Group::Grain(grain, None)),
            Key::Count => return self.count(),
            Key::HowMuch => self.pending.push(Aggregate::Sum),
            Key::Aggregate(aggregate) => return self.aggregate(aggregate),
            Key::Superlative(large, of) => return self.superlative(large, of),
            Key::Common(most) => {
                self.sketch.extreme = Some((most, Extreme::Common));
                self.sketch.limit.get_or_insert(1);
            }
            Key::Top(large) => {
                let n = self.next(at + 1);
                if let Some(Item::Number(Literal::Integer(k))) = self.item(n) {
                    self.sketch.limit = u64::try_from(*k).ok().filter(|k| *k > 0);
                    self.at = n + 1;
                } else {
                    self.sketch.limit.get_or_insert(10);
                }
                // "top 3 lowest prices" says the end itself.
                if self.sketch.extreme.is_none() {
                    self.sketch.order_by_measure = Some(large);
                }
            }
            Key::Each => return self.each(),
            Key::OrderBy(direction) => return self.order_by(direction),
            Key::Direction(descending) => {
                let n = self.next(at + 1);
                if let Some(last) = self.sketch.order.last_mut() {
                    last.1 = descending;
                } else if let Some((c, _)) = self
                    .settle_column(n)
                    .filter(|_| matches!(self.item(at + 1), Some(Item::Filler(w)) if w == "of"))
                {
                    self.sketch.order.push((c, descending));
                    self.at = n + 1;
                } else {
                    self.sketch.order_by_measure = Some(descending);
                }
            }
            Key::Not => self.negated = true,
            Key::Without => {
                self.negated = true;
                self.filtering = true;
            }
            Key::Compare(operator, of) => return self.compare_first(operator, of),
            Key::Both => return self.both(),
            Key::Named => return self.named(),
            Key::Missing => {
                let Some(c) = self.sketch.shown.pop() else {
                    return Err(Trouble::Unplaced("what is missing".into()));
                };
                let filter =
                    Filter::Null { field: self.world.field(c), negated: std::mem::take(&mut self.negated) };
                self.keep(c, filter);
            }
            Key::Between => {
                // "products between 100 and 120 euros"
                let low = self.next(at + 1);
                let and = self.next(low + 1);
                let high = self.next(and + 1);
                let table = self.near.or(self.world.main_table());
                let column = table.and_then(|t| self.world.of_trait(t, Trait::Price).map(|p| p.0).or(self.amount_of(t)));
                if let (Some(Item::Number(a)), Some(Item::Number(b)), Some(c), Some(Item::Filler(w))) =
                    (self.item(low).cloned(), self.item(high).cloned(), column, self.item(high + 1))
                    && is_money(w)
                {
                    let field = self.world.field(c);
                    let part = |operator, value| Filter::Compare {
                        field: field.clone(),
                        operator,
                        operand: Operand::Literal(value),
                    };
                    self.keep(c, Filter::All(vec![part(Operator::AtLeast, a), part(Operator::AtMost, b)]));
                    self.at = high + 1;
                    return Ok(());
                }
                return Err(Trouble::Unplaced("a comparison without the thing compared".into()));
            }
            Key::OrMore(_) | Key::Text(_) => {
                return Err(Trouble::Unplaced("a comparison without the thing compared".into()));
            }
        }
        Ok(())
    }

    fn keep(&mut self, column: ColumnRef, filter: Filter) {
        let filter = if std::mem::take(&mut self.negated) { negate(filter) } else { filter };
        if let Some(open) = self.open {
            let relation = &mut self.sketch.relations[open];
            let main = self.sketch.tables.first().copied();
            let inside = column.table == relation.table
                || (Some(column.table) != main && self.world.reaches(relation.table, column.table));
            if inside {
                relation.filters.push((column, filter));
                return;
            }
        }
        if std::mem::take(&mut self.or) {
            match self.sketch.filters.pop() {
                Some((first, before)) => self.sketch.filters.push((first, Filter::Any(vec![before, filter]))),
                // Left waiting: refused at the end.
                None => {
                    self.or = true;
                    self.sketch.filters.push((column, filter));
                }
            }
            return;
        }
        self.sketch.filters.push((column, filter));
    }

    fn mention(&mut self, table: usize) {
        if !self.sketch.tables.contains(&table) {
            self.sketch.tables.push(table);
        }
        self.near = Some(table);
    }

    fn count(&mut self) -> Result<(), Trouble> {
        let mut n = self.next(self.at + 1);
        let mut distinct = false;
        while matches!(self.item(n), Some(Item::Key(Key::Distinct))) {
            distinct = true;
            n = self.next(n + 1);
        }
        while matches!(self.item(n), Some(Item::Key(Key::Aggregate(Aggregate::Sum) | Key::Count))) {
            n = self.next(n + 1);
        }
        // "how many French restaurants": the value is kept for its own turn.
        let mut m = n;
        while matches!(self.item(m), Some(Item::Value(_))) {
            m = self.next(m + 1);
        }
        match self.settle(m) {
            Some(Settled::Table(t)) => {
                self.sketch.measures.push((Aggregate::Count, Target::Rows(t), distinct));
                self.mention(t);
                self.at = if m > n { n } else { m + 1 };
                if m > n {
                    // Come back to the values; the table will only be mentioned again.
                    return Ok(());
                }
            }
            Some(Settled::Column(c, s)) => {
                let column = self.world.column(c);
                self.sketch.certainty *= s.min(1.0);
                let year =
                    self.world.lexicon.columns[c.table][c.column].words.last().is_some_and(|w| w == "year");
                let sum = !year
                    && column.kind.is_numeric()
                    && !self.is_key(c)
                    && !distinct
                    && !self.world.is_reference(c);
                if sum {
                    self.sketch.measures.push((Aggregate::Sum, Target::Column(c), false));
                    self.sketch.certainty *= 0.8;
                } else {
                    self.sketch.measures.push((Aggregate::CountDistinct, Target::Column(c), true));
                }
                self.at = m + 1;
            }
            None => match self.near.or(self.world.main_table()) {
                // "how many are there in Berlin?"
                Some(t) if self.sketch.tables.len() <= 1 => {
                    self.sketch.measures.push((Aggregate::Count, Target::Rows(t), false));
                    self.at = n;
                }
                _ => return Err(Trouble::Unplaced("what should be counted".into())),
            },
        }
        Ok(())
    }

    fn is_key(&self, c: ColumnRef) -> bool {
        let table = &self.world.catalogue.tables[c.table];
        table.primary_key.len() == 1 && table.primary_key[0] == table.columns[c.column].name
    }

    fn aggregate(&mut self, aggregate: Aggregate) -> Result<(), Trouble> {
        let mut n = self.next(self.at + 1);
        // "more than the average" is read where the comparison is.
        if matches!(self.item(n), Some(Item::Key(Key::Count))) {
            if aggregate == Aggregate::Sum {
                self.at = n;
                return Ok(());
            }
            return Err(Trouble::Unplaced("an average of counts".into()));
        }
        self.pending.push(aggregate);
        let mut joined = false;
        loop {
            match self.item(n) {
                Some(Item::Key(Key::And)) | Some(Item::Mark(_)) => {
                    joined = true;
                    n = self.next(n + 1);
                }
                Some(Item::Key(Key::Aggregate(other)))
                    if !joined && n == self.at + 1 && *other != aggregate && aggregate != Aggregate::Sum =>
                {
                    // "maximum total amount": a number over numbers of groups.
                    return Err(Trouble::Unplaced("a number computed from other computed numbers".into()));
                }
                Some(Item::Key(Key::Aggregate(other))) => {
                    self.pending.push(*other);
                    n = self.next(n + 1);
                }
                Some(Item::Key(Key::Superlative(large, None))) => {
                    self.pending.push(if *large { Aggregate::Maximum } else { Aggregate::Minimum });
                    n = self.next(n + 1);
                }
                _ => break,
            }
        }
        if self.pending == [Aggregate::Maximum] || self.pending == [Aggregate::Minimum] {
            let placed = self.filtering || !self.sketch.shown.is_empty() && self.sketch.measures.is_empty();
            if placed {
                let large = self.pending.pop() == Some(Aggregate::Maximum);
                return self.superlative(large, None);
            }
        }
        if let Some(Item::Elapsed(elapsed)) = self.item(n).cloned() {
            for aggregate in std::mem::take(&mut self.pending) {
                // A total of waiting times is hardly ever meant, but it is what was said.
                self.sketch.measures.push((aggregate, Target::Elapsed(elapsed.clone()), false));
            }
            self.near = self.near.or(Some(elapsed.from.table));
            self.at = n + 1;
            return Ok(());
        }
        if let Some(Item::Rate(_)) = self.item(n) {
            self.pending.clear();
            self.at = n;
            return Ok(());
        }
        let Some(Item::Name(_)) = self.item(n) else {
            // "total" before a value or a table: a plain word.
            if self.pending == [Aggregate::Sum] {
                self.pending.clear();
                return Ok(());
            }
            return Err(Trouble::Unplaced("what should be averaged or compared".into()));
        };
        match self.settle(n) {
            Some(Settled::Table(t)) => {
                let amount = self.amount_of(t);
                if self.pending == [Aggregate::Sum] && amount.is_none() {
                    self.sketch.measures.push((Aggregate::Count, Target::Rows(t), false));
                    self.mention(t);
                } else if let Some(c) = amount {
                    for aggregate in self.pending.drain(..) {
                        self.sketch.measures.push((aggregate, Target::Column(c), false));
                    }
                    self.sketch.certainty *= 0.85;
                    self.mention(t);
                } else {
                    return Err(Trouble::Unplaced("which number of the table is meant".into()));
                }
                self.pending.clear();
                self.at = n + 1;
            }
            Some(Settled::Column(..)) => {
                self.at = n;
                self.measured_columns()?;
            }
            None => return Err(Trouble::Unplaced("what should be computed".into())),
        }
        Ok(())
    }

    /// The one column that an amount of a table's rows can mean.
    fn amount_of(&self, table: usize) -> Option<ColumnRef> {
        super::annotate::amount_column(table, self.world.lexicon, self.world.catalogue)
    }

    /// The columns after "average", "minimum and maximum", …
    fn measured_columns(&mut self) -> Result<(), Trouble> {
        let aggregates = std::mem::take(&mut self.pending);
        let mut first = true;
        while let Some((c, score)) = self.settle_column(self.at) {
            let numeric = self.world.column(c).kind.is_numeric();
            let temporal = self.world.column(c).kind.is_temporal();
            let fits = aggregates
                .iter()
                .all(|a| numeric || matches!(a, Aggregate::Minimum | Aggregate::Maximum) && temporal);
            if !fits {
                if first {
                    if aggregates == [Aggregate::Count] {
                        self.sketch.measures.push((Aggregate::CountDistinct, Target::Column(c), true));
                        self.at += 1;
                        return Ok(());
                    }
                    return Err(Trouble::Unplaced(format!(
                        "how to compute with \"{}\"",
                        self.world.column(c).name
                    )));
                }
                break;
            }
            self.sketch.certainty *= score;
            for aggregate in &aggregates {
                self.sketch.measures.push((*aggregate, Target::Column(c), false));
            }
            self.near = self.near.or(Some(c.table));
            self.at += 1;
            first = false;
            // "average distance and price": the next bare number column goes along.
            let n = self.next(self.at);
            if !matches!(self.item(n), Some(Item::Key(Key::And))) {
                break;
            }
            let m = self.next(n + 1);
            if !matches!(self.item(m), Some(Item::Name(_))) || self.settle_column(m).is_none() {
                break;
            }
            if self.settle_column(m).is_some_and(|(c, _)| !self.world.column(c).kind.is_numeric()) {
                break;
            }
            self.at = m;
        }
        Ok(())
    }

    fn superlative(&mut self, large: bool, of: Option<Trait>) -> Result<(), Trouble> {
        // "top 3 products with the largest number of …": this says what decides.
        self.sketch.order_by_measure = None;
        let mut n = self.next(self.at + 1);
        if let Some(Item::Number(Literal::Integer(k))) = self.item(n) {
            self.sketch.limit = u64::try_from(*k).ok();
            n = self.next(n + 1);
        }
        if self.negated {
            return Err(Trouble::Unplaced("what \"not\" belongs to".into()));
        }
        if let Some(wanted) = of {
            let table = match self.settle(n) {
                Some(Settled::Table(t)) => Some(t),
                _ => self.near.or(self.world.main_table()),
            };
            if let Some(Settled::Column(c, _)) = self.settle(n)
                && (self.world.column(c).kind.is_temporal()
                    || self.world.column(c).kind.is_numeric() && !self.is_key(c))
            {
                return self.extreme_column(c, large, n);
            }
            // "warmest site", "the cheapest category": many rows share it, so their average decides.
            if let Some(Settled::Column(group, _)) = self.settle(n)
                && self.groups_rows(group)
                && let Some((c, turned)) = self.world.of_trait(group.table, wanted)
                && self.world.column(c).kind.is_numeric()
            {
                self.sketch.notes.push(format!(
                    "{} is compared by its average for each {}.",
                    plain(&self.world.column(c).name),
                    plain(&self.world.column(group).name)
                ));
                self.sketch.shown.push(group);
                self.sketch.extreme = Some((large != turned, Extreme::Measure(Aggregate::Average, Target::Column(c))));
                self.sketch.limit.get_or_insert(1);
                self.at = n + 1;
                return Ok(());
            }
            let table = table.ok_or_else(|| Trouble::Unplaced("what is compared".into()))?;
            let (c, turned) = self
                .world
                .of_trait(table, wanted)
                .ok_or_else(|| Trouble::Unplaced("by which column to find it".into()))?;
            self.sketch.extreme = Some((large != turned, Extreme::Column(c)));
            self.sketch.limit.get_or_insert(1);
            self.at += 1;
            return Ok(());
        }
        if let Some(Item::Key(Key::Count)) = self.item(n) {
            n = self.next(n + 1);
        }
        if let Some(Item::Key(Key::Aggregate(aggregate))) = self.item(n) {
            let aggregate = *aggregate;
            let m = self.next(n + 1);
            if let Some(Item::Elapsed(elapsed)) = self.item(m).cloned() {
                self.sketch.extreme = Some((large, Extreme::Measure(aggregate, Target::Elapsed(elapsed))));
                self.sketch.limit.get_or_insert(1);
                self.at = m + 1;
                return Ok(());
            }
            match self.settle(m) {
                Some(Settled::Column(c, _)) if self.world.column(c).kind.is_numeric() => {
                    self.sketch.extreme = Some((large, Extreme::Measure(aggregate, Target::Column(c))));
                    self.sketch.limit.get_or_insert(1);
                    self.at = m + 1;
                    return Ok(());
                }
                Some(Settled::Table(t)) if aggregate == Aggregate::Sum => {
                    self.sketch.extreme = Some((
                        large,
                        match self.amount_of(t) {
                            Some(c) => Extreme::Measure(Aggregate::Sum, Target::Column(c)),
                            None => Extreme::Rows(t),
                        },
                    ));
                    self.sketch.limit.get_or_insert(1);
                    self.at = m + 1;
                    return Ok(());
                }
                _ => return Err(Trouble::Unplaced("by which number to order".into())),
            }
        }
        match self.item(n).cloned() {
            Some(Item::Elapsed(elapsed)) => {
                let bare = self.sketch.shown.is_empty() && self.sketch.tables.is_empty();
                if bare && !self.sketch.asks_which {
                    let aggregate = if large { Aggregate::Maximum } else { Aggregate::Minimum };
                    self.sketch.measures.push((aggregate, Target::Elapsed(elapsed), false));
                } else {
                    self.sketch.extreme = Some((large, Extreme::Measure(Aggregate::Average, Target::Elapsed(elapsed))));
                    self.sketch.limit.get_or_insert(1);
                }
                self.at = n + 1;
                return Ok(());
            }
            Some(Item::Rate(rate)) => {
                self.sketch.extreme = Some((large, Extreme::Measure(Aggregate::Count, Target::Rate(rate))));
                self.sketch.limit.get_or_insert(1);
                self.at = n + 1;
                return Ok(());
            }
            _ => {}
        }
        match self.settle(n) {
            Some(Settled::Table(t)) => {
                self.sketch.extreme = Some((large, Extreme::Rows(t)));
                self.sketch.limit.get_or_insert(1);
                self.sketch.tables.push(t);
                self.at = n + 1;
                Ok(())
            }
            Some(Settled::Column(c, score)) => {
                let kind = self.world.column(c).kind;
                if !(kind.is_numeric() || kind.is_temporal()) || self.is_key(c) {
                    return Err(Trouble::Unplaced("by which number to order".into()));
                }
                self.sketch.certainty *= score;
                self.extreme_column(c, large, n)
            }
            None => Err(Trouble::Unplaced("what \"most\" or \"least\" is about".into())),
        }
    }

    /// A textual column that splits the rows of its table rather than naming one: site, team, category.
    fn groups_rows(&self, c: ColumnRef) -> bool {
        let column = self.world.column(c);
        column.kind.is_textual()
            && !self.is_key(c)
            && !self.world.labels(c.table).contains(&c)
            && (column.samples_complete && column.samples.len() <= 50 || column.kind == TypeKind::Enum)
    }

    fn extreme_column(&mut self, c: ColumnRef, large: bool, n: usize) -> Result<(), Trouble> {
        let term = self.world.terms.iter().find(|t| t.column == c);
        let split = self.sketch.shown.len() == 1 && self.groups_rows(self.sketch.shown[0]) && self.sketch.shown[0].table == c.table;
        if let Some(term) = term
            && (!self.sketch.shown.is_empty() || !self.sketch.tables.is_empty() || !self.sketch.groups.is_empty())
        {
            self.sketch.extreme = Some((large, Extreme::Measure(term.aggregate, Target::Column(c))));
            self.sketch.limit.get_or_insert(1);
            self.at = n + 1;
            return Ok(());
        }
        if split && self.sketch.asks_which && self.world.column(c).kind.is_numeric() {
            self.sketch.notes.push(format!("{} is compared by its average.", plain(&self.world.column(c).name)));
            self.sketch.extreme = Some((large, Extreme::Measure(Aggregate::Average, Target::Column(c))));
            self.sketch.limit.get_or_insert(1);
            self.at = n + 1;
            return Ok(());
        }
        // "What is the highest salary?" is a number; "the employee with the highest salary" is a row.
        let bare = !self.filtering
            && self.sketch.shown.is_empty()
            && self.sketch.tables.is_empty()
            && self.sketch.limit.is_none();
        let which = matches!(self.items.first().map(|m| &m.item), Some(Item::Filler(w)) if w == "which" || w == "who");
        if bare && !which {
            let aggregate = if large { Aggregate::Maximum } else { Aggregate::Minimum };
            self.sketch.measures.push((aggregate, Target::Column(c), false));
            self.sketch.certainty *= 0.95;
        } else {
            self.sketch.extreme = Some((large, Extreme::Column(c)));
            self.sketch.limit.get_or_insert(1);
        }
        self.at = n + 1;
        Ok(())
    }

    fn each(&mut self) -> Result<(), Trouble> {
        let mut n = self.next(self.at + 1);
        while matches!(self.item(n), Some(Item::Key(Key::Distinct | Key::Each))) {
            n = self.next(n + 1);
        }
        // "top 5 products by revenue", "top 3 by number of sales"
        let ranking = self.sketch.limit.is_some()
            && self.sketch.extreme.is_none()
            && self.sketch.order_by_measure.is_some();
        if ranking {
            let large = self.sketch.order_by_measure.unwrap_or(true);
            match self.item(n) {
                Some(Item::Key(Key::Count)) => {
                    self.at = n;
                    self.count()?;
                    return Ok(());
                }
                Some(Item::Key(Key::Aggregate(a))) => {
                    let a = *a;
                    self.at = n;
                    return self.aggregate(a);
                }
                _ => {}
            }
            if let Some(Settled::Column(c, s)) = self.settle(n)
                && self.world.column(c).kind.is_numeric()
                && !self.is_key(c)
            {
                self.sketch.certainty *= s;
                let own = self.sketch.tables.first() == Some(&c.table);
                if own {
                    self.sketch.extreme = Some((large, Extreme::Column(c)));
                    self.sketch.order_by_measure = None;
                } else {
                    self.sketch.measures.push((Aggregate::Sum, Target::Column(c), false));
                }
                self.at = n + 1;
                return Ok(());
            }
            if let Some(Settled::Table(t)) = self.settle(n)
                && self.sketch.tables.first().is_some_and(|own| *own != t && !self.world.reaches(*own, t))
            {
                self.sketch.measures.push((Aggregate::Count, Target::Rows(t), false));
                self.at = n + 1;
                return Ok(());
            }
        }
        loop {
            match self.settle(n) {
                Some(Settled::Table(t)) => {
                    self.sketch.groups.push(Group::Table(t));
                    self.mention(t);
                }
                Some(Settled::Column(c, s)) => {
                    // "reported by the staff named X": an agent, not a split.
                    self.sketch.certainty *= s.min(1.0);
                    let next = self.next(n + 1);
                    if matches!(self.item(next), Some(Item::Value(_) | Item::Quoted(_) | Item::Number(_)))
                        && self.filtering
                    {
                        self.at = n;
                        return Ok(());
                    }
                    self.sketch.groups.push(Group::Column(c));
                    self.near = self.near.or(Some(c.table));
                }
                None => {
                    if matches!(self.item(n), Some(Item::Value(_))) {
                        self.at = n;
                        return Ok(());
                    }
                    if n > self.at + 1 || n >= self.items.len() {
                        // "each of them", "for each": says nothing new where something is split already.
                        if !self.sketch.groups.is_empty()
                            || !self.sketch.shown.is_empty()
                            || !self.sketch.tables.is_empty()
                        {
                            return Ok(());
                        }
                    }
                    if matches!(self.item(n), Some(Item::Key(_))) && !self.sketch.tables.is_empty() {
                        return Ok(());
                    }
                    return Err(Trouble::Unplaced("what to split by".into()));
                }
            }
            self.at = n + 1;
            let and = self.next(n + 1);
            if matches!(self.item(and), Some(Item::Key(Key::Grain(_)))) {
                self.at = and;
                return Ok(());
            }
            if !matches!(self.item(and), Some(Item::Key(Key::And))) {
                return Ok(());
            }
            let m = self.next(and + 1);
            let by = self.sketch.measures.is_empty()
                && (self.sketch.tables.is_empty() || !self.sketch.shown.is_empty());
            if by || !matches!(self.item(m), Some(Item::Name(_))) {
                return Ok(());
            }
            n = m;
        }
    }

    fn order_by(&mut self, direction: Option<bool>) -> Result<(), Trouble> {
        let mut n = self.next(self.at + 1);
        let mut descending = direction;
        if let Some(Item::Key(Key::Direction(d))) = self.item(n) {
            descending = Some(*d);
            n = self.next(n + 1);
        }
        if matches!(self.item(n), Some(Item::Key(Key::Count | Key::Aggregate(_) | Key::Superlative(..)))) {
            let m = self.next(n + 1);
            self.sketch.order_by_measure = Some(descending.unwrap_or(false));
            if matches!(self.sketch.extreme, Some((_, Extreme::Rows(_)))) {
                self.at = m + 1;
                return Ok(());
            }
            if self.sketch.measures.is_empty() {
                return match self.settle(m) {
                    Some(Settled::Table(t)) => {
                        self.sketch.extreme = Some((descending.unwrap_or(false), Extreme::Rows(t)));
                        self.at = m + 1;
                        Ok(())
                    }
                    Some(Settled::Column(c, _)) if self.world.column(c).kind.is_numeric() => {
                        self.sketch.order.push((c, descending.unwrap_or(false)));
                        self.sketch.order_by_measure = None;
                        self.at = m + 1;
                        Ok(())
                    }
                    _ => Err(Trouble::Unplaced("what to order by".into())),
                };
            }
            self.at = m + 1;
            return Ok(());
        }
        loop {
            let Some((c, s)) = self.settle_column(n) else {
                if let Some(Settled::Table(t)) = self.settle(n)
                    && self
                        .sketch
                        .measures
                        .iter()
                        .any(|(a, target, _)| *a == Aggregate::Count && *target == Target::Rows(t))
                {
                    self.sketch.order_by_measure = Some(descending.unwrap_or(false));
                    self.at = n + 1;
                    return Ok(());
                }
                if self.sketch.order.is_empty() {
                    return Err(Trouble::Unplaced("what to order by".into()));
                }
                return Ok(());
            };
            self.sketch.certainty *= s.min(1.0);
            let measured = self.sketch.measures.iter().any(|(_, t, _)| *t == Target::Column(c));
            if measured {
                self.sketch.order_by_measure = Some(descending.unwrap_or(false));
            } else {
                self.sketch.order.push((c, descending.unwrap_or(false)));
            }
            self.at = n + 1;
            // "by the region name"
            let after = self.next(n + 1);
            if after == n + 1 && matches!(self.item(after), Some(Item::Name(name)) if name.text.eq_ignore_ascii_case("name")) {
                self.at = after + 1;
            }
            let and = self.next(n + 1);
            if !matches!(self.item(and), Some(Item::Key(Key::And))) {
                return Ok(());
            }
            let m = self.next(and + 1);
            if self.settle_column(m).is_none() {
                return Ok(());
            }
            n = m;
        }
    }

    fn name(&mut self) -> Result<(), Trouble> {
        let at = self.at;
        match self.settle(at) {
            Some(Settled::Table(t)) => self.table(t),
            Some(Settled::Column(c, score)) => {
                self.sketch.certainty *= score.min(1.0);
                let shown = self.sketch.shown.len();
                self.column(c)?;
                if score < 0.75 && self.sketch.shown.len() > shown {
                    return Err(Trouble::Unknown(vec![self.text(at)]));
                }
                Ok(())
            }
            None => Err(Trouble::Unknown(vec![self.text(at)])),
        }
    }

    fn text(&self, at: usize) -> String {
        match self.item(at) {
            Some(Item::Name(n)) => n.text.clone(),
            _ => String::new(),
        }
    }

    fn table(&mut self, t: usize) -> Result<(), Trouble> {
        self.at += 1;
        // A table with a number or a quoted name behind it: "journal "Nature"", "problem 5".
        let n = self.next(self.at);
        if let Some(Item::Quoted(text)) = self.item(n).cloned()
            && let [label] = self.world.labels(t).as_slice()
            && self.world.column(*label).kind.is_textual()
        {
            self.mention(t);
            let filter = Filter::Text {
                field: self.world.field(*label),
                how: TextMatch::Equals,
                value: text,
                negated: false,
            };
            self.keep(*label, filter);
            self.at = n + 1;
            return Ok(());
        }
        if std::mem::take(&mut self.negated) {
            self.sketch.relations.push(Relation {
                table: t,
                negated: true,
                count: None,
                filters: Vec::new(),
            });
            self.open = Some(self.sketch.relations.len() - 1);
            self.near = Some(t);
            return Ok(());
        }
        // "the names of companies and of employees"
        let again = self.at >= 3
            && matches!(self.item(self.at - 2), Some(Item::Filler(w)) if w == "of")
            && (matches!(self.item(self.at - 3), Some(Item::Key(Key::And)))
                || matches!(self.item(self.at - 3), Some(Item::Filler(w)) if w == "that"));
        if again && !self.sketch.shown.is_empty() && self.sketch.measures.is_empty() {
            let labels = self.world.labels(t);
            if labels.iter().any(|c| self.is_key(*c) || self.world.is_reference(*c)) {
                return Err(Trouble::Unplaced("which name is meant".into()));
            }
            self.filtering = false;
            self.sketch.shown.extend(labels);
        }
        self.mention(t);
        Ok(())
    }

    /// "never ordered": the verb of another table's rows, of which there must be none.
    fn never(&mut self, c: ColumnRef) -> bool {
        let owner = self.near.or(self.sketch.tables.first().copied());
        let (true, Some(owner)) = (self.negated && self.verbal(self.at), owner) else { return false };
        let word = root(&self.text(self.at).to_lowercase());
        let other = c.table;
        let same = self.world.lexicon.tables[other].words.iter().any(|w| root(w) == word);
        if !same || other == owner || self.world.reaches(owner, other) {
            return false;
        }
        self.negated = false;
        self.sketch.relations.push(Relation { table: other, negated: true, count: None, filters: Vec::new() });
        self.open = Some(self.sketch.relations.len() - 1);
        self.at += 1;
        true
    }

    /// A column: compared, or shown.
    fn column(&mut self, c: ColumnRef) -> Result<(), Trouble> {
        if self.never(c) {
            return Ok(());
        }
        let n = self.next(self.at + 1);
        let kind = self.world.column(c).kind;
        match self.item(n).cloned() {
            // "which city has more than 5 customers": the rows of the table are counted.
            Some(Item::Key(Key::Compare(..))) if self.counts_rows(n + 1) => {}
            Some(Item::Key(Key::Compare(operator, _))) => return self.compared(c, operator, n + 1),
            Some(Item::Key(Key::Superlative(large, None))) if matches!(self.item(n + 1), Some(Item::Filler(w)) if w == "than") =>
            {
                return self.compared(c, if large { Operator::Greater } else { Operator::Less }, n + 1);
            }
            Some(Item::Key(Key::Between)) => {
                let low = self.next(n + 1);
                let and = self.next(low + 1);
                let high = self.next(and + 1);
                if let (Some(Item::Number(a)), Some(Item::Key(Key::And)), Some(Item::Number(b))) =
                    (self.item(low).cloned(), self.item(and), self.item(high).cloned())
                    && kind.is_numeric()
                {
                    let field = self.world.field(c);
                    let part = |operator, value| Filter::Compare {
                        field: field.clone(),
                        operator,
                        operand: Operand::Literal(value),
                    };
                    self.keep(c, Filter::All(vec![part(Operator::AtLeast, a), part(Operator::AtMost, b)]));
                    self.at = high + 1;
                    return Ok(());
                }
                return Err(Trouble::Unplaced("the bounds after \"between\"".into()));
            }
            Some(Item::Key(Key::Text(how))) => {
                let m = self.next(n + 1);
                let m =
                    if matches!(self.item(m), Some(Item::Key(Key::Text(_)))) { self.next(m + 1) } else { m };
                let text = match self.item(m) {
                    Some(Item::Quoted(text)) => text.clone(),
                    Some(Item::Value(values)) => values.first().map(|v| v.text.clone()).unwrap_or_default(),
                    Some(Item::Number(n)) => n.to_string(),
                    _ => return Err(Trouble::Unplaced("the text to look for".into())),
                };
                let negated = std::mem::take(&mut self.negated);
                self.keep(c, Filter::Text { field: self.world.field(c), how, value: text, negated });
                self.at = m + 1;
                return Ok(());
            }
            Some(Item::Key(Key::Missing)) => {
                let negated = std::mem::take(&mut self.negated);
                self.keep(c, Filter::Null { field: self.world.field(c), negated });
                self.at = n + 1;
                return Ok(());
            }
            Some(Item::Key(Key::Not)) => {
                // "whose state is not X"
                let m = self.next(n + 1);
                if matches!(self.item(m), Some(Item::Value(_) | Item::Quoted(_)))
                    || matches!(self.item(m), Some(Item::Number(_)) if kind.is_numeric())
                {
                    self.negated = true;
                    return self.equals(c, m);
                }
            }
            Some(Item::Number(_)) if self.filtering || self.has_is(self.at + 1, n) || n == self.at + 1 => {
                let year_like = kind.is_numeric() || kind == TypeKind::Text;
                if year_like {
                    return self.equals(c, n);
                }
            }
            Some(Item::Quoted(_)) => return self.equals(c, n),
            Some(Item::Key(Key::Named)) => {
                let m = self.next(n + 1);
                return self.equals(c, m);
            }
            Some(Item::Value(values)) if values.iter().any(|v| v.column == c) => return self.equals(c, n),
            Some(Item::Value(_)) if self.filtering && kind.is_textual() && self.has_is(self.at + 1, n) => {
                return Err(Trouble::Unplaced(format!("the value of \"{}\"", self.world.column(c).name)));
            }
            Some(Item::Year(year, bound))
                if (matches!(kind, TypeKind::Integer) || kind.is_temporal())
                    && self.year_on(c, year, bound) =>
            {
                self.at = n + 1;
                return Ok(());
            }
            Some(Item::Time(span)) if kind.is_temporal() => {
                let filter = Filter::Period { field: self.world.field(c), from: span.from, to: span.to };
                self.keep(c, filter);
                self.at = n + 1;
                return Ok(());
            }
            _ => {}
        }
        let happened =
            self.verbal(self.at) && !self.sketch.tables.is_empty();
        self.at += 1;
        let acts = self.verbal(self.at - 1) && (happened || !self.sketch.shown.is_empty());
        let by_whom = matches!(self.item(self.next(self.at)), Some(Item::Key(Key::Each)));
        if acts && !by_whom && !self.negated && kind.is_temporal() && self.world.column(c).nullable && !self.has_time() {
            // "discontinued", "resolved": it happened.
            self.keep(c, Filter::Null { field: self.world.field(c), negated: true });
            return Ok(());
        }
        let next = self.next(self.at);
        let by = matches!(self.item(next), Some(Item::Key(Key::Each)));
        let explained = self.items[self.at..]
            .iter()
            .take(5)
            .any(|m| matches!(m.item, Item::Value(_) | Item::Quoted(_) | Item::Time(_) | Item::Year(..)));
        if happened && !self.negated && !kind.is_temporal() && !explained && !by {
            // "heads who are acting": a condition that is not understood must not be passed over.
            return Err(Trouble::Unplaced(format!("what \"{}\" should be", plain(&self.world.column(c).name))));
        }
        if happened && !self.negated {
            // "registered", "opened": said of a table, with nothing to compare.
            return Ok(());
        }
        if kind == TypeKind::Bool && !self.sketch.tables.is_empty() {
            // "customers who get the newsletter"
            let value = !std::mem::take(&mut self.negated);
            self.keep(c, Filter::Compare {
                field: self.world.field(c),
                operator: Operator::Equal,
                operand: Operand::Literal(Literal::Bool(value)),
            });
            return Ok(());
        }
        if self.negated && self.filtering {
            // "that do not have an email"
            self.negated = false;
            self.keep(c, Filter::Null { field: self.world.field(c), negated: false });
            return Ok(());
        }
        if self.filtering {
            // A participle that only repeats what a table says, or a column named for show: "along with".
            let own = self.sketch.shown.contains(&c) || self.sketch.groups.contains(&Group::Column(c));
            let consumed = self.sketch.filters.iter().any(|(f, _)| *f == c);
            if own || consumed {
                return Ok(());
            }
            return Err(Trouble::Unplaced(format!("what \"{}\" should be", self.world.column(c).name)));
        }
        let naming = matches!(self.text(self.at - 1).to_lowercase().as_str(), "name" | "names");
        if naming && matches!(self.item(self.at), Some(Item::Filler(w)) if w == "of") {
            let of = self.next(self.at + 1);
            if let Some((other, _)) = self.settle_column(of)
                && self.world.column(other).kind.is_textual()
            {
                return Ok(());
            }
        }
        let repeats = self.sketch.filters.iter().any(|(f, _)| *f == c)
            && matches!(self.item(at_or(self.at, 2)), Some(Item::Value(_)));
        if !repeats && !self.sketch.shown.contains(&c) {
            self.sketch.shown.push(c);
        }
        self.near = self.near.or(Some(c.table));
        Ok(())
    }

    /// A number of rows of a table follows.
    fn counts_rows(&self, at: usize) -> bool {
        let n = self.next(at);
        let one = matches!(self.item(at), Some(Item::Filler(w)) if w == "one");
        let m = if one { n } else { self.next(n + 1) };
        (one || matches!(self.item(n), Some(Item::Number(_)))) && self.counted_table(m).is_some()
    }

    /// The table that a name means after a number.
    fn counted_table(&self, at: usize) -> Option<usize> {
        match self.settle(at)? {
            Settled::Table(t) => Some(t),
            Settled::Column(c, _) => {
                let Some(Item::Name(name)) = self.item(at) else { return None };
                let numeric = self.world.column(c).kind.is_numeric() && !self.is_key(c) && !self.world.is_reference(c);
                name.tables.first().filter(|(_, s)| *s >= 0.55 && !numeric).map(|(t, _)| *t)
            }
        }
    }

    /// The name was written as a verb form: "opened in 2010".
    fn verbal(&self, at: usize) -> bool {
        let Some(Item::Name(name)) = self.item(at) else { return false };
        let mut words = name.text.split(' ');
        let first = words.next().unwrap_or_default();
        // "signed up"
        let particles = words.all(|w| matches!(w.to_lowercase().as_str(), "up" | "in" | "out" | "on" | "off" | "at"));
        particles && (first.ends_with("ed") || first.ends_with("ing"))
    }

    /// A time stands further on, which the happening before it takes up.
    fn has_time(&self) -> bool {
        self.items[self.at..].iter().any(|m| matches!(m.item, Item::Time(_) | Item::Year(..)))
    }

    fn has_is(&self, from: usize, to: usize) -> bool {
        (from..to).any(|i| matches!(self.item(i), Some(Item::Filler(w)) if matches!(w.as_str(), "is" | "are" | "was" | "were" | "of" | "as" | "in")))
    }

    fn year_on(&mut self, c: ColumnRef, year: i32, bound: Bound) -> bool {
        let column = self.world.column(c);
        let field = self.world.field(c);
        let filter = if column.kind == TypeKind::Integer {
            let operator = match bound {
                Bound::In => Operator::Equal,
                Bound::Before => Operator::Less,
                Bound::After => Operator::Greater,
                Bound::Since => Operator::AtLeast,
            };
            Filter::Compare { field, operator, operand: Operand::Literal(Literal::Integer(i64::from(year))) }
        } else if column.kind.is_temporal() {
            let start = NaiveDate::from_ymd_opt(year, 1, 1);
            let end = NaiveDate::from_ymd_opt(year + 1, 1, 1);
            let (from, to) = match bound {
                Bound::In => (start, end),
                Bound::Before => (None, start),
                Bound::After => (end, None),
                Bound::Since => (start, None),
            };
            Filter::Period { field, from, to }
        } else {
            return false;
        };
        self.keep(c, filter);
        true
    }

    /// `column = …` at an item, with further values after "or" and "and".
    fn equals(&mut self, c: ColumnRef, first: usize) -> Result<(), Trouble> {
        let column = self.world.column(c);
        let mut values: Vec<Literal> = Vec::new();
        let mut texts: Vec<String> = Vec::new();
        let mut n = first;
        loop {
            match self.item(n) {
                Some(Item::Number(value)) if column.kind.is_numeric() => values.push(value.clone()),
                Some(Item::Number(value)) if column.kind == TypeKind::Text => {
                    values.push(Literal::Text(value.to_string()))
                }
                Some(Item::Quoted(text)) => match self.stored(c, text) {
                    Some(stored) => values.push(Literal::Text(stored)),
                    None if column.kind.is_textual() && column.kind != TypeKind::Enum => {
                        texts.push(text.clone())
                    }
                    None if column.kind.is_numeric() && text.parse::<f64>().is_ok() => {
                        values.push(Literal::Text(text.clone()))
                    }
                    None => return Err(Trouble::Unplaced(format!("the value \"{text}\""))),
                },
                Some(Item::Value(found)) => match found.iter().find(|v| v.column == c) {
                    Some(v) => values.push(Literal::Text(v.text.clone())),
                    None if n == first => {
                        return Err(Trouble::Unplaced(format!("the value of \"{}\"", column.name)));
                    }
                    None => break,
                },
                _ if n == first => {
                    return Err(Trouble::Unplaced(format!("the value of \"{}\"", column.name)));
                }
                _ => break,
            }
            self.at = n + 1;
            let or = self.next(n + 1);
            if !matches!(self.item(or), Some(Item::Key(Key::Or))) {
                break;
            }
            n = self.next(or + 1);
        }
        // "or more" after a number
        let after = self.next(self.at);
        if let (Some(Item::Key(Key::OrMore(more))), [value]) = (self.item(after).cloned(), values.as_slice())
        {
            let operator = if more { Operator::AtLeast } else { Operator::AtMost };
            let value = value.clone();
            self.keep(
                c,
                Filter::Compare { field: self.world.field(c), operator, operand: Operand::Literal(value) },
            );
            self.at = after + 1;
            return Ok(());
        }
        let field = self.world.field(c);
        let mut parts: Vec<Filter> = texts
            .into_iter()
            .map(|value| Filter::Text { field: field.clone(), how: TextMatch::Equals, value, negated: false })
            .collect();
        match values.len() {
            0 => {}
            1 => {
                let operand = Operand::Literal(values.remove(0));
                parts.push(Filter::Compare { field, operator: Operator::Equal, operand });
            }
            _ => parts.push(Filter::In { field, values, negated: false }),
        }
        let filter = if parts.len() == 1 { parts.remove(0) } else { Filter::Any(parts) };
        self.keep(c, filter);
        Ok(())
    }

    /// A text as the column holds it, whatever its case.
    fn stored(&self, c: ColumnRef, text: &str) -> Option<String> {
        let column = self.world.column(c);
        let lower = text.to_lowercase();
        column.enum_values.iter().chain(&column.samples).find(|s| s.to_lowercase() == lower).cloned()
    }

    /// `column more than …`
    fn compared(&mut self, c: ColumnRef, operator: Operator, from: usize) -> Result<(), Trouble> {
        let n = self.next(from);
        match self.item(n).cloned() {
            Some(Item::Number(value)) if self.world.column(c).kind.is_numeric() => {
                let mut parts = vec![Filter::Compare {
                    field: self.world.field(c),
                    operator,
                    operand: Operand::Literal(value),
                }];
                self.at = n + 1;
                // "higher than 1000 or lower than 500"
                let or = self.next(n + 1);
                if let (
                    Some(Item::Key(Key::Or)),
                    Some(Item::Key(Key::Compare(other, None))),
                    Some(Item::Number(second)),
                ) = (
                    self.item(or).cloned(),
                    self.item(self.next(or + 1)).cloned(),
                    self.item(self.next(self.next(or + 1) + 1)).cloned(),
                ) {
                    parts.push(Filter::Compare {
                        field: self.world.field(c),
                        operator: other,
                        operand: Operand::Literal(second),
                    });
                    self.at = self.next(self.next(or + 1) + 1) + 1;
                    self.keep(c, Filter::Any(parts));
                    return Ok(());
                }
                self.skip_unit();
                self.keep(c, parts.remove(0));
                Ok(())
            }
            Some(Item::Key(Key::Aggregate(aggregate))) if self.world.column(c).kind.is_numeric() => {
                self.at = n + 1;
                let m = self.next(self.at);
                let mut of = c;
                if let Some((other, _)) = self.settle_column(m)
                    && self.world.column(other).kind.is_numeric()
                {
                    of = other;
                    self.at = m + 1;
                }
                let operand =
                    Operand::Aggregate { aggregate, field: self.world.field(of), filters: Vec::new() };
                self.keep(c, Filter::Compare { field: self.world.field(c), operator, operand });
                Ok(())
            }
            Some(Item::Time(span)) if self.world.column(c).kind.is_temporal() => {
                let day = span.from.ok_or_else(|| Trouble::Unplaced("the date".into()))?;
                let operand = Operand::Literal(Literal::Date(day));
                self.keep(c, Filter::Compare { field: self.world.field(c), operator, operand });
                self.at = n + 1;
                Ok(())
            }
            Some(Item::Value(_) | Item::Quoted(_)) if operator == Operator::Equal => self.equals(c, n),
            Some(Item::Value(_) | Item::Quoted(_)) if operator == Operator::NotEqual => {
                self.negated = true;
                self.equals(c, n)
            }
            _ => Err(Trouble::Unplaced(format!("what \"{}\" is compared with", self.world.column(c).name))),
        }
    }

    /// "700 dollars", "30 years old": the unit says nothing new.
    fn skip_unit(&mut self) {
        if let Some(Item::Name(n)) = self.item(self.at)
            && matches!(
                n.text.to_lowercase().as_str(),
                "dollars" | "usd" | "euros" | "eur" | "years" | "days" | "hours" | "minutes"
            )
        {
            self.at += 1;
        }
    }

    /// "more than 3 orders", "at least 100000 salary", "older than 56", "above average".
    fn compare_first(&mut self, operator: Operator, of: Option<Trait>) -> Result<(), Trouble> {
        let operator = if std::mem::take(&mut self.negated) { opposite(operator) } else { operator };
        let n = self.next(self.at + 1);
        if let Some(wanted) = of {
            let table = self
                .near
                .or(self.world.main_table())
                .ok_or_else(|| Trouble::Unplaced("what is compared".into()))?;
            let (c, turned) = self
                .world
                .of_trait(table, wanted)
                .ok_or_else(|| Trouble::Unplaced("by which column to compare".into()))?;
            if turned {
                return Err(Trouble::Unplaced("an age where only a date of birth is kept".into()));
            }
            return self.compared(c, operator, n);
        }
        let value = match self.item(n).cloned() {
            Some(Item::Number(value)) => value,
            Some(Item::Filler(w)) if w == "one" => Literal::Integer(1),
            Some(Item::Key(Key::Aggregate(_))) => {
                let m = self.next(n + 1);
                if let Some((c, _)) = self.settle_column(m)
                    && self.world.column(c).kind.is_numeric()
                {
                    self.at = n;
                    self.compared(c, operator, n)?;
                    return Ok(());
                }
                // "more distances than average" gives the column before.
                if let Some(c) =
                    self.sketch.shown.last().copied().filter(|c| self.world.column(*c).kind.is_numeric())
                {
                    self.sketch.shown.pop();
                    return self.compared(c, operator, n);
                }
                return Err(Trouble::Unplaced("what is compared with the average".into()));
            }
            Some(Item::Name(_)) => {
                // "that cover more distance than 1000"
                return Err(Trouble::Unplaced("what is compared".into()));
            }
            _ => {
                if matches!(self.item(self.at + 1), Some(Item::Filler(w)) if w == "one") {
                    Literal::Integer(1)
                } else {
                    return Err(Trouble::Unplaced("a comparison".into()));
                }
            }
        };
        if matches!(self.item(n + 1), Some(Item::Filler(w)) if is_money(w))
            && let Some(c) = self.near.or(self.world.main_table()).and_then(|t| self.amount_of(t).or(self.world.of_trait(t, Trait::Price).map(|p| p.0)))
        {
            self.sketch.notes.push(format!("The amount is that of {}.", plain(&self.world.column(c).name)));
            self.at = n;
            return self.compared(c, operator, n);
        }
        let mut m = self.next(n + 1);
        if matches!(self.item(n), Some(Item::Filler(_))) || !matches!(self.item(n), Some(Item::Number(_))) {
            m = n;
        }
        while matches!(self.item(m), Some(Item::Key(Key::Distinct))) {
            m = self.next(m + 1);
        }
        let settled = match self.counted_table(m) {
            Some(t) => Some(Settled::Table(t)),
            None => self.settle(m),
        };
        match settled {
            Some(Settled::Table(t)) => {
                let Literal::Integer(k) = value else {
                    return Err(Trouble::Unplaced("a whole number".into()));
                };
                let count = u64::try_from(k).map_err(|_| Trouble::Unplaced("a number of things".into()))?;
                self.sketch.relations.push(Relation {
                    table: t,
                    negated: false,
                    count: Some((operator, count)),
                    filters: Vec::new(),
                });
                self.open = Some(self.sketch.relations.len() - 1);
                self.near = Some(t);
                self.at = m + 1;
                Ok(())
            }
            Some(Settled::Column(c, s)) if self.world.column(c).kind.is_numeric() && !self.is_key(c) => {
                self.sketch.certainty *= s.min(1.0);
                self.keep(
                    c,
                    Filter::Compare {
                        field: self.world.field(c),
                        operator,
                        operand: Operand::Literal(value),
                    },
                );
                self.at = m + 1;
                Ok(())
            }
            _ => {
                // "rating above 4" came apart: the column stands before.
                if let Some(c) =
                    self.sketch.shown.last().copied().filter(|c| self.world.column(*c).kind.is_numeric())
                {
                    self.sketch.shown.pop();
                    return self.compared(c, operator, n);
                }
                Err(Trouble::Unplaced("what is compared".into()))
            }
        }
    }

    fn value(&mut self) -> Result<(), Trouble> {
        let at = self.at;
        let Some(Item::Value(values)) = self.item(at).cloned() else { return Ok(()) };
        // The column may stand behind: "black membership card", "banking or retailing industry".
        let mut n = at;
        let mut group: Vec<usize> = vec![at];
        loop {
            let or = self.next(n + 1);
            if !matches!(self.item(or), Some(Item::Key(Key::Or | Key::And)))
                && !matches!(self.item(n + 1), Some(Item::Mark(m)) if m == ",")
            {
                break;
            }
            let m = if matches!(self.item(or), Some(Item::Key(_))) { self.next(or + 1) } else { or };
            let Some(Item::Value(more)) = self.item(m) else { break };
            if !more.iter().any(|v| values.iter().any(|w| w.column == v.column)) {
                break;
            }
            group.push(m);
            n = m;
        }
        let behind = match self.item(self.next(n + 1)) {
            Some(Item::Name(name)) => Some(name.clone()),
            _ => None,
        };
        let behind = behind.as_ref();
        let ahead = (at > 0)
            .then(|| self.item(at - 1))
            .flatten()
            .and_then(|i| if let Item::Name(n) = i { Some(n.clone()) } else { None });
        let ahead = ahead.as_ref();
        let beside =
            behind.filter(|b| b.columns.iter().any(|(c, _)| values.iter().any(|v| v.column == *c))).or(ahead);
        if self.or && matches!(self.item(n + 1), Some(Item::Value(_))) {
            return Err(Trouble::Unplaced("what \"or\" puts together".into()));
        }
        let direction = self.direction(at);
        let fitting: Vec<_> = match direction {
            Some(words) => {
                let like: Vec<_> = values
                    .iter()
                    .filter(|v| {
                        self.world.lexicon.columns[v.column.table][v.column.column]
                            .words
                            .iter()
                            .any(|w| words.contains(&w.as_str()))
                    })
                    .cloned()
                    .collect();
                if like.is_empty() { values.clone() } else { like }
            }
            None => values.clone(),
        };
        let chosen = self
            .world
            .best_value(&fitting, self.near, beside)
            .ok_or_else(|| Trouble::Unplaced("a value".into()))?;
        let c = chosen.column;
        let rivals = fitting.iter().filter(|v| v.column.table == c.table && v.column != c).count();
        if rivals > 0 && beside.is_none_or(|b| !b.columns.iter().any(|(x, _)| *x == c)) {
            self.sketch.certainty *= 0.7;
            self.sketch.notes.push(format!(
                "\"{}\" is looked for in {}.",
                chosen.text,
                self.world.column(c).name
            ));
        }
        let literals: Vec<Literal> = group
            .iter()
            .filter_map(|g| match self.item(*g) {
                Some(Item::Value(v)) => {
                    v.iter().find(|v| v.column == c).map(|v| Literal::Text(v.text.clone()))
                }
                _ => None,
            })
            .collect();
        let field = self.world.field(c);
        let filter = match literals.as_slice() {
            [one] => {
                Filter::Compare { field, operator: Operator::Equal, operand: Operand::Literal(one.clone()) }
            }
            _ => Filter::In { field, values: literals, negated: false },
        };
        self.at = n + 1;
        // The column's own name behind its value is said with it.
        if let Some(name) = behind
            && name.columns.iter().any(|(x, s)| *x == c && *s >= 0.55)
            && super::resolve::as_table(name, self.next(n + 1), self.items).is_none()
        {
            self.at = self.next(n + 1) + 1;
        }
        let negated = self.negated;
        let main = self.sketch.tables.first().copied().or(self.sketch.shown.first().map(|c| c.table));
        if negated
            && let Some(main) = main
            && !self.world.reaches(main, c.table)
            && self.open.is_none()
        {
            self.negated = false;
            self.sketch.relations.push(Relation {
                table: c.table,
                negated: true,
                count: None,
                filters: vec![(c, filter)],
            });
            return Ok(());
        }
        self.keep(c, filter);
        Ok(())
    }

    /// Words of columns that "from" and "to" before a value speak of.
    fn direction(&self, at: usize) -> Option<&'static [&'static str]> {
        match at.checked_sub(1).and_then(|b| self.item(b)) {
            Some(Item::Filler(w)) if w == "from" => {
                Some(&["origin", "from", "source", "departure", "start", "hometown"])
            }
            Some(Item::Filler(w)) if w == "to" => Some(&["destination", "to", "target", "arrival", "end"]),
            _ => None,
        }
    }

    fn number(&mut self) -> Result<(), Trouble> {
        let at = self.at;
        let Some(Item::Number(value)) = self.item(at).cloned() else { return Ok(()) };
        let n = self.next(at + 1);
        // "3 or more orders", "5 most expensive products", "three lowest salaries"
        if let Some(Item::Key(Key::OrMore(more))) = self.item(n).cloned() {
            let operator = if more { Operator::AtLeast } else { Operator::AtMost };
            let m = self.next(n + 1);
            return match (self.settle(m), value) {
                (Some(Settled::Table(t)), Literal::Integer(k)) if k >= 0 => {
                    let count = Some((operator, k.unsigned_abs()));
                    self.sketch.relations.push(Relation {
                        table: t,
                        negated: false,
                        count,
                        filters: Vec::new(),
                    });
                    self.open = Some(self.sketch.relations.len() - 1);
                    self.at = m + 1;
                    Ok(())
                }
                (Some(Settled::Column(c, _)), value) if self.world.column(c).kind.is_numeric() => {
                    self.keep(
                        c,
                        Filter::Compare {
                            field: self.world.field(c),
                            operator,
                            operand: Operand::Literal(value),
                        },
                    );
                    self.at = m + 1;
                    Ok(())
                }
                _ => Err(Trouble::Unplaced("a number".into())),
            };
        }
        let Literal::Integer(k) = value else { return Err(Trouble::Unplaced(format!("the number {value}"))) };
        if matches!(self.item(n), Some(Item::Key(Key::Superlative(..) | Key::Common(_)))) && k > 0 {
            self.sketch.limit = Some(k.unsigned_abs());
            self.at = n;
            return Ok(());
        }
        // "the 3 employees who get paid the least"
        if let Some(Settled::Table(_)) = self.settle(n) {
            let later = self.items[n..]
                .iter()
                .any(|m| matches!(m.item, Item::Key(Key::Superlative(..) | Key::Common(_))));
            if later && k > 0 {
                self.sketch.limit = Some(k.unsigned_abs());
                return Ok(());
            }
        }
        Err(Trouble::Unplaced(format!("the number {k}")))
    }

    fn quoted(&mut self, text: &str) -> Result<(), Trouble> {
        let at = self.at;
        let n = self.next(at + 1);
        // The column behind: "the "Credit Card" payment method".
        if let Some((c, _)) = self.settle_column(n).filter(|(c, _)| self.world.column(*c).kind.is_textual())
            && self.stored(c, text).is_some()
        {
            self.equals(c, at)?;
            self.at = n + 1;
            return Ok(());
        }
        let parts: Vec<String> = super::words::tokens(text).into_iter().map(|t| t.lower).collect();
        let refs: Vec<&str> = parts.iter().map(String::as_str).collect();
        let values = self.world.lexicon.values(&refs);
        if let Some(v) = self.world.best_value(values, self.near, None) {
            let filter = Filter::Compare {
                field: self.world.field(v.column),
                operator: Operator::Equal,
                operand: Operand::Literal(Literal::Text(v.text.clone())),
            };
            let c = v.column;
            self.at = at + 1;
            self.keep(c, filter);
            return Ok(());
        }
        Err(Trouble::Unplaced(format!("the text \"{text}\"")))
    }

    /// "named X": the name of the thing spoken of.
    fn named(&mut self) -> Result<(), Trouble> {
        let n = self.next(self.at + 1);
        match self.item(n).cloned() {
            Some(Item::Value(_)) => {
                self.at = n;
                self.value()
            }
            Some(Item::Quoted(text)) => {
                let table = self
                    .near
                    .or(self.world.main_table())
                    .ok_or_else(|| Trouble::Unplaced("a name".into()))?;
                let labels = self.world.labels(table);
                let [label] = labels.as_slice() else {
                    self.at = n;
                    return self.quoted(&text);
                };
                self.equals(*label, n)
            }
            _ => Err(Trouble::Unplaced("the name".into())),
        }
    }

    /// "both A and B" over one column.
    fn both(&mut self) -> Result<(), Trouble> {
        let first = self.next(self.at + 1);
        let and = self.next(first + 1);
        let second = self.next(and + 1);
        let (Some(Item::Value(a)), Some(Item::Key(Key::And)), Some(Item::Value(b))) =
            (self.item(first).cloned(), self.item(and), self.item(second).cloned())
        else {
            // "both the name and the price": a plain word, unless conditions follow.
            let compared = self.items[first.min(self.items.len())..]
                .iter()
                .any(|m| matches!(m.item, Item::Key(Key::Compare(..)) | Item::Value(_) | Item::Year(..)));
            if matches!(self.item(first), Some(Item::Name(_))) && !self.filtering && !compared {
                return Ok(());
            }
            return Err(Trouble::Unplaced("what \"both\" is about".into()));
        };
        let shared: Vec<_> = a.iter().filter(|v| b.iter().any(|w| w.column == v.column)).cloned().collect();
        let chosen = self
            .world
            .best_value(&shared, self.near, None)
            .ok_or_else(|| Trouble::Unplaced("what \"both\" is about".into()))?;
        let c = chosen.column;
        let other = b.iter().find(|v| v.column == c).map(|v| v.text.clone()).unwrap_or_default();
        let filter = |text: String| {
            let operand = Operand::Literal(Literal::Text(text));
            (c, Filter::Compare { field: self.world.field(c), operator: Operator::Equal, operand })
        };
        self.sketch.both = Some([filter(chosen.text.clone()), filter(other)]);
        self.at = second + 1;
        let n = self.next(self.at);
        if let Some(Item::Name(name)) = self.item(n)
            && name.columns.iter().any(|(x, _)| *x == c)
        {
            self.at = n + 1;
        }
        Ok(())
    }
}

fn is_money(word: &str) -> bool {
    matches!(word, "euro" | "euros" | "eur" | "dollar" | "dollars" | "usd")
}

/// A column's name as words.
pub fn plain(name: &str) -> String {
    name.replace('_', " ")
}

fn at_or(at: usize, back: usize) -> usize {
    at.saturating_sub(back)
}

fn negate(filter: Filter) -> Filter {
    match filter {
        Filter::Compare { field, operator: Operator::Equal, operand } => {
            Filter::Compare { field, operator: Operator::NotEqual, operand }
        }
        Filter::In { field, values, negated } => Filter::In { field, values, negated: !negated },
        Filter::Text { field, how, value, negated } => Filter::Text { field, how, value, negated: !negated },
        other => Filter::Not(Box::new(other)),
    }
}

fn opposite(operator: Operator) -> Operator {
    match operator {
        Operator::Greater => Operator::AtMost,
        Operator::AtLeast => Operator::Less,
        Operator::Less => Operator::AtLeast,
        Operator::AtMost => Operator::Greater,
        Operator::Equal => Operator::NotEqual,
        Operator::NotEqual => Operator::Equal,
    }
}
