//! Taking a change back: from the images that were kept, a change of its own. Rows that somebody changed since are
//! conflicts. Every value goes back by its type's own input function, as it was printed, so that it is the same value
//! for every type.

use crate::{
    Limits,
    capture::Captured,
    carry,
    facts::{self, Facts, Operations, Table, quoted},
    fingerprint::{Evidence, What},
    image::{Images, RowImage, Shape, TableImages},
    kept_back,
    problem::{Problem, Trouble},
    record::Record,
    rows,
    watch::Watch,
};
use rowcall_source::{Source, WriteSession};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Executor, PgConnection};
use std::collections::{BTreeMap, HashSet};

/// What happens to rows that changed since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnConflict {
    /// Nothing at all is taken back.
    Refuse,
    /// They are left as they are, and the others are taken back.
    LeaveAlone,
}

/// The change that takes an earlier one back.
#[derive(Clone, Debug)]
pub struct UndoPlan {
    images: Images,
    on_conflict: OnConflict,
    digest: [u8; 32],
}

impl UndoPlan {
    /// From the images that the change left.
    pub fn new(images: Images, on_conflict: OnConflict) -> Self {
        let bytes = serde_json::to_vec(&(&images, on_conflict)).unwrap_or_default();
        Self { images, on_conflict, digest: Sha256::digest(&bytes).into() }
    }

    /// The images.
    pub fn images(&self) -> &Images {
        &self.images
    }

    pub(crate) fn digest(&self) -> &[u8] {
        &self.digest
    }

    /// `schema.name` of the table that the change named.
    pub fn table(&self) -> String {
        self.images.tables.first().map(|t| t.shape.full_name()).unwrap_or_default()
    }
}

/// What has to be done about one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Delete,
    Update,
    Insert,
    /// It is as it was already.
    Nothing,
    Conflict,
}

fn step(image: &RowImage, now: Option<&Record>) -> Step {
    match (&image.before, &image.after) {
        (before, _) if before.as_ref() == now => Step::Nothing,
        (Some(_), Some(after)) if now == Some(after) => Step::Update,
        (None, Some(after)) if now == Some(after) => Step::Delete,
        (Some(_), None) if now.is_none() => Step::Insert,
        _ => Step::Conflict,
    }
}

/// The steps of one table.
struct Part<'a> {
    images: &'a TableImages,
    /// As the rows were when the undo began.
    now: Vec<Option<Record>>,
    steps: Vec<Step>,
}

impl Part<'_> {
    /// The rows with which something was done, in the order in which it was: an undo of the undo goes back by it.
    fn acted(&self) -> Vec<usize> {
        (0..self.steps.len())
            .rev()
            .filter(|n| !matches!(self.steps[*n], Step::Nothing | Step::Conflict))
            .collect()
    }

    fn of(&self, wanted: Step) -> impl DoubleEndedIterator<Item = &RowImage> {
        self.images.rows.iter().zip(&self.steps).filter(move |(_, step)| **step == wanted).map(|(row, _)| row)
    }
}

/// The facts of the tables that an undo reaches.
pub(crate) async fn facts_of(session: &mut WriteSession, plan: &UndoPlan) -> Result<Facts, Trouble> {
    let mut targets: BTreeMap<String, Operations> = BTreeMap::new();
    for table in &plan.images.tables {
        let operations = targets.entry(quoted(Some(&table.shape.schema), &table.shape.name)).or_default();
        for row in &table.rows {
            *operations = operations.and(Operations {
                insert: row.after.is_none(),
                update: row.before.is_some() && row.after.is_some(),
                delete: row.before.is_none(),
            });
        }
    }
    let names: Vec<String> = targets.keys().cloned().collect();
    let db = session.connection()?;
    let oids = facts::resolve(db, &names).await?;
    facts::gather(db, &oids.into_iter().zip(targets.into_values()).collect::<Vec<_>>()).await
}

