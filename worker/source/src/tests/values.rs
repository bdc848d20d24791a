//! Every type, decoded by us, against what PostgreSQL prints.

use super::{Fixture, read};
use rowcall_core::{TypeKind, Value};

const SETUP: &str = "
CREATE TYPE mood AS ENUM ('sad', 'so so', 'happy ☺');
CREATE DOMAIN positive AS numeric(10,3) CHECK (VALUE > 0);
CREATE DOMAIN label AS mood;
CREATE TYPE pair AS (a int, b text);
CREATE TYPE floatrange AS RANGE (subtype = float8)";

/// Types and literals. Each is read as it is and, in the same row, printed by PostgreSQL.
const CASES: &[(&str, &[&str])] = &[
    ("bool", &["t", "f"]),
    ("int2", &["-32768", "0", "32767"]),
    ("int4", &["-2147483648", "2147483647"]),
    ("int8", &["-9223372036854775808", "9223372036854775807"]),
    ("oid", &["0", "4294967295"]),
    (
        "numeric",
        &[
            "0",
            "0.00",
            "-0.001",
            "1e30",
            "1e-20",
            "123456789012345678901234567890.123456789",
            "NaN",
            "10000",
            "9999.9999",
            "100000000.0001",
            "-10000.5000",
            "0.00010000",
            "99999999999999999999",
        ],
    ),
    ("numeric(20,6)", &["12.5", "-0.000001"]),
    ("text", &["", "ünïcode ☃ 漢字", "with 'quote' \\ and \"double\"", "line\nbreak"]),
    ("varchar(20)", &["abc"]),
    ("char(5)", &["ab"]),
    ("name", &["some_name"]),
    ("\"char\"", &["x", ""]),
    (
        "date",
        &[
            "2024-02-29",
            "0001-01-01",
            "9999-12-31",
            "infinity",
            "-infinity",
            "0044-03-15 BC",
            "4714-11-24 BC",
            "10000-01-01",
            "5874897-12-31",
            "1900-02-28",
            "0001-12-31 BC",
            "0005-02-29 BC",
        ],
    ),
    ("time", &["00:00:00", "23:59:59.999999", "24:00:00", "12:30:00.5"]),
    ("timetz", &["12:00:00+02", "00:00:00-05:30", "24:00:00+00", "01:02:03.4-15:59:59"]),
    (
        "timestamp",
        &[
            "2024-02-29 12:34:56.789",
            "1970-01-01 00:00:00",
            "infinity",
            "-infinity",
            "0044-03-15 01:02:03 BC",
            "294276-12-31 23:59:59.999999",
            "1999-12-31 23:59:59.999999",
            "0001-01-01 00:00:00",
        ],
    ),
    (
        "timestamptz",
        &[
            "2024-02-29 12:34:56.789+05:30",
            "infinity",
            "0044-03-15 00:00:00+00 BC",
            "12000-01-01 00:00:00+00",
        ],
    ),
    (
        "interval",
        &[
            "1 year 2 mons 3 days 04:05:06.789",
            "00:00:00",
            "5 days",
            "-1 mons",
            "100:00:00",
            "-1 days +02:03:04",
            "1 mon -1 days 00:00:01",
        ],
    ),
    ("uuid", &["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]),
    ("bytea", &["\\x", "\\xdeadbeef00"]),
    ("mood", &["sad", "happy ☺"]),
    ("positive", &["12.5"]),
    ("label", &["so so"]),
    ("int4range", &["[1,5)", "empty"]),
    ("floatrange", &["[1.5,2.5]"]),
    ("inet", &["10.0.0.1/8", "2001:db8::/32"]),
    ("cidr", &["10.0.0.0/8"]),
    ("macaddr", &["08:00:2b:01:02:03"]),
    ("point", &["(1,2.5)"]),
    ("polygon", &["((0,0),(1,1),(1,0))"]),
    ("tsvector", &["'cat':1 'sat':2"]),
    ("bit(4)", &["1010"]),
    ("varbit", &["101"]),
    ("xml", &["<a>ü</a>"]),
    ("pair", &["(1,\"x y\")"]),
    ("pg_lsn", &["16/B374D848"]),
    ("int2vector", &["1 2 3"]),
    ("regclass", &["pg_class"]),
    ("jsonpath", &["$.\"a\""]),
    ("int4range[]", &["{\"[1,5)\"}"]),
    ("inet[]", &["{10.0.0.1}"]),
];

#[tokio::test]
async fn every_type_is_read_as_postgres_prints_it() {
    let fixture = Fixture::new(SETUP).await;
    let source = fixture.source(|_| {});
    for (ty, literals) in CASES {
        for literal in *literals {
            let quoted = literal.replace('\'', "''");
            let sql = format!("SELECT x, x::text FROM (SELECT CAST('{quoted}' AS {ty}) AS x) s");
            let result = read(&source, &sql).await.unwrap_or_else(|e| panic!("{ty} {literal}: {e}"));
            let printed = if *ty == "bool" {
                (result.rows[0][1] == Value::Text("true".into())).to_string()
            } else {
                result.rows[0][1].to_string()
            };
            assert_eq!(result.rows[0][0].to_string(), printed, "{ty} {literal}");
            let null = read(&source, &format!("SELECT CAST(NULL AS {ty})")).await.unwrap();
            assert_eq!(null.rows, [[Value::Null]], "{ty}");
        }
    }
    source.close().await;
}

async fn check(source: &crate::Source, expression: &str, kind: TypeKind, expected: Value) {
    let result = read(source, &format!("SELECT {expression}")).await.unwrap();
    assert_eq!(result.rows, [[expected]], "{expression}");
    assert_eq!(result.columns[0].kind, kind, "{expression}");
}

#[tokio::test]
async fn values_are_typed_and_exact() {
    let fixture = Fixture::new(SETUP).await;
    let source = &fixture.source(|_| {});
    let text = |s: &str| Value::Text(s.into());
    let ints = |all: &[i64]| Value::Array(all.iter().map(|n| Value::Int(*n)).collect());
    check(source, "0.1::float4", TypeKind::Float, Value::Float(0.1)).await;
    check(source, "1e300::float8", TypeKind::Float, Value::Float(1e300)).await;
    check(source, "'NaN'::float8", TypeKind::Float, text("NaN")).await;
    check(source, "'-Infinity'::float4", TypeKind::Float, text("-Infinity")).await;
    check(source, "'-1234.5'::money", TypeKind::Decimal, Value::Decimal("-1234.50".into())).await;
    check(source, "ARRAY['1.5'::money]", TypeKind::Array, Value::Array(vec![Value::Decimal("1.50".into())]))
        .await;
    check(source, "ARRAY[1,2,3]", TypeKind::Array, ints(&[1, 2, 3])).await;
    check(source, "'{}'::int[]", TypeKind::Array, ints(&[])).await;
    check(source, "ARRAY[[1,2],[3,4]]", TypeKind::Array, Value::Array(vec![ints(&[1, 2]), ints(&[3, 4])]))
        .await;
    check(source, "'[0:1]={7,8}'::int8[]", TypeKind::Array, ints(&[7, 8])).await;
    check(source, "ARRAY['sad'::mood, NULL]", TypeKind::Array, Value::Array(vec![text("sad"), Value::Null]))
        .await;
    check(
        source,
        "ARRAY[1.50::positive]",
        TypeKind::Array,
        Value::Array(vec![Value::Decimal("1.500".into())]),
    )
    .await;
    check(
        source,
        "ARRAY['2024-01-01'::date, 'infinity']",
        TypeKind::Array,
        Value::Array(vec![Value::Date("2024-01-01".parse().unwrap()), text("infinity")]),
    )
    .await;
    check(
        source,
        "'{\"a\":[1,null]}'::jsonb",
        TypeKind::Json,
        Value::Json(serde_json::json!({"a": [1, null]})),
    )
    .await;
    check(source, "'12345678901234567890.123'::jsonb", TypeKind::Json, text("12345678901234567890.123"))
        .await;
    check(source, "'sad'::mood", TypeKind::Enum, text("sad")).await;
    check(
        source,
        "'-1 mons 2 days -03:00:00'::interval",
        TypeKind::Interval,
        Value::Interval { months: -1, days: 2, micros: -10_800_000_000 },
    )
    .await;
    check(source, "row(1, 'a')", TypeKind::Other, text("(1,a)")).await;
    check(source, "now() AT TIME ZONE 'UTC' IS NOT NULL", TypeKind::Bool, Value::Bool(true)).await;
}

#[tokio::test]
async fn column_names_may_be_double_or_empty() {
    let fixture = Fixture::new("").await;
    let source = &fixture.source(|_| {});
    // The address has to be printed by PostgreSQL, so the statement is wrapped: names and order survive.
    let sql = "SELECT 1 AS a, '10.0.0.1'::inet AS a, 3 AS \"A \"\"b\", 'x' -- the end";
    let result = read(source, sql).await.unwrap();
    let names: Vec<_> = result.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["a", "a", "A \"b", "?column?"]);
    assert_eq!(result.rows[0][1], Value::Text("10.0.0.1".into()));
    let none = read(source, "SELECT").await.unwrap();
    assert_eq!((none.columns.len(), none.row_count), (0, 1));
    let sorted = read(
        source,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50) \
        SELECT i, int4range(i, i + 1) FROM n ORDER BY i DESC",
    )
    .await
    .unwrap();
    let order: Vec<_> = sorted.rows.iter().map(|r| r[0].clone()).collect();
    assert_eq!(order, (1..=50).rev().map(Value::Int).collect::<Vec<_>>());
    let empty = read(source, "SELECT 1 AS one, '::1'::inet AS ip WHERE false").await.unwrap();
    assert_eq!((empty.columns.len(), empty.row_count, empty.truncated), (2, 0, false));
}

#[tokio::test]
async fn random_numbers_and_instants_agree_with_postgres() {
    let fixture = Fixture::new("").await;
    let source = &fixture.source(|s| s.row_cap = 10_000);
    let sql = "SELECT n, n::text, t, t::text, z, z::text, d, d::text FROM (SELECT \
        ((random() - 0.5)::numeric * power(10::numeric, (g % 60) - 20))::numeric AS n, \
        timestamp '4713-02-01 BC' + random() * interval '290000 years' AS t, \
        timestamptz '4713-02-01 BC' + random() * interval '20000 years' AS z, \
        date '4713-02-01 BC' + (random() * 2000000000)::int AS d FROM generate_series(1, 4000) g) s";
    let result = read(source, sql).await.unwrap();
    assert_eq!(result.rows.len(), 4000);
    for row in &result.rows {
        for pair in row.chunks(2) {
            assert_eq!(pair[0].to_string(), pair[1].to_string());
        }
    }
}
