//! The queue's receiving side: an apalis worker that is rung and looks at runs.
//!
//! apalis on Redis loses its worker when Redis goes away, needs a poll strategy to notice a job quickly, and never
//! forgets a finished job; this module is where all that is dealt with (see `docs/adr/0002-queue.md`). What a job
//! asks for is decided by the store alone.

use crate::{
    changes::{Carried, Changes},
    engine::{Advanced, Engine},
};
use apalis::layers::WorkerBuilderExt;
use apalis::prelude::{BoxDynError, WorkerBuilder};
use apalis_core::backend::ext::BackendExt;
use apalis_core::backend::ext::poll_strategy::{PollSnapshot, PollStrategy};
use apalis_redis::RedisStorage;
use rowcall_core::{RunId, TicketId};
use rowcall_shared::{
    Queue,
    queue::{Job, WAKE},
};
use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    sync::mpsc,
    time::{Interval, MissedTickBehavior, Sleep, interval},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Without a wake-up a worker looks this often: for jobs whose ring was lost, and those that came back.
const FALLBACK_POLL: Duration = Duration::from_secs(1);

/// Takes jobs until `stop`, at most `concurrency` at once, over every loss of Redis. Runs that are under way when
/// `stop` comes are finished.
pub async fn consume(
    queue: Queue,
    engine: Engine,
    changes: Changes,
    concurrency: usize,
    stop: CancellationToken,
) {
    let running = TaskTracker::new();
    while !stop.is_cancelled() {
        let ended = consume_once(&queue, (&engine, &changes), concurrency, &running, &stop).await;
        if stop.is_cancelled() {
            break;
        }
        if let Err(error) = ended {
            tracing::warn!(%error, "the queue's worker stopped, starting another");
        }
        // Long enough not to spin while Redis is away, short enough to be there when it is back.
        tokio::select! { () = tokio::time::sleep(Duration::from_millis(500)) => {}, () = stop.cancelled() => {} }
    }
    running.close();
    running.wait().await;
}

async fn consume_once(
    queue: &Queue,
    (engine, changes): (&Engine, &Changes),
    concurrency: usize,
    running: &TaskTracker,
    stop: &CancellationToken,
) -> Result<(), BoxDynError> {
    queue.link().ping().await?;
    let listening = CancellationToken::new();
    let _stop_listening = listening.clone().drop_guard();
    let storage: RedisStorage<Job> =
        RedisStorage::new(queue.link().connection()).with_config(queue.config().clone());
    let backend = storage.poll_with_strategy(WakeUp::new(queue.link().listen(WAKE, listening)));
    let handler = {
        let (queue, engine, changes) = (queue.clone(), engine.clone(), changes.clone());
        let running = running.clone();
        move |job: Job| {
            let (queue, engine, changes) = (queue.clone(), engine.clone(), changes.clone());
            // Tracked, so that it is finished when the apalis worker around it ends; spawned, so that a slow run
            // never stops the worker's heartbeat.
            let run = running.spawn(async move {
                match job {
                    Job::Run { run_id } => advance(&queue, &engine, run_id).await,
                    Job::Ticket { ticket_id } => carry_out(&queue, &changes, ticket_id).await,
                }
            });
            async move { run.await.map_err(|e| Box::new(e) as BoxDynError) }
        }
    };
    // A name cannot be used again for a while after its worker died.
    let name = format!("{}-{}", hostname(), uuid::Uuid::new_v4().simple());
    let worker = WorkerBuilder::new(name).backend(backend).concurrency(concurrency).build(handler);
    tokio::select! {
        ended = worker.run() => ended.map_err(Into::into),
        () = stop.cancelled() => Ok(()),
    }
}

/// Advances a run and sees to it that it is taken up again if it must be.
pub(crate) async fn advance(queue: &Queue, engine: &Engine, run_id: RunId) {
    let (advanced, next) = match engine.advance_in_turn(run_id).await {
        Ok(done) => done,
        Err(error) => {
            return tracing::error!(%error, run.id = %run_id, "the run waits for its lease to end");
        }
    };
    // If this process dies meanwhile, the reconciler finds the run; and so it does the next ones.
    match advanced {
        Advanced::PutBack(wait) => {
            let queue = queue.clone();
            tokio::spawn(async move {
                tokio::time::sleep(wait + Duration::from_millis(5)).await;
                let _ = queue.push(run_id).await;
            });
        }
        Advanced::Nothing | Advanced::Ended(_) | Advanced::LeaseLost => {}
    }
    for next in next {
        let _ = queue.push(next).await;
    }
}

/// Runs an approved change and sees to it that it is taken up again if it must be.
pub(crate) async fn carry_out(queue: &Queue, changes: &Changes, ticket_id: TicketId) {
    match changes.carry_out(ticket_id).await {
        Ok(Carried::Later(wait)) => {
            let queue = queue.clone();
            tokio::spawn(async move {
                tokio::time::sleep(wait + Duration::from_millis(5)).await;
                let _ = queue.push_ticket(ticket_id).await;
            });
        }
        Ok(Carried::Nothing | Carried::Settled(_) | Carried::LeaseLost) => {}
        Err(error) => {
            tracing::error!(%error, ticket.id = %ticket_id, "the ticket waits for its lease to end")
        }
    }
}

/// Wakes the apalis worker when the queue rings, and every now and then.
///
/// A ring that comes while a fetch is under way wakes a worker that is waiting for that fetch, which may have looked
/// before the job was there, and then sleeps. So every ring echoes: once the fetch is over, the worker looks again.
struct WakeUp {
    rings: mpsc::Receiver<String>,
    echo: Option<Pin<Box<Sleep>>>,
    fallback: Interval,
}

/// When a ring echoes: a fetch takes less than a millisecond, unless Redis is so busy that rings come all the time.
const ECHO: Duration = Duration::from_millis(3);

impl WakeUp {
    fn new(rings: mpsc::Receiver<String>) -> Self {
        let mut fallback = interval(FALLBACK_POLL);
        fallback.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { rings, echo: None, fallback }
    }
}

impl PollStrategy for WakeUp {
    fn poll_drive(&mut self, context: &mut Context<'_>, _: &PollSnapshot) -> Poll<Option<()>> {
        // All are polled until they are pending: only then is the worker's waker registered with them.
        let mut woken = false;
        while let Poll::Ready(Some(_)) = self.rings.poll_recv(context) {
            self.echo = Some(Box::pin(tokio::time::sleep(ECHO)));
            woken = true;
        }
        if let Some(echo) = &mut self.echo
            && echo.as_mut().poll(context).is_ready()
        {
            self.echo = None;
            woken = true;
        }
        while Pin::new(&mut self.fallback).poll_tick(context).is_ready() {
            woken = true;
        }
        if woken { Poll::Ready(Some(())) } else { Poll::Pending }
    }
}

fn hostname() -> String {
    std::env::var("HOSTNAME").ok().filter(|h| !h.is_empty()).unwrap_or_else(|| "worker".into())
}
