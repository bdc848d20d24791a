//! What a card may not show. Changes are measured as the writing role, which sees more than the one that answers
//! questions: a column that questions cannot reach must not be read off a card either, and what the source's owner
//! masks is masked there too. A change may carry rows of restricted tables along even where it names none.

use rowcall_change::Mask;
use rowcall_core::{Catalogue, Mask as Owners, Table, Value};

/// Shows what a question could show, by the catalogue: it holds the columns that may be read, and what is kept back.
pub(crate) struct Hidden<'a>(pub &'a Catalogue);

impl Mask for Hidden<'_> {
    fn show(&self, table: &str, column: &str, value: Value) -> Value {
        let named = |t: &&Table| {
            table.strip_prefix(&*t.schema).and_then(|rest| rest.strip_prefix('.')) == Some(&*t.name)
        };
        // Whether there is one at all is as hidden as what it is.
        let hidden = || Value::Text("(hidden)".to_owned());
        let Some(known) = self.0.tables.iter().find(named).filter(|t| t.column(column).is_some()) else {
            return hidden();
        };
        let Some(restriction) = self.0.restrictions.of(&known.schema, &known.name) else { return value };
        // Whether a row is one of those that are left out cannot be told from here.
        if restriction.rows.is_some() || restriction.hides(column) {
            return hidden();
        }
        match restriction.mask(column) {
            None => value,
            Some(Owners::Null) => Value::Null,
            // As in answers, whether there is a value is not kept back.
            Some(Owners::Text(_) | Owners::First(_)) if value == Value::Null => value,
            Some(Owners::Text(text)) => Value::Text(text.clone()),
            Some(Owners::First(count)) => {
                let first: String = value.to_string().chars().take(usize::from(*count)).collect();
                Value::Text(format!("{first}***"))
            }
            // It speaks of the row's other columns.
            Some(Owners::Sql(_)) => hidden(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::{Value as Json, json};

    fn table(schema: &str, name: &str, columns: &[&str]) -> Json {
        let column = |name: &&str| {
            json!({ "name": name, "type_name": "text", "kind": "text", "nullable": true, "has_default": false,
                    "generated": false, "identity": false, "comment": null, "enum_values": [], "samples": [],
                    "samples_complete": false, "distinct_estimate": null })
        };
        let columns: Vec<_> = columns.iter().map(column).collect();
        json!({ "schema": schema, "name": name, "kind": "table", "comment": null, "primary_key": [], "unique_keys": [],
                "foreign_keys": [], "indexes": [], "row_estimate": null, "row_security": false, "columns": columns })
    }

    fn catalogue(tables: Json, restrictions: Json) -> Catalogue {
        Catalogue {
            tables: serde_json::from_value(tables).unwrap(),
            restrictions: serde_json::from_value(restrictions).unwrap(),
            ..Catalogue::default()
        }
    }

    #[track_caller]
    fn check(catalogue: &Catalogue, table: &str, column: &str, value: Value, shown: Value) {
        assert_eq!(Hidden(catalogue).show(table, column, value), shown, "{table} {column}");
    }

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    #[test]
    fn what_questions_cannot_reach_is_not_shown() {
        let catalogue = catalogue(json!([table("a.b", "t", &["id"])]), json!({}));
        check(&catalogue, "a.b.t", "id", Value::Int(7), Value::Int(7));
        check(&catalogue, "a.b.t", "salary", Value::Int(7), text("(hidden)"));
        check(&catalogue, "a.b.other", "id", Value::Int(7), text("(hidden)"));
        check(&catalogue, "a.b", "id", Value::Int(7), text("(hidden)"));
    }

    #[test]
    fn what_the_owner_masks_is_masked_on_cards_too() {
        let catalogue = catalogue(
            json!([
                table("s", "people", &["id", "email", "phone", "name", "born"]),
                table("s", "orders", &["id"])
            ]),
            json!({ "tables": [
                { "schema": "s", "table": "people", "hidden": ["salary"], "masked": [
                    { "column": "email", "shows": { "first": 2 } }, { "column": "phone", "shows": "null" },
                    { "column": "name", "shows": { "text": "somebody" } },
                    { "column": "born", "shows": { "sql": "now()" } }] },
                { "schema": "s", "table": "orders", "rows": "id > 5" }] }),
        );
        check(&catalogue, "s.people", "id", Value::Int(7), Value::Int(7));
        check(&catalogue, "s.people", "email", text("éva@x.org"), text("év***"));
        check(&catalogue, "s.people", "email", Value::Null, Value::Null);
        check(&catalogue, "s.people", "phone", text("555"), Value::Null);
        check(&catalogue, "s.people", "name", text("Eva"), text("somebody"));
        check(&catalogue, "s.people", "name", Value::Null, Value::Null);
        check(&catalogue, "s.people", "born", text("1970-01-01"), text("(hidden)"));
        check(&catalogue, "s.people", "salary", Value::Int(1), text("(hidden)"));
        check(&catalogue, "s.orders", "id", Value::Int(9), text("(hidden)"));
    }
}
