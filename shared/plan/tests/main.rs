//! Plans become statements, and these the rows that a naive evaluation finds.
#![allow(clippy::unwrap_used)]

mod compile;
mod paths;
mod random;
mod rows;
