//! Rule `restricted`: what the source's owner keeps back is built into the statement (`guard.rs`), wherever the table
//! itself is read. A view or a function that reads the table by its own text is out of reach of that, and a change
//! shows rows before and after, so these are refused.

use pg_query::protobuf::RangeVar;
use rowcall_core::{Catalogue, Named, Table};

use crate::Code;
use crate::walk::{Place, Walk};

/// Notes where a restricted table is read, so that the guard can put its query there.
pub fn read(relation: &RangeVar, walk: &mut Walk<'_>) {
    let schema = (!relation.schemaname.is_empty()).then_some(relation.schemaname.as_str());
    let Some(catalogue) = walk.facts.catalogue.filter(|c| !c.restrictions.is_open()) else { return };
    let Some(table) = catalogue.resolve(schema, &relation.relname) else { return };
    if catalogue.restrictions.of(&table.schema, &table.name).is_some() {
        walk.note_place(Place::Table {
            at: relation.location,
            named: Named::new(&table.schema, &table.name),
            qualified: schema.is_some(),
            only: !relation.inh,
            alias: relation.alias.is_some(),
        });
    }
}

/// Notes a column's name with schema and table, of which the schema must go if the table is restricted.
pub fn column(parts: &[&str], location: i32, walk: &mut Walk<'_>) {
    if let [schema, table, _, ..] = parts
        && walk.facts.catalogue.is_some_and(|c| c.restrictions.of(schema, table).is_some())
    {
        walk.note_place(Place::Column { at: location });
    }
}

/// Refuses a view that reads a restricted table.
pub fn view(table: &Table, catalogue: &Catalogue) -> Result<(), (Code, String)> {
    let over = catalogue
        .objects
        .views_over
        .iter()
        .find(|v| v.view.name == table.name && v.view.schema == table.schema);
    match over {
        Some(over) => Err((
            Code::Restricted,
            format!("{} shows {}, of which columns or rows are kept back here.", over.view, over.table),
        )),
        None => Ok(()),
    }
}

/// Refuses the plan of a statement that reads a restricted table: its estimates come from statistics over all rows and
/// values, and tell of those that are kept back (`EXPLAIN … WHERE region = 'US'` counts them).
pub fn explain(walk: &mut Walk<'_>) {
    if walk.reads_restricted() {
        let reason = "A plan's estimates tell of rows and values that are kept back here.".to_owned();
        walk.refuse(Code::Restricted, reason, None);
    }
}

/// Refuses a change of a restricted table.
pub fn change(target: &RangeVar, walk: &mut Walk<'_>) {
    let schema = (!target.schemaname.is_empty()).then_some(target.schemaname.as_str());
    let restricted = walk.facts.catalogue.is_some_and(|catalogue| {
        catalogue
            .resolve(schema, &target.relname)
            .is_some_and(|t| catalogue.restrictions.of(&t.schema, &t.name).is_some())
    });
    if restricted {
        let reason = format!(
            "Columns or rows of {} are kept back here, and a change would show or touch them.",
            target.relname
        );
        walk.refuse(Code::Restricted, reason, Some(target.location));
    }
}
