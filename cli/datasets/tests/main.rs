//! Datasets and files become databases.
#![allow(clippy::unwrap_used, missing_docs)]

mod files;
mod load;
