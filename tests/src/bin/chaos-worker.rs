//! A worker process for tests: works as the product's does, through a chosen list of steps, and dies where it is
//! told to.

#![allow(
    clippy::disallowed_methods,
    reason = "a thread of its own waits for the parent's end and leaves at once"
)]
#![allow(clippy::unwrap_used, reason = "a test's helper must stop when it cannot do what it is for")]

use rowcall_tests::{
    World,
    chaos::{Killer, PipelineKind, WorkerOrders},
    synthetic,
};
use rowcall_worker::{
    Worker,
    engine::{Engine, EngineSettings, NoProbe, Probe},
};
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let orders: WorkerOrders = serde_json::from_str(&std::env::args().nth(1).unwrap()).unwrap();
    let world = World::at(&orders.database_url, &orders.redis_url, &orders.namespace);
    let pipeline = match orders.pipeline {
        PipelineKind::Synthetic => synthetic::pipeline(world.store.pool().clone()),
        PipelineKind::Questions => rowcall_tests::questions::pipeline(&world),
    };
    let probe: Arc<dyn Probe> = match orders.kill {
        Some(at) => Arc::new(Killer(at)),
        None => Arc::new(NoProbe),
    };
    let settings = EngineSettings {
        lease: orders.lease,
        max_attempts: 5,
        retry_base: Duration::from_millis(50),
        step_timeout: Duration::from_secs(30),
        // Every step is worth a write here, so that a worker can be killed after it.
        slow: Duration::ZERO,
        store_patience: Duration::from_secs(60),
    };
    let changes = rowcall_tests::questions::changes(&world, orders.lease, probe.clone());
    let engine = Engine::new(world.store.clone(), world.progress.clone(), pipeline, settings, probe);
    let World { store, queue, .. } = world;
    let worker = Worker { store, queue, engine, changes, concurrency: orders.concurrency };
    let stop = CancellationToken::new();
    tokio::join!(worker.run(stop.clone()), until_orphaned(stop));
}

/// A parent that dies must not leave workers behind.
async fn until_orphaned(stop: CancellationToken) {
    let parent = std::os::unix::process::parent_id();
    while std::os::unix::process::parent_id() == parent {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    stop.cancel();
}
