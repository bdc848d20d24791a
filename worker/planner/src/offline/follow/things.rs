//! The rows that an answer spoke of, and plans that ask about these rows alone.

use crate::offline::resolve::World;
use rowcall_core::ColumnRef;
use rowcall_plan::{Dimension, Field, Filter, Measure, Operator, QueryPlan};

/// Rows of one table.
pub(super) struct Things {
    pub table: usize,
    /// What tells them apart.
    pub key: ColumnRef,
    /// The answer that spoke of them.
    before: QueryPlan,
    told: Told,
}

enum Told {
    /// By these conditions on the table of the answer, which is theirs.
    By(Vec<Filter>),
    /// By what this plan gives: their keys.
    Keys(Box<QueryPlan>),
}

impl Things {
    /// The rows that an answer spoke of: those that it lists, groups, or computes of.
    pub fn of(plan: &QueryPlan, source: usize, world: &World<'_>) -> Option<Self> {
        if plan.combine.is_some() || plan.fold.is_some() {
            return None;
        }
        let table_of = |field: &Field| world.lexicon.prepared.table(world.catalogue, &field.table).ok();
        let cut = is_cut(plan);
        let kept = |table: usize, told: Told| {
            Some(Self { table, key: key_of(table, world)?, before: plan.clone(), told })
        };
        if plan.measures.is_empty() {
            let first = plan.columns.first()?;
            let shown = table_of(first)?;
            let theirs =
                shown != source && plan.columns.iter().all(|c| c.table == first.table && c.via == first.via);
            let table = if theirs { shown } else { source };
            if table == source && !cut {
                return kept(table, Told::By(plan.filters.clone()));
            }
            let key = Field {
                via: if theirs { first.via.clone() } else { None },
                ..world.field(key_of(table, world)?)
            };
            let keys = QueryPlan { columns: vec![key], distinct: false, ..bare(plan) };
            return kept(table, Told::Keys(Box::new(keys)));
        }
        // A measure of another table's rows is no number of these.
        if plan.measures.iter().any(|m| m.table.is_some()) {
            return None;
        }
        let hidden = |m: &Measure| Measure { hidden: true, ..m.clone() };
        let measures: Vec<Measure> = plan.measures.iter().map(hidden).collect();
        let groups: Vec<&Dimension> = plan.dimensions.iter().filter(|d| d.by_key).collect();
        if let Some(first) = groups.first()
            && plan.dimensions.iter().all(|d| d.field.table == first.field.table)
        {
            let table = table_of(&first.field)?;
            let key = Field { via: first.field.via.clone(), ..world.field(key_of(table, world)?) };
            // They decide among equals, so the same five are taken: the fifth of two with as many orders is the one shown.
            let shown =
                plan.dimensions.iter().map(|d| Dimension { hidden: true, by_key: false, ..d.clone() });
            let shown = shown.filter(|_| plan.limit.is_some());
            let dimensions = shown.chain([Dimension::of(key)]).collect();
            let keys = QueryPlan { measures, dimensions, ..bare(plan) };
            return kept(table, Told::Keys(Box::new(keys)));
        }
        let mut filters = plan.filters.clone();
        match (plan.dimensions.as_slice(), cut) {
            // "Which category has the most products?": those of that category.
            ([one], true) if one.grain.is_none() => {
                let dimensions = vec![Dimension { hidden: false, ..one.clone() }];
                let groups = QueryPlan { measures, dimensions, ..bare(plan) };
                filters.push(Filter::Among {
                    field: one.field.clone(),
                    plan: Box::new(groups),
                    negated: false,
                });
            }
            (_, true) => return None,
            _ => {}
        }
        if let [one] = plan.measures.as_slice()
            && one.over.is_none()
            && one.minus.is_none()
        {
            filters.extend(one.filters.iter().cloned());
        }
        kept(source, Told::By(filters))
    }

