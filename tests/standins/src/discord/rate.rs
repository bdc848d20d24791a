//! Rate limits: a bucket per route and channel, one for the whole bot, and a memory of who was asked to wait.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use super::check::spec::Route;
use super::settings::{Rate, RateLimits};

/// The key of what all requests of the bot share.
const GLOBAL: &str = "global";

#[derive(Default)]
struct Bucket {
    started: u64,
    used: u32,
    /// Asked to wait: since when, until when.
    blocked: Option<(u64, u64)>,
}

#[derive(Default)]
pub(crate) struct Buckets {
    list: HashMap<String, Bucket>,
}

/// What the limits say about one request.
pub(crate) struct Verdict {
    pub headers: Vec<(&'static str, String)>,
    /// Too many: how long to wait in milliseconds, and whether all of the bot has to.
    pub wait: Option<(u64, bool)>,
    /// It came although the bot knew that it had to wait.
    pub impatient: bool,
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The bucket of a request, its rate, and whether it counts for the whole bot.
fn bucket(route: &Route, limits: &RateLimits) -> (String, Rate, bool) {
    let (kind, rate) = match route.operation {
        "create_message" => ("send", limits.send),
        "update_message" => ("edit", limits.edit),
        "delete_message" => ("delete", limits.delete),
        name if name.contains("reaction") => ("react", limits.react),
        name if route.template.starts_with("/webhooks/") || route.template.starts_with("/interactions/") => {
            (name, limits.webhook)
        }
        name => (name, limits.other),
    };
    let on_token = route.template.starts_with("/webhooks/") || route.template.starts_with("/interactions/");
    let names: &[&str] =
        if on_token { &["webhook_token", "interaction_token"] } else { &["channel_id", "guild_id"] };
    let place = names.iter().find_map(|name| route.params.get(name)).map_or("", String::as_str);
    (format!("{kind}:{place}"), rate, !on_token)
}

impl Buckets {
    /// Counts a request.
    pub fn count(&mut self, route: &Route, limits: &RateLimits, now: u64) -> Verdict {
        let (key, rate, counts_globally) = bucket(route, limits);
        if counts_globally && let Some(verdict) = self.blocked(GLOBAL, limits, now, true) {
            return verdict;
        }
        if let Some(mut verdict) = self.blocked(&key, limits, now, false) {
            verdict.headers = self.headers(&key, rate, now);
            return verdict;
        }
        if !limits.on {
            return Verdict { headers: endless(&key, now), wait: None, impatient: false };
        }
        if counts_globally && let Some(wait) = self.take(GLOBAL, limits.global, now) {
            return Verdict { headers: Vec::new(), wait: Some((wait, true)), impatient: false };
        }
        let wait = self.take(&key, rate, now);
        Verdict {
            headers: self.headers(&key, rate, now),
            wait: wait.map(|wait| (wait, false)),
            impatient: false,
        }
    }

    /// Remembers a 429 that was made up.
    pub fn block(&mut self, route: &Route, limits: &RateLimits, now: u64, wait: Duration, global: bool) {
        let key = if global { GLOBAL.to_owned() } else { bucket(route, limits).0 };
        self.list.entry(key).or_default().blocked = Some((now, now + ms(wait)));
    }

    fn blocked(&mut self, key: &str, limits: &RateLimits, now: u64, global: bool) -> Option<Verdict> {
        let bucket = self.list.get_mut(key)?;
        let (since, until) = bucket.blocked?;
        if now + ms(limits.tolerance) >= until {
            bucket.blocked = None;
            return None;
        }
        let impatient = now > since + ms(limits.in_flight);
        Some(Verdict { headers: Vec::new(), wait: Some((until - now, global)), impatient })
    }

    /// Takes one from a bucket; how long to wait if it is empty.
    fn take(&mut self, key: &str, rate: Rate, now: u64) -> Option<u64> {
        let bucket = self.list.entry(key.to_owned()).or_default();
        let end = bucket.started + ms(rate.per);
        if now >= end {
            bucket.started = now;
            bucket.used = 0;
        }
        if bucket.used >= rate.count {
            bucket.blocked = Some((now, end));
            return Some(end - now);
        }
        bucket.used += 1;
        None
    }

    fn headers(&self, key: &str, rate: Rate, now: u64) -> Vec<(&'static str, String)> {
        let (started, used) = self.list.get(key).map_or((now, 0), |bucket| (bucket.started, bucket.used));
        let end = started + ms(rate.per);
        head(key, rate.count, rate.count.saturating_sub(used), end, end.saturating_sub(now))
    }
}

fn endless(key: &str, now: u64) -> Vec<(&'static str, String)> {
    head(key, 1000, 999, now + 1000, 1000)
}

fn head(key: &str, limit: u32, left: u32, end: u64, after: u64) -> Vec<(&'static str, String)> {
    let mut hash = DefaultHasher::new();
    key.split(':').next().hash(&mut hash);
    vec![
        ("x-ratelimit-limit", limit.to_string()),
        ("x-ratelimit-remaining", left.to_string()),
        ("x-ratelimit-reset", seconds(end)),
        ("x-ratelimit-reset-after", seconds(after)),
        ("x-ratelimit-bucket", format!("{:016x}", hash.finish())),
    ]
}

/// Milliseconds as seconds with three places.
pub(crate) fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1000, ms % 1000)
}
