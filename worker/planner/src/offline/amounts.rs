//! Which column of a table holds the money or the amount that its rows are about.

use super::lexicon::Lexicon;
use rowcall_core::{Catalogue, ColumnRef};

/// A number that tells how much: no key, and no reference to one.
pub fn is_number(c: ColumnRef, catalogue: &Catalogue) -> bool {
    let table = &catalogue.tables[c.table];
    let column = &table.columns[c.column];
    column.kind.is_numeric()
        && !table.primary_key.contains(&column.name)
        && !table.foreign_keys.iter().any(|key| key.columns.contains(&column.name))
}

/// The one column that holds the amount of a table's rows.
pub fn amount_column(table: usize, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<ColumnRef> {
    column_like(table, &["total", "amount", "revenue", "value"], lexicon, catalogue)
}

/// The one column that holds the money which a table's rows bring in.
pub fn money_column(table: usize, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<ColumnRef> {
    amount_column(table, lexicon, catalogue)
        .or_else(|| column_like(table, &["price", "cost", "fee", "fare"], lexicon, catalogue))
}

/// The one number of a table whose name has one of these words, the first words first.
fn column_like(table: usize, words: &[&str], lexicon: &Lexicon, catalogue: &Catalogue) -> Option<ColumnRef> {
    let names = &lexicon.columns[table];
    let columns = &catalogue.tables[table].columns;
    for word in words {
        let fits: Vec<usize> = (0..columns.len())
            .filter(|i| columns[*i].kind.is_numeric() && names[*i].words.iter().any(|w| w == word))
            .collect();
        match fits.as_slice() {
            [one] => return Some(ColumnRef { table, column: *one }),
            [] => {}
            _ => return None,
        }
    }
    None
}