    /// A plan that gives their keys.
    pub fn keys(&self) -> QueryPlan {
        match &self.told {
            Told::Keys(plan) => (**plan).clone(),
            Told::By(filters) => QueryPlan {
                filters: filters.clone(),
                order: Vec::new(),
                limit: None,
                offset: None,
                having: Vec::new(),
                dimensions: Vec::new(),
                measures: Vec::new(),
                columns: Vec::new(),
                ..bare(&self.before)
            },
        }
    }

    fn among(&self, field: Field, world: &World<'_>) -> Filter {
        let mut plan = self.keys();
        if plan.columns.is_empty() && plan.measures.is_empty() {
            plan.columns = vec![world.field(self.key)];
        }
        Filter::Among { field, plan: Box::new(plan), negated: false }
    }

    /// Ties the rows of a plan to these things; false where it asks about nothing of theirs.
    pub fn tie(&self, plan: &mut QueryPlan, world: &World<'_>) -> bool {
        if plan.combine.is_some() {
            return false;
        }
        let Ok(source) = world.lexicon.prepared.table(world.catalogue, &plan.source) else { return false };
        for computed in &self.before.computed {
            if !plan.computed.contains(computed) {
                plan.computed.push(computed.clone());
            }
        }
        if source == self.table {
            match &self.told {
                Told::By(filters) => {
                    let more: Vec<Filter> =
                        filters.iter().filter(|f| !plan.filters.contains(f)).cloned().collect();
                    plan.filters.splice(0..0, more);
                }
                Told::Keys(_) => plan.filters.insert(0, self.among(world.field(self.key), world)),
            }
            return true;
        }
        if let Some(field) = self.reference(source, world) {
            plan.filters.insert(0, self.among(field, world));
            return true;
        }
        self.tie_related(&mut plan.filters, world)
    }

    /// The column over which rows of a table belong to one of these each.
    fn reference(&self, from: usize, world: &World<'_>) -> Option<Field> {
        let graph = &world.lexicon.prepared.graph;
        let (path, tie) = graph.path(from, self.table, true, None)?;
        if tie {
            return None;
        }
        let key = &world.column(self.key).name;
        match path.as_slice() {
            [step] => {
                let edge = &graph.edges[step.edge];
                let (of, to) = (&edge.from_columns, &edge.to_columns);
                let name = world.lexicon.prepared.name_of(world.catalogue, from);
                match (of.as_slice(), to.as_slice()) {
                    ([column], [at]) if step.forward && at == key => Some(Field::new(name, column.clone())),
                    _ => Some(world.field(self.key)),
                }
            }
            _ => Some(world.field(self.key)),
        }
    }

    /// "Who bought it?": of the rows that are asked for there, those that belong to these things.
    fn tie_related(&self, filters: &mut [Filter], world: &World<'_>) -> bool {
        filters.iter_mut().any(|filter| match filter {
            Filter::Related { table, filters, .. } => {
                let Ok(of) = world.lexicon.prepared.table(world.catalogue, table) else { return false };
                let own = (of == self.table).then(|| world.field(self.key));
                let field = own.or_else(|| self.reference(of, world));
                field.map(|field| filters.push(self.among(field, world))).is_some()
            }
            Filter::Not(inner) => self.tie_related(std::slice::from_mut(&mut **inner), world),
            Filter::All(inner) => self.tie_related(inner, world),
            _ => false,
        })
    }

    /// Adds a condition on these things to the answer that spoke of them, in place of one on the same column.
    pub fn narrow(&self, plan: &mut QueryPlan, source: usize, filter: Filter, world: &World<'_>) {
        let flat = self.table == source || filter.field().is_some();
        if !flat {
            let inner = QueryPlan {
                source: world.lexicon.prepared.name_of(world.catalogue, self.table),
                columns: vec![world.field(self.key)],
                filters: vec![filter],
                time_zone: plan.time_zone.clone(),
                ..QueryPlan::default()
            };
            let field = world.field(self.key);
            plan.filters.push(Filter::Among { field, plan: Box::new(inner), negated: false });
            return;
        }
        // "And without parking?" after those with parking: the opposite.
        let other = opposite(filter.clone());
        plan.filters.retain(|f| *f != other);
        put(plan, filter);
    }

