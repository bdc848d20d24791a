//! The answer before, of another number ("and the average?") or of another table ("the same for suppliers").

use super::Before;
use crate::offline::{
    recast::text::{slice, words},
    resolve::World,
    words::lemma,
};
use rowcall_core::ColumnRef;
use rowcall_plan::{Aggregate, Dimension, Measure, OrderKey, QueryPlan};
use serde_json::Value;

/// "And the maximum?", "what about the average amount", "and in total?".
pub(super) fn number(before: &Before<'_>, text: &str) -> Option<QueryPlan> {
    let asked = before.request.question.to_lowercase();
    let goes_on = ["and ", "but ", "what about", "how about", "now ", "also ", "then "]
        .iter()
        .any(|w| asked.starts_with(w))
        || asked.trim_end_matches(['?', '.', '!']).ends_with(" instead");
    let found = words(text);
    if found.is_empty() || found.len() > 9 {
        return None;
    }
    let skip = found
        .iter()
        .take_while(|w| {
            matches!(
                w.lower.as_str(),
                "what"
                    | "how"
                    | "about"
                    | "is"
                    | "s"
                    | "was"
                    | "the"
                    | "on"
                    | "their"
                    | "its"
                    | "show"
                    | "me"
            )
        })
        .count();
    let end = found
        .iter()
        .rposition(|w| !matches!(w.lower.as_str(), "instead" | "then" | "of" | "them" | "those" | "that"))?
        + 1;
    let rest: Vec<&str> = found[skip..end.max(skip)].iter().map(|w| w.lower.as_str()).collect();
    let before_plan = &before.plan;
    match rest.as_slice() {
        ["in", "total"] | ["in", "all"] | ["overall"] | ["altogether"] | ["total", "overall"] => {
            return whole(before);
        }
        ["how", "many"] => return None,
        _ => {}
    }
    let aggregate = match rest.first().copied()? {
        "average" | "mean" | "avg" => Aggregate::Average,
        "maximum" | "max" | "highest" | "largest" | "biggest" => Aggregate::Maximum,
        "minimum" | "min" | "lowest" | "smallest" => Aggregate::Minimum,
        "median" => Aggregate::Median,
        "total" | "sum" => Aggregate::Sum,
        _ => return None,
    };
    if !goes_on {
        return None;
    }
    if rest.len() == 1 {
        return bare(before, aggregate);
    }
    // "The average amount": of what the answer before is about.
    let noun = super::Noun::of(before.source, before.lexicon);
    let said = slice(text, found[skip].from..found[end - 1].to);
    let asked = before.alone(&format!("What is the {said} of the {}?", noun.many())).ok()?.plan;
    let alone = asked.source == before_plan.source
        && !asked.measures.is_empty()
        && asked.dimensions.is_empty()
        && asked.having.is_empty()
        && asked.limit.is_none()
        && asked.filters.iter().all(|f| before_plan.filters.contains(f))
        && asked.fold.is_none();
    if alone { Some(with_measures(before.staying()?, asked.measures)) } else { None }
}

/// The number of all groups together.
fn whole(before: &Before<'_>) -> Option<QueryPlan> {
    let mut plan = before.staying()?;
    if plan.measures.is_empty() || plan.dimensions.is_empty() || plan.fold.is_some() {
        return None;
    }
    plan.dimensions.clear();
    plan.order.clear();
    plan.having.clear();
    plan.comparison = None;
    plan.measures.retain(|m| !m.hidden && !m.is_windowed());
    (!plan.measures.is_empty()).then_some(plan)
}

/// "And the maximum?": of what was computed, or of the numbers that were listed.
fn bare(before: &Before<'_>, aggregate: Aggregate) -> Option<QueryPlan> {
    let plan = &before.plan;
    if plan.measures.is_empty() {
        let number = |field: &&rowcall_plan::Field| {
            let table = before.lexicon.prepared.table(before.request.catalogue, &field.table).ok();
            table.is_some_and(|t| {
                let column =
                    before.request.catalogue.tables[t].columns.iter().find(|c| c.name == field.column);
                let key = before.request.catalogue.tables[t].primary_key.contains(&field.column);
                !key && column.is_some_and(|c| c.kind.is_numeric())
            })
        };
        let numbers: Vec<_> = plan.columns.iter().filter(number).collect();
        let [one] = numbers.as_slice() else { return None };
        if plan.distinct || plan.combine.is_some() {
            return None;
        }
        return Some(with_measures(before.staying()?, vec![Measure::of(aggregate, (*one).clone())]));
    }
    let shown: Vec<&Measure> = plan.measures.iter().filter(|m| !m.hidden).collect();
    let [one] = shown.as_slice() else { return None };
    if aggregate == Aggregate::Sum && one.aggregate == Aggregate::Count && !plan.dimensions.is_empty() {
        return whole(before);
    }
    let plain = one.expression.is_some() && one.minus.is_none() && one.over.is_none() && !one.is_windowed();
    let computed = !matches!(one.aggregate, Aggregate::Count | Aggregate::CountDistinct);
    if !plain || !computed || one.aggregate == aggregate {
        return None;
    }
    let measure = Measure { aggregate, label: None, ..(*one).clone() };
    Some(with_measures(before.staying()?, vec![measure]))
}

