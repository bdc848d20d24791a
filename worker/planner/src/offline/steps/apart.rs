//! "The difference between the highest and the lowest price", "the price range": the highest, less the lowest.

use super::Step;
use crate::offline::arbiter::Read;
use rowcall_plan::{Aggregate, Measure};

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    let read = between(step).or_else(|| range(step))?;
    less_the_lowest(read)
}

/// "price range": from the lowest to the highest price.
fn range(step: &Step<'_>) -> Option<Read> {
    let at = (1..step.tokens.len()).find(|i| step.lower(*i) == "range")?;
    let noun = &step.tokens[at - 1];
    let numeric = step.lexicon.columns_for(&[&noun.lemma], step.catalogue).first().is_some_and(|(c, s)| {
        *s >= 0.8 && step.catalogue.tables[c.table].columns[c.column].kind.is_numeric()
    });
    numeric.then(|| step.instead(at - 1, at + 1, &format!("maximum {}", noun.text)))?
}

fn between(step: &Step<'_>) -> Option<Read> {
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
    step.instead(at, second + 1, "maximum")
}

fn less_the_lowest(mut read: Read) -> Option<Read> {
    let mut highest =
        read.plan.measures.iter_mut().filter(|m| m.aggregate == Aggregate::Maximum && m.over.is_none());
    let measure = highest.next().filter(|m| !m.hidden)?;
    measure.minus = Some(Box::new(Measure::new(Aggregate::Minimum, measure.expression.clone())));
    Some(read)
}
