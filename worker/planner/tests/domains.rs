//! Ordinary questions over ordinary databases: a hospital, an airline, a shop, a league and others. What each is
//! understood to mean is kept beside it, in words and as a statement, for people to read over.

use crate::common::{self, catalogue_of, table};
use serde_json::Value;

/// Every question with its answer.
fn answers(tables: &[Value], questions: &str) -> String {
    common::answers(&catalogue_of(tables), questions)
}

#[test]
fn a_hospital() {
    let tables = [
        table(
            "departments",
            &["department_id integer", "name text Cardiology,Surgery,*", "floor integer", "budget decimal"],
            &[],
        ),
        table(
            "doctors",
            &[
                "doctor_id integer",
                "first_name text Ann,Bob,*",
                "last_name text Lee,Ray,*",
                "specialty text Heart,Bones,*",
                "salary integer",
                "hire_year integer",
                "department_id integer",
            ],
            &[("department_id", "departments", "department_id")],
        ),
        table(
            "patients",
            &[
                "patient_id integer",
                "first_name text Tom,Ida,*",
                "last_name text Berg,Stone,*",
                "gender text M,F,*",
                "birth_date date",
                "city text Graz,Linz,*",
                "weight decimal",
                "height decimal",
            ],
            &[],
        ),
        table(
            "appointments",
            &[
                "appointment_id integer",
                "patient_id integer",
                "doctor_id integer",
                "appointment_date date",
                "status text Completed,Cancelled,*",
                "fee decimal",
            ],
            &[("patient_id", "patients", "patient_id"), ("doctor_id", "doctors", "doctor_id")],
        ),
        table("medications", &["medication_id integer", "name text Aspirin,Zyrtec,*", "price decimal"], &[]),
        table(
            "prescriptions",
            &[
                "prescription_id integer",
                "appointment_id integer",
                "medication_id integer",
                "quantity integer",
            ],
            &[
                ("appointment_id", "appointments", "appointment_id"),
                ("medication_id", "medications", "medication_id"),
            ],
        ),
    ];
    insta::assert_snapshot!(answers(
        &tables,
        "What are the names and budgets of departments on the third floor?
         Which medication is prescribed most often?
         Find the names of medications that have never been prescribed.
         What are the ids of patients who saw a doctor from the Cardiology department?
         What is the highest, lowest and average fee of appointments?
         List all doctors together with the name of their department.
         What is the 90th percentile of the appointment fee?
         What is the average number of appointments per doctor?
         On average, how many appointments does a doctor have?
         Who are the top 3 highest paid doctors in each department?
         Who gets paid the most?
         Which doctors have the same specialty as Ann Lee?
         Which cities have both male and female patients?
         How tall is the tallest patient?
         List the patients who weigh more than 80 kg and are taller than 180.
         Show all information about the departments.
         Rank the doctors by salary.
         Could you please tell me the number of patients in Graz?
         How many patients are older than 60?
         List the patients younger than 30.
         Which patients are at least 18 years old?"
    ));
}

