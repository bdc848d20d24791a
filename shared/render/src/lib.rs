//! A typed result made visible: a chart or a table as PNG, a CSV file. (Tables of text are in `rowcall-format`.)
//!
//! Everything here is a plain function on values: nothing is read, written or remembered outside, and the
//! same input gives the same bytes, so that a chart drawn again after a crash is the same chart.

pub mod chart;
pub mod csv;
pub mod table;
