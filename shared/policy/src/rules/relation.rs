//! Rules `relation_unknown` and `relation_not_allowed`: a statement reads relations that the source's catalogue
//! holds, names that its own WITH defines, and the harmless part of PostgreSQL's catalogue. Views that tell what
//! others do or hold (`pg_stat_activity`, `pg_stats`), or secrets (`pg_authid`, `pg_shadow`), are closed, as
//! are temporary schemas, which shadow real tables, and Rowcall's own schema.

use pg_query::protobuf::RangeVar;
use rowcall_core::{Catalogue, Table, TaintedKind};

use crate::walk::Walk;
use crate::{Code, Relation};

/// Parts of `information_schema` that show options of foreign servers, where passwords stand.
const CLOSED_INFORMATION: [&str; 9] = [
    "_pg_foreign_data_wrappers",
    "_pg_foreign_servers",
    "_pg_foreign_table_columns",
    "_pg_foreign_tables",
    "_pg_user_mappings",
    "foreign_data_wrapper_options",
    "foreign_server_options",
    "user_mapping_options",
    "user_mappings",
];

/// Judges a relation that is read.
pub fn check(relation: &RangeVar, walk: &mut Walk<'_>) {
    if target(relation, walk) {
        super::restricted::read(relation, walk);
    }
}

/// Judges a relation that is written to. Gives whether it is one, and may be used.
pub fn target(relation: &RangeVar, walk: &mut Walk<'_>) -> bool {
    let RangeVar { catalogname, schemaname, relname, inh: _, relpersistence: _, alias: _, location } =
        relation;
    let schema = (!schemaname.is_empty()).then_some(schemaname.as_str());
    if catalogname.is_empty() && schema.is_none() && walk.is_cte(relname) {
        return false;
    }
    match judge(catalogname, schema, relname, walk) {
        Ok(()) => {
            walk.note_relation(Relation { schema: schema.map(str::to_owned), name: relname.clone() });
            true
        }
        Err((code, reason)) => {
            walk.refuse(code, reason, Some(*location));
            false
        }
    }
}

/// Schemas that nobody reaches through a statement, whatever they hold.
pub fn is_closed_schema(schema: &str) -> bool {
    schema == "rowcall" || (schema.starts_with("pg_") && schema != "pg_catalog")
}

fn judge(database: &str, schema: Option<&str>, name: &str, walk: &Walk<'_>) -> Result<(), (Code, String)> {
    let closed = |reason: String| Err((Code::RelationNotAllowed, reason));
    if !database.is_empty() {
        return closed(format!(
            "{database}.{}.{name} names a database; a statement stays inside its source.",
            schema.unwrap_or("")
        ));
    }
    match schema {
        Some(schema) if is_closed_schema(schema) => closed(format!("The schema {schema} is closed.")),
        Some("pg_catalog") => match crate::builtin::catalogue_relation(name) {
            Some(true) => Ok(()),
            Some(false) => closed(format!("pg_catalog.{name} shows more than a question may see.")),
            None => {
                Err((Code::RelationUnknown, format!("pg_catalog has no relation {name} that is known here.")))
            }
        },
        Some("information_schema") => {
            if CLOSED_INFORMATION.contains(&name) {
                closed(format!("information_schema.{name} shows options in which passwords stand."))
            } else {
                Ok(())
            }
        }
        Some(schema) => match walk.facts.catalogue {
            Some(catalogue) => match catalogue.table(schema, name) {
                Some(table) => known(table, catalogue),
                None => Err(unknown(Some(schema), name)),
            },
            None => open(name),
        },
        // pg_catalog is searched before everything else.
        None => match (crate::builtin::catalogue_relation(name), walk.facts.catalogue) {
            (Some(true), _) => Ok(()),
            (Some(false), _) => closed(format!("pg_catalog.{name} shows more than a question may see.")),
            (None, Some(catalogue)) => match catalogue.resolve(None, name) {
                Some(table) if is_closed_schema(&table.schema) => {
                    closed(format!("The schema {} is closed.", table.schema))
                }
                Some(table) => known(table, catalogue),
                None => Err(unknown(None, name)),
            },
            (None, None) => open(name),
        },
    }
}

/// A relation of the source: what its views and row-level policies call, and whose rows a view shows, counts too.
fn known(table: &Table, catalogue: &Catalogue) -> Result<(), (Code, String)> {
    if let Some(why) = catalogue.objects.taint(TaintedKind::Relation, &table.schema, &table.name) {
        return Err((Code::RelationNotAllowed, format!("{}.{} {why}.", table.schema, table.name)));
    }
    super::restricted::view(table, catalogue)?;
    open(&table.name)
}

/// Names that PostgreSQL and its extensions keep for views on the server's inside.
fn open(name: &str) -> Result<(), (Code, String)> {
    if name.starts_with("pg_") {
        return Err((
            Code::RelationNotAllowed,
            format!("{name} shows the server's inside, not the source's data."),
        ));
    }
    Ok(())
}

fn unknown(schema: Option<&str>, name: &str) -> (Code, String) {
    let dot = schema.map(|s| format!("{s}.")).unwrap_or_default();
    (Code::RelationUnknown, format!("There is no table or view {dot}{name} in this source."))
}
