//! Operators, types, casts and aggregates that are not PostgreSQL's own, and the definitions that the policy looks
//! into. Each kind comes as one JSON text, in the form that the catalogue keeps.

use rowcall_core::{
    Aggregate, Cast, Giver, Named, Objects, Operator, Restrictions, TaintedKind, UserType, ViewOver,
};
use rowcall_policy::inside::Definition;
use serde::de::DeserializeOwned;
use sqlx::{AssertSqlSafe, PgConnection, Row, postgres::PgRow};

/// Reads the objects inside the open transaction.
pub(super) async fn read(db: &mut PgConnection, restrictions: &Restrictions) -> Result<Objects, sqlx::Error> {
    let row = sqlx::query(OBJECTS).persistent(false).fetch_one(&mut *db).await?;
    let operators: Vec<Operator> = json(&row, 0)?;
    let types: Vec<UserType> = json(&row, 1)?;
    let casts: Vec<Cast> = json(&row, 2)?;
    let aggregates: Vec<Aggregate> = json(&row, 3)?;
    let givers: Vec<Giver> = json(&row, 4)?;
    let views_over = if restrictions.is_open() { Vec::new() } else { views_over(db, restrictions).await? };
    Ok(Objects { operators, types, casts, aggregates, givers, tainted: Vec::new(), views_over })
}

/// Reads the texts of views, row-level policies, domain checks and functions.
pub(super) async fn definitions(db: &mut PgConnection, version: i32) -> Result<Vec<Definition>, sqlx::Error> {
    // From 14 on a function's body may be kept as a tree; its text is printed then.
    let body = if version >= 140_000 {
        "COALESCE(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc)"
    } else {
        "p.prosrc"
    };
    let sql = DEFINITIONS.replace("{body}", body);
    let mut definitions = Vec::new();
    for row in sqlx::query(AssertSqlSafe(sql)).persistent(false).fetch_all(db).await? {
        let kind = match row.try_get::<&str, _>(0)? {
            "function" => TaintedKind::Function,
            "domain" => TaintedKind::Domain,
            _ => TaintedKind::Relation,
        };
        let text: Option<String> = row.try_get(3)?;
        let named = Named { schema: row.try_get(1)?, name: row.try_get(2)? };
        definitions.push(Definition { kind, named, text: text.unwrap_or_default() });
    }
    Ok(definitions)
}

fn json<T: DeserializeOwned + Default>(row: &PgRow, column: usize) -> Result<T, sqlx::Error> {
    let text: Option<String> = row.try_get(column)?;
    match text {
        Some(text) => serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(Box::new(error))),
        None => Ok(T::default()),
    }
}

const OBJECTS: &str = "
WITH named AS (
  SELECT t.oid, t.typtype, t.typcategory, t.typrelid, n.nspname,
         json_build_object('schema', n.nspname, 'name', t.typname) AS named
  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
), own AS (
  SELECT * FROM named WHERE nspname <> 'pg_catalog'
), called AS (
  SELECT p.oid, n.nspname, json_build_object('schema', n.nspname, 'name', p.proname) AS named
  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
), extended AS (
  SELECT d.classid, d.objid, e.extname FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
  WHERE d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e'
)
SELECT
  (SELECT json_agg(json_build_object(
     'operator', json_build_object('schema', n.nspname, 'name', o.oprname), 'function', c.named,
     'types', (SELECT COALESCE(json_agg(own.named), '[]'::json) FROM own WHERE own.oid IN (o.oprleft, o.oprright)),
     'extension', (SELECT x.extname FROM extended x WHERE x.classid = 'pg_catalog.pg_operator'::regclass AND x.objid = o.oid))
     ORDER BY n.nspname, o.oprname, o.oid)::text
   FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace JOIN called c ON c.oid = o.oprcode
   WHERE n.nspname <> 'pg_catalog'),
  (SELECT json_agg(json_build_object('named', own.named, 'kind', own.typtype,
     'extension', (SELECT x.extname FROM extended x WHERE x.classid = 'pg_catalog.pg_type'::regclass AND x.objid = own.oid))
     ORDER BY own.nspname, own.oid)::text
   FROM own LEFT JOIN pg_catalog.pg_class r ON r.oid = own.typrelid
   WHERE own.nspname <> 'information_schema' AND own.nspname !~ '^pg_' AND own.typcategory <> 'A'
     AND (own.typtype IN ('d', 'r', 'm', 'b') OR (own.typtype = 'c' AND r.relkind = 'c'))),
  (SELECT json_agg(json_build_object('source', s.named, 'target', t.named, 'function', c.named,
     'extension', (SELECT x.extname FROM extended x WHERE x.classid = 'pg_catalog.pg_cast'::regclass AND x.objid = k.oid))
     ORDER BY k.oid)::text
   FROM pg_catalog.pg_cast k JOIN named s ON s.oid = k.castsource JOIN named t ON t.oid = k.casttarget
   JOIN called c ON c.oid = k.castfunc
   WHERE k.oid >= 16384),
  (SELECT json_agg(json_build_object('named', c.named, 'steps',
     (SELECT COALESCE(json_agg(step.named), '[]'::json) FROM called step WHERE step.oid IN (a.aggtransfn, a.aggfinalfn,
        a.aggcombinefn, a.aggserialfn, a.aggdeserialfn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn)))
     ORDER BY c.nspname, c.oid)::text
   FROM pg_catalog.pg_aggregate a JOIN called c ON c.oid = a.aggfnoid
   WHERE c.nspname <> ALL (ARRAY['pg_catalog', 'information_schema']::name[])),
  (SELECT json_agg(json_build_object('function', g.named, 'types', g.types) ORDER BY g.oid)::text
   FROM (SELECT p.oid, c.named::text::json AS named, json_agg(own.named) AS types
         FROM pg_catalog.pg_proc p JOIN called c ON c.oid = p.oid
         JOIN pg_catalog.pg_type t ON t.oid = ANY (p.prorettype || COALESCE(p.proallargtypes, '{}'))
         JOIN own ON own.oid IN (t.oid, t.typelem)
         WHERE c.nspname <> ALL (ARRAY['pg_catalog', 'information_schema']::name[]) AND own.typcategory <> 'A'
         GROUP BY p.oid, c.named::text) g)";

