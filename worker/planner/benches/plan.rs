//! Time per question with 12 and with 1,000 tables; prints one JSON line.

use rowcall_core::Catalogue;
use rowcall_planner::{OfflinePlanner, PlanRequest};
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let shop: Catalogue = serde_json::from_str(include_str!("../tests/demo.json"))?;
    let texts = [include_str!("../tests/everyday.txt"), include_str!("../tests/recurring.txt")];
    let questions: Vec<&str> =
        texts.iter().flat_map(|text| text.lines()).map(str::trim).filter(|line| !line.is_empty()).collect();
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
            (0..5).flat_map(|_| questions.iter().map(|q| run(q)).collect::<Vec<_>>()).collect();
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        report.insert(
            format!("tables_{tables}"),
            serde_json::json!({
                "questions": questions.len(), "first_ms": first, "p50_ms": at(0.5), "p90_ms": at(0.9), "p99_ms": at(0.99),
            }),
        );
    }
    println!("{}", serde_json::Value::Object(report));
    Ok(())
}

/// The shop and copies of it under other names, whose tables refer to each other like its own.
fn grown(shop: &Catalogue, tables: usize) -> Catalogue {
    let mut catalogue = shop.clone();
    catalogue.fingerprint = format!("grown to {tables}");
    for n in 0.. {
        for table in &shop.tables {
            if catalogue.tables.len() == tables {
                return catalogue;
            }
            let renamed = |name: &str| format!("archive{n}_{name}");
            let mut table = table.clone();
            table.name = renamed(&table.name);
            for key in &mut table.foreign_keys {
                key.references_table = renamed(&key.references_table);
            }
            catalogue.tables.push(table);
        }
    }
    catalogue
}
