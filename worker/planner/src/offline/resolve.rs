//! Which table and column each name of a question means, given the other names in it.

mod labels;
mod traits;

use super::{
    annotate::{Item, Key, Marked, NameItem},
    flags,
    lexicon::{Lexicon, ValueRef},
    terms::Term,
    words::{Token, root},
};
use rowcall_core::{Catalogue, Column, ColumnRef, TypeKind};
use rowcall_plan::{Field, Literal};
use std::collections::HashMap;

/// A catalogue with its lexicon, and the tables that the question names.
pub struct World<'a> {
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// Its words.
    pub lexicon: &'a Lexicon,
    /// Tables named in the question, in order.
    pub named: Vec<usize>,
    /// Defined numbers that the question names.
    pub terms: Vec<&'a Term>,
    /// Names as written, with the columns they may mean.
    pub said: Vec<(String, Vec<(ColumnRef, f32)>)>,
    /// Roots of the words that name something.
    roots: Vec<String>,
    /// How much of the question each table accounts for.
    votes: HashMap<usize, f32>,
}

/// Words for where something begins.
pub(super) const STARTS: &[&str] =
    &["origin", "source", "from", "departure", "sender", "start", "home", "depart", "src"];
/// Words for where something ends.
pub(super) const ENDS: &[&str] =
    &["destination", "dest", "target", "to", "arrival", "receiver", "recipient", "end", "arrive", "dst"];

/// How much more certain a part of a name is for being the only one.
const ALONE: f32 = 0.5;

/// What is said of a calculated column whose numbers do not add up.
pub(super) const LEVEL: &str = "Its numbers do not add up.";

/// The same of a column with a name of these words.
pub(super) fn adds_up(words: &[String]) -> bool {
    const LEVELS: &[&str] = &[
        "temperature",
        "humidity",
        "rating",
        "satisfaction",
        "score",
        "percent",
        "percentage",
        "rate",
        "price",
        "age",
        "battery",
        "signal",
        "pressure",
        "level",
        "grade",
        "speed",
        "height",
        "latitude",
        "longitude",
        "c",
        "dbm",
    ];
    words.iter().any(|w| w == "total" || w == "amount") || !words.iter().any(|w| LEVELS.contains(&w.as_str()))
}

/// What a name was settled to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Settled {
    /// A table.
    Table(usize),
    /// A column.
    Column(ColumnRef, f32),
}

impl<'a> World<'a> {
    /// Looks over a question's items.
    pub fn new(catalogue: &'a Catalogue, lexicon: &'a Lexicon, items: &[Marked]) -> Self {
        let mut world = World {
            catalogue,
            lexicon,
            named: Vec::new(),
            terms: Vec::new(),
            said: Vec::new(),
            roots: Vec::new(),
            votes: HashMap::new(),
        };
        for (i, marked) in items.iter().enumerate() {
            match &marked.item {
                Item::Name(name) => {
                    world.roots.extend(name.text.to_lowercase().split(' ').map(root));
                    if let Some(t) = as_table(name, i, items) {
                        if !world.named.contains(&t) {
                            world.named.push(t);
                        }
                        *world.votes.entry(t).or_default() += 1.5;
                        continue;
                    }
                    if name.is_term
                        && let Some(term) = lexicon
                            .terms
                            .iter()
                            .find(|t| name.columns.first().is_some_and(|c| c.0 == t.column))
                    {
                        world.terms.push(term);
                    }
                    world.said.push((name.text.to_lowercase(), name.columns.clone()));
                    for (c, score) in &name.columns {
                        let vote = world.votes.entry(c.table).or_default();
                        *vote += score * score;
                    }
                }
                Item::Link(word) if word == "born" => world.roots.push("birth".to_owned()),
                Item::Link(word) => world.roots.push(root(word)),
                Item::Elapsed(elapsed) => *world.votes.entry(elapsed.from.table).or_default() += 1.0,
                Item::Rate(rate) => *world.votes.entry(rate.column.table).or_default() += 1.0,
                Item::Value(values) => {
                    for v in values {
                        *world.votes.entry(v.column.table).or_default() += 0.5;
                    }
                }
                _ => {}
            }
        }
        world
    }

