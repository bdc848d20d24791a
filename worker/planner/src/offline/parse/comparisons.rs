//! Comparisons: more than, between, above the average, and numbers of related rows.

use super::{Parser, Relation, Trouble, plain};
use crate::offline::{
    amounts::amount_column,
    annotate::{Item, Key, Trait},
    resolve::Settled,
};
use rowcall_core::ColumnRef;
use rowcall_plan::{Filter, Literal, Operand, Operator};

impl Parser<'_, '_> {
    /// `column more than …`
    pub(super) fn compared(&mut self, c: ColumnRef, operator: Operator, from: usize) -> Result<(), Trouble> {
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
            // "grossed more than their budget"
            Some(Item::Name(_))
                if self.settle_column(n).is_some_and(|(other, s)| {
                    s >= 0.75
                        && other != c
                        && self.world.reaches(c.table, other.table)
                        && self.world.column(c).kind.is_numeric()
                        && self.world.column(other).kind.is_numeric()
                        && !self.is_key(other)
                        && !self.world.is_reference(other)
                }) =>
            {
                if let Some((other, score)) = self.settle_column(n) {
                    self.sketch.certainty *= score.min(1.0);
                    let operand = Operand::Field(self.world.field(other));
                    self.keep(c, Filter::Compare { field: self.world.field(c), operator, operand });
                    self.at = n + 1;
                }
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
    pub(super) fn skip_unit(&mut self) {
        if let Some(Item::Name(n)) = self.item(self.at)
            && crate::offline::words::is_unit(&n.text.to_lowercase())
        {
            self.at += 1;
        }
    }

    /// "more than 3 orders", "at least 100000 salary", "older than 56", "above average".
    pub(super) fn compare_first(&mut self, operator: Operator, of: Option<Trait>) -> Result<(), Trouble> {
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
                .or_else(|| self.compared_before().filter(|_| wanted == Trait::Length).map(|c| (c, false)))
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
            && let Some(c) = self
                .near
                .or(self.world.main_table())
                .and_then(|t| self.amount_of(t).or(self.world.of_trait(t, Trait::Price).map(|p| p.0)))
        {
            self.sketch.notes.push(format!("The amount is taken as {}.", plain(&self.world.column(c).name)));
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
        // "orders over 1000 from customers in France": the customers are not counted.
        let apart = (n + 1..m).any(|i| {
            matches!(self.item(i), Some(Item::Filler(w)) if matches!(w.as_str(), "from" | "of" | "in" | "by" | "for" | "at"))
        });
        let settled = match self.counted_table(m).filter(|_| !apart) {
            Some(t) => Some(Settled::Table(t)),
            None if apart => None,
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
                let before = self.at.checked_sub(1).and_then(|b| self.settle_column(b)).map(|(c, _)| c);
                if let Some(c) = before.filter(|c| {
                    self.sketch.shown.last() == Some(c) && self.world.column(*c).kind.is_numeric()
                }) {
                    self.sketch.shown.pop();
                    return self.compared(c, operator, n);
                }
                // "members under 30"
                let ends = apart
                    || matches!(
                        self.item(self.next(n + 1)),
                        None | Some(Item::Mark(_) | Item::Key(Key::And | Key::Head | Key::OrderBy(_)))
                    );
                let table = self.near.or(self.world.main_table()).filter(|_| ends);
                let age = || table.and_then(|t| self.world.age_column(t));
                // "orders over 900"
                let amount =
                    || table.and_then(|t| amount_column(t, self.world.lexicon, self.world.catalogue));
                match self.compared_before().or_else(age).or_else(amount) {
                    Some(c) => self.compared(c, operator, n),
                    None => Err(Trouble::Unplaced("what is compared".into())),
                }
            }
        }
    }

    /// "above 5 and below 10": the second number belongs to the column of the first.
    fn compared_before(&self) -> Option<ColumnRef> {
        let joint = self.at.checked_sub(1).and_then(|b| self.item(b));
        let but = matches!(joint, Some(Item::Filler(w)) if w == "but");
        if !but && !matches!(joint, Some(Item::Key(Key::And | Key::Or))) {
            return None;
        }
        let kept = match self.open {
            Some(open) => self.sketch.relations[open].filters.last(),
            None => self.sketch.filters.last(),
        };
        kept.and_then(|(column, filter)| {
            let number = matches!(
                filter,
                Filter::Compare { operator, operand: Operand::Literal(_), .. } if *operator != Operator::Equal
            );
            (number && self.world.column(*column).kind.is_numeric()).then_some(*column)
        })
    }
}

pub(super) fn is_money(word: &str) -> bool {
    matches!(word, "euro" | "euros" | "eur" | "dollar" | "dollars" | "usd")
}

pub(super) fn opposite(operator: Operator) -> Operator {
    match operator {
        Operator::Greater => Operator::AtMost,
        Operator::AtLeast => Operator::Less,
        Operator::Less => Operator::AtLeast,
        Operator::AtMost => Operator::Greater,
        Operator::Equal => Operator::NotEqual,
        Operator::NotEqual => Operator::Equal,
    }
}