fn with_measures(plan: QueryPlan, measures: Vec<Measure>) -> QueryPlan {
    let mut plan = QueryPlan { measures, columns: Vec::new(), having: Vec::new(), ..plan };
    let split = !plan.dimensions.is_empty();
    plan.order.retain(|order| split && matches!(order.by, OrderKey::Measure(0) | OrderKey::Dimension(_)));
    plan
}

/// "The same for suppliers", "and products?": the rows, or the groups, of another table.
pub(super) fn table(before: &Before<'_>, text: &str) -> Option<QueryPlan> {
    const ASIDE: &[&str] = &[
        "the", "same", "thing", "for", "what", "how", "about", "all", "again", "please", "only", "too",
        "with", "do", "show", "me", "it", "of", "s", "is",
    ];
    let asked = before.request.question.to_lowercase();
    let goes_on = [
        "and ",
        "what about",
        "how about",
        "the same",
        "same ",
        "now ",
        "also ",
        "for ",
        "do the same",
        "show me the same",
    ]
    .iter()
    .any(|w| asked.starts_with(w));
    let found = words(text);
    let rest: Vec<String> =
        found.iter().filter(|w| !ASIDE.contains(&w.lower.as_str())).map(|w| lemma(&w.lower)).collect();
    if !goes_on || rest.is_empty() || rest.len() > 3 {
        return None;
    }
    let phrase: Vec<&str> = rest.iter().map(String::as_str).collect();
    let (table, score) = *before.lexicon.tables_for(&phrase).first()?;
    if score < 0.9 {
        return None;
    }
    let world = &before.world;
    let mut plan = before.plan.clone();
    let graph = &before.lexicon.prepared.graph;
    if !plan.dimensions.is_empty()
        && plan.dimensions.iter().all(|d| d.by_key)
        && graph.path(before.source, table, true, None).is_some()
    {
        plan.dimensions = world
            .labels(table)
            .into_iter()
            .map(|c| Dimension { by_key: true, ..Dimension::of(world.field(c)) })
            .collect();
        plan.order.retain(|order| matches!(order.by, OrderKey::Measure(_)));
        return (!plan.dimensions.is_empty() && plan != before.plan).then_some(plan);
    }
    if table == before.source {
        return None;
    }
    plan.order.retain(|_| before.plan.limit.is_some());
    let exchange = Exchange { from: before.source, to: table, world };
    let mut json = serde_json::to_value(&plan).ok()?;
    exchange.all(&mut json)?;
    json["source"] = serde_json::to_value(world.lexicon.prepared.name_of(world.catalogue, table)).ok()?;
    serde_json::from_value(json).ok()
}

/// One table in place of another, column by column.
struct Exchange<'a> {
    from: usize,
    to: usize,
    world: &'a World<'a>,
}

impl Exchange<'_> {
    /// Every column of the one table in a plan becomes the other's of the same name; nothing where there is none.
    fn all(&self, json: &mut Value) -> Option<()> {
        match json {
            Value::Object(fields) => {
                if let (Some(table), Some(Value::String(column))) =
                    (fields.get("table"), fields.get("column"))
                    && let Ok(name) = serde_json::from_value(table.clone())
                    && self.world.lexicon.prepared.table(self.world.catalogue, &name).ok() == Some(self.from)
                {
                    let field = self.world.field(self.column(column)?);
                    fields.insert("table".into(), serde_json::to_value(&field.table).ok()?);
                    fields.insert("column".into(), field.column.into());
                }
                fields.values_mut().try_for_each(|value| self.all(value))
            }
            Value::Array(values) => values.iter_mut().try_for_each(|value| self.all(value)),
            _ => Some(()),
        }
    }

    fn column(&self, name: &str) -> Option<ColumnRef> {
        let (from, to) = (&self.world.catalogue.tables[self.from], &self.world.catalogue.tables[self.to]);
        let lexicon = self.world.lexicon;
        let at = from.columns.iter().position(|c| c.name == name)?;
        let of = |column: usize| ColumnRef { table: self.to, column };
        let kind = from.columns[at].kind;
        let alike = |i: &usize| to.columns[*i].kind.is_textual() == kind.is_textual();
        if let Some(same) = (0..to.columns.len()).find(|i| to.columns[*i].name == name).filter(alike) {
            return Some(of(same));
        }
        // `customer_city` of customers is `supplier_city` of suppliers.
        let own = |table: usize, column: usize| -> Vec<String> {
            let words = &lexicon.columns[table][column].words;
            words.iter().filter(|w| !lexicon.tables[table].words.contains(w)).cloned().collect()
        };
        let said = own(self.from, at);
        if !said.is_empty()
            && let Some(same) = (0..to.columns.len()).filter(alike).find(|i| own(self.to, *i) == said)
        {
            return Some(of(same));
        }
        let labels = (self.world.labels(self.from), self.world.labels(self.to));
        let label = labels.0.iter().position(|c| c.column == at)?;
        labels.1.get(label).copied()
    }
}
