//! The first of each group.

use super::{
    ast::Ask,
    request::{Out, Request},
    rows::{By, Group, Meaning, Reader},
};
use crate::offline::ranked::{Ranked, split};
use rowcall_core::ColumnRef;
use rowcall_plan::{Aggregate, Dimension, Measure, QueryPlan};

impl Reader<'_, '_> {
    /// "the most expensive product in each category": where things and groups are named, and what decides.
    pub(super) fn first_of_each(&mut self, request: &Request) -> Meaning<Option<QueryPlan>> {
        let row = &request.row;
        let Some(pick) = &row.pick else { return Ok(None) };
        let timed = row.groups.iter().any(|g| matches!(g, Group::Time(_) | Group::Column(_, Some(_))));
        let plain = request.outs.iter().all(|o| matches!(o, Out::Rows(_) | Out::Column(..)));
        let itself = row.groups.contains(&Group::Rows(row.table));
        if row.only
            || row.groups.is_empty() && !row.ranking
            || timed
            || itself
            || !plain
            || request.outs.is_empty()
        {
            return Ok(None);
        }
        if !row.having.is_empty() || !request.order.is_empty() {
            return Err("the first of each in an order".into());
        }
        let of_groups = |c: &ColumnRef| row.groups.contains(&Group::Rows(c.table));
        let mut named: Vec<ColumnRef> = Vec::new();
        let mut things: Vec<ColumnRef> = Vec::new();
        let mut asked = false;
        for out in &request.outs {
            match out {
                Out::Rows(t) if row.groups.contains(&Group::Rows(*t)) => {}
                Out::Rows(t) => things.extend(self.world.labels(*t)),
                Out::Column(c, _) if of_groups(c) => named.push(*c),
                Out::Column(c, _) => {
                    asked = true;
                    things.push(*c);
                }
                _ => {}
            }
        }
        if things.is_empty() || things.iter().any(|c| c.table != row.table) {
            return Err("which of each is meant".into());
        }
        let mut groups: Vec<Dimension> = Vec::new();
        for group in &row.groups {
            match group {
                Group::Rows(t) => {
                    let own: Vec<ColumnRef> = named.iter().copied().filter(|c| c.table == *t).collect();
                    let columns = if own.is_empty() { self.world.labels(*t) } else { own };
                    let dimension = |c| Dimension { by_key: true, ..Dimension::of(self.world.field(c)) };
                    groups.extend(columns.into_iter().map(dimension));
                }
                Group::Column(c, _) => groups.push(split(self.world, *c)),
                Group::Time(_) => {}
            }
        }
        let (home, number, filters) = match &pick.by {
            By::Column(c) => {
                let aggregate = if pick.large { Aggregate::Maximum } else { Aggregate::Minimum };
                (row.table, Measure::of(aggregate, self.world.field(*c)), Vec::new())
            }
            By::Size(size) => {
                (size.home, Measure { table: None, ..size.measure.clone() }, size.filters.clone())
            }
        };
        let mut plan =
            QueryPlan { source: self.name(home), filters: row.filters.clone(), ..QueryPlan::default() };
        if home != row.table {
            self.seen_from(&mut plan.filters, row.table, home)?;
        }
        plan.filters.extend(filters);
        self.flatten(&mut plan.filters, &things);
        self.flatten_home(&mut plan, home);
        let ranked = Ranked {
            groups,
            things: things.iter().map(|c| Dimension::of(self.world.field(*c))).collect(),
            number,
            large: pick.large,
            first: (!row.ranking).then_some(pick.n),
            shown: pick.shown || !asked && request.ask != Ask::Which,
        };
        ranked.put(&mut plan);
        // A defined number is the same wherever it decides.
        crate::offline::numbers::terms(self.world, &mut self.notes, &mut plan);
        Ok(Some(plan))
    }
}
