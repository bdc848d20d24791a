//! A page of a result as a picture, for tables too wide for a phone's lines of text: letters as in the charts, rows
//! in two shades, numbers to the right.

use crate::chart::{Canvas, ChartError, Weight, drawable, encode, text_width};
use rowcall_core::ResultSet;
use rowcall_format::values::{self, ColumnFormat, visible};
use unicode_bidi::BidiInfo;
use unicode_segmentation::UnicodeSegmentation;

const INK: (u8, u8, u8) = (31, 41, 55);
const PALE_INK: (u8, u8, u8) = (95, 104, 120);
const RULE: (u8, u8, u8) = (156, 163, 175);
const GRID: (u8, u8, u8) = (229, 232, 237);
const WHITE: (u8, u8, u8) = (255, 255, 255);
const ZEBRA: (u8, u8, u8) = (245, 247, 250);

/// Pixels of the longer side that chats still show.
const LARGEST: u32 = 8000;

/// How large the picture of a table may become, in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TableSize {
    /// Widest picture; columns that do not fit are left out.
    pub max_width: f32,
    /// Most columns.
    pub max_columns: usize,
    /// Widest cell of words, half of it where columns would not fit; numbers are never cut.
    pub max_cell: f32,
    /// Size of the letters.
    pub letters: f32,
    /// Pixels of the file per logical pixel.
    pub density: f32,
}

impl TableSize {
    /// For a message in a chat. A phone shows pictures 360 pixels wide: there the letters of the widest picture are
    /// 7 pixels high, about the smallest that can be read without zooming in.
    pub const CHAT: Self =
        Self { max_width: 780.0, max_columns: 12, max_cell: 220.0, letters: 15.0, density: 2.0 };
}

/// A table as a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TablePicture {
    /// PNG.
    pub png: Vec<u8>,
    /// What it shows, in words.
    pub alt: String,
    /// Columns that did not fit.
    pub hidden_columns: usize,
}

struct Column {
    heading: String,
    cells: Vec<(String, bool)>,
    width: f32,
    right: bool,
}

/// The rows as a picture. The same input gives the same bytes.
///
/// # Errors
/// When there is nothing to draw, or it would be too large.
pub fn png(result: &ResultSet, size: &TableSize) -> Result<TablePicture, ChartError> {
    let pad = size.letters * 0.75;
    let (mut columns, mut width) = fitting(result, size, size.max_cell, pad);
    if columns.len() < result.columns.len() {
        // Words cut earlier make room for columns that would not be seen at all.
        (columns, width) = fitting(result, size, size.max_cell / 2.0, pad);
    }
    let hidden_columns = result.columns.len() - columns.len();
    let line = size.letters * 1.9;
    let height = line * (result.rows.len() as f32 + 1.0) + pad;
    let pixels = |n: f32| (n * size.density).ceil() as u32;
    if pixels(width) == 0 || pixels(width.max(height)) > LARGEST {
        return Err(ChartError::BadSize(pixels(width), pixels(height)));
    }
    let mut canvas = Canvas::new(pixels(width), pixels(height), WHITE)?;
    let mut pen = Pen { canvas: &mut canvas, density: size.density };
    for row in (1..result.rows.len()).step_by(2) {
        let top = line * (row as f32 + 1.0);
        pen.rect([0.0, top, width, top + line], ZEBRA);
    }
    let mut left = 0.0;
    for column in &columns {
        let mut write = |text: &str, row: usize, weight, ink| {
            let text_left = match column.right {
                true => left + pad + column.width - text_width(text, size.letters, weight),
                false => left + pad,
            };
            pen.text(text, [text_left, line * (row as f32 + 0.5)], size.letters, weight, ink);
        };
        write(&column.heading, 0, Weight::SemiBold, INK);
        for (row, (cell, null)) in column.cells.iter().enumerate() {
            write(cell, row + 1, Weight::Regular, if *null { PALE_INK } else { INK });
        }
        left += column.width + 2.0 * pad;
        if left < width - 1.0 {
            pen.rect([left - 0.25, 0.0, left + 0.25, height - pad], GRID);
        }
    }
    pen.rect([0.0, line - 0.5, width, line + 0.5], RULE);
    let png = encode::png(canvas.pixels(), canvas.width(), canvas.height())?;
    let names = columns.iter().map(|c| c.heading.as_str()).collect::<Vec<_>>().join(", ");
    let rows = result.rows.len();
    let word = if rows == 1 { "row" } else { "rows" };
    Ok(TablePicture {
        png,
        alt: format!("A table of {rows} {word} with the columns {names}."),
        hidden_columns,
    })
}

