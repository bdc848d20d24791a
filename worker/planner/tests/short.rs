//! Questions as they are typed into a chat, over a rental firm, a museum, a gym and a subscription service. What each is
//! understood to mean is kept beside it, for people to read over.

use crate::common::{answers, catalogue_of, table};

#[test]
fn a_rental_firm() {
    let tables = [
        table(
            "branches",
            &["branch_id integer", "branch_name text Airport,Harbour,*", "city text Faro,Porto,*"],
            &[],
        ),
        table(
            "categories",
            &["category_id integer", "category_name text SUV,Luxury,*", "daily_rate decimal"],
            &[],
        ),
        table(
            "customers",
            &[
                "customer_id integer",
                "first_name text Rosa,Diego,*",
                "last_name text Esteves,Almeida,*",
                "home_city text",
            ],
            &[],
        ),
        table(
            "vehicles",
            &[
                "vehicle_id integer",
                "make text Toyota,Seat,*",
                "model text",
                "mileage integer",
                "category_id integer",
                "branch_id integer",
            ],
            &[("category_id", "categories", "category_id"), ("branch_id", "branches", "branch_id")],
        ),
        table(
            "rentals",
            &[
                "rental_id integer",
                "customer_id integer",
                "vehicle_id integer",
                "start_date date",
                "end_date date",
                "total_cost decimal",
                "status text completed,cancelled,*",
            ],
            &[("customer_id", "customers", "customer_id"), ("vehicle_id", "vehicles", "vehicle_id")],
        ),
        table(
            "repairs",
            &["repair_id integer", "vehicle_id integer", "repair_date date", "cost decimal"],
            &[("vehicle_id", "vehicles", "vehicle_id")],
        ),
    ];
    insta::assert_snapshot!(answers(
        &catalogue_of(&tables),
        "revenue by category
         rental income per branch
         revenue 2024
         top 5 customers by money spent
         who spent the most?
         who spent the most in 2024?
         which branch made the most money?
         what did we spend on repairs in 2024?
         total spent on repairs
         rentals by start year
         rentals by month of end date
         average rental length in days per category
         customers whose rentals were all cancelled
         people who rented both an SUV and a luxury car
         vehicles by mileage, lowest first
         rentals by customer in 2024
         customer with the latest rental"
    ));
}

#[test]
fn a_museum() {
    let tables = [
        table(
            "artists",
            &["artist_id integer", "artist_name text", "year_of_birth integer", "year_of_death integer"],
            &[],
        ),
        table(
            "artworks",
            &["artwork_id integer", "artwork_title text", "artist_id integer", "insured_value decimal"],
            &[("artist_id", "artists", "artist_id")],
        ),
        table(
            "exhibitions",
            &[
                "exhibition_id integer",
                "exhibition_title text",
                "opening_date date",
                "standard_ticket_price decimal",
            ],
            &[],
        ),
        table(
            "ticket_sales",
            &[
                "sale_id integer",
                "exhibition_id integer",
                "sale_date date",
                "visitor_category text Adult,Child,*",
                "number_of_tickets integer",
                "total_amount_paid decimal",
            ],
            &[("exhibition_id", "exhibitions", "exhibition_id")],
        ),
    ];
    insta::assert_snapshot!(answers(
        &catalogue_of(&tables),
        "tickets sold per visitor category
         top 3 exhibitions by tickets sold
         how many tickets were sold in 2024?
         ticket revenue by exhibition
         total revenue
         5 most valuable artworks
         artworks worth more than 10000
         which artists are still alive?
         free exhibitions
         artworks by insured value
         insured value of artworks in total"
    ));
}

#[test]
fn a_gym() {
    let tables = [
        table(
            "members",
            &[
                "member_id integer",
                "name text",
                "gender text M,F",
                "join_date date",
                "membership_type text Basic,Gold",
                "phone text",
            ],
            &[],
        ),
        table(
            "trainers",
            &["trainer_id integer", "name text", "hourly_wage decimal", "experience_years integer"],
            &[],
        ),
        table(
            "classes",
            &[
                "class_id integer",
                "class_name text Spinning,Zumba,*",
                "duration_minutes integer",
                "max_participants integer",
                "intensity text low,high",
            ],
            &[],
        ),
        table(
            "class_member",
            &["class_id integer", "member_id integer", "rating integer"],
            &[("class_id", "classes", "class_id"), ("member_id", "members", "member_id")],
        ),
        table(
            "class_trainer",
            &["class_id integer", "trainer_id integer"],
            &[("class_id", "classes", "class_id"), ("trainer_id", "trainers", "trainer_id")],
        ),
    ];
    insta::assert_snapshot!(answers(
        &catalogue_of(&tables),
        "basic members with phone numbers
         top 3 trainers by hourly wage
         most experienced trainer
         who teaches Spinning?
         men vs women count
         which classes last more than an hour?
         classes for more than 10 people
         members who only take low intensity classes
         average class duration in hours
         who earns that?"
    ));
}

#[test]
fn a_subscription_service() {
    let tables = [
        table("users", &["user_id integer", "full_name text", "company_name text", "signup_date date"], &[]),
        table(
            "support_agents",
            &["agent_id integer", "first_name text", "last_name text", "hired_on date"],
            &[],
        ),
        table(
            "sponsors",
            &[
                "sponsor_id integer",
                "company_name text",
                "industry text",
                "city text Boston,Lyon,*",
                "signed_on date",
            ],
            &[],
        ),
        table(
            "plans",
            &[
                "plan_id integer",
                "plan_name text Free,Business,Team",
                "billing_cycle text yearly,monthly",
                "price decimal",
            ],
            &[],
        ),
        table(
            "subscriptions",
            &[
                "subscription_id integer",
                "user_id integer",
                "plan_id integer",
                "status text active,cancelled",
                "cancel_reason text poor support,too expensive,*",
            ],
            &[("user_id", "users", "user_id"), ("plan_id", "plans", "plan_id")],
        ),
        table(
            "invoices",
            &[
                "invoice_id integer",
                "subscription_id integer",
                "invoice_date date",
                "due_date date",
                "paid_date date",
                "amount decimal",
                "status text succeeded,failed",
            ],
            &[("subscription_id", "subscriptions", "subscription_id")],
        ),
        table(
            "support_tickets",
            &[
                "ticket_id integer",
                "user_id integer",
                "agent_id integer",
                "priority text low,high",
                "opened_at timestamp",
                "closed_at timestamp",
            ],
            &[("user_id", "users", "user_id"), ("agent_id", "support_agents", "agent_id")],
        ),
    ];
    insta::assert_snapshot!(answers(
        &catalogue_of(&tables),
        "overdue invoices
         how many invoices are late?
         late invoices per month
         users with overdue invoices
         invoices by due month
         plans with prices, most expensive first
         plans by price
         yearly plans
         why do people cancel?
         who opened the most tickets?
         avg hours to close a ticket by priority
         users who only ever had the Free plan
         users with both a team plan and a business plan
         successful invoices in 2024, how many?
         sponsors from boston
         value of invoices in 2024
         signups by year"
    ));
}
