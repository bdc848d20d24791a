//! Numbers in another unit than they are kept in: "the average length of an episode in minutes", where it is kept in seconds.

use super::{Step, written};
use crate::offline::{
    FLOOR,
    arbiter::Read,
    converted::{factor, is_unit_word},
    words::TokenKind,
};
use rowcall_plan::{Aggregate, Arithmetic, Expression};

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    let at = (2..step.tokens.len().saturating_sub(1)).find(|at| {
        let unit = is_unit_word(step.lower(at + 1));
        let number = step.tokens[at - 1].kind == TokenKind::Number;
        step.lower(*at) == "in" && unit && !number && ends(step, at + 2)
    })?;
    let unit = step.lower(at + 1).to_owned();
    let comma = usize::from(step.tokens[at - 1].text == ",");
    let rest = format!("{} {}", written(&step.tokens[..at - comma]), written(&step.tokens[at + 2..]));
    let mut read = (step.read)(rest.trim()).ok().filter(|r| r.certainty >= FLOOR)?;
    let [measure] = read.plan.measures.as_mut_slice() else { return None };
    let adds = matches!(
        measure.aggregate,
        Aggregate::Sum | Aggregate::Average | Aggregate::Minimum | Aggregate::Maximum | Aggregate::Median
    );
    let Some(Expression::Field(field)) = measure.expression.clone() else { return None };
    if !adds || measure.over.is_some() || measure.minus.is_some() || measure.is_windowed() {
        return None;
    }
    let (kept, times) = factor(&field, &unit, step.catalogue, step.lexicon)?;
    if times == 1.0 {
        return Some(read);
    }
    let (operator, by) =
        if times < 1.0 { (Arithmetic::DividedBy, 1.0 / times) } else { (Arithmetic::Times, times) };
    let digits = format!("{by:.4}");
    let digits = digits.trim_end_matches('0');
    let digits = if digits.ends_with('.') { format!("{digits}0") } else { digits.to_owned() };
    measure.expression = Some(Expression::Operation {
        left: Box::new(Expression::Field(field.clone())),
        operator,
        right: Box::new(Expression::Number(digits)),
    });
    let name = match measure.aggregate {
        Aggregate::Average => "average",
        Aggregate::Sum => "total",
        Aggregate::Minimum => "minimum",
        Aggregate::Maximum => "maximum",
        _ => "median",
    };
    let bare = field.column.to_lowercase().replace(&format!("_{kept}"), "").replace('_', " ");
    let bare = bare.strip_suffix(&format!(" {}", kept.trim_end_matches('s'))).unwrap_or(&bare).to_owned();
    measure.label = Some(format!("{name} {bare} in {unit}"));
    read.notes.push(format!("{} is kept in {kept}, and shown in {unit}.", field.column));
    rowcall_plan::compile_with(&read.plan, step.catalogue, &step.lexicon.prepared).ok()?;
    Some(read)
}

/// Nothing more is said of the unit.
fn ends(step: &Step<'_>, at: usize) -> bool {
    step.tokens.get(at).is_none_or(|t| t.kind == TokenKind::Mark)
        || matches!(step.lower(at), "per" | "by" | "for" | "of" | "and" | "in")
}
