//! Questions as people type them, through the front door: intake, store, queue, a worker, the outbox. Every answer
//! is compared with the rows of a statement written by hand.

use rowcall_core::{FailureCode, Reply, RunState};
use rowcall_planner::{Aids, Choice, Outcome, PlanRequest, Planned, Planner, PlannerError};
use rowcall_tests::{
    World,
    answers::{Rows, difference, rows_in, rows_of},
    questions::{Asking, Dated, DemoData},
};
use std::sync::Arc;

use Rows::{AnyOrder, InOrder};

/// A question, the statement that is right, and how their rows are compared.
struct Case {
    question: &'static str,
    sql: &'static str,
    rows: Rows,
    more_columns: bool,
}

const fn set(question: &'static str, sql: &'static str) -> Case {
    Case { question, sql, rows: AnyOrder, more_columns: false }
}

const fn ordered(question: &'static str, sql: &'static str) -> Case {
    Case { question, sql, rows: InOrder, more_columns: false }
}

/// A list of things, which may show more of each than was named.
const fn list(question: &'static str, sql: &'static str) -> Case {
    Case { question, sql, rows: AnyOrder, more_columns: true }
}

const fn ranked(question: &'static str, sql: &'static str) -> Case {
    Case { question, sql, rows: InOrder, more_columns: true }
}

