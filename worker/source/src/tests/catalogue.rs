//! The catalogue of a database with one of everything.

use super::{Fixture, read_of};
use crate::{CatalogueCache, Source};
use rowcall_core::{Catalogue, TableKind, TypeKind};
use std::{sync::Arc, time::Duration};

const SETUP: &str = r#"
CREATE TYPE status AS ENUM ('new', 'paid', 'sent');
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
CREATE TABLE customers (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "Full Name" text NOT NULL, mail email UNIQUE, country text,
  secret text, born date, tags text[], doubled int GENERATED ALWAYS AS (7 * 2) STORED);
COMMENT ON TABLE customers IS 'People who buy'; COMMENT ON COLUMN customers.country IS 'ISO code';
CREATE TABLE orders (
  id bigint PRIMARY KEY, customer_id int NOT NULL REFERENCES customers ON DELETE CASCADE, state status DEFAULT 'new',
  amount numeric(10,2), placed timestamptz, note varchar(500), hidden int, UNIQUE (customer_id, placed));
CREATE INDEX orders_lower ON orders (lower(note), amount); CREATE INDEX on_hidden ON orders (hidden);
CREATE UNIQUE INDEX partial ON orders (amount) WHERE amount > 5;
CREATE VIEW rich AS SELECT * FROM customers;
CREATE MATERIALIZED VIEW per_country AS SELECT country, count(*) AS n FROM customers GROUP BY 1;
CREATE TABLE events (at date NOT NULL, kind text) PARTITION BY RANGE (at);
CREATE TABLE events_24 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE events_25 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE unseen (id int); REVOKE ALL ON unseen FROM reader;
REVOKE SELECT ON customers, orders FROM reader;
GRANT SELECT (id, "Full Name", mail, country, born, tags, doubled) ON customers TO reader;
GRANT SELECT (id, customer_id, state, amount, placed, note) ON orders TO reader;
CREATE SCHEMA other; CREATE TABLE other.things (id int); CREATE SCHEMA sales; GRANT USAGE ON SCHEMA sales TO reader;
CREATE TABLE sales.regions (name text); GRANT SELECT ON sales.regions TO reader;
CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
CREATE FUNCTION sneaky() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN 1; END';
CREATE EXTENSION IF NOT EXISTS plpgsql;
INSERT INTO customers ("Full Name", mail, country, secret) SELECT 'Person ' || g, g || '@x.org',
  (ARRAY['Germany', 'France', 'Germany', 'Côte d''Ivoire', NULL])[g % 5 + 1], 'secret ' || g FROM generate_series(1, 1000) g;
INSERT INTO orders SELECT g, g % 1000 + 1, 'paid', g, now() + g * interval '1 s', 'note ' || g % 30 FROM generate_series(1, 20000) g;
INSERT INTO events SELECT date '2024-06-01' + g, (ARRAY['click', 'view'])[g % 2 + 1] FROM generate_series(1, 300) g;
INSERT INTO sales.regions VALUES ('North'), ('South');
REFRESH MATERIALIZED VIEW per_country;
ANALYZE"#;

fn cache() -> CatalogueCache {
    CatalogueCache::new(None, CatalogueCache::DEFAULT_TTL)
}

