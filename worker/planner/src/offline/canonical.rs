//! Two plans that ask for the same in other words. The readers build plans in ways of their own: one says
//! `customer_id` of the orders and the other that of the customers, one looks through a table that only links two
//! others and the other at its far end. What remains when such differences are taken away is compared.

mod conditions;

pub(super) use conditions::as_lists;
use conditions::present;
use rowcall_core::Catalogue;
use rowcall_plan::{
    Aggregate, Expression, Field, Filter, Literal, Measure, Operator, OrderKey, Prepared, QueryPlan,
    TableName,
};
use std::{borrow::Cow, collections::BTreeSet};

/// A plan without the numbers that it only shows beside their places among those of the group.
fn unshown(plan: &QueryPlan) -> QueryPlan {
    let base =
        |m: &Measure| Measure { rank: false, smallest_first: false, hidden: false, label: None, ..m.clone() };
    let ranked: Vec<Measure> = plan.measures.iter().filter(|m| m.rank).map(base).collect();
    let mut plan = plan.clone();
    while let Some(at) = plan.measures.iter().position(|m| !m.rank && ranked.contains(&base(m))) {
        plan.measures.remove(at);
        plan.order.retain(|o| o.by != OrderKey::Measure(at));
        for order in &mut plan.order {
            if let OrderKey::Measure(n) = &mut order.by
                && *n > at
            {
                *n -= 1;
            }
        }
        plan.having.retain(|h| h.measure != at);
        plan.having.iter_mut().filter(|h| h.measure > at).for_each(|h| h.measure -= 1);
    }
    plan
}

/// How far two plans are apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Difference {
    /// They give the same rows.
    None,
    /// The rows of different tables are gone through.
    Source,
    /// One of them shows the number that it ranks by, too.
    Shown,
    /// Rows that share a value are kept apart by one of them.
    Apart,
    /// Each value once, or as often as it occurs.
    Repeats,
    /// The conditions.
    Conditions,
    /// What is shown, counted or ranked.
    Much,
}

/// Where plans come from.
pub(super) struct Canon<'c> {
    /// The tables.
    pub catalogue: &'c Catalogue,
    /// Their joins.
    pub prepared: &'c Prepared,
}

/// A plan without what makes no difference to its rows.
#[derive(Clone, Debug, PartialEq)]
struct Form {
    source: TableName,
    shown: BTreeSet<String>,
    groups: BTreeSet<String>,
    measures: BTreeSet<String>,
    filters: BTreeSet<String>,
    having: BTreeSet<String>,
    limit: Option<u64>,
    distinct: bool,
    rest: String,
    combine: Option<Box<Form>>,
}

/// What a measure ends with that is not shown.
const HIDDEN: &str = "hidden";

impl Form {
    fn with_all_shown(&self) -> Self {
        let shown = |measure: &String| measure.trim_end_matches(HIDDEN).to_owned();
        Self { measures: self.measures.iter().map(shown).collect(), ..self.clone() }
    }
}

