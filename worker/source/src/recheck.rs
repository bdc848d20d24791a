//! The second look at relations and functions, inside the transaction that will use them. A cached catalogue may
//! be an hour old: a table may have been dropped and made anew with other columns, a harmless function replaced by
//! one that writes. What the statement was checked against must be what it will run on.

use crate::{
    error::SourceError,
    session::{PID, hex_text},
};
use rowcall_core::{Catalogue, Function, Table, TableKind};
use serde::Deserialize;
use sqlx::{Column, Row, postgres::PgRow};
use std::fmt::Write;

/// A name as a statement writes it: schema if given, and name.
pub(crate) type Name = (Option<String>, String);

/// What the server says in the opening batch of a read.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// Process id of the backend.
    pub pid: Option<i32>,
    relations: Vec<Relation>,
    /// There are functions outside the system's own schemas with a name that the statement uses: [`functions_sql`]
    /// tells what they are.
    pub more_functions: bool,
    /// Hour of the day and day of the week there, where the settings ask.
    pub clock: Option<(u8, u8)>,
    functions: Vec<Function_>,
}

/// A relation as the statement will find it.
#[derive(Debug)]
struct Relation {
    /// Which of the names asked for.
    n: usize,
    schema: String,
    name: String,
    kind: String,
    /// Bytes on disk, now, of a plain table: without children or row-level security. `None` for anything else.
    plain_bytes: Option<u64>,
    /// Columns the role may see: name and type, in order.
    columns: Vec<(String, String)>,
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

/// The statements that ask for the facts; they end the opening batch. One short statement for each relation: the
/// server plans it anew for every read, and one that joins more costs more to plan than to run.
pub(crate) fn facts_sql(relations: &[Name], functions: &[Name]) -> String {
    let mut sql = String::new();
    for (n, (schema, name)) in relations.iter().enumerate() {
        let (shown, written, join) = match schema {
            // `to_regclass` finds nothing, or this very name in this very schema.
            Some(schema) => (
                format!("{}::name", hex_text(schema)),
                format!(
                    "pg_catalog.concat(pg_catalog.quote_ident({}), '.', pg_catalog.quote_ident({}))",
                    hex_text(schema),
                    hex_text(name)
                ),
                "",
            ),
            // It follows the search path exactly as the statement will.
            None => (
                "s.nspname".to_owned(),
                format!("pg_catalog.quote_ident({})", hex_text(name)),
                "JOIN pg_catalog.pg_namespace s ON s.oid OPERATOR(pg_catalog.=) c.relnamespace ",
            ),
        };
        let _ = write!(
            sql,
            "SELECT '{n}'::text AS {RELATION}, {shown}::text, c.relname::text, c.relkind::text, {PLAIN_BYTES}, \
             a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod)::text \
             FROM pg_catalog.pg_class c {join}LEFT JOIN pg_catalog.pg_attribute a \
             ON a.attrelid OPERATOR(pg_catalog.=) c.oid AND a.attnum OPERATOR(pg_catalog.>) 0::int2 \
             AND NOT a.attisdropped AND (pg_catalog.has_table_privilege(c.oid, 'SELECT') \
             OR pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')) \
             WHERE c.oid OPERATOR(pg_catalog.=) (pg_catalog.to_regclass({written}))::oid ORDER BY a.attnum;"
        );
    }
    if !functions.is_empty() {
        let _ = write!(
            sql,
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_proc p WHERE {} \
             AND p.pronamespace OPERATOR(pg_catalog.<>) 'pg_catalog'::regnamespace::oid \
             AND p.pronamespace OPERATOR(pg_catalog.<>) 'information_schema'::regnamespace::oid)::text AS {MORE_FUNCTIONS};",
            named(functions)
        );
    }
    sql
}

/// The statement that tells all of the functions that [`Facts::more_functions`] speaks of, as JSON text.
pub(crate) fn functions_sql(functions: &[Name]) -> String {
    format!("{FUNCTION_FACTS}{}", named(functions))
}

