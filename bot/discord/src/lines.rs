//! The order in which people ask. Discord tells events in order, but serenity hands each to a task of its own, and of two
//! questions a person asks in a row the second may be a follow-up to the first. So events stand in line as they are
//! told, one line for each person in each channel, and a question is taken when those before it have been.

use serenity::{
    all::{Event, Interaction, ShardMessenger},
    gateway::CollectorCallback,
    model::id::{ChannelId, UserId},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};
use tokio::sync::oneshot;

/// Whose line it is, and where.
type Line = (ChannelId, UserId);

/// Everybody who stands in line.
#[derive(Clone, Default)]
pub struct Lines(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// The last event of each line, and when it is done.
    ends: HashMap<Line, (u64, oneshot::Receiver<()>)>,
    /// Places of events whose tasks have not begun.
    places: HashMap<u64, Turn>,
    /// What the shards tell us by: the newest of each alone.
    listening: HashMap<u32, Arc<()>>,
}

/// An event's place in its line. The line goes on when it is dropped.
pub struct Turn {
    before: Option<oneshot::Receiver<()>>,
    _done: Option<oneshot::Sender<()>>,
    /// To leave no empty line behind.
    left: Option<(Line, u64, Weak<Mutex<State>>)>,
}

impl Lines {
    /// Hears what a shard tells from now on, before serenity hands it out.
    pub fn listen(&self, shard: u32, to: &ShardMessenger) {
        let this = Arc::new(());
        let newest = Arc::downgrade(&this);
        self.state().listening.insert(shard, this);
        let lines = self.clone();
        to.add_collector(CollectorCallback(Box::new(move |event| {
            let listens = newest.strong_count() > 0;
            if listens {
                lines.hear(event);
            }
            listens
        })));
    }

    fn hear(&self, event: &Event) {
        match event {
            Event::MessageCreate(event) if !event.message.author.bot => {
                let message = &event.message;
                self.enter((message.channel_id, message.author.id), message.id.get());
            }
            Event::InteractionCreate(event) => {
                if let Interaction::Command(command) = &event.interaction {
                    self.enter((command.channel_id, command.user.id), command.id.get());
                }
            }
            _ => {}
        }
    }

    /// Puts an event at the end of a line.
    fn enter(&self, line: Line, event: u64) {
        let (done, end) = oneshot::channel();
        let mut state = self.state();
        if state.places.contains_key(&event) {
            // Told twice before its task began.
            return;
        }
        let before = state.ends.insert(line, (event, end)).map(|(_, before)| before);
        let left = Some((line, event, Arc::downgrade(&self.0)));
        state.places.insert(event, Turn { before, _done: Some(done), left });
    }

    /// An event's place; one that was not heard of waits for nobody.
    pub fn turn(&self, event: u64) -> Turn {
        let known = self.state().places.remove(&event);
        known.unwrap_or(Turn { before: None, _done: None, left: None })
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // Nothing in here can panic half way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// Waits until those before it are done.
    pub async fn come(&mut self) {
        if let Some(before) = &mut self.before {
            // Nothing is ever sent: the sender is dropped when it is done.
            let _ = before.await;
            self.before = None;
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some((line, event, lines)) = self.left.take() else { return };
        let Some(lines) = lines.upgrade() else { return };
        let mut state = lines.lock().unwrap_or_else(PoisonError::into_inner);
        if state.ends.get(&line).is_some_and(|(last, _)| *last == event) {
            state.ends.remove(&line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    const LINE: Line = (ChannelId::new(1), UserId::new(2));

    #[tokio::test]
    async fn who_comes_later_waits_whoever_is_faster() {
        let lines = Lines::default();
        (10..13).for_each(|event| lines.enter(LINE, event));
        lines.enter((ChannelId::new(1), UserId::new(3)), 13);
        let (mut third, mut second, mut first) = (lines.turn(12), lines.turn(11), lines.turn(10));
        assert!(third.come().now_or_never().is_none());
        assert!(second.come().now_or_never().is_none());
        assert!(lines.turn(13).come().now_or_never().is_some(), "another person's line");
        assert!(lines.turn(99).come().now_or_never().is_some(), "it was not heard of");
        assert!(first.come().now_or_never().is_some());
        drop(first);
        assert!(second.come().now_or_never().is_some());
        assert!(third.come().now_or_never().is_none());
        drop(second);
        assert!(third.come().now_or_never().is_some());
        drop(third);
        assert!(lines.state().ends.is_empty() && lines.state().places.is_empty());
    }
}
