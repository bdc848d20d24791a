//! Comparisons, parts of texts and numbers of things as conditions.

use super::relate::FAR;
use super::{
    ast::{Head, Kind, Mod, Np, Tie},
    rows::{Meaning, Noun, Reader, Row, Size, Thing, Want, aggregate_of},
};
use crate::offline::{annotate::Trait, dates::Bound};
use rowcall_core::{ColumnRef, TypeKind};
use rowcall_plan::{Filter, Literal, Measure, Operand, Operator, TextMatch};

impl Reader<'_, '_> {
    /// The column on the left of a comparison.
    pub(super) fn left(
        &mut self,
        row: &mut Row,
        left: Option<&Np>,
        right: Option<&Np>,
    ) -> Meaning<ColumnRef> {
        let number = right.is_some_and(|r| matches!(r.head, Head::Numbers(_)));
        let Some(left) = left else {
            let own = row
                .last
                .or(row.head)
                .filter(|c| !number || self.world.column(*c).kind.is_numeric() || right.is_none())
                // "the numbers of accounts that hold over 5000": nobody compares a key by its size.
                .filter(|c| !number || !self.world.is_key(*c));
            let compared = right.is_some_and(|r| matches!(r.head, Head::Numbers(_)));
            // "members under 30"
            let age = || {
                let unit = right.is_some_and(|r| r.unit.as_deref().is_some_and(|u| u != "year"));
                self.world.age_column(row.table).filter(|_| compared && !unit)
            };
            return own
                .or_else(age)
                .or_else(|| compared.then(|| self.money(row.table, right)).flatten())
                .ok_or_else(|| "what is compared".to_owned());
        };
        let c = match &left.head {
            Head::Name(name) if left.owner.is_none() && left.mods.is_empty() => {
                match self.settle(name, Some(row.table), Want { number, rows: false })? {
                    Noun::Column(c) => c,
                    // "payments over 200"
                    Noun::Table(t) if number => {
                        self.money(t, right).ok_or_else(|| "what is compared".to_owned())?
                    }
                    Noun::Table(t) => {
                        *self.world.labels(t).first().ok_or_else(|| "what is compared".to_owned())?
                    }
                }
            }
            Head::Pronoun => row.last.or(row.head).ok_or_else(|| "what is compared".to_owned())?,
            _ => match self.thing(left, Some(row.table))? {
                Thing::Column(c, of) => {
                    if of.table != row.table && !of.is_bare() {
                        self.relate(row, of, false, None, Tie::Of)?;
                    }
                    c
                }
                _ => return Err("what is compared".into()),
            },
        };
        if self.world.distance(row.table, c.table) >= FAR {
            return Err(format!("how {} belongs to it", self.world.column(c).name));
        }
        row.last = Some(c);
        Ok(c)
    }

