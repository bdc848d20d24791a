//! The planner over HTTP, against a server that checks every request.
#![allow(clippy::unwrap_used)]

mod advice;
mod answers;
mod asking;
mod books;
mod dialects;
mod secrets;
mod server;
mod tools;
