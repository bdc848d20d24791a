//! Rule `restricted`: what the source's owner keeps back is built into the statement (`guard.rs`), wherever the table
//! itself is read. A view or a function that reads the table by its own text is out of reach of that, and is refused.
//! A change of such a table may use its other columns: PostgreSQL is asked whether it does (`reads.rs`).

use pg_query::protobuf::RangeVar;
use rowcall_core::{Catalogue, Named, Table};

use crate::walk::{Findings, Place, Walk};
use crate::{Code, Refusal};

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

/// Refuses a change of a table of which some rows are left out: nobody could say of those whether they may change. One of
/// which columns are kept back is noted: it must be shown that the change uses none of them.
pub fn change(target: &RangeVar, walk: &mut Walk<'_>) {
    let schema = (!target.schemaname.is_empty()).then_some(target.schemaname.as_str());
    let Some(catalogue) = walk.facts.catalogue else { return };
    let Some(table) = catalogue.resolve(schema, &target.relname) else { return };
    let Some(restriction) = catalogue.restrictions.of(&table.schema, &table.name) else { return };
    if restriction.rows.is_some() {
        let reason = format!(
            "Rows of {} are left out here, and a change could touch or tell of them.",
            target.relname
        );
        return walk.refuse(Code::Restricted, reason, Some(target.location));
    }
    let name = target.alias.as_ref().map_or(&target.relname, |alias| &alias.aliasname);
    walk.note_kept_back(name);
}

/// Why a change of tables with columns that are kept back does not run, if it does not: it sets one of them, or speaks of
/// whole rows, in which they are.
pub fn uses_kept_back(findings: &Findings, question: Option<&str>) -> Option<Refusal> {
    let [first, ..] = findings.kept_back.as_slice() else { return None };
    let whole = |name: &String| {
        name == "*"
            || findings.kept_back.contains(name)
            || ["excluded", "old", "new"].contains(&name.as_str())
    };
    if question.is_some() && !findings.last_names.iter().any(whole) {
        return None;
    }
    let reason =
        format!("Columns of {first} are kept back here, and the change sets one or speaks of whole rows.");
    Some(Refusal::new(Code::Restricted, reason, None))
}
