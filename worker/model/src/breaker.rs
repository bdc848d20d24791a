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
    pub fn allows(&self, now: Instant) -> bool {
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
    pub fn failed(&self, now: Instant, wait: Option<Duration>) {
        let mut state = self.lock();
        state.in_a_row = state.in_a_row.saturating_add(1);
        state.trying = None;
        if state.in_a_row >= self.failures {
            state.until = Some(now + self.pause.max(wait.unwrap_or_default()).min(10 * self.pause));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_after_failures_in_a_row_and_lets_one_try_after_the_pause() {
        let (breaker, start) = (Breaker::new(2, Duration::from_secs(10)), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        breaker.failed(at(0), None);
        breaker.worked();
        breaker.failed(at(0), None);
        assert!(breaker.allows(at(0)), "not in a row");
        breaker.failed(at(0), None);
        assert!(!breaker.allows(at(9)));
        assert!(breaker.allows(at(11)), "one may try");
        assert!(!breaker.allows(at(11)), "only one");
        breaker.failed(at(11), Some(Duration::from_secs(30)));
        assert!(!breaker.allows(at(31)), "it asked for more");
        assert!(breaker.allows(at(42)));
        breaker.worked();
        assert!(breaker.allows(at(42)) && breaker.allows(at(42)));
    }

    #[test]
    fn a_trial_that_never_ends_does_not_close_it_for_good() {
        let (breaker, start) = (Breaker::new(1, Duration::from_secs(10)), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        breaker.failed(at(0), None);
        assert!(breaker.allows(at(11)));
        assert!(!breaker.allows(at(12)));
        assert!(breaker.allows(at(22)));
    }
}
