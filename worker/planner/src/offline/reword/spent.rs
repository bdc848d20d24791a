//! Sums told by what happened: "how much money was donated to …", "how much was paid on the claims of …"; and sums as
//! conditions: "more than 12 berths combined".

use super::{is_end, is_number, lower, word};
use crate::offline::{
    amounts::{amount_column, money_column},
    lexicon::Lexicon,
    plural,
    reader::same_root,
    words::{Token, root},
};
use rowcall_core::Catalogue;

/// Asks for the sum of the column that is meant.
pub(super) fn spent(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    happened(tokens, lexicon, catalogue);
    did_spend(tokens, lexicon, catalogue);
    units_sold(tokens, lexicon, catalogue);
    combined(tokens, lexicon, catalogue);
}

/// "How much money was donated to the campaign": the total amount of donations to it.
fn happened(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    if lower(tokens, 0) != "how" || lower(tokens, 1) != "much" {
        return;
    }
    let is = 2 + usize::from(lower(tokens, 2) == "money");
    let verb = match (lower(tokens, is), lower(tokens, is + 1)) {
        ("was" | "were" | "is", _) => is + 1,
        ("has" | "have", "been") => is + 2,
        _ => return,
    };
    let end = (0..tokens.len()).find(|i| is_end(tokens, *i)).unwrap_or(tokens.len());
    let said = lower(tokens, verb).to_owned();
    let past = said.ends_with("ed") || matches!(said.as_str(), "paid" | "spent");
    if !past || verb >= end {
        return;
    }
    let total = (verb + 1..end).find(|i| {
        lower(tokens, *i) == "in" && lower(tokens, i + 1) == "total" || lower(tokens, *i) == "altogether"
    });
    let stem = root(&said);
    let mut rows = (0..lexicon.tables.len())
        .filter(|t| lexicon.tables[*t].words.last().is_some_and(|w| same_root(w, &stem)));
    let table = rows.next().filter(|_| rows.next().is_none());
    let of_table = table.and_then(|t| money_column(t, lexicon, catalogue).map(|c| (c, Some(t))));
    let Some((column, table)) =
        of_table.or_else(|| told(&said, &stem, lexicon, catalogue).map(|c| (c, None)))
    else {
        return;
    };
    let mut out = ["what", "is", "the", "total"].map(word).to_vec();
    out.extend(lexicon.columns[column.table][column.column].words.iter().map(|w| word(w)));
    let mut rest: Vec<Token> = (verb + 1..end)
        .filter(|i| total.is_none_or(|t| *i != t && !(lower(tokens, t) == "in" && *i == t + 1)))
        .map(|i| tokens[i].clone())
        .collect();
    match table {
        Some(table) => {
            out.push(word("of"));
            out.extend(plural(&lexicon.tables[table].words.join(" ")).split(' ').map(word));
        }
        // "paid on the claims": of the claims.
        None => {
            if let Some(first) =
                rest.first_mut().filter(|t| matches!(t.lower.as_str(), "on" | "for" | "out" | "to"))
            {
                *first = word("of");
            }
        }
    }
    out.extend(rest);
    tokens.splice(0..end, out);
}

/// "How much did customers from Spain spend in total": the total amount of the orders of customers from Spain.
fn did_spend(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let much = match (lower(tokens, 0), lower(tokens, 1)) {
        ("how", "much") => 2 + usize::from(lower(tokens, 2) == "money"),
        ("what", _) => 1,
        _ => return,
    };
    if !matches!(lower(tokens, much), "did" | "do" | "does" | "have" | "has") {
        return;
    }
    let end = (0..tokens.len()).find(|i| is_end(tokens, *i)).unwrap_or(tokens.len());
    let verb = (much + 2..end).find(|i| matches!(lower(tokens, *i), "spend" | "spent" | "pay" | "paid"));
    let Some(verb) = verb else { return };
    // Where payments are kept, what was paid is theirs.
    let kept = !lexicon.values(&["paid"]).is_empty() || lexicon.knows_root(&root("payment"));
    if kept && matches!(lower(tokens, verb), "pay" | "paid") {
        return;
    }
    let thing = (much + 1..verb).find_map(|at| {
        let found = lexicon.tables_for(&[&tokens[at].lemma]);
        found.first().filter(|(_, s)| *s >= 0.9).map(|(t, _)| *t)
    });
    let Some(thing) = thing else { return };
    let edges = &lexicon.prepared.graph.edges;
    let mut rows: Vec<usize> =
        edges.iter().filter(|e| e.to == thing && e.from != thing).map(|e| e.from).collect();
    rows.dedup();
    let amounts: Vec<_> = rows.iter().filter_map(|t| amount_column(*t, lexicon, catalogue)).collect();
    let [amount] = amounts.as_slice() else { return };
    let name = &lexicon.columns[amount.table][amount.column].words;
    let mut out = ["what", "is", "the", "total"].map(word).to_vec();
    out.extend(name.iter().filter(|w| *w != "total").map(|w| word(w)));
    out.push(word("of"));
    out.extend(plural(&lexicon.tables[amount.table].words.join(" ")).split(' ').map(word));
    out.push(word("of"));
    out.extend(tokens[much + 1..verb].iter().cloned());
    let total = match (lower(tokens, verb + 1), lower(tokens, verb + 2)) {
        ("in", "total") => 2,
        ("altogether" | "overall", _) => 1,
        _ => 0,
    };
    out.extend(tokens[verb + 1 + total..end].iter().cloned());
    tokens.splice(0..end, out);
}

