//! What colleagues ask in words of their own, over tables as products have them: a company and its people (a department's head
//! beside its employees, a leave request's approver beside whose it is), a marketplace (lines of orders with a quantity and a
//! price, and nothing called revenue), and races with their results. What each is understood to mean is kept beside it, for
//! people to read over; so is what is refused.

use crate::common::{self, catalogue_of, table};

#[test]
fn about_a_company() {
    let catalogue = catalogue_of(&[
        table(
            "offices",
            &[
                "id integer",
                "name text Berlin Hub,Singapore Desk,*",
                "city text Berlin,Singapore,*",
                "country text DE,SG,*",
                "phone text",
            ],
            &[],
        ),
        table(
            "departments",
            &["id integer", "name text Sales,Legal,Marketing,*", "annual_budget decimal", "head_id integer"],
            &[("head_id", "employees", "id")],
        ),
        table(
            "positions",
            &["id integer", "title text UX Designer,Data Analyst,*", "seniority text junior,executive,*"],
            &[],
        ),
        table(
            "employees",
            &[
                "id integer",
                "first_name text Ann,Bob,Wei,*",
                "last_name text Lee,Stone,Becker,*",
                "email text",
                "street_address text",
                "status text active,terminated,*",
                "work_mode text remote,hybrid,onsite,*",
                "employment_type text full_time,part_time,*",
                "department_id integer",
                "office_id integer",
                "position_id integer",
                "manager_id integer",
                "hired_on date",
                "terminated_on date",
            ],
            &[
                ("department_id", "departments", "id"),
                ("office_id", "offices", "id"),
                ("position_id", "positions", "id"),
                ("manager_id", "employees", "id"),
            ],
        ),
        table(
            "leave_requests",
            &[
                "id integer",
                "employee_id integer",
                "approver_id integer",
                "leave_type text vacation,sick,*",
                "status text pending,approved,rejected,*",
                "days_requested decimal",
                "start_date date",
            ],
            &[("approver_id", "employees", "id"), ("employee_id", "employees", "id")],
        ),
    ]);
    insta::assert_snapshot!("company", common::answers(&catalogue, include_str!("company.txt")));
}

#[test]
fn about_a_marketplace() {
    let catalogue = catalogue_of(&[
        table("categories", &["id integer", "name text Audio,Kitchen,*"], &[]),
        table(
            "sellers",
            &[
                "id integer",
                "shop_name text Casa Verde,Nordic Loom,*",
                "owner_name text",
                "email text",
                "country text Germany,*",
            ],
            &[],
        ),
        table(
            "buyers",
            &[
                "id integer",
                "full_name text Olivia Parker,*",
                "email text",
                "country text Germany,France,*",
                "signed_up_at date",
            ],
            &[],
        ),
        table(
            "promo_codes",
            &["id integer", "code text WELCOME10,VIP20,*", "discount_pct decimal", "valid_until date"],
            &[],
        ),
        table(
            "listings",
            &[
                "id integer",
                "seller_id integer",
                "category_id integer",
                "title text Goose Down Parka,Oak Table,*",
                "price decimal",
                "stock integer",
                "condition text new,used,*",
            ],
            &[("seller_id", "sellers", "id"), ("category_id", "categories", "id")],
        ),
        table(
            "orders",
            &[
                "id integer",
                "order_number text",
                "buyer_id integer",
                "promo_code_id integer",
                "channel text web,ios,android,*",
                "status text pending,paid,cancelled,*",
                "placed_at timestamp",
            ],
            &[("buyer_id", "buyers", "id"), ("promo_code_id", "promo_codes", "id")],
        ),
        table(
            "order_items",
            &[
                "id integer",
                "order_id integer",
                "listing_id integer",
                "quantity integer",
                "unit_price decimal",
            ],
            &[("order_id", "orders", "id"), ("listing_id", "listings", "id")],
        ),
        table(
            "shipments",
            &[
                "id integer",
                "order_id integer",
                "carrier text DHL,UPS,*",
                "shipped_at timestamp",
                "delivered_at timestamp",
            ],
            &[("order_id", "orders", "id")],
        ),
        table(
            "refunds",
            &[
                "id integer",
                "order_item_id integer",
                "reason text damaged,changed_mind,*",
                "amount decimal",
                "requested_at timestamp",
            ],
            &[("order_item_id", "order_items", "id")],
        ),
        table(
            "reviews",
            &[
                "id integer",
                "listing_id integer",
                "buyer_id integer",
                "rating integer",
                "created_at timestamp",
            ],
            &[("listing_id", "listings", "id"), ("buyer_id", "buyers", "id")],
        ),
    ]);
    insta::assert_snapshot!("marketplace", common::answers(&catalogue, include_str!("marketplace.txt")));
}

#[test]
fn about_doctors() {
    let catalogue = catalogue_of(&[table(
        "doctors",
        &[
            "id integer",
            "full_name text Mia Tanaka,*",
            "specialty text Dermatology,Neurology,*",
            "state text CA,TX,*",
        ],
        &[],
    )]);
    insta::assert_snapshot!("doctors", common::answers(&catalogue, include_str!("doctors.txt")));
}

#[test]
fn about_races() {
    let catalogue = catalogue_of(&[
        table(
            "skiers",
            &["skier_id integer", "name text Lena Frost,*", "nationality text French,German,*"],
            &[],
        ),
        table(
            "races",
            &["race_id integer", "race_name text Nebelhorn Cup,*", "discipline text Slalom,Downhill,*"],
            &[],
        ),
        table(
            "race_results",
            &["result_id integer", "race_id integer", "skier_id integer", "rank integer", "time_s decimal"],
            &[("race_id", "races", "race_id"), ("skier_id", "skiers", "skier_id")],
        ),
    ]);
    insta::assert_snapshot!("races", common::answers(&catalogue, include_str!("races.txt")));
}
