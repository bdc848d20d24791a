//! What the database itself says of a table that a change touches: everything that decides what the change does, so
//! that an approval can be bound to it. Read inside the transaction of the change, never from a cache.

use crate::problem::Trouble;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};
use std::collections::{BTreeMap, BTreeSet};

/// At most so many tables are followed along foreign keys and triggers.
const MOST_TABLES: usize = 64;

/// One table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Table {
    pub oid: i64,
    pub schema: String,
    pub name: String,
    /// `pg_class.relkind`.
    pub kind: String,
    pub columns: Vec<Column>,
    /// The primary key, or else a unique key whose columns are never NULL.
    pub key: Vec<String>,
    pub constraints: Vec<Constraint>,
    /// Foreign keys of other tables that point here.
    pub referenced_by: Vec<Reference>,
    pub triggers: Vec<Trigger>,
    /// Definitions of rules.
    pub rules: Vec<String>,
    /// Row-level security: whether it holds, and its policies.
    pub row_security: Vec<String>,
    /// Tables that inherit from it without being partitions.
    pub inherited: bool,
    /// Columns that two rows cannot have equal, as part of any unique or exclusion index.
    pub unique_columns: Vec<String>,
    /// INSERT, UPDATE, DELETE, and SELECT of the table as a whole.
    pub may: [bool; 4],
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Column {
    pub name: String,
    pub type_name: String,
    pub not_null: bool,
    pub default: Option<String>,
    /// `attgenerated`: `s` where the database computes it.
    pub generated: String,
    /// `attidentity`: `a` always, `d` by default.
    pub identity: String,
    pub collation: Option<String>,
    pub readable: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Constraint {
    pub name: String,
    /// `contype`: c, f, p, u, x, n.
    pub kind: String,
    pub definition: String,
    pub columns: Vec<String>,
}

/// A foreign key seen from the table it points to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Reference {
    pub name: String,
    pub oid: i64,
    pub table: String,
    pub columns: Vec<String>,
    pub references: Vec<String>,
    /// `confdeltype`: a, r, c, n, d.
    pub on_delete: String,
    /// `confupdtype`.
    pub on_update: String,
    pub definition: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Trigger {
    pub name: String,
    pub table: String,
    /// `tgtype`: bits for BEFORE, INSERT, DELETE, UPDATE.
    pub when: i32,
    pub definition: String,
    pub function_schema: String,
    pub function: String,
    pub language: String,
    pub security_definer: bool,
    pub body: String,
}

impl Trigger {
    /// Whether it fires for that operation.
    pub fn fires(&self, operation: Operations) -> bool {
        (operation.insert && self.when & 4 != 0)
            || (operation.delete && self.when & 8 != 0)
            || (operation.update && self.when & 16 != 0)
    }

    /// Whether it fires for TRUNCATE.
    pub fn fires_on_truncate(&self) -> bool {
        self.when & 32 != 0
    }

    pub fn is_before(&self) -> bool {
        self.when & 2 != 0
    }
}

/// What happens to rows of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Operations {
    pub insert: bool,
    pub update: bool,
    pub delete: bool,
}

impl Operations {
    pub const UPDATE: Self = Self { insert: false, update: true, delete: false };
    pub const DELETE: Self = Self { insert: false, update: false, delete: true };
    pub const ALL: Self = Self { insert: true, update: true, delete: true };

    pub fn and(self, other: Self) -> Self {
        Self {
            insert: self.insert || other.insert,
            update: self.update || other.update,
            delete: self.delete || other.delete,
        }
    }
}

impl Table {
    pub fn full_name(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }

    /// Everything that decides what a change of this table does; not what identifies this very table in this very
    /// server, nor who asks.
    pub fn digest(&self) -> String {
        let mut facts = self.clone();
        facts.oid = 0;
        facts.may = [false; 4];
        facts.referenced_by.iter_mut().for_each(|reference| reference.oid = 0);
        facts.columns.iter_mut().for_each(|column| column.readable = true);
        let json = serde_json::to_vec(&facts).unwrap_or_default();
        hex::encode(Sha256::digest(&json))
    }