    /// The column.
    pub fn column(&self, at: ColumnRef) -> &'a Column {
        &self.catalogue.tables[at.table].columns[at.column]
    }

    /// As a plan names it.
    pub fn field(&self, at: ColumnRef) -> Field {
        Field::new(self.lexicon.prepared.name_of(self.catalogue, at.table), self.column(at).name.clone())
    }

    /// The table that most of the question speaks of.
    pub fn main_table(&self) -> Option<usize> {
        if let Some(first) = self.named.first() {
            return Some(*first);
        }
        self.votes.iter().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0))).map(|(t, _)| *t)
    }

    /// Steps between two tables, whatever the direction.
    pub fn distance(&self, a: usize, b: usize) -> usize {
        if a == b {
            0
        } else {
            self.lexicon.prepared.graph.path(a, b, false, None).map_or(20, |(p, _)| p.len())
        }
    }

    /// The way from one table to another leads over the third, whose rows connect theirs.
    pub fn is_between(&self, from: usize, middle: usize, to: usize) -> bool {
        self.reaches(middle, from)
            && self.reaches(middle, to)
            && !self.reaches(from, middle)
            && !self.reaches(to, middle)
            && self.distance(from, middle) + self.distance(middle, to) == self.distance(from, to)
    }

    /// Every row of `from` has at most one row of `to`.
    pub fn reaches(&self, from: usize, to: usize) -> bool {
        from == to || self.lexicon.prepared.graph.has_one(from, to)
    }

    /// Settles a name; `near` is the table that the words around it speak of.
    pub fn settle(
        &self,
        name: &NameItem,
        at: usize,
        items: &[Marked],
        near: Option<usize>,
    ) -> Option<Settled> {
        if let Some(t) = as_table(name, at, items) {
            return Some(Settled::Table(t));
        }
        let (c, s) = self.best_column(&name.columns, near)?;
        // A column that only points to the rows of the table so named: the table is spoken of.
        if let Some((t, score)) = name.tables.first()
            && *score >= 0.9
            && self.is_reference_to(c, *t)
        {
            return Some(Settled::Table(*t));
        }
        Some(Settled::Column(c, s))
    }

    /// The likeliest of several columns, with its own score.
    pub fn best_column(&self, columns: &[(ColumnRef, f32)], near: Option<usize>) -> Option<(ColumnRef, f32)> {
        let main = self.main_table();
        let weigh = |c: &ColumnRef, s: f32| {
            let mut weight = s;
            if near == Some(c.table) {
                weight += 0.4;
            }
            if self.named.contains(&c.table) {
                weight += 0.25;
            }
            weight += self.votes.get(&c.table).copied().unwrap_or(0.0).min(6.0) * 0.03;
            if let Some(main) = main {
                weight -= 0.06 * self.distance(main, c.table).min(5) as f32;
            }
            // "amount of settlement" is the amount settled.
            if s < 0.97 && self.is_hinted(*c) {
                weight += if self.is_spelt_out(*c) { 0.5 } else { 0.06 };
            }
            // A column that points to another table's key is seldom what is asked for.
            if s < 0.9 && self.is_reference(*c) {
                weight -= 0.15;
            }
            weight
        };
        columns
            .iter()
            .take(40)
            .map(|(c, s)| (*c, *s, weigh(c, *s)))
            .max_by(|a, b| a.2.total_cmp(&b.2).then(b.0.cmp(&a.0)))
            .filter(|(c, s, _)| *s >= 0.55 || near == Some(c.table) || self.named.contains(&c.table))
            .map(|(c, s, _)| (c, self.alone(c, s, columns)))
    }

    /// A part of a name is as good as the whole where nothing else in the tables spoken of has that part.
    fn alone(&self, c: ColumnRef, score: f32, columns: &[(ColumnRef, f32)]) -> f32 {
        let rival = columns.iter().any(|(o, s)| {
            *o != c && *s >= score - 0.15 && (o.table == c.table || self.named.contains(&o.table))
        });
        if rival || score < 0.65 || !self.named.contains(&c.table) {
            score
        } else {
            score + (1.0 - score) * ALONE
        }
    }

    /// The question says, somewhere, the verb or noun that tells the column from others like it.
    pub fn is_hinted(&self, c: ColumnRef) -> bool {
        self.lexicon.columns[c.table][c.column].words.iter().any(|w| {
            let r = root(w);
            (r != *w || r == "birth") && r.len() >= 4 && self.roots.contains(&r)
        })
    }

    /// Every word of the column's name is said, wherever it stands: "booked with an amount of 5" says booked_amount.
    fn is_spelt_out(&self, c: ColumnRef) -> bool {
        let words = &self.lexicon.columns[c.table][c.column].words;
        let verb = words
            .iter()
            .any(|w| w.ends_with("ed") || matches!(w.as_str(), "paid" | "sold" | "bought" | "sent" | "made"));
        verb && words.len() >= 2 && words.iter().all(|w| self.roots.contains(&root(w)))
    }

    /// The sum of a column's numbers means something: amounts and counts, but no degrees, grades or prices.
    pub fn adds_up(&self, c: ColumnRef) -> bool {
        // Of what is calculated, that is known already.
        self.column(c).comment.as_deref() != Some(LEVEL)
            && adds_up(&self.lexicon.columns[c.table][c.column].words)
    }

    /// What the column holds for yes or for no, where it holds nothing else.
    pub fn yes_or_no(&self, c: ColumnRef, yes: bool) -> Option<Literal> {
        flags::yes_or_no(self.catalogue, self.lexicon, c, yes)
    }

    /// A foreign-key column.
    pub fn is_reference(&self, c: ColumnRef) -> bool {
        let table = &self.catalogue.tables[c.table];
        let name = &table.columns[c.column].name;
        table.foreign_keys.iter().any(|k| k.columns.contains(name))
    }

    /// The time that goes with a reference: `reported_on` beside `reported_by`.
    pub fn time_beside(&self, c: ColumnRef) -> Option<ColumnRef> {
        let names = &self.lexicon.columns[c.table];
        let verb = root(names[c.column].words.first()?);
        let mut found = (0..names.len()).map(|column| ColumnRef { table: c.table, column }).filter(|other| {
            self.column(*other).kind.is_temporal()
                && names[other.column].words.first().is_some_and(|w| root(w) == verb)
        });
        found.next().filter(|_| found.next().is_none())
    }

    /// A foreign-key column of one table that points to another.
    fn is_reference_to(&self, c: ColumnRef, table: usize) -> bool {
        let name = &self.column(c).name;
        self.lexicon.prepared.graph.edges.iter().any(|e| {
            e.from == c.table
                && e.to == table
                && e.from != table
                && matches!(e.from_columns.as_slice(), [one] if one == name)
        })
    }

    /// A textual column that splits the rows of its table rather than naming one: site, team, category.
    pub fn groups_rows(&self, c: ColumnRef) -> bool {
        let column = self.column(c);
        column.kind.is_textual()
            && !self.is_key(c)
            && !self.labels(c.table).contains(&c)
            && (column.samples_complete && column.samples.len() <= 50 || column.kind == TypeKind::Enum)
    }

    /// What a row is called, unless only the column is spoken of and rows share its values: a building of several locations
    /// is one building.
    pub fn names_rows(&self, c: ColumnRef) -> bool {
        let column = self.column(c);
        let shared = match (column.distinct_estimate, self.catalogue.tables[c.table].row_estimate) {
            (Some(distinct), Some(rows)) => distinct + 1.0 <= rows,
            _ => false,
        };
        let table = &self.lexicon.tables[c.table].words;
        let mut words = self.lexicon.columns[c.table][c.column].words.iter();
        let something_else =
            words.any(|w| !matches!(w.as_str(), "name" | "title" | "first" | "last") && !table.contains(w));
        let spoken = self.named.contains(&c.table);
        self.labels(c.table).contains(&c) && (spoken || !shared || !something_else)
    }

    /// The values of a column come again in many rows.
    pub fn repeats(&self, c: ColumnRef) -> bool {
        match (self.column(c).distinct_estimate, self.catalogue.tables[c.table].row_estimate) {
            (Some(distinct), Some(rows)) => rows >= 40.0 && distinct * 5.0 <= rows,
            _ => false,
        }
    }

    /// The reference over which a place is where something goes to (true) or comes from, where rows refer to such places
    /// in several ways: the destination and the origin of a flight, seen from flights or from what flights belong to.
    pub fn way(&self, from: usize, to: usize, toward: bool) -> Option<String> {
        let graph = &self.lexicon.prepared.graph;
        let ends: &[&str] = if toward { ENDS } else { STARTS };
        let near = graph.steps[from].iter().map(|s| graph.end(*s));
        std::iter::once(from).chain(near).find_map(|table| {
            let edges =
                graph.edges.iter().filter(|e| e.from == table && e.to == to && e.from_columns.len() == 1);
            let keys: Vec<&String> = edges.map(|e| &e.from_columns[0]).collect();
            let fits = |key: &&&String| {
                super::words::split_name(key).iter().any(|w| ends.contains(&w.to_lowercase().as_str()))
            };
            if keys.len() < 2 { None } else { keys.iter().find(fits).map(|k| (*k).clone()) }
        })
    }

    /// The one column that tells rows of its table apart.
    pub fn is_key(&self, c: ColumnRef) -> bool {
        let table = &self.catalogue.tables[c.table];
        table.primary_key.len() == 1 && table.primary_key[0] == table.columns[c.column].name
    }

    /// The field is this column, or refers to it.
    pub fn refers(&self, field: &Field, c: ColumnRef) -> bool {
        let of = |at: usize| self.lexicon.prepared.name_of(self.catalogue, at);
        let name = &self.column(c).name;
        of(c.table) == field.table && *name == field.column
            || self.lexicon.prepared.graph.edges.iter().any(|e| {
                e.to == c.table
                    && e.to_columns == [name.clone()]
                    && e.from_columns == [field.column.clone()]
                    && of(e.from) == field.table
            })
    }

    /// The one number that tells how large a row of the table is.
    pub fn size_column(&self, table: usize) -> Option<ColumnRef> {
        self.number_called(table, &["size", "capacity", "area", "population"])
    }

    /// The age of people.
    pub fn age_column(&self, table: usize) -> Option<ColumnRef> {
        self.number_called(table, &["age"])
    }

    /// The one number that tells how high a row of the table is.
    pub fn height_column(&self, table: usize) -> Option<ColumnRef> {
        self.number_called(table, &["height", "elevation", "altitude"])
    }

    /// The one number of a table whose name has one of these words, the first words first.
    fn number_called(&self, table: usize, words: &[&str]) -> Option<ColumnRef> {
        let columns = &self.catalogue.tables[table].columns;
        words.iter().find_map(|word| {
            let mut fits = (0..columns.len())
                .filter(|i| columns[*i].kind.is_numeric())
                .filter(|i| self.lexicon.columns[table][*i].words.iter().any(|w| w == word));
            fits.next().filter(|_| fits.next().is_none()).map(|column| ColumnRef { table, column })
        })
    }

    /// The likeliest place of a value: beside a column it belongs to, else in a table spoken of.
    pub fn best_value<'v>(
        &self,
        values: &'v [ValueRef],
        near: Option<usize>,
        beside: Option<&NameItem>,
    ) -> Option<&'v ValueRef> {
        let main = self.main_table();
        values
            .iter()
            .map(|v| {
                let mut weight = 0.0f32;
                if beside.is_some_and(|n| n.columns.iter().any(|(c, _)| *c == v.column)) {
                    weight += 2.0;
                }
                if near == Some(v.column.table) {
                    weight += 0.3;
                }
                if v.alias {
                    weight -= 0.08;
                }
                if self.named.contains(&v.column.table) {
                    weight += 0.6;
                }
                if let Some(main) = main {
                    weight -= 0.1 * self.distance(main, v.column.table) as f32;
                }
                (v, weight)
            })
            .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.column.cmp(&a.0.column)))
            .map(|(v, _)| v)
    }
}

