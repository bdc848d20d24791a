//! Questions over the tables that `rowcall demo` brings along: what each is called and which statement it becomes.

use chrono::NaiveDate;
use rowcall_core::{Author, Catalogue, HistoryMessage};
use rowcall_plan::{QueryPlan, compile, title};
use rowcall_planner::{OfflinePlanner, PlanRequest, Planned, suggestions};

fn catalogue() -> Catalogue {
    serde_json::from_str(include_str!("demo.json")).unwrap()
}

fn ask(
    planner: &OfflinePlanner,
    catalogue: &Catalogue,
    question: &str,
    history: &[HistoryMessage],
) -> Planned {
    planner.plan_now(PlanRequest {
        question,
        history,
        catalogue,
        today: NaiveDate::from_ymd_opt(2026, 10, 15).unwrap(),
        time_zone: chrono_tz::UTC,
    })
}

/// Questions of one conversation; the last one is looked at.
fn converse(questions: &[&str]) -> (String, String) {
    let (planner, catalogue) = (OfflinePlanner::new(), catalogue());
    let mut history: Vec<HistoryMessage> = Vec::new();
    let mut last: Option<QueryPlan> = None;
    for question in questions {
        match ask(&planner, &catalogue, question, &history) {
            Planned::Plan { plan, confidence, .. } => {
                assert!((0.6..=1.0).contains(&confidence), "{question}: {confidence}");
                let said = |author, text: &str, plan| HistoryMessage { author, text: text.to_owned(), plan };
                history.push(said(Author::Person, question, None));
                history.push(said(Author::Rowcall, "…", Some(serde_json::to_value(&plan).unwrap())));
                last = Some(plan);
            }
            other => panic!("{question}: {other:?}"),
        }
    }
    let plan = last.unwrap();
    (title(&plan), compile(&plan, &catalogue).unwrap().sql)
}

fn check(question: &str, called: &str, sql: &str) {
    check_follow_ups(&[question], called, sql);
}

fn check_follow_ups(questions: &[&str], called: &str, sql: &str) {
    let (title, statement) = converse(questions);
    assert_eq!((title.as_str(), statement.as_str()), (called, sql), "{questions:?}");
}

#[test]
fn follow_ups_change_the_answer_before() {
    check_follow_ups(
        &["revenue by category", "and by region?"],
        "Revenue by region",
        "SELECT customers.region, sum(orders.total_amount) AS revenue FROM shop.orders JOIN shop.customers ON orders.customer_id = customers.id WHERE orders.status NOT IN ('cancelled', 'returned') GROUP BY customers.region ORDER BY revenue DESC NULLS LAST, region",
    );
    check_follow_ups(
        &["revenue by category", "and by region?", "only 2025"],
        "Revenue by region in 2025",
        "SELECT customers.region, sum(orders.total_amount) AS revenue FROM shop.orders JOIN shop.customers ON orders.customer_id = customers.id WHERE orders.status NOT IN ('cancelled', 'returned') AND orders.ordered_at >= TIMESTAMP '2025-01-01 00:00:00' AT TIME ZONE 'UTC' AND orders.ordered_at < TIMESTAMP '2026-01-01 00:00:00' AT TIME ZONE 'UTC' GROUP BY customers.region ORDER BY revenue DESC NULLS LAST, region",
    );
    check_follow_ups(
        &["revenue by category", "and by region?", "only 2025", "what about France?"],
        "Revenue by region in 2025, France",
        "SELECT customers.region, sum(orders.total_amount) AS revenue FROM shop.orders JOIN shop.customers ON orders.customer_id = customers.id WHERE orders.status NOT IN ('cancelled', 'returned') AND orders.ordered_at >= TIMESTAMP '2025-01-01 00:00:00' AT TIME ZONE 'UTC' AND orders.ordered_at < TIMESTAMP '2026-01-01 00:00:00' AT TIME ZONE 'UTC' AND customers.country = 'France' GROUP BY customers.region ORDER BY revenue DESC NULLS LAST, region",
    );
    check_follow_ups(
        &["revenue by category", "and by region?", "only 2025", "what about France?", "as a line"],
        "Revenue by region in 2025, France",
        "SELECT customers.region, sum(orders.total_amount) AS revenue FROM shop.orders JOIN shop.customers ON orders.customer_id = customers.id WHERE orders.status NOT IN ('cancelled', 'returned') AND orders.ordered_at >= TIMESTAMP '2025-01-01 00:00:00' AT TIME ZONE 'UTC' AND orders.ordered_at < TIMESTAMP '2026-01-01 00:00:00' AT TIME ZONE 'UTC' AND customers.country = 'France' GROUP BY customers.region ORDER BY revenue DESC NULLS LAST, region",
    );
    check_follow_ups(
        &[
            "revenue by category",
            "and by region?",
            "only 2025",
            "what about France?",
            "as a line",
            "top 10 instead",
        ],
        "Revenue by region in 2025, France, top 10",
        "SELECT customers.region, sum(orders.total_amount) AS revenue FROM shop.orders JOIN shop.customers ON orders.customer_id = customers.id WHERE orders.status NOT IN ('cancelled', 'returned') AND orders.ordered_at >= TIMESTAMP '2025-01-01 00:00:00' AT TIME ZONE 'UTC' AND orders.ordered_at < TIMESTAMP '2026-01-01 00:00:00' AT TIME ZONE 'UTC' AND customers.country = 'France' GROUP BY customers.region ORDER BY revenue DESC NULLS LAST, region LIMIT 10",
    );
    check_follow_ups(
        &["how many orders by month", "only 2025"],
        "Orders by month in 2025",
        "SELECT CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) AS \"month\", count(*) AS count_of_orders FROM shop.orders WHERE orders.ordered_at >= TIMESTAMP '2025-01-01 00:00:00' AT TIME ZONE 'UTC' AND orders.ordered_at < TIMESTAMP '2026-01-01 00:00:00' AT TIME ZONE 'UTC' GROUP BY CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) ORDER BY \"month\"",
    );
    check_follow_ups(
        &["how many orders by month", "only 2025", "what about France?"],
        "Orders by month in 2025, France",
        "SELECT CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) AS \"month\", count(*) AS count_of_orders FROM shop.orders JOIN shop.customers ON orders.customer_id = customers.id WHERE orders.ordered_at >= TIMESTAMP '2025-01-01 00:00:00' AT TIME ZONE 'UTC' AND orders.ordered_at < TIMESTAMP '2026-01-01 00:00:00' AT TIME ZONE 'UTC' AND customers.country = 'France' GROUP BY CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) ORDER BY \"month\"",
    );
    check_follow_ups(
        &["how many orders by month", "only 2025", "what about France?", "as a line"],
        "Orders by month in 2025, France",
        "SELECT CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) AS \"month\", count(*) AS count_of_orders FROM shop.orders JOIN shop.customers ON orders.customer_id = customers.id WHERE orders.ordered_at >= TIMESTAMP '2025-01-01 00:00:00' AT TIME ZONE 'UTC' AND orders.ordered_at < TIMESTAMP '2026-01-01 00:00:00' AT TIME ZONE 'UTC' AND customers.country = 'France' GROUP BY CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) ORDER BY \"month\"",
    );
}

