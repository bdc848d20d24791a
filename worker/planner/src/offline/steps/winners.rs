//! "For each country, which customer has the most orders? Return the country, the customer and the number of orders.": the
//! first sentence asks for the first of each group, the second only says what of it to show.

use super::{Step, written};
use crate::offline::arbiter::Read;
use rowcall_plan::{Expression, Measure, OrderKey, QueryPlan};

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    let opens = matches!(step.lower(0), "for" | "in" | "within") && matches!(step.lower(1), "each" | "every");
    let end = (2..step.tokens.len()).find(|at| matches!(step.lower(*at), "?" | ".")).filter(|_| opens)?;
    let asks =
        matches!(step.lower(end + 1), "return" | "give" | "show" | "list" | "state" | "display" | "include");
    let items = items(step, end + 2).filter(|_| asks)?;
    let mut read = (step.read)(&written(&step.tokens[..=end])).ok()?;
    let rank = read.plan.measures.iter().position(|m| m.rank)?;
    // The number may be one that each row has: "the highest price".
    let number = match &read.plan.measures[rank].expression {
        Some(Expression::Field(field)) => Some(field.clone()),
        _ => None,
    };
    let own = read.plan.dimensions.iter().position(|d| Some(&d.field) == number.as_ref());
    let groups = read.plan.dimensions.len() - usize::from(own.is_some());
    let decides = read.plan.having.iter().any(|h| h.measure == rank);
    if !decides || groups < 2 {
        return None;
    }
    match (items.checked_sub(groups)?, own) {
        (0, own) => {
            read.plan.measures.iter_mut().for_each(|m| m.hidden = true);
            if let Some(own) = own {
                read.plan.dimensions[own].hidden = true;
            }
        }
        (1, Some(_)) => {}
        (1, None) => show_number(&mut read.plan, rank),
        _ => return None,
    }
    rowcall_plan::compile_with(&read.plan, step.catalogue, &step.lexicon.prepared).ok()?;
    Some(read)
}

/// How many things the last sentence says.
fn items(step: &Step<'_>, from: usize) -> Option<usize> {
    let end = (from..step.tokens.len())
        .find(|at| matches!(step.lower(*at), "?" | "."))
        .unwrap_or(step.tokens.len());
    if end + 1 < step.tokens.len() {
        return None;
    }
    let mut items = 0;
    let mut inside = false;
    for at in from..end {
        match step.lower(at) {
            "," | "and" | "plus" | "with" => inside = false,
            "order" | "ordered" | "sort" | "sorted" | "by" | "for" => return None,
            _ if !inside => {
                items += 1;
                inside = true;
            }
            _ => {}
        }
    }
    (items > 0).then_some(items)
}

/// Shows the number by which the first of each group is the first.
fn show_number(plan: &mut QueryPlan, rank: usize) {
    let number = Measure { rank: false, smallest_first: false, hidden: false, ..plan.measures[rank].clone() };
    let plain = |m: &Measure| Measure { hidden: false, label: None, ..m.clone() };
    if let Some(shown) = plan.measures.iter_mut().find(|m| plain(m) == plain(&number)) {
        shown.hidden = false;
        return;
    }
    plan.measures.insert(0, number);
    plan.having.iter_mut().for_each(|h| h.measure += 1);
    for order in &mut plan.order {
        if let OrderKey::Measure(at) = &mut order.by {
            *at += 1;
        }
    }
}
