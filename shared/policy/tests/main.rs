//! What the policy lets through, and what not.
#![allow(clippy::unwrap_used)]

mod cases;
mod corpus;
mod definitions;
mod docs;
mod fuzz;
mod hostile;
mod mutants;
mod questions;
mod restricted;
mod sample;
