//! A store, a queue and a Redis of one test's own, on real servers.

use chrono::Utc;
use rowcall_core::{Actor, Inbound, Place, Platform, RunId, RunState};
use rowcall_embedded::{EmbeddedError, testing};
use rowcall_shared::{Config, Progress, Queue, RedisLink, Store, audit::AuditKey, store::Accepted};
use std::time::Duration;
use tokio::time::Instant;

/// Everything a test needs to ask and to look.
#[derive(Clone)]
pub struct World {
    /// Settings that name this world's servers.
    pub config: Config,
    /// The store, migrated and empty.
    pub store: Store,
    /// The queue.
    pub queue: Queue,
    /// Live progress.
    pub progress: Progress,
}

impl World {
    /// A world on the servers that all tests share.
    pub async fn new() -> Self {
        let servers = testing::shared().await;
        let template = servers
            .template(&format!("store_{}", schema_version()), |url| async move {
                let store = Store::open(&url, 2).unwrap();
                store.migrate().await.unwrap();
                store.pool().close().await;
                Ok::<(), EmbeddedError>(())
            })
            .await
            .unwrap();
        let database_url = servers.database(Some(&template)).await.unwrap();
        let redis_url = servers.redis().await.unwrap();
        let namespace = servers.prefix().unwrap().trim_end_matches(':').to_owned();
        Self::at(&database_url, &redis_url, &namespace)
    }

    /// A world on servers of the test's own.
    pub fn at(database_url: &str, redis_url: &str, namespace: &str) -> Self {
        let mut config = Config::embedded(database_url, redis_url);
        config.namespace = namespace.to_owned();
        config.audit_key =
            Some(AuditKey::new("an audit key of the tests' own, never used elsewhere").unwrap());
        let store = Store::open(database_url, 8).unwrap().with_audit_key(config.audit_key.clone());
        let link = RedisLink::open(redis_url, namespace).unwrap();
        Self { config, store, queue: Queue::new(link.clone()), progress: Progress::new(link) }
    }

    /// Accepts a question as the console would, and rings for it. The event's id is `event`.
    pub async fn ask(&self, event: &str, text: &str) -> Accepted {
        let accepted = self.accept(event, text).await;
        // A queue that is away is the reconciler's business.
        let _ = self.queue.push(accepted.run_id).await;
        accepted
    }

    /// Accepts a question without ringing.
    pub async fn accept(&self, event: &str, text: &str) -> Accepted {
        let place = Place { platform: Platform::Console, key: format!("place-of-{event}") };
        let actor = Actor::local(Platform::Console, "tester", Utc::now());
        let inbound = Inbound::question(place, event, actor, text);
        let patience = Duration::from_secs(30);
        rowcall_shared::store::retrying(patience, || self.store.accept(&inbound, "demo")).await.unwrap()
    }

    /// Waits until a run has ended; `None` when it has not within `patience`.
    pub async fn ended(&self, run_id: RunId, patience: Duration) -> Option<RunState> {
        let until = Instant::now() + patience;
        loop {
            if let Ok(Some(capsule)) = self.store.capsule(run_id).await
                && capsule.run.state.is_settled()
            {
                return Some(capsule.run.state);
            }
            if Instant::now() > until {
                return None;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// How many replies and outbox rows a run has. Anything but (1, 1) after its end is a broken promise.
    pub async fn replies(&self, run_id: RunId) -> (i64, i64) {
        sqlx::query_as(
            "SELECT (SELECT count(*) FROM messages WHERE run_id = $1 AND author = 'rowcall'),
                    (SELECT count(*) FROM outbox WHERE run_id = $1 AND kind = 'reply')",
        )
        .bind(run_id.0)
        .fetch_one(self.store.pool())
        .await
        .unwrap()
    }
}

/// Changes when a migration does, so that no test runs on the schema of an older one.
fn schema_version() -> String {
    use std::hash::{Hash, Hasher};
    let mut hash = std::hash::DefaultHasher::new();
    for file in sqlx::migrate!("../migrations").iter() {
        file.checksum.hash(&mut hash);
    }
    format!("{:x}", hash.finish())
}