#[test]
fn tickets() {
    check(
        "average resolution time by priority",
        "Average resolution time by priority",
        "SELECT tickets.priority, avg(EXTRACT(EPOCH FROM (tickets.resolved_at - tickets.opened_at)) / 3600) AS average_resolution_time FROM support.tickets GROUP BY tickets.priority ORDER BY average_resolution_time DESC NULLS LAST, priority",
    );
    check(
        "first response time by team",
        "Average first response time by team",
        "SELECT tickets.team, avg(EXTRACT(EPOCH FROM (tickets.first_response_at - tickets.opened_at)) / 3600) AS average_first_response_time FROM support.tickets GROUP BY tickets.team ORDER BY average_first_response_time DESC NULLS LAST, team",
    );
    check(
        "how long does it take to resolve a ticket?",
        "Average time to resolve",
        "SELECT avg(EXTRACT(EPOCH FROM (tickets.resolved_at - tickets.opened_at)) / 3600) AS average_time_to_resolve FROM support.tickets",
    );
    check(
        "which agent resolved the most tickets",
        "Agent with the most tickets, resolved",
        "SELECT tickets.agent FROM support.tickets WHERE tickets.resolved_at IS NOT NULL GROUP BY tickets.agent ORDER BY count(*) DESC NULLS LAST, agent LIMIT 1",
    );
    check(
        "how many open tickets are there?",
        "Number of tickets, open",
        "SELECT count(*) AS count_of_tickets FROM support.tickets WHERE tickets.status = 'open'",
    );
    check(
        "tickets per team and priority",
        "Tickets by team and priority",
        "SELECT tickets.team, tickets.priority, count(*) AS count_of_tickets FROM support.tickets GROUP BY tickets.team, tickets.priority ORDER BY count_of_tickets DESC NULLS LAST, team, priority",
    );
    check(
        "average satisfaction by agent",
        "Average satisfaction by agent",
        "SELECT tickets.agent, avg(tickets.satisfaction) AS average_satisfaction FROM support.tickets GROUP BY tickets.agent ORDER BY average_satisfaction DESC NULLS LAST, agent",
    );
    check(
        "how many tickets about billing came in by phone?",
        "Number of tickets, billing, phone",
        "SELECT count(*) AS count_of_tickets FROM support.tickets WHERE tickets.topic = 'billing' AND tickets.channel = 'phone'",
    );
    check(
        "average satisfaction of tickets about returns",
        "Average satisfaction, returns",
        "SELECT avg(tickets.satisfaction) AS average_satisfaction FROM support.tickets WHERE tickets.topic = 'returns'",
    );
    check(
        "which team has the lowest satisfaction?",
        "Team with the lowest average satisfaction",
        "SELECT tickets.team FROM support.tickets GROUP BY tickets.team ORDER BY avg(tickets.satisfaction), team LIMIT 1",
    );
}