/// "How many units of each product were sold in 2025": the total quantity of each, where what is sold has one.
fn units_sold(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    const SALES: [&str; 6] = ["order", "sale", "purchase", "line", "item", "transaction"];
    let asks = lower(tokens, 0) == "how" && lower(tokens, 1) == "many" && lower(tokens, 2) == "units";
    let end = (0..tokens.len()).find(|i| is_end(tokens, *i)).unwrap_or(tokens.len());
    let verb = (3..end).find(|i| matches!(lower(tokens, *i), "sold" | "ordered" | "bought" | "purchased"));
    let Some(verb) = verb.filter(|_| asks) else { return };
    let be = (3..verb).find(|i| matches!(lower(tokens, *i), "were" | "was" | "have" | "has" | "are"));
    let Some(be) = be.filter(|be| verb - be <= 2) else { return };
    let quantity = |t: usize| {
        let counts = |c: &usize| {
            catalogue.tables[t].columns[*c].kind.is_numeric()
                && lexicon.columns[t][*c].words.iter().any(|w| w == "quantity")
        };
        (0..lexicon.columns[t].len()).filter(counts).count()
    };
    let mut tables = (0..lexicon.tables.len()).filter(|t| quantity(*t) > 0);
    let table = tables.next().filter(|t| quantity(*t) == 1 && tables.next().is_none());
    let sold = |t: &usize| lexicon.tables[*t].words.iter().any(|w| SALES.contains(&w.as_str()));
    if table.filter(sold).is_none() || lexicon.is_word("units") || lexicon.names_table("unit", 0.9) {
        return;
    }
    tokens.drain(be..=verb);
    tokens.splice(0..3, ["what", "is", "the", "total", "quantity"].map(word));
}

/// The one number whose name has the verb and says that it is money: `paid_amount`, `refund_amount`.
fn told(said: &str, stem: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<rowcall_core::ColumnRef> {
    let mut found = lexicon.columns.iter().enumerate().flat_map(|(table, names)| {
        names.iter().enumerate().filter_map(move |(column, name)| {
            let money = name
                .words
                .iter()
                .any(|w| matches!(w.as_str(), "amount" | "total" | "cost" | "price" | "fee"));
            let verb = name.words.iter().any(|w| w == said || same_root(w, stem));
            (money && verb && catalogue.tables[table].columns[column].kind.is_numeric())
                .then_some(rowcall_core::ColumnRef { table, column })
        })
    });
    found.next().filter(|_| found.next().is_none())
}

/// "countries whose ports offer more than 12 berths combined": countries with total berths of more than 12.
fn combined(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (2..tokens.len()).rev() {
        let used = match (lower(tokens, at), lower(tokens, at + 1)) {
            ("more" | "less" | "fewer", "than") | ("at", "least" | "most") => 2,
            ("over" | "under", _) => 1,
            _ => continue,
        };
        let n = at + used;
        // "berths combined", "parking spaces in total"
        let Some((words, close)) = [1, 2].into_iter().find_map(|words| {
            match (lower(tokens, n + 1 + words), lower(tokens, n + 2 + words)) {
                ("combined" | "altogether", _) => Some((words, n + 2 + words)),
                ("in", "total" | "all") => Some((words, n + 3 + words)),
                _ => None,
            }
        }) else {
            continue;
        };
        // What else is asked for would be of the sums, too.
        if close + 1 < tokens.len() {
            continue;
        }
        let phrase: Vec<&str> = tokens[n + 1..n + 1 + words].iter().map(|t| t.lemma.as_str()).collect();
        let column = lexicon
            .columns_for(&phrase, catalogue)
            .first()
            .copied()
            .filter(|(c, s)| *s >= 0.7 && catalogue.tables[c.table].columns[c.column].kind.is_numeric());
        let rows = lexicon.tables_for(&phrase).first().is_some_and(|(_, s)| *s >= 0.75);
        let from = (at.saturating_sub(5)..at)
            .rev()
            .find(|i| matches!(lower(tokens, *i), "that" | "whose" | "which" | "who" | "with") && *i > 0);
        let (Some((column, _)), Some(from), true) =
            (column.filter(|_| !rows), from, is_number(tokens.get(n)))
        else {
            continue;
        };
        let mut out = ["with", "total"].map(word).to_vec();
        out.extend(lexicon.columns[column.table][column.column].words.iter().map(|w| word(w)));
        out.push(word("of"));
        out.extend(tokens[at..=n].iter().cloned());
        tokens.splice(from..close, out);
        return;
    }
}
