//! What a plan means, worked out row by row over small tables: slow, obvious, and knowing nothing of SQL.
//!
//! The tables are a chain: sales are of items, items are of makers. A row leads up to one row of each table above it,
//! or to none; below it there are many.

#[path = "values.rs"]
mod values;

use chrono::{Datelike, NaiveDate};
use rowcall_plan::*;
use std::{cmp::Ordering, collections::BTreeMap};
pub use values::Cell;
use values::{aggregated, and, before, cell, compared, directed, minus, not, once, over, stepped, times};

/// Names of the tables, the one above first.
pub const TABLES: [&str; 3] = ["maker", "item", "sale"];
/// Columns of each; the second of those below the first is the reference to the table above.
pub const COLUMNS: [&[&str]; 3] = [
    &["id", "city", "stars"],
    &["id", "maker_id", "price", "kind", "made_on"],
    &["id", "item_id", "pieces", "sold_on"],
];

/// The columns that every plan of these tests adds: of its own row, of one above it, divided by what may be nought, and a
/// year.
pub fn computed() -> Vec<ComputedColumn> {
    use Arithmetic::{DividedBy, Minus, Plus, Times};
    let field =
        |table: usize, column: &str| Expression::Field(Field::new(TableName::bare(TABLES[table]), column));
    let number = |digits: &str| Expression::Number(digits.to_owned());
    let month = Expression::Month(Field::new(TableName::bare(TABLES[1]), "made_on"));
    let year = Expression::Year(Field::new(TableName::bare(TABLES[2]), "sold_on"));
    let of = |table: usize, name: &str, left, operator, right| ComputedColumn {
        table: TableName::bare(TABLES[table]),
        name: name.to_owned(),
        expression: Expression::operation(left, operator, right),
    };
    let double = Expression::operation(field(1, "price"), Times, number("2"));
    vec![
        of(0, "rarity", number("6"), DividedBy, field(0, "stars")),
        of(1, "worth", double, Plus, field(0, "stars")),
        of(2, "due", field(2, "pieces"), Times, field(1, "price")),
        of(2, "age", year, Minus, number("2000")),
        of(1, "season", month, Plus, number("0")),
        ComputedColumn {
            table: TableName::bare(TABLES[2]),
            name: "weekday".to_owned(),
            expression: Expression::Weekday(Field::new(TableName::bare(TABLES[2]), "sold_on")),
        },
        ComputedColumn {
            table: TableName::bare(TABLES[0]),
            name: "letters".to_owned(),
            expression: Expression::Length(Field::new(TableName::bare(TABLES[0]), "city")),
        },
    ]
}

/// The rows of one result.
pub type Rows = Vec<Vec<Cell>>;

/// The rows of the three tables.
#[derive(Clone, Debug, Default)]
pub struct World {
    pub tables: [Rows; 3],
}

fn place(name: &TableName) -> usize {
    TABLES.iter().position(|t| *t == name.name).unwrap()
}

fn column(field: &Field) -> (usize, usize) {
    let table = place(&field.table);
    (table, COLUMNS[table].iter().position(|c| *c == field.column).unwrap())
}

/// One of a table's rows.
#[derive(Clone, Copy, PartialEq)]
struct At {
    table: usize,
    row: usize,
}

impl World {
    /// The row of a table at or above this one that it leads to.
    fn up(&self, at: At, table: usize) -> Option<At> {
        if at.table == table {
            return Some(at);
        }
        let reference = &self.tables[at.table][at.row][1];
        let above = at.table - 1;
        let row = self.tables[above].iter().position(|r| r[0] == *reference)?;
        self.up(At { table: above, row }, table)
    }

    fn rows(&self, table: usize) -> impl Iterator<Item = At> {
        (0..self.tables[table].len()).map(move |row| At { table, row })
    }

    /// The rows of another table that belong to a row.
    fn related(&self, at: At, table: usize) -> Vec<At> {
        if table < at.table {
            return self.up(at, table).into_iter().collect();
        }
        self.rows(table).filter(|other| self.up(*other, at.table) == Some(at)).collect()
    }

