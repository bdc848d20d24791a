//! Short forms: "men vs women", "web vs phone bookings", "why do people cancel?", "yearly plans", "shipments in 2024, how many?",
//! "products rated below 3 on average".

use super::{Plainer, Word, bare, in_turn, is_one_of, lower, slice, words};
use crate::offline::{
    lexicon::{Lexicon, ValueRef},
    plural,
    words::{lemma, root},
};

const WAYS: &[Plainer] = &[against, why, how_many_behind, on_average];

/// Says it at length.
pub(super) fn versus(question: &str, lexicon: &Lexicon) -> String {
    in_turn(question, lexicon, WAYS)
}

/// The values that one or two words before or behind a place say.
pub(super) fn values<'l>(found: &[Word], from: usize, to: usize, lexicon: &'l Lexicon) -> Vec<&'l ValueRef> {
    let parts: Vec<&str> = found.get(from..to).unwrap_or_default().iter().map(|w| w.lower.as_str()).collect();
    let ones: Vec<String> = parts.iter().map(|w| lemma(w)).collect();
    let ones: Vec<&str> = ones.iter().map(String::as_str).collect();
    let found = lexicon.values(&parts).iter().chain(lexicon.values(&ones));
    found.filter(|v| v.test.is_none()).collect()
}

/// "web vs phone bookings", "active versus cancelled subscriptions": how many of each.
fn against(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| is_one_of("vs versus", lower(&found, *at)))?;
    let opens =
        found.iter().take_while(|w| is_one_of("show me the number count of compare", &w.lower)).count();
    (at > opens && at - opens <= 2).then_some(())?;
    let firsts = values(&found, opens, at, lexicon);
    [2, 1].into_iter().find_map(|used| {
        let seconds = values(&found, at + 1, at + 1 + used, lexicon);
        let both =
            firsts.iter().find_map(|a| seconds.iter().find(|b| b.column == a.column).map(|b| (*a, *b)))?;
        let (first, second) = both;
        let names = &lexicon.columns[first.column.table][first.column.column].words;
        let table = plural(&lexicon.tables[first.column.table].words.join(" "));
        let behind = at + 1 + used;
        let rows = found.get(behind).is_some_and(|w| {
            lexicon
                .tables_for(&[&lemma(&w.lower)])
                .first()
                .is_some_and(|(t, s)| *s >= 0.75 && *t == first.column.table)
        });
        let counts = is_one_of("count counts number numbers", lower(&found, behind));
        let last = behind + usize::from(rows || counts);
        let rest = slice(text, found[last - 1].to..);
        let column = names.join(" ");
        (first.text != second.text && (rows || counts || last == found.len())).then(|| {
            format!(
                "Number of {table} by {column} where {column} is '{}' or '{}'{rest}",
                first.text, second.text
            )
        })
    })
}

/// "Why do people cancel?", "Why were orders returned?": how many for each reason.
fn why(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let asks = lower(&found, 0) == "why" && is_one_of("do did does are were have", lower(&found, 1));
    if !asks || found.len() < 4 {
        return None;
    }
    let reasons = lexicon.columns.iter().enumerate().flat_map(|(t, names)| {
        names.iter().filter(|n| n.words.last().is_some_and(|w| w == "reason")).map(move |n| (t, n))
    });
    let all: Vec<_> = reasons.collect();
    let said = |words: &[String]| words.iter().any(|w| found[2..].iter().any(|f| root(&f.lower) == root(w)));
    let fits: Vec<_> =
        all.iter().filter(|(t, n)| said(&n.words) || said(&lexicon.tables[*t].words)).collect();
    let (table, name) = match fits.as_slice() {
        [one] => **one,
        _ => return None,
    };
    let rows = plural(&lexicon.tables[table].words.join(" "));
    let column = name.words.join(" ");
    Some(format!("Number of {rows} with a {column} by {column}"))
}

/// "refrigerated shipments in 2024, how many?": how many of them.
fn how_many_behind(text: &str, _: &Lexicon) -> Option<String> {
    let plain = bare(text);
    let head =
        [", how many", " - how many", ": how many"].into_iter().find_map(|tail| plain.strip_suffix(tail))?;
    let first = words(head).first()?.lower.clone();
    let asks = is_one_of("which what who how show list give find", &first);
    let split = words(head).iter().any(|w| is_one_of("by per each", &w.lower));
    (!asks && !split && !head.contains(',')).then(|| format!("How many {head}?"))
}

/// "products rated below 3 on average": with an average rating below 3.
fn on_average(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| lower(&found, *at) == "rated")?;
    let last = found.len().checked_sub(2)?;
    let average = last > at + 1 && lower(&found, last) == "on" && lower(&found, last + 1) == "average";
    let bounds = is_one_of("below above under over at", lower(&found, at + 1));
    let kept = lexicon.is_word("rating");
    let be = usize::from(is_one_of("are were is", lower(&found, at - 1)));
    let that = usize::from(be == 1 && at > 2 && is_one_of("that which", lower(&found, at - 2)));
    (average && bounds && kept).then(|| {
        let have = if be == 1 && that == 0 { "have" } else { "with" };
        let bound = slice(text, found[at].to..found[last].from).trim_end();
        let of = if lower(&found, at + 1) == "at" { " of" } else { "" };
        format!("{}{have} an average rating{of}{bound}", slice(text, ..found[at - be - that].from))
    })
}
