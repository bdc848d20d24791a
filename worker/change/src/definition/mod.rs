//! Definitions: what one would do, and running it. It has no rows to compare, so an approval is bound to what it does to the
//! database's own catalogue: what comes, what goes with it, what is written anew, and whether data is lost.
//!
//! The transaction is READ COMMITTED: a definition acts on things as they are, whatever its snapshot says, and so must
//! be looked at what it did.

mod objects;
mod parts;
mod trial;

use crate::{
    Limits,
    capture::Captured,
    execute,
    facts::{self, Facts, Operations, Table, quoted},
    fingerprint::{Defined, Evidence, What},
    kept_back,
    problem::{Problem, Trouble},
    safety,
};
use objects::{Difference, Objects};
use parts::Parts;
use rowcall_core::{change::Loss, texts::definitions as texts};
use rowcall_policy::CheckedChange;
use rowcall_source::{Source, WriteSession};
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};
use std::collections::BTreeMap;

pub(crate) use trial::measure;

/// Runs a definition in an open transaction and says what it did.
pub(crate) async fn run(
    source: &Source,
    session: &mut WriteSession,
    checked: &CheckedChange,
    limits: &Limits,
) -> Result<(Captured, Evidence), Trouble> {
    let known = Known::of(source, session, checked).await?;
    let done = known.run(source, session, limits, Count::Any).await?;
    let captured = Captured { bound: true, gaps: vec![texts::no_undo()], ..Captured::default() };
    Ok((captured, known.evidence(Some(&done))))
}

/// How rows that are lost are counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Count {
    /// To be shown.
    All,
    /// To know whether there are any.
    Any,
}

/// What is known before anything is run.
struct Known {
    parts: Parts,
    identity: String,
    /// Of every table that it names.
    facts: Facts,
    /// The table that it is for, where that is there already.
    table: Option<Table>,
    /// What it is for, `schema.name`.
    own: String,
}

/// What was done.
#[derive(Default)]
struct Done {
    difference: Difference,
    losses: Vec<Loss>,
    /// By table, with its oid.
    locks: Vec<(i64, String, String)>,
}

impl Known {
    async fn of(
        source: &Source,
        session: &mut WriteSession,
        checked: &CheckedChange,
    ) -> Result<Self, Trouble> {
        let parts = Parts::of(checked).map_err(|error| Problem::ours(format!("{error}.")))?;
        kept_back::keep_hours(source, session).await?;
        let identity = execute::identity(source, session).await?;
        let names: Vec<String> =
            checked.relations().iter().map(|r| quoted(r.schema.as_deref(), &r.name)).collect();
        if let Some(own) = names.first().filter(|_| !parts.creates_own()) {
            hold(session.connection()?, own).await.map_err(|trouble| explained(trouble, source))?;
        }
        execute::look_again(source, session, checked).await?;
        let db = session.connection()?;
        let oids = facts::resolve(db, &names).await?;
        // No operation: what hangs on its rows is none of a definition's business.
        let targets: Vec<_> = oids.iter().map(|oid| (*oid, Operations::default())).collect();
        let facts = facts::gather(db, &targets).await?;
        let table =
            oids.first().filter(|_| !parts.creates_own()).and_then(|oid| facts.tables.get(oid)).cloned();
        let own = match (&table, &parts.own) {
            (Some(table), _) => table.full_name(),
            (None, Some((schema, name))) => place(db, schema.as_deref(), name).await?,
            (None, None) => {
                return Err(Trouble::Moved(vec!["What it is for does not exist any more.".to_owned()]));
            }
        };
        Ok(Self { parts, identity, facts, table, own })
    }

    /// Why it may not be tried out.
    async fn objection(&self, db: &mut PgConnection, limits: &Limits) -> Result<Option<String>, Trouble> {
        let triggers = "SELECT e.evtname::text, pg_catalog.concat(n.nspname, '.', p.proname) \
            FROM pg_catalog.pg_event_trigger e JOIN pg_catalog.pg_proc p ON p.oid = e.evtfoid \
            JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace \
            WHERE e.evtenabled IN ('O', 'A') ORDER BY 1";
        for row in sqlx::query(triggers).fetch_all(&mut *db).await? {
            let (name, function): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            if !limits.trusted_functions.contains(&function) {
                return Ok(Some(texts::event_trigger(&name, &function)));
            }
        }
        safety::objection_to_definition(db, &self.facts, self.parts.truncates(), limits).await
    }

