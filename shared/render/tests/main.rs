//! Tables, charts and files of results.
#![allow(clippy::unwrap_used, missing_docs)]

mod chart;
mod csv;
mod table;