    fn value(&self, at: At, field: &Field) -> Cell {
        if let Some(computed) = computed().iter().find(|c| c.table == field.table && c.name == field.column) {
            let own = self.up(at, place(&field.table));
            return own.map_or(Cell::Null, |own| self.calculated(own, &computed.expression));
        }
        let (table, column) = column(field);
        self.up(at, table).map_or(Cell::Null, |at| self.tables[table][at.row][column].clone())
    }

    /// What is computed from a row, and from those above it.
    fn calculated(&self, at: At, expression: &Expression) -> Cell {
        match expression {
            Expression::Field(field) => self.value(at, field),
            Expression::Number(digits) => Cell::Number(digits.parse().unwrap()),
            Expression::Year(field) => match self.value(at, field) {
                Cell::Text(day) => Cell::Number(day[..4].parse().unwrap()),
                _ => Cell::Null,
            },
            Expression::Month(field) => match self.value(at, field) {
                Cell::Text(day) => Cell::Number(day[5..7].parse().unwrap()),
                _ => Cell::Null,
            },
            Expression::Weekday(field) => match self.value(at, field) {
                Cell::Text(day) => {
                    let day: NaiveDate = day.parse().unwrap();
                    Cell::Number(day.weekday().number_from_monday().into())
                }
                _ => Cell::Null,
            },
            Expression::Hour(_) => panic!("not made by these tests"),
            Expression::Length(field) => match self.value(at, field) {
                Cell::Text(text) => Cell::Number(u32::try_from(text.chars().count()).unwrap().into()),
                _ => Cell::Null,
            },
            Expression::Operation { left, operator, right } => {
                match (self.calculated(at, left), operator, self.calculated(at, right)) {
                    (Cell::Number(a), Arithmetic::Plus, Cell::Number(b)) => Cell::Number(a + b),
                    (Cell::Number(a), Arithmetic::Minus, Cell::Number(b)) => Cell::Number(a - b),
                    (Cell::Number(a), Arithmetic::Times, Cell::Number(b)) => Cell::Number(a * b),
                    (Cell::Number(a), Arithmetic::DividedBy, Cell::Number(b)) if b != 0.0 => {
                        Cell::Number(a / b)
                    }
                    _ => Cell::Null,
                }
            }
            Expression::Elapsed { .. } => panic!("not made by these tests"),
        }
    }

    /// Whether all conditions hold of a row. Those on a table below it are about one and the same of its rows.
    fn holds(&self, at: At, filters: &[Filter]) -> Option<bool> {
        let mut below: BTreeMap<usize, Vec<Filter>> = BTreeMap::new();
        let mut all = Some(true);
        for filter in filters {
            match far(filter, at.table) {
                Some(table) => below.entry(table).or_default().push(filter.clone()),
                None => all = and(all, self.test(at, filter)),
            }
        }
        for (table, filters) in below {
            let found = self.related(at, table).into_iter().any(|r| self.holds(r, &filters) == Some(true));
            all = and(all, Some(found));
        }
        all
    }

