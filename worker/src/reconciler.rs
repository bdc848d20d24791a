//! What makes "nothing is lost" true when a doorbell did not ring: looks in the store for runs and tickets that nobody
//! looks after and rings again; while Redis is away, takes them itself. And what nobody asks for is done here.

use crate::{changes::Changes, consumer, engine::Engine};
use rowcall_core::{Platform, RunId, TicketId};
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
/// What was rung for is not rung for again before this time: in a long queue it only waits its turn.
const AGAIN: Duration = Duration::from_secs(15);
/// How often tickets are looked through for those that expire or are to be reminded of.
const TICKETS_EVERY: Duration = Duration::from_secs(5);
/// apalis never forgets a finished job.
const VACUUM_EVERY: Duration = Duration::from_secs(60);
/// How long a question back waits for its answer.
const UNANSWERED: Duration = Duration::from_secs(24 * 3600);
/// How long the answer to a closed command line waits.
const UNCLAIMED: Duration = Duration::from_secs(3600);

/// Looks after runs and tickets until `stop`.
pub async fn reconcile(
    store: Store,
    queue: Queue,
    engine: Engine,
    changes: Changes,
    concurrency: usize,
    stop: CancellationToken,
) {
    let mut bells = Bells {
        queue: queue.clone(),
        engine,
        changes: changes.clone(),
        local: Arc::new(Semaphore::new(concurrency)),
        rung: HashMap::new(),
    };
    let (mut vacuumed, mut looked) = (Instant::now(), Instant::now());
    loop {
        tokio::select! { () = tokio::time::sleep(EVERY) => {}, () = stop.cancelled() => return }
        match store.stuck(GRACE, BATCH).await {
            Ok(stuck) => bells.ring(stuck.runs.into_iter().map(Work::Run)).await,
            Err(error) => tracing::warn!(%error, "the store cannot be looked at"),
        }
        match store.tickets_due(GRACE, BATCH).await {
            Ok(due) => bells.ring(due.into_iter().map(Work::Ticket)).await,
            Err(error) => tracing::debug!(%error, "due tickets were not looked at"),
        }
        if let Err(error) = queue.promote().await {
            tracing::debug!(%error, "due jobs were not promoted");
        }
        if looked.elapsed() >= TICKETS_EVERY {
            looked = Instant::now();
            changes.look_after(BATCH).await;
        }
        if vacuumed.elapsed() >= VACUUM_EVERY {
            vacuumed = Instant::now();
            tidy(&store, &queue).await;
        }
    }
}

/// What is done every now and then.
async fn tidy(store: &Store, queue: &Queue) {
    match store.expire_clarifications(UNANSWERED).await {
        Ok(0) => {}
        Ok(expired) => tracing::info!(expired, "questions back were never answered"),
        Err(error) => tracing::debug!(%error, "unanswered questions back were not looked at"),
    }
    if let Err(error) = store.abandon_deliveries(Platform::Cli, UNCLAIMED).await {
        tracing::debug!(%error, "unclaimed answers were not looked at");
    }
    match store.forget_undo_images().await {
        Ok(0) => {}
        Ok(forgotten) => tracing::info!(forgotten, "changes can be taken back no more"),
        Err(error) => tracing::debug!(%error, "images of undo were not looked at"),
    }
    match queue.vacuum().await {
        Ok(removed) => tracing::debug!(removed, "finished jobs removed"),
        Err(error) => tracing::debug!(%error, "finished jobs were not removed"),
    }
}

/// Something that a worker has to look at.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Work {
    Run(RunId),
    Ticket(TicketId),
}

/// Rings, no more than is needed; while Redis is away, does the work itself.
struct Bells {
    queue: Queue,
    engine: Engine,
    changes: Changes,
    local: Arc<Semaphore>,
    rung: HashMap<Work, Instant>,
}

impl Bells {
    async fn ring(&mut self, works: impl Iterator<Item = Work>) {
        self.rung.retain(|_, when| when.elapsed() < AGAIN);
        for work in works {
            if self.rung.contains_key(&work) {
                continue;
            }
            let pushed = match work {
                Work::Run(id) => self.queue.push(id).await,
                Work::Ticket(id) => self.queue.push_ticket(id).await,
            };
            if pushed.is_ok() {
                self.rung.insert(work, Instant::now());
                continue;
            }
            // Redis is away: work without it, no more at once than with it.
            let Ok(permit) = self.local.clone().try_acquire_owned() else { break };
            let (queue, engine, changes) = (self.queue.clone(), self.engine.clone(), self.changes.clone());
            tokio::spawn(async move {
                match work {
                    Work::Run(id) => consumer::advance(&queue, &engine, id).await,
                    Work::Ticket(id) => consumer::carry_out(&queue, &changes, id).await,
                }
                drop(permit);
            });
        }
    }
}
