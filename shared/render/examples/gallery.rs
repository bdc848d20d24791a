//! Draws many shapes of results into a folder, to be looked at: `cargo run --example gallery -- FOLDER`.
#![allow(clippy::unwrap_used, missing_docs)]

use chrono::{Days, Months, NaiveDate};
use rowcall_core::{ResultColumn, ResultSet, TypeKind, Value};
use rowcall_render::chart::{ChartRequest, ChartSize, Unit, decide, png};

type Rows = Vec<Vec<Value>>;

fn t(s: &str) -> Value {
    Value::Text(s.into())
}
fn d(n: f64) -> Value {
    Value::Decimal(format!("{n:.2}"))
}
fn day(n: u64) -> Value {
    Value::Date(NaiveDate::from_ymd_opt(2025, 1, 1).unwrap() + Days::new(n))
}
fn month(n: u32) -> Value {
    Value::Date(NaiveDate::from_ymd_opt(2024, 6, 1).unwrap() + Months::new(n))
}
/// A wave with some noise, the same every time.
fn wave(i: usize) -> f64 {
    1000.0 + 400.0 * (i as f64 / 3.0).sin() + ((i * 7919) % 101) as f64 * 3.0
}

fn main() {
    use TypeKind::*;
    let folder = std::env::args().nth(1).unwrap_or_else(|| "gallery".into());
    std::fs::create_dir_all(&folder).unwrap();
    let draw = |name: &str,
                request: ChartRequest,
                title: &str,
                units: &[Unit],
                columns: &[(&str, TypeKind)],
                rows: Rows| {
        let result = ResultSet {
            columns: columns.iter().map(|(n, k)| ResultColumn { name: (*n).into(), kind: *k }).collect(),
            row_count: rows.len() as u64,
            rows,
            truncated: false,
        };
        match decide(&result, request, title, &units.to_vec().into()) {
            Ok(spec) => {
                let bytes = png(&spec, &result, ChartSize::CHAT).unwrap();
                println!("{name}: {:?}, {} bytes, {}", spec.kind, bytes.len(), spec.alt);
                std::fs::write(format!("{folder}/{name}.png"), bytes).unwrap();
            }
            Err(reason) => println!("{name}: none, {reason}"),
        }
    };
    let auto = ChartRequest::Auto;
    let euro = [Unit::None, Unit::Currency("€".into())];
    let cities = ["Berlin", "Paris", "Madrid", "Rome", "Oslo", "Wien"];
    let long = [
        "Wireless noise-cancelling headphones",
        "USB-C docking station (14 ports)",
        "Standing desk",
        "Ergonomic chair with armrests and headrest, black",
        "Café crème 1 kg",
        "東京タワー 模型",
        "Кофемолка ручная",
        "🚀 Rocket toy",
    ];

    draw(
        "01-bar",
        auto,
        "Orders by city",
        &[],
        &[("city", Text), ("orders", Integer)],
        cities.iter().enumerate().map(|(i, c)| vec![t(c), Value::Int(1240 - 190 * i as i64)]).collect(),
    );
    draw(
        "02-long-labels",
        auto,
        "Top products by revenue",
        &euro,
        &[("product", Text), ("revenue", Decimal)],
        long.iter().enumerate().map(|(i, c)| vec![t(c), d(98_765.4 / (i + 1) as f64)]).collect(),
    );
    draw(
        "03-line-months",
        auto,
        "Revenue by month",
        &euro,
        &[("month", Date), ("revenue", Decimal)],
        (0..18).map(|i| vec![month(i as u32), d(wave(i) * 90.0)]).collect(),
    );
    draw(
        "04-line-days-gap",
        auto,
        "Visitors per day",
        &[],
        &[("day", Date), ("visitors", Integer)],
        (0..120)
            .filter(|i| !(40..55).contains(i))
            .map(|i| vec![day(i as u64), Value::Int(wave(i) as i64)])
            .collect(),
    );
    draw(
        "05-line-10000",
        auto,
        "Temperature",
        &[Unit::None, Unit::Suffix("°C".into())],
        &[("measured_at", Timestamp), ("temperature", Float)],
        (0..10_000)
            .map(|i| {
                vec![
                    Value::Timestamp(
                        NaiveDate::from_ymd_opt(2025, 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap()
                            + chrono::TimeDelta::minutes(i as i64 * 13),
                    ),
                    Value::Float(18.0 + 4.0 * (i as f64 / 700.0).sin() + ((i * 7919) % 101) as f64 / 60.0),
                ]
            })
            .collect(),
    );
    draw(
        "06-multi-line",
        auto,
        "Revenue by month and region",
        &[Unit::None, Unit::None, Unit::Currency("$".into())],
        &[("month", Date), ("region", Text), ("revenue", Decimal)],
        (0..12)
            .flat_map(|i| {
                cities.iter().enumerate().map(move |(j, c)| {
                    vec![month(i as u32), t(c), d(wave(i + j * 2) * (40.0 - j as f64 * 5.0))]
                })
            })
            .collect(),
    );
    draw(
        "07-stacked",
        auto,
        "Orders by category and status",
        &[],
        &[("category", Text), ("status", Text), ("orders", Integer)],
        cities
            .iter()
            .enumerate()
            .flat_map(|(i, c)| {
                ["paid", "shipped", "returned"]
                    .iter()
                    .enumerate()
                    .map(move |(j, s)| vec![t(c), t(s), Value::Int((300 - 40 * i as i64) / (j as i64 + 1))])
            })
            .collect(),
    );
    draw(
        "08-grouped",
        auto,
        "Average price by category and year",
        &euro,
        &[("category", Text), ("segment", Text), ("avg_price", Decimal)],
        cities
            .iter()
            .take(4)
            .enumerate()
            .flat_map(|(i, c)| {
                ["Retail", "Wholesale", "Online"]
                    .iter()
                    .enumerate()
                    .map(move |(j, s)| vec![t(c), t(s), d(wave(i + j) / 10.0)])
            })
            .collect(),
    );
    draw(
        "09-negative",
        auto,
        "Profit change by city",
        &euro,
        &[("city", Text), ("profit_change", Decimal)],
        cities.iter().enumerate().map(|(i, c)| vec![t(c), d(5000.0 - 2300.0 * i as f64)]).collect(),
    );
    draw(
        "10-negative-lying",
        ChartRequest::HorizontalBar,
        "Profit change by city",
        &euro,
        &[("city", Text), ("profit_change", Decimal)],
        cities.iter().enumerate().map(|(i, c)| vec![t(c), d(5000.0 - 2300.0 * i as f64)]).collect(),
    );
    draw(
        "11-many-other",
        auto,
        "Orders by country",
        &[],
        &[("country", Text), ("orders", Integer)],
        (0..130).map(|i| vec![t(&format!("Country {i}")), Value::Int(5000 / (i + 1))]).collect(),
    );
    draw(
        "12-many-average",
        auto,
        "Average order value by customer",
        &euro,
        &[("customer", Text), ("avg_order_value", Decimal)],
        (0..60).map(|i| vec![t(&format!("Customer {i}")), d(500.0 - 7.3 * i as f64)]).collect(),
    );
    draw(
        "13-hours",
        auto,
        "Tickets by hour of day",
        &[],
        &[("hour", Integer), ("tickets", Integer)],
        (0..24).map(|i| vec![Value::Int(i), Value::Int(wave(i as usize) as i64)]).collect(),
    );
    draw(
        "14-percent",
        auto,
        "Return rate by category",
        &[Unit::None, Unit::Ratio],
        &[("category", Text), ("return_rate", Float)],
        cities.iter().enumerate().map(|(i, c)| vec![t(c), Value::Float(0.031 * (i + 1) as f64)]).collect(),
    );
    draw(
        "15-durations",
        auto,
        "Time to first reply by team",
        &[],
        &[("team", Text), ("time_to_reply", Interval)],
        cities
            .iter()
            .enumerate()
            .map(|(i, c)| {
                vec![t(c), Value::Interval { months: 0, days: 0, micros: 1_700_000_000 * (i as i64 + 1) }]
            })
            .collect(),
    );
    draw(
        "16-huge",
        auto,
        "Bytes stored by tenant",
        &[],
        &[("tenant", Text), ("bytes", Integer)],
        cities
            .iter()
            .enumerate()
            .map(|(i, c)| vec![t(c), Value::Int(9_000_000_000_000_000 / (i as i64 * 400 + 1))])
            .collect(),
    );
    draw(
        "17-tiny",
        auto,
        "Error rate by service",
        &[],
        &[("service", Text), ("error_rate", Float)],
        cities.iter().enumerate().map(|(i, c)| vec![t(c), Value::Float(3.1e-7 * (i + 1) as f64)]).collect(),
    );
    draw(
        "18-two-points",
        auto,
        "Revenue by year",
        &euro,
        &[("year", Integer), ("revenue", Decimal)],
        vec![vec![Value::Int(2024), d(1_234_567.0)], vec![Value::Int(2025), d(1_834_567.0)]],
    );
    draw(
        "19-one-value",
        ChartRequest::Bar,
        "Orders in Berlin",
        &[],
        &[("city", Text), ("orders", Integer)],
        vec![vec![t("Berlin"), Value::Int(123)]],
    );
    draw(
        "20-long-bar",
        ChartRequest::Bar,
        "A rather long title that does not fit on one line because someone asked a very long question about revenue",
        &euro,
        &[("product", Text), ("revenue", Decimal)],
        long.iter().chain(&long).enumerate().map(|(i, c)| vec![t(c), d(98_765.4 / (i + 1) as f64)]).collect(),
    );
    draw(
        "21-two-measures",
        auto,
        "Orders and returns by month",
        &[],
        &[("month", Timestamp), ("orders", Integer), ("returns", Integer)],
        (0..12)
            .map(|i| {
                vec![
                    Value::Timestamp(
                        (NaiveDate::from_ymd_opt(2025, 1, 1).unwrap() + Months::new(i))
                            .and_hms_opt(0, 0, 0)
                            .unwrap(),
                    ),
                    Value::Int(wave(i as usize) as i64),
                    Value::Int(wave(i as usize) as i64 / 9),
                ]
            })
            .collect(),
    );
    draw(
        "22-weekdays",
        auto,
        "Sales by weekday",
        &[],
        &[("weekday", Text), ("sales", Integer)],
        ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
            .iter()
            .enumerate()
            .map(|(i, w)| vec![t(w), Value::Int(wave(i) as i64)])
            .collect(),
    );
    draw(
        "23-stacked-time",
        ChartRequest::StackedBar,
        "Orders by month and channel",
        &[],
        &[("month", Date), ("channel", Text), ("orders", Integer)],
        (0..12)
            .flat_map(|i| {
                ["Web", "Shop", "Phone", "Partner"].iter().enumerate().map(move |(j, c)| {
                    vec![month(i as u32), t(c), Value::Int(wave(i + j) as i64 / (j as i64 + 1))]
                })
            })
            .collect(),
    );
    draw(
        "24-hours-line",
        auto,
        "Load per five minutes",
        &[Unit::None, Unit::Percent],
        &[("at", TimestampTz), ("load_percent", Float)],
        (0..288)
            .map(|i| {
                vec![
                    Value::TimestampTz(
                        (NaiveDate::from_ymd_opt(2025, 3, 30).unwrap().and_hms_opt(8, 0, 0).unwrap()
                            + chrono::TimeDelta::minutes(i as i64 * 5))
                        .and_utc(),
                    ),
                    Value::Float(wave(i) / 20.0),
                ]
            })
            .collect(),
    );
    draw(
        "25-many-grouped",
        auto,
        "Average rating by product and market",
        &[],
        &[("product", Text), ("market", Text), ("avg_rating", Decimal)],
        long.iter()
            .enumerate()
            .flat_map(|(i, c)| {
                ["EU", "US", "Asia"]
                    .iter()
                    .enumerate()
                    .map(move |(j, s)| vec![t(c), t(s), d(2.0 + ((i * 3 + j * 5) % 7) as f64 / 2.5)])
            })
            .collect(),
    );
    draw(
        "26-nulls",
        auto,
        "Nothing",
        &[],
        &[("city", Text), ("orders", Integer)],
        vec![vec![t("a"), Value::Null], vec![t("b"), Value::Null]],
    );
    draw(
        "27-list",
        auto,
        "Customers",
        &[],
        &[("name", Text), ("city", Text), ("email", Text), ("age", Integer)],
        (0..9).map(|i| vec![t(&format!("n{i}")), t("x"), t(&format!("e{i}")), Value::Int(i)]).collect(),
    );
    draw(
        "28-thirty-bars",
        ChartRequest::Bar,
        "Orders by day",
        &[],
        &[("day", Date), ("orders", Integer)],
        (0..24).map(|i| vec![day(i), Value::Int(wave(i as usize) as i64)]).collect(),
    );
    draw(
        "29-text-months",
        auto,
        "Signups by month",
        &[],
        &[("month", Text), ("signups", Integer)],
        (1..10).map(|i| vec![t(&format!("2025-{i:02}")), Value::Int(wave(i) as i64)]).collect(),
    );
}
