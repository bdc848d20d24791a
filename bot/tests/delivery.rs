//! Replies on their way out: each settled once, in order, over crashes.

use crate::common::{LEASE, context, replies, steps, store};
use chrono::Utc;
use rowcall_bot::{Delivered, Deliverer, DeliveryError, DeliverySettings, FrontEnd, Retry};
use rowcall_core::{Actor, Inbound, Place, Platform, RunId};
use rowcall_shared::{
    Store,
    store::{Delivery, Ending},
};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

type Outcome = dyn Fn(&Delivery) -> Result<Delivered, DeliveryError> + Send + Sync;

/// A platform that writes down what it is brought.
struct Notebook {
    brought: Mutex<Vec<(RunId, i32)>>,
    outcome: Box<Outcome>,
    delay: Duration,
}

impl Notebook {
    fn new(
        delay: Duration,
        outcome: impl Fn(&Delivery) -> Result<Delivered, DeliveryError> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { brought: Mutex::default(), outcome: Box::new(outcome), delay })
    }

    fn runs(&self) -> Vec<RunId> {
        self.brought.lock().unwrap().iter().map(|(run, _)| *run).collect()
    }
}

impl FrontEnd for Notebook {
    fn platform(&self) -> Platform {
        Platform::Discord
    }

    async fn deliver(&self, delivery: &Delivery) -> Result<Delivered, DeliveryError> {
        self.brought.lock().unwrap().push((delivery.run_id, delivery.attempt));
        tokio::time::sleep(self.delay).await;
        (self.outcome)(delivery)
    }
}

fn settings() -> DeliverySettings {
    DeliverySettings {
        lease: Duration::from_millis(900),
        limit: Duration::from_millis(600),
        max_attempts: 3,
        backoff: Duration::from_millis(20),
        poll: Duration::from_millis(50),
        ..DeliverySettings::default()
    }
}

fn run_deliverer(store: &Store, notebook: &Arc<Notebook>, stop: &CancellationToken) {
    let (_, events) = broadcast::channel(1); // closed at once: no Redis, only looks at the store
    tokio::spawn(Deliverer::new(store.clone(), notebook.clone(), settings()).run(events, stop.clone()));
}

/// A run of the conversation `key` whose reply is in the outbox.
async fn ended(store: &Store, key: &str, number: usize) -> RunId {
    let place = Place { platform: Platform::Discord, key: key.into() };
    let actor = Actor::local(Platform::Discord, "ada", Utc::now());
    let inbound = Inbound::question(place, format!("{key}:{number}"), actor, "how many?");
    let run = store.accept(&inbound, "shop").await.unwrap().run_id;
    let taken = store.take(run, LEASE).await.unwrap().unwrap();
    let ending = Ending { reply: replies::number(run), plan: None, steps: steps(&taken) };
    assert!(store.finish(&taken.lease, &ending).await.unwrap());
    run
}

