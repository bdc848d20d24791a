//! x
mod check;
mod clock;
mod form;
mod gateway;
mod permissions;
mod rate;
mod record;
mod refusal;
mod rest;
mod server;
mod settings;
mod world;

pub use clock::Clock;
pub use permissions::Permissions;
pub use record::{Request, Violation, ViolationKind};
pub use settings::{Rate, RateLimits, Settings};
