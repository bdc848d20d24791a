//! Plans of numbers: their groups, order and conditions.

use super::{
    request::{Out, Request},
    rows::{By, Group, Meaning, Pick, Reader, Size},
};
use crate::offline::lexicon::key_column;
use rowcall_core::{ColumnRef, TypeKind};
use rowcall_plan::{Dimension, Filter, Literal, Order, OrderKey, QueryPlan};
use rowcall_plan::{Grain, Having};

impl Reader<'_, '_> {
    pub(super) fn summary(&mut self, request: Request) -> Meaning<QueryPlan> {
        let mut row = request.row;
        let mut sizes: Vec<Size> = Vec::new();
        let mut columns: Vec<ColumnRef> = Vec::new();
        let mut rows: Vec<usize> = Vec::new();
        let mut the_number = false;
        for out in &request.outs {
            match out {
                Out::Number(size) if !sizes.contains(size) => sizes.push(size.clone()),
                Out::Number(_) => {}
                Out::Column(c, _) => columns.push(*c),
                Out::Rows(t) => rows.push(*t),
                Out::TheNumber => the_number = true,
            }
        }
        let mut shown = sizes.len();
        // The number that decides comes from the pick, else it is the one that is shown.
        let mut pick = None;
        match row.pick.take() {
            Some(Pick { by: By::Size(size), large, n, shown: by }) => {
                let at = self.find_or_add(&mut sizes, size);
                // "top 5 products by revenue" shows the revenue.
                if by && shown == 0 && request.outs.len() <= 1 && !request.refined {
                    shown = 1;
                }
                pick = Some((at, large, n));
            }
            Some(Pick { by: By::Column(_), .. }) => {
                return Err("a number of the first of several".into());
            }
            None => {}
        }
        if the_number && sizes.is_empty() {
            let home = row.table;
            sizes.push(Size::count(home, Vec::new()));
        }
        let mut having = Vec::new();
        for (size, operator, value) in std::mem::take(&mut row.having) {
            let measure = self.find_or_add(&mut sizes, size);
            let value = value.parse::<i64>().map_or(Literal::Decimal(value), Literal::Integer);
            having.push(Having { measure, operator, value });
        }
        let mut order = Vec::new();
        for (out, direction) in &request.order {
            match out {
                Out::Number(size) => {
                    let at = self.find_or_add(&mut sizes, size.clone());
                    order.push(Order { by: OrderKey::Measure(at), descending: direction.unwrap_or(false) });
                }
                Out::TheNumber if !sizes.is_empty() => {
                    order.push(Order { by: OrderKey::Measure(0), descending: direction.unwrap_or(false) });
                }
                Out::Column(c, _) => {
                    let by = OrderKey::Field(self.world.field(*c));
                    order.push(Order { by, descending: direction.unwrap_or(false) });
                }
                Out::Rows(t) => {
                    for c in self.world.labels(*t) {
                        let by = OrderKey::Field(self.world.field(c));
                        order.push(Order { by, descending: direction.unwrap_or(false) });
                    }
                }
                Out::TheNumber => return Err("what it is ordered by".into()),
            }
        }
        let home = sizes.first().map_or(row.table, |s| s.home);
        let mut plan =
            QueryPlan { source: self.name(home), filters: row.filters, having, ..QueryPlan::default() };
        // What is said of the number that decides is said of its rows, where all numbers are of them.
        let one_home = sizes.iter().all(|s| s.home == home);
        if let Some((at, _, _)) = pick
            && one_home
            && sizes.iter().enumerate().all(|(i, s)| i == at || s.filters.is_empty())
        {
            plan.filters.extend(std::mem::take(&mut sizes[at].filters));
        }
        let several = sizes.len() > 1;
        for (i, size) in sizes.iter().enumerate() {
            let mut measure = size.measure.clone();
            measure.hidden = i >= shown && !(the_number && i == 0);
            if measure.expression.is_none() {
                measure.table = (size.home != home).then(|| self.name(size.home));
            }
            if several {
                measure.filters.extend(size.filters.iter().cloned());
            } else {
                for filter in &size.filters {
                    if !plan.filters.contains(filter) {
                        plan.filters.push(filter.clone());
                    }
                }
            }
            plan.measures.push(measure);
        }
        if home != row.table {
            self.seen_from(&mut plan.filters, row.table, home)?;
        }
        // "the town of the club with the most sailors": clubs are compared, not towns.
        let compared = (row.head.is_none() && pick.is_some()).then_some(row.table);
        self.dimensions(&mut plan, &row.groups, &columns, &rows, home, row.table, compared)?;
        // "the papers with the most authors, ordered by the number of authors": all of them, in that order.
        let ranked_all =
            pick.is_some_and(|(at, _, n)| n == 1 && order.iter().any(|o| o.by == OrderKey::Measure(at)));
        if let Some((at, large, n)) = pick.filter(|_| !ranked_all) {
            plan.order.push(Order { by: OrderKey::Measure(at), descending: large });
            plan.limit = Some(n);
        }
        plan.order.extend(order);
        if let Some(descending) = request.direction.filter(|_| plan.order.is_empty()) {
            plan.order.push(Order { by: OrderKey::Measure(0), descending });
        }
        self.order_dimensions(&mut plan)?;
        let shown_tables: Vec<ColumnRef> = columns.clone();
        self.flatten(&mut plan.filters, &shown_tables);
        self.flatten_home(&mut plan, home);
        if row.only {
            plan.dimensions.iter_mut().for_each(|d| d.hidden = true);
        }
        if plan.dimensions.is_empty() && plan.measures.iter().all(|m| m.hidden) {
            return Err("what to show".into());
        }
        crate::offline::numbers::terms(self.world, &mut self.notes, &mut plan);
        crate::offline::numbers::asked_names(self.world, &mut self.notes, &mut plan);
        Ok(plan)
    }

