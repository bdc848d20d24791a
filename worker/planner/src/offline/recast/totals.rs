//! What something comes to: "payroll by hotel", "What did we spend on repairs?", "value of done lessons", "payments in May,
//! total".

use super::{Plainer, bare, in_turn, instead, is_one_of, lower, slice, table_of, valued::column, words};
use crate::offline::{lexicon::Lexicon, words::lemma};

const WAYS: &[Plainer] = &[payroll, in_total, what_spent, value_of, spent_on, total_behind];

/// Says the total of which column it is.
pub(super) fn totals(question: &str, lexicon: &Lexicon) -> String {
    in_turn(question, lexicon, WAYS)
}

/// "payroll by hotel": the total salary.
fn payroll(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (0..found.len()).find(|at| lower(&found, *at) == "payroll")?;
    let known = lexicon.is_word("payroll") || lexicon.names_table("payroll", 0.75);
    let kept =
        lexicon.columns.iter().flatten().filter(|n| n.words.last().is_some_and(|w| w == "salary")).count();
    (!known && kept == 1).then(|| instead(text, found[at].from, found[at].to, "total salary"))
}

/// "production cost of Founders After Dark in total": the total of it.
fn in_total(text: &str, lexicon: &Lexicon) -> Option<String> {
    let bare = text.trim_end_matches(['?', '.', ' ']);
    let head = bare.strip_suffix(" in total").or_else(|| bare.strip_suffix(" altogether"))?;
    let found = words(head);
    let of = (1..found.len().min(4)).find(|at| is_one_of("of for in by per", lower(&found, *at)));
    let of = of.unwrap_or(found.len());
    let phrase: Vec<String> = found[..of].iter().map(|w| lemma(&w.lower)).collect();
    let named = lexicon.columns.iter().flatten().any(|name| name.words == phrase);
    named.then(|| format!("total {head}"))
}

/// "What did we spend on repairs in 2023?": the total cost of them.
fn what_spent(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let what = lower(&found, 0) == "what" || lower(&found, 0) == "how" && lower(&found, 1) == "much";
    let did = 1 + usize::from(lower(&found, 0) == "how");
    let asks = what && lower(&found, did) == "did" && is_one_of("we i", lower(&found, did + 1));
    let spend = is_one_of("spend pay", lower(&found, did + 2)) && is_one_of("on for", lower(&found, did + 3));
    let noun = found
        .get(did + 4 + usize::from(is_one_of("the our", lower(&found, did + 4))))
        .filter(|_| asks && spend)?;
    let cost = column(table_of(&noun.lower, lexicon)?, "cost price amount", lexicon)?;
    Some(format!("What is the total {cost} of {}", slice(text, noun.from..)))
}

/// "value of done lessons by instrument": what they cost altogether, where one column says what one costs.
fn value_of(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (0..found.len()).find(|at| lower(&found, *at) == "value" && lower(&found, at + 1) == "of")?;
    let total = at > 0 && is_one_of("total overall combined", lower(&found, at - 1));
    let from = if total { at - 1 } else { at };
    let opens = found[..from].iter().all(|w| is_one_of("what is was the show give me", &w.lower));
    let table = found[at + 2..]
        .iter()
        .take(4)
        .find_map(|w| table_of(&w.lower, lexicon).filter(|_| lemma(&w.lower) != w.lower))?;
    if !opens || lexicon.columns[table].iter().any(|name| name.words.iter().any(|w| w == "value")) {
        return None;
    }
    let mut money = lexicon.columns[table]
        .iter()
        .filter(|name| name.words.iter().any(|w| is_one_of("amount price cost fee total", w)));
    let name = money.next().filter(|_| money.next().is_none())?.words.join(" ");
    Some(instead(text, found[from].from, found[at].to, &format!("total {name}")))
}

/// "total spent on repairs": the total cost of them.
fn spent_on(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let total = usize::from(is_one_of("total money amount", lower(&found, 0)));
    let total = total + usize::from(total == 1 && is_one_of("money amount", lower(&found, 1)));
    let spent =
        is_one_of("spent paid", lower(&found, total)) && is_one_of("on for", lower(&found, total + 1));
    let noun = found.get(total + 2).filter(|_| total > 0 && spent)?;
    let cost = column(table_of(&noun.lower, lexicon)?, "cost price amount", lexicon)?;
    Some(format!("total {cost} of {}", slice(text, noun.from..)))
}

/// "payments in May 2024, total": the total of them.
fn total_behind(text: &str, _: &Lexicon) -> Option<String> {
    let plain = bare(text);
    let head = [", total", ", in total", ", in all"].into_iter().find_map(|tail| plain.strip_suffix(tail))?;
    let found = words(head);
    let asks = is_one_of("which what who how show list give find total sum", lower(&found, 0));
    let split = found.iter().any(|w| is_one_of("by per each", &w.lower));
    (!asks && !split && !head.contains(',')).then(|| format!("Total {head}"))
}
