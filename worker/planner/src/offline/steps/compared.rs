//! "Compare the teams by the average score of their tickets": that average for each team there is.

use super::{Step, written};
use crate::offline::{FLOOR, arbiter::Read, words::TokenKind};
use rowcall_plan::Filter;

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    (step.lower(0) == "compare" && !step.lexicon.is_word("compare")).then_some(())?;
    let first = 1 + usize::from(matches!(step.lower(1), "the" | "our" | "all"));
    let end = step.tokens.iter().position(|t| matches!(t.text.as_str(), "." | "?" | "!"));
    let end = end.unwrap_or(step.tokens.len());
    let by = (first + 1..end).find(|i| matches!(step.lower(*i), "by" | "on"))?;
    let the = usize::from(matches!(step.lower(by + 1), "the" | "their"));
    let figure =
        matches!(step.lower(by + 1 + the), "average" | "mean" | "total" | "number" | "median" | "sum");
    let words = step.tokens[first..by].iter().all(|t| t.kind == TokenKind::Word);
    // Nothing but the comparison is asked for.
    (figure && words && end + 1 >= step.tokens.len()).then_some(())?;
    let mut groups: Vec<String> = step.tokens[first..by].iter().map(|t| t.text.clone()).collect();
    groups.pop()?;
    groups.push(step.tokens[by - 1].lemma.clone());
    let said: Vec<_> =
        step.tokens[by + 1 + the..end].iter().filter(|t| t.lower != "their").cloned().collect();
    let question = format!("the {} by {}", written(&said), groups.join(" "));
    let mut read = (step.read)(&question).ok().filter(|read| read.certainty >= FLOOR)?;
    let plan = &mut read.plan;
    let [group] = plan.dimensions.as_slice() else { return None };
    // What belongs to none of them is not compared.
    plan.filters.push(Filter::Null { field: group.field.clone(), negated: true });
    Some(read)
}
