//! People by the part that they play, and what was done with things, over the tables of a tracker: tasks with a reporter and an
//! assignee, projects with an owner, teams with a lead. What each question is understood to mean is kept beside it, for people
//! to read over; so is what is refused.

use crate::common::{self, catalogue_of, table};

#[test]
fn by_the_part_that_they_play() {
    let catalogue = catalogue_of(&[
        table(
            "users",
            &["id integer", "full_name text Ann Lee,Bob Stone", "email text", "location text Berlin,Leeds,*"],
            &[],
        ),
        table(
            "teams",
            &["id integer", "name text Falcon,Heron,*", "lead_id integer"],
            &[("lead_id", "users", "id")],
        ),
        table(
            "projects",
            &[
                "id integer",
                "name text Harvest Planner,Author Royalties",
                "budget decimal",
                "owner_id integer",
            ],
            &[("owner_id", "users", "id")],
        ),
        table(
            "tasks",
            &[
                "id integer",
                "title text Fix crash,Add filters",
                "priority text low,critical,*",
                "project_id integer",
                "reporter_id integer",
                "assignee_id integer",
                "created_at timestamp",
                "completed_at timestamp",
            ],
            &[
                ("project_id", "projects", "id"),
                ("reporter_id", "users", "id"),
                ("assignee_id", "users", "id"),
            ],
        ),
        table(
            "drivers",
            &["person_id integer", "first_name text Ida", "last_name text Moss", "born_on date"],
            &[],
        ),
        table(
            "entries",
            &["id integer", "start_number integer", "pilot_id integer"],
            &[("pilot_id", "drivers", "person_id")],
        ),
    ]);
    insta::assert_snapshot!("roles", common::answers(&catalogue, include_str!("roles.txt")));
}
