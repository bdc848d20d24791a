//! Verbs that only say that rows belong together, flags, and times that are not when something began, over three small
//! databases.

use crate::common::{answers, catalogue_of, table};

#[test]
fn a_bakery() {
    let tables = [
        table("supplier", &["id integer", "name text Mill,Dairy,*", "delivery_days integer"], &[]),
        table(
            "ingredient",
            &["id integer", "name text butter,flour,rye,*", "price_per_unit decimal", "supplier_id integer"],
            &[("supplier_id", "supplier", "id")],
        ),
        table(
            "recipe",
            &["id integer", "name text Butter Croissant,Rye Loaf,*", "selling_price decimal"],
            &[],
        ),
        table(
            "recipe_ingredient",
            &["id integer", "recipe_id integer", "ingredient_id integer", "quantity decimal"],
            &[("recipe_id", "recipe", "id"), ("ingredient_id", "ingredient", "id")],
        ),
        table(
            "batch",
            &["id integer", "recipe_id integer", "baked_on date", "pieces integer", "pieces_sold integer"],
            &[("recipe_id", "recipe", "id")],
        ),
    ];
    insta::assert_snapshot!(answers(
        &catalogue_of(&tables),
        "Which recipes contain butter?
         Which recipes have butter in their name?
         Which supplier delivers the most ingredients?
         What is the best selling recipe?
         top selling recipes"
    ));
}

#[test]
fn a_coworking_space() {
    let tables = [
        table("members", &["id integer", "first_name text", "last_name text", "joined_on date"], &[]),
        table("plans", &["id integer", "plan_name text", "monthly_price decimal", "is_active bool"], &[]),
        table(
            "bookings",
            &["id integer", "member_id integer", "booked_at timestamp", "total_price decimal"],
            &[("member_id", "members", "id")],
        ),
        table(
            "calls",
            &["id integer", "member_id integer", "outcome_code text R,N,*", "made_on date"],
            &[("member_id", "members", "id"), ("outcome_code", "ref_outcomes", "outcome_code")],
        ),
        table(
            "ref_outcomes",
            &["outcome_code text R,N,*", "outcome_description text Resolved,No answer,*"],
            &[],
        ),
    ];
    insta::assert_snapshot!(answers(
        &catalogue_of(&tables),
        "Who spent the most on bookings?
         Which member spent the most money on bookings in 2024?
         members who spent the least on bookings
         Which members have never called?
         members who never called
         active plans
         How many active plans are there?
         calls per outcome
         calls per outcome code"
    ));
}

#[test]
fn buses_and_clubs() {
    let tables = [
        table(
            "buses",
            &["bus_no integer", "maker text", "model_year integer", "date_last_inspected date"],
            &[],
        ),
        table(
            "drivers",
            &["driver_id integer", "first_name text", "last_name text", "hourly_pay decimal"],
            &[],
        ),
        table("trailers", &["trailer_id integer", "maker text", "date_last_inspected date"], &[]),
        table("students", &["stuid integer", "first_name text", "last_name text"], &[]),
        table("activities", &["activity_id integer", "activity_name text", "num_places integer"], &[]),
        table(
            "activity_signup",
            &["signup_id integer", "activity_id integer", "stuid integer", "attended_yn text Y,N,*"],
            &[("activity_id", "activities", "activity_id"), ("stuid", "students", "stuid")],
        ),
    ];
    insta::assert_snapshot!(answers(
        &catalogue_of(&tables),
        "newest bus
         Which bus is the oldest?
         Which trailer is the oldest?
         drivers who earn more than 20 per hour
         How many places are left for each activity?
         Which students attended the most activities?
         Which students signed up for the most activities?"
    ));
}
