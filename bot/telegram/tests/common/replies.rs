//! Replies as a worker would give them.

use rowcall_core::{
    ArtifactRef, Button, Reply, ReplyTable, ResultColumn, ResultSet, RunId, RunState, TypeKind, Value, texts,
};

pub fn words(run: RunId, text: &str) -> Reply {
    Reply { planner: Some("offline".into()), ..Reply::words(run, RunState::Succeeded, text) }
}

fn rows(columns: &[(&str, TypeKind)], rows: Vec<Vec<Value>>) -> Option<ReplyTable> {
    let columns =
        columns.iter().map(|(name, kind)| ResultColumn { name: (*name).into(), kind: *kind }).collect();
    let row_count = rows.len() as u64;
    Some(ReplyTable { rows: ResultSet { columns, rows, row_count, truncated: false } })
}

/// Forty rows, a statement, one suggestion.
pub fn table(run: RunId) -> Reply {
    let cells = (0..40).map(|n| vec![Value::Text(format!("City <{n}> & @all")), Value::Int(n * 3)]);
    Reply {
        table: rows(&[("city", TypeKind::Text), ("orders", TypeKind::Integer)], cells.collect()),
        sql: Some("SELECT city, count(*) FROM orders WHERE total < 5 GROUP BY 1".into()),
        buttons: vec![Button { label: "And by month?".into(), text: "orders by month".into() }],
        ..words(run, "Orders by city.")
    }
}

/// Forty rows that no phone shows as text.
pub fn wide(run: RunId) -> Reply {
    let names: Vec<String> = (0..12).map(|n| format!("column_{n}")).collect();
    let columns: Vec<_> = names.iter().map(|name| (name.as_str(), TypeKind::Text)).collect();
    let cells = (0..40).map(|row| (0..12).map(|n| Value::Text(format!("cell {row}.{n}"))).collect());
    Reply { table: rows(&columns, cells.collect()), ..words(run, "All there is.") }
}

/// The table with a picture of it.
pub fn chart(run: RunId, chart: ArtifactRef) -> Reply {
    Reply { chart: Some(chart), ..table(run) }
}

/// Asks back with two choices.
pub fn asks_back(run: RunId) -> Reply {
    let choice = |label: &str| Button { label: label.into(), text: format!("orders by {label}") };
    Reply {
        buttons: vec![choice("order date"), choice("shipping date")],
        ..Reply::words(run, RunState::WaitingClarification, "Which date is meant?")
    }
}

pub fn failed(run: RunId) -> Reply {
    Reply::failure(run, RunState::Failed, texts::source_unreachable("shop"))
}

/// Only the statement of a question.
pub fn statement(run: RunId) -> Reply {
    Reply { sql: Some("SELECT count(*) FROM orders".into()), ..words(run, "Counts the orders.") }
}

/// The beginning of a PNG, which is all that the stand-in looks at.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend([width.to_be_bytes(), height.to_be_bytes()].concat());
    bytes.extend([8, 6, 0, 0, 0]);
    bytes
}
