//! A reply of every kind.

use chrono::NaiveDate;
use rowcall_core::{
    Button, Reply, ReplyTable, ResultColumn, ResultSet, RunId, RunState, TypeKind, Value, texts,
};

pub const SQL: &str = "SELECT date_trunc('month', o.ordered_at)::date AS month, count(*) AS orders,\n       \
                       sum(o.total) AS revenue\nFROM shop.orders AS o\nWHERE o.ordered_at >= DATE '2025-01-01'\n\
                       GROUP BY 1\nORDER BY 1";

fn column(name: &str, kind: TypeKind) -> ResultColumn {
    ResultColumn { name: name.into(), kind }
}

pub fn rows(columns: Vec<ResultColumn>, rows: Vec<Vec<Value>>) -> Option<ReplyTable> {
    let row_count = rows.len() as u64;
    Some(ReplyTable { rows: ResultSet { columns, rows, row_count, truncated: false } })
}

fn answered(run: RunId, text: &str) -> Reply {
    Reply {
        sql: Some(SQL.into()),
        planner: Some("offline".into()),
        explanation: Some("Count the orders and add up their totals, by month, since January 2025.".into()),
        ms: 48,
        ..Reply::words(run, RunState::Succeeded, text)
    }
}

pub fn by_month(run: RunId) -> Reply {
    let months = (1..=12).map(|month| {
        let n = 180 + (month * 37 % 11) * 14;
        vec![
            Value::Date(NaiveDate::from_ymd_opt(2025, month, 1).unwrap()),
            Value::Int(i64::from(n)),
            Value::Decimal(format!("{}.{:02}", n * 73, month * 7)),
        ]
    });
    let columns = vec![
        column("month", TypeKind::Date),
        column("orders", TypeKind::Integer),
        column("revenue", TypeKind::Decimal),
    ];
    Reply {
        table: rows(columns, months.collect()),
        assumptions: vec![
            "“Sales” means the sum of orders.total, refunds not taken off.".into(),
            "Months are counted in UTC.".into(),
        ],
        buttons: ["And by region?", "Only returning customers", "As a share of the year"]
            .map(|text| Button { label: text.into(), text: text.into() })
            .to_vec(),
        ..answered(
            run,
            "Sales rose from 14,600 in January to 20,732 in December 2025; August was the best month.",
        )
    }
}

pub fn number(run: RunId) -> Reply {
    let cell = vec![vec![Value::Int(12_526)]];
    Reply {
        table: rows(vec![column("order_count", TypeKind::Integer)], cell),
        ..answered(run, "There are 12,526 orders.")
    }
}

pub fn long_table(run: RunId) -> Reply {
    let kinds = [
        ("id", TypeKind::Integer),
        ("name", TypeKind::Text),
        ("city", TypeKind::Text),
        ("joined_at", TypeKind::TimestampTz),
        ("lifetime_value", TypeKind::Decimal),
        ("newsletter", TypeKind::Bool),
        ("tags", TypeKind::Json),
    ];
    let columns = kinds.map(|(name, kind)| column(name, kind)).to_vec();
    let rows = (0..1000_i64).map(|i| {
        vec![
            Value::Int(10_000 + i),
            Value::Text(
                ["Zoë Müller", "李小龙", "Иван Петров", "Ana-María Gutiérrez"][i as usize % 4].into(),
            ),
            if i % 5 == 0 { Value::Null } else { Value::Text("Berlin".into()) },
            Value::TimestampTz(chrono::DateTime::from_timestamp(1_735_700_000 + i * 8_640, 0).unwrap()),
            Value::Decimal(format!("{}.50", i * 1_337 % 90_000)),
            Value::Bool(i % 2 == 0),
            Value::Json(serde_json::json!({ "segment": i % 3, "vip": i % 7 == 0 })),
        ]
    });
    let set = ResultSet { columns, rows: rows.collect(), row_count: 1000, truncated: true };
    Reply { table: Some(ReplyTable { rows: set }), ..answered(run, "These are the customers, newest first.") }
}

pub fn no_rows(run: RunId) -> Reply {
    Reply {
        table: rows(vec![column("name", TypeKind::Text)], Vec::new()),
        ..answered(run, "No customer matches that.")
    }
}

pub fn refused(run: RunId) -> Reply {
    Reply::failure(run, RunState::Refused, texts::not_supported("a request to change data"))
}

pub fn failed(run: RunId) -> Reply {
    let mut reply = Reply::failure(run, RunState::Failed, texts::source_unreachable("shop"));
    reply.ms = 3_412;
    reply.buttons = vec![Button { label: "Ask again".into(), text: "How many orders?".into() }];
    reply
}

pub fn cancelled(run: RunId) -> Reply {
    Reply::failure(run, RunState::Cancelled, texts::cancelled())
}

pub const ATTACK: &str = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&";

/// Hostile text everywhere that a person, a model or a database can put some.
pub fn hostile(run: RunId) -> Reply {
    let columns = vec![column(ATTACK, TypeKind::Text), column("j", TypeKind::Json)];
    let cells = vec![vec![Value::Text(ATTACK.into()), Value::Json(serde_json::json!({ ATTACK: ATTACK }))]];
    Reply {
        table: rows(columns, cells),
        sql: Some(format!("SELECT '{ATTACK}'")),
        planner: Some(ATTACK.into()),
        explanation: Some(ATTACK.into()),
        assumptions: vec![ATTACK.into()],
        buttons: vec![Button { label: ATTACK.into(), text: ATTACK.into() }],
        ..answered(run, ATTACK)
    }
}
