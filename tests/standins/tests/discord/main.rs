//! The Discord stand-in, driven by the real client.

#![allow(clippy::unwrap_used)] // The small bot below is a test too, though its functions do not say so.

mod bot;
mod gateway;
mod refused;
mod talk;
