//! Spans of days as people say them (`dates.txt`), on Wednesday, 18 November 2026. Which days each is read as is kept beside it, for
//! people to read over; so is what is refused.

use chrono::NaiveDate;
use rowcall_core::Catalogue;
use rowcall_planner::{OfflinePlanner, PlanRequest, Planned};

#[test]
fn spans_of_days() {
    let catalogue: Catalogue = serde_json::from_str(include_str!("demo.json")).unwrap();
    let planner = OfflinePlanner::new();
    let mut out = String::new();
    for phrase in include_str!("dates.txt").lines() {
        let question = format!("How many orders were placed {phrase}?");
        let planned = planner.plan_now(PlanRequest {
            question: &question,
            history: &[],
            catalogue: &catalogue,
            today: NaiveDate::from_ymd_opt(2026, 11, 18).unwrap(),
            time_zone: chrono_tz::UTC,
        });
        let said = match planned {
            Planned::Plan { plan, .. } => rowcall_plan::explain(&plan),
            Planned::CannotAnswer { reason, .. } => format!("not answered: {reason}"),
            Planned::Clarify { question, choices } => {
                let labels: Vec<String> = choices.into_iter().map(|c| c.label).collect();
                format!("asked back: {question} {}", labels.join(" | "))
            }
            other => panic!("{question}: {other:?}"),
        };
        out.push_str(&format!("{phrase}: {said}\n"));
    }
    insta::assert_snapshot!("dates", out);
}
