//! What people ask of the demo's tables without thinking of how it is put (`everyday.txt`). What each is understood to mean
//! is kept beside it, in words and as a statement, for people to read over; so is what is refused.
#![allow(clippy::unwrap_used)]

use chrono::NaiveDate;
use rowcall_core::Catalogue;
use rowcall_plan::{compile, explain};
use rowcall_planner::{OfflinePlanner, PlanRequest, Planned};

#[test]
fn everyday_questions() {
    let catalogue: Catalogue = serde_json::from_str(include_str!("demo.json")).unwrap();
    let planner = OfflinePlanner::new();
    let mut out = String::new();
    for question in include_str!("everyday.txt").lines() {
        let planned = planner.plan_now(PlanRequest {
            question,
            history: &[],
            catalogue: &catalogue,
            today: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
            time_zone: chrono_tz::UTC,
        });
        let said = match planned {
            Planned::Plan { plan, confidence, .. } => {
                format!("  {confidence:.2} {}\n  {}", explain(&plan), compile(&plan, &catalogue).unwrap().sql)
            }
            Planned::CannotAnswer { reason, .. } => format!("  not answered: {reason}"),
            Planned::Clarify { question, choices } => {
                let choices: Vec<String> = choices.into_iter().map(|c| c.label).collect();
                format!("  asked back: {question}\n  {}", choices.join(" | "))
            }
            other => panic!("{question}: {other:?}"),
        };
        out.push_str(&format!("{question}\n{said}\n"));
    }
    insta::assert_snapshot!("everyday", out);
}
