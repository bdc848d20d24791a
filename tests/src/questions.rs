//! The product's own steps over the demo data, as the tests need them: a source read through the least privilege
//! role, a day that does not move, and a way to ask and to get the delivered reply.

use crate::World;
use chrono::NaiveDate;
use chrono::Utc;
use rowcall_bot::{Intake, IntakeError};
use rowcall_core::{Actor, Inbound, Place, Platform, Reply, RunId};
use rowcall_embedded::{EmbeddedError, testing};
use rowcall_planner::{Aids, OfflinePlanner, Outcome, PlanRequest, Planner, PlannerError};
use rowcall_shared::config::WorkerConfig;
use rowcall_source::{CatalogueCache, InitOptions};
use rowcall_worker::{
    Worker,
    changes::{ChangeSettings, Changes},
    engine::{Engine, EngineSettings, NoProbe, Pipeline, Probe},
    sources::Sources,
    stages,
};
use serde_json::{Value as Json, json};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::{path::Path, sync::Arc, time::Duration};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// The day it is in these tests: shortly after the last order of the demo data.
pub const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 10, 15).unwrap();

/// The source's name, which is also the default source.
pub const SOURCE: &str = "demo";

/// How long a question may take before a test gives up on it.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The role that may change every table of the test data; a source is read-only unless its settings name it.
pub const WRITER: &str = "e2e_writer";

/// The role that answers questions.
pub const READER: &str = "e2e_reader";
const LOGIN: &str = "e2e_login";
const PASSWORD: &str = "e2e-Pa55word-never-shown";

/// A database of the demo data.
#[derive(Clone, Debug)]
pub struct DemoData {
    /// For its owner, to change it and to ask for what is right.
    pub admin_url: String,
    /// For the role that may only read, as the product uses it.
    pub reader_url: String,
}

impl DemoData {
    /// A copy of this test's own on the servers that all tests share.
    pub async fn new() -> Self {
        let servers = testing::source().await;
        let name = format!("demo_{}_{}", rowcall_datasets::DEFAULT_SEED, env!("CARGO_PKG_VERSION"));
        let template = servers
            .template(&name, |url| async move {
                load(&url).await;
                Ok::<(), EmbeddedError>(())
            })
            .await
            .unwrap();
        Self::at(servers.database(Some(&template)).await.unwrap())
    }

    /// An empty database that may be read the same way, for tables of a test's own in schema `public`.
    pub async fn empty() -> Self {
        let servers = testing::source().await;
        Self::prepare(servers.database(None).await.unwrap(), &["public"]).await
    }

    /// An empty database of a test's own server, with the roles, for tables made later in these schemas.
    pub async fn prepare(admin_url: String, schemas: &[&str]) -> Self {
        prepare(&admin_url, schemas).await;
        Self::at(admin_url)
    }

    /// The demo data loaded into an empty database of a test's own server.
    pub async fn load(admin_url: String) -> Self {
        load(&admin_url).await;
        Self::at(admin_url)
    }

    fn at(admin_url: String) -> Self {
        let host = admin_url.split_once('@').unwrap().1;
        Self { reader_url: format!("postgres://{LOGIN}:{PASSWORD}@{host}"), admin_url }
    }

    /// Runs statements as its owner.
    pub async fn run(&self, sql: &str) {
        run_as(&self.admin_url, sql).await;
    }
}

/// Runs statements on a database.
pub async fn run_as(url: &str, sql: &str) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

async fn load(url: &str) {
    let names: Vec<&str> = rowcall_datasets::datasets().iter().map(|d| d.name).collect();
    rowcall_datasets::seed(url, &names, rowcall_datasets::DEFAULT_SEED).await.unwrap();
    prepare(url, &names).await;
}

