//! Time per question with 12 and with 1,000 tables; prints one JSON line.

use rowcall_core::Catalogue;
use rowcall_planner::{OfflinePlanner, PlanRequest};
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let shop: Catalogue = serde_json::from_str(include_str!("../tests/shop.json"))?;
    let questions = [
        "how many orders last month?",
        "top 5 products by revenue",
        "average temperature per day",
        "which customers have no orders",
        "total revenue by region in 2025",
        "list the names of customers with at least 3 orders",
    ];
    let mut report = serde_json::Map::new();
    for tables in [12, 1000] {
        let catalogue = grown(&shop, tables);
        let planner = OfflinePlanner::new();
        let run = |question: &str| {
            let start = Instant::now();
            let planned = planner.plan_now(PlanRequest {
                question,
                history: &[],
                catalogue: &catalogue,
                today: chrono::NaiveDate::from_ymd_opt(2026, 11, 20).unwrap_or_default(),
                time_zone: chrono_tz::UTC,
            });
            std::hint::black_box(planned);
            start.elapsed().as_secs_f64() * 1000.0
        };
        let first = run(questions[0]);
        let mut times: Vec<f64> =
            (0..50).flat_map(|_| questions.iter().map(|q| run(q)).collect::<Vec<_>>()).collect();
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        report.insert(
            format!("tables_{tables}"),
            serde_json::json!({"first_ms": first, "p50_ms": at(0.5), "p99_ms": at(0.99)}),
        );
    }
    println!("{}", serde_json::Value::Object(report));
    Ok(())
}

/// The shop and copies of its tables under other names.
fn grown(shop: &Catalogue, tables: usize) -> Catalogue {
    let mut catalogue = shop.clone();
    catalogue.fingerprint = format!("grown to {tables}");
    let mut n = 0;
    while catalogue.tables.len() < tables {
        let mut table = shop.tables[n % shop.tables.len()].clone();
        table.name = format!("archive{n}_{}", table.name);
        table.foreign_keys.clear();
        catalogue.tables.push(table);
        n += 1;
    }
    catalogue
}
