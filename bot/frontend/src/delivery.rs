//! The way out: [`FrontEnd`] is what a platform implements, [`Deliverer`] is what brings it every reply of the
//! outbox. A reply is in the outbox from the moment its run ended, so it is delivered after any crash; leases let
//! several processes share the work, and a reply is settled once.

use rowcall_core::{ConversationId, Platform};
use rowcall_shared::{
    ProgressEvent, Store,
    progress::What,
    store::{Delivery, StoreError, retrying},
};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::{broadcast, mpsc},
    task::{self, JoinSet},
    time::MissedTickBehavior,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// A chat platform, as delivery sees it. Events come in the other way: the platform's own code turns them into an
/// `Inbound` for [`crate::Intake`].
pub trait FrontEnd: Send + Sync + 'static {
    /// Which platform's replies it delivers.
    fn platform(&self) -> Platform;

    /// Brings a reply to its place. The same delivery may come again, also from another process, when this one
    /// dies or the store is away before it is settled: where the platform can recognise a repetition (an edited
    /// message, a nonce made from `delivery.id`), it must be used.
    fn deliver(&self, delivery: &Delivery) -> impl Future<Output = Result<Delivered, DeliveryError>> + Send;

    /// Shows that a run goes on. Best effort: events are dropped when the platform is slow, since an answer is
    /// worth more than a progress bar.
    fn progress(&self, event: &ProgressEvent) -> impl Future<Output = ()> + Send {
        let _ = event;
        async {}
    }
}

/// A reply that arrived.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// The platform's id of the message, if it has one.
    pub platform_message_id: Option<String>,
}

/// A reply that did not arrive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct DeliveryError {
    /// Why, for the log and the run's page; without secrets.
    pub text: String,
    /// Whether trying again can help.
    pub retry: Retry,
}

/// Whether a delivery is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Not before this time (the platform's `retry_after`), and not before the deliverer's own backoff.
    After(Duration),
    /// The chat is gone, or the platform will never take it.
    Never,
}

/// How a deliverer works.
#[derive(Clone, Copy, Debug)]
pub struct DeliverySettings {
    /// Replies on their way at once.
    pub concurrency: usize,
    /// How long a process may be silent before another delivers what it took. It is renewed while a delivery waits for
    /// its turn or its platform.
    pub lease: Duration,
    /// When a single delivery is given up for this time, whatever it waits for.
    pub limit: Duration,
    /// Tries before a reply is a dead letter.
    pub max_attempts: i32,
    /// Wait after the first failure; doubled for each further one, up to five minutes.
    pub backoff: Duration,
    /// How often the outbox is looked at without being told to: what a lost event costs.
    pub poll: Duration,
}

impl Default for DeliverySettings {
    fn default() -> Self {
        Self {
            concurrency: 16,
            lease: Duration::from_secs(30),
            limit: Duration::from_secs(300),
            max_attempts: 8,
            backoff: Duration::from_secs(1),
            poll: Duration::from_secs(1),
        }
    }
}

/// Brings one platform its replies.
pub struct Deliverer<F> {
    store: Store,
    front_end: Arc<F>,
    settings: DeliverySettings,
}

impl<F: FrontEnd> Deliverer<F> {
    /// A deliverer for `front_end`'s platform.
    pub fn new(store: Store, front_end: Arc<F>, settings: DeliverySettings) -> Self {
        Self { store, front_end, settings }
    }

