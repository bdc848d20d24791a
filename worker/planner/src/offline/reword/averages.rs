//! Averages told by a verb or an adjective: "how tall are defenders on average", "what does a nurse earn on average".

use super::{kept, lower, rates::kept_by, word};
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind, measures_of},
};

const PAY: &[&str] = &["salary", "wage", "pay", "income"];
const PRICE: &[&str] = &["price", "cost", "fee", "amount", "total"];

/// What an adjective or verb tells, in the order in which a catalogue's words are tried.
fn told(said: &str) -> &'static [&'static str] {
    match said {
        "weigh" | "weighs" | "weighed" => measures_of("heavy"),
        "last" | "lasts" | "take" | "takes" | "run" | "runs" => measures_of("long"),
        "expensive" | "cost" | "costs" | "much" => PRICE,
        "earn" | "earns" | "earned" | "paid" | "make" | "makes" => PAY,
        "charge" | "charges" | "charged" => &["rate", "fee", "price"],
        adjective => measures_of(adjective),
    }
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
    let verb = told(lower(tokens, last - 1));
    let verb = if last > does + 2 { verb } else { &[] };
    let said = if verb.is_empty() { adjective.as_deref().map_or(verb, told) } else { verb };
    let Some(noun) = kept(said, lexicon) else { return };
    if !verb.is_empty() {
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
        None => out.extend(noun),
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
