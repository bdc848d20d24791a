//! Averages told by a verb or an adjective: "how tall are defenders on average", "what does a nurse earn on average".

use super::{lower, rates::kept_by, word};
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind},
};

const PAY: &[&str] = &["salary", "wage", "pay", "income"];
const PRICE: &[&str] = &["price", "cost", "fee", "amount", "total"];

/// What an adjective or verb tells, in the order in which a catalogue's words are tried.
fn told(said: &str) -> Option<&'static [&'static str]> {
    Some(match said {
        "old" => &["age"],
        "tall" | "high" => &["height"],
        "heavy" | "weigh" | "weighs" | "weighed" => &["weight", "mass"],
        "long" | "last" | "lasts" | "take" | "takes" => &["duration", "length", "runtime", "distance"],
        "far" => &["distance", "length"],
        "fast" => &["speed"],
        "large" | "big" => &["size", "area", "capacity", "population"],
        "expensive" | "cost" | "costs" | "much" => PRICE,
        "earn" | "earns" | "earned" | "paid" | "make" | "makes" => PAY,
        "charge" | "charges" | "charged" => &["rate", "fee", "price"],
        _ => return None,
    })
}

/// Asks for the average of the column that is meant.
pub(super) fn averages(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    let Some(at) = (0..tokens.len()).find(|i| lower(tokens, *i) == "on" && lower(tokens, i + 1) == "average")
    else {
        return;
    };
    let asks = if at == 0 { 2 + usize::from(lower(tokens, 2) == ",") } else { 0 };
    let (adjective, does) = match (lower(tokens, asks), lower(tokens, asks + 1)) {
        ("how", said) if said != "many" && said != "often" => (Some(said.to_owned()), asks + 2),
        ("what", "does" | "do" | "did") => (None, asks + 1),
        _ => return,
    };
    if !matches!(lower(tokens, does), "is" | "are" | "was" | "were" | "does" | "do" | "did") {
        return;
    }
    let mut end = (does..tokens.len()).find(|i| tokens[*i].kind == TokenKind::Mark).unwrap_or(tokens.len());
    if at > does {
        end = end.min(at);
    }
    // "earn per month": the rate is that of the column.
    let mut last = end;
    let mut rate = None;
    if last > does + 3
        && matches!(lower(tokens, last - 2), "per" | "a" | "each" | "every")
        && matches!(lower(tokens, last - 1), "hour" | "month" | "year" | "day" | "night" | "week")
    {
        rate = kept_by(lower(tokens, last - 1), lexicon);
        last -= 2;
    }
    let verb = told(lower(tokens, last - 1)).filter(|_| last > does + 2);
    let said = verb.or_else(|| adjective.as_deref().and_then(told));
    let Some(noun) = said.and_then(|nouns| nouns.iter().find(|n| lexicon.is_word(n))) else { return };
    if verb.is_some() {
        last -= 1;
    }
    let article = usize::from(matches!(lower(tokens, does + 1), "a" | "an" | "the" | "our"));
    let things = tokens[does + 1 + article..last].to_vec();
    if things.is_empty() {
        return;
    }
    let mut out = ["what", "is", "the", "average"].map(word).to_vec();
    match rate {
        Some(rate) => out.extend(rate.iter().map(|w| word(w))),
        None => out.push(word(noun)),
    }
    out.push(word("of"));
    out.extend(things);
    let rest = if at > does { at + 2 } else { end };
    out.extend(tokens[rest..].iter().cloned());
    *tokens = out;
}

/// "what commission do agents take on average": their average commission.
pub(super) fn taken(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    if lower(tokens, 0) != "what" {
        return;
    }
    let Some(at) = (3..tokens.len()).find(|i| lower(tokens, *i) == "on" && lower(tokens, i + 1) == "average")
    else {
        return;
    };
    let Some(does) =
        (2..at).find(|i| matches!(lower(tokens, *i), "do" | "does" | "did")).filter(|does| does + 2 < at)
    else {
        return;
    };
    let noun = tokens[1..does].iter().all(|t| t.kind == TokenKind::Word && lexicon.is_word(&t.lemma));
    if !noun {
        return;
    }
    let article = usize::from(matches!(lower(tokens, does + 1), "a" | "an" | "the" | "our"));
    let mut out = ["what", "is", "the", "average"].map(word).to_vec();
    out.extend(tokens[1..does].iter().cloned());
    out.push(word("of"));
    out.extend(tokens[does + 1 + article..at - 1].iter().cloned());
    out.extend(tokens[at + 2..].iter().cloned());
    *tokens = out;
}
