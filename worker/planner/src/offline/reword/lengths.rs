//! How long something takes, and in which unit: "how many hours does it take until …", "the average time, in hours, from
//! opening to closing", "how long in minutes is …".

use super::{is_end, lower, word};
use crate::offline::words::Token;

/// Puts the unit where a length is asked for.
pub(super) fn lengths(tokens: &mut Vec<Token>) {
    in_unit(tokens);
    unit_behind(tokens);
    how_many_hours(tokens);
    how_long(tokens);
    long_in(tokens);
}

/// A unit that lengths are asked for in.
fn is_unit(said: &str) -> bool {
    matches!(said, "minutes" | "hours" | "days")
}

/// "the average time, in hours, from opening to closing": the average time from opening to closing in hours.
fn in_unit(tokens: &mut Vec<Token>) {
    for at in (2..tokens.len().saturating_sub(3)).rev() {
        let told = lower(tokens, at) == "in" && is_unit(lower(tokens, at + 1));
        if !told || lower(tokens, at - 1) != "," || lower(tokens, at + 2) != "," {
            continue;
        }
        let unit: Vec<Token> = tokens[at..at + 2].to_vec();
        tokens.drain(at - 1..at + 3);
        let end = (at - 1..tokens.len()).find(|i| is_end(tokens, *i)).unwrap_or(tokens.len());
        tokens.splice(end..end, unit);
        return;
    }
}

/// "How long does a call last on average, in seconds?": on average in seconds, where a length is asked for.
fn unit_behind(tokens: &mut Vec<Token>) {
    for at in (3..tokens.len().saturating_sub(1)).rev() {
        let unit = is_unit(lower(tokens, at + 1)) || lower(tokens, at + 1) == "seconds";
        let behind = lower(tokens, at - 1) == "," && is_end(tokens, at + 2);
        if lower(tokens, 0) == "how"
            && lower(tokens, 1) == "long"
            && lower(tokens, at) == "in"
            && unit
            && behind
        {
            tokens.remove(at - 1);
            return;
        }
    }
}

/// "How many hours does it take on average until a ticket gets closed": how long does it take on average, in hours.
fn how_many_hours(tokens: &mut Vec<Token>) {
    let takes = lower(tokens, 0) == "how"
        && lower(tokens, 1) == "many"
        && is_unit(lower(tokens, 2))
        && matches!(lower(tokens, 3), "does" | "do" | "did")
        && lower(tokens, 4) == "it"
        && lower(tokens, 5) == "take";
    if !takes {
        return;
    }
    let unit = tokens[2].clone();
    let end = (3..tokens.len()).find(|i| is_end(tokens, *i)).unwrap_or(tokens.len());
    tokens.splice(end..end, [word("in"), unit]);
    tokens.splice(1..3, [word("long")]);
}

/// "How long does it take on average to …": a length is told as an average anyway.
fn how_long(tokens: &mut Vec<Token>) {
    let takes = lower(tokens, 0) == "how"
        && lower(tokens, 1) == "long"
        && matches!(lower(tokens, 2), "does" | "do" | "did")
        && lower(tokens, 3) == "it";
    let at = (3..tokens.len()).find(|i| lower(tokens, *i) == "on" && lower(tokens, i + 1) == "average");
    if let Some(at) = at.filter(|_| takes) {
        tokens.drain(at..at + 2);
    }
}

/// "How long in minutes is a song": how long is it.
fn long_in(tokens: &mut Vec<Token>) {
    let told = lower(tokens, 0) == "how" && lower(tokens, 1) == "long" && lower(tokens, 2) == "in";
    let does = matches!(lower(tokens, 4), "is" | "are" | "was" | "were");
    if told && does && matches!(lower(tokens, 3), "minutes" | "seconds" | "hours" | "days" | "weeks") {
        tokens.drain(2..4);
    }
}
