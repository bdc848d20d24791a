//! Rows before and after, with what changes marked.

use crate::{
    Picture,
    draw::fit::{cut, units},
};
use rowcall_core::{
    Impact, ResultColumn, ResultSet, TypeKind, Value,
    change::{CellChange, RowChange},
};
use rowcall_format::{table::format_value, values::visible};
use rowcall_render::table::{self, TableSize};

/// Longest value on a card.
const VALUE: usize = 120;
/// Cells of a row that comes or goes.
const CELLS: usize = 6;

/// A row of the sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleRow {
    /// Its table, where that is not the one that the statement names.
    pub table: Option<String>,
    /// Its key: `id 17`.
    pub key: String,
    /// Whether it comes, goes or changes.
    pub kind: SampleKind,
    /// Its columns, in the table's order.
    pub cells: Vec<SampleCell>,
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SampleKind {
    /// It is new.
    Added,
    /// It goes.
    Deleted,
    /// It changes.
    Changed,
}

/// A column of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleCell {
    /// The column.
    pub column: String,
    /// Before; none for a row that is new.
    pub before: Option<String>,
    /// After; none for a row that goes.
    pub after: Option<String>,
    /// The value changes.
    pub changed: bool,
}

impl SampleKind {
    /// A sign for it.
    pub fn mark(self) -> char {
        match self {
            Self::Added => '+',
            Self::Deleted => '-',
            Self::Changed => '~',
        }
    }
}

/// The rows of an impact's sample.
pub(super) fn rows(impact: &Impact) -> Vec<SampleRow> {
    impact.sample.iter().map(|row| one(row, &impact.table)).collect()
}

fn one(row: &RowChange, table: &str) -> SampleRow {
    let key: Vec<String> =
        row.key.iter().map(|(column, value)| format!("{} {}", short(column), short(value))).collect();
    SampleRow {
        table: (row.table != table).then(|| short(&row.table)),
        key: if key.is_empty() { "a row".to_owned() } else { key.join(", ") },
        kind: kind(row),
        cells: row.cells.iter().map(cell).collect(),
    }
}

fn kind(row: &RowChange) -> SampleKind {
    match (row.cells.iter().any(|c| c.before.is_some()), row.cells.iter().any(|c| c.after.is_some())) {
        (false, true) => SampleKind::Added,
        (true, false) => SampleKind::Deleted,
        _ => SampleKind::Changed,
    }
}

fn cell(cell: &CellChange) -> SampleCell {
    let column = ResultColumn { name: cell.column.clone(), kind: TypeKind::Other };
    let shown = |value: &Option<Value>| value.as_ref().map(|v| cut(&format_value(v, &column), VALUE).0);
    SampleCell {
        column: short(&cell.column),
        before: shown(&cell.before),
        after: shown(&cell.after),
        changed: cell.differs(),
    }
}

fn short(text: &str) -> String {
    cut(&visible(text), VALUE).0
}

/// The sample in lines of a fixed-width font, each at most `width` wide, as many whole rows as fit into `room`. Gives
/// how many were left out.
pub(super) fn lines(sample: &[SampleRow], width: usize, room: usize) -> (String, usize) {
    let mut out = String::new();
    for (n, row) in sample.iter().enumerate() {
        let text = row_lines(row, width.max(12));
        if units(&out) + units(&text) > room {
            return (out, sample.len() - n);
        }
        out.push_str(&text);
    }
    (out, 0)
}

fn row_lines(row: &SampleRow, width: usize) -> String {
    let of = row.table.as_ref().map(|table| format!("{table} ")).unwrap_or_default();
    let mut out = cut(&format!("{} {of}{}", row.kind.mark(), row.key), width).0;
    out.push('\n');
    let shown: Vec<&SampleCell> = match row.kind {
        SampleKind::Changed => row.cells.iter().filter(|cell| cell.changed).collect(),
        SampleKind::Added | SampleKind::Deleted => row.cells.iter().take(CELLS).collect(),
    };
    for cell in &shown {
        let line = match (&cell.before, &cell.after) {
            (Some(before), Some(after)) => format!("  {}: {before} → {after}", cell.column),
            (Some(value), None) | (None, Some(value)) => format!("  {}: {value}", cell.column),
            (None, None) => continue,
        };
        if units(&line) <= width {
            out.push_str(&line);
            out.push('\n');
            continue;
        }
        for part in [
            Some(format!("  {}:", cell.column)),
            cell.before.as_ref().map(|value| format!("  - {value}")),
            cell.after.as_ref().map(|value| format!("  + {value}")),
        ]
        .into_iter()
        .flatten()
        {
            out.push_str(&cut(&part, width).0);
            out.push('\n');
        }
    }
    let hidden = match row.kind {
        SampleKind::Changed => 0,
        SampleKind::Added | SampleKind::Deleted => row.cells.len().saturating_sub(CELLS),
    };
    if hidden > 0 {
        out.push_str(&format!("  … and {hidden} more columns\n"));
    }
    out
}

/// All rows of the sample as a picture: for a phone, where a table of text would not fit. None when there are none, or
/// they cannot be drawn.
pub fn picture(sample: &[SampleRow]) -> Option<Picture> {
    let first = sample.first()?;
    let of_one_table: Vec<&SampleRow> = sample.iter().filter(|row| row.table == first.table).collect();
    let column = |name: &str| ResultColumn { name: name.to_owned(), kind: TypeKind::Text };
    let names = first.cells.iter().map(|cell| column(&cell.column));
    let columns = std::iter::once(column("row")).chain(names).collect();
    let rows = of_one_table
        .iter()
        .map(|row| {
            let head = Value::Text(format!("{} {}", row.kind.mark(), row.key));
            let cells = row.cells.iter().map(|cell| {
                Value::Text(match (&cell.before, &cell.after) {
                    (Some(before), Some(after)) if cell.changed => format!("{before} → {after}"),
                    (_, Some(value)) | (Some(value), None) => value.clone(),
                    (None, None) => String::new(),
                })
            });
            std::iter::once(head).chain(cells).collect()
        })
        .collect::<Vec<Vec<Value>>>();
    let row_count = rows.len() as u64;
    let result = ResultSet { columns, rows, row_count, truncated: false };
    match table::png(&result, &TableSize::CHAT) {
        Ok(drawn) => Some(Picture { name: "rows.png".into(), png: drawn.png.into(), alt: drawn.alt }),
        Err(error) => {
            tracing::warn!(%error, "the rows of a change could not be drawn");
            None
        }
    }
}