/// Gives the roles what `rowcall source init` gives. Tables made later may be changed too.
async fn prepare(url: &str, schemas: &[&str]) {
    let options = InitOptions {
        schemas: schemas.iter().map(|s| (*s).to_owned()).collect(),
        reader: READER.to_owned(),
        login: LOGIN.to_owned(),
        writer: Some(WRITER.to_owned()),
        ..InitOptions::default()
    };
    let writable: String = schemas
        .iter()
        .map(|schema| {
            format!(
                "GRANT USAGE ON SCHEMA {schema} TO {WRITER};
                 GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {WRITER};
                 ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {WRITER};
                 ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE ON SEQUENCES TO {WRITER};"
            )
        })
        .collect();
    let mut connection = PgConnection::connect(url).await.unwrap();
    // Roles belong to the whole server: two tests must not make them at the same time.
    let sql = format!(
        "SELECT pg_advisory_lock(7041);\n{}\n{writable}\nALTER ROLE {LOGIN} PASSWORD '{PASSWORD}' CONNECTION LIMIT -1;",
        rowcall_source::init_sql(&options)
    );
    let until = Instant::now() + PATIENCE;
    while let Err(error) = sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(&mut connection).await {
        // Advisory locks hold in one database only; roles of another one's making collide now and then.
        assert!(Instant::now() < until, "{error}");
        sqlx::raw_sql("ROLLBACK").execute(&mut connection).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    connection.close().await.unwrap();
}

/// A world whose source is known, and a worker in this process that serves it.
pub struct Asking {
    /// Store, queue and Redis.
    pub world: World,
    /// Where the source's address lies.
    pub secrets: tempfile::TempDir,
    worker: Option<(std::thread::JoinHandle<()>, CancellationToken)>,
}

impl Asking {
    /// A world of one test's own, over `data`, with a worker.
    pub async fn over(data: &DemoData) -> Self {
        let mut asking = Self::idle(World::new().await, data, json!({})).await;
        asking.work();
        asking
    }

    /// The same in a given world, with further settings of the source and without a worker.
    pub async fn idle(world: World, data: &DemoData, settings: Json) -> Self {
        let secrets = tempfile::tempdir().unwrap();
        let asking = Self { world, secrets, worker: None };
        asking.source(SOURCE, &data.reader_url, settings).await;
        asking
    }

    /// Makes a source known. Its role is the reading one unless `settings` say otherwise.
    pub async fn source(&self, name: &str, url: &str, mut settings: Json) {
        let file = self.secrets.path().join(name);
        std::fs::write(&file, url).unwrap();
        if settings.get("role").is_none() {
            settings["role"] = READER.into();
        }
        self.world.store.put_source(name, &url_ref(&file), &settings).await.unwrap();
    }

    /// Starts a worker in this process.
    pub fn work(&mut self) {
        self.work_with(Arc::new(Dated::default()));
    }

    /// Starts a worker with another planner.
    pub fn work_with(&mut self, planner: Arc<dyn Planner>) {
        let stop = CancellationToken::new();
        let worker = worker(&self.world, planner);
        let told = stop.clone();
        let runtime = tokio::runtime::Handle::current();
        let thread = std::thread::spawn(move || runtime.block_on(worker.run(told)));
        self.worker = Some((thread, stop));
    }

    /// The front door.
    pub fn intake(&self) -> Intake {
        Intake::new(self.world.store.clone(), self.world.queue.clone(), self.world.config.limits.clone())
    }

    /// Hands a question in, without waiting for its answer.
    pub async fn hand_in(
        &self,
        conversation: &str,
        source: Option<&str>,
        text: &str,
    ) -> Result<RunId, IntakeError> {
        let event = uuid::Uuid::new_v4().to_string();
        self.hand_in_event(&event, conversation, source, text).await
    }

    /// The same for an event that may come twice.
    pub async fn hand_in_event(
        &self,
        event: &str,
        conversation: &str,
        source: Option<&str>,
        text: &str,
    ) -> Result<RunId, IntakeError> {
        let place = Place { platform: Platform::Cli, key: format!("tester:{conversation}") };
        let actor = Actor::local(Platform::Cli, "tester", Utc::now());
        let mut inbound = Inbound::question(place, event, actor, text);
        inbound.source = source.map(str::to_owned);
        self.intake().accept(inbound).await.map(|accepted| accepted.run_id)
    }

    /// Asks in a conversation and waits for the reply to be delivered.
    pub async fn ask_in(&self, conversation: &str, text: &str) -> Reply {
        let run_id = self.hand_in(conversation, None, text).await.unwrap();
        self.reply(run_id).await
    }

    /// Asks in a conversation of its own.
    pub async fn ask(&self, text: &str) -> Reply {
        self.ask_in(&uuid::Uuid::new_v4().to_string(), text).await
    }

    /// Takes a run's delivery from the outbox, as a front end does, and checks that there is no second.
    pub async fn reply(&self, run_id: RunId) -> Reply {
        let until = Instant::now() + PATIENCE;
        let store = &self.world.store;
        loop {
            let lease = Duration::from_secs(60);
            let taken = store.take_deliveries(Platform::Cli, Some(run_id), "test", lease, 1).await;
            if let Ok(Some(delivery)) = taken.map(|mut deliveries| deliveries.pop()) {
                while store.delivered(delivery.id, "test", None).await.is_err() {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                assert_eq!(self.world.replies(run_id).await, (1, 1), "one reply for {run_id}");
                return delivery.reply;
            }
            assert!(Instant::now() < until, "run {run_id} gave no reply");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Lets the worker finish what it has.
    pub async fn stop(&mut self) {
        if let Some((worker, stop)) = self.worker.take() {
            stop.cancel();
            while !worker.is_finished() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        if let Some((_, stop)) = self.worker.take() {
            stop.cancel();
        }
    }
}

fn url_ref(file: &Path) -> String {
    format!("file:{}", file.display())
}

/// The steps of a question, the product's own, on [`TODAY`].
pub fn pipeline(world: &World) -> Pipeline {
    pipeline_with(world, sources(world), Arc::new(Dated::default()))
}

/// What makes approved changes, the product's own.
pub fn changes(world: &World, lease: Duration, probe: Arc<dyn Probe>) -> Changes {
    changes_with(world, sources(world), lease, probe)
}

fn sources(world: &World) -> Arc<Sources> {
    let connection = world.queue.link().connection();
    let cache = CatalogueCache::new(Some(connection), world.config.worker.catalogue_ttl);
    Arc::new(Sources::new(world.store.clone(), cache))
}

fn pipeline_with(world: &World, sources: Arc<Sources>, planner: Arc<dyn Planner>) -> Pipeline {
    stages::pipeline(
        world.store.clone(),
        sources,
        planner,
        world.config.worker.time_zone,
        world.config.access.snapshot,
    )
}

fn changes_with(world: &World, sources: Arc<Sources>, lease: Duration, probe: Arc<dyn Probe>) -> Changes {
    let settings = ChangeSettings {
        lease,
        oldest: world.config.access.snapshot,
        store_patience: Duration::from_secs(60),
    };
    Changes::new(world.store.clone(), sources, world.progress.clone(), settings, probe)
}

/// A worker with times short enough for a test.
fn worker(world: &World, planner: Arc<dyn Planner>) -> Worker {
    let config = WorkerConfig {
        lease: Duration::from_secs(3),
        max_attempts: 3,
        retry_base: Duration::from_millis(20),
        ..world.config.worker.clone()
    };
    let (store, progress, sources) = (world.store.clone(), world.progress.clone(), sources(world));
    let pipeline = pipeline_with(world, sources.clone(), planner);
    let engine = Engine::new(store, progress, pipeline, EngineSettings::from(&config), Arc::new(NoProbe));
    let changes = changes_with(world, sources, config.lease, Arc::new(NoProbe));
    Worker { store: world.store.clone(), queue: world.queue.clone(), engine, changes, concurrency: 4 }
}

/// The offline planner on a day that does not move, so that "last month" has one right answer.
#[derive(Default)]
pub struct Dated(OfflinePlanner);

#[async_trait::async_trait]
impl Planner for Dated {
    async fn plan(&self, request: PlanRequest<'_>, aids: Aids<'_>) -> Result<Outcome, PlannerError> {
        self.0.plan(PlanRequest { today: TODAY, ..request }, aids).await
    }
}
