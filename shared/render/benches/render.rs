//! Speed of the three renderings at the sizes that chats see, as one JSON line on standard output.
#![allow(clippy::unwrap_used, missing_docs)]

use chrono::{Days, NaiveDate};
use rowcall_core::{ResultColumn, ResultSet, TypeKind, Value};
use rowcall_format::table::{TableOptions, text};
use rowcall_render::{
    chart::{ChartRequest, ChartSize, Told, choose, png},
    csv::CsvWriter,
};
use std::{hint::black_box, time::Instant};

fn main() {
    let six = six_columns(1_000);
    let table =
        median_ms(50, || text(&six, &TableOptions { max_rows: 1_000, max_width: 200, ..Default::default() }));
    let bars = result(&[("city", TypeKind::Text), ("orders", TypeKind::Integer)], 8, |i| {
        vec![Value::Text(format!("City {i}")), Value::Int(1000 - i as i64 * 90)]
    });
    let line = |points| {
        result(&[("day", TypeKind::Date), ("revenue", TypeKind::Float)], points, |i| {
            let day = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap() + Days::new(i as u64);
            vec![
                Value::Date(day),
                Value::Float(1000.0 + (i as f64 / 9.0).sin() * 300.0 + (i * 7919 % 101) as f64),
            ]
        })
    };
    let names = result(&[("product", TypeKind::Text), ("orders", TypeKind::Integer)], 24, |i| {
        vec![Value::Text(format!("A product with a long name {i}")), Value::Int(1000 - i as i64 * 30)]
    });
    let (line_year, line_10k) = (line(365), line(10_000));
    let chart = |r: &ResultSet| {
        let draw = || {
            let spec = choose(r, ChartRequest::Auto, "A title", &Told::default()).unwrap();
            png(&spec, r, ChartSize::CHAT).unwrap()
        };
        let bytes = draw().len();
        (median_ms(40, draw), bytes)
    };
    let first = Instant::now();
    let (bar_ms, bar_bytes) = chart(&bars);
    let cold = first.elapsed().as_secs_f64() * 1e3 - bar_ms * 40.0;
    let (line_ms, line_bytes) = chart(&line_year);
    let (line_10k_ms, line_10k_bytes) = chart(&line_10k);
    let (lying_ms, lying_bytes) = chart(&names);

    let started = Instant::now();
    let mut writer = CsvWriter::new();
    writer.header(&six.columns);
    let (mut bytes, mut most) = (0, 0);
    for _ in 0..1_000 {
        for row in &six.rows {
            writer.row(row);
        }
        most = most.max(writer.len());
        bytes += writer.drain(|piece| black_box(piece).len());
    }
    let csv = started.elapsed().as_secs_f64();
    println!(
        "{{\"table_1000x6_ms\":{table:.3},\"chart_bar_ms\":{bar_ms:.2},\"chart_bar_bytes\":{bar_bytes},\
         \"chart_line_365_ms\":{line_ms:.2},\"chart_line_365_bytes\":{line_bytes},\
         \"chart_line_10000_ms\":{line_10k_ms:.2},\"chart_line_10000_bytes\":{line_10k_bytes},\
         \"chart_lying_24_ms\":{lying_ms:.2},\"chart_lying_24_bytes\":{lying_bytes},\"chart_first_extra_ms\":{cold:.2},\
         \"csv_1000000x6_s\":{csv:.3},\"csv_bytes\":{bytes},\"csv_most_bytes_held\":{most}}}"
    );
}

fn six_columns(rows: usize) -> ResultSet {
    use TypeKind::*;
    let columns = [
        ("id", Integer),
        ("name", Text),
        ("city", Text),
        ("total", Decimal),
        ("weight", Float),
        ("ordered_at", TimestampTz),
    ];
    result(&columns, rows, |i| {
        vec![
            Value::Int(100_000 + i as i64),
            Value::Text(format!("Zoë Müller, customer {i}")),
            if i % 9 == 0 { Value::Null } else { Value::Text("São Paulo".into()) },
            Value::Decimal(format!("{}.{:02}", i * 37, i % 100)),
            Value::Float(i as f64 / 7.0),
            Value::TimestampTz(chrono::DateTime::from_timestamp(1_700_000_000 + i as i64 * 977, 0).unwrap()),
        ]
    })
}

fn result(columns: &[(&str, TypeKind)], rows: usize, row: impl Fn(usize) -> Vec<Value>) -> ResultSet {
    ResultSet {
        columns: columns.iter().map(|(n, k)| ResultColumn { name: (*n).into(), kind: *k }).collect(),
        rows: (0..rows).map(row).collect(),
        row_count: rows as u64,
        truncated: false,
    }
}

fn median_ms<R>(times: usize, mut work: impl FnMut() -> R) -> f64 {
    let mut all: Vec<f64> = (0..times)
        .map(|_| {
            let started = Instant::now();
            black_box(work());
            started.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    all.sort_by(f64::total_cmp);
    all[times / 2]
}
