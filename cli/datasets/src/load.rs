//! Loads datasets into a database by COPY, and never touches what is not theirs.

use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

use crate::{Dataset, File, dataset, datasets, generate};

/// How the comment of a schema made here begins; the seed follows.
const MARK: &str = "Rowcall demo data, seed ";

/// What was loaded.
#[derive(Debug, Clone)]
pub struct Report {
    /// Each dataset.
    pub datasets: Vec<Loaded>,
    /// How long all of it took.
    pub elapsed: Duration,
}

impl Report {
    /// Rows of all datasets.
    pub fn rows(&self) -> u64 {
        self.datasets.iter().map(|it| it.rows).sum()
    }
}

/// One loaded dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// Its name and schema.
    pub name: &'static str,
    /// Its rows, as counted by the database.
    pub rows: u64,
}

/// Why a dataset was not loaded. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// There is no dataset of this name.
    #[error("there is no dataset \"{name}\". The datasets are: {known}")]
    Unknown {
        /// The name given.
        name: String,
        /// All names.
        known: String,
    },
    /// The schema exists and was not made by us.
    #[error(
        "the schema \"{schema}\" exists and is not demo data; nothing was changed. \
         Rename that schema, or load the demo data into another database"
    )]
    NotOurs {
        /// The schema.
        schema: &'static str,
    },
    /// Somebody put other objects into the schema.
    #[error(
        "the schema \"{schema}\" holds other objects than the demo data ({objects}); nothing was changed. \
         Move or drop them first"
    )]
    ForeignObjects {
        /// The schema.
        schema: &'static str,
        /// Their names.
        objects: String,
    },
    /// Something elsewhere (a view, a foreign key) depends on a table that would be replaced.
    #[error("other objects depend on the demo data in \"{schema}\"; nothing was changed. {detail}")]
    DependedOn {
        /// The schema.
        schema: &'static str,
        /// The database's list.
        detail: String,
    },
    /// The database refused or could not be reached.
    #[error("the demo data could not be loaded: {0}")]
    Database(#[from] sqlx::Error),
    /// Generating was interrupted.
    #[error("the demo data could not be made: {0}")]
    Interrupted(#[from] tokio::task::JoinError),
}

/// Connects to `url` and loads the named datasets (none named: all). See [`load`].
pub async fn seed(url: &str, names: &[&str], seed: u64) -> Result<Report, SeedError> {
    let mut connection = PgConnection::connect(url).await?;
    let report = load(&mut connection, names, seed).await?;
    connection.close().await?;
    Ok(report)
}

/// Loads the named datasets (none named: all) in one transaction, replacing what an earlier load left, then has the
/// planner's statistics made. Loading twice gives the same rows. The role needs CREATE on the database.
pub async fn load(connection: &mut PgConnection, names: &[&str], seed: u64) -> Result<Report, SeedError> {
    let begun = Instant::now();
    let chosen = choose(names)?;
    let made = chosen.clone();
    let files: Vec<Vec<File>> = tokio::task::spawn_blocking(move || {
        made.iter().map(|it| generate(it.name, seed).unwrap_or_default()).collect()
    })
    .await?;
    let mut transaction = connection.begin().await?;
    // Two loads at once would both find the schema missing.
    sqlx::query("SELECT pg_advisory_xact_lock(hashtext('rowcall demo data'))")
        .execute(&mut *transaction)
        .await?;
    let mut loaded = Vec::new();
    for (dataset, files) in chosen.iter().zip(files) {
        clear(&mut transaction, dataset).await?;
        create(&mut transaction, dataset, seed).await?;
        let mut rows = 0;
        for file in files {
            rows += copy(&mut transaction, dataset, file).await?;
        }
        loaded.push(Loaded { name: dataset.name, rows });
    }
    transaction.commit().await?;
    for dataset in &chosen {
        for file in dataset.files {
            execute(connection, format!("ANALYZE {}.{}", dataset.name, file.table)).await?;
        }
    }
    Ok(Report { datasets: loaded, elapsed: begun.elapsed() })
}

/// The seed with which a dataset was loaded into this database, if it was.
pub async fn seeded(connection: &mut PgConnection, name: &str) -> Result<Option<u64>, SeedError> {
    let comment: Option<Option<String>> = sqlx::query_scalar(
        "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = $1",
    )
    .bind(name)
    .fetch_optional(connection)
    .await?;
    Ok(comment.flatten().and_then(|text| {
        let rest = text.strip_prefix(MARK)?;
        rest.split_once(':')?.0.parse().ok()
    }))
}

fn choose(names: &[&str]) -> Result<Vec<&'static Dataset>, SeedError> {
    if names.is_empty() {
        return Ok(datasets().iter().collect());
    }
    let unknown = |name: &str| SeedError::Unknown {
        name: name.to_string(),
        known: datasets().iter().map(|it| it.name).collect::<Vec<_>>().join(", "),
    };
    let mut chosen: Vec<&'static Dataset> = Vec::new();
    for name in names {
        let found = dataset(name).ok_or_else(|| unknown(name))?;
        if !chosen.contains(&found) {
            chosen.push(found);
        }
    }
    Ok(chosen)
}

