//! How rows belong together, and where values, dates and years are kept.

use super::{
    ast::{Mod, Tie},
    describe::negated,
    rows::{By, Meaning, Noun, Pick, Reader, Row, Want, same_root},
};
use crate::offline::lexicon::key_column;
use rowcall_core::ColumnRef;
use rowcall_plan::{Dimension, Field, Filter, Order, OrderKey, QueryPlan, TableName};

/// As far apart as tables can be that nothing connects.
pub const FAR: usize = 20;

impl Reader<'_, '_> {
    pub fn name(&self, table: usize) -> TableName {
        self.world.lexicon.prepared.name_of(self.world.catalogue, table)
    }

    /// The column names its row, for people or as a key.
    pub fn is_label(&self, c: ColumnRef) -> bool {
        self.world.labels(c.table).contains(&c)
            || key_column(&self.world.catalogue.tables[c.table], c.table) == Some(c)
    }

    /// Rows belong to other rows, or to none of them.
    pub fn relate(&mut self, row: &mut Row, to: Row, not: bool, verb: Option<&str>, tie: Tie) -> Meaning<()> {
        let distance = self.world.distance(row.table, to.table);
        if distance >= FAR {
            return Err(format!(
                "how {} and {} belong together",
                self.name(row.table).name,
                self.name(to.table).name
            ));
        }
        if !to.having.is_empty() || !to.groups.is_empty() && !to.each {
            return Err("a group inside another".into());
        }
        if to.table == row.table && not && row.head.is_some_and(|h| !self.is_label(h)) && to.pick.is_none() {
            row.except.push(to.filters);
            return Ok(());
        }
        if to.table == row.table {
            row.both.extend(to.both);
            let mut filters = to.filters;
            if not && !filters.is_empty() {
                filters = vec![negated(Filter::All(filters))];
            }
            row.filters.extend(filters);
            if row.pick.is_none() {
                row.pick = to.pick;
            }
            return Ok(());
        }
        if !to.both.is_empty() {
            let mut to = to;
            for filters in std::mem::take(&mut to.both) {
                let mut one = to.clone();
                one.filters.extend(filters);
                row.far.push(one.table);
                self.relate(row, one, not, verb, tie)?;
            }
            return Ok(());
        }
        self.loss += 0.05 * (distance.saturating_sub(1)) as f32;
        if let Some(verb) = verb
            && to.pick.is_none()
            && let Some((bridge, key)) = self.bridge(row.table, to.table, verb)
        {
            let filters = to.filters;
            if !filters.iter().all(is_plain) {
                return Err("how these belong together".into());
            }
            let table = self.name(bridge);
            row.far.push(to.table);
            row.filters.push(Filter::Related { table, filters, count: None, negated: not, via: Some(key) });
            return Ok(());
        }
        let via = self.via(row.table, to.table, verb);
        let to_one = self.world.reaches(row.table, to.table);
        if let Some(pick) = &to.pick {
            let filter = self.among(&to, pick, via, not)?;
            row.filters.push(filter);
            return Ok(());
        }
        let mut filters = to.filters;
        let asked = !(to_one && matches!(tie, Tie::Prep | Tie::By)) && tie != Tie::Of;
        if filters.is_empty() && !not && !asked {
            // It has one anyway; nothing is asked of it.
            return Ok(());
        }
        let plain =
            filters.iter().all(is_plain) && filters.iter().all(|f| self.keeps_way(f, row.table, to.table));
        let again = row.far.contains(&to.table) && !to_one;
        row.far.push(to.table);
        if not || filters.is_empty() || !plain || again {
            let table = self.name(to.table);
            row.filters.push(Filter::Related { table, filters, count: None, negated: not, via });
            return Ok(());
        }
        if let Some(via) = via {
            let table = self.name(to.table);
            filters.iter_mut().for_each(|f| over(f, &table, &via));
        }
        row.filters.extend(filters);
        Ok(())
    }

    /// Seen from rows, the condition is met over the same tables as from those it was said of.
    pub(super) fn keeps_way(&self, filter: &Filter, from: usize, said_of: usize) -> bool {
        match filter {
            Filter::All(parts) | Filter::Any(parts) => parts.iter().all(|p| self.keeps_way(p, from, said_of)),
            Filter::Not(part) => self.keeps_way(part, from, said_of),
            Filter::Compare { field, .. }
            | Filter::In { field, .. }
            | Filter::Period { field, .. }
            | Filter::Text { field, .. }
            | Filter::Null { field, .. }
            | Filter::Among { field, .. } => {
                let Ok(table) = self.world.lexicon.prepared.table(self.world.catalogue, &field.table) else {
                    return false;
                };
                table == said_of
                    || self.world.reaches(from, said_of)
                        && self.world.distance(from, table)
                            == self.world.distance(from, said_of) + self.world.distance(said_of, table)
            }
            Filter::Related { .. } => false,
        }
    }

    /// A table between two others whose key to the first is named like the verb: "assigned to".
    pub(super) fn bridge(&self, from: usize, to: usize, verb: &str) -> Option<(usize, String)> {
        let graph = &self.world.lexicon.prepared.graph;
        let fits = |column: &str| {
            crate::offline::words::split_name(column).iter().any(|w| same_root(&w.to_lowercase(), verb))
        };
        let direct = graph.edges.iter().any(|e| {
            (e.from == from && e.to == to || e.from == to && e.to == from)
                && e.from_columns.iter().any(|c| fits(c))
        });
        if direct {
            return None;
        }
        graph.edges.iter().find_map(|e| {
            let [column] = e.from_columns.as_slice() else { return None };
            (e.to == from && e.from != to && fits(column) && self.world.reaches(e.from, to))
                .then(|| (e.from, column.clone()))
        })
    }

