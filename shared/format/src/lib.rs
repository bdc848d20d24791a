//! Values as people read them: numbers with separators, headings from column names, aligned text tables. Front ends
//! and charts share it, so that a number looks the same wherever it stands.
//!
//! Everything here is a plain function on values.

pub mod names;
pub mod table;
pub mod values;