#[tokio::test]
async fn everything_is_listed_as_it_is() {
    let fixture = Fixture::new(SETUP).await;
    let catalogue = fixture.source(|_| {}).catalogue(&cache()).await.unwrap();
    let names: Vec<_> =
        catalogue.tables.iter().map(|t| format!("{}.{} {:?}", t.schema, t.name, t.kind)).collect();
    assert_eq!(
        names,
        [
            "public.customers Table",
            "public.events Partitioned",
            "public.orders Table",
            "public.per_country MaterializedView",
            "public.rich View",
            "sales.regions Table"
        ]
    );
    assert_eq!(catalogue.search_path, ["public"]);
    assert!(catalogue.server_version >= 130_000);
    assert_eq!(catalogue.enums[0].labels, ["new", "paid", "sent"]);
    assert_eq!(catalogue.fingerprint, catalogue.compute_fingerprint());

    let customers = catalogue.table("public", "customers").unwrap();
    assert_eq!(customers.comment.as_deref(), Some("People who buy"));
    assert_eq!(customers.primary_key, ["id"]);
    assert_eq!(customers.unique_keys, [["mail"]]);
    assert_eq!(customers.row_estimate, Some(1000.0));
    assert!(customers.column("secret").is_none(), "no privilege, no column");
    let id = customers.column("id").unwrap();
    assert!(id.identity && !id.nullable && !id.generated && id.kind == TypeKind::Integer);
    let mail = customers.column("mail").unwrap();
    assert_eq!((mail.type_name.as_str(), mail.kind), ("email", TypeKind::Text));
    assert!(customers.column("doubled").unwrap().generated);
    assert_eq!(customers.column("tags").unwrap().kind, TypeKind::Array);
    let country = customers.column("country").unwrap();
    assert_eq!(country.comment.as_deref(), Some("ISO code"));
    assert_eq!(country.samples, ["Germany", "Côte d'Ivoire", "France"]);
    assert!(country.samples_complete);
    assert_eq!(country.distinct_estimate, Some(3.0));
    let name = customers.column("Full Name").unwrap();
    assert_eq!((name.samples.len(), name.samples_complete), (20, false));
    assert_eq!(name.distinct_estimate, Some(1000.0));

    let orders = catalogue.table("public", "orders").unwrap();
    let key = &orders.foreign_keys[0];
    assert_eq!((key.references_table.as_str(), key.on_delete.as_deref()), ("customers", Some("CASCADE")));
    assert_eq!(
        (key.columns.as_slice(), key.references_columns.as_slice()),
        (&["customer_id".to_owned()][..], &["id".to_owned()][..])
    );
    assert_eq!(orders.unique_keys, [["customer_id", "placed"]]);
    let state = orders.column("state").unwrap();
    assert!(state.has_default && state.kind == TypeKind::Enum);
    assert_eq!(state.enum_values, ["new", "paid", "sent"]);
    assert_eq!(orders.column("amount").unwrap().type_name, "numeric(10,2)");
    let lower = orders.indexes.iter().find(|i| i.name == "orders_lower").unwrap();
    assert_eq!(lower.columns, ["", "amount"]);
    assert!(orders.indexes.iter().all(|i| i.name != "on_hidden"), "an index would tell of a hidden column");
    let note = orders.column("note").unwrap();
    assert_eq!((note.samples.len(), note.samples_complete), (30, false), "large tables: from the statistics");

    let events = catalogue.table("public", "events").unwrap();
    assert_eq!((events.kind, events.row_estimate), (TableKind::Partitioned, Some(300.0)));
    assert_eq!(events.column("kind").unwrap().samples, ["click", "view"]);
    let view = catalogue.table("public", "rich").unwrap();
    assert!(view.row_estimate.is_none() && view.columns.iter().all(|c| c.samples.is_empty()));

    let function = |name: &str| catalogue.functions.iter().find(|f| f.name == name).unwrap();
    assert_eq!((function("twice").volatility, function("twice").language.as_str()), ('i', "sql"));
    assert!(function("sneaky").security_definer);
}

#[tokio::test]
async fn settings_narrow_what_is_listed_and_sampled() {
    let fixture = Fixture::new(SETUP).await;
    let list = |c: &Catalogue| c.tables.iter().map(|t| t.name.clone()).collect::<Vec<_>>();
    let one = fixture.source(|s| s.schemas = vec!["sales".into()]).catalogue(&cache()).await.unwrap();
    assert_eq!(list(&one), ["regions"]);
    let none = fixture.source(|s| s.sample_values = false).catalogue(&cache()).await.unwrap();
    assert!(none.tables.iter().flat_map(|t| &t.columns).all(|c| c.samples.is_empty()));
    let some = fixture
        .source(|s| {
            s.unsampled_columns = vec!["public.customers.country".into(), "public.orders.note".into()]
        })
        .catalogue(&cache())
        .await
        .unwrap();
    assert!(some.table("public", "customers").unwrap().column("country").unwrap().samples.is_empty());
    assert!(some.table("public", "orders").unwrap().column("note").unwrap().samples.is_empty());
    assert!(!some.table("public", "customers").unwrap().column("mail").unwrap().samples.is_empty());
    let hasty = fixture.source(|s| s.statement_timeout = Duration::from_millis(1));
    assert_eq!(
        hasty.catalogue(&cache()).await.unwrap().tables.len(),
        6,
        "the limit is for questions, not for reading the structure"
    );
    let source = fixture.source(|s| s.sample_budget = Duration::from_millis(1));
    assert_eq!(
        source.catalogue(&cache()).await.unwrap().tables.len(),
        6,
        "no time for samples, all for structure"
    );
    read_of(&source, "SELECT id FROM orders", &["orders"]).await.unwrap();
}

