//! From a request to a plan.

use super::{
    ast::Ask,
    request::{Out, Request},
    rows::{By, Group, Meaning, Pick, Reader, Size},
};
use crate::offline::lexicon::key_column;
use rowcall_core::{ColumnRef, TypeKind};
use rowcall_plan::{
    Aggregate, Combine, Dimension, Filter, Grain, Having, Literal, Measure, Order, OrderKey, QueryPlan,
    SetOperator,
};

impl Reader<'_, '_> {
    /// The plan of a request.
    pub fn plan(&mut self, mut request: Request) -> Meaning<QueryPlan> {
        self.split_or_list(&mut request);
        self.happenings(&mut request);
        let numbers = request.outs.iter().any(|o| matches!(o, Out::Number(_)));
        let sized = matches!(&request.row.pick, Some(Pick { by: By::Size(_), .. }));
        let ordered = request.order.iter().any(|(o, _)| matches!(o, Out::Number(_) | Out::TheNumber));
        let both = std::mem::take(&mut request.row.both);
        if !both.is_empty() {
            return self.both(request, both);
        }
        let except = std::mem::take(&mut request.row.except);
        if let Some(filters) = except.into_iter().next() {
            if numbers || sized || ordered || filters.is_empty() {
                return Err("a number of what is left out".into());
            }
            let mut left_out = request.clone();
            left_out.row.filters.extend(filters);
            let mut plan = self.list(request)?;
            plan.distinct = true;
            let other = QueryPlan { distinct: true, ..self.list(left_out)? };
            plan.combine = Some(Combine { operator: SetOperator::Except, plan: Box::new(other) });
            return Ok(plan);
        }
        if numbers || sized || ordered || !request.row.having.is_empty() || !request.row.groups.is_empty() {
            self.summary(request)
        } else {
            self.list(request)
        }
    }

    /// "orders last month": of happenings within a time, the number is what people want to know.
    fn happenings(&mut self, request: &mut Request) {
        let [Out::Rows(t)] = request.outs.as_slice() else { return };
        let (t, row) = (*t, &request.row);
        let timed = row.filters.iter().any(|f| matches!(f, Filter::Period { .. }));
        let plain = request.ask == Ask::Bare
            && row.pick.is_none()
            && row.groups.is_empty()
            && request.order.is_empty();
        let named = self.world.labels(t).iter().any(|c| {
            let name = self.world.column(*c).name.to_lowercase();
            name.ends_with("name") || name.ends_with("title")
        });
        if !timed || !plain || named || self.world.date_column(t).is_none() {
            return;
        }
        request.outs = vec![Out::Number(Size::count(t, Vec::new()))];
        self.notes.push(format!(
            "They are counted; begin with \"list\" to see the {} themselves.",
            crate::offline::plural(&self.world.lexicon.tables[t].words.join(" "))
        ));
    }

    /// "the name and city of each customer" is a list, "orders per customer" and "price by city" are numbers.
    fn split_or_list(&mut self, request: &mut Request) {
        let number = request.outs.iter().any(|o| matches!(o, Out::Number(_) | Out::TheNumber));
        if request.row.groups.is_empty()
            || number
            || matches!(&request.row.pick, Some(Pick { by: By::Size(_), .. }))
        {
            return;
        }
        let is_number = |reader: &Self, c: ColumnRef| {
            reader.world.column(c).kind.is_numeric() && !reader.is_label(c) && !reader.world.is_reference(c)
        };
        let things = request.row.groups.iter().all(|g| matches!(g, Group::Rows(_)));
        let plain = request.outs.iter().any(|o| matches!(o, Out::Column(c, _) if !is_number(self, *c)));
        let rows = request.outs.iter().any(|o| matches!(o, Out::Rows(_)));
        if things && (plain || request.outs.len() > 1) {
            request.row.groups.clear();
            return;
        }
        if rows {
            let home = request.row.table;
            let size = Size::count(home, Vec::new());
            request.outs = vec![Out::Number(size)];
            return;
        }
        if plain {
            return;
        }
        for out in &mut request.outs {
            if let Out::Column(c, _) = out {
                let c = *c;
                let sum = self.world.adds_up(c);
                let aggregate = if sum { Aggregate::Sum } else { Aggregate::Average };
                let how = if sum { "added up" } else { "averaged" };
                self.notes.push(format!(
                    "{} is {how}.",
                    crate::offline::assemble::capital(&crate::offline::parse::plain(
                        &self.world.column(c).name
                    ))
                ));
                self.loss += 0.1;
                let measure = Measure::of(aggregate, self.world.field(c));
                *out = Out::Number(Size { measure, home: c.table, filters: Vec::new() });
            }
        }
    }

    /// The values that rows of each kind have.
    fn both(&mut self, request: Request, kinds: Vec<Vec<Filter>>) -> Meaning<QueryPlan> {
        let mut whole: Option<QueryPlan> = None;
        for filters in kinds.into_iter().rev() {
            let mut part = request.clone();
            part.row.filters.extend(filters);
            let mut plan = self.list(part)?;
            plan.distinct = true;
            if plan.limit.is_some() {
                return Err("the first of what two things share".into());
            }
            plan.combine =
                whole.take().map(|other| Combine { operator: SetOperator::Intersect, plan: Box::new(other) });
            whole = Some(plan);
        }
        whole.ok_or_else(|| "what two things share".to_owned())
    }

