//! Which way leads from one table to another, where there are several, and where there is none.

use rowcall_core::Catalogue;
use rowcall_plan::{Prepared, compile};
use serde_json::{Value, json};

fn table(name: &str, columns: &[&str], unique: &[&str], keys: &[(&str, &str)]) -> Value {
    let columns: Vec<Value> = columns
        .iter()
        .map(|column| {
            let kind = if column.ends_with("id") { "integer" } else { "text" };
            json!({"name": column, "type_name": kind, "kind": kind, "nullable": true, "has_default": false,
                "generated": false, "identity": false, "comment": null, "enum_values": [], "samples": [],
                "samples_complete": false, "distinct_estimate": null})
        })
        .collect();
    let foreign: Vec<Value> = keys
        .iter()
        .map(|(column, table)| {
            json!({"name": column, "columns": [column], "references_schema": "public",
                "references_table": table, "references_columns": ["id"], "on_delete": null})
        })
        .collect();
    let unique: Vec<Value> = unique.iter().map(|column| json!([column])).collect();
    json!({"schema": "public", "name": name, "kind": "table", "comment": null, "columns": columns,
        "primary_key": ["id"], "unique_keys": unique, "foreign_keys": foreign, "indexes": [],
        "row_estimate": 10.0, "row_security": false})
}

fn company() -> Catalogue {
    let tables = json!([
        table("departments", &["id", "name", "head_id"], &["name"], &[("head_id", "employees")]),
        table(
            "employees",
            &["id", "name", "email", "department_id"],
            &["email"],
            &[("department_id", "departments")]
        ),
        table(
            "leave_requests",
            &["id", "approver_id", "employee_id"],
            &[],
            &[("approver_id", "employees"), ("employee_id", "employees")]
        ),
        table("suppliers", &["id", "name", "email"], &[], &[]),
    ]);
    Catalogue {
        server_version: 160_000,
        search_path: vec!["public".to_owned()],
        fingerprint: "company".to_owned(),
        tables: serde_json::from_value(tables).unwrap(),
        ..Catalogue::default()
    }
}

#[test]
fn a_reference_without_a_role_goes_before_one_with() {
    let catalogue = company();
    let graph = Prepared::new(&catalogue).graph;
    let (path, several) = graph.path(2, 1, true, None).unwrap();
    assert_eq!(graph.edges[path[0].edge].from_columns, ["employee_id"]);
    assert!(!several);
    // The employees of a department are those in it, whoever is its head.
    let (path, _) = graph.path(0, 1, false, None).unwrap();
    assert_eq!(graph.edges[path[0].edge].from_columns, ["department_id"]);
    assert!(!graph.has_one(0, 1) && graph.has_one(1, 0) && graph.has_one(2, 1));
    // The role is there for whoever asks for it.
    let (path, _) = graph.path(0, 1, true, Some("head_id")).unwrap();
    assert_eq!(graph.edges[path[0].edge].from_columns, ["head_id"]);
}

#[test]
fn what_is_unique_is_not_yet_referred_to() {
    // Suppliers and employees both have an e-mail, departments and suppliers a name.
    let graph = Prepared::new(&company()).graph;
    assert!(graph.edges.iter().all(|edge| !edge.inferred));
    assert!(graph.path(3, 1, false, None).is_none());
}

/// Flights have two airports each, and neither is the plain one: the way that was taken is told, and the other by name.
#[test]
fn the_ways_that_were_not_taken_are_named() {
    let tables = json!([
        table("airports", &["id", "city"], &[], &[]),
        table(
            "flights",
            &["id", "code", "origin_id", "destination_id"],
            &["code"],
            &[("origin_id", "airports"), ("destination_id", "airports")]
        ),
        table("bags", &["id", "flight_id"], &[], &[("flight_id", "flights")]),
    ]);
    let catalogue = Catalogue { tables: serde_json::from_value(tables).unwrap(), ..company() };
    let told = |plan: Value| compile(&serde_json::from_value(plan).unwrap(), &catalogue).unwrap().assumptions;
    let city = json!({"table": {"name": "airports"}, "column": "city"});
    let note =
        "\"airports\" is reached over flights.origin_id; it could be over flights.destination_id as well.";
    assert_eq!(told(json!({"source": {"name": "flights"}, "columns": [city]})), [note]);
    let equal =
        json!({"compare": {"field": city, "operator": "equal", "operand": {"literal": {"text": "Rome"}}}});
    let column = json!({"table": {"name": "bags"}, "column": "id"});
    assert_eq!(told(json!({"source": {"name": "bags"}, "columns": [column], "filters": [equal]})), [note]);
    let many = json!({"related": {"table": {"name": "flights"}}});
    assert_eq!(
        told(json!({"source": {"name": "airports"}, "columns": [city], "filters": [many]})),
        [note.replace("\"airports\"", "\"flights\"")]
    );
    // Who says which way is meant is not told of the other.
    let origin = json!({"table": {"name": "airports"}, "column": "city", "via": "origin_id"});
    assert!(told(json!({"source": {"name": "flights"}, "columns": [origin]})).is_empty());
}

/// Tables without declared references, where only names and numbers tell which row is meant.
#[test]
fn names_tell_what_is_referred_to() {
    let plain = |name: &str, columns: &[(&str, f64)], key: &str, rows: f64| {
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let mut told = table(name, &names, &[], &[]);
        for (column, (_, distinct)) in told["columns"].as_array_mut().unwrap().iter_mut().zip(columns) {
            column["kind"] = json!("integer");
            column["distinct_estimate"] = json!(distinct);
        }
        told["primary_key"] = if key.is_empty() { json!([]) } else { json!([key]) };
        told["row_estimate"] = json!(rows);
        told
    };
    let tables = json!([
        plain("company", &[("compid", 8.0)], "", 8.0),
        plain("dancer", &[("dancer_id", 50.0), ("comp_id", 7.0)], "", 50.0),
        plain("gym", &[("gid", 6.0)], "gid", 6.0),
        plain("visit", &[("vno", 90.0), ("gid", 6.0)], "vno", 90.0),
        plain("memb", &[("mno", 40.0), ("homegym", 6.0), ("num_gym", 3.0)], "mno", 40.0),
    ]);
    let catalogue = Catalogue { tables: serde_json::from_value(tables).unwrap(), ..company() };
    let graph = Prepared::new(&catalogue).graph;
    let over = |from: usize, to: usize| {
        let (path, several) = graph.path(from, to, true, None).unwrap();
        assert!(path.len() == 1 && !several && graph.edges[path[0].edge].inferred);
        graph.edges[path[0].edge].from_columns.join(", ")
    };
    assert_eq!(over(1, 0), "comp_id", "without the underscore it is the same name");
    assert_eq!(over(3, 2), "gid", "a short key is one, where it is declared");
    // How many gyms are nobody's gym.
    assert_eq!(over(4, 2), "homegym");
}
