//! Rows as an HTML table.

use super::words::counted;
use maud::{Markup, html};
use rowcall_core::{ResultColumn, ResultSet, TypeKind, Value};
use rowcall_format::{
    names,
    values::{self, ColumnFormat},
};

/// Characters shown of one cell: a document in a cell must not push the other columns away.
const CELL: usize = 400;

/// At most `limit` rows of a result.
pub fn table(rows: &ResultSet, limit: usize) -> Markup {
    if let ([column], [row]) = (rows.columns.as_slice(), rows.rows.as_slice())
        && let Some(value) = row.first()
        && column.kind.is_numeric()
    {
        let format = ColumnFormat::of_column(column);
        return html! {
            p.figure-number { strong { (cell(value, format)) } span { (heading(column)) } }
        };
    }
    if rows.rows.is_empty() {
        return html! { p.no-rows { "No rows." } };
    }
    let formats: Vec<ColumnFormat> =
        (0..rows.columns.len()).map(|i| ColumnFormat::of_result(rows, i)).collect();
    html! {
        div.table-frame tabindex="0" role="region" aria-label="Rows of the answer" {
            table {
                thead { tr {
                    @for column in &rows.columns {
                        th scope="col" title=(values::visible(&column.name)) .number[right(column)] { (heading(column)) }
                    }
                } }
                tbody {
                    @for row in rows.rows.iter().take(limit) {
                        tr {
                            @for ((value, column), format) in row.iter().zip(&rows.columns).zip(&formats) {
                                td .number[right(column)] .mono[column.kind == TypeKind::Json] .prose[is_prose(column)] { (cell(value, *format)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// How many rows there are, and how many of them are shown.
pub fn count(rows: &ResultSet, limit: usize) -> String {
    let shown = rows.rows.len().min(limit) as u64;
    let all = rows.row_count.max(shown);
    let number = |n: u64| values::group(&n.to_string());
    if rows.truncated {
        format!("showing {} of more than {} rows", number(shown), number(all))
    } else if shown < all {
        format!("showing {} of {} rows", number(shown), number(all))
    } else {
        counted(all, "row", "rows")
    }
}

fn right(column: &ResultColumn) -> bool {
    values::is_right_aligned(column.kind)
}

/// Words wrap; a date or a key that wraps is harder to read than one that is scrolled to.
fn is_prose(column: &ResultColumn) -> bool {
    matches!(column.kind, TypeKind::Text | TypeKind::Json | TypeKind::Array | TypeKind::Other)
}

fn heading(column: &ResultColumn) -> String {
    values::visible(&names::humanise(&column.name))
}

fn cell(value: &Value, format: ColumnFormat) -> Markup {
    if value.is_null() {
        return html! { span.null title="NULL" { (values::NULL) } };
    }
    let text = format.show(value);
    match text.char_indices().nth(CELL) {
        Some((end, _)) => html! { (text[..end]) "…" },
        None => html! { (text) },
    }
}
