//! Steps of time that are units and no groups: "earn per month", "cost per night", "billed yearly"; and prices
//! told by verbs: "what it costs", "how much money did they bring in".

use super::{lower, word};
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind},
};
use rowcall_core::Catalogue;

/// Takes the units away, or puts them where a length is asked for.
pub(super) fn rates(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    explained(tokens);
    unit_of_money(tokens, lexicon);
    adverbs(tokens, lexicon);
    going_by(tokens, lexicon);
    what_it_costs(tokens, lexicon);
    what_is_earned(tokens, lexicon);
    money_brought(tokens, lexicon, catalogue);
}

/// "What did they cost on average, going by the inspections": where it is kept, the words say.
fn going_by(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for at in (2..tokens.len()).rev() {
        let by = matches!(lower(tokens, at), "going" | "judging") && lower(tokens, at + 1) == "by";
        let the = usize::from(lower(tokens, at + 2) == "the");
        let rows = tokens.get(at + 2 + the).is_some_and(|t| lexicon.names_table(&t.lemma, 0.9));
        if by && rows && lower(tokens, at - 1) == "," && super::is_mark(tokens, at + 3 + the) {
            tokens.drain(at - 1..at + 3 + the);
        }
    }
}

/// "together with what it costs": and the price.
fn what_it_costs(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for at in (2..tokens.len()).rev() {
        let one = matches!(lower(tokens, at + 1), "it" | "they" | "each" | "one" | "he" | "she");
        let does = one && matches!(lower(tokens, at + 2), "cost" | "costs" | "earn" | "earns");
        let asks = matches!(lower(tokens, at + 1), "do" | "does")
            && matches!(lower(tokens, at + 2), "it" | "they")
            && matches!(lower(tokens, at + 3), "cost" | "earn");
        let (used, verb) = match (does, asks) {
            (true, _) => (3, lower(tokens, at + 2)),
            (_, true) => (4, lower(tokens, at + 3)),
            _ => continue,
        };
        let nouns: &[&str] = if verb.starts_with("cost") {
            &["price", "cost", "fee", "fare"]
        } else {
            &["salary", "wage", "pay"]
        };
        let Some(noun) = nouns.iter().find(|n| lexicon.is_word(n)) else { continue };
        if lower(tokens, at) != "what" {
            continue;
        }
        let with = matches!(lower(tokens, at - 1), "with" | "and");
        let joint = match lower(tokens, at - 2) {
            "together" | "along" if with => at - 2,
            _ if with => at - 1,
            _ => continue,
        };
        let comma = usize::from(joint > 1 && lower(tokens, joint - 1) == ",");
        tokens.splice(joint - comma..at + used, [word("and"), word("the"), word(noun)]);
    }
}

/// "What does a captain earn?": what their pay is.
fn what_is_earned(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    let asks = lower(tokens, 0) == "what" && matches!(lower(tokens, 1), "do" | "does" | "did");
    let end = (0..tokens.len()).find(|i| super::is_end(tokens, *i)).unwrap_or(tokens.len());
    let nouns: &[&str] = match lower(tokens, end.saturating_sub(1)) {
        "earn" | "make" => &["salary", "wage", "pay"],
        "cost" => &["price", "cost", "fee", "fare"],
        _ => return,
    };
    let Some(noun) = nouns.iter().find(|n| lexicon.is_word(n)) else { return };
    let plain = tokens[2.min(end)..end].iter().all(|t| t.kind != TokenKind::Mark);
    if asks && plain && end > 3 {
        tokens.remove(end - 1);
        tokens.splice(0..2, ["what", "is", "the", noun, "of"].map(word));
    }
}

