//! The stand-ins of Discord and Telegram, by the real clients.
#![allow(clippy::unwrap_used)]

mod discord;
mod telegram;
