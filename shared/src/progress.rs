//! Live progress over Redis: what a person sees while a run works. It may be lost at any time; the store has
//! the truth, and whoever shows progress looks there when the run has ended.

use crate::redis_link::RedisLink;
use rowcall_core::{ConversationId, Platform, RunId, RunState};
use serde::{Deserialize, Serialize};
use tokio::sync::{broadcast, mpsc};
use tokio_util::sync::CancellationToken;

/// Something that happened to a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProgressEvent {
    /// The run.
    pub run_id: RunId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// Where it was asked.
    pub platform: Platform,
    /// What happened.
    pub what: What,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A step began.
    Started {
        /// Its name.
        step: String,
    },
    /// A step is at something that takes a while.
    Doing {
        /// Its name.
        step: String,
        /// What it is at, in a few words.
        what: String,
    },
    /// A step ended.
    Completed {
        /// Its name.
        step: String,
        /// Microseconds it took.
        micros: u64,
    },
    /// The attempt failed and the run will be tried again.
    Retrying {
        /// Milliseconds until then.
        after_ms: u64,
    },
    /// The run ended (or waits for a person), and its reply is in the outbox.
    Ended {
        /// How.
        state: RunState,
    },
}

const CHANNEL: &str = "progress";

/// The sending and receiving side; cheap to clone.
#[derive(Clone)]
pub struct Progress {
    link: RedisLink,
    outgoing: mpsc::Sender<ProgressEvent>,
}

impl Progress {
    /// Progress of this installation. Must be made inside a tokio runtime.
    pub fn new(link: RedisLink) -> Self {
        let (outgoing, events) = mpsc::channel(4096);
        tokio::spawn(publish(link.clone(), events));
        Self { link, outgoing }
    }

    /// Tells whoever listens, in order, without waiting. What cannot be told is forgotten: a person's view of the
    /// progress must not slow a run.
    pub fn tell(&self, event: ProgressEvent) {
        if self.outgoing.try_send(event).is_err() {
            tracing::debug!("progress is told faster than Redis takes it; some was dropped");
        }
    }

    /// Every event of this installation from now on, until `stop`. `None` in the channel means: some may have
    /// been missed, look at the store.
    pub fn listen(&self, stop: CancellationToken) -> broadcast::Sender<Option<ProgressEvent>> {
        let (sender, _) = broadcast::channel(4096);
        let mut messages = self.link.listen(CHANNEL, stop);
        let relay = sender.clone();
        tokio::spawn(async move {
            while let Some(payload) = messages.recv().await {
                // Without listeners sending fails, which is fine.
                let _ = relay.send(serde_json::from_str(&payload).ok());
            }
        });
        sender
    }
}

/// Publishes events, those that came together in one round trip.
async fn publish(link: RedisLink, mut events: mpsc::Receiver<ProgressEvent>) {
    let channel = link.key(CHANNEL);
    let mut batch = Vec::new();
    while events.recv_many(&mut batch, 64).await > 0 {
        let mut pipe = redis::pipe();
        for event in batch.drain(..) {
            if let Ok(payload) = serde_json::to_string(&event) {
                pipe.publish(&channel, payload).ignore();
            }
        }
        if let Err(error) = pipe.query_async::<()>(&mut link.connection()).await {
            tracing::debug!(%error, "progress could not be told");
        }
    }
}
