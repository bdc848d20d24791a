//! What a card may not show. Changes are measured as the writing role, which sees more than the one that answers
//! questions: a column that questions cannot reach must not be read off a card either.

use rowcall_change::Mask;
use rowcall_core::{Catalogue, Value};

/// Hides the columns that are not in a catalogue, which holds those that may be read.
pub(crate) struct Hidden<'a>(pub &'a Catalogue);

impl Mask for Hidden<'_> {
    fn show(&self, table: &str, column: &str, value: Value) -> Value {
        let named = |t: &&rowcall_core::Table| {
            table.strip_prefix(&*t.schema).and_then(|rest| rest.strip_prefix('.')) == Some(&*t.name)
        };
        let known = self.0.tables.iter().find(named).is_some_and(|t| t.column(column).is_some());
        // Whether there is one at all is as hidden as what it is.
        if known { value } else { Value::Text("(hidden)".to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_questions_cannot_reach_is_not_shown() {
        let tables = serde_json::json!([{ "schema": "a.b", "name": "t", "kind": "table", "comment": null, "primary_key": [],
                         "unique_keys": [], "foreign_keys": [], "indexes": [], "row_estimate": null, "row_security": false,
                         "columns": [{ "name": "id", "type_name": "integer", "kind": "integer", "nullable": false,
                                       "has_default": false, "generated": false, "identity": false, "comment": null,
                                       "enum_values": [], "samples": [], "samples_complete": false,
                                       "distinct_estimate": null }] }]);
        let catalogue = Catalogue { tables: serde_json::from_value(tables).unwrap(), ..Catalogue::default() };
        let check = |table: &str, column: &str, shown: Value| {
            assert_eq!(Hidden(&catalogue).show(table, column, Value::Int(7)), shown, "{table} {column}");
        };
        let hidden = || Value::Text("(hidden)".into());
        check("a.b.t", "id", Value::Int(7));
        check("a.b.t", "salary", hidden());
        check("a.b.other", "id", hidden());
        check("a.b", "id", hidden());
    }
}