/// Runs an undo in an open transaction.
pub(crate) async fn run(
    source: &Source,
    session: &mut WriteSession,
    plan: &UndoPlan,
    limits: &Limits,
    most: u64,
) -> Result<(Captured, Evidence), Trouble> {
    let facts = facts_of(session, plan).await?;
    let (parts, left_alone) = parts(source, session.connection()?, plan, &facts).await?;
    let watch = Watch::start(session.connection()?, &facts).await?;
    let mut observer = match carry::any(&facts) {
        true => Some(carry::observer(source, session, limits).await?),
        false => None,
    };
    restore(session.connection()?, &parts, &facts).await?;
    let mut captured = Captured { bound: true, ..Captured::default() };
    for part in &parts {
        captured.images.tables.push(done(session.connection()?, part).await?);
    }
    if let Some(observer) = &mut observer {
        carry::follow(observer.connection()?, session.connection()?, &facts, &mut captured, most).await?;
    }
    if let Some(observer) = observer {
        observer.rest();
    }
    captured.not_restored = left_alone.into_iter().chain(not_restored(&parts, &captured)).collect();
    watch.finish(session.connection()?, &mut captured, &facts, limits, &plan.table(), most).await?;
    let identity = crate::execute::identity(source, session).await?;
    let evidence = Evidence::new(&identity, &What::Undo(&plan.digest), &facts, Some(&captured), true);
    Ok((captured, evidence))
}

/// Looks at the rows as they are, and decides what to do with each. Gives also what is to be said of those that are left
/// alone.
async fn parts<'a>(
    source: &Source,
    db: &mut PgConnection,
    plan: &'a UndoPlan,
    facts: &Facts,
) -> Result<(Vec<Part<'a>>, Option<String>), Trouble> {
    let mut parts = Vec::new();
    let mut conflicts: Vec<String> = Vec::new();
    for images in &plan.images.tables {
        let shape = &images.shape;
        let table = facts.by_name(&shape.schema, &shape.name);
        if table.map(rows::shape_of).is_none_or(|now| !same_columns(&now, shape)) {
            return Err(Trouble::Moved(vec![format!("The table {} was altered since.", shape.full_name())]));
        }
        let keys: Vec<_> = images
            .rows
            .iter()
            .filter_map(|row| row.after.as_ref().or(row.before.as_ref()))
            .map(|record| record.pick(&shape.key))
            .collect();
        let now = rows::by_key(db, shape, &keys).await?;
        let steps: Vec<Step> =
            images.rows.iter().zip(&now).map(|(row, now)| step(row, now.as_ref())).collect();
        if steps.contains(&Step::Conflict) {
            let named = kept_back::shows_keys(source, db, shape).await?;
            for (key, _) in keys.iter().zip(&steps).filter(|(_, step)| **step == Step::Conflict) {
                let key: Vec<&str> = key.iter().map(|k| k.as_deref().unwrap_or("NULL")).collect();
                conflicts.push(match named {
                    true => format!("{} {}", shape.name, key.join(", ")),
                    false => format!("a row of {}", shape.name),
                });
            }
        }
        parts.push(Part { images, now, steps });
    }
    if conflicts.is_empty() {
        return Ok((parts, None));
    }
    let shown: Vec<&str> = conflicts.iter().take(5).map(String::as_str).collect();
    let more = if conflicts.len() > shown.len() { ", …" } else { "" };
    let all = plan.images.rows();
    let changed = format!("{} of {all} rows changed since ({}{more})", conflicts.len(), shown.join("; "));
    match plan.on_conflict {
        OnConflict::Refuse => Err(Problem::ours(format!("{changed}. Nothing is taken back.")).into()),
        OnConflict::LeaveAlone => Ok((parts, Some(format!("{changed}: they are left as they are.")))),
    }
}

fn same_columns(one: &Shape, other: &Shape) -> bool {
    let columns = |shape: &Shape| -> Vec<(String, String, bool)> {
        shape.columns.iter().map(|c| (c.name.clone(), c.type_name.clone(), c.generated)).collect()
    };
    one.whole && other.whole && one.key == other.key && columns(one) == columns(other)
}