#[test]
fn an_airline() {
    let tables = [
        table(
            "airports",
            &[
                "airport_code text VIE,JFK,LHR,*",
                "airport_name text Vienna International,Kennedy,*",
                "city text Vienna,New York,London,*",
                "country text Austria,USA,*",
                "elevation integer",
            ],
            &[],
        ),
        table(
            "airlines",
            &[
                "airline_id integer",
                "name text Austrian,Delta,*",
                "country text Austria,USA,*",
                "founded integer",
            ],
            &[],
        ),
        table(
            "flights",
            &[
                "flight_id integer",
                "flight_number text OS1,DL2,*",
                "airline_id integer",
                "origin text VIE,JFK,*",
                "destination text LHR,VIE,*",
                "departure_date date",
                "distance integer",
                "price decimal",
            ],
            &[
                ("airline_id", "airlines", "airline_id"),
                ("origin", "airports", "airport_code"),
                ("destination", "airports", "airport_code"),
            ],
        ),
        table(
            "passengers",
            &[
                "passenger_id integer",
                "full_name text Jane Doe,John Roe,*",
                "nationality text Austrian,American,*",
                "age integer",
            ],
            &[],
        ),
        table(
            "bookings",
            &[
                "booking_id integer",
                "passenger_id integer",
                "flight_id integer",
                "booking_date date",
                "seat_class text Economy,Business,*",
                "amount decimal",
            ],
            &[("passenger_id", "passengers", "passenger_id"), ("flight_id", "flights", "flight_id")],
        ),
    ];
    insta::assert_snapshot!(answers(
        &tables,
        "How many flights arrive in London?
         How many flights depart from Vienna?
         How many airlines fly to London?
         What is the average price of flights operated by Austrian?
         List the names of airlines founded after 1990.
         List the names of airlines that have no flights.
         How far is the longest flight?
         Show the name and age of all passengers under 30.
         Which passengers have booked a flight at least twice?
         What is the cheapest flight of each airline?
         Return the names of passengers who are neither American nor Austrian.
         What is the highest airport?"
    ));
}

#[test]
fn a_shop() {
    let tables = [
        table("categories", &["category_id integer", "category_name text Tools,Toys,*"], &[]),
        table(
            "products",
            &[
                "product_id integer",
                "product_name text Hammer,Doll,*",
                "category_id integer",
                "unit_price decimal",
                "discontinued bool",
            ],
            &[("category_id", "categories", "category_id")],
        ),
        table(
            "employees",
            &[
                "employee_id integer",
                "first_name text Nina,Paul,*",
                "last_name text Weber,Klein,*",
                "title text Clerk,Manager,*",
                "hire_date date",
                "salary decimal",
            ],
            &[],
        ),
        table(
            "customers",
            &[
                "customer_id integer",
                "customer_name text Alfa,Beta,*",
                "city text",
                "country text Germany,Spain,*",
            ],
            &[],
        ),
        table(
            "orders",
            &[
                "order_id integer",
                "customer_id integer",
                "employee_id integer",
                "order_date date",
                "shipped_date date",
                "freight decimal",
                "status text shipped,pending,*",
            ],
            &[("customer_id", "customers", "customer_id"), ("employee_id", "employees", "employee_id")],
        ),
        table(
            "order_details",
            &["order_detail_id integer", "order_id integer", "product_id integer", "quantity integer"],
            &[("order_id", "orders", "order_id"), ("product_id", "products", "product_id")],
        ),
    ];
    insta::assert_snapshot!(answers(
        &tables,
        "Which employee handled the most orders?
         What are the names of employees who handled more than 10 orders?
         Find the categories with an average unit price over 50.
         How many discontinued products are there?
         Which orders were shipped in January 2024?
         What is the average number of products per order?
         What is the average freight per customer?
         Which orders contain the product Hammer?
         List the employees hired after 2015 with their titles.
         What is the most expensive product in each category?
         Show the top 2 products by price for each category.
         Show the names of products starting with H.
         How many customers live in New Hampton?
         Which customers placed more than one order?
         What is the first order?"
    ));
}

