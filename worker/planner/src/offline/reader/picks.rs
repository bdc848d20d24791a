//! The largest, the smallest and the most common: what decides, and how many are meant.

use super::relate::FAR;
use super::{
    ast::{Func, Head, Np},
    rows::{By, Meaning, Pick, Reader, Row, Size, Thing},
};
use crate::offline::annotate::Trait;
use rowcall_core::ColumnRef;
use rowcall_plan::{Aggregate, Filter, Measure};

impl Reader<'_, '_> {
    pub(super) fn pick_trait(
        &mut self,
        row: &mut Row,
        large: bool,
        wanted: Trait,
        n: Option<u64>,
    ) -> Meaning<()> {
        // "the latest shipping date"
        let own = row.head.filter(|h| wanted == Trait::Recent && self.world.column(*h).kind.is_temporal());
        let (c, turned) = own
            .map(|h| (h, false))
            .or_else(|| self.world.of_trait(row.table, wanted))
            .ok_or_else(|| "by which column to find it".to_owned())?;
        let by = match row.head.filter(|h| self.world.repeats(*h) && h.table == c.table) {
            Some(_) if self.world.column(c).kind.is_numeric() => {
                // "the warmest site": by all of its rows.
                let measure = Measure::of(Aggregate::Average, self.world.field(c));
                By::Size(Size { measure, home: c.table, filters: Vec::new() })
            }
            _ => By::Column(c),
        };
        row.pick = Some(Pick { by, large: large != turned, n: n.unwrap_or(1), shown: false });
        Ok(())
    }

    /// The column that "largest" and "highest" speak of.
    pub(super) fn sized(&self, table: usize, np: &Np) -> Option<ColumnRef> {
        match (np.big, np.high) {
            (true, _) => self.world.size_column(table),
            (false, true) => self.world.height_column(table),
            _ => None,
        }
    }

    /// "spent the most": the sum of the one amount that is kept for each.
    pub(super) fn spent(&mut self, table: usize) -> Meaning<Size> {
        let near = self.neighbours(table);
        let amounts: Vec<ColumnRef> = near
            .into_iter()
            .filter(|t| !self.world.reaches(table, *t))
            .filter_map(|t| {
                crate::offline::amounts::amount_column(t, self.world.lexicon, self.world.catalogue)
            })
            .collect();
        let [c] = amounts.as_slice() else { return Err("which amount is meant".into()) };
        self.loss += 0.1;
        let measure = Measure::of(Aggregate::Sum, self.world.field(*c));
        Ok(Size { measure, home: c.table, filters: Vec::new() })
    }

    /// How a number is computed that is named by a word of its own.
    fn term_of(&self, of: &Np, c: ColumnRef) -> Option<Aggregate> {
        let named = matches!(&of.head, Head::Name(name) if name.is_term);
        let term = self.world.terms.iter().find(|t| t.column == c)?;
        named.then_some(term.aggregate)
    }

