//! The Telegram stand-in, driven by the real client.

#[path = "telegram/common.rs"]
mod common;

#[path = "telegram/faults.rs"]
mod faults;
#[path = "telegram/messages.rs"]
mod messages;
#[path = "telegram/refusals.rs"]
mod refusals;
#[path = "telegram/updates.rs"]
mod updates;
#[path = "telegram/world.rs"]
mod world;