#[test]
fn readings() {
    check(
        "warmest site",
        "Site with the highest average temperature",
        "SELECT readings.site FROM sensors.readings GROUP BY readings.site ORDER BY avg(readings.temperature_c) DESC NULLS LAST, site LIMIT 1",
    );
    check(
        "how many sensors are faulty",
        "Number of different sensors, fault",
        "SELECT count(DISTINCT readings.sensor) AS different_sensor FROM sensors.readings WHERE readings.status = 'fault'",
    );
    check(
        "average temperature by site",
        "Average temperature by site",
        "SELECT readings.site, avg(readings.temperature_c) AS average_temperature_c FROM sensors.readings GROUP BY readings.site ORDER BY average_temperature_c DESC NULLS LAST, site",
    );
    check(
        "average humidity per room",
        "Average humidity by room",
        "SELECT readings.room, avg(readings.humidity_percent) AS average_humidity_percent FROM sensors.readings GROUP BY readings.room ORDER BY average_humidity_percent DESC NULLS LAST, room",
    );
    check(
        "lowest battery level by sensor",
        "Lowest battery level by sensor",
        "SELECT readings.sensor, min(readings.battery_percent) AS lowest_battery_level FROM sensors.readings GROUP BY readings.sensor ORDER BY lowest_battery_level DESC NULLS LAST, sensor",
    );
    check(
        "hottest temperature per site last month",
        "Highest temperature by site in September 2026",
        "SELECT readings.site, max(readings.temperature_c) AS maximum_temperature_c FROM sensors.readings WHERE readings.recorded_at >= TIMESTAMP '2026-09-01 00:00:00' AT TIME ZONE 'UTC' AND readings.recorded_at < TIMESTAMP '2026-10-01 00:00:00' AT TIME ZONE 'UTC' GROUP BY readings.site ORDER BY maximum_temperature_c DESC NULLS LAST, site",
    );
}

#[test]
fn revenue_is_what_its_comment_says() {
    check(
        "revenue by month in 2025",
        "Revenue by month in 2025",
        "SELECT CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) AS \"month\", sum(orders.total_amount) AS revenue FROM shop.orders WHERE orders.ordered_at >= TIMESTAMP '2025-01-01 00:00:00' AT TIME ZONE 'UTC' AND orders.ordered_at < TIMESTAMP '2026-01-01 00:00:00' AT TIME ZONE 'UTC' AND orders.status NOT IN ('cancelled', 'returned') GROUP BY CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) ORDER BY \"month\"",
    );
    check(
        "top 5 products by revenue",
        "Revenue by product, top 5",
        "SELECT products.name, sum(orders.total_amount) AS revenue FROM shop.orders JOIN shop.products ON orders.product_id = products.id WHERE orders.status NOT IN ('cancelled', 'returned') GROUP BY products.name, products.id ORDER BY revenue DESC NULLS LAST, name, products.id LIMIT 5",
    );
    check(
        "total revenue",
        "Revenue",
        "SELECT sum(orders.total_amount) AS revenue FROM shop.orders WHERE orders.status NOT IN ('cancelled', 'returned')",
    );
    check(
        "what was the revenue last month?",
        "Revenue in September 2026",
        "SELECT sum(orders.total_amount) AS revenue FROM shop.orders WHERE orders.ordered_at >= TIMESTAMP '2026-09-01 00:00:00' AT TIME ZONE 'UTC' AND orders.ordered_at < TIMESTAMP '2026-10-01 00:00:00' AT TIME ZONE 'UTC' AND orders.status NOT IN ('cancelled', 'returned')",
    );
    check(
        "revenue of cancelled orders",
        "Revenue, cancelled",
        "SELECT sum(orders.total_amount) AS revenue FROM shop.orders WHERE orders.status = 'cancelled'",
    );
    check(
        "revenue by country",
        "Revenue by country",
        "SELECT customers.country, sum(orders.total_amount) AS revenue FROM shop.orders JOIN shop.customers ON orders.customer_id = customers.id WHERE orders.status NOT IN ('cancelled', 'returned') GROUP BY customers.country ORDER BY revenue DESC NULLS LAST, country",
    );
    check(
        "revenue by category",
        "Revenue by category",
        "SELECT products.category, sum(orders.total_amount) AS revenue FROM shop.orders JOIN shop.products ON orders.product_id = products.id WHERE orders.status NOT IN ('cancelled', 'returned') GROUP BY products.category ORDER BY revenue DESC NULLS LAST, category",
    );
    check(
        "revenue growth by month in 2025",
        "Revenue by month in 2025, with growth",
        "SELECT CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) AS \"month\", sum(orders.total_amount) AS revenue, (sum(orders.total_amount) - max(sum(orders.total_amount)) OVER (ORDER BY CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) RANGE BETWEEN INTERVAL '1 month' PRECEDING AND INTERVAL '1 month' PRECEDING)) * 100.0 / nullif(max(sum(orders.total_amount)) OVER (ORDER BY CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) RANGE BETWEEN INTERVAL '1 month' PRECEDING AND INTERVAL '1 month' PRECEDING), 0) AS revenue_growth_percent FROM shop.orders WHERE orders.ordered_at >= TIMESTAMP '2025-01-01 00:00:00' AT TIME ZONE 'UTC' AND orders.ordered_at < TIMESTAMP '2026-01-01 00:00:00' AT TIME ZONE 'UTC' AND orders.status NOT IN ('cancelled', 'returned') GROUP BY CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) ORDER BY \"month\"",
    );
    check(
        "cumulative revenue by month in 2025",
        "Running total of revenue by month in 2025",
        "SELECT CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) AS \"month\", sum(sum(orders.total_amount)) OVER (ORDER BY CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE)) AS revenue FROM shop.orders WHERE orders.ordered_at >= TIMESTAMP '2025-01-01 00:00:00' AT TIME ZONE 'UTC' AND orders.ordered_at < TIMESTAMP '2026-01-01 00:00:00' AT TIME ZONE 'UTC' AND orders.status NOT IN ('cancelled', 'returned') GROUP BY CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) ORDER BY \"month\"",
    );
    check(
        "top customers by revenue",
        "Revenue by customer, top 10",
        "SELECT customers.name, sum(orders.total_amount) AS revenue FROM shop.orders JOIN shop.customers ON orders.customer_id = customers.id WHERE orders.status NOT IN ('cancelled', 'returned') GROUP BY customers.name, customers.id ORDER BY revenue DESC NULLS LAST, name, customers.id LIMIT 10",
    );
    check(
        "top 3 brands by revenue",
        "Revenue by brand, top 3",
        "SELECT products.brand, sum(orders.total_amount) AS revenue FROM shop.orders JOIN shop.products ON orders.product_id = products.id WHERE orders.status NOT IN ('cancelled', 'returned') GROUP BY products.brand ORDER BY revenue DESC NULLS LAST, brand LIMIT 3",
    );
    check(
        "total revenue in 2025",
        "Revenue in 2025",
        "SELECT sum(orders.total_amount) AS revenue FROM shop.orders WHERE orders.ordered_at >= TIMESTAMP '2025-01-01 00:00:00' AT TIME ZONE 'UTC' AND orders.ordered_at < TIMESTAMP '2026-01-01 00:00:00' AT TIME ZONE 'UTC' AND orders.status NOT IN ('cancelled', 'returned')",
    );
}

