//! Statements per second through the gate, on one core, with a catalogue; prints one JSON line. With the word `hostile`, only
//! what becomes of texts that are bad on purpose.
#![allow(clippy::unwrap_used)]

use std::hint::black_box;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rowcall_core::{Catalogue, Column, Table, TypeKind};
use rowcall_policy::{Facts, Verdict, check, check_bytes};

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
    let hostile = hostile(&facts);
    if std::env::args().any(|word| word == "hostile") {
        return println!("{}", serde_json::json!({ "bench": "policy.hostile", "hostile": hostile }));
    }
    for sql in SHORT {
        assert!(matches!(check(sql, &facts), Verdict::AllowRead(_)), "{sql}: {:?}", check(sql, &facts));
    }
    let short = per_second(&SHORT, |sql| drop(black_box(check(black_box(sql), &facts))));
    let floor = per_second(&SHORT, |sql| drop(black_box(floor(black_box(sql)))));
    let corpus: Vec<String> = include_str!("../corpus/statements.jsonl")
        .lines()
        .map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap()["sql"].as_str().unwrap().to_owned())
        .collect();
    let corpus: Vec<&str> = corpus.iter().map(String::as_str).collect();
    let written_by_models = per_second(&corpus, |sql| drop(black_box(check(sql, &Facts::default()))));
    let mut report = serde_json::json!({
        "bench": "policy.check",
        "short_per_second": short.round(),
        "short_micros": (1e7 / short).round() / 10.0,
        "floor_per_second": floor.round(),
        "floor_micros": (1e7 / floor).round() / 10.0,
        "corpus_per_second": written_by_models.round(),
        "hostile": hostile,
    });
    if let (Some(report), Some(peers)) = (report.as_object_mut(), peers()) {
        report.extend(peers);
    }
    println!("{report}");
}

/// The longest of five answers to each text that is bad on purpose, and what it was; the worst of all; and by how much
/// the most memory that this process ever had grew over all of them.
fn hostile(facts: &Facts<'_>) -> serde_json::Value {
    let many = |start: &str, each: &str, times: usize| (start.to_owned() + &each.repeat(times)).into_bytes();
    let texts: [(&str, Vec<u8>); 20] = [
        ("a megabyte", vec![b'a'; 1 << 20]),
        ("a megabyte of a literal", format!("SELECT '{}'", "x".repeat(1 << 20)).into_bytes()),
        ("20,000 nested comments", ("/*".repeat(20_000) + &"*/".repeat(20_000)).into_bytes()),
        ("7,000 nested comments", ("/*".repeat(7_000) + &"*/".repeat(7_000)).into_bytes()),
        ("100,000 terms", ("SELECT 1".to_owned() + &"+1".repeat(100_000)).into_bytes()),
        ("14,000 terms", ("SELECT 1".to_owned() + &"+1".repeat(14_000)).into_bytes()),
        ("5,000 joins", ("SELECT 1 FROM a".to_owned() + &" JOIN b USING (x)".repeat(5_000)).into_bytes()),
        ("1,700 joins", ("SELECT 1 FROM a".to_owned() + &" JOIN b USING (x)".repeat(1_700)).into_bytes()),
        ("14,000 parentheses", ("SELECT ".to_owned() + &"(".repeat(14_000)).into_bytes()),
        ("14,000 elements", ("SELECT 1 WHERE x IN (".to_owned() + &"1,".repeat(14_000) + "1)").into_bytes()),
        ("7,000 columns", ("SELECT 1".to_owned() + &",1+1".repeat(7_000)).into_bytes()),
        // As much as passes the limits of length, words and depth.
        ("12,400 words", many("SELECT 1", ",1+1", 3_100)),
        (
            "6,000 elements",
            many("SELECT 1 FROM orders WHERE total IN (1", ",1", 6_000).into_iter().chain(*b")").collect(),
        ),
        ("1,000 CASEs", many("SELECT 1", ",CASE WHEN 1=1 THEN 1 END", 1_000)),
        ("140 joins", many("SELECT 1 FROM orders", " JOIN customers USING (id)", 140)),
        ("140 parentheses", ("SELECT ".to_owned() + &"(".repeat(140) + "1" + &")".repeat(140)).into_bytes()),
        ("a name of 29,000 bytes", many("SELECT ", "a", 29_000)),
        ("140 WITHs of each other", towers(140)),
        ("invalid UTF-8", b"SELECT '\xff\xfe'".to_vec()),
        ("NUL", b"SELECT 1\0; DROP TABLE t".to_vec()),
    ];
    let before = peak_kib();
    let (mut worst, mut each) = (0.0_f64, serde_json::Map::new());
    for (name, text) in &texts {
        let longest = (0..5).map(|_| {
            let began = Instant::now();
            black_box(check_bytes(text, facts));
            began.elapsed()
        });
        let ms = longest.max().unwrap_or_default().as_secs_f64() * 1e3;
        worst = worst.max(ms);
        let verdict = check_bytes(text, facts);
        let said = verdict.refusals().first().map_or(verdict.as_str(), |refusal| refusal.code.as_str());
        each.insert(
            (*name).to_owned(),
            serde_json::json!({ "ms": (ms * 100.0).round() / 100.0, "said": said }),
        );
    }
    serde_json::json!({
        "worst_ms": (worst * 100.0).round() / 100.0,
        "peak_memory_grew_kib": peak_kib().saturating_sub(before),
        "texts": each,
    })
}

