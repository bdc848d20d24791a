//! What is late: "overdue invoices" are due, and nothing has come of it; "late payments" came after they were due.

use super::{Step, written};
use crate::offline::{FLOOR, arbiter::Read};
use rowcall_plan::{Field, Filter, Operand, Operator};

/// What a day by which something is to be done is called by.
const DUE: &[&str] = &["due", "deadline", "expected", "promised", "estimated", "planned", "scheduled"];
/// What the day on which it is done is called by.
const DONE: &[&str] = &[
    "paid",
    "payment",
    "returned",
    "return",
    "completed",
    "completion",
    "delivered",
    "delivery",
    "finished",
    "closed",
    "resolved",
    "actual",
    "arrived",
    "received",
    "submitted",
    "done",
];

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    let at = (0..step.tokens.len()).find(|at| matches!(step.lower(*at), "late" | "overdue" | "delayed"))?;
    let said = step.lower(at).to_owned();
    // Where it is kept whether something is late, or where the word is a part of another: "late fee".
    let kept = step.lexicon.is_word(&said)
        || !step.lexicon.values(&[&said]).is_empty()
        || step.lexicon.columns.iter().flatten().any(|name| name.words.contains(&said));
    let table = |n: usize| {
        let token = step.tokens.get(n)?;
        step.lexicon.tables_for(&[&token.lemma]).first().filter(|(_, s)| *s >= 0.75).map(|(t, _)| *t)
    };
    // "overdue invoices", "invoices that are overdue", "paid late"
    let of = table(at + 1).or_else(|| (0..at).rev().take(5).find_map(table)).filter(|_| !kept)?;
    let (due, done) = days(step, of)?;
    let to = at
        + 1
        + usize::from(table(at + 1).is_none() && matches!(step.lower(at + 1), "yet" | "now" | "currently"));
    let mut from = at;
    if table(at + 1).is_none() {
        while from > 1
            && matches!(
                step.lower(from - 1),
                "that" | "which" | "who" | "are" | "is" | "were" | "was" | "currently" | "still"
            )
        {
            from -= 1;
        }
    }
    let rest = format!("{} {}", written(&step.tokens[..from]), written(&step.tokens[to..]));
    let mut read = (step.read)(rest.trim()).ok().filter(|r| r.certainty >= FLOOR)?;
    let passed = Filter::Period { field: due.clone(), from: None, to: Some(step.request.today) };
    let (conditions, note) = if said == "overdue" {
        let open = Filter::Null { field: done.clone(), negated: false };
        (vec![passed, open], format!("Overdue is what was due ({}) and has no {}.", due.column, done.column))
    } else {
        let after = Filter::Compare {
            field: done.clone(),
            operator: Operator::Greater,
            operand: Operand::Field(due.clone()),
        };
        (vec![after], format!("Late is what has a {} after its {}.", done.column, due.column))
    };
    let source = step.lexicon.prepared.table(step.catalogue, &read.plan.source).ok()?;
    if source == of {
        read.plan.filters.extend(conditions);
    } else {
        let name = step.lexicon.prepared.name_of(step.catalogue, of);
        let related = read.plan.filters.iter_mut().find_map(|filter| match filter {
            Filter::Related { table, filters, .. } if *table == name => Some(filters),
            _ => None,
        });
        related?.extend(conditions);
    }
    read.notes.push(note);
    rowcall_plan::compile_with(&read.plan, step.catalogue, &step.lexicon.prepared).ok()?;
    Some(read)
}

/// The day by which, and the day on which rows of a table are done, where there is one of each.
fn days(step: &Step<'_>, table: usize) -> Option<(Field, Field)> {
    let columns = || step.catalogue.tables[table].columns.iter().zip(&step.lexicon.columns[table]);
    let one = |list: &[&str], other: &[&str]| {
        let mut found = columns().filter(|(column, name)| {
            column.kind.is_temporal()
                && name.words.iter().any(|w| list.contains(&w.as_str()))
                && !name.words.iter().any(|w| other.contains(&w.as_str()))
        });
        found.next().filter(|_| found.next().is_none()).map(|(column, _)| {
            Field::new(step.lexicon.prepared.name_of(step.catalogue, table), column.name.clone())
        })
    };
    Some((one(DUE, &[])?, one(DONE, DUE)?))
}
