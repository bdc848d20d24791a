//! The queue: apalis on Redis, used as a doorbell. A job holds a run's id and nothing else, may come twice, late
//! or never; the store says what is to be done. Settings and their reasons are in `docs/adr/0002-queue.md`.

use crate::redis_link::RedisLink;
use apalis_core::task::builder::TaskBuilder;
use apalis_redis::{Config, queries};
use rowcall_core::RunId;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A job: look at this run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdvanceRun {
    /// The run.
    pub run_id: RunId,
}

/// The channel that wakes waiting workers.
pub const WAKE: &str = "wake";

/// The queue's sending side; cheap to clone.
#[derive(Clone)]
pub struct Queue {
    link: RedisLink,
    config: Config,
}

/// A job that could not be pushed. The run is in the store, and the reconciler pushes it when Redis is back.
#[derive(Debug, thiserror::Error)]
#[error("the queue is not reachable: {0}")]
pub struct QueueError(String);

impl Queue {
    /// The queue of this installation.
    pub fn new(link: RedisLink) -> Self {
        let config = Config::default()
            .queue(link.key("runs"))
            // More than one would be hoarded by a busy worker while others are idle.
            .batch_size(1)
            // 5 s × 4: a killed worker's jobs come back after 20 s at most (the default is 300 s).
            .heartbeat_interval(Duration::from_secs(5))
            .missed_heartbeats(4)
            // The lease on the run does the locking; a second one costs a round trip for nothing.
            .lock_tasks(false)
            .emit_events(false);
        Self { link, config }
    }

    /// The settings that the receiving side must share.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The link to Redis.
    pub fn link(&self) -> &RedisLink {
        &self.link
    }

    /// Rings for a run.
    ///
    /// # Errors
    /// When Redis is away; nothing is lost then, since the run is in the store.
    pub async fn push(&self, run_id: RunId) -> Result<(), QueueError> {
        let body = serde_json::to_vec(&AdvanceRun { run_id }).map_err(|e| QueueError(e.to_string()))?;
        let task = [TaskBuilder::new(body).build()];
        let mut connection = self.link.connection();
        // Both go down one connection in this order, so a worker that wakes finds the job.
        let (pushed, woken) = futures::join!(
            queries::push_tasks(&mut connection, &self.config, &task),
            self.link.publish(WAKE, "1"),
        );
        pushed.map_err(|e| QueueError(e.to_string()))?;
        woken.map_err(|e| QueueError(e.to_string()))
    }
}
