//! "Which country has the highest percentage of cancelled orders?": those are counted, and all orders are, and the one count
//! divided by the other decides.

use super::{Step, percent::ratio, written};
use crate::offline::{
    FLOOR,
    arbiter::Read,
    words::{Token, TokenKind},
};
use rowcall_plan::OrderKey;

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    let part = |w: &str| matches!(w, "percentage" | "percent" | "share" | "proportion");
    let at = (1..step.tokens.len()).find(|i| part(step.lower(*i)) && step.lower(i + 1) == "of")?;
    let down = match step.lower(at - 1) {
        "highest" | "largest" | "greatest" | "biggest" => true,
        "lowest" | "smallest" => false,
        _ => return None,
    };
    let what = at + 2;
    let from = what + usize::from(matches!(step.lower(what), "the" | "its" | "their" | "all"));
    let (rows, told) = rows(step, from)?;
    // "… and give the percentage": of what was said.
    let counted = |t: &Token| match t.lower.as_str() {
        "percentage" | "percent" | "share" | "proportion" => Token { text: "number".to_owned(), ..t.clone() },
        _ => t.clone(),
    };
    let rest = |from: usize| written(&step.tokens[from..].iter().map(counted).collect::<Vec<_>>());
    let head = written(&step.tokens[..at - 1]);
    let ask = |rows: &str, from: usize| {
        let text = format!("{head} highest number of {rows} {}", rest(from));
        (step.read)(&text).ok().filter(|read| read.certainty >= FLOOR)
    };
    let noun = &step.tokens[rows].text;
    let all = ask(noun, told.max(rows + 1))?;
    let some = ask(&written(&step.tokens[from..told.max(rows + 1)]), told.max(rows + 1))?;
    let mut plan = ratio(&all.plan, &some.plan)?;
    let at = plan.measures.iter().position(|m| m.over.is_some())?;
    let order = plan.order.iter_mut().find(|o| o.by == OrderKey::Measure(at))?;
    order.descending = down;
    rowcall_plan::compile_with(&plan, step.catalogue, &step.lexicon.prepared).ok()?;
    Some(Read { plan, certainty: all.certainty.min(some.certainty), ..all })
}

/// Where the noun of the rows stands, and where what is said of them ends: "cancelled orders", "orders that were cancelled",
/// "orders paid by card".
fn rows(step: &Step<'_>, from: usize) -> Option<(usize, usize)> {
    let noun = |at: &usize| {
        step.tokens.get(*at).is_some_and(|t| {
            t.kind == TokenKind::Word && t.lower != t.lemma && step.lexicon.names_table(&t.lemma, 0.75)
        })
    };
    let plain = |at: usize| step.tokens.get(at).is_some_and(|t| t.kind == TokenKind::Word);
    let rows = (from..from + 5).take_while(|at| plain(*at)).find(noun)?;
    // What stands before it tells which, or a clause does that goes on to the end of the sentence.
    if rows > from {
        return Some((rows, rows + 1));
    }
    let clause = step.tokens.get(rows + 1).is_some_and(|t| {
        matches!(t.lower.as_str(), "that" | "which" | "who" | "with" | "without") || t.lower.ends_with("ed")
    });
    let end = (rows..step.tokens.len())
        .find(|i| step.tokens[*i].kind == TokenKind::Mark)
        .unwrap_or(step.tokens.len());
    clause.then_some((rows, end))
}
