//! What foreign keys carry along: rows of other tables that are deleted, set to NULL or updated because a row that they
//! point to is. When the statement has run they are changed already, so a second session looks at them as they were:
//! it shares the snapshot of the first, taken before the statement.

use crate::{
    Limits,
    capture::Captured,
    facts::{Facts, Operations, Reference, Table, quoted},
    image::{RowImage, Shape, TableImages},
    problem::Trouble,
    record::Record,
    rows,
    statement::{Statement, row_of},
};
use rowcall_source::{Source, WriteSession};
use sqlx::{AssertSqlSafe, PgConnection, Row};
use std::collections::{HashMap, HashSet};

/// Chains of foreign keys longer than this are not followed.
const DEEPEST: usize = 32;

/// Whether the statement may carry rows of other tables along.
pub(crate) fn may_carry(facts: &Facts, statement: &Statement) -> bool {
    facts.tables.values().any(|table| {
        let touched = facts.touched(table);
        table.referenced_by.iter().any(|reference| {
            acts(&reference.on_delete) && touched.delete
                || acts(&reference.on_update)
                    && touched.update
                    && (!statement.is_simple()
                        || reference.references.iter().any(|c| statement.assigned.contains(c))
                        || facts.triggers().next().is_some())
        })
    })
}

/// Whether an undo may: what it deletes and updates is known only when it runs.
pub(crate) fn any(facts: &Facts) -> bool {
    facts.tables.values().flat_map(|t| &t.referenced_by).any(|r| acts(&r.on_delete) || acts(&r.on_update))
}

fn acts(action: &str) -> bool {
    matches!(action, "c" | "n" | "d")
}

/// A session that goes on seeing what the first one sees now.
pub(crate) async fn observer(
    source: &Source,
    main: &mut WriteSession,
    limits: &Limits,
) -> Result<WriteSession, Trouble> {
    let snapshot: String =
        sqlx::query_scalar("SELECT pg_catalog.pg_export_snapshot()").fetch_one(main.connection()?).await?;
    Ok(source.begin_before(&limits.write(), &snapshot).await?)
}

type Key = Vec<Option<String>>;

/// Follows foreign keys from the rows that are captured already, and adds what they carried along.
pub(crate) async fn follow(
    before: &mut PgConnection,
    now: &mut PgConnection,
    facts: &Facts,
    captured: &mut Captured,
    most: u64,
) -> Result<(), Trouble> {
    let mut seen: HashMap<String, HashSet<Key>> = HashMap::new();
    for table in &captured.images.tables {
        let keys = table.rows.iter().filter_map(|r| r.before.as_ref()).map(|r| identity(&table.shape, r));
        seen.entry(table.shape.full_name()).or_default().extend(keys);
    }
    let mut level: Vec<(Shape, Vec<RowImage>)> =
        captured.images.tables.iter().map(|t| (t.shape.clone(), t.rows.clone())).collect();
    for _ in 0..DEEPEST {
        let mut next = Vec::new();
        for (shape, rows) in &level {
            let Some(parent) = facts.by_name(&shape.schema, &shape.name) else { continue };
            for reference in &parent.referenced_by {
                let Some(child) = facts.tables.get(&reference.oid) else {
                    // It carries nothing along for what is done here, or there were too many tables.
                    continue;
                };
                let step = Step { shape, rows, reference, child };
                let found = step.take(before, now, captured, &mut seen).await?;
                for (action, images) in found {
                    next.push((rows::shape_of(child), images.clone()));
                    add(captured, child, action, images);
                }
            }
            if captured.images.rows() as u64 > most {
                return Err(Trouble::TooMany(captured.images.rows() as u64));
            }
        }
        if next.is_empty() {
            return reread(now, captured).await;
        }
        level = next;
    }
    captured.gap("its foreign keys lead on and on");
    Ok(())
}

fn identity(shape: &Shape, record: &Record) -> Key {
    if shape.key.is_empty() { record.0.clone() } else { record.pick(&shape.key) }
}

fn add(captured: &mut Captured, child: &Table, action: &str, images: Vec<RowImage>) {
    let name = child.full_name();
    let known = captured
        .images
        .tables
        .iter_mut()
        .find(|t| t.shape.full_name() == name && t.action.as_deref() == Some(action));
    match known {
        Some(table) => table.rows.extend(images),
        None => captured.images.tables.push(TableImages {
            shape: rows::shape_of(child),
            action: Some(action.to_owned()),
            rows: images,
        }),
    }
}

/// Rows may have been carried along twice, by two foreign keys: what they are in the end counts.
async fn reread(now: &mut PgConnection, captured: &mut Captured) -> Result<(), Trouble> {
    let carried: HashSet<String> =
        captured.images.tables.iter().filter(|t| t.action.is_some()).map(|t| t.shape.full_name()).collect();
    for table in captured.images.tables.iter_mut() {
        if !carried.contains(&table.shape.full_name()) || table.shape.key.is_empty() {
            continue;
        }
        let changed: Vec<usize> = (0..table.rows.len()).filter(|n| table.rows[*n].after.is_some()).collect();
        let keys: Vec<Key> = changed
            .iter()
            .filter_map(|n| table.rows[*n].after.as_ref())
            .map(|r| r.pick(&table.shape.key))
            .collect();
        let found = rows::by_key(now, &table.shape, &keys).await?;
        for (n, state) in changed.into_iter().zip(found) {
            table.rows[n].after = state;
        }
    }
    Ok(())
}

