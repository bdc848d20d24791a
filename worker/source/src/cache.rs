//! The catalogue, kept: in this process as an `Arc`, and in Redis for all processes. Redis is a convenience here:
//! gone, slow or wiped, the catalogue is read from the source itself.

use crate::error::SourceError;
use redis::{AsyncCommands, aio::ConnectionManager};
use rowcall_core::Catalogue;
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// How long Redis may take before it counts as gone.
const PATIENCE: Duration = Duration::from_millis(300);
/// After Redis failed, how long it is left alone.
const PAUSE: Duration = Duration::from_secs(5);
/// How long a process believes its own copy before it asks Redis whether somebody refreshed.
const RECENT: Duration = Duration::from_secs(5);
/// Part of every key; raised when the stored form changes.
const PREFIX: &str = "rowcall:catalogue:v2";

/// Catalogues by source, at most `ttl` old. Shared by all sources of a process.
pub struct CatalogueCache {
    redis: Option<ConnectionManager>,
    ttl: Duration,
    entries: Mutex<HashMap<String, Entry>>,
    /// One reader per source at a time: the others wait for what it brings.
    reading: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    redis_failed: Mutex<Option<Instant>>,
}

#[derive(Clone)]
struct Entry {
    catalogue: Arc<Catalogue>,
    /// Names this very reading, in Redis too.
    stamp: String,
    read_at: SystemTime,
    confirmed: Instant,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    stamp: String,
    /// Milliseconds since 1970.
    read_at: u64,
    catalogue: Catalogue,
}

impl CatalogueCache {
    /// What the design asks for when nothing else is set.
    pub const DEFAULT_TTL: Duration = Duration::from_secs(3600);

    /// A cache; without Redis, for this process alone.
    pub fn new(redis: Option<ConnectionManager>, ttl: Duration) -> Self {
        Self {
            redis,
            ttl,
            entries: Mutex::default(),
            reading: Mutex::default(),
            redis_failed: Mutex::default(),
        }
    }

    /// The catalogue of that key, read by `read` if none is fresh enough.
    pub(crate) async fn get_or_read<F, R>(&self, key: &str, read: F) -> Result<Arc<Catalogue>, SourceError>
    where
        F: FnOnce() -> R,
        R: Future<Output = Result<Catalogue, SourceError>>,
    {
        if let Some(entry) = self.fresh(key).await {
            return Ok(entry.catalogue);
        }
        let gate = self.gate(key);
        let _turn = gate.lock().await;
        // Somebody may have brought it while we waited.
        if let Some(entry) = self.fresh(key).await {
            return Ok(entry.catalogue);
        }
        if let Some(entry) = self.fetch_stored(key).await {
            return Ok(self.keep(key, entry));
        }
        self.read_and_store(key, read).await
    }

    /// The catalogue read anew. Callers that ask while one reads share its result.
    pub(crate) async fn read_anew<F, R>(&self, key: &str, read: F) -> Result<Arc<Catalogue>, SourceError>
    where
        F: FnOnce() -> R,
        R: Future<Output = Result<Catalogue, SourceError>>,
    {
        let asked = SystemTime::now();
        let gate = self.gate(key);
        let _turn = gate.lock().await;
        if let Some(entry) = self.entry(key).filter(|entry| entry.read_at > asked) {
            return Ok(entry.catalogue);
        }
        self.read_and_store(key, read).await
    }

    async fn read_and_store<F, R>(&self, key: &str, read: F) -> Result<Arc<Catalogue>, SourceError>
    where
        F: FnOnce() -> R,
        R: Future<Output = Result<Catalogue, SourceError>>,
    {
        // Taken before reading: a change made meanwhile must not look older than the catalogue.
        let read_at = SystemTime::now();
        let catalogue = read().await?;
        let stored = Stored { stamp: uuid::Uuid::now_v7().to_string(), read_at: millis(read_at), catalogue };
        self.store(key, &stored).await;
        let entry = Entry {
            catalogue: Arc::new(stored.catalogue),
            stamp: stored.stamp,
            read_at,
            confirmed: Instant::now(),
        };
        Ok(self.keep(key, entry))
    }