    /// A condition that rows of the counted table exist says nothing more.
    pub(super) fn flatten_home(&self, plan: &mut QueryPlan, home: usize) {
        let name = self.name(home);
        let mut out = Vec::new();
        for filter in std::mem::take(&mut plan.filters) {
            match filter {
                Filter::Related { table, filters, count: None, negated: false, via: None }
                    if table == name =>
                {
                    out.extend(filters);
                }
                other => out.push(other),
            }
        }
        plan.filters = out;
    }

    /// Conditions on what belongs to rows hold of those rows, from wherever they are seen.
    pub(super) fn seen_from(&self, filters: &mut Vec<Filter>, table: usize, home: usize) -> Meaning<()> {
        let own = self.name(home);
        let (related, mut rest): (Vec<Filter>, Vec<Filter>) =
            std::mem::take(filters).into_iter().partition(|f| match f {
                Filter::Related { table, count: None, negated: false, .. } => *table != own,
                Filter::Related { .. } => true,
                _ => false,
            });
        if !related.is_empty() {
            let key = key_column(&self.world.catalogue.tables[table], table)
                .ok_or_else(|| "which of them are meant".to_owned())?;
            let field = self.world.field(key);
            let inner = QueryPlan {
                source: self.name(table),
                columns: vec![field.clone()],
                filters: related,
                ..QueryPlan::default()
            };
            rest.push(Filter::Among { field, plan: Box::new(inner), negated: false });
        }
        *filters = rest;
        Ok(())
    }

    pub(super) fn find_or_add(&self, sizes: &mut Vec<Size>, size: Size) -> usize {
        let same = |s: &Size| {
            s.home == size.home
                && s.measure.aggregate == size.measure.aggregate
                && s.measure.expression == size.measure.expression
                && (size.filters.is_empty() || s.filters == size.filters)
        };
        sizes.iter().position(same).unwrap_or_else(|| {
            sizes.push(size);
            sizes.len() - 1
        })
    }

