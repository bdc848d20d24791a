//! Questions of which a careless reading leaves a word out: "sold", "only", "last", "units". No data of the demo tells what
//! they ask in a way that the planner knows, so each is refused, or asked back about, and none is answered with something else.

use chrono::NaiveDate;
use rowcall_core::Catalogue;
use rowcall_planner::{OfflinePlanner, PlanRequest, Planned};

#[test]
fn a_word_that_changes_what_is_asked_is_not_passed_over() {
    let catalogue: Catalogue = serde_json::from_str(include_str!("demo.json")).unwrap();
    let planner = OfflinePlanner::new();
    let answered: Vec<String> = include_str!("passed_over.txt")
        .lines()
        .filter_map(|question| {
            let planned = planner.plan_now(PlanRequest {
                question,
                history: &[],
                catalogue: &catalogue,
                today: NaiveDate::from_ymd_opt(2026, 11, 22).unwrap(),
                time_zone: chrono_tz::UTC,
            });
            match planned {
                Planned::Plan { plan, .. } => Some(format!("{question}: {}", rowcall_plan::explain(&plan))),
                _ => None,
            }
        })
        .collect();
    assert!(answered.is_empty(), "answered with something else:\n{}", answered.join("\n"));
}
