//! What there is in a database, before and after: the difference is what a definition did, whatever its words, the
//! triggers that it fired and the things that depend on each other say.

use crate::{estimate::strength, problem::Trouble};
use sqlx::{PgConnection, Row};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Everything that can come or go by a definition, by what identifies it.
pub(super) struct Objects(BTreeMap<String, Object>);

struct Object {
    /// What it is a part of: with that it comes and goes.
    of: Option<String>,
    /// "table shop.orders".
    words: String,
    /// `schema.name` of a table, and the file in which its rows are.
    file: Option<(String, i64)>,
    /// The transaction that reads has written it.
    own: bool,
}

/// What a definition did.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Difference {
    pub adds: Vec<String>,
    pub drops: Vec<String>,
    pub rewrites: Vec<String>,
}

impl Objects {
    /// Reads what there is. Columns are read of `tables`, and where their type may go with another table.
    pub async fn read(db: &mut PgConnection, tables: &[i64]) -> Result<Self, Trouble> {
        let mut objects = BTreeMap::new();
        for row in sqlx::query(OBJECTS).persistent(false).bind(tables).fetch_all(db).await? {
            let (kind, name): (String, String) = (row.try_get(2)?, row.try_get(3)?);
            let file: Option<i64> = row.try_get(4)?;
            let object = Object {
                of: row.try_get(1)?,
                words: format!("{kind} {name}"),
                file: file.filter(|file| *file != 0).map(|file| (name, file)),
                own: row.try_get::<Option<bool>, _>(5)?.unwrap_or(false),
            };
            objects.insert(row.try_get(0)?, object);
        }
        Ok(Self(objects))
    }

    /// What a transaction did. `self` is what there is for everybody else, `within` what there is in it, read a moment later.
    /// What others did in that moment is left out: it does not bear the transaction's mark, or is gone for everybody when
    /// that is read `again`.
    pub fn difference(&self, within: &Self, again: &Self) -> Difference {
        let rewritten = within.0.iter().filter(|(_, object)| object.own).filter_map(|(key, object)| {
            let (name, now) = object.file.as_ref()?;
            let (_, before) = self.0.get(key)?.file.as_ref()?;
            (before != now).then(|| name.clone())
        });
        let adds = within.listed(|key, object| object.own && !self.0.contains_key(key));
        let drops = self.listed(|key, _| !within.0.contains_key(key) && again.0.contains_key(key));
        // A column of another type has its constraints and indexes made anew.
        let only = |these: &[String], those: &[String]| -> Vec<String> {
            these.iter().filter(|words| !those.contains(words)).cloned().collect()
        };
        Difference {
            adds: only(&adds, &drops),
            drops: only(&drops, &adds),
            rewrites: rewritten.collect::<BTreeSet<_>>().into_iter().collect(),
        }
    }

    /// Those that `wanted` wants, but for what is a part of such a thing.
    fn listed(&self, wanted: impl Fn(&String, &Object) -> bool) -> Vec<String> {
        let is_wanted = |key: &String| self.0.get(key).is_some_and(|object| wanted(key, object));
        let all = self.0.iter().filter(|(key, object)| wanted(key, object));
        let mut words: Vec<String> = all
            .filter(|(_, object)| !object.of.as_ref().is_some_and(is_wanted))
            .map(|(_, object)| object.words.clone())
            .collect();
        words.sort();
        words
    }

    /// The strongest lock that this transaction holds on each of those tables, if it keeps others from writing.
    pub async fn locks(&self, db: &mut PgConnection) -> Result<Vec<(i64, String, String)>, Trouble> {
        let rows = sqlx::query(
            "SELECT l.relation::pg_catalog.int8, l.mode FROM pg_catalog.pg_locks l \
             WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.granted",
        )
        .fetch_all(db)
        .await?;
        let mut strongest: HashMap<i64, String> = HashMap::new();
        for row in rows {
            let (oid, mode): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
            let known = strongest.entry(oid).or_insert_with(|| mode.clone());
            if strength(&mode) > strength(known) {
                *known = mode;
            }
        }
        let least = strength("ShareUpdateExclusiveLock");
        let mut locks: Vec<(i64, String, String)> = strongest
            .into_iter()
            .filter(|(_, mode)| strength(mode) >= least)
            .filter_map(|(oid, mode)| {
                let object = self.0.get(&format!("r{oid}"))?;
                let table = object.words.strip_prefix("table ").or(object.words.strip_prefix("view "))?;
                Some((oid, table.to_owned(), mode))
            })
            .collect();
        locks.sort_by(|one, other| one.1.cmp(&other.1));
        Ok(locks)
    }
}

