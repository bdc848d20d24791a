//! CSV, read back by an independent reader.

use proptest::prelude::*;
use rowcall_core::{ResultColumn, TypeKind, Value};
use rowcall_render::csv::CsvWriter;

fn write(kinds: &[TypeKind], rows: &[Vec<Value>]) -> String {
    let mut writer = CsvWriter::new();
    let columns: Vec<_> =
        kinds.iter().enumerate().map(|(i, k)| ResultColumn { name: format!("c{i}"), kind: *k }).collect();
    writer.header(&columns);
    let mut bytes = writer.take();
    for row in rows {
        writer.row(row);
        bytes.extend(writer.take());
    }
    String::from_utf8(bytes).unwrap()
}

fn check(kind: TypeKind, value: Value, expected: &str) {
    assert_eq!(
        write(&[kind, TypeKind::Bool], &[vec![value, Value::Bool(true)]]),
        format!("c0,c1\r\n{expected},true\r\n")
    );
}

#[test]
fn values_are_exact() {
    check(TypeKind::Text, Value::Null, "");
    check(TypeKind::Text, Value::Text(String::new()), "\"\"");
    check(TypeKind::Integer, Value::Int(i64::MIN), "-9223372036854775808");
    check(TypeKind::Float, Value::Float(0.1 + 0.2), "0.30000000000000004");
    check(TypeKind::Float, Value::Float(-3.0), "-3");
    check(TypeKind::Float, Value::Text("-Infinity".into()), "-Infinity");
    check(TypeKind::Decimal, Value::Decimal("-3.3333333333333333".into()), "-3.3333333333333333");
    check(TypeKind::Text, Value::Text("a \"b\",\nc".into()), "\"a \"\"b\"\",\nc\"");
    check(TypeKind::Date, Value::Date("0099-03-01".parse().unwrap()), "0099-03-01");
    check(
        TypeKind::Timestamp,
        Value::Timestamp("2025-03-01T04:05:06.0708".parse().unwrap()),
        "2025-03-01 04:05:06.0708",
    );
    check(
        TypeKind::TimestampTz,
        Value::TimestampTz("2025-03-01T04:05:06Z".parse().unwrap()),
        "2025-03-01 04:05:06+00",
    );
    check(TypeKind::Array, Value::Array(vec![Value::Int(1), Value::Null]), "\"{1,NULL}\"");
    check(TypeKind::Interval, Value::Interval { months: 0, days: -1, micros: 0 }, "-1 days");
}

#[test]
fn formulas_become_text_and_numbers_stay() {
    for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1"] {
        check(TypeKind::Text, Value::Text(text.into()), &format!("\"'{text}\""));
    }
    check(TypeKind::Text, Value::Text("=\"x\"".into()), "\"'=\"\"x\"\"\"");
    check(TypeKind::Integer, Value::Int(-1), "-1");
    check(TypeKind::Text, Value::Text("a=b".into()), "a=b");
}

#[test]
fn a_row_of_one_null_is_not_an_empty_line() {
    assert_eq!(write(&[TypeKind::Text], &[vec![Value::Null]]), "c0\r\n\"\"\r\n");
}

proptest! {
    #[test]
    fn any_text_comes_back(rows in prop::collection::vec(prop::collection::vec(".*", 2..3), 0..20)) {
        let values: Vec<Vec<Value>> = rows.iter().map(|r| r.iter().map(|t| Value::Text(t.clone())).collect()).collect();
        let text = write(&[TypeKind::Text, TypeKind::Text], &values);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let back: Vec<Vec<String>> =
            reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
        prop_assert_eq!(back.len(), rows.len());
        for (given, got) in rows.iter().flatten().zip(back.iter().flatten()) {
            let defused = ["'", given].concat();
            prop_assert!(got == given || *got == defused);
        }
    }
}
