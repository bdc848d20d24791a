//! A last look: whatever the question says must be found again in its plan. Words that were understood and then
//! left out make the answer one to another question, however well the rest fits.

use super::{
    annotate::{Item, Key, Marked, NameItem},
    resolve::{World, as_table},
};
use rowcall_core::ColumnRef;
use rowcall_plan::{
    Aggregate, Expression, Field, Filter, Literal, Measure, Operand, Operator, OrderKey, QueryPlan, TableName,
};

/// What a plan speaks of.
#[derive(Default)]
pub(super) struct Spoken<'p> {
    pub fields: Vec<&'p Field>,
    pub tables: Vec<&'p TableName>,
    pub literals: Vec<String>,
    counts: usize,
}

/// How much less certain a plan is for what it leaves out, from 0 to 1.
pub(super) fn audit(world: &World<'_>, items: &[Marked], plan: &QueryPlan) -> f32 {
    let mut spoken = Spoken::default();
    spoken.plan(plan);
    let mut certainty = if contradicts(&plan.filters) { 0.4 } else { 1.0 };
    for (i, marked) in items.iter().enumerate() {
        certainty *= match &marked.item {
            Item::Name(name) if as_table(name, i, items).is_none() => named(world, name, &spoken),
            Item::Value(values) => {
                let found = values.iter().any(|v| v.test.is_some() || spoken.literals.contains(&v.text));
                if found { 1.0 } else { 0.5 }
            }
            Item::Number(n) => {
                if spoken.literals.contains(&n.to_string()) {
                    1.0
                } else {
                    0.6
                }
            }
            Item::Quoted(text) => {
                let found = spoken.literals.iter().any(|l| l.eq_ignore_ascii_case(text));
                if found { 1.0 } else { 0.5 }
            }
            Item::Key(Key::Superlative(..) | Key::Common(_)) => {
                let extreme = !plan.order.is_empty()
                    || plan
                        .measures
                        .iter()
                        .any(|m| matches!(m.aggregate, Aggregate::Minimum | Aggregate::Maximum))
                    || spoken.counts > 0;
                if extreme { 1.0 } else { 0.6 }
            }
            _ => 1.0,
        };
    }
    certainty
}

/// One column cannot be two things at once: then something else was meant.
fn contradicts(filters: &[Filter]) -> bool {
    let equal: Vec<(&Field, &Literal)> = filters
        .iter()
        .filter_map(|f| match f {
            Filter::Compare { field, operator: Operator::Equal, operand: Operand::Literal(value) } => {
                Some((field, value))
            }
            _ => None,
        })
        .collect();
    let twice =
        (1..equal.len()).any(|i| equal[..i].iter().any(|(f, v)| *f == equal[i].0 && *v != equal[i].1));
    twice
        || filters.iter().any(|f| match f {
            Filter::Related { filters, .. } | Filter::All(filters) => contradicts(filters),
            _ => false,
        })
}

/// A column that is named must be used somewhere.
fn named(world: &World<'_>, name: &NameItem, spoken: &Spoken<'_>) -> f32 {
    let Some((_, best)) = name.columns.first() else { return 1.0 };
    let used = |c: &ColumnRef| {
        let field = world.field(*c);
        spoken.fields.iter().any(|f| f.table == field.table && f.column == field.column)
    };
    let fits = |score: &f32| *score >= (best - 0.25).min(0.6);
    if name.columns.iter().any(|(c, s)| fits(s) && used(c)) {
        return 1.0;
    }
    let verb = name.text.ends_with("ed") || name.text.ends_with("ing");
    // "the region name" is the region.
    if verb || *best < 0.9 || matches!(name.text.to_lowercase().as_str(), "name" | "names") {
        0.95
    } else {
        0.65
    }
}

impl<'p> Spoken<'p> {
    /// Takes in a plan.
    pub fn plan(&mut self, plan: &'p QueryPlan) {
        self.tables.push(&plan.source);
        self.fields.extend(&plan.columns);
        self.fields.extend(plan.dimensions.iter().map(|d| &d.field));
        self.literals.extend(plan.limit.map(|n| n.to_string()));
        self.literals.extend(plan.having.iter().map(|h| bare(&h.value)));
        for order in &plan.order {
            if let OrderKey::Field(field) = &order.by {
                self.fields.push(field);
            }
        }
        plan.measures.iter().for_each(|m| self.measure(m));
        self.filters(&plan.filters);
        if let Some(combine) = &plan.combine {
            self.plan(&combine.plan);
        }
    }

    fn measure(&mut self, measure: &'p Measure) {
        self.tables.extend(&measure.table);
        self.fields.extend(measure.expression.iter().flat_map(Expression::fields));
        self.filters(&measure.filters);
        if let Some(over) = &measure.over {
            self.measure(over);
        }
    }

    fn filters(&mut self, filters: &'p [Filter]) {
        for filter in filters {
            match filter {
                Filter::All(parts) | Filter::Any(parts) => self.filters(parts),
                Filter::Not(part) => self.filters(std::slice::from_ref(part)),
                Filter::Compare { field, operand, .. } => {
                    self.fields.push(field);
                    match operand {
                        Operand::Literal(value) => self.literals.push(bare(value)),
                        Operand::Field(other) => self.fields.push(other),
                        Operand::Aggregate { field, filters, .. } => {
                            self.counts += 1;
                            self.fields.push(field);
                            self.filters(filters);
                        }
                    }
                }
                Filter::In { field, values, .. } => {
                    self.fields.push(field);
                    self.literals.extend(values.iter().map(bare));
                }
                Filter::Period { field, .. } | Filter::Null { field, .. } => self.fields.push(field),
                Filter::Text { field, value, .. } => {
                    self.fields.push(field);
                    self.literals.push(value.clone());
                }
                Filter::Among { field, plan, .. } => {
                    self.fields.push(field);
                    // The first of several, further in.
                    self.counts += usize::from(plan.limit.is_some());
                    self.plan(plan);
                }
                Filter::Related { table, filters, count, .. } => {
                    self.tables.push(table);
                    self.literals.extend(count.map(|(_, n)| n.to_string()));
                    self.filters(filters);
                }
            }
        }
    }
}

/// A value as it is written.
fn bare(value: &Literal) -> String {
    match value {
        Literal::Text(text) => text.clone(),
        other => other.to_string(),
    }
}
