//! The console and the delivery of replies, over a real store and queue.
#![allow(clippy::unwrap_used, missing_docs)]

mod changes;
mod common;
mod console;
mod deliveries;
mod delivery;
mod gallery;
mod guard;
mod intake;
mod people;
