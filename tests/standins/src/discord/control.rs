//! The gateway from the test's side.

use std::sync::Arc;

use serde_json::json;

use super::gateway::sessions::Order;
use super::server::Inner;

/// Breaks the gateway on purpose and tells what it saw.
pub struct Gateway {
    pub(super) inner: Arc<Inner>,
}

impl Gateway {
    /// Breaks every connection without a goodbye; sessions can be resumed. Gives the number of connections.
    pub fn cut(&self) -> usize {
        self.inner.world().sessions.order(|| Order::Cut)
    }

    /// Asks every connection to come again (opcode 7).
    pub fn reconnect(&self) -> usize {
        self.inner.world().sessions.order(|| Order::Send(json!({"op": 7, "d": null})))
    }

    /// Closes every connection with this code.
    pub fn close(&self, code: u16) -> usize {
        self.inner.world().sessions.order(|| Order::Close(code, "Closed on purpose.".to_owned()))
    }

    /// Refuses the next Resume, so that the bot has to identify again and misses what happened meanwhile.
    pub fn refuse_next_resume(&self) {
        self.inner.world().sessions.refuse_resume = true;
    }

    /// Sends the next event of this name, such as `MESSAGE_CREATE`, twice.
    pub fn duplicate_next(&self, event: &str) {
        self.inner.world().sessions.duplicate = Some(event.to_owned());
    }

    /// Sends the next event of this name after the event that follows it.
    pub fn delay_next(&self, event: &str) {
        self.inner.world().sessions.delay = Some(event.to_owned());
    }

    /// How many shards are connected.
    pub fn connected(&self) -> usize {
        self.inner.look().sessions.connected()
    }

    /// How often a new session was opened.
    pub fn identified(&self) -> u32 {
        self.inner.look().sessions.identified
    }

    /// How often a session was continued.
    pub fn resumed(&self) -> u32 {
        self.inner.look().sessions.list.iter().map(|session| session.resumes).sum()
    }

    /// How many heartbeats came.
    pub fn heartbeats(&self) -> u32 {
        self.inner.look().sessions.heartbeats
    }

    /// The intents of the sessions that are open.
    pub fn intents(&self) -> Vec<u64> {
        self.inner.look().sessions.list.iter().map(|session| session.intents).collect()
    }
}
