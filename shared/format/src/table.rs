//! A result as a text table for chats and terminals, aligned by display width: wide characters take two
//! columns, combining marks none. What does not fit is cut where it hurts least, and the table says so.

use crate::values::{self, ColumnFormat};
use rowcall_core::{ResultColumn, ResultSet, Value};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// How large a table may become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableOptions {
    /// Width of a line in display columns.
    pub max_width: usize,
    /// Rows shown; the rest is counted in a note.
    pub max_rows: usize,
    /// Width of one cell of words in display columns; numbers are never cut.
    pub max_cell: usize,
    /// Characters of the whole text, notes included; `None` for no limit. Rows are left out to keep it.
    pub max_chars: Option<usize>,
}

impl Default for TableOptions {
    fn default() -> Self {
        Self { max_width: 80, max_rows: 25, max_cell: 40, max_chars: None }
    }
}

/// A table as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextTable {
    /// Heading, rule, rows and notes; lines end in `\n`, without trailing spaces.
    pub text: String,
    /// Rows in it.
    pub rows_shown: usize,
    /// Columns in it.
    pub columns_shown: usize,
    /// Rows, columns or parts of cells are missing from it.
    pub cut: bool,
}

/// The value as shown to people: thousands separators (not in ids and years), rounded fractions, plain
/// dates, NULL as `∅`, control and bidirectional characters made visible.
pub fn format_value(value: &Value, column: &ResultColumn) -> String {
    ColumnFormat::of_column(column).show(value)
}

/// The result as an aligned table.
pub fn text(result: &ResultSet, options: &TableOptions) -> TextTable {
    if result.columns.is_empty() {
        let text = match result.rows.len() {
            0 => "(no columns, no rows)\n".to_owned(),
            n => format!("({}, no columns)\n", rows_in_words(n as u64)),
        };
        return TextTable { text, rows_shown: 0, columns_shown: 0, cut: false };
    }
    let wanted = result.rows.len().min(options.max_rows);
    let mut columns: Vec<TableColumn> =
        (0..result.columns.len()).map(|i| TableColumn::of(result, i, wanted)).collect();
    let columns_shown = fit(&mut columns, options);
    let (shown, hidden) = columns.split_at(columns_shown);

    let note_columns = hidden_columns_note(hidden, options.max_width);
    let mut cut = !hidden.is_empty();
    let mut body = String::new();
    let mut chars = 0;
    let mut push = |line: String, limit: usize| {
        let length = line.chars().count() + 1;
        if chars + length > limit {
            return false;
        }
        chars += length;
        body.push_str(&line);
        body.push('\n');
        true
    };
    // The notes at the end are short: this leaves room for both, so that they are never what is lost.
    let reserve = note_columns.as_ref().map_or(0, |n| n.chars().count() + 1) + 60;
    let limit = options.max_chars.map_or(usize::MAX, |max| max.saturating_sub(reserve));
    push(line(shown, |c| c.heading.as_str(), &mut cut), limit);
    push(shown.iter().map(|c| "─".repeat(c.width)).collect::<Vec<_>>().join("  "), limit);
    let mut rows_shown = 0;
    for row in 0..wanted {
        let mut cells_cut = false;
        if !push(line(shown, |c| c.cells[row].as_str(), &mut cells_cut), limit) {
            break;
        }
        cut |= cells_cut;
        rows_shown += 1;
    }
    if result.rows.is_empty() {
        body.push_str("(no rows)\n");
    }
    let total = result.row_count.max(result.rows.len() as u64);
    let missing = total - rows_shown as u64;
    if missing > 0 || result.truncated {
        cut = true;
        let and = if result.truncated { "at least " } else { "" };
        match missing {
            0 => body.push_str("… and more rows that were not read\n"),
            n => body.push_str(&format!(
                "… and {and}{} more {}\n",
                values::integer(n as i64, true),
                rows_word(n)
            )),
        }
    }
    if let Some(note) = note_columns {
        body.push_str(&note);
        body.push('\n');
    }
    TextTable { text: body, rows_shown, columns_shown, cut }
}

struct TableColumn {
    heading: String,
    cells: Vec<String>,
    width: usize,
    right: bool,
    shrinks: bool,
}

