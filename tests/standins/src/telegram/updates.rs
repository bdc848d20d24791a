//! What the bot is to be told: the queue that polling and the webhook take from.

use std::collections::VecDeque;

use serde_json::{Value, json};

/// How often updates come twice or in another order. Chance follows from the seed of the faults.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct UpdateFaults {
    /// The probability that an update comes a second time, with the same `update_id`, even if it was confirmed.
    pub repeat: f64,
    /// The probability that an update comes before the one that happened before it.
    pub swap: f64,
}

pub(crate) struct Queued {
    pub id: i64,
    pub body: Value,
    /// A second copy: it is given once, whatever was confirmed.
    pub again: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Webhook {
    pub url: String,
    pub secret: Option<String>,
    pub last_error: Option<String>,
}

/// Kinds that Telegram leaves out unless a bot asks for them.
const UNASKED: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

pub(crate) struct Updates {
    pub queue: VecDeque<Queued>,
    pub webhook: Option<Webhook>,
    pub allowed: Vec<String>,
    pub faults: UpdateFaults,
    /// Counts polls, so that an older one knows that a newer one has come.
    pub poll: u64,
    last: Option<(i64, Value)>,
    next: i64,
}

impl Default for Updates {
    fn default() -> Self {
        Updates {
            queue: VecDeque::new(),
            webhook: None,
            allowed: Vec::new(),
            faults: UpdateFaults::default(),
            poll: 0,
            last: None,
            next: 400_001,
        }
    }
}

impl Updates {
    /// Adds an update, unless the bot did not ask for its kind.
    pub(crate) fn push(&mut self, kind: &str, body: Value, repeat: bool, swap: bool) {
        let wanted = if self.allowed.is_empty() {
            !UNASKED.contains(&kind)
        } else {
            self.allowed.iter().any(|allowed| allowed == kind)
        };
        if !wanted {
            return;
        }
        let id = self.next;
        self.next += 1;
        let body = json!({ "update_id": id, kind: body });
        self.last = Some((id, body.clone()));
        self.queue.push_back(Queued { id, body, again: false });
        let n = self.queue.len();
        if swap && n >= 2 {
            self.queue.swap(n - 1, n - 2);
        }
        if repeat {
            self.repeat_last();
        }
    }

    /// Queues the newest update a second time.
    pub(crate) fn repeat_last(&mut self) {
        if let Some((id, body)) = self.last.clone() {
            self.queue.push_back(Queued { id, body, again: true });
        }
    }

    /// Forgets what lies before `offset`; a negative one counts from the end.
    pub(crate) fn confirm(&mut self, offset: i64) {
        if offset < 0 {
            let keep = usize::try_from(-offset).unwrap_or(usize::MAX);
            while self.queue.len() > keep {
                self.queue.pop_front();
            }
        } else if offset > 0 {
            self.queue.retain(|queued| queued.again || queued.id >= offset);
        }
    }

    /// The next updates; second copies leave the queue, others stay until they are confirmed.
    pub(crate) fn take(&mut self, limit: usize) -> Vec<Value> {
        let taken = self.queue.iter().take(limit).map(|queued| queued.body.clone()).collect();
        let mut position = 0;
        self.queue.retain(|queued| {
            position += 1;
            position > limit || !queued.again
        });
        taken
    }
}
