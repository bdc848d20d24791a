//! Running a change inside its transaction, and keeping what it did: every row before and after, those of other
//! tables included. The dry run and the real one go through here alike; only what comes afterwards differs.

use crate::{
    Limits, carry,
    facts::{Facts, Table},
    image::{Images, RowImage, Shape, TableImages},
    problem::Trouble,
    record::Record,
    rows,
    statement::Statement,
};
use futures::TryStreamExt;
use rowcall_core::change::Cascade;
use rowcall_source::{Source, WriteSession};
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};
use std::collections::{BTreeMap, HashMap};

/// What a change did.
#[derive(Debug, Default)]
pub(crate) struct Captured {
    pub images: Images,
    /// Rows of the table that the statement names.
    pub rows: u64,
    /// Rows of other tables.
    pub cascades: Vec<Cascade>,
    /// Every row of the statement is among the images, so that they can be compared with what was approved.
    pub bound: bool,
    /// Why the images are not enough to take the change back; empty when they are.
    pub gaps: Vec<String>,
    /// What an undo did not bring back.
    pub not_restored: Vec<String>,
}

impl Captured {
    /// Rows of all tables.
    pub fn total(&self) -> u64 {
        self.cascades.iter().fold(self.rows, |sum, c| sum.saturating_add(c.rows))
    }

    pub(crate) fn gap(&mut self, why: impl Into<String>) {
        let why = why.into();
        if !self.gaps.contains(&why) {
            self.gaps.push(why);
        }
    }

    /// Adds what the images tell of rows and cascades.
    fn count(&mut self, own: &str) {
        for table in &self.images.tables {
            let (name, rows) = (table.shape.full_name(), table.rows.len() as u64);
            match &table.action {
                None if name == own => self.rows += rows,
                None => self.cascades.push(Cascade { table: name, action: "changed as well".into(), rows }),
                Some(action) => self.cascades.push(Cascade { table: name, action: action.clone(), rows }),
            }
        }
        self.cascades.retain(|cascade| cascade.rows > 0);
    }
}

/// The connections of one run of a change.
pub(crate) struct Stage<'a> {
    pub source: &'a Source,
    pub main: &'a mut WriteSession,
    pub facts: &'a Facts,
    pub limits: &'a Limits,
    /// More rows than this stop it.
    pub most: u64,
}

/// Runs a statement.
///
/// # Errors
/// [`Trouble::TooMany`] above the limit, or whatever the server says; the transaction has to be rolled back then.
pub(crate) async fn statement(
    stage: Stage<'_>,
    statement: &Statement,
    own: &Table,
) -> Result<Captured, Trouble> {
    let Stage { source, main, facts, limits, most } = stage;
    let watch = Watch::start(main.connection()?, facts).await?;
    let mut observer = match carry::may_carry(facts, statement) {
        true => Some(carry::observer(source, main, limits).await?),
        false => None,
    };
    let mut captured = run(main, statement, own, facts, limits, most).await?;
    // Deferred constraints speak now, and not when it is too late to say which rows they meant.
    main.connection()?.execute(sqlx::raw_sql("SET CONSTRAINTS ALL IMMEDIATE")).await?;
    if let Some(observer) = &mut observer {
        carry::follow(observer.connection()?, main.connection()?, facts, &mut captured, most).await?;
    }
    if let Some(observer) = observer {
        observer.rest();
    }
    if watch.counters.is_some() {
        refresh(main.connection()?, &mut captured.images).await?;
    }
    watch.finish(main.connection()?, &mut captured, facts, limits, &own.full_name(), most).await?;
    Ok(captured)
}

/// What the server itself counts while a change runs, where triggers or functions may do more than is told.
pub(crate) struct Watch {
    counters: Option<Counters>,
}

