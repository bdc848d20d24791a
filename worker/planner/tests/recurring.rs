//! Questions about times that come again: days of the week, hours (`recurring.txt`). What each is understood to mean is kept
//! beside it, in words and as a statement, for people to read over; so is what is refused.
#![allow(clippy::unwrap_used)]

mod common;

use common::{catalogue_of, table};
use rowcall_core::Catalogue;

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