#[test]
fn orders_and_customers_are_split() {
    check(
        "average delivery time per country",
        "Average delivery time by country",
        "SELECT customers.country, avg(EXTRACT(EPOCH FROM (orders.delivered_at - orders.ordered_at)) / 86400) AS average_delivery_time FROM shop.orders JOIN shop.customers ON orders.customer_id = customers.id GROUP BY customers.country ORDER BY average_delivery_time DESC NULLS LAST, country",
    );
    check(
        "who placed the most orders",
        "Customer with the most orders",
        "SELECT customers.name FROM shop.orders JOIN shop.customers ON orders.customer_id = customers.id GROUP BY customers.name, customers.id ORDER BY count(*) DESC NULLS LAST, name, customers.id LIMIT 1",
    );
    check(
        "return rate by category",
        "Return rate by category",
        "SELECT products.category, count(*) FILTER (WHERE orders.status = 'returned') * 100.0 / nullif(count(*), 0) AS return_rate FROM shop.orders JOIN shop.products ON orders.product_id = products.id GROUP BY products.category ORDER BY return_rate DESC NULLS LAST, category",
    );
    check(
        "share of orders per channel",
        "Share of orders by channel",
        "SELECT orders.channel, count(*) * 100.0 / nullif(sum(count(*)) OVER (), 0) AS share_of_orders FROM shop.orders GROUP BY orders.channel ORDER BY share_of_orders DESC NULLS LAST, channel",
    );
    check(
        "orders per month compared with the year before",
        "Orders by month, compared with the year before",
        "SELECT CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) AS \"month\", count(*) AS count_of_orders, max(count(*)) OVER (ORDER BY CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) RANGE BETWEEN INTERVAL '1 year' PRECEDING AND INTERVAL '1 year' PRECEDING) AS count_of_orders_year_before, (count(*) - max(count(*)) OVER (ORDER BY CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) RANGE BETWEEN INTERVAL '1 year' PRECEDING AND INTERVAL '1 year' PRECEDING)) * 100.0 / nullif(max(count(*)) OVER (ORDER BY CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) RANGE BETWEEN INTERVAL '1 year' PRECEDING AND INTERVAL '1 year' PRECEDING), 0) AS count_of_orders_growth_percent FROM shop.orders GROUP BY CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) ORDER BY \"month\"",
    );
    check(
        "busiest day of the week for orders",
        "Day of the week with the most orders",
        "SELECT to_char(orders.ordered_at AT TIME ZONE 'UTC', 'FMDay') AS weekday, count(*) AS count_of_orders FROM shop.orders GROUP BY to_char(orders.ordered_at AT TIME ZONE 'UTC', 'FMDay'), CAST(EXTRACT(ISODOW FROM orders.ordered_at AT TIME ZONE 'UTC') AS INTEGER) ORDER BY count_of_orders DESC NULLS LAST, CAST(EXTRACT(ISODOW FROM orders.ordered_at AT TIME ZONE 'UTC') AS INTEGER) LIMIT 1",
    );
    check(
        "how many customers signed up each month since January 2026",
        "Customers by month since January 2026",
        "SELECT CAST(date_trunc('month', customers.signed_up_at AT TIME ZONE 'UTC') AS DATE) AS \"month\", count(*) AS count_of_customers FROM shop.customers WHERE customers.signed_up_at >= TIMESTAMP '2026-01-01 00:00:00' AT TIME ZONE 'UTC' GROUP BY CAST(date_trunc('month', customers.signed_up_at AT TIME ZONE 'UTC') AS DATE) ORDER BY \"month\"",
    );
    check(
        "median order value by segment",
        "Median order value by segment",
        "SELECT customers.segment, percentile_cont(0.5) WITHIN GROUP (ORDER BY orders.total_amount) AS median_order_value FROM shop.orders JOIN shop.customers ON orders.customer_id = customers.id GROUP BY customers.segment ORDER BY median_order_value DESC NULLS LAST, segment",
    );
    check(
        "top 3 categories by quantity sold in 2025",
        "Total quantity by category in 2025, top 3",
        "SELECT products.category, sum(orders.quantity) AS total_quantity FROM shop.orders JOIN shop.products ON orders.product_id = products.id WHERE orders.ordered_at >= TIMESTAMP '2025-01-01 00:00:00' AT TIME ZONE 'UTC' AND orders.ordered_at < TIMESTAMP '2026-01-01 00:00:00' AT TIME ZONE 'UTC' GROUP BY products.category ORDER BY total_quantity DESC NULLS LAST, category LIMIT 3",
    );
    check(
        "orders by weekday",
        "Orders by day of the week",
        "SELECT to_char(orders.ordered_at AT TIME ZONE 'UTC', 'FMDay') AS weekday, count(*) AS count_of_orders FROM shop.orders GROUP BY to_char(orders.ordered_at AT TIME ZONE 'UTC', 'FMDay'), CAST(EXTRACT(ISODOW FROM orders.ordered_at AT TIME ZONE 'UTC') AS INTEGER) ORDER BY CAST(EXTRACT(ISODOW FROM orders.ordered_at AT TIME ZONE 'UTC') AS INTEGER)",
    );
    check(
        "orders by hour of day",
        "Orders by hour of the day",
        "SELECT CAST(EXTRACT(HOUR FROM orders.ordered_at AT TIME ZONE 'UTC') AS INTEGER) AS hour_of_day, count(*) AS count_of_orders FROM shop.orders GROUP BY CAST(EXTRACT(HOUR FROM orders.ordered_at AT TIME ZONE 'UTC') AS INTEGER) ORDER BY hour_of_day",
    );
    check(
        "how many orders by month",
        "Orders by month",
        "SELECT CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) AS \"month\", count(*) AS count_of_orders FROM shop.orders GROUP BY CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) ORDER BY \"month\"",
    );
    check(
        "average rating of products by brand",
        "Average rating by brand",
        "SELECT products.brand, avg(products.rating) AS average_rating FROM shop.products GROUP BY products.brand ORDER BY average_rating DESC NULLS LAST, brand",
    );
    check(
        "which country has the most customers",
        "Country with the most customers",
        "SELECT customers.country FROM shop.customers GROUP BY customers.country ORDER BY count(*) DESC NULLS LAST, country LIMIT 1",
    );
    check(
        "number of orders by payment method",
        "Orders by payment method",
        "SELECT orders.payment_method, count(*) AS count_of_orders FROM shop.orders GROUP BY orders.payment_method ORDER BY count_of_orders DESC NULLS LAST, payment_method",
    );
    check(
        "new customers per month",
        "Customers by month",
        "SELECT CAST(date_trunc('month', customers.signed_up_at AT TIME ZONE 'UTC') AS DATE) AS \"month\", count(*) AS count_of_customers FROM shop.customers GROUP BY CAST(date_trunc('month', customers.signed_up_at AT TIME ZONE 'UTC') AS DATE) ORDER BY \"month\"",
    );
    check(
        "how many orders did we get each quarter of 2024",
        "Orders by quarter in 2024",
        "SELECT CAST(date_trunc('quarter', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) AS quarter, count(*) AS count_of_orders FROM shop.orders WHERE orders.ordered_at >= TIMESTAMP '2024-01-01 00:00:00' AT TIME ZONE 'UTC' AND orders.ordered_at < TIMESTAMP '2025-01-01 00:00:00' AT TIME ZONE 'UTC' GROUP BY CAST(date_trunc('quarter', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) ORDER BY quarter",
    );
    check(
        "new customers per year",
        "Customers by year",
        "SELECT CAST(EXTRACT(YEAR FROM customers.signed_up_at AT TIME ZONE 'UTC') AS INTEGER) AS \"year\", count(*) AS count_of_customers FROM shop.customers GROUP BY CAST(EXTRACT(YEAR FROM customers.signed_up_at AT TIME ZONE 'UTC') AS INTEGER) ORDER BY \"year\"",
    );
    check(
        "which month had the most orders in 2025",
        "Month with the most orders in 2025",
        "SELECT CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) AS \"month\" FROM shop.orders WHERE orders.ordered_at >= TIMESTAMP '2025-01-01 00:00:00' AT TIME ZONE 'UTC' AND orders.ordered_at < TIMESTAMP '2026-01-01 00:00:00' AT TIME ZONE 'UTC' GROUP BY CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) ORDER BY count(*) DESC NULLS LAST, \"month\" LIMIT 1",
    );
    check(
        "total quantity of orders by product category",
        "Total quantity by category",
        "SELECT products.category, sum(orders.quantity) AS total_quantity FROM shop.orders JOIN shop.products ON orders.product_id = products.id GROUP BY products.category ORDER BY total_quantity DESC NULLS LAST, category",
    );
    check(
        "orders per month in 2026 compared with the year before",
        "Orders by month in 2026, compared with the year before",
        "SELECT with_year_before.\"month\", with_year_before.count_of_orders, with_year_before.count_of_orders_year_before, with_year_before.count_of_orders_growth_percent FROM (SELECT CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) AS \"month\", count(*) AS count_of_orders, max(count(*)) OVER (ORDER BY CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) RANGE BETWEEN INTERVAL '1 year' PRECEDING AND INTERVAL '1 year' PRECEDING) AS count_of_orders_year_before, (count(*) - max(count(*)) OVER (ORDER BY CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) RANGE BETWEEN INTERVAL '1 year' PRECEDING AND INTERVAL '1 year' PRECEDING)) * 100.0 / nullif(max(count(*)) OVER (ORDER BY CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE) RANGE BETWEEN INTERVAL '1 year' PRECEDING AND INTERVAL '1 year' PRECEDING), 0) AS count_of_orders_growth_percent FROM shop.orders WHERE orders.ordered_at >= TIMESTAMP '2025-01-01 00:00:00' AT TIME ZONE 'UTC' AND orders.ordered_at < TIMESTAMP '2027-01-01 00:00:00' AT TIME ZONE 'UTC' GROUP BY CAST(date_trunc('month', orders.ordered_at AT TIME ZONE 'UTC') AS DATE)) AS with_year_before WHERE with_year_before.\"month\" >= CAST('2026-01-01' AS DATE) ORDER BY \"month\"",
    );
}

