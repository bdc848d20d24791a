//! Rule `definition_not_allowed`: which definitions may be asked for, in a source whose settings allow any
//! (`definitions`). They make, alter and drop tables, indexes, views and enumerated types that the source's catalogue
//! holds, one at a time and inside a transaction; nothing of which rows or columns are kept back, since a definition
//! could uncover it, be it only by another name.

use pg_query::protobuf::RangeVar;
use pg_query::protobuf::node::Node as N;
use rowcall_core::{Catalogue, Table, TableKind};

use super::{change_target, node, relation};
use crate::walk::Walk;
use crate::{Code, Refusal};

/// What is a table, with rows of its own.
pub const TABLES: [TableKind; 2] = [TableKind::Table, TableKind::Partitioned];
/// What has columns to speak of.
pub const TABLES_AND_VIEWS: [TableKind; 3] = [TableKind::Table, TableKind::Partitioned, TableKind::View];
/// What is a view.
pub const VIEWS: [TableKind; 1] = [TableKind::View];

/// Whether the source allows definitions at all; says so if it does not.
pub fn is_allowed(statement: &N, walk: &mut Walk<'_>) -> bool {
    if walk.facts.catalogue.is_some_and(|c| c.definitions) {
        return true;
    }
    let reason = format!("{} is a definition, and this source allows none.", node::words(statement));
    let refusal = Refusal::new(Code::StatementNotAllowed, reason, None);
    let allowed = "Definitions of tables, indexes and views with an approval, where the source's settings say `definitions: true`.";
    walk.push(Refusal { allowed: allowed.to_owned(), ..refusal });
    false
}

/// Why a kind of definition is refused for every source, if it is one of those.
pub fn never(statement: &N) -> Option<&'static str> {
    Some(match statement {
        N::GrantStmt(_)
        | N::GrantRoleStmt(_)
        | N::CreateRoleStmt(_)
        | N::AlterRoleStmt(_)
        | N::AlterRoleSetStmt(_)
        | N::DropRoleStmt(_)
        | N::AlterOwnerStmt(_)
        | N::AlterDefaultPrivilegesStmt(_)
        | N::ReassignOwnedStmt(_)
        | N::DropOwnedStmt(_)
        | N::CreatePolicyStmt(_)
        | N::AlterPolicyStmt(_)
        | N::SecLabelStmt(_) => "says who may do what",
        N::CreateFunctionStmt(_)
        | N::AlterFunctionStmt(_)
        | N::CreateTrigStmt(_)
        | N::CreateEventTrigStmt(_)
        | N::AlterEventTrigStmt(_)
        | N::RuleStmt(_)
        | N::CreatePlangStmt(_)
        | N::CreateCastStmt(_)
        | N::CreateTransformStmt(_)
        | N::CreateOpClassStmt(_)
        | N::CreateConversionStmt(_)
        | N::CreateDomainStmt(_)
        | N::DefineStmt(_) => "brings code along that runs later, for anybody",
        N::CreateExtensionStmt(_)
        | N::AlterExtensionStmt(_)
        | N::CreateFdwStmt(_)
        | N::CreateForeignServerStmt(_)
        | N::CreateForeignTableStmt(_)
        | N::CreateUserMappingStmt(_)
        | N::ImportForeignSchemaStmt(_)
        | N::CreatePublicationStmt(_)
        | N::CreateSubscriptionStmt(_) => "reaches out of this database",
        N::CreateSchemaStmt(_)
        | N::CreatedbStmt(_)
        | N::DropdbStmt(_)
        | N::AlterDatabaseStmt(_)
        | N::AlterDatabaseSetStmt(_)
        | N::CreateTableSpaceStmt(_)
        | N::DropTableSpaceStmt(_)
        | N::AlterSystemStmt(_) => "is the business of whoever runs the database",
        _ => return None,
    })
}

/// Refuses a form of a definition.
pub fn form(what: &str, why: &str, walk: &mut Walk<'_>) {
    walk.refuse(Code::DefinitionNotAllowed, format!("{what} {why}."), None);
}

/// Judges the name of a relation that comes to be.
pub fn new_relation(relation: Option<&RangeVar>, walk: &mut Walk<'_>) {
    let Some(relation) = relation else { return form("A definition", "without a name says nothing", walk) };
    let RangeVar { catalogname, schemaname, relname, inh: _, relpersistence, alias: _, location: _ } =
        relation;
    if !catalogname.is_empty() {
        form("A name with a database", "leaves its source", walk);
    }
    if relpersistence != "p" {
        form("A temporary or unlogged table", "does not last", walk);
    }
    new_name(relname, walk);
    schema_of_new(schemaname, walk);
}

