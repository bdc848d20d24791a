//! "The second most expensive product": the most expensive one, after one is passed over.

use super::Step;
use crate::offline::{annotate::Key, arbiter::Read, keys::key_at};

const PLACES: [&str; 9] =
    ["second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    let (at, place) = (0..step.tokens.len()).find_map(|i| {
        let said = step.lower(i);
        let word = PLACES.iter().position(|w| *w == said).map(|n| n as u64 + 2);
        let digits = ["nd", "rd", "th"].iter().find_map(|end| said.strip_suffix(end)?.parse::<u64>().ok());
        word.or(digits.filter(|n| (2..=1000).contains(n))).map(|n| (i, n))
    })?;
    // "second-highest" is two words here.
    let ranks = matches!(key_at(&step.tokens, at + 1), Some((Key::Superlative(..) | Key::Common(_), _)));
    if !ranks {
        return None;
    }
    let mut read = step.instead(at, at + 1, "")?;
    let plan = &mut read.plan;
    let one =
        plan.limit == Some(1) && !plan.order.is_empty() && plan.offset.is_none() && plan.combine.is_none();
    one.then_some(())?;
    plan.offset = Some(place - 1);
    Some(read)
}