/// A materialized view is not among them: what it called, it called when it was filled.
const DEFINITIONS: &str = "
SELECT 'relation', n.nspname::text, c.relname::text, pg_catalog.pg_get_viewdef(c.oid)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'v' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
UNION ALL
SELECT 'relation', n.nspname::text, c.relname::text, pg_catalog.pg_get_expr(p.polqual, p.polrelid)
FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relrowsecurity AND p.polcmd IN ('r', '*') AND p.polqual IS NOT NULL
UNION ALL
SELECT 'domain', n.nspname::text, t.typname::text, pg_catalog.pg_get_constraintdef(k.oid)
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_type t ON t.oid = k.contypid
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE n.nspname <> 'information_schema'
UNION ALL
SELECT 'function', n.nspname::text, p.proname::text, {body}
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_language l ON l.oid = p.prolang
WHERE n.nspname <> ALL (ARRAY['pg_catalog', 'information_schema', 'rowcall']::name[]) AND n.nspname !~ '^pg_'
  AND l.lanname IN ('sql', 'plpgsql') AND p.provolatile IN ('i', 's') AND NOT p.prosecdef AND p.prokind = 'f'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')";

// A child of a restricted table holds its rows, and a parent shows them.
const VIEWS_OVER: &str = "
WITH RECURSIVE reads AS (
  SELECT r.ev_class AS reader, d.refobjid AS read
  FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_depend d
    ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
   AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> r.ev_class
  UNION SELECT inhrelid, inhparent FROM pg_catalog.pg_inherits
  UNION SELECT inhparent, inhrelid FROM pg_catalog.pg_inherits
), restricted AS (
  SELECT c.oid, w.schema, w.name FROM unnest($1::text[], $2::text[]) AS w(schema, name)
  JOIN pg_catalog.pg_namespace n ON n.nspname = w.schema JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.name
), tree AS (
  SELECT reads.reader, restricted.oid AS root FROM reads JOIN restricted ON restricted.oid = reads.read
  UNION
  SELECT reads.reader, tree.root FROM reads JOIN tree ON tree.reader = reads.read
)
SELECT DISTINCT n.nspname::text, c.relname::text, r.schema, r.name
FROM tree JOIN restricted r ON r.oid = tree.root JOIN pg_catalog.pg_class c ON c.oid = tree.reader
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE tree.reader <> tree.root ORDER BY 1, 2, 3, 4";

async fn views_over(
    db: &mut PgConnection,
    restrictions: &Restrictions,
) -> Result<Vec<ViewOver>, sqlx::Error> {
    let restricted = || restrictions.tables.iter().filter(|t| !t.is_open());
    let schemas: Vec<&str> = restricted().map(|t| t.schema.as_str()).collect();
    let names: Vec<&str> = restricted().map(|t| t.table.as_str()).collect();
    let query = sqlx::query(VIEWS_OVER).persistent(false).bind(schemas).bind(names);
    query
        .fetch_all(db)
        .await?
        .iter()
        .map(|row| {
            Ok(ViewOver {
                view: Named { schema: row.try_get(0)?, name: row.try_get(1)? },
                table: Named { schema: row.try_get(2)?, name: row.try_get(3)? },
            })
        })
        .collect()
}
