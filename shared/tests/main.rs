//! The store, over a real PostgreSQL.
#![allow(clippy::unwrap_used, missing_docs)]

mod audit;
mod cards;
mod common;
mod machine;
mod tickets;
mod undo_requests;
mod votes;
