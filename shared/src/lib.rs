//! What `bot`, `worker` and the command line share: the store (the one source of truth), the queue that says
//! where to look, live progress, and the configuration.
//!
//! Nothing here knows a chat platform, a model or a target source.

pub mod audit;
pub mod config;
pub mod progress;
pub mod queue;
pub mod redis_link;
pub mod secret;
pub mod store;

pub use config::{Config, ConfigError};
pub use progress::{Progress, ProgressEvent};
pub use queue::Queue;
pub use redis_link::RedisLink;
pub use secret::Secret;
pub use store::Store;
