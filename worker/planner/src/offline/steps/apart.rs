//! "The difference between the highest and the lowest price": the highest, less the lowest.

use super::Step;
use crate::offline::arbiter::Read;
use rowcall_plan::{Aggregate, Measure};

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    let at = (0..step.tokens.len()).find(|i| {
        matches!(step.lower(*i), "difference" | "gap" | "spread")
            && matches!(step.lower(i + 1), "between" | "of")
    })?;
    let the = |n: usize| n + usize::from(step.lower(n) == "the");
    let first = the(at + 2);
    let and = first + 1;
    let second = the(and + 1);
    let ends = |n: usize| match step.lower(n) {
        "highest" | "maximum" | "largest" | "max" | "biggest" | "greatest" => Some(true),
        "lowest" | "minimum" | "smallest" | "min" => Some(false),
        _ => None,
    };
    (step.lower(and) == "and" && ends(first)? != ends(second)?).then_some(())?;
    let mut read = step.instead(at, second + 1, "maximum")?;
    let mut highest =
        read.plan.measures.iter_mut().filter(|m| m.aggregate == Aggregate::Maximum && m.over.is_none());
    let measure = highest.next().filter(|m| !m.hidden)?;
    measure.minus = Some(Box::new(Measure::new(Aggregate::Minimum, measure.expression.clone())));
    Some(read)
}
