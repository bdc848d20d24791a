//! What is computed: counts, sums and averages, and what is most or least.

use super::{Extreme, Parser, Target, Trouble, plain};
use crate::offline::{
    annotate::{Item, Key, Trait},
    resolve::Settled,
};
use rowcall_core::ColumnRef;
use rowcall_plan::{Aggregate, Literal};

impl Parser<'_, '_> {
    /// "… and the number": one that was spoken of before.
    pub(super) fn that_number(&mut self) -> Result<(), Trouble> {
        if self.sketch.measures.is_empty() {
            match self.sketch.extreme {
                Some((_, Extreme::Rows(_))) => self.sketch.shows_extreme = true,
                _ => return Err(Trouble::Unplaced("which number to show".into())),
            }
        }
        Ok(())
    }

    pub(super) fn count(&mut self) -> Result<(), Trouble> {
        let mut n = self.next(self.at + 1);
        if matches!(self.item(n), None | Some(Item::Mark(_)))
            && (self.sketch.extreme.is_some() || !self.sketch.measures.is_empty())
        {
            return self.that_number();
        }
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
        // "the number of purchases": things of which nothing is known, not the verb that connects others.
        if let Some(Item::Link(word)) = self.items[self.at + 1..n.min(self.items.len())]
            .iter()
            .map(|m| &m.item)
            .find(|i| matches!(i, Item::Link(w) if w.ends_with('s') || !w.ends_with("ed")))
        {
            return Err(Trouble::Unknown(vec![word.clone()]));
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
            // "how many discontinued products"
            Some(Settled::Column(c, _)) if self.adjective(m, c) => {
                self.sketch.measures.push((Aggregate::Count, Target::Rows(c.table), distinct));
                self.mention(c.table);
                self.at = m;
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

    pub(super) fn is_key(&self, c: ColumnRef) -> bool {
        self.world.is_key(c)
    }

    pub(super) fn aggregate(&mut self, aggregate: Aggregate) -> Result<(), Trouble> {
        let mut n = self.next(self.at + 1);
        // "more than the average" is read where the comparison is.
        if matches!(self.item(n), Some(Item::Key(Key::Count))) {
            if aggregate == Aggregate::Sum {
                self.at = n;
                return Ok(());
            }
            // "the average number of bedrooms", which a column holds.
            match self.settle_column(self.next(n + 1)) {
                Some((c, _)) if self.world.column(c).kind.is_numeric() && !self.is_key(c) => {
                    n = self.next(n + 1)
                }
                // "the average number of orders per customer"
                _ if aggregate == Aggregate::Average => {
                    self.sketch.averaged = true;
                    self.at = n;
                    return self.count();
                }
                _ => return Err(Trouble::Unplaced("an average of counts".into())),
            }
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
                    if (aggregate, *other) == (Aggregate::Average, Aggregate::Sum) {
                        self.sketch.averaged = true;
                        self.pending.clear();
                        self.at = n;
                        return self.aggregate(Aggregate::Sum);
                    }
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
        if self.having(n) {
            return Ok(());
        }
        match self.settle(n) {
            Some(Settled::Table(t)) => {
                // "revenue" is never a number of rows, though "sales" may be.
                let money = crate::offline::lexicon::is_income(&self.text(n).to_lowercase());
                let amount = if money {
                    let found =
                        crate::offline::amounts::money_column(t, self.world.lexicon, self.world.catalogue);
                    Some(found.ok_or_else(|| Trouble::Unplaced("which number is the income".into()))?)
                } else {
                    self.amount_of(t)
                };
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
                if money && matches!(self.text(n + 1).to_lowercase().as_str(), "amount" | "value") {
                    self.at += 1;
                }
            }
            Some(Settled::Column(..)) => {
                self.at = n;
                self.measured_columns()?;
            }
            None => return Err(Trouble::Unplaced("what should be computed".into())),
        }
        Ok(())
    }

    /// "which guest spent the most": the one amount that is kept for each of them.
    fn spent(&self) -> Option<ColumnRef> {
        let said = (self.at.saturating_sub(3)..self.at).any(|i| match self.item(i) {
            Some(Item::Link(w) | Item::Filler(w)) => {
                matches!(w.as_str(), "spent" | "spend" | "spends" | "paid")
            }
            _ => false,
        });
        let table = self.near.filter(|_| said)?;
        let graph = &self.world.lexicon.prepared.graph;
        let mut near: Vec<usize> =
            graph.steps[table].iter().filter(|s| !s.forward).map(|s| graph.end(*s)).collect();
        near.sort_unstable();
        near.dedup();
        let mut amounts = near.into_iter().filter_map(|t| self.amount_of(t));
        amounts.next().filter(|_| amounts.next().is_none())
    }

    /// "categories with an average price over 50": a condition on the number of each group.
    fn having(&mut self, n: usize) -> bool {
        let ([aggregate], Some((c, score))) = (self.pending.as_slice(), self.settle_column(n)) else {
            return false;
        };
        let aggregate = *aggregate;
        let mut m = self.next(n + 1);
        if matches!(self.item(m), Some(Item::Filler(w)) if matches!(w.as_str(), "is" | "of" | "are")) {
            m = self.next(m + 1);
        }
        let (Some(Item::Key(Key::Compare(operator, _))), Some(Item::Number(value))) =
            (self.item(m), self.item(self.next(m + 1)))
        else {
            return false;
        };
        let asked = !self.sketch.tables.is_empty() || !self.sketch.shown.is_empty();
        if !asked || !self.filtering || !self.world.column(c).kind.is_numeric() || self.is_key(c) {
            return false;
        }
        self.sketch.having.push((aggregate, c, *operator, value.clone()));
        self.sketch.certainty *= score.min(1.0);
        self.pending.clear();
        self.at = self.next(m + 1) + 1;
        true
    }

    /// The one column that an amount of a table's rows can mean.
    pub(super) fn amount_of(&self, table: usize) -> Option<ColumnRef> {
        crate::offline::amounts::amount_column(table, self.world.lexicon, self.world.catalogue)
    }

    /// The columns after "average", "minimum and maximum", …
    pub(super) fn measured_columns(&mut self) -> Result<(), Trouble> {
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

    pub(super) fn superlative(&mut self, large: bool, of: Option<Trait>) -> Result<(), Trouble> {
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
        match self.item(n).cloned() {
            Some(Item::Elapsed(elapsed)) => {
                let bare = self.sketch.shown.is_empty() && self.sketch.tables.is_empty();
                if bare && !self.sketch.asks_which {
                    let aggregate = if large { Aggregate::Maximum } else { Aggregate::Minimum };
                    self.sketch.measures.push((aggregate, Target::Elapsed(elapsed), false));
                } else {
                    self.sketch.extreme =
                        Some((large, Extreme::Measure(Aggregate::Average, Target::Elapsed(elapsed))));
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
                && self.world.groups_rows(group)
                && let Some((c, turned)) = self.world.of_trait(group.table, wanted)
                && self.world.column(c).kind.is_numeric()
            {
                self.sketch.notes.push(format!(
                    "The average {} of each {} is compared.",
                    rowcall_plan::unitless(&self.world.column(c).name),
                    plain(&self.world.column(group).name)
                ));
                self.sketch.shown.push(group);
                self.sketch.extreme =
                    Some((large != turned, Extreme::Measure(Aggregate::Average, Target::Column(c))));
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
            // "which zoo is the largest"
            None => {
                if let Some(c) = self.spent() {
                    self.sketch.extreme = Some((large, Extreme::Measure(Aggregate::Sum, Target::Column(c))));
                    self.sketch.limit.get_or_insert(1);
                    self.at = n;
                    return Ok(());
                }
                let is = self.at > 0 && self.has_is(self.at.saturating_sub(2), self.at);
                let ends = matches!(self.item(n), None | Some(Item::Mark(_)));
                let table = self.near.filter(|_| is && ends && self.sketch.measures.is_empty());
                let size =
                    table.and_then(|t| self.world.size_column(t).or_else(|| self.world.height_column(t)));
                let c =
                    size.ok_or_else(|| Trouble::Unplaced("what \"most\" or \"least\" is about".into()))?;
                self.sketch.extreme = Some((large, Extreme::Column(c)));
                self.sketch.limit.get_or_insert(1);
                self.at = n;
                Ok(())
            }
        }
    }

    pub(super) fn extreme_column(&mut self, c: ColumnRef, large: bool, n: usize) -> Result<(), Trouble> {
        let term = self.world.terms.iter().find(|t| t.column == c);
        let split = self.sketch.shown.len() == 1
            && self.world.groups_rows(self.sketch.shown[0])
            && self.world.repeats(self.sketch.shown[0])
            && self.sketch.shown[0].table == c.table;
        if let Some(term) = term
            && (!self.sketch.shown.is_empty()
                || !self.sketch.tables.is_empty()
                || !self.sketch.groups.is_empty())
        {
            self.sketch.extreme = Some((large, Extreme::Measure(term.aggregate, Target::Column(c))));
            self.sketch.limit.get_or_insert(1);
            self.at = n + 1;
            return Ok(());
        }
        if split && self.sketch.asks_which && self.world.column(c).kind.is_numeric() {
            self.sketch.notes.push(format!(
                "The average {} is compared.",
                rowcall_plan::unitless(&self.world.column(c).name)
            ));
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
        let first = self.sketch.extreme.is_none() && self.sketch.shown.is_empty() && !self.filtering;
        if !bare && first && !which && self.sketch.limit.is_none() {
            self.sketch.extreme_said = true;
        }
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
}