/// The table that a name means, unless a column fits better.
pub fn as_table(name: &NameItem, at: usize, items: &[Marked]) -> Option<usize> {
    let &(table, score) = name.tables.first()?;
    let column = name.columns.first().map_or(0.0, |c| c.1);
    let counted = at > 0 && matches!(items[at - 1].item, Item::Key(Key::Count | Key::Without));
    if score >= 0.75 && score + 0.001 >= column {
        // "the address of each member" is the column, "addresses" the table.
        if !name.plural && !counted && column >= score && column >= 0.95 {
            return None;
        }
        return Some(table);
    }
    (score >= 0.55 && column < 0.6).then_some(table)
}

/// A name that cannot belong to the tables spoken of, but is written like a value that can, is that value:
/// "tickets by phone" where only customers have a phone column.
pub fn reachable(catalogue: &Catalogue, lexicon: &Lexicon, mut items: Vec<Marked>) -> Vec<Marked> {
    let world = World::new(catalogue, lexicon, &items);
    let named: Vec<usize> = (0..items.len())
        .filter_map(|i| match &items[i].item {
            Item::Name(name) if name.values.is_empty() => as_table(name, i, &items),
            _ => None,
        })
        .collect();
    if named.is_empty() {
        return items;
    }
    let near = |t: usize| named.iter().any(|n| world.distance(*n, t) < 20);
    let turned: Vec<usize> = (0..items.len())
        .filter(|i| match &items[*i].item {
            Item::Name(name) => {
                let strange = name.columns.iter().all(|(c, _)| !near(c.table))
                    && name.tables.iter().all(|(t, _)| !near(*t));
                strange && name.values.iter().any(|v| near(v.column.table))
            }
            _ => false,
        })
        .collect();
    for i in turned {
        if let Item::Name(name) = &mut items[i].item {
            items[i].item = Item::Value(std::mem::take(&mut name.values));
        }
    }
    items
}

