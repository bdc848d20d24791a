//! Against a real PostgreSQL.
#![allow(clippy::unwrap_used)]

mod defining;
mod executing;
mod kept_back;
mod measuring;
mod types;
mod undoing;

use crate::{
    Approved, Bound, Change, Images, Limits, Mark, Measured, NoMask, NotKept, Outcome, UndoPlan, UndoStore,
    Unmeasured, execute, facts::Table, measure,
};
use rowcall_core::{Hours, TicketId};
use rowcall_embedded::testing;
use rowcall_policy::{CheckedChange, Verdict};
use rowcall_source::{InitOptions, Source, SourceSettings, init_sql};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::{collections::HashMap, sync::Mutex, time::Duration};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// A table with nothing but a name and a key.
pub(crate) fn table(schema: &str, name: &str, key: &[&str]) -> Table {
    Table {
        oid: 1,
        schema: schema.into(),
        name: name.into(),
        kind: "r".into(),
        columns: Vec::new(),
        key: key.iter().map(|k| (*k).to_owned()).collect(),
        constraints: Vec::new(),
        referenced_by: Vec::new(),
        triggers: Vec::new(),
        rules: Vec::new(),
        row_security: Vec::new(),
        inherited: false,
        unique_columns: Vec::new(),
        may: [true; 4],
    }
}

/// A source prepared by `source init`, whose writing role may change everything in `public`, and images kept in memory.
pub(crate) struct Fixture {
    pub admin: PgConnection,
    pub url: String,
    pub source: Source,
    pub limits: Limits,
    pub installation: Uuid,
    pub store: Memory,
}

/// An [`UndoStore`] that forgets with the process.
#[derive(Default)]
pub(crate) struct Memory {
    pub kept: Mutex<HashMap<TicketId, Option<Images>>>,
    pub refuses: bool,
}

#[async_trait::async_trait]
impl UndoStore for Memory {
    async fn keep(&self, ticket: TicketId, images: Option<&Images>) -> Result<(), NotKept> {
        if self.refuses {
            return Err(NotKept("the lease is lost".into()));
        }
        self.kept.lock().unwrap().insert(ticket, images.cloned());
        Ok(())
    }
}

pub(crate) async fn run(db: &mut PgConnection, sql: &str) {
    if let Err(error) = db.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await {
        panic!("{error}: {sql}");
    }
}

impl Fixture {
    pub async fn new(setup: &str) -> Self {
        let url = testing::source().await.database(None).await.unwrap();
        let database = url.rsplit('/').next().unwrap().to_owned();
        let mut admin = PgConnection::connect(&url).await.unwrap();
        let options = InitOptions {
            reader: format!("{database}_reader"),
            login: format!("{database}_login"),
            writer: Some(format!("{database}_writer")),
            ..InitOptions::default()
        };
        let writer = options.writer.clone().unwrap();
        run(&mut admin, &format!("CREATE EXTENSION IF NOT EXISTS pgcrypto; {}", init_sql(&options))).await;
        run(
            &mut admin,
            &format!(
                "GRANT USAGE ON SCHEMA public TO {writer}; ALTER ROLE {} PASSWORD 'writes'; \
                 ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {writer}; \
                 ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {writer}",
                options.login
            ),
        )
        .await;
        run(&mut admin, setup).await;
        let (_, host) = url.split_once('@').unwrap();
        let source_url = format!("postgres://{}:writes@{host}", options.login);
        let settings =
            SourceSettings { role: Some(options.reader), writer: Some(writer), ..SourceSettings::default() };
        Self {
            admin,
            source: Source::new(settings, &source_url).unwrap(),
            url: source_url,
            limits: Limits { lock_ms: 400, attempts: 3, ..Limits::default() },
            installation: Uuid::new_v4(),
            store: Memory::default(),
        }
    }

    pub async fn run(&mut self, sql: &str) {
        run(&mut self.admin, sql).await;
    }

    /// Whether the server knows MERGE: 15 and later do.
    pub async fn merges(&mut self) -> bool {
        self.texts("SELECT (current_setting('server_version_num')::int >= 150000)::text").await == "true"
    }

    /// What a query of one text column gives, rows separated by blanks.
    pub async fn texts(&mut self, sql: &str) -> String {
        let rows: Vec<Option<String>> =
            sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(&mut self.admin).await.unwrap();
        rows.into_iter().map(|r| r.unwrap_or_else(|| "NULL".into())).collect::<Vec<_>>().join(" ")
    }

