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
    watch::Watch,
};
use futures::TryStreamExt;
use rowcall_core::change::Cascade;
use rowcall_source::{Source, WriteSession};
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};
use std::collections::BTreeMap;

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
    pub(crate) fn count(&mut self, own: &str) {
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
    if watch.is_needed() {
        refresh(main.connection()?, &mut captured.images).await?;
    }
    watch.finish(main.connection()?, &mut captured, facts, limits, &own.full_name(), most).await?;
    Ok(captured)
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
