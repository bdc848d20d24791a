//! `rowcall demo`: the whole product in one process, on servers of its own.

use super::stop_on_signal;
use crate::{
    exit,
    services::{RunningDemo, Services, default_data, env, write_private},
};
use anyhow::{Context, Result, bail};
use rowcall_bot::{ConsoleOptions, Platforms};
use rowcall_core::Role;
use rowcall_embedded::{Postgres, PostgresOptions, Redis, RedisOptions};
use rowcall_shared::store::{Grant, Grantee};
use rowcall_source::{CatalogueCache, InitOptions, Source, SourceSettings};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Starts everything with demo data and no configuration: a private PostgreSQL and Redis, the store, a worker and
/// the console.
///
/// With DISCORD_TOKEN or TELEGRAM_TOKEN set it also answers there, and lets anyone ask about its demo data, which is made
/// up.
///
/// Prints "ready URL" when questions can be asked. Ctrl-C stops it all; what was said is kept for the next time.
///
/// Example: rowcall demo --port 8080
#[derive(clap::Args)]
pub struct Demo {
    /// Port of the console, on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Where its data is kept.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Forget what an earlier demo kept.
    #[arg(long)]
    fresh: bool,
}

const STORE: &str = "store";
const DEMO: &str = "demo";
const READER_PASSWORD: &str = "reader-password";
const SOURCE_URL: &str = "demo-source-url";
const AUDIT_KEY: &str = "audit-key";

impl Demo {
    pub async fn run(self) -> Result<ExitCode> {
        let stop = stop_on_signal();
        let address = SocketAddr::from(([127, 0, 0, 1], self.port));
        // First of all: a taken port must not cost a minute of setting up.
        let listener = rowcall_bot::bind(address).await?;
        let console = format!("http://{}", listener.local_addr()?);
        // Whoever asks it from a shell must say where it is, if it is not where demos are.
        let (folder, at) = match self.data {
            Some(folder) => {
                let folder = std::path::absolute(folder)?;
                let at = format!("--data {} ", folder.display());
                (folder, at)
            }
            None => (default_data()?, String::new()),
        };
        if self.fresh {
            forget(&folder)?;
        }
        make_folder(&folder)?;
        let demo = tokio::select! {
            demo = Servers::start(&folder) => demo?,
            () = stop.cancelled() => return Ok(exit::DONE),
        };
        let running = RunningDemo {
            pid: std::process::id(),
            console: console.clone(),
            database_url: demo.postgres.url(STORE),
            redis_url: demo.redis.url(),
            audit_key_file: audit_key(&folder)?,
        };
        let mut services = Services::open(running.config()?)?;
        services.config.add_chats(&env)?;
        services.config.add_model(&env)?;
        let suggestions = prepare(&demo, &services, &folder).await?;
        let platforms = Platforms { go_on_without: true, ..Platforms::of(&services.config) };
        let opened = open_to_chats(&services, &platforms).await?;
        running.write(&folder)?;
        let worker = rowcall_worker::Worker::for_questions(
            &services.config,
            services.store.clone(),
            services.queue.clone(),
            services.progress.clone(),
        );
        let mut options = ConsoleOptions::new(address);
        options.suggestions = suggestions;
        let bot = Box::pin(rowcall_bot::run_bot(services.bot(), listener, options, platforms, stop.clone()));
        println!("ready {console}");
        println!(
            "Ask in the browser, or: rowcall ask {at}\"how many orders per month in 2025?\"   (Ctrl-C stops everything)"
        );
        if let Some(opened) = opened {
            println!("{opened}");
        }
        // Whichever part ends first takes the other with it.
        let (served, ()) = tokio::join!(
            async {
                let served = bot.await;
                stop.cancel();
                served
            },
            worker.run(stop.clone()),
        );
        RunningDemo::remove(&folder);
        services.store.pool().close().await;
        let (postgres, redis) = tokio::join!(demo.postgres.stop(), demo.redis.stop());
        postgres?;
        redis?;
        served?;
        Ok(exit::DONE)
    }
}

/// Lets anyone in the chats ask about the demo's own data; gives what to say of it.
async fn open_to_chats(services: &Services, platforms: &Platforms) -> Result<Option<String>> {
    let live: Vec<&str> =
        [("Discord", platforms.discord.is_some()), ("Telegram", platforms.telegram.is_some())]
            .iter()
            .filter_map(|(name, configured)| configured.then_some(*name))
            .collect();
    if live.is_empty() {
        return Ok(None);
    }
    let grant =
        Grant { grantee: Grantee::Anyone, role: Role::Analyst, source: Some(DEMO.to_owned()), place: None };
    services.store.grant(&grant, "demo").await.context("access to the demo data cannot be granted")?;
    Ok(Some(format!(
        "Also on {}. Anyone who finds the bot there may ask about the demo data, which is made up, and nothing else.",
        live.join(" and ")
    )))
}

/// The file with the key of the audit log, made once.
fn audit_key(folder: &Path) -> Result<PathBuf> {
    let file = folder.join(AUDIT_KEY);
    if !file.exists() {
        let key = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
        write_private(&file, key.as_bytes())?;
    }
    Ok(file)
}

