//! Money that comes in, where nothing is called revenue: "revenue by category" of a rental firm is what its rentals cost, "who
//! spent the most?" asks for the customer with most of it. Only where one table alone keeps such an amount.

use super::{Word, are_people, instead, is_one_of, lower, slice, words};
use crate::offline::{lexicon::Lexicon, words::lemma};
use rowcall_core::{Catalogue, TypeKind};

/// Words for it.
const INCOME: &str = "revenue revenues income turnover earnings takings proceeds";
/// What an amount is called that a customer pays for all of something.
const AMOUNT: &str = "cost price amount charge fee fare sum value paid";
/// Rows that cost the firm money.
const SPENT: &str =
    "repair maintenance expense purchase salary payroll refund return supplier procurement tax penalty wage";

/// Says which amount it is; with a word on it.
pub(super) fn money(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<(String, String)> {
    let found = words(text);
    let income = (0..found.len()).find(|at| is_one_of(INCOME, lower(&found, *at)));
    let (from, to) = income.map(|at| (at, at)).or_else(|| spending(&found))?;
    let known =
        lexicon.term(&["revenue"]).is_some() || !lexicon.columns_for(&["revenue"], catalogue).is_empty();
    if known || lexicon.is_word("revenue") {
        return None;
    }
    let (table, column) = amount(lexicon, catalogue)?;
    let name = lexicon.columns[table][column].words.join(" ");
    let rows = crate::offline::plural(&lexicon.tables[table].words.join(" "));
    let note =
        format!("\"{}\" is read as the {name} of {rows}.", slice(text, found[from].from..found[to].to));
    // "rental income", "ticket revenue": of those rows anyway.
    let own = |w: &Word| lexicon.tables[table].words.contains(&lemma(&w.lower));
    let from = from - usize::from(from > 0 && own(&found[from - 1]));
    let total = from > 0 && is_one_of("total overall", lower(&found, from - 1));
    let averaged = from > 0 && is_one_of("average mean highest lowest", lower(&found, from - 1));
    let sum = if averaged || total || name.starts_with("total") { "" } else { "total " };
    Some((instead(text, found[from].from, found[to].to, &format!("{sum}{name} of {rows}")), note))
}

/// "by money spent", "by spending".
fn spending(found: &[Word]) -> Option<(usize, usize)> {
    let said = |at: usize| found.get(at).map_or("", |w| w.lower.as_str());
    (1..found.len()).find_map(|at| {
        let by = said(at - 1) == "by";
        match (said(at), said(at + 1)) {
            ("money" | "amount", "spent" | "paid") if by => Some((at, at + 1)),
            ("spending" | "spend", _) if by => Some((at, at)),
            _ => None,
        }
    })
}

/// The one amount that rows keep which people are charged for.
fn amount(lexicon: &Lexicon, catalogue: &Catalogue) -> Option<(usize, usize)> {
    let graph = &lexicon.prepared.graph;
    let charged = |t: usize| {
        let dated = catalogue.tables[t].columns.iter().any(|c| c.kind.is_temporal());
        let spent = lexicon.tables[t].words.iter().any(|w| is_one_of(SPENT, w));
        let refers = graph.edges.iter().any(|e| e.from == t && e.to != t);
        let to_people = graph.edges.iter().any(|e| e.from == t && are_people(e.to, lexicon));
        let sales = lexicon.tables[t].words.iter().any(|w| w == "sale");
        dated && !spent && refers && (to_people || sales)
    };
    let mut found = (0..catalogue.tables.len()).filter(|t| charged(*t)).flat_map(|t| {
        let columns = lexicon.columns[t].iter().zip(&catalogue.tables[t].columns).enumerate();
        columns.filter_map(move |(c, (name, column))| {
            let numeric = matches!(column.kind, TypeKind::Decimal | TypeKind::Float | TypeKind::Integer);
            let whole = name.words.iter().any(|w| w == "total");
            let amount = name.words.iter().any(|w| is_one_of(AMOUNT, w));
            (numeric && whole && amount || numeric && name.words == ["total"]).then_some((t, c))
        })
    });
    found.next().filter(|_| found.next().is_none())
}

/// "tickets sold per gallery", where sales say how many tickets were sold: the number of tickets. The rows of the sales are not
/// meant.
pub(super) fn pieces(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    let at = (0..found.len()).find(|at| {
        let word = lower(&found, *at);
        let one = lemma(word);
        let named = lexicon.tables.iter().any(|t| t.words == [one.as_str()]);
        if one == word || named || lexicon.people().is_some_and(|t| lexicon.tables[t].words.contains(&one)) {
            return false;
        }
        let mut kept = lexicon.columns.iter().enumerate().flat_map(|(t, names)| {
            let of = &catalogue.tables[t].columns;
            names
                .iter()
                .zip(of)
                .filter(|(name, column)| {
                    let words: Vec<&str> = name.words.iter().map(String::as_str).collect();
                        let number = matches!(words.as_slice(), ["number" | "num", thing] | [thing, "count" | "quantity"] | ["number", "of", thing] if *thing == one);
                        column.kind.is_numeric() && number
                })
                .map(move |_| t)
        });
        let of = kept.next().filter(|_| kept.next().is_none());
        // "ticket_sales": the table is called after them, too.
        of.is_some_and(|t| lexicon.tables[t].words.len() > 1 && lexicon.tables[t].words.contains(&one))
    })?;
    let before = at.checked_sub(1).map_or("", |n| lower(&found, n));
    let said = is_one_of("of many average", before)
        && at > 1
        && is_one_of("number how count the", lower(&found, at - 2));
    let noun = slice(text, found[at].from..found[at].to);
    if before == "many" && lower(&found, 0) == "how" && at == 2 {
        let be = usize::from(is_one_of("were are have was", lower(&found, 3)));
        let sold = slice(text, found[2 + be].to..);
        return Some(format!("What is the total number of {noun}{sold}"));
    }
    let sale = is_one_of("sale sales", lower(&found, at + 1));
    (!said && !sale).then(|| instead(text, found[at].from, found[at].to, &format!("number of {noun}")))
}
