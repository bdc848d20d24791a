//! States that only a date or a number of times tells: "discontinued products" have a date of it, "unresolved tickets" have
//! none, "reopened tickets" were reopened some number of times.

use super::Step;
use crate::offline::{
    arbiter::Read,
    flags::yes_or_no,
    words::{TokenKind, root},
};
use rowcall_core::{Column, ColumnRef};
use rowcall_plan::{Field, Filter, Literal, Operand, Operator};

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    let rows = |at: usize| {
        let token = step.tokens.get(at).filter(|t| t.kind == TokenKind::Word)?;
        step.lexicon.tables_for(&[&token.lemma]).first().filter(|(_, s)| *s >= 0.75).map(|(t, _)| *t)
    };
    if let Some(read) = answered(step).or_else(|| does_most(step)) {
        return Some(read);
    }
    for at in 0..step.tokens.len() {
        let token = &step.tokens[at];
        let past = ["ed", "en", "paid", "sold", "sent"].iter().any(|end| token.lower.ends_with(end));
        if token.kind != TokenKind::Word || !past {
            continue;
        }
        // "discontinued products", "tickets were reopened"
        let (table, from) = match rows(at + 1) {
            Some(table) => (Some(table), at),
            None => {
                let ends = step.tokens.get(at + 1).is_none_or(|t| t.kind == TokenKind::Mark);
                let was = at > 1
                    && matches!(step.lower(at - 1), "are" | "is" | "were" | "was" | "been" | "get" | "got");
                // "the date it was settled" is a date.
                let was = was && !matches!(step.lower(at - 2), "it" | "they" | "he" | "she");
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
        let stored = &step.catalogue.tables[table].columns[column.column];
        let of = step.lexicon.prepared.name_of(step.catalogue, table);
        let field = Field::new(of.clone(), stored.name.clone());
        let state = match stored.kind.is_temporal() || is_reference(step, column) {
            true => Filter::Null { field, negated: yes },
            false => Filter::Compare {
                field,
                operator: if yes { Operator::Greater } else { Operator::Equal },
                operand: Operand::Literal(Literal::Integer(0)),
            },
        };
        if own {
            read.plan.filters.push(state);
        } else {
            // "accounts with unpaid invoices": the state is that of the invoices they have.
            let mut related = read.plan.filters.iter_mut().filter_map(|f| match f {
                Filter::Related { table, filters, .. } if *table == of => Some(filters),
                _ => None,
            });
            related.next()?.push(state);
        }
        rowcall_plan::compile_with(&read.plan, step.catalogue, &step.lexicon.prepared).ok()?;
        return Some(read);
    }
    None
}

/// "Which agent resolves the most tickets": has the most of those that have a date of it.
fn does_most(step: &Step<'_>) -> Option<Read> {
    let at = (2..step.tokens.len()).find(|i| {
        let verb = &step.tokens[*i];
        let asks = matches!(step.lower(i - 2), "which" | "what");
        let most = step.lower(i + 1) == "the" && matches!(step.lower(i + 2), "most" | "fewest");
        asks && most && verb.kind == TokenKind::Word && !step.lexicon.is_word(&verb.lemma)
    })?;
    let things = step.tokens.get(at + 3)?;
    let (table, _) = step.lexicon.tables_for(&[&things.lemma]).into_iter().find(|(_, s)| *s >= 0.9)?;
    let column = happened(step, table, &step.tokens[at].lower, |column| column.kind.is_temporal())?;
    let mut read = step.instead(at, at + 1, "has")?;
    let stored = &step.catalogue.tables[table].columns[column.column];
    if stored.nullable {
        let source = step.lexicon.prepared.table(step.catalogue, &read.plan.source).ok()?;
        let field = Field::new(step.lexicon.prepared.name_of(step.catalogue, table), stored.name.clone());
        let given = Filter::Null { field, negated: true };
        match source == table {
            true => read.plan.filters.push(given),
            false => read.plan.measures.iter_mut().for_each(|m| m.filters.push(given.clone())),
        }
    }
    rowcall_plan::compile_with(&read.plan, step.catalogue, &step.lexicon.prepared).ok()?;
    Some(read)
}

/// "Which agents speak Spanish", where a column of theirs says yes or no to it.
fn answered(step: &Step<'_>) -> Option<Read> {
    let asks = matches!(step.lower(0), "which" | "who") || step.lower(0) == "how" && step.lower(1) == "many";
    let end = step.tokens.iter().rposition(|t| t.kind == TokenKind::Word)? + 1;
    let (from, column) = [3, 2].into_iter().find_map(|used| {
        let from = end.checked_sub(used).filter(|from| *from > 1)?;
        let phrase: Vec<&str> = step.tokens[from..end].iter().map(|t| t.lemma.as_str()).collect();
        let (column, score) = *step.lexicon.columns_for(&phrase, step.catalogue).first()?;
        let whole = step.lexicon.columns[column.table][column.column].words.len() == used;
        (score >= 0.85 && whole).then_some((from, column))
    })?;
    let table = step.tokens[..from].iter().find_map(|t| {
        step.lexicon.tables_for(&[&t.lemma]).first().filter(|(_, s)| *s >= 0.9).map(|(t, _)| *t)
    })?;
    // "hotels with no pool": read along the words.
    let no = (from.saturating_sub(1)..end).any(|n| matches!(step.lower(n), "no" | "without" | "never"));
    if no {
        return None;
    }
    let denied = step.lower(from - 1) == "not";
    let yes = yes_or_no(step.catalogue, step.lexicon, column, !denied)?;
    (asks && table == column.table).then_some(())?;
    let mut start = from;
    while start > 1
        && matches!(
            step.lower(start - 1),
            "not" | "do" | "does" | "did" | "are" | "is" | "that" | "who" | "can"
        )
    {
        start -= 1;
    }
    let mut read = step.instead(start, end, "").or_else(|| step.instead(start, end, "are there"))?;
    let name = step.catalogue.tables[column.table].columns[column.column].name.clone();
    let field = Field::new(read.plan.source.clone(), name);
    read.plan.filters.push(Filter::Compare {
        field,
        operator: Operator::Equal,
        operand: Operand::Literal(yes),
    });
    rowcall_plan::compile_with(&read.plan, step.catalogue, &step.lexicon.prepared).ok()?;
    Some(read)
}

/// The column that tells whether this happened to rows of a table, and whether the word says that it did. A state that is
/// stored as such needs none.
fn told(step: &Step<'_>, table: usize, said: &str) -> Option<(ColumnRef, bool)> {
    let known = |w: &str| step.lexicon.values(&[w]).iter().any(|v| v.column.table == table);
    if known(said) {
        return None;
    }
    let find =
        |verb: &str| happened(step, table, verb, |column| !column.kind.is_temporal() || column.nullable);
    if let Some(column) = find(said) {
        return Some((column, true));
    }
    let base = said.strip_prefix("un").or_else(|| said.strip_prefix("non")).filter(|b| b.len() >= 4)?;
    find(base).map(|column| (column, false))
}

fn is_reference(step: &Step<'_>, c: ColumnRef) -> bool {
    let table = &step.catalogue.tables[c.table];
    table.foreign_keys.iter().any(|key| key.columns.contains(&table.columns[c.column].name))
}

/// The one column that tells when, or how many times, this happened to rows of a table.
fn happened(step: &Step<'_>, table: usize, verb: &str, fits: impl Fn(&Column) -> bool) -> Option<ColumnRef> {
    let stem = root(verb);
    let columns = step.catalogue.tables[table].columns.iter().enumerate();
    let mut found = columns.filter(|(at, column)| {
        let words = &step.lexicon.columns[table][*at].words;
        let happened = words.first().is_some_and(|w| root(w) == stem);
        // `paid_at`, `date_invoice_paid` of invoices
        let own = &step.lexicon.tables[table].words;
        let said =
            words.iter().filter(|w| !matches!(w.as_str(), "at" | "on" | "date" | "time") && !own.contains(w));
        let dated = column.kind.is_temporal() && said.map(|w| root(w)).eq([stem.clone()]);
        let happened = happened || dated;
        // "assigned tickets": `assigned_to` somebody.
        let tied = column.nullable
            && words.len() == 2
            && words[1] == "to"
            && is_reference(step, ColumnRef { table, column: *at });
        let counted = column.kind.is_numeric()
            && words.len() == 2
            && matches!(words[1].as_str(), "count" | "times" | "time" | "number");
        happened && (dated || counted || tied) && fits(column)
    });
    let first = found.next().filter(|_| found.next().is_none())?;
    Some(ColumnRef { table, column: first.0 })
}