    /// Triggers that fire for those operations.
    pub fn firing(&self, operations: Operations) -> impl Iterator<Item = &Trigger> {
        self.triggers.iter().filter(move |trigger| trigger.fires(operations))
    }
}

/// The tables of a change, by oid, and which operations reach them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub tables: BTreeMap<i64, Table>,
    pub operations: BTreeMap<i64, Operations>,
    /// There were more tables than are followed.
    pub incomplete: bool,
}

impl Facts {
    pub fn by_name(&self, schema: &str, name: &str) -> Option<&Table> {
        self.tables.values().find(|table| table.schema == schema && table.name == name)
    }

    pub fn touched(&self, table: &Table) -> Operations {
        self.operations.get(&table.oid).copied().unwrap_or_default()
    }

    /// Every trigger that fires, with its table.
    pub fn triggers(&self) -> impl Iterator<Item = (&Table, &Trigger)> {
        self.tables
            .values()
            .flat_map(|table| table.firing(self.touched(table)).map(move |trigger| (table, trigger)))
    }
}

/// A name as a statement writes it, quoted.
pub(crate) fn quoted(schema: Option<&str>, name: &str) -> String {
    let quote = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    schema.map_or_else(|| quote(name), |schema| format!("{}.{}", quote(schema), quote(name)))
}

/// The tables behind names, found as the statement will find them.
///
/// # Errors
/// [`Trouble::Moved`] for one that is not there.
pub(crate) async fn resolve(db: &mut PgConnection, names: &[String]) -> Result<Vec<i64>, Trouble> {
    let rows = sqlx::query(
        "SELECT (pg_catalog.to_regclass(u.name))::oid::bigint FROM pg_catalog.unnest($1::text[]) \
         WITH ORDINALITY u(name, n) ORDER BY u.n",
    )
    .bind(names)
    .fetch_all(db)
    .await?;
    let mut found = Vec::new();
    for (row, name) in rows.iter().zip(names) {
        let oid: Option<i64> = row.try_get(0)?;
        found.push(
            oid.ok_or_else(|| Trouble::Moved(vec![format!("the table {name} does not exist any more")]))?,
        );
    }
    Ok(found)
}

/// The facts of some tables and of all that a change of their rows reaches, by foreign keys and by what their
/// triggers' functions name.
pub(crate) async fn gather(db: &mut PgConnection, targets: &[(i64, Operations)]) -> Result<Facts, Trouble> {
    let mut facts = Facts::default();
    let mut open: Vec<(i64, Operations)> = targets.to_vec();
    while !open.is_empty() {
        let missing: BTreeSet<i64> =
            open.iter().map(|(oid, _)| *oid).filter(|oid| !facts.tables.contains_key(oid)).collect();
        if facts.tables.len() + missing.len() > MOST_TABLES {
            facts.incomplete = true;
            break;
        }
        if !missing.is_empty() {
            for table in read(db, &missing).await? {
                facts.tables.insert(table.oid, table);
            }
        }
        let mut next = Vec::new();
        for (oid, operations) in open {
            let known = facts.operations.entry(oid).or_default();
            let all = known.and(operations);
            if all == *known {
                continue;
            }
            *known = all;
            let Some(table) = facts.tables.get(&oid) else { continue };
            for reference in &table.referenced_by {
                if let Some(reached) = carried(reference, all) {
                    next.push((reference.oid, reached));
                }
            }
            let written: BTreeSet<String> =
                table.firing(all).flat_map(|trigger| crate::body::written_tables(&trigger.body)).collect();
            let names: Vec<String> = written.into_iter().collect();
            for oid in resolve_existing(db, &names).await? {
                next.push((oid, Operations::ALL));
            }
        }
        open = next;
    }
    Ok(facts)
}

