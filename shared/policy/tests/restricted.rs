//! What is kept back is built into the statement, whatever the statement is.

use crate::sample;
use rowcall_policy::{Code, Facts, Verdict, check};

const PEOPLE: &str = "(SELECT id, CASE WHEN name IS NOT NULL THEN 'some''body' END AS name, \
    pg_catalog.\"left\"(email::pg_catalog.text, 2) OPERATOR(pg_catalog.||) '***' AS email, \
    date_trunc('year', born)::date AS born, NULL::numeric(10, 2) AS salary FROM shop.people)";
const ORDERS: &str = "(SELECT id, status, total FROM shop.orders WHERE status = 'ok' AND id IN (SELECT id FROM shop.customers) OFFSET 0)";

#[track_caller]
fn runs(sql: &str, expected: &str) {
    let catalogue = sample::restricted();
    let facts = Facts { catalogue: Some(&catalogue) };
    let expected = expected.replace("{people}", PEOPLE).replace("{orders}", ORDERS);
    match check(sql, &facts) {
        Verdict::AllowRead(read) => assert_eq!(read.sql(), expected, "{sql}"),
        other => panic!("{sql}: {other:?}"),
    }
    // Whoever runs it checks it once more.
    match check(&expected, &facts) {
        Verdict::AllowRead(read) => assert_eq!(read.sql(), expected, "{sql}, again"),
        other => panic!("{sql}, again: {other:?}"),
    }
}

#[track_caller]
fn refused(sql: &str, code: Code) {
    let catalogue = sample::restricted();
    let verdict = check(sql, &Facts { catalogue: Some(&catalogue) });
    assert_eq!(verdict.refusals().first().map(|r| r.code), Some(code), "{sql}: {verdict:?}");
}

#[test]
fn a_restricted_table_is_read_through_its_query_wherever_it_stands() {
    runs("SELECT * FROM people", "SELECT * FROM {people} people");
    runs("TABLE shop.people", "SELECT * FROM {people} people");
    runs(
        "SELECT p.* FROM ONLY people AS p",
        &"SELECT p.* FROM {people} p".replace("{people}", &PEOPLE.replace("FROM shop", "FROM ONLY shop")),
    );
    runs(
        "SELECT row_to_json(people), people FROM shop.people",
        "SELECT row_to_json(people), people FROM {people} people",
    );
    runs(
        "SELECT shop.people.email FROM shop.people ORDER BY shop.people.salary",
        "SELECT people.email FROM {people} people ORDER BY people.salary",
    );
    runs("SELECT shop.people.* FROM shop.people", "SELECT people.* FROM {people} people");
    runs(
        "SELECT 1 FROM events WHERE id IN (SELECT id FROM people WHERE email LIKE 'a%')",
        "SELECT 1 FROM events WHERE id IN (SELECT id FROM {people} people WHERE email LIKE 'a%')",
    );
    runs(
        "SELECT count(*) FROM people p (a, b) JOIN orders USING (id)",
        "SELECT count(*) FROM {people} p(a, b) JOIN {orders} orders USING (id)",
    );
    runs(
        "WITH x AS (SELECT * FROM orders) SELECT * FROM x UNION ALL SELECT * FROM orders",
        "WITH x AS (SELECT * FROM {orders} orders) SELECT * FROM x UNION ALL SELECT * FROM {orders} orders",
    );
    runs(
        "SELECT * FROM customers c, LATERAL (SELECT * FROM people p WHERE p.id = c.id) s",
        "SELECT * FROM customers c, LATERAL (SELECT * FROM {people} p WHERE p.id = c.id) s",
    );
}

#[test]
fn what_is_not_restricted_stays_as_it_is() {
    runs("SELECT * FROM customers", "SELECT * FROM customers");
    runs(
        "WITH people AS (SELECT 1 AS id) SELECT * FROM people",
        "WITH people AS (SELECT 1 AS id) SELECT * FROM people",
    );
    runs("SELECT 'people' AS people", "SELECT 'people' AS people");
    runs("SELECT \"orders\".name FROM customers \"orders\"", "SELECT orders.name FROM customers orders");
}

#[test]
fn ways_around_are_refused() {
    refused("SELECT * FROM people_view", Code::Restricted);
    refused("SELECT * FROM people TABLESAMPLE system (10)", Code::Restricted);
    refused("EXPLAIN SELECT email FROM people", Code::Restricted);
    refused("EXPLAIN (COSTS off) SELECT 1 FROM events WHERE id IN (SELECT id FROM orders)", Code::Restricted);
    refused("SELECT reads_customers(1)", Code::FunctionNotAllowed);
    refused("UPDATE people SET name = 'x' WHERE id = 1", Code::Restricted);
    refused("DELETE FROM orders", Code::Restricted);
    refused("INSERT INTO people (id) VALUES (1) RETURNING *", Code::Restricted);
    refused("WITH d AS (DELETE FROM orders RETURNING *) SELECT * FROM d", Code::Restricted);
    refused("SELECT * FROM pg_stats", Code::RelationNotAllowed);
    refused("SELECT query_to_xml('select * from people', true, true, '')", Code::FunctionNotAllowed);
}

