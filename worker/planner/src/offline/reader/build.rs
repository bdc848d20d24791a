//! From a request to a plan.

use super::{
    ast::Ask,
    request::{Out, Request},
    rows::{By, Group, Meaning, Pick, Reader, Size},
};
use rowcall_core::ColumnRef;
use rowcall_plan::{Aggregate, Combine, Filter, Measure, Order, OrderKey, QueryPlan, SetOperator};

impl Reader<'_, '_> {
    /// The plan of a request.
    pub fn plan(&mut self, mut request: Request) -> Meaning<QueryPlan> {
        if let Some(plan) = self.first_of_each(&request)? {
            return Ok(plan);
        }
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
    pub(super) fn happenings(&mut self, request: &mut Request) {
        let [Out::Rows(t)] = request.outs.as_slice() else { return };
        let (t, row) = (*t, &request.row);
        let timed = row.filters.iter().any(|f| matches!(f, Filter::Period { .. }));
        let plain = request.ask == Ask::Bare
            && row.pick.is_none()
            && row.groups.is_empty()
            && request.order.is_empty();
        if !timed || !plain || self.world.is_named(t) || self.world.date_column(t).is_none() {
            return;
        }
        request.outs = vec![Out::Number(Size::count(t, Vec::new()))];
        self.notes.push(format!(
            "They are counted; begin with \"list\" to see the {} themselves.",
            crate::offline::plural(&self.world.lexicon.tables[t].words.join(" "))
        ));
    }

    /// "the name and city of each customer" is a list, "orders per customer" and "price by city" are numbers.
    pub(super) fn split_or_list(&mut self, request: &mut Request) {
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
    pub(super) fn both(&mut self, request: Request, kinds: Vec<Vec<Filter>>) -> Meaning<QueryPlan> {
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

    pub(super) fn list(&mut self, request: Request) -> Meaning<QueryPlan> {
        let row = request.row;
        let row_table = row.table;
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
        // "which regions speak Dutch": each once, where no rows are spoken of that could share one.
        let free = row.pick.is_none() && request.order.is_empty() && request.direction.is_none();
        distinct |= free
            && matches!(shown.as_slice(), [one] if self.world.groups_rows(*one) && !self.world.named.contains(&one.table));
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
            // "the orders, most recent first"
            let date = self.world.date_column(row_table).map(|d| d.0);
            let by = if named { shown[0] } else { date.unwrap_or(shown[0]) };
            plan.order.push(Order { by: OrderKey::Field(self.world.field(by)), descending });
        }
        self.flatten(&mut plan.filters, &shown);
        plan.columns = shown.into_iter().map(|c| self.world.field(c)).collect();
        Ok(plan)
    }

    /// A condition on rows whose columns are shown is a condition on those very rows.
    pub(super) fn flatten(&self, filters: &mut Vec<Filter>, shown: &[ColumnRef]) {
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
}