/// The private servers.
struct Servers {
    postgres: Postgres,
    redis: Redis,
}

impl Servers {
    async fn start(folder: &Path) -> Result<Self> {
        let postgres =
            PostgresOptions { data_dir: Some(folder.join("postgres")), ..PostgresOptions::default() };
        let redis = RedisOptions { data_dir: Some(folder.join("redis")), durable: true };
        let (postgres, redis) = tokio::try_join!(Postgres::start(postgres), Redis::start(redis))?;
        Ok(Self { postgres, redis })
    }
}

/// Store migrated, data loaded, source known. Gives questions to begin with.
async fn prepare(demo: &Servers, services: &Services, folder: &Path) -> Result<Vec<String>> {
    let store = async {
        if !demo.postgres.has_database(STORE).await? {
            demo.postgres.create_database(STORE, None).await?;
        }
        services.store.migrate().await?;
        anyhow::Ok(())
    };
    let (stored, source_url) = tokio::join!(store, demo_source(&demo.postgres, folder));
    stored.context("the store cannot be prepared")?;
    let source_url = source_url.context("the demo data cannot be loaded")?;
    let secret = folder.join(SOURCE_URL);
    write_private(&secret, source_url.as_bytes())?;
    let options = roles();
    let settings = serde_json::json!({
        "role": options.reader, "writer": options.writer, "model_sees_values": true,
    });
    services.store.put_source(DEMO, &format!("file:{}", secret.display()), &settings).await?;
    let source = Source::new(serde_json::from_value::<SourceSettings>(settings)?, &source_url)?;
    let catalogue = source.catalogue(&CatalogueCache::new(None, std::time::Duration::ZERO)).await?;
    source.close().await;
    Ok(rowcall_planner::suggestions(&catalogue))
}

/// The roles of the demo: one that reads its data, and one that changes what somebody agreed to.
fn roles() -> InitOptions {
    let all = rowcall_datasets::datasets();
    let tables = all.iter().flat_map(|d| d.files.iter().map(|f| (d.name.to_owned(), f.table.to_owned())));
    InitOptions {
        schemas: all.iter().map(|d| d.name.to_owned()).collect(),
        writable: tables.collect(),
        ..InitOptions::default()
    }
}

/// The demo database, loaded once; gives the URL of the login, which may do nothing but take on its roles.
async fn demo_source(postgres: &Postgres, folder: &Path) -> Result<String> {
    let password = match std::fs::read_to_string(folder.join(READER_PASSWORD)) {
        Ok(password) => password,
        Err(_) => {
            let password = uuid::Uuid::new_v4().simple().to_string();
            write_private(&folder.join(READER_PASSWORD), password.as_bytes())?;
            password
        }
    };
    let options = roles();
    if !postgres.has_database(DEMO).await? {
        // It gets its name when it is whole: a first start that is interrupted is begun anew.
        let loading = format!("loading_{}", uuid::Uuid::new_v4().simple());
        postgres.create_database(&loading, None).await?;
        let url = postgres.url(&loading);
        let names: Vec<&str> = rowcall_datasets::datasets().iter().map(|d| d.name).collect();
        rowcall_datasets::seed(&url, &names, rowcall_datasets::DEFAULT_SEED).await?;
        let mut connection = PgConnection::connect(&postgres.url("postgres")).await?;
        let rename = format!("ALTER DATABASE {loading} RENAME TO {DEMO}");
        sqlx::raw_sql(AssertSqlSafe(rename)).execute(&mut connection).await?;
        connection.close().await?;
    }
    // Each time: a demo of an earlier version may have had other roles, and what is there is kept.
    let mut connection = PgConnection::connect(&postgres.url(DEMO)).await?;
    sqlx::raw_sql(AssertSqlSafe(rowcall_source::init_sql(&options))).execute(&mut connection).await?;
    // The password is hexadecimal and the login our own constant: nothing to quote.
    let alter = format!("ALTER ROLE {} PASSWORD '{password}'", options.login);
    sqlx::raw_sql(AssertSqlSafe(alter)).execute(&mut connection).await?;
    connection.close().await?;
    Ok(format!("postgres://{}:{password}@127.0.0.1:{}/{DEMO}", options.login, postgres.port()))
}

fn make_folder(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| {
        format!("the data folder {} cannot be made: choose another with --data", folder.display())
    })
}

/// Removes an earlier demo's data, and nothing else: a folder that holds anything we did not make is refused.
fn forget(folder: &Path) -> Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    if RunningDemo::read(folder).is_ok() {
        bail!("a demo is running on {}: stop it first", folder.display());
    }
    let ours = ["postgres", "redis", "running.json", READER_PASSWORD, SOURCE_URL, AUDIT_KEY];
    for entry in entries {
        let name = entry?.file_name();
        if !ours.iter().any(|o| name == *o) {
            bail!(
                "{} holds \"{}\", which is not ours: nothing was removed",
                folder.display(),
                name.to_string_lossy()
            );
        }
    }
    std::fs::remove_dir_all(folder).with_context(|| format!("{} cannot be removed", folder.display()))
}
