//! States that only a date or a number of times tells: "discontinued products" have a date of it, "unresolved tickets" have
//! none, "reopened tickets" were reopened some number of times.

use super::Step;
use crate::offline::{
    arbiter::Read,
    words::{TokenKind, root},
};
use rowcall_core::ColumnRef;
use rowcall_plan::{Field, Filter, Literal, Operand, Operator};

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    let rows = |at: usize| {
        let token = step.tokens.get(at).filter(|t| t.kind == TokenKind::Word)?;
        step.lexicon.tables_for(&[&token.lemma]).first().filter(|(_, s)| *s >= 0.9).map(|(t, _)| *t)
    };
    for at in 0..step.tokens.len() {
        let token = &step.tokens[at];
        if token.kind != TokenKind::Word || !token.lower.ends_with("ed") && !token.lower.ends_with("en") {
            continue;
        }
        // "discontinued products", "tickets were reopened"
        let (table, from) = match rows(at + 1) {
            Some(table) => (Some(table), at),
            None => {
                let ends = step.tokens.get(at + 1).is_none_or(|t| t.kind == TokenKind::Mark);
                let was = at > 1
                    && matches!(step.lower(at - 1), "are" | "is" | "were" | "was" | "been" | "get" | "got");
                let that =
                    usize::from(at > 2 && matches!(step.lower(at - 2), "that" | "which" | "have" | "has"));
                let table = (0..at).rev().find_map(rows);
                (table.filter(|_| ends && was), at.saturating_sub(1 + that))
            }
        };
        let Some(table) = table else { continue };
        let Some((column, yes)) = told(step, table, &token.lower) else { continue };
        let mut read = step.instead(from, at + 1, "")?;
        let own = step.lexicon.prepared.table(step.catalogue, &read.plan.source).ok()? == table;
        own.then_some(())?;
        let stored = &step.catalogue.tables[table].columns[column.column];
        let field = Field::new(read.plan.source.clone(), stored.name.clone());
        read.plan.filters.push(match stored.kind.is_temporal() {
            true => Filter::Null { field, negated: yes },
            false => Filter::Compare {
                field,
                operator: if yes { Operator::Greater } else { Operator::Equal },
                operand: Operand::Literal(Literal::Integer(0)),
            },
        });
        rowcall_plan::compile_with(&read.plan, step.catalogue, &step.lexicon.prepared).ok()?;
        return Some(read);
    }
    None
}

/// The column that tells whether this happened to rows of a table, and whether the word says that it did. A state that is
/// stored as such needs none.
fn told(step: &Step<'_>, table: usize, said: &str) -> Option<(ColumnRef, bool)> {
    let known = |w: &str| step.lexicon.values(&[w]).iter().any(|v| v.column.table == table);
    if known(said) {
        return None;
    }
    let find = |verb: &str| {
        let stem = root(verb);
        let columns = step.catalogue.tables[table].columns.iter().enumerate();
        let mut found = columns.filter(|(at, column)| {
            let words = &step.lexicon.columns[table][*at].words;
            let happened = words.first().is_some_and(|w| root(w) == stem);
            let dated = column.kind.is_temporal()
                && column.nullable
                && words.iter().skip(1).all(|w| matches!(w.as_str(), "at" | "on" | "date" | "time"));
            let counted = column.kind.is_numeric()
                && words.len() == 2
                && matches!(words[1].as_str(), "count" | "times" | "time" | "number");
            happened && (dated || counted)
        });
        let first = found.next().filter(|_| found.next().is_none())?;
        Some(ColumnRef { table, column: first.0 })
    };
    if let Some(column) = find(said) {
        return Some((column, true));
    }
    let base = said.strip_prefix("un").or_else(|| said.strip_prefix("non")).filter(|b| b.len() >= 4)?;
    find(base).map(|column| (column, false))
}
