//! Values that nobody has seen yet: "customers in Springfield", where the cities are too many to be listed. A name in
//! capitals behind "in" or "from" is of the one column that tells a place.

use super::lexicon::Lexicon;
use rowcall_core::{Catalogue, ColumnRef, TypeKind};

const PLACES: &[&str] = &[
    "city",
    "town",
    "village",
    "country",
    "nation",
    "state",
    "province",
    "county",
    "region",
    "district",
    "location",
    "place",
    "hometown",
    "birthplace",
    "nationality",
];

/// The words before a place.
pub(super) fn is_placing(word: &str) -> bool {
    matches!(word, "in" | "from" | "at" | "near")
}

/// The one column that tells the place of a table's rows, or of those that they belong to, and whose values are not all
/// known.
pub(super) fn place(table: usize, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<ColumnRef> {
    let of = |table: usize| -> Vec<ColumnRef> {
        let columns = catalogue.tables[table].columns.iter().enumerate();
        let fits = columns.filter(|(at, column)| {
            let named = lexicon.columns[table][*at].words.iter().any(|w| PLACES.contains(&w.as_str()));
            named && column.kind == TypeKind::Text && !column.samples_complete
        });
        fits.map(|(column, _)| ColumnRef { table, column }).collect()
    };
    match of(table).as_slice() {
        [one] => return Some(*one),
        [] => {}
        _ => return None,
    }
    let graph = &lexicon.prepared.graph;
    let mut above: Vec<usize> = graph.steps[table]
        .iter()
        .filter(|s| s.forward)
        .map(|s| graph.end(*s))
        .filter(|t| *t != table)
        .collect();
    above.sort_unstable();
    above.dedup();
    match above.into_iter().flat_map(of).collect::<Vec<_>>().as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}