fn named(functions: &[Name]) -> String {
    let mut names: Vec<&str> = functions.iter().map(|(_, name)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let names: Vec<String> = names.into_iter().map(|name| format!("{}::name", hex_text(name))).collect();
    format!("p.proname OPERATOR(pg_catalog.=) ANY (ARRAY[{}])", names.join(", "))
}

/// The statement that asks for the hour of the day and the day of the week, in the session's time zone.
pub(crate) const CLOCK_SQL: &str = "SELECT pg_catalog.to_char(pg_catalog.now(), 'HH24') AS rowcall_hour, \
    pg_catalog.to_char(pg_catalog.now(), 'ID') AS rowcall_day;";

const HOUR: &str = "rowcall_hour";
const RELATION: &str = "rowcall_relation";
const MORE_FUNCTIONS: &str = "rowcall_functions";

/// The size is of this moment, not of the last ANALYZE.
const PLAIN_BYTES: &str = "CASE WHEN c.relkind OPERATOR(pg_catalog.=) 'r'::\"char\" AND NOT c.relhassubclass \
    AND NOT c.relrowsecurity AND a.attnum OPERATOR(pg_catalog.=) 1::int2 \
    THEN pg_catalog.pg_relation_size(c.oid) END::text";

const FUNCTION_FACTS: &str = "SELECT pg_catalog.json_agg(pg_catalog.json_build_object(\
    'schema', n.nspname, 'name', p.proname, 'volatility', p.provolatile, \
    'language', l.lanname, 'security_definer', p.prosecdef, 'kind', p.prokind, 'extension', \
    (SELECT e.extname FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e \
        ON e.oid OPERATOR(pg_catalog.=) d.refobjid \
     WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::regclass::oid \
       AND d.objid OPERATOR(pg_catalog.=) p.oid AND d.deptype OPERATOR(pg_catalog.=) 'e'::\"char\" LIMIT 1)))::text \
    FROM pg_catalog.pg_proc p \
    JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace \
    JOIN pg_catalog.pg_language l ON l.oid OPERATOR(pg_catalog.=) p.prolang \
    WHERE n.nspname OPERATOR(pg_catalog.<>) 'pg_catalog'::name \
      AND n.nspname OPERATOR(pg_catalog.<>) 'information_schema'::name AND ";

impl Facts {
    /// Takes in a row of the opening batch; those of other statements are none of its business.
    ///
    /// # Errors
    /// When a row is not what was asked for.
    pub fn take(&mut self, row: &PgRow) -> Result<(), sqlx::Error> {
        let Some(last) = row.columns().last() else { return Ok(()) };
        let first = row.columns()[0].name();
        if last.name() == PID {
            let pid: String = row.try_get(PID)?;
            self.pid = pid.parse().ok();
        } else if first == HOUR {
            let (hour, day): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            self.clock = hour.parse().ok().zip(day.parse().ok());
        } else if first == MORE_FUNCTIONS {
            let more: String = row.try_get(0)?;
            self.more_functions = more == "true";
        } else if first == RELATION {
            let n: String = row.try_get(0)?;
            let n: usize = n.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
            if self.relations.last().is_none_or(|last| last.n != n) {
                self.relations.push(Relation {
                    n,
                    schema: row.try_get(1)?,
                    name: row.try_get(2)?,
                    kind: row.try_get(3)?,
                    plain_bytes: None,
                    columns: Vec::new(),
                });
            }
            let Some(relation) = self.relations.last_mut() else { return Ok(()) };
            let bytes: Option<String> = row.try_get(4)?;
            relation.plain_bytes = relation.plain_bytes.or_else(|| bytes?.parse().ok());
            if let Some(name) = row.try_get(5)? {
                relation.columns.push((name, row.try_get(6)?));
            }
        }
        Ok(())
    }

    /// Takes in what [`functions_sql`] gave.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn take_functions(&mut self, json: Option<&str>) -> Result<(), serde_json::Error> {
        self.functions = json.map(serde_json::from_str).transpose()?.unwrap_or_default();
        Ok(())
    }

    /// The size of the one table that is read, if it is only one, and a plain one.
    pub fn only_table_bytes(&self) -> Option<u64> {
        match self.relations.as_slice() {
            [only] => only.plain_bytes,
            _ => None,
        }
    }
}

/// Compares the facts with the catalogue that the statement was checked against; without one, only existence is
/// asked for.
///
/// # Errors
/// [`SourceError::SchemaChanged`] naming the first thing that moved.
pub(crate) fn compare(
    facts: &Facts,
    asked: &[Name],
    known: Option<&Catalogue>,
    columns: Columns,
) -> Result<(), SourceError> {
    let changed = |detail: String| Err(SourceError::SchemaChanged { detail });
    for (n, name) in asked.iter().enumerate() {
        let written = written(name);
        let Some(relation) = facts.relations.iter().find(|relation| relation.n == n) else {
            return changed(format!("the table {written} does not exist any more"));
        };
        let Some(known) = known.filter(|_| !is_system(&relation.schema)) else { continue };
        let Some(table) = known.table(&relation.schema, &relation.name) else {
            return changed(format!("the table {written} was not known when the question was planned"));
        };
        // Another search path than the catalogue's leads a bare name to another table: perhaps to one of which rows
        // or columns are kept back, and nothing was built in for it.
        let meant = known.resolve(name.0.as_deref(), &name.1);
        if meant.is_none_or(|meant| meant.schema != table.schema) {
            return changed(format!("{written} is found in the schema {} now", table.schema));
        }
        if relation.kind != relkind(table.kind) {
            return changed(format!("{written} is another kind of relation now"));
        }
        // Hidden columns are there, and nobody was told of them.
        let shown: Vec<&(String, String)> = (relation.columns.iter())
            .filter(|(column, _)| !known.restrictions.hides(&table.schema, &table.name, column))
            .collect();
        if let Some(what) = column_change(table, &shown, columns) {
            return changed(format!("the table {written} {what}"));
        }
    }
    if let Some(known) = known {
        for function in &facts.functions {
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

/// Which columns of a table have to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Columns {
    /// All that there are.
    All,
    /// Those that were: the writing role may see columns that the catalogue, which is the reading role's, does not hold.
    /// Whether others came is told by the fingerprint of a change.
    Known,
}

fn column_change(table: &Table, now: &[&(String, String)], columns: Columns) -> Option<String> {
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
    if columns == Columns::Known {
        return None;
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