    /// Our own copy, if it is young enough and nobody has brought a newer one.
    async fn fresh(&self, key: &str) -> Option<Entry> {
        let entry = self.entry(key).filter(|entry| self.is_young(entry))?;
        if entry.confirmed.elapsed() < RECENT {
            return Some(entry);
        }
        let name = format!("{PREFIX}:{key}:stamp");
        let stamp = self.ask(|mut redis| async move { redis.get::<_, Option<String>>(name).await }).await;
        match stamp {
            Some(Some(stamp)) if stamp != entry.stamp => None,
            // The same, unknown there (wiped), or no Redis: ours is still young.
            _ => {
                let confirmed = Entry { confirmed: Instant::now(), ..entry };
                self.keep(key, confirmed.clone());
                Some(confirmed)
            }
        }
    }

    async fn fetch_stored(&self, key: &str) -> Option<Entry> {
        let name = format!("{PREFIX}:{key}");
        let bytes =
            self.ask(|mut redis| async move { redis.get::<_, Option<Vec<u8>>>(name).await }).await??;
        let stored: Stored = serde_json::from_slice(&bytes)
            .inspect_err(|_| tracing::warn!("a catalogue in Redis cannot be read; reading the source"))
            .ok()?;
        let entry = Entry {
            catalogue: Arc::new(stored.catalogue),
            stamp: stored.stamp,
            read_at: UNIX_EPOCH + Duration::from_millis(stored.read_at),
            confirmed: Instant::now(),
        };
        // What somebody else altered on the way is not believed.
        (self.is_young(&entry) && entry.catalogue.compute_fingerprint() == entry.catalogue.fingerprint)
            .then_some(entry)
    }

    async fn store(&self, key: &str, stored: &Stored) {
        if self.redis.is_none() {
            return;
        }
        let Ok(bytes) = serde_json::to_vec(stored) else { return };
        let (name, stamp) = (format!("{PREFIX}:{key}"), stored.stamp.clone());
        let seconds = self.ttl.as_secs().max(1);
        self.ask(|mut redis| async move {
            let mut both = redis::pipe();
            both.atomic().set_ex(&name, bytes, seconds).ignore();
            both.set_ex(format!("{name}:stamp"), stamp, seconds).ignore();
            both.query_async::<()>(&mut redis).await
        })
        .await;
    }

    /// Asks Redis, briefly. `None` when it is not there.
    async fn ask<T, F, R>(&self, command: F) -> Option<T>
    where
        F: FnOnce(ConnectionManager) -> R,
        R: Future<Output = redis::RedisResult<T>>,
    {
        let redis = self.redis.clone()?;
        let resting = |failed: &Mutex<Option<Instant>>| {
            failed.lock().is_ok_and(|at| at.is_some_and(|at| at.elapsed() < PAUSE))
        };
        if resting(&self.redis_failed) {
            return None;
        }
        let problem = match tokio::time::timeout(PATIENCE, command(redis)).await {
            Ok(Ok(answer)) => return Some(answer),
            Ok(Err(error)) => error.category().to_owned(),
            Err(_) => "no answer".to_owned(),
        };
        tracing::warn!(problem, "Redis does not serve the catalogue cache; doing without");
        if let Ok(mut failed) = self.redis_failed.lock() {
            *failed = Some(Instant::now());
        }
        None
    }

    fn is_young(&self, entry: &Entry) -> bool {
        // A clock that was set back makes an entry appear to come from the future: not young.
        entry.read_at.elapsed().is_ok_and(|age| age < self.ttl)
    }

    fn entry(&self, key: &str) -> Option<Entry> {
        self.entries.lock().ok()?.get(key).cloned()
    }

    fn keep(&self, key: &str, entry: Entry) -> Arc<Catalogue> {
        let catalogue = Arc::clone(&entry.catalogue);
        if let Ok(mut entries) = self.entries.lock() {
            entries.insert(key.to_owned(), entry);
        }
        catalogue
    }

    fn gate(&self, key: &str) -> Arc<tokio::sync::Mutex<()>> {
        match self.reading.lock() {
            Ok(mut gates) => Arc::clone(gates.entry(key.to_owned()).or_default()),
            Err(_) => Arc::default(),
        }
    }
}

fn millis(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |age| u64::try_from(age.as_millis()).unwrap_or(u64::MAX))
}