    /// "of the customer with the highest …": the rows are found first.
    pub(super) fn among(&mut self, to: &Row, pick: &Pick, via: Option<String>, not: bool) -> Meaning<Filter> {
        let key = key_column(&self.world.catalogue.tables[to.table], to.table)
            .ok_or_else(|| "which one of them it is".to_owned())?;
        let source = self.name(to.table);
        let mut inner = QueryPlan {
            source: source.clone(),
            filters: to.filters.clone(),
            limit: Some(pick.n),
            ..QueryPlan::default()
        };
        match &pick.by {
            By::Column(c) => {
                inner.columns = vec![self.world.field(key)];
                inner.order =
                    vec![Order { by: OrderKey::Field(self.world.field(*c)), descending: pick.large }];
            }
            By::Size(size) => {
                let mut measure = size.measure.clone();
                measure.hidden = true;
                if measure.expression.is_none() && measure.table.is_none() {
                    measure.table = Some(self.name(size.home));
                }
                inner.source = self.name(size.home);
                inner.measures = vec![measure];
                inner.filters.extend(size.filters.iter().cloned());
                inner.dimensions = vec![Dimension::of(self.world.field(key))];
                inner.order = vec![Order { by: OrderKey::Measure(0), descending: pick.large }];
            }
        }
        let field = Field { via, ..self.world.field(key) };
        Ok(Filter::Among { field, plan: Box::new(inner), negated: not })
    }

    /// The foreign key that a verb or role speaks of, where there are several.
    pub fn via(&mut self, from: usize, to: usize, verb: Option<&str>) -> Option<String> {
        let graph = &self.world.lexicon.prepared.graph;
        let mut keys: Vec<&String> = Vec::new();
        for step in graph.steps[from].iter().filter(|s| graph.end(**s) == to) {
            if let [column] = graph.edges[step.edge].from_columns.as_slice() {
                keys.push(column);
            }
        }
        if keys.len() < 2 {
            return None;
        }
        let fits = |column: &str, verb: &str| {
            crate::offline::words::split_name(column).iter().any(|w| same_root(&w.to_lowercase(), verb))
        };
        if let Some(verb) = verb
            && let Some(key) = keys.iter().find(|k| fits(k, verb))
        {
            return Some((*key).clone());
        }
        // One of them is a role that nobody spoke of.
        let plain = graph.steps[from].iter().filter(|s| graph.end(**s) == to && !graph.edges[s.edge].role);
        if plain.count() == 1 {
            return None;
        }
        let losses: Vec<f32> = (0..keys.len()).map(|i| 0.2 + 0.05 * i as f32).collect();
        let keys: Vec<String> = keys.into_iter().cloned().collect();
        Some(keys[self.choices.choose(&losses)].clone())
    }

    /// Conditions on the rows of a table that many belong to, as conditions on one of them.
    pub(super) fn of_one_row(&self, from: usize, filters: Vec<Filter>) -> Vec<Filter> {
        let Some(table) = filters.first().and_then(crate::offline::numbers::table_of).cloned() else {
            return filters;
        };
        let alike =
            filters.iter().all(|f| is_plain(f) && crate::offline::numbers::table_of(f) == Some(&table));
        let far = self.world.lexicon.prepared.table(self.world.catalogue, &table);
        if !alike || far.is_ok_and(|far| self.world.reaches(from, far)) {
            return filters;
        }
        vec![Filter::Related { table, filters, count: None, negated: false, via: None }]
    }

    /// A verb with nothing behind it: "that were returned", "customers who ordered".
    pub fn happened(&mut self, row: &mut Row, m: &Mod) -> Meaning<()> {
        let Some((_, Some(name))) = &m.verb else { return Ok(()) };
        match self.settle(name, Some(row.table), Want::default())? {
            Noun::Table(t) if t != row.table && !self.world.reaches(row.table, t) => {
                self.loss += 0.1;
                self.relate(row, Row::of(t), m.not, None, Tie::Verb)
            }
            Noun::Table(_) => Ok(()),
            Noun::Column(c) if c.table != row.table => {
                self.loss += 0.05;
                self.relate(row, Row::of(c.table), m.not, None, Tie::Verb)
            }
            Noun::Column(c) => {
                let column = self.world.column(c);
                // "registered", of what begins so: all of them were.
                let begins = !m.not && self.world.date_column(row.table).is_some_and(|d| d.0 == c);
                if begins {
                    return Ok(());
                }
                if column.kind.is_temporal() && column.nullable {
                    self.loss += 0.1;
                    row.filters.push(Filter::Null { field: self.world.field(c), negated: !m.not });
                } else if m.not {
                    return Err("what did not happen".into());
                } else {
                    self.loss += 0.15;
                }
                Ok(())
            }
        }
    }
}

/// The condition compares a column, so that it may stand wherever the column can be reached.
fn is_plain(filter: &Filter) -> bool {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => parts.iter().all(is_plain),
        Filter::Not(part) => is_plain(part),
        Filter::Related { .. } => false,
        _ => true,
    }
}

/// Reaches the table of a condition over a certain foreign key.
fn over(filter: &mut Filter, table: &TableName, via: &str) {
    let put = |field: &mut Field| {
        if field.table == *table && field.via.is_none() {
            field.via = Some(via.to_owned());
        }
    };
    match filter {
        Filter::All(parts) | Filter::Any(parts) => parts.iter_mut().for_each(|p| over(p, table, via)),
        Filter::Not(part) => over(part, table, via),
        Filter::Compare { field, .. }
        | Filter::In { field, .. }
        | Filter::Period { field, .. }
        | Filter::Text { field, .. }
        | Filter::Null { field, .. }
        | Filter::Among { field, .. } => put(field),
        Filter::Related { .. } => {}
    }
}
