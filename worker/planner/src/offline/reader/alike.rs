//! "the same city as Ann": rows that share a value with others.

use super::{
    ast::{Head, Np},
    rows::{Meaning, Reader, Row, Thing},
};
use crate::offline::lexicon::key_column;
use rowcall_plan::{Filter, QueryPlan};

impl Reader<'_, '_> {
    /// Rows whose value is one of those that certain rows of the same table have.
    pub(super) fn alike(&mut self, row: &mut Row, of: &Np, not: bool) -> Meaning<()> {
        let Some(like) = &of.like else { return Err("the same as what".into()) };
        let plain = Np { same: false, like: None, ..of.clone() };
        let shared = match self.thing(&plain, Some(row.table))? {
            Thing::Column(c, of) if of.is_bare() && self.world.reaches(row.table, c.table) => Some(c),
            Thing::Rows(to)
                if to.is_bare() && to.table != row.table && self.world.reaches(row.table, to.table) =>
            {
                key_column(&self.world.catalogue.tables[to.table], to.table)
            }
            _ => None,
        };
        let shared = shared.ok_or_else(|| "what is the same".to_owned())?;
        let mut other = Row::of(row.table);
        match &like.head {
            Head::Values(_) | Head::Quoted(_) | Head::Numbers(_) => {
                let filter = self.called(&mut other, like)?;
                other.filters.push(filter);
            }
            _ => match self.thing(like, Some(row.table))? {
                Thing::Rows(to) if to.table == row.table && !to.is_bare() && to.pick.is_none() => {
                    other.filters = to.filters;
                }
                _ => return Err("the same as what".into()),
            },
        }
        let field = self.world.field(shared);
        let plan = QueryPlan {
            source: self.name(row.table),
            columns: vec![field.clone()],
            filters: other.filters,
            ..QueryPlan::default()
        };
        row.filters.push(Filter::Among { field, plan: Box::new(plan), negated: not });
        Ok(())
    }
}
