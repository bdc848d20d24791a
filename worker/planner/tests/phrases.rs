//! Ways of asking, each over the small catalogue of a sailing club.

use crate::common::{catalogue_of, table};
use chrono::NaiveDate;
use rowcall_core::Catalogue;
use rowcall_plan::compile;
use rowcall_planner::{OfflinePlanner, PlanRequest, Planned};

fn catalogue() -> Catalogue {
    let tables = [
        table(
            "harbours",
            &["harbourid integer", "harbours text Kiel,Cork", "country text Germany,Ireland,*"],
            &[],
        ),
        table(
            "clubs",
            &[
                "club_id integer",
                "club_name text Blue Gulls,Sea Dogs",
                "town text Kiel,Cork,*",
                "year_founded integer",
                "capacity integer",
                "harbourid integer",
            ],
            &[("harbourid", "harbours", "harbourid")],
        ),
        table(
            "sailors",
            &[
                "sailor_id integer",
                "fname text Ann,Bob",
                "lname text Lee,Ray",
                "gender text F,M,*",
                "age integer",
                "email_address text",
                "club_id integer",
            ],
            &[("club_id", "clubs", "club_id")],
        ),
        table(
            "boats_for_rent",
            &[
                "boat_id integer",
                "boat_name text Iris,Juno",
                "boattype text dinghy,yacht,*",
                "baseprice decimal",
                "bed_count integer",
            ],
            &[],
        ),
        table(
            "boats_repaired",
            &["repair_id integer", "boat_id integer", "cost decimal"],
            &[("boat_id", "boats_for_rent", "boat_id")],
        ),
        table(
            "trips",
            &[
                "trip_id integer",
                "sailor_id integer",
                "boat_id integer",
                "season text Spring,Fall,*",
                "year integer",
                "distance decimal",
                "started_on date",
                "reported_by text Ann Lee,Bob Ray",
            ],
            &[("sailor_id", "sailors", "sailor_id"), ("boat_id", "boats_for_rent", "boat_id")],
        ),
    ];
    catalogue_of(&tables)
}

fn ask(question: &str) -> Planned {
    OfflinePlanner::new().plan_now(PlanRequest {
        question,
        history: &[],
        catalogue: &catalogue(),
        today: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
        time_zone: chrono_tz::UTC,
    })
}

#[track_caller]
fn check(question: &str, expected: &str) {
    match ask(question) {
        Planned::Plan { plan, .. } => {
            assert_eq!(compile(&plan, &catalogue()).unwrap().sql, expected, "{question}");
        }
        other => panic!("{question}: {other:?}"),
    }
}

#[track_caller]
fn refused(question: &str, because: &str) {
    match ask(question) {
        Planned::CannotAnswer { reason, .. } => assert!(reason.contains(because), "{question}: {reason}"),
        other => panic!("{question}: {other:?}"),
    }
}

#[test]
fn names_are_read_however_they_are_written() {
    check(
        "What are the first and last names of the sailors?",
        "SELECT sailors.fname, sailors.lname FROM sailors ORDER BY sailors.sailor_id",
    );
    check(
        "What is the average base price of the boats?",
        "SELECT avg(boats_for_rent.baseprice) AS average_baseprice FROM boats_for_rent",
    );
    check(
        "What is the name of the harbour?",
        "SELECT harbours.harbours FROM harbours ORDER BY harbours.harbourid",
    );
    check(
        "List the harbours and their countries.",
        "SELECT harbours.harbours, harbours.country FROM harbours ORDER BY harbours.harbourid",
    );
    check(
        "How many boats have 4 beds?",
        "SELECT count(*) AS count_of_boats_for_rent FROM boats_for_rent WHERE \
         boats_for_rent.bed_count = 4",
    );
    check(
        "What is the average number of beds?",
        "SELECT avg(boats_for_rent.bed_count) AS average_bed_count FROM boats_for_rent",
    );
}

#[test]
fn values_have_other_words() {
    check(
        "List the full names of female sailors.",
        "SELECT sailors.fname, sailors.lname FROM sailors WHERE sailors.gender = 'F' ORDER BY \
         sailors.sailor_id",
    );
    check(
        "Which clubs have German harbours?",
        "SELECT clubs.club_name FROM clubs LEFT JOIN harbours ON clubs.harbourid = harbours.harbourid \
         WHERE harbours.country = 'Germany' ORDER BY clubs.club_id",
    );
}

#[test]
fn the_number_comes_after_a_comparison_or_before_one() {
    check(
        "Which sailors made more than one trip?",
        "SELECT sailors.fname, sailors.lname FROM sailors WHERE (SELECT count(*) FROM trips WHERE \
         trips.sailor_id = sailors.sailor_id) > 1 ORDER BY sailors.sailor_id",
    );
    check(
        "List the names of clubs whose capacity is not higher than 40.",
        "SELECT clubs.club_name FROM clubs WHERE clubs.capacity <= 40 ORDER BY clubs.club_id",
    );
}

#[test]
fn a_second_sentence_says_what_to_show() {
    check(
        "How many trips did each sailor make? List the sailor id and the number.",
        "SELECT trips.sailor_id, count(*) AS count_of_trips FROM trips GROUP BY trips.sailor_id ORDER BY sailor_id",
    );
    check(
        "Which sailor took the most trips? List the email and the number of trips.",
        "SELECT sailors.email_address, count(*) AS count_of_trips FROM trips JOIN sailors ON \
         trips.sailor_id = sailors.sailor_id GROUP BY sailors.email_address, sailors.sailor_id ORDER \
         BY count_of_trips DESC NULLS LAST, email_address, sailors.sailor_id LIMIT 1",
    );
}

