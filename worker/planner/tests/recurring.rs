//! Questions about times that come again: days of the week, hours (`recurring.txt`). What each is understood to mean is kept
//! beside it, in words and as a statement, for people to read over; so is what is refused.

use crate::common;
use crate::common::{catalogue_of, table};
use chrono::NaiveDate;
use rowcall_core::{Author, Catalogue, HistoryMessage};
use rowcall_planner::{OfflinePlanner, PlanRequest, Planned};

#[test]
fn times_that_come_again() {
    let catalogue: Catalogue = serde_json::from_str(include_str!("demo.json")).unwrap();
    insta::assert_snapshot!("recurring", common::answers(&catalogue, include_str!("recurring.txt")));
}

/// A day in one column and the time of day in another; a weekday that is kept as a word stays that word.
#[test]
fn times_of_day_of_their_own() {
    let catalogue = catalogue_of(&[
        table(
            "trips",
            &[
                "trip_id integer",
                "line text North,South",
                "trip_date date",
                "departure_time time",
                "arrival_time time",
            ],
            &[],
        ),
        table("shifts", &["shift_id integer", "day_of_week text Saturday,Sunday,Monday", "driver text"], &[]),
    ]);
    let questions = "How many trips leave before 7 in the morning?\n\
        trips arriving after 18:00 in 2025\n\
        trips before 8 am\n\
        How many trips were there on Mondays?\n\
        shifts on Saturday";
    insta::assert_snapshot!("recurring_own", common::answers(&catalogue, questions));
}

/// What follows up on such an answer keeps its other times, and exchanges the one that is said anew.
#[test]
fn what_follows_up_keeps_the_other_times() {
    let catalogue: Catalogue = serde_json::from_str(include_str!("demo.json")).unwrap();
    let planner = OfflinePlanner::new();
    let mut history: Vec<HistoryMessage> = Vec::new();
    for (question, said) in [
        (
            "How many orders were placed on weekends in 2025?",
            "Number of orders in 2025, where weekday of ordered at is Saturday or Sunday.",
        ),
        ("and in 2024?", "Number of orders in 2024, where weekday of ordered at is Saturday or Sunday."),
        ("and on Mondays?", "Number of orders in 2024, where weekday of ordered at is Monday."),
        (
            "only before noon",
            "Number of orders in 2024, where hour of ordered at is less than 12 and weekday of ordered at is Monday.",
        ),
        (
            "by channel",
            "Orders by channel in 2024, where hour of ordered at is less than 12 and weekday of ordered at is Monday.",
        ),
    ] {
        let planned = planner.plan_now(PlanRequest {
            question,
            history: &history,
            catalogue: &catalogue,
            today: NaiveDate::from_ymd_opt(2026, 11, 18).unwrap(),
            time_zone: chrono_tz::UTC,
        });
        let Planned::Plan { plan, .. } = planned else { panic!("{question}: {planned:?}") };
        assert_eq!(rowcall_plan::explain(&plan), said, "{question}");
        let message = |author, text: &str, plan| HistoryMessage { author, text: text.to_owned(), plan };
        history.push(message(Author::Person, question, None));
        history.push(message(Author::Rowcall, said, Some(serde_json::to_value(&plan).unwrap())));
    }
}
