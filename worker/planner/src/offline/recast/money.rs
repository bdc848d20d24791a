//! Money that comes in, where nothing is called revenue: "revenue by category" of a rental firm is what its rentals cost, "who
//! spent the most?" asks for the customer with most of it. Only where one table alone keeps such an amount.

use super::{Word, are_people, instead, is_one_of, lower, slice, words};
use crate::offline::{
    lexicon::Lexicon,
    words::{lemma, number_word},
};
use rowcall_core::{Catalogue, TypeKind};

/// Words for it.
const INCOME: &str = "revenue revenues income turnover earnings takings proceeds";
/// How well a column must fit the word to be called so.
const KEPT: f32 = 0.75;
/// What an amount is called that a customer pays for all of something.
const AMOUNT: &str = "cost price amount charge fee fare sum value paid";
/// Rows that cost the firm money.
const SPENT: &str =
    "repair maintenance expense purchase salary payroll refund return supplier procurement tax penalty wage";

/// Says which amount it is; with a word on it.
pub(super) fn money(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<(String, String)> {
    if let Some(said) = who_spent(text, lexicon, catalogue) {
        return Some(said);
    }
    if let Some(said) = spent_by(text, lexicon, catalogue) {
        return Some((said, String::new()));
    }
    let brought = brought_most(text, lexicon, catalogue);
    let plain = plainly(brought.as_deref().unwrap_or(text), lexicon, catalogue);
    plain.or_else(|| brought.map(|text| (text, String::new())))
}

/// "Which film made the most money?", "the country that brings in the most revenue": the most of it altogether, and not the
/// largest single amount.
fn brought_most(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    let (from, the) = (1..found.len()).find_map(|at| {
        let brings = is_one_of("brings bring brought takes take took", lower(&found, at))
            && lower(&found, at + 1) == "in";
        let makes =
            is_one_of("made makes make earned earns earn generated generates generate", lower(&found, at));
        match (brings, makes) {
            (true, _) => Some((at, at + 2)),
            (_, true) => Some((at, at + 1)),
            _ => None,
        }
    })?;
    let end = match (lower(&found, the), lower(&found, the + 1)) {
        ("the", "most") => "highest",
        ("the", "least") => "lowest",
        _ => return None,
    };
    // "Which three salespeople brought in …": the top of them.
    if found[..from]
        .iter()
        .any(|w| w.lower.parse::<u16>().is_ok() || number_word(&w.lower).is_some_and(|n| n > 1))
    {
        return None;
    }
    let what = lower(&found, the + 2);
    if what != "money" && !is_one_of(INCOME, what) {
        return None;
    }
    let kept = lexicon.term(&["revenue"]).is_some()
        || lexicon.columns_for(&["revenue"], catalogue).iter().any(|(_, score)| *score >= KEPT)
        || amount(lexicon, catalogue).is_some();
    let that = usize::from(is_one_of("that which", lower(&found, from - 1)) && from > 1);
    let has = if that == 1 { "with" } else { "has" };
    let total = if lexicon.term(&["revenue"]).is_some() { "" } else { "total " };
    kept.then(|| {
        instead(text, found[from - that].from, found[the + 2].to, &format!("{has} the {end} {total}revenue"))
    })
}

fn plainly(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<(String, String)> {
    let found = words(text);
    let income = (0..found.len()).find(|at| is_one_of(INCOME, lower(&found, *at)));
    let (from, to) = income.map(|at| (at, at)).or_else(|| spending(&found))?;
    let mut kept = lexicon.columns_for(&["revenue"], catalogue);
    kept.retain(|(_, score)| *score >= KEPT);
    if lexicon.term(&["revenue"]).is_some() || !kept.is_empty() || lexicon.is_word("revenue") {
        // "ticket revenue", where it is what the tickets brought in.
        let words = &lexicon.tables[kept.first()?.0.table].words;
        let whose = lemma(lower(&found, from.checked_sub(1)?));
        let own = income.is_some() && words.contains(&whose) && words.len() > 1;
        return own.then(|| (instead(text, found[from - 1].from, found[from - 1].to, ""), String::new()));
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

/// "How much did Emma Smith spend?": the revenue from her.
fn spent_by(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    let asks = lower(&found, 0) == "how"
        && lower(&found, 1) == "much"
        && is_one_of("did has does", lower(&found, 2));
    let verb = (4..found.len().min(8)).find(|at| is_one_of("spend spent", lower(&found, *at)))?;
    let capital = |w: &Word| slice(text, w.from..w.to).starts_with(char::is_uppercase);
    let named = found[3..verb].iter().all(capital);
    let kept = lexicon.term(&["revenue"]).is_some()
        || lexicon.columns_for(&["revenue"], catalogue).iter().any(|(_, score)| *score >= KEPT)
        || amount(lexicon, catalogue).is_some();
    let then = lower(&found, verb + 1);
    let plain = then.is_empty() || is_one_of("in since last this so with", then);
    (asks && named && kept && plain).then(|| {
        let who = slice(text, found[3].from..found[verb - 1].to);
        // "so far"
        let so = if then == "so" { found.len() - 1 - verb } else { 0 };
        format!("total revenue from {who}{}", slice(text, found[verb + so].to..))
    })
}

/// "Who spent the most?", "Who paid the most in 2024?": the customer with the largest sum of what they are charged.
fn who_spent(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<(String, String)> {
    let found = words(text);
    let has = usize::from(lower(&found, 1) == "has");
    let verb = 1 + has;
    let asks = lower(&found, 0) == "who"
        && is_one_of("spent spends spend paid pays", lower(&found, verb))
        && lower(&found, verb + 1) == "the"
        && is_one_of("most least", lower(&found, verb + 2));
    if !asks || lexicon.term(&["revenue"]).is_some() {
        return None;
    }
    let kept = lexicon.columns_for(&["revenue"], catalogue).into_iter().find(|(_, score)| *score >= KEPT);
    let (table, column) = kept.map(|(c, _)| (c.table, c.column)).or_else(|| amount(lexicon, catalogue))?;
    let graph = &lexicon.prepared.graph;
    let mut people = (0..lexicon.tables.len()).filter(|t| {
        are_people(*t, lexicon) && graph.path(table, *t, true, None).is_some_and(|(_, tie)| !tie)
    });
    let who = people.next().filter(|_| people.next().is_none())?;
    let one = lexicon.tables[who].words.join(" ");
    let end = if lower(&found, verb + 2) == "most" { "largest" } else { "smallest" };
    let name = lexicon.columns[table][column].words.join(" ");
    let rows = crate::offline::plural(&lexicon.tables[table].words.join(" "));
    let last = verb + 2 + usize::from(lower(&found, verb + 3) == "money");
    // "on completed stays": of which of them.
    let on = usize::from(lower(&found, last + 1) == "on");
    let rest = slice(text, found[last + on].to..);
    let said = format!("Which {one} has the {end} sum of {name} of ");
    let note = format!("What they spent is read as the {name} of {rows}.");
    let of_rows =
        on == 0 || !found[last..].iter().any(|w| lexicon.tables[table].words.contains(&lemma(&w.lower)));
    let plain = if on == 0 { format!("{said}{rows}{rest}") } else { format!("{said}{}", rest.trim_start()) };
    (on == 0 || !of_rows).then_some((plain, note))
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