    /// "with the most orders", "with the highest price".
    pub(super) fn extreme(
        &mut self,
        row: &mut Row,
        of: &Np,
        large: bool,
        n: Option<u64>,
        verb: Option<&(String, Option<crate::offline::annotate::NameItem>)>,
    ) -> Meaning<()> {
        let n = n.unwrap_or(1);
        if of.head == Head::None {
            return Err("the most of what".into());
        }
        let inner = Np { funcs: of.funcs[1..].to_vec(), ..of.clone() };
        if !inner.funcs.is_empty() && !matches!(inner.funcs[..], [Func::Count]) {
            let size = self.size(&inner, Some(row.table))?;
            row.pick = Some(Pick { by: By::Size(size), large, n, shown: false });
            return Ok(());
        }
        let inner = Np { funcs: vec![Func::Most(large, None)], big: false, high: false, ..inner };
        let mut thing = self.thing(&inner, Some(row.table))?;
        // "the keeper with the highest salary in each zoo": the split is that of what is ranked.
        if let Thing::Column(_, of) | Thing::Rows(of) = &mut thing {
            row.groups.append(&mut of.groups);
        }
        match thing {
            Thing::Rows(mut to) => {
                // "resolved the most tickets": those that were.
                if let Some((root, _)) = verb
                    && let Some(c) = self
                        .verb_column(to.table, root, false)
                        .filter(|c| self.world.column(*c).nullable && to.table == row.table)
                        .filter(|c| self.world.date_column(to.table).is_none_or(|d| d.0 != *c))
                {
                    to.filters.push(Filter::Null { field: self.world.field(c), negated: true });
                }
                if !self.world.reaches(to.table, row.table) && self.world.distance(to.table, row.table) >= FAR
                {
                    return Err("what is counted".into());
                }
                let amount = of.high.then(|| self.money(to.table, None)).flatten();
                if of.high && amount.is_none() {
                    return Err("by which column to find it".into());
                }
                if let Some(c) = amount {
                    // "the largest payment"
                    self.loss += 0.1;
                    row.filters.extend(to.filters);
                    row.pick = Some(Pick { by: By::Column(c), large, n, shown: false });
                    return Ok(());
                }
                let size = Size::count(to.table, to.filters);
                row.pick = Some(Pick { by: By::Size(size), large, n, shown: false });
            }
            Thing::Column(c, to) => {
                let column = self.world.column(c);
                let own = row.table == c.table && !row.head.is_some_and(|h| self.world.repeats(h));
                if let Some(aggregate) = self.term_of(of, c).filter(|_| !own) {
                    // "the highest revenue": a number that is defined, of all rows of each.
                    let measure = Measure::of(aggregate, self.world.field(c));
                    let size = Size { measure, home: c.table, filters: to.filters };
                    row.pick = Some(Pick { by: By::Size(size), large, n, shown: false });
                    return Ok(());
                }
                if column.kind.is_numeric() && !self.world.is_reference(c) || column.kind.is_temporal() {
                    row.filters.extend(to.filters);
                    if column.kind.is_numeric()
                        && row.head.is_some_and(|h| self.world.repeats(h) && h.table == c.table)
                    {
                        // "which team has the lowest satisfaction": of each team, all its rows.
                        let sum = self.world.adds_up(c);
                        let aggregate = if sum { Aggregate::Sum } else { Aggregate::Average };
                        let measure = Measure::of(aggregate, self.world.field(c));
                        let by = By::Size(Size { measure, home: c.table, filters: Vec::new() });
                        row.pick = Some(Pick { by, large, n, shown: true });
                        self.loss += 0.15;
                        return Ok(());
                    }
                    row.pick = Some(Pick { by: By::Column(c), large, n, shown: false });
                } else {
                    // "the most names": counted, where the column's table is another.
                    self.loss += 0.3;
                    let size = Size::count(c.table, to.filters);
                    row.pick = Some(Pick { by: By::Size(size), large, n, shown: false });
                }
            }
            Thing::Number(measure, to) => {
                let size = Size { measure, home: to.table, filters: to.filters };
                row.pick = Some(Pick { by: By::Size(size), large, n, shown: false });
            }
            Thing::Plain => return Err("the most of what".into()),
        }
        Ok(())
    }

    /// "top 5 products by revenue".
    pub(super) fn pick_by(&mut self, row: &mut Row, by: &Np, np: &Np) -> Meaning<()> {
        let large = np
            .funcs
            .iter()
            .find_map(|f| match f {
                Func::Top(large) | Func::Most(large, None) => Some(*large),
                _ => None,
            })
            .unwrap_or(true);
        // "top customers" are several.
        let many = matches!(np.funcs.first(), Some(Func::Top(_)))
            && matches!(&np.head, Head::Name(name) if name.plural);
        let n = np.n.unwrap_or(if many { 10 } else { 1 });
        if by.funcs.is_empty() {
            // "by revenue in each category": the split is that of what is ranked.
            let mut thing = self.thing(by, Some(row.table))?;
            if let Thing::Column(_, of) | Thing::Rows(of) | Thing::Number(_, of) = &mut thing {
                row.groups.append(&mut of.groups);
            }
            match thing {
                Thing::Column(c, of)
                    if self.world.column(c).kind.is_numeric() || self.world.column(c).kind.is_temporal() =>
                {
                    row.filters.extend(of.filters);
                    let by = if self.sums_up(row, c) {
                        let aggregate =
                            if self.world.adds_up(c) { Aggregate::Sum } else { Aggregate::Average };
                        let measure = Measure::of(aggregate, self.world.field(c));
                        By::Size(Size { measure, home: c.table, filters: Vec::new() })
                    } else {
                        By::Column(c)
                    };
                    row.pick = Some(Pick { by, large, n, shown: true });
                    return Ok(());
                }
                Thing::Rows(of) => {
                    let size = Size::count(of.table, of.filters);
                    row.pick = Some(Pick { by: By::Size(size), large, n, shown: true });
                    return Ok(());
                }
                Thing::Number(measure, of) => {
                    let size = Size { measure, home: of.table, filters: of.filters };
                    row.pick = Some(Pick { by: By::Size(size), large, n, shown: true });
                    return Ok(());
                }
                _ => return Err("which number decides".into()),
            }
        }
        let size = self.size(by, Some(row.table))?;
        row.pick = Some(Pick { by: By::Size(size), large, n, shown: true });
        Ok(())
    }

    /// Seen from these rows, the column has many values, or the rows are groups of a column.
    pub fn sums_up(&self, row: &Row, c: ColumnRef) -> bool {
        let split = row.head.is_some_and(|h| !self.world.labels(h.table).contains(&h) && h.table == c.table);
        split || !self.world.reaches(row.table, c.table)
    }
}
