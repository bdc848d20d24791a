//! A result as a picture. [`choose`] looks at the shape of the result and decides what, if anything, a chart
//! should show; [`png`] draws that. What is chosen is a value that can be stored, so that a reply can name
//! the chart in words (`alt`) and the picture can be drawn again.
//!
//! The stages: choose (what) → `data` (numbers and labels) → `layout` (where; a pure function giving boxes,
//! so that tests can prove that no two labels overlap) → `draw` (plotters, over an anti-aliased canvas) →
//! `encode` (PNG with a palette).

mod axis;
mod canvas;
mod choose;
mod data;
mod draw;
pub(crate) mod encode;
mod font;
mod gaps;
mod layout;
mod told;

use rowcall_core::ResultSet;
use serde::{Deserialize, Serialize};

pub(crate) use canvas::Canvas;
pub use choose::{NoChart, choose, decide};
pub(crate) use font::{Weight, drawable, width as text_width};
pub use gaps::{TimeStep, fill};
pub use layout::{Layout, TextBox, layout_of};
pub use told::{Role, Told, ToldColumn};

/// The kinds of picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// Upright bars; several series stand side by side.
    Bar,
    /// Lying bars, for long labels and many categories.
    HorizontalBar,
    /// Upright bars of several series on top of each other.
    StackedBar,
    /// Lines over time.
    Line,
}

/// What the asker wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartRequest {
    /// Whatever fits the result, or nothing.
    #[default]
    Auto,
    /// No chart.
    None,
    /// Bars.
    Bar,
    /// Lying bars.
    HorizontalBar,
    /// Stacked bars.
    StackedBar,
    /// Lines.
    Line,
}

/// What the numbers of a column are measured in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Plain numbers.
    #[default]
    None,
    /// Money, with its sign in front (`€`, `$`) or its code (`CHF`).
    Currency(String),
    /// Percentages: 25 is a quarter.
    Percent,
    /// Fractions shown as percentages: 0.25 is a quarter.
    Ratio,
    /// Durations in seconds.
    Seconds,
    /// Anything else, written after the number (`°C`, `kg`).
    Suffix(String),
}

/// What a chart shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChartSpec {
    /// The kind of picture.
    pub kind: ChartKind,
    /// The title, which also says when only the top categories are shown.
    pub title: String,
    /// The column along the axis.
    pub x: usize,
    /// The columns with the numbers, each a series.
    pub series: Vec<usize>,
    /// The column whose values are the series, when there is a second dimension; then `series` holds one.
    pub split: Option<usize>,
    /// The unit of the numbers.
    pub unit: Unit,
    /// Categories beyond the limit are added up as "Other"; else they are left out.
    pub other: bool,
    /// Categories are put in falling order, since the result has no order of its own.
    pub sort: bool,
    /// What the columns are called, by place.
    pub labels: Vec<String>,
    /// The picture in words, for people who cannot see it.
    pub alt: String,
}

/// How large the picture becomes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChartSize {
    /// Logical pixels.
    pub width: u32,
    /// Logical pixels; lying bars take less or more, as their number asks for.
    pub height: u32,
    /// Pixels of the file per logical pixel.
    pub density: f32,
}

impl ChartSize {
    /// For a message in a chat: sharp on phones, legible when shown at half its size.
    pub const CHAT: Self = Self { width: 720, height: 420, density: 2.0 };
}

/// Why no picture could be drawn from a spec.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// The spec names a column that the result does not have.
    #[error("the chart names column {0}, which the result does not have")]
    NoSuchColumn(usize),
    /// No number in the columns.
    #[error("the chart's columns hold no number")]
    NoNumbers,
    /// Too small or too large to draw.
    #[error("a chart of {0} by {1} pixels cannot be drawn")]
    BadSize(u32, u32),
    /// The drawing library refused.
    #[error("the chart could not be drawn: {0}")]
    Draw(String),
}

/// The chart as PNG. The same input gives the same bytes.
pub fn png(spec: &ChartSpec, result: &ResultSet, size: ChartSize) -> Result<Vec<u8>, ChartError> {
    let data = data::prepare(spec, result)?;
    let layout = layout::layout(&data, size)?;
    let canvas = draw::draw(&data, &layout, size)?;
    encode::png(canvas.pixels(), canvas.width(), canvas.height())
}
