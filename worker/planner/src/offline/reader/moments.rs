//! Times and years: which date of which table they are of.

use super::{
    ast::Mod,
    rows::{Meaning, Reader, Row, same_root},
};
use crate::offline::dates::{Bound, Span, whole_years};
use crate::offline::times::between_years;
use chrono::NaiveDate;
use rowcall_core::{ColumnRef, TypeKind};
use rowcall_plan::{Filter, Literal, Operand, Operator};

impl Reader<'_, '_> {
    pub(super) fn during(&mut self, row: &mut Row, span: Span, m: &Mod) -> Meaning<Filter> {
        let verb = m.verb.as_ref().map(|v| v.0.as_str());
        // "released between 2000 and 2010", where only the year is kept.
        if let Some((first, last)) = whole_years(span)
            && self.world.date_column(row.table).is_none()
            && let Some(c) = verb
                .and_then(|v| self.year_by_verb(row.table, v))
                .or_else(|| self.year_number(row.table, verb))
        {
            let field = self.world.field(c);
            return Ok(between_years(&field, first, last));
        }
        let c = self.date_of(row, verb)?;
        Ok(Filter::Period { field: self.world.field(c), from: span.from, to: span.to })
    }

    pub(super) fn in_year(&mut self, row: &mut Row, year: i32, bound: Bound, m: &Mod) -> Meaning<Filter> {
        let verb = m.verb.as_ref().map(|v| v.0.as_str());
        let operator = match bound {
            Bound::In => Operator::Equal,
            Bound::Before => Operator::Less,
            Bound::After => Operator::Greater,
            Bound::Since => Operator::AtLeast,
        };
        let tables: Vec<usize> = std::iter::once(row.table).chain(self.neighbours(row.table)).collect();
        if let Some(c) = verb.and_then(|v| {
            let year = self.year_number(row.table, Some(v)).filter(|c| self.verb_fits(*c, v));
            // `founded`: a year by its verb alone.
            let bare = self.verb_column(row.table, v, true).filter(|c| {
                let words = &self.world.lexicon.columns[c.table][c.column].words;
                words.len() == 1 && self.world.column(*c).kind == TypeKind::Integer
            });
            year.or(bare)
                .or_else(|| tables.iter().find_map(|t| self.verb_column(*t, v, false)))
                .or_else(|| self.event_date(row.table, v))
        }) {
            return self.year_on(c, year, operator);
        }
        let number =
            verb.and_then(|v| self.year_by_verb(row.table, v)).or_else(|| self.year_number(row.table, verb));
        let c = match number {
            Some(c) => c,
            None => match self.date_of(row, verb) {
                Ok(c) => c,
                Err(why) => self.near_year(row).ok_or(why)?,
            },
        };
        self.year_on(c, year, operator)
    }

    /// A year of a column that holds years or dates.
    pub(super) fn year_on(&self, c: ColumnRef, year: i32, operator: Operator) -> Meaning<Filter> {
        let field = self.world.field(c);
        let column = self.world.column(c);
        if column.kind.is_temporal() {
            let day = |y: i32| NaiveDate::from_ymd_opt(y, 1, 1);
            let (from, to) = match operator {
                Operator::Equal => (day(year), day(year + 1)),
                Operator::Less => (None, day(year)),
                Operator::AtMost => (None, day(year + 1)),
                Operator::Greater => (day(year + 1), None),
                Operator::AtLeast => (day(year), None),
                Operator::NotEqual => return Err("any year but one".into()),
            };
            return Ok(Filter::Period { field, from, to });
        }
        if column.kind.is_numeric() {
            let operand = Operand::Literal(Literal::Integer(i64::from(year)));
            return Ok(Filter::Compare { field, operator, operand });
        }
        if column.kind == TypeKind::Text && operator == Operator::Equal {
            return Ok(Filter::Compare {
                field,
                operator,
                operand: Operand::Literal(Literal::Text(year.to_string())),
            });
        }
        Err(format!("a year of {}", column.name))
    }

    /// A time compared with a column.
    pub(super) fn period(&self, c: ColumnRef, span: Span, op: Operator) -> Meaning<Filter> {
        let column = self.world.column(c);
        if !column.kind.is_temporal() {
            return Err(format!("a time of {}", column.name));
        }
        let (from, to) = match op {
            Operator::Greater => (span.to, None),
            Operator::AtLeast => (span.from, None),
            Operator::Less => (None, span.from),
            Operator::AtMost => (None, span.to),
            Operator::Equal => (span.from, span.to),
            Operator::NotEqual => return Err("any time but one".into()),
        };
        Ok(Filter::Period { field: self.world.field(c), from, to })
    }
}