/// Drops an earlier load. Without CASCADE: what depends on it belongs to somebody else.
async fn clear(connection: &mut PgConnection, dataset: &'static Dataset) -> Result<(), SeedError> {
    let schema = dataset.name;
    let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)")
        .bind(schema)
        .fetch_one(&mut *connection)
        .await?;
    if !exists {
        return Ok(());
    }
    let tables: Vec<String> = dataset.files.iter().map(|file| file.table.to_string()).collect();
    let others: Vec<String> = sqlx::query(OBJECTS)
        .bind(schema)
        .bind(&tables)
        .fetch_all(&mut *connection)
        .await?
        .iter()
        .map(|row| row.try_get(0))
        .collect::<Result<_, _>>()?;
    let ours = seeded(connection, schema).await?.is_some();
    let any_table: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace($1) AND relkind <> 'i')",
    )
    .bind(schema)
    .fetch_one(&mut *connection)
    .await?;
    if !ours && (any_table || !others.is_empty()) {
        return Err(SeedError::NotOurs { schema });
    }
    if !others.is_empty() {
        return Err(SeedError::ForeignObjects { schema, objects: others.join(", ") });
    }
    for file in dataset.files.iter().rev() {
        execute(connection, format!("DROP TABLE IF EXISTS {schema}.{}", file.table)).await.map_err(
            |error| match error.as_database_error() {
                Some(database) if database.code().as_deref() == Some("2BP01") => {
                    let detail = database
                        .try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
                        .and_then(|it| it.detail())
                        .unwrap_or_default()
                        .to_string();
                    SeedError::DependedOn { schema, detail }
                }
                _ => SeedError::Database(error),
            },
        )?;
    }
    Ok(())
}

/// Names of tables, views, sequences, functions and types in schema $1 that are not tables $2 or part of them.
const OBJECTS: &str = "
    SELECT relname::text FROM pg_class c
     WHERE relnamespace = to_regnamespace($1) AND relkind IN ('r','p','v','m','f','S','c') AND relname <> ALL ($2)
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                        AND d.deptype IN ('a','i') AND d.refclassid = 'pg_class'::regclass)
    UNION ALL
    SELECT proname || '()' FROM pg_proc WHERE pronamespace = to_regnamespace($1)
    UNION ALL
    SELECT typname::text FROM pg_type WHERE typnamespace = to_regnamespace($1) AND typtype IN ('d','e','r')
    ORDER BY 1 LIMIT 10";

async fn create(
    connection: &mut PgConnection,
    dataset: &'static Dataset,
    seed: u64,
) -> Result<(), SeedError> {
    let (name, title) = (dataset.name, dataset.title.replace('\'', "''"));
    execute(connection, format!("CREATE SCHEMA IF NOT EXISTS {name}")).await?;
    execute(connection, format!("COMMENT ON SCHEMA {name} IS '{MARK}{seed}: {title}'")).await?;
    execute(connection, dataset.ddl.to_string()).await?;
    Ok(())
}

async fn copy(connection: &mut PgConnection, dataset: &Dataset, file: File) -> Result<u64, SeedError> {
    let columns =
        dataset.files.iter().find(|it| it.table == file.table).map(|it| it.columns).unwrap_or_default();
    let statement = format!(
        "COPY {}.{} ({}) FROM STDIN WITH (FORMAT csv, HEADER true, ENCODING 'UTF8')",
        dataset.name,
        file.table,
        columns.join(", ")
    );
    let mut sink = connection.copy_in_raw(&statement).await?;
    for chunk in file.csv.chunks(256 * 1024) {
        sink.send(chunk).await?;
    }
    Ok(sink.finish().await?)
}

/// Statements of our own making, not of anyone else's words.
async fn execute(connection: &mut PgConnection, statement: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await.map(drop)
}
