//! Questions that compose: phrases inside phrases, what is said of which rows, and what later sentences want.

use chrono::NaiveDate;
use rowcall_core::Catalogue;
use rowcall_plan::compile;
use rowcall_planner::{OfflinePlanner, PlanRequest, Planned};

fn ask(question: &str) -> (Catalogue, Planned) {
    let catalogue: Catalogue = serde_json::from_str(include_str!("shop.json")).unwrap();
    let planned = OfflinePlanner::new().plan_now(PlanRequest {
        question,
        history: &[],
        catalogue: &catalogue,
        today: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
        time_zone: chrono_tz::UTC,
    });
    (catalogue, planned)
}

fn check(question: &str, expected: &str) {
    match ask(question) {
        (catalogue, Planned::Plan { plan, .. }) => {
            assert_eq!(compile(&plan, &catalogue).unwrap().sql, expected, "{question}");
        }
        (_, other) => panic!("{question}: {other:?}"),
    }
}

#[test]
fn conditions_on_what_belongs_to_rows() {
    check(
        "List the names of products that were never ordered.",
        "SELECT products.name FROM products WHERE NOT EXISTS (SELECT 1 FROM orders WHERE orders.product_id = products.id) ORDER BY products.id",
    );
    check(
        "Which customers have at least 3 orders? Return their name and city.",
        "SELECT customers.name, customers.city FROM customers WHERE (SELECT count(*) FROM orders WHERE orders.customer_id = customers.id) >= 3 ORDER BY customers.id",
    );
}

#[test]
fn values_joined_by_or() {
    check(
        "What are the names of the customers in Germany or France, sorted by name in descending order?",
        "SELECT customers.name FROM customers WHERE customers.country IN ('Germany', 'France') ORDER BY customers.name DESC NULLS LAST, customers.id",
    );
}

#[test]
fn groups_that_a_number_decides_on() {
    check(
        "Which city has the most customers?",
        "SELECT customers.city FROM customers GROUP BY customers.city ORDER BY count(*) DESC NULLS LAST, city LIMIT 1",
    );
    check(
        "List the cities that have more than 2 customers.",
        "SELECT customers.city FROM customers GROUP BY customers.city HAVING count(*) > 2 ORDER BY city",
    );
    check(
        "What is the name of the customer who placed the most orders?",
        "SELECT customers.name FROM orders JOIN customers ON orders.customer_id = customers.id GROUP BY customers.name, customers.id ORDER BY count(*) DESC NULLS LAST, name, customers.id LIMIT 1",
    );
    check(
        "How many orders did each customer place?",
        "SELECT customers.name, count(*) AS count_of_orders FROM orders JOIN customers ON orders.customer_id = customers.id GROUP BY customers.name, customers.id ORDER BY count_of_orders DESC NULLS LAST, name, customers.id",
    );
}

#[test]
fn different_rows_with_the_same_value() {
    check(
        "Show the cities that have both customers in Germany and customers in France.",
        "SELECT DISTINCT customers.city FROM customers WHERE customers.country = 'Germany' INTERSECT SELECT DISTINCT customers_2.city FROM customers AS customers_2 WHERE customers_2.country = 'France' ORDER BY city",
    );
    check(
        "Which cities do not have any customers in Germany?",
        "SELECT DISTINCT customers.city FROM customers EXCEPT SELECT DISTINCT customers_2.city FROM customers AS customers_2 WHERE customers_2.country = 'Germany' ORDER BY city",
    );
}

#[test]
fn ratios_and_averages() {
    check(
        "What is the ratio of orders with a total amount above 100 to all orders?",
        "SELECT CAST(count(*) FILTER (WHERE orders.total_amount > 100) AS NUMERIC) / nullif(count(*), 0) AS ratio FROM orders",
    );
    check(
        "How many products have a price above the average?",
        "SELECT count(*) AS count_of_products FROM products WHERE products.price > (SELECT avg(products_2.price) FROM products AS products_2)",
    );
}

#[test]
fn the_rows_of_the_first_of_others() {
    check(
        "List the quantities of the orders of the customer with the most orders.",
        "SELECT orders.quantity FROM orders JOIN customers ON orders.customer_id = customers.id WHERE customers.id IN (SELECT customers_2.id FROM orders AS orders_2 JOIN customers AS customers_2 ON orders_2.customer_id = customers_2.id GROUP BY customers_2.id ORDER BY count(*) DESC NULLS LAST, id LIMIT 1) ORDER BY orders.id",
    );
}

#[test]
fn times_are_of_what_the_verb_says() {
    check(
        "When was the order with id 4 placed?",
        "SELECT orders.ordered_at FROM orders WHERE orders.id = 4 ORDER BY orders.id",
    );
}

#[test]
fn a_second_number_is_of_the_column_before() {
    check(
        "Which products cost more than 20 and less than 50?",
        "SELECT products.name FROM products WHERE products.price > 20 AND products.price < 50 ORDER BY products.id",
    );
    check(
        "List the names of products with a price below 5 or above 50.",
        "SELECT products.name FROM products WHERE (products.price < 5 OR products.price > 50) ORDER BY products.id",
    );
}

#[test]
fn so_many_with_the_most_are_the_first_of_them() {
    for question in [
        "Who are the three customers with the most orders?",
        "What are the names of the 3 customers with the most orders?",
    ] {
        check(
            question,
            "SELECT customers.name FROM orders JOIN customers ON orders.customer_id = customers.id GROUP BY customers.name, customers.id ORDER BY count(*) DESC NULLS LAST, name, customers.id LIMIT 3",
        );
    }
}

#[test]
fn a_direction_alone_is_of_the_number() {
    check(
        "How many customers are there in each city, sorted in ascending order?",
        "SELECT customers.city, count(*) AS count_of_customers FROM customers GROUP BY customers.city ORDER BY count_of_customers, city",
    );
}

#[test]
fn a_moment_is_called_a_date() {
    check(
        "What is the creation date of the customer named \"Ann\"?",
        "SELECT customers.created_at FROM customers WHERE lower(customers.name) = 'ann' ORDER BY customers.id",
    );
    check(
        "What is the latest creation date of customers?",
        "SELECT max(customers.created_at) AS highest_creation_date FROM customers",
    );
}

#[test]
fn nothing_is_passed_over() {
    for question in [
        "Which customers complained about their orders?",
        "List the customers who were not refunded.",
        "How many orders were shipped by zeppelin?",
        "Show the tallest customers.",
    ] {
        let (_, planned) = ask(question);
        assert!(!matches!(planned, Planned::Plan { .. }), "{question}: {planned:?}");
    }
}
