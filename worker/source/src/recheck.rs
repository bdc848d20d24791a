//! The second look at relations and functions, inside the transaction that will use them. A cached catalogue may
//! be an hour old: a table may have been dropped and made anew with other columns, a harmless function replaced by
//! one that writes. What the statement was checked against must be what it will run on.

use crate::{error::SourceError, session::hex_text};
use rowcall_core::{Catalogue, Function, Table, TableKind};
use serde::Deserialize;

/// A name as a statement writes it: schema if given, and name.
pub(crate) type Name = (Option<String>, String);

/// What the server says in the opening batch of a read.
#[derive(Debug, Deserialize)]
pub(crate) struct Facts {
    /// Process id of the backend.
    pub pid: i32,
    relations: Option<Vec<Relation>>,
    functions: Option<Vec<Function_>>,
}

#[derive(Debug, Deserialize)]
struct Relation {
    n: usize,
    schema: Option<String>,
    name: Option<String>,
    kind: Option<String>,
    /// Columns the role may see: name and type, in order.
    columns: Option<Vec<(String, String)>>,
}

#[derive(Debug, Deserialize)]
struct Function_ {
    schema: String,
    name: String,
    volatility: String,
    language: String,
    security_definer: bool,
    kind: String,
    extension: Option<String>,
}