    /// The answer, of the rows and groups that it gave, whatever becomes of its order, numbers or split: the lowest of the top
    /// five are among these five.
    pub fn staying(&self, world: &World<'_>) -> QueryPlan {
        let mut plan = self.before.clone();
        if !is_cut(&plan) {
            return plan;
        }
        (plan.limit, plan.offset) = (None, None);
        plan.having.clear();
        match &self.told {
            Told::By(filters) => {
                let more: Vec<Filter> =
                    filters.iter().filter(|f| !plan.filters.contains(f)).cloned().collect();
                plan.filters.extend(more);
            }
            Told::Keys(_) => plan.filters.push(self.among(world.field(self.key), world)),
        }
        plan
    }
}

/// An answer gives some of its rows or groups: the first five, the largest, those with more than eight.
pub(super) fn is_cut(plan: &QueryPlan) -> bool {
    plan.limit.is_some() || plan.offset.is_some() || !plan.having.is_empty()
}

/// Adds a condition, in place of one on the same column that it cannot stand beside: "from Rome" goes for "from Berlin", and
/// "under 100" stands beside "over 50".
pub(super) fn put(plan: &mut QueryPlan, filter: Filter) {
    use Operator::{AtLeast, AtMost, Greater, Less};
    // "without Berlin" and "without Rome" are both meant.
    let denies = |f: &Filter| {
        matches!(
            f,
            Filter::Compare { operator: Operator::NotEqual, .. }
                | Filter::In { negated: true, .. }
                | Filter::Text { negated: true, .. }
                | Filter::Null { .. }
                | Filter::Among { .. }
        )
    };
    let ends = |f: &Filter| match f {
        Filter::Compare { operator: Greater | AtLeast, .. } => Some(true),
        Filter::Compare { operator: Less | AtMost, .. } => Some(false),
        _ => None,
    };
    let beside = |f: &Filter| {
        let two_ends = ends(f).zip(ends(&filter)).is_some_and(|(a, b)| a != b);
        denies(f) || two_ends || f.field().is_none() || f.field() != filter.field()
    };
    if !denies(&filter) {
        plan.filters.retain(beside);
    }
    if !plan.filters.contains(&filter) {
        plan.filters.push(filter);
    }
}

/// The condition that a row does not meet.
pub(super) fn opposite(filter: Filter) -> Filter {
    match filter {
        Filter::Compare { field, operator: Operator::Equal, operand } => {
            Filter::Compare { field, operator: Operator::NotEqual, operand }
        }
        Filter::Compare { field, operator: Operator::NotEqual, operand } => {
            Filter::Compare { field, operator: Operator::Equal, operand }
        }
        Filter::In { field, values, negated } => Filter::In { field, values, negated: !negated },
        Filter::Text { field, how, value, negated } => Filter::Text { field, how, value, negated: !negated },
        Filter::Null { field, negated } => Filter::Null { field, negated: !negated },
        Filter::Related { table, filters, count, negated, via } => {
            Filter::Related { table, filters, count, negated: !negated, via }
        }
        Filter::Not(inner) => *inner,
        other => Filter::Not(Box::new(other)),
    }
}

/// The plan as a part of another one.
fn bare(plan: &QueryPlan) -> QueryPlan {
    QueryPlan {
        computed: Vec::new(),
        columns: Vec::new(),
        measures: Vec::new(),
        dimensions: Vec::new(),
        comparison: None,
        combine: None,
        fold: None,
        chart: rowcall_plan::ChartHint::Auto,
        ..plan.clone()
    }
}

/// The column that tells the rows of a table apart: its key, else one that no two rows share.
fn key_of(table: usize, world: &World<'_>) -> Option<ColumnRef> {
    let of = &world.catalogue.tables[table];
    let single = |keys: &[String]| match keys {
        [one] => of.columns.iter().position(|c| c.name == *one),
        _ => None,
    };
    let column = single(&of.primary_key).or_else(|| of.unique_keys.iter().find_map(|keys| single(keys)))?;
    Some(ColumnRef { table, column })
}
