//! The Telegram stand-in, driven by the real client.

mod common;

mod faults;
mod messages;
mod refusals;
mod updates;
mod world;
