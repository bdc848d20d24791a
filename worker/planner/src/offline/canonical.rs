//! Two plans that ask for the same in other words. The readers build plans in ways of their own: one says
//! `customer_id` of the orders and the other that of the customers, one looks through a table that only links two
//! others and the other at its far end. What remains when such differences are taken away is compared.

use rowcall_core::Catalogue;
use rowcall_plan::{
    Aggregate, Expression, Field, Filter, Literal, Measure, Operand, Operator, OrderKey, Prepared, QueryPlan,
    TableName, TextMatch,
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

/// Conditions, taken apart.
#[derive(Default)]
struct Facts {
    /// What they say.
    said: BTreeSet<String>,
    /// Of which table, and seen from where.
    told: Vec<(TableName, TableName)>,
    /// Tables that a row is wanted of.
    there: BTreeSet<TableName>,
}

impl Canon<'_> {
    /// How far two plans are apart. The order counts where it decides which rows there are, or where both ask for one.
    pub(super) fn difference(&self, a: &QueryPlan, b: &QueryPlan) -> Difference {
        let (a, b) = (&extreme(a), &extreme(b));
        let (first, second) = (self.order(a), self.order(b));
        let starts = |a: &[String], b: &[String]| a.starts_with(b) || b.starts_with(a);
        let free = a.limit.is_none() && b.limit.is_none() && starts(&first, &second);
        let ranked = self.form(&unshown(a)) == self.form(&unshown(b));
        let (a, b) = (self.form(a), self.form(b));
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
        let mut groups: BTreeSet<String> = BTreeSet::new();
        for dimension in &plan.dimensions {
            groups.insert(format!("{} {:?}", self.field(&dimension.field), dimension.grain));
            if dimension.by_key {
                groups.extend(self.key(&dimension.field.table));
            }
        }
        // What hangs on a key splits no further.
        let keys: Vec<String> = groups.iter().filter_map(|g| self.is_key(g)).collect();
        groups.retain(|g| self.is_key(g).is_some() || !keys.iter().any(|t| g.starts_with(&format!("{t}."))));
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
        let mut filters = self.filters(&plan.filters, &plan.source);
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
                    Some(format!("{of} {:?} {:?}", h.operator, h.value))
                })
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

    fn order(&self, plan: &QueryPlan) -> Vec<String> {
        let by = |key: &OrderKey| match key {
            OrderKey::Measure(at) => plan.measures.get(*at).map(|m| self.measure(m, &plan.source)),
            OrderKey::Dimension(at) => plan.dimensions.get(*at).map(|d| self.field(&d.field)),
            OrderKey::Field(field) => Some(self.field(field)),
        };
        plan.order.iter().map(|o| format!("{:?} {}", by(&o.by), o.descending)).collect()
    }

    /// A column; a reference is the key that it refers to.
    fn field(&self, field: &Field) -> String {
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

    /// The table that this group is the key of.
    fn is_key(&self, group: &str) -> Option<String> {
        let (table, _) = group.split_once('.')?;
        (self.key(&TableName::bare(table)).as_deref() == Some(group)).then(|| table.to_owned())
    }

    fn measure(&self, measure: &Measure, source: &TableName) -> String {
        let of = measure.expression.as_ref().map(|e| match e {
            Expression::Field(field) => self.field(field),
            other => format!("{other:?}"),
        });
        let mut aggregate = measure.aggregate;
        if measure.expression.is_none() && aggregate == Aggregate::CountDistinct {
            aggregate = Aggregate::Count;
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

    /// Conditions that all hold, each once. That there is a row of another table at all is left out where a condition
    /// on that table, or on one beyond it, says so already: one reader writes "there is an order whose customer …", the
    /// other only "the customer …".
    fn filters(&self, filters: &[Filter], source: &TableName) -> BTreeSet<String> {
        let mut facts = Facts::default();
        self.facts(filters, source, &mut facts);
        let mut passed: BTreeSet<usize> = BTreeSet::new();
        let place = |name: &TableName| self.prepared.table(self.catalogue, name).ok();
        for (told, from) in &facts.told {
            if let (Some(from), Some(to)) = (place(from), place(told)) {
                passed.insert(to);
                if let Some((steps, _)) = self.prepared.graph.path(from, to, false, None) {
                    passed.extend(steps.into_iter().map(|step| self.prepared.graph.end(step)));
                }
            }
        }
        let bare = |t: &TableName| place(t).is_none_or(|at| !passed.contains(&at));
        facts.said.extend(facts.there.iter().filter(|t| bare(t)).map(|t| format!("there is {t}")));
        facts.said
    }

    fn facts(&self, filters: &[Filter], source: &TableName, facts: &mut Facts) {
        let mut flat = Vec::new();
        flatten(filters, &mut flat);
        for filter in flat {
            match filter {
                Filter::Related {
                    table,
                    filters,
                    negated: false,
                    count: None | Some((Operator::AtLeast, 1)),
                    ..
                } => {
                    facts.there.insert(self.link(table, source, filters).unwrap_or_else(|| table.clone()));
                    self.facts(filters, table, facts);
                }
                other => {
                    if let Some(table) = about(other).filter(|t| *t != source) {
                        facts.told.push((table.clone(), source.clone()));
                    }
                    facts.said.insert(self.filter(other, source));
                }
            }
        }
    }

    fn filter(&self, filter: &Filter, source: &TableName) -> String {
        match filter {
            Filter::All(all) => format!("all {:?}", self.filters(all, source)),
            Filter::Any(any) => match any.as_slice() {
                [one] => self.filter(one, source),
                several => {
                    let parts: BTreeSet<_> =
                        several.iter().map(|f| self.filters(std::slice::from_ref(f), source)).collect();
                    format!("any {parts:?}")
                }
            },
            Filter::Not(inner) => match inner.as_ref() {
                Filter::All(parts) | Filter::Any(parts) if parts.len() == 1 => {
                    self.filter(&Filter::Not(Box::new(parts[0].clone())), source)
                }
                // Of rows of which there are many, that it does not hold is that there is none for which it does.
                other if let Some(table) = self.many(other, source) => {
                    let none = Filter::Related {
                        table,
                        filters: vec![other.clone()],
                        count: None,
                        negated: true,
                        via: None,
                    };
                    self.filter(&none, source)
                }
                Filter::Compare { field, operator: Operator::Equal, operand } => self.filter(
                    &Filter::Compare {
                        field: field.clone(),
                        operator: Operator::NotEqual,
                        operand: operand.clone(),
                    },
                    source,
                ),
                other => format!("not {}", self.filter(other, source)),
            },
            Filter::Compare { field, operator, operand: Operand::Literal(value) } => {
                format!("{} {operator:?} {}", self.field(field), plain(value))
            }
            Filter::Compare { field, operator, operand: Operand::Field(other) } => {
                format!("{} {operator:?} {}", self.field(field), self.field(other))
            }
            Filter::Compare {
                field,
                operator,
                operand: Operand::Aggregate { aggregate, field: of, filters },
            } => {
                let over = self.filters(filters, &of.table);
                format!("{} {operator:?} {aggregate:?} {} {over:?}", self.field(field), self.field(of))
            }
            Filter::Text { field, how: TextMatch::Equals, value, negated } => {
                let operator = if *negated { Operator::NotEqual } else { Operator::Equal };
                format!("{} {operator:?} {}", self.field(field), value.to_lowercase())
            }
            Filter::Text { field, how, value, negated } => {
                format!("{} {how:?} {} {negated}", self.field(field), value.to_lowercase())
            }
            Filter::In { field, values, negated } => {
                format!(
                    "{} in {:?} {negated}",
                    self.field(field),
                    values.iter().map(plain).collect::<BTreeSet<_>>()
                )
            }
            Filter::Period { field, from, to } => format!("{} {from:?} {to:?}", self.field(field)),
            Filter::Null { field, negated: true } => present(&self.field(field)),
            Filter::Null { field, negated: false } => format!("{} is missing", self.field(field)),
            Filter::Among { field, plan, negated } => {
                format!("{} among {:?} {:?} {negated}", self.field(field), self.form(plan), self.order(plan))
            }
            Filter::Related { table, filters, count, negated, via } => {
                let far = self.link(table, source, filters).filter(|_| via.is_none());
                let table = far.as_ref().unwrap_or(table);
                format!("{table} {via:?} {:?} {count:?} {negated}", self.filters(filters, table))
            }
        }
    }

    /// The table that a condition is about, where each row of the source has many of its rows.
    fn many(&self, filter: &Filter, source: &TableName) -> Option<TableName> {
        let simple =
            !matches!(filter, Filter::Related { .. } | Filter::All(_) | Filter::Any(_) | Filter::Not(_));
        let table = about(filter).filter(|t| simple && *t != source)?;
        let at = |name| self.prepared.table(self.catalogue, name).ok();
        self.prepared.graph.path(at(source)?, at(table)?, true, None).is_none().then(|| table.clone())
    }

    /// The far end of a table that only links two others, where the conditions say nothing of the link itself.
    fn link(&self, table: &TableName, source: &TableName, filters: &[Filter]) -> Option<TableName> {
        let at = self.prepared.table(self.catalogue, table).ok()?;
        let from = self.prepared.table(self.catalogue, source).ok()?;
        let mut ends = BTreeSet::new();
        let mut columns = Vec::new();
        for edge in self.prepared.graph.edges.iter().filter(|e| e.from == at && e.to != at) {
            ends.insert(edge.to);
            columns.extend(edge.from_columns.iter());
        }
        if ends.len() != 2 || columns.len() != 2 || !ends.remove(&from) {
            return None;
        }
        let far = self.prepared.name_of(self.catalogue, ends.into_iter().next()?);
        let tells = |f: &Filter| match f {
            Filter::Compare { field, operand: Operand::Literal(_), .. }
            | Filter::Text { field, .. }
            | Filter::In { field, .. }
            | Filter::Null { field, .. }
            | Filter::Period { field, .. } => field.table == far,
            _ => false,
        };
        let mut flat = Vec::new();
        flatten(filters, &mut flat);
        flat.iter().all(|f| tells(f)).then_some(far)
    }
}

/// The table that a condition is about.
fn about(filter: &Filter) -> Option<&TableName> {
    match filter {
        Filter::Compare { field, .. }
        | Filter::In { field, .. }
        | Filter::Period { field, .. }
        | Filter::Text { field, .. }
        | Filter::Null { field, .. }
        | Filter::Among { field, .. } => Some(&field.table),
        Filter::Related { table, negated: false, .. } => Some(table),
        Filter::Not(inner) => about(inner),
        Filter::Any(parts) | Filter::All(parts) => parts.first().and_then(about),
        Filter::Related { .. } => None,
    }
}

fn present(field: &str) -> String {
    format!("{field} is given")
}

/// Conditions inside of "all".
fn flatten<'f>(filters: &'f [Filter], out: &mut Vec<&'f Filter>) {
    for filter in filters {
        match filter {
            Filter::All(inner) => flatten(inner, out),
            other => out.push(other),
        }
    }
}

/// Text is compared without its case: the readers write a value as it is stored or as it was said.
fn plain(value: &Literal) -> String {
    match value {
        Literal::Text(text) => text.to_lowercase(),
        other => other.to_string(),
    }
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