    /// Delivers until `stop`, over any outage of the store and of Redis, then lets what is on its way arrive.
    /// `events` is a listener of `Progress::listen`.
    pub async fn run(self, mut events: broadcast::Receiver<Option<ProgressEvent>>, stop: CancellationToken) {
        let platform = self.front_end.platform();
        let shown = self.show_progress(stop.clone());
        let mut poll = tokio::time::interval(self.settings.poll);
        poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut work = Work::default();
        let mut look = true;
        let mut events_open = true;
        let mut store_away = false;
        loop {
            let room = self.settings.concurrency.saturating_sub(work.tasks.len());
            if look && room > 0 {
                match self.take(room).await {
                    Ok(taken) => {
                        // A full batch may have left some behind.
                        look = taken.len() == room;
                        taken.into_iter().for_each(|delivery| self.start(&mut work, delivery));
                        if std::mem::take(&mut store_away) {
                            tracing::info!(%platform, "the store is back, deliveries go on");
                        }
                    }
                    Err(error) => {
                        look = false; // the next tick tries again
                        if !std::mem::replace(&mut store_away, true) {
                            tracing::warn!(%error, %platform, "deliveries wait for the store");
                        }
                    }
                }
            }
            tokio::select! {
                () = stop.cancelled() => break,
                Some(joined) = work.tasks.join_next_with_id() => look |= work.ended(joined),
                event = events.recv(), if events_open => match event {
                    Ok(Some(event)) if event.platform == platform => {
                        if matches!(event.what, What::Ended { .. }) {
                            look |= work.reply_waits(event.conversation_id);
                        }
                        // Full means the platform is slow: this step's picture is dropped.
                        let _ = shown.try_send(event);
                    }
                    Ok(Some(_)) => {}
                    Ok(None) | Err(broadcast::error::RecvError::Lagged(_)) => look = true,
                    Err(broadcast::error::RecvError::Closed) => events_open = false,
                },
                _ = poll.tick() => look = true,
            }
        }
        let drain = async { while work.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(self.settings.lease, drain).await.is_err() {
            tracing::warn!(%platform, "some deliveries did not finish in time; they will be tried again");
        }
    }

    /// Takes what is due, each with the token that settles it. The token is new every time: an attempt whose lease
    /// ran out must not settle the attempt that followed it.
    async fn take(&self, limit: usize) -> Result<Vec<(Delivery, String)>, StoreError> {
        let owner = Uuid::new_v4().to_string();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let platform = self.front_end.platform();
        let taken = self.store.take_deliveries(platform, None, &owner, self.settings.lease, limit).await?;
        Ok(taken.into_iter().map(|delivery| (delivery, owner.clone())).collect())
    }

    fn start(&self, work: &mut Work, (delivery, owner): (Delivery, String)) {
        let (store, front_end, settings) = (self.store.clone(), self.front_end.clone(), self.settings);
        let conversation = delivery.conversation_id;
        let task = work.tasks.spawn(async move {
            let outcome = tokio::select! {
                outcome = attempt(&*front_end, &delivery, settings) => outcome,
                () = lost(&store, &delivery, &owner, settings.lease) => return,
            };
            settle(&store, &delivery, &owner, outcome, settings).await;
        });
        work.conversations.insert(task.id(), conversation);
    }

    /// A task that shows progress, one event after the other.
    fn show_progress(&self, stop: CancellationToken) -> mpsc::Sender<ProgressEvent> {
        let (sender, mut receiver) = mpsc::channel(256);
        let front_end = self.front_end.clone();
        tokio::spawn(async move {
            let show = async {
                while let Some(event) = receiver.recv().await {
                    front_end.progress(&event).await;
                }
            };
            tokio::select! { () = show => {}, () = stop.cancelled() => {} }
        });
        sender
    }
}

/// What is on its way.
#[derive(Default)]
struct Work {
    tasks: JoinSet<()>,
    conversations: HashMap<task::Id, ConversationId>,
    /// Conversations in which another reply waits for the one on its way.
    followed: HashSet<ConversationId>,
}

impl Work {
    /// A reply of this conversation is ready. Whether to look for it now.
    fn reply_waits(&mut self, conversation: ConversationId) -> bool {
        let busy = self.conversations.values().any(|c| *c == conversation);
        if busy {
            self.followed.insert(conversation);
        }
        !busy
    }

