//! Private servers that sync to disk, as in production, with the demo data.

use rowcall_embedded::{Postgres, PostgresOptions, Redis, RedisOptions};
use rowcall_source::{InitOptions, Source, SourceSettings};
use rowcall_tests::World;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::io::Write;
use tempfile::NamedTempFile;

pub struct Servers {
    postgres: Postgres,
    redis: Redis,
    reader: String,
    /// Where the demo data's address lies.
    address: NamedTempFile,
}

impl Servers {
    pub async fn start() -> Self {
        let options = PostgresOptions { max_connections: 200, ..PostgresOptions::default() };
        let postgres = Postgres::start(options).await.unwrap();
        let redis = Redis::start(RedisOptions { durable: true, ..RedisOptions::default() }).await.unwrap();
        for name in ["demo", "wide"] {
            postgres.create_database(name, None).await.unwrap();
        }
        let names: Vec<&str> = rowcall_datasets::datasets().iter().map(|d| d.name).collect();
        rowcall_datasets::seed(&postgres.url("demo"), &names, rowcall_datasets::DEFAULT_SEED).await.unwrap();
        let options = InitOptions {
            schemas: names.iter().map(|n| (*n).to_owned()).collect(),
            ..InitOptions::default()
        };
        let mut connection = PgConnection::connect(&postgres.url("demo")).await.unwrap();
        let init = rowcall_source::init_sql(&options);
        sqlx::raw_sql(AssertSqlSafe(init)).execute(&mut connection).await.unwrap();
        sqlx::raw_sql("ALTER ROLE rowcall PASSWORD 'bench'").execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        let mut address = NamedTempFile::new().unwrap();
        write!(address, "postgres://rowcall:bench@127.0.0.1:{}/demo", postgres.port()).unwrap();
        Self { postgres, redis, reader: options.reader, address }
    }

    /// A store of this name, in which the demo data is known.
    pub async fn world(&self, name: &str) -> World {
        self.postgres.create_database(name, None).await.unwrap();
        let world = World::at(&self.postgres.url(name), &self.redis.url(), &format!("bench-{name}"));
        world.store.migrate().await.unwrap();
        let address = format!("file:{}", self.address.path().display());
        world.store.put_source("demo", &address, &json!({ "role": self.reader })).await.unwrap();
        world
    }

    /// The demo data, as a worker has it.
    pub fn source(&self) -> Source {
        let settings = SourceSettings { role: Some(self.reader.clone()), ..SourceSettings::default() };
        Source::new(settings, &self.source_url()).unwrap()
    }

    /// Its address, for the login.
    pub fn source_url(&self) -> String {
        std::fs::read_to_string(self.address.path()).unwrap()
    }

    /// The role that reads it.
    pub fn reader(&self) -> &str {
        &self.reader
    }

    pub fn postgres(&self) -> &Postgres {
        &self.postgres
    }

    pub async fn stop(self) {
        self.postgres.stop().await.unwrap();
        self.redis.stop().await.unwrap();
    }
}
