//! Rows that refer to rows of their own table, and rows that refer to the same table twice.

use crate::common::{catalogue_of, table};
use chrono::NaiveDate;
use rowcall_core::Catalogue;
use rowcall_plan::{compile, explain};
use rowcall_planner::{OfflinePlanner, PlanRequest, Planned};

/// A workshop: mechanics with a foreman (declared or told by its name), and repairs that one mechanic did and another
/// one checked.
fn workshop(declared: bool) -> Catalogue {
    let key = [("supervisor_id", "mechanics", "mechanic_id")];
    catalogue_of(&[
        table(
            "mechanics",
            &[
                "mechanic_id integer",
                "name text Ann Lee,Bob Ray,Cleo Fox",
                "wage decimal",
                "supervisor_id integer",
            ],
            if declared { &key } else { &[] },
        ),
        table(
            "repairs",
            &[
                "repair_id integer",
                "checked_by_mechanic_id integer",
                "done_by_mechanic_id integer",
                "price decimal",
            ],
            &[
                ("checked_by_mechanic_id", "mechanics", "mechanic_id"),
                ("done_by_mechanic_id", "mechanics", "mechanic_id"),
            ],
        ),
    ])
}

fn planned(question: &str, catalogue: &Catalogue) -> (String, String) {
    let request = PlanRequest {
        question,
        history: &[],
        catalogue,
        today: NaiveDate::from_ymd_opt(2026, 11, 22).unwrap(),
        time_zone: chrono_tz::UTC,
    };
    match OfflinePlanner::new().plan_now(request) {
        Planned::Plan { plan, .. } => (compile(&plan, catalogue).unwrap().sql, explain(&plan)),
        other => panic!("{question}: {other:?}"),
    }
}

#[test]
fn those_below_are_not_the_one_above() {
    for declared in [true, false] {
        let catalogue = workshop(declared);
        for question in [
            "Which mechanics report to Ann Lee?",
            "mechanics supervised by Ann Lee",
            "mechanics whose supervisor is Ann Lee",
            "Which mechanics work under Ann Lee?",
        ] {
            let (sql, said) = planned(question, &catalogue);
            assert!(sql.contains("WHERE mechanics_2.name = 'Ann Lee'"), "{question}: {sql}");
            assert_eq!(said, "Mechanics, where supervisor name is Ann Lee.", "{question}");
        }
    }
}

#[test]
fn the_one_above_is_found_by_those_below() {
    let catalogue = workshop(false);
    for question in [
        "Who is the supervisor of Bob Ray?",
        "Who supervises Bob Ray?",
        "Bob Ray's supervisor",
        "Who does Bob Ray report to?",
    ] {
        let (sql, _) = planned(question, &catalogue);
        assert!(sql.starts_with("SELECT mechanics_2.name"), "{question}: {sql}");
        assert!(sql.contains("WHERE mechanics.name = 'Bob Ray'"), "{question}: {sql}");
    }
}

#[test]
fn both_are_listed_side_by_side() {
    let catalogue = workshop(true);
    for question in
        ["names of mechanics and of their supervisors", "each mechanic with the name of their supervisor"]
    {
        let (sql, _) = planned(question, &catalogue);
        assert!(
            sql.starts_with("SELECT mechanics.name, mechanics_2.name AS supervisor_name"),
            "{question}: {sql}"
        );
    }
    let (sql, said) = planned("mechanics who earn a higher wage than their supervisor", &catalogue);
    assert!(sql.contains("mechanics.wage > mechanics_2.wage"), "{sql}");
    assert!(said.contains("wage is more than supervisor wage"), "{said}");
}

#[test]
fn a_reference_is_told_by_its_part() {
    let catalogue = workshop(true);
    for (question, column) in [
        ("repairs done by Bob Ray", "done_by_mechanic_id"),
        ("repairs checked by Bob Ray", "checked_by_mechanic_id"),
        ("How many repairs were done by the mechanic Bob Ray?", "done_by_mechanic_id"),
    ] {
        let (sql, said) = planned(question, &catalogue);
        assert!(sql.contains(&format!("repairs.{column} = mechanics.mechanic_id")), "{question}: {sql}");
        let part = column.trim_end_matches("_id").replace('_', " ");
        assert!(said.contains(&part), "{question}: {said}");
    }
}

#[test]
fn two_ends_are_shown_side_by_side() {
    let catalogue = catalogue_of(&[
        table("ports", &["port_id integer", "port_name text Kiel,Cork"], &[]),
        table(
            "routes",
            &["route_id integer", "from_port_id integer", "to_port_id integer", "distance_km decimal"],
            &[("from_port_id", "ports", "port_id"), ("to_port_id", "ports", "port_id")],
        ),
    ]);
    for question in [
        "For routes longer than 300 km, list the departure port, the arrival port and the distance.",
        "departure and arrival ports of all routes",
        "Show the from port and the to port of each route",
    ] {
        let (sql, _) = planned(question, &catalogue);
        let names = "SELECT ports.port_name AS from_port_name, ports_2.port_name AS to_port_name";
        assert!(sql.starts_with(names), "{question}: {sql}");
        assert_eq!(sql.contains("distance_km > 300"), question.contains("300"), "{question}: {sql}");
    }
}
