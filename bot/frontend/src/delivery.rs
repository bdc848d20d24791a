//! The way out: [`FrontEnd`] is what a platform implements, [`Deliverer`] is what brings it every reply of the
//! outbox. A reply is in the outbox from the moment its run ended, so it is delivered after any crash; leases let
//! several processes share the work, and a reply is settled once.

mod parcel;

use parcel::{Parcel, attempt, lost, settle};
use rowcall_core::{ConversationId, Platform};
use rowcall_shared::{
    ProgressEvent, Store,
    progress::What,
    store::{CardDelivery, Delivery, StoreError},
};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::{broadcast, mpsc, watch},
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

    /// Brings a change's card, as it is now, to a place where it stands or will, or says below it that it still waits.
    /// It may come again as a reply may. A platform that posts nothing has nothing to do.
    fn deliver_card(
        &self,
        delivery: &CardDelivery,
    ) -> impl Future<Output = Result<Delivered, DeliveryError>> + Send {
        let _ = delivery;
        async { Ok(Delivered::default()) }
    }

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
    stirred: Option<watch::Receiver<u64>>,
}

impl<F: FrontEnd> Deliverer<F> {
    /// A deliverer for `front_end`'s platform.
    pub fn new(store: Store, front_end: Arc<F>, settings: DeliverySettings) -> Self {
        Self { store, front_end, settings, stirred: None }
    }

    /// The same, looking for cards as soon as something was decided at this desk, too.
    #[must_use]
    pub fn stirred_by(self, desk: &crate::Desk) -> Self {
        Self { stirred: Some(desk.stirred()), ..self }
    }

    /// Delivers until `stop`, over any outage of the store and of Redis, then lets what is on its way arrive.
    /// `events` is a listener of `Progress::listen`.
    pub async fn run(
        mut self,
        mut events: broadcast::Receiver<Option<ProgressEvent>>,
        stop: CancellationToken,
    ) {
        let mut stirred = self.stirred.take();
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
                        taken.into_iter().for_each(|parcel| self.start(&mut work, parcel));
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
                () = stir(&mut stirred) => look = true,
                _ = poll.tick() => look = true,
            }
        }
        let drain = async { while work.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(self.settings.lease, drain).await.is_err() {
            tracing::warn!(%platform, "some deliveries did not finish in time; they will be tried again");
        }
    }

    /// Takes what is due, each with the token that settles it. The token is new every time: an attempt whose lease
    /// ran out must not settle the attempt that followed it. Answers come before cards.
    async fn take(&self, limit: usize) -> Result<Vec<(Parcel, String)>, StoreError> {
        let owner = Uuid::new_v4().to_string();
        let (platform, lease) = (self.front_end.platform(), self.settings.lease);
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let replies = self.store.take_deliveries(platform, None, &owner, lease, count(limit)).await?;
        let room = limit.saturating_sub(replies.len());
        let mut taken: Vec<Parcel> =
            replies.into_iter().map(|reply| Parcel::Reply(Box::new(reply))).collect();
        if room > 0 {
            match self.store.take_cards(platform, &owner, lease, count(room)).await {
                Ok(cards) => taken.extend(cards.into_iter().map(|card| Parcel::Card(Box::new(card)))),
                // The replies are taken; the cards are looked for again.
                Err(error) => tracing::warn!(%error, %platform, "cards wait for the store"),
            }
        }
        Ok(taken.into_iter().map(|parcel| (parcel, owner.clone())).collect())
    }

    fn start(&self, work: &mut Work, (parcel, owner): (Parcel, String)) {
        let (store, front_end, settings) = (self.store.clone(), self.front_end.clone(), self.settings);
        let conversation = match &parcel {
            Parcel::Reply(delivery) => Some(delivery.conversation_id),
            Parcel::Card(_) => None,
        };
        let task = work.tasks.spawn(async move {
            let outcome = tokio::select! {
                outcome = attempt(&*front_end, &parcel, settings) => outcome,
                () = lost(&store, &parcel, &owner, settings.lease) => return,
            };
            settle(&store, &parcel, &owner, outcome, settings).await;
        });
        work.started.insert(task.id(), conversation);
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

/// Waits until something was decided at the desk; for ever without one.
async fn stir(stirred: &mut Option<watch::Receiver<u64>>) {
    if let Some(desk) = stirred
        && desk.changed().await.is_ok()
    {
        return;
    }
    std::future::pending().await
}

/// What is on its way.
#[derive(Default)]
struct Work {
    tasks: JoinSet<()>,
    /// Each with the conversation that it answers in; cards answer in none.
    started: HashMap<task::Id, Option<ConversationId>>,
    /// Conversations in which another reply waits for the one on its way.
    followed: HashSet<ConversationId>,
}

impl Work {
    /// A reply of this conversation is ready. Whether to look for it now.
    fn reply_waits(&mut self, conversation: ConversationId) -> bool {
        let busy = self.started.values().any(|c| *c == Some(conversation));
        if busy {
            self.followed.insert(conversation);
        }
        !busy
    }

    /// A delivery ended. Whether something waits for that: its conversation's next reply, or the card of a reply.
    fn ended(&mut self, joined: Result<(task::Id, ()), task::JoinError>) -> bool {
        let id = match joined {
            Ok((id, ())) => id,
            Err(error) => {
                // Its lease runs out and it is tried again, until its attempts are used up.
                tracing::error!(%error, "a delivery panicked");
                error.id()
            }
        };
        match self.started.remove(&id).flatten() {
            Some(conversation) => self.followed.remove(&conversation),
            // It may have changed on its way.
            None => true,
        }
    }
}
