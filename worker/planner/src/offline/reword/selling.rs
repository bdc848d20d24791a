//! Trade: what sells best is what most of is ordered, how much was sold is the revenue, who spent the most has the highest.

use super::{begins_time, is_end, lower, word};
use crate::offline::{
    lexicon::Lexicon,
    plural,
    words::{Token, TokenKind},
};
use rowcall_core::Catalogue;

/// Says which number is meant.
pub(super) fn selling(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    units_sold(tokens, lexicon, catalogue);
    best_selling(tokens, lexicon, catalogue);
    how_much(tokens, lexicon);
    were_sold(tokens, lexicon);
}

/// "units sold by brand": the quantity, where nothing is called units.
fn units_sold(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let known = lexicon.columns.iter().flatten().any(|name| {
        name.words.iter().any(|w| w == "sold")
            || name.words.last().is_some_and(|w| matches!(w.as_str(), "unit" | "piece"))
    });
    let Some(at) = (0..tokens.len()).find(|at| {
        matches!(lower(tokens, *at), "units" | "pieces")
            && matches!(lower(tokens, at + 1), "sold" | "ordered")
    }) else {
        return;
    };
    if let (false, Some(number)) = (known, pieces(lexicon, catalogue)) {
        let counted = at > 0 && matches!(lower(tokens, at - 1), "of" | "many");
        if !counted {
            tokens.splice(at..at + 2, number.iter().map(|w| word(w)).collect::<Vec<_>>());
        }
    }
}

/// What tables of sales are called.
const SALES: [&str; 6] = ["order", "sale", "purchase", "line", "item", "transaction"];

/// "Which products were sold in 2025": those that have orders in 2025.
fn were_sold(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    if !matches!(lower(tokens, 0), "which" | "what" | "list" | "show") {
        return;
    }
    for at in 1..tokens.len().saturating_sub(2) {
        let been = matches!(lower(tokens, at + 1), "have" | "has") && lower(tokens, at + 2) == "been";
        let be = matches!(lower(tokens, at + 1), "were" | "was" | "got");
        let verb = at + 2 + usize::from(been);
        let sold = matches!(lower(tokens, verb), "sold" | "bought" | "ordered" | "purchased");
        let then = begins_time(tokens, verb + 1);
        if !(been || be) || !sold || !(then || is_end(tokens, verb + 1)) {
            continue;
        }
        let found = lexicon.tables_for(&[&tokens[at].lemma]);
        let Some(thing) = found.first().filter(|(_, s)| *s >= 0.9).map(|(t, _)| *t) else { return };
        let refers = |t: &usize| lexicon.prepared.graph.edges.iter().any(|e| (e.from, e.to) == (*t, thing));
        // What was purchased from others is not what was sold.
        let other = |w: &String| w == "purchase" && lower(tokens, verb) == "sold";
        let sale = |t: &usize| {
            let words = &lexicon.tables[*t].words;
            words.iter().any(|w| SALES.contains(&w.as_str())) && !words.iter().any(other)
        };
        let mut sales = (0..lexicon.tables.len()).filter(refers).filter(sale);
        let Some(table) = sales.next().filter(|_| sales.next().is_none()) else { return };
        let rows = plural(&lexicon.tables[table].words.join(" "));
        let out: Vec<Token> = ["have"].into_iter().chain(rows.split(' ')).map(word).collect();
        tokens.splice(at + 1..=verb, out);
        return;
    }
}