    async fn run(
        &self,
        source: &Source,
        session: &mut WriteSession,
        limits: &Limits,
        count: Count,
    ) -> Result<Done, Trouble> {
        let losses = self.losses(session.connection()?, count).await?;
        // Beside the transaction, and opened before anything is locked: it sees the catalogue as it is for everybody else.
        let mut beside = source.begin_definition(&limits.trial()).await?;
        let statement = sqlx::query(AssertSqlSafe(self.parts.sql.clone())).persistent(false);
        if let Err(error) = statement.execute(session.connection()?).await {
            beside.rest();
            return Err(explained(error.into(), source));
        }
        session.connection()?.execute(sqlx::raw_sql("SET CONSTRAINTS ALL IMMEDIATE")).await?;
        // All that goes is locked by now, so that nothing can come to depend on it between the two.
        let tables: Vec<i64> = self.facts.tables.keys().copied().collect();
        let before = Objects::read(beside.connection()?, &tables).await?;
        let within = Objects::read(session.connection()?, &tables).await?;
        let again = Objects::read(beside.connection()?, &tables).await?;
        beside.rest();
        let mut difference = before.difference(&within, &again);
        if self.parts.truncates() {
            // An empty table is no table written anew.
            difference.rewrites.clear();
        }
        let locks = before.locks(session.connection()?).await?;
        Ok(Done { difference, losses, locks })
    }

    /// Data that goes with it.
    async fn losses(&self, db: &mut PgConnection, count: Count) -> Result<Vec<Loss>, Trouble> {
        let Some(table) = &self.table else { return Ok(Vec::new()) };
        let mut losses = Vec::new();
        let name = quoted(Some(&table.schema), &table.name);
        for column in &self.parts.loses {
            let condition = match column {
                // One that is not there loses nothing: `IF EXISTS`.
                Some(column) if !table.columns.iter().any(|c| c.name == *column) => continue,
                Some(column) => format!(" WHERE {} IS NOT NULL", quoted(None, column)),
                None => String::new(),
            };
            let most = if count == Count::All { Loss::COUNTED + 1 } else { 1 };
            let sql = format!(
                "SELECT pg_catalog.count(*) FROM (SELECT FROM {name}{condition} LIMIT {most}) AS counted"
            );
            let rows: i64 =
                sqlx::query_scalar(AssertSqlSafe(sql)).persistent(false).fetch_one(&mut *db).await?;
            let rows = u64::try_from(rows).unwrap_or(0);
            losses.push(Loss { table: table.full_name(), column: column.clone(), rows });
        }
        Ok(losses)
    }

    fn evidence(&self, done: Option<&Done>) -> Evidence {
        let mut evidence =
            Evidence::new(&self.identity, &What::Definition(&self.parts.sql), &self.facts, None, true);
        evidence.definition = done.map(|done| Defined {
            adds: done.difference.adds.clone(),
            drops: done.difference.drops.clone(),
            rewrites: done.difference.rewrites.clone(),
            loses: done
                .losses
                .iter()
                .map(|loss| {
                    let column =
                        loss.column.as_ref().map(|column| format!("{column} of ")).unwrap_or_default();
                    (format!("{column}{}", loss.table), loss.rows > 0)
                })
                .collect::<BTreeMap<_, _>>(),
        });
        evidence
    }
}

/// Keeps others from altering or dropping the table from here on; what the statement itself locks is another matter.
async fn hold(db: &mut PgConnection, name: &str) -> Result<(), Trouble> {
    let kind: Option<String> = sqlx::query_scalar(
        "SELECT c.relkind::text FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass($1)::oid",
    )
    .bind(name)
    .fetch_optional(&mut *db)
    .await?;
    if matches!(kind.as_deref(), Some("r" | "p")) {
        let lock = AssertSqlSafe(format!("LOCK TABLE {name} IN ACCESS SHARE MODE"));
        sqlx::query(lock).persistent(false).execute(db).await?;
    }
    Ok(())
}

/// Where something new comes to be.
async fn place(db: &mut PgConnection, schema: Option<&str>, name: &str) -> Result<String, Trouble> {
    let schema: Option<String> = sqlx::query_scalar("SELECT COALESCE($1, pg_catalog.current_schema()::text)")
        .bind(schema)
        .fetch_one(db)
        .await?;
    Ok(schema.map_or(name.to_owned(), |schema| format!("{schema}.{name}")))
}

/// A right that lacks is mostly that of an owner, which the server does not explain.
fn explained(trouble: Trouble, source: &Source) -> Trouble {
    match trouble {
        Trouble::Refused(mut problem) if problem.sqlstate == "42501" => {
            problem.sentence.push(' ');
            problem.sentence.push_str(&texts::not_owner(&source.settings().name));
            Trouble::Refused(problem)
        }
        other => other,
    }
}