/// Of tables that a name fits equally, the one whose other words are said too comes first: "payments … received"
/// are payments_received, not payments_made.
pub fn told_apart(items: &mut [Marked], tokens: &[Token], lexicon: &Lexicon) {
    let said: Vec<String> = tokens.iter().map(|t| root(&t.lower)).collect();
    for marked in items {
        let Item::Name(name) = &mut marked.item else { continue };
        let Some(best) = name.tables.first().map(|t| t.1).filter(|_| name.tables.len() > 1) else { continue };
        let hits = |t: usize| lexicon.tables[t].words.iter().filter(|w| said.contains(&root(w))).count();
        let found = (0..name.tables.len())
            .filter(|i| name.tables[*i].1 >= best - 0.03)
            .max_by_key(|i| (hits(name.tables[*i].0), std::cmp::Reverse(*i)));
        if let Some(found) = found.filter(|f| *f > 0) {
            name.tables[found].1 = best;
            name.tables[..=found].rotate_right(1);
        }
    }
}

/// Where the life of a table's rows begins.
pub fn start_column(catalogue: &Catalogue, lexicon: &Lexicon, table: usize) -> Option<ColumnRef> {
    let date = dated(catalogue, lexicon, table).map(|(c, _)| c);
    date.filter(|c| !is_later(&lexicon.columns[table][c.column].words))
}

