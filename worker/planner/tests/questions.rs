//! Questions in, statements out, over a hand-made catalogue of a shop.

use chrono::NaiveDate;
use rowcall_core::{Author, Catalogue, HistoryMessage};
use rowcall_plan::{QueryPlan, compile};
use rowcall_planner::{OfflinePlanner, PlanRequest, Planned, suggestions};
use sqlparser::{dialect::PostgreSqlDialect, parser::Parser};

fn catalogue() -> Catalogue {
    serde_json::from_str(include_str!("shop.json")).unwrap()
}

fn ask(question: &str, history: &[HistoryMessage]) -> Planned {
    OfflinePlanner::new().plan_now(PlanRequest {
        question,
        history,
        catalogue: &catalogue(),
        today: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
        time_zone: chrono_tz::Europe::Berlin,
    })
}

fn plan(question: &str, history: &[HistoryMessage]) -> QueryPlan {
    match ask(question, history) {
        Planned::Plan { plan, .. } => plan,
        other => panic!("{question}: {other:?}"),
    }
}

fn sql(plan: &QueryPlan) -> String {
    let sql = compile(plan, &catalogue()).unwrap().sql;
    assert_eq!(Parser::parse_sql(&PostgreSqlDialect {}, &sql).unwrap().len(), 1, "{sql}");
    sql
}

fn check(question: &str, expected: &str) {
    assert_eq!(sql(&plan(question, &[])), expected, "{question}");
}

fn check_follow_up(first: &str, second: &str, expected: &str) {
    let said = |author, text: &str, plan| HistoryMessage { author, text: text.to_owned(), plan };
    let before = serde_json::to_value(plan(first, &[])).unwrap();
    let history = [said(Author::Person, first, None), said(Author::Rowcall, "…", Some(before))];
    assert_eq!(sql(&plan(second, &history)), expected, "{second}");
}

fn refused(question: &str, because: &str) {
    match ask(question, &[]) {
        Planned::CannotAnswer { reason, suggestions } => {
            assert!(reason.contains(because), "{question}: {reason}");
            assert_eq!(suggestions.len(), 3, "{question}");
        }
        other => panic!("{question}: {other:?}"),
    }
}

#[test]
fn counts_and_times() {
    check(
        "how many orders last month?",
        "SELECT count(*) AS count_of_orders FROM orders WHERE \
         orders.ordered_at >= TIMESTAMP '2026-10-01 00:00:00' AT TIME ZONE 'Europe/Berlin' AND \
         orders.ordered_at < TIMESTAMP '2026-11-01 00:00:00' AT TIME ZONE 'Europe/Berlin'",
    );
    check(
        "how many customers are there in Germany?",
        "SELECT count(*) AS count_of_customers FROM customers WHERE customers.country = 'Germany'",
    );
    check("how many custmers", "SELECT count(*) AS count_of_customers FROM customers");
    check(
        "how many different cities",
        "SELECT count(DISTINCT customers.city) AS different_city FROM customers",
    );
}

#[test]
fn splits_and_rankings() {
    check(
        "top 5 products by revenue",
        "SELECT products.name, sum(orders.total_amount) AS total_revenue FROM orders \
         JOIN products ON orders.product_id = products.id GROUP BY products.name, products.id \
         ORDER BY total_revenue DESC NULLS LAST, name, products.id LIMIT 5",
    );
    check(
        "how many orders per status",
        "SELECT orders.status, count(*) AS count_of_orders FROM orders GROUP BY orders.status \
         ORDER BY count_of_orders DESC NULLS LAST, status",
    );
    check(
        "average temperature per day",
        "SELECT CAST(readings.recorded_at AT TIME ZONE 'Europe/Berlin' AS DATE) AS \"day\", \
         avg(readings.temperature) AS average_temperature FROM readings \
         GROUP BY CAST(readings.recorded_at AT TIME ZONE 'Europe/Berlin' AS DATE) ORDER BY \"day\"",
    );
    check(
        "total revenue by region",
        "SELECT customers.region, sum(orders.total_amount) AS total_revenue FROM orders \
         JOIN customers ON orders.customer_id = customers.id GROUP BY customers.region \
         ORDER BY total_revenue DESC NULLS LAST, region",
    );
}

#[test]
fn relations_do_not_multiply_rows() {
    check(
        "which customers have no orders",
        "SELECT customers.name FROM customers WHERE NOT EXISTS (SELECT 1 FROM orders WHERE \
         orders.customer_id = customers.id) ORDER BY customers.id",
    );
    check(
        "list the names of customers with at least 3 orders",
        "SELECT customers.name FROM customers WHERE (SELECT count(*) FROM orders WHERE \
         orders.customer_id = customers.id) >= 3 ORDER BY customers.id",
    );
}

#[test]
fn follow_ups_change_the_plan_before() {
    check_follow_up(
        "how many orders per status",
        "and by region?",
        "SELECT customers.region, count(*) AS count_of_orders FROM orders \
         JOIN customers ON orders.customer_id = customers.id GROUP BY customers.region \
         ORDER BY count_of_orders DESC NULLS LAST, region",
    );
    check_follow_up(
        "how many customers are there in Germany?",
        "what about France?",
        "SELECT count(*) AS count_of_customers FROM customers WHERE customers.country = 'France'",
    );
}

#[test]
fn what_is_not_understood_is_refused() {
    refused("what is the weather", "weather");
    refused("orders on 2025-02-30", "no such date");
    refused("Wie viele Kunden gibt es?", "German");
    refused("сколько заказов было", "English");
    refused("", "no question");
}

#[test]
fn suggestions_can_be_answered() {
    let all = suggestions(&catalogue());
    assert_eq!(all.len(), 3);
    for question in all {
        sql(&plan(&question, &[]));
    }
}

#[test]
fn odd_text_does_not_panic() {
    let mut texts: Vec<String> = [
        "",
        "?",
        "'",
        "\"",
        "show show show",
        "top",
        "top 0 products",
        "between and",
        "not not not",
        "\u{0}\u{202e}",
        "how many",
        "average",
        "the most",
        "or or",
        "both",
        "price > > 3",
        "last 99999 days",
        "ids ids",
        "n't",
        "'s",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("customers ".repeat(190));
    texts.push("a".repeat(1999));
    for text in texts {
        let _ = ask(&text, &[]);
    }
}