#[test]
fn a_league() {
    let tables = [
        table(
            "stadium",
            &[
                "stadium_id integer",
                "stadium_name text Olympia,Rosewood,*",
                "city text Lille,Porto,*",
                "capacity integer",
                "year_built integer",
            ],
            &[],
        ),
        table(
            "team",
            &[
                "team_id integer",
                "team_name text Rovers,United,*",
                "city text Lille,Porto,*",
                "stadium_id integer",
                "founded_year integer",
            ],
            &[("stadium_id", "stadium", "stadium_id")],
        ),
        table(
            "player",
            &[
                "player_id integer",
                "fname text Adam,Ben,*",
                "lname text Low,Hart,*",
                "position text Goalkeeper,Forward,*",
                "birth_year integer",
                "height_cm integer",
                "team_id integer",
            ],
            &[("team_id", "team", "team_id")],
        ),
        table(
            "match",
            &[
                "match_id integer",
                "home_team_id integer",
                "away_team_id integer",
                "match_date date",
                "attendance integer",
                "stadium_id integer",
            ],
            &[
                ("home_team_id", "team", "team_id"),
                ("away_team_id", "team", "team_id"),
                ("stadium_id", "stadium", "stadium_id"),
            ],
        ),
        table(
            "goal",
            &["goal_id integer", "match_id integer", "player_id integer", "minute integer"],
            &[("match_id", "match", "match_id"), ("player_id", "player", "player_id")],
        ),
    ];
    insta::assert_snapshot!(answers(
        &tables,
        "How many matches were played in each stadium?
         Which player scored the most goals?
         Who is the tallest player in each team?
         Which is the oldest team?
         What is the largest stadium by capacity?
         In which year was the stadium Olympia built?
         How many stadiums were built between 1950 and 2000?
         How many matches took place in March 2024?
         Find the first name and last name of players born after 1995.
         What is the name of the youngest player?"
    ));
}

/// Years that are kept as text, references in a role (some of them declared nowhere), codes that another table explains,
/// linking tables beside a part that somebody plays, units in names.
#[test]
fn an_opera_house() {
    let tables = [
        table(
            "ref_contract_types",
            &["contract_type_code text FT,PT,*", "contract_type_description text Full time,Part time,*"],
            &[],
        ),
        table(
            "halls",
            &[
                "hall_id integer",
                "hall_name text Main,Studio,*",
                "floor_area_square_metres decimal",
                "capacity integer",
            ],
            &[],
        ),
        table(
            "employees",
            &[
                "employee_id integer",
                "first_name text Ada,Ben,*",
                "last_name text Frost,Okafor,*",
                "birth_year text 1961,1985,1990",
                "birthplace text Graz Austria,Linz Austria",
                "contract_type_code text FT,PT,*",
                "monthly_salary decimal",
                "leave_date date ?",
                "supervisor_id integer ?",
            ],
            &[("contract_type_code", "ref_contract_types", "contract_type_code")],
        ),
        table(
            "productions",
            &[
                "production_id integer",
                "title text Fidelio,Norma,*",
                "premiere_year text 1998,2011,2020",
                "running_time integer",
                "tickets_sold integer",
                "is_approved bool",
                "director_id integer",
                "main_hall_id integer",
            ],
            &[("director_id", "employees", "employee_id")],
        ),
        table(
            "staff_in_productions",
            &["production_id integer", "employee_id integer", "hours integer"],
            &[("production_id", "productions", "production_id"), ("employee_id", "employees", "employee_id")],
        ),
    ];
    insta::assert_snapshot!(answers(
        &tables,
        "Which productions had their premiere before 2000?
         How many employees were born in the year 1985?
         Who is the oldest employee?
         Show the titles of the productions, the oldest first.
         Average birth year of the employees
         Which hall has the largest floor area?
         What are the names of the halls in which productions are shown?
         Who is the director of the production Fidelio?
         Who directed Fidelio?
         Find the titles of the productions in which the employee Ada Frost takes part.
         What is the average monthly salary for each type of contract? Show the description and the average.
         How many employees are there for each contract type code?
         How long is the longest production?
         How long is a production on average?
         What is the running time of the longest production?
         How many tickets were sold in total?
         How many approved productions are there?
         How many tickets of the approved productions were sold?
         Which employees have left?
         How many employees left in 2023?
         Which employees were born in Austria?
         Which employees does Ada Frost supervise?
         What is the sum of the employee ids?
         Which productions have the highest number of employees?
         List the productions with the title and the running time.
         What is the number of productions for each director? Give the director and the number.
         Which employees earn more than the average of their own contract type?
         What is the title of the production with the most tickets sold, and how many are they?"
    ));
}