impl TableColumn {
    fn of(result: &ResultSet, index: usize, rows: usize) -> Self {
        let column = &result.columns[index];
        let format = ColumnFormat::of_result(result, index);
        let heading = values::visible(&column.name);
        let cells: Vec<String> = result.rows[..rows]
            .iter()
            .map(|row| row.get(index).map_or_else(String::new, |v| format.show(v)))
            .collect();
        let right = values::is_right_aligned(column.kind);
        let widest = cells.iter().map(|c| width(c)).max().unwrap_or(0);
        let natural = widest.max(width(&heading)).max(1);
        // A number that lost digits would be a wrong number, so only words are cut.
        Self {
            heading,
            cells,
            width: natural,
            right,
            shrinks: !right || widest < width_of_longest_word(column),
        }
    }
}

fn width_of_longest_word(column: &ResultColumn) -> usize {
    width(&column.name)
}

/// Narrow columns of words until the line fits; gives how many columns are left.
fn fit(columns: &mut [TableColumn], options: &TableOptions) -> usize {
    const GAP: usize = 2;
    const LEGIBLE: usize = 12;
    let numbers = |c: &TableColumn| c.cells.iter().map(|cell| width(cell)).max().unwrap_or(1).max(1);
    for column in columns.iter_mut() {
        let least = if column.right { numbers(column) } else { 1 };
        column.width = column.width.min(options.max_cell.max(1)).max(least);
    }
    let max_width = options.max_width.max(1);
    let mut count = columns.len();
    let total = |columns: &[TableColumn]| {
        columns.iter().map(|c| c.width).sum::<usize>() + GAP * columns.len().saturating_sub(1)
    };
    let floors: Vec<usize> = columns
        .iter()
        .map(|c| if c.right { numbers(c).max(c.width.min(8)) } else { c.width.min(LEGIBLE) })
        .collect();
    // Leave out columns from the end until what is left could fit when narrowed.
    while count > 1 && floors[..count].iter().sum::<usize>() + GAP * (count - 1) > max_width {
        count -= 1;
    }
    while total(&columns[..count]) > max_width {
        let widest = (0..count)
            .filter(|i| columns[*i].width > floors[*i] && columns[*i].shrinks)
            .max_by_key(|i| columns[*i].width);
        match widest.or_else(|| (count == 1).then_some(0)) {
            Some(i) if columns[i].width > 1 => columns[i].width -= 1,
            _ if count > 1 => count -= 1,
            _ => break,
        }
    }
    count
}

fn line<'a>(columns: &'a [TableColumn], cell: impl Fn(&'a TableColumn) -> &'a str, cut: &mut bool) -> String {
    let mut out = String::new();
    for (i, column) in columns.iter().enumerate() {
        if i > 0 {
            out.push_str("  ");
        }
        let (text, used) = shorten(cell(column), column.width, cut);
        let pad = column.width.saturating_sub(used);
        if column.right {
            out.extend(std::iter::repeat_n(' ', pad));
        }
        out.push_str(&text);
        if !column.right && i + 1 < columns.len() {
            out.extend(std::iter::repeat_n(' ', pad));
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The text in at most that many display columns, with how many it takes.
fn shorten<'a>(text: &'a str, limit: usize, cut: &mut bool) -> (std::borrow::Cow<'a, str>, usize) {
    let full = width(text);
    if full <= limit {
        return (text.into(), full);
    }
    *cut = true;
    let mut out = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let w = width(grapheme);
        if used + w + 1 > limit {
            break;
        }
        out.push_str(grapheme);
        used += w;
    }
    out.push('…');
    (out.into(), used + 1)
}

/// Display columns; the fast way for plain text, which most cells are.
fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { UnicodeWidthStr::width(text) }
}

fn hidden_columns_note(hidden: &[TableColumn], max_width: usize) -> Option<String> {
    if hidden.is_empty() {
        return None;
    }
    let names = hidden.iter().map(|c| c.heading.as_str()).collect::<Vec<_>>().join(", ");
    let (word, count) = (if hidden.len() == 1 { "column" } else { "columns" }, hidden.len());
    let (names, _) = shorten(&names, (max_width * 3).max(60), &mut false);
    Some(format!("… and {count} more {word}: {names}"))
}

fn rows_in_words(n: u64) -> String {
    format!("{} {}", values::integer(n as i64, true), rows_word(n))
}

fn rows_word(n: u64) -> &'static str {
    if n == 1 { "row" } else { "rows" }
}
