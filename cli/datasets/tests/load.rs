//! The loaded rows: what the constraints cannot say, and what a load never touches.

use rowcall_datasets::{DEFAULT_SEED, SeedError, datasets, load, seed, seeded};
use rowcall_embedded::{EmbeddedError, testing};
use sqlx::{Connection, PgConnection};

/// A database with all datasets in it.
async fn database() -> PgConnection {
    let servers = testing::source().await;
    let name = format!("datasets_{}", std::process::id());
    let template = servers
        .template(&name, async |url| -> Result<(), EmbeddedError> {
            let report = seed(&url, &[], DEFAULT_SEED).await.unwrap();
            assert_eq!(report.rows(), 69_893);
            println!("loaded in {:?}", report.elapsed);
            Ok(())
        })
        .await
        .unwrap();
    PgConnection::connect(&servers.database(Some(&template)).await.unwrap()).await.unwrap()
}

async fn value(db: &mut PgConnection, expression: &'static str) -> f64 {
    let sql = format!("SELECT ({expression})::float8");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(db).await.unwrap()
}

/// The expression lies in the range.
async fn check(db: &mut PgConnection, expression: &'static str, low: f64, high: f64) {
    let found = value(db, expression).await;
    assert!((low..=high).contains(&found), "{found} is not in {low}..={high}: {expression}");
}

#[tokio::test]
async fn orders_have_seasons_growth_regulars_and_second_thoughts() {
    let db = &mut database().await;
    check(db, "SELECT count(*) FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id JOIN shop.products p ON p.id = o.product_id", 12e3, 12e3).await;
    check(db, "SELECT count(*) FROM (SELECT ordered_at < lag(ordered_at) OVER (ORDER BY id) AS back FROM shop.orders) s WHERE back", 0.0, 0.0).await;
    check(db, "SELECT count(*) FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id WHERE ordered_at < signed_up_at", 0.0, 0.0).await;
    check(db, "SELECT count(*) FROM shop.orders o JOIN shop.products p ON p.id = o.product_id WHERE ordered_at::date < launched_on OR ordered_at::date >= discontinued_on", 0.0, 0.0).await;
    check(db, "SELECT count(*) FROM shop.orders WHERE total_amount <> round(unit_price * quantity * (100 - discount_percent) / 100, 2)", 0.0, 0.0).await;
    check(
        db,
        "SELECT count(*) FROM shop.orders WHERE ordered_at < '2024-01-01 00:00+00' OR ordered_at >= '2026-11-01 00:00+00'",
        0.0,
        0.0,
    )
    .await;
    // The first nine months of 2026 against those of 2024; November against June; weekday rhythm.
    let months = "SELECT count(*) FILTER (WHERE ordered_at >= '2026-01-01' AND ordered_at < '2026-10-01')::float8 / count(*) FILTER (WHERE ordered_at < '2024-10-01') FROM shop.orders";
    check(db, months, 1.4, 2.2).await;
    check(db, "SELECT count(*) FILTER (WHERE extract(month FROM ordered_at) = 11)::float8 / count(*) FILTER (WHERE extract(month FROM ordered_at) = 6) FROM shop.orders WHERE ordered_at < '2026-01-01'", 1.4, 2.6).await;
    check(db, "SELECT count(*) FILTER (WHERE extract(isodow FROM ordered_at) = 1)::float8 / count(*) FILTER (WHERE extract(isodow FROM ordered_at) = 6) FROM shop.orders", 1.1, 1.5).await;
    check(db, "SELECT count(*) FILTER (WHERE extract(month FROM ordered_at) IN (4,5,6))::float8 / count(*) FILTER (WHERE extract(month FROM ordered_at) IN (12,1,2)) FROM shop.orders o JOIN shop.products p ON p.id = product_id WHERE category = 'Garden'", 2.0, 8.0).await;
    // The keenest tenth of the customers places a third to two thirds of all orders; some order never.
    check(db, "SELECT sum(n) FROM (SELECT count(*) AS n FROM shop.orders GROUP BY customer_id ORDER BY n DESC LIMIT 120) s", 4e3, 8e3).await;
    check(db, "SELECT count(*) FROM shop.customers c WHERE NOT EXISTS (SELECT FROM shop.orders WHERE customer_id = c.id)", 5.0, 250.0).await;
    check(db, "SELECT avg((status = 'returned')::int) FROM shop.orders", 0.03, 0.09).await;
    check(db, "SELECT avg((status = 'cancelled')::int) FROM shop.orders", 0.025, 0.05).await;
    check(db, "SELECT count(*) FROM shop.orders WHERE status IN ('pending', 'shipped')", 20.0, 200.0).await;
    check(db, "SELECT count(*) FROM shop.orders WHERE (status IN ('delivered', 'returned')) <> (delivered_at IS NOT NULL) OR (status = 'returned') <> (returned_at IS NOT NULL) OR (status IN ('pending', 'cancelled')) <> (shipped_at IS NULL)", 0.0, 0.0).await;
    check(db, "SELECT count(DISTINCT category) FROM shop.products", 8.0, 8.0).await;
    check(db, "SELECT min(n) FROM (SELECT count(*) AS n FROM shop.products GROUP BY category) s", 10.0, 60.0)
        .await;
    check(db, "SELECT count(DISTINCT name) FROM shop.products", 326.0, 326.0).await;
}

