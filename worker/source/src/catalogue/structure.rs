//! Tables, columns, keys, indexes, enums and functions: each kind in one statement for all tables. Only what the
//! reading role may SELECT is listed; a column without the privilege, or hidden by the settings, does not exist for
//! anyone above us.

use super::types::{self, BaseType};
use crate::settings::SourceSettings;
use rowcall_core::{Column, EnumType, ForeignKey, Function, Index, Restrictions, Table, TableKind, TypeKind};
use sqlx::{PgConnection, Row, postgres::types::Oid};
use std::collections::HashMap;

/// The structure with what is needed to add statistics to it.
#[derive(Default)]
pub(super) struct Structure {
    pub tables: Vec<Table>,
    /// `pg_class.oid`, matching `tables` by position.
    pub oids: Vec<Oid>,
    pub enums: Vec<EnumType>,
    pub functions: Vec<Function>,
    /// Position in `tables` by oid.
    pub position: HashMap<Oid, usize>,
}

/// Reads the structure inside the open transaction.
pub(super) async fn read(
    db: &mut PgConnection,
    version: i32,
    settings: &SourceSettings,
) -> Result<Structure, sqlx::Error> {
    let mut read = Structure::default();
    let (whole, partly) = relations(db, &mut read, version, &settings.schemas).await?;
    let labels = enums(db, &mut read).await?;
    let numbers = columns(db, &mut read, &whole, &partly, &labels, &settings.restrictions).await?;
    keys(db, &mut read, &numbers).await?;
    indexes(db, &mut read, &numbers).await?;
    functions(db, &mut read).await?;
    // A relation of which no column is left cannot be asked about.
    if read.tables.iter().any(|table| table.columns.is_empty()) {
        let mut kept = Structure { enums: read.enums, functions: read.functions, ..Structure::default() };
        for (oid, table) in read.oids.into_iter().zip(read.tables) {
            if !table.columns.is_empty() {
                kept.position.insert(oid, kept.tables.len());
                kept.oids.push(oid);
                kept.tables.push(table);
            }
        }
        return Ok(kept);
    }
    Ok(read)
}

/// Column names by table and attribute number.
type Numbers = HashMap<(Oid, i16), String>;

