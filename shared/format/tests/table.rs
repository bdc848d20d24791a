//! The text table through its public function.
#![allow(clippy::unwrap_used, missing_docs)]

use rowcall_core::{ResultColumn, ResultSet, TypeKind, Value};
use rowcall_format::table::{TableOptions, text};
use unicode_width::UnicodeWidthStr;

fn result(columns: &[(&str, TypeKind)], rows: Vec<Vec<Value>>) -> ResultSet {
    ResultSet {
        columns: columns.iter().map(|(n, k)| ResultColumn { name: (*n).into(), kind: *k }).collect(),
        row_count: rows.len() as u64,
        rows,
        truncated: false,
    }
}

fn t(s: &str) -> Value {
    Value::Text(s.into())
}

fn check(result: &ResultSet, options: TableOptions, expected: &str) {
    let table = text(result, &options);
    assert_eq!(table.text.trim_end(), expected.trim_matches('\n'), "\n{}", table.text);
}

#[test]
fn wide_characters_nulls_and_numbers_line_up() {
    let r = result(
        &[("name", TypeKind::Text), ("customer_id", TypeKind::Integer), ("total", TypeKind::Decimal)],
        vec![
            vec![t("東京タワー"), Value::Int(10023), Value::Decimal("1234567.50".into())],
            vec![t("Zoe\u{301}"), Value::Null, Value::Decimal("-3.00".into())],
            vec![t("two\nlines 👩‍🚀"), Value::Int(7), Value::Null],
        ],
    );
    check(
        &r,
        TableOptions::default(),
        "
name          customer_id         total
────────────  ───────────  ────────────
東京タワー          10023  1,234,567.50
Zoe\u{301}                     ∅         -3.00
two⏎lines 👩‍🚀            7             ∅
",
    );
}

#[test]
fn nothing_to_show_is_said() {
    check(&result(&[], vec![]), TableOptions::default(), "(no columns, no rows)");
    check(&result(&[], vec![vec![], vec![]]), TableOptions::default(), "(2 rows, no columns)");
    check(&result(&[("a", TypeKind::Text)], vec![]), TableOptions::default(), "a\n─\n(no rows)");
}

#[test]
fn what_does_not_fit_is_named() {
    let columns: Vec<(String, TypeKind)> = (0..9).map(|i| (format!("column_{i}"), TypeKind::Text)).collect();
    let columns: Vec<(&str, TypeKind)> = columns.iter().map(|(n, k)| (n.as_str(), *k)).collect();
    let rows =
        (0..40).map(|i| (0..9).map(|j| t(&format!("value {i} {j} and more words"))).collect()).collect();
    let mut r = result(&columns, rows);
    r.row_count = 1200;
    let table = text(&r, &TableOptions { max_width: 44, max_rows: 3, ..Default::default() });
    assert_eq!((table.rows_shown, table.columns_shown, table.cut), (3, 3, true));
    assert!(table.text.contains("… and 1,197 more rows"), "{}", table.text);
    assert!(table.text.contains("… and 6 more columns: column_3, column_4"), "{}", table.text);
    assert!(table.text.contains("value 0 0 and…"), "{}", table.text);
    assert!(table.text.lines().take(5).all(|l| l.width() <= 44), "{}", table.text);
    let chat = text(&r, &TableOptions { max_rows: 40, max_chars: Some(900), ..Default::default() });
    assert!(chat.text.chars().count() <= 900 && chat.rows_shown > 3, "{}", chat.text);
}

#[test]
fn numbers_are_never_cut_and_headings_are() {
    let r = result(
        &[("a_very_long_heading_for_a_small_number", TypeKind::Integer), ("b", TypeKind::Integer)],
        vec![vec![Value::Int(123_456_789_012_345), Value::Int(1)]],
    );
    let table = text(&r, &TableOptions { max_width: 24, max_cell: 10, ..Default::default() });
    assert!(table.text.contains("123,456,789,012,345"), "{}", table.text);
    assert!(table.text.starts_with("a_very_long_headin…"), "{}", table.text);
}

#[test]
fn a_thousand_rows_all_fit_when_asked() {
    let rows = (0..1000).map(|i| vec![Value::Int(i)]).collect();
    let table = text(
        &result(&[("n", TypeKind::Integer)], rows),
        &TableOptions { max_rows: 1000, ..Default::default() },
    );
    assert_eq!((table.rows_shown, table.cut, table.text.lines().count()), (1000, false, 1002));
}