/// What a foreign key does to the rows that point to changed ones.
fn carried(reference: &Reference, operations: Operations) -> Option<Operations> {
    let reached = |action: &str| match action {
        "c" => Some(Operations::DELETE),
        "n" | "d" => Some(Operations::UPDATE),
        _ => None,
    };
    let deleted = operations.delete.then(|| reached(&reference.on_delete)).flatten();
    let updated = (operations.update && matches!(reference.on_update.as_str(), "c" | "n" | "d"))
        .then_some(Operations::UPDATE);
    match (deleted, updated) {
        (Some(one), Some(other)) => Some(one.and(other)),
        (one, other) => one.or(other),
    }
}

async fn resolve_existing(db: &mut PgConnection, names: &[String]) -> Result<Vec<i64>, Trouble> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<i64> = sqlx::query_scalar(
        "SELECT (pg_catalog.to_regclass(u.name))::oid::bigint FROM pg_catalog.unnest($1::text[]) u(name) \
         WHERE pg_catalog.to_regclass(u.name) IS NOT NULL",
    )
    .bind(names)
    .fetch_all(db)
    .await?;
    Ok(found)
}

async fn read(db: &mut PgConnection, oids: &BTreeSet<i64>) -> Result<Vec<Table>, Trouble> {
    let list: Vec<String> = oids.iter().map(ToString::to_string).collect();
    // Definitions are printed with every name in full, whatever the path; then the path is as it was.
    let batch = format!(
        "SELECT pg_catalog.set_config('rowcall.path', pg_catalog.current_setting('search_path'), true);\
         SELECT pg_catalog.set_config('search_path', 'pg_catalog', true);\
         {};\
         SELECT pg_catalog.set_config('search_path', pg_catalog.current_setting('rowcall.path'), true)",
        TABLE.replace("$OIDS", &list.join(","))
    );
    let mut tables = Vec::new();
    for row in db.fetch_all(sqlx::raw_sql(AssertSqlSafe(batch))).await? {
        let Ok(json) = row.try_get::<String, _>("rowcall_table") else { continue };
        tables.push(serde_json::from_str(&json).map_err(|error| {
            Trouble::Source(rowcall_source::SourceError::Protocol {
                detail: format!("the facts of a table cannot be read: {error}"),
            })
        })?);
    }
    Ok(tables)
}