/// The words for the number of pieces that were sold: what is called so, else a quantity of a table of sales that refers to
/// another one. What a recipe needs is none.
fn pieces(lexicon: &Lexicon, catalogue: &Catalogue) -> Option<Vec<String>> {
    let mut sold = lexicon.columns.iter().zip(&catalogue.tables).flat_map(|(names, table)| {
        let columns = names.iter().zip(&table.columns);
        let sold = columns
            .filter(|(name, column)| column.kind.is_numeric() && name.words.iter().any(|w| w == "sold"));
        sold.map(|(name, _)| name.words.clone())
    });
    if let Some(words) = sold.next() {
        let alone = sold.next().is_none();
        return alone.then(|| ["total".to_owned()].into_iter().chain(words).collect());
    }
    let trades = |t: usize| {
        let told = |words: &[String]| {
            words.iter().any(|w| {
                SALES.contains(&w.as_str())
                    || matches!(w.as_str(), "price" | "amount" | "total" | "invoice" | "basket" | "cart")
            })
        };
        let near = lexicon.prepared.graph.edges.iter().filter(|e| e.from == t).map(|e| e.to);
        told(&lexicon.tables[t].words)
            || lexicon.columns[t].iter().any(|name| told(&name.words))
            || near.into_iter().any(|to| told(&lexicon.tables[to].words))
    };
    let edges = &lexicon.prepared.graph.edges;
    let mut found = lexicon.columns.iter().enumerate().flat_map(|(t, names)| {
        let sale = edges.iter().any(|e| e.from == t) && trades(t);
        names.iter().enumerate().filter_map(move |(c, name)| {
            let numeric = catalogue.tables[t].columns[c].kind.is_numeric();
            (sale && numeric && name.words.iter().any(|w| w == "quantity")).then_some((t, name))
        })
    });
    let (table, name) = found.next().filter(|_| found.next().is_none())?;
    let mut said: Vec<String> = ["total".to_owned()].into_iter().chain(name.words.iter().cloned()).collect();
    said.push("of".to_owned());
    said.extend(plural(&lexicon.tables[table].words.join(" ")).split(' ').map(str::to_owned));
    Some(said)
}

/// "the best selling product", "which brand sells best": the one with the highest total quantity of orders.
fn best_selling(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let end = |most: &str| match most {
        "best" | "top" | "most" => Some("highest"),
        "worst" | "least" => Some("lowest"),
        _ => None,
    };
    if !tokens.iter().any(|t| matches!(t.lower.as_str(), "selling" | "sold" | "sells" | "sell")) {
        return;
    }
    let Some(number) = pieces(lexicon, catalogue) else { return };
    let with = |most: &str| -> Vec<Token> {
        ["with", "the", most].into_iter().chain(number.iter().map(String::as_str)).map(word).collect()
    };
    for at in 0..tokens.len().saturating_sub(3) {
        // "top 3 selling products"
        let ranked = lower(tokens, at) == "top" && tokens[at + 1].kind == TokenKind::Number;
        if ranked && matches!(lower(tokens, at + 2), "selling" | "sold") {
            let by = ["by"].into_iter().chain(number.iter().map(String::as_str)).map(word);
            tokens.splice(at + 4..at + 4, by.collect::<Vec<_>>());
            tokens.remove(at + 2);
            return;
        }
    }
    for at in 0..tokens.len().saturating_sub(1) {
        // "best selling product"
        if matches!(lower(tokens, at + 1), "selling" | "sold")
            && let Some(most) = end(lower(tokens, at))
            && let Some(noun) = tokens.get(at + 2).filter(|t| t.kind == TokenKind::Word).cloned()
        {
            // "the top selling products": several of them
            let several = noun.lower != noun.lemma && most == "highest";
            if several && !tokens[..at].iter().any(|t| t.kind == TokenKind::Number) {
                let ranked = ["top", "10"].map(word).into_iter().chain([noun, word("by")]);
                let by = number.iter().map(|w| word(w));
                tokens.splice(at..at + 3, ranked.chain(by).collect::<Vec<_>>());
                if let Some(ten) = tokens.get_mut(at + 1) {
                    ten.kind = TokenKind::Number;
                }
                return;
            }
            tokens.splice(at..at + 3, [noun].into_iter().chain(with(most)));
            return;
        }
        // "which brand sells best"
        if matches!(lower(tokens, at), "sells" | "sell" | "sold")
            && at > 0
            && let Some(most) = end(lower(tokens, at + 1))
        {
            let mut out = with(most);
            out[0] = word("has");
            tokens.splice(at..at + 2, out);
            return;
        }
    }
}

/// "How much did we sell last month?": the revenue of last month.
fn how_much(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    let asks = lower(tokens, 0) == "how"
        && lower(tokens, 1) == "much"
        && matches!(lower(tokens, 2), "did" | "do" | "have")
        && matches!(lower(tokens, 3), "we" | "i")
        && matches!(lower(tokens, 4), "sell" | "sold" | "make" | "made" | "earn" | "earned");
    if asks && lexicon.term(&["revenue"]).is_some() {
        tokens.splice(0..5, [word("revenue")]);
    }
}
