//! A shop's questions in a shop's words: "Which products have nothing left in stock?", "How do our customers pay?", "What was our
//! best month?".

use super::{bare, instead, is_one_of, lower, slice, words};
use crate::offline::{
    lexicon::Lexicon,
    words::{is_person, lemma},
};

/// Says what is asked for; with a word on what was taken for granted.
pub(super) fn trade(text: &str, lexicon: &Lexicon) -> Option<(String, Option<String>)> {
    let plain = nothing_left(text, lexicon).or_else(|| how_paid(text, lexicon));
    plain.map(|text| (text, None)).or_else(|| best_step(text, lexicon))
}

/// "products that have nothing left in stock", "with none left": that are out of stock.
fn nothing_left(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| is_one_of("nothing none", lower(&found, *at)))?;
    let left = usize::from(lower(&found, at + 1) == "left");
    let stocked = lower(&found, at + 1 + left) == "in" && lower(&found, at + 2 + left) == "stock";
    let verb = lower(&found, at - 1);
    let kept = lexicon.columns.iter().flatten().any(|name| name.words.iter().any(|w| w == "stock"));
    let has = is_one_of("have has had with", verb);
    if !(has && kept && stocked) {
        return None;
    }
    let be = match verb {
        "has" => "is out of stock",
        "with" => "out of stock",
        _ => "are out of stock",
    };
    Some(instead(text, found[at - 1].from, found[at + 2 + left].to, be))
}

/// "How do our customers pay?", "What do most customers pay with?": by which payment method.
fn how_paid(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let kept = lexicon.columns.iter().flatten().filter(|name| {
        let method = |w: &String| is_one_of("method type way means mode", w);
        name.words.iter().any(|w| is_one_of("payment pay paid", w)) && name.words.iter().any(method)
    });
    let mut methods: Vec<String> = kept.map(|name| name.words.join(" ")).collect();
    methods.dedup();
    let [method] = methods.as_slice() else { return None };
    let asks = is_one_of("how what", lower(&found, 0)) && is_one_of("do does did", lower(&found, 1));
    let pay = (3..found.len().min(6)).find(|at| is_one_of("pay paid", lower(&found, *at)))?;
    let payer = lemma(lower(&found, pay - 1));
    let people = lexicon.people().is_some_and(|t| lexicon.tables[t].words.last() == Some(&payer));
    let rest = bare(slice(text, found[pay].to..)).trim().to_lowercase();
    let with = lower(&found, 0) == "what";
    let rest = rest.strip_prefix("with").filter(|_| with).unwrap_or(&rest).trim().to_owned();
    let most = found[..pay].iter().any(|w| w.lower == "most") || rest.contains("most");
    let plain = is_one_of("most usually often mostly", &rest) || rest.is_empty() || rest.starts_with("most ");
    let told = asks && plain && (people || is_person(&payer) || payer == "we");
    told.then(|| {
        if most || with {
            format!("Which {method} is used most?")
        } else {
            format!("What are the different {method}s?")
        }
    })
}

/// "What was our best month in 2025?": the one with the highest revenue, where that is known.
fn best_step(text: &str, lexicon: &Lexicon) -> Option<(String, Option<String>)> {
    let found = words(text);
    let asks = is_one_of("what which", lower(&found, 0)) && is_one_of("was is were", lower(&found, 1));
    let at = 2 + usize::from(is_one_of("our the", lower(&found, 2)));
    let most = match lower(&found, at) {
        "best" | "strongest" => "highest",
        "worst" | "weakest" => "lowest",
        _ => return None,
    };
    let step = lower(&found, at + 1);
    let steps = is_one_of("day week month quarter year weekday", step);
    lexicon.term(&["revenue"])?;
    let rest = slice(text, found[at + 1].to..);
    let then = lower(&found, at + 2);
    let plain = then.is_empty() || is_one_of("in of since last this ever so", then);
    // "for orders" says by what.
    (asks && steps && plain).then(|| {
        let rest = if then == "of" { rest.replacen("of", "in", 1) } else { rest.to_owned() };
        let said = format!("Which {step} had the {most} revenue{rest}");
        (
            said,
            Some(format!("\"{} {step}\" is taken for the one with the {most} revenue.", lower(&found, at))),
        )
    })
}