    fn test(&self, at: At, filter: &Filter) -> Option<bool> {
        if far(filter, at.table).is_some() {
            return self.holds(at, std::slice::from_ref(filter));
        }
        match filter {
            Filter::All(parts) => self.holds(at, parts),
            Filter::Any(parts) => {
                let mut none = Some(true);
                for part in parts {
                    none = and(none, not(self.test(at, part)));
                }
                not(none)
            }
            Filter::Not(part) => not(self.test(at, part)),
            Filter::Compare { field, operator, operand } => {
                let right = match operand {
                    Operand::Literal(literal) => cell(literal),
                    Operand::Field(other) => self.value(at, other),
                    Operand::Aggregate { aggregate, field, filters } => {
                        let rows = self.rows(place(&field.table));
                        let rows = rows.filter(|r| self.holds(*r, filters) == Some(true));
                        aggregated(*aggregate, rows.map(|r| self.value(r, field)).collect())
                    }
                };
                compared(*operator, &self.value(at, field), &right)
            }
            Filter::In { field, values, negated } => {
                let value = self.value(at, field);
                let found = (value != Cell::Null).then(|| values.iter().any(|v| cell(v) == value));
                if *negated { not(found) } else { found }
            }
            Filter::Period { field, from, to } => {
                let Cell::Text(day) = self.value(at, field) else { return None };
                let after = from.is_none_or(|from| day >= from.to_string());
                Some(after && to.is_none_or(|to| day < to.to_string()))
            }
            Filter::Text { field, how, value, negated } => {
                let Cell::Text(text) = self.value(at, field) else { return None };
                let (text, value) = (text.to_lowercase(), value.to_lowercase());
                let found = match how {
                    TextMatch::Equals => text == value,
                    TextMatch::Contains => text.contains(&value),
                    TextMatch::StartsWith => text.starts_with(&value),
                    TextMatch::EndsWith => text.ends_with(&value),
                };
                Some(found != *negated)
            }
            Filter::Null { field, negated } => Some((self.value(at, field) == Cell::Null) != *negated),
            Filter::Related { table, filters, count, negated, .. } => {
                let rows = self.related(at, place(table));
                let n = rows.into_iter().filter(|r| self.holds(*r, filters) == Some(true)).count();
                let found = match count {
                    None => n > 0,
                    Some((operator, wanted)) => {
                        compared(*operator, &Cell::Number(n as f64), &Cell::Number(*wanted as f64)).unwrap()
                    }
                };
                Some(found != *negated)
            }
            Filter::Among { field, plan, negated } => {
                let value = self.value(at, field);
                let values: Vec<Cell> = self.rows_of(plan).into_iter().map(|mut r| r.remove(0)).collect();
                let found = if values.is_empty() {
                    Some(false)
                } else if value == Cell::Null {
                    None
                } else if values.contains(&value) {
                    Some(true)
                } else {
                    (!values.contains(&Cell::Null)).then_some(false)
                };
                if *negated { not(found) } else { found }
            }
        }
    }

    /// The rows of a plan: of a list in their order, of a summary in any.
    pub fn rows_of(&self, plan: &QueryPlan) -> Rows {
        let summary = !plan.measures.is_empty() || !plan.dimensions.is_empty();
        let mut rows = if summary { self.summary(plan) } else { self.list(plan) };
        // One after the other, from the left.
        let mut next = plan.combine.as_ref();
        while let Some(combine) = next {
            let other = self.rows_of(&QueryPlan { combine: None, ..(*combine.plan).clone() });
            match combine.operator {
                SetOperator::Intersect => rows.retain(|r| other.contains(r)),
                SetOperator::Except => rows.retain(|r| !other.contains(r)),
                SetOperator::Union => rows.extend(other),
            }
            once(&mut rows);
            next = combine.plan.combine.as_ref();
        }
        rows.drain(..plan.offset.map_or(0, |n| n as usize).min(rows.len()));
        rows.truncate(plan.limit.map_or(usize::MAX, |n| n as usize));
        plan.fold.as_ref().map_or(rows.clone(), |fold| folded(plan, fold, &rows))
    }

    fn list(&self, plan: &QueryPlan) -> Rows {
        let rows = self.rows(place(&plan.source)).filter(|r| self.holds(*r, &plan.filters) == Some(true));
        let mut rows: Vec<At> = rows.collect();
        let id = |at: &At| self.tables[at.table][at.row][0].clone();
        rows.sort_by(|a, b| {
            let by = plan.order.iter().map(|order| {
                let OrderKey::Field(field) = &order.by else { panic!("a list is ordered by columns") };
                directed(&self.value(*a, field), &self.value(*b, field), order.descending)
            });
            by.fold(Ordering::Equal, Ordering::then).then(id(a).order(&id(b)))
        });
        let mut rows: Rows =
            rows.into_iter().map(|at| plan.columns.iter().map(|c| self.value(at, c)).collect()).collect();
        if plan.distinct {
            once(&mut rows);
        }
        rows
    }