/// Does it: what is too much goes first, then keys are free for what comes back, parents before their children.
async fn restore(db: &mut PgConnection, parts: &[Part<'_>], facts: &Facts) -> Result<(), Trouble> {
    db.execute(sqlx::raw_sql("SET CONSTRAINTS ALL DEFERRED")).await?;
    let order = parents_first(parts, facts);
    for part in order.iter().rev() {
        let records: Vec<String> =
            part.of(Step::Delete).filter_map(|r| r.after.as_ref()).map(Record::print).collect();
        delete(db, &part.images.shape, records).await?;
    }
    for part in order.iter().filter(|part| part.images.action.is_none()) {
        update(db, part).await?;
    }
    for part in &order {
        let records: Vec<String> =
            part.of(Step::Insert).filter_map(|r| r.before.as_ref()).map(Record::print).collect();
        insert(db, &part.images.shape, records).await?;
    }
    for part in order.iter().filter(|part| part.images.action.is_some()) {
        update(db, part).await?;
    }
    db.execute(sqlx::raw_sql("SET CONSTRAINTS ALL IMMEDIATE")).await?;
    Ok(())
}

/// The parts, tables before those that point to them.
fn parents_first<'p, 'a>(parts: &'p [Part<'a>], facts: &Facts) -> Vec<&'p Part<'a>> {
    let table = |part: &Part<'_>| facts.by_name(&part.images.shape.schema, &part.images.shape.name);
    let points = |child: &Table, parent: &Table| {
        child.oid != parent.oid && parent.referenced_by.iter().any(|reference| reference.oid == child.oid)
    };
    let mut open: Vec<&Part<'a>> = parts.iter().collect();
    let mut order = Vec::new();
    while !open.is_empty() {
        let free = open.iter().position(|part| {
            table(part).is_none_or(|child| {
                open.iter().filter_map(|other| table(other)).all(|parent| !points(child, parent))
            })
        });
        // Tables that point to each other: any order is as good.
        order.push(open.remove(free.unwrap_or(0)));
    }
    order
}

async fn delete(db: &mut PgConnection, shape: &Shape, records: Vec<String>) -> Result<(), Trouble> {
    if records.is_empty() {
        return Ok(());
    }
    let table = quoted(Some(&shape.schema), &shape.name);
    let sql = format!(
        "DELETE FROM {table} AS t USING (SELECT CAST(u.x AS {table}) AS o FROM pg_catalog.unnest($1::text[]) u(x) OFFSET 0) q \
         WHERE {}",
        same_key(shape)
    );
    sqlx::query(AssertSqlSafe(sql)).bind(records).execute(db).await?;
    Ok(())
}

async fn insert(db: &mut PgConnection, shape: &Shape, records: Vec<String>) -> Result<(), Trouble> {
    if records.is_empty() {
        return Ok(());
    }
    let table = quoted(Some(&shape.schema), &shape.name);
    let columns: Vec<String> =
        shape.columns.iter().filter(|c| !c.generated).map(|c| quoted(None, &c.name)).collect();
    let values: Vec<String> = columns.iter().map(|c| format!("(q.r).{c}")).collect();
    // Numbers that the database gave once are given again.
    let sql = format!(
        "INSERT INTO {table} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM (SELECT CAST(u.x AS {table}) AS r \
         FROM pg_catalog.unnest($1::text[]) u(x) OFFSET 0) q",
        columns.join(", "),
        values.join(", ")
    );
    sqlx::query(AssertSqlSafe(sql)).bind(records).execute(db).await?;
    Ok(())
}

fn same_key(shape: &Shape) -> String {
    let same: Vec<String> = rows::key_columns(shape)
        .iter()
        .map(|(name, _)| format!("t.{0} = (q.o).{0}", quoted(None, name)))
        .collect();
    same.join(" AND ")
}