    // Each is a part of one summary; a struct of them would have this one reader.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn dimensions(
        &mut self,
        plan: &mut QueryPlan,
        groups: &[Group],
        columns: &[ColumnRef],
        rows: &[usize],
        home: usize,
        subject: usize,
        compared: Option<usize>,
    ) -> Meaning<()> {
        let put = |plan: &mut QueryPlan, dimension: Dimension| {
            let known =
                plan.dimensions.iter_mut().find(|d| d.field == dimension.field && d.grain == dimension.grain);
            match known {
                Some(known) => known.by_key |= dimension.by_key,
                None => plan.dimensions.push(dimension),
            }
        };
        for group in groups {
            match group {
                Group::Time(grain) => {
                    let c = self.time_of(home, subject, *grain)?;
                    let temporal = self.world.column(c).kind.is_temporal();
                    put(
                        plan,
                        Dimension { grain: temporal.then_some(*grain), ..Dimension::of(self.world.field(c)) },
                    );
                }
                Group::Column(c, grain) => {
                    let kind = self.world.column(*c).kind;
                    let grain =
                        grain
                            .or(matches!(kind, TypeKind::Timestamp | TypeKind::TimestampTz)
                                .then_some(Grain::Day));
                    let by_key = c.table != home && self.world.names_rows(*c);
                    put(plan, Dimension { grain, by_key, ..Dimension::of(self.world.field(*c)) });
                }
                Group::Rows(t) => {
                    // Named by their columns, where those are shown.
                    if columns.iter().any(|c| c.table == *t || self.refers(*c, *t)) {
                        continue;
                    }
                    for c in self.world.labels(*t) {
                        put(plan, Dimension { by_key: *t != home, ..Dimension::of(self.world.field(c)) });
                    }
                }
            }
        }
        for t in rows {
            for c in self.world.labels(*t) {
                put(plan, Dimension { by_key: true, ..Dimension::of(self.world.field(c)) });
            }
            self.loss += 0.05;
        }
        let things = columns.iter().any(|c| self.is_label(*c) && c.table != home);
        for c in columns {
            let by_key = c.table != home && (things || compared == Some(c.table))
                || groups.iter().any(|g| matches!(g, Group::Rows(t) if *t == c.table && *t != home));
            put(plan, Dimension { by_key, ..Dimension::of(self.world.field(*c)) });
        }
        Ok(())
    }

    /// The column is a foreign key to the table.
    pub(super) fn refers(&self, c: ColumnRef, table: usize) -> bool {
        let name = &self.world.column(c).name;
        let graph = &self.world.lexicon.prepared.graph;
        graph.edges.iter().any(|e| e.from == c.table && e.to == table && e.from_columns.contains(name))
    }

    /// The time by which rows are split.
    pub(super) fn time_of(&mut self, home: usize, subject: usize, grain: Grain) -> Meaning<ColumnRef> {
        for table in [home, subject] {
            let plain = |c: &ColumnRef| self.world.lexicon.columns[c.table][c.column].words == ["year"];
            let dated = self.world.date_column(table).is_some();
            if grain == Grain::Year
                && let Some(c) = self.year_number(table, None).filter(|c| !dated || plain(c))
            {
                return Ok(c);
            }
            if let Some((c, several)) = self.world.date_column(table) {
                if several {
                    self.notes.push(format!("The time is that of {}.", self.world.column(c).name));
                    self.loss += 0.08;
                }
                return Ok(c);
            }
        }
        if let Some((c, _)) = self.world.date_of_whole(home) {
            return Ok(c);
        }
        let graph = &self.world.lexicon.prepared.graph;
        let near: Vec<ColumnRef> = graph.steps[home]
            .iter()
            .filter(|s| s.forward)
            .filter_map(|s| self.world.date_column(graph.end(*s)).map(|d| d.0))
            .collect();
        match near.as_slice() {
            [one] => Ok(*one),
            _ => Err("a time, where no date is kept".into()),
        }
    }

    /// An order by a column of a summary needs that column among its groups.
    pub(super) fn order_dimensions(&self, plan: &mut QueryPlan) -> Meaning<()> {
        for at in 0..plan.order.len() {
            let OrderKey::Field(field) = plan.order[at].by.clone() else { continue };
            if plan.dimensions.iter().any(|d| d.field == field) {
                continue;
            }
            // A number that is shown may be what it is ordered by.
            let shown = plan.measures.iter().position(
                |m| matches!(&m.expression, Some(rowcall_plan::Expression::Field(f)) if *f == field),
            );
            match shown {
                Some(measure) => plan.order[at].by = OrderKey::Measure(measure),
                None if plan.dimensions.iter().any(|d| d.by_key && d.field.table == field.table) => {
                    plan.dimensions.push(Dimension { hidden: true, ..Dimension::of(field) });
                }
                None => return Err("what it is ordered by".into()),
            }
        }
        Ok(())
    }
}
