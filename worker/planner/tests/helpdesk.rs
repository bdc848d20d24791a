//! Ordinary questions of a helpdesk with its accounts and invoices, tables as products have them: who did something beside when
//! it was done (`opened_by`, `opened_at`), references that may be empty, durations in milliseconds (`helpdesk.txt`). What each is
//! understood to mean is kept beside it, in words and as a statement, for people to read over; so is what is refused.

use crate::common::{self, catalogue_of, table};

#[test]
fn questions_of_a_helpdesk() {
    let catalogue = catalogue_of(&[
        table(
            "users",
            &[
                "id integer",
                "email text",
                "full_name text Ann Lee,Bob Stone,Cara Diaz,Dan Wu",
                "role text admin,agent,viewer,*",
                "is_active bool",
                "team_id integer",
                "manager_id integer",
                "created_at timestamp_tz",
                "last_login_at timestamp_tz",
            ],
            &[("team_id", "teams", "id"), ("manager_id", "users", "id")],
        ),
        table("teams", &["id integer", "name text Billing,Platform,*", "location text Berlin,Austin,*"], &[]),
        table(
            "accounts",
            &[
                "id integer",
                "name text Acme,Globex,Initech",
                "plan text free,pro,enterprise,*",
                "country text Germany,France,*",
                "mrr decimal",
                "seats integer",
                "owner_id integer",
                "created_at timestamp_tz",
                "churned_at timestamp_tz",
            ],
            &[("owner_id", "users", "id")],
        ),
        table(
            "invoices",
            &[
                "id integer",
                "account_id integer",
                "amount decimal",
                "currency text EUR,USD,*",
                "status text draft,open,paid,void,*",
                "issued_on date",
                "due_on date",
                "paid_at timestamp_tz",
            ],
            &[("account_id", "accounts", "id")],
        ),
        table(
            "tickets",
            &[
                "id integer",
                "account_id integer",
                "subject text",
                "priority text low,high,urgent,*",
                "status text open,pending,solved,closed,*",
                "opened_by integer",
                "assigned_to integer",
                "opened_at timestamp_tz",
                "closed_at timestamp_tz",
                "satisfaction integer",
            ],
            &[("account_id", "accounts", "id"), ("opened_by", "users", "id"), ("assigned_to", "users", "id")],
        ),
        table(
            "comments",
            &["id integer", "ticket_id integer", "author_id integer", "body text", "created_at timestamp_tz"],
            &[("ticket_id", "tickets", "id"), ("author_id", "users", "id")],
        ),
        table(
            "events",
            &[
                "id integer",
                "user_id integer",
                "name text login,export,invite,*",
                "duration_ms integer",
                "occurred_at timestamp_tz",
            ],
            &[("user_id", "users", "id")],
        ),
    ]);
    insta::assert_snapshot!("helpdesk", common::answers(&catalogue, include_str!("helpdesk.txt")));
}