#[tokio::test]
async fn people_come_from_everywhere_and_leave_things_out() {
    let db = &mut database().await;
    check(db, "SELECT avg((phone IS NULL)::int) FROM shop.customers", 0.3, 0.42).await;
    check(db, "SELECT avg((company IS NULL)::int) FROM shop.customers", 0.72, 0.84).await;
    check(db, "SELECT avg((acquired_via IS NULL)::int) FROM shop.customers", 0.08, 0.16).await;
    check(db, "SELECT avg((octet_length(name) > char_length(name))::int) FROM shop.customers", 0.2, 0.6)
        .await;
    check(db, "SELECT count(*) FROM shop.customers WHERE email ~ '[^a-z0-9.@-]'", 0.0, 0.0).await;
    for name in ["José%", "Zoë%", "Łukasz%", "王%", "%O'Brien"] {
        let found: i64 = sqlx::query_scalar("SELECT count(*) FROM shop.customers WHERE name LIKE $1")
            .bind(name)
            .fetch_one(&mut *db)
            .await
            .unwrap();
        assert!(found > 0, "{name}");
    }
    check(db, "SELECT count(DISTINCT region) FROM shop.customers", 4.0, 4.0).await;
    check(db, "SELECT count(DISTINCT country) FROM shop.customers", 18.0, 25.0).await;
    check(
        db,
        "SELECT count(*) FROM shop.customers WHERE time_zone NOT IN (SELECT name FROM pg_timezone_names)",
        0.0,
        0.0,
    )
    .await;
}

#[tokio::test]
async fn tickets_follow_priorities_and_customers() {
    let db = &mut database().await;
    check(db, "SELECT count(*) FROM support.tickets t JOIN shop.customers c ON c.email = t.customer_email AND c.name = t.customer_name", 6417.0, 6417.0).await;
    check(db, "SELECT count(*) FROM (SELECT opened_at < lag(opened_at) OVER (ORDER BY id) AS back FROM support.tickets) s WHERE back", 0.0, 0.0).await;
    check(db, "SELECT avg((satisfaction IS NULL)::int) FROM support.tickets", 0.48, 0.65).await;
    check(db, "SELECT avg(satisfaction) FROM support.tickets", 3.2, 4.4).await;
    check(db, "SELECT count(DISTINCT satisfaction) FROM support.tickets", 5.0, 5.0).await;
    check(db, "SELECT avg((resolved_at IS NULL)::int) FROM support.tickets", 0.01, 0.06).await;
    check(db, "SELECT count(*) FROM support.tickets WHERE status = 'open'", 5.0, 200.0).await;
    let median = "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM first_response_at - opened_at)) FILTER (WHERE priority = 'low') / percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM first_response_at - opened_at)) FILTER (WHERE priority = 'urgent') FROM support.tickets";
    check(db, median, 8.0, 60.0).await;
    check(db, "SELECT count(*) FILTER (WHERE extract(isodow FROM opened_at) < 6)::float8 / count(*) FROM support.tickets", 0.76, 0.92).await;
}

#[tokio::test]
async fn readings_follow_climate_and_fail_at_times() {
    let db = &mut database().await;
    check(db, "SELECT count(DISTINCT sensor) FROM sensors.readings", 15.0, 15.0).await;
    check(db, "SELECT count(*) FROM (SELECT recorded_at < lag(recorded_at) OVER (ORDER BY id) AS back FROM sensors.readings) s WHERE back", 0.0, 0.0).await;
    check(db, "SELECT avg((temperature_c IS NULL)::int) FROM sensors.readings", 0.0005, 0.005).await;
    check(db, "SELECT avg((humidity_percent IS NULL)::int) FROM sensors.readings", 0.008, 0.025).await;
    check(db, "SELECT count(*) FROM sensors.readings WHERE temperature_c IN (-40, 85)", 30.0, 200.0).await;
    check(db, "SELECT count(*) FROM sensors.readings WHERE status <> 'fault' AND temperature_c NOT BETWEEN -12 AND 52", 0.0, 0.0).await;
    let seasons = "SELECT avg(temperature_c) FILTER (WHERE extract(month FROM recorded_at) = 7) - avg(temperature_c) FILTER (WHERE extract(month FROM recorded_at) = 1) FROM sensors.readings WHERE status = 'ok' AND sensor = ";
    for (sensor, low, high) in
        [("HAM-01", 13.0, 20.0), ("PHX-01", 17.0, 25.0), ("SIN-01", 0.0, 3.0), ("MEL-01", -14.0, -8.0)]
    {
        let sql = format!("SELECT ({seasons}'{sensor}')::float8");
        let found: f64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut *db).await.unwrap();
        assert!((low..=high).contains(&found), "{sensor}: {found}");
    }
    check(
        db,
        "SELECT avg(temperature_c) FROM sensors.readings WHERE room = 'cold room' AND status = 'ok'",
        2.0,
        6.0,
    )
    .await;
    check(db, "SELECT count(*) FROM (SELECT recorded_at - lag(recorded_at) OVER (PARTITION BY sensor ORDER BY id) AS gap FROM sensors.readings) s WHERE gap > interval '18 hours'", 15.0, 60.0).await;
    check(db, "SELECT max(battery_percent) - min(battery_percent) FROM sensors.readings", 80.0, 100.0).await;
}

