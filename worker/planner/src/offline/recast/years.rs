//! "2020 papers", "the 2023 invoice numbers": papers in 2020, the invoice numbers in 2023.

use super::{is_one_of, lower, slice, table_of, words};
use crate::offline::{lexicon::Lexicon, words::lemma};
use rowcall_core::Catalogue;

/// What makes a number before a noun more than a year: "more than 2000 orders", "in 2020 orders".
const BEFORE: &str = "above after and april at august before below between by december exactly february first from in \
    january july june last least march may most next november october or over q1 q2 q3 q4 september since than to top \
    under until";

/// Puts the year behind the things that it is of, where these have a time or a year.
pub(super) fn years(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    let (at, last) = (0..found.len()).find_map(|at| {
        let year = lower(&found, at).parse::<u16>().is_ok_and(|year| (1900..2100).contains(&year));
        let said = at > 0 && is_one_of(BEFORE, lower(&found, at - 1));
        if !year || said {
            return None;
        }
        let beside = |n: usize| slice(text, found[n - 1].to..found[n].from) == " ";
        let table = table_of(lower(&found, at + 1), lexicon)?;
        let timed = catalogue.tables[table].columns.iter().zip(&lexicon.columns[table]).any(|(c, name)| {
            c.kind.is_temporal() || c.kind.is_numeric() && name.words.iter().any(|w| w == "year")
        });
        if !timed || !beside(at + 1) {
            return None;
        }
        // "2020 paper titles"
        let named = |n: usize| {
            let column = lemma(lower(&found, n));
            n < found.len()
                && beside(n)
                && lexicon.columns[table].iter().any(|c| c.words.last() == Some(&column))
        };
        let last = at + 1 + usize::from(named(at + 2));
        // "the 2020 paper is": several are spoken of.
        (lemma(lower(&found, last)) != lower(&found, last)).then_some((at, last))
    })?;
    let phrase = slice(text, found[at + 1].from..found[last].to);
    let year = slice(text, found[at].from..found[at].to);
    Some(format!("{}{phrase} in {year}{}", slice(text, ..found[at].from), slice(text, found[last].to..)))
}