/// The statement that asks for the facts; it ends the opening batch.
pub(crate) fn facts_sql(relations: &[Name], functions: &[Name]) -> String {
    let mut sql = String::from("SELECT pg_catalog.json_build_object('pid', pg_catalog.pg_backend_pid()");
    if !relations.is_empty() {
        let wanted: Vec<_> = relations
            .iter()
            .enumerate()
            .map(|(n, (schema, name))| serde_json::json!({"n": n, "s": schema, "r": name}))
            .collect();
        sql.push_str(", 'relations', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(");
        sql.push_str(RELATION_FACTS);
        sql.push_str(&hex_text(&serde_json::Value::Array(wanted).to_string()));
        sql.push_str(RELATION_SOURCE);
    }
    if !functions.is_empty() {
        let mut names: Vec<&str> = functions.iter().map(|(_, name)| name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        sql.push_str(", 'functions', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(");
        sql.push_str(FUNCTION_FACTS);
        let names: Vec<String> = names.into_iter().map(|name| format!("{}::name", hex_text(name))).collect();
        sql.push_str(&names.join(", "));
        sql.push_str("]))");
    }
    sql.push_str(")::text");
    sql
}

const RELATION_FACTS: &str = "'n', w.n, 'schema', s.nspname, 'name', c.relname, 'kind', c.relkind, 'columns', \
    (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(a.attname, \
        pg_catalog.format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum) \
     FROM pg_catalog.pg_attribute a \
     WHERE a.attrelid OPERATOR(pg_catalog.=) c.oid AND a.attnum OPERATOR(pg_catalog.>) 0::int2 AND NOT a.attisdropped \
       AND (pg_catalog.has_table_privilege(c.oid, 'SELECT') \
            OR pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT'))))) \
    FROM pg_catalog.json_to_recordset(";

// `to_regclass` follows the search path exactly as the statement will. The lateral queries with OFFSET keep the
// planner at one index look-up per name: it takes a JSON list for a hundred rows and would read all of pg_class.
const RELATION_SOURCE: &str = "::json) AS w(n int, s text, r text) \
    LEFT JOIN LATERAL (SELECT k.oid, k.relname, k.relkind, k.relnamespace FROM pg_catalog.pg_class k \
        WHERE k.oid OPERATOR(pg_catalog.=) (pg_catalog.to_regclass(\
        CASE WHEN w.s IS NULL THEN pg_catalog.quote_ident(w.r) \
        ELSE pg_catalog.concat(pg_catalog.quote_ident(w.s), '.', pg_catalog.quote_ident(w.r)) END))::oid OFFSET 0) c ON true \
    LEFT JOIN LATERAL (SELECT x.nspname FROM pg_catalog.pg_namespace x \
        WHERE x.oid OPERATOR(pg_catalog.=) c.relnamespace OFFSET 0) s ON true)";

const FUNCTION_FACTS: &str = "'schema', n.nspname, 'name', p.proname, 'volatility', p.provolatile, \
    'language', l.lanname, 'security_definer', p.prosecdef, 'kind', p.prokind, 'extension', \
    (SELECT e.extname FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e \
        ON e.oid OPERATOR(pg_catalog.=) d.refobjid \
     WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::regclass::oid \
       AND d.objid OPERATOR(pg_catalog.=) p.oid AND d.deptype OPERATOR(pg_catalog.=) 'e'::\"char\" LIMIT 1))) \
    FROM pg_catalog.pg_proc p \
    JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace \
    JOIN pg_catalog.pg_language l ON l.oid OPERATOR(pg_catalog.=) p.prolang \
    WHERE n.nspname OPERATOR(pg_catalog.<>) 'pg_catalog'::name \
      AND n.nspname OPERATOR(pg_catalog.<>) 'information_schema'::name \
      AND p.proname OPERATOR(pg_catalog.=) ANY (ARRAY[";

/// Compares the facts with the catalogue that the statement was checked against; without one, only existence is
/// asked for.
///
/// # Errors
/// [`SourceError::SchemaChanged`] naming the first thing that moved.
pub(crate) fn compare(facts: &Facts, asked: &[Name], known: Option<&Catalogue>) -> Result<(), SourceError> {
    let changed = |detail: String| Err(SourceError::SchemaChanged { detail });
    let found = facts.relations.as_deref().unwrap_or_default();
    for (n, name) in asked.iter().enumerate() {
        let written = written(name);
        let Some(relation) = found.iter().find(|relation| relation.n == n) else {
            return changed(format!("the table {written} could not be looked up"));
        };
        let (Some(schema), Some(relname)) = (&relation.schema, &relation.name) else {
            return changed(format!("the table {written} does not exist any more"));
        };
        let Some(known) = known.filter(|_| !is_system(schema)) else { continue };
        let Some(table) = known.table(schema, relname) else {
            return changed(format!("the table {written} was not known when the question was planned"));
        };
        if relation.kind.as_deref() != Some(relkind(table.kind)) {
            return changed(format!("{written} is another kind of relation now"));
        }
        if let Some(what) = column_change(table, relation.columns.as_deref().unwrap_or_default()) {
            return changed(format!("the table {written} {what}"));
        }
    }
    if let Some(known) = known {
        for function in facts.functions.as_deref().unwrap_or_default() {
            if !known.functions.iter().any(|f| function.is(f)) {
                return changed(format!(
                    "the function {}.{} is new or was replaced",
                    function.schema, function.name
                ));
            }
        }
    }
    Ok(())
}

impl Function_ {
    fn is(&self, other: &Function) -> bool {
        self.schema == other.schema
            && self.name == other.name
            && self.volatility.chars().eq([other.volatility])
            && self.language == other.language
            && self.security_definer == other.security_definer
            && self.kind.chars().eq([other.kind])
            && self.extension == other.extension
    }
}

fn column_change(table: &Table, now: &[(String, String)]) -> Option<String> {
    for column in &table.columns {
        match now.iter().find(|(name, _)| *name == column.name) {
            None => return Some(format!("has no column {} any more", column.name)),
            Some((_, type_name)) if *type_name != column.type_name => {
                return Some(format!(
                    "has column {} as {type_name} now, not {}",
                    column.name, column.type_name
                ));
            }
            Some(_) => {}
        }
    }
    if let Some((name, _)) = now.iter().find(|(name, _)| table.column(name).is_none()) {
        return Some(format!("has a new column {name}"));
    }
    let same_order = table.columns.iter().zip(now).all(|(column, (name, _))| column.name == *name);
    (!same_order || table.columns.len() != now.len()).then(|| "has its columns in another order".to_owned())
}

fn relkind(kind: TableKind) -> &'static str {
    match kind {
        TableKind::Table => "r",
        TableKind::Partitioned => "p",
        TableKind::View => "v",
        TableKind::MaterializedView => "m",
        TableKind::Foreign => "f",
    }
}

fn is_system(schema: &str) -> bool {
    schema == "pg_catalog" || schema == "information_schema"
}

fn written((schema, name): &Name) -> String {
    match schema {
        Some(schema) => format!("{schema}.{name}"),
        None => name.clone(),
    }
}
