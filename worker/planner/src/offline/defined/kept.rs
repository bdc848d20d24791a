//! A condition that was defined for a word of the question must be found again in the plan: "the mean height of the
//! goalkeepers" (pos = 'GK') is not answered with the height of everybody.

use super::{Defined, Phrase};
use crate::offline::{
    lexicon::ValueRef,
    words::{Token, TokenKind},
};
use rowcall_core::{Catalogue, ColumnRef};
use rowcall_plan::{Field, Filter, Literal, Operand, Operator, Prepared, QueryPlan};
use serde_json::Value;

/// Words shortly before a term that deny it.
const DENIALS: &[&str] =
    &["not", "non", "no", "except", "than", "but", "without", "neither", "nor", "excluding", "outside"];

impl Defined {
    /// Why a plan leaves out what was defined for a word of the question, if it does.
    pub fn left_out(
        &self,
        question: &[Token],
        plan: &QueryPlan,
        prepared: &Prepared,
        catalogue: &Catalogue,
    ) -> Option<String> {
        let whole = serde_json::to_value(plan).ok()?;
        let plan = bare(whole.clone());
        let affirmed = affirmed(plan.clone());
        let words: Vec<&Token> = question.iter().filter(|t| t.kind != TokenKind::Mark).collect();
        let lost = |phrase: &&Phrase| {
            let Some(at) = said_at(phrase, &words) else { return false };
            let denied = words[at.saturating_sub(3)..at]
                .iter()
                .any(|t| DENIALS.contains(&t.lower.as_str()) || t.lower.ends_with("n't"));
            let kept = |value: &ValueRef| {
                let column = &catalogue.tables[value.column.table].columns[value.column.column];
                let field = Field::new(prepared.name_of(catalogue, value.column.table), column.name.clone());
                leaves(&value.filter(field)).iter().all(|leaf| {
                    holds(if denied { &plan } else { &affirmed }, leaf)
                        || denied && opposite(leaf).is_some_and(|leaf| holds(&plan, &leaf))
                })
            };
            !phrase.values.is_empty() && phrase.said.is_some() && !phrase.values.iter().any(kept)
        };
        // "sold by refers to from_club": the plan speaks of that column, if only on its way. One way alone needs no word.
        let unnamed = |phrase: &&Phrase| {
            let only = |c: &ColumnRef| {
                let edges = &prepared.graph.edges;
                let name = &catalogue.tables[c.table].columns[c.column].name;
                let of = edges.iter().find(|e| e.from == c.table && e.from_columns.contains(name));
                of.is_some_and(|of| edges.iter().filter(|e| (e.from, e.to) == (of.from, of.to)).count() == 1)
                    || edges.iter().any(|e| e.to == c.table && e.to_columns.contains(name))
            };
            let named = |c: &ColumnRef| {
                let name = &catalogue.tables[c.table].columns[c.column].name;
                within(&whole, &|v| v.as_str() == Some(name))
            };
            !phrase.columns.is_empty()
                && phrase.said.is_some()
                && said_at(phrase, &words).is_some()
                && !phrase.columns.iter().any(|c| only(c) || named(c))
        };
        let phrase = self.phrases.iter().find(lost).or_else(|| self.phrases.iter().find(unnamed))?;
        Some(format!(
            "I could not make use of what was said of \"{}\", and the answer would leave it out.",
            phrase.words.join(" ")
        ))
    }
}

/// Where a question says a phrase.
fn said_at(phrase: &Phrase, words: &[&Token]) -> Option<usize> {
    let n = phrase.words.len();
    words
        .windows(n.max(1))
        .position(|w| n > 0 && phrase.words.iter().zip(w).all(|(p, t)| *p == t.lemma || *p == t.lower))
}

/// The comparisons of a condition.
fn leaves(filter: &Filter) -> Vec<Filter> {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => parts.iter().flat_map(leaves).collect(),
        other => vec![other.clone()],
    }
}

/// What a comparison says where it is denied.
fn opposite(leaf: &Filter) -> Option<Filter> {
    Some(match leaf.clone() {
        Filter::Compare { field, operator, operand } => {
            let operator = match operator {
                Operator::Equal => Operator::NotEqual,
                Operator::NotEqual => Operator::Equal,
                Operator::Less => Operator::AtLeast,
                Operator::AtLeast => Operator::Less,
                Operator::Greater => Operator::AtMost,
                Operator::AtMost => Operator::Greater,
            };
            Filter::Compare { field, operator, operand }
        }
        Filter::In { field, values, negated } => Filter::In { field, values, negated: !negated },
        Filter::Null { field, negated } => Filter::Null { field, negated: !negated },
        Filter::Text { field, how, value, negated } => Filter::Text { field, how, value, negated: !negated },
        _ => return None,
    })
}

/// The plan has this comparison somewhere.
fn holds(plan: &Value, leaf: &Filter) -> bool {
    let Ok(wanted) = serde_json::to_value(leaf).map(bare) else { return false };
    if within(plan, &|v| *v == wanted) {
        return true;
    }
    // "snow or heat": one of a list.
    let Filter::Compare { field, operator: Operator::Equal, operand: Operand::Literal(literal) } = leaf
    else {
        return false;
    };
    let (Ok(field), Ok(literal)) = (serde_json::to_value(field).map(bare), listed(literal)) else {
        return false;
    };
    within(plan, &|v| {
        v.get("values").and_then(Value::as_array).is_some_and(|all| all.contains(&literal))
            && v.get("field") == Some(&field)
            && v.get("negated") != Some(&Value::Bool(true))
    })
}

fn listed(literal: &Literal) -> serde_json::Result<Value> {
    serde_json::to_value(literal).map(bare)
}

fn within(value: &Value, is: &impl Fn(&Value) -> bool) -> bool {
    is(value)
        || match value {
            Value::Array(items) => items.iter().any(|v| within(v, is)),
            Value::Object(fields) => fields.values().any(|v| within(v, is)),
            _ => false,
        }
}

/// Without what is denied of a row itself: "never a late order" is about orders, and no row says it.
fn affirmed(value: Value) -> Value {
    let denies = |value: &Value| value.get("not").is_some_and(|inner| inner.get("related").is_none());
    match value {
        value if denies(&value) => Value::Null,
        Value::Array(items) => Value::Array(items.into_iter().map(affirmed).collect()),
        Value::Object(fields) => Value::Object(fields.into_iter().map(|(k, v)| (k, affirmed(v))).collect()),
        other => other,
    }
}

/// Without the way a table is reached.
fn bare(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(bare).collect()),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().filter(|(k, _)| k != "via").map(|(k, v)| (k, bare(v))).collect())
        }
        other => other,
    }
}
