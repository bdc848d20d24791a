//! A planner that asks a language model, behind any server that speaks OpenAI's chat completions: OpenAI itself, Ollama,
//! vLLM. The model sees the tables that matter, never rows, and values only where a source allows it. It answers with a
//! query plan, or with a statement where a plan cannot say it; both are judged as if a stranger had written them.
//!
//! Read [`ModelPlanner`] first, then `talk.rs` (the conversation with one model), `prompt.rs` (what it is told),
//! `answer.rs` and `judge.rs` (what it may answer), and `client.rs` (what can go wrong on the way).

mod advice;
mod answer;
mod breaker;
mod cache;
mod client;
mod dialect;
mod error;
mod fence;
mod gather;
mod judge;
mod planner;
mod prompt;
mod schema;
mod spending;
mod talk;
mod tokens;
mod tools;
mod transport;

pub use cache::{Answers, RedisAnswers};
pub use client::ping;
pub use error::CallError;
pub use planner::ModelPlanner;
pub use spending::{Spending, StoreSpending};
