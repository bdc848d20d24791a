//! Rows that refer to others in several ways.

#[allow(dead_code, reason = "the other tests use more of it")]
use crate::common::{catalogue_of, table};
use rowcall_planner::{OfflinePlanner, PlanRequest, Planned};

#[test]
fn one_of_several_ways_is_not_taken_silently() {
    let catalogue = catalogue_of(&[
        table("clubs", &["club_id integer", "club_name text Ajax,Bayern,*"], &[]),
        table(
            "matches",
            &["match_id integer", "home_club integer", "away_club integer", "goals integer"],
            &[("home_club", "clubs", "club_id"), ("away_club", "clubs", "club_id")],
        ),
    ]);
    for question in ["Which clubs have won a match?", "Which clubs have hosted a match?"] {
        let planned = OfflinePlanner::new().plan_now(PlanRequest {
            question,
            history: &[],
            catalogue: &catalogue,
            today: chrono::NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
            time_zone: chrono_tz::UTC,
        });
        assert!(!matches!(planned, Planned::Plan { .. }), "{question}: {planned:?}");
    }
}
