//! How much a bot may send, and whether it waits when it is told to.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// How much a bot may send. The default is what Telegram says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// Messages and edits per second over all chats.
    pub overall_per_second: usize,
    /// Messages and edits per second in one chat, in the long run.
    pub chat_per_second: usize,
    /// How many may come at once in one chat after silence.
    pub chat_burst: usize,
    /// Messages and edits per minute in one group.
    pub group_per_minute: usize,
}

impl Default for RateLimits {
    fn default() -> Self {
        RateLimits { overall_per_second: 30, chat_per_second: 1, chat_burst: 3, group_per_minute: 20 }
    }
}

impl RateLimits {
    /// No limits at all.
    pub fn off() -> Self {
        RateLimits {
            overall_per_second: usize::MAX,
            chat_per_second: usize::MAX,
            chat_burst: usize::MAX,
            group_per_minute: usize::MAX,
        }
    }
}

/// What a request is told.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Go,
    /// Wait; `impatient` if it was told so before and did not.
    Wait {
        seconds: u64,
        impatient: bool,
    },
}

/// Requests this soon after the bot was told to wait were on their way before it could know.
const IN_FLIGHT: Duration = Duration::from_millis(250);

/// The bot was told to wait.
#[derive(Clone, Copy)]
struct Told {
    at: DateTime<Utc>,
    until: DateTime<Utc>,
}

#[derive(Default)]
pub(crate) struct Limiter {
    pub limits: RateLimits,
    overall: VecDeque<DateTime<Utc>>,
    chats: HashMap<i64, Chat>,
    everywhere: Option<Told>,
}

#[derive(Default)]
struct Chat {
    sent: VecDeque<DateTime<Utc>>,
    tokens: Option<(f64, DateTime<Utc>)>,
    told: Option<Told>,
}

impl Limiter {
    /// Whether the bot was told to wait and the time is not over; asked before every request that names a chat.
    pub(crate) fn told_to_wait(&self, chat: i64, now: DateTime<Utc>) -> Verdict {
        let told = self.chats.get(&chat).and_then(|chat| chat.told);
        let told = [told, self.everywhere].into_iter().flatten().filter(|told| now < told.until);
        match told.max_by_key(|told| told.until) {
            None => Verdict::Go,
            Some(told) => Verdict::Wait {
                seconds: seconds_up(told.until - now),
                impatient: (now - told.at).to_std().is_ok_and(|since| since >= IN_FLIGHT),
            },
        }
    }

    /// Counts one message or edit.
    pub(crate) fn count(&mut self, chat: i64, group: bool, now: DateTime<Utc>) -> Verdict {
        if let wait @ Verdict::Wait { .. } = self.told_to_wait(chat, now) {
            return wait;
        }
        let limits = self.limits;
        forget(&mut self.overall, now, 1);
        if self.overall.len() >= limits.overall_per_second {
            self.tell(None, Duration::from_secs(1), now);
            return Verdict::Wait { seconds: 1, impatient: false };
        }
        let entry = self.chats.entry(chat).or_default();
        forget(&mut entry.sent, now, 60);
        let wait = if group && entry.sent.len() >= limits.group_per_minute {
            entry.sent.front().map_or(1, |first| seconds_up(*first + TimeDelta::seconds(60) - now).max(1))
        } else {
            entry.take_token(limits, now)
        };
        if wait > 0 {
            self.tell(Some(chat), Duration::from_secs(wait), now);
            return Verdict::Wait { seconds: wait, impatient: false };
        }
        entry.sent.push_back(now);
        self.overall.push_back(now);
        Verdict::Go
    }

    /// Remembers that the bot was told to wait, in one chat or everywhere.
    pub(crate) fn tell(&mut self, chat: Option<i64>, wait: Duration, now: DateTime<Utc>) {
        let told = Told { at: now, until: now + TimeDelta::from_std(wait).unwrap_or_default() };
        match chat {
            Some(chat) => self.chats.entry(chat).or_default().told = Some(told),
            None => self.everywhere = Some(told),
        }
    }

    /// Starts to count anew with other limits.
    pub(crate) fn set(&mut self, limits: RateLimits) {
        *self = Limiter { limits, ..Limiter::default() };
    }
}

impl Chat {
    /// Seconds to wait; 0 if a token was there.
    fn take_token(&mut self, limits: RateLimits, now: DateTime<Utc>) -> u64 {
        if limits.chat_burst == usize::MAX {
            return 0;
        }
        let full = limits.chat_burst as f64;
        let (tokens, since) = self.tokens.unwrap_or((full, now));
        let passed = (now - since).num_milliseconds().max(0) as f64 / 1000.0;
        let tokens = (tokens + passed * limits.chat_per_second as f64).min(full);
        let (left, wait) = if tokens >= 1.0 { (tokens - 1.0, 0) } else { (tokens, 1) };
        self.tokens = Some((left, now));
        wait
    }
}

fn forget(times: &mut VecDeque<DateTime<Utc>>, now: DateTime<Utc>, seconds: i64) {
    while times.front().is_some_and(|first| now - *first >= TimeDelta::seconds(seconds)) {
        times.pop_front();
    }
}

fn seconds_up(delta: TimeDelta) -> u64 {
    u64::try_from((delta.num_milliseconds() + 999) / 1000).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chat_has_a_burst_then_one_a_second_and_a_group_twenty_a_minute() {
        let mut limiter = Limiter::default();
        let start = Utc::now();
        for _ in 0..3 {
            assert_eq!(limiter.count(1, false, start), Verdict::Go);
        }
        assert_eq!(limiter.count(1, false, start), Verdict::Wait { seconds: 1, impatient: false });
        let soon = start + TimeDelta::milliseconds(249);
        assert_eq!(limiter.count(1, false, soon), Verdict::Wait { seconds: 1, impatient: false });
        let later = start + TimeDelta::milliseconds(250);
        assert_eq!(limiter.count(1, false, later), Verdict::Wait { seconds: 1, impatient: true });
        assert_eq!(limiter.count(2, false, start), Verdict::Go);
        let mut sent = 0;
        for second in 1..=25 {
            sent += usize::from(limiter.count(-3, true, start + TimeDelta::seconds(second)) == Verdict::Go);
        }
        assert_eq!(sent, 20);
    }

    #[test]
    fn all_chats_together_have_thirty_a_second() {
        let mut limiter = Limiter::default();
        let now = Utc::now();
        let went = (0..40).filter(|chat| limiter.count(*chat, false, now) == Verdict::Go).count();
        assert_eq!(went, 30);
        assert_eq!(limiter.count(99, false, now + TimeDelta::seconds(1)), Verdict::Go);
    }
}
