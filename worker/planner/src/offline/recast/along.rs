//! What is asked for along with the rows: "plans with prices, dearest first", "our German suppliers with email". It is to be
//! shown, and no condition that there is some.

use super::{Word, instead, is_one_of, lower, slice, table_of, words};
use crate::offline::{lexicon::Lexicon, words::lemma};
use rowcall_core::Catalogue;

/// Says "with their prices".
pub(super) fn along(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| lower(&found, *at) == "with")?;
    let table = found[..at].iter().rev().find_map(|w| table_of(&w.lower, lexicon))?;
    // "customers and products with a price": whose it is, is another matter.
    let asks = is_one_of("which how what is are do does did", lower(&found, 0));
    let end = {
        let rest = slice(text, found[at].to..);
        found[at].to + rest.find([',', '.', '?', ';', ':']).unwrap_or(rest.len())
    };
    let said: Vec<&Word> = found[at + 1..].iter().filter(|w| w.to <= end).collect();
    let parts: Vec<&[&Word]> = said.split(|w| w.lower == "and").collect();
    let column = |part: &[&Word]| {
        if is_one_of("no any a an some count counts number numbers total totals", &part[0].lower) {
            return None;
        }
        let phrase: Vec<String> = part.iter().map(|w| lemma(&w.lower)).collect();
        let phrase: Vec<&str> = phrase.iter().map(String::as_str).collect();
        let own = lexicon
            .columns_for(&phrase, catalogue)
            .into_iter()
            .find(|(c, s)| c.table == table && *s >= 0.75)?;
        Some(&catalogue.tables[table].columns[own.0.column])
    };
    let columns: Option<Vec<_>> =
        parts.iter().map(|p| (1..=3).contains(&p.len()).then(|| column(p)).flatten()).collect();
    let columns = columns?;
    // "customers with email": those who have one, unless they are to be listed, or all of them have one.
    let lists = is_one_of("list show give return display", lower(&found, 0));
    let behind = words(slice(text, end..));
    let ordered = behind.last().is_some_and(|w| w.lower == "first");
    // "with id, first name and email": a list of its own.
    if slice(text, end..).starts_with([',', ':']) && !ordered {
        return None;
    }
    let counted =
        found[..at].iter().any(|w| is_one_of("top bottom most best highest lowest oldest newest", &w.lower));
    let all = columns.iter().all(|c| !c.nullable);
    let many = parts.iter().all(|p| p.last().is_some_and(|w| lemma(&w.lower) != w.lower));
    let flag = columns.iter().any(|c| c.kind == rowcall_core::TypeKind::Bool);
    let who = lower(&found, 0) == "who";
    let shown = lists || ordered || counted || all || many || who;
    (!asks && !flag && shown).then(|| instead(text, found[at].to, found[at].to, " their"))
}