/// Key, what it is a part of, kind, name, file, whether this transaction wrote it. Partitions are parts of their table, the index of a constraint is one of
/// it, and a column's own sequence one of the table.
const OBJECTS: &str = "
WITH mark AS (SELECT (pg_catalog.pg_current_xact_id_if_assigned()::pg_catalog.text::pg_catalog.numeric % 4294967296)::pg_catalog.text AS x),
own AS (SELECT n.oid, n.nspname::text AS name FROM pg_catalog.pg_namespace n
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'),
relation AS (SELECT c.oid, c.relkind, c.relispartition, c.relfilenode, c.xmin::pg_catalog.text AS x, pg_catalog.concat(own.name, '.', c.relname) AS name
  FROM pg_catalog.pg_class c JOIN own ON own.oid = c.relnamespace)
SELECT pg_catalog.concat('r', r.oid), CASE
    WHEN r.relkind IN ('i', 'I') THEN COALESCE((SELECT pg_catalog.concat('k', k.oid) FROM pg_catalog.pg_constraint k
        WHERE k.conindid = r.oid AND k.contype IN ('p', 'u', 'x') LIMIT 1), pg_catalog.concat('r', i.indrelid))
    WHEN r.relkind = 'S' THEN (SELECT pg_catalog.concat('r', d.refobjid) FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = r.oid
          AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i') LIMIT 1)
    WHEN r.relispartition THEN (SELECT pg_catalog.concat('r', h.inhparent) FROM pg_catalog.pg_inherits h
        WHERE h.inhrelid = r.oid LIMIT 1) END,
  CASE r.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'i' THEN 'index'
    WHEN 'I' THEN 'index' WHEN 'c' THEN 'type' ELSE 'table' END,
  r.name, CASE WHEN r.relkind IN ('r', 'm') THEN r.relfilenode::pg_catalog.int8 END,
  r.x = (SELECT x FROM mark)
FROM relation r LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = r.oid
WHERE r.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'i', 'I', 'c')
UNION ALL SELECT pg_catalog.concat('k', k.oid), pg_catalog.concat('r', r.oid), 'constraint',
  pg_catalog.concat(k.conname, ' of ', r.name), NULL, k.xmin::pg_catalog.text = (SELECT x FROM mark)
FROM pg_catalog.pg_constraint k JOIN relation r ON r.oid = k.conrelid
WHERE k.contype IN ('c', 'f', 'p', 'u', 'x') AND k.conparentid = 0
UNION ALL SELECT pg_catalog.concat('g', t.oid), pg_catalog.concat('r', r.oid), 'trigger',
  pg_catalog.concat(t.tgname, ' of ', r.name), NULL, t.xmin::pg_catalog.text = (SELECT x FROM mark)
FROM pg_catalog.pg_trigger t JOIN relation r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal
UNION ALL SELECT pg_catalog.concat('p', y.oid), pg_catalog.concat('r', r.oid), 'policy',
  pg_catalog.concat(y.polname, ' of ', r.name), NULL, y.xmin::pg_catalog.text = (SELECT x FROM mark)
FROM pg_catalog.pg_policy y JOIN relation r ON r.oid = y.polrelid
UNION ALL SELECT pg_catalog.concat('u', u.oid), pg_catalog.concat('r', r.oid), 'rule',
  pg_catalog.concat(u.rulename, ' of ', r.name), NULL, u.xmin::pg_catalog.text = (SELECT x FROM mark)
FROM pg_catalog.pg_rewrite u JOIN relation r ON r.oid = u.ev_class WHERE u.rulename <> '_RETURN'
UNION ALL SELECT pg_catalog.concat('t', t.oid), NULL, 'type', pg_catalog.concat(own.name, '.', t.typname), NULL, t.xmin::pg_catalog.text = (SELECT x FROM mark)
FROM pg_catalog.pg_type t JOIN own ON own.oid = t.typnamespace WHERE t.typtype IN ('e', 'd', 'r')
UNION ALL SELECT pg_catalog.concat('l', e.oid), pg_catalog.concat('t', t.oid), 'value',
  pg_catalog.concat(e.enumlabel, ' of ', own.name, '.', t.typname), NULL, e.xmin::pg_catalog.text = (SELECT x FROM mark)
FROM pg_catalog.pg_enum e JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid JOIN own ON own.oid = t.typnamespace
UNION ALL SELECT pg_catalog.concat('f', p.oid), NULL, 'function', pg_catalog.concat(own.name, '.', p.proname), NULL, p.xmin::pg_catalog.text = (SELECT x FROM mark)
FROM pg_catalog.pg_proc p JOIN own ON own.oid = p.pronamespace
UNION ALL SELECT pg_catalog.concat('a', a.attrelid, '.', a.attnum), pg_catalog.concat('r', r.oid), 'column',
  pg_catalog.concat(a.attname, ' of ', r.name), NULL, a.xmin::pg_catalog.text = (SELECT x FROM mark)
FROM pg_catalog.pg_attribute a JOIN relation r ON r.oid = a.attrelid JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE a.attnum > 0 AND NOT a.attisdropped AND r.relkind IN ('r', 'p', 'f') AND NOT r.relispartition
  AND (a.attrelid::pg_catalog.int8 = ANY ($1) OR t.typtype = 'c'
    OR EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.oid = t.typelem AND e.typtype = 'c'))";