    pub(super) fn compare(
        &mut self,
        row: &mut Row,
        left: Option<&Np>,
        op: Operator,
        of: Option<Trait>,
        right: &Np,
        m: &Mod,
    ) -> Meaning<Option<Filter>> {
        // "number of orders above 5", "average price over 10"
        if let Some(left) = left.filter(|l| !l.funcs.is_empty()) {
            let Head::Numbers(numbers) = &right.head else {
                return Err("what the number is compared with".into());
            };
            let size = self.size(left, Some(row.table))?;
            let n = match &numbers[0] {
                Literal::Integer(n) => u64::try_from(*n).ok(),
                _ => None,
            };
            if size.measure == Measure::count()
                && size.home != row.table
                && let Some(n) = n
            {
                let table = self.name(size.home);
                return Ok(Some(Filter::Related {
                    table,
                    filters: size.filters,
                    count: Some((op, n)),
                    negated: false,
                    via: None,
                }));
            }
            row.having.push((size, op, numbers[0].to_string()));
            return Ok(None);
        }
        let mut operator = op;
        let c = match (of, left) {
            (Some(wanted), left) if left.is_none_or(|np| self.names_rows(np, row.table)) => {
                match self.world.of_trait(row.table, wanted) {
                    Some((_, true)) => return Err("an age, where only a date of birth is kept".into()),
                    Some((c, false)) => {
                        row.last = Some(c);
                        c
                    }
                    None if wanted == Trait::Length => self.left(row, None, Some(right))?,
                    None => return Err("which number is compared".into()),
                }
            }
            _ => self.left(row, left, Some(right)).or_else(|e| match (&m.verb, left) {
                // "opened after 3": the verb says which.
                (Some((root, _)), None) => self.verb_column(row.table, root, true).ok_or(e),
                _ => Err(e),
            })?,
        };
        let c = right.unit.as_ref().and_then(|unit| self.in_unit(c, unit)).unwrap_or(c);
        let field = self.world.field(c);
        let column = self.world.column(c);
        match &right.head {
            Head::Numbers(_) | Head::Values(_) | Head::Quoted(_) => {
                if matches!(op, Operator::Less | Operator::AtMost | Operator::Greater | Operator::AtLeast)
                    && !column.kind.is_numeric()
                {
                    return Err(format!("a comparison of {} by size", column.name));
                }
                Ok(Some(self.equal(row, c, right, op)?))
            }
            Head::Time(span) => Ok(Some(self.period(c, *span, op)?)),
            Head::Year(year, bound) => {
                if *bound == Bound::Before {
                    operator = Operator::Less;
                } else if *bound == Bound::After {
                    operator = Operator::Greater;
                }
                Ok(Some(self.year_on(c, *year, operator)?))
            }
            Head::None | Head::Name(_) => {
                let Some(aggregate) = aggregate_of(&right.funcs) else {
                    let Thing::Column(other, _) = self.thing(right, Some(c.table))? else {
                        return Err("what it is compared with".into());
                    };
                    let family = |k: TypeKind| (k.is_numeric(), k.is_temporal(), k.is_textual());
                    if other == c || family(self.world.column(other).kind) != family(column.kind) {
                        return Err("what it is compared with".into());
                    }
                    let operand = Operand::Field(self.world.field(other));
                    return Ok(Some(Filter::Compare { field, operator, operand }));
                };
                let (of, filters) = match &right.head {
                    Head::None => {
                        // "the average of all products"
                        let mut all = Row::of(c.table);
                        for m in &right.mods {
                            if let Kind::Link(_, np) = &m.kind
                                && let Thing::Rows(to) = self.thing(np, Some(c.table))?
                                && to.table == c.table
                            {
                                all.filters.extend(to.filters);
                            } else {
                                return Err("the average of what".into());
                            }
                        }
                        (c, all.filters)
                    }
                    _ => match self
                        .thing(&Np { funcs: right.funcs.clone(), ..right.clone() }, Some(c.table))?
                    {
                        Thing::Column(other, of) => (other, of.filters),
                        Thing::Rows(of) if of.table == c.table => (c, of.filters),
                        _ => return Err("the average of what".into()),
                    },
                };
                if !self.world.column(of).kind.is_numeric() || !column.kind.is_numeric() {
                    return Err("the average of what".into());
                }
                let operand = Operand::Aggregate { aggregate, field: self.world.field(of), filters };
                Ok(Some(Filter::Compare { field, operator, operand }))
            }
            _ => Err("what it is compared with".into()),
        }
    }

    /// "orders over 500 euros": the one amount or price of the rows.
    pub(super) fn money(&mut self, table: usize, right: Option<&Np>) -> Option<ColumnRef> {
        let unit = right.and_then(|r| r.unit.as_deref());
        let currency = matches!(unit, Some("dollar" | "usd" | "euro" | "eur" | "pound"));
        if unit.is_some() && !currency {
            return None;
        }
        self.loss += if currency { 0.05 } else { 0.25 };
        crate::offline::amounts::amount_column(table, self.world.lexicon, self.world.catalogue)
            .or_else(|| self.world.of_trait(table, Trait::Price).map(|c| c.0))
    }