const SHOP: &[Case] = &[
    set("how many orders are there?", "SELECT count(*) FROM shop.orders"),
    set("how many customers do we have", "SELECT count(*) FROM shop.customers"),
    set("number of products", "SELECT count(*) FROM shop.products"),
    set("how many custmers in germany", "SELECT count(*) FROM shop.customers WHERE country = 'Germany'"),
    set("what is the average price of our products?", "SELECT avg(price) FROM shop.products"),
    set("highest product price", "SELECT max(price) FROM shop.products"),
    set(
        "cheapest price in electronics",
        "SELECT min(price) FROM shop.products WHERE category = 'Electronics'",
    ),
    set("total stock by category", "SELECT category, sum(stock) FROM shop.products GROUP BY 1"),
    set(
        "How many customers are there per country?",
        "SELECT country, count(*) FROM shop.customers GROUP BY 1",
    ),
    set("customers by region", "SELECT region, count(*) FROM shop.customers GROUP BY 1"),
    set("orders by status", "SELECT status, count(*) FROM shop.orders GROUP BY 1"),
    set(
        "count orders by status and channel",
        "SELECT status, channel, count(*) FROM shop.orders GROUP BY 1, 2",
    ),
    ordered(
        "orders per month in 2025",
        "SELECT date_trunc('month', ordered_at), count(*) FROM shop.orders
         WHERE ordered_at >= '2025-01-01' AND ordered_at < '2026-01-01' GROUP BY 1 ORDER BY 1",
    ),
    set(
        "how many orders were placed last month?",
        "SELECT count(*) FROM shop.orders WHERE ordered_at >= '2026-09-01' AND ordered_at < '2026-10-01'",
    ),
    set(
        "how many orders since March 2026",
        "SELECT count(*) FROM shop.orders WHERE ordered_at >= '2026-03-01'",
    ),
    set(
        "how many orders yesterday?",
        "SELECT count(*) FROM shop.orders WHERE ordered_at >= '2026-10-14' AND ordered_at < '2026-10-15'",
    ),
    set(
        "number of orders between 1 May 2025 and 15 May 2025",
        "SELECT count(*) FROM shop.orders WHERE ordered_at >= '2025-05-01' AND ordered_at < '2025-05-16'",
    ),
    ordered(
        "orders per day in june 2025",
        "SELECT date_trunc('day', ordered_at), count(*) FROM shop.orders
         WHERE ordered_at >= '2025-06-01' AND ordered_at < '2025-07-01' GROUP BY 1 ORDER BY 1",
    ),
    set(
        "sum of total amount by payment method",
        "SELECT payment_method, sum(total_amount) FROM shop.orders GROUP BY 1",
    ),
    set(
        "average total amount of orders from the mobile app",
        "SELECT avg(total_amount) FROM shop.orders WHERE channel = 'mobile app'",
    ),
    set(
        "how many orders were paid by paypal in september 2025?",
        "SELECT count(*) FROM shop.orders WHERE payment_method = 'paypal' AND ordered_at >= '2025-09-01' AND ordered_at < '2025-10-01'",
    ),
    set(
        "number of products with a rating of at least 4.5",
        "SELECT count(*) FROM shop.products WHERE rating >= 4.5",
    ),
    ranked("top 5 products by price", "SELECT name, price FROM shop.products ORDER BY price DESC LIMIT 5"),
    ranked("5 cheapest products", "SELECT name, price FROM shop.products ORDER BY price LIMIT 5"),
    ordered(
        "top 5 countries by number of customers",
        "SELECT country, count(*) FROM shop.customers GROUP BY 1 ORDER BY 2 DESC LIMIT 5",
    ),
    ranked(
        "which 3 customers placed the most orders?",
        "SELECT c.name FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id GROUP BY c.id, c.name ORDER BY count(*) DESC LIMIT 3",
    ),
    set(
        "orders by customer region",
        "SELECT c.region, count(*) FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id GROUP BY 1",
    ),
    set(
        "how many orders from customers in France?",
        "SELECT count(*) FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id WHERE c.country = 'France'",
    ),
    list(
        "customers without orders",
        "SELECT name FROM shop.customers c WHERE NOT EXISTS (SELECT FROM shop.orders o WHERE o.customer_id = c.id)",
    ),
    list(
        "customers with more than 25 orders",
        "SELECT c.name FROM shop.customers c JOIN shop.orders o ON o.customer_id = c.id GROUP BY c.id, c.name HAVING count(*) > 25",
    ),
    set(
        "how many different countries do our customers come from?",
        "SELECT count(DISTINCT country) FROM shop.customers",
    ),
    list(
        "list the products in the Garden category",
        "SELECT name FROM shop.products WHERE category = 'Garden'",
    ),
    set("how many customers have no phone number", "SELECT count(*) FROM shop.customers WHERE phone IS NULL"),
    set(
        "average discount by segment",
        "SELECT c.segment, avg(o.discount_percent) FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id GROUP BY 1",
    ),
    set("what are the different payment methods?", "SELECT DISTINCT payment_method FROM shop.orders"),
    list(
        "which category has the most products?",
        "SELECT category FROM shop.products GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
    ),
    set(
        "HOW MANY ORDERS WERE PLACED IN 2026???",
        "SELECT count(*) FROM shop.orders WHERE ordered_at >= '2026-01-01' AND ordered_at < '2027-01-01'",
    ),
    set("how many orders before 2025", "SELECT count(*) FROM shop.orders WHERE ordered_at < '2025-01-01'"),
    set(
        "orders by channel in q1 2026",
        "SELECT channel, count(*) FROM shop.orders WHERE ordered_at >= '2026-01-01' AND ordered_at < '2026-04-01' GROUP BY 1",
    ),
    set("average rating by brand", "SELECT brand, avg(rating) FROM shop.products GROUP BY 1"),
    set("number of distinct brands", "SELECT count(DISTINCT brand) FROM shop.products"),
    set(
        "customers in germany or france by segment",
        "SELECT segment, count(*) FROM shop.customers WHERE country IN ('Germany', 'France') GROUP BY 1",
    ),
    list("products with stock under 5", "SELECT name FROM shop.products WHERE stock < 5"),
    set(
        "how many cancelled orders were there last year",
        "SELECT count(*) FROM shop.orders WHERE status = 'cancelled' AND ordered_at >= '2025-01-01' AND ordered_at < '2026-01-01'",
    ),
    set(
        "max and min price per category",
        "SELECT category, max(price), min(price) FROM shop.products GROUP BY 1",
    ),
    set(
        "how many customers signed up in july 2025?",
        "SELECT count(*) FROM shop.customers WHERE signed_up_at >= '2025-07-01' AND signed_up_at < '2025-08-01'",
    ),
    list(
        "orders of customers in Poland in august 2026",
        "SELECT o.id FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id WHERE c.country = 'Poland' AND o.ordered_at >= '2026-08-01' AND o.ordered_at < '2026-09-01'",
    ),
    set(
        "how many orders per product category last quarter",
        "SELECT p.category, count(*) FROM shop.orders o JOIN shop.products p ON p.id = o.product_id WHERE o.ordered_at >= '2026-07-01' AND o.ordered_at < '2026-10-01' GROUP BY 1",
    ),
];