#[test]
fn single_numbers() {
    check(
        "average order value",
        "Average order value",
        "SELECT avg(orders.total_amount) AS average_order_value FROM shop.orders",
    );
    check(
        "cancelled orders last month",
        "Number of orders, cancelled in September 2026",
        "SELECT count(*) AS count_of_orders FROM shop.orders WHERE orders.status = 'cancelled' AND orders.ordered_at >= TIMESTAMP '2026-09-01 00:00:00' AT TIME ZONE 'UTC' AND orders.ordered_at < TIMESTAMP '2026-10-01 00:00:00' AT TIME ZONE 'UTC'",
    );
    check(
        "how many cancelled orders last month",
        "Number of orders, cancelled in September 2026",
        "SELECT count(*) AS count_of_orders FROM shop.orders WHERE orders.status = 'cancelled' AND orders.ordered_at >= TIMESTAMP '2026-09-01 00:00:00' AT TIME ZONE 'UTC' AND orders.ordered_at < TIMESTAMP '2026-10-01 00:00:00' AT TIME ZONE 'UTC'",
    );
    check(
        "how many orders were placed in March 2026?",
        "Number of orders in March 2026",
        "SELECT count(*) AS count_of_orders FROM shop.orders WHERE orders.ordered_at >= TIMESTAMP '2026-03-01 00:00:00' AT TIME ZONE 'UTC' AND orders.ordered_at < TIMESTAMP '2026-04-01 00:00:00' AT TIME ZONE 'UTC'",
    );
    check(
        "what is the average discount",
        "Average discount",
        "SELECT avg(orders.discount_percent) AS average_discount_percent FROM shop.orders",
    );
    check(
        "how many customers are subscribed to the newsletter",
        "Number of customers, newsletter is yes",
        "SELECT count(*) AS count_of_customers FROM shop.customers WHERE customers.newsletter = true",
    );
    check(
        "orders this year so far",
        "Number of orders in 2026",
        "SELECT count(*) AS count_of_orders FROM shop.orders WHERE orders.ordered_at >= TIMESTAMP '2026-01-01 00:00:00' AT TIME ZONE 'UTC' AND orders.ordered_at < TIMESTAMP '2027-01-01 00:00:00' AT TIME ZONE 'UTC'",
    );
    check(
        "how many orders over 500 euros",
        "Number of orders, total amount is more than 500",
        "SELECT count(*) AS count_of_orders FROM shop.orders WHERE orders.total_amount > 500",
    );
    check(
        "how many products cost less than 20?",
        "Number of products, price is less than 20",
        "SELECT count(*) AS count_of_products FROM shop.products WHERE products.price < 20",
    );
    check(
        "how many customers have never ordered anything?",
        "Number of customers without orders",
        "SELECT count(*) AS count_of_customers FROM shop.customers WHERE NOT EXISTS (SELECT 1 FROM shop.orders WHERE orders.customer_id = customers.id)",
    );
    check(
        "how many different customers ordered in 2025",
        "Number of customers, order ordered in 2025",
        "SELECT count(*) AS count_of_customers FROM shop.customers WHERE EXISTS (SELECT 1 FROM shop.orders WHERE orders.customer_id = customers.id AND orders.ordered_at >= TIMESTAMP '2025-01-01 00:00:00' AT TIME ZONE 'UTC' AND orders.ordered_at < TIMESTAMP '2026-01-01 00:00:00' AT TIME ZONE 'UTC')",
    );
    check(
        "how many orders are not delivered",
        "Number of orders, status is not delivered",
        "SELECT count(*) AS count_of_orders FROM shop.orders WHERE orders.status <> 'delivered'",
    );
    check(
        "how many enterprise customers are in Asia Pacific",
        "Number of customers, enterprise, Asia Pacific",
        "SELECT count(*) AS count_of_customers FROM shop.customers WHERE customers.segment = 'enterprise' AND customers.region = 'Asia Pacific'",
    );
    check(
        "what percentage of orders were cancelled in 2025?",
        "Share of orders where status is cancelled in 2025",
        "SELECT count(*) FILTER (WHERE orders.status = 'cancelled') * 100.0 / nullif(count(*), 0) AS percentage FROM shop.orders WHERE orders.ordered_at >= TIMESTAMP '2025-01-01 00:00:00' AT TIME ZONE 'UTC' AND orders.ordered_at < TIMESTAMP '2026-01-01 00:00:00' AT TIME ZONE 'UTC'",
    );
    check(
        "how many products are discontinued?",
        "Number of products, discontinued",
        "SELECT count(*) AS count_of_products FROM shop.products WHERE products.discontinued_on IS NOT NULL",
    );
}

