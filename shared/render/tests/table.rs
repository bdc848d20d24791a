//! Pictures of tables. With `ROWCALL_PICTURES=folder` they are also written there, to be looked at.

use rowcall_core::{ResultColumn, ResultSet, Value, catalogue::TypeKind};
use rowcall_render::table::{TablePicture, TableSize, png};

fn result(columns: &[(&str, TypeKind)], rows: Vec<Vec<Value>>) -> ResultSet {
    let columns = columns.iter().map(|(n, k)| ResultColumn { name: (*n).into(), kind: *k }).collect();
    ResultSet { row_count: rows.len() as u64, columns, rows, truncated: false }
}

fn words(text: &str) -> Value {
    Value::Text(text.into())
}

fn draw(name: &str, result: &ResultSet) -> (TablePicture, u32, u32) {
    let drawn = png(result, &TableSize::CHAT).unwrap();
    assert_eq!(drawn, png(result, &TableSize::CHAT).unwrap(), "the same rows give the same bytes");
    if let Some(folder) = std::env::var_os("ROWCALL_PICTURES") {
        std::fs::write(std::path::Path::new(&folder).join(format!("{name}.png")), &drawn.png).unwrap();
    }
    let size = |at: usize| u32::from_be_bytes(drawn.png[at..at + 4].try_into().unwrap());
    let (width, height) = (size(16), size(20));
    (drawn, width, height)
}

#[test]
fn many_columns_are_legible_and_the_rest_is_counted() {
    let names: Vec<String> = (0..20).map(|i| format!("column_{i}")).collect();
    let columns: Vec<(&str, TypeKind)> = names.iter().map(|n| (n.as_str(), TypeKind::Text)).collect();
    let rows = (0..12).map(|r| (0..20).map(|c| words(&format!("cell {r}.{c}"))).collect()).collect();
    let (drawn, width, _) = draw("many_columns", &result(&columns, rows));
    assert!((6..18).contains(&drawn.hidden_columns), "{}", drawn.hidden_columns);
    let on_a_phone = TableSize::CHAT.letters * TableSize::CHAT.density * 360.0 / width as f32;
    assert!(on_a_phone >= 6.9, "letters of {on_a_phone} pixels");
    assert!(drawn.alt.contains("12 rows") && drawn.alt.contains("column_0"), "{}", drawn.alt);
}

#[test]
fn every_kind_of_cell_is_drawn() {
    let columns = [
        ("customer_id", TypeKind::Integer),
        ("name", TypeKind::Text),
        ("city", TypeKind::Text),
        ("note", TypeKind::Text),
        ("revenue", TypeKind::Decimal),
    ];
    let row = |id, name: &str, city: &str, note: Value, amount: &str| {
        vec![Value::Int(id), words(name), words(city), note, Value::Decimal(amount.into())]
    };
    let long = "a note that goes on and on, far past what anybody reads in a table on a phone ".repeat(5);
    let rows = vec![
        row(1, "Ada Lovelace", "London", Value::Null, "1234567.50"),
        row(2, "山田太郎", "東京都千代田区", words("ご注文ありがとうございます"), "-0.05"),
        row(3, "Жанна д'Арк", "Санкт-Петербург", words(&long), "12.00"),
        row(4, "שלום עולם", "القاهرة", words("emoji 👩‍🚀 here"), "3.14"),
        row(5, "👩‍🚀", "a\nb\u{202e}c", words(""), "123456789012.5"),
    ];
    let (drawn, width, height) = draw("kinds", &result(&columns, rows));
    assert_eq!(drawn.hidden_columns, 0);
    assert!(width <= 1560 && height > 300, "{width}×{height}");
}

#[test]
fn a_number_too_wide_for_everything_is_not_cut() {
    let digits = "9".repeat(120);
    let columns = [("n", TypeKind::Decimal), ("m", TypeKind::Text)];
    let rows = vec![vec![Value::Decimal(digits), words("x")]];
    let (_, width, _) = draw("wide_number", &result(&columns, rows));
    assert!(width > 1200, "{width}");
}

#[test]
fn what_cannot_be_drawn_is_an_error() {
    assert!(png(&ResultSet::default(), &TableSize::CHAT).is_err());
    let many = result(&[("n", TypeKind::Integer)], (0..5000).map(|n| vec![Value::Int(n)]).collect());
    assert!(png(&many, &TableSize::CHAT).is_err());
    // A number nobody has: its column is wider than any picture.
    let huge = result(&[("n", TypeKind::Decimal)], vec![vec![Value::Decimal("9".repeat(100_000))]]);
    assert!(png(&huge, &TableSize::CHAT).is_err());
}
