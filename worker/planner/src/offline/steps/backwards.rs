//! "Revenue by month, latest first": the months from the last to the first.

use super::{Step, written};
use crate::offline::{FLOOR, arbiter::Read, words::TokenKind};
use rowcall_plan::{Order, OrderKey};

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    let first = (2..step.tokens.len()).rev().find(|i| step.lower(*i) == "first")?;
    let ends = step.tokens[first + 1..].iter().all(|t| t.kind == TokenKind::Mark);
    // "most recent month first"
    let unit =
        matches!(step.lower(first - 1), "month" | "year" | "week" | "day" | "quarter" | "one" | "ones");
    let end = first - usize::from(unit);
    let latest = matches!(step.lower(end - 1), "newest" | "latest");
    let recent = end > 2 && step.lower(end - 2) == "most" && step.lower(end - 1) == "recent";
    (ends && (latest || recent)).then_some(())?;
    let mut from = end - if latest { 1 } else { 2 };
    while from > 1 && matches!(step.lower(from - 1), "," | "the" | "with" | "and" | "-") {
        from -= 1;
    }
    let mut read = (step.read)(&written(&step.tokens[..from])).ok().filter(|read| read.certainty >= FLOOR)?;
    let plan = &mut read.plan;
    let time = plan.dimensions.iter().position(|d| d.grain.is_some_and(|g| !g.is_part()))?;
    let grouped = !plan.measures.is_empty() && plan.limit.is_none() && plan.combine.is_none();
    (grouped && plan.fold.is_none()).then_some(())?;
    plan.order = vec![Order { by: OrderKey::Dimension(time), descending: true }];
    Some(read)
}
