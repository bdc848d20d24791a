#![allow(clippy::unwrap_used)]

use super::{Canon, Difference, as_lists};
use rowcall_core::Catalogue;
use rowcall_plan::{Filter, Prepared, QueryPlan};
use serde_json::{Value, json};

fn shop(table: &str) -> Value {
    json!({ "name": table, "schema": "shop" })
}

fn field(table: &str, column: &str) -> Value {
    json!({ "column": column, "table": shop(table) })
}

fn is(table: &str, column: &str, value: &str) -> Value {
    json!({ "compare": { "field": field(table, column), "operator": "equal", "operand": { "literal": { "text": value } } } })
}

fn related(table: &str, filters: Value) -> Value {
    json!({ "related": { "table": shop(table), "filters": filters } })
}

/// Names of customers, or numbers of orders, under these conditions.
fn rows(table: &str, filters: Value) -> Value {
    let column = if table == "customers" { "name" } else { "id" };
    json!({ "source": shop(table), "columns": [field(table, column)], "filters": filters })
}

fn difference(a: Value, b: Value) -> Difference {
    let catalogue: Catalogue = serde_json::from_str(include_str!("../../../tests/demo.json")).unwrap();
    let prepared = Prepared::new(&catalogue);
    let plan = |value: Value| serde_json::from_value::<QueryPlan>(value).unwrap();
    Canon { catalogue: &catalogue, prepared: &prepared }.difference(&plan(a), &plan(b))
}

#[test]
fn what_holds_of_every_row_tells_nothing() {
    let web = || is("orders", "channel", "web");
    let plain = || rows("orders", json!([web()]));
    let given = json!({ "null": { "field": field("orders", "quantity"), "negated": true } });
    assert_eq!(difference(plain(), rows("orders", json!([web(), given]))), Difference::None);
    assert_eq!(
        difference(plain(), rows("orders", json!([web(), related("customers", json!([]))]))),
        Difference::None
    );
    // Somebody may have no phone, and a customer no order.
    let phone = json!({ "null": { "field": field("customers", "phone"), "negated": true } });
    assert_ne!(difference(plain(), rows("orders", json!([web(), phone]))), Difference::None);
    let customers = |filters| rows("customers", filters);
    assert_ne!(
        difference(customers(json!([])), customers(json!([related("orders", json!([]))]))),
        Difference::None
    );
}

#[test]
fn a_row_between_goes_without_saying_where_the_way_leads_over_it() {
    let lamps = || is("products", "category", "Lamps");
    let customers = |filters| rows("customers", filters);
    let over = customers(json!([related("orders", json!([lamps()]))]));
    assert_eq!(difference(customers(json!([lamps()])), over), Difference::None);
}

#[test]
fn another_row_of_the_same_table_is_not_the_row_itself() {
    let web = || is("orders", "channel", "web");
    let of_customers = rows("orders", json!([related("customers", json!([web()]))]));
    assert_ne!(difference(rows("orders", json!([web()])), of_customers), Difference::None);
    // One order over both channels there is not, two orders there may be.
    let phone = || is("orders", "channel", "phone");
    let customers = |filters| rows("customers", filters);
    let one = customers(json!([related("orders", json!([web(), phone()]))]));
    let two = customers(json!([related("orders", json!([web()])), related("orders", json!([phone()]))]));
    assert_ne!(difference(one, two), Difference::None);
}

#[test]
fn alternatives_are_a_list() {
    let any = json!({ "any": [is("orders", "status", "Paid"), is("orders", "status", "cancelled")] });
    let list = json!({ "in": { "field": field("orders", "status"), "values": [{ "text": "cancelled" }, { "text": "paid" }] } });
    assert_eq!(difference(rows("orders", json!([any])), rows("orders", json!([list]))), Difference::None);
}

#[test]
fn not_any_is_none() {
    let customers = |filters| rows("customers", filters);
    let none = json!({ "related": { "table": shop("orders"), "negated": true } });
    let not = json!({ "not": related("orders", json!([])) });
    assert_eq!(difference(customers(json!([none])), customers(json!([not]))), Difference::None);
}

#[test]
fn groups_with_so_many_rows_are_chosen_by_their_count() {
    let counted = |filters: Value, having: Value| {
        json!({
            "source": shop("orders"), "filters": filters, "having": having,
            "dimensions": [{ "field": field("customers", "id") }], "measures": [{ "aggregate": "count" }],
        })
    };
    let among = |least: u64| {
        json!([{ "among": { "field": field("orders", "customer_id"), "plan": {
            "source": shop("customers"), "columns": [field("customers", "id")],
            "filters": [{ "related": { "table": shop("orders"), "count": ["at_least", least] } }],
        } } }])
    };
    let having =
        |least: u64| json!([{ "measure": 0, "operator": "at_least", "value": { "integer": least } }]);
    assert_eq!(difference(counted(among(3), json!([])), counted(json!([]), having(3))), Difference::None);
    assert_ne!(difference(counted(among(3), json!([])), counted(json!([]), having(4))), Difference::None);
    // There is a row in every group.
    assert_eq!(difference(counted(among(1), json!([])), counted(json!([]), json!([]))), Difference::None);
}

#[test]
fn different_keys_are_as_many_as_rows() {
    let count = |measure: Value| json!({ "source": shop("orders"), "measures": [measure] });
    let keys = |column: &str| {
        count(json!({ "aggregate": "count_distinct", "expression": { "field": field("orders", column) } }))
    };
    let all = || count(json!({ "aggregate": "count" }));
    assert_eq!(difference(all(), keys("id")), Difference::None);
    assert_ne!(difference(all(), keys("product_id")), Difference::None);
    let distinct = json!({ "source": shop("orders"), "columns": [field("orders", "id")], "distinct": true });
    assert_eq!(difference(rows("orders", json!([])), distinct), Difference::None);
}

#[test]
fn lists_are_written_as_such_wherever_they_stand() {
    let paid = || is("orders", "status", "paid");
    let either = json!({ "any": [paid(), is("orders", "status", "new")] });
    let list = json!({ "in": { "field": field("orders", "status"), "values": [{ "text": "paid" }, { "text": "new" }], "negated": false } });
    let filters = |of: &Value| -> Vec<Filter> {
        serde_json::from_value(json!([{ "not": related("orders", json!([of])) }, of])).unwrap()
    };
    let mut written = filters(&either);
    as_lists(&mut written);
    assert_eq!(written, filters(&list));
    // Of two columns there is no list.
    let other = json!({ "any": [paid(), is("orders", "channel", "web")] });
    let mut written = filters(&other);
    as_lists(&mut written);
    assert_eq!(written, filters(&other));
}
