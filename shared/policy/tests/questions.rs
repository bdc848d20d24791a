//! Every change has a question that reads what it reads and what it sets.

use crate::sample;
use rowcall_policy::{Facts, Verdict, check};

#[track_caller]
fn asks(change: &str, expected: &str) {
    let catalogue = sample::catalogue();
    match check(change, &Facts { catalogue: Some(&catalogue) }) {
        Verdict::NeedsApproval(checked) => assert_eq!(checked.question(), Some(expected), "{change}"),
        other => panic!("{change}: {other:?}"),
    }
}

#[test]
fn what_is_read_and_what_is_set_is_in_it() {
    asks(
        "UPDATE orders SET total = total + 1, status = DEFAULT WHERE id = 1",
        "SELECT FROM shop.orders WHERE id = 1 AND ROW(orders.total, total + 1, orders.status) IS NOT NULL",
    );
    asks(
        "UPDATE orders o SET (total, status) = (SELECT 1, c.name FROM customers c WHERE c.id = o.id) FROM events e WHERE e.id = o.id RETURNING e.id, o.*",
        "SELECT e.id, o.* FROM shop.orders o, events e WHERE e.id = o.id AND (ROW(o.total, o.status) IS NOT NULL AND \
         EXISTS (SELECT 1, c.name FROM customers c WHERE c.id = o.id))",
    );
    asks("DELETE FROM ONLY shop.orders", "SELECT FROM ONLY shop.orders");
    asks(
        "DELETE FROM orders USING customers c WHERE c.id = orders.id RETURNING *",
        "SELECT * FROM shop.orders, customers c WHERE c.id = orders.id",
    );
}

#[test]
fn rows_that_are_added_are_in_it() {
    asks(
        "INSERT INTO orders (id, total) VALUES (1, DEFAULT), (2, 3)",
        "SELECT FROM shop.orders WHERE ROW(orders.id, orders.total) IS NOT NULL AND EXISTS (VALUES (1, NULL), (2, 3))",
    );
    asks("INSERT INTO orders DEFAULT VALUES", "SELECT FROM shop.orders");
    asks(
        "INSERT INTO orders AS o (id) SELECT id FROM customers ON CONFLICT (id) DO UPDATE SET total = excluded.total WHERE o.status = 'ok'",
        "SELECT FROM shop.orders o WHERE ROW(o.id) IS NOT NULL AND EXISTS (SELECT id FROM customers) AND \
         EXISTS (SELECT FROM shop.orders excluded WHERE EXISTS (SELECT FROM shop.orders o WHERE o.status = 'ok' AND \
         ROW(o.total, excluded.total) IS NOT NULL))",
    );
}

#[test]
fn changes_inside_with_and_names_that_hide_tables_change_nothing() {
    asks(
        "WITH gone AS (DELETE FROM orders RETURNING id, total) INSERT INTO customers (id) SELECT id FROM gone",
        "WITH gone AS (SELECT id, total FROM shop.orders) SELECT FROM shop.customers WHERE ROW(customers.id) IS NOT NULL AND \
         EXISTS (SELECT id FROM gone)",
    );
    asks(
        "WITH gone AS (DELETE FROM orders RETURNING id) SELECT count(*) FROM gone",
        "WITH gone AS (SELECT id FROM shop.orders) SELECT count(*) FROM gone",
    );
    // The target is the table, and not what WITH calls by its name.
    asks(
        "WITH orders AS (SELECT 2 AS id) UPDATE orders SET total = id",
        "WITH orders AS (SELECT 2 AS id) SELECT FROM shop.orders WHERE ROW(orders.total, id) IS NOT NULL",
    );
    asks(
        "MERGE INTO orders o USING customers c ON c.id = o.id WHEN MATCHED AND c.name = 'x' THEN UPDATE SET total = 0 \
         WHEN NOT MATCHED THEN INSERT (id) VALUES (c.id)",
        "SELECT FROM shop.orders o, customers c WHERE c.id = o.id AND c.name = 'x' AND ROW(o.total, 0) IS NOT NULL AND \
         ROW(o.id) IS NOT NULL AND ROW(c.id) IS NOT NULL",
    );
}

#[test]
fn without_a_catalogue_there_is_none_and_what_is_kept_back_is_built_in() {
    let Verdict::NeedsApproval(checked) = check("DELETE FROM orders", &Facts::default()) else { panic!() };
    assert_eq!(checked.question(), None);
    let catalogue = sample::restricted();
    let facts = Facts { catalogue: Some(&catalogue) };
    let Verdict::NeedsApproval(checked) =
        check("UPDATE events SET touch = (SELECT max(o.status) FROM orders o)", &facts)
    else {
        panic!()
    };
    assert_eq!(
        checked.question().unwrap(),
        "SELECT FROM public.events WHERE ROW(events.touch, (SELECT max(o.status) FROM (SELECT id, status, total FROM shop.orders \
         WHERE status = 'ok' AND id IN (SELECT id FROM shop.customers) OFFSET 0) o)) IS NOT NULL"
    );
}