    fn list(&mut self, request: Request) -> Meaning<QueryPlan> {
        let row = request.row;
        let mut shown: Vec<ColumnRef> = Vec::new();
        let mut distinct = false;
        let named = request.outs.iter().any(|o| matches!(o, Out::Column(..)));
        for out in &request.outs {
            match out {
                Out::Column(c, each) => {
                    distinct |= each;
                    shown.push(*c);
                }
                Out::Rows(t) => {
                    let asked = match request.ask {
                        Ask::Which => true,
                        Ask::What => row.pick.is_none(),
                        Ask::Rows | Ask::Bare => false,
                    };
                    let few = named || asked || request.outs.len() > 1;
                    let columns = if few {
                        self.world.labels(*t)
                    } else {
                        crate::offline::assemble::sensible(self.world, *t)
                    };
                    // Which columns are worth seeing is our choice, not the asker's.
                    self.loss += if few { 0.06 } else { 0.12 };
                    shown.extend(columns);
                }
                Out::TheNumber => return Err("what should be counted".into()),
                Out::Number(_) => {}
            }
        }
        // A list of everything shows what it is ordered by.
        if let (Some(Pick { by: By::Column(c), .. }), false) = (&row.pick, named)
            && c.table == row.table
            && !matches!(request.ask, Ask::Which)
            && !shown.contains(c)
        {
            if shown.len() >= 8 {
                shown.pop();
            }
            shown.push(*c);
        }
        let mut seen = Vec::new();
        shown.retain(|c| {
            let new = !seen.contains(c);
            seen.push(*c);
            new
        });
        if shown.is_empty() {
            return Err("which columns to show".into());
        }
        let mut plan = QueryPlan { source: self.name(row.table), distinct, ..QueryPlan::default() };
        plan.filters = row.filters;
        if let Some(Pick { by: By::Column(c), large, n, shown: shown_by }) = row.pick {
            plan.order.push(Order { by: OrderKey::Field(self.world.field(c)), descending: large });
            plan.limit = Some(n);
            if !shown_by && self.world.column(c).nullable {
                plan.filters.push(Filter::Null { field: self.world.field(c), negated: true });
            }
        }
        for (out, direction) in &request.order {
            let columns = match out {
                Out::Column(c, _) => vec![*c],
                Out::Rows(t) => self.world.labels(*t),
                _ => return Err("what it is ordered by".into()),
            };
            for c in columns {
                let by = OrderKey::Field(self.world.field(c));
                plan.order.push(Order { by, descending: direction.unwrap_or(false) });
            }
        }
        if let Some(descending) = request.direction.filter(|_| plan.order.is_empty()) {
            plan.order.push(Order { by: OrderKey::Field(self.world.field(shown[0])), descending });
        }
        self.flatten(&mut plan.filters, &shown);
        plan.columns = shown.into_iter().map(|c| self.world.field(c)).collect();
        Ok(plan)
    }

    /// A condition on rows whose columns are shown is a condition on those very rows.
    fn flatten(&self, filters: &mut Vec<Filter>, shown: &[ColumnRef]) {
        let tables: Vec<_> = shown.iter().map(|c| self.name(c.table)).collect();
        let mut out = Vec::new();
        for filter in std::mem::take(filters) {
            match filter {
                Filter::Related { table, filters, count: None, negated: false, via: None }
                    if tables.contains(&table) =>
                {
                    out.extend(filters);
                }
                other => out.push(other),
            }
        }
        *filters = out;
    }

    fn summary(&mut self, request: Request) -> Meaning<QueryPlan> {
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
        if plan.dimensions.is_empty() && plan.measures.iter().all(|m| m.hidden) {
            return Err("what to show".into());
        }
        crate::offline::numbers::terms(self.world, &mut self.notes, &mut plan);
        crate::offline::numbers::asked_names(self.world, &mut self.notes, &mut plan);
        Ok(plan)
    }

    /// A condition that rows of the counted table exist says nothing more.
    fn flatten_home(&self, plan: &mut QueryPlan, home: usize) {
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
    fn seen_from(&self, filters: &mut Vec<Filter>, table: usize, home: usize) -> Meaning<()> {
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

    fn find_or_add(&self, sizes: &mut Vec<Size>, size: Size) -> usize {
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
    fn dimensions(
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
                    let by_key = c.table != home && self.world.labels(c.table).contains(c);
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
    fn refers(&self, c: ColumnRef, table: usize) -> bool {
        let name = &self.world.column(c).name;
        let graph = &self.world.lexicon.prepared.graph;
        graph.edges.iter().any(|e| e.from == c.table && e.to == table && e.from_columns.contains(name))
    }

    /// The time by which rows are split.
    fn time_of(&mut self, home: usize, subject: usize, grain: Grain) -> Meaning<ColumnRef> {
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
    fn order_dimensions(&self, plan: &mut QueryPlan) -> Meaning<()> {
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