const SUPPORT: &[Case] = &[
    set("tickets by priority", "SELECT priority, count(*) FROM support.tickets GROUP BY 1"),
    set("tickets per agent", "SELECT agent, count(*) FROM support.tickets GROUP BY 1"),
    set("average satisfaction by team", "SELECT team, avg(satisfaction) FROM support.tickets GROUP BY 1"),
    set(
        "average satisfaction per agent this year",
        "SELECT agent, avg(satisfaction) FROM support.tickets WHERE opened_at >= '2026-01-01' AND opened_at < '2027-01-01' GROUP BY 1",
    ),
    ordered(
        "urgent tickets per month in 2025",
        "SELECT date_trunc('month', opened_at), count(*) FROM support.tickets WHERE priority = 'urgent' AND opened_at >= '2025-01-01' AND opened_at < '2026-01-01' GROUP BY 1 ORDER BY 1",
    ),
    set("how many tickets have no agent", "SELECT count(*) FROM support.tickets WHERE agent IS NULL"),
    list(
        "tickets opened in the last 30 days",
        "SELECT id FROM support.tickets WHERE opened_at >= '2026-09-16' AND opened_at < '2026-10-16'",
    ),
    list(
        "which team has the lowest average satisfaction?",
        "SELECT team FROM support.tickets GROUP BY 1 ORDER BY avg(satisfaction) LIMIT 1",
    ),
    set(
        "how many tickets were reopened more than once",
        "SELECT count(*) FROM support.tickets WHERE reopened_count > 1",
    ),
];

const SENSORS: &[Case] = &[
    set("how many readings per site", "SELECT site, count(*) FROM sensors.readings GROUP BY 1"),
    set("average temperature by room", "SELECT room, avg(temperature_c) FROM sensors.readings GROUP BY 1"),
    set(
        "max humidity in singapore",
        "SELECT max(humidity_percent) FROM sensors.readings WHERE site = 'Singapore'",
    ),
    ordered(
        "average temperature per month in Hamburg in 2025",
        "SELECT date_trunc('month', recorded_at), avg(temperature_c) FROM sensors.readings WHERE site = 'Hamburg' AND recorded_at >= '2025-01-01' AND recorded_at < '2026-01-01' GROUP BY 1 ORDER BY 1",
    ),
    set("how many sensors are there?", "SELECT count(DISTINCT sensor) FROM sensors.readings"),
    set(
        "number of fault readings per sensor",
        "SELECT sensor, count(*) FROM sensors.readings WHERE status = 'fault' GROUP BY 1",
    ),
    set("lowest battery by site", "SELECT site, min(battery_percent) FROM sensors.readings GROUP BY 1"),
    list(
        "list readings with temperature above 40 in phoenix since 2026",
        "SELECT id FROM sensors.readings WHERE temperature_c > 40 AND site = 'Phoenix' AND recorded_at >= '2026-01-01'",
    ),
    set(
        "avg humidity of the server room",
        "SELECT avg(humidity_percent) FROM sensors.readings WHERE room = 'server room'",
    ),
    set("readings by status", "SELECT status, count(*) FROM sensors.readings GROUP BY 1"),
];

