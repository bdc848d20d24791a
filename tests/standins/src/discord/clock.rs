//! The stand-in's clock. It runs with the real one and can be put forward, so that a test need not wait for a window of
//! fifteen minutes to pass.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A clock that only goes forward. Clones share it.
#[derive(Clone, Debug)]
pub struct Clock {
    started: Instant,
    epoch_ms: u64,
    ahead_ms: Arc<AtomicU64>,
}

impl Default for Clock {
    fn default() -> Self {
        let epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Clock {
            started: Instant::now(),
            epoch_ms: u64::try_from(epoch.as_millis()).unwrap_or(u64::MAX),
            ahead_ms: Arc::default(),
        }
    }
}

impl Clock {
    /// Milliseconds since 1970.
    pub fn now_ms(&self) -> u64 {
        let run = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.epoch_ms.saturating_add(run).saturating_add(self.ahead_ms.load(Ordering::SeqCst))
    }

    /// Puts the clock forward: windows close and rate limits end as if the time had passed.
    pub fn advance(&self, by: Duration) {
        self.ahead_ms.fetch_add(u64::try_from(by.as_millis()).unwrap_or(u64::MAX), Ordering::SeqCst);
    }
}

/// A time as Discord writes it.
pub(crate) fn iso(ms: u64) -> String {
    i64::try_from(ms)
        .ok()
        .and_then(chrono::DateTime::from_timestamp_millis)
        .unwrap_or_default()
        .to_rfc3339_opts(chrono::SecondsFormat::Micros, false)
}