const RELATIONS: &str = "
SELECT c.oid, n.nspname::text, c.relname::text, c.relkind::text, c.relrowsecurity, c.reltuples::float8, c.relpages,
       d.description, has_table_privilege(c.oid, 'SELECT')
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_description d
  ON d.objoid = c.oid AND d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid = 0
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND c.relpersistence <> 't'
  AND n.nspname <> ALL (ARRAY['pg_catalog', 'information_schema', 'rowcall']::name[]) AND n.nspname !~ '^pg_'
  AND (cardinality($1::text[]) = 0 OR n.nspname = ANY ($1::name[]))
  AND has_schema_privilege(n.oid, 'USAGE')
  AND (has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT'))
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
ORDER BY n.nspname, c.relname";

async fn relations(
    db: &mut PgConnection,
    read: &mut Structure,
    version: i32,
    schemas: &[String],
) -> Result<(Vec<Oid>, Vec<Oid>), sqlx::Error> {
    let (mut whole, mut partly) = (Vec::new(), Vec::new());
    for row in sqlx::query(RELATIONS).persistent(false).bind(schemas).fetch_all(db).await? {
        let oid: Oid = row.try_get(0)?;
        let kind = match row.try_get::<&str, _>(3)? {
            "p" => TableKind::Partitioned,
            "v" => TableKind::View,
            "m" => TableKind::MaterializedView,
            "f" => TableKind::Foreign,
            _ => TableKind::Table,
        };
        let (tuples, pages): (f64, i32) = (row.try_get(5)?, row.try_get(6)?);
        let row_estimate = match kind {
            TableKind::View | TableKind::Partitioned => None,
            _ => known_estimate(tuples, pages, version),
        };
        read.position.insert(oid, read.tables.len());
        read.oids.push(oid);
        read.tables.push(Table {
            schema: row.try_get(1)?,
            name: row.try_get(2)?,
            kind,
            comment: row.try_get(7)?,
            columns: Vec::new(),
            primary_key: Vec::new(),
            unique_keys: Vec::new(),
            foreign_keys: Vec::new(),
            indexes: Vec::new(),
            row_estimate,
            row_security: row.try_get(4)?,
        });
        if row.try_get(8)? { whole.push(oid) } else { partly.push(oid) }
    }
    Ok((whole, partly))
}

/// `reltuples` is -1 when never analysed; before PostgreSQL 14 it was 0, as for an empty table.
pub(super) fn known_estimate(tuples: f64, pages: i32, version: i32) -> Option<f64> {
    let unknown = tuples < 0.0 || (version < 140_000 && tuples == 0.0 && pages == 0);
    (!unknown).then_some(tuples)
}

const ENUMS: &str = "
SELECT t.oid, n.nspname::text, t.typname::text, array_agg(e.enumlabel::text ORDER BY e.enumsortorder)
FROM pg_catalog.pg_enum e
JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE n.nspname !~ '^pg_' AND has_schema_privilege(n.oid, 'USAGE')
GROUP BY 1, 2, 3 ORDER BY 2, 3";

async fn enums(
    db: &mut PgConnection,
    read: &mut Structure,
) -> Result<HashMap<Oid, Vec<String>>, sqlx::Error> {
    let mut labels = HashMap::new();
    for row in sqlx::query(ENUMS).persistent(false).fetch_all(db).await? {
        let found: Vec<String> = row.try_get(3)?;
        labels.insert(row.try_get(0)?, found.clone());
        read.enums.push(EnumType { schema: row.try_get(1)?, name: row.try_get(2)?, labels: found });
    }
    Ok(labels)
}

// Types are named afterwards, once per distinct type and not once per column.
const COLUMNS: &str = "
SELECT a.attrelid, a.attnum, a.attname::text, a.atttypid, a.atttypmod, a.attnotnull, a.atthasdef,
       a.attgenerated <> '', a.attidentity <> ''
FROM pg_catalog.pg_attribute a
WHERE a.attnum > 0 AND NOT a.attisdropped
  AND (a.attrelid = ANY ($1) OR (a.attrelid = ANY ($2) AND has_column_privilege(a.attrelid, a.attnum, 'SELECT')))
ORDER BY a.attrelid, a.attnum";

const COMMENTS: &str = "
SELECT objoid, objsubid::int2, description FROM pg_catalog.pg_description
WHERE classoid = 'pg_catalog.pg_class'::regclass AND objsubid > 0 AND objoid = ANY ($1)";

const TYPES: &str = "
WITH RECURSIVE wanted AS (SELECT * FROM unnest($1::oid[], $2::int4[]) AS w(typ, typmod)),
base AS (
  SELECT DISTINCT typ AS root, typ AS oid FROM wanted
  UNION ALL
  SELECT b.root, t.typbasetype FROM base b JOIN pg_catalog.pg_type t ON t.oid = b.oid AND t.typtype = 'd'
)
SELECT w.typ, w.typmod, format_type(w.typ, w.typmod), t.oid, t.typname::text, t.typtype::text, t.typcategory::text
FROM wanted w JOIN base b ON b.root = w.typ JOIN pg_catalog.pg_type t ON t.oid = b.oid AND t.typtype <> 'd'";

/// How a type is written, what it is at the bottom of its domains, and that one's family.
type TypeFacts = (String, Oid, TypeKind);

async fn columns(
    db: &mut PgConnection,
    read: &mut Structure,
    whole: &[Oid],
    partly: &[Oid],
    labels: &HashMap<Oid, Vec<String>>,
    restrictions: &Restrictions,
) -> Result<Numbers, sqlx::Error> {
    let rows = sqlx::query(COLUMNS).persistent(false).bind(whole).bind(partly).fetch_all(&mut *db).await?;
    let mut comments: HashMap<(Oid, i16), String> = HashMap::new();
    for row in sqlx::query(COMMENTS).persistent(false).bind(&read.oids).fetch_all(&mut *db).await? {
        comments.insert((row.try_get(0)?, row.try_get(1)?), row.try_get(2)?);
    }
    let mut distinct: HashMap<(Oid, i32), Option<TypeFacts>> = HashMap::new();
    for row in &rows {
        distinct.insert((row.try_get(3)?, row.try_get(4)?), None);
    }
    let (ids, mods): (Vec<Oid>, Vec<i32>) = distinct.keys().copied().unzip();
    for row in sqlx::query(TYPES).persistent(false).bind(ids).bind(mods).fetch_all(db).await? {
        let base = BaseType { name: row.try_get(4)?, class: row.try_get(5)?, category: row.try_get(6)? };
        let facts = (row.try_get(2)?, row.try_get(3)?, types::kind(&base));
        distinct.insert((row.try_get(0)?, row.try_get(1)?), Some(facts));
    }
    let mut numbers = Numbers::with_capacity(rows.len());
    for row in &rows {
        let (oid, number, name): (Oid, i16, String) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let Some(table) = read.position.get(&oid).map(|n| &mut read.tables[*n]) else { continue };
        if restrictions.hides(&table.schema, &table.name, &name) {
            continue;
        }
        let Some(Some((type_name, base, kind))) = distinct.get(&(row.try_get(3)?, row.try_get(4)?)) else {
            continue;
        };
        numbers.insert((oid, number), name.clone());
        table.columns.push(Column {
            name,
            type_name: type_name.clone(),
            kind: *kind,
            nullable: !row.try_get::<bool, _>(5)?,
            has_default: row.try_get(6)?,
            generated: row.try_get(7)?,
            identity: row.try_get(8)?,
            comment: comments.remove(&(oid, number)),
            enum_values: labels.get(base).cloned().unwrap_or_default(),
            samples: Vec::new(),
            samples_complete: false,
            distinct_estimate: None,
        });
    }
    Ok(numbers)
}

// Constraints with a parent are copies that PostgreSQL keeps for partitions.
const KEYS: &str = "
SELECT conrelid, conname::text, contype::text, conkey, confrelid, confkey, confdeltype::text
FROM pg_catalog.pg_constraint
WHERE contype IN ('p', 'f') AND conparentid = 0 AND conrelid = ANY ($1)
ORDER BY conrelid, conname";

async fn keys(db: &mut PgConnection, read: &mut Structure, numbers: &Numbers) -> Result<(), sqlx::Error> {
    for row in sqlx::query(KEYS).persistent(false).bind(&read.oids).fetch_all(db).await? {
        let (oid, columns): (Oid, Vec<i16>) = (row.try_get(0)?, row.try_get(3)?);
        // A key over a column that may not be seen is no key to us.
        let (Some(at), Some(columns)) = (read.position.get(&oid).copied(), named(numbers, oid, &columns))
        else {
            continue;
        };
        if row.try_get::<&str, _>(2)? == "p" {
            read.tables[at].primary_key = columns;
            continue;
        }
        let (target, theirs): (Oid, Vec<i16>) = (row.try_get(4)?, row.try_get(5)?);
        let (Some(to), Some(references_columns)) =
            (read.position.get(&target).copied(), named(numbers, target, &theirs))
        else {
            continue;
        };
        let on_delete = match row.try_get::<&str, _>(6)? {
            "c" => Some("CASCADE".to_owned()),
            "n" => Some("SET NULL".to_owned()),
            "d" => Some("SET DEFAULT".to_owned()),
            _ => None,
        };
        let (references_schema, references_table) =
            (read.tables[to].schema.clone(), read.tables[to].name.clone());
        read.tables[at].foreign_keys.push(ForeignKey {
            name: row.try_get(1)?,
            columns,
            references_schema,
            references_table,
            references_columns,
            on_delete,
        });
    }
    Ok(())
}

const INDEXES: &str = "
SELECT i.indrelid, c.relname::text, i.indkey::text, i.indnkeyatts, i.indisunique, i.indisprimary, i.indpred IS NULL
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
WHERE i.indisvalid AND i.indrelid = ANY ($1)
ORDER BY i.indrelid, c.relname";

async fn indexes(db: &mut PgConnection, read: &mut Structure, numbers: &Numbers) -> Result<(), sqlx::Error> {
    for row in sqlx::query(INDEXES).persistent(false).bind(&read.oids).fetch_all(db).await? {
        let oid: Oid = row.try_get(0)?;
        let Some(table) = read.position.get(&oid).map(|n| &mut read.tables[*n]) else { continue };
        let width = usize::try_from(row.try_get::<i16, _>(3)?).unwrap_or(0);
        let attributes: Vec<i16> =
            row.try_get::<&str, _>(2)?.split(' ').filter_map(|n| n.parse().ok()).take(width).collect();
        let plain: Vec<i16> = attributes.iter().copied().filter(|n| *n > 0).collect();
        // An index over a hidden column would tell its name.
        let Some(names) = named(numbers, oid, &plain) else { continue };
        let mut names = names.into_iter();
        let columns: Vec<String> = attributes
            .iter()
            .map(|n| if *n > 0 { names.next().unwrap_or_default() } else { String::new() })
            .collect();
        let (unique, primary, total): (bool, bool, bool) =
            (row.try_get(4)?, row.try_get(5)?, row.try_get(6)?);
        let key = unique && !primary && total && plain.len() == attributes.len();
        if key && !table.unique_keys.contains(&columns) {
            table.unique_keys.push(columns.clone());
        }
        table.indexes.push(Index { name: row.try_get(1)?, columns, unique });
    }
    Ok(())
}

const FUNCTIONS: &str = "
SELECT DISTINCT n.nspname::text, p.proname::text, p.provolatile::text, l.lanname::text, p.prosecdef, e.extname::text,
       p.prokind::text
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_language l ON l.oid = p.prolang
LEFT JOIN pg_catalog.pg_depend d
  ON d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
WHERE n.nspname <> ALL (ARRAY['pg_catalog', 'information_schema']::name[])
ORDER BY 1, 2, 3, 4, 5, 6, 7";

async fn functions(db: &mut PgConnection, read: &mut Structure) -> Result<(), sqlx::Error> {
    let letter = |text: &str| text.chars().next().unwrap_or('?');
    for row in sqlx::query(FUNCTIONS).persistent(false).fetch_all(db).await? {
        read.functions.push(Function {
            schema: row.try_get(0)?,
            name: row.try_get(1)?,
            volatility: letter(row.try_get(2)?),
            language: row.try_get(3)?,
            security_definer: row.try_get(4)?,
            extension: row.try_get(5)?,
            kind: letter(row.try_get(6)?),
        });
    }
    Ok(())
}

/// The names of those columns; `None` if one of them may not be seen.
fn named(numbers: &Numbers, table: Oid, columns: &[i16]) -> Option<Vec<String>> {
    columns.iter().map(|number| numbers.get(&(table, *number)).cloned()).collect()
}
