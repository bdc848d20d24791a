//! Workers: take runs through their stages. Only this crate talks to target sources and to models; it holds no
//! platform token.

pub mod engine;

mod consumer;
mod reconciler;

use engine::Engine;
use rowcall_shared::{Queue, Store};
use tokio_util::sync::CancellationToken;

/// One worker process: is rung by the queue, looks after what the queue forgot, advances runs.
#[derive(Clone)]
pub struct Worker {
    /// The store.
    pub store: Store,
    /// The queue.
    pub queue: Queue,
    /// What takes a run through its steps.
    pub engine: Engine,
    /// Runs at once.
    pub concurrency: usize,
}

impl Worker {
    /// Works until `stop`, then finishes the runs that are under way.
    pub async fn run(self, stop: CancellationToken) {
        let Self { store, queue, engine, concurrency } = self;
        tokio::join!(
            consumer::consume(queue.clone(), engine.clone(), concurrency, stop.clone()),
            reconciler::reconcile(store, queue, engine, concurrency, stop),
        );
    }
}
