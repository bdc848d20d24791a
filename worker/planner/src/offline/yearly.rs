//! Years that are kept as text ("1985"): they are read as the numbers that they are. A plan may say them as numbers, since
//! four digits order the same way (`Column::keeps_years_as_text`).

use super::words::{is_beginning, lemma, split_name};
use rowcall_core::{Catalogue, Column, TypeKind};

/// The catalogue with such columns as numbers; none where it has no such column.
pub(super) fn with_years(catalogue: &Catalogue) -> Option<Catalogue> {
    let yearly = |column: &&mut Column| column.keeps_years_as_text() && is_called_so(&column.name);
    let mut read = catalogue.clone();
    let mut found = false;
    for column in read.tables.iter_mut().flat_map(|t| &mut t.columns).filter(yearly) {
        column.kind = TypeKind::Integer;
        column.samples.clear();
        column.samples_complete = false;
        found = true;
    }
    found.then_some(read)
}

/// A house number of four digits is no year: the name tells.
fn is_called_so(name: &str) -> bool {
    // `foundedyr`
    let ends = |w: &str| w.ends_with("yr") || w.ends_with("year");
    let tells = |w: &String| ends(&lemma(w)) || is_beginning(w);
    split_name(name).iter().map(|w| w.to_lowercase()).any(|w| tells(&w))
}
