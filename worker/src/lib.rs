//! Workers: take runs through their stages. Only this crate talks to target sources and to models; it holds no
//! platform token.

pub mod engine;
pub mod sources;
pub mod stages;

mod consumer;
mod reconciler;

use engine::{Engine, EngineSettings, NoProbe};
use rowcall_planner::OfflinePlanner;
use rowcall_shared::{Config, Progress, Queue, Store};
use rowcall_source::CatalogueCache;
use sources::Sources;
use std::sync::Arc;
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
    /// The product's worker: questions through understand, plan, check, execute and render.
    pub fn for_questions(config: &Config, store: Store, queue: Queue, progress: Progress) -> Self {
        let cache = CatalogueCache::new(Some(queue.link().connection()), config.worker.catalogue_ttl);
        let sources = Arc::new(Sources::new(store.clone(), cache));
        let planner = Arc::new(OfflinePlanner::default());
        let (zone, snapshot) = (config.worker.time_zone, config.access.snapshot);
        let pipeline = stages::pipeline(store.clone(), sources, planner, zone, snapshot);
        let settings = EngineSettings::from(&config.worker);
        let engine = Engine::new(store.clone(), progress, pipeline, settings, Arc::new(NoProbe));
        Self { store, queue, engine, concurrency: config.worker.concurrency }
    }

    /// Works until `stop`, then finishes the runs that are under way.
    pub async fn run(self, stop: CancellationToken) {
        let Self { store, queue, engine, concurrency } = self;
        tokio::join!(
            consumer::consume(queue.clone(), engine.clone(), concurrency, stop.clone()),
            reconciler::reconcile(store, queue, engine, concurrency, stop),
        );
    }
}