/// "How much money did the cabin tickets bring in altogether": the total fare of the cabin tickets.
fn money_brought(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let much = lower(tokens, 0) == "how" && lower(tokens, 1) == "much";
    let money = usize::from(matches!(lower(tokens, 2), "money" | "cash"));
    let does = 2 + money;
    let asks = matches!(lower(tokens, does), "do" | "does" | "did" | "have" | "has");
    let end = (0..tokens.len()).find(|i| super::is_end(tokens, *i)).unwrap_or(tokens.len());
    let last = match (lower(tokens, end.saturating_sub(2)), lower(tokens, end.saturating_sub(1))) {
        (_, "altogether" | "overall") => end - 1,
        ("in", "total") => end - 2,
        _ => end,
    };
    let Some(verb) = (does + 1..last).find(|i| {
        lower(tokens, i + 1) == "in"
            && matches!(lower(tokens, *i), "bring" | "brings" | "brought" | "take" | "taken")
    }) else {
        return;
    };
    let rows = tokens[verb - 1].lemma.clone();
    let table = lexicon.tables_for(&[&rows]).first().filter(|(_, s)| *s >= 0.9).map(|(t, _)| *t);
    let column = table.and_then(|t| crate::offline::amounts::money_column(t, lexicon, catalogue));
    let Some(column) = column.filter(|_| much && asks && verb + 2 == last) else { return };
    let mut said = ["what", "is", "the", "total"].map(word).to_vec();
    said.extend(lexicon.columns[column.table][column.column].words.iter().map(|w| word(w)));
    said.push(word("of"));
    said.extend(tokens[does + 1..verb].iter().cloned());
    tokens.splice(0..end, said);
}

/// "cancellation rate (in percent of the sailings) by type", "completion rate in percent (completed out of all)": how a
/// rate is told anyway.
fn explained(tokens: &mut Vec<Token>) {
    let Some(rate) = (1..tokens.len()).find(|i| matches!(lower(tokens, *i), "rate" | "rates")) else {
        return;
    };
    for at in (rate + 1..tokens.len()).rev() {
        if lower(tokens, at) == "(" {
            let Some(close) = (at..tokens.len()).find(|i| lower(tokens, *i) == ")") else { continue };
            let told = |w: &str| tokens[at..close].iter().any(|t| t.lower == w);
            if told("percent") || told("%") || told("out") && told("of") || told("divided") {
                tokens.drain(at..=close);
            }
            continue;
        }
        let percent = lower(tokens, at) == "in" && matches!(lower(tokens, at + 1), "percent" | "%");
        if percent && at == rate + 1 {
            tokens.drain(at..at + 2);
        }
    }
}

/// A verb that tells a price or pay.
pub(in crate::offline) fn tells_money(said: &str) -> bool {
    matches!(
        said,
        "earn"
            | "earns"
            | "earned"
            | "earning"
            | "make"
            | "makes"
            | "paid"
            | "cost"
            | "costs"
            | "costing"
            | "charge"
            | "charges"
            | "charged"
            | "charging"
    )
}

/// Steps of time that money is told by, and what such money is called.
const STEPS: [(&str, &str); 6] = [
    ("hour", "hourly"),
    ("night", "nightly"),
    ("day", "daily"),
    ("week", "weekly"),
    ("month", "monthly"),
    ("year", "yearly"),
];

/// Pay and prices, as columns are called.
const PAY: &[&str] = &["pay", "salary", "wage", "rate", "fee"];
const PRICES: &[&str] = &["price", "cost", "fee", "rate"];

/// The one price or pay that says this step of time: the daily rate, of what costs something per day.
pub(super) fn kept_by(step: &str, lexicon: &Lexicon) -> Option<Vec<String>> {
    let (_, adverb) = STEPS.iter().find(|(said, _)| *said == step)?;
    let says = |words: &[String], list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    let mut found = lexicon
        .columns
        .iter()
        .flatten()
        .map(|name| &name.words)
        .filter(|words| says(words, &[step, adverb]) && (says(words, PAY) || says(words, PRICES)));
    found.next().filter(|_| found.next().is_none()).cloned()
}