/// Asks every question, each in a conversation of its own, and tells of all that are answered wrongly.
async fn check(cases: &[Case]) {
    let data = DemoData::new().await;
    let asking = Asking::over(&data).await;
    let mut wrong = Vec::new();
    for case in cases {
        let reply = asking.ask(case.question).await;
        if let Some(why) = fault(case, &reply, &data).await {
            wrong.push(format!(
                "{}\n  {why}\n  {}",
                case.question,
                reply.sql.as_deref().unwrap_or(&reply.text)
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {} are wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

async fn fault(case: &Case, reply: &Reply, data: &DemoData) -> Option<String> {
    if reply.state != RunState::Succeeded {
        return Some(format!("it ended as {}: {:?}", reply.state, reply.buttons));
    }
    let expected = rows_of(&data.admin_url, case.sql).await;
    let found = rows_in(reply);
    let why = difference(&found, &expected, case.rows, case.more_columns)?;
    Some(format!("{why}: {:?} … instead of {:?} …", found.first(), expected.first()))
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_about_the_shop() {
    check(SHOP).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_about_support() {
    check(SUPPORT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_about_sensors() {
    check(SENSORS).await;
}

/// What a follow-up must give: the statement after each message of a conversation.
async fn follow(asking: &Asking, data: &DemoData, turns: &[Case]) {
    let conversation = uuid::Uuid::new_v4().to_string();
    for case in turns {
        let reply = asking.ask_in(&conversation, case.question).await;
        let wrong = fault(case, &reply, data).await;
        assert!(wrong.is_none(), "{}: {}\n{:?}", case.question, wrong.unwrap(), reply.sql);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_goes_on_from_its_last_answer() {
    let data = DemoData::new().await;
    let asking = Asking::over(&data).await;
    let turns = [
        set(
            "how many orders were placed in 2025?",
            "SELECT count(*) FROM shop.orders WHERE ordered_at >= '2025-01-01' AND ordered_at < '2026-01-01'",
        ),
        ordered(
            "and by month?",
            "SELECT date_trunc('month', ordered_at), count(*) FROM shop.orders
             WHERE ordered_at >= '2025-01-01' AND ordered_at < '2026-01-01' GROUP BY 1 ORDER BY 1",
        ),
        ordered(
            "as a line",
            "SELECT date_trunc('month', ordered_at), count(*) FROM shop.orders
             WHERE ordered_at >= '2025-01-01' AND ordered_at < '2026-01-01' GROUP BY 1 ORDER BY 1",
        ),
    ];
    follow(&asking, &data, &turns).await;
    let turns = [
        set("customers by country", "SELECT country, count(*) FROM shop.customers GROUP BY 1"),
        ordered("top 3", "SELECT country, count(*) FROM shop.customers GROUP BY 1 ORDER BY 2 DESC LIMIT 3"),
    ];
    follow(&asking, &data, &turns).await;
    let turns = [
        set("number of customers", "SELECT count(*) FROM shop.customers"),
        set("and by region?", "SELECT region, count(*) FROM shop.customers GROUP BY 1"),
    ];
    follow(&asking, &data, &turns).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_is_drawn_and_a_long_list_is_kept_as_a_file() {
    let data = DemoData::new().await;
    let asking = Asking::over(&data).await;
    let series = asking.ask("orders per month in 2025").await;
    let chart = series.chart.unwrap();
    let picture = asking.world.store.artifact_chunk(chart.id, 0).await.unwrap().unwrap();
    assert!(picture.starts_with(b"\x89PNG"), "a picture");
    assert!(!chart.alt.is_empty(), "it is said in words, too");

    let long = asking.ask("orders per day in june 2025").await;
    let rows = &long.table.as_ref().unwrap().rows;
    let file = asking.world.store.artifact_chunk(long.files[0].id, 0).await.unwrap().unwrap();
    let mut reader = csv::Reader::from_reader(file.as_slice());
    let lines: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(lines.len(), rows.rows.len());
    assert_eq!(lines[0][1], rows.rows[0][1].to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn help_and_refusals_offer_questions_that_can_be_answered() {
    let data = DemoData::new().await;
    let asking = Asking::over(&data).await;
    for (text, state) in [
        ("help", RunState::Succeeded),
        ("what can I ask?", RunState::Succeeded),
        ("what is the airspeed of an unladen swallow?", RunState::Refused),
        ("who won the world cup in 1998", RunState::Refused),
        ("asdf qwer zxcv", RunState::Refused),
    ] {
        let reply = asking.ask(text).await;
        assert_eq!(reply.state, state, "{text}: {}", reply.text);
        assert_eq!(reply.buttons.len(), 3, "{text}: {:?}", reply.buttons);
        assert!(reply.table.is_none() && reply.sql.is_none(), "{text}: nothing was asked of the data");
        for button in reply.buttons {
            let answer = asking.ask(&button.text).await;
            assert!(!rows_in(&answer).is_empty(), "{}: {}", button.text, answer.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_question_is_not_done_and_said() {
    let data = DemoData::new().await;
    let asking = Asking::over(&data).await;
    for text in
        ["delete all cancelled orders", "set the price of every product to 1", "remind me to call Bob"]
    {
        let reply = asking.ask(text).await;
        let failure = reply.failure.unwrap();
        assert_eq!((reply.state, failure.code), (RunState::Refused, FailureCode::NotSupported), "{text}");
        assert!(failure.why.contains("nothing was changed"), "{text}: {failure}");
    }
    assert_eq!(rows_of(&data.admin_url, "SELECT count(*) FROM shop.orders").await, [["12000.000000"]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_is_chosen_is_the_one_that_was_offered() {
    let data = DemoData::new().await;
    let mut asking = Asking::idle(World::new().await, &data, serde_json::json!({})).await;
    asking.work_with(Arc::new(Dated::default()));
    let back = asking.ask_in("readings", "orders and customers in Berlin").await;
    assert_eq!(back.state, RunState::WaitingClarification, "{}", back.text);
    assert_eq!(back.buttons.len(), 2, "{:?}", back.buttons);
    let mut statements = Vec::new();
    for button in &back.buttons {
        let answer = asking.ask_in("readings", &button.text).await;
        assert_eq!(
            (answer.state, answer.planner.as_deref()),
            (RunState::Succeeded, Some("chosen")),
            "{answer:?}"
        );
        assert_eq!(answer.explanation, Some(format!("{}.", button.text)));
        assert_eq!(answer.confidence, None, "nobody measured how often people choose right");
        statements.push(answer.sql.unwrap());
    }
    assert_ne!(statements[0], statements[1]);
    // A choice belongs to the conversation in which it was offered; elsewhere its words are a question.
    let elsewhere = asking.ask_in("elsewhere", &back.buttons[0].text).await;
    assert_ne!(elsewhere.planner.as_deref(), Some("chosen"));
    // What follows changes the reading that was chosen.
    let fewer = asking.ask_in("readings", "only 2025").await;
    let sql = fewer.sql.unwrap_or_else(|| panic!("{:?}", fewer.failure));
    assert!(sql.contains("Berlin") && sql.contains("2025"), "{sql}");
}

/// Asks back about one question, as a planner does that finds two readings close; the offline planner otherwise.
struct AsksBack(Dated);

#[async_trait::async_trait]
impl Planner for AsksBack {
    async fn plan(&self, request: PlanRequest<'_>, aids: Aids<'_>) -> Result<Outcome, PlannerError> {
        if request.question != "average price by category" {
            return self.0.plan(request, aids).await;
        }
        let choice = |text: &str| Choice::asking(text.to_owned(), text.to_owned());
        let asked = Planned::Clarify {
            question: "Which price?".to_owned(),
            choices: vec![
                choice("average price of products by category"),
                choice("average unit price of orders by product category"),
            ],
        };
        Ok(Outcome::of("offline", asked))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_back_waits_and_its_choices_are_answered() {
    let data = DemoData::new().await;
    let mut asking = Asking::idle(World::new().await, &data, serde_json::json!({})).await;
    asking.work_with(Arc::new(AsksBack(Dated::default())));
    let back = asking.ask_in("choices", "average price by category").await;
    assert_eq!((back.state, back.text.as_str()), (RunState::WaitingClarification, "Which price?"));
    assert_eq!(back.buttons.len(), 2, "{:?}", back.buttons);
    let statements = [
        "SELECT category, avg(price) FROM shop.products GROUP BY 1",
        "SELECT p.category, avg(o.unit_price) FROM shop.orders o JOIN shop.products p ON p.id = o.product_id GROUP BY 1",
    ];
    for (button, sql) in back.buttons.iter().zip(statements) {
        let answer = asking.ask_in("choices", &button.text).await;
        let expected = rows_of(&data.admin_url, sql).await;
        let why = difference(&rows_in(&answer), &expected, AnyOrder, false);
        assert_eq!(why, None, "{}: {:?}", button.text, answer.sql);
    }
}
