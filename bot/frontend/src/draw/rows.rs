//! The rows of a reply: as lines, as a table of text, or as a picture of a table where text would be too wide for
//! a phone.

use crate::{Look, Picture, View};
use rowcall_core::{ResultSet, texts::chat as texts};
use rowcall_format::{
    table::{self, TableOptions},
    values::{ColumnFormat, integer, visible},
};
use rowcall_render::table as picture;

/// Columns of a single row that are written as lines.
const LINES: usize = 12;
/// Widest cell of words in a table of text.
const CELL: usize = 28;

/// How rows are shown.
#[derive(Debug, Default)]
pub struct Rows {
    /// A single row, a line for each column.
    pub lines: String,
    /// A page as text.
    pub table: Option<String>,
    /// A page as a picture.
    pub picture: Option<Picture>,
    /// What is not shown.
    pub notes: Vec<String>,
    /// Pages there are.
    pub pages: u32,
}

/// The page of `view`, or the last one. `has_file`: all rows that were read are in a file.
pub fn rows(result: &ResultSet, view: View, look: &Look, has_file: bool) -> Rows {
    match (result.rows.as_slice(), result.columns.len()) {
        // The words say it all.
        ([], _) | (_, 0) | ([_], 1) => Rows::default(),
        ([_], _) => lines(result),
        _ => page(result, view, look, has_file),
    }
}

fn lines(result: &ResultSet) -> Rows {
    let shown = result.columns.len().min(LINES);
    let lines = (0..shown).map(|i| {
        let value = ColumnFormat::of_result(result, i).show(&result.rows[0][i]);
        let value: String = if value.chars().count() > 200 {
            value.chars().take(199).chain(['…']).collect()
        } else {
            value
        };
        format!("{}: {value}", visible(&result.columns[i].name))
    });
    let hidden = result.columns.len() - shown;
    Rows {
        lines: lines.collect::<Vec<_>>().join("\n"),
        notes: (hidden > 0).then(|| texts::more_columns(hidden)).into_iter().collect(),
        pages: 1,
        ..Rows::default()
    }
}

fn page(result: &ResultSet, view: View, look: &Look, has_file: bool) -> Rows {
    let size = look.table_rows.max(1);
    let kept = result.rows.len();
    let pages = kept.div_ceil(size);
    let page = usize::try_from(view.page).unwrap_or(usize::MAX).min(pages - 1);
    let (first, last) = (page * size, (page * size + size).min(kept));
    let part = ResultSet {
        columns: result.columns.clone(),
        rows: result.rows[first..last].to_vec(),
        row_count: (last - first) as u64,
        truncated: false,
    };
    let mut notes = Vec::new();
    let count = result.row_count.max(kept as u64);
    if count > (last - first) as u64 || result.truncated {
        let number = integer(i64::try_from(count).unwrap_or(i64::MAX), true);
        let total = if result.truncated { format!("more than {number}") } else { number };
        notes.push(texts::page(first + 1, last, &total));
    }
    if last == kept && (count > kept as u64 || result.truncated) {
        notes.push(texts::rest_elsewhere_than_here(kept, has_file));
    }
    let options = TableOptions {
        max_width: look.table_width,
        max_rows: size,
        max_cell: CELL,
        // Half of a message: words, remarks and the statement need the rest.
        max_chars: Some(look.text / 2),
    };
    let text = table::text(&part, &options);
    let whole = text.columns_shown == part.columns.len() && text.rows_shown == part.rows.len();
    let (table, picture) = if whole {
        (Some(text.text), None)
    } else {
        match picture::png(&part, &picture::TableSize::CHAT) {
            Ok(drawn) => {
                if drawn.hidden_columns > 0 {
                    notes.push(texts::more_columns(drawn.hidden_columns));
                }
                let name = format!("table-{}.png", page + 1);
                (None, Some(Picture { name, png: drawn.png.into(), alt: drawn.alt }))
            }
            // The cut table is better than none, and says what it lacks.
            Err(error) => {
                tracing::warn!(%error, "a table could not be drawn");
                (Some(text.text), None)
            }
        }
    };
    Rows { table, picture, notes, pages: u32::try_from(pages).unwrap_or(u32::MAX), ..Rows::default() }
}
