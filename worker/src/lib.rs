//! Workers: take runs through their stages. Only this crate talks to target sources and to models; it holds no
//! platform token.

pub mod changes;
pub mod engine;
pub mod sources;
pub mod stages;

mod consumer;
mod reconciler;

use changes::{ChangeSettings, Changes};
use engine::{Engine, EngineSettings, NoProbe};
use rowcall_model::{ModelPlanner, RedisAnswers, StoreSpending};
use rowcall_planner::{OfflinePlanner, Planner};
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
    /// What makes approved changes.
    pub changes: Changes,
    /// Runs and changes at once.
    pub concurrency: usize,
}

/// Models first where some are configured; the planner that needs none otherwise, and when they fail.
fn planner(config: &Config, store: &Store, queue: &Queue) -> Arc<dyn Planner> {
    let Some(model) = &config.model else { return Arc::new(OfflinePlanner::default()) };
    match ModelPlanner::new(model.clone()) {
        Ok(planner) => Arc::new(
            planner
                .with_spending(Arc::new(StoreSpending::new(store.clone(), model.limits)))
                .with_answers(Arc::new(RedisAnswers::new(queue.link().clone()))),
        ),
        Err(error) => {
            tracing::error!(%error, "no connection to the model server can be made; planning without it");
            Arc::new(OfflinePlanner::default())
        }
    }
}

impl Worker {
    /// The product's worker: questions through understand, plan, check, execute and render; changes once they are
    /// approved.
    pub fn for_questions(config: &Config, store: Store, queue: Queue, progress: Progress) -> Self {
        let cache = CatalogueCache::new(Some(queue.link().connection()), config.worker.catalogue_ttl);
        let sources = Arc::new(Sources::new(store.clone(), cache));
        let planner = planner(config, &store, &queue);
        let (zone, snapshot) = (config.worker.time_zone, config.access.snapshot);
        let pipeline = stages::pipeline(store.clone(), sources.clone(), planner, zone, snapshot);
        let settings = EngineSettings::from(&config.worker);
        let changing = ChangeSettings {
            lease: settings.lease,
            oldest: snapshot,
            store_patience: settings.store_patience,
        };
        let changes = Changes::new(store.clone(), sources, progress.clone(), changing, Arc::new(NoProbe));
        let engine = Engine::new(store.clone(), progress, pipeline, settings, Arc::new(NoProbe));
        Self { store, queue, engine, changes, concurrency: config.worker.concurrency }
    }

    /// Works until `stop`, then finishes what is under way.
    pub async fn run(self, stop: CancellationToken) {
        let Self { store, queue, engine, changes, concurrency } = self;
        tokio::join!(
            consumer::consume(queue.clone(), engine.clone(), changes.clone(), concurrency, stop.clone()),
            // Seldom at work, and large.
            Box::pin(reconciler::reconcile(store, queue, engine, changes, concurrency, stop)),
        );
    }
}
