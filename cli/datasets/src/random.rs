//! Random numbers whose values never change.
//!
//! Only the ChaCha stream itself comes from a library: how a library turns it into ranges or bell curves may change
//! with a version, and functions such as `sin` and `ln` differ between systems. Everything here is integers and
//! basic floating-point operations, which are exact everywhere.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// One independent stream of random numbers.
#[derive(Debug)]
pub(crate) struct Random(ChaCha8Rng);

impl Random {
    /// Stream `stream` of a seed: one per table, so that a change in one leaves the others alone.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut key = [0u8; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream(stream);
        Self(rng)
    }

    /// 0 to `end - 1`; 0 if `end` is 0.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(end)) >> 64) as u64
    }

    /// `first` to `last`, both included.
    pub(crate) fn between(&mut self, first: i64, last: i64) -> i64 {
        first + self.below((last - first + 1).max(1) as u64) as i64
    }

    /// 0 up to, not including, 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// True in `percent` of 100 cases.
    pub(crate) fn chance(&mut self, percent: f64) -> bool {
        self.unit() * 100.0 < percent
    }

    /// About a bell curve around 0 with deviation 1, never past ±6.
    pub(crate) fn bell(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// A positive factor with a long tail: mostly small, seldom up to `1 / least`.
    pub(crate) fn long_tail(&mut self, least: f64) -> f64 {
        1.0 / (least + self.unit())
    }

    /// One of these.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }

    /// One of these, each as often as its weight says.
    pub(crate) fn weighted<'a, T>(&mut self, from: &'a [(T, u32)]) -> &'a T {
        let total: u32 = from.iter().map(|(_, weight)| weight).sum();
        let mut at = self.below(u64::from(total)) as u32;
        for (value, weight) in from {
            if at < *weight {
                return value;
            }
            at -= weight;
        }
        &from[from.len() - 1].0
    }
}

/// Draws indexes by weight in logarithmic time, also from the first `n` only.
#[derive(Debug)]
pub(crate) struct Cumulative(Vec<f64>);

impl Cumulative {
    /// From the weights.
    pub(crate) fn new(weights: impl Iterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        Self(
            weights
                .map(|weight| {
                    sum += weight;
                    sum
                })
                .collect(),
        )
    }

    /// An index below `first`, which is at least 1.
    pub(crate) fn draw(&self, random: &mut Random, first: usize) -> usize {
        let first = first.clamp(1, self.0.len());
        let at = random.unit() * self.0[first - 1];
        self.0[..first].partition_point(|&sum| sum <= at).min(first - 1)
    }

    /// An index of all.
    pub(crate) fn any(&self, random: &mut Random) -> usize {
        self.draw(random, self.0.len())
    }
}