/// Queries in WITH, each of which reads the one before twice.
fn towers(height: usize) -> Vec<u8> {
    let floors: Vec<String> =
        (1..height).map(|n| format!("w{n} AS (SELECT a.x FROM w{} a, w{} b)", n - 1, n - 1)).collect();
    format!("WITH w0 AS (SELECT 1 AS x), {} SELECT * FROM w{}", floors.join(", "), height - 1).into_bytes()
}

/// The most memory that this process ever had; 0 where the system does not tell.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

/// What sqlglot and pglast do with the same short statements on this machine; nothing where they cannot be installed.
fn peers() -> Option<serde_json::Map<String, serde_json::Value>> {
    let folder = tempfile::tempdir().ok()?;
    let file = folder.path().join("statements.json");
    std::fs::write(&file, serde_json::json!(SHORT).to_string()).ok()?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/policy-peers.sh");
    let done = Command::new(script).arg(file).stderr(Stdio::inherit()).output().ok()?;
    serde_json::from_slice(&done.stdout).ok()
}

/// What no gate can do without that runs what PostgreSQL's parser read: words, tree, text.
fn floor(sql: &str) -> (usize, String) {
    let words = pg_query::scan_tokens(sql).unwrap().len();
    let tree = pg_query::parse(sql, pg_query::ParserOptions::DEFAULT).unwrap().protobuf;
    (words, pg_query::deparse(&tree, pg_query::DeparseOptions::default()).unwrap())
}

fn per_second(statements: &[&str], does: impl Fn(&str)) -> f64 {
    let (start, mut done) = (Instant::now(), 0u32);
    while start.elapsed() < Duration::from_secs(2) {
        for sql in statements {
            does(sql);
        }
        done += statements.len() as u32;
    }
    f64::from(done) / start.elapsed().as_secs_f64()
}

fn catalogue() -> Catalogue {
    let column = |name: &&str| Column::new(name, "text", TypeKind::Text);
    let table =
        |name: &str, columns: &[&str]| Table::new("public", name, columns.iter().map(column).collect());
    let mut tables: Vec<Table> = (0..100).map(|n| table(&format!("table_{n}"), &["id", "name"])).collect();
    tables.push(table("customers", &["id", "name"]));
    tables.push(table("orders", &["id", "customer_id", "region", "total", "ordered_at"]));
    Catalogue { server_version: 150_018, search_path: vec!["public".into()], tables, ..Catalogue::default() }
}
