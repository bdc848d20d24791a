//! Statements per second through the gate, on one core, with a catalogue; prints one JSON line.
#![allow(clippy::unwrap_used)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use rowcall_core::{Catalogue, Column, Table, TableKind, TypeKind};
use rowcall_policy::{Facts, Verdict, check};

const SHORT: [&str; 8] = [
    "SELECT count(*) FROM orders",
    "SELECT region, sum(total) FROM orders GROUP BY region",
    "SELECT * FROM customers WHERE name = 'Ada' LIMIT 10",
    "SELECT date_trunc('month', ordered_at), count(*) FROM orders GROUP BY 1 ORDER BY 1",
    "SELECT max(total) FROM orders WHERE region = 'EU' AND total > 100",
    "SELECT c.name, sum(o.total) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY c.name",
    "SELECT avg(total) FROM orders WHERE ordered_at >= DATE '2025-01-01'",
    "SELECT DISTINCT region FROM orders ORDER BY region",
];

fn main() {
    let catalogue = catalogue();
    let facts = Facts { catalogue: Some(&catalogue) };
    for sql in SHORT {
        assert!(matches!(check(sql, &facts), Verdict::AllowRead(_)), "{sql}: {:?}", check(sql, &facts));
    }
    let short = per_second(&SHORT, &facts);
    let corpus: Vec<String> = include_str!("../corpus/statements.jsonl")
        .lines()
        .map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap()["sql"].as_str().unwrap().to_owned())
        .collect();
    let corpus: Vec<&str> = corpus.iter().map(String::as_str).collect();
    let written_by_models = per_second(&corpus, &Facts::default());
    let hostile = [
        "/*".repeat(7_000) + &"*/".repeat(7_000),
        "SELECT 1".to_owned() + &"+1".repeat(14_000),
        "SELECT ".to_owned() + &"(".repeat(14_000),
        "SELECT 1 FROM a".to_owned() + &" JOIN b USING (x)".repeat(1_700),
        "x".repeat(1 << 20),
        "SELECT 1 WHERE x IN (".to_owned() + &"1,".repeat(14_000) + "1)",
        "SELECT 1 ".to_owned() + &"+1".repeat(140) + &",1+1".repeat(7_000),
    ];
    let slowest = hostile
        .iter()
        .map(|sql| {
            let start = Instant::now();
            black_box(check(sql, &facts));
            start.elapsed()
        })
        .max()
        .unwrap();
    println!(
        "{}",
        serde_json::json!({
            "bench": "policy.check",
            "short_per_second": short.round(),
            "corpus_per_second": written_by_models.round(),
            "slowest_hostile_ms": slowest.as_secs_f64() * 1e3,
        })
    );
}

fn per_second(statements: &[&str], facts: &Facts<'_>) -> f64 {
    let (start, mut done) = (Instant::now(), 0u32);
    while start.elapsed() < Duration::from_secs(2) {
        for sql in statements {
            black_box(check(black_box(sql), facts));
        }
        done += statements.len() as u32;
    }
    f64::from(done) / start.elapsed().as_secs_f64()
}

fn catalogue() -> Catalogue {
    let table = |name: &str, columns: &[&str]| Table {
        schema: "public".into(),
        name: name.into(),
        kind: TableKind::Table,
        comment: None,
        columns: columns.iter().map(|c| column(c)).collect(),
        primary_key: vec![],
        unique_keys: vec![],
        foreign_keys: vec![],
        indexes: vec![],
        row_estimate: None,
        row_security: false,
    };
    let mut tables: Vec<Table> = (0..100).map(|n| table(&format!("table_{n}"), &["id", "name"])).collect();
    tables.push(table("customers", &["id", "name"]));
    tables.push(table("orders", &["id", "customer_id", "region", "total", "ordered_at"]));
    Catalogue { server_version: 150_018, search_path: vec!["public".into()], tables, ..Catalogue::default() }
}

fn column(name: &str) -> Column {
    Column {
        name: name.into(),
        type_name: "text".into(),
        kind: TypeKind::Text,
        nullable: true,
        has_default: false,
        generated: false,
        identity: false,
        comment: None,
        enum_values: vec![],
        samples: vec![],
        samples_complete: false,
        distinct_estimate: None,
    }
}
