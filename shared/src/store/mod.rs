//! The store. Every statement that moves a run is one statement: it commits or it does not, and a worker that
//! lost its lease changes nothing. Each submodule holds the statements of one subject.

mod access;
mod admission;
mod artifacts;
mod asked;
mod audit;
mod chats;
mod duties;
mod error;
mod feedback;
mod glossary;
mod grants;
mod identity;
mod intake;
mod lease;
mod model_calls;
mod outbox;
mod pages;
mod posts;
mod registered;
mod rules;
mod runs;
mod settings;
mod snapshots;
mod sources;
mod tickets;
mod turns;
mod verified;

pub use access::Standing;
pub use admission::Usage;
pub use artifacts::{Artifact, ArtifactUpload};
pub use asked::{AskedRun, OwnRun};
pub use audit::{AuditFault, AuditReport};
pub use error::StoreError;
pub use glossary::{MAX_TERMS, Term};
pub use grants::{Grant, GrantFilter, Grantee, StoredGrant};
pub use identity::{LINK_CODE_LIFE, LinkEntry, LinkOutcome, LinkParty};
pub use intake::{Accepted, POST_CLAIM};
pub use lease::{CompletedStep, Lease, StepRecord, Taken};
pub use model_calls::{ModelCall, ModelUsage, OverLimit, UNDER_WAY, UsedUp};
pub use outbox::{DeadLetter, Delivery};
pub use pages::{Capsule, ConversationMessage, RunFilter, RunGlance, RunSummary, StepView};
pub use posts::{Post, PostClaim};
pub use registered::Registered;
pub use runs::{Ending, Stuck};
pub use settings::ChatSettings;
pub use sources::StoredSource;
pub use tickets::{
    Ballot, CancelOutcome, CardDelivery, CardKind, CardPost, CommentOutcome, Decided, HistoryEntry, NewPost,
    NewTicket, OpenOutcome, Permit, Requester, Settlement, TakeOutcome, Ticket, TicketAdvice, TicketFilter,
    TicketLine, TicketVote, UndoImage, UndoRefusal, UndoRequest, VoteOutcome, Withdrawal,
};
pub use turns::PERSON_AT_ONCE;
pub use verified::{Memory, Verified};

use crate::audit::AuditKey;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use std::{str::FromStr, sync::Arc, time::Duration};
use uuid::Uuid;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations");

/// A handle on the store; cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pool: PgPool,
    audit_key: Option<AuditKey>,
    by: Arc<str>,
    person_at_once: i32,
}

impl Store {
    /// A store behind `url` that opens at most `connections`; nothing is connected yet.
    ///
    /// # Errors
    /// When the URL cannot be read. The error never shows it.
    pub fn open(url: &str, connections: u32) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url)
            .map_err(|_| StoreError::BadUrl)?
            .application_name("rowcall")
            // A run's statements are a dozen; each is prepared once per connection.
            .statement_cache_capacity(64);
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(5))
            .idle_timeout(Duration::from_secs(300))
            // A ping before each statement would double every statement's cost; a connection that died is
            // noticed by the statement itself, which `retrying` sends again.
            .test_before_acquire(false)
            .connect_lazy_with(options);
        Ok(Self { pool, audit_key: None, by: audit::ITSELF.into(), person_at_once: PERSON_AT_ONCE })
    }

    /// The same store, whose audit log is kept with this key. Without one no change is taken.
    #[must_use]
    pub fn with_audit_key(self, audit_key: Option<AuditKey>) -> Self {
        Self { audit_key, ..self }
    }

    /// The same store, of whose runs so many of one person of a chat work on one source at a time. Every worker must have
    /// the same number.
    #[must_use]
    pub fn with_person_at_once(self, person_at_once: i32) -> Self {
        Self { person_at_once, ..self }
    }

    /// The same store in the hands of somebody (`discord:123`, `cli:ada`): what is set through this handle is theirs in
    /// the audit log.
    #[must_use]
    pub fn acting_as(&self, account: &str) -> Self {
        Self { by: account.into(), ..self.clone() }
    }

    /// Brings the schema up to this version. Safe to run from several processes at once.
    ///
    /// # Errors
    /// When the store cannot be reached, or was migrated by a newer version.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        MIGRATIONS.run(&self.pool).await.map_err(StoreError::from)
    }

    /// Whether the store answers and has the schema of this version.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ready(&self) -> Result<(), StoreError> {
        // Unchecked: the table belongs to sqlx's migrator, not to a migration.
        let applied: Option<i64> =
            sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations WHERE success")
                .fetch_one(&self.pool)
                .await
                .map_err(|error| match StoreError::from(error) {
                    StoreError::Refused(_) => StoreError::NotMigrated,
                    other => other,
                })?;
        let wanted = MIGRATIONS.iter().map(|m| m.version).max();
        if applied < wanted {
            return Err(StoreError::NotMigrated);
        }
        Ok(())
    }

    /// Which installation this is: for all of its processes the same, and kept with the store.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn installation(&self) -> Result<Uuid, StoreError> {
        Ok(sqlx::query_scalar!("SELECT id FROM installation").fetch_one(&self.pool).await?)
    }

    /// The pool, for tests that look at rows directly.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }
}

/// Runs `op` again while the store is away: a restart of its server must cost a pause, not an answer. Gives up
/// after `patience` and returns the last error. `op` must be safe to repeat.
///
/// # Errors
/// The last error, or the first that waiting cannot cure.
pub async fn retrying<T, F, Fut>(patience: Duration, mut op: F) -> Result<T, StoreError>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, StoreError>>,
{
    let started = tokio::time::Instant::now();
    let mut pause = Duration::from_millis(10);
    loop {
        match op().await {
            Err(error) if error.is_transient() && started.elapsed() + pause < patience => {
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(1));
            }
            other => return other,
        }
    }
}
