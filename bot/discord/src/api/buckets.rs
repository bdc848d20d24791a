//! The budgets that Discord announces with every answer: so many more requests of this route until then.

use reqwest::header::HeaderMap;
use std::{collections::HashMap, sync::Mutex, time::Duration};
use tokio::time::Instant;

/// What is left of each route's budget.
#[derive(Default)]
pub struct Buckets(Mutex<State>);

#[derive(Default)]
struct State {
    /// Routes share budgets; Discord names them in its answers.
    names: HashMap<String, String>,
    budgets: HashMap<String, Budget>,
}

#[derive(Clone, Copy)]
struct Budget {
    left: u64,
    until: Instant,
}

/// A route: its template, and the id that has a budget of its own (the channel, the interaction).
#[derive(Clone, Debug)]
pub struct Route {
    /// Method and path without ids.
    pub template: String,
    /// The id.
    pub major: String,
}

/// Budgets remembered before those that ran out are forgotten.
const BUDGETS: usize = 8192;

impl Buckets {
    /// How long a request has to wait before it can fit the budget.
    pub fn wait(&self, route: &Route) -> Duration {
        let now = Instant::now();
        let state = self.lock();
        match state.budgets.get(&state.key(route)) {
            Some(budget) if budget.left == 0 => budget.until.saturating_duration_since(now),
            _ => Duration::ZERO,
        }
    }

    /// Takes a request out of the budget; false when it has to wait.
    pub fn spend(&self, route: &Route) -> bool {
        let now = Instant::now();
        let mut state = self.lock();
        let key = state.key(route);
        match state.budgets.get_mut(&key) {
            Some(budget) if budget.until <= now => {
                state.budgets.remove(&key);
                true
            }
            Some(budget) if budget.left == 0 => false,
            Some(budget) => {
                budget.left -= 1;
                true
            }
            None => true,
        }
    }

    /// Reads what an answer says of the route's budget.
    pub fn note(&self, route: &Route, headers: &HeaderMap) {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let mut state = self.lock();
        if let Some(name) = text("x-ratelimit-bucket")
            && state.names.get(&route.template).is_none_or(|known| known != name)
        {
            state.names.insert(route.template.clone(), name.to_owned());
        }
        let left = text("x-ratelimit-remaining").and_then(|v| v.parse::<u64>().ok());
        let after = text("x-ratelimit-reset-after").and_then(seconds);
        let (Some(left), Some(after)) = (left, after) else { return };
        let now = Instant::now();
        let until = now + after;
        let key = state.key(route);
        // Answers overtake each other: within a window the smallest number is the newest.
        let left = match state.budgets.get(&key) {
            Some(old) if old.until > now && old.left < left && until < old.until + after / 2 => old.left,
            _ => left,
        };
        state.insert(key, Budget { left, until }, now);
    }

    /// Nothing on this route for so long.
    pub fn pause(&self, route: &Route, for_: Duration) {
        let now = Instant::now();
        let mut state = self.lock();
        let key = state.key(route);
        state.insert(key, Budget { left: 0, until: now + for_ }, now);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // Nothing in here can panic half way.
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl State {
    fn key(&self, route: &Route) -> String {
        let name = self.names.get(&route.template).unwrap_or(&route.template);
        format!("{name} {}", route.major)
    }

    fn insert(&mut self, key: String, budget: Budget, now: Instant) {
        if self.budgets.len() >= BUDGETS {
            self.budgets.retain(|_, budget| budget.until > now);
        }
        self.budgets.insert(key, budget);
    }
}

/// Seconds with a fraction, as Discord writes them; no more than an hour is believed.
pub fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.trim().parse().ok()?;
    (seconds.is_finite() && seconds >= 0.0).then(|| Duration::from_secs_f64(seconds.min(3600.0)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn route(major: &str) -> Route {
        Route { template: "POST /channels/messages".into(), major: major.into() }
    }

    fn headers(left: &str, after: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-ratelimit-bucket", "abc".parse().unwrap());
        headers.insert("x-ratelimit-remaining", left.parse().unwrap());
        headers.insert("x-ratelimit-reset-after", after.parse().unwrap());
        headers
    }

    #[tokio::test(start_paused = true)]
    async fn an_empty_budget_is_waited_for() {
        let buckets = Buckets::default();
        assert!(buckets.spend(&route("1")));
        buckets.note(&route("1"), &headers("1", "2.5"));
        assert!(buckets.wait(&route("1")).is_zero() && buckets.spend(&route("1")), "one is left");
        assert!(
            !buckets.spend(&route("1")) && buckets.wait(&route("1")) > Duration::from_secs(2),
            "now none is"
        );
        assert!(buckets.spend(&route("2")), "another channel has its own");
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert!(buckets.wait(&route("1")).is_zero() && buckets.spend(&route("1")));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_comes_late_gives_nothing_back() {
        let buckets = Buckets::default();
        buckets.note(&route("1"), &headers("0", "2"));
        buckets.note(&route("1"), &headers("3", "2"));
        assert!(!buckets.spend(&route("1")));
        buckets.pause(&route("2"), Duration::from_secs(9));
        assert!(buckets.wait(&route("2")) > Duration::from_secs(8));
    }

    #[test]
    fn odd_numbers_are_not_believed() {
        assert_eq!(seconds("0.25"), Some(Duration::from_millis(250)));
        assert_eq!(seconds("1e300"), Some(Duration::from_secs(3600)));
        assert_eq!(seconds("-1"), None);
        assert_eq!(seconds("NaN"), None);
        assert_eq!(seconds("soon"), None);
    }
}
