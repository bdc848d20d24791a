//! Misbehaviour on demand: too many requests, server errors, connections that break before or after the work was done,
//! delays. Shared by the stand-ins; each says in its own words what a [`Fault`] looks like on its platform.
//!
//! Chance comes from a seed, so that a run that failed can be run again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// One way in which a server can fail a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 429: asked to wait, for the whole bot (`global`) or only for this route or chat.
    TooMany {
        /// How long the client is told to wait. Telegram and Discord's headers speak of seconds; Telegram rounds up.
        retry_after: Duration,
        /// Whether the whole bot has to wait.
        global: bool,
    },
    /// This HTTP status, without doing anything.
    Status(u16),
    /// The connection breaks and nothing was done.
    CutBefore,
    /// The work is done and the connection breaks before the answer: the client cannot know.
    CutAfter,
    /// The work is done after this time.
    Delay(Duration),
    /// The work is done at once and the answer comes after this time: meanwhile others see what the client does not know.
    Late(Duration),
}

/// Which requests fail, when, and how.
#[derive(Clone, Debug)]
pub struct Rule {
    verb: Option<String>,
    path: String,
    when: When,
    fault: Fault,
}

#[derive(Clone, Copy, Debug)]
enum When {
    Always,
    Nth(u64),
    First(u64),
    Chance(f64),
}

impl Rule {
    /// Fails every request whose path contains `path` (in any case; the empty text is in every path).
    pub fn on(path: impl Into<String>, fault: Fault) -> Self {
        Rule { verb: None, path: path.into().to_lowercase(), when: When::Always, fault }
    }

    /// Only requests with this HTTP verb, such as `POST`.
    pub fn verb(mut self, verb: impl Into<String>) -> Self {
        self.verb = Some(verb.into());
        self
    }

    /// Only the `n`th request that fits, counted from 1 when the rule was added.
    pub fn nth(mut self, n: u64) -> Self {
        self.when = When::Nth(n);
        self
    }

    /// Only the next request that fits.
    pub fn once(self) -> Self {
        self.nth(1)
    }

    /// Only the first `n` requests that fit.
    pub fn first(mut self, n: u64) -> Self {
        self.when = When::First(n);
        self
    }

    /// Each request that fits fails with this probability, from 0 to 1.
    pub fn chance(mut self, probability: f64) -> Self {
        self.when = When::Chance(probability.clamp(0.0, 1.0));
        self
    }

    fn fits(&self, verb: &str, path: &str) -> bool {
        self.verb.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(verb))
            && path.to_lowercase().contains(&self.path)
    }
}

/// Names a rule that was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleId(usize);

/// The rules in force. Clones share them.
#[derive(Clone)]
pub struct Faults {
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    rules: Vec<Counted>,
    dice: StdRng,
}

struct Counted {
    rule: Rule,
    active: bool,
    seen: u64,
    hits: u64,
}

impl Default for Faults {
    fn default() -> Self {
        Faults::seeded(7)
    }
}

impl Faults {
    /// No rules; chance follows from `seed`.
    pub fn seeded(seed: u64) -> Self {
        Faults { inner: Arc::new(Mutex::new(Inner { rules: Vec::new(), dice: StdRng::seed_from_u64(seed) })) }
    }

    /// Starts chance again from `seed`; rules stay.
    pub fn reseed(&self, seed: u64) {
        self.lock().dice = StdRng::seed_from_u64(seed);
    }

    /// Puts a rule in force. Of several rules that strike the same request, the one that was added first does.
    pub fn add(&self, rule: Rule) -> RuleId {
        let mut inner = self.lock();
        inner.rules.push(Counted { rule, active: true, seen: 0, hits: 0 });
        RuleId(inner.rules.len() - 1)
    }

    /// Ends one rule; its count stays readable.
    pub fn remove(&self, id: RuleId) {
        if let Some(counted) = self.lock().rules.get_mut(id.0) {
            counted.active = false;
        }
    }

    /// Ends every rule.
    pub fn clear(&self) {
        for counted in &mut self.lock().rules {
            counted.active = false;
        }
    }

    /// How many requests a rule has failed.
    pub fn hits(&self, id: RuleId) -> u64 {
        self.lock().rules.get(id.0).map_or(0, |counted| counted.hits)
    }

    /// Asked once by a server for each request: what should go wrong with it.
    pub fn decide(&self, verb: &str, path: &str) -> Option<Fault> {
        let mut inner = self.lock();
        let Inner { rules, dice } = &mut *inner;
        let mut chosen = None;
        for counted in rules.iter_mut().filter(|counted| counted.active && counted.rule.fits(verb, path)) {
            counted.seen += 1;
            let strikes = match counted.rule.when {
                When::Always => true,
                When::Nth(n) => counted.seen == n,
                When::First(n) => counted.seen <= n,
                When::Chance(probability) => dice.random_bool(probability),
            };
            if strikes && chosen.is_none() {
                counted.hits += 1;
                chosen = Some(counted.rule.fault);
            }
        }
        chosen
    }

    /// True with this probability, from the same seed as the rules.
    pub fn roll(&self, probability: f64) -> bool {
        probability > 0.0 && self.lock().dice.random_bool(probability.clamp(0.0, 1.0))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A response that makes the server close the connection without sending a byte: its body fails before the head is flushed.
pub fn cut() -> Response {
    let broken =
        futures::stream::once(async { Err::<bytes::Bytes, _>(std::io::Error::other("cut on purpose")) });
    Response::new(Body::from_stream(broken))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_strikes_when_it_says() {
        let faults = Faults::default();
        let second = faults.add(Rule::on("sendMessage", Fault::CutAfter).nth(2));
        let all = faults.add(Rule::on("/EDIT", Fault::Status(502)).verb("post"));
        let seen: Vec<_> = (0..3).map(|_| faults.decide("POST", "/sendmessage")).collect();
        assert_eq!(seen, [None, Some(Fault::CutAfter), None]);
        assert_eq!(faults.decide("GET", "/editMessageText"), None);
        assert_eq!(faults.decide("POST", "/editMessageText"), Some(Fault::Status(502)));
        faults.remove(all);
        assert_eq!(faults.decide("POST", "/editMessageText"), None);
        assert_eq!((faults.hits(second), faults.hits(all)), (1, 1));
    }

    #[test]
    fn chance_follows_from_the_seed() {
        let struck = |seed| {
            let faults = Faults::seeded(seed);
            faults.add(Rule::on("", Fault::CutBefore).chance(0.3));
            (0..200).map(|_| faults.decide("POST", "/x").is_some()).collect::<Vec<_>>()
        };
        assert_eq!(struck(1), struck(1));
        assert_ne!(struck(1), struck(2));
        let hits = struck(1).iter().filter(|hit| **hit).count();
        assert!((30..90).contains(&hits), "{hits}");
    }
}
