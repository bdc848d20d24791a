//! The queue: apalis on Redis, used as a doorbell. A job holds the id of a run or ticket and nothing else, may come
//! twice, late or never; the store says what is to be done. Settings and their reasons are in `docs/adr/0002-queue.md`.

use crate::redis_link::RedisLink;
use apalis_core::{backend::Vacuum, task::builder::TaskBuilder};
use apalis_redis::{Config, RedisStorage, queries};
use rowcall_core::{RunId, TicketId};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A job: what to look at. They are told apart by the name of the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Job {
    /// A run.
    Run {
        /// Its id.
        run_id: RunId,
    },
    /// A ticket that may be due.
    Ticket {
        /// Its id.
        ticket_id: TicketId,
    },
}

/// Due jobs that the promoting script of apalis is given at once; about 8,000 overflow its stack.
const PROMOTE: usize = 1000;

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
        self.ring(&Job::Run { run_id }).await
    }

    /// Rings for a ticket that was approved: a worker runs its change at once.
    ///
    /// # Errors
    /// When Redis is away; the reconciler finds the ticket in the store.
    pub async fn push_ticket(&self, ticket_id: TicketId) -> Result<(), QueueError> {
        self.ring(&Job::Ticket { ticket_id }).await
    }

    async fn ring(&self, job: &Job) -> Result<(), QueueError> {
        let body = serde_json::to_vec(job).map_err(|e| QueueError(e.to_string()))?;
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

    /// Moves due jobs to the active list in bounded pieces, when so many wait that apalis's own script would fail.
    /// Gives how many were moved.
    ///
    /// # Errors
    /// When Redis is away.
    pub async fn promote(&self) -> Result<usize, QueueError> {
        let failed = |error: redis::RedisError| QueueError(error.to_string());
        let scheduled = self.config.scheduled_jobs_set();
        let mut connection = self.link.connection();
        let waiting: usize =
            redis::cmd("ZCARD").arg(&scheduled).query_async(&mut connection).await.map_err(failed)?;
        if waiting < PROMOTE {
            return Ok(0);
        }
        let script = redis::Script::new(
            "local ids = redis.call('zrangebyscore', KEYS[1], 0, ARGV[1], 'LIMIT', 0, ARGV[2])
             if #ids > 0 then
               redis.call('rpush', KEYS[2], unpack(ids))
               redis.call('zrem', KEYS[1], unpack(ids))
             end
             return #ids",
        );
        let now = chrono::Utc::now().timestamp();
        let mut moved = 0;
        for _ in 0..waiting.div_ceil(PROMOTE) {
            moved += script
                .key(&scheduled)
                .key(self.config.active_jobs_list())
                .arg(now)
                .arg(PROMOTE)
                .invoke_async::<usize>(&mut connection)
                .await
                .map_err(failed)?;
        }
        Ok(moved)
    }

    /// Removes finished jobs and their marks: apalis never forgets one. Gives how many.
    ///
    /// # Errors
    /// When Redis is away.
    pub async fn vacuum(&self) -> Result<usize, QueueError> {
        let mut storage: RedisStorage<Job> =
            RedisStorage::new(self.link.connection()).with_config(self.config.clone());
        let removed = storage.vacuum().await.map_err(|e| QueueError(e.to_string()))?;
        redis::pipe()
            .del(self.config.done_jobs_set())
            .del(self.config.dead_jobs_set())
            .query_async::<()>(&mut self.link.connection())
            .await
            .map_err(|e| QueueError(e.to_string()))?;
        Ok(removed)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_job_says_what_it_is_about() {
        let (run, ticket) = (RunId::new(), TicketId::new());
        let check = |json: serde_json::Value, job: Job| {
            assert_eq!(serde_json::from_value::<Job>(json.clone()).unwrap(), job);
            assert_eq!(serde_json::to_value(job).unwrap(), json);
        };
        check(serde_json::json!({ "run_id": run }), Job::Run { run_id: run });
        check(serde_json::json!({ "ticket_id": ticket }), Job::Ticket { ticket_id: ticket });
    }
}
