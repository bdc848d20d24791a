//! What the policy and the executor's guards add to a statement: the same one run on a plain connection, and checked and
//! read as a worker does (the transaction, the role, the limits, the second look at the schema, the plan's cost).

use crate::{
    measure::{quantiles, round},
    servers::Servers,
};
use rowcall_policy::{CheckedRead, Facts, Verdict, check};
use rowcall_source::{CatalogueCache, NoSink};
use serde_json::{Value as Json, json};
use sqlx::{Connection, PgConnection};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

const STATEMENTS: [(&str, &str); 3] = [
    ("constant", "SELECT 1 AS one"),
    ("one_row", "SELECT id, status, ordered_at FROM shop.orders WHERE id = 17"),
    ("grouped", "SELECT status, count(*) FROM shop.orders GROUP BY status ORDER BY 2 DESC, 1"),
];

pub async fn added_latency(servers: &Servers, times: usize) -> Json {
    let source = servers.source();
    let cache = CatalogueCache::new(None, Duration::from_secs(3600));
    let catalogue = source.catalogue(&cache).await.unwrap();
    let checked = |sql: &str| -> CheckedRead {
        match check(sql, &Facts { catalogue: Some(&catalogue) }) {
            Verdict::AllowRead(read) => read,
            other => panic!("{sql}: {other:?}"),
        }
    };
    let mut plain = PgConnection::connect(&servers.source_url()).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("SET ROLE {}", servers.reader())))
        .execute(&mut plain)
        .await
        .unwrap();
    let mut report = serde_json::Map::new();
    for (name, sql) in STATEMENTS {
        let (mut alone, mut checks, mut whole) = (Vec::new(), Vec::new(), Vec::new());
        // In turns, so that what else the machine does meets both alike.
        for _ in 0..times + 20 {
            let began = Instant::now();
            sqlx::query(sql).fetch_all(&mut plain).await.unwrap();
            alone.push(began.elapsed());
            let began = Instant::now();
            let read = checked(sql);
            checks.push(began.elapsed());
            source.read(&read, &mut NoSink, &CancellationToken::new()).await.unwrap();
            whole.push(began.elapsed());
        }
        let [alone, checks, whole] = [alone, checks, whole].map(|all| quantiles(all[20..].to_vec()));
        let added = |q: &str| round(whole[q].as_f64().unwrap() - alone[q].as_f64().unwrap());
        report.insert(
            name.into(),
            json!({ "added": { "p50": added("p50"), "p99": added("p99") }, "of_which_check": checks, "whole": whole, "alone": alone }),
        );
    }
    report.into()
}