impl Watch {
    pub async fn start(db: &mut PgConnection, facts: &Facts) -> Result<Self, Trouble> {
        let needed = facts.triggers().next().is_some() || facts.incomplete || calls_own_functions(facts);
        Ok(Self { counters: if needed { Some(counters(db).await?) } else { None } })
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

/// Runs the statement itself in the way that tells the most.
async fn run(
    main: &mut WriteSession,
    statement: &Statement,
    own: &Table,
    facts: &Facts,
    limits: &Limits,
    most: u64,
) -> Result<Captured, Trouble> {
    let mut captured = Captured::default();
    let shape = rows::shape_of(own);
    if let Some(sql) = statement.told(own, &shape).filter(|_| own.rules.is_empty()) {
        let rows = told(main.connection()?, &sql, most).await?;
        captured.bound = true;
        captured.images.tables.push(TableImages { shape, action: None, rows });
        return Ok(captured);
    }
    // MERGE and a WITH that changes rows tell nothing of themselves: tables that are small enough are compared.
    let mut before = Vec::new();
    for target in facts.tables.values().filter(|t| is_target(statement, t)) {
        let shape = rows::shape_of(target);
        match rows::all(main.connection()?, &shape, limits.compare_rows).await? {
            Some(records) if !shape.columns.is_empty() => before.push((shape, records)),
            _ => {
                captured.gap(format!(
                    "the table {} has more than {} rows, too many to find out which of them a statement of this kind changes",
                    target.full_name(),
                    limits.compare_rows
                ));
                captured.rows = main
                    .connection()?
                    .execute(sqlx::query(AssertSqlSafe(statement.sql.clone())))
                    .await?
                    .rows_affected();
                return Ok(captured);
            }
        }
    }
    main.connection()?.execute(sqlx::query(AssertSqlSafe(statement.sql.clone()))).await?;
    for (shape, before) in before {
        let after = rows::all(main.connection()?, &shape, limits.compare_rows + most).await?;
        let after = after.ok_or(Trouble::TooMany(most + 1))?;
        let rows = difference(&shape, before, after);
        captured.images.tables.push(TableImages { shape, action: None, rows });
    }
    if facts
        .tables
        .values()
        .any(|t| is_target(statement, t) && t.key.iter().any(|k| statement.updated.contains(k)))
    {
        captured.gap("a statement of this kind does not tell which key became which");
    }
    captured.bound = true;
    Ok(captured)
}

fn is_target(statement: &Statement, table: &Table) -> bool {
    statement
        .targets
        .iter()
        .any(|t| t.name == table.name && t.schema.as_ref().is_none_or(|s| *s == table.schema))
}

/// Streams what the instrumented statement tells.
async fn told(db: &mut PgConnection, sql: &str, most: u64) -> Result<Vec<RowImage>, Trouble> {
    let query = sqlx::query(AssertSqlSafe(sql.to_owned())).persistent(false);
    let mut told = Vec::new();
    let mut rows = query.fetch(db);
    while let Some(row) = rows.try_next().await? {
        let record = |n: usize| -> Result<Option<Record>, Trouble> {
            let text: Option<String> = row.try_get(n)?;
            Ok(text.map(|text| Record::parse(&text)).transpose()?)
        };
        if told.len() as u64 >= most {
            return Err(Trouble::TooMany(most + 1));
        }
        told.push(RowImage { before: record(0)?, after: record(1)? });
    }
    Ok(told)
}

/// Rows that differ between two readings of a table; without a key, those that came and those that went.
fn difference(shape: &Shape, before: Vec<Record>, after: Vec<Record>) -> Vec<RowImage> {
    let key = |record: &Record| {
        if shape.key.is_empty() { record.0.clone() } else { record.pick(&shape.key) }
    };
    let mut open: BTreeMap<Vec<Option<String>>, Vec<Record>> = BTreeMap::new();
    for record in before {
        open.entry(key(&record)).or_default().push(record);
    }
    let mut images = Vec::new();
    for record in after {
        match open.get_mut(&key(&record)).and_then(Vec::pop) {
            Some(before) if before == record => {}
            before => images.push(RowImage { before, after: Some(record) }),
        }
    }
    let gone = open.into_values().flatten();
    images.extend(gone.map(|record| RowImage { before: Some(record), after: None }));
    images
}

/// What triggers did to the rows after they were told: the last state counts.
async fn refresh(db: &mut PgConnection, images: &mut Images) -> Result<(), Trouble> {
    for table in images.tables.iter_mut().filter(|table| !table.shape.key.is_empty()) {
        let keys: Vec<Vec<Option<String>>> = table
            .rows
            .iter()
            .filter_map(|row| row.after.as_ref().or(row.before.as_ref()))
            .map(|record| record.pick(&table.shape.key))
            .collect();
        for (row, now) in table.rows.iter_mut().zip(rows::by_key(db, &table.shape, &keys).await?) {
            row.after = now;
        }
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn record(fields: &[&str]) -> Record {
        Record(fields.iter().map(|f| Some((*f).to_owned())).collect())
    }

    fn check(key: &[usize], before: &[&[&str]], after: &[&[&str]], expected: &[(&str, &str)]) {
        let shape = Shape {
            schema: "s".into(),
            name: "t".into(),
            columns: Vec::new(),
            key: key.to_vec(),
            whole: true,
        };
        let records = |rows: &[&[&str]]| rows.iter().map(|r| record(r)).collect();
        let text = |r: &Option<Record>| r.as_ref().map(Record::print).unwrap_or_default();
        let found: Vec<(String, String)> = difference(&shape, records(before), records(after))
            .iter()
            .map(|image| (text(&image.before).replace('"', ""), text(&image.after).replace('"', "")))
            .collect();
        let found: Vec<(&str, &str)> = found.iter().map(|(b, a)| (b.as_str(), a.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn two_readings_are_compared_by_key_or_as_they_are() {
        check(
            &[0],
            &[&["1", "a"], &["2", "b"]],
            &[&["2", "c"], &["3", "d"]],
            &[("(2,b)", "(2,c)"), ("", "(3,d)"), ("(1,a)", "")],
        );
        check(&[], &[&["x"], &["x"], &["y"]], &[&["x"], &["z"]], &[("", "(z)"), ("(x)", ""), ("(y)", "")]);
        check(&[0], &[&["1", "a"]], &[&["1", "a"]], &[]);
    }
}
