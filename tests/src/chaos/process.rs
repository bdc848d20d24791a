//! Starting and killing worker processes.

use super::kill::{KillAt, Point};
use crate::World;
use serde::{Deserialize, Serialize};
use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

/// What a worker process is told, as JSON in its only argument.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WorkerOrders {
    /// The store.
    pub database_url: String,
    /// Redis.
    pub redis_url: String,
    /// The installation.
    pub namespace: String,
    /// Which list of steps it works through.
    pub pipeline: PipelineKind,
    /// How long it may be silent before another takes its run.
    pub lease: Duration,
    /// Runs at once.
    pub concurrency: usize,
    /// Where it dies, if it must.
    pub kill: Option<KillAt>,
}

/// Lists of steps to work through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PipelineKind {
    /// [`crate::synthetic::pipeline`].
    Synthetic,
    /// The product's own.
    Questions,
}

impl WorkerOrders {
    /// A worker of a world, with times short enough for a test.
    pub fn new(world: &World, pipeline: PipelineKind) -> Self {
        Self {
            database_url: world.config.database_url.reveal().to_owned(),
            redis_url: world.config.redis_url.reveal().to_owned(),
            namespace: world.config.namespace.clone(),
            pipeline,
            lease: Duration::from_millis(1500),
            concurrency: 4,
            kill: None,
        }
    }

    /// The same, dying at a point.
    pub fn dying(mut self, at: KillAt) -> Self {
        self.kill = Some(at);
        self
    }
}

/// A running worker process; killed when dropped.
pub struct WorkerProcess(Child);

impl WorkerProcess {
    /// Starts one. `program` is the path of `chaos-worker`.
    pub fn start(program: &str, orders: &WorkerOrders) -> Self {
        let child = Command::new(program)
            .arg(serde_json::to_string(orders).unwrap())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }

    /// Whether it has ended.
    pub fn is_dead(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }

    /// Waits until it has ended; false when it has not within `patience`.
    pub async fn died(&mut self, patience: Duration) -> bool {
        let until = tokio::time::Instant::now() + patience;
        while !self.is_dead() {
            if tokio::time::Instant::now() > until {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        true
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for WorkerProcess {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Every point at which a worker can die while it takes a run through steps of these names.
pub fn kill_points(steps: &[&str]) -> Vec<KillAt> {
    let whole = |point| KillAt { point, step: None, after: Duration::ZERO };
    let mut points = vec![whole(Point::Taken), whole(Point::Recorded), whole(Point::Finished)];
    for step in steps {
        for point in [Point::Before, Point::During, Point::After] {
            points.push(KillAt { point, step: Some((*step).to_owned()), after: Duration::ZERO });
        }
    }
    points
}
