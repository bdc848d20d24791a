//! Replies as workers make them.

use rowcall_core::{
    Button, Failure, FailureCode, Reply, ReplyTable, ResultColumn, ResultSet, RunId, RunState, Value,
    catalogue::TypeKind,
};

/// An answer with so many rows of two columns: `item 1`, 1000, and so on.
pub fn table(run: RunId, rows: usize) -> Reply {
    let column = |name: &str, kind| ResultColumn { name: name.into(), kind };
    let row = |n: usize| vec![Value::Text(format!("item {n}")), Value::Int(i64::try_from(n * 1000).unwrap())];
    let rows = ResultSet {
        columns: vec![column("item", TypeKind::Text), column("orders", TypeKind::Integer)],
        rows: (1..=rows).map(row).collect(),
        row_count: rows as u64,
        truncated: false,
    };
    Reply {
        text: format!("Orders by item: {} rows.", rows.row_count),
        table: Some(ReplyTable { rows }),
        sql: Some("SELECT item, orders FROM items".into()),
        planner: Some("offline".into()),
        ms: 120,
        ..Reply::words(run, RunState::Succeeded, "")
    }
}

/// A question back with these choices; each asks for "orders by" it.
pub fn asks_back(run: RunId, choices: &[&str]) -> Reply {
    let button = |label: &&str| Button { label: (*label).into(), text: format!("orders by {label}") };
    let buttons = choices.iter().map(button).collect();
    Reply { buttons, ..Reply::words(run, RunState::WaitingClarification, "Which date is meant?") }
}

/// The source was away.
pub fn failed(run: RunId) -> Reply {
    let failure = Failure::new(
        FailureCode::SourceUnreachable,
        "The database does not answer.",
        "It was tried three times.",
        "Try again in a minute.",
    );
    Reply::failure(run, RunState::Failed, failure)
}

/// The run was stopped.
pub fn stopped(run: RunId) -> Reply {
    Reply::words(run, RunState::Cancelled, "Stopped, as you asked.")
}
