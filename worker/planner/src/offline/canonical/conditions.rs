//! Conditions without what makes no difference to the rows that meet them.

use super::Canon;
use rowcall_plan::{Field, Filter, Literal, Operand, Operator, TableName, TextMatch};
use std::collections::BTreeSet;

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
    /// Conditions that all hold, each once. That there is a row of another table at all is left out where a condition
    /// on that table, or on one beyond it, says so already: one reader writes "there is an order whose customer …", the
    /// other only "the customer …".
    pub(super) fn filters(&self, filters: &[Filter], source: &TableName) -> BTreeSet<String> {
        let mut facts = Facts::default();
        self.facts(filters, source, source, &mut facts);
        let mut passed: BTreeSet<usize> = BTreeSet::new();
        let place = |name: &TableName| self.prepared.table(self.catalogue, name).ok();
        for (told, from) in &facts.told {
            // "there are complaints whose type is …", where the type is told over the complaints anyway.
            if from != source && self.leads(source, told, from) {
                passed.extend(place(from));
            }
            if let (Some(from), Some(to)) = (place(from), place(told)) {
                passed.insert(to);
                if let Some((steps, _)) = self.prepared.graph.path(from, to, false, None) {
                    passed.extend(steps.into_iter().map(|step| self.prepared.graph.end(step)));
                }
            }
        }
        let bare =
            |t: &TableName| place(t).is_none_or(|at| !passed.contains(&at)) && !self.always_has(source, t);
        facts.said.extend(facts.there.iter().filter(|t| bare(t)).map(|t| format!("there is {t}")));
        facts.said
    }

    /// What conditions on a table say that stands in those on an outer one, or is it.
    fn facts(&self, filters: &[Filter], source: &TableName, outer: &TableName, facts: &mut Facts) {
        let mut flat = Vec::new();
        flatten(filters, &mut flat);
        // One row cannot be of two kinds; a row of one and another row of the other may be meant.
        if two_of_one(&flat) {
            facts.said.insert("two rows".to_owned());
        }
        for filter in flat {
            match filter {
                Filter::Null { field, negated: true } if self.is_always_given(field, source) => {}
                Filter::Related {
                    table,
                    filters,
                    negated: false,
                    count: None | Some((Operator::AtLeast, 1)),
                    ..
                } => {
                    facts.there.insert(self.link(table, source, filters).unwrap_or_else(|| table.clone()));
                    self.facts(filters, table, outer, facts);
                }
                other => {
                    if let Some(table) = about(other).filter(|t| *t != source) {
                        facts.told.push((table.clone(), source.clone()));
                    }
                    let said = self.filter(other, source);
                    // "wards whose stays …" of a stay: not that stay.
                    let led = about(other)
                        .is_none_or(|t| source == outer || t == source || self.leads(outer, t, source));
                    facts.said.insert(if led { said } else { format!("of {source}: {said}") });
                }
            }
        }
    }

    fn filter(&self, filter: &Filter, source: &TableName) -> String {
        match filter {
            Filter::All(all) => format!("all {:?}", self.filters(all, source)),
            Filter::Any(any) => match any.as_slice() {
                [one] => self.filter(one, source),
                several if let Some((field, values)) = one_of(several) => {
                    format!("{} in {values:?} false", self.field(field))
                }
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
                Filter::Related { table, filters, count: None, negated, via } => {
                    let other = Filter::Related {
                        table: table.clone(),
                        filters: filters.clone(),
                        count: None,
                        negated: !negated,
                        via: via.clone(),
                    };
                    self.filter(&other, source)
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

    /// The way from one table to another leads over a third one.
    fn leads(&self, from: &TableName, to: &TableName, over: &TableName) -> bool {
        let at = |name| self.prepared.table(self.catalogue, name).ok();
        let graph = &self.prepared.graph;
        let way = at(from).zip(at(to)).and_then(|(from, to)| graph.path(from, to, false, None));
        way.is_some_and(|(steps, _)| steps.into_iter().any(|step| at(over) == Some(graph.end(step))))
    }

    /// Every row has one of that table: its references must lead somewhere.
    fn always_has(&self, source: &TableName, table: &TableName) -> bool {
        let at = |name| self.prepared.table(self.catalogue, name).ok();
        let graph = &self.prepared.graph;
        let way = at(source).zip(at(table)).and_then(|(from, to)| graph.path(from, to, true, None));
        source != table
            && way.is_some_and(|(steps, _)| {
                steps.iter().all(|step| step.forward && !graph.edges[step.edge].optional)
            })
    }

    /// A column that has a value in every row.
    fn is_always_given(&self, field: &Field, source: &TableName) -> bool {
        let table = self.prepared.table(self.catalogue, &field.table).ok();
        let columns = table.map(|t| self.catalogue.tables[t].columns.as_slice()).unwrap_or_default();
        let given = columns.iter().any(|c| c.name == field.column && !c.nullable);
        given && (field.table == *source || field.via.is_none() && self.always_has(source, &field.table))
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

/// Rows of the same table are wanted twice, by conditions on the same column.
fn two_of_one(flat: &[&Filter]) -> bool {
    let mut seen: Vec<(&TableName, &Field)> = Vec::new();
    for filter in flat {
        let Filter::Related {
            table,
            filters,
            negated: false,
            count: None | Some((Operator::AtLeast, 1)),
            ..
        } = filter
        else {
            continue;
        };
        let fields: Vec<_> = filters.iter().filter_map(Filter::field).map(|field| (table, field)).collect();
        if fields.iter().any(|of| seen.contains(of)) {
            return true;
        }
        seen.extend(fields);
    }
    false
}

/// Alternatives for one column as the list that they are.
pub(in crate::offline) fn as_lists(filters: &mut [Filter]) {
    for filter in filters {
        match filter {
            Filter::Any(several) if several.len() > 1 => {
                let values = several.iter().map(|f| match f {
                    Filter::Compare {
                        field,
                        operator: Operator::Equal,
                        operand: Operand::Literal(value),
                    } => Some((field, value.clone())),
                    _ => None,
                });
                let Some(values) = values.collect::<Option<Vec<_>>>() else {
                    as_lists(several);
                    continue;
                };
                let field = values[0].0.clone();
                if values.iter().all(|(of, _)| **of == field) {
                    let values = values.into_iter().map(|(_, value)| value).collect();
                    *filter = Filter::In { field, values, negated: false };
                }
            }
            Filter::All(parts) | Filter::Any(parts) | Filter::Related { filters: parts, .. } => {
                as_lists(parts)
            }
            Filter::Not(inner) => as_lists(std::slice::from_mut(inner)),
            _ => {}
        }
    }
}

/// The column that alternatives name values of, and these.
fn one_of(alternatives: &[Filter]) -> Option<(&Field, BTreeSet<String>)> {
    let mut of = None;
    let mut values = BTreeSet::new();
    for filter in alternatives {
        let (field, value) = match filter {
            Filter::Compare { field, operator: Operator::Equal, operand: Operand::Literal(value) } => {
                (field, plain(value))
            }
            Filter::Text { field, how: TextMatch::Equals, value, negated: false } => {
                (field, value.to_lowercase())
            }
            _ => return None,
        };
        if of.replace(field).is_some_and(|before| before != field) {
            return None;
        }
        values.insert(value);
    }
    of.map(|field| (field, values))
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

pub(super) fn present(field: &str) -> String {
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