impl Reader<'_, '_> {
    /// The column of a table whose name shares the root of a verb.
    pub fn verb_column(&self, table: usize, verb: &str, number: bool) -> Option<ColumnRef> {
        let columns = &self.world.catalogue.tables[table].columns;
        let mut fits = (0..columns.len()).map(|column| ColumnRef { table, column }).filter(|c| {
            let kind = self.world.column(*c).kind;
            (if number { kind.is_numeric() } else { kind.is_temporal() })
                && !self.world.is_reference(*c)
                && self.verb_fits(*c, verb)
        });
        fits.next()
    }

    /// The date of a table one step away that a verb speaks of: "cars sold in May".
    pub fn event_date(&self, table: usize, verb: &str) -> Option<ColumnRef> {
        let named = |t: &usize| self.world.lexicon.tables[*t].words.iter().any(|w| same_root(w, verb));
        self.neighbours(table).into_iter().filter(named).find_map(|t| self.world.date_column(t).map(|d| d.0))
    }

    /// The date that a time without a column is of.
    pub fn date_of(&mut self, row: &mut Row, verb: Option<&str>) -> Meaning<ColumnRef> {
        if let Some(c) = row.head.filter(|h| self.world.column(*h).kind.is_temporal()) {
            return Ok(c);
        }
        if let Some(verb) = verb
            && let Some(c) = self.verb_column(row.table, verb, false)
        {
            return Ok(c);
        }
        if let Some(verb) = verb
            && let Some(c) =
                self.neighbours(row.table).into_iter().find_map(|t| self.verb_column(t, verb, false))
        {
            return Ok(c);
        }
        if let Some(c) = verb.and_then(|v| self.event_date(row.table, v)) {
            return Ok(c);
        }
        if let Some((c, several)) = self.world.date_column(row.table) {
            if several {
                self.notes.push(format!("The time is that of {}.", self.world.column(c).name));
                self.loss += 0.08;
            }
            return Ok(c);
        }
        // The rows themselves have no date: those they belong to, or that belong to them.
        if let Some((c, _)) = self.world.date_of_whole(row.table) {
            return Ok(c);
        }
        let near = self.neighbours(row.table);
        let mut dated: Vec<ColumnRef> =
            near.iter().filter_map(|t| self.world.date_column(*t).map(|(c, _)| c)).collect();
        dated.sort();
        dated.dedup();
        let losses: Vec<f32> =
            dated.iter().map(|c| if self.world.named.contains(&c.table) { 0.1 } else { 0.3 }).collect();
        if dated.is_empty() {
            return Err("a time, where no date is kept".into());
        }
        Ok(dated[self.choices.choose(&losses)])
    }

    /// The tables one step away.
    pub fn neighbours(&self, table: usize) -> Vec<usize> {
        let graph = &self.world.lexicon.prepared.graph;
        let mut near: Vec<usize> = graph.steps[table].iter().map(|s| graph.end(*s)).collect();
        near.sort_unstable();
        near.dedup();
        near
    }

    /// A column of years whose name shares a verb's root, here or one step away.
    pub fn year_by_verb(&self, table: usize, verb: &str) -> Option<ColumnRef> {
        std::iter::once(table)
            .chain(self.neighbours(table))
            .find_map(|t| self.year_number(t, Some(verb)).filter(|c| self.verb_fits(*c, verb)))
    }

    /// A column of years, kept as numbers.
    pub fn year_number(&self, table: usize, verb: Option<&str>) -> Option<ColumnRef> {
        let columns = &self.world.catalogue.tables[table].columns;
        let fits: Vec<ColumnRef> = (0..columns.len())
            .map(|column| ColumnRef { table, column })
            .filter(|c| {
                let words = &self.world.lexicon.columns[table][c.column].words;
                words.iter().any(|w| w == "year") && self.world.column(*c).kind == TypeKind::Integer
            })
            .collect();
        if let Some(verb) = verb
            && let Some(c) = fits.iter().find(|c| self.verb_fits(**c, verb))
        {
            return Some(*c);
        }
        let fits: Vec<ColumnRef> = fits.into_iter().filter(|c| !self.world.is_beside_the_point(*c)).collect();
        match fits.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    /// The year of rows that belong together with these.
    pub fn near_year(&mut self, row: &Row) -> Option<ColumnRef> {
        let near = self.neighbours(row.table);
        let mut found: Vec<ColumnRef> = near.iter().filter_map(|t| self.year_number(*t, None)).collect();
        found.sort();
        found.dedup();
        match found.as_slice() {
            [one] => {
                self.loss += 0.15;
                Some(*one)
            }
            _ => None,
        }
    }
}