impl Canon<'_> {
    /// How far two plans are apart. The order counts where it decides which rows there are, or where both ask for one.
    pub(super) fn difference(&self, a: &QueryPlan, b: &QueryPlan) -> Difference {
        let (a, b) = (&extreme(a), &extreme(b));
        let (first, second) = (self.order(a), self.order(b));
        let starts = |a: &[String], b: &[String]| a.starts_with(b) || b.starts_with(a);
        let free = a.limit.is_none() && b.limit.is_none() && starts(&first, &second);
        let ranked = self.form(&unshown(a)) == self.form(&unshown(b));
        let once = a.source == b.source && self.shows_key(a) && self.shows_key(b);
        let (mut a, mut b) = (self.form(a), self.form(b));
        if once {
            (a.distinct, b.distinct) = (false, false);
        }
        let bare = |keys: &[String]| keys.iter().map(|key| key.replace(HIDDEN, "")).collect::<Vec<_>>();
        if !free && bare(&first) != bare(&second) {
            return Difference::Much;
        }
        if a == b {
            return Difference::None;
        }
        if a.with_all_shown() == b.with_all_shown() || ranked {
            return Difference::Shown;
        }
        let with = |change: &dyn Fn(&mut Form)| {
            let mut form = a.clone();
            change(&mut form);
            form == b
        };
        if with(&|form| form.source = b.source.clone()) {
            Difference::Source
        } else if with(&|form| form.groups.clone_from(&b.groups)) {
            Difference::Apart
        } else if with(&|form| form.distinct = b.distinct) {
            Difference::Repeats
        } else if with(&|form| form.filters.clone_from(&b.filters)) {
            Difference::Conditions
        } else {
            Difference::Much
        }
    }

    fn form(&self, plan: &QueryPlan) -> Form {
        let mut groups: Vec<(TableName, String)> = Vec::new();
        for dimension in &plan.dimensions {
            let field = self.referred(&dimension.field);
            groups.push((field.table, format!("{} {:?}", self.field(&dimension.field), dimension.grain)));
            if dimension.by_key {
                let table = &dimension.field.table;
                groups.extend(self.key(table).map(|key| (table.clone(), key)));
            }
        }
        // What hangs on a key splits no further.
        let is_key = |(table, group): &(TableName, String)| self.key(table).as_ref() == Some(group);
        let keyed: Vec<TableName> =
            groups.iter().filter(|g| is_key(g)).map(|(table, _)| table.clone()).collect();
        groups.retain(|group| is_key(group) || !keyed.contains(&group.0));
        let groups: BTreeSet<String> = groups.into_iter().map(|(_, group)| group).collect();
        let of_dimensions = plan
            .dimensions
            .iter()
            .filter(|d| !d.hidden)
            .map(|d| format!("{} {:?}", self.field(&d.field), d.grain));
        let shown = plan.columns.iter().map(|c| self.field(c)).chain(of_dimensions).collect();
        let ranked: Vec<&Field> = match plan.limit {
            Some(_) => {
                plan.order.iter().filter_map(|o| if let OrderKey::Field(f) = &o.by { Some(f) } else { None })
            }
            None => return self.with(plan, groups, shown, &[]),
        }
        .collect();
        self.with(plan, groups, shown, &ranked)
    }

    fn with(
        &self,
        plan: &QueryPlan,
        groups: BTreeSet<String>,
        shown: BTreeSet<String>,
        ranked: &[&Field],
    ) -> Form {
        let counted = self.counted_groups(plan, &groups);
        let mut filters = match &counted {
            Some(_) => BTreeSet::new(),
            None => self.filters(&plan.filters, &plan.source),
        };
        // What has no value comes last anyway.
        for field in ranked {
            filters.remove(&present(&self.field(field)));
        }
        Form {
            source: plan.source.clone(),
            shown,
            groups,
            measures: plan.measures.iter().map(|m| self.measure(m, &plan.source)).collect(),
            filters,
            having: plan
                .having
                .iter()
                .filter_map(|h| {
                    let of = self.measure(plan.measures.get(h.measure)?, &plan.source);
                    Some(bound(&of, h.operator, &h.value))
                })
                .chain(counted.flatten())
                .collect(),
            limit: plan.limit,
            distinct: plan.distinct && plan.combine.is_none(),
            rest: format!("{:?} {:?} {:?} {:?}", plan.comparison, plan.time_zone, plan.offset, plan.fold),
            combine: plan.combine.as_ref().map(|c| {
                let other = QueryPlan { distinct: false, ..(*c.plan).clone() };
                let form = self.form(&other);
                Box::new(Form { rest: format!("{} {:?}", form.rest, c.operator), ..form })
            }),
        }
    }

    /// Groups of those alone that have so many rows: a bound on the count of each group, where nothing else chooses the
    /// rows. That there is one row at least tells nothing. Rows that belong to nobody are no group that anybody means.
    fn counted_groups(&self, plan: &QueryPlan, groups: &BTreeSet<String>) -> Option<Option<String>> {
        let [Filter::Among { field, plan: some, negated: false }] = plan.filters.as_slice() else {
            return None;
        };
        let [Filter::Related { table, filters, count: Some((operator, n)), negated: false, via: None }] =
            some.filters.as_slice()
        else {
            return None;
        };
        let key = format!("{} None", self.field(field));
        let keys = matches!(some.columns.as_slice(), [column] if self.field(column) == self.field(field));
        let plain = keys && some.measures.is_empty() && some.limit.is_none() && some.combine.is_none();
        let count = plan.measures.iter().find(|m| {
            m.aggregate == Aggregate::Count
                && m.expression.is_none()
                && m.filters.is_empty()
                && m.over.is_none()
        })?;
        let own = groups.len() == 1 && groups.contains(&key) && *table == plan.source && filters.is_empty();
        let always = (*operator, *n) == (Operator::AtLeast, 1);
        let least =
            bound(&self.measure(count, &plan.source), *operator, &Literal::Integer(i64::try_from(*n).ok()?));
        (own && plain).then(|| (!always).then_some(least))
    }

    /// Every row is another one anyway.
    fn shows_key(&self, plan: &QueryPlan) -> bool {
        let key = self.key(&plan.source);
        plan.dimensions.is_empty()
            && plan.measures.is_empty()
            && key.is_some_and(|key| plan.columns.iter().any(|c| format!("{} None", self.field(c)) == key))
    }

    fn order(&self, plan: &QueryPlan) -> Vec<String> {
        let by = |key: &OrderKey| match key {
            OrderKey::Measure(at) => plan.measures.get(*at).map(|m| self.measure(m, &plan.source)),
            OrderKey::Dimension(at) => plan.dimensions.get(*at).map(|d| self.field(&d.field)),
            OrderKey::Field(field) => Some(self.field(field)),
        };
        plan.order.iter().map(|o| format!("{:?} {}", by(&o.by), o.descending)).collect()
    }

    /// A column; of a reference the key that it refers to.
    fn referred(&self, field: &Field) -> Field {
        let mut at = field.clone();
        for _ in 0..4 {
            let Ok(table) = self.prepared.table(self.catalogue, &at.table) else { break };
            let edge = self
                .prepared
                .graph
                .edges
                .iter()
                .find(|e| e.from == table && e.to != table && e.from_columns == [at.column.clone()]);
            let Some(edge) = edge.filter(|_| at.via.is_none()) else { break };
            at = Field::new(self.prepared.name_of(self.catalogue, edge.to), edge.to_columns[0].clone());
        }
        at
    }

    /// The same in words.
    fn field(&self, field: &Field) -> String {
        let at = self.referred(field);
        let via = field.via.as_deref().filter(|via| !self.is_only(&at.table, via));
        let via = via.map(|v| format!(" over {v}")).unwrap_or_default();
        format!("{}.{}{via}", at.table, at.column)
    }

    /// The first reference to a table is the one that is taken where nothing else is said.
    fn is_only(&self, table: &TableName, via: &str) -> bool {
        let Ok(to) = self.prepared.table(self.catalogue, table) else { return false };
        let edges = &self.prepared.graph.edges;
        let from = edges.iter().find(|e| e.to == to && e.from_columns == [via.to_owned()]).map(|e| e.from);
        from.is_some_and(|from| {
            let mut between = edges.iter().filter(|e| (e.from, e.to) == (from, to));
            between.next().is_some_and(|e| e.from_columns == [via.to_owned()])
        })
    }

    fn key(&self, table: &TableName) -> Option<String> {
        let at = self.prepared.table(self.catalogue, table).ok()?;
        let [key] = self.catalogue.tables[at].primary_key.as_slice() else { return None };
        Some(format!("{} None", self.field(&Field::new(table.clone(), key.clone()))))
    }

    fn measure(&self, measure: &Measure, source: &TableName) -> String {
        let of = measure.expression.as_ref().map(|e| match e {
            Expression::Field(field) => self.field(field),
            other => format!("{other:?}"),
        });
        let mut aggregate = measure.aggregate;
        let mut of = of;
        let key = self.key(measure.table.as_ref().unwrap_or(source));
        let counts_keys = of.as_ref().is_some_and(|of| key.as_deref() == Some(format!("{of} None").as_str()));
        if aggregate == Aggregate::CountDistinct && (of.is_none() || counts_keys) {
            (aggregate, of) = (Aggregate::Count, None);
        }
        format!(
            "{aggregate:?} {of:?} {:?} {:?} {:?} {:?} {} {} {} {:?} {}",
            measure.table.as_ref().filter(|t| *t != source),
            self.filters(&measure.filters, source),
            measure.over.as_ref().map(|m| self.measure(m, source)),
            measure.minus.as_ref().map(|m| self.measure(m, source)),
            measure.share,
            measure.percent,
            measure.running,
            measure.rank.then_some(measure.smallest_first),
            if measure.hidden { HIDDEN } else { "" },
        )
    }
}

/// A bound on a number.
fn bound(of: &str, operator: Operator, value: &Literal) -> String {
    format!("{} {operator:?} {value:?}", of.trim_end_matches(HIDDEN))
}

/// A column of the one row that has most of it, as the maximum that it is.
fn extreme(plan: &QueryPlan) -> Cow<'_, QueryPlan> {
    let bare = plan.measures.is_empty() && plan.dimensions.is_empty() && plan.combine.is_none();
    match (plan.columns.as_slice(), plan.order.as_slice()) {
        ([shown], [order]) if bare && plan.limit == Some(1) && order.by == OrderKey::Field(shown.clone()) => {
            let aggregate = if order.descending { Aggregate::Maximum } else { Aggregate::Minimum };
            let given = |f: &Filter| matches!(f, Filter::Null { field, negated: true } if field == shown);
            let mut whole = QueryPlan {
                columns: Vec::new(),
                measures: vec![Measure::of(aggregate, shown.clone())],
                order: Vec::new(),
                limit: None,
                distinct: false,
                ..plan.clone()
            };
            whole.filters.retain(|f| !given(f));
            Cow::Owned(whole)
        }
        _ => Cow::Borrowed(plan),
    }
}

#[cfg(test)]
mod tests;