#[tokio::test]
async fn everything_is_explained_and_analysed() {
    let db = &mut database().await;
    for dataset in datasets() {
        for file in dataset.files {
            let name = format!("{}.{}", dataset.name, file.table);
            let silent: Vec<String> = sqlx::query_scalar("SELECT attname::text FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0 AND col_description(attrelid, attnum) IS NULL").bind(&name).fetch_all(&mut *db).await.unwrap();
            assert!(silent.is_empty(), "{name} lacks comments on {silent:?}");
            let columns: Vec<String> = sqlx::query_scalar("SELECT attname::text FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0 ORDER BY attnum").bind(&name).fetch_all(&mut *db).await.unwrap();
            assert_eq!(columns, file.columns);
            let (comment, estimate): (Option<String>, f32) = sqlx::query_as("SELECT obj_description($1::text::regclass), reltuples FROM pg_class WHERE oid = $1::text::regclass").bind(&name).fetch_one(&mut *db).await.unwrap();
            assert!(comment.is_some() && estimate as usize == file.rows, "{name}");
        }
    }
}

#[tokio::test]
async fn loading_again_replaces_only_its_own() {
    let db = &mut database().await;
    assert_eq!(seeded(db, "shop").await.unwrap(), Some(DEFAULT_SEED));
    sqlx::raw_sql("DELETE FROM support.tickets; CREATE TABLE public.mine AS SELECT 1 AS n")
        .execute(&mut *db)
        .await
        .unwrap();
    let report = load(db, &["support", "support"], 7).await.unwrap();
    assert_eq!((report.datasets.len(), report.rows()), (1, 6_417));
    assert_eq!(
        (seeded(db, "support").await.unwrap(), seeded(db, "shop").await.unwrap()),
        (Some(7), Some(DEFAULT_SEED))
    );
    check(db, "SELECT count(*) FROM public.mine", 1.0, 1.0).await;
    assert_eq!(seeded(db, "nothing").await.unwrap(), None);
}

#[tokio::test]
async fn what_is_not_demo_data_is_never_touched() {
    let db = &mut database().await;
    sqlx::raw_sql(
        "CREATE TABLE shop.notes (n int); CREATE FUNCTION shop.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    )
    .execute(&mut *db)
    .await
    .unwrap();
    let error = load(db, &["support", "shop"], 1).await.unwrap_err();
    assert!(
        matches!(&error, SeedError::ForeignObjects { objects, .. } if objects == "f(), notes"),
        "{error}"
    );
    assert_eq!(seeded(db, "support").await.unwrap(), Some(DEFAULT_SEED), "all or nothing");

    sqlx::raw_sql("DROP TABLE shop.notes; DROP FUNCTION shop.f(); CREATE VIEW public.v AS SELECT count(*) FROM shop.orders").execute(&mut *db).await.unwrap();
    let error = load(db, &["shop"], 1).await.unwrap_err();
    assert!(matches!(&error, SeedError::DependedOn { detail, .. } if detail.contains("view v")), "{error}");
    check(db, "SELECT count(*) FROM shop.orders", 12e3, 12e3).await;

    sqlx::raw_sql(
        "DROP SCHEMA sensors CASCADE; CREATE SCHEMA sensors; CREATE TABLE sensors.readings (n int)",
    )
    .execute(&mut *db)
    .await
    .unwrap();
    let error = load(db, &["sensors"], 1).await.unwrap_err();
    assert!(matches!(error, SeedError::NotOurs { schema: "sensors" }), "{error}");
    let error = load(db, &["shopp"], 1).await.unwrap_err().to_string();
    assert_eq!(error, "there is no dataset \"shopp\". The datasets are: shop, support, sensors");
}