    fn summary(&self, plan: &QueryPlan) -> Rows {
        let deepest = plan.dimensions.iter().map(|d| place(&d.field.table)).max().unwrap_or(0);
        let mut keys: Rows = if plan.dimensions.is_empty() { vec![Vec::new()] } else { Vec::new() };
        let mut found: Vec<Vec<(Vec<Cell>, Cell)>> = Vec::new();
        for measure in &plan.measures {
            let home = home(measure, place(&plan.source));
            let base = home.max(deepest);
            let mut groups: Vec<(Vec<Cell>, Vec<At>)> = Vec::new();
            if plan.dimensions.is_empty() {
                groups.push((Vec::new(), Vec::new()));
            }
            for at in self.rows(base).filter(|r| self.holds(*r, &plan.filters) == Some(true)) {
                // Two makers of one city are two groups, where the city stands for its row; what has no row is in none.
                let keyed = plan.dimensions.iter().filter(|d| d.by_key);
                let rows: Option<Vec<At>> = keyed.map(|d| self.up(at, place(&d.field.table))).collect();
                let Some(rows) = rows else { continue };
                let rows = rows.into_iter().map(|row| Cell::Number(row.row as f64));
                let key: Vec<Cell> = plan
                    .dimensions
                    .iter()
                    .map(|d| stepped(self.value(at, &d.field), d.grain))
                    .chain(rows)
                    .collect();
                match groups.iter_mut().find(|(k, _)| *k == key) {
                    Some((_, rows)) => rows.push(at),
                    None => groups.push((key, vec![at])),
                }
            }
            let of_groups = groups.into_iter().map(|(key, rows)| {
                let value = self.computed(measure, &rows, home);
                (key, value)
            });
            let of_groups: Vec<(Vec<Cell>, Cell)> = of_groups.collect();
            for (key, _) in &of_groups {
                if !keys.contains(key) {
                    keys.push(key.clone());
                }
            }
            found.push(of_groups);
        }
        keys.sort_by(|a, b| a.iter().zip(b).map(|(a, b)| a.order(b)).fold(Ordering::Equal, Ordering::then));
        let raw = |keys: &Rows, i: usize| -> Vec<Cell> {
            let of = |key: &Vec<Cell>| {
                found[i].iter().find(|(k, _)| k == key).map_or(Cell::Null, |(_, v)| v.clone())
            };
            keys.iter().map(of).collect()
        };
        let (late, early): (Vec<&Having>, Vec<&Having>) =
            plan.having.iter().partition(|h| plan.measures[h.measure].is_windowed());
        for h in early {
            let values = raw(&keys, h.measure);
            let mut values = values.iter();
            keys.retain(|_| compared(h.operator, values.next().unwrap(), &cell(&h.value)) == Some(true));
        }
        let mut rows: Rows = keys.clone();
        for (i, measure) in plan.measures.iter().enumerate() {
            let values = raw(&keys, i);
            for (r, key) in keys.iter().enumerate() {
                let value = along(measure, &keys, &values, key, &values[r]);
                rows[r].push(value.clone());
                let earlier = plan.comparison.map(|_| before(&key[0], plan.dimensions[0].grain));
                let same = |k: &Vec<Cell>| k.first() == earlier.as_ref() && k.get(1..) == key.get(1..);
                let before = keys.iter().position(|k| k.first() != Some(&Cell::Null) && same(k));
                let before = before.map_or(Cell::Null, |b| values[b].clone());
                match plan.comparison {
                    None => {}
                    Some(Comparison::Previous) => rows[r].push(minus(&value, &before)),
                    Some(_) => {
                        let difference = minus(&value, &before);
                        rows[r].push(over(&times(&difference, 100.0), &before));
                    }
                }
            }
        }
        let first = plan.dimensions.len();
        for row in &mut rows {
            row.drain(first..first + plan.dimensions.iter().filter(|d| d.by_key).count());
        }
        let kept = |row: &Vec<Cell>| {
            late.iter().all(|h| compared(h.operator, &row[first + h.measure], &cell(&h.value)) == Some(true))
        };
        rows.retain(kept);
        rows
    }

