//! What numbers are split by.

use super::{
    ast::{Head, Np, Tie},
    rows::{Group, Meaning, Reader, Row, Thing},
};
use rowcall_plan::Filter;

impl Reader<'_, '_> {
    /// "by city", "for each customer", "per month".
    pub fn group(&mut self, row: &mut Row, by: &Np) -> Meaning<()> {
        if let Head::Grain(grain) = by.head {
            row.groups.push(Group::Time(grain));
            return Ok(());
        }
        if by.head == Head::Pronoun {
            // "to each one": of what is shown already.
            return Ok(());
        }
        match self.thing(by, Some(row.table))? {
            Thing::Rows(mut to) => {
                row.groups.push(Group::Rows(to.table));
                self.own_filters(row, &mut to);
                if !to.is_bare() {
                    self.relate(row, to, false, None, Tie::Of)?;
                }
            }
            Thing::Column(c, mut to) => {
                row.groups.push(Group::Column(c, None));
                if to.having.iter().all(|(size, ..)| size.home == row.table) {
                    row.having.append(&mut to.having);
                }
                self.own_filters(row, &mut to);
                if to.table != row.table && !to.is_bare() {
                    self.relate(row, to, false, None, Tie::Of)?;
                } else {
                    row.filters.extend(to.filters);
                }
            }
            _ => return Err("what to split by".into()),
        }
        Ok(())
    }

    /// "for each product that has problems, the number of problems": what is said of the counted rows.
    pub(super) fn own_filters(&self, row: &mut Row, to: &mut Row) {
        let own = self.name(row.table);
        for filter in std::mem::take(&mut to.filters) {
            match filter {
                Filter::Related { table, filters, count: None, negated: false, .. } if table == own => {
                    row.filters.extend(filters);
                }
                other => to.filters.push(other),
            }
        }
    }
}