/// One foreign key, from the rows that it points to.
struct Step<'a> {
    shape: &'a Shape,
    rows: &'a [RowImage],
    reference: &'a Reference,
    child: &'a Table,
}

impl Step<'_> {
    async fn take(
        &self,
        before: &mut PgConnection,
        now: &mut PgConnection,
        captured: &mut Captured,
        seen: &mut HashMap<String, HashSet<Key>>,
    ) -> Result<Vec<(&'static str, Vec<RowImage>)>, Trouble> {
        let pointed: Option<Vec<usize>> = self
            .reference
            .references
            .iter()
            .map(|name| self.shape.columns.iter().position(|c| c.name == *name))
            .collect();
        let Some(pointed) = pointed else {
            captured.gap(format!("what {} carries along could not be followed", self.reference.name));
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for (action, operation) in
            [(&self.reference.on_delete, Operations::DELETE), (&self.reference.on_update, Operations::UPDATE)]
        {
            let parents: Vec<&RowImage> = self
                .rows
                .iter()
                .filter(|row| match (&row.before, &row.after) {
                    (Some(_), None) => operation.delete,
                    (Some(b), Some(a)) => operation.update && b.pick(&pointed) != a.pick(&pointed),
                    _ => false,
                })
                .collect();
            if parents.is_empty() || !acts(action) {
                continue;
            }
            let children = self.children(before, &parents, &pointed).await?;
            let images = self.after(now, captured, seen, children, &parents, &pointed).await?;
            let word = match action.as_str() {
                "c" if operation.delete => "deleted",
                "c" => "updated",
                "n" => "set to null",
                _ => "set to default",
            };
            if !images.is_empty() {
                found.push((word, images));
            }
        }
        Ok(found)
    }

    /// The rows that pointed to the parents, each with the parent's position.
    async fn children(
        &self,
        before: &mut PgConnection,
        parents: &[&RowImage],
        pointed: &[usize],
    ) -> Result<Vec<(usize, Record)>, Trouble> {
        let shape = rows::shape_of(self.child);
        if shape.columns.is_empty() {
            return Ok(Vec::new());
        }
        let columns: Vec<(&str, &str)> = self
            .reference
            .columns
            .iter()
            .zip(pointed)
            .map(|(own, n)| (own.as_str(), self.shape.columns[*n].type_name.as_str()))
            .collect();
        let join = rows::join("c", &columns);
        let only = if self.child.kind == "p" { "" } else { "ONLY " };
        let sql = format!(
            "SELECT q.n, {} FROM {} JOIN {only}{} AS c ON {}",
            row_of("c", &shape),
            join.from,
            quoted(Some(&self.child.schema), &self.child.name),
            join.on
        );
        let keys: Vec<Key> =
            parents.iter().filter_map(|row| row.before.as_ref()).map(|r| r.pick(pointed)).collect();
        let mut found = Vec::new();
        for row in rows::bind(sqlx::query(AssertSqlSafe(sql)), &keys, columns.len()).fetch_all(before).await?
        {
            let n: i64 = row.try_get(0)?;
            let text: String = row.try_get(1)?;
            found.push((usize::try_from(n - 1).unwrap_or_default(), Record::parse(&text)?));
        }
        Ok(found)
    }

    /// What became of them.
    async fn after(
        &self,
        now: &mut PgConnection,
        captured: &mut Captured,
        seen: &mut HashMap<String, HashSet<Key>>,
        children: Vec<(usize, Record)>,
        parents: &[&RowImage],
        pointed: &[usize],
    ) -> Result<Vec<RowImage>, Trouble> {
        let shape = rows::shape_of(self.child);
        let known = seen.entry(self.child.full_name()).or_default();
        let fresh: Vec<(usize, Record)> = children
            .into_iter()
            .filter(|(_, record)| shape.key.is_empty() || known.insert(identity(&shape, record)))
            .collect();
        if fresh.is_empty() {
            return Ok(Vec::new());
        }
        if shape.key.is_empty() {
            captured.gap(format!(
                "the table {} has no primary key, so its rows cannot be found again",
                self.child.full_name()
            ));
            return Ok(fresh
                .into_iter()
                .map(|(_, record)| RowImage { before: Some(record), after: None })
                .collect());
        }
        // Where a child's key holds the columns that point, it moved with its parent.
        let keys: Vec<Key> = fresh
            .iter()
            .map(|(parent, record)| {
                let mut moved = record.clone();
                if let Some(after) = parents.get(*parent).and_then(|row| row.after.as_ref()) {
                    for (own, n) in self.reference.columns.iter().zip(pointed) {
                        let at = shape.columns.iter().position(|c| c.name == *own);
                        if let Some(at) = at.filter(|_| self.reference.on_update == "c") {
                            moved.0[at].clone_from(&after.0[*n]);
                        }
                    }
                }
                moved.pick(&shape.key)
            })
            .collect();
        let states = rows::by_key(now, &shape, &keys).await?;
        let images = fresh
            .into_iter()
            .zip(states)
            .map(|((_, before), after)| RowImage { before: Some(before), after });
        Ok(images.filter(|image| image.before != image.after).collect())
    }
}