    /// A measure over the rows of one group, each row of the measure's table once.
    fn computed(&self, measure: &Measure, rows: &[At], home: usize) -> Cell {
        let plain = |m: &Measure| {
            let mut seen: Vec<usize> = Vec::new();
            let mut values = Vec::new();
            for at in rows.iter().filter(|at| self.holds(**at, &m.filters) == Some(true)) {
                let Some(own) = self.up(*at, home) else { continue };
                if seen.contains(&own.row) {
                    continue;
                }
                seen.push(own.row);
                values.push(match &m.expression {
                    None => Cell::Number(1.0),
                    Some(expression) => self.calculated(own, expression),
                });
            }
            aggregated(m.aggregate, values)
        };
        let value = plain(measure);
        let value = measure.minus.as_ref().map_or(value.clone(), |other| minus(&value, &plain(other)));
        let value = if measure.percent { times(&value, 100.0) } else { value };
        measure.over.as_ref().map_or(value.clone(), |other| over(&value, &plain(other)))
    }
}

/// The numbers of a result.
fn folded(plan: &QueryPlan, fold: &Fold, rows: &Rows) -> Rows {
    let first = if plan.measures.is_empty() { 0 } else { plan.dimensions.len() };
    let key = |row: &Vec<Cell>| -> Vec<Cell> { fold.by.iter().map(|at| row[*at].clone()).collect() };
    let mut keys: Rows = if fold.by.is_empty() { vec![Vec::new()] } else { Vec::new() };
    for row in rows {
        if !keys.contains(&key(row)) {
            keys.push(key(row));
        }
    }
    let number = |m: &FoldMeasure, of: &[Cell]| {
        let value = |row: &Vec<Cell>| m.of.map_or(Cell::Number(1.0), |at| row[first + at].clone());
        aggregated(m.aggregate, rows.iter().filter(|row| key(row) == of).map(value).collect())
    };
    keys.into_iter()
        .map(|of| of.iter().cloned().chain(fold.measures.iter().map(|m| number(m, &of))).collect())
        .filter(|row: &Vec<Cell>| {
            let holds = |h: &Having| {
                compared(h.operator, &row[fold.by.len() + h.measure], &cell(&h.value)) == Some(true)
            };
            fold.having.iter().all(holds)
        })
        .collect()
}

/// The table whose rows a measure adds up.
fn home(measure: &Measure, source: usize) -> usize {
    let Some(expression) = &measure.expression else { return source };
    let own = expression.fields().iter().map(|f| place(&f.table)).max().unwrap();
    // Different values and extremes are those of the rows asked about.
    let repeats =
        matches!(measure.aggregate, Aggregate::CountDistinct | Aggregate::Minimum | Aggregate::Maximum);
    if repeats && own <= source { source } else { own }
}

fn along(measure: &Measure, keys: &Rows, values: &[Cell], key: &[Cell], value: &Cell) -> Cell {
    if measure.share {
        let total = aggregated(Aggregate::Sum, values.to_vec());
        return over(&times(value, 100.0), &total);
    }
    if measure.rank {
        let apart = key.len().saturating_sub(1);
        let before = |(k, v): &(&Vec<Cell>, &Cell)| {
            k[..apart] == key[..apart] && directed(v, value, !measure.smallest_first).is_lt()
        };
        return Cell::Number(1.0 + keys.iter().zip(values).filter(before).count() as f64);
    }
    if measure.running && !key.is_empty() {
        let until =
            keys.iter().zip(values).filter(|(k, _)| k[1..] == key[1..] && k[0].order(&key[0]).is_le());
        return aggregated(Aggregate::Sum, until.map(|(_, v)| v.clone()).collect());
    }
    value.clone()
}

/// The table below that a condition is about.
fn far(filter: &Filter, base: usize) -> Option<usize> {
    match filter {
        Filter::Compare { field, .. }
        | Filter::In { field, .. }
        | Filter::Period { field, .. }
        | Filter::Text { field, .. }
        | Filter::Among { field, .. }
        | Filter::Null { field, .. } => Some(place(&field.table)).filter(|t| *t > base),
        Filter::Any(parts) | Filter::All(parts) => {
            let first = parts.first().and_then(|p| far(p, base))?;
            parts.iter().all(|p| far(p, base) == Some(first)).then_some(first)
        }
        Filter::Not(_) | Filter::Related { .. } => None,
    }
}