/// A time at which something was done to what is there: the oldest bus is not the one that was inspected first.
fn is_later(words: &[String]) -> bool {
    const DONE: &[&str] = &[
        "last",
        "inspected",
        "inspection",
        "serviced",
        "maintained",
        "maintenance",
        "checked",
        "renovated",
        "updated",
        "modified",
        "changed",
        "expires",
        "expiry",
        "expiration",
        "next",
        "closed",
        "retired",
        "sold",
        "deleted",
    ];
    words.iter().any(|w| DONE.contains(&w.as_str()))
}

fn dated(catalogue: &Catalogue, lexicon: &Lexicon, table: usize) -> Option<(ColumnRef, bool)> {
    let columns = &catalogue.tables[table].columns;
    let dated: Vec<usize> = (0..columns.len()).filter(|i| columns[*i].kind.is_temporal()).collect();
    let own: Vec<String> = lexicon.tables[table].words.iter().map(|w| root(w)).collect();
    let rank = |i: &usize| {
        let words = &lexicon.columns[table][*i].words;
        let has = |list: &[&str]| words.iter().any(|x| list.contains(&x.as_str()));
        if words.iter().any(|w| own.contains(&root(w))) {
            0
        } else if has(&[
            "created",
            "create",
            "placed",
            "opened",
            "recorded",
            "started",
            "registered",
            "signed",
            "submitted",
        ]) {
            1
        } else if has(&[
            "updated",
            "deleted",
            "birth",
            "closed",
            "resolved",
            "shipped",
            "delivered",
            "returned",
        ]) {
            6
        } else if columns[*i].nullable {
            4
        } else if words.len() == 1 {
            2
        } else {
            3
        }
    };
    let first = dated.iter().copied().min_by_key(|i| (rank(i), *i))?;
    let rivals = dated
        .iter()
        .filter(|i| **i != first && rank(i) <= rank(&first) + 1 && !columns[**i].nullable)
        .count();
    Some((ColumnRef { table, column: first }, rivals > 0))
}