const TABLE: &str = r#"
SELECT json_build_object(
 'oid', c.oid::bigint, 'schema', n.nspname, 'name', c.relname, 'kind', c.relkind,
 'columns', COALESCE((SELECT json_agg(json_build_object('name', a.attname,
     'type_name', format_type(a.atttypid, a.atttypmod), 'not_null', a.attnotnull,
     'default', (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d WHERE d.adrelid = c.oid AND d.adnum = a.attnum),
     'generated', a.attgenerated::text, 'identity', a.attidentity::text,
     'collation', (SELECT l.collname FROM pg_collation l WHERE l.oid = a.attcollation),
     'readable', has_table_privilege(c.oid, 'SELECT') OR has_column_privilege(c.oid, a.attnum, 'SELECT'))
     ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]'::json),
 'key', COALESCE((SELECT json_agg(a.attname ORDER BY k.n) FROM (
     SELECT i.indexrelid, i.indkey::int2[] AS keys, i.indnkeyatts FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique
       AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
       AND NOT EXISTS (SELECT FROM generate_series(0, i.indnkeyatts - 1) g
         JOIN pg_attribute x ON x.attrelid = c.oid AND x.attnum = i.indkey[g] WHERE NOT x.attnotnull)
     ORDER BY i.indisprimary DESC, i.indimmediate DESC, i.indnkeyatts, i.indexrelid LIMIT 1) best
   CROSS JOIN LATERAL unnest(best.keys) WITH ORDINALITY k(attnum, n)
   JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum WHERE k.n <= best.indnkeyatts), '[]'::json),
 'constraints', COALESCE((SELECT json_agg(json_build_object('name', o.conname, 'kind', o.contype::text,
     'definition', pg_get_constraintdef(o.oid), 'columns', COALESCE((SELECT json_agg(a.attname ORDER BY a.attnum)
       FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (o.conkey)), '[]'::json)) ORDER BY o.conname)
     FROM pg_constraint o WHERE o.conrelid = c.oid AND o.contype <> 't'), '[]'::json),
 'referenced_by', COALESCE((SELECT json_agg(json_build_object('name', o.conname, 'oid', o.conrelid::bigint,
     'table', concat(rn.nspname, '.', r.relname),
     'columns', (SELECT json_agg(a.attname ORDER BY k.n) FROM unnest(o.conkey) WITH ORDINALITY k(attnum, n)
        JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.attnum),
     'references', (SELECT json_agg(a.attname ORDER BY k.n) FROM unnest(o.confkey) WITH ORDINALITY k(attnum, n)
        JOIN pg_attribute a ON a.attrelid = o.confrelid AND a.attnum = k.attnum),
     'on_delete', o.confdeltype::text, 'on_update', o.confupdtype::text, 'definition', pg_get_constraintdef(o.oid))
     ORDER BY rn.nspname, r.relname, o.conname)
     FROM pg_constraint o JOIN pg_class r ON r.oid = o.conrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
     WHERE o.contype = 'f' AND o.confrelid = c.oid AND (NOT r.relispartition OR o.conparentid = 0)), '[]'::json),
 'triggers', COALESCE((SELECT json_agg(json_build_object('name', t.tgname, 'table', concat(tn.nspname, '.', tc.relname),
     'when', t.tgtype::int4, 'definition', concat(pg_get_triggerdef(t.oid), ' ', t.tgenabled),
     'function_schema', pn.nspname, 'function', p.proname, 'language', l.lanname, 'security_definer', p.prosecdef,
     'body', concat(p.prosrc, ' ', p.probin, ' ', array_to_string(p.proconfig, ' ')))
     ORDER BY tn.nspname, tc.relname, t.tgname)
     FROM pg_trigger t JOIN pg_class tc ON tc.oid = t.tgrelid JOIN pg_namespace tn ON tn.oid = tc.relnamespace
     JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace pn ON pn.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
     WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND (t.tgrelid = c.oid OR (t.tgparentid = 0 AND t.tgrelid IN (
       WITH RECURSIVE below(oid) AS (SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = c.oid
         UNION SELECT i.inhrelid FROM pg_inherits i JOIN below b ON i.inhparent = b.oid) SELECT oid FROM below)))), '[]'::json),
 'rules', COALESCE((SELECT json_agg(pg_get_ruledef(u.oid) ORDER BY u.rulename) FROM pg_rewrite u
     WHERE u.ev_class = c.oid AND u.ev_type <> '1' AND u.ev_enabled IN ('O', 'A')), '[]'::json),
 'row_security', CASE WHEN c.relrowsecurity THEN COALESCE((SELECT json_agg(concat_ws(' | ', y.polname, y.polcmd, y.polpermissive,
     (SELECT string_agg(CASE WHEN q.role = 0 THEN 'public' ELSE pg_get_userbyid(q.role)::text END, ',' ORDER BY q.role) FROM unnest(y.polroles) q(role)),
     pg_get_expr(y.polqual, y.polrelid), pg_get_expr(y.polwithcheck, y.polrelid)) ORDER BY y.polname)
     FROM pg_policy y WHERE y.polrelid = c.oid), '["no policy"]'::json) ELSE '[]'::json END,
 'inherited', c.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid),
 'unique_columns', COALESCE((SELECT json_agg(DISTINCT a.attname) FROM pg_index i JOIN pg_attribute a
     ON a.attrelid = c.oid AND (a.attnum = ANY (i.indkey::int2[]) OR i.indexprs IS NOT NULL)
     WHERE i.indrelid = c.oid AND a.attnum > 0 AND (i.indisunique OR i.indisexclusion)), '[]'::json),
 'may', json_build_array(has_table_privilege(c.oid, 'INSERT') OR has_any_column_privilege(c.oid, 'INSERT'),
   has_table_privilege(c.oid, 'UPDATE') OR has_any_column_privilege(c.oid, 'UPDATE'), has_table_privilege(c.oid, 'DELETE'),
   has_table_privilege(c.oid, 'SELECT'))
)::text AS rowcall_table
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid IN ($OIDS) ORDER BY c.oid"#;
