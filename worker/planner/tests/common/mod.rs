//! Small catalogues for tests.

use rowcall_core::Catalogue;
use serde_json::{Value, json};

/// `name kind [values, the last of them "*" where these are all]`, one column each.
pub fn table(name: &str, columns: &[&str], keys: &[(&str, &str, &str)]) -> Value {
    let columns: Vec<Value> = columns
        .iter()
        .enumerate()
        .map(|(i, column)| {
            let mut parts = column.splitn(3, ' ');
            let (name, kind) = (parts.next().unwrap(), parts.next().unwrap());
            let listed: Vec<&str> = parts.next().map(|v| v.split(',').collect()).unwrap_or_default();
            let values: Vec<&str> = listed.iter().copied().filter(|v| *v != "*").collect();
            json!({"name": name, "type_name": kind, "kind": kind, "nullable": i > 0, "has_default": false,
                "generated": false, "identity": false, "comment": null, "enum_values": [], "samples": values,
                "samples_complete": listed.contains(&"*"), "distinct_estimate": null})
        })
        .collect();
    let foreign: Vec<Value> = keys
        .iter()
        .map(|(column, table, key)| {
            json!({"name": column, "columns": [column], "references_schema": "public", "references_table": table,
                "references_columns": [key], "on_delete": null})
        })
        .collect();
    json!({"schema": "public", "name": name, "kind": "table", "comment": null, "primary_key": [columns[0]["name"]],
        "columns": columns, "unique_keys": [], "foreign_keys": foreign, "indexes": [], "row_estimate": 10.0,
        "row_security": false})
}

/// A catalogue of these tables.
pub fn catalogue_of(tables: &[Value]) -> Catalogue {
    Catalogue {
        server_version: 150_000,
        search_path: vec!["public".to_owned()],
        fingerprint: "test".to_owned(),
        tables: serde_json::from_value(tables.to_vec().into()).unwrap(),
        ..Catalogue::default()
    }
}