    /// A delivery ended. Whether its conversation has another one waiting.
    fn ended(&mut self, joined: Result<(task::Id, ()), task::JoinError>) -> bool {
        let id = match joined {
            Ok((id, ())) => id,
            Err(error) => {
                // Its lease runs out and it is tried again, until its attempts are used up.
                tracing::error!(%error, "a delivery panicked");
                error.id()
            }
        };
        self.conversations.remove(&id).is_some_and(|conversation| self.followed.remove(&conversation))
    }
}

async fn attempt<F: FrontEnd>(
    front_end: &F,
    delivery: &Delivery,
    settings: DeliverySettings,
) -> Result<Delivered, DeliveryError> {
    if delivery.attempt > settings.max_attempts {
        // It was taken this often and never settled: whoever delivers it dies of it.
        return Err(DeliveryError {
            text: format!("taken {} times without an outcome", delivery.attempt - 1),
            retry: Retry::Never,
        });
    }
    let limit = settings.limit;
    match tokio::time::timeout(limit, front_end.deliver(delivery)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(DeliveryError {
            text: format!("no answer from {} within {} s", front_end.platform(), limit.as_secs()),
            retry: Retry::After(Duration::ZERO),
        }),
    }
}

/// Renews the delivery's lease; ends when it is lost, and with it the right to send. A store that is away takes no lease
/// before its time.
async fn lost(store: &Store, delivery: &Delivery, owner: &str, lease: Duration) {
    let mut kept = tokio::time::Instant::now();
    loop {
        tokio::time::sleep(lease / 4).await;
        match store.keep_delivery(delivery.id, owner, lease).await {
            Ok(true) => kept = tokio::time::Instant::now(),
            Ok(false) => break,
            Err(error) => tracing::debug!(%error, run.id = %delivery.run_id, "a delivery could not be kept"),
        }
        if kept.elapsed() >= lease * 3 / 4 {
            break;
        }
    }
    tracing::warn!(run.id = %delivery.run_id, "a delivery was lost to another process");
}

async fn settle(
    store: &Store,
    delivery: &Delivery,
    owner: &str,
    outcome: Result<Delivered, DeliveryError>,
    settings: DeliverySettings,
) {
    let attempt = delivery.attempt;
    // After the lease another process settles it; until then this one keeps trying to.
    let patience = settings.lease;
    let settled = match &outcome {
        Ok(delivered) => {
            let id = delivered.platform_message_id.as_deref();
            retrying(patience, || store.delivered(delivery.id, owner, id)).await
        }
        Err(error) => {
            let wait = next_try(error.retry, attempt, settings);
            match wait {
                Some(wait) => {
                    let ms = wait.as_millis();
                    tracing::warn!(%error, run.id = %delivery.run_id, attempt, wait_ms = %ms, "delivery failed");
                }
                None => {
                    tracing::error!(%error, run.id = %delivery.run_id, attempt, "delivery is a dead letter")
                }
            }
            retrying(patience, || store.delivery_failed(delivery.id, owner, &error.text, wait)).await
        }
    };
    match settled {
        Ok(true) => {}
        Ok(false) => tracing::warn!(run.id = %delivery.run_id, "another process took this delivery over"),
        Err(error) => tracing::warn!(%error, run.id = %delivery.run_id, "delivery could not be settled"),
    }
}

/// When a failed delivery is tried again; `None` for a dead letter.
fn next_try(retry: Retry, attempt: i32, settings: DeliverySettings) -> Option<Duration> {
    let Retry::After(asked) = retry else { return None };
    if attempt >= settings.max_attempts {
        return None;
    }
    let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(0).min(16);
    let backoff = settings.backoff.saturating_mul(1 << doublings).min(Duration::from_secs(300));
    Some(backoff.max(asked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_obey_the_platform_and_end() {
        let settings = DeliverySettings { max_attempts: 20, ..DeliverySettings::default() };
        let check = |retry, attempt, expected: Option<u64>| {
            assert_eq!(next_try(retry, attempt, settings), expected.map(Duration::from_secs));
        };
        check(Retry::After(Duration::ZERO), 1, Some(1));
        check(Retry::After(Duration::ZERO), 4, Some(8));
        check(Retry::After(Duration::from_secs(60)), 4, Some(60));
        check(Retry::After(Duration::ZERO), 19, Some(300));
        check(Retry::After(Duration::ZERO), 20, None);
        check(Retry::Never, 1, None);
    }
}
