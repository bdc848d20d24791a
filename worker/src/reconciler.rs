//! What makes "nothing is lost" true when a doorbell did not ring: looks in the store for runs that nobody looks
//! after and rings again; while Redis is away, takes them itself.

use crate::{consumer, engine::Engine};
use rowcall_core::{Platform, RunId};
use rowcall_shared::{Queue, Store};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::{sync::Semaphore, time::Instant};
use tokio_util::sync::CancellationToken;

/// How often the store is looked at.
const EVERY: Duration = Duration::from_secs(1);
/// A queued run younger than this has its ring on the way.
const GRACE: Duration = Duration::from_secs(2);
/// Runs looked after at once: more wait for the next look.
const BATCH: i64 = 200;
/// A run that was rung for is not rung for again before this time: in a long queue it only waits its turn.
const AGAIN: Duration = Duration::from_secs(15);
/// apalis never forgets a finished job.
const VACUUM_EVERY: Duration = Duration::from_secs(60);
/// How long a question back waits for its answer.
const UNANSWERED: Duration = Duration::from_secs(24 * 3600);
/// How long the answer to a closed command line waits.
const UNCLAIMED: Duration = Duration::from_secs(3600);

/// Looks after runs until `stop`.
pub async fn reconcile(
    store: Store,
    queue: Queue,
    engine: Engine,
    concurrency: usize,
    stop: CancellationToken,
) {
    let local = Arc::new(Semaphore::new(concurrency));
    let mut vacuumed = Instant::now();
    let mut rung: HashMap<RunId, Instant> = HashMap::new();
    loop {
        tokio::select! { () = tokio::time::sleep(EVERY) => {}, () = stop.cancelled() => return }
        match store.stuck(GRACE, BATCH).await {
            Ok(stuck) => {
                rung.retain(|_, when| when.elapsed() < AGAIN);
                for run_id in stuck.runs {
                    if rung.contains_key(&run_id) {
                        continue;
                    }
                    if queue.push(run_id).await.is_ok() {
                        rung.insert(run_id, Instant::now());
                        continue;
                    }
                    // Redis is away: answer without it, no more at once than with it.
                    let Ok(permit) = local.clone().try_acquire_owned() else { break };
                    let (queue, engine) = (queue.clone(), engine.clone());
                    tokio::spawn(async move {
                        consumer::advance(&queue, &engine, run_id).await;
                        drop(permit);
                    });
                }
            }
            Err(error) => tracing::warn!(%error, "the store cannot be looked at"),
        }
        if let Err(error) = queue.promote().await {
            tracing::debug!(%error, "due jobs were not promoted");
        }
        if vacuumed.elapsed() >= VACUUM_EVERY {
            vacuumed = Instant::now();
            match store.expire_clarifications(UNANSWERED).await {
                Ok(0) => {}
                Ok(expired) => tracing::info!(expired, "questions back were never answered"),
                Err(error) => tracing::debug!(%error, "unanswered questions back were not looked at"),
            }
            if let Err(error) = store.abandon_deliveries(Platform::Cli, UNCLAIMED).await {
                tracing::debug!(%error, "unclaimed answers were not looked at");
            }
            match queue.vacuum().await {
                Ok(removed) => tracing::debug!(removed, "finished jobs removed"),
                Err(error) => tracing::debug!(%error, "finished jobs were not removed"),
            }
        }
    }
}
