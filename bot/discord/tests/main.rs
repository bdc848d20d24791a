//! The Discord front end, against a Discord that checks every request.
#![allow(clippy::unwrap_used, missing_docs)]

mod changes;
mod common;
mod messages;
mod outages;
mod places;
mod presses;
mod private;
mod questions;