#[tokio::test]
async fn a_table_that_cannot_be_sampled_costs_only_its_samples() {
    let mut fixture = Fixture::new(
        "CREATE TABLE a (t text); INSERT INTO a VALUES ('one'); CREATE TABLE b (t text); INSERT INTO b VALUES ('two'); \
         CREATE FUNCTION boom() RETURNS bool LANGUAGE sql AS 'SELECT 1/0 = 1'; ALTER TABLE b ENABLE ROW LEVEL SECURITY; \
         CREATE POLICY p ON b USING (boom());",
    )
    .await;
    let catalogue = fixture.source(|_| {}).catalogue(&cache()).await.unwrap();
    let samples = |name: &str| catalogue.table("public", name).unwrap().columns[0].samples.clone();
    assert_eq!((samples("a"), samples("b")), (vec!["one".to_owned()], vec![]));
    assert!(catalogue.table("public", "b").unwrap().row_security);
    fixture.run("SELECT 1").await;
}

async fn redis() -> (tempfile::TempDir, tokio::process::Child, u16) {
    let dir = tempfile::tempdir().unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let child = tokio::process::Command::new("redis-server")
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--dir"])
        .arg(dir.path())
        .stdout(std::process::Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    for _ in 0..100 {
        if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    (dir, child, port)
}

async fn shared_cache(port: u16, ttl: Duration) -> CatalogueCache {
    let client = redis::Client::open(format!("redis://127.0.0.1:{port}")).unwrap();
    CatalogueCache::new(Some(client.get_connection_manager().await.unwrap()), ttl)
}

async fn has(source: &Source, cache: &CatalogueCache, table: &str) -> bool {
    source.catalogue(cache).await.unwrap().table("public", table).is_some()
}

#[tokio::test]
async fn the_cache_serves_expires_and_survives_redis() {
    let mut fixture = Fixture::new("CREATE TABLE a (id int)").await;
    let source = fixture.source(|_| {});
    let (_dir, mut child, port) = redis().await;
    let (first, second) = (
        shared_cache(port, Duration::from_secs(60)).await,
        shared_cache(port, Duration::from_secs(60)).await,
    );
    let short = shared_cache(port, Duration::from_millis(200)).await;
    let one = source.catalogue(&first).await.unwrap();
    assert!(Arc::ptr_eq(&one, &source.catalogue(&first).await.unwrap()), "no second reading");
    fixture.run("CREATE TABLE b (id int)").await;
    assert!(!has(&source, &second, "b").await, "another process takes what Redis has");
    assert!(has(&source, &short, "a").await);
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert!(has(&source, &short, "b").await, "too old: read again");
    fixture.run("CREATE TABLE c (id int)").await;
    assert!(source.refresh(&first).await.unwrap().table("public", "c").is_some());
    assert!(!has(&source, &second, "c").await, "believed for a few seconds more");
    tokio::time::sleep(Duration::from_millis(5_100)).await;
    assert!(has(&source, &second, "c").await, "then Redis is asked whether there is a newer one");
    child.kill().await.unwrap();
    fixture.run("CREATE TABLE d (id int)").await;
    assert!(
        source.refresh(&first).await.unwrap().table("public", "d").is_some(),
        "Redis gone: read directly"
    );
    assert!(has(&source, &short, "d").await);
}

#[tokio::test]
async fn tables_without_statistics_are_counted() {
    let fixture = Fixture::new(
        "CREATE TABLE clubs (clubid int, town text, doc json);
         INSERT INTO clubs SELECT g, 'Town ' || g % 3, '{}' FROM generate_series(1, 12) g;
         CREATE TABLE clicks (id int, seen date);
         INSERT INTO clicks SELECT g, '2024-01-01' FROM generate_series(1, 10001) g;
         CREATE TABLE nothing (at date)",
    )
    .await;
    let catalogue = fixture.source(|_| {}).catalogue(&cache()).await.unwrap();
    let clubs = catalogue.table("public", "clubs").unwrap();
    let distinct = |column: &str| clubs.column(column).unwrap().distinct_estimate;
    assert_eq!(clubs.row_estimate, Some(12.0));
    assert_eq!((distinct("clubid"), distinct("town"), distinct("doc")), (Some(12.0), Some(3.0), None));
    let clicks = catalogue.table("public", "clicks").unwrap();
    assert_eq!(
        (clicks.row_estimate, clicks.column("id").unwrap().distinct_estimate),
        (None, None),
        "too many to count"
    );
}
