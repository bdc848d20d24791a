//! What the end-to-end tests stand on: real servers, a world of one test's own, workers that are killed.

#![allow(clippy::disallowed_methods, reason = "what waits for processes here has no runtime")]
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its world must stop")]

pub mod answers;
pub mod browser;
pub mod chaos;
pub mod chat;
pub mod independent;
pub mod pages;
pub mod program;
pub mod questions;
pub mod slow;
pub mod synthetic;
pub mod world;

pub use world::World;