#[test]
fn lists() {
    check(
        "customers from Germany who ordered in March 2026",
        "Customers, Germany, order ordered in March 2026",
        "SELECT customers.name FROM shop.customers WHERE customers.country = 'Germany' AND EXISTS (SELECT 1 FROM shop.orders WHERE orders.customer_id = customers.id AND orders.ordered_at >= TIMESTAMP '2026-03-01 00:00:00' AT TIME ZONE 'UTC' AND orders.ordered_at < TIMESTAMP '2026-04-01 00:00:00' AT TIME ZONE 'UTC') ORDER BY customers.id",
    );
    check(
        "products never ordered",
        "Products without orders",
        "SELECT products.name FROM shop.products WHERE NOT EXISTS (SELECT 1 FROM shop.orders WHERE orders.product_id = products.id) ORDER BY products.id",
    );
    check(
        "which products cost more than 500?",
        "Products, price is more than 500",
        "SELECT products.name FROM shop.products WHERE products.price > 500 ORDER BY products.id",
    );
    check(
        "list the 5 most expensive products",
        "Products, top 5 by price",
        "SELECT products.id, products.sku, products.name, products.category, products.brand, products.price, products.cost, products.stock FROM shop.products ORDER BY products.price DESC NULLS LAST, products.id LIMIT 5",
    );
    check(
        "highest rated products",
        "Products, the one with the highest rating",
        "SELECT products.name FROM shop.products WHERE products.rating IS NOT NULL ORDER BY products.rating DESC NULLS LAST, products.id LIMIT 1",
    );
    check(
        "customers without orders",
        "Customers without orders",
        "SELECT customers.name FROM shop.customers WHERE NOT EXISTS (SELECT 1 FROM shop.orders WHERE orders.customer_id = customers.id) ORDER BY customers.id",
    );
    check(
        "orders over 1000 euros",
        "Orders",
        "SELECT orders.id, orders.ordered_at, orders.status, orders.channel, orders.payment_method, orders.quantity, orders.unit_price, orders.total_amount FROM shop.orders WHERE orders.total_amount > 1000 ORDER BY orders.id",
    );
    check(
        "customers who never ordered",
        "Customers without orders",
        "SELECT customers.name FROM shop.customers WHERE NOT EXISTS (SELECT 1 FROM shop.orders WHERE orders.customer_id = customers.id) ORDER BY customers.id",
    );
    check(
        "whats the most expensive product",
        "Products, the one with the highest price",
        "SELECT products.name FROM shop.products ORDER BY products.price DESC NULLS LAST, products.id LIMIT 1",
    );
    check(
        "products between 100 and 120 euros",
        "Products, price is between 100 and 120",
        "SELECT products.name FROM shop.products WHERE (products.price >= 100 AND products.price <= 120) ORDER BY products.id",
    );
    check(
        "customers in Germany who signed up in 2026",
        "Customers, Germany signed up in 2026",
        "SELECT customers.name FROM shop.customers WHERE customers.country = 'Germany' AND customers.signed_up_at >= TIMESTAMP '2026-01-01 00:00:00' AT TIME ZONE 'UTC' AND customers.signed_up_at < TIMESTAMP '2027-01-01 00:00:00' AT TIME ZONE 'UTC' ORDER BY customers.id",
    );
    check(
        "show me the 10 latest orders",
        "Orders, top 10 by ordered at",
        "SELECT orders.id, orders.ordered_at, orders.status, orders.channel, orders.payment_method, orders.quantity, orders.unit_price, orders.discount_percent FROM shop.orders ORDER BY orders.ordered_at DESC NULLS LAST, orders.id LIMIT 10",
    );
    check(
        "bottom 5 products by rating",
        "Products, bottom 5 by rating",
        "SELECT products.name, products.rating FROM shop.products ORDER BY products.rating, products.id LIMIT 5",
    );
}