    /// Every row of a table, in order, as records.
    pub async fn all(&mut self, table: &str) -> String {
        self.texts(&format!("SELECT t::text FROM {table} t ORDER BY 1")).await
    }

    pub fn mark(&self) -> Mark {
        Mark { installation: self.installation, ticket: TicketId::new() }
    }

    pub async fn measure(&self, sql: &str) -> Result<Measured, Unmeasured> {
        self.measure_change(Change::Statement(&checked(sql))).await
    }

    pub async fn measure_change(&self, change: Change<'_>) -> Result<Measured, Unmeasured> {
        measure(&self.source, change, &self.limits, &NoMask, &CancellationToken::new()).await
    }

    /// Runs what was measured.
    pub async fn execute(&self, mark: Mark, change: Change<'_>, measured: &Measured) -> Outcome {
        execute(&self.source, mark, change, &approved(measured), &self.limits, &self.store).await
    }

    /// Measures and runs a statement, and gives what would take it back.
    pub async fn apply(&self, sql: &str) -> Images {
        self.apply_checked(sql, checked(sql)).await
    }

    /// The same, checked with the source's own types and tables.
    pub async fn apply_with_catalogue(&self, sql: &str) -> Images {
        self.apply_checked(sql, self.checked_with_catalogue(sql).await).await
    }

    pub async fn checked_with_catalogue(&self, sql: &str) -> CheckedChange {
        let cache = rowcall_source::CatalogueCache::new(None, rowcall_source::CatalogueCache::DEFAULT_TTL);
        let catalogue = self.source.catalogue(&cache).await.unwrap();
        match rowcall_policy::check(sql, &rowcall_policy::Facts { catalogue: Some(&catalogue) }) {
            Verdict::NeedsApproval(change) => change,
            other => panic!("{sql}: {other:?}"),
        }
    }

    /// The source answers in other hours from now on.
    pub fn set_hours(&mut self, hours: Option<Hours>) {
        let mut settings = self.source.settings().clone();
        settings.restrictions.hours = hours;
        self.source = Source::new(settings, &self.url).unwrap();
    }

    async fn apply_checked(&self, sql: &str, checked: CheckedChange) -> Images {
        let change = Change::Statement(&checked);
        let measured = self.measure_change(change).await.unwrap_or_else(|error| panic!("{error}: {sql}"));
        let mark = self.mark();
        let outcome = self.execute(mark, change, &measured).await;
        assert!(matches!(outcome, Outcome::Applied(_)), "{outcome:?}: {sql}: {:?}", measured.impact);
        let kept = self.store.kept.lock().unwrap().remove(&mark.ticket).unwrap();
        kept.unwrap_or_else(|| panic!("no images: {:?}: {sql}", measured.impact.undo))
    }

    /// Measures and runs an undo.
    pub async fn undo(&self, plan: &UndoPlan) -> Outcome {
        let measured = self.measure_change(Change::Undo(plan)).await.unwrap();
        self.execute(self.mark(), Change::Undo(plan), &measured).await
    }

    pub async fn markers(&mut self) -> String {
        self.texts("SELECT tombstone::text FROM rowcall.applied_change ORDER BY 1").await
    }
}

pub(crate) fn approved(measured: &Measured) -> Approved {
    let bound = match measured.impact.rows {
        rowcall_core::change::Rows::Exact(_) => Bound::Rows,
        rowcall_core::change::Rows::Unknown(_) => Bound::AtMost(1_000),
    };
    Approved { fingerprint: measured.impact.fingerprint, evidence: Some(measured.evidence.clone()), bound }
}

pub(crate) fn checked(sql: &str) -> CheckedChange {
    match rowcall_policy::check(sql, &rowcall_policy::Facts::default()) {
        Verdict::NeedsApproval(change) => change,
        other => panic!("{sql}: {other:?}"),
    }
}

/// Waits until a query says true.
pub(crate) async fn until(db: &mut PgConnection, sql: &str) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    while !sqlx::query_scalar::<_, bool>(AssertSqlSafe(sql.to_owned())).fetch_one(&mut *db).await.unwrap() {
        assert!(tokio::time::Instant::now() < deadline, "never: {sql}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