#[test]
fn only_the_very_query_stays_as_it_is() {
    let orders = "(SELECT id, status, total FROM shop.orders WHERE status = 'ok' AND id IN (SELECT id FROM shop.customers) OFFSET 0)";
    // Somebody else's query that only looks like it, and one beside it.
    for sql in [
        "SELECT * FROM (SELECT id, status, total FROM shop.orders WHERE status = 'ok' OR id IN (SELECT id FROM shop.customers) OFFSET 0) o",
        "SELECT * FROM (SELECT id, status, total FROM shop.orders) o",
        "SELECT '(SELECT id, status, total FROM ', o.* FROM shop.orders o WHERE status = 'ok' AND id IN (SELECT id FROM shop.customers) OFFSET 0",
    ] {
        let catalogue = sample::restricted();
        match check(sql, &Facts { catalogue: Some(&catalogue) }) {
            Verdict::AllowRead(read) => assert!(read.sql().contains(orders), "{sql}: {}", read.sql()),
            other => panic!("{sql}: {other:?}"),
        }
    }
    runs(&format!("SELECT * FROM {orders} a, orders b"), "SELECT * FROM {orders} a, {orders} b");
}

#[test]
fn what_stands_outside_the_schemas_of_the_source_cannot_be_named() {
    let mut catalogue = sample::catalogue();
    let verdict = |catalogue: &_, sql: &str| check(sql, &Facts { catalogue: Some(catalogue) }).as_str();
    assert_eq!(verdict(&catalogue, "SELECT hidden.far(1)"), "allow_read");
    catalogue.schemas = vec!["shop".into()];
    for (sql, expected) in [
        ("SELECT hidden.far(1)", "refuse"),
        // On the search path, though not among the schemas.
        ("SELECT lower('A')", "refuse"),
        ("SELECT public.lower('A')", "refuse"),
        ("SELECT shop.net(1), net(1), pg_catalog.lower('A')", "allow_read"),
        ("SELECT similarity('a', 'b'), public.similarity('a', 'b')", "allow_read"),
    ] {
        assert_eq!(verdict(&catalogue, sql), expected, "{sql}");
    }
}

#[test]
fn an_owners_text_that_is_no_expression_makes_the_table_unreadable_and_never_open() {
    for rows in
        ["true) OR (true", "true; DELETE FROM shop.people", "", "true --", "SELECT 1", "1 = 1, 2 = 2", "/* "]
    {
        let mut catalogue = sample::restricted();
        catalogue.restrictions.tables[1].rows = Some(rows.into());
        let verdict = check("SELECT * FROM orders", &Facts { catalogue: Some(&catalogue) });
        match verdict {
            // A comment at the end is the owner's business, and swallows nothing.
            Verdict::AllowRead(read) => {
                assert_eq!(rows, "true --");
                assert_eq!(
                    read.sql(),
                    "SELECT * FROM (SELECT id, status, total FROM shop.orders WHERE true OFFSET 0) orders"
                );
            }
            other => assert_eq!(other.refusals()[0].code, Code::Restricted, "{rows}: {other:?}"),
        }
    }
}

#[test]
fn a_change_may_read_a_restricted_table_only_through_its_query() {
    let catalogue = sample::restricted();
    let Verdict::NeedsApproval(change) = check(
        "UPDATE events SET touch = p.email FROM people p WHERE p.id = events.id",
        &Facts { catalogue: Some(&catalogue) },
    ) else {
        panic!()
    };
    let guarded = format!("UPDATE events SET touch = p.email FROM {PEOPLE} p WHERE p.id = events.id");
    assert_eq!(change.sql(), guarded);
    let Verdict::NeedsApproval(again) = check(&guarded, &Facts { catalogue: Some(&catalogue) }) else {
        panic!()
    };
    assert_eq!(again.sql(), guarded, "a ticket's statement is checked again before it runs");
}

#[test]
fn a_change_of_a_table_with_kept_back_columns_is_asked_about_without_them() {
    let catalogue = sample::restricted();
    let asks = |sql: &str| match check(sql, &Facts { catalogue: Some(&catalogue) }) {
        Verdict::NeedsApproval(change) => {
            assert!(change.keeps_back(), "{sql}");
            change.question().unwrap().replace(PEOPLE, "{people}")
        }
        other => panic!("{sql}: {other:?}"),
    };
    assert_eq!(
        asks("UPDATE people p SET id = 2 WHERE p.salary > 5"),
        "SELECT FROM (SELECT people.id FROM {people} people) p WHERE p.salary > 5 AND ROW(p.id, 2) IS NOT NULL"
    );
    assert_eq!(
        asks(
            "WITH gone AS (DELETE FROM shop.people WHERE shop.people.id = 1 RETURNING id) SELECT id FROM gone"
        ),
        "WITH gone AS (SELECT id FROM (SELECT people.id FROM {people} people) people WHERE people.id = 1) SELECT id FROM gone"
    );
    let Verdict::NeedsApproval(other) = check("DELETE FROM events", &Facts { catalogue: Some(&catalogue) })
    else {
        panic!()
    };
    assert!(!other.keeps_back());
}
