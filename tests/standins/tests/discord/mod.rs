//! The Discord stand-in, driven by the real client.

mod bot;
mod gateway;
mod refused;
mod talk;
