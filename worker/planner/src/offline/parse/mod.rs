//! From marked words to a sketch of what is asked: what is shown, counted, split, kept and ordered.

mod comparisons;
mod groups;
mod measures;
mod names;
mod shown;
mod sketch;
mod values;

use comparisons::is_money;
pub use sketch::{Change, Extreme, Group, Reading, Relation, Sketch, Target, Trouble};

use super::{
    annotate::{Item, Key, Marked, Trait},
    dates::Span,
    resolve::{Settled, World},
};
use rowcall_core::ColumnRef;
use rowcall_plan::{Aggregate, Filter, Literal, Operand, Operator, TextMatch};

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
        shown_as: Vec::new(),
        returned: None,
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
    /// Columns shown, as the question calls them.
    shown_as: Vec<(ColumnRef, String)>,
    /// How many numbers had been asked for before a sentence said what to return.
    returned: Option<usize>,
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
                // "the highest rating in each genre": split by it, not its own.
                Item::Key(Key::Each)
                    if at > 0 && matches!(self.item(at - 1), Some(Item::Key(Key::Superlative(..)))) =>
                {
                    break;
                }
                Item::Key(Key::Distinct | Key::Each) => n += 1,
                // "names and cities of customers"
                Item::Key(Key::And) | Item::Name(_) | Item::Mark(_) | Item::Value(_) => {
                    if let Item::Name(name) = item
                        && let Some(t) = crate::offline::resolve::as_table(name, n, self.items)
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
                    let t = crate::offline::resolve::as_table(name, b, self.items)?;
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
        // "the names of employees", who have a first and a last name.
        if matches!(name.text.to_lowercase().as_str(), "name" | "names")
            && let Some(table) = owner.or_else(|| self.named_of(at))
            && let [first, _] = self.world.labels(table).as_slice()
        {
            return Some(Settled::Column(*first, 0.97));
        }
        if owner.is_none()
            && matches!(name.text.to_lowercase().as_str(), "name" | "names")
            && let Some(label) = self.label_of(at)
        {
            return Some(Settled::Column(label, 0.95));
        }
        self.world.settle(name, at, self.items, owner.or(self.near))
    }

    /// "the names of orchestras", whose column is not called a name: the column that tells them apart for people.
    fn label_of(&self, at: usize) -> Option<ColumnRef> {
        let table = self.named_of(at)?;
        match self.world.labels(table).as_slice() {
            [one] if self.world.column(*one).kind.is_textual() => Some(*one),
            _ => None,
        }
    }

    /// The table behind "of".
    fn named_of(&self, at: usize) -> Option<usize> {
        if !matches!(self.item(at + 1), Some(Item::Filler(w)) if w == "of") {
            return None;
        }
        let n = self.next(at + 1);
        let Some(Item::Name(of)) = self.item(n) else { return None };
        crate::offline::resolve::as_table(of, n, self.items)
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
        if let Some(before) = self.returned
            && self.sketch.measures.len() > before
            && self.sketch.order_by_measure.is_none()
        {
            self.sketch.measures.drain(..before);
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
                self.sketch.asks_time |= matches!(word.as_str(), "which" | "what")
                    && matches!(self.item(at + 1), Some(Item::Key(Key::Grain(_))));
                self.sketch.wants_rows |=
                    matches!(word.as_str(), "list" | "show" | "which" | "who" | "display" | "find" | "give");
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
            Key::Ranking => {
                self.sketch.ranking = true;
                self.sketch.order_by_measure = Some(true);
                self.sketch.limit = Some(u64::MAX);
            }
            Key::Everything => {
                self.sketch.full = true;
                self.sketch.wants_rows = true;
            }
            Key::Head | Key::Also => {
                // "How many cars were sold? Return the number of sales and the revenue": these and no more.
                let sentence =
                    at > 0 && matches!(self.item(at - 1), Some(Item::Mark(m)) if m == "." || m == "?");
                if key == Key::Head && sentence {
                    self.returned = Some(self.sketch.measures.len());
                }
                self.sketch.wants_rows |= self.at == 0;
                self.filtering = false;
                self.open = None;
                // What is shown at the end belongs to what was asked for at the beginning.
                if at > 0 && self.sketch.measures.is_empty() {
                    self.near = self.sketch.tables.first().copied().or(self.near);
                }
            }
            // "With which method …"
            Key::Where
                if at == 0
                    && matches!(self.item(1), Some(Item::Filler(w)) if w == "which" || w == "what") =>
            {
                self.sketch.asks_which = true;
                self.sketch.wants_rows = true;
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
            // Read apart, as two numbers; here nothing stands beside it.
            Key::Ratio => return Err(Trouble::Unplaced("what the two sides of the ratio are".into())),
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
                    // "the top customer" is one, "the top customers" are several.
                    let rows = |tables: &[(usize, f32)]| tables.first().is_some_and(|(_, s)| *s >= 0.75);
                    let one =
                        matches!(self.item(n), Some(Item::Name(name)) if !name.plural && rows(&name.tables));
                    self.sketch.limit.get_or_insert(if one { 1 } else { 10 });
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
            Key::ThatNumber => return self.that_number(),
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
                let column = table
                    .and_then(|t| self.world.of_trait(t, Trait::Price).map(|p| p.0).or(self.amount_of(t)));
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
            // "orders that contain the product X"
            Key::Text(TextMatch::Contains)
                if !self.sketch.tables.is_empty()
                    && matches!(self.settle(self.next(at + 1)), Some(Settled::Table(_))) => {}
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
            // "at least 2 mailings with outcome X", where the outcome is kept with what connects them: those count.
            if let Some(main) = main.filter(|m| *m != column.table && relation.table != column.table)
                && self.world.is_between(main, column.table, relation.table)
            {
                relation.table = column.table;
            }
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
}

/// A column's name as words.
pub fn plain(name: &str) -> String {
    name.replace('_', " ")
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
