//! A server that fails again and again is left alone for a while, so that questions go to the offline planner at once
//! instead of after a minute of waiting each.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// Counts the failures of one server.
pub struct Breaker {
    failures: u32,
    pause: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    in_a_row: u32,
    /// Left alone until then.
    until: Option<Instant>,
    /// Somebody is trying whether it works again.
    trying: Option<Instant>,
}

impl Breaker {
    /// Opens after so many failures in a row, for `pause`.
    pub fn new(failures: u32, pause: Duration) -> Self {
        Self { failures, pause, state: Mutex::default() }
    }

    /// Whether the server may be asked now. After the pause one request may try; the others wait for what it finds, but
    /// no longer than another pause: it may have been given up on the way.
    pub fn allows(&self) -> bool {
        let now = Instant::now();
        let mut state = self.lock();
        match state.until {
            None => true,
            Some(until) if now < until => false,
            Some(_) if state.trying.is_some_and(|since| now < since + self.pause) => false,
            Some(_) => {
                state.trying = Some(now);
                true
            }
        }
    }

    /// It answered.
    pub fn worked(&self) {
        *self.lock() = State::default();
    }

    /// It failed. `wait` is what it asked for itself.
    pub fn failed(&self, wait: Option<Duration>) {
        let mut state = self.lock();
        state.in_a_row = state.in_a_row.saturating_add(1);
        state.trying = None;
        if state.in_a_row >= self.failures {
            state.until =
                Some(Instant::now() + self.pause.max(wait.unwrap_or_default()).min(10 * self.pause));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_opens_after_failures_in_a_row_and_lets_one_try_after_the_pause() {
        let breaker = Breaker::new(2, Duration::from_secs(10));
        breaker.failed(None);
        breaker.worked();
        breaker.failed(None);
        assert!(breaker.allows(), "not in a row");
        breaker.failed(None);
        assert!(!breaker.allows());
        tokio::time::advance(Duration::from_secs(11)).await;
        assert!(breaker.allows(), "one may try");
        assert!(!breaker.allows(), "only one");
        breaker.failed(Some(Duration::from_secs(30)));
        tokio::time::advance(Duration::from_secs(20)).await;
        assert!(!breaker.allows(), "it asked for more");
        tokio::time::advance(Duration::from_secs(11)).await;
        assert!(breaker.allows());
        breaker.worked();
        assert!(breaker.allows() && breaker.allows());
    }

    #[tokio::test(start_paused = true)]
    async fn a_trial_that_never_ends_does_not_close_it_for_good() {
        let breaker = Breaker::new(1, Duration::from_secs(10));
        breaker.failed(None);
        tokio::time::advance(Duration::from_secs(11)).await;
        assert!(breaker.allows());
        assert!(!breaker.allows());
        tokio::time::advance(Duration::from_secs(11)).await;
        assert!(breaker.allows());
    }
}