/// Judges a name that comes to be in a schema that is judged elsewhere.
pub fn new_name(name: &str, walk: &mut Walk<'_>) {
    if name.starts_with("pg_") {
        form("A name that begins with pg_", "is PostgreSQL's own", walk);
    }
}

/// Judges where something comes to be: in one of the schemas whose tables may be asked about.
pub fn schema_of_new(written: &str, walk: &mut Walk<'_>) {
    let Some(catalogue) = walk.facts.catalogue else { return };
    let first = || catalogue.search_path.first().map(String::as_str);
    match if written.is_empty() { first() } else { Some(written) } {
        Some(schema) if is_open(schema, catalogue) => {}
        Some(schema) => form(&format!("The schema {schema}"), "takes no definitions from here", walk),
        None => form("A name without a schema", "finds none here: write the schema before it", walk),
    }
}

fn is_open(schema: &str, catalogue: &Catalogue) -> bool {
    let system =
        relation::is_closed_schema(schema) || schema == "pg_catalog" || schema == "information_schema";
    let known = if catalogue.schemas.is_empty() {
        let holds_tables = || catalogue.tables.iter().any(|t| t.schema == schema);
        catalogue.search_path.iter().any(|s| s == schema) || holds_tables()
    } else {
        catalogue.schemas.iter().any(|s| s == schema)
    };
    known && !system
}

/// Judges a relation that is there already: one of those kinds, of which nothing is kept back.
pub fn target(relation: Option<&RangeVar>, kinds: &[TableKind], walk: &mut Walk<'_>) {
    let Some(target) = relation else {
        return walk.refuse(Code::TargetNotAllowed, "The definition names no table.".into(), None);
    };
    if change_target::is_system(target) {
        let reason = format!("{} belongs to PostgreSQL itself.", target.relname);
        return walk.refuse(Code::TargetNotAllowed, reason, Some(target.location));
    }
    let schema = (!target.schemaname.is_empty()).then_some(target.schemaname.as_str());
    let Some(catalogue) = walk.facts.catalogue else { return };
    if let Some(table) = catalogue.resolve(schema, &target.relname) {
        if !kinds.contains(&table.kind) {
            let reason = format!("{} is not of the kind that this definition is for.", target.relname);
            return walk.refuse(Code::TargetNotAllowed, reason, Some(target.location));
        }
        if catalogue.restrictions.of(&table.schema, &table.name).is_some() {
            let reason = format!(
                "Columns or rows of {} are kept back here, and a definition could uncover them.",
                target.relname
            );
            return walk.refuse(Code::Restricted, reason, Some(target.location));
        }
    }
    walk.without_ctes(|w| {
        super::relation::target(target, w);
    });
}

/// Judges an index that is there already, by the table that it belongs to.
pub fn index(schema: Option<&str>, name: &str, walk: &mut Walk<'_>) {
    let Some(catalogue) = walk.facts.catalogue else { return };
    let has = |schema: &str| -> Option<&Table> {
        let indexed = |t: &&Table| t.schema == schema && t.indexes.iter().any(|i| i.name == name);
        catalogue.tables.iter().find(indexed)
    };
    let table = match schema {
        Some(schema) => has(schema),
        None => catalogue.search_path.iter().find_map(|schema| has(schema)),
    };
    let Some(table) = table else {
        let reason = format!("There is no index {name} on a table of this source.");
        return walk.refuse(Code::RelationUnknown, reason, None);
    };
    let relation = RangeVar {
        schemaname: table.schema.clone(),
        relname: table.name.clone(),
        location: -1,
        ..RangeVar::default()
    };
    target(Some(&relation), &TABLES, walk);
}

/// Judges what a query shows that becomes a table or a view: whoever made it owns it, so that nothing of what is kept back
/// from a question would be kept back from one of it.
pub fn shows(walk: &mut Walk<'_>) {
    let Some(catalogue) = walk.facts.catalogue else { return };
    if walk.reads_restricted() {
        let reason = "It would show what is kept back of a table here, to everybody who asks.".to_owned();
        return walk.refuse(Code::Restricted, reason, None);
    }
    let secured = walk.relations().iter().find_map(|r| {
        let table = catalogue.resolve(r.schema.as_deref(), &r.name)?;
        table.row_security.then(|| table.name.clone())
    });
    if let Some(table) = secured {
        let reason = format!("Row-level security of {table} would not hold for what it shows.");
        walk.refuse(Code::Restricted, reason, None);
    }
}
