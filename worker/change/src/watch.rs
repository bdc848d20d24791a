//! What the rows that were told do not say: whether they are enough to take the change back, and what triggers did beside
//! them, as the server itself counts it.

use crate::{
    Limits,
    capture::Captured,
    facts::Facts,
    image::{RowImage, Shape},
    problem::Trouble,
};
use rowcall_core::change::Cascade;
use sqlx::{PgConnection, Row};
use std::collections::HashMap;

/// What the server itself counts while a change runs, where triggers or functions may do more than is told.
pub(crate) struct Watch {
    counters: Option<Counters>,
}

impl Watch {
    pub async fn start(db: &mut PgConnection, facts: &Facts) -> Result<Self, Trouble> {
        let needed = facts.triggers().next().is_some() || facts.incomplete || calls_own_functions(facts);
        Ok(Self { counters: if needed { Some(counters(db).await?) } else { None } })
    }

    /// Triggers or functions may have changed rows after they were told.
    pub fn is_needed(&self) -> bool {
        self.counters.is_some()
    }

    /// Counts rows, looks for what the images lack, and stops a change that is too large.
    pub async fn finish(
        self,
        db: &mut PgConnection,
        captured: &mut Captured,
        facts: &Facts,
        limits: &Limits,
        own: &str,
        most: u64,
    ) -> Result<(), Trouble> {
        captured.images.tables.retain(|table| !table.rows.is_empty());
        captured.count(own);
        look_for_gaps(captured, facts, limits);
        if let Some(before) = &self.counters {
            let after = counters(db).await?;
            side_effects(captured, facts, before, &after);
        }
        if captured.total() > most {
            return Err(Trouble::TooMany(captured.total()));
        }
        Ok(())
    }
}

/// Rows that each table had inserted, updated and deleted in this session so far.
type Counters = HashMap<i64, (String, i64)>;

async fn counters(db: &mut PgConnection) -> Result<Counters, Trouble> {
    let sql = "SELECT COALESCE(pg_catalog.pg_partition_root(s.relid::pg_catalog.regclass)::pg_catalog.oid, s.relid)::pg_catalog.int8, \
        (SELECT pg_catalog.concat(n.nspname, '.', c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n \
           ON n.oid = c.relnamespace WHERE c.oid = COALESCE(pg_catalog.pg_partition_root(s.relid::pg_catalog.regclass)::pg_catalog.oid, s.relid)), \
        pg_catalog.sum(s.n_tup_ins + s.n_tup_upd + s.n_tup_del)::pg_catalog.int8 \
        FROM pg_catalog.pg_stat_xact_user_tables s WHERE s.schemaname <> 'rowcall' \
          AND s.n_tup_ins + s.n_tup_upd + s.n_tup_del > 0 GROUP BY 1, 2";
    let mut counters = HashMap::new();
    for row in sqlx::query(sql).fetch_all(db).await? {
        counters.insert(
            row.try_get(0)?,
            (row.try_get::<Option<String>, _>(1)?.unwrap_or_default(), row.try_get(2)?),
        );
    }
    Ok(counters)
}

/// What triggers did beside the rows that are known: it is counted by the server itself.
fn side_effects(captured: &mut Captured, facts: &Facts, before: &Counters, after: &Counters) {
    let names: Vec<&str> = facts.triggers().map(|(_, trigger)| trigger.name.as_str()).collect();
    let who = if names.is_empty() {
        "A function".to_owned()
    } else {
        format!("The trigger {}", names.join(" or "))
    };
    let mut found = Vec::new();
    for (oid, (name, count)) in after {
        let count = count - before.get(oid).map_or(0, |(_, earlier)| *earlier);
        let known: i64 = captured
            .images
            .tables
            .iter()
            .filter(|t| t.shape.full_name() == *name)
            .map(|t| t.rows.len() as i64)
            .sum();
        let captured_here = captured.images.tables.iter().any(|t| t.shape.full_name() == *name);
        // An update that moves a row to another partition counts as two; a row that a trigger touched again too.
        if count > 0 && !captured_here {
            found.push((name.clone(), count));
        } else if count > known && facts.triggers().any(|(_, t)| !t.is_before()) {
            found.push((name.clone(), count - known));
        }
    }
    found.sort();
    for (table, rows) in found {
        captured.gap(format!("{who} also changes {rows} rows of {table}, which are not kept"));
        if !captured.images.tables.iter().any(|t| t.shape.full_name() == table) {
            let rows = u64::try_from(rows).unwrap_or(0);
            captured.cascades.push(Cascade { table, action: "changed by a trigger".into(), rows });
        }
    }
}

fn calls_own_functions(facts: &Facts) -> bool {
    facts.tables.values().any(|table| {
        table
            .columns
            .iter()
            .filter_map(|c| c.default.as_deref())
            .any(|default| crate::body::examine(default).calls.iter().any(|(schema, _)| schema.is_some()))
    })
}

/// Why what was captured is not enough to take the change back.
fn look_for_gaps(captured: &mut Captured, facts: &Facts, limits: &Limits) {
    let bytes: usize = captured.images.tables.iter().flat_map(|t| &t.rows).map(RowImage::bytes).sum();
    let rows = captured.images.rows() as u64;
    if rows > limits.image_rows || bytes as u64 > limits.image_bytes {
        captured.gap(format!(
            "it changes {rows} rows ({} kB), and at most {} rows and {} kB are kept for undo",
            bytes / 1000,
            limits.image_rows,
            limits.image_bytes / 1000
        ));
    }
    let tables: Vec<(Shape, bool, bool, bool)> = captured
        .images
        .tables
        .iter()
        .map(|t| {
            let inserted = t.rows.iter().any(|r| r.before.is_none());
            let deleted = t.rows.iter().any(|r| r.after.is_none());
            let updated = t.rows.iter().any(|r| r.before.is_some() && r.after.is_some());
            (t.shape.clone(), inserted, updated, deleted)
        })
        .collect();
    for (shape, inserted, updated, deleted) in tables {
        let name = shape.full_name();
        if shape.key.is_empty() {
            captured.gap(format!("the table {name} has no primary key, so its rows cannot be found again"));
        }
        if !shape.whole {
            captured.gap(format!("some columns of {name} may not be read, so its rows cannot be kept whole"));
        }
        let Some(table) = facts.by_name(&shape.schema, &shape.name) else { continue };
        if table.inherited {
            captured.gap(format!("other tables inherit from {name}, and their rows cannot be told apart"));
        }
        if !table.rules.is_empty() {
            captured.gap(format!("rules of {name} rewrite what is done to it"));
        }
        for (needed, may, word) in [
            (deleted, table.may[0], "INSERT"),
            (updated, table.may[1], "UPDATE"),
            (inserted, table.may[2], "DELETE"),
        ] {
            if needed && !may {
                captured.gap(format!(
                    "taking it back needs {word} on {name}, which the role that writes may not"
                ));
            }
        }
    }
    if facts.incomplete {
        captured.gap("it reaches too many tables through foreign keys and triggers");
    }
}
