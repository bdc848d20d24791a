//! How fast a platform may be spoken to: one budget for the whole bot, one for each chat. Answers wait for their
//! turn; progress is shown only when it costs no answer its turn.

use std::{collections::HashMap, sync::Mutex, time::Duration};
use tokio::time::Instant;

/// The budget of one chat, as "so many in so long".
#[derive(Clone, Copy, Debug)]
pub struct PaceLimits {
    /// Requests to the chat ...
    pub chat: u32,
    /// ... in this time.
    pub chat_window: Duration,
}

/// The budgets, and what has been spent of them.
pub struct Pace {
    overall: PaceWindow,
    state: Mutex<State>,
}

#[derive(Clone, Copy)]
struct PaceWindow {
    requests: u32,
    window: Duration,
}

#[derive(Default)]
struct State {
    overall: Spent,
    chats: HashMap<String, (PaceWindow, Spent)>,
}

/// Requests as a level that drains: full means wait.
#[derive(Clone, Copy, Default)]
struct Spent {
    level: f64,
    at: Option<Instant>,
    /// The platform said: not before.
    paused_until: Option<Instant>,
}

impl Spent {
    fn drain(&mut self, limit: PaceWindow, now: Instant) {
        if let Some(at) = self.at {
            let rate = f64::from(limit.requests) / limit.window.as_secs_f64();
            self.level = (self.level - now.duration_since(at).as_secs_f64() * rate).max(0.0);
        }
        self.at = Some(now);
    }

    /// How long until one more fits, `spare` of the budget left untouched.
    fn wait(&mut self, limit: PaceWindow, spare: f64, now: Instant) -> Duration {
        self.drain(limit, now);
        let room = f64::from(limit.requests) * (1.0 - spare);
        let over = (self.level + 1.0 - room.max(1.0)).max(0.0);
        let rate = f64::from(limit.requests) / limit.window.as_secs_f64();
        let drained = Duration::from_secs_f64(over / rate);
        let paused = self.paused_until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now));
        drained.max(paused)
    }
}

/// Chats remembered before those that are quiet again are forgotten.
const CHATS: usize = 4096;

impl Pace {
    /// Budgets with nothing spent: so many requests a second over all chats, and so many at once after silence. Both
    /// together are what leaves in any second, evenly, so that a second that arrives late does not meet the next.
    pub fn new(per_second: u32, at_once: u32) -> Self {
        let at_once = at_once.max(1);
        let window = Duration::from_secs(1) * at_once / per_second.max(1);
        Self { overall: PaceWindow { requests: at_once, window }, state: Mutex::default() }
    }

    /// Waits until one more request to `chat` fits both budgets, and spends it.
    pub async fn turn(&self, chat: &str, limits: PaceLimits) {
        loop {
            let wait = self.spend(chat, limits, 0.0);
            if wait.is_zero() {
                return;
            }
            tokio::time::sleep(wait.max(Duration::from_millis(1))).await;
        }
    }

    /// Spends one request to `chat` if there is plenty of room, half of each budget being left to answers; else does
    /// nothing.
    pub fn turn_if_idle(&self, chat: &str, limits: PaceLimits) -> bool {
        self.spend(chat, limits, 0.5).is_zero()
    }

    /// Obeys a platform that said "too many": nothing to `chat` (or, without one, to anybody) for so long.
    pub fn pause(&self, chat: Option<&str>, for_: Duration) {
        let until = Instant::now() + for_;
        let mut state = self.lock();
        let spent = match chat {
            None => &mut state.overall,
            Some(chat) => {
                let fresh = (PaceWindow { requests: 1, window: Duration::from_secs(1) }, Spent::default());
                &mut state.chats.entry(chat.to_owned()).or_insert(fresh).1
            }
        };
        spent.paused_until = spent.paused_until.max(Some(until));
    }

    fn spend(&self, chat: &str, limits: PaceLimits, spare: f64) -> Duration {
        let now = Instant::now();
        let window = PaceWindow { requests: limits.chat.max(1), window: limits.chat_window };
        let mut state = self.lock();
        let state = &mut *state;
        if state.chats.len() >= CHATS {
            state
                .chats
                .retain(|_, (limit, spent)| !spent.wait(*limit, 0.0, now).is_zero() || spent.level > 0.0);
        }
        let (limit, spent) = state.chats.entry(chat.to_owned()).or_insert((window, Spent::default()));
        *limit = window;
        let wait = spent.wait(window, spare, now).max(state.overall.wait(self.overall, spare, now));
        if wait.is_zero() {
            spent.level += 1.0;
            state.overall.level += 1.0;
        }
        wait
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // Nothing in here can panic half way.
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: PaceLimits = PaceLimits { chat: 2, chat_window: Duration::from_secs(2) };

    #[tokio::test(start_paused = true)]
    async fn a_chat_gets_its_burst_and_then_its_rate() {
        let pace = Pace::new(30, 30);
        let began = Instant::now();
        for _ in 0..4 {
            pace.turn("a", LIMITS).await;
        }
        let took = began.elapsed();
        assert!(took >= Duration::from_millis(1990) && took < Duration::from_millis(2200), "{took:?}");
        // Another chat does not wait for it.
        let began = Instant::now();
        pace.turn("b", LIMITS).await;
        assert!(began.elapsed().is_zero());
    }

    #[tokio::test(start_paused = true)]
    async fn the_whole_bot_has_a_budget_too() {
        let pace = Pace::new(10, 3);
        let began = Instant::now();
        let mut sent = Vec::new();
        for n in 0..33 {
            pace.turn(&n.to_string(), LIMITS).await;
            sent.push(began.elapsed());
        }
        assert!(sent[2].is_zero() && sent[32] < Duration::from_millis(3100), "{sent:?}");
        for some in sent.windows(14) {
            assert!(some[13] - some[0] > Duration::from_secs(1), "fourteen in a second: {some:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn progress_leaves_room_for_answers() {
        let pace = Pace::new(30, 30);
        assert!(pace.turn_if_idle("a", LIMITS));
        assert!(!pace.turn_if_idle("a", LIMITS), "the rest is for the answer");
        let began = Instant::now();
        pace.turn("a", LIMITS).await;
        assert!(began.elapsed().is_zero());
    }

    #[tokio::test(start_paused = true)]
    async fn a_platform_that_says_wait_is_obeyed() {
        let pace = Pace::new(30, 30);
        pace.pause(Some("a"), Duration::from_secs(7));
        assert!(!pace.turn_if_idle("a", LIMITS));
        let began = Instant::now();
        pace.turn("b", LIMITS).await;
        assert!(began.elapsed().is_zero());
        pace.turn("a", LIMITS).await;
        assert!(began.elapsed() >= Duration::from_secs(7));
        pace.pause(None, Duration::from_secs(3));
        let began = Instant::now();
        pace.turn("c", LIMITS).await;
        assert!(began.elapsed() >= Duration::from_secs(3));
    }
}
