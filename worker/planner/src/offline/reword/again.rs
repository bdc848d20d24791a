//! Numbers that a later sentence calls by less than their name: "What is the average unit price per category? Return the
//! category and the average.", "the total pallet capacity in each region? Return the region and the capacity."

use super::{is_end, lower};
use crate::offline::words::{Token, TokenKind};

/// Words for how a number is computed.
const HOW: &str = "average mean total sum maximum minimum median highest lowest";
/// Numbers that are called by how they are computed alone.
const ALONE: &str =
    "average averages mean maximum minimum median percentage share ratio rate difference result figure";
/// Words that say what rows are split by.
const SPLITS: &str = "each every per by";

fn is_one_of(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|w| w == word)
}

/// Says the whole name instead.
pub(super) fn again(tokens: &mut Vec<Token>) {
    let Some(end) = (2..tokens.len()).find(|at| is_end(tokens, *at)) else { return };
    let shows = matches!(
        lower(tokens, end + 1),
        "return" | "give" | "show" | "list" | "state" | "display" | "include" | "provide"
    );
    let split = (0..end).any(|at| is_one_of(SPLITS, lower(tokens, at)));
    let how = (0..end).find(|at| is_one_of(HOW, lower(tokens, *at)));
    let Some(how) = how.filter(|_| shows && split) else { return };
    let stops = |n: usize| {
        matches!(
            lower(tokens, n),
            "of" | "for" | "in" | "per" | "by" | "the" | "and" | "," | "on" | "at" | "from"
        ) && !(lower(tokens, n) == "of" && lower(tokens, n - 1) == "number")
    };
    let to = (how + 1..end).find(|n| stops(*n)).unwrap_or(end);
    // Nothing is named, or too much for a name.
    if to == how + 1 || to > how + 5 {
        return;
    }
    let name: Vec<Token> = tokens[how..to].to_vec();
    let last = tokens[to - 1].lemma.clone();
    for at in (end + 2..tokens.len()).rev() {
        let closes = is_end(tokens, at + 1) || matches!(lower(tokens, at + 1), "," | "and" | "in");
        let opens = matches!(lower(tokens, at - 1), "the" | "that" | "this" | "its" | "their" | "and");
        if !closes || !opens || tokens[at].kind != TokenKind::Word {
            continue;
        }
        if lower(tokens, at) == name[0].lower
            || is_one_of(ALONE, lower(tokens, at))
            || tokens[at].lemma == last
        {
            tokens.splice(at..=at, name.iter().cloned());
        }
    }
}