    /// The column like this one that is kept in the unit.
    /// "have cooks younger than 25": the cooks, whatever else is called after cooking.
    fn names_rows(&self, np: &Np, table: usize) -> bool {
        matches!(&np.head, Head::Name(name) if name.tables.first().is_some_and(|(t, s)| *t == table && *s >= 0.9))
    }

    pub(super) fn in_unit(&self, c: ColumnRef, unit: &str) -> Option<ColumnRef> {
        let names = &self.world.lexicon.columns[c.table];
        let first = names[c.column].words.first()?;
        // "younger than 25": no unit that the rows are called by is one.
        if self.world.lexicon.tables[c.table].words.iter().any(|w| w == unit) {
            return None;
        }
        (0..names.len())
            .find(|i| names[*i].words.first() == Some(first) && names[*i].words.iter().any(|w| w == unit))
            .map(|column| ColumnRef { table: c.table, column })
    }

    pub(super) fn text(
        &mut self,
        row: &mut Row,
        left: Option<&Np>,
        how: TextMatch,
        texts: &[String],
    ) -> Meaning<Filter> {
        let columns = match left {
            Some(_) => vec![self.left(row, left, None)?],
            None => match row.head {
                Some(c) => vec![c],
                None => self.world.labels(row.table),
            },
        };
        let c = *columns.first().ok_or_else(|| "which text is meant".to_owned())?;
        let kind = self.world.column(c).kind;
        if !kind.is_textual() && kind != TypeKind::Integer {
            return Err(format!("a part of {}", self.world.column(c).name));
        }
        let part = |value: &String| Filter::Text {
            field: self.world.field(c),
            how,
            value: value.clone(),
            negated: false,
        };
        Ok(match texts {
            [one] => part(one),
            several => Filter::Any(several.iter().map(part).collect()),
        })
    }

    /// "more than 3 orders".
    pub(super) fn counted(&mut self, row: &mut Row, of: &Np, op: Operator, n: u64, m: &Mod) -> Meaning<()> {
        if of.distinct {
            return Err("a number of different things as a condition".into());
        }
        match self.thing(of, Some(row.table))? {
            Thing::Rows(to) if to.table == row.table => {
                if row.head.is_none_or(|h| self.is_label(h)) {
                    return Err("a number of itself".into());
                }
                row.having.push((Size::count(to.table, to.filters), op, n.to_string()));
            }
            Thing::Rows(to) => {
                if row.head.is_some_and(|h| !self.is_label(h)) && self.world.reaches(to.table, row.table) {
                    row.having.push((Size::count(to.table, to.filters), op, n.to_string()));
                    return Ok(());
                }
                if self.world.reaches(row.table, to.table) {
                    return Err("a number of what there is one of".into());
                }
                if self.world.distance(row.table, to.table) >= FAR {
                    return Err("how these belong together".into());
                }
                let via = self.via(row.table, to.table, m.verb.as_ref().map(|v| v.0.as_str()));
                let filter = Filter::Related {
                    table: self.name(to.table),
                    filters: to.filters,
                    count: Some((op, n)),
                    negated: false,
                    via,
                };
                row.filters.push(filter);
            }
            Thing::Column(c, to) => {
                let kind = self.world.column(c).kind;
                let amount = kind.is_numeric() && !self.world.is_reference(c) && !self.is_label(c);
                if amount && (self.world.reaches(row.table, c.table)) {
                    let n = i64::try_from(n).map_err(|_| "so large a number".to_owned())?;
                    row.filters.extend(to.filters);
                    row.filters.push(Filter::Compare {
                        field: self.world.field(c),
                        operator: op,
                        operand: Operand::Literal(Literal::Integer(n)),
                    });
                    row.last = Some(c);
                } else {
                    return Err("what is counted".into());
                }
            }
            _ => return Err("what is counted".into()),
        }
        Ok(())
    }
}