/// The columns from the left that fit with cells of words up to `cell` wide, and the width they take.
fn fitting(result: &ResultSet, size: &TableSize, cell: f32, pad: f32) -> (Vec<Column>, f32) {
    let mut columns = Vec::new();
    let mut width = 0.0;
    for index in 0..result.columns.len().min(size.max_columns) {
        let column = column(result, index, size, cell);
        if !columns.is_empty() && width + column.width + 2.0 * pad > size.max_width {
            break;
        }
        width += column.width + 2.0 * pad;
        columns.push(column);
    }
    (columns, width)
}

fn column(result: &ResultSet, index: usize, size: &TableSize, cell: f32) -> Column {
    let format = ColumnFormat::of_result(result, index);
    let right = values::is_right_aligned(result.columns[index].kind);
    let cells: Vec<(String, bool)> = result
        .rows
        .iter()
        .filter_map(|row| row.get(index))
        .map(|value| {
            let shown = letters(&format.show(value));
            // A number that lost digits would be another number.
            let shown = if right { shown } else { shorten(&shown, size.letters, cell, Weight::Regular) };
            (in_reading_order(&shown), value.is_null())
        })
        .collect();
    let name = letters(&visible(&result.columns[index].name));
    let heading = in_reading_order(&shorten(&name, size.letters, size.max_cell, Weight::SemiBold));
    let widest = cells
        .iter()
        .map(|(cell, _)| text_width(cell, size.letters, Weight::Regular))
        .fold(text_width(&heading, size.letters, Weight::SemiBold), f32::max);
    Column { heading, cells, width: widest.max(size.letters), right }
}

/// What can be drawn of a text; a cell whose every letter is a picture still shows that something is there.
fn letters(text: &str) -> String {
    let drawn = drawable(text);
    if drawn.is_empty() && !text.trim().is_empty() { "□".to_owned() } else { drawn.into_owned() }
}

/// Letters from left to right as they stand on paper: Hebrew and Arabic run the other way.
fn in_reading_order(text: &str) -> String {
    let bidi = BidiInfo::new(text, None);
    match bidi.paragraphs.first() {
        Some(paragraph) if bidi.has_rtl() => {
            bidi.reorder_line(paragraph, paragraph.range.clone()).into_owned()
        }
        _ => text.to_owned(),
    }
}

fn shorten(text: &str, letters: f32, room: f32, weight: Weight) -> String {
    if text_width(text, letters, weight) <= room {
        return text.to_owned();
    }
    let room = room - text_width("…", letters, weight);
    let mut end = 0;
    let mut used = 0.0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += text_width(grapheme, letters, weight);
        if used > room {
            break;
        }
        end = at + grapheme.len();
    }
    format!("{}…", text[..end].trim_end())
}

/// Draws in logical pixels.
struct Pen<'a> {
    canvas: &'a mut Canvas,
    density: f32,
}

impl Pen<'_> {
    fn rect(&mut self, edges: [f32; 4], colour: (u8, u8, u8)) {
        self.canvas.fill_rect(edges.map(|e| e * self.density), colour);
    }

    /// Text by its left edge and the middle of its capitals.
    fn text(&mut self, text: &str, [x, y]: [f32; 2], size: f32, weight: Weight, colour: (u8, u8, u8)) {
        let at = [x * self.density, y * self.density];
        self.canvas.write(text, at, size * self.density, weight, colour);
    }
}
