//! What a data team writes is answered: each statement of the gate's own cases passes it with the catalogue of a real
//! server, and runs there through the executor.

use super::{Fixture, gate};

const TABLES: &str = "
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, email text, region text, tags text[], profile jsonb, born date,
  active boolean, referred_by int REFERENCES customers);
INSERT INTO customers VALUES
  (1, 'Ada', 'ada@example.org', 'EU', '{vip,eu}', '{\"city\": \"Oslo\", \"visits\": 3, \"address\": {\"city\": \"Oslo\", \"zip\": \"1\"}, \"orders\": [{\"id\": 1, \"total\": 12}], \"cart\": [{\"sku\": \"a\", \"n\": 2}]}', '1980-01-02', true, NULL),
  (2, 'Bob', 'bob@example.org', 'US', '{}', '{\"cart\": [], \"orders\": []}', '1990-03-04', false, 1);
CREATE TABLE products (id int PRIMARY KEY, name text, price numeric(12,2), category text, valid daterange, doc tsvector, sizes int[]);
INSERT INTO products VALUES (1, 'red shoes', 50, 'shoes', '[2025-01-01,2030-01-01)', to_tsvector('red shoes'), '{1,4}'),
  (2, 'hat', 20, NULL, 'empty', to_tsvector('hat'), NULL);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int REFERENCES customers, status text, total numeric(12,2),
  ordered_at timestamptz, shipped_at timestamptz, note text, ip inet, meta json);
INSERT INTO orders SELECT n, n % 2 + 1, CASE n % 3 WHEN 0 THEN 'open' ELSE 'paid' END, n * 7.5,
  timestamptz '2025-01-01' + n * interval '11 hours', CASE WHEN n % 2 = 0 THEN timestamptz '2025-02-01' END,
  'A12-3 #x, ' || n, '10.0.0.7', '{\"agent\": \"cli\", \"a\": {\"b\": \"c\"}}' FROM generate_series(1, 40) n;
CREATE TABLE order_items (order_id bigint REFERENCES orders, product_id int REFERENCES products, quantity int, unit_price numeric(12,2), discount numeric);
INSERT INTO order_items SELECT n, n % 2 + 1, 2, 10, NULL FROM generate_series(1, 40) n;
CREATE TABLE events (id bigint, user_id int, kind text, at timestamptz, payload jsonb, took interval, session uuid);
INSERT INTO events SELECT n, n % 3, (ARRAY['view', 'cart', 'buy'])[n % 3 + 1], now() - n * interval '1 hour', '{\"page\": \"/\"}', interval '3 s', gen_random_uuid() FROM generate_series(1, 20) n;
CREATE TABLE prices (product_id int, price numeric, during tstzrange, seen datemultirange);
INSERT INTO prices VALUES (1, 9.5, '[2025-01-01,)', '{[2025-01-01,2025-02-01)}');
CREATE TABLE employees (id int PRIMARY KEY, name text, manager_id int, salary numeric, department text, hired date);
INSERT INTO employees VALUES (1, 'Eve', NULL, 100, 'a', '2020-01-01'), (2, 'Dan', 1, 80, 'a', '2021-02-01'), (3, 'Kim', 2, 60, 'b', '2021-03-01');
CREATE TABLE readings (sensor int, at timestamptz, value float8);
INSERT INTO readings SELECT n % 2, timestamptz '2025-01-01' + n * interval '7 minutes', n * 1.5 FROM generate_series(1, 50) n;
CREATE VIEW paid_orders AS SELECT * FROM orders WHERE status = 'paid';
CREATE MATERIALIZED VIEW region_totals AS SELECT region, sum(total) AS total FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY 1;
ANALYZE; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;";

/// Names that are the source's own, which the cases without a source cannot know.
const OWN: [&str; 2] = [
    "SELECT 'happy'::mood, enum_range(NULL::mood), enum_first(NULL::mood), 5::positive, CAST('7' AS positive), mood 'sad'",
    "SELECT c, (c).name, c.*, ROW (c.*)::customers FROM customers c",
];

#[tokio::test]
async fn what_a_data_team_writes_is_answered() {
    let mut fixture = Fixture::new("").await;
    if fixture.version().await < 15 {
        // Some of the functions are newer than that.
        return;
    }
    fixture.run(TABLES).await;
    let source = fixture.source(|_| {});
    let catalogue = gate::catalogue(&source).await;
    let cases = [
        include_str!("../../../../shared/policy/cases/team.sql"),
        include_str!("../../../../shared/policy/cases/analysts.sql"),
    ];
    let statements: Vec<String> = (cases.iter().flat_map(|file| file.lines()))
        .filter(|line| !line.starts_with("--"))
        .map(|line| line.replace("\\n", "\n"))
        .collect();
    assert!(statements.len() > 350, "{}", statements.len());
    let mut refused = Vec::new();
    for sql in statements.iter().map(String::as_str).chain(OWN) {
        if let Err(why) = gate::ask(&source, &catalogue, sql).await {
            refused.push(format!("{sql}\n   {why}"));
        }
    }
    assert!(refused.is_empty(), "{} are not answered:\n{}", refused.len(), refused.join("\n"));

    // The driver knows no multiranges: they are printed by the server.
    fixture
        .run(
            "CREATE TABLE shifts (id int, \"when\" datemultirange, free nummultirange[], n int8multirange, at timestamptz); \
             INSERT INTO shifts VALUES (2, '{[2025-01-01,2025-01-03)}', '{\"{[1,2)}\",NULL}', '{}', '2025-01-01'), (1, NULL, NULL, NULL, NULL); \
             CREATE TYPE odd AS (m int4multirange); CREATE TABLE odds (o odd); GRANT SELECT ON shifts, odds TO reader",
        )
        .await;
    let catalogue = gate::catalogue(&source).await;
    let seen =
        gate::ask(&source, &catalogue, "SELECT *, id AS id, 'x' FROM shifts ORDER BY id DESC").await.unwrap();
    let names: Vec<&str> = seen.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["id", "when", "free", "n", "at", "id", "?column?"]);
    let rows: Vec<String> =
        seen.rows.iter().map(|r| r.iter().map(ToString::to_string).collect::<Vec<_>>().join("|")).collect();
    assert_eq!(
        rows,
        ["2|{[2025-01-01,2025-01-03)}|{\"{[1,2)}\",NULL}|{}|2025-01-01 00:00:00+00|2|x", "1|||||1|x"]
    );
    let none =
        gate::ask(&source, &catalogue, "SELECT range_agg(during) FROM prices WHERE false").await.unwrap();
    assert_eq!(none.rows.len(), 1);
    let empty = gate::ask(&source, &catalogue, "SELECT \"when\" FROM shifts WHERE id > 5").await.unwrap();
    assert_eq!((empty.columns.len(), empty.rows.len()), (1, 0));
    let why = gate::ask(&source, &catalogue, "SELECT o FROM odds").await.unwrap_err();
    assert!(why.contains("cast it to text"), "{why}");
    gate::ask(&source, &catalogue, "SELECT o::text FROM odds").await.unwrap();
}