#[test]
fn the_largest_one() {
    check(
        "What is the town of the club with the most sailors?",
        "SELECT clubs.town FROM sailors JOIN clubs ON sailors.club_id = clubs.club_id GROUP BY \
         clubs.town, clubs.club_id ORDER BY count(*) DESC NULLS LAST, town, clubs.club_id LIMIT 1",
    );
    check(
        "How many sailors belong to the club with the highest capacity?",
        "SELECT count(*) AS count_of_sailors FROM sailors LEFT JOIN clubs ON sailors.club_id = \
         clubs.club_id WHERE clubs.capacity = (SELECT max(clubs_2.capacity) FROM clubs AS clubs_2)",
    );
    check(
        "What is the smallest capacity and its club name?",
        "SELECT clubs.capacity, clubs.club_name FROM clubs ORDER BY clubs.capacity, clubs.club_id LIMIT 1",
    );
    check(
        "What is the name of the largest club?",
        "SELECT clubs.club_name FROM clubs WHERE clubs.capacity IS NOT NULL ORDER BY clubs.capacity \
         DESC NULLS LAST, clubs.club_id LIMIT 1",
    );
    check(
        "How old is the oldest sailor?",
        "SELECT sailors.age FROM sailors WHERE sailors.age IS NOT NULL ORDER BY sailors.age DESC \
         NULLS LAST, sailors.sailor_id LIMIT 1",
    );
}

#[test]
fn conditions_are_joined() {
    check(
        "List the names of clubs that have both sailors older than 30 and sailors younger than 20.",
        "SELECT clubs.club_name FROM clubs WHERE EXISTS (SELECT 1 FROM sailors WHERE sailors.club_id \
         = clubs.club_id AND sailors.age > 30) AND EXISTS (SELECT 1 FROM sailors AS sailors_2 WHERE \
         sailors_2.club_id = clubs.club_id AND sailors_2.age < 20) ORDER BY clubs.club_id",
    );
    check(
        "Which towns have both clubs with capacity over 50 and clubs with capacity below 10?",
        "SELECT DISTINCT clubs.town FROM clubs WHERE clubs.capacity > 50 INTERSECT SELECT DISTINCT clubs_2.town FROM clubs AS clubs_2 WHERE clubs_2.capacity < 10 ORDER BY town",
    );
    check(
        "Which clubs are in Kiel or have a capacity above 100?",
        "SELECT clubs.club_name FROM clubs WHERE (clubs.town = 'Kiel' OR clubs.capacity > 100) ORDER \
         BY clubs.club_id",
    );
    check(
        "List the names of boats taken in Fall 2009 but not in Spring 2010.",
        "SELECT boats_for_rent.boat_name FROM boats_for_rent WHERE NOT EXISTS (SELECT 1 FROM trips \
         WHERE trips.boat_id = boats_for_rent.boat_id AND trips.season = 'Spring' AND trips.\"year\" \
         = 2010) AND EXISTS (SELECT 1 FROM trips AS trips_2 WHERE trips_2.boat_id = \
         boats_for_rent.boat_id AND trips_2.season = 'Fall' AND trips_2.\"year\" = 2009) ORDER BY \
         boats_for_rent.boat_id",
    );
}

#[test]
fn ratios_are_two_counts() {
    check(
        "What is the ratio of yachts to all boats?",
        "SELECT CAST(count(*) FILTER (WHERE boats_for_rent.boattype = 'yacht') AS NUMERIC) / \
         nullif(count(*), 0) AS ratio FROM boats_for_rent",
    );
    check(
        "What is the ratio of sailors with age above 30 to sailors with age below 30?",
        "SELECT CAST(count(*) FILTER (WHERE sailors.age > 30) AS NUMERIC) / nullif(count(*) FILTER \
         (WHERE sailors.age < 30), 0) AS ratio FROM sailors",
    );
}

#[test]
fn a_doer_is_no_split() {
    check(
        "How many trips were reported by Ann Lee?",
        "SELECT count(*) AS count_of_trips FROM trips WHERE trips.reported_by = 'Ann Lee'",
    );
    check(
        "Which seasons are shared by at least two trips?",
        "SELECT trips.season FROM trips GROUP BY trips.season HAVING count(*) >= 2 ORDER BY season",
    );
}

#[test]
fn years_texts_and_orders() {
    check(
        "How many clubs were founded in 2014 or later?",
        "SELECT count(*) AS count_of_clubs FROM clubs WHERE clubs.year_founded >= 2014",
    );
    check(
        "List the names of boats with \"un\" in their names.",
        "SELECT boats_for_rent.boat_name FROM boats_for_rent WHERE boats_for_rent.boat_name ILIKE \
         '%un%' ORDER BY boats_for_rent.boat_id",
    );
    check(
        "Show the ages of sailors in order from the oldest to the youngest.",
        "SELECT sailors.age FROM sailors ORDER BY sailors.age DESC NULLS LAST, sailors.sailor_id",
    );
}

#[test]
fn what_is_denied() {
    check(
        "Which sailors did not make any trip?",
        "SELECT sailors.fname, sailors.lname FROM sailors WHERE NOT EXISTS (SELECT 1 FROM trips WHERE \
         trips.sailor_id = sailors.sailor_id) ORDER BY sailors.sailor_id",
    );
}

#[test]
fn what_could_be_a_condition_is_never_passed_over() {
    refused("How many boats need a reservation?", "reservation");
    refused("How many premium boats are there?", "premium");
    refused("Which boats are insured?", "insured");
    refused("List the sailors who churned.", "churned");
}
