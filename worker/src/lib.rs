//! Workers: take runs through their stages. Only this crate talks to target sources and to models; it holds no
//! platform token.

pub mod consumer;
pub mod engine;
pub mod reconciler;
