//! The Telegram front end, against a Telegram that checks every request.
#![allow(clippy::unwrap_used, missing_docs)]

mod changes;
mod chat;
mod commands;
mod common;
mod looks;
mod messages;
mod press;
mod private;
mod processes;
mod progress;
mod steer;
mod webhook;
