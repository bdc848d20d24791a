//! What nobody defined and everybody means: where lines of orders have a quantity and a price, and nothing is called revenue,
//! revenue is what the lines come to.

use super::Sources;
use crate::{
    GlossaryEntry,
    offline::{amounts::is_number, lexicon::is_income},
};
use rowcall_core::ColumnRef;

/// The same as columns are called.
const KEPT: &str = "revenue turnover sale sales income earning earnings proceeds";
/// Columns that already say what an order comes to.
const TOTALS: &str = "total subtotal amount value worth";
/// What lines of sales are called.
const LINES: &str = "order sale item line detail basket booking position";

/// A word for what sales bring in.
fn is_sales(word: &str) -> bool {
    is_income(word) || word == "sales"
}

fn is_one_of(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|w| w == word)
}

/// The meaning of a word for income in a question, and what to say of it; nothing where the catalogue keeps it, or more than
/// one table could tell.
pub(super) fn income(
    question: &str,
    glossary: &[GlossaryEntry],
    world: &Sources<'_>,
) -> Option<(GlossaryEntry, String)> {
    let lower = question.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    // The value of an order is what it brings in.
    let valued = ["order value", "basket value", "value of an order", "value per order"];
    let told = valued.iter().any(|v| lower.contains(v)) || words.contains(&"aov");
    let said = words.iter().find(|w| is_sales(w)).copied().or(told.then_some("revenue"))?;
    let term = if said == "revenues" { "revenue" } else { said };
    let known = world.known;
    let defined = glossary.iter().any(|e| is_sales(&e.term.to_lowercase())) || known.term(&[term]).is_some();
    let named = known.tables.iter().any(|t| t.words.iter().any(|w| is_one_of(KEPT, w)));
    let all = |table: usize| {
        (0..world.catalogue.tables[table].columns.len()).map(move |column| ColumnRef { table, column })
    };
    let says = |c: ColumnRef, list: &str| {
        is_number(c, world.catalogue)
            && known.columns[c.table][c.column].words.iter().any(|w| is_one_of(list, w))
    };
    let kept = (0..known.tables.len()).flat_map(all).any(|c| says(c, KEPT));
    if defined || named || kept {
        return None;
    }
    let lines = |table: &usize| -> Option<(ColumnRef, ColumnRef)> {
        let line = known.tables[*table].words.iter().any(|w| is_one_of(LINES, w));
        let edges = &known.prepared.graph.edges;
        let above: Vec<usize> =
            edges.iter().filter(|e| e.from == *table && e.to != *table).map(|e| e.to).collect();
        let stock = |c: &ColumnRef| {
            known.columns[c.table][c.column]
                .words
                .iter()
                .any(|w| is_one_of("stock hand available reorder minimum maximum", w))
        };
        let only = |list: &str| {
            let mut found = all(*table).filter(|c| says(*c, list) && !stock(c));
            found.next().filter(|_| found.next().is_none())
        };
        let (quantity, price) = (only("quantity qty copy piece pieces units copies")?, only("price")?);
        let told = all(*table).any(|c| says(c, TOTALS) || says(c, "discount rebate"));
        let summed = above.iter().any(|t| all(*t).any(|c| says(c, TOTALS)));
        (line && quantity != price && above.len() >= 2 && !told && !summed).then_some((quantity, price))
    };
    let mut found = (0..known.tables.len()).filter_map(|t| lines(&t));
    let (quantity, price) = found.next().filter(|_| found.next().is_none())?;
    let column = |c: ColumnRef| &world.catalogue.tables[c.table].columns[c.column].name;
    let said_of = |c: ColumnRef| known.columns[c.table][c.column].words.join(" ");
    let table = &world.catalogue.tables[quantity.table].name;
    let meaning = format!("SUM({table}.{} * {table}.{})", column(quantity), column(price));
    let rows = crate::offline::plural(&known.tables[quantity.table].words.join(" "));
    let mut capital = term.to_owned();
    if let Some(first) = capital.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let note = format!("{capital} is taken as {} × {} of the {rows}.", said_of(quantity), said_of(price));
    Some((GlossaryEntry { term: term.to_owned(), meaning }, note))
}