async fn wait(store: &Store, run: RunId, state: &str) {
    for _ in 0..600 {
        let capsule = store.capsule(run).await.unwrap().unwrap();
        if capsule.delivery.as_deref() == Some(state) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the delivery of {run} did not become {state}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_deliverers_bring_each_reply_once_and_in_order() {
    let store = store().await;
    let stop = CancellationToken::new();
    let mut runs = Vec::new();
    for number in 0..8 {
        for key in ["a", "b", "c"] {
            runs.push((key, ended(&store, key, number).await));
        }
    }
    let notebook = Notebook::new(Duration::from_millis(5), |_| Ok(Delivered::default()));
    run_deliverer(&store, &notebook, &stop);
    run_deliverer(&store, &notebook, &stop);
    for (_, run) in &runs {
        wait(&store, *run, "delivered").await;
    }
    let brought = notebook.runs();
    assert_eq!(brought.len(), runs.len(), "each once");
    for key in ["a", "b", "c"] {
        let of_key: Vec<RunId> = runs.iter().filter(|(k, _)| *k == key).map(|(_, run)| *run).collect();
        let arrived: Vec<RunId> = brought.iter().copied().filter(|run| of_key.contains(run)).collect();
        assert_eq!(arrived, of_key, "conversation {key} in its order");
    }
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_delivering_and_settling_is_repaired_once_the_lease_ends() {
    let store = store().await;
    let stop = CancellationToken::new();
    let run = ended(&store, "a", 0).await;
    let next = ended(&store, "a", 1).await;
    // A process that takes it, delivers, and dies before it says so.
    let lease = Duration::from_millis(300);
    let taken = store.take_deliveries(Platform::Discord, None, "dead", lease, 10).await.unwrap();
    assert_eq!(taken.iter().map(|d| d.run_id).collect::<Vec<_>>(), [run], "one of a conversation at a time");
    let notebook =
        Notebook::new(Duration::ZERO, |_| Ok(Delivered { platform_message_id: Some("m1".into()) }));
    run_deliverer(&store, &notebook, &stop);
    wait(&store, run, "delivered").await;
    wait(&store, next, "delivered").await;
    assert_eq!(
        *notebook.brought.lock().unwrap(),
        [(run, 2), (next, 1)],
        "the platform is told it is a repetition"
    );
    assert!(!store.delivered(taken[0].id, "dead", None).await.unwrap(), "the dead settle nothing");
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_are_tried_again_and_end_as_dead_letters_that_hold_up_nothing() {
    let store = store().await;
    let stop = CancellationToken::new();
    let flaky = ended(&store, "a", 0).await;
    let hopeless = ended(&store, "b", 0).await;
    let gone = ended(&store, "c", 0).await;
    let after = ended(&store, "c", 1).await;
    let notebook = Notebook::new(Duration::ZERO, move |delivery| {
        let error = |retry| Err(DeliveryError { text: "the platform says no".into(), retry });
        match delivery.run_id {
            run if run == flaky && delivery.attempt < 3 => error(Retry::After(Duration::ZERO)),
            run if run == hopeless => error(Retry::After(Duration::ZERO)),
            run if run == gone => error(Retry::Never),
            _ => Ok(Delivered::default()),
        }
    });
    run_deliverer(&store, &notebook, &stop);
    wait(&store, flaky, "delivered").await;
    wait(&store, hopeless, "dead").await;
    wait(&store, gone, "dead").await;
    wait(&store, after, "delivered").await;
    let attempts = |run: RunId| notebook.runs().into_iter().filter(|r| *r == run).count();
    assert_eq!((attempts(flaky), attempts(hopeless), attempts(gone)), (3, 3, 1));
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_hangs_or_panics_is_given_up_and_tried_again() {
    let store = store().await;
    let stop = CancellationToken::new();
    let run = ended(&store, "a", 0).await;
    let notebook = Notebook::new(Duration::ZERO, |delivery| {
        assert!(delivery.attempt > 1, "the first attempt panics");
        Ok(Delivered::default())
    });
    run_deliverer(&store, &notebook, &stop);
    wait(&store, run, "delivered").await;
    stop.cancel();

    let slow = ended(&store, "b", 0).await;
    let stop = CancellationToken::new();
    let notebook = Notebook::new(Duration::from_secs(3600), |_| Ok(Delivered::default()));
    run_deliverer(&store, &notebook, &stop);
    wait(&store, slow, "dead").await;
    assert_eq!(notebook.runs().len(), 3);
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_of_another_version_is_a_dead_letter_at_once() {
    let store = store().await;
    let _ = context(&store).await;
    let run = ended(&store, "a", 0).await;
    sqlx::query(
        "UPDATE messages SET reply = '{\"from\": \"the future\"}' WHERE run_id = $1 AND author = 'rowcall'",
    )
    .bind(run.0)
    .execute(store.pool())
    .await
    .unwrap();
    let after = ended(&store, "a", 1).await;
    let stop = CancellationToken::new();
    let notebook = Notebook::new(Duration::ZERO, |_| Ok(Delivered::default()));
    run_deliverer(&store, &notebook, &stop);
    wait(&store, after, "delivered").await;
    assert_eq!(notebook.runs(), [after]);
    stop.cancel();
}