#[test]
fn what_can_be_read_in_several_ways_is_asked_back() {
    let (planner, catalogue) = (OfflinePlanner::new(), catalogue());
    let Planned::Clarify { choices, .. } = ask(&planner, &catalogue, "busiest day of the week?", &[]) else {
        panic!("it should be asked back")
    };
    assert_eq!(choices.len(), 3);
    for choice in choices {
        let planned = ask(&planner, &catalogue, &choice.text, &[]);
        assert!(matches!(planned, Planned::Plan { .. }), "{}: {planned:?}", choice.text);
    }
}

#[test]
fn suggestions_show_a_series_a_ranking_and_a_breakdown() {
    assert_eq!(
        suggestions(&catalogue()),
        ["Revenue by month", "Top 5 products by revenue", "Average temperature by sensor"]
    );
}

#[test]
fn what_was_assumed_is_said() {
    let Planned::Plan { assumptions, .. } =
        ask(&OfflinePlanner::new(), &catalogue(), "revenue by month", &[])
    else {
        panic!("it should be planned")
    };
    let expected = "Revenue is taken as the sum of total amount where status is not cancelled or returned.";
    assert_eq!(assumptions, [expected]);
}

#[test]
fn numbers_beside_what_rows_are_called_are_their_keys() {
    check(
        "what is the status of order 17?",
        "Statuses of orders, id is 17",
        "SELECT orders.status FROM shop.orders WHERE orders.id = 17 ORDER BY orders.id",
    );
    let (_, sql) = converse(&["list orders 21, 22 and 23"]);
    assert!(sql.contains("WHERE orders.id IN (21, 22, 23)"), "{sql}");
    // Nobody adds up the 21s and 22s.
    let (planner, catalogue) = (OfflinePlanner::new(), catalogue());
    let planned = ask(&planner, &catalogue, "total amount of orders 21 and 22", &[]);
    assert!(matches!(planned, Planned::CannotAnswer { .. }), "{planned:?}");
}

#[test]
fn dates_are_counted_not_ranked_and_nobody_is_born_in_a_question() {
    check(
        "which product has the most returns?",
        "Product with the most orders, returned",
        "SELECT products.name FROM shop.orders JOIN shop.products ON orders.product_id = products.id \
         WHERE orders.returned_at IS NOT NULL GROUP BY products.name, products.id \
         ORDER BY count(*) DESC NULLS LAST, name, products.id LIMIT 1",
    );
    let (title, sql) = converse(&["how many new customers did we get each month in 2025?"]);
    assert_eq!(title, "Customers by month in 2025");
    assert!(sql.contains("signed_up_at >= ") && !sql.contains("birth_year"), "{sql}");
    let (_, sql) = converse(&["how many customers were born in 1990?"]);
    assert!(sql.contains("birth_year = 1990"), "{sql}");
}

#[test]
fn a_defined_number_is_the_same_wherever_it_decides() {
    for question in ["top 3 products in each category by revenue", "top 3 products by revenue"] {
        let (_, sql) = converse(&[question]);
        assert!(sql.contains("status NOT IN ('cancelled', 'returned')"), "{question}: {sql}");
    }
}