/// Updates rows back, the last one first: where two rows cannot be equal, each finds its old value free, since the
/// change went the other way. Columns that did not change are not touched.
async fn update(db: &mut PgConnection, part: &Part<'_>) -> Result<(), Trouble> {
    let shape = &part.images.shape;
    let mut together: BTreeMap<Vec<usize>, (Vec<String>, Vec<String>)> = BTreeMap::new();
    for image in part.of(Step::Update).rev() {
        let (Some(before), Some(after)) = (&image.before, &image.after) else { continue };
        let changed: Vec<usize> = (0..shape.columns.len())
            .filter(|n| !shape.columns[*n].generated && before.0[*n] != after.0[*n])
            .collect();
        if changed.iter().any(|n| shape.columns[*n].unique) {
            update_rows(db, shape, &changed, vec![before.print()], vec![after.print()]).await?;
        } else if !changed.is_empty() {
            let (old, new) = together.entry(changed).or_default();
            old.push(before.print());
            new.push(after.print());
        }
    }
    for (changed, (old, new)) in together {
        update_rows(db, shape, &changed, old, new).await?;
    }
    Ok(())
}

async fn update_rows(
    db: &mut PgConnection,
    shape: &Shape,
    changed: &[usize],
    old: Vec<String>,
    new: Vec<String>,
) -> Result<(), Trouble> {
    let table = quoted(Some(&shape.schema), &shape.name);
    let sets: Vec<String> =
        changed.iter().map(|n| format!("{0} = (q.r).{0}", quoted(None, &shape.columns[*n].name))).collect();
    let sql = format!(
        "UPDATE {table} AS t SET {} FROM (SELECT CAST(u.x AS {table}) AS r, CAST(u.y AS {table}) AS o \
         FROM ROWS FROM (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[])) u(x, y) OFFSET 0) q WHERE {}",
        sets.join(", "),
        same_key(shape)
    );
    sqlx::query(AssertSqlSafe(sql)).bind(old).bind(new).execute(db).await?;
    Ok(())
}

/// What the undo did to the rows of a part: as they were when it began, and as they are now.
async fn done(db: &mut PgConnection, part: &Part<'_>) -> Result<TableImages, Trouble> {
    let shape = &part.images.shape;
    let acted = part.acted();
    let keys: Vec<_> = acted
        .iter()
        .filter_map(|n| part.images.rows[*n].before.as_ref().or(part.images.rows[*n].after.as_ref()))
        .map(|record| record.pick(&shape.key))
        .collect();
    let then = rows::by_key(db, shape, &keys).await?;
    let rows = acted
        .into_iter()
        .zip(then)
        .map(|(n, after)| RowImage { before: part.now[n].clone(), after })
        .collect();
    Ok(TableImages { shape: shape.clone(), action: None, rows })
}

/// What is not as it was before the change, though the undo put it back: a trigger or the database had the last word.
fn not_restored(parts: &[Part<'_>], captured: &Captured) -> Vec<String> {
    let mut sentences = Vec::new();
    for (part, done) in parts.iter().zip(&captured.images.tables) {
        let name = part.images.shape.full_name();
        let wanted = part.acted().into_iter().map(|n| &part.images.rows[n]);
        let mut columns: HashSet<&str> = HashSet::new();
        let mut rows = 0;
        for (image, done) in wanted.zip(&done.rows) {
            match (&image.before, &done.after) {
                (Some(before), Some(after)) => {
                    let shape = &part.images.shape.columns;
                    columns.extend(
                        shape
                            .iter()
                            .enumerate()
                            .filter(|(n, _)| before.0[*n] != after.0[*n])
                            .map(|(_, c)| c.name.as_str()),
                    );
                }
                (None, None) => {}
                _ => rows += 1,
            }
        }
        let mut columns: Vec<&str> = columns.into_iter().collect();
        columns.sort_unstable();
        if !columns.is_empty() {
            sentences.push(format!(
                "{} of {name} is not as it was: a trigger or the database sets it.",
                columns.join(", ")
            ));
        }
        if rows > 0 {
            sentences
                .push(format!("{rows} rows of {name} did not come back: a trigger or a rule prevents it."));
        }
    }
    sentences
}