/// "What does a nurse earn per month", "paid more per month than": what is kept is kept by that step, or by one. "charge
/// more than 40 per hour", "the price per night": the column that says so.
fn unit_of_money(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for at in (1..tokens.len().saturating_sub(1)).rev() {
        let per = matches!(lower(tokens, at), "per" | "a" | "an" | "each" | "every");
        // What was put into other words before may have left fewer of them.
        let Some(said) = tokens.get(at + 1).map(|t| t.lemma.clone()) else { continue };
        let Some((_, adverb)) = STEPS.iter().find(|(step, _)| said == *step).filter(|_| per) else {
            continue;
        };
        let money = |name: &[String], nouns: &[&str]| name.iter().any(|w| nouns.contains(&w.as_str()));
        let steps = |name: &[String], step: &str, adverb: &str| name.iter().any(|w| w == step || w == adverb);
        let names = || lexicon.columns.iter().flatten().map(|name| name.words.as_slice());
        // The one column that says its step: "monthly_pay", "daily_rate".
        let kept = |nouns: &[&str]| {
            let mut found = names().filter(|name| money(name, nouns) && steps(name, &said, adverb));
            found.next().filter(|_| found.next().is_none()).map(<[String]>::to_vec)
        };
        let verb = (1..=5).filter_map(|n| at.checked_sub(n)).find(|b| tells_money(lower(tokens, *b)));
        let noun = tokens[at - 1].lemma.clone();
        if let Some(verb) = verb {
            let pays = !(lower(tokens, verb).starts_with("cost") || lower(tokens, verb).starts_with("charg"));
            let nouns = if pays { PAY } else { PRICES };
            // "earn per year", where the pay of a month is kept, is another number.
            let differs = kept(nouns).is_none()
                && names().any(|name| {
                    money(name, nouns)
                        && STEPS.iter().any(|(step, adverb)| *step != said && steps(name, step, adverb))
                });
            let compared = verb + 3 <= at && tokens[at - 1].kind == TokenKind::Number;
            let follows = verb + 1 == at
                || verb + 2 == at && matches!(noun.as_str(), "more" | "less" | "most" | "least");
            let column = kept(if lower(tokens, verb).starts_with("charg") {
                &["price", "cost", "fee", "rate", "wage", "pay"]
            } else {
                nouns
            });
            if let (true, Some(column)) = (compared, column) {
                tokens.drain(at..at + 2);
                let mut words = vec![word("have"), word("a")];
                words.extend(column.iter().map(|w| word(w)));
                if lower(tokens, verb + 1) != "between" {
                    words.push(word("of"));
                }
                tokens.splice(verb..=verb, words);
            } else if pays && !differs && (follows || compared) {
                tokens.drain(at..at + 2);
            }
            continue;
        }
        let nouns: &[&str] = match noun.as_str() {
            "pay" | "wage" | "salary" => PAY,
            "price" | "rate" | "fee" | "cost" => PRICES,
            _ => continue,
        };
        if let Some(column) = kept(nouns).filter(|name| !name.contains(&"per".to_owned())) {
            tokens.splice(at - 1..at + 2, column.iter().map(|w| word(w)));
        }
    }
}

/// "billed yearly", where that is a value: the value.
fn adverbs(tokens: &mut [Token], lexicon: &Lexicon) {
    for at in 1..tokens.len() {
        let step =
            matches!(lower(tokens, at), "yearly" | "monthly" | "weekly" | "daily" | "quarterly" | "annually");
        let said = tokens[at].lower.clone();
        let values = lexicon.values(&[&said]);
        let Some(value) = values.first().filter(|_| step) else { continue };
        let billed = matches!(lower(tokens, at - 1), "billed" | "paid" | "charged" | "invoiced");
        let name = &lexicon.columns[value.column.table][value.column.column].words;
        let follows = !name.is_empty()
            && name.iter().enumerate().all(|(n, w)| tokens.get(at + 1 + n).is_some_and(|t| t.lemma == *w));
        if billed || follows {
            tokens[at].kind = TokenKind::Quoted;
            tokens[at].text = value.text.clone();
        }
    }
}
