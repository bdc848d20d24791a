//! The whole product, from the message to the reply.
#![allow(clippy::unwrap_used)]

mod audit;
mod bad_input;
mod browser;
mod browser_chats;
mod changes;
mod chaos;
mod chat_crash;
mod chat_load;
mod cli;
mod compose;
mod engine;
mod eval;
mod independent;
mod injection;
mod memory;
mod permission;
mod questions;
mod services;
mod transcripts;
mod transcripts_discord;
mod turns;
mod upkeep;
