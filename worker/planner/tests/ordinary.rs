//! Ordinary questions of a cinema, as people who had not seen the planner asked them (`ordinary.txt`): each price and salary,
//! lists in an order, what is asked of a name alone, values that stand for rows. What each is understood to mean is kept
//! beside it, in words and as a statement, for people to read over; so is what is refused.

use crate::common::{self, catalogue_of, table};

#[test]
fn ordinary_questions() {
    let catalogue = catalogue_of(&[
        table(
            "cinemas",
            &[
                "cinema_id integer",
                "name text Capitol,Starlight,*",
                "city text Leeds,York,*",
                "country text UK,*",
                "opened date",
                "manager text Ida Moss,Tom Reed,*",
            ],
            &[],
        ),
        table(
            "employees",
            &[
                "employee_id integer",
                "name text Ben Nash,Lena Frost",
                "role text Usher,Cashier,*",
                "age integer",
                "salary decimal",
                "hourly_wage decimal",
                "hire_date date",
                "trained bool",
                "cinema_id integer",
            ],
            &[("cinema_id", "cinemas", "cinema_id")],
        ),
        table(
            "films",
            &[
                "film_id integer",
                "title text Gravel,Crimson Tower",
                "director text Jo Lind,Ana Ruiz",
                "running_time integer",
                "budget decimal",
                "release_date date",
                "shooting_year integer",
                "stock_quantity integer",
            ],
            &[],
        ),
        table(
            "customers",
            &[
                "customer_id integer",
                "first_name text Anya,Emma",
                "last_name text Becker,Smith",
                "city text Leeds,York",
                "email text",
                "birth_date date",
                "signup_date date",
            ],
            &[],
        ),
        table(
            "bookings",
            &[
                "booking_id integer",
                "customer_id integer",
                "film_id integer",
                "cinema_id integer",
                "number_of_tickets integer",
                "total decimal",
                "channel text web,phone,*",
                "status text paid,refunded,*",
                "booked_on date",
                "refunded_on date",
            ],
            &[
                ("customer_id", "customers", "customer_id"),
                ("film_id", "films", "film_id"),
                ("cinema_id", "cinemas", "cinema_id"),
            ],
        ),
    ]);
    insta::assert_snapshot!("ordinary", common::answers(&catalogue, include_str!("ordinary.txt")));
}
