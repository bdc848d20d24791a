//! Compared with another row: "older than Ann Lee", "earning more than the average engineer", "than their own manager".

use super::Step;
use crate::offline::{
    arbiter::Read,
    lexicon::ValueRef,
    words::{TokenKind, root},
};
use rowcall_core::ColumnRef;
use rowcall_plan::{Aggregate, Field, Filter, Literal, Operand, Operator, QueryPlan};

/// A number that nobody asks for.
const STANDING_FOR: i64 = 987_654_321;

/// What the number stands for.
enum Other {
    /// The row with these values, each of a column of its own.
    Row(Vec<Vec<ValueRef>>),
    /// The average over the rows with this value.
    Average(Vec<ValueRef>),
    /// The row that a column of the same table refers to.
    Referred(String),
}

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    let compares = |w: &str| {
        matches!(
            w,
            "than" | "above" | "below" | "over" | "under" | "exceed" | "exceeds" | "exceeding" | "exceeded"
        )
    };
    let than = (1..step.tokens.len()).find(|i| compares(step.lower(*i)))?;
    let (other, end) = match step.lower(than) {
        "than" => other(step, than + 1)?,
        _ => average(step, than + 1)?,
    };
    let mut read = step.instead(than + 1, end, &STANDING_FOR.to_string())?;
    put(step, &mut read.plan, &other)?;
    compiles(step, &read.plan).then_some(())?;
    Some(read)
}

fn compiles(step: &Step<'_>, plan: &QueryPlan) -> bool {
    rowcall_plan::compile_with(plan, step.catalogue, &step.lexicon.prepared).is_ok()
}

/// "the average engineer", "the mean duration of a repair", "the average of all midfielders", and where it ends.
fn average(step: &Step<'_>, from: usize) -> Option<(Other, usize)> {
    let mut at = from + usize::from(step.lower(from) == "the");
    if !matches!(step.lower(at), "average" | "avg" | "mean" | "typical") {
        return None;
    }
    at += 1;
    // The number, which has been named before.
    if let Some(of) = (at..at + 4).find(|n| step.lower(*n) == "of") {
        at = of + 1;
        while matches!(step.lower(at), "all" | "a" | "an" | "the" | "any" | "every" | "other") {
            at += 1;
        }
    }
    let (values, used) = values(step, at)?;
    let mut end = at + used;
    // "the average sale listing"
    let rows = step.tokens.get(end).is_some_and(|t| step.lexicon.names_table(&t.lemma, 0.75));
    end += usize::from(rows);
    closes(step, end).then_some((Other::Average(values), end))
}

/// What stands behind "than", and where it ends.
fn other(step: &Step<'_>, from: usize) -> Option<(Other, usize)> {
    if let Some(found) = average(step, from) {
        return Some(found);
    }
    let mut at = from;
    while matches!(step.lower(at), "the" | "an" | "a" | "those" | "that" | "of" | "salary") && at < from + 4 {
        at += 1;
    }
    if let Some((column, end)) = referred(step, at) {
        return closes(step, end).then_some((Other::Referred(column), end));
    }
    let (values, used) = values(step, at)?;
    let mut all = vec![values];
    let mut end = at + used;
    // First and last name, each in a column of its own.
    if let Some((more, used)) = self::values(step, end) {
        all.push(more);
        end += used;
    }
    let end = if step.lower(end) == "'s" { end + 2 } else { end };
    closes(step, end).then_some((Other::Row(all), end))
}

/// The comparison ends here.
fn closes(step: &Step<'_>, at: usize) -> bool {
    step.tokens.get(at).is_none_or(|t| {
        t.kind == TokenKind::Mark
            || matches!(t.lower.as_str(), "and" | "or" | "in" | "does" | "do" | "is" | "earns" | "overall")
    })
}

fn values(step: &Step<'_>, at: usize) -> Option<(Vec<ValueRef>, usize)> {
    let quoted = step.tokens.get(at).filter(|t| t.kind == TokenKind::Quoted);
    if let Some(text) = quoted {
        let parts: Vec<String> =
            crate::offline::words::tokens(&text.text).into_iter().map(|t| t.lower).collect();
        let refs: Vec<&str> = parts.iter().map(String::as_str).collect();
        let found = step.lexicon.values(&refs).to_vec();
        return (!found.is_empty()).then_some((found, 1));
    }
    step.lexicon.values_at(&step.tokens, at)
}

/// "their own manager", where a column called after it refers to rows of its own table.
fn referred(step: &Step<'_>, from: usize) -> Option<(String, usize)> {
    let mut at = from;
    let whose = |w: &str| matches!(w, "their" | "his" | "her" | "its" | "or" | "own" | "respective");
    while whose(step.lower(at)) {
        at += 1;
    }
    if at == from {
        return None;
    }
    let noun = step.tokens.get(at).filter(|t| t.kind == TokenKind::Word)?;
    let stem = root(&noun.lemma);
    let edges = step.lexicon.prepared.graph.edges.iter().filter(|e| e.from == e.to);
    let mut found = edges.filter_map(|e| {
        let [column] = e.from_columns.as_slice() else { return None };
        let at = step.catalogue.tables[e.from].columns.iter().position(|c| c.name == *column)?;
        let words = &step.lexicon.columns[e.from][at].words;
        words.iter().any(|w| root(w) == stem).then(|| column.clone())
    });
    let column = found.next().filter(|_| found.next().is_none())?;
    Some((column, at + 1))
}

/// Puts what the number stands for in its place.
fn put(step: &Step<'_>, plan: &mut QueryPlan, other: &Other) -> Option<()> {
    let filter = plan.filters.iter_mut().find_map(standing)?;
    let Filter::Compare { field, operator, operand } = filter else { return None };
    let table = step.lexicon.prepared.table(step.catalogue, &field.table).ok()?;
    let of = |values: &[ValueRef]| {
        let own = values.iter().find(|v| v.column.table == table)?;
        let column = ColumnRef { table, column: own.column.column };
        let name = step.catalogue.tables[table].columns[column.column].name.clone();
        Some(vec![own.filter(Field::new(field.table.clone(), name))])
    };
    *operand = match other {
        // Where several rows have the value, more than any of them.
        Other::Row(all) => {
            let aggregate = match operator {
                Operator::Less | Operator::AtMost => Aggregate::Minimum,
                _ => Aggregate::Maximum,
            };
            let filters = all.iter().map(|values| of(values)).collect::<Option<Vec<_>>>()?.concat();
            Operand::Aggregate { aggregate, field: field.clone(), filters }
        }
        Other::Average(values) => {
            Operand::Aggregate { aggregate: Aggregate::Average, field: field.clone(), filters: of(values)? }
        }
        Other::Referred(column) => Operand::Field(Field { via: Some(column.clone()), ..field.clone() }),
    };
    Some(())
}

/// The comparison with the number, wherever it is.
fn standing(filter: &mut Filter) -> Option<&mut Filter> {
    let stands =
        matches!(filter, Filter::Compare { operand: Operand::Literal(Literal::Integer(STANDING_FOR)), .. });
    if stands {
        return Some(filter);
    }
    match filter {
        Filter::All(parts) => parts.iter_mut().find_map(standing),
        _ => None,
    }
}
